"""Moves records between typed values, table rows and wire bodies."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Select,
    Table,
    Text,
    bindparam,
    select,
    text,
    type_coerce,
)
from sqlalchemy.engine import Connection
from sqlalchemy.types import NullType

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.records.base import (
    CodeColumn,
    DayColumn,
    InstantColumn,
    NestedColumn,
    RecordFields,
    compact,
)
from fieldapp.storage.tables import ROWS
from sync.protocol.entities import ENTITIES, nested_fields

R = TypeVar("R", bound=RecordFields)


def table_of(kind: str) -> Table:
    """The SQLAlchemy table of a synced kind."""
    table: Table = ROWS[kind].__table__
    return table


@cache
def _stored_columns(kind: str, names: tuple[str, ...]) -> tuple[Any, ...]:
    table = table_of(kind)
    return tuple(type_coerce(table.c[name], NullType()) for name in names)


def select_records(kind: str, names: tuple[str, ...] = ()) -> Select[Any]:
    """SELECT of a kind's fields as they are stored, all or some, in the order that `records` expects."""
    return select(*_stored_columns(kind, names or ENTITIES[kind].columns))


def fields_of(kind: str) -> type[RecordFields]:
    """The Fields class of a kind."""
    return ENTITIES[kind].fields


def as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A column's stored text: the column's own type would write a searched value as JSON once more."""
    return type_coerce(column, Text)


def hanging_on(kind: str, household_ids: Collection[str]) -> Select[Any]:
    """select_records of those that hang on some households."""
    return select_records(kind).where(among(table_of(kind).c.household_id, household_ids))


def among(column: ColumnElement[str], ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a text column is one of some ids, however many: as one value they are neither compiled nor
    bound one by one."""
    wanted: BindParameter[str] = bindparam("among", orjson.dumps(list(ids)).decode(), unique=True)
    return column.in_(text("SELECT value FROM json_each(:among)").bindparams(wanted))


def records(
    connection: Connection, query: Select[Any], fields: type[R], names: tuple[str, ...] = ()
) -> list[R]:
    """Run a select_records query. What is stored was checked before, so nothing is validated again.

    With `names`, those of the query, the records hold these fields only: to ask for another is an
    AttributeError. For derived rows, which are made of few fields of thousands of records.
    """
    typed = _reader(fields, names)
    return [typed(row) for row in connection.execute(query).all()]


@cache
def _reader(fields: type[R], some: tuple[str, ...] = ()) -> Callable[[Sequence[Any]], R]:
    """A function that makes a record of a row of select_records.

    Columns are converted here and not by their types: a list shows a hundred rows of forty columns at
    each keystroke, and most of them need no conversion.
    """
    kind = next(kind for kind, spec in ENTITIES.items() if spec.fields is fields)
    names = some or ENTITIES[kind].columns
    found = ((place, _converter(table_of(kind).c[name].type)) for place, name in enumerate(names))
    converters = [(place, convert) for place, convert in found if convert is not None]
    new, put = object.__new__, object.__setattr__

    def typed(row: Sequence[Any]) -> R:
        values = list(row)
        for place, convert in converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        # Not model_construct: that works out every default first, at many times the price of the row.
        record = new(fields)
        put(record, "__dict__", dict(zip(names, values, strict=True)))
        put(record, "__pydantic_fields_set__", set(names))
        put(record, "__pydantic_extra__", None)
        put(record, "__pydantic_private__", None)
        return record

    return typed


def _converter(kind: Any) -> Callable[[Any], Any] | None:
    """What makes a column's stored value the field's; None where they are the same."""
    if isinstance(kind, InstantColumn):
        return parse_instant
    if isinstance(kind, DayColumn):
        return dt.date.fromisoformat
    if isinstance(kind, CodeColumn):
        return _Members(kind.codes).__getitem__
    if isinstance(kind, NestedColumn):
        return kind.parse
    return bool if isinstance(kind, Boolean) else None


class _Members(dict[str, Any]):
    """Members of a code list by code; an enum's own call takes five times as long."""

    def __init__(self, codes: type[Any]) -> None:
        super().__init__({member.value: member for member in codes})
        self._codes = codes

    def __missing__(self, code: str) -> Any:
        return self._codes(code)


def find(connection: Connection, kind: str, record_id: str) -> RecordFields | None:
    """One record by id, or None."""
    query = select_records(kind).where(table_of(kind).c.id == record_id)
    row = connection.execute(query).first()
    return None if row is None else _reader(ENTITIES[kind].fields)(row)


@cache
def wire_writer(kind: str) -> tuple[str, Callable[[dict[str, Any], str, int, int], tuple[Any, ...]]]:
    """The upsert statement of a kind and a function (body, bucket, rev, signed h) → its parameters.

    The fast way for rows from the server: wire texts go to their columns as they are. Bodies hold no null.
    """
    spec = ENTITIES[kind]
    nested = nested_fields(kind)
    defaults = _column_defaults(kind)
    columns = (*spec.columns, "bucket", "rev", "h")
    marks = ",".join("?" * len(columns))
    updates = ",".join(f"{name}=excluded.{name}" for name in columns if name != "id")
    statement = (
        f"INSERT INTO {kind} ({','.join(columns)}{_extra_columns(kind)}) "  # noqa: S608  names from the registry
        f"VALUES ({marks}{_extra_values(kind)}) ON CONFLICT(id) DO UPDATE SET {updates}"
    )
    names = spec.columns
    absent = [defaults[name] for name in names]
    places = [(place, name) for place, name in enumerate(names) if name in nested]

    def parameters(body: dict[str, Any], bucket: str, rev: int, h: int) -> tuple[Any, ...]:
        # A row has some forty columns and a first sync 27,000 rows: the loop over columns is left to map.
        values = list(map(body.get, names, absent))
        for place, name in places:
            if name in body:
                values[place] = orjson.dumps(body[name]).decode()
        return (*values, bucket, rev, h)

    return statement, parameters


def stored_values(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Wire values of some fields as their columns hold them; fields this program does not know are left
    out, None means what the wire leaves out."""
    nested, defaults = nested_fields(kind), _column_defaults(kind)
    return {
        name: defaults[name] if value is None else orjson.dumps(value).decode() if name in nested else value
        for name, value in fields.items()
        if name in defaults
    }


def _extra_columns(kind: str) -> str:
    return ",superseded" if kind == "visits" else ""


def _extra_values(kind: str) -> str:
    return ",0" if kind == "visits" else ""


@cache
def _column_defaults(kind: str) -> dict[str, Any]:
    """What a column holds when the wire leaves the field out."""
    fields = ENTITIES[kind].fields
    nested = nested_fields(kind)
    defaults: dict[str, Any] = {}
    for name, info in fields.model_fields.items():
        if info.is_required():
            defaults[name] = None
            continue
        value = info.get_default(call_default_factory=True)
        if name in nested and value is not None:
            plain = value.model_dump(mode="json") if hasattr(value, "model_dump") else list(value)
            value = orjson.dumps(compact(plain) if isinstance(plain, dict) else plain).decode()
        defaults[name] = value
    return defaults


def upsert_wire_rows(connection: Connection, kind: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows made by wire_writer's function."""
    statement, _ = wire_writer(kind)
    connection.exec_driver_sql(statement, list(rows))
