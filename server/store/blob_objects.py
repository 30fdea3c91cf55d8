"""Photos and signatures in S3-compatible object storage, under the same names as in a folder.

Nothing is kept in the process: chunks lie in the storage too (`incoming/<sha256>/<offset>`), so that any
server process goes on with an upload that another began. The storage itself compares the SHA-256 of every
object it takes, and answers when it has made it durable.
"""

import datetime as dt
import hashlib
import logging
import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from fieldapp.domain.errors import RuleError, StorageError
from server.store.blob_store import BlobStore
from server.store.incoming_blob import IncomingBlob, check_name, storage_error

log = logging.getLogger(__name__)
_PLACE: Final = re.compile(r"(?:^|/)[0-9a-f]{2}/([0-9a-f]{64})$")
_READ_BYTES: Final = 256 * 1024
_AT_ONCE: Final = 16
"""Questions to the storage at the same time: each costs a round trip."""
_OPTIONS: Final = frozenset({"endpoint", "region"})
_ABSENT: Final = (NotFoundError, FileNotFoundError)


def open_objects(url: str, staging: Path) -> "BlobObjects":
    """The store of `s3://bucket/prefix?endpoint=https://…&region=…`.

    Who may use the bucket comes from the surroundings (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the
    role of the machine), never from the URL: settings are shown and logged. Raises
    StorageError("bad_settings").
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    sound = parts.scheme == "s3" and parts.netloc and "@" not in parts.netloc and options.keys() <= _OPTIONS
    endpoint = options.get("endpoint", "")
    if not sound or (endpoint and urlsplit(endpoint).scheme not in ("http", "https")):
        raise StorageError("bad_settings", name="blob_url")
    try:
        store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config={
                "region": options.get("region", "us-east-1"),
                "checksum_algorithm": "SHA256",
                **({"endpoint": endpoint} if endpoint else {}),
            },
            client_options={
                "allow_http": endpoint.startswith("http:"),
                "timeout": dt.timedelta(seconds=60),
                "connect_timeout": dt.timedelta(seconds=5),
            },
            retry_config={"max_retries": 3, "retry_timeout": dt.timedelta(seconds=30)},
        )
    except BaseError:
        raise StorageError("bad_settings", name="blob_url") from None
    return BlobObjects(store, staging)


class BlobObjects:
    """The blobs of one bucket. `staging` is a folder of this machine for what comes whole."""

    def __init__(self, store: S3Store, staging: Path) -> None:
        self._store: Final = store
        self._staging: Final = staging
        self._asking: Final = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="objects")

    def has(self, sha256: str) -> bool:
        """Whether the blob is complete."""
        return self.kept_since(sha256) is not None

    def held(self, sha256s: Collection[str]) -> set[str]:
        """Which of these blobs are complete."""
        names = list(sha256s)
        return {name for name, here in zip(names, self._asking.map(self.has, names), strict=True) if here}

    def kept_since(self, sha256: str) -> dt.datetime | None:
        """When a complete blob came; None = it is not here."""
        try:
            with _known_errors(may_be_absent=True):
                return obstore.head(self._store, _place(sha256))["last_modified"]
        except _ABSENT:
            return None

    def size(self, sha256: str) -> int:
        """Size in bytes of a complete blob. Raises RuleError("unknown_blob")."""
        try:
            with _known_errors(may_be_absent=True):
                return int(obstore.head(self._store, _place(sha256))["size"])
        except _ABSENT:
            raise RuleError("unknown_blob") from None

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from start to end (exclusive) in pieces."""
        place = _place(sha256)
        for at in range(start, end, _READ_BYTES):
            yield self._content(place, at, min(at + _READ_BYTES, end))

    def hash_fits(self, sha256: str) -> bool:
        """Whether the stored bytes still are what the name says."""
        digest = hashlib.sha256()
        for piece in self.read(sha256, 0, self.size(sha256)):
            digest.update(piece)
        return digest.hexdigest() == sha256

    def names(self) -> Iterator[str]:
        """The names of all complete blobs."""
        for name, _size, _since in self._listed(""):
            found = _PLACE.search(name)
            if found:
                yield found[1]

    def begin(self, sha256: str, limit: int) -> IncomingBlob:
        """Take in a whole blob piece by piece; more than `limit` bytes are refused."""
        self._staging.mkdir(parents=True, exist_ok=True)
        return IncomingBlob(self._staging / f"{check_name(sha256)}.{uuid.uuid4().hex}", sha256, limit)

    def keep(self, incoming: IncomingBlob) -> None:
        """Give a whole blob its name once the storage has it. Raises RuleError wrong_hash, StorageError."""
        try:
            incoming.seal()
            content = incoming.path.read_bytes()
        except OSError as error:
            raise storage_error(error) from error
        self._put(_place(incoming.sha256), content)

    def keep_all(self, incoming: Sequence[IncomingBlob]) -> set[str]:
        """Give whole blobs their names once the storage has them; returns those whose hash is wrong, not
        kept. Raises StorageError."""
        wrong = self._asking.map(self._wrong, incoming)
        return {one.sha256 for one, is_wrong in zip(incoming, wrong, strict=True) if is_wrong}

    def _wrong(self, incoming: IncomingBlob) -> bool:
        try:
            self.keep(incoming)
        except RuleError:
            return True
        return False

    def copy_from(self, other: BlobStore, sha256: str) -> None:
        """Copy a complete blob of another store, hashed on the way. Raises RuleError("wrong_hash")."""
        if not self.has(sha256):
            with self.begin(sha256, limit=1 << 62) as incoming:
                for piece in other.read(sha256, 0, other.size(sha256)):
                    incoming.write(piece)
                self.keep(incoming)

    def offset(self, sha256: str) -> int | None:
        """How much of an incomplete blob is here without a gap; None = nothing."""
        return _without_gap(self._chunks(sha256)) or None

    def append(self, sha256: str, offset: int, length: int, chunk: bytes, chunk_sha256: str) -> bool:
        """Add a chunk at its offset; True when the blob is complete now.

        Raises RuleError wrong_offset (fact `offset`), wrong_hash. Two senders of one chunk do no harm: each
        writes the same bytes under the same name, and the whole is hashed before it counts.
        """
        if hashlib.sha256(chunk).hexdigest() != chunk_sha256:
            raise RuleError("wrong_hash")
        if self.has(sha256):
            return True
        here = _without_gap(self._chunks(sha256))
        if here != offset or offset + len(chunk) > length:
            raise RuleError("wrong_offset", offset=here)
        if chunk:  # nothing is left to send where the other sender of the same blob is just finishing it
            self._put(_chunk_place(sha256, offset), chunk)
        if offset + len(chunk) < length:
            return False
        self._finish(sha256, length)
        return True

    def settle(self, sha256: str, length: int) -> None:
        """Give an upload its name whose last chunk came before the server was killed; else do nothing."""
        if self.offset(sha256) == length and not self.has(sha256):
            with suppress(RuleError):
                self._finish(sha256, length)

    def remove(self, sha256s: Collection[str]) -> None:
        """Forget complete blobs; absent ones are no error."""
        self._delete([_place(sha256) for sha256 in sha256s])

    def sweep(self, before: dt.datetime) -> int:
        """Forget chunks and half-received files that nobody went on with since an instant."""
        old = [name for name, _size, since in self._listed("incoming/") if since < before]
        self._delete(old)
        count = len(old)
        for file in self._staging.glob("*.*"):
            if file.stat().st_mtime < before.timestamp():
                file.unlink(missing_ok=True)
                count += 1
        return count

    def usable(self) -> bool:
        """Whether the bucket is there and may be read."""
        try:
            next(self._listed("nothing/"), None)
        except StorageError:
            return False
        return True

    def _finish(self, sha256: str, length: int) -> None:
        """Put the chunks together. Raises RuleError("wrong_hash"): then nothing of them stays."""
        chunks = self._chunks(sha256)
        places = [_chunk_place(sha256, at) for at in sorted(chunks)]
        try:
            content = b"".join(
                self._content(_chunk_place(sha256, at), 0, chunks[at]) for at in sorted(chunks)
            )
        except RuleError:
            if self.has(sha256):  # another process was faster, and has cleared up
                return
            raise
        if len(content) != length or hashlib.sha256(content).hexdigest() != sha256:
            if self.has(sha256):
                return
            self._delete(list(places))
            raise RuleError("wrong_hash")
        self._put(_place(sha256), content)
        self._delete(list(places))

    def _chunks(self, sha256: str) -> dict[int, int]:
        """Offset and size of the chunks that came."""
        listed = self._listed(f"incoming/{check_name(sha256)}/")
        return {int(name.rpartition("/")[2]): size for name, size, _since in listed}

    def _listed(self, prefix: str) -> Iterator[tuple[str, int, dt.datetime]]:
        with _known_errors():
            for page in obstore.list(self._store, prefix or None):
                for item in page:
                    yield item["path"], item["size"], item["last_modified"]

    def _content(self, place: str, start: int, end: int) -> bytes:
        try:
            with _known_errors(may_be_absent=True):
                return bytes(obstore.get_range(self._store, place, start=start, end=end))
        except _ABSENT:
            raise RuleError("unknown_blob") from None

    def _put(self, place: str, content: bytes) -> None:
        # In one request, so that the storage's SHA-256 is that of the whole.
        with _known_errors():
            obstore.put(self._store, place, content, use_multipart=False)

    def _delete(self, places: list[str]) -> None:
        if places:
            with _known_errors():
                obstore.delete(self._store, places)


def _place(sha256: str) -> str:
    name = check_name(sha256)
    return f"{name[:2]}/{name}"


def _chunk_place(sha256: str, offset: int) -> str:
    return f"incoming/{check_name(sha256)}/{offset:012d}"


def _without_gap(chunks: dict[int, int]) -> int:
    """Up to where chunks (size by offset) follow one another from the start."""
    here = 0
    while chunks.get(here):
        here += chunks[here]
    return here


@contextmanager
def _known_errors(*, may_be_absent: bool = False) -> Iterator[None]:
    """Whatever keeps the storage from answering is worth another try later: devices are told "busy"."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        if may_be_absent and isinstance(error, _ABSENT):
            raise
        log.warning("object storage failed: %s", type(error).__name__)
        raise StorageError("busy") from None
