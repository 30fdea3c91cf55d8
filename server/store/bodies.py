"""Checks a record's body before it is stored and makes its canonical form."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson
import pydantic

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.base import DayColumn, InstantColumn
from sync.protocol.entities import ENTITIES
from sync.protocol.wire import Body, canonical, checksum

MAX_KEY: Final = 64
MAX_INT: Final = 2**31 - 1
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_FORMS: Final[dict[Any, re.Pattern[str]]] = {InstantColumn: _INSTANT, DayColumn: _DAY}
_NUL: Final = b"\\u0000"


@dataclass(frozen=True, slots=True)
class CheckedBody:
    """A body that fits its kind: `body` compact, `text` its canonical bytes, `h` their checksum."""

    body: Body
    text: bytes
    h: int


def check_body(kind: str, body: Body) -> CheckedBody:
    """Validate a body against the kind's fields. Unknown keys stay: a newer device may know them.

    Raises RuleError bad_text (NUL, lone surrogate, number out of range), record_too_large or
    invalid_value with the field.
    """
    try:
        text = canonical(body)
    except (TypeError, RecursionError):
        raise RuleError("bad_text") from None
    if len(text) > ENTITIES[kind].max_bytes:
        raise RuleError("record_too_large")
    small: Body = orjson.loads(text)
    if _NUL in text and _holds_nul(small):
        raise RuleError("bad_text")
    try:
        _strict_model(kind).model_validate_json(text, strict=True)
    except pydantic.ValidationError as error:
        place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise RuleError("invalid_value", str(place[0]) if place else "") from None
    for key, value in small.items():
        # What a validator lets pass and a column would not hold must not take a whole batch down.
        if len(key) > MAX_KEY or (isinstance(value, int) and abs(value) > MAX_INT):
            raise RuleError("invalid_value", key[:MAX_KEY])
    for field, form in _forms(kind):
        value = small.get(field)
        if value is not None and not form.fullmatch(value):
            raise RuleError("invalid_value", field)
    return CheckedBody(small, text, checksum(text))


@cache
def _strict_model(kind: str) -> type[pydantic.BaseModel]:
    """The kind's fields as a plain pydantic model: SQLModel's own constructor always validates laxly, and
    what is stored goes out as it came, so "yes" must not pass for true."""
    fields: dict[str, Any] = {
        name: (info.annotation, info) for name, info in ENTITIES[kind].fields.model_fields.items()
    }
    return pydantic.create_model(f"Strict{ENTITIES[kind].fields.__name__}", **fields)


@cache
def _forms(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Fields whose text is stored as it came and must therefore already have the one form that sorts."""
    columns = {name: _column_type(info) for name, info in ENTITIES[kind].fields.model_fields.items()}
    return tuple((name, _FORMS[column]) for name, column in columns.items() if column in _FORMS)


def _column_type(info: Any) -> Any:
    """The column type a field was declared with; annotated types carry it among their metadata."""
    carriers = (info, *info.metadata)
    return next((found for c in carriers if (found := getattr(c, "sa_type", None)) in _FORMS), None)


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in key or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_nul(item) for item in value)
