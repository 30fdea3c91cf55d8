"""What is done about a profile's damaged or lost databases before they are opened (level 3)."""

import datetime as dt
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import StorageError
from fieldapp.storage import engine as files
from fieldapp.storage import schema
from fieldapp.storage.photos import PHOTOS_ID, PhotoStore
from fieldapp.storage.store import PHOTOS_FILE, RECORDS_FILE, Store

_LOST: Final = frozenset({"database_damaged", "database_missing"})
_ANY_VERSION: Final = 1 << 30
"""A file of a newer program is sound; opening it says that it is too new."""


def mend_records(folder: Path, key: bytes) -> dt.datetime | None:
    """Check every page of records.db; when it is damaged or lost, the newest sound snapshot takes its place.

    Returns when that snapshot was taken, None when nothing was wrong. Raises StorageError("no_snapshot").
    """
    try:
        files.check_database(folder / RECORDS_FILE, key, schema.RECORDS_ID, _ANY_VERSION)
        _authenticate(folder / RECORDS_FILE, key)
    except StorageError as error:
        if error.code not in _LOST:
            raise
        # Rather an hour old than nothing: what the server has comes back with the next sync.
        return Store.restore_newest_snapshot(folder, key)
    return None


def _authenticate(path: Path, key: bytes) -> None:
    """Verify every page's seal: at each unlock, so without the structure check, which takes twice as long."""
    engine = files.open_engine(path, key)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("pragma cipher_integrity_check").all():
                raise StorageError("database_damaged")
    finally:
        engine.dispose()


def mend_photos(folder: Path, key: bytes, now: dt.datetime) -> bool:
    """Put a damaged photos.db aside, or replace a lost one, by an empty one. Returns whether it had to be.

    Photos that the server holds come back on demand; the damaged file is kept as `photos.damaged-…`.
    """
    path = folder / PHOTOS_FILE
    try:
        files.check_database(path, key, PHOTOS_ID, _ANY_VERSION)
    except StorageError as error:
        if error.code not in _LOST:
            raise
    else:
        return False
    for part in ("", "-wal", "-shm"):
        old = Path(f"{path}{part}")
        if old.exists():
            old.replace(path.with_name(f"photos.damaged-{now:%Y%m%dT%H%M%S}.db{part}"))
    PhotoStore.create(path, key)
    return True
