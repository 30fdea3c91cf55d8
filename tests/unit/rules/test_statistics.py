"""R4: statistics, against the worked examples and against a naive recount."""

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.parameters import Parameters, PeriodUnit, VisitRule
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Mode, Result, VisitState
from fieldapp.domain.rules.statistics import (
    Ratio,
    Standing,
    StatisticsPeriod,
    VisitStatistics,
    VisitTallies,
    tally_visits,
)
from fieldapp.domain.rules.visit_facts import Exemption, HouseholdFacts, VisitFact
from fieldapp.domain.rules.visit_rules import matching_rule
from tests.unit.rules.tables import LONG_AGO, at, household, table, visit

TABLE = table("statistics")
COUNTY = Parameters()
APRIL = StatisticsPeriod.containing(PeriodUnit.MONTH, dt.date(2026, 4, 15))
IN_APRIL = at(dt.date(2026, 4, 10))
MONTHLY: dict[str, Any] = {"risk": "MEDIUM"}
TWICE: dict[str, Any] = {"coverages": [["TEKUN", "SCATTERED", ""]], "self_care": ["PARTIAL"]}
LATER = at(dt.date(2026, 6, 1))


def _count(
    households: list[HouseholdFacts],
    visits: list[VisitFact],
    period: StatisticsPeriod = APRIL,
    now: dt.datetime = LATER,
    exemptions: tuple[Exemption, ...] = (),
) -> VisitStatistics:
    return tally_visits(households, visits, period, COUNTY, now=now, exemptions=exemptions).total()


@pytest.mark.parametrize("row", TABLE["percent"], ids=lambda row: row["text"])
def test_ratio_percent_text(row: dict[str, Any]) -> None:
    assert Ratio(row["numerator"], row["denominator"]).percent == row["text"]


def test_coverage_worked_example() -> None:
    row = TABLE["coverage"]
    households = [household(MONTHLY, f"h{n}") for n in range(row["listed"])]
    exempt = tuple(Exemption(f"h{n}", APRIL.start, APRIL.end) for n in range(row["exempt"]))
    seen = range(row["exempt"], row["exempt"] + row["visited"])
    visits = [visit(f"v{n}", IN_APRIL, household_id=f"h{n}") for n in seen]
    of_an_exempt_household = visit("v0", IN_APRIL, household_id="h0")
    found = _count(households, [*visits, of_an_exempt_household], exemptions=exempt)
    assert (found.coverage.numerator, found.coverage.denominator) == (84, 96)
    assert found.coverage.percent == row["percent"]
    assert set(found.exempt_ids) == {"h0", "h1", "h2", "h3"}
    assert set(found.coverage.denominator_ids) - set(found.coverage.numerator_ids) == {
        f"h{n}" for n in range(88, 100)
    }
    assert found.visit_count == 85


def test_completion_worked_example() -> None:
    row = TABLE["completion"]
    made = [int(visits) for visits, households in row["by_visits"].items() for _ in range(households)]
    households = [household(TWICE, f"h{n}") for n in range(len(made))]
    visits = [
        visit(f"v{n}-{m}", at(dt.date(2026, 4, 1 + 8 * m)), household_id=f"h{n}")
        for n, count in enumerate(made)
        for m in range(count)
    ]
    found = _count(households, visits)
    assert (found.completion.numerator, found.completion.denominator) == (row["fulfilled"], row["required"])
    assert found.completion.percent == row["percent"]
    assert found.visit_count == 107


def test_month_missed_stays_missed_after_a_late_visit() -> None:
    """The worked example: visit in March, none in April, one on 4 May."""
    visits = [visit("v1", at(dt.date(2026, 3, 5))), visit("v2", at(dt.date(2026, 5, 4)))]
    months = {
        month: _count(
            [household(MONTHLY)],
            visits,
            StatisticsPeriod.containing(PeriodUnit.MONTH, dt.date(2026, month, 1)),
        )
        for month in (3, 4, 5)
    }
    assert {m: s.completion.numerator for m, s in months.items()} == {3: 1, 4: 0, 5: 1}
    assert all(s.completion.denominator == 1 for s in months.values())


def test_timely_upload_late_arrival_counts_for_the_month_of_the_visit() -> None:
    row = TABLE["late_upload"]
    late = visit("late", row["finished"], received_at=row["received"])
    on_time = visit("edge", row["finished"], received_at=row["finished"] + dt.timedelta(hours=72))
    other_day = on_time._replace(household_id="h2")
    found = _count([household(MONTHLY), household(MONTHLY, "h2")], [late, other_day])
    assert found.coverage.numerator == 2
    assert (found.timely_upload.numerator_ids, found.timely_upload.denominator) == (("edge",), 2)


def test_timely_upload_visit_still_in_time_is_not_judged() -> None:
    waiting = visit("waiting", IN_APRIL)
    early = _count([household(MONTHLY)], [waiting], now=IN_APRIL + dt.timedelta(hours=72))
    late = _count([household(MONTHLY)], [waiting], now=IN_APRIL + dt.timedelta(hours=73))
    assert early.timely_upload.percent == "—"
    assert (late.timely_upload.numerator, late.timely_upload.denominator) == (0, 1)


def test_shares_of_attempts_and_valid_visits() -> None:
    days = [at(dt.date(2026, 4, day)) for day in (1, 2, 3, 4, 5, 6)]
    visits = [
        visit("onsite", days[0]),
        visit("phone", days[1], Mode.PHONE),
        visit("phone-again", days[2], Mode.PHONE),
        visit("away", days[3], result=Result.NOT_HOME),
        visit("refused", days[4], result=Result.REFUSED),
        visit("void", days[5], state=VisitState.VOID),
        visit("old-text", days[5])._replace(superseded=True),
    ]
    found = _count([household(MONTHLY)], visits)
    assert found.visit_ids == ("onsite", "phone")
    assert found.on_site_share.percent == "50.00 %"
    assert (found.not_found_rate.numerator_ids, found.not_found_rate.denominator) == (("away",), 5)


def test_worker_visits_count_everybody_who_took_part() -> None:
    visits = [visit("a", IN_APRIL, visitors=("w1", "w2")), visit("b", at(dt.date(2026, 4, 20)))]
    same_meeting = visit("c", at(dt.date(2026, 4, 20), 15), visitors=("w1", "w3"))
    tallies = tally_visits([household(MONTHLY)], [*visits, same_meeting], APRIL, COUNTY, now=LATER)
    assert tallies.total().worker_visits == {"w1": ("a", "b"), "w2": ("a",), "w3": ("b",)}
    assert tallies.total().worker_visit_count == 4
    by_worker = tallies.by_worker({"h1": "w1"})
    assert {worker: s.visit_count for worker, s in by_worker.items()} == {"w1": 2, "w2": 1, "w3": 1}
    assert by_worker["w1"].coverage.percent == "100.00 %"
    assert by_worker["w2"].coverage.percent == "—"


def test_running_month_shows_monthly_households_and_weeks_begun_but_no_running_quarter() -> None:
    households = [
        household({"risk": "HIGH"}, "weekly"),
        household(MONTHLY, "monthly"),
        household({"risk": "LOW"}, "quarterly"),
        household({"risk": "HIGH", "status": "CLOSED"}, "closed"),
    ]
    found = _count(households, [], now=at(dt.date(2026, 4, 10)))
    assert set(found.coverage.denominator_ids) == {"weekly", "monthly"}
    assert found.not_yet_due_ids == ("quarterly",)
    # Weeks ending on 5 and 12 April have begun; those of the 19th and 26th have not.
    assert found.completion.denominator == 2 + 1
    june = StatisticsPeriod.containing(PeriodUnit.MONTH, dt.date(2026, 6, 1))
    assert set(_count(households, [], june, now=at(dt.date(2026, 6, 1))).coverage.denominator_ids) == {
        "weekly",
        "monthly",
        "quarterly",
    }


def test_quarterly_visit_of_april_fulfils_the_quarter_counted_in_june() -> None:
    june = StatisticsPeriod.containing(PeriodUnit.MONTH, dt.date(2026, 6, 1))
    found = _count([household({"risk": "LOW"})], [visit("v1", IN_APRIL)], june)
    assert (found.coverage.numerator, found.visit_count) == (1, 0)


def test_entry_in_the_second_half_is_not_owed_unless_risk_is_high() -> None:
    def owed(risk: str, day: int) -> int:
        facts = household({"risk": risk, "listed_on": dt.date(2026, 4, day)})
        return _count([facts], []).completion.denominator

    assert (owed("MEDIUM", 16), owed("MEDIUM", 17)) == (1, 0)
    assert (owed("HIGH", 20), owed("HIGH", 26)) == (1, 1)  # a Monday and a Sunday


def test_change_of_category_inside_the_period_counts_each_period_by_its_own_rule() -> None:
    """Monitored until 10 May: April and the months before were owed, May was not."""
    facts = household({"coverages": [["ANTI_POVERTY", "", ""]], "until": dt.date(2026, 5, 10), "risk": "LOW"})
    quarter = StatisticsPeriod.containing(PeriodUnit.QUARTER, dt.date(2026, 4, 1))
    found = _count([facts], [visit("v1", IN_APRIL)], quarter, now=at(dt.date(2026, 7, 1)))
    # April as a month, then the quarter that ends under the risk rule.
    assert (found.completion.numerator, found.completion.denominator) == (2, 2)


def test_change_of_category_at_a_new_coverage_leaves_earlier_periods_alone() -> None:
    """Quarterly before 10 May, monthly since: of the quarter, May and June were owed."""
    facts = household({"coverages": [["ANTI_POVERTY", "", ""]], "since": dt.date(2026, 5, 10), "risk": "LOW"})
    quarter = StatisticsPeriod.containing(PeriodUnit.QUARTER, dt.date(2026, 4, 1))
    found = _count([facts], [visit("v1", IN_APRIL)], quarter, now=at(dt.date(2026, 7, 1)))
    assert (found.completion.numerator, found.completion.denominator) == (0, 2)


def test_a_past_month_is_counted_by_the_rules_of_that_month() -> None:
    """Aid that ended in May does not make April's talk with a neighbour a visit."""
    facts = household({"coverages": [["DIBAO", "", "B"]], "until": dt.date(2026, 5, 15)})
    found = _count([facts], [visit("v1", IN_APRIL, Mode.NEIGHBOUR)], now=LATER)
    assert (found.visit_count, found.not_yet_due_ids) == (0, ("h1",))


def test_visits_of_households_no_longer_listed_still_count_as_work() -> None:
    found = _count([], [visit("v1", IN_APRIL, Mode.NEIGHBOUR)])
    assert (found.visit_count, found.coverage.percent) == (1, "—")


# The naive recount: day by day, pair by pair, nothing shared with the code under test.

GRIDS = ["341702101201001", "341702101201002", "341702101202001", "341702102201001"]
WINDOW = st.dates(dt.date(2026, 3, 20), dt.date(2026, 5, 10))
HOUSEHOLD_ROWS: list[dict[str, Any]] = [
    MONTHLY,
    TWICE,
    {"risk": "HIGH"},
    {"risk": "LOW"},
    {"coverages": [["DIBAO", "", "A"]]},
    {"status": "CLOSED", "risk": "HIGH"},
]
households_strategy = st.lists(
    st.tuples(st.sampled_from(HOUSEHOLD_ROWS), st.sampled_from(GRIDS), st.one_of(st.just(LONG_AGO), WINDOW)),
    min_size=1,
    max_size=5,
).map(lambda rows: [household(row | {"listed_on": d}, f"h{n}", a) for n, (row, a, d) in enumerate(rows)])
visits_strategy = st.lists(
    st.tuples(
        WINDOW,
        st.sampled_from(["h0", "h1", "h2", "gone"]),
        st.sampled_from([Mode.ONSITE, Mode.PHONE, Mode.VIDEO, Mode.NEIGHBOUR]),
        st.sampled_from([Result.NORMAL, Result.NEED, Result.NOT_HOME]),
        st.sampled_from([("w1",), ("w2",), ("w1", "w2"), ("w3",)]),
        st.sampled_from([VisitState.SUBMITTED, VisitState.RETURNED, VisitState.VOID]),
        st.integers(8, 18),
    ),
    max_size=25,
).map(
    lambda rows: [
        visit(f"v{n:02d}", at(day, hour), mode, result, household_id=h, visitors=who, state=state)
        for n, (day, h, mode, result, who, state, hour) in enumerate(rows)
    ]
)
exemptions_strategy = st.lists(
    st.builds(
        lambda h, since, n: Exemption(h, since, since + dt.timedelta(days=n)),
        st.sampled_from(["h0", "h1"]),
        WINDOW,
        st.integers(0, 40),
    ),
    max_size=2,
)


def _valid_groups(visits: list[VisitFact], rule: VisitRule | None) -> list[tuple[dt.date, set[str]]]:
    """Days and ids of meetings that count, by repeated joining and a walk through time."""
    modes = set(Mode) if rule is None else set(rule.modes) | set(rule.alternate_modes)
    groups = [
        [v]
        for v in visits
        if v.state is not VisitState.VOID and v.mode in modes and v.result is not Result.NOT_HOME
    ]
    joined = True
    while joined:
        joined = False
        for one in groups:
            for other in groups:
                meet = any(set(a.visitors) & set(b.visitors) for a in one for b in other)
                if one is not other and one[0].day == other[0].day and meet:
                    groups = [g for g in groups if g is not one and g is not other] + [one + other]
                    joined = True
                    break
            if joined:
                break

    def lead(group: list[VisitFact]) -> VisitFact:
        onsite = [v for v in group if v.mode is Mode.ONSITE]
        return min(onsite or group, key=lambda v: (v.finished_at, v.visit_id))

    found: list[tuple[dt.date, set[str]]] = []
    last_mode = None
    for group in sorted(groups, key=lambda g: (lead(g).finished_at, lead(g).visit_id)):
        chosen = lead(group)
        if rule is None or chosen.mode in rule.modes or last_mode is Mode.ONSITE:
            found.append((chosen.day, {name for v in group for name in v.visitors}))
            last_mode = chosen.mode
    return found


def _owed_spans(facts: HouseholdFacts, rule: VisitRule, exemptions: list[Exemption]) -> list[list[dt.date]]:
    """Owed periods ending in April as lists of days."""
    every_day = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(200)]

    def label(day: dt.date) -> tuple[int, ...]:
        return {
            PeriodUnit.WEEK: day.isocalendar()[:2],
            PeriodUnit.MONTH: (day.year, day.month),
            PeriodUnit.QUARTER: (day.year, (day.month + 2) // 3),
        }[rule.unit]

    spans: dict[tuple[int, ...], list[dt.date]] = {}
    for day in every_day:
        spans.setdefault(label(day), []).append(day)
    owed = []
    for span in spans.values():
        exempt = [
            d
            for d in span
            if any(e.household_id == facts.household_id and e.since <= d <= e.until for e in exemptions)
        ]
        listed = [d for d in span if d >= facts.listed_on]
        enough = 2 * len(listed) >= len(span) or (listed and facts.risk_level is RiskLevel.HIGH)
        if span[-1].month == 4 and 2 * len(exempt) < len(span) and enough:
            owed.append(span)
    return owed


@given(households_strategy, visits_strategy, exemptions_strategy)
def test_statistics_equal_a_naive_recount(
    households: list[HouseholdFacts], visits: list[VisitFact], exemptions: list[Exemption]
) -> None:
    owing = covered = required = fulfilled = valid = 0
    workers: Counter[str] = Counter()
    known = {facts.household_id: facts for facts in households}
    for household_id in known | {v.household_id: None for v in visits}:
        facts = known.get(household_id)
        rule = matching_rule(facts, APRIL.end, COUNTY) if facts else None
        groups = _valid_groups([v for v in visits if v.household_id == household_id], rule)
        for day, names in groups:
            if day.month == 4:
                valid += 1
                workers.update(names)
        if facts is None or rule is None:
            continue
        done = [sum(day in span for day, _ in groups) for span in _owed_spans(facts, rule, exemptions)]
        owing += bool(done)
        covered += any(done)
        required += rule.times * len(done)
        fulfilled += sum(min(n, rule.times) for n in done)
    found = _count(households, visits, exemptions=tuple(exemptions))
    assert (found.coverage.numerator, found.coverage.denominator) == (covered, owing)
    assert (found.completion.numerator, found.completion.denominator) == (fulfilled, required)
    assert found.visit_count == valid
    assert {name: len(ids) for name, ids in found.worker_visits.items()} == dict(workers)


def _figures(found: VisitStatistics) -> Counter[str]:
    ratios = {
        field.name: getattr(found, field.name)
        for field in dataclasses.fields(found)
        if isinstance(getattr(found, field.name), Ratio)
    }
    figures = Counter({"visits": found.visit_count, "person-times": found.worker_visit_count})
    for name, ratio in ratios.items():
        figures[f"{name} numerator"] += ratio.numerator
        figures[f"{name} denominator"] += ratio.denominator
    return figures


@given(households_strategy, visits_strategy)
def test_statistics_of_areas_add_up_to_the_whole(
    households: list[HouseholdFacts], visits: list[VisitFact]
) -> None:
    tallies = tally_visits(households, visits, APRIL, COUNTY, now=LATER)
    for level in (AreaLevel.COUNTY, AreaLevel.TOWN, AreaLevel.VILLAGE, AreaLevel.GRID):
        parts = tallies.by_area(level)
        summed = Counter[str]()
        for part in parts.values():
            summed.update(_figures(part))
        assert summed == _figures(tallies.total())


@given(households_strategy, visits_strategy, WINDOW)
def test_every_household_with_a_rule_stands_in_exactly_one_place(
    households: list[HouseholdFacts], visits: list[VisitFact], today: dt.date
) -> None:
    tallies: VisitTallies = tally_visits(households, visits, APRIL, COUNTY, now=at(today))
    with_rule = [h.household_id for h in households if matching_rule(h, min(today, APRIL.end), COUNTY)]
    assert [tally.household_id for tally in tallies.households] == with_rule
    total = tallies.total()
    placed = [*total.coverage.denominator_ids, *total.exempt_ids, *total.not_yet_due_ids]
    assert sorted(placed) == sorted(with_rule)
    for tally in tallies.households:
        assert (tally.required > 0) == (tally.standing is Standing.OWING)
        assert tally.fulfilled <= tally.required


@given(st.integers(0, 500), st.integers(1, 500))
def test_ratio_percent_is_within_half_a_hundredth(numerator: int, denominator: int) -> None:
    shown = float(Ratio(numerator, denominator).percent.removesuffix(" %"))
    assert abs(shown - 100 * numerator / denominator) <= 0.005 + 1e-9


def test_by_worker_household_nobody_owns_belongs_to_no_row() -> None:
    found = tally_visits([household(MONTHLY)], [visit("v1", IN_APRIL)], APRIL, COUNTY, now=LATER)
    assert set(found.by_worker({})) == {"w1"}
    assert found.by_worker({})["w1"].coverage.denominator == 0
