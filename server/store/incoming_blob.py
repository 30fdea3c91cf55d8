"""A blob on its way in, as a file that is hashed as it grows; and what all stores of blobs check and say."""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import RuleError, StorageError

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def check_name(sha256: str) -> str:
    """The name, if it is one. Raises RuleError("bad_request")."""
    if not _SHA256.fullmatch(sha256):
        raise RuleError("bad_request", "sha256")
    return sha256


class IncomingBlob:
    """A blob on its way in, hashed as it comes. Use as a context manager: nothing of a bad one stays."""

    def __init__(self, path: Path, sha256: str, limit: int) -> None:
        self.path: Final = path
        self.sha256: Final = sha256
        self._limit: Final = limit
        self._digest: Final = hashlib.sha256()
        self._size = 0
        self._file: Final = path.open("xb")

    def write(self, piece: bytes) -> None:
        """Take the next piece. Raises RuleError("too_large"), StorageError."""
        self._size += len(piece)
        if self._size > self._limit:
            raise RuleError("too_large")
        self._digest.update(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise storage_error(error) from error

    def seal(self) -> None:
        """Compare the hash and bring the bytes to disk. Raises RuleError("wrong_hash")."""
        if self._digest.hexdigest() != self.sha256:
            raise RuleError("wrong_hash")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> "IncomingBlob":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


def storage_error(error: OSError) -> StorageError:
    """What a disk that refuses is called."""
    return StorageError("disk_full" if error.errno in (28, 122) else "disk_failed")
