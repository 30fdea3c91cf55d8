"""A profile's store: records.db and photos.db under one roof, opened, created and snapshotted together."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import Clock, system_clock
from fieldapp.domain.ids import IdSource, uuid7_source
from fieldapp.storage import engine as files
from fieldapp.storage import photos as photo_files
from fieldapp.storage import schema
from fieldapp.storage.backup import newest_good_snapshot, take_snapshot
from fieldapp.storage.photos import PHOTOS_ID, PhotoStore
from fieldapp.storage.unit_of_work import UnitOfWork

RECORDS_FILE: Final = "records.db"
PHOTOS_FILE: Final = "photos.db"
SNAPSHOT_FOLDER: Final = "snapshots"


class Store:
    """The open databases of one profile. Thread-safe; sessions are made per call and never shared."""

    def __init__(self, folder: Path, records_key: bytes, photos_key: bytes, *, clock: Clock = system_clock,
                 random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:  # fmt: skip
        self._folder = folder
        self._records_key = records_key
        self.clock = clock
        self.ids: IdSource = uuid7_source(clock, random_bytes)
        self._engine: Engine = files.open_engine(folder / RECORDS_FILE, records_key)
        self.photos = PhotoStore(folder / PHOTOS_FILE, photos_key, clock)

    @classmethod
    def create(cls, folder: Path, records_key: bytes, photos_key: bytes, *, clock: Clock = system_clock,
               random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> "Store":  # fmt: skip
        """Make both databases in an empty profile folder and open them."""
        files.create_database(folder / RECORDS_FILE, records_key, schema.RECORDS_ID)
        schema.upgrade(folder / RECORDS_FILE, records_key)
        PhotoStore.create(folder / PHOTOS_FILE, photos_key)
        return cls(folder, records_key, photos_key, clock=clock, random_bytes=random_bytes)

    @classmethod
    def open(cls, folder: Path, records_key: bytes, photos_key: bytes, *, clock: Clock = system_clock,
             random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> "Store":  # fmt: skip
        """Open an existing profile: check both files, snapshot and migrate where a migration is due.

        Raises StorageError (database_missing, database_damaged, …) or DatabaseTooNewError.
        """
        records = folder / RECORDS_FILE
        version = files.check_database(records, records_key, schema.RECORDS_ID, schema.NEWEST)
        photos = folder / PHOTOS_FILE
        if files.check_database(photos, photos_key, PHOTOS_ID, photo_files.NEWEST) < photo_files.NEWEST:
            PhotoStore.upgrade(photos, photos_key)
        if version < schema.NEWEST:
            take_snapshot(records, folder / SNAPSHOT_FOLDER, records_key, clock())
            schema.upgrade(records, records_key)
        return cls(folder, records_key, photos_key, clock=clock, random_bytes=random_bytes)

    @classmethod
    def restore_newest_snapshot(cls, folder: Path, records_key: bytes) -> dt.datetime:
        """Put the newest sound snapshot in the place of a damaged records.db, which is kept aside.

        Returns when the snapshot was taken. Raises StorageError("no_snapshot").
        """
        return newest_good_snapshot(
            folder / RECORDS_FILE, folder / SNAPSHOT_FOLDER, records_key, schema.RECORDS_ID
        )

    def close(self) -> None:
        """Close all connections; checkpoints the write-ahead log."""
        self._engine.dispose()
        self.photos.close()

    def verify(self) -> None:
        """Page authentication and structure of records.db. Raises StorageError("database_damaged")."""
        files.quick_check(self._folder / RECORDS_FILE, self._records_key)

    def snapshot(self) -> Path:
        """Copy records.db into the snapshot folder (encrypted, newest three kept)."""
        return take_snapshot(
            self._folder / RECORDS_FILE, self._folder / SNAPSHOT_FOLDER, self._records_key, self.clock()
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of records.db for reading."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def transaction(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A write transaction for local tables and for rows that come from the server (no ops are made).

        With `lasting=False` a power failure soon after may take it back; for what is not worth a wait.
        """
        with (
            self._engine.connect().execution_options(write=True, lasting=lasting) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def unit_of_work(self, initiator: str = "") -> Iterator[UnitOfWork]:
        """A unit of work for a use case. Rolls back unless `commit()` is called inside."""
        with self._engine.connect().execution_options(write=True) as connection:
            transaction = connection.begin()
            try:
                yield UnitOfWork(connection, transaction, self.clock, self.ids, initiator)
            finally:
                if transaction.is_active:
                    transaction.rollback()
