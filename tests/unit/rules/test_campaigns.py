"""Campaigns (S4): 雨雪低温排查 as a worked example, and laws of tasks and progress."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.records.households import (
    Category,
    Coverage,
    HouseholdFields,
    HouseholdStatus,
    HouseholdTag,
    HouseKind,
    HouseSafety,
    RiskLevel,
)
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.visits import Mode, Purpose, Result, VisitState
from fieldapp.domain.rules.campaigns import (
    CampaignTask,
    Work,
    campaign_tasks,
    check_campaign,
    done_in,
    last_day,
    matches,
    progress,
    runs_on,
    sweeps,
    total,
)
from tests.unit.rules.tables import at, visit

COUNTY, TOWN = "341789", "341789100"
FIRST, LAST = dt.date(2026, 1, 20), dt.date(2026, 1, 23)
STAMPS: dict[str, Any] = {
    "created_at": at(FIRST), "created_by": "u1", "updated_at": at(FIRST), "updated_by": "u1",
}  # fmt: skip
SNOW = HouseholdFilter(
    houses=(HouseKind.OWN_BRICKWOOD, HouseKind.OWN_EARTH),
    safety=(HouseSafety.C, HouseSafety.D),
    age_from=60,
)


def campaign(**changes: Any) -> CampaignFields:
    given = {
        "area_code": COUNTY,
        "title": "雨雪低温排查",
        "filter": SNOW,
        "starts_on": FIRST,
        "ends_on": LAST,
    }
    return CampaignFields.model_validate({"id": "c-1", **STAMPS, **given, **changes})


def home(number: int, area_code: str = f"{TOWN}201001", **changes: Any) -> HouseholdFields:
    return HouseholdFields.model_validate(
        {"id": f"h-{number}", "head_name": "户主甲", "area_code": area_code, **STAMPS, **changes}
    )


def person(household_id: str, age: int, **changes: Any) -> PersonFields:
    """Somebody whose birthday was the day before the campaign began."""
    born = FIRST.replace(year=FIRST.year - age) - dt.timedelta(days=1)
    return PersonFields.model_validate(
        {"id": f"p-{household_id}-{age}", "household_id": household_id, "name": "成员甲", "birth_date": born,
         **STAMPS, **changes}
    )  # fmt: skip


HOMES = [
    home(1, house_kind="OWN_BRICKWOOD", house_safety="B"),  # of brick and wood: asked for
    home(2, house_kind="FLAT", house_safety="C"),  # endangered: asked for
    home(3, house_kind="FLAT", house_safety="A"),  # neither
    home(4, house_kind="OWN_EARTH", house_safety="D"),  # but nobody of sixty
    home(5, "341789101201001", house_safety="D"),  # another town
    home(6, house_safety="D", status=HouseholdStatus.CLOSED),  # no longer on the list
]
AGES = {"h-1": 72, "h-2": 60, "h-3": 80, "h-4": 59, "h-5": 90, "h-6": 90}
MEMBERS = {household_id: [person(household_id, age)] for household_id, age in AGES.items()}


def test_snow_sweep_asks_for_old_people_in_bad_houses_and_shows_its_progress_by_town() -> None:
    swept = visit("v-1", at(dt.date(2026, 1, 21)), household_id="h-1")._replace(purpose=Purpose.SWEEP)
    tasks = campaign_tasks(campaign(), HOMES, MEMBERS, sweeps([swept]))
    assert [task.household_id for task in tasks] == ["h-1", "h-2", "h-5"]
    shares = progress(tasks, AreaLevel.TOWN)
    assert {code: (one.numerator, one.denominator) for code, one in shares.items()} == {
        TOWN: (1, 2), "341789101": (0, 1),
    }  # fmt: skip
    assert (total(tasks).numerator, total(tasks).denominator, total(tasks).percent) == (1, 3, "33.33 %")
    assert shares[TOWN].denominator_ids == ("h-1", "h-2")


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": Purpose.ROUTINE},
        {"result": Result.NOT_HOME},
        {"state": VisitState.VOID},
        {"superseded": True},
    ],
)
def test_only_a_sweep_that_met_somebody_counts(changes: dict[str, Any]) -> None:
    swept = visit("v-1", at(FIRST), mode=Mode.PHONE)._replace(**{"purpose": Purpose.SWEEP, **changes})
    assert list(sweeps([swept])) == []


@pytest.mark.parametrize(
    ("finished_at", "counts"),
    [
        (at(FIRST, 0), True),
        (at(FIRST, 0) - dt.timedelta(minutes=1), False),
        (at(LAST, 23, 59), True),
        (at(LAST, 0) + dt.timedelta(days=1), False),
    ],
)
def test_work_counts_from_the_first_to_the_last_day(finished_at: dt.datetime, counts: bool) -> None:
    assert bool(done_in(campaign(), [Work(finished_at, "v-1", "h-1")])) is counts


def test_the_first_work_of_a_household_is_the_one_shown() -> None:
    late, early = Work(at(LAST), "v-2", "h-1"), Work(at(FIRST), "v-1", "h-1")
    assert done_in(campaign(), [late, early])["h-1"].record_id == "v-1"
    assert campaign_tasks(campaign(), HOMES[:1], MEMBERS, [late, early])[0] == CampaignTask(
        "h-1", HOMES[0].area_code, "v-1", FIRST
    )


def test_a_campaign_ended_early_asks_nothing_more() -> None:
    ended = campaign(closed_on=dt.date(2026, 1, 21))
    assert last_day(ended) == dt.date(2026, 1, 21)
    days = [FIRST + dt.timedelta(days=n) for n in range(-1, 5)]
    assert [runs_on(ended, day) for day in days] == [False, True, False, False, False, False]
    assert [runs_on(campaign(), day) for day in days] == [False, True, True, True, True, False]


@pytest.mark.parametrize(
    ("wanted", "matched"),
    [
        ({}, True),
        ({"tags": (HouseholdTag.ALONE_ELDER,)}, True),
        ({"tags": (HouseholdTag.VETERAN,)}, False),
        ({"categories": (Category.DIBAO, Category.TEKUN)}, True),
        ({"categories": (Category.OTHER,)}, False),
        ({"risk_levels": (RiskLevel.HIGH,)}, True),
        ({"risk_levels": (RiskLevel.LOW,)}, False),
        ({"age_to": 16}, True),
        ({"age_from": 17, "age_to": 69}, False),
        ({"age_from": 8, "age_to": 8}, True),
        ({"tags": (HouseholdTag.ALONE_ELDER,), "risk_levels": (RiskLevel.LOW,)}, False),
    ],
)
def test_all_given_conditions_hold_and_inside_one_any_value(wanted: dict[str, Any], matched: bool) -> None:
    house = home(
        1, tags=["ALONE_ELDER", "OTHER"], risk_level="HIGH",
        coverages=[Coverage(category=Category.DIBAO, since=FIRST)],
    )  # fmt: skip
    family = [person("h-1", 70), person("h-1", 8), person("h-1", 40, status=PersonStatus.DEAD)]
    assert matches(HouseholdFilter(**wanted), house, family, on=FIRST) is matched


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": FIRST - dt.timedelta(days=1)}, "campaign_dates"),
        ({"title": " "}, "title_required"),
        ({"filter": HouseholdFilter(age_from=61, age_to=60)}, "campaign_ages"),
    ],
)
def test_campaign_that_cannot_be_meant_is_refused(changes: dict[str, Any], code: str) -> None:
    check_campaign(campaign())
    with pytest.raises(RuleError, match=f"^{code}"):
        check_campaign(campaign(**changes))


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["100", "101", "102"]), st.booleans()), max_size=30
    ),
    st.sampled_from([AreaLevel.TOWN, AreaLevel.VILLAGE, AreaLevel.GRID]),
)
def test_progress_of_any_level_sums_to_the_tasks(rows: list[tuple[int, str, bool]], level: AreaLevel) -> None:
    tasks = [
        CampaignTask(f"h-{n}", f"341789{town}20{village % 3}001", "v" if done else "")
        for n, (village, town, done) in enumerate(rows)
    ]
    shares = progress(tasks, level).values()
    assert sum(one.denominator for one in shares) == len(tasks) == total(tasks).denominator
    assert sum(one.numerator for one in shares) == total(tasks).numerator
