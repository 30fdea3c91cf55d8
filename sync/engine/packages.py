"""Sync without any network: what waits goes out as a package, its answer comes back as one
(docs/sync-protocol.md, section 8).

The messages are those of a cycle, and so is what becomes of their answers: only the way differs.
"""

import errno
import hashlib
import logging
import os
import shutil
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final

import orjson
import pydantic

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import StorageError, SyncError
from fieldapp.storage import meta, outbox, wanted_blobs
from fieldapp.storage.outbox import OpenBatch, WaitingBlob
from sync.engine.blobs import ASKED_AT_ONCE, confirm
from sync.engine.cycle import CycleReport, report_of, write_log
from sync.engine.pull import FeedReader, derive_all, pull_request
from sync.engine.push import is_outdated, settle_batch
from sync.engine.session import CancelToken, SyncSession, Tally
from sync.protocol.code_series import PIECE_BYTES, SeriesCollector, series_of
from sync.protocol.package import (
    CHUNK_BYTES,
    Direction,
    PackageHeader,
    PackageReader,
    PackageWriter,
    Part,
    PartKind,
    open_package,
    token_hash,
)
from sync.protocol.wire import MAX_BLOB_BYTES, AskedBlobs, PushAnswer
from sync.transport.http import HttpTransport

__all__ = [
    "CarriedPackage",
    "ExportedPackage",
    "PackageContents",
    "SeriesCollector",
    "answer_series",
    "carry",
    "contents",
    "export_package",
    "is_answer",
    "read_answer",
    "save_answer",
    "urgent_series",
]
log = logging.getLogger(__name__)
FILE_BYTES: Final = 96 * 1024 * 1024
"""Photos in one file; more go into further files, each of which stands alone."""
ANSWER_CODES: Final = 12
"""An answer that needs more codes than this is given as a file."""
_ROOM_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackageContents:
    """What a package would hold now: ops, and photos and signatures with their bytes."""

    ops: int
    blobs: int
    blob_bytes: int


@dataclass(frozen=True, slots=True)
class ExportedPackage:
    """What was written: files with their size in all, and what is in them. `left` photos stay behind."""

    files: tuple[Path, ...]
    size: int
    ops: int
    blobs: int
    left: int


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class CarriedPackage:
    """A package of any device while it is being carried: only its header can be read. The server's answer
    of `size` bytes lies sealed in a file without a name, which goes with this value."""

    device_id: str
    made_at: str
    size: int
    _answer: BinaryIO

    def __post_init__(self) -> None:
        weakref.finalize(self, self._answer.close)

    def content(self) -> bytes:
        """The answer at once, where it is known to be small."""
        self._answer.seek(0)
        return self._answer.read()

    def copy_to(self, out: BinaryIO) -> None:
        """Write the answer piece by piece."""
        self._answer.seek(0)
        shutil.copyfileobj(self._answer, out)


def contents(session: SyncSession) -> PackageContents:
    """What waits and could be carried."""
    with session.store.reading() as connection:
        refused = {op.record_id for op in outbox.waiting_ops(connection) if op.refused_code}
        blobs = [blob for blob in outbox.waiting_blobs(connection) if blob.record_id not in refused]
        return PackageContents(outbox.counts(connection).ops, len(blobs), sum(blob.size for blob in blobs))


def export_package(
    session: SyncSession,
    target: Path,
    *,
    photos: bool,
    cancel: CancelToken,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ExportedPackage:
    """Write all that waits into `target`, or into it and further files beside it where photos are many.

    What was exported goes on waiting until it is answered, by whatever way. `progress` gets bytes.
    Raises SyncError not_enrolled, cancelled; StorageError stick_too_small (facts
    needed_mb, free_mb), disk_full, file_not_writable. Nothing half done is left then.
    """
    with session.alone():
        with session.store.transaction() as connection:
            batches = outbox.close_batches(connection, session.ids, session.clock())
            blobs = outbox.blobs_to_carry(connection) if photos else []
            left = 0 if photos else len(outbox.blobs_to_carry(connection))
        groups = _grouped(blobs)
        needed = sum(len(batch.payload) for batch in batches) * len(groups) + sum(b.size for b in blobs)
        _require_room(target, needed + _ROOM_BYTES)
        work = _Export(session, batches, cancel, progress, needed)
        written: list[Path] = []
        try:
            for number, group in enumerate(groups, 1):
                file = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
                written.append(file)
                with _new_file(file) as out:
                    work.write(out, group, with_pull=number == 1)
        except BaseException:
            for file in written:
                file.unlink(missing_ok=True)
            raise
        return ExportedPackage(
            files=tuple(written),
            size=sum(file.stat().st_size for file in written),
            ops=sum(len(orjson.loads(batch.payload)["ops"]) for batch in batches),
            blobs=len(blobs) - work.unreadable,
            left=left + work.unreadable,
        )


def urgent_series(session: SyncSession, record_id: str) -> list[str]:
    """One record as the texts of a series of codes, for a camera to read from this screen; no photos.

    Raises SyncError nothing_to_carry, series_too_long.
    """
    with session.alone():
        with session.store.transaction() as connection:
            batches = outbox.close_batch_of(connection, record_id, session.ids, session.clock())
        if not batches:
            raise SyncError("nothing_to_carry")
        out = BytesIO()
        writer = _writer(session, out)
        for batch in batches:
            writer.add(PartKind.PUSH, batch.payload, batch_id=batch.batch_id)
        writer.finish()
        return series_of(out.getvalue())


def answer_series(carried: CarriedPackage) -> list[str]:
    """An answer as a series of codes for the device it is for; none where it is too long for that."""
    return series_of(carried.content()) if carried.size <= ANSWER_CODES * PIECE_BYTES else []


def is_answer(package: BinaryIO) -> bool:
    """Whether a package is an answer. Raises SyncError as open_package does."""
    return open_package(package).header.direction is Direction.DOWN


def read_answer(session: SyncSession, package: BinaryIO, cancel: CancelToken) -> CycleReport:
    """Take in the answer to a package: what it confirms goes, what it brings is there.

    The same one again, or one that later contacts have overtaken, changes nothing. Raises SyncError
    package_not_package, package_too_new, package_damaged, package_not_ours, package_is_question.
    """
    opened = open_package(package)
    with session.store.reading() as connection:
        device_id, token = meta.get(connection, meta.DEVICE_ID), meta.get(connection, meta.TOKEN)
    if opened.header.device_id != device_id:
        raise SyncError("package_not_ours")
    if opened.header.direction is not Direction.DOWN:
        raise SyncError("package_is_question")
    reader = PackageReader(package, opened, token_hash(token))
    reader.verify()
    with session.alone():
        started, tally = session.clock(), Tally()
        answer = _Answer(session, tally)
        try:
            for part in reader.parts():
                cancel.check()
                answer.take(part)
            answer.finish()
        finally:
            derive_all(session, cancel)
        report = report_of(session, started, tally)
        write_log(session, report, "package")
        return report


def carry(transport: HttpTransport, package: BinaryIO) -> CarriedPackage:
    """Bring somebody's package to the server and its answer back.

    Neither is held in memory. Raises SyncError as a transport does, package_not_package, package_is_answer,
    package_…; StorageError disk_full.
    """
    header = open_package(package).header
    if header.direction is not Direction.UP:
        raise SyncError("package_is_answer")
    package.seek(0)
    with ExitStack() as undone:
        try:
            answer = undone.enter_context(TemporaryFile())
            transport.carry(package, answer)
        except OSError as error:
            raise _write_error(error) from None
        carried = CarriedPackage(header.device_id, header.made_at, answer.tell(), answer)
        undone.pop_all()  # the file lives as long as what is carried
    return carried


def save_answer(carried: CarriedPackage, target: Path) -> None:
    """Write the answer's file or nothing. Raises StorageError disk_full, file_not_writable."""
    with _new_file(target) as out:
        carried.copy_to(out)


class _Export:
    """The writing of one or more packages of the same batches."""

    def __init__(
        self,
        session: SyncSession,
        batches: Sequence[OpenBatch],
        cancel: CancelToken,
        progress: Callable[[int, int], None],
        total: int,
    ) -> None:
        self._session = session
        self._batches = batches
        self._cancel = cancel
        self._progress = progress
        self._total = total
        self._done = 0
        self.unreadable = 0

    def write(self, out: BinaryIO, blobs: Sequence[WaitingBlob], *, with_pull: bool) -> None:
        """One package. Each has all batches: whichever arrives first brings the records of its photos."""
        writer = _writer(self._session, out)
        for batch in self._batches:
            self._cancel.check()
            writer.add(PartKind.PUSH, batch.payload, batch_id=batch.batch_id)
            self._tell(len(batch.payload))
        for blob in blobs:
            self._cancel.check()
            self._add_blob(writer, blob)
        self._ask_for_proof(writer)
        if with_pull:
            self._ask_for_news(writer)
        writer.finish()

    def _add_blob(self, writer: PackageWriter, blob: WaitingBlob) -> None:
        try:
            content = self._session.store.photos.get(blob.sha256)
        except StorageError as error:
            # One damaged photo must not keep the others here; it stays on the list with its reason.
            self.unreadable += 1
            with self._session.store.transaction() as connection:
                outbox.note_blob_failure(connection, blob.sha256, error.code)
            return
        pieces = (content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES))
        writer.add_blob(blob.sha256, pieces, len(content))
        self._tell(len(content))

    def _ask_for_proof(self, writer: PackageWriter) -> None:
        """Ask about all that waits, also about photos that came another way."""
        with self._session.store.reading() as connection:
            waiting = [blob.sha256 for blob in outbox.waiting_blobs(connection)]
        for start in range(0, len(waiting), ASKED_AT_ONCE):
            writer.add(PartKind.MISSING, orjson.dumps({"sha256": waiting[start : start + ASKED_AT_ONCE]}))

    def _ask_for_news(self, writer: PackageWriter) -> None:
        """Ask as a pull does, and for the files of forms: those still wanted, and those of forms to come."""
        with self._session.store.reading() as connection:
            request = pull_request(connection, self._session.edition)
            wanted = [blob.sha256 for blob in wanted_blobs.wanted(connection)]
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            asked = {"sha256": wanted[start : start + ASKED_AT_ONCE]}
            writer.add(PartKind.MISSING, orjson.dumps(asked), fetch=True)
        body = orjson.dumps(request.model_dump(exclude_defaults=True))
        writer.add(PartKind.PULL, body, files=True)

    def _tell(self, size: int) -> None:
        self._done += size
        self._progress(min(self._done, self._total), self._total)


class _Answer:
    """An answer package while it is taken in."""

    def __init__(self, session: SyncSession, tally: Tally) -> None:
        self._session = session
        self._tally = tally
        self._feed: FeedReader | None = None
        self._rest = b""

    def take(self, part: Part) -> None:
        """One part."""
        try:
            if part.kind is PartKind.PUSH:
                self._push(part)
            elif part.kind is PartKind.MISSING:
                self._confirm(AskedBlobs.model_validate_json(part.body()))
            elif part.kind is PartKind.FEED:
                self._take_feed(part.body())
            elif part.kind is PartKind.BLOB:
                self._take_file(part)
            else:
                raise SyncError("package_damaged")
        except pydantic.ValidationError:
            raise SyncError("bad_answer") from None

    def finish(self) -> None:
        """The last of the feed."""
        if self._feed is not None:
            self._feed.finish()
            self._feed = None

    def _take_file(self, part: Part) -> None:
        """A file of a form. The feed before it has named it, or an earlier one; else nobody wants it."""
        self.finish()
        store, sha256 = self._session.store, part.text("sha256")
        with store.reading() as connection:
            wanted = next((one for one in wanted_blobs.wanted(connection) if one.sha256 == sha256), None)
        if wanted is None:
            return
        if part.size > MAX_BLOB_BYTES:
            raise SyncError("package_damaged")
        content = b"".join(part.pieces())
        if hashlib.sha256(content).hexdigest() != sha256:
            raise SyncError("package_damaged")
        store.photos.put(content, wanted.mime)
        with store.transaction() as connection:
            wanted_blobs.forget(connection, [sha256])
        self._session.publish({"form_files": {sha256}})

    def _confirm(self, answer: AskedBlobs) -> None:
        """Take note of what the server holds; the successor of a lost one may have nothing of it."""
        with self._session.store.reading() as connection:
            if answer.epoch != meta.get(connection, meta.EPOCH):
                return
        proven = [sha256 for sha256 in answer.sha256 if sha256 not in answer.missing]
        self._tally.blobs_sent += confirm(self._session.store, proven)

    def _take_feed(self, piece: bytes) -> None:
        if self._feed is None:
            self._feed = FeedReader(self._session, self._tally, None)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self._feed.take(lines)

    def _push(self, part: Part) -> None:
        session, error = self._session, part.text("error")
        with session.store.transaction() as connection:
            batch = outbox.find_open_batch(connection, part.text("batch_id"))
            if batch is None:
                return  # answered by another way meanwhile
            if error == "reidentify":
                if orjson.loads(batch.payload)["install_id"] == meta.get(connection, meta.INSTALL_ID):
                    log.warning("this profile is a copy: taking a new install id")
                    outbox.reidentify(connection, session.ids())
                return
            if error == "too_large":
                outbox.refuse_largest(connection, batch.n)
                self._tally.refused += 1
                return
            if error:
                return  # nothing was taken in: it goes on waiting
            answer = PushAnswer.model_validate_json(part.body())
            if answer.batch_id != batch.batch_id:
                raise SyncError("bad_answer")
            if is_outdated(connection, answer.epoch):
                return
            changed = settle_batch(connection, session, self._tally, batch.n, answer)
        session.publish(changed)


def _writer(session: SyncSession, out: BinaryIO) -> PackageWriter:
    with session.store.transaction() as connection:
        device_id, token = meta.get(connection, meta.DEVICE_ID), meta.get(connection, meta.TOKEN)
        if not device_id or not token:
            raise SyncError("not_enrolled")
        n = int(meta.get(connection, meta.PACKAGE_N) or 0) + 1
        meta.put(connection, meta.PACKAGE_N, str(n))
        header = PackageHeader(
            direction=Direction.UP,
            package_id=session.ids(),
            device_id=device_id,
            install_id=meta.get(connection, meta.INSTALL_ID),
            n=n,
            made_at=instant_text(session.clock()),
        )
    return PackageWriter(out, header, token_hash(token))


def _grouped(blobs: Sequence[WaitingBlob]) -> list[list[WaitingBlob]]:
    groups: list[list[WaitingBlob]] = [[]]
    size = 0
    for blob in blobs:
        if groups[-1] and size + blob.size > FILE_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(blob)
        size += blob.size
    return groups


def _require_room(target: Path, needed: int) -> None:
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError:
        raise StorageError("file_not_writable") from None
    if free < needed:
        megabyte = 1024 * 1024
        raise StorageError("stick_too_small", needed_mb=-(-needed // megabyte), free_mb=free // megabyte)


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """A file that appears whole or not at all, and is on the stick when it does."""
    half_done = target.with_name(target.name + ".part")
    try:
        with half_done.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        half_done.replace(target)
    except OSError as error:
        raise _write_error(error) from None
    finally:
        half_done.unlink(missing_ok=True)


def _write_error(error: OSError) -> StorageError:
    return StorageError("disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "file_not_writable")
