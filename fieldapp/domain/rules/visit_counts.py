"""Visit statistics as bare numbers that can be kept and added up, and until when they hold (domain layer).

The definitions are those of `statistics`; here no ids are carried, so that a county's month fits in a table.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fieldapp.domain.clock import local_day, start_of_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.rules.statistics import (
    AttemptTally,
    HouseholdTally,
    Ratio,
    Standing,
    StatisticsPeriod,
    VisitTallies,
)
from fieldapp.domain.rules.visit_facts import ONE_DAY, HouseholdFacts, VisitFact


class VisitCounts(NamedTuple):
    """Households and attempts of a period. `summed` makes the counts of a whole from those of its parts.

    A tuple, for a county's dashboard adds up fourteen thousand of them.
    """

    owing: int = 0
    visited: int = 0
    required: int = 0
    fulfilled: int = 0
    exempt: int = 0
    not_yet_due: int = 0
    attempts: int = 0
    visits: int = 0
    person_visits: int = 0
    on_site: int = 0
    judged: int = 0
    timely: int = 0
    not_home: int = 0

    @property
    def coverage(self) -> Ratio:
        """Households with a valid visit of those owing one."""
        return Ratio(self.visited, self.owing)

    @property
    def completion(self) -> Ratio:
        """Σ min(valid, required) of Σ required."""
        return Ratio(self.fulfilled, self.required)

    @property
    def on_site_share(self) -> Ratio:
        """On-site visits of the valid ones."""
        return Ratio(self.on_site, self.visits)

    @property
    def timely_upload(self) -> Ratio:
        """Uploads in time of those that can be judged."""
        return Ratio(self.timely, self.judged)

    @property
    def not_found_rate(self) -> Ratio:
        """Attempts that found nobody at home of all."""
        return Ratio(self.not_home, self.attempts)


class Place(NamedTuple):
    """What counts are kept by: where a household is filed or an attempt was made, and the household's
    category and risk level ('' = none); or, for work only, the worker who took part."""

    area_code: str
    category: str = ""
    risk_level: str = ""
    worker: str = ""


def household_counts(tally: HouseholdTally) -> VisitCounts:
    """One household."""
    if tally.standing is Standing.OWING:
        return VisitCounts(
            owing=1, visited=int(tally.visited), required=tally.required, fulfilled=tally.fulfilled
        )
    return VisitCounts(
        exempt=int(tally.standing is Standing.EXEMPT),
        not_yet_due=int(tally.standing is Standing.NOT_YET_DUE),
    )


def attempt_counts(tally: AttemptTally) -> VisitCounts:
    """One attempt."""
    return VisitCounts(
        attempts=1,
        visits=int(tally.counted),
        person_visits=len(tally.visitors) if tally.counted else 0,
        on_site=int(tally.counted and tally.on_site),
        judged=int(tally.timely is not None),
        timely=int(bool(tally.timely)),
        not_home=int(tally.not_home),
    )


def counts_by_place(tallies: VisitTallies) -> dict[Place, VisitCounts]:
    """Everything by area, category and level, and beside it the attempts once more by area and worker."""
    found: dict[Place, list[VisitCounts]] = {}
    for place, counts in _parts(tallies):
        found.setdefault(place, []).append(counts)
    return {place: summed(parts) for place, parts in found.items()}


def _parts(tallies: VisitTallies) -> Iterator[tuple[Place, VisitCounts]]:
    for home in tallies.households:
        yield Place(home.area_code, home.category, home.risk_level), household_counts(home)
    for attempt in tallies.attempts:
        counts = attempt_counts(attempt)
        yield Place(attempt.area_code, attempt.category, attempt.risk_level), counts
        for worker in attempt.visitors:
            yield Place(attempt.area_code, worker=worker), counts


def summed(parts: Iterable[VisitCounts]) -> VisitCounts:
    """The sum of parts."""
    known = list(parts)
    return VisitCounts._make(map(sum, zip(*known, strict=True))) if known else VisitCounts()


def holds_until(
    households: Iterable[HouseholdFacts],
    visits: Iterable[VisitFact],
    period: StatisticsPeriod,
    parameters: Parameters,
    *,
    now: dt.datetime,
) -> dt.datetime | None:
    """The first instant at which the tallies of unchanged records may come out differently; None = never.

    Time alone changes them when a week begins, the period ends, an entitlement or a table of rules begins or
    ends, or an upload becomes late.
    """
    limit = dt.timedelta(hours=parameters.timely_upload_hours, microseconds=1000)
    moments = [visit.finished_at + limit for visit in visits if visit.received_at is None]
    today = local_day(now)
    if today <= period.end:
        days = {today + dt.timedelta(days=7 - today.weekday()), period.start, period.end + ONE_DAY}
        days.update(table.valid_from for table in parameters.later_visit_rules)
        for coverage in (coverage for home in households for coverage in home.coverages):
            days.add(coverage.since)
            if coverage.until is not None and coverage.until < period.end:
                days.add(coverage.until + ONE_DAY)
        moments += [start_of_day(day) for day in days if today < day <= period.end + ONE_DAY]
    return min((moment for moment in moments if moment > now), default=None)
