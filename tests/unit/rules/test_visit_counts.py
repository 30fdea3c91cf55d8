"""Counts that are kept: the same numbers as the statistics, in any parts, and right as long as they hold."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.parameters import DatedVisitRules, Parameters, PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.records.households import Category, Coverage, RiskLevel
from fieldapp.domain.records.visits import Mode, Result
from fieldapp.domain.rules.statistics import StatisticsPeriod, VisitStatistics, VisitTallies, tally_visits
from fieldapp.domain.rules.visit_counts import (
    Place,
    VisitCounts,
    counts_by_place,
    holds_until,
    summed,
)
from fieldapp.domain.rules.visit_facts import Exemption, HouseholdFacts, VisitFact
from tests.unit.rules.tables import at, household, visit

APRIL = StatisticsPeriod(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
COUNTY = Parameters(
    later_visit_rules=(
        DatedVisitRules(
            valid_from=dt.date(2026, 4, 15),
            rules=(VisitRule(id="weekly", match=VisitMatch(), unit=PeriodUnit.WEEK),),
        ),
    )
)
GRIDS = ("341789100201001", "341789100201002", "341789101201001")
DAYS = st.dates(dt.date(2026, 3, 20), dt.date(2026, 5, 10))


@st.composite
def counties(draw: st.DrawFn) -> tuple[list[HouseholdFacts], list[VisitFact], list[Exemption]]:
    """Some households, their visits (perhaps not arrived) and exemptions."""
    homes = []
    for number in range(draw(st.integers(1, 4))):
        since = draw(st.just(dt.date(2020, 1, 1)) | DAYS)
        lasts = draw(st.none() | st.integers(0, 60))
        until = None if lasts is None else since + dt.timedelta(days=lasts)
        coverage = Coverage(category=draw(st.sampled_from(Category)), since=since, until=until)
        facts = household({}, f"h{number}", draw(st.sampled_from(GRIDS)))
        homes.append(
            replace(
                facts, coverages=(coverage,), risk_level=draw(st.sampled_from(RiskLevel)), listed_on=since
            )
        )
    visits = []
    for number in range(draw(st.integers(0, 8))):
        finished = at(draw(DAYS), draw(st.integers(0, 23)))
        late = draw(st.none() | st.integers(0, 100))
        made = visit(
            f"v{number}", finished, draw(st.sampled_from([Mode.ONSITE, Mode.PHONE])),
            draw(st.sampled_from([Result.NORMAL, Result.NOT_HOME])),
            household_id=f"h{draw(st.integers(0, 4))}",
            visitors=draw(st.sampled_from([("w1",), ("w2",), ("w1", "w2")])),
            received_at=None if late is None else finished + dt.timedelta(hours=late),
        )  # fmt: skip
        visits.append(made._replace(area_code=draw(st.sampled_from(GRIDS))))
    begin = draw(DAYS)
    return homes, visits, [Exemption("h0", begin, begin + dt.timedelta(days=draw(st.integers(0, 40))))]


def tallied(
    county: tuple[list[HouseholdFacts], list[VisitFact], list[Exemption]], now: dt.datetime
) -> VisitTallies:
    homes, visits, exemptions = county
    return tally_visits(homes, visits, APRIL, COUNTY, now=now, exemptions=exemptions)


def as_counts(figures: VisitStatistics) -> VisitCounts:
    """The numbers of the statistics with their lists."""
    return VisitCounts(
        owing=figures.coverage.denominator,
        visited=figures.coverage.numerator,
        required=figures.completion.denominator,
        fulfilled=figures.completion.numerator,
        exempt=len(figures.exempt_ids),
        not_yet_due=len(figures.not_yet_due_ids),
        attempts=figures.not_found_rate.denominator,
        visits=figures.visit_count,
        person_visits=figures.worker_visit_count,
        on_site=figures.on_site_share.numerator,
        judged=figures.timely_upload.denominator,
        timely=figures.timely_upload.numerator,
        not_home=figures.not_found_rate.numerator,
    )


@given(counties(), DAYS)
def test_counts_are_those_of_the_statistics_by_every_key(
    county: tuple[list[HouseholdFacts], list[VisitFact], list[Exemption]], today: dt.date
) -> None:
    tallies = tallied(county, at(today))
    counts = counts_by_place(tallies)
    parts = {place: one for place, one in counts.items() if not place.worker}
    assert summed(parts.values()) == as_counts(tallies.total())

    def grouped(name: str) -> dict[str, VisitCounts]:
        keys = sorted({getattr(place, name) for place in parts})
        return {
            key: summed(one for place, one in parts.items() if getattr(place, name) == key) for key in keys
        }

    for name, figures in (("category", tallies.by_category()), ("risk_level", tallies.by_risk())):
        assert grouped(name) == {key: as_counts(one) for key, one in figures.items()}
    workers = tallies.by_worker({})
    for worker, figures_of in workers.items():
        own = (one for place, one in counts.items() if place.worker == worker)
        assert summed(own) == as_counts(figures_of)


@given(counties(), DAYS, st.integers(0, 23), st.floats(0, 1))
def test_counts_stay_right_until_they_say_they_may_not(
    county: tuple[list[HouseholdFacts], list[VisitFact], list[Exemption]],
    today: dt.date,
    hour: int,
    share: float,
) -> None:
    now = at(today, hour)
    until = holds_until(county[0], county[1], APRIL, COUNTY, now=now)
    assert until is None or until > now
    end = until or now + dt.timedelta(days=60)
    later = min(now + (end - now) * share, end - dt.timedelta(milliseconds=1))
    assert counts_by_place(tallied(county, later)) == counts_by_place(tallied(county, now))


def test_a_finished_month_whose_visits_have_arrived_holds_for_good() -> None:
    homes = [household({"coverages": [["DIBAO", "", "B"]], "until": dt.date(2026, 4, 10)})]
    arrived = visit("v1", at(APRIL.end), received_at=at(APRIL.end))
    assert holds_until(homes, [arrived], APRIL, COUNTY, now=at(dt.date(2026, 5, 1))) is None


@pytest.mark.parametrize(
    ("today", "until"),
    [
        ("2026-04-02", "2026-04-06"),  # Monday
        ("2026-04-13", "2026-04-15"),  # another table of rules
        ("2026-04-28", "2026-05-01"),
        ("2026-04-06", "2026-04-11"),  # an entitlement has ended
    ],
)
def test_a_running_month_holds_until_the_next_day_that_may_change_it(today: str, until: str) -> None:
    homes = [household({"coverages": [["DIBAO", "", "B"]], "until": dt.date(2026, 4, 10)})]
    found = holds_until(homes, [], APRIL, COUNTY, now=at(dt.date.fromisoformat(today)))
    assert found == at(dt.date.fromisoformat(until), 0)


def test_counts_are_summed_number_by_number() -> None:
    counts = VisitCounts(*range(1, 14))
    assert summed([counts, counts]) == VisitCounts(*range(2, 28, 2))
    assert summed([]) == VisitCounts()
    assert len({Place("a"), Place("a", worker="w")}) == 2
