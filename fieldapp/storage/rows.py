"""Moves records between typed values, table rows and wire bodies."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Select, Table, select
from sqlalchemy.engine import Connection, Row

from fieldapp.domain.records.base import RecordFields, compact
from fieldapp.storage.tables import ROWS
from sync.protocol.entities import ENTITIES, nested_fields

R = TypeVar("R", bound=RecordFields)


def table_of(kind: str) -> Table:
    """The SQLAlchemy table of a synced kind."""
    table: Table = ROWS[kind].__table__
    return table


@cache
def _field_columns(kind: str) -> tuple[Any, ...]:
    table = table_of(kind)
    return tuple(table.c[name] for name in ENTITIES[kind].columns)


def select_records(kind: str) -> Select[Any]:
    """SELECT of a kind's fields, in the order that `records` expects."""
    return select(*_field_columns(kind))


def records(connection: Connection, query: Select[Any], fields: type[R]) -> list[R]:
    """Run a select_records query. Values come typed from the columns, so nothing is validated again."""
    return [typed(row, fields) for row in connection.execute(query)]


def typed(row: Row[Any], fields: type[R]) -> R:
    """A record value from a row of select_records."""
    # Not model_construct: that works out every default first, at many times the price of the row.
    record: R = fields.__new__(fields)
    object.__setattr__(record, "__dict__", row._asdict())
    object.__setattr__(record, "__pydantic_fields_set__", set(row._fields))
    return record


def find(connection: Connection, kind: str, record_id: str) -> RecordFields | None:
    """One record by id, or None."""
    query = select_records(kind).where(table_of(kind).c.id == record_id)
    row = connection.execute(query).first()
    return None if row is None else typed(row, ENTITIES[kind].fields)


@cache
def wire_writer(kind: str) -> tuple[str, Callable[[dict[str, Any], str, int, int], tuple[Any, ...]]]:
    """The upsert statement of a kind and a function (body, bucket, rev, signed h) → its parameters.

    The fast way for rows from the server: wire texts go to their columns as they are.
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
        if None in body.values():
            body = {name: value for name, value in body.items() if value is not None}
        # A row has some forty columns and a first sync 27,000 rows: the loop over columns is left to map.
        values = list(map(body.get, names, absent))
        for place, name in places:
            if name in body:
                values[place] = orjson.dumps(body[name]).decode()
        return (*values, bucket, rev, h)

    return statement, parameters


def _extra_columns(kind: str) -> str:
    return ",superseded" if kind == "visits" else ""


def _extra_values(kind: str) -> str:
    return ",0" if kind == "visits" else ""


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


def upsert_wire_rows(connection: Connection, kind: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows made by wire_writer's function."""
    statement, _ = wire_writer(kind)
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])
