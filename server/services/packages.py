"""Packages: a device's requests that came as a file instead of over a network, answered into a file.

Nothing is decided here: each part goes to the service that answers the same request on its route
(docs/sync-protocol.md, section 8).
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import orjson
import pydantic

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import FieldappError, RuleError, SyncError
from fieldapp.domain.ids import IdSource
from server.services.blobs import Blobs, Upload
from server.services.identity import Caller, known_device
from server.services.pull import pull
from server.services.push import push, read_batch
from server.store.audit import Act, note
from server.store.store import Store
from sync.protocol.entities import ENTITIES, blobs_of
from sync.protocol.package import (
    Direction,
    PackageHeader,
    PackageReader,
    PackageWriter,
    Part,
    PartKind,
    open_package,
)
from sync.protocol.wire import CHUNK_BYTES, MAX_BATCH_BYTES, MAX_PUT_BYTES, AskedBlobs, PullRequest, split_row

_ENVELOPE_BYTES: Final = 64 * 1024
FILES_BYTES: Final = 32 * 1024 * 1024
"""Files of forms in one answer; small ones go first, the device asks for the rest with its next package."""
_WITH_FILES: Final = tuple(b'["%s",' % kind.encode() for kind, spec in ENTITIES.items() if spec.prefetch)
_OF_THE_SERVER: Final = frozenset({"busy", "database_locked", "disk_full", "disk_failed"})
"""What would befall every part: the package is to come again. All else concerns one part."""


@dataclass(slots=True)
class Imported:
    """What was in a package. `blobs` counts those that are stored now, `failed` parts that were not taken."""

    device_id: str
    batches: int = 0
    ops: int = 0
    blobs: int = 0
    failed: int = 0


def import_package(
    store: Store, blobs: Blobs, package: BinaryIO, answer: BinaryIO, *, ids: IdSource, carrier: str
) -> Imported:
    """Take in a package whole and write the package that answers it. The same one again is harmless.

    `package` is read twice; nothing of it is taken in before all of it was found sound. `carrier` is the
    user who brought it. Raises SyncError package_not_package, package_too_new, package_damaged,
    package_foreign (no device of this county), package_foreign_key, package_revoked, package_is_answer.
    """
    opened = open_package(package)
    header = opened.header
    if header.direction is not Direction.UP:
        raise SyncError("package_is_answer")
    caller, token_sha256 = known_device(store, header.device_id)
    reader = PackageReader(package, opened, token_sha256)
    reader.verify()
    writer = PackageWriter(
        answer,
        PackageHeader(
            direction=Direction.DOWN,
            package_id=ids(),
            device_id=header.device_id,
            install_id=header.install_id,
            n=header.n,
            made_at=instant_text(store.clock()),
            answers=header.package_id,
        ),
        token_sha256,
    )
    work = _Import(store, blobs, caller, writer)
    for part in reader.parts():
        work.take(part)
    work.give_files()
    writer.finish()
    store.run(
        lambda unit: note(
            unit, carrier, Act.PACKAGE_IMPORTED, "device", header.device_id, device_id=header.device_id
        )
    )
    return work.done


class _Import:
    """One package while it is taken in, part by part."""

    def __init__(self, store: Store, blobs: Blobs, caller: Caller, writer: PackageWriter) -> None:
        self._store: Final = store
        self._blobs: Final = blobs
        self._caller: Final = caller
        self._writer: Final = writer
        self._work: Final[dict[PartKind, Callable[[Part], None]]] = {
            PartKind.PUSH: self._push,
            PartKind.BLOB: self._blob,
            PartKind.MISSING: self._missing,
            PartKind.PULL: self._pull,
        }
        self._files: dict[str, int] = {}
        self.done: Final = Imported(caller.device_id)

    def take(self, part: Part) -> None:
        """Answer a part. One that is refused does not hold up the others."""
        try:
            self._work[part.kind](part)
        except KeyError:
            raise SyncError("package_damaged") from None
        except FieldappError as error:
            if error.code in _OF_THE_SERVER:
                raise
            self.done.failed += 1
            if part.kind is PartKind.PUSH:
                self._writer.add(PartKind.PUSH, error=error.code, batch_id=part.text("batch_id"))

    def give_files(self) -> None:
        """Write the files that were asked for and those of forms that the feed brings; last of all, when the
        device knows what they are."""
        left = FILES_BYTES
        for sha256, _size in sorted(self._files.items(), key=lambda file: (file[1], file[0])):
            try:
                size, _mime = self._blobs.readable(self._caller, sha256)
            except RuleError:
                continue
            if size > left:
                continue
            # Whole and right before it is begun: a part cannot be taken back.
            content = b"".join(self._blobs.read(sha256, 0, size))
            if hashlib.sha256(content).hexdigest() == sha256:
                self._writer.add_blob(sha256, [content], size)
                left -= size

    def _push(self, part: Part) -> None:
        raw = part.body()
        if len(raw) > MAX_BATCH_BYTES + _ENVELOPE_BYTES:
            raise SyncError("too_large")
        batch = read_batch(raw)
        answer = push(self._store, self._caller, batch)
        self._writer.add(PartKind.PUSH, answer, batch_id=batch.batch_id)
        self.done.batches += 1
        self.done.ops += len(batch.ops)

    def _blob(self, part: Part) -> None:
        sha256 = part.text("sha256")
        if part.size > MAX_PUT_BYTES:
            self._large_blob(part, sha256)
        else:
            incoming = self._blobs.begin(self._caller, sha256)
            if incoming is not None:
                with incoming:
                    for piece in part.pieces():
                        incoming.write(piece)
                    self._blobs.keep(incoming)
        self.done.blobs += 1

    def _large_blob(self, part: Part, sha256: str) -> None:
        try:
            state = self._blobs.upload(self._caller, sha256)
        except RuleError:  # nothing of it is here; whether it may come, `append` says
            state = Upload(0, complete=False)
        position = 0
        for chunk in _regrouped(part):
            rest = chunk[max(0, state.offset - position) :]
            position += len(chunk)
            if rest and not state.complete:
                state = self._blobs.append(
                    self._caller,
                    sha256,
                    offset=state.offset,
                    length=part.size,
                    chunk=rest,
                    chunk_sha256=hashlib.sha256(rest).hexdigest(),
                )

    def _missing(self, part: Part) -> None:
        try:
            asked = orjson.loads(part.body())["sha256"]
            if not isinstance(asked, list) or not all(isinstance(name, str) for name in asked):
                raise TypeError
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise SyncError("bad_request") from None
        epoch = self._store.epoch
        missing = self._blobs.missing(self._caller, asked)
        if part.facts.get("fetch") is True:
            self._files |= dict.fromkeys(asked, 0)
        answer = AskedBlobs(sha256=asked, missing=missing, epoch=epoch)
        self._writer.add(PartKind.MISSING, orjson.dumps(answer.model_dump()))

    def _pull(self, part: Part) -> None:
        try:
            wanted = PullRequest.model_validate_json(part.body())
        except pydantic.ValidationError:
            raise SyncError("bad_request") from None
        for piece in pull(self._store, self._caller, wanted) or ():
            self._writer.add(PartKind.FEED, piece)
            if part.facts.get("files") is True:
                self._note_files(piece)

    def _note_files(self, piece: bytes) -> None:
        for line in piece.split(b"\n"):
            if line.startswith(_WITH_FILES) and line.endswith(b"}]"):
                kind, _rev, body = split_row(line)
                self._files |= {sha256: size for sha256, size, _mime in blobs_of(kind, orjson.loads(body))}


def _regrouped(part: Part) -> Iterator[bytes]:
    """The bytes of a blob in pieces of the size that an upload appends."""
    buffer = bytearray()
    for piece in part.pieces():
        buffer += piece
        while len(buffer) >= CHUNK_BYTES:
            yield bytes(buffer[:CHUNK_BYTES])
            del buffer[:CHUNK_BYTES]
    if buffer:
        yield bytes(buffer)
