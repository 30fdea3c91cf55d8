"""Tables of visit rules that hold from a day on: past periods are judged by the rules of their time (R4)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.parameters import DatedVisitRules, Parameters, PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.rules.statistics import StatisticsPeriod, first_day_needed, tally_visits
from fieldapp.domain.rules.visit_plan import plan_household
from fieldapp.domain.rules.visit_rules import VisitRules, matching_rule
from tests.unit.rules.tables import at, household, visit


def rule(unit: PeriodUnit, times: int = 1) -> VisitRule:
    return VisitRule(id=f"{unit}-{times}", match=VisitMatch(), unit=unit, times=times)


MONTHLY, TWICE, QUARTERLY = rule(PeriodUnit.MONTH), rule(PeriodUnit.MONTH, 2), rule(PeriodUnit.QUARTER)
JULY = dt.date(2026, 7, 1)
COUNTY = Parameters(
    visit_rules=(MONTHLY,),
    later_visit_rules=(
        DatedVisitRules(valid_from=dt.date(2027, 1, 1), rules=(QUARTERLY,)),
        DatedVisitRules(valid_from=JULY, rules=(TWICE,)),
    ),
)
HOUSE = household({})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2020, 1, 1), MONTHLY),
        (dt.date(2026, 6, 30), MONTHLY),
        (JULY, TWICE),
        (dt.date(2026, 12, 31), TWICE),
        (dt.date(2027, 1, 1), QUARTERLY),
    ],
)
def test_the_table_of_the_day_holds_whatever_their_order(day: dt.date, expected: VisitRule) -> None:
    assert matching_rule(HOUSE, day, COUNTY) == expected


def test_a_month_is_judged_by_the_rules_of_its_time() -> None:
    visits = [visit("v1", at(dt.date(2026, 6, 10))), visit("v2", at(dt.date(2026, 7, 10)))]
    now = at(dt.date(2026, 9, 1))
    shares = []
    for month in (6, 7):
        period = StatisticsPeriod.containing(PeriodUnit.MONTH, dt.date(2026, month, 1))
        completion = tally_visits([HOUSE], visits, period, COUNTY, now=now).total().completion
        shares.append((completion.numerator, completion.denominator))
    assert shares == [(1, 1), (1, 2)]


def test_a_year_across_a_change_owes_each_period_once_by_its_own_rule() -> None:
    year = StatisticsPeriod(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    total = tally_visits([HOUSE], [], year, COUNTY, now=at(dt.date(2027, 2, 1))).total()
    assert total.completion.denominator == 6 * 1 + 6 * 2


def test_plan_before_and_after_the_change() -> None:
    visits = [visit("v1", at(dt.date(2026, 6, 10))), visit("v2", at(dt.date(2026, 7, 10)))]
    before = plan_household(HOUSE, visits[:1], dt.date(2026, 6, 30), COUNTY)
    after = plan_household(HOUSE, visits, dt.date(2026, 7, 12), COUNTY)
    assert before is not None
    assert after is not None
    assert (before.required, before.valid_count) == (1, 1)
    assert (after.required, after.valid_count, after.overdue_since) == (2, 1, None)


def test_statistics_reach_back_for_the_longest_unit_of_any_table() -> None:
    first_quarter_month = StatisticsPeriod(dt.date(2027, 3, 1), dt.date(2027, 3, 31))
    assert first_day_needed(first_quarter_month, COUNTY) == dt.date(2027, 1, 1)


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)), st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
)
def test_one_table_in_a_span_means_that_no_day_differs(one: dt.date, other: dt.date) -> None:
    start, end = min(one, other), max(one, other)
    starts = [table.valid_from for table in COUNTY.later_visit_rules]
    assert VisitRules(COUNTY).one_table_in(start, end) is not any(start < day <= end for day in starts)
