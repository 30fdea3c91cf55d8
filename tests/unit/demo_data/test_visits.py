"""Visits, held against the rules the county itself applies to them (R4, 4.6, R19)."""

import datetime as dt
from collections import Counter

import pytest

from fieldapp.domain.clock import COUNTY_ZONE, parse_instant
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.finding import Severity
from fieldapp.domain.rules.visit_check import VisitedHousehold, check_visit, flags_of
from fieldapp.domain.rules.visit_facts import household_facts, visit_facts
from fieldapp.domain.rules.visit_plan import PlanStatus, plan_household
from server.demo_data.generate import HouseholdFile, generate
from server.demo_data.geography import FOCUS_VILLAGE
from tests.unit.demo_data.conftest import AS_OF, SHOWN, Made

PARAMETERS = Parameters(demo_numbers_allowed=True)


def _status(file: HouseholdFile, today: dt.date) -> tuple[PlanStatus, str]:
    facts = household_facts(
        HouseholdFields.model_validate(file.household), [PersonFields.model_validate(p) for p in file.persons]
    )
    visits = visit_facts(VisitFields.model_validate(visit) for visit in file.visits)
    plan = plan_household(facts, visits, today, PARAMETERS)
    assert plan is not None
    return plan.status_on(today), plan.rule_id


def _ours(files: list[HouseholdFile]) -> list[HouseholdFile]:
    return [file for file in files if file.household["area_code"].startswith(FOCUS_VILLAGE)]


def test_most_households_stand_well_and_some_are_overdue(made: Made) -> None:
    status = Counter(_status(file, AS_OF)[0] for file in made.files)
    assert 0.02 < status[PlanStatus.OVERDUE] / 600 < 0.12
    assert status[PlanStatus.DONE] > 200


@pytest.mark.parametrize(
    "today",
    [
        dt.date(2026, 3, 5),
        dt.date(2026, 1, 1),
        dt.date(2026, 3, 2),
        dt.date(2026, 7, 19),
        dt.date(2026, 12, 31),
        dt.date(2028, 2, 29),
    ],
)
@pytest.mark.parametrize("seed", [7, 8])
def test_demo_aide_has_a_day_worth_showing(today: dt.date, seed: int) -> None:
    ours = _ours(list(generate(SHOWN, seed, today).households()))
    standing = [(file, *_status(file, today)) for file in ours]
    assert len(ours) == 40
    assert 3 <= len({file.household["area_code"] for file in ours}) <= 6
    assert sum(status is PlanStatus.OVERDUE for _, status, _ in standing) == 2
    due = [
        (file, status)
        for file, status, rule in standing
        if status in (PlanStatus.DUE_SOON, PlanStatus.TODO) and rule in ("risk-high", "risk-medium")
    ]
    assert len(due) >= 4
    assert any(file.household["risk_level"] == "HIGH" for file, _ in due)
    done_today = [
        visit
        for file in ours
        for visit in file.visits
        if parse_instant(visit["finished_at"]).astimezone(COUNTY_ZONE).date() == today
    ]
    assert len(done_today) >= 2


def test_no_visit_would_be_stopped_by_the_form(made: Made) -> None:
    for file in made.files:
        home = VisitedHousehold(
            file.household["lat"], file.household["lon"], frozenset(person["id"] for person in file.persons)
        )
        for body in file.visits:
            visit = VisitFields.model_validate(body)
            draft = VisitDraft.model_validate(visit.model_dump())
            found = check_visit(draft, home, PARAMETERS, visit.created_at)
            assert [each.code for each in found if each.severity is Severity.ERROR] == []
            assert {each.code for each in found} <= {
                "photo_missing",
                "visit_backfilled",
                "visit_far_from_home",
            }
            assert set(flags_of(found)) == set(visit.flags)


def test_visit_times_run_in_order(made: Made) -> None:
    for visit in made.visits:
        assert visit["started_at"] < visit["finished_at"] < visit["created_at"] <= visit["received_at"]
        assert visit["root_id"] == visit["id"]
    for file in made.files:
        days = [visit["finished_at"][:10] for visit in file.visits]
        assert days == sorted(days)


def test_visits_are_mixed_as_in_the_field(made: Made) -> None:
    visits = made.visits
    results = Counter(visit["result"] for visit in visits)
    modes = Counter(visit["mode"] for visit in visits)
    assert results["NORMAL"] / len(visits) == pytest.approx(0.83, abs=0.05)
    assert 0.01 < results["NOT_HOME"] / len(visits) < 0.06
    assert results["URGENT"] >= 3
    assert modes["ONSITE"] / len(visits) > 0.7
    assert modes["PHONE"] > 100
    backfilled = sum(visit["backfilled"] for visit in visits) / len(visits)
    assert backfilled == pytest.approx(0.04, abs=0.015)
    late = [
        v
        for v in visits
        if parse_instant(v["received_at"]) - parse_instant(v["finished_at"]) > dt.timedelta(hours=72)
    ]
    assert 0.03 < len(late) / len(visits) < 0.13
    signatures = Counter(v["signature"]["attestation"] for v in visits if "signature" in v)
    assert set(signatures) == {"NOT_NEEDED", "SIGNED", "ILLITERATE_WITNESS", "REFUSED"}


def test_nobody_seen_where_nobody_was_met(made: Made) -> None:
    for visit in made.visits:
        if visit["result"] in ("NOT_HOME", "REFUSED", "UNREACHABLE"):
            assert "persons_seen" not in visit
            assert "photos" not in visit
        else:
            assert visit["persons_seen"]


def test_visitors_serve_the_area(made: Made) -> None:
    users = {user["id"]: user for user in made.data.users()}
    for visit in made.visits:
        for visitor in visit["visitors"]:
            areas = [role["area_code"] for role in users[visitor]["roles"]]
            assert any(visit["area_code"].startswith(area) for area in areas)
