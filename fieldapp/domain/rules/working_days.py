"""The working-day clock (R5; domain layer).

Working days are Monday to Friday without holidays, plus the weekend days made working days by the
yearly State Council notice. Legal holidays come from a library, a county's table overrides them.
"""

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies in the span."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are working days. `overrides` say so for single days and win over the library."""

    overrides: Mapping[dt.date, bool] = field(default_factory=dict)

    def is_working_day(self, day: dt.date) -> bool:
        """Whether offices work on a day."""
        override = self.overrides.get(day)
        if override is not None:
            return override
        days_off, days_on = _legal_days(day.year)
        return day in days_on or (day.weekday() < 5 and day not in days_off)

    def add(self, start: dt.date, working_days: int, pauses: Iterable[DaySpan] = ()) -> dt.date:
        """The day on which a limit ends: `start` is day 0, working days in pauses are not counted."""
        spans = tuple(pauses)
        day = start
        left = working_days
        while left > 0:
            day += _ONE_DAY
            left -= self.is_working_day(day) and not any(span.holds(day) for span in spans)
        return day

    def count(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` is earlier."""
        if end < start:
            return -self.count(end, start)
        days = range(start.toordinal() + 1, end.toordinal() + 1)
        return sum(self.is_working_day(dt.date.fromordinal(day)) for day in days)

    def knows(self, day: dt.date) -> bool:
        """Whether the notice for the day's year is loaded; otherwise say that the calendar is old.

        Legal holidays of later years are known, their make-up working days are not.
        """
        return bool(_legal_days(day.year)[1]) or any(day.year == loaded.year for loaded in self.overrides)


@functools.lru_cache(maxsize=32)  # a constant table per year, 1 ms to work out; no state hides here
def _legal_days(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Days off and make-up working days of a year."""
    from holidays import country_holidays  # 160 ms on first use; not at program start

    legal = country_holidays("CN", years=year)
    return (
        frozenset(day for day in legal if day.year == year),
        frozenset(day for day in legal.weekend_workdays if day.year == year),
    )
