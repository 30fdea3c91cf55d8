"""Time as the domain sees it: injected clocks, UTC instants, county-local days (Asia/Shanghai)."""

import datetime as dt
from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

COUNTY_ZONE: Final = ZoneInfo("Asia/Shanghai")
_AHEAD: Final = dt.timedelta(hours=8)
_STEADY_SINCE: Final = 1992
"""The last year with a summer time was 1991: since then the county is eight hours ahead, which is added in
a fraction of the time that a zone's table takes. A town's year asks ten thousand times."""

Clock = Callable[[], dt.datetime]
"""Returns the present as an aware UTC datetime."""


def system_clock() -> dt.datetime:
    """The wall clock, in UTC. Only composition roots hand it out."""
    return dt.datetime.now(dt.UTC)


def fixed_clock(at: dt.datetime) -> Clock:
    """A clock that stands still at `at` (demo data, tests)."""
    return lambda: at


def local_day(at: dt.datetime) -> dt.date:
    """The county's calendar day of an instant."""
    if at.tzinfo is dt.UTC and _STEADY_SINCE <= at.year < dt.MAXYEAR:
        return (at + _AHEAD).date()
    return at.astimezone(COUNTY_ZONE).date()


def start_of_day(day: dt.date) -> dt.datetime:
    """The instant at which `day` begins in the county, in UTC."""
    return dt.datetime.combine(day, dt.time(), COUNTY_ZONE).astimezone(dt.UTC)


def instant_text(at: dt.datetime) -> str:
    """Wire and database form of an instant: UTC, milliseconds, `2026-03-05T01:10:00.000Z`.

    The form has one length and sorts as time does.
    """
    utc = at.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_instant(text: str) -> dt.datetime:
    """Inverse of instant_text; accepts any ISO 8601 instant with an offset. Raises ValueError."""
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is dt.UTC:  # as instant_text writes it
        return at
    if at.tzinfo is None:
        raise ValueError("instant without offset")
    return at.astimezone(dt.UTC)
