"""The values of expressions and every conversion between them. Pure library layer.

A number stands for a moment as days since 1970-01-01T00:00Z, fractions included; a date without time is
the local midnight of the zone.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final

from fieldapp.forms.tree import Node

INVALID_DATE: Final = "Invalid Date"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A moment in local time, or None for what is no date ("Invalid Date", NaN, false).

    `timed` keeps the time in the text even at midnight; otherwise local midnight reads as a bare date.
    """

    moment: datetime | None
    timed: bool = False

    def __str__(self) -> str:
        moment = self.moment
        if moment is None:
            return INVALID_DATE
        if not self.timed and moment.time() == time.min:
            return moment.date().isoformat()
        return moment.isoformat(timespec="milliseconds")

    @property
    def days(self) -> float:
        """Days since 1970-01-01T00:00Z; NaN for no date."""
        return math.nan if self.moment is None else (self.moment - _EPOCH) / _DAY


Value = bool | float | str | DateTime | list[Node]
"""What an expression can be. A list is a node-set: without repetition, in document order."""


def to_string(value: Value) -> str:
    """string() of XPath 1.0; a date in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].string_value() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, DateTime):
        return str(value)
    return format_number(value)


def to_boolean(value: Value) -> bool:
    """boolean() of XPath 1.0: nodes exist, text is not empty, a number is neither zero nor NaN."""
    if isinstance(value, DateTime):
        return value.moment is not None and value.days != 0
    if isinstance(value, float):
        return value == value and value != 0  # noqa: PLR0124 -- NaN is the number that differs from itself
    return bool(value)


def to_number(value: Value, zone: tzinfo) -> float:
    """number() of XPath 1.0, and the days of a date or of a text that is an ISO date or date-time."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, DateTime):
        return value.days
    return text_to_number(to_string(value), zone)


def format_number(number: float) -> str:
    """A number as XPath writes it: no exponent, no trailing zeros, `NaN`, `Infinity`."""
    if number != number:  # noqa: PLR0124
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(Decimal(repr(number)))) if number else "0"
    text = repr(number)
    return format(Decimal(text), "f") if "e" in text else text


_NUMBER: Final = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*\Z")


def text_to_number(text: str, zone: tzinfo) -> float:
    """The number a text holds; a date as days; anything else is NaN."""
    found = _NUMBER.match(text)
    if found is not None:
        return float(found[1])
    moment = parse_moment(text, zone)
    return math.nan if moment is None else (moment - _EPOCH) / _DAY


# -- dates ----------------------------------------------------------------------------------------

_MOMENT: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?)?(Z|[-+][0-9]{2}:[0-9]{2})?)?\Z"
)
_TIME: Final = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:[0-9]{2})?\Z")


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """An ISO date or date-time as a moment in the zone; None if it is none, or a day that never was.

    Without time it is the zone's midnight, without offset the zone's time.
    """
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            _microseconds(fraction), tzinfo=_offset(offset) or zone,
        )  # fmt: skip
        return local.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def parse_time(text: str, zone: tzinfo) -> float | None:
    """A time of day as a fraction of the day in the zone (on 1970-01-01); None if it is none."""
    found = _TIME.match(text)
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime.combine(
            date(1970, 1, 2),
            time(int(hour), int(minute), int(second or 0), _microseconds(fraction)),
            tzinfo=_offset(offset) or zone,
        ).astimezone(zone)
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - datetime.combine(moment.date(), time.min)) / _DAY


def moment_of_days(days: float, zone: tzinfo) -> datetime | None:
    """The moment `days` after 1970-01-01T00:00Z, to the millisecond; None outside the years 1 to 9999."""
    try:
        return (_EPOCH + timedelta(milliseconds=round(days * 86_400_000))).astimezone(zone)
    except (OverflowError, ValueError):
        return None


def _microseconds(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
