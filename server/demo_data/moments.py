"""Days and times of day in the made-up county: county-local minutes to UTC instants."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.rules.visit_plan import period_of

_OFFSET: Final = dt.datetime(2020, 1, 1, tzinfo=COUNTY_ZONE).utcoffset() or dt.timedelta()
"""The county has one offset all year round since 1992; no data are older."""


def moment(day: dt.date, minutes: float) -> dt.datetime:
    """The instant `minutes` after midnight in the county."""
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    return midnight + dt.timedelta(minutes=minutes) - _OFFSET


def periods_back(unit: PeriodUnit, last: dt.date, first: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of each visit period, from the one that holds `last` back to that of `first`."""
    start, end = period_of(unit, last)
    while end >= first:
        yield start, end
        start, end = period_of(unit, start - dt.timedelta(days=1))
