"""Whether this device's clock can be believed, and the day to go by when it cannot (sync brief, section 4).

Nothing is refused and nothing is rewritten because of a wrong clock: what was captured keeps its times and
is marked, conflicts go by base revision, and the server bounds the stamps.
"""

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import parse_instant
from fieldapp.storage import meta

TOLERATED: Final = dt.timedelta(minutes=5)
"""A clock off by no more is nobody's trouble."""
SUSPECT: Final = "clock_suspect"
"""The mark on what was captured while the clock was in doubt."""


class ClockStanding(enum.StrEnum):
    """FINE; OFF by the server's measure; SET_BACK behind what this device has seen already."""

    FINE = "FINE"
    OFF = "OFF"
    SET_BACK = "SET_BACK"


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """How the clock stands; `minutes` it is ahead (below 0: behind) of the server's, as last measured."""

    standing: ClockStanding
    minutes: int = 0


def device_clock(connection: Connection, now: dt.datetime) -> DeviceClock:
    """How the clock stands at `now`, by its own reading."""
    shift = _shift(connection)
    if abs(shift) > TOLERATED:
        return DeviceClock(ClockStanding.OFF, round(-shift / dt.timedelta(minutes=1)))
    heard, stamped = _server_time(connection), _stamped(connection)
    behind = max((seen - now for seen in (heard, stamped) if seen is not None), default=dt.timedelta())
    if behind > TOLERATED:
        return DeviceClock(ClockStanding.SET_BACK, -round(behind / dt.timedelta(minutes=1)))
    return DeviceClock(ClockStanding.FINE)


def believed_now(connection: Connection, now: dt.datetime) -> dt.datetime:
    """The present as far as it is known: the clock put right by what the server last told of it, and never
    before the server's last word. Rights go by it: a flat battery locks nobody out of his own work."""
    shift = _shift(connection)
    told = now + shift if abs(shift) > TOLERATED else now
    heard = _server_time(connection)
    return told if heard is None else max(told, heard)


def _shift(connection: Connection) -> dt.timedelta:
    """The server's clock minus ours."""
    return dt.timedelta(milliseconds=int(meta.get(connection, meta.CLOCK_SHIFT_MS) or 0))


def _server_time(connection: Connection) -> dt.datetime | None:
    text = meta.get(connection, meta.FEED_AT)
    return parse_instant(text) if text else None


def _stamped(connection: Connection) -> dt.datetime | None:
    """The latest instant given to a change here, unless the server has found the clock right since: then the
    clock was ahead once and is not wrong now."""
    stamp = meta.get(connection, meta.HLC)
    if not stamp or stamp.split("-", 1)[0] <= meta.get(connection, meta.HLC_EXCUSED):
        return None
    milliseconds = int(stamp.split("-", 1)[0], 16)
    try:
        return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
