"""Inserts many rows by the driver's executemany, past SQLAlchemy's work per row (a third of a push)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import Connection, Dialect


def insert_many(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Any]) -> None:
    """Insert rows, tuples in the order of `columns`. Values must be what the database stores: the column
    types of the tables are not asked."""
    if rows:
        connection.exec_driver_sql(_statement(connection.dialect, table, columns), list(rows))


@lru_cache(maxsize=64)
def _statement(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    slot = "?" if dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(quote(column) for column in columns)
    slots = ", ".join([slot] * len(columns))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({slots})"  # noqa: S608  # names are ours
