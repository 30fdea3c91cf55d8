"""Answers and results of expressions as the text that the record stores, by type. Pure library layer."""

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from fieldapp.forms.errors import FormError
from fieldapp.forms.view import Answer, DataType
from fieldapp.forms.xpath import DateTime, Value, to_number, to_string
from fieldapp.forms.xpath.values import moment_of_days, parse_moment, parse_time

INT_MIN: Final = -(2**31)
INT_MAX: Final = 2**31 - 1
_INTEGER: Final = re.compile(r"[+-]?[0-9]+(?:\.0*)?\Z")
_GEO_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_MAX_TEXT: Final = 100_000
MAX_RESULT: Final = 1_000_000
"""Characters of a calculated text; one that reads itself through a group could double with every answer."""


def encode(answer: Answer, type: DataType, zone: dt.tzinfo) -> str:
    """The text that is stored for a person's answer.

    Raises:
        FormError: value_not_integer, value_not_decimal, value_not_date, value_not_time,
            value_not_datetime, value_not_geo, value_out_of_range, value_too_long.
    """
    text = _text(answer, zone)
    if len(text) > _MAX_TEXT:
        raise FormError("value_too_long", limit=_MAX_TEXT)
    encoder = _ENCODERS.get(type)
    return encoder(text.strip(), zone) if encoder is not None and text.strip() else text


def _text(answer: Answer, zone: dt.tzinfo) -> str:
    match answer:
        case None:
            return ""
        case str():
            return answer
        case bool() | float():
            return to_string(answer)
        case int() | Decimal():
            return format(answer, "d" if isinstance(answer, int) else "f")
        case dt.date() | dt.time():
            return _iso(answer, zone)
        case _:
            return " ".join(answer)


def _iso(moment: dt.date | dt.time, zone: dt.tzinfo) -> str:
    if isinstance(moment, dt.datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return aware.isoformat(timespec="milliseconds")
    return moment.isoformat(timespec="milliseconds") if isinstance(moment, dt.time) else moment.isoformat()


def _integer(text: str, _zone: dt.tzinfo) -> str:
    if not _INTEGER.match(text):
        raise FormError("value_not_integer")
    digits = text.partition(".")[0]
    number = int(digits) if len(digits) < 30 else INT_MAX + 1
    if not INT_MIN <= number <= INT_MAX:
        raise FormError("value_out_of_range", low=INT_MIN, high=INT_MAX)
    return str(number)


def _decimal(text: str, _zone: dt.tzinfo) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise FormError("value_not_decimal")
    return format(number, "f")


def _date(text: str, zone: dt.tzinfo) -> str:
    moment = parse_moment(text, zone)
    if moment is None:
        raise FormError("value_not_date")
    return text if "T" not in text else moment.date().isoformat()


def _time(text: str, zone: dt.tzinfo) -> str:
    if parse_time(text, zone) is None:
        raise FormError("value_not_time")
    # XML Schema wants seconds; people leave them out.
    return text if text[5:6] == ":" else f"{text[:5]}:00.000{text[5:]}"


def _datetime(text: str, zone: dt.tzinfo) -> str:
    moment = parse_moment(text, zone)
    if moment is None:
        raise FormError("value_not_datetime")
    has_offset = "T" in text and re.search(r"(?:Z|[-+]\d\d:\d\d)\Z", text) is not None
    return text if has_offset else moment.isoformat(timespec="milliseconds")


def _points(least: int, closed: bool) -> Callable[[str, dt.tzinfo], str]:
    def encode_points(text: str, _zone: dt.tzinfo) -> str:
        points = [part.split() for part in text.rstrip("; ").split(";")]
        numbers = [_point(point) for point in points]
        if len(points) < least or (least == 1 and len(points) > 1):
            raise FormError("value_not_geo")
        if closed and numbers[0][:2] != numbers[-1][:2]:
            raise FormError("value_not_geo")
        return ";".join(" ".join(point) for point in points)

    return encode_points


def _point(point: Sequence[str]) -> tuple[float, ...]:
    if not 2 <= len(point) <= 4 or not all(_GEO_NUMBER.match(number) for number in point):
        raise FormError("value_not_geo")
    numbers = tuple(float(number) for number in point)
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise FormError("value_not_geo")
    return numbers


_ENCODERS: Final[dict[DataType, Callable[[str, dt.tzinfo], str]]] = {
    DataType.INT: _integer,
    DataType.DECIMAL: _decimal,
    DataType.DATE: _date,
    DataType.TIME: _time,
    DataType.DATETIME: _datetime,
    DataType.GEOPOINT: _points(1, False),
    DataType.GEOTRACE: _points(2, False),
    DataType.GEOSHAPE: _points(4, True),
}


# -- results of expressions -----------------------------------------------------------------------


def stored(value: Value, type: DataType, zone: dt.tzinfo) -> str:
    """The text that is stored for the result of a calculate or setvalue; "" for what the type cannot hold.

    Raises:
        FormError: value_too_long.
    """
    convert = _RESULTS.get(type)
    text = convert(value, zone) if convert is not None else to_string(value)
    if len(text) > MAX_RESULT:
        raise FormError("value_too_long", limit=MAX_RESULT)
    return text


def _integer_result(value: Value, zone: dt.tzinfo) -> str:
    number = to_number(value, zone)
    return "" if math.isnan(number) or math.isinf(number) else str(int(number))


def _decimal_result(value: Value, zone: dt.tzinfo) -> str:
    number = to_number(value, zone)
    return "" if math.isnan(number) else to_string(number)


def _moment(value: Value, zone: dt.tzinfo) -> dt.datetime | None:
    if isinstance(value, DateTime):
        return value.moment
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else moment_of_days(value, zone)
    text = to_string(value)
    moment = parse_moment(text, zone)
    if moment is None:
        number = to_number(text, zone)
        return None if math.isnan(number) else moment_of_days(number, zone)
    return moment


def _date_result(value: Value, zone: dt.tzinfo) -> str:
    moment = _moment(value, zone)
    return "" if moment is None else moment.astimezone(zone).date().isoformat()


def _datetime_result(value: Value, zone: dt.tzinfo) -> str:
    text = "" if isinstance(value, float | DateTime) else to_string(value)
    if "T" in text and parse_moment(text, zone) is not None:
        return text
    moment = _moment(value, zone)
    return "" if moment is None else moment.isoformat(timespec="milliseconds")


def _time_result(value: Value, zone: dt.tzinfo) -> str:
    if isinstance(value, DateTime):
        return "" if value.moment is None else value.moment.timetz().isoformat(timespec="milliseconds")
    return to_string(value)


_RESULTS: Final[dict[DataType, Callable[[Value, dt.tzinfo], str]]] = {
    DataType.INT: _integer_result,
    DataType.DECIMAL: _decimal_result,
    DataType.DATE: _date_result,
    DataType.DATETIME: _datetime_result,
    DataType.TIME: _time_result,
}
