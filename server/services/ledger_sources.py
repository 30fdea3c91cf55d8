"""Which ledger is asked for, and records as the ledgers read them (level S)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.engine import Connection

from fieldapp.domain.records.base import RecordFields
from server.store.projections import row_table
from server.store.record_sql import CHUNK

F = TypeVar("F", bound=RecordFields)
ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LedgerAsked:
    """Of an area, from `start` to `end` (both included; rosters are those of `end`). `full` = personal data
    not masked; `reason` is written into the log."""

    area_code: str
    start: dt.date
    end: dt.date
    full: bool = False
    reason: str = ""


def columns_of(kind: str, fields: type[RecordFields]) -> Select[tuple[object, ...]]:
    """A query for all columns of a kind of record."""
    row = row_table(kind)
    return select(*(row.c[name] for name in fields.model_fields))


def streamed(
    connection: Connection, query: Select[tuple[object, ...]], fields: type[F]
) -> Iterator[Sequence[F]]:
    """What a query finds, some hundreds in memory at a time."""
    found = connection.execute(query.execution_options(yield_per=CHUNK)).mappings()
    for part in found.partitions(CHUNK):
        yield [fields.model_validate(dict(row)) for row in part]


def records_of(
    connection: Connection, kind: str, fields: type[F], column: str, ids: Iterable[str]
) -> list[F]:
    """The records of a kind with one of these values in a column."""
    return read_records(connection, kind, fields, row_table(kind).c[column].in_(list(ids)))


def read_records(
    connection: Connection, kind: str, fields: type[F], where: ColumnElement[bool] | None = None
) -> list[F]:
    """Typed records of a kind, oldest first."""
    query = columns_of(kind, fields).order_by(row_table(kind).c.id)
    if where is not None:
        query = query.where(where)
    return [fields.model_validate(dict(row)) for row in connection.execute(query).mappings()]
