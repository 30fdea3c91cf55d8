"""Functions of dates and times. Pure library layer."""

import math
import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Final

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Trait, Type, function
from fieldapp.forms.xpath.values import (
    DateTime,
    Value,
    moment_of_days,
    parse_moment,
    parse_time,
    text_to_number,
    to_string,
)

_INVALID: Final = DateTime(None)
_UNPADDED: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(T.*)?\Z")


def _today(context: Context) -> DateTime:
    zone = context.host.zone
    day = context.host.now().astimezone(zone).date()
    return DateTime(datetime.combine(day, time.min, tzinfo=zone))


def _now(context: Context) -> DateTime:
    now = context.host.now().astimezone(context.host.zone)
    return DateTime(now.replace(microsecond=now.microsecond // 1000 * 1000), timed=True)


def _date(context: Context, value: Value) -> Value:
    """A number is days since 1970-01-01T00:00Z; nothing and a truth value are no date but no error."""
    if isinstance(value, DateTime):
        return value
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return _of_days(context, value)
    text = to_string(value)
    return _of_text(context, text) if text else ""


def _of_days(context: Context, days: float) -> DateTime:
    return DateTime(moment_of_days(days, context.host.zone)) if math.isfinite(days) else _INVALID


def _of_text(context: Context, text: str) -> DateTime:
    zone = context.host.zone
    moment = parse_moment(text, zone)
    if moment is not None:
        return DateTime(moment)
    found = _UNPADDED.match(text)
    if found is not None:
        year, month, day, rest = found.groups()
        return DateTime(parse_moment(f"{year}-{month:0>2}-{day:0>2}{rest or ''}", zone))
    # Nodes hold text only: a number in one is a number of days.
    return _of_days(context, text_to_number(text, zone))


def _decimal_date_time(context: Context, value: Value) -> float:
    moment = _date(context, value)
    return moment.days if isinstance(moment, DateTime) else math.nan


def _decimal_time(context: Context, value: Value) -> float:
    zone = context.host.zone
    if isinstance(value, DateTime):
        if value.moment is None:
            return math.nan
        local = value.moment.astimezone(zone).timetz().isoformat(timespec="microseconds")
        fraction = parse_time(local[:15], zone)
    else:
        fraction = None if isinstance(value, bool | float) else parse_time(to_string(value), zone)
    return math.nan if fraction is None else fraction


# -- printing -------------------------------------------------------------------------------------

_EN_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EN_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Short names of months (January first) and days (Monday first) by language; English for the others.
_NAMES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "en": (_EN_MONTHS, _EN_DAYS),
    "zh": (
        tuple(f"{month}月" for month in range(1, 13)),
        tuple(f"周{day}" for day in "一二三四五六日"),
    ),
}
_CODE: Final = re.compile(r"\(([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]+)?\)\s*\Z|\A([A-Za-z]{2,3})(?:[-_]|\Z)")
_CHINESE: Final = ("中文", "汉语", "简体", "chinese")


def language_code(language: str) -> str:
    """The code of a form language as forms write it: `中文(zh)`, `English (en)`, `zh-CN`, `Chinese`."""
    found = _CODE.search(language)
    if found is not None:
        return (found[1] or found[2]).lower()
    return "zh" if any(word in language.lower() for word in _CHINESE) else "en"


_Names = tuple[tuple[str, ...], tuple[str, ...]]

_FORMATS: Final[dict[str, Callable[[datetime, _Names], str]]] = {
    "Y": lambda moment, _names: f"{moment.year:04}",
    "y": lambda moment, _names: f"{moment.year % 100:02}",
    "m": lambda moment, _names: f"{moment.month:02}",
    "n": lambda moment, _names: str(moment.month),
    "b": lambda moment, names: names[0][moment.month - 1],
    "d": lambda moment, _names: f"{moment.day:02}",
    "e": lambda moment, _names: str(moment.day),
    "a": lambda moment, names: names[1][moment.weekday()],
    "H": lambda moment, _names: f"{moment.hour:02}",
    "h": lambda moment, _names: str(moment.hour),
    "M": lambda moment, _names: f"{moment.minute:02}",
    "S": lambda moment, _names: f"{moment.second:02}",
    "3": lambda moment, _names: f"{moment.microsecond // 1000:03}",
    "W": lambda moment, _names: str(moment.isocalendar().week),
    "%": lambda _moment, _names: "%",
}
_TOKEN: Final = re.compile(r"%(.?)", re.DOTALL)


def _format(context: Context, value: Value, pattern: str) -> str:
    converted = _date(context, value)
    moment = converted.moment if isinstance(converted, DateTime) else None
    if moment is None:
        return ""
    names = _NAMES.get(language_code(context.host.language), _NAMES["en"])
    local = moment.astimezone(context.host.zone)
    check_format(pattern)
    return _TOKEN.sub(lambda token: _FORMATS[token[1]](local, names), pattern)


def check_format(pattern: str) -> None:
    """EvaluationError date_format_unknown for a % that is followed by nothing known."""
    for token in _TOKEN.findall(pattern):
        if token not in _FORMATS:
            raise EvaluationError("date_format_unknown", token=token)


FUNCTIONS: Final[dict[str, Function]] = {
    "today": function("", Type.ANY, _today, traits=Trait.TIME),
    "now": function("", Type.ANY, _now, traits=Trait.TIME),
    "date": function("a", Type.ANY, _date),
    "date-time": function("a", Type.ANY, _date),
    "decimal-date-time": function("a", Type.NUMBER, _decimal_date_time),
    "decimal-time": function("a", Type.NUMBER, _decimal_time),
    "format-date": function("as", Type.STRING, _format, traits=Trait.LANGUAGE, check=(1, check_format)),
    "format-date-time": function("as", Type.STRING, _format, traits=Trait.LANGUAGE, check=(1, check_format)),
}
