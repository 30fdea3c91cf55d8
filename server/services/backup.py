"""Backup and restore: one folder that holds the database and all blobs.

The database is copied online, then the blobs: every blob named by the copied database either existed
before the copy or is still asked for from its device afterwards. A restore gives the database a new
epoch, so that devices send again what the backup does not have. PostgreSQL has its own tools: there the
folder holds the blobs only, and pg_dump the rest.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import StorageError
from server.services.county import new_epoch
from server.services.secrets_text import RandomBytes
from server.store.blob_files import BlobFiles
from server.store.blob_store import BlobStore
from server.store.engine import is_sqlite, open_engine
from server.store.schema import upgrade
from server.store.store import Store

DATABASE_NAME: Final = "server.db"
BLOB_FOLDER: Final = "blobs"


def back_up(store: Store, blobs: BlobStore, target: Path) -> int:
    """Write a backup into a new or empty folder; returns how many blobs it holds.

    Raises StorageError already_exists, use_pg_dump.
    """
    if not is_sqlite(store.engine):
        raise StorageError("use_pg_dump")
    if target.exists() and any(target.iterdir()):
        raise StorageError("already_exists")
    target.mkdir(parents=True, exist_ok=True)
    _copy_database(Path(str(store.engine.url.database)), target / DATABASE_NAME)
    copied = 0
    kept = BlobFiles(target / BLOB_FOLDER)
    for name in blobs.names():
        kept.copy_from(blobs, name)
        copied += 1
    return copied


def restore(url: str, blobs: BlobStore, source: Path, *, clock: Clock, random_bytes: RandomBytes) -> str:
    """Restore a backup to where no database is yet; returns the new epoch.

    Existing blobs are kept: their names are their content. Raises StorageError backup_damaged,
    already_exists, use_pg_dump.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise StorageError("use_pg_dump")
    database = Path(str(parsed.database))
    if database.exists():
        raise StorageError("already_exists")
    if not (source / DATABASE_NAME).exists():
        raise StorageError("backup_damaged")
    database.parent.mkdir(parents=True, exist_ok=True)
    partial = database.with_suffix(".restoring")
    partial.unlink(missing_ok=True)
    _copy_database(source / DATABASE_NAME, partial)
    saved = BlobFiles(source / BLOB_FOLDER)
    for name in saved.names():
        blobs.copy_from(saved, name)
    epoch = _renew(partial, clock, random_bytes)
    partial.replace(database)
    return epoch


def new_epoch_for(store: Store, random_bytes: RandomBytes) -> str:
    """Give a database that was restored by other means (pg_restore) its new identity."""
    epoch = new_epoch(random_bytes)
    store.set_meta({"epoch": epoch})
    return epoch


def _renew(database: Path, clock: Clock, random_bytes: RandomBytes) -> str:
    """Upgrade a restored copy and give it a new epoch, leaving no WAL beside it."""
    engine = open_engine(f"sqlite:///{database}")
    try:
        upgrade(engine)
        epoch = new_epoch_for(Store(engine, clock), random_bytes)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma journal_mode=delete")
    return epoch


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's online backup: a consistent copy while the server writes."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=2000, sleep=0.001)
        if new.execute("pragma quick_check").fetchone()[0] != "ok":
            raise StorageError("backup_damaged")
        new.execute("pragma journal_mode=delete")
    with target.open("rb+") as file:
        os.fsync(file.fileno())
