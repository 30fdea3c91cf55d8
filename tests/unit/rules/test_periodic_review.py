"""Periodic review (R16) and people nobody finds (W15): worked examples."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.households import Category, Coverage, ReviewClass
from fieldapp.domain.records.visits import Mode, Purpose, Result, VisitState
from fieldapp.domain.rules.periodic_review import add_months, review_due
from fieldapp.domain.rules.visit_facts import HouseholdFacts, VisitFact
from fieldapp.domain.rules.visit_plan import plan_household, unreachable_since
from tests.unit.rules.tables import at, household, visit

COUNTY = Parameters()
TODAY = dt.date(2026, 3, 5)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def review(on: str, **changes: Any) -> VisitFact:
    return visit(f"v-{on}", at(day(on)))._replace(**{"purpose": Purpose.REVIEW, **changes})


def covered(*coverages: Coverage) -> HouseholdFacts:
    return replace(household({}), coverages=coverages)


@pytest.mark.parametrize(
    ("coverage", "reviews", "due"),
    [
        # A and B every twelve months, C every six, counted from the start without any review
        ({"category": "DIBAO", "review_class": "A", "since": "2025-04-10"}, [], "2026-04-10"),
        ({"category": "DIBAO", "review_class": "B", "since": "2025-04-10"}, [], "2026-04-10"),
        ({"category": "DIBAO", "review_class": "C", "since": "2025-10-10"}, [], "2026-04-10"),
        ({"category": "DIBAO", "since": "2025-04-10"}, [], "2026-04-10"),
        # and from the last review
        ({"category": "DIBAO", "review_class": "C", "since": "2024-01-01"}, ["2025-12-20"], "2026-06-20"),
        ({"category": "TEKUN", "since": "2020-01-01"}, ["2025-08-31"], "2026-08-31"),
        ({"category": "DIBAO_MARGIN", "since": "2025-03-01"}, [], "2026-03-01"),
        # a review before the entitlement began was about another one
        ({"category": "DIBAO", "review_class": "C", "since": "2026-01-01"}, ["2025-12-01"], "2026-07-01"),
        # the class of other categories plays no part
        ({"category": "TEKUN", "review_class": "C", "since": "2025-04-10"}, [], "2026-04-10"),
        # the day the office entered holds until a review within the thirty days before it
        ({"category": "DIBAO", "since": "2025-01-01", "next_review": "2026-05-01"}, [], "2026-05-01"),
        (
            {"category": "DIBAO", "since": "2025-01-01", "next_review": "2026-05-01"},
            ["2026-03-31"],
            "2026-05-01",
        ),
        (
            {"category": "DIBAO", "since": "2025-01-01", "next_review": "2026-05-01"},
            ["2026-04-01"],
            "2027-04-01",
        ),
        # RIGID at its expiry, once
        ({"category": "RIGID_EXPENSE", "since": "2025-05-01", "until": "2026-04-30"}, [], "2026-04-30"),
        ({"category": "RIGID_EXPENSE", "since": "2025-05-01", "until": "2026-04-30"}, ["2026-04-02"], None),
        ({"category": "RIGID_EXPENSE", "since": "2025-05-01"}, [], None),
        # nothing else is reviewed, nor what has ended
        ({"category": "ANTI_POVERTY", "since": "2020-01-01"}, [], None),
        ({"category": "DIBAO", "since": "2020-01-01", "until": "2026-03-04"}, [], None),
    ],
)
def test_review_is_due_as_the_rule_says(
    coverage: dict[str, Any], reviews: list[str], due: str | None
) -> None:
    facts = covered(Coverage.model_validate(coverage))
    found = review_due(facts, [review(on) for on in reviews], TODAY, COUNTY)
    assert found == (None if due is None else day(due))


def test_the_earliest_of_several_entitlements_decides() -> None:
    coverages = (
        Coverage(category=Category.TEKUN, since=day("2025-08-01")),
        Coverage(category=Category.DIBAO, review_class=ReviewClass.C, since=day("2025-11-01")),
    )
    assert review_due(covered(*coverages), [], TODAY, COUNTY) == day("2026-05-01")


@pytest.mark.parametrize(
    ("known_since", "due"),
    [
        ("2024-05-31", "2024-08-31"),
        ("2024-08-31", "2024-08-31"),
        ("2024-09-01", "2025-02-28"),
        ("2026-03-05", "2026-08-31"),
    ],
)
def test_reviews_before_the_county_began_to_record_are_taken_as_made(known_since: str, due: str) -> None:
    coverage = Coverage(category=Category.DIBAO, review_class=ReviewClass.C, since=day("2023-08-31"))
    facts = replace(covered(coverage), known_since=day(known_since))
    assert review_due(facts, [], TODAY, COUNTY) == day(due)


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": Mode.PHONE},
        {"purpose": Purpose.ROUTINE},
        {"result": Result.NOT_HOME},
        {"state": VisitState.VOID},
        {"superseded": True},
    ],
)
def test_only_a_review_on_site_that_met_somebody_is_one(changes: dict[str, Any]) -> None:
    facts = covered(Coverage(category=Category.DIBAO, since=day("2025-04-10")))
    assert review_due(facts, [review("2026-03-01", **changes)], TODAY, COUNTY) == day("2026-04-10")


def test_the_plan_warns_thirty_days_before_and_leaves_the_exempt_in_peace() -> None:
    facts = covered(Coverage(category=Category.DIBAO, since=day("2025-04-10")))
    plan = plan_household(facts, [], TODAY, COUNTY)
    assert plan is not None
    assert (plan.review_due, plan.review_from) == (day("2026-04-10"), day("2026-03-11"))
    assert [plan.asks_review_on(day(text)) for text in ("2026-03-10", "2026-03-11")] == [False, True]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2026-01-31", 12, "2027-01-31"),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


# --- unreachable ----------------------------------------------------------------------------------


def tries(*days: str, result: Result = Result.NOT_HOME) -> list[VisitFact]:
    return [visit(f"t-{n}", at(day(on)), result=result) for n, on in enumerate(days)]


@pytest.mark.parametrize(
    ("visits", "since"),
    [
        (tries("2026-03-01", "2026-03-04", "2026-03-10"), "2026-03-10"),  # the tenth day
        (tries("2026-03-01", "2026-03-04", "2026-03-11"), None),  # the eleventh
        (tries("2026-03-01", "2026-03-01", "2026-03-04"), None),  # two days only
        (tries("2026-03-01", "2026-03-04"), None),
        (tries("2026-02-01", "2026-03-01", "2026-03-04", "2026-03-06"), "2026-03-06"),
        (tries("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-20"), "2026-03-03"),
        (tries("2026-03-01", "2026-03-02", "2026-03-03", result=Result.UNREACHABLE), None),
        ([*tries("2026-03-01", "2026-03-02", "2026-03-03"), visit("m", at(day("2026-03-04")))], None),
        (
            [
                *tries("2026-03-01", "2026-03-02"),
                visit("m", at(day("2026-03-03")), result=Result.REFUSED),
                visit("n", at(day("2026-03-04")), result=Result.NOT_HOME),
            ],
            None,
        ),
    ],
)
def test_three_days_without_anybody_at_home_within_ten(visits: list[VisitFact], since: str | None) -> None:
    assert unreachable_since(visits, COUNTY) == (None if since is None else day(since))


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 40))
def test_meeting_somebody_last_always_ends_it(days: list[int], after: int) -> None:
    begin = day("2026-01-01")
    asked = [
        visit(f"t-{n}", at(begin + dt.timedelta(days=d)), result=Result.NOT_HOME) for n, d in enumerate(days)
    ]
    met = visit("met", at(begin + dt.timedelta(days=41 + after)))
    assert unreachable_since([met, *asked], COUNTY) is None
    found = unreachable_since(asked, COUNTY)
    naive = sorted(set(days))
    windows = [naive[i + 2] for i in range(len(naive) - 2) if naive[i + 2] - naive[i] < 10]
    assert found == (begin + dt.timedelta(days=windows[0]) if windows else None)
