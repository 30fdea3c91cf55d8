"""What several visits together ask for: silent wherever an honest day looks like it."""

import dataclasses
import datetime as dt

import pytest

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.rules.visit_evidence import VisitEvidence, check_evidence

COUNTY = Parameters()
NOON = dt.datetime(2026, 3, 5, 4, 0, tzinfo=dt.UTC)
OFFICE = (34.0, 108.0)
TOLD = (
    "老人独居，血压稳定，按时服药，米面油够吃两个月，屋顶去年修过不漏，冬天取暖用炕，"
    "子女每周来一次电话，没有别的困难。"
)


def at(minutes: float, household: str, **changes: object) -> VisitEvidence:
    """A visit of ten minutes told from the village office; its home lies some 5 km away."""
    begun = NOON + dt.timedelta(minutes=minutes)
    north = 34.05 + 0.001 * int(household[1:])
    one = VisitEvidence(household, begun, begun + dt.timedelta(minutes=2), OFFICE, 10.0, (north, 108.0))
    return dataclasses.replace(one, **changes)  # type: ignore[arg-type]


def codes(visit: VisitEvidence, *others: VisitEvidence) -> set[str]:
    return {finding.code for finding in check_evidence(visit, others, COUNTY)}


def test_visits_told_in_one_sitting_far_from_their_homes_are_remarked() -> None:
    assert codes(at(8, "h3"), at(0, "h1"), at(4, "h2")) == {"visits_staged"}


@pytest.mark.parametrize(
    "others",
    [
        (at(0, "h1"),),  # two households only
        (at(0, "h1"), at(4, "h1")),  # the same one twice
        (at(0, "h1"), at(-40, "h2")),  # hours, not minutes
        (at(0, "h1"), at(4, "h2", home=OFFICE)),  # next door
        (at(0, "h1"), at(4, "h2", home=None)),  # nobody knows where it lies
        (at(0, "h1"), at(4, "h2", place=None)),  # no satellite, a phone call, typed in later
        (at(0, "h1"), at(4, "h2", place=(34.001, 108.0))),  # 111 m further
        (at(0, "h1"), at(4, "h2", accuracy_m=6000.0)),  # a poor fix
        (at(0, "h1"), at(4, "h2", home=(34.051, 108.0))),  # the same yard as h1
    ],
)
def test_visits_that_may_be_honest_are_not_called_staged(others: tuple[VisitEvidence, ...]) -> None:
    assert codes(at(8, "h3"), *others) == set()


def test_a_journey_nobody_makes_is_remarked_whichever_visit_came_first() -> None:
    here, there = at(0, "h1"), at(10, "h2", place=(34.5, 108.0))  # 56 km in ten minutes
    assert codes(here, there) == codes(there, here) == {"travel_too_fast"}


@pytest.mark.parametrize(
    "there",
    [
        at(60, "h2", place=(34.5, 108.0)),  # an hour by road
        at(3, "h2", place=(34.02, 108.0)),  # 2 km: a motorcycle, a lift, a clock a minute off
        at(3, "h2", place=(34.04, 108.0), accuracy_m=3000.0),
        at(3, "h2", place=None),
    ],
)
def test_a_quick_day_is_no_impossible_journey(there: VisitEvidence) -> None:
    assert codes(at(0, "h1", home=OFFICE), there) == set()


def told(household: str, narrative: str, days: float = 0) -> VisitEvidence:
    return at(-days * 24 * 60, household, place=None, narrative=narrative)


def test_words_copied_over_several_households_are_remarked() -> None:
    almost = TOLD.replace("两个月", "三个月")
    found = codes(told("h1", TOLD), told("h2", TOLD, 1), told("h3", almost, 2), told("h4", TOLD, 3))
    assert found == {"narrative_copied"}


@pytest.mark.parametrize(
    "others",
    [
        [told("h1", TOLD, days) for days in (30, 60, 90)],  # one's own words of last month
        [told("h2", TOLD, days) for days in (1, 8, 15)],  # one other household
        [told(f"h{n}", TOLD, 40 + n) for n in (2, 3, 4)],  # long ago
        [
            told(f"h{n}", TOLD[:20] + "儿子在外打工，上月寄回六百元，鸡舍塌了一角，想申请公益岗位", n)
            for n in (2, 3, 4)
        ],
    ],
)
def test_words_that_may_be_ones_own_are_not(others: list[VisitEvidence]) -> None:
    assert codes(told("h1", TOLD), *others) == set()


def test_short_words_are_alike_by_nature() -> None:
    short = "家中一切正常，生活稳定，无新增困难。"
    assert codes(told("h1", short), *(told(f"h{n}", short, n) for n in (2, 3, 4))) == set()
