"""Photos and signatures: what is wanted, who may write and read it. docs/sync-protocol.md, section 6."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, select, union_all

from fieldapp.domain.errors import RuleError
from server.services.identity import Caller, may_hold
from server.store import tables
from server.store.blob_store import BlobStore
from server.store.incoming_blob import IncomingBlob, check_name
from server.store.projections import row_table
from server.store.store import Store
from sync.protocol.entities import BLOB_KINDS, REF_BUCKET
from sync.protocol.wire import CHUNK_BYTES, MAX_BLOB_BYTES, MAX_PUT_BYTES

MAX_ASKED: Final = 500
GRANTED_FOR: Final = dt.timedelta(minutes=10)
MOST_GRANTS: Final = 20_000
_REF: Final = tables.blob_ref.c


def _named_by(kind: str) -> Select[Any]:
    row = row_table(kind).c
    return (
        select(_REF.sha256, _REF.size, _REF.mime, row.bucket, row.created_by)
        .join(row_table(kind), row.id == _REF.record_id)
        .where(_REF.kind == kind, _REF.sha256.in_(bindparam("sha256s", expanding=True)))
    )


_NAMED: Final = union_all(*map(_named_by, BLOB_KINDS))


@dataclass(frozen=True, slots=True)
class Upload:
    """State of an upload: bytes here and, where complete, that it is."""

    offset: int
    complete: bool


class _Grants:
    """Remembers for a while which blobs a user was found to be allowed to write: whoever asks what is
    missing sends it next, photo by photo. A grant only lets bytes in that a record of that user names."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, str], tuple[tuple[int, str], dt.datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def give(self, user_id: str, named: Mapping[str, tuple[int, str]], now: dt.datetime) -> None:
        """Grant blobs, by hash: size and type."""
        with self._lock:
            for sha256, found in named.items():
                self._found[user_id, sha256] = (found, now + GRANTED_FOR)
                self._found.move_to_end((user_id, sha256))
            while len(self._found) > MOST_GRANTS:
                self._found.popitem(last=False)

    def find(self, user_id: str, sha256: str, now: dt.datetime) -> tuple[int, str] | None:
        """Size and type of a granted blob, or None."""
        with self._lock:
            found, until = self._found.get((user_id, sha256), (None, now))
        return found if until > now else None


class Blobs:
    """Blobs of a county: their store, and the rows that say which record names them."""

    def __init__(self, store: Store, files: BlobStore) -> None:
        self._store: Final = store
        self._files: Final = files
        self._grants: Final = _Grants()

    def missing(self, caller: Caller, sha256s: Iterable[str]) -> list[str]:
        """Which of the asked blobs are not here completely. Raises RuleError("bad_request")."""
        asked = [check_name(sha256) for sha256 in sha256s]
        if len(asked) > MAX_ASKED:
            raise RuleError("bad_request")
        # What the caller may not know of counts as missing: the question tells nothing about others.
        named = {row.sha256: (int(row.size), str(row.mime)) for row in self._named(caller, asked)}
        self._grants.give(caller.user_id, named, self._store.clock())
        held = self._files.held(set(named))
        return [sha256 for sha256 in asked if sha256 not in held]

    def begin(self, caller: Caller, sha256: str) -> IncomingBlob | None:
        """Take in a whole blob up to 1 MB; None when it is here already. Raises RuleError("unknown_blob")."""
        size, _mime = self._expected(caller, sha256)
        if self._files.has(sha256):
            return None
        if size > MAX_PUT_BYTES:
            raise RuleError("too_large")
        return self._files.begin(sha256, MAX_PUT_BYTES)

    def store(self, caller: Caller, sha256: str, content: bytes) -> None:
        """Take in a whole blob up to 1 MB at once; it is on the disk afterwards. One that is here already is
        no error. Raises RuleError unknown_blob, too_large, wrong_hash."""
        incoming = self.begin(caller, sha256)
        if incoming is not None:
            with incoming:
                incoming.write(content)
                self._files.keep(incoming)

    def store_all(self, caller: Caller, contents: Mapping[str, bytes]) -> dict[str, str]:
        """Take in several whole blobs. By hash: '' = on the disk, else why it was refused (unknown_blob,
        too_large, wrong_hash, bad_request); a refused one does not hold up the others."""
        codes = dict.fromkeys(contents, "")
        coming: list[IncomingBlob] = []
        with ExitStack() as open_files:
            for sha256, content in contents.items():
                try:
                    incoming = self.begin(caller, sha256)
                    if incoming is not None:
                        coming.append(open_files.enter_context(incoming))
                        incoming.write(content)
                except RuleError as refusal:
                    codes[sha256] = refusal.code
            sound = [incoming for incoming in coming if not codes[incoming.sha256]]
            return codes | dict.fromkeys(self._files.keep_all(sound), "wrong_hash")

    def keep(self, incoming: IncomingBlob) -> None:
        """Store what `begin` took in. Raises RuleError("wrong_hash")."""
        self._files.keep(incoming)

    def upload(self, caller: Caller, sha256: str) -> Upload:
        """How far an upload is. Raises RuleError("unknown_blob") when nothing has come."""
        size, _mime = self._expected(caller, sha256)
        self._files.settle(sha256, size)
        if self._files.has(sha256):
            return Upload(self._files.size(sha256), complete=True)
        offset = self._files.offset(sha256)
        if offset is None:
            raise RuleError("unknown_blob")
        return Upload(offset, complete=False)

    def append(
        self, caller: Caller, sha256: str, *, offset: int, length: int, chunk: bytes, chunk_sha256: str
    ) -> Upload:
        """Add a chunk. Raises RuleError wrong_offset, wrong_hash, too_large, unknown_blob."""
        self._expected(caller, sha256)
        if len(chunk) > CHUNK_BYTES or length > MAX_BLOB_BYTES:
            raise RuleError("too_large")
        complete = self._files.append(sha256, offset, length, chunk, chunk_sha256)
        if complete:
            return Upload(self._files.size(sha256), complete=True)
        return Upload(offset + len(chunk), complete=False)

    def readable(self, caller: Caller, sha256: str) -> tuple[int, str]:
        """Size and type of a blob the caller may read. Raises RuleError("unknown_blob")."""
        for row in self._named(caller, [check_name(sha256)], own=False):
            if self._files.has(sha256):
                return self._files.size(sha256), str(row.mime)
        raise RuleError("unknown_blob")

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from start to end (exclusive); ask `readable` first."""
        return self._files.read(sha256, start, end)

    def _expected(self, caller: Caller, sha256: str) -> tuple[int, str]:
        """Size and type a record of the caller's scope, or of the caller, gives the blob."""
        granted = self._grants.find(caller.user_id, sha256, self._store.clock())
        if granted is not None:
            return granted
        for row in self._named(caller, [check_name(sha256)]):
            return int(row.size), str(row.mime)
        raise RuleError("unknown_blob")

    def _named(self, caller: Caller, sha256s: list[str], *, own: bool = True) -> list[Any]:
        """References to the blobs by records that the caller may read, or made (`own`)."""
        with self._store.read() as connection:
            return [
                row
                for row in connection.execute(_NAMED, {"sha256s": sha256s})
                if row.bucket == REF_BUCKET
                or may_hold(caller.actor, row.bucket)
                or (own and row.created_by == caller.user_id)
            ]
