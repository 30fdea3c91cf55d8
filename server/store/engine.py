"""Opens the server's database: SQLite by default, PostgreSQL by URL. The only file that names drivers.

A transaction that writes is opened with execution option `write=True`: SQLite then takes the write
lock at once (BEGIN IMMEDIATE), so that none fails half-way for want of it.
"""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

BUSY_SECONDS: Final = 30
SQLITE_PRAGMAS: Final = (
    "journal_mode=wal",
    "synchronous=full",
    "foreign_keys=on",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "temp_store=memory",
    "cache_size=-32000",
    "wal_autocheckpoint=2000",
)
_RETRY_STATES: Final = frozenset({"23505", "40001", "40P01"})
"""PostgreSQL: unique violation, serialization failure, deadlock."""


def open_engine(url: str, *, pool_size: int = 20) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Parameters never show in errors or logs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("the server database must be a file")
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=pool_size,
            hide_parameters=True,
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "cached_statements": 256},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def is_sqlite(engine: Engine) -> bool:
    """Whether the engine is SQLite: one writer at a time, and the database is a file."""
    return engine.dialect.name == "sqlite"


def worth_retrying(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when run again: it met another one and lost."""
    original = error.orig
    if getattr(original, "sqlstate", None) in _RETRY_STATES:
        return True
    return "UNIQUE constraint failed" in str(original)


def is_busy(error: DBAPIError) -> bool:
    """Whether the database could not serve in time (SQLite locked, PostgreSQL lock timeout or gone)."""
    original = error.orig
    if "database is locked" in str(original):
        return True
    state = str(getattr(original, "sqlstate", None) or "")
    return error.connection_invalidated or state == "55P03" or state[:2] in {"53", "57"}


def failure_code(error: DBAPIError) -> str:
    """The code of a StorageError for what the environment refused; '' = it was something else."""
    text = str(error.orig)
    if "database or disk is full" in text or getattr(error.orig, "sqlstate", None) == "53100":
        return "disk_full"
    if "disk I/O error" in text:
        return "disk_failed"
    return "database_locked" if is_busy(error) else ""


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun below; the driver's own guessing would begin them too late.
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()
