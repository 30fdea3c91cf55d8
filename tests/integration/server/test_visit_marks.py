"""What the server finds between visits of all workers: for supervisors only, nothing about honest days."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from sqlalchemy import insert, select

from fieldapp.domain.records.users import Role
from server.jobs import run_minute_jobs
from server.services.checks import check_store
from server.services.evidence import find_marks
from server.store import tables
from server.store.projections import row_table
from sync.protocol.entities import desk_area
from tests.integration.server.county import (
    COUNTY,
    FAR_VILLAGE,
    GRID_1,
    OTHER_GRID,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    County,
    Device,
)

TOLD = (
    "老人独居，血压稳定，按时服药，米面油够吃两个月，屋顶去年修过不漏，冬天取暖用炕，"
    "子女每周来一次电话，没有别的困难。"
)
NOON = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)


class Case:
    """Two aides of two villages and the clerk of their town."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.store = county.context.store
        self.aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        self.other = county.device(Role.VILLAGE_AIDE, OTHER_GRID[:12])
        self.clerk = county.device(Role.TOWN_CLERK, TOWN)
        self.homes: set[str] = set()
        self.told = f"{TOLD}{self.aide.user_id}"
        self.compare()

    def sha256(self, name: str) -> str:
        return hashlib.sha256(f"{self.aide.user_id}/{name}".encode()).hexdigest()

    def photo(self, name: str, source: str = "", **values: Any) -> dict[str, Any]:
        """A photo by its content, with a thumbnail."""
        return {
            "kind": "DOOR", "sha256": self.sha256(name), "size": 2048, "width": 1600, "height": 1200,
            "origin": "CAMERA", "thumbnail_sha256": self.sha256(f"{name} small"), "thumbnail_size": 512,
            "source_sha256": self.sha256(source) if source else "", **values,
        }  # fmt: skip

    def home(self, aide: Device, area_code: str = "", **values: Any) -> str:
        area = area_code or (GRID_1 if aide is self.aide else OTHER_GRID)
        made = aide.household(area_code=area, **values)
        assert aide.push(aide.put("households", made))[0]["outcome"] == "accepted"
        self.homes.add(made["id"])
        return str(made["id"])

    def visit(self, aide: Device, home: str, minutes: float = 0, **values: Any) -> dict[str, Any]:
        at = NOON + dt.timedelta(minutes=minutes)
        text = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
        area = values.pop("area_code", GRID_1 if aide is self.aide else OTHER_GRID)
        body = aide.visit(
            home, area_code=area, started_at=text, finished_at=text, visitors=[aide.user_id], **values
        )
        (result,) = aide.push(aide.put("visits", body))
        assert result["outcome"] == "accepted", result
        return body

    def compare(self) -> int:
        return find_marks(self.store, self.county.context.prints)

    def marks(self, device: Device) -> list[dict[str, Any]]:
        """What a device holds of marks after reading all anew."""
        device.have = {}
        found = [line[2] for line in device.pull() if line[0] == "visit_marks"]
        return [mark for mark in found if mark["household_id"] in self.homes]

    def clear(self, mark: dict[str, Any], by: Device | None = None, **values: Any) -> dict[str, Any]:
        clerk = by or self.clerk
        body = {
            **{k: v for k, v in clerk.household().items() if k in
               ("id", "created_at", "created_by", "updated_at", "updated_by", "device_id")},
            "household_id": mark["household_id"], "mark_id": mark["id"], "reason": "两户同住一个院子",
            "cleared_at": self.county.now, **values,
        }  # fmt: skip
        return clerk.push(clerk.put("mark_clearances", body))[0]

    def sound(self) -> bool:
        return check_store(self.store) == []


@pytest.fixture
def case(shared_county: County) -> Case:
    return Case(shared_county)


def test_the_same_photo_for_two_households_reaches_the_supervisor_alone(case: Case) -> None:
    first = case.visit(case.aide, case.home(case.aide), photos=[case.photo("a")])
    second = case.visit(
        case.other, case.home(case.other), 60, photos=[case.photo("a")], narrative="另一户正常"
    )
    assert case.compare() == 1
    (mark,) = case.marks(case.clerk)
    assert (mark["kind"], mark["visit_id"], mark["state"]) == ("SAME_PHOTO", second["id"], "OPEN")
    assert mark["explained"] is False
    (other,) = mark["others"]
    assert (other["visit_id"], other["photo"]["sha256"]) == (first["id"], case.sha256("a"))
    for device in (
        case.aide,
        case.other,
        case.county.device(Role.ASSESSMENT_MEMBER, TOWN),
        case.county.device(Role.TOWN_LEADER, TOWN),
        case.county.device(Role.TOWN_CLERK, OTHER_TOWN),
    ):
        assert case.marks(device) == []
        assert not any(map(desk_area, device.have))
    assert len(case.marks(case.county.device(Role.COUNTY_OFFICER, COUNTY))) == 1
    assert case.compare() == 0
    assert case.sound()


def test_whoever_tells_first_is_not_marked_however_late_he_arrives(case: Case) -> None:
    late = case.visit(case.aide, case.home(case.aide), 60, photos=[case.photo("a")])
    assert case.compare() == 0
    case.visit(case.other, case.home(case.other), photos=[case.photo("a")], narrative="另一户正常")
    assert case.compare() == 1
    assert [one["visit_id"] for one in case.marks(case.clerk)] == [late["id"]]
    assert case.sound()


def test_a_photo_of_another_town_can_be_seen_beside_the_own_one(case: Case) -> None:
    far = case.county.device(Role.VILLAGE_AIDE, FAR_VILLAGE)
    home = case.home(far, FAR_VILLAGE)
    small = f"small {home}".encode()
    name = hashlib.sha256(small).hexdigest()
    used = case.photo("a", "c", thumbnail_sha256=name, thumbnail_size=len(small))
    case.visit(far, home, area_code=FAR_VILLAGE, photos=[used])
    assert far.request("PUT", f"/v1/blobs/{name}", data=small).status_code == 204
    case.visit(case.aide, case.home(case.aide), 60, photos=[case.photo("b", "c")])
    assert case.clerk.request("GET", f"/v1/blobs/{name}").status_code == 404
    case.compare()
    (mark,) = case.marks(case.clerk)
    assert mark["kind"] == "SAME_PHOTO", "two stamped copies of one file"
    assert mark["others"][0]["photo"]["thumbnail_sha256"] == name
    assert case.clerk.request("GET", f"/v1/blobs/{name}").content == small
    assert case.aide.request("GET", f"/v1/blobs/{name}").status_code == 404
    assert case.sound()


def test_what_is_cleared_stays_cleared_whatever_is_corrected(case: Case) -> None:
    case.visit(case.aide, case.home(case.aide), photos=[case.photo("a")])
    made = case.visit(case.other, case.home(case.other), 60, photos=[case.photo("a")])
    case.compare()
    (mark,) = case.marks(case.clerk)
    assert case.clear(mark, by=case.other)["code"] == "not_permitted"
    assert case.clear(mark)["outcome"] == "accepted"
    assert case.clear(mark)["code"] == "mark_not_open"
    assert case.clear(mark, mark_id="0" * 64)["code"] == "unknown_record"
    case.visit(
        case.other,
        made["household_id"],
        60,
        photos=[case.photo("a")],
        amends=made["id"],
        root_id=made["id"],
        narrative="更正：情况正常",
        amend_reason="补充",
    )
    case.compare()
    (told,) = case.marks(case.clerk)
    assert (told["id"], told["state"], told["clear_reason"]) == (mark["id"], "CLEARED", "两户同住一个院子")
    assert told["visit_id"] != mark["visit_id"], "it names the version that counts"
    assert case.sound()


def test_evidence_that_is_taken_back_takes_the_mark_with_it(case: Case) -> None:
    case.visit(case.aide, case.home(case.aide), photos=[case.photo("a")])
    made = case.visit(case.other, case.home(case.other), 60, photos=[case.photo("a")])
    case.compare()
    correction = {"amends": made["id"], "root_id": made["id"], "amend_reason": "照片放错"}
    case.visit(case.other, made["household_id"], 60, photos=[case.photo("b")], **correction)
    assert case.compare() == 1
    (mark,) = case.marks(case.clerk)
    assert mark["state"] == "WITHDRAWN"
    assert "photo" not in mark
    assert "others" not in mark
    with case.store.read() as connection:
        ref = tables.blob_ref.c
        named = select(ref.sha256).where(ref.kind == "visit_marks", ref.record_id == mark["id"])
        assert list(connection.execute(named)) == []
        known = tables.photo_print.c
        prints = set(connection.scalars(select(known.sha256).where(known.root_id == made["id"])))
    assert prints == {case.sha256("b")}
    assert case.clear(mark)["code"] == "mark_not_open"
    case.visit(case.other, made["household_id"], 60, photos=[case.photo("a")], **correction)
    case.compare()
    assert [one["state"] for one in case.marks(case.clerk)] == ["OPEN"], "and gives it back"
    assert case.sound()


def test_the_worker_who_was_told_and_said_a_word_has_explained_it(case: Case) -> None:
    home = case.home(case.aide)
    case.visit(case.aide, home, photos=[case.photo("a")])
    case.visit(
        case.aide, case.home(case.aide), 60, photos=[case.photo("a")],
        flags=["photo_used_before"], flag_reason="两户同住一个院子",
    )  # fmt: skip
    case.compare()
    (mark,) = case.marks(case.clerk)
    assert mark["explained"] is True


def test_honest_visits_are_not_marked(case: Case) -> None:
    net = {"source": "NET", "lat": 34.0, "lon": 108.0}
    honest: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"photos": [case.photo("a")]}, {"photos": [case.photo("b")]}),
        (
            {"photos": [case.photo("board", kind="NOTICE")]},
            {"photos": [case.photo("board", kind="NOTICE")]},
        ),
        ({"narrative": case.told}, {"narrative": case.told}),  # twice is chance, or a phrase
        ({"location": net}, {"location": {**net, "source": "GPS", "lat": 36.0}}),
    )
    for day, (mine, theirs) in enumerate(honest):
        case.visit(case.aide, case.home(case.aide), day * 1440, **mine)
        case.visit(case.other, case.home(case.other), day * 1440 + 5, **theirs)
    assert case.compare() == 0
    assert case.marks(case.clerk) == []
    assert case.sound()


def test_one_household_seen_by_the_same_worker_again_or_by_two_on_one_day_is_not_marked(case: Case) -> None:
    home = case.home(case.aide)
    for days in (0, 5):
        case.visit(case.aide, home, days * 1440, photos=[case.photo("a")])
    together = case.home(case.aide)
    for worker in (case.aide, case.clerk):
        case.visit(worker, together, area_code=GRID_1, photos=[case.photo("b")])
    assert case.compare() == 0
    case.visit(case.clerk, home, 9 * 1440, area_code=GRID_1, photos=[case.photo("a")])
    assert case.compare() == 1, "another worker, another day"


def test_words_that_workers_hand_on_are_marked_and_their_own_carried_forward_are_not(case: Case) -> None:
    home = case.home(case.aide)
    for weeks in range(3):
        case.visit(case.aide, home, weeks * 7 * 24 * 60, narrative=case.told)
    assert case.compare() == 0
    for n in range(2):
        case.visit(case.aide, case.home(case.aide), 60 + n, narrative=case.told)
    assert case.compare() == 0, "two others"
    last = case.visit(case.other, case.home(case.other), 20 * 24 * 60, narrative=case.told)
    assert case.compare() == 1
    (mark,) = case.marks(case.clerk)
    assert (mark["kind"], mark["visit_id"], len(mark["others"])) == ("COPIED", last["id"], 3)
    assert case.sound()


AT_OFFICE = {"location": {"source": "GPS", "lat": 34.0, "lon": 108.0, "accuracy_m": 10.0}}


def test_a_sitting_and_a_journey_are_found_over_two_devices_of_one_worker(case: Case) -> None:
    tablet = case.county.enrol(case.aide.user_id, "另一台")
    homes = [case.home(case.aide, lat=34.05 + n / 100, lon=108.0) for n in range(4)]
    case.visit(case.aide, homes[0], 0, **AT_OFFICE)
    case.visit(case.aide, homes[1], 4, **AT_OFFICE)
    case.visit(tablet, homes[2], 8, area_code=GRID_1, **AT_OFFICE)
    away = {"source": "GPS", "lat": 35.0, "lon": 108.0, "accuracy_m": 10.0}
    case.visit(tablet, homes[3], 20, area_code=GRID_1, location=away)
    case.compare()
    found = {mark["kind"]: mark for mark in case.marks(case.clerk)}
    assert found.keys() == {"STAGED", "TRAVEL"}
    assert len(found["STAGED"]["others"]) == 2
    assert case.sound()
    case.aide.push(case.aide.patch("households", homes[0], {"lat": 34.0, "lon": 108.0}, base_rev=10**9))
    case.compare()
    states = {mark["kind"]: mark["state"] for mark in case.marks(case.clerk)}
    assert states == {"STAGED": "WITHDRAWN", "TRAVEL": "OPEN"}, "the family lives beside the office"
    assert case.sound()


def test_a_mark_moves_with_its_household_and_a_void_visit_has_none(case: Case) -> None:
    home = case.home(case.other)
    case.visit(case.aide, case.home(case.aide), photos=[case.photo("a")])
    made = case.visit(case.other, home, 60, photos=[case.photo("a")])
    case.compare()
    case.other.push(case.other.patch("households", home, {"area_code": OTHER_GRID[:12]}, base_rev=10**9))
    with case.store.read() as connection:
        mark = row_table("visit_marks").c
        assert (
            connection.scalar(select(mark.bucket).where(mark.household_id == home))
            == f"desk:{OTHER_GRID[:12]}"
        )
    assert case.sound()
    stamps = {k: v for k, v in case.clerk.household().items() if k.endswith(("_at", "_by", "id"))}
    void = {**stamps, "household_id": home, "visit_id": made["id"], "act": "VOID", "reason": "重复录入",
            "reviewed_at": case.county.now}  # fmt: skip
    assert case.clerk.push(case.clerk.put("visit_reviews", void))[0]["outcome"] == "accepted"
    case.compare()
    assert [one["state"] for one in case.marks(case.clerk)] == ["WITHDRAWN"]
    assert case.sound()


def test_the_job_runs_once_for_all_processes(case: Case) -> None:
    case.visit(case.aide, case.home(case.aide), photos=[case.photo("a")])
    case.visit(case.other, case.home(case.other), 60, photos=[case.photo("a")])
    case.county.clock.advance(minutes=2)
    assert run_minute_jobs(case.county.context)["marks"] == 1
    assert "marks" not in run_minute_jobs(case.county.context)
    case.county.clock.advance(minutes=-2)


def test_check_finds_marks_that_do_not_follow_and_visits_nobody_compared(case: Case) -> None:
    case.visit(case.aide, case.home(case.aide), photos=[case.photo("a")])
    made = case.visit(case.other, case.home(case.other), 60, photos=[case.photo("a")])
    case.compare()
    teller, due = tables.visit_teller, tables.evidence_due
    forget = teller.delete().where(teller.c.root_id == made["id"]), tables.photo_print.delete()
    for statement in forget:
        case.store.run(lambda unit, one=statement: unit.connection.execute(one))  # type: ignore[misc]
    found = {str(one).split()[0] for one in check_store(case.store)}
    assert found == {"visit_not_compared", "mark_differs"}
    again = insert(due).from_select(["root_id"], select(row_table("visits").c.root_id))
    case.store.run(lambda unit: unit.connection.execute(again))
    case.compare()
    assert case.sound()
