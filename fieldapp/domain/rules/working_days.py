"""The working-day clock (R5; domain layer).

Working days are Monday to Friday without holidays, plus the weekend days made working days by the
yearly State Council notice. Legal holidays come from a library, a county's table overrides them.
"""

import datetime as dt
import enum
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import CalendarDayKind, Parameters, PauseReason

_ONE_DAY: Final = dt.timedelta(days=1)
GREEN_ABOVE: Final = 5
ORANGE_UPTO: Final = 2
"""Working days left at which a deadline changes its colour (R5)."""


class Colour(enum.StrEnum):
    """How near a limit is; always shown with words beside it."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    ORANGE = "ORANGE"
    RED = "RED"


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

    def back(self, end: dt.date, working_days: int) -> dt.date:
        """Counting back: the latest working day from which so many working days end on `end`, itself a
        working day. With 0 the day itself."""
        day = end
        left = working_days
        while left > 0:
            day -= _ONE_DAY
            left -= self.is_working_day(day)
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


def calendar_of(parameters: Parameters) -> WorkCalendar:
    """The county's calendar: what the program knows, and the days its parameters say."""
    return WorkCalendar({one.day: one.kind is CalendarDayKind.WORKDAY for one in parameters.calendar})


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands still, both included, with the reason."""

    reason: PauseReason
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something is due, and how it stands on a day: `left` working days (below 0: so many too
    late), their colour, and whether the calendar of the year is loaded (else say 日历未更新)."""

    due: dt.date
    left: int
    colour: Colour
    calendar_known: bool


def deadline(
    start: dt.date, working_days: int, on: dt.date, parameters: Parameters, *, pauses: Sequence[Pause] = (),
    extended: bool = False,
) -> Deadline:  # fmt: skip
    """A working-day limit that began on `start` (day 0), seen on a day; `extended` once with a reason.

    Raises RuleError pause_wrong (ends before it begins, or two overlap), pause_too_long.
    """
    calendar = calendar_of(parameters)
    check_pauses(pauses, parameters, calendar)
    spans = [DaySpan(one.first, one.last) for one in pauses]
    length = working_days + (parameters.extension_working_days if extended else 0)
    due = calendar.add(start, length, spans)
    left = calendar.count(on, due) - _paused_between(on, due, spans, calendar)
    return Deadline(due, left, colour_of(left), calendar.knows(due))


def check_pauses(pauses: Sequence[Pause], parameters: Parameters, calendar: WorkCalendar) -> None:
    """Refuse pauses that R5 does not allow. Raises RuleError pause_wrong, pause_too_long."""
    days = 0
    ended: dt.date | None = None
    for one in sorted(pauses, key=lambda pause: pause.first):
        if one.last < one.first or (ended is not None and one.first <= ended):
            raise RuleError("pause_wrong", "pauses")
        ended = one.last
        days += calendar.count(one.first - _ONE_DAY, one.last)
    if days > parameters.pause_max_working_days:
        raise RuleError("pause_too_long", "pauses", most=parameters.pause_max_working_days)


def colour_of(left: int) -> Colour:
    """The colour of so many working days left (R5)."""
    if left < 0:
        return Colour.RED
    if left <= ORANGE_UPTO:
        return Colour.ORANGE
    return Colour.GREEN if left > GREEN_ABOVE else Colour.YELLOW


def _paused_between(on: dt.date, due: dt.date, spans: Sequence[DaySpan], calendar: WorkCalendar) -> int:
    """Working days after `on` up to `due` that do not count; 0 once it is overdue."""
    days = (dt.date.fromordinal(n) for n in range(on.toordinal() + 1, due.toordinal() + 1))
    return sum(calendar.is_working_day(day) and any(span.holds(day) for span in spans) for day in days)


@functools.lru_cache(maxsize=32)  # a constant table per year, 1 ms to work out; no state hides here
def _legal_days(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Days off and make-up working days of a year."""
    from holidays import country_holidays  # 160 ms on first use; not at program start

    legal = country_holidays("CN", years=year)
    return (
        frozenset(day for day in legal if day.year == year),
        frozenset(day for day in legal.weekend_workdays if day.year == year),
    )
