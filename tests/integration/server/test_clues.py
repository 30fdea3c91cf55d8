"""Urgent clues arrive: who may do what, in which order, who is told, and what stands afterwards."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.domain.clock import instant_text, parse_instant
from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from server.services.clues import escalate
from server.services.reassignment import AreaPart, merge_area, split_area
from server.services.users import SERVER_USER
from server.store.projections import row_table
from server.store.unit_of_work import Author
from tests.integration.server.county import (
    COUNTY,
    FAR_VILLAGE,
    GRID_1,
    GRID_2,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    County,
    Device,
)


class Desk:
    """The people of a town around one clue."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.reporter = county.device(Role.REPORTER, OTHER_VILLAGE)
        self.grid = county.device(Role.GRID_WORKER, GRID_1)
        self.aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        self.clerk = county.device(Role.TOWN_CLERK, TOWN)
        self.leader = county.device(Role.TOWN_LEADER, TOWN)
        self.officer = county.device(Role.COUNTY_OFFICER, COUNTY)

    def clue(self, by: Device, **values: Any) -> dict[str, Any]:
        now = self.county.now
        return {
            **_stamps(by), "area_code": VILLAGE, "place": "老厂宿舍", "kind": "COLD_HEAT", "urgency": "L2",
            "description": "雪后屋内没有取暖", "found_at": now, "reported_at": now, **values,
        }  # fmt: skip

    def report(self, by: Device | None = None, **values: Any) -> dict[str, Any]:
        device = by or self.aide
        clue = self.clue(device, **values)
        [result] = device.push(device.put("clues", clue))
        assert result["outcome"] in ("accepted", "moved", "merged"), result
        return clue

    def step(self, by: Device, clue: dict[str, Any], action: str, **values: Any) -> dict[str, Any]:
        return {
            **_stamps(by), "clue_id": clue["id"], "area_code": clue["area_code"], "action": action,
            "at": self.county.now, **values,
        }  # fmt: skip

    def take(self, by: Device, clue: dict[str, Any], action: str, **values: Any) -> str:
        """Push a step; the code with which it was kept, '' where it holds."""
        step = self.step(by, clue, action, **values)
        [result] = by.push(by.put("clue_steps", step))
        if result["outcome"] == "refused":
            return f"push: {result['code']}"
        found = row_table("clue_steps").c
        with self.county.context.store.read() as connection:
            code: str = connection.execute(
                select(found.refused_code).where(found.id == step["id"])
            ).scalar_one()
        return code

    def row(self, clue: dict[str, Any]) -> Any:
        table = row_table("clues")
        with self.county.context.store.read() as connection:
            return connection.execute(table.select().where(table.c.id == clue["id"])).one()

    def to_verifying(self, clue: dict[str, Any], assignee: Device) -> None:
        assert self.take(self.clerk, clue, "ACCEPT") == ""
        assert self.take(self.clerk, clue, "ASSIGN", assignee_id=assignee.user_id) == ""
        assert self.take(assignee, clue, "START") == ""

    def told(self, device: Device) -> list[dict[str, Any]]:
        device.have = {}
        return [line[2] for line in device.pull() if line[0] == "clue_receipts"]

    def sound(self) -> None:
        assert [str(one) for one in check_store(self.county.context.store)] == []


def _stamps(device: Device) -> dict[str, Any]:
    now = device.county.now
    return {
        "id": device.county.ids(), "created_at": now, "created_by": device.user_id, "updated_at": now,
        "updated_by": device.user_id, "device_id": device.device_id,
    }  # fmt: skip


@pytest.fixture
def desk(county: County) -> Desk:
    return Desk(county)


def test_a_report_gets_number_standing_and_clocks(desk: Desk) -> None:
    clue = desk.clue(desk.aide, status="CLOSED", clue_no="forged")
    [result] = desk.aide.push(desk.aide.put("clues", clue))
    assert result["outcome"] == "accepted"
    filled = result["filled"]
    assert (filled["status"], filled["graded"]) == ("REPORTED", "L2")
    assert filled["clue_no"] == f"{COUNTY}202600001"
    due = parse_instant(filled["clocks"][1]["due_at"]) - parse_instant(clue["reported_at"])
    assert (filled["clocks"][1]["clock"], due) == ("ON_SPOT", dt.timedelta(hours=24))
    assert desk.row(desk.report())._mapping["clue_no"] == f"{COUNTY}202600002"
    desk.sound()


def test_the_same_report_again_is_the_same(desk: Desk) -> None:
    clue = desk.report()
    assert desk.take(desk.clerk, clue, "ACCEPT") == ""
    [again] = desk.aide.push(desk.aide.put("clues", clue))
    assert again["outcome"] == "accepted"
    assert desk.row(clue).status == "ACCEPTED"
    changed = {**clue, "description": "另一件事"}
    [other] = desk.aide.push(desk.aide.put("clues", changed))
    assert other["code"] == "already_exists"


def test_a_reporter_reports_anywhere_and_hears_of_his_own_only(desk: Desk) -> None:
    mine = desk.clue(desk.reporter, area_code=FAR_VILLAGE)
    [result] = desk.reporter.push(desk.reporter.put("clues", mine))
    assert result["outcome"] == "moved"
    desk.report(desk.aide)
    [told] = desk.told(desk.reporter)
    assert (told["clue_id"], told["status"]) == (mine["id"], "REPORTED")
    assert "description" not in told
    desk.reporter.have = {}
    kinds = {line[0] for line in desk.reporter.pull() if len(line) == 3}
    assert kinds.isdisjoint({"clues", "clue_steps", "households", "visits", "persons"})
    other = desk.county.device(Role.REPORTER, OTHER_VILLAGE)
    assert desk.told(other) == []
    assert desk.take(desk.reporter, mine, "ACCEPT") == "push: not_permitted"
    assert desk.take(desk.officer, mine, "ACCEPT") == ""
    [told] = desk.told(desk.reporter)
    assert told["status"] == "ACCEPTED"
    desk.sound()


def test_a_report_is_not_lost_for_a_household_or_area_that_is_not_there(desk: Desk) -> None:
    clue = desk.report(desk.aide, household_id="nowhere", area_code=f"{VILLAGE}999")
    row = desk.row(clue)
    assert (row.household_id, row.area_code, row.bucket) == (None, VILLAGE, VILLAGE)
    far = desk.clue(desk.aide, area_code="341799100")
    assert desk.aide.push(desk.aide.put("clues", far))[0]["code"] == "unknown_area"


def test_a_whole_course_with_a_household(desk: Desk) -> None:
    house = desk.grid.household()
    desk.grid.push(desk.grid.put("households", house))
    clue = desk.report(desk.grid, household_id=house["id"], area_code=GRID_1)
    desk.to_verifying(clue, desk.grid)
    assert desk.take(desk.grid, clue, "CONFIRM") == "clue_visit_needed"
    desk.county.clock.advance(hours=1)
    visit = desk.grid.visit(house["id"], purpose="NEW_CLUE")
    desk.grid.push(desk.grid.put("visits", visit))
    assert desk.take(desk.grid, clue, "CONFIRM", visit_id="nowhere") == "clue_visit_unknown"
    assert desk.take(desk.grid, clue, "CONFIRM", visit_id=visit["id"]) == ""
    assert desk.take(desk.clerk, clue, "RELIEF", opinion="安排宾馆和三餐") == ""
    assert desk.take(desk.clerk, clue, "FOLLOW_UP") == ""
    assert desk.take(desk.leader, clue, "CLOSE", opinion="已解困") == "clue_follow_up_needed"
    assert desk.take(desk.grid, clue, "VISIT", visit_id=visit["id"]) == ""
    assert desk.take(desk.clerk, clue, "CLOSE", opinion="已解困") == "not_permitted"
    assert desk.take(desk.clerk, clue, "PAPERS") == ""
    assert desk.take(desk.leader, clue, "CLOSE", opinion="已解困") == ""
    row = desk.row(clue)
    assert row.status == "CLOSED"
    assert {one.clock.value for one in row.clocks} == {"ACCEPT", "ON_SPOT", "RELIEF", "PAPERS", "FOLLOW_UP"}
    assert all(one.done_at is not None for one in row.clocks)
    desk.sound()


def test_late_and_illegal_steps_are_kept_with_the_reason(desk: Desk) -> None:
    clue = desk.report()
    other = desk.county.device(Role.TOWN_CLERK, TOWN)
    assert desk.take(desk.clerk, clue, "ACCEPT", seen="REPORTED") == ""
    assert desk.take(other, clue, "ACCEPT", seen="REPORTED") == "clue_step_late"
    assert desk.take(desk.clerk, clue, "CLOSE", opinion="完") == "clue_step_illegal"
    assert desk.take(desk.grid, clue, "ASSIGN", assignee_id=desk.grid.user_id) == "push: not_permitted"
    assert desk.take(desk.aide, clue, "ASSIGN", assignee_id=desk.aide.user_id) == "not_permitted"
    assert desk.take(desk.clerk, clue, "ASSIGN", assignee_id="nobody") == "clue_assignee_unfit"
    outside = desk.county.device(Role.VILLAGE_AIDE, OTHER_VILLAGE)
    assert desk.take(desk.clerk, clue, "ASSIGN", assignee_id=outside.user_id) == "clue_assignee_unfit"
    assert desk.take(desk.clerk, {**clue, "id": "nowhere"}, "ACCEPT") == "push: clue_unknown"
    assert desk.row(clue).status == "ACCEPTED"
    # The author sees it: the step is a record of the clue's bucket.
    other.have = {}
    codes = [line[2].get("refused_code", "") for line in other.pull() if line[0] == "clue_steps"]
    assert "clue_step_late" in codes
    desk.sound()


def test_two_reports_of_one_case_are_merged_and_both_reporters_hear_of_it(desk: Desk) -> None:
    first = desk.report(desk.aide)
    second = desk.report(desk.reporter, area_code=VILLAGE, source="VOLUNTEER")
    assert desk.take(desk.clerk, second, "MARK_DUPLICATE", main_id=second["id"]) == "clue_main_needed"
    assert desk.take(desk.clerk, second, "MARK_DUPLICATE", main_id="nowhere") == "clue_main_unfit"
    assert desk.take(desk.clerk, second, "MARK_DUPLICATE", main_id=first["id"]) == ""
    assert desk.take(desk.clerk, first, "MARK_DUPLICATE", main_id=second["id"]) == "clue_main_unfit"
    assert desk.take(desk.clerk, first, "ACCEPT") == ""
    [told] = desk.told(desk.reporter)
    assert (told["status"], told.get("merged")) == ("ACCEPTED", True)
    row = desk.row(second)
    assert (row.status, row.main_id, row.created_by) == ("DUPLICATE", first["id"], desk.reporter.user_id)
    assert row.clocks == ()
    desk.sound()
    # A wrong merge has a way back.
    assert desk.take(desk.clerk, second, "REOPEN", opinion="并错了") == ""
    [told] = desk.told(desk.reporter)
    assert (told["status"], told.get("merged", False)) == ("REOPENED", False)
    desk.sound()


def test_verification_finds_the_household_and_the_clue_goes_to_its_file(desk: Desk) -> None:
    clue = desk.report(desk.aide)
    desk.to_verifying(clue, desk.aide)
    house = desk.aide.household(GRID_2)
    visit = desk.aide.visit(house["id"], area_code=GRID_2)
    desk.aide.push(desk.aide.put("households", house), desk.aide.put("visits", visit))
    assert desk.take(desk.aide, clue, "CONFIRM", on_spot_at=desk.county.now,
                     found_household_id=house["id"], visit_id="x") == "clue_visit_unknown"  # fmt: skip
    assert desk.take(desk.aide, clue, "CONFIRM", found_household_id=house["id"], visit_id=visit["id"]) == ""
    assert (desk.row(clue).household_id, desk.row(clue).bucket) == (house["id"], GRID_2)
    # Its report sent once more is still the same report.
    [again] = desk.aide.push(desk.aide.put("clues", clue))
    assert again["outcome"] == "accepted"
    assert desk.take(desk.clerk, clue, "FOLLOW_UP") == ""
    desk.sound()
    household = row_table("households")
    store = desk.county.context.store
    with store.read() as connection:
        rev = connection.execute(select(household.c.id).where(household.c.id == house["id"])).scalar_one()
    assert rev == house["id"]


def test_nobody_found_and_no_household_closes_by_the_leader(desk: Desk) -> None:
    clue = desk.report(desk.aide)
    desk.to_verifying(clue, desk.aide)
    assert desk.take(desk.aide, clue, "NOT_CONFIRM", opinion="现场无人") == "clue_on_spot_needed"
    assert desk.take(desk.aide, clue, "NOT_CONFIRM", on_spot_at=desk.county.now) == "reason_required"
    assert desk.take(desk.aide, clue, "NOT_CONFIRM", opinion="现场无人", on_spot_at=desk.county.now) == ""
    assert desk.take(desk.clerk, clue, "CLOSE", opinion="查无此事") == "not_permitted"
    assert desk.take(desk.leader, clue, "CLOSE", opinion="查无此事") == ""
    desk.county.clock.advance(days=91)
    assert desk.take(desk.clerk, clue, "REOPEN", opinion="又来电话") == "clue_reopen_too_late"
    desk.sound()


def test_limits_are_told_to_assignee_leader_and_county_once(desk: Desk) -> None:
    store = desk.county.context.store
    clue = desk.report(desk.aide)  # L2: to be accepted within 2 hours, by day
    assert [one.to.value for one in desk.row(clue).escalations] == []
    told: list[list[tuple[str, int, str]]] = []
    for minutes in (61, 60, 60):
        desk.county.clock.advance(minutes=minutes)
        escalate(store)
        escalate(store)
        told.append([(e.clock.value, e.percent, e.to.value) for e in desk.row(clue).escalations])
    assert told[0] == [("ACCEPT", 50, "HANDLER")]
    assert told[1] == [*told[0], ("ACCEPT", 100, "LEADER")]
    assert told[2] == [*told[1], ("ACCEPT", 150, "COUNTY")]
    assert escalate(store) == 0
    assert desk.take(desk.clerk, clue, "ACCEPT") == ""
    desk.county.clock.advance(hours=9)
    escalate(store)
    assert ("ON_SPOT", 50, "HANDLER") in [
        (e.clock.value, e.percent, e.to.value) for e in desk.row(clue).escalations
    ]
    desk.sound()


def test_a_life_in_danger_is_told_to_the_county_at_once(desk: Desk) -> None:
    clue = desk.report(desk.aide, urgency="L1", kind="ILLNESS")
    assert [(e.percent, e.to.value) for e in desk.row(clue).escalations] == [(0, "COUNTY")]
    desk.officer.have = {}
    assert any(line[2].get("id") == clue["id"] for line in desk.officer.pull() if line[0] == "clues")


def test_a_late_report_runs_from_its_local_time_and_a_clock_ahead_is_marked(desk: Desk) -> None:
    early = instant_text(desk.county.clock() - dt.timedelta(hours=3))
    late = desk.report(desk.aide, reported_at=early)
    row = desk.row(late)
    assert (row.clock_suspect, instant_text(row.clocks[0].started_at)) == (False, early)
    assert [e.to.value for e in row.escalations] == ["HANDLER", "LEADER", "COUNTY"]
    ahead = desk.report(desk.aide, reported_at=instant_text(desk.county.clock() + dt.timedelta(minutes=6)))
    assert desk.row(ahead).clock_suspect


def test_clues_move_with_their_household_and_damage_is_found(desk: Desk) -> None:
    house = desk.grid.household()
    desk.grid.push(desk.grid.put("households", house))
    clue = desk.report(desk.grid, household_id=house["id"], area_code=GRID_1)
    assert desk.take(desk.clerk, clue, "ACCEPT") == ""
    store = desk.county.context.store
    entry = store.run(lambda unit: unit.find("households", house["id"]))
    desk.clerk.push(
        desk.clerk.patch("households", house["id"], {"area_code": GRID_2}, base_rev=entry.rev if entry else 0)
    )
    assert desk.row(clue).bucket == GRID_2
    desk.sound()

    from server.store.bodies import check_body

    def damage(unit: Any) -> None:
        found = unit.find("clues", clue["id"])
        unit.change(found, check_body("clues", {**found.body, "status": "CLOSED"}), Author("x"))

    store.run(damage)
    assert "clue_differs" in {one.check for one in check_store(store)}


@pytest.mark.parametrize("how", ["merged", "split and closed"])
def test_a_clue_without_a_household_follows_its_village_into_another(desk: Desk, how: str) -> None:
    clue = desk.report(desk.aide)
    assert desk.take(desk.clerk, clue, "ACCEPT") == ""
    store = desk.county.context.store
    if how == "merged":
        merge_area(store, VILLAGE, OTHER_VILLAGE, by=SERVER_USER)
    else:
        households = [line[2]["id"] for line in desk.aide.pull() if line[0] == "households"]
        split_area(
            store, VILLAGE, [AreaPart(OTHER_VILLAGE, "", tuple(households))], close=True, by=SERVER_USER
        )
    neighbour = desk.county.device(Role.VILLAGE_AIDE, OTHER_VILLAGE)
    kinds = [line[0] for line in neighbour.pull() if len(line) == 3]
    assert {"clues", "clue_steps"} <= set(kinds)
    [again] = desk.aide.push(desk.aide.put("clues", clue))
    assert again["outcome"] in ("accepted", "moved")
    late = desk.report(desk.clerk)
    assert desk.row(late).bucket == OTHER_VILLAGE
    desk.sound()
