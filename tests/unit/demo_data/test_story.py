"""Scenario 1, the snow, exactly as scripted."""

import datetime as dt

import pytest

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.rules.age import age_on
from server.demo_data.generate import HouseholdFile, generate
from server.demo_data.geography import FOCUS_VILLAGE
from server.demo_data.story import HEAD_NAME, HOTEL_NIGHTS, SPOUSE_NAME
from tests.unit.demo_data.conftest import AS_OF, SHOWN, Made


def _story(files: list[HouseholdFile]) -> HouseholdFile:
    found = [file for file in files if file.household["head_name"] == HEAD_NAME]
    assert len(found) == 1
    return found[0]


def test_couple_is_74_and_72_whatever_the_day() -> None:
    for today in (AS_OF, dt.date(2028, 2, 29), dt.date(2026, 12, 31)):
        file = _story(list(generate(SHOWN, 7, today).households()))
        ages = [age_on(dt.date.fromisoformat(person["birth_date"]), today) for person in file.persons]
        assert ages == [74, 72]
        assert [person["relation_to_head"] for person in file.persons] == ["SELF", "SPOUSE"]


def test_household_is_brick_and_wood_grade_c_of_high_risk(made: Made) -> None:
    household = _story(made.files).household
    assert household["area_code"].startswith(FOCUS_VILLAGE)
    assert household["house_kind"] == "OWN_BRICKWOOD"
    assert household["house_safety"] == "C"
    assert household["risk_level"] == "HIGH"
    assert household["main_causes"] == ["ACCIDENT", "OLD_AGE"]
    assert household["coverages"][0]["category"] == "OTHER"


def test_wife_recovers_from_the_accident_and_her_husband_cares(made: Made) -> None:
    spouse = _story(made.files).persons[1]
    assert spouse["name"] == SPOUSE_NAME
    assert spouse["self_care"]["grade"] == "PARTIAL"
    assert [name for name, able in spouse["self_care"].items() if able is False] == ["walk", "bathe"]
    assert (spouse["carer_name"], spouse["carer_kind"]) == (HEAD_NAME, "FAMILY")


def test_visits_tell_the_story_in_order(made: Made) -> None:
    visits = _story(made.files).visits
    days = [(AS_OF - local_day(parse_instant(visit["finished_at"]))).days for visit in visits]
    told = [(day, visit["purpose"], visit["result"]) for day, visit in zip(days, visits, strict=True)]
    assert told == [
        (250, "ROUTINE", "NORMAL"),
        (75, "ROUTINE", "NORMAL"),
        (40, "ROUTINE", "CHANGED"),
        (20, "SWEEP", "URGENT"),
        (19, "RELIEF", "NEED"),
        (13, "RELIEF", "NORMAL"),
        (7, "RELIEF", "CHANGED"),
        (1, "ROUTINE", "NORMAL"),
    ]
    assert days[4] - days[6] == HOTEL_NIGHTS
    assert [visit["findings"]["urgent_clue"] for visit in visits] == [nth == 3 for nth in range(8)]
    assert [len(visit["visitors"]) for visit in visits] == [1, 1, 1, 2, 2, 1, 2, 1]
    assert visits[3]["findings"]["living"]["HEATING"] == "BAD"
    assert sum(len(visit.get("photos", ())) for visit in visits) == 8


@pytest.mark.parametrize("seed", [1, 99])
def test_story_does_not_depend_on_the_seed(made: Made, seed: int) -> None:
    other = _story(list(generate(SHOWN, seed, AS_OF).households()))
    ours = _story(made.files)
    assert [visit["narrative"] for visit in other.visits] == [visit["narrative"] for visit in ours.visits]
    assert [visit["findings"] for visit in other.visits] == [visit["findings"] for visit in ours.visits]


def test_relief_pays_hotel_and_meals_and_ends_solved(made: Made) -> None:
    aid = _story(made.files).aid
    [relief] = [body for kind, body in aid if kind == "reliefs"]
    assert [item["amount"] for item in relief["items"]] == [12 * 16_800, 12 * 2 * 4_500]
    assert (relief["amount"], relief["paid_amount"], relief["decide_at_level"]) == (
        309_600,
        309_600,
        "COUNTY",
    )
    assert (relief["status"], relief["papers_state"], relief["outcome"]) == ("DONE", "COMPLETE", "SOLVED")
    assert [body["amount"] for kind, body in aid if kind == "fund_entries"] == [-309_600]
    steps = [body["action"] for kind, body in aid if kind == "relief_steps"]
    assert steps == ["PAY", "DECIDE", "PAPERS", "FOLLOW_UP", "FOLLOW_UP", "FINISH"]


def test_neighbours_have_relief_to_decide_papers_to_come_and_a_partner(made: Made) -> None:
    aid = [(kind, body) for file in made.files for kind, body in file.aid]
    standing = {body["status"]: body.get("papers_state") for kind, body in aid if kind == "reliefs"}
    assert standing == {"DONE": "COMPLETE", "PROPOSED": "NOT_NEEDED", "PAID": "PENDING"}
    assert sorted(body["status"] for kind, body in aid if kind == "service_needs") == ["IN_SERVICE", "OPEN"]
    [referral] = [body for kind, body in aid if kind == "referrals"]
    assert (referral["status"], referral["logged"]) == ("IN_SERVICE", 2)
