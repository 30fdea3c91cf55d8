"""Opens encrypted SQLite files. The only file that names the driver.

Settings per docs/security.md: raw key, WAL, synchronous=FULL, nothing temporary on disk. Driver errors
are turned into StorageError here, in one place.
"""

import os
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.pool import QueuePool

from fieldapp.domain.errors import DatabaseTooNewError, StorageError

PRAGMAS: Final = (
    "cipher_log_level=none",
    "foreign_keys=on",
    "journal_mode=wal",
    "synchronous=full",
    "fullfsync=on",
    "checkpoint_fullfsync=on",
    "temp_store=memory",
    "cache_size=-16000",  # every page that is not in it is decrypted anew
    "wal_autocheckpoint=4000",  # 16 MB: a first sync writes index pages again and again
    "secure_delete=on",
    "busy_timeout=5000",
)

_FREED_AT_ONCE: Final = 2000
"""Pages given back in one go; others may write in between."""
_SENTENCES: Final = (
    ("database or disk is full", "disk_full"),
    ("disk i/o error", "disk_failed"),
    ("database is locked", "database_locked"),
    ("readonly database", "read_only"),
    ("unable to open", "cannot_open"),
    ("not a database", "database_damaged"),
    ("malformed", "database_damaged"),
    ("hmac", "database_damaged"),
)


def storage_error(error: BaseException) -> StorageError | None:
    """The known environment error behind a driver's exception, or None: then it is a bug."""
    if not isinstance(error, driver.Error | OSError):
        return None
    if isinstance(error, OSError) and error.errno in (28, 122):
        return StorageError("disk_full")
    text = str(error).lower()
    return next((StorageError(code) for words, code in _SENTENCES if words in text), None)


def raw_connect(path: Path, key: bytes) -> Any:
    """A driver connection to an existing or new file, keyed and set up. Autocommit mode."""
    connection = driver.connect(
        str(path), check_same_thread=False, timeout=5, isolation_level=None, cached_statements=256
    )
    try:
        connection.set_key(f"x'{key.hex()}'")
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
    except driver.Error as error:
        connection.close()
        raise (storage_error(error) or error) from None
    return connection


def create_database(path: Path, key: bytes, application_id: int) -> None:
    """Make a new, empty encrypted file. Raises StorageError("already_exists") rather than overwrite."""
    if path.exists():
        raise StorageError("already_exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Opened exclusively first: SQLite itself would happily adopt a file that appears meanwhile.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(raw_connect(path, key)) as connection:
        connection.execute(f"pragma application_id={application_id}")
        connection.execute("pragma user_version=0")


def check_database(path: Path, key: bytes, application_id: int, newest: int) -> int:
    """Look before use: the file is there, opens with the key, is ours and not too new.

    A missing or zero-byte file "opens" with any key, hence the checks. Returns the schema number
    (pragma user_version). Raises StorageError or DatabaseTooNewError.
    """
    if not path.exists():
        raise StorageError("database_missing")
    if path.stat().st_size == 0:
        raise StorageError("database_damaged")
    with closing(raw_connect(path, key)) as connection:
        try:
            found = connection.execute("pragma application_id").fetchone()[0]
            version = int(connection.execute("pragma user_version").fetchone()[0])
        except driver.Error as error:
            raise (storage_error(error) or error) from None
    if found != application_id:
        raise StorageError("database_damaged")
    if version > newest:
        raise DatabaseTooNewError("database_too_new", found=version, known=newest)
    return version


def quick_check(path: Path, key: bytes) -> None:
    """Verify page authentication and structure. Raises StorageError("database_damaged")."""
    with closing(raw_connect(path, key)) as connection:
        try:
            sound = not connection.execute("pragma cipher_integrity_check").fetchall()
            sound = sound and connection.execute("pragma quick_check(1)").fetchone()[0] == "ok"
        except driver.Error as error:
            # A virtual table whose own tables are damaged fails with words of its own.
            raise (storage_error(error) or StorageError("database_damaged")) from None
    if not sound:
        raise StorageError("database_damaged")


def backup_database(source: Path, target: Path, key: bytes) -> None:
    """Copy a live database into a new file under the same key (online backup, then fsync)."""
    target.unlink(missing_ok=True)
    try:
        with closing(raw_connect(source, key)) as old, closing(raw_connect(target, key)) as new:
            old.backup(new)
            new.execute("pragma wal_checkpoint(truncate)")
    except driver.Error as error:
        target.unlink(missing_ok=True)
        raise (storage_error(error) or error) from None


def shrink_database(path: Path, key: bytes) -> None:
    """Give free pages of a file with incremental vacuum back to the disk. Raises StorageError."""
    with closing(raw_connect(path, key)) as connection:
        try:
            while connection.execute("pragma freelist_count").fetchone()[0]:
                # Each page taken off is a row without columns: not read to the end, only one goes.
                connection.execute(f"pragma incremental_vacuum({_FREED_AT_ONCE})").fetchall()
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        except driver.Error as error:
            raise (storage_error(error) or error) from None


def open_engine(path: Path, key: bytes) -> Engine:
    """An engine over an existing file. Transactions that write use execution option `write=True`
    and take the write lock at once, so that none fails half-way for want of it. With `lasting=False`
    their commit does not wait for the disk: a power failure may take it back, whole."""
    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=lambda: raw_connect(path, key),
        poolclass=QueuePool,
        pool_size=4,
        pool_use_lifo=True,  # the connection used last has its pages decrypted already
        hide_parameters=True,
        native_datetime=False,
    )
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _raise_known)
    return engine


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("write", False):
        connection.exec_driver_sql("BEGIN")
        return
    level = "full" if options.get("lasting", True) else "normal"
    if connection.info.get("synchronous", "full") != level:
        connection.exec_driver_sql(f"pragma synchronous={level}")
        connection.info["synchronous"] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _raise_known(context: ExceptionContext) -> None:
    if context.original_exception is not None:
        known = storage_error(context.original_exception)
        if known is not None:
            raise known from None
