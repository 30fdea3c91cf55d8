"""Between the text a form stores and the values editors hold. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.records.visits import Location, PositionSource
from fieldapp.forms.view import Answer

TRIGGERED: Final = "OK"
_OFFSET: Final = dt.timezone(dt.timedelta(hours=8))
"""Of a time without a day: a named zone would not tell its offset."""


@dataclass(frozen=True, slots=True)
class Codec:
    """`decode` never fails: a text the editor cannot hold is an empty value there. `encode` gives what
    FormSession.answer takes."""

    decode: Callable[[str], object]
    encode: Callable[[object], Answer]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _time(text: str) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=COUNTY_ZONE)).astimezone(COUNTY_ZONE)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def point(text: str) -> Location | None:
    """A stored point (latitude, longitude, altitude, accuracy) as a position."""
    parts = text.split()
    try:
        numbers = [float(part) for part in parts]
        accuracy = numbers[3] if len(numbers) > 3 and numbers[3] > 0 else None
        source = PositionSource.GPS if accuracy is not None else PositionSource.MANUAL
        return Location(source=source, lat=numbers[0], lon=numbers[1], accuracy_m=accuracy)
    except (ValueError, IndexError):
        return None


def written_point(value: object) -> str:
    """A position as four numbers; "" for none."""
    if not isinstance(value, Location) or value.lat is None or value.lon is None:
        return ""
    return f"{value.lat:.7f} {value.lon:.7f} 0 {value.accuracy_m or 0:.1f}"


def _points(text: str) -> tuple[Location, ...]:
    found = (point(part) for part in text.split(";") if part.strip())
    return tuple(one for one in found if one is not None)


def _written_points(value: object) -> str:
    return ";".join(map(written_point, value)) if isinstance(value, Sequence) else ""


def _same(value: object) -> Answer:
    if value is None or isinstance(value, (str, bool, int, Decimal, dt.date, dt.time)):
        return value
    raise TypeError(f"no answer: {type(value).__name__}")


TEXT: Final = Codec(str, _text)
ONE: Final = Codec(lambda text: text or None, _text)
SEVERAL: Final = Codec(
    lambda text: tuple(text.split()), lambda value: tuple(value) if isinstance(value, tuple) else ()
)
DAY: Final = Codec(_day, _same)
TIME: Final = Codec(
    _time, lambda value: value.replace(tzinfo=_OFFSET) if isinstance(value, dt.time) else None
)
MOMENT: Final = Codec(_moment, _same)
DECIMAL: Final = Codec(_decimal, _same)
SCALE: Final = Codec(lambda text: text or None, _text)
FLAG: Final = Codec(lambda text: TRIGGERED if text else None, lambda value: TRIGGERED if value else "")
POINT: Final = Codec(point, written_point)
POINTS: Final = Codec(_points, _written_points)
NOTHING: Final = Codec(lambda text: text, lambda _value: None)
