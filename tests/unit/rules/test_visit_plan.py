"""R4: rules, counted visits and the plan of a household."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.parameters import (
    DEFAULT_VISIT_RULES,
    PERIODS_PER_YEAR,
    Parameters,
    PeriodUnit,
    VisitMatch,
    VisitRule,
)
from fieldapp.domain.records.households import (
    Category,
    Coverage,
    HouseholdFields,
    HouseholdStatus,
    RiskLevel,
)
from fieldapp.domain.records.persons import Health, PersonFields, PersonStatus, SelfCare, SelfCareGrade
from fieldapp.domain.records.visits import Mode, Result, VisitFields, VisitState
from fieldapp.domain.rules.visit_facts import (
    Exemption,
    HouseholdFacts,
    VisitFact,
    household_facts,
    visit_facts,
)
from fieldapp.domain.rules.visit_plan import PlanStatus, counted_visits, period_of, plan_household
from fieldapp.domain.rules.visit_rules import matching_rule
from tests.unit.rules.tables import GRID, LONG_AGO, at, household, table, visit

TABLE = table("visit_plan")
COUNTY = Parameters()
RULES = {rule.id: rule for rule in DEFAULT_VISIT_RULES}
DAY = dt.date(2026, 3, 5)
NOW = at(DAY)

days = st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize("row", TABLE["rule"], ids=lambda row: row["rule"] or "none")
def test_matching_rule_table(row: dict[str, Any]) -> None:
    rule = matching_rule(household(row), DAY, COUNTY)
    if not row["rule"]:
        assert rule is None
    else:
        assert rule is not None
        assert (rule.id, rule.unit, rule.times) == (row["rule"], row["unit"], row.get("times", 1))


def test_matching_rule_every_default_rule_is_reached_by_the_table() -> None:
    assert {row["rule"] for row in TABLE["rule"]} - {""} == set(RULES)


def test_matching_rule_looks_at_coverages_open_on_the_day() -> None:
    facts = household({"coverages": [["DIBAO", "", "B"]], "until": dt.date(2026, 3, 31)})
    assert matching_rule(facts, dt.date(2026, 3, 31), COUNTY) == RULES["dibao"]
    assert matching_rule(facts, dt.date(2026, 4, 1), COUNTY) is None


def test_matching_rule_conditions_on_coverage_hold_for_one_coverage() -> None:
    """A class-A file of one category does not make another category's rule match."""
    facts = household({"coverages": [["OTHER", "", "A"], ["DIBAO", "", "B"]]})
    assert matching_rule(facts, DAY, COUNTY) == RULES["dibao"]


@pytest.mark.parametrize("row", TABLE["period"], ids=lambda row: f"{row['unit']}-{row['day']}")
def test_period_of_table(row: dict[str, Any]) -> None:
    assert list(period_of(PeriodUnit(row["unit"]), row["day"])) == row["span"]


@given(st.sampled_from(PeriodUnit), days)
def test_period_of_periods_tile_the_calendar(unit: PeriodUnit, day: dt.date) -> None:
    start, end = period_of(unit, day)
    assert start <= day <= end
    assert period_of(unit, start) == period_of(unit, end) == (start, end)
    assert period_of(unit, end + dt.timedelta(days=1))[0] == end + dt.timedelta(days=1)


@pytest.mark.parametrize("number", range(len(TABLE["status"])))
def test_plan_household_status_table(number: int) -> None:
    row = TABLE["status"][number]
    facts = household(row)
    visits = [
        visit(f"v{n}", at(day), Mode(mode), Result(result))
        for n, (day, mode, result) in enumerate(row["visits"])
    ]
    exemptions = [Exemption("h1", since, until) for since, until in row.get("exempt", ())]
    for today, status, overdue in row["days"]:
        known = [v for v in visits if v.day <= today]
        plan = plan_household(facts, known, today, COUNTY, exemptions)
        assert plan is not None
        assert (today, plan.status_on(today), plan.days_overdue(today)) == (today, status, overdue)


def test_plan_household_without_rule_has_no_plan() -> None:
    assert plan_household(household({"risk": "HIGH", "status": "MOVED"}), [], DAY, COUNTY) is None


def test_plan_household_change_of_frequency_holds_no_running_period_against_it() -> None:
    """Quarterly until 14 April, monthly after: the quarter never ended, so nothing was missed."""
    facts = household({"coverages": [["ANTI_POVERTY", "", ""]], "since": dt.date(2026, 4, 15), "risk": "LOW"})
    visits = [visit("v1", at(dt.date(2026, 2, 1)))]
    plan = plan_household(facts, visits, dt.date(2026, 4, 20), COUNTY)
    assert plan is not None
    assert (plan.rule_id, plan.status_on(dt.date(2026, 4, 20))) == ("anti-poverty", PlanStatus.TODO)
    later = plan_household(facts, visits, dt.date(2026, 5, 2), COUNTY)
    assert later is not None
    assert later.days_overdue(dt.date(2026, 5, 2)) == 2


def test_plan_household_two_visits_asked_one_made_leaves_it_open() -> None:
    facts = household({"coverages": [["TEKUN", "SCATTERED", ""]], "self_care": ["PARTIAL"]})
    one = plan_household(facts, [visit("v1", at(DAY))], dt.date(2026, 3, 26), COUNTY)
    assert one is not None
    assert (one.required, one.valid_count, one.status_on(dt.date(2026, 3, 26))) == (2, 1, PlanStatus.DUE_SOON)
    missed = plan_household(facts, [visit("v1", at(DAY))], dt.date(2026, 4, 2), COUNTY)
    assert missed is not None
    assert missed.days_overdue(dt.date(2026, 4, 2)) == 2


def test_plan_household_visit_on_the_last_day_of_a_missed_month_is_not_a_visit_since() -> None:
    facts = household({"coverages": [["TEKUN", "SCATTERED", ""]], "self_care": ["PARTIAL"]})
    plan = plan_household(facts, [visit("v1", at(dt.date(2026, 3, 31)))], dt.date(2026, 4, 2), COUNTY)
    assert plan is not None
    assert plan.days_overdue(dt.date(2026, 4, 2)) == 2


def test_plan_household_row_of_missed_periods_ends_where_the_frequency_changed() -> None:
    """Quarterly until 14 April, weekly from Wednesday the 15th: that week was missed, no quarter was."""
    facts = household(
        {
            "coverages": [["TEKUN", "SCATTERED", ""]],
            "self_care": ["NONE"],
            "since": dt.date(2026, 4, 15),
            "risk": "LOW",
        }
    )
    plan = plan_household(facts, [visit("v1", at(dt.date(2026, 2, 1)))], dt.date(2026, 4, 22), COUNTY)
    assert plan is not None
    assert plan.overdue_since == dt.date(2026, 4, 20)


# Counted visits


def _ids(visits: Sequence[VisitFact]) -> list[str]:
    return [v.visit_id for v in visits]


def test_counted_visits_states_and_results() -> None:
    made = [
        visit("submitted", at(DAY, 8)),
        visit("returned", at(DAY, 9), state=VisitState.RETURNED, visitors=("w2",)),
        visit("void", at(DAY, 10), state=VisitState.VOID, visitors=("w3",)),
        visit("not-home", at(DAY, 11), result=Result.NOT_HOME, visitors=("w4",)),
        visit("refused", at(DAY, 12), result=Result.REFUSED, visitors=("w5",)),
        visit("unreachable", at(DAY, 13), result=Result.UNREACHABLE, visitors=("w6",)),
        visit("wrong-mode", at(DAY, 14), Mode.NEIGHBOUR, visitors=("w7",)),
    ]
    assert _ids(counted_visits(made, RULES["dibao"])) == ["submitted", "returned"]
    assert _ids(counted_visits(made, None)) == ["submitted", "returned", "wrong-mode"]


def test_counted_visits_same_day_overlapping_visitors_count_once() -> None:
    made = [
        visit("a", at(DAY, 9), visitors=("w1",)),
        visit("b", at(DAY, 10), visitors=("w2", "w3")),
        visit("bridge", at(DAY, 11), visitors=("w1", "w2")),
        visit("other", at(DAY, 12), visitors=("w4",)),
        visit("next-day", at(DAY + dt.timedelta(days=1), 9), visitors=("w1",)),
    ]
    counted = counted_visits(made, RULES["dibao"])
    assert [(v.visit_id, v.visitors) for v in counted] == [
        ("a", ("w1", "w2", "w3")),
        ("other", ("w4",)),
        ("next-day", ("w1",)),
    ]


def test_counted_visits_a_call_and_a_visit_of_one_day_are_the_visit() -> None:
    made = [visit("call", at(DAY, 8), Mode.PHONE), visit("door", at(DAY, 15))]
    assert _ids(counted_visits(made, RULES["risk-medium"])) == ["door"]


def test_counted_visits_day_is_the_countys() -> None:
    """00:30 and 23:30 of one county day lie on two days in UTC."""
    made = [visit("early", at(DAY, 0, 30)), visit("late", at(DAY, 23, 30))]
    assert _ids(counted_visits(made, RULES["dibao"])) == ["early"]


def test_counted_visits_alternate_modes_follow_a_visit_on_site() -> None:
    modes = [Mode.PHONE, Mode.ONSITE, Mode.PHONE, Mode.VIDEO, Mode.ONSITE, Mode.VIDEO]
    made = [visit(f"v{n}", at(DAY + dt.timedelta(days=n)), mode) for n, mode in enumerate(modes)]
    assert _ids(counted_visits(made, RULES["risk-medium"])) == ["v1", "v2", "v4", "v5"]


# Facts


def _household(**fields: Any) -> HouseholdFields:
    base: dict[str, Any] = {
        "id": "h1",
        "created_at": NOW,
        "created_by": "u1",
        "updated_at": NOW,
        "updated_by": "u1",
        "head_name": "甲",
        "area_code": GRID,
    }
    return HouseholdFields(**base | fields)


def _person(person_id: str, **fields: Any) -> PersonFields:
    base: dict[str, Any] = {
        "id": person_id,
        "created_at": NOW,
        "created_by": "u1",
        "updated_at": NOW,
        "updated_by": "u1",
        "household_id": "h1",
        "name": "乙",
    }
    return PersonFields(**base | fields)


def _visit(visit_id: str, **fields: Any) -> VisitFields:
    base: dict[str, Any] = {
        "id": visit_id,
        "created_at": NOW,
        "created_by": "u1",
        "updated_at": NOW,
        "updated_by": "u1",
        "household_id": "h1",
        "area_code": GRID,
        "result": Result.NORMAL,
        "started_at": NOW,
        "finished_at": NOW,
        "visitors": ("w1",),
        "root_id": visit_id,
    }
    return VisitFields(**base | fields)


def _coverage(since: dt.date, until: dt.date | None = None) -> Coverage:
    return Coverage(category=Category.DIBAO, since=since, until=until)


@pytest.mark.parametrize(
    ("coverages", "listed_on"),
    [
        ((), DAY),
        (((2024, 5, 1), None), dt.date(2024, 5, 1)),
        (((2020, 1, 1), (2021, 1, 31), (2024, 5, 1), None), dt.date(2024, 5, 1)),
        (((2020, 1, 1), (2021, 1, 31), (2021, 2, 1), None), dt.date(2020, 1, 1)),
        (((2024, 5, 1), (9999, 12, 31), (2020, 1, 1), (2024, 6, 1)), dt.date(2020, 1, 1)),
    ],
)
def test_household_facts_listed_on_begins_the_unbroken_coverage(
    coverages: tuple[tuple[int, int, int] | None, ...], listed_on: dt.date
) -> None:
    ends = [None if day is None else dt.date(*day) for day in coverages]
    pairs = zip(ends[::2], ends[1::2], strict=True)
    found = household_facts(
        _household(coverages=tuple(_coverage(since, until) for since, until in pairs if since)), []
    )
    assert found.listed_on == listed_on


def test_household_facts_look_at_living_members_only() -> None:
    none = SelfCare(grade=SelfCareGrade.NONE)
    facts = household_facts(
        _household(),
        [
            _person("p1", disability_grade=3, self_care=SelfCare(grade=SelfCareGrade.FULL)),
            _person("p2", disability_grade=1, self_care=none, status=PersonStatus.DEAD),
            _person("p3", health=(Health.SERIOUS,), status=PersonStatus.MOVED),
        ],
        urgent_case=True,
    )
    assert facts.disability_grades == (3,)
    assert facts.self_care_grades == (SelfCareGrade.FULL,)
    assert facts.serious_illness is False
    assert facts.urgent_case is True
    assert household_facts(_household(), [_person("p1", health=(Health.SERIOUS,))]).serious_illness is True


def test_visit_facts_newest_of_a_chain_counts_and_keeps_the_first_arrival() -> None:
    later = NOW + dt.timedelta(days=5)
    found = visit_facts(
        [
            _visit("v2", created_at=later, amends="v1", root_id="v1", received_at=later),
            _visit("v1", received_at=NOW),
            _visit("v3", visitors=("w2",)),
        ]
    )
    assert {(v.visit_id, v.superseded, v.received_at) for v in found} == {
        ("v1", True, NOW),
        ("v2", False, NOW),
        ("v3", False, None),
    }
    assert _ids(counted_visits(found, None)) == ["v2", "v3"]


# Properties

facts_strategy = st.builds(
    lambda risk, listed_on, status, coverage, times_ago: HouseholdFacts(
        household_id="h1",
        area_code=GRID,
        status=status,
        listed_on=listed_on,
        risk_level=risk,
        coverages=coverage,
        tags=(),
        self_care_grades=times_ago,
        disability_grades=(),
        serious_illness=False,
    ),
    st.sampled_from(RiskLevel),
    st.one_of(st.just(LONG_AGO), days),
    st.sampled_from(HouseholdStatus),
    st.lists(
        st.builds(
            Coverage,
            category=st.sampled_from(Category),
            since=days,
            until=st.one_of(st.none(), days),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.sampled_from(SelfCareGrade), max_size=2).map(tuple),
)
visits_strategy = st.lists(
    st.builds(
        lambda number, day, mode, result, who: visit(f"v{number}", at(day), mode, result, visitors=who),
        st.integers(0, 10_000),
        days,
        st.sampled_from(Mode),
        st.sampled_from(Result),
        st.sampled_from([("w1",), ("w2",), ("w1", "w2")]),
    ),
    max_size=12,
    unique_by=lambda v: v.visit_id,
)
exemptions_strategy = st.lists(
    st.builds(
        lambda since, n: Exemption("h1", since, since + dt.timedelta(days=n)), days, st.integers(0, 90)
    ),
    max_size=2,
)


@given(facts_strategy, visits_strategy, days, exemptions_strategy)
def test_plan_household_every_owing_household_has_one_status_on_every_day_of_its_period(
    facts: HouseholdFacts, visits: list[VisitFact], today: dt.date, exemptions: list[Exemption]
) -> None:
    plan = plan_household(facts, visits, today, COUNTY, exemptions)
    assert (plan is None) == (matching_rule(facts, today, COUNTY) is None)
    if plan is None:
        return
    assert plan.period_start <= today <= plan.period_end
    assert plan.required >= 1
    span = [
        plan.period_start + dt.timedelta(days=n)
        for n in range((plan.period_end - plan.period_start).days + 1)
    ]
    statuses = [plan.status_on(day) for day in span]
    assert all(
        (plan.days_overdue(day) > 0) == (s is PlanStatus.OVERDUE)
        for day, s in zip(span, statuses, strict=True)
    )
    if plan.exempt or plan.valid_count >= plan.required:
        assert len(set(statuses)) == 1
    else:  # without a new visit the status only grows worse
        order = [PlanStatus.TODO, PlanStatus.DUE_SOON, PlanStatus.OVERDUE]
        assert [order.index(s) for s in statuses] == sorted(order.index(s) for s in statuses)


@settings(max_examples=40)
@given(facts_strategy, visits_strategy, days)
def test_plan_household_is_the_same_on_every_day_of_a_period(
    facts: HouseholdFacts, visits: list[VisitFact], today: dt.date
) -> None:
    short_memory = Parameters(device_visit_months=2)
    plan = plan_household(facts, visits, today, short_memory)
    if plan is None:
        return
    rule = matching_rule(facts, today, short_memory)
    span = range(plan.period_start.toordinal(), plan.period_end.toordinal() + 1)
    for day in map(dt.date.fromordinal, span):
        if matching_rule(facts, day, short_memory) == rule:
            assert plan_household(facts, visits, day, short_memory) == plan


@given(visits_strategy, st.randoms(use_true_random=False))
def test_counted_visits_do_not_depend_on_the_order_of_records(visits: list[VisitFact], random: Any) -> None:
    shuffled = list(visits)
    random.shuffle(shuffled)
    for rule in (RULES["risk-medium"], RULES["dibao"], None):
        assert counted_visits(shuffled, rule) == counted_visits(visits, rule)


@given(visits_strategy, visits_strategy)
def test_counted_visits_another_visit_never_takes_one_away_where_all_modes_count(
    visits: list[VisitFact], more: list[VisitFact]
) -> None:
    known = {v.visit_id for v in visits}
    added = [v for v in more if v.visit_id not in known][:1]
    before = {v.day for v in counted_visits(visits, RULES["dibao"])}
    assert before <= {v.day for v in counted_visits([*visits, *added], RULES["dibao"])}


@given(st.lists(st.sampled_from(DEFAULT_VISIT_RULES), min_size=2, max_size=4), st.booleans())
def test_matching_rule_most_visits_per_year_wins(rules: list[VisitRule], backwards: bool) -> None:
    open_to_all = [rule.model_copy(update={"match": VisitMatch()}) for rule in rules]
    county = Parameters(visit_rules=tuple(reversed(open_to_all) if backwards else open_to_all))
    found = matching_rule(household({}), DAY, county)
    assert found is not None
    yearly = [rule.times * PERIODS_PER_YEAR[rule.unit] for rule in open_to_all]
    assert found.times * PERIODS_PER_YEAR[found.unit] == max(yearly)


def _urgent(days_ago: int, **values: Any) -> HouseholdFacts:
    since = at(DAY - dt.timedelta(days=days_ago), 16, 40)
    return dataclasses.replace(household({}), urgent_case=True, urgent_since=since, **values)


def test_urgent_case_is_visited_within_a_day_and_then_every_week() -> None:
    facts = _urgent(0)
    before = visit("v", at(DAY - dt.timedelta(days=2), 18))
    plan = plan_household(facts, [before], DAY, COUNTY)
    assert plan is not None
    assert (plan.rule_id, plan.valid_count, plan.status_on(DAY)) == ("urgent-case", 0, PlanStatus.DUE_SOON)
    assert plan.overdue_since == DAY + dt.timedelta(days=2)
    late = plan_household(_urgent(3), [], DAY, COUNTY)
    assert late is not None
    assert late.status_on(DAY) is PlanStatus.OVERDUE
    assert late.overdue_since == DAY - dt.timedelta(days=1)
    done = plan_household(_urgent(3), [visit("v", at(DAY - dt.timedelta(days=1), 18))], DAY, COUNTY)
    assert done is not None
    assert (done.valid_count, done.status_on(DAY)) == (1, PlanStatus.DONE)


def test_weeks_before_an_urgent_case_are_not_held_against_anybody() -> None:
    plan = plan_household(_urgent(1), [visit("v", at(DAY, 18))], DAY + dt.timedelta(days=4), COUNTY)
    assert plan is not None
    assert plan.status_on(DAY + dt.timedelta(days=4)) is PlanStatus.TODO
    missed = plan_household(_urgent(15), [visit("v", at(DAY - dt.timedelta(days=14), 18))], DAY, COUNTY)
    assert missed is not None
    assert missed.status_on(DAY) is PlanStatus.OVERDUE
