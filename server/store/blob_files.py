"""Photos and signatures as files named by their content: `ab/<sha256>` under one folder.

A file under its name is complete and was hashed; what is still coming lies in `incoming/`. The length
of a partial file is its offset. The name is checked, so that no request can reach another path. Several
server processes may share the folder: a lock file per first two digits lets one append at a time.
"""

import datetime as dt
import hashlib
import os
import re
import sys
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import RuleError
from server.store.blob_store import BlobStore
from server.store.incoming_blob import IncomingBlob, check_name, storage_error

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_READ_BYTES: Final = 256 * 1024
_FOLDERS: Final = tuple(f"{number:02x}" for number in range(256))


class BlobFiles:
    """The folder of blobs."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._incoming: Final = folder / "incoming"
        self._locks: Final = folder / "locks"

    def path(self, sha256: str) -> Path:
        """Where a complete blob lies."""
        name = check_name(sha256)
        return self.folder / name[:2] / name

    def has(self, sha256: str) -> bool:
        """Whether the blob is complete."""
        return self.path(sha256).exists()

    def held(self, sha256s: Collection[str]) -> set[str]:
        """Which of these blobs are complete."""
        return {sha256 for sha256 in sha256s if self.has(sha256)}

    def kept_since(self, sha256: str) -> dt.datetime | None:
        """When a complete blob came; None = it is not here."""
        try:
            return dt.datetime.fromtimestamp(self.path(sha256).stat().st_mtime, dt.UTC)
        except FileNotFoundError:
            return None

    def size(self, sha256: str) -> int:
        """Size in bytes of a complete blob. Raises RuleError("unknown_blob")."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            raise RuleError("unknown_blob") from None

    def offset(self, sha256: str) -> int | None:
        """How much of an incomplete blob is here; None = nothing."""
        try:
            return self._part(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def begin(self, sha256: str, limit: int) -> IncomingBlob:
        """Take in a whole blob piece by piece; more than `limit` bytes are refused."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        # One file per request: two devices may send the same photo at the same time.
        return IncomingBlob(self._incoming / f"{check_name(sha256)}.{uuid.uuid4().hex}", sha256, limit)

    def keep(self, incoming: IncomingBlob) -> None:
        """Give a whole blob its name once it is on disk. Raises RuleError wrong_hash, StorageError."""
        if self.keep_all([incoming]):
            raise RuleError("wrong_hash")

    def keep_all(self, incoming: Sequence[IncomingBlob]) -> set[str]:
        """Give whole blobs their names once they are on disk; returns those whose hash is wrong, not kept."""
        wrong: set[str] = set()
        try:
            # All bytes first, then all names: the disk is waited for twice, not twice for each.
            for one in incoming:
                try:
                    one.seal()
                except RuleError:
                    wrong.add(one.sha256)
            self._name({one.sha256: one.path for one in incoming if one.sha256 not in wrong})
        except OSError as error:
            raise storage_error(error) from error
        return wrong

    def copy_from(self, other: BlobStore, sha256: str) -> None:
        """Copy a complete blob of another store, hashed on the way. Raises RuleError("wrong_hash")."""
        if not self.has(sha256):
            with self.begin(sha256, limit=1 << 62) as incoming:
                for piece in other.read(sha256, 0, other.size(sha256)):
                    incoming.write(piece)
                self.keep(incoming)

    def append(self, sha256: str, offset: int, length: int, chunk: bytes, chunk_sha256: str) -> bool:
        """Add a chunk at its offset; True when the blob is complete now.

        The chunk is checked before it is written and on disk before the answer. Raises RuleError
        wrong_offset (fact `offset`), wrong_hash.
        """
        if hashlib.sha256(chunk).hexdigest() != chunk_sha256:
            raise RuleError("wrong_hash")
        part = self._part(sha256)
        try:
            with self._appending(sha256):
                if self.has(sha256):
                    return True
                with part.open("ab") as file:
                    here = file.tell()
                    if here != offset or offset + len(chunk) > length:
                        raise RuleError("wrong_offset", offset=here)
                    file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                    complete = file.tell() == length
                if complete:
                    self._finish(sha256)
        except OSError as error:
            raise storage_error(error) from error
        return complete

    def settle(self, sha256: str, length: int) -> None:
        """Give an upload its name whose last chunk came before the server was killed; else do nothing."""
        if self.offset(sha256) != length:
            return
        with self._appending(sha256), suppress(RuleError):
            if not self.has(sha256) and self.offset(sha256) == length:
                self._finish(sha256)

    def remove(self, sha256s: Collection[str]) -> None:
        """Forget complete blobs; absent ones are no error."""
        for sha256 in sha256s:
            self.path(sha256).unlink(missing_ok=True)

    def sweep(self, before: dt.datetime) -> int:
        """Forget uploads that nobody went on with since an instant. Returns how many files went."""
        count = 0
        for file in self._incoming.glob("*.*"):
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < before.timestamp():
                    file.unlink()
                    count += 1
        return count

    def usable(self) -> bool:
        """Whether the folder can be written."""
        folder = self.folder if self.folder.exists() else self.folder.parent
        return os.access(folder, os.W_OK)

    def _finish(self, sha256: str) -> None:
        """Name what came in chunks, now whole. Raises RuleError("wrong_hash"): then nothing of it stays."""
        part = self._part(sha256)
        if self._hash(part) != sha256:
            part.unlink(missing_ok=True)
            raise RuleError("wrong_hash")
        self._name({sha256: part})

    @contextmanager
    def _appending(self, sha256: str) -> Iterator[None]:
        """Keeps all other threads and processes from the partial file meanwhile."""
        for folder in (self._incoming, self._locks):
            folder.mkdir(parents=True, exist_ok=True)
        # Never taken away: whoever waited for a lost file would hold another lock than the next.
        with (self._locks / check_name(sha256)[:2]).open("ab") as file:
            _lock(file.fileno())  # closing the file frees it, also when the process is killed
            yield

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from start to end (exclusive) in pieces."""
        with self.path(sha256).open("rb") as file:
            file.seek(start)
            left = end - start
            while left > 0 and (piece := file.read(min(_READ_BYTES, left))):
                left -= len(piece)
                yield piece

    def hash_fits(self, sha256: str) -> bool:
        """Whether the stored bytes still are what the name says."""
        return self._hash(self.path(sha256)) == sha256

    def names(self) -> Iterator[str]:
        """The names of all complete blobs."""
        for file in sorted(self.folder.glob("??/*")):
            if _SHA256.fullmatch(file.name):
                yield file.name

    def _part(self, sha256: str) -> Path:
        return self._incoming / f"{check_name(sha256)}.part"

    def _name(self, files: Mapping[str, Path]) -> None:
        """Give files that are on the disk the names of their blobs, for good."""
        targets = {sha256: self.path(sha256) for sha256 in files}
        if not all(target.parent.exists() for target in targets.values()):
            # All at once and for good: otherwise nearly every photo of the first days would bring a new
            # folder, and each would have to be on the disk before its photo is.
            for name in _FOLDERS:
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            _sync_folder(self.folder)
        for sha256, file in files.items():
            file.replace(targets[sha256])
        for folder in sorted({target.parent for target in targets.values()}):
            _sync_folder(folder)

    @staticmethod
    def _hash(path: Path) -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    # Windows cannot open folders; its file system orders renames itself.
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        """Wait for the file and take it alone (ten seconds, then OSError)."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        """Wait for the file and take it alone."""
        fcntl.flock(descriptor, fcntl.LOCK_EX)
