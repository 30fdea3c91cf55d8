"""The package: the messages of a sync cycle in one encrypted file (docs/sync-protocol.md, section 8).

Both ends derive its key from what they hold anyway, the SHA-256 of the device's token, so that whoever
carries the file can neither read nor change it. Pure: files and keys are handed in.

file    "FAPK" · version (1 byte) · length of the header (2 bytes) · header (JSON) · chunks
chunk   length (4 bytes) · AES-256-GCM ciphertext of up to 64 KB · tag (16 bytes)
        nonce = number of the chunk (11 bytes) · 1 for the last one, else 0; AAD = all before the chunks
inside  parts: length of the head (4 bytes) · head (JSON, with the length of the body) · body
"""

import enum
import hashlib
import hmac
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import orjson
import pydantic
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field

from fieldapp.domain.errors import SyncError
from sync.protocol.wire import Message

MAGIC: Final = b"FAPK"
VERSION: Final = 1
SUFFIX: Final = ".fapk"
MAX_PACKAGE_BYTES: Final = 256 * 1024 * 1024
"""What a server takes at once; devices make several files of more."""
MAX_PART_BYTES: Final = 4 * 1024 * 1024
"""An unpacked part that is read whole: a batch, an answer, a piece of the feed."""
CHUNK_BYTES: Final = 64 * 1024
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_MAX_HEAD_BYTES: Final = 4096
_MAX_PART_HEAD_BYTES: Final = 2048
_FIXED_BYTES: Final = len(MAGIC) + 1 + 2
_CHECK_INFO: Final = b"fieldapp/package-check/1"


class Direction(enum.StrEnum):
    """Which way a package goes; each way has a key of its own."""

    UP = "up"
    DOWN = "down"


class PartKind(enum.StrEnum):
    """What a part is: a request of the device or the server's answer to it."""

    PUSH = "push"  # up: a batch; down: its answer, or the fact `error`
    BLOB = "blob"  # a blob's bytes under the fact `sha256`; up: a photo, down: a file of a form
    MISSING = "missing"  # up: {"sha256": […]}; down: its answer, and under `sha256` what was asked
    PULL = "pull"  # up: the pull request; with the fact `files` also for the files of forms that it brings
    FEED = "feed"  # down: a piece of the pull's lines; none = nothing new


class PackageHeader(Message):
    """What everybody can read: whose package it is. `answers` names the package that a DOWN one answers,
    `n` counts the device's packages, `check` tells a wrong key from damage."""

    direction: Direction
    package_id: str = Field(min_length=1, max_length=64)
    device_id: str = Field(min_length=1, max_length=64)
    install_id: str = Field(max_length=64)
    n: int = Field(ge=1)
    made_at: str = Field(max_length=40)
    answers: str = Field(default="", max_length=64)
    check: str = Field(default="", max_length=32)


@dataclass(frozen=True, slots=True)
class Opened:
    """The beginning of a package: its header, and the bytes that every chunk is bound to."""

    header: PackageHeader
    bound: bytes


class PackageWriter:
    """Writes a package. `finish` makes it whole; a file without it is refused as cut.

    Args:
        token_sha256: of the device's token, 64 hex digits.
    """

    def __init__(self, file: BinaryIO, header: PackageHeader, token_sha256: str) -> None:
        key, check = _keys(token_sha256, header)
        head = orjson.dumps(header.model_copy(update={"check": check}).model_dump(exclude_defaults=True))
        self._file: Final = file
        self._cipher: Final = AESGCM(key)
        self._bound: Final = MAGIC + bytes([VERSION]) + len(head).to_bytes(2) + head
        self._buffer = bytearray()
        self._number = 0
        self.written = len(self._bound)
        file.write(self._bound)

    def add(self, kind: PartKind, body: bytes = b"", **facts: Any) -> None:
        """Write a part that is packed and read whole."""
        packed = zlib.compress(body, 6)
        self._begin(kind, len(packed), facts)
        self._write(packed)

    def add_blob(self, sha256: str, content: Iterable[bytes], size: int) -> None:
        """Write a blob as it is: photos do not get smaller by packing."""
        self._begin(PartKind.BLOB, size, {"sha256": sha256})
        left = size
        for piece in content:
            left -= len(piece)
            self._write(piece)
        if left:
            raise ValueError("blob of another size")

    def finish(self) -> None:
        """Write what is left, marked as the end."""
        self._seal(bytes(self._buffer), last=True)

    def _begin(self, kind: PartKind, size: int, facts: dict[str, Any]) -> None:
        head = orjson.dumps({"part": kind.value, "size": size, **facts})
        self._write(len(head).to_bytes(4) + head)

    def _write(self, plain: bytes) -> None:
        self._buffer += plain
        while len(self._buffer) > CHUNK_BYTES:
            self._seal(bytes(self._buffer[:CHUNK_BYTES]), last=False)
            del self._buffer[:CHUNK_BYTES]

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, self._bound)
        self._number += 1
        self._file.write(len(sealed).to_bytes(4) + sealed)
        self.written += 4 + len(sealed)


@dataclass(frozen=True, slots=True)
class Part:
    """A part while it is being read; its body must be taken before the next part."""

    kind: PartKind
    size: int
    facts: dict[str, Any]
    _source: "_Plain"

    def text(self, name: str) -> str:
        """A fact that is text. Raises SyncError("package_damaged")."""
        value = self.facts.get(name, "")
        if not isinstance(value, str):
            raise SyncError("package_damaged")
        return value

    def body(self) -> bytes:
        """The unpacked body. Raises SyncError("package_damaged")."""
        if self.size > MAX_PART_BYTES:
            raise SyncError("package_damaged")
        unpacker = zlib.decompressobj()
        try:
            plain = unpacker.decompress(self._source.take(self.size), MAX_PART_BYTES)
        except zlib.error:
            raise SyncError("package_damaged") from None
        if not unpacker.eof or unpacker.unused_data:
            raise SyncError("package_damaged")
        return plain

    def pieces(self) -> Iterator[bytes]:
        """The bytes of a blob."""
        left = self.size
        while left:
            piece = self._source.take(min(left, CHUNK_BYTES))
            left -= len(piece)
            yield piece


class PackageReader:
    """Reads a package whose header was read with `open_package`, twice: `verify` before anything of it
    is believed, `parts` to take it in.

    Raises SyncError package_foreign_key, package_damaged.
    """

    def __init__(self, file: BinaryIO, opened: Opened, token_sha256: str) -> None:
        key, check = _keys(token_sha256, opened.header)
        if not hmac.compare_digest(check, opened.header.check):
            raise SyncError("package_foreign_key")
        self._file: Final = file
        self._opened: Final = opened
        self._cipher: Final = AESGCM(key)

    def verify(self) -> None:
        """Read all of it: cut, changed, doubled or reordered pieces are found here."""
        for part in self.parts():
            for _ in part.pieces():
                pass

    def parts(self) -> Iterator[Part]:
        """The parts from the first on. What was not taken of one is passed over."""
        self._file.seek(len(self._opened.bound))
        source = _Plain(self._file, self._cipher, self._opened.bound)
        while not source.at_end():
            head_size = int.from_bytes(source.take(4))
            if not 0 < head_size <= _MAX_PART_HEAD_BYTES:
                raise SyncError("package_damaged")
            part = _part(source.take(head_size), source)
            end = source.position + part.size
            yield part
            while source.position < end:
                source.take(min(end - source.position, CHUNK_BYTES))


class _Plain:
    """The decrypted inside of a package as one stream."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, bound: bytes) -> None:
        self._file: Final = file
        self._cipher: Final = cipher
        self._bound: Final = bound
        self._buffer = bytearray()
        self._number = 0
        self._ended = False
        self.position = 0

    def at_end(self) -> bool:
        """Whether the last chunk was read and all of it taken."""
        while not self._buffer and not self._ended:
            self._next_chunk()
        return not self._buffer

    def take(self, size: int) -> bytes:
        """Exactly `size` bytes."""
        while len(self._buffer) < size:
            if self._ended:
                raise SyncError("package_damaged")
            self._next_chunk()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self.position += size
        return taken

    def _next_chunk(self) -> None:
        size = int.from_bytes(_exactly(self._file, 4))
        if not TAG_BYTES <= size <= CHUNK_BYTES + TAG_BYTES:
            raise SyncError("package_damaged")
        sealed = _exactly(self._file, size)
        # What follows tells whether this should be the last one; its nonce proves it.
        self._ended = not (more := self._file.read(1))
        if more:
            self._file.seek(-1, 1)
        nonce = _nonce(self._number, last=self._ended)
        try:
            self._buffer += self._cipher.decrypt(nonce, sealed, self._bound)
        except InvalidTag:
            raise SyncError("package_damaged") from None
        self._number += 1


def open_package(file: BinaryIO) -> Opened:
    """Read the header. Raises SyncError package_not_package, package_too_new, package_damaged."""
    fixed = file.read(_FIXED_BYTES)
    if not fixed.startswith(MAGIC):
        raise SyncError("package_not_package")
    if len(fixed) < _FIXED_BYTES:
        raise SyncError("package_damaged")
    if fixed[len(MAGIC)] != VERSION:
        raise SyncError("package_too_new")
    size = int.from_bytes(fixed[-2:])
    if size > _MAX_HEAD_BYTES:
        raise SyncError("package_damaged")
    head = _exactly(file, size)
    try:
        return Opened(PackageHeader.model_validate_json(head), fixed + head)
    except pydantic.ValidationError:
        raise SyncError("package_damaged") from None


def token_hash(token: str) -> str:
    """What both ends derive keys from: the server keeps no more of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _part(head: bytes, source: _Plain) -> Part:
    try:
        facts = orjson.loads(head)
        kind, size = PartKind(facts.pop("part")), facts.pop("size")
        if type(size) is not int or not 0 <= size <= MAX_PACKAGE_BYTES:
            raise ValueError("bad size")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SyncError("package_damaged") from None
    return Part(kind, size, facts, source)


def _keys(token_sha256: str, header: PackageHeader) -> tuple[bytes, str]:
    """The key of a package and what its header shows of it. Every package has keys of its own, since its id
    salts them: the numbers of its chunks can be its nonces."""
    secret, salt = bytes.fromhex(token_sha256), header.package_id.encode()
    info = b"fieldapp/package-%s/1" % header.direction.value.encode()
    key = HKDF(SHA256(), KEY_BYTES, salt, info).derive(secret)
    return key, HKDF(SHA256(), 8, salt, _CHECK_INFO).derive(secret).hex()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _exactly(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise SyncError("package_damaged")
    return found
