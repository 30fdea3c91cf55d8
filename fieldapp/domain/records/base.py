"""What every record shares, and how typed values look in a database column and on the wire.

Fields classes are declared once here and inherited by the device row, the server row and the wire
payload. The column types write exactly the wire's text, so pulled rows can be stored unconverted.
"""

import datetime as dt
import enum
import json
from typing import Annotated, Any, Final, Generic, TypeVar

import pydantic
from pydantic import AfterValidator, ConfigDict, PlainSerializer
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from fieldapp.domain.clock import instant_text, parse_instant

E = TypeVar("E", bound=enum.StrEnum)


def _utc_milliseconds(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError("instant without offset")
    # Cut to what the wire carries, so that a value equals itself after a round trip.
    return at.astimezone(dt.UTC).replace(microsecond=at.microsecond // 1000 * 1000)


Instant = Annotated[
    dt.datetime,
    AfterValidator(_utc_milliseconds),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
]
"""An aware instant: UTC with milliseconds; text form of clock.instant_text in JSON."""


class InstantColumn(TypeDecorator[dt.datetime]):
    """An aware datetime as sortable UTC text (clock.instant_text)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else parse_instant(value)


class DayColumn(TypeDecorator[dt.date]):
    """A calendar day as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dt.date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.date | None:
        return None if value is None else dt.date.fromisoformat(value)


class CodeColumn(TypeDecorator[E], Generic[E]):
    """A code list value as its code."""

    impl = Text
    cache_ok = True

    def __init__(self, codes: type[E]) -> None:
        super().__init__()
        self.codes = codes

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> E | None:
        return None if value is None else self.codes(value)


_SHORT: Final = 48
_MOST_SHORT: Final = 1024
"""Lists of a few codes come again and again: those up to so many characters are kept, so many of a column."""


class NestedColumn(TypeDecorator[Any]):
    """A list or value object as JSON text, the same text as on the wire."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._adapter: pydantic.TypeAdapter[Any] | None = None
        self._short: dict[str, Any] = {}

    def _codec(self) -> pydantic.TypeAdapter[Any]:
        # Built at first use: 20 adapters at import would be felt at program start.
        if self._adapter is None:
            self._adapter = pydantic.TypeAdapter(self.shape)
        return self._adapter

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        plain = self._codec().dump_python(value, mode="json", exclude_none=True)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        return None if value is None else self.parse(value)

    def parse(self, stored: str) -> Any:
        """The value of a stored text."""
        if stored == "[]":  # most lists of most records; a tuple is safely shared
            return ()
        if len(stored) > _SHORT or stored[0] != "[":
            return self._codec().validator.validate_json(stored)
        found = self._short.get(stored)
        if found is None:
            found = self._codec().validator.validate_json(stored)
            if len(self._short) < _MOST_SHORT:
                self._short[stored] = found
        return found


def instant(default: Any = ..., **options: Any) -> Any:
    """Field of type datetime (aware)."""
    return Field(default, sa_type=InstantColumn, **options)


def day(default: Any = ..., **options: Any) -> Any:
    """Field of type date."""
    return Field(default, sa_type=DayColumn, **options)


def code(codes: type[enum.StrEnum], default: Any = ..., **options: Any) -> Any:
    """Field of an enum type; options as in sqlmodel.Field."""
    return Field(default, sa_type=CodeColumn(codes), **options)


def nested(shape: Any, default_factory: Any, **options: Any) -> Any:
    """Field holding a list or value object of type `shape`."""
    return Field(default_factory=default_factory, sa_type=NestedColumn(shape), **options)


class Value(pydantic.BaseModel):
    """A value object inside a record: frozen, compared by content, unknown keys ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class RecordFields(SQLModel):
    """Fields of every synced record. `id` is made on the device that first wrote the record.

    `dataset` (REAL, DEMO, PRACTICE) is a property of the profile, never of a row: the kinds live in
    separate database files and cannot mix. `rev`, `bucket` and the checksum belong to sync and are
    added by the row classes.
    """

    # A validator is built with the first value it checks: most kinds are only read from rows, which were
    # checked before, and building all of them would be felt at program start.
    model_config = SQLModel.model_config | {"defer_build": True}

    id: str = Field(primary_key=True, min_length=2, max_length=64)
    created_at: Instant = instant()
    created_by: str = Field(max_length=64)
    updated_at: Instant = instant()
    updated_by: str = Field(max_length=64)
    device_id: str = Field(default="", max_length=64)


def compact(body: dict[str, Any]) -> dict[str, Any]:
    """A JSON object without None, empty text, empty lists and empty objects, at every depth."""
    small: dict[str, Any] = {}
    for key, value in body.items():
        if isinstance(value, dict):
            value = compact(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            value = [compact(item) for item in value]
        if value is not None and value != "" and value != [] and value != {}:
            small[key] = value
    return small


def wire_body(record: RecordFields) -> dict[str, Any]:
    """A record as it travels: JSON values, nothing empty."""
    return compact(record.model_dump(mode="json", exclude_none=True))
