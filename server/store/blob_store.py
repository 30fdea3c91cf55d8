"""What a store of photos and signatures can do, wherever it keeps them.

Blobs are named by the SHA-256 of their bytes. Under its name a blob is complete and was hashed. Any number
of server processes may use one store at the same time.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from server.store.incoming_blob import IncomingBlob


class BlobStore(Protocol):
    """Complete blobs by name, and those that are still coming."""

    def __hash__(self) -> int: ...

    def has(self, sha256: str) -> bool:
        """Whether the blob is complete."""

    def held(self, sha256s: Collection[str]) -> set[str]:
        """Which of these blobs are complete."""

    def size(self, sha256: str) -> int:
        """Size in bytes of a complete blob. Raises RuleError("unknown_blob")."""

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from start to end (exclusive) in pieces."""

    def hash_fits(self, sha256: str) -> bool:
        """Whether the stored bytes still are what the name says."""

    def names(self) -> Iterator[str]:
        """The names of all complete blobs."""

    def kept_since(self, sha256: str) -> dt.datetime | None:
        """When a complete blob came; None = it is not here."""

    def begin(self, sha256: str, limit: int) -> IncomingBlob:
        """Take in a whole blob piece by piece; more than `limit` bytes are refused."""

    def keep(self, incoming: IncomingBlob) -> None:
        """Give a whole blob its name once it is safe. Raises RuleError wrong_hash, StorageError."""

    def keep_all(self, incoming: Sequence[IncomingBlob]) -> set[str]:
        """Give whole blobs their names once all are safe. Returns those whose bytes are not what the name
        says: they are not kept. Raises StorageError."""

    def offset(self, sha256: str) -> int | None:
        """How much of an incomplete blob is here; None = nothing."""

    def append(self, sha256: str, offset: int, length: int, chunk: bytes, chunk_sha256: str) -> bool:
        """Add a chunk at its offset; True when the blob is complete now.

        The chunk is checked before it is written and safe before the answer. Raises RuleError
        wrong_offset (fact `offset`), wrong_hash.
        """

    def settle(self, sha256: str, length: int) -> None:
        """Give an upload its name whose last chunk came before the server was killed; else do nothing."""

    def copy_from(self, other: "BlobStore", sha256: str) -> None:
        """Copy a complete blob of another store, hashed on the way. Raises RuleError("wrong_hash")."""

    def remove(self, sha256s: Collection[str]) -> None:
        """Forget complete blobs; absent ones are no error."""

    def sweep(self, before: dt.datetime) -> int:
        """Forget uploads that nobody went on with since an instant. Returns how many files went."""

    def usable(self) -> bool:
        """Whether the store can be used right now."""
