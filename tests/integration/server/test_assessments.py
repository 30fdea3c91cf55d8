"""Assessments arrive: who may hand them in, when they are finished, what follows for the household."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from server.services.users import SERVER_USER
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.county import GRID_1, GRID_2, OTHER_VILLAGE, TOWN, VILLAGE, County, Device

PEN = {"attestation": "SIGNED", "image_sha256": "ab" * 32, "image_size": 3}
RISK = ("risk_level", "risk_assessment_id", "risk_next_due", "risk_since")


class Team:
    """An aide who leads and a grid worker who takes part, with a household of theirs on the server."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.lead = county.device(Role.VILLAGE_AIDE, VILLAGE)
        self.second = county.device(Role.GRID_WORKER, GRID_1)
        self.house = self.lead.household()
        self.lead.push(self.lead.put("households", self.house))

    def sheet(self, by: Device | None = None, **values: Any) -> dict[str, Any]:
        now = self.county.now
        device = by or self.lead
        return {
            **_stamps(device), "form_id": "gx-1", "form_version": "1", "household_id": self.house["id"],
            "area_code": GRID_1, "instance_id": f"uuid:{self.county.ids()}", "started_at": now,
            "finished_at": now, "xml": "<data/>", **values,
        }  # fmt: skip

    def assessment(self, sheet: dict[str, Any], **values: Any) -> dict[str, Any]:
        return {
            **_stamps(self.lead), "household_id": self.house["id"], "area_code": GRID_1,
            "submission_id": sheet["id"], "scale_id": "county-own", "assessed_at": self.county.now,
            "members": [
                {"id": self.lead.user_id, "user_id": self.lead.user_id, "name": "赵甲", "kind": "AIDE"},
                {"id": self.second.user_id, "user_id": self.second.user_id, "name": "钱乙",
                 "kind": "GROUP_LEADER"},
            ],
            "score": 47, "level": "HIGH", "previous_level": "NONE",
            "next_due": (parse_instant(self.county.now) + dt.timedelta(days=30)).date().isoformat(), **values,
        }  # fmt: skip

    def signature(self, assessment: dict[str, Any], device: Device, member: str = "", **values: Any) -> (
        dict[str, Any]
    ):  # fmt: skip
        return {
            **_stamps(device), "household_id": self.house["id"], "assessment_id": assessment["id"],
            "member_id": member or device.user_id, "signed_at": self.county.now, "signature": PEN, **values,
        }  # fmt: skip

    def hand_in(self, **values: Any) -> dict[str, Any]:
        """An assessment on the server that the lead has signed."""
        sheet = self.sheet()
        made = self.assessment(sheet, **values)
        results = self.lead.push(
            self.lead.put("submissions", sheet),
            self.lead.put("assessments", made),
            self.lead.put("assessment_signatures", self.signature(made, self.lead)),
        )
        assert [r["outcome"] for r in results] == ["accepted"] * 3, results
        return made

    def countersign(self, made: dict[str, Any]) -> None:
        [result] = self.second.push(
            self.second.put("assessment_signatures", self.signature(made, self.second))
        )
        assert result["outcome"] == "accepted", result

    def risk(self) -> list[Any]:
        household = row_table("households")
        with self.county.context.store.read() as connection:
            row = connection.execute(household.select().where(household.c.id == self.house["id"])).one()
        return [row._mapping[name] for name in RISK]


def _stamps(device: Device) -> dict[str, Any]:
    now = device.county.now
    return {
        "id": device.county.ids(), "created_at": now, "created_by": device.user_id, "updated_at": now,
        "updated_by": device.user_id, "device_id": device.device_id,
    }  # fmt: skip


@pytest.fixture
def team(county: County) -> Team:
    return Team(county)


def test_last_signature_brings_the_level_to_the_household(team: Team) -> None:
    made = team.hand_in()
    assert team.risk() == ["NONE", None, None, None]
    team.countersign(made)
    day = parse_instant(made["assessed_at"]).date()
    assert team.risk() == ["HIGH", made["id"], dt.date.fromisoformat(made["next_due"]), day]
    body = team.second.body_of(team.house["id"])
    assert [body[name] for name in RISK[:2]] == ["HIGH", made["id"]]
    assert check_store(team.county.context.store) == []


def test_same_signatures_in_one_batch_in_any_order_come_to_the_same(team: Team) -> None:
    sheet = team.sheet()
    made = team.assessment(sheet)
    both = [team.signature(made, team.lead), team.signature(made, team.lead, team.second.user_id)]
    results = team.lead.push(
        team.lead.put("submissions", sheet),
        team.lead.put("assessments", made),
        *(team.lead.put("assessment_signatures", one) for one in both),
    )
    assert {r["outcome"] for r in results} == {"accepted"}
    assert team.risk()[0] == "HIGH"


def test_a_household_put_and_assessed_in_one_batch_gets_its_level(team: Team) -> None:
    house = team.lead.household()
    team.house = house
    sheet = team.sheet()
    made = team.assessment(sheet)
    team.lead.push(
        team.lead.put("households", house),
        team.lead.put("submissions", sheet),
        team.lead.put("assessments", made),
        team.lead.put("assessment_signatures", team.signature(made, team.lead)),
        team.lead.put("assessment_signatures", team.signature(made, team.lead, team.second.user_id)),
    )
    assert team.risk()[:2] == ["HIGH", made["id"]]
    assert check_store(team.county.context.store) == []


def test_lowering_high_without_a_reason_is_refused_or_does_not_hold(team: Team) -> None:
    team.countersign(team.hand_in())
    sheet = team.sheet()
    known = team.assessment(sheet, level="LOW", score=3, previous_level="HIGH")
    results = team.lead.push(team.lead.put("submissions", sheet), team.lead.put("assessments", known))
    assert [r.get("code", "") for r in results] == ["", "lowering_reason_required"]
    team.county.clock.advance(minutes=1)
    # Its device had not heard of HIGH: the record stays, the level too.
    unaware = team.hand_in(level="LOW", score=3)
    team.countersign(unaware)
    assert team.risk()[0] == "HIGH"


def test_lowering_high_with_a_reason_holds(team: Team) -> None:
    team.countersign(team.hand_in())
    team.county.clock.advance(days=1)
    lower = team.hand_in(level="LOW", score=3, previous_level="HIGH", lowering_reason="已住进养老院")
    team.countersign(lower)
    assert team.risk()[:2] == ["LOW", lower["id"]]


def test_a_leader_overrides_the_level(team: Team) -> None:
    leader = team.county.device(Role.TOWN_LEADER, TOWN)
    made = team.hand_in(level="MEDIUM", score=40)
    team.countersign(made)
    decision = {
        **_stamps(leader), "household_id": team.house["id"], "assessment_id": made["id"], "level": "HIGH",
        "reason": "独居且近日降雪", "decided_at": team.county.now,
    }  # fmt: skip
    assert team.lead.push(team.lead.put("level_overrides", decision))[0]["code"] == "wrong_author"
    own = {**decision, "created_by": team.lead.user_id, "updated_by": team.lead.user_id}
    assert team.lead.push(team.lead.put("level_overrides", own))[0]["code"] == "not_permitted"
    assert leader.push(leader.put("level_overrides", decision))[0]["outcome"] == "accepted"
    assert team.risk()[0] == "HIGH"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"members": "one"}, "assessors_too_few"),
        ({"members": "volunteers"}, "assessors_no_official"),
        ({"level": "NONE"}, "assessment_level_missing"),
        ({"submission_id": "nowhere"}, "unknown_submission"),
        ({"household_id": "nowhere"}, "unknown_household"),
        ({"area_code": "341789999999"}, "unknown_area"),
        ({"level": "TERRIBLE"}, "invalid_value"),
    ],
)
def test_assessments_that_break_a_rule_are_refused(team: Team, changes: dict[str, Any], code: str) -> None:
    sheet = team.sheet()
    made = team.assessment(sheet)
    if changes.get("members") == "one":
        changes = {"members": made["members"][:1]}
    elif changes.get("members") == "volunteers":
        changes = {"members": [{**m, "kind": "VOLUNTEER"} for m in made["members"]]}
    results = team.lead.push(
        team.lead.put("submissions", sheet), team.lead.put("assessments", {**made, **changes})
    )
    assert results[1]["code"] == code


def test_only_who_leads_may_hand_in_an_assessment(team: Team) -> None:
    sheet = team.sheet(team.second)
    made = {**team.assessment(sheet), **_stamps(team.second)}
    results = team.second.push(team.second.put("submissions", sheet), team.second.put("assessments", made))
    assert [r.get("code", "") for r in results] == ["", "not_permitted"]


def test_signatures_of_others_and_without_a_picture_are_refused(team: Team) -> None:
    made = team.hand_in()
    neighbour = team.county.device(Role.GRID_WORKER, GRID_1)
    stranger = team.county.device(Role.GRID_WORKER, GRID_2)
    forged = team.signature(made, neighbour, team.second.user_id)
    assert neighbour.push(neighbour.put("assessment_signatures", forged))[0]["code"] == "not_your_signature"
    outside = team.signature(made, stranger)
    assert stranger.push(stranger.put("assessment_signatures", outside))[0]["code"] == "not_permitted"
    blank = team.signature(made, team.second, signature={"attestation": "REFUSED"})
    refused = team.second.push(team.second.put("assessment_signatures", blank))[0]
    assert refused["code"] == "signature_required"
    nowhere = team.signature({"id": "nowhere"}, team.second)
    refused = team.second.push(team.second.put("assessment_signatures", nowhere))[0]
    assert refused["code"] == "unknown_assessment"
    assert team.risk()[0] == "NONE"


def test_the_form_and_the_rule_disagree_is_marked_and_the_mark_is_the_servers(team: Team) -> None:
    sheet = team.sheet()
    made = team.assessment(sheet, scale_id="gx-1", flags=["forged"])
    team.lead.push(team.lead.put("submissions", sheet), team.lead.put("assessments", made))
    assert team.lead.body_of(made["id"])["flags"] == ["answers_incomplete"]


def test_assessments_move_with_their_household(team: Team) -> None:
    team.hand_in()
    with RecordWriter(team.county.context.store, Author(SERVER_USER)) as writer:
        writer.patch("households", team.house["id"], {"area_code": GRID_2})
    other = team.county.device(Role.GRID_WORKER, GRID_2)
    kinds = {line[0] for line in other.pull() if len(line) == 3}
    assert {"households", "submissions", "assessments", "assessment_signatures"} <= kinds
    assert check_store(team.county.context.store) == []


def test_a_sheet_without_a_household_waits_in_its_area(team: Team) -> None:
    sheet = team.sheet()
    del sheet["household_id"]
    [result] = team.lead.push(team.lead.put("submissions", sheet))
    assert (result["outcome"], result["bucket"]) == ("accepted", GRID_1)
    elsewhere = {**sheet, "id": team.county.ids(), "area_code": OTHER_VILLAGE}
    assert team.lead.push(team.lead.put("submissions", elsewhere))[0]["code"] == "not_permitted"
    assert check_store(team.county.context.store) == []


def test_pictures_under_signatures_are_taken_and_shown_to_the_team(team: Team) -> None:
    import hashlib

    picture = b"a pen's strokes"
    sha256 = hashlib.sha256(picture).hexdigest()
    sheet = team.sheet()
    made = team.assessment(sheet)
    pen = {"attestation": "SIGNED", "image_sha256": sha256, "image_size": len(picture)}
    team.lead.push(
        team.lead.put("submissions", sheet),
        team.lead.put("assessments", made),
        team.lead.put("assessment_signatures", team.signature(made, team.lead, signature=pen)),
    )
    assert team.lead.request("PUT", f"/v1/blobs/{sha256}", data=picture).status_code == 204
    assert team.second.request("GET", f"/v1/blobs/{sha256}").content == picture
    stranger = team.county.device(Role.GRID_WORKER, GRID_2)
    assert stranger.request("GET", f"/v1/blobs/{sha256}").status_code == 404


def test_a_form_is_read_by_everybody_and_written_by_nobody(team: Team) -> None:
    form = {
        **_stamps(team.lead), "form_id": "gx-1", "version": "1", "title": "评估表",
        "definition_sha256": "cd" * 32, "definition_size": 3, "published_at": team.county.now,
    }  # fmt: skip
    assert team.lead.push(team.lead.put("forms", form))[0]["code"] == "not_permitted"
    with RecordWriter(team.county.context.store, Author(SERVER_USER)) as writer:
        writer.put("forms", form)
    assert [line[2]["form_id"] for line in team.second.pull() if line[0] == "forms"] == ["gx-1"]


def test_figures_count_levels_and_tell_who_lowered_what_and_why(team: Team) -> None:
    clerk = team.county.device(Role.TOWN_CLERK, TOWN)
    team.lead.push(team.lead.put("households", team.lead.household(GRID_2)))
    team.countersign(team.hand_in())
    team.county.clock.advance(days=20)
    lower = team.hand_in(
        level="MEDIUM", score=30, previous_level="HIGH", lowering_reason="已住进养老院",
        next_due=(parse_instant(team.county.now) + dt.timedelta(days=3)).date().isoformat(),
    )  # fmt: skip
    before = clerk.request("GET", f"/v1/statistics/{TOWN}/risks").json()["total"]
    assert (before["levels"]["HIGH"], before["unsigned"], before["lowered"]) == (1, 1, [])
    team.countersign(lower)
    team.county.clock.advance(days=5)
    found = clerk.request("GET", f"/v1/statistics/{TOWN}/risks?group_by=GRID").json()
    total = found["total"]
    assert total["levels"] == {"HIGH": 0, "MEDIUM": 1, "LOW": 0, "NONE": 1}
    assert (total["overdue"], total["unsigned"], total["held_high"]) == (1, 0, 0)
    [lowering] = total["lowered"]
    assert (lowering["before"], lowering["after"], lowering["reason"]) == ("HIGH", "MEDIUM", "已住进养老院")
    assert lowering["by_user"] == team.lead.user_id
    assert [month["levels"]["MEDIUM"] for month in total["trend"]][-1] == 1
    assert len(total["trend"]) == 12
    assert [(row["key"], row["levels"]["MEDIUM"]) for row in found["rows"]] == [(GRID_1, 1), (GRID_2, 0)]
    assert clerk.request("GET", f"/v1/statistics/{TOWN}/risks?group_by=WORKER").status_code == 400
    assert team.lead.request("GET", f"/v1/statistics/{TOWN}/risks").status_code == 403


def test_a_level_without_its_assessment_is_found(team: Team) -> None:
    team.countersign(team.hand_in())
    store = team.county.context.store
    assert check_store(store) == []
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("households", team.house["id"], {"risk_level": "LOW"})
    assert [str(finding) for finding in check_store(store)] == [f"risk_differs households {team.house['id']}"]
