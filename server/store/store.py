"""The server's store: hands out units of work and consistent reads."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from sqlalchemy import Engine, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import StorageError
from server.store import tables
from server.store.consequences import stage_consequences
from server.store.engine import BUSY_SECONDS, failure_code, is_sqlite, open_engine, worth_retrying
from server.store.unit_of_work import UnitOfWork

T = TypeVar("T")
ATTEMPTS: Final = 6


@dataclass(frozen=True, slots=True)
class County:
    """Whose server this is."""

    dataset: str
    code: str
    name: str


class Store:
    """One server database. Safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine: Final = engine
        self.clock: Final = clock
        # SQLite lets one writer in. Queueing here is fair and wakes at once; its own waiting polls.
        self._writer = threading.Lock() if is_sqlite(engine) else None

    @classmethod
    def open(cls, url: str, clock: Clock) -> "Store":
        """Open the database of a URL."""
        return cls(open_engine(url), clock)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with self._known_errors(), self.engine.connect() as connection:
            if not is_sqlite(self.engine):
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run one unit of work and commit it; anything raised rolls it back.

        Where two writers met on PostgreSQL and one had to give way, the work runs again: it must not
        change anything but the unit. Raises StorageError database_locked, disk_full, disk_failed.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self._one_writer(), self._known_errors(), self.engine.connect() as connection:
                    connection = connection.execution_options(write=True)
                    with connection.begin():
                        unit = UnitOfWork(connection, self.clock, stage_consequences)
                        result = work(unit)
                        unit.flush()
                return result
            except DBAPIError as error:
                if attempt == ATTEMPTS - 1 or not worth_retrying(error):
                    raise
        raise AssertionError("unreachable")

    @property
    def epoch(self) -> str:
        """The identity of the database, new after every restore. Raises StorageError("not_initialised")."""
        with self.read() as connection:
            return epoch_of(connection)

    @cached_property
    def county(self) -> County:
        """Whose server this is. Raises StorageError("not_initialised") before `fieldapp-server init`."""
        with self.read() as connection:
            values = dict(connection.execute(select(tables.meta.c.key, tables.meta.c.value)).all())
        try:
            return County(values["dataset"], values["county_code"], values["county_name"])
        except KeyError:
            raise StorageError("not_initialised") from None

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Store single values."""
        rows = [{"key": key, "value": value} for key, value in values.items()]
        self.run(lambda unit: unit.connection.execute(_PUT_META, rows))
        self.__dict__.pop("county", None)

    def _one_writer(self) -> "nullcontext[None] | _Turn":
        return nullcontext() if self._writer is None else _Turn(self._writer)

    @contextmanager
    def _known_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            code = failure_code(error)
            if code:
                raise StorageError(code) from None
            raise


class _Turn:
    """A lock waited for no longer than a client would."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise StorageError("database_locked")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def epoch_of(connection: Connection) -> str:
    """The identity of the database that a transaction sees. Never kept: another process renews it.

    Raises StorageError("not_initialised").
    """
    epoch = connection.execute(_EPOCH).scalar()
    if epoch is None:
        raise StorageError("not_initialised")
    return str(epoch)


_EPOCH: Final = select(tables.meta.c.value).where(tables.meta.c.key == "epoch")
_PUT_META: Final = text(
    "INSERT INTO meta (key, value) VALUES (:key, :value)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
