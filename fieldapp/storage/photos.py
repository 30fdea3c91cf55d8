"""photos.db: blobs by content hash, encrypted like records.db, written before the row that names them."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from fieldapp.domain.clock import Clock, instant_text
from fieldapp.domain.errors import StorageError
from fieldapp.storage import engine as files

PHOTOS_ID: Final = 0x52484A50
"""application_id of photos.db."""
NEWEST: Final = 2
"""Number of the file's form (pragma user_version). 1: a file that never shrinks."""
_TABLE: Final = (
    "CREATE TABLE blobs (sha256 TEXT NOT NULL UNIQUE, mime TEXT NOT NULL, "
    "size INTEGER NOT NULL, stored_at TEXT NOT NULL, content BLOB NOT NULL)",
    # Sums and lists of what is here must not turn the pages of the pictures themselves.
    "CREATE INDEX ix_blobs_size ON blobs (size, sha256)",
)
_COPIED_AT_ONCE: Final = 20


class PhotoStore:
    """Content-addressed blobs: photos, signatures, strokes. Thread-safe."""

    def __init__(self, path: Path, key: bytes, clock: Clock) -> None:
        self._engine: Engine = files.open_engine(path, key)
        self._path = path
        self._key = key
        self._clock = clock

    @staticmethod
    def create(path: Path, key: bytes) -> None:
        """Make a new, empty photos.db."""
        files.create_database(path, key, PHOTOS_ID)
        with closing(files.raw_connect(path, key)) as connection:
            connection.execute("pragma auto_vacuum=incremental")
            connection.execute("vacuum")  # of nothing yet: the file's form is settled with its first page
            for statement in _TABLE:
                connection.execute(statement)
            connection.execute(f"pragma user_version={NEWEST}")

    @staticmethod
    def upgrade(path: Path, key: bytes) -> None:
        """Copy a file of an older form into one that can shrink; a kill in the middle leaves the old one."""
        new = path.with_name(f"{path.name}.new")
        for part in ("", "-wal", "-shm"):
            Path(f"{new}{part}").unlink(missing_ok=True)
        PhotoStore.create(new, key)
        with closing(files.raw_connect(path, key)) as old, closing(files.raw_connect(new, key)) as copy:
            rows = old.execute("SELECT sha256, mime, size, stored_at, content FROM blobs")
            while some := rows.fetchmany(_COPIED_AT_ONCE):
                copy.execute("BEGIN")
                copy.executemany("INSERT INTO blobs VALUES (?,?,?,?,?)", some)
                copy.execute("COMMIT")
            copy.execute("pragma wal_checkpoint(truncate)")
            rows.close()
            old.execute("pragma wal_checkpoint(truncate)")
        for part in ("-wal", "-shm"):
            Path(f"{path}{part}").unlink(missing_ok=True)
        new.replace(path)

    def put(self, content: bytes, mime: str) -> str:
        """Keep a blob and return its SHA-256 (hex). The blob is on the disk when this returns."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self._writing() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO blobs(sha256, mime, size, stored_at, content) VALUES (?,?,?,?,?)",
                (sha256, mime, len(content), instant_text(self._clock()), content),
            )
        return sha256

    def get(self, sha256: str) -> bytes:
        """A blob's bytes, verified. Raises StorageError("photo_not_here" or "photo_damaged")."""
        with self._engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT content FROM blobs WHERE sha256=?", (sha256,)).first()
        if row is None:
            raise StorageError("photo_not_here")
        content = bytes(row[0])
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StorageError("photo_damaged")
        return content

    def held(self, sha256s: Collection[str]) -> set[str]:
        """Which of these blobs are on the device."""
        found: set[str] = set()
        with self._engine.connect() as connection:
            for sha256 in sha256s:
                if connection.exec_driver_sql("SELECT 1 FROM blobs WHERE sha256=?", (sha256,)).first():
                    found.add(sha256)
        return found

    def stored_before(self, instant: str) -> list[str]:
        """Hashes of blobs stored before an instant (clock.instant_text form), for clearing up."""
        with self._engine.connect() as connection:
            return list(
                connection.exec_driver_sql("SELECT sha256 FROM blobs WHERE stored_at<?", (instant,)).scalars()
            )

    def remove(self, sha256s: Collection[str]) -> None:
        """Forget blobs; absent ones are no error."""
        with self._writing() as connection:
            for sha256 in sha256s:
                connection.exec_driver_sql("DELETE FROM blobs WHERE sha256=?", (sha256,))

    def sizes(self, above: int = 0) -> dict[str, int]:
        """Bytes by hash of the blobs held that are larger than `above`."""
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT sha256, size FROM blobs WHERE size>?", (above,))
            return {row.sha256: row.size for row in found}

    def shrink(self) -> int:
        """Give the room of removed blobs back to the disk. Returns the bytes of the file now."""
        files.shrink_database(self._path, self._key)
        return self._path.stat().st_size

    def total_bytes(self) -> int:
        """Bytes of all blobs held."""
        with self._engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT coalesce(sum(size),0) FROM blobs").scalar_one())

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self._engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection
