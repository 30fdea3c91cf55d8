"""The power-cut test's two halves: a device that works while every write is recorded, and the disks that a
power cut at any of those moments could leave: what was not synced is kept, lost or torn at 512 bytes."""

import pickle
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import StorageError
from fieldapp.storage import engine, meta, outbox, sync_log
from fieldapp.storage.answers import take_answer
from fieldapp.storage.store import PHOTOS_FILE, RECORDS_FILE, Store
from sync.protocol.wire import Batch, OpResult, Outcome, PushAnswer, checksum_text
from tests.chaos.disk import Disk, device_library
from tests.determinism import MovableClock
from tests.integration.server.county import GRID_1
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY, Tablet, open_session

SECTOR: Final = 512
ANSWER_EVERY: Final = 9


@dataclass(frozen=True, slots=True)
class Told:
    """What the device has told its worker, or the server: it must be there after any later power cut."""

    visit: str = ""
    photo: str = ""
    batch_n: int = 0
    answered: tuple[str, ...] = ()


Event = tuple[str, str, int, bytes] | Told
"""A call that succeeded (what, file name, offset, bytes), or a promise given at that moment."""


def record(folder: Path, *, synchronous: str, seed: int, visits: int) -> list[Event]:
    """Work on a profile; returns everything that reached the disk, and every promise, in order.

    `synchronous` is the database's setting under test: full or normal.
    """
    # Small, so that a short run sees many checkpoints.
    engine.PRAGMAS = tuple(  # type: ignore[misc, assignment]
        {"synchronous": f"synchronous={synchronous}", "wal_autocheckpoint": "wal_autocheckpoint=150"}.get(
            pragma.partition("=")[0], pragma
        )
        for pragma in engine.PRAGMAS
    )
    disk, events = Disk(device_library()), list[Event]()
    chance = random.Random(seed)
    Store.create(folder, RECORDS_KEY, PHOTOS_KEY).close()
    for name in (RECORDS_FILE, PHOTOS_FILE):
        events += [("write", name, 0, (folder / name).read_bytes()), ("sync", name, 0, b"")]
    disk.on_event = lambda what, path, offset, data: events.append((what, Path(path).name, offset, data))
    store = Store.open(
        folder, RECORDS_KEY, PHOTOS_KEY, clock=MovableClock(), random_bytes=random.Random(seed).randbytes
    )
    session = open_session(store, "http://127.0.0.1:1", "")
    device = Tablet(store, session.transport, session, "worker")
    with store.transaction() as connection:
        meta.put(connection, meta.INSTALL_ID, store.ids())
    house = device.household()
    for number in range(visits):
        photo = device.photo(chance.randrange(500, 20_000), seed=number)
        visit = device.visit(house.id, photo)
        events.append(Told(visit=visit.id, photo=photo.sha256))
        device.edit("households", house.id, address=f"第{number}次改")
        if synchronous == "full" and number % 4 == 0:
            # Commits that need not last lie between those that must; here alone the setting changes.
            with store.transaction(lasting=False) as connection:
                sync_log.add(connection, store.clock(), "cycle", {"sent": number})
        if number % ANSWER_EVERY == 0:
            _converse(store, events)
    disk.on_event = None
    session.transport.close()
    store.close()
    return events


def _converse(store: Store, events: list[Event]) -> None:
    """Make a batch and take its answer in, as a cycle does on either side of the network."""
    with store.transaction() as connection:
        made = outbox.next_batch(connection, store.ids(), store.clock())
    assert made is not None
    n, payload = made
    events.append(Told(batch_n=n))
    batch = Batch.model_validate_json(payload)
    results = [
        OpResult(op_id=op.op_id, outcome=Outcome.ACCEPTED, bucket=GRID_1, rev=n, h=checksum_text(n))
        for op in batch.ops
    ]
    answer = PushAnswer(batch_id=batch.batch_id, epoch="E", server_time="", results=results)
    with store.transaction() as connection:
        take_answer(connection, n, answer, store.clock())
    events.append(Told(batch_n=n, answered=tuple(op.op_id for op in batch.ops)))


@dataclass
class _File:
    """A file's bytes on the platter, and the calls since the last sync."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[str, int, bytes]] = field(default_factory=list)

    def settle(self) -> None:
        for what, offset, data in self.pending:
            _apply(self.durable, what, offset, data)
        self.pending.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """The bytes that a power cut leaves: pending calls kept, lost or torn, each for itself."""
        image = bytearray(self.durable)
        for what, offset, data in self.pending:
            fate = chance.choice(("kept", "lost", "torn"))
            if fate == "kept":
                _apply(image, what, offset, data)
            elif fate == "torn" and what == "write":
                for start in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        _apply(image, what, offset + start, data[start : start + SECTOR])
        return bytes(image)


def _apply(image: bytearray, what: str, offset: int, data: bytes) -> None:
    if what == "truncate":
        del image[offset:]
        return
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data


def cuts(events: list[Event], folder: Path, seed: int, count: int) -> Iterator[tuple[Path, list[Told]]]:
    """`count` disks after a power cut, each in a folder of its own, with all promises given until then."""
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(len(events) // 20, len(events)), count))
    files: dict[str, _File] = {}
    told: list[Told] = []
    for number, event in enumerate(events):
        if moments and number == moments[0]:
            moments.pop(0)
            target = folder / str(number)
            target.mkdir()
            for name, file in files.items():
                (target / name).write_bytes(file.after_cut(chance))
            yield target, list(told)
        if isinstance(event, Told):
            told.append(event)
            continue
        what, name, offset, data = event
        file = files.setdefault(name, _File())
        if what == "delete":
            del files[name]
        elif what == "sync":
            file.settle()
        else:
            file.pending.append((what, offset, data))


def broken_promises(folder: Path, told: list[Told], *, thorough: bool) -> list[str]:
    """What a device finds missing or damaged on a disk; [] = nothing."""
    store = Store.open(folder, RECORDS_KEY, PHOTOS_KEY)
    try:
        if thorough:
            store.verify()
        return list(_missing(store, told))
    finally:
        store.close()


def _missing(store: Store, told: list[Told]) -> Iterator[str]:
    with store.reading() as connection:
        visits = set(connection.exec_driver_sql("SELECT id FROM visits").scalars())
        ops = set(connection.exec_driver_sql("SELECT op_id FROM outbox").scalars())
        queued = set(connection.exec_driver_sql("SELECT sha256 FROM blob_queue").scalars())
        newest = int(meta.get(connection, meta.BATCH_N) or 0)
    for promise in told:
        if promise.visit and promise.visit not in visits:
            yield "visit"
        if promise.batch_n > newest:
            yield "batch number"
        if ops & set(promise.answered):
            yield "answer"
    # Whether or not it was told: a row that is there has its photo, which was on the disk before it.
    for sha256 in queued:
        try:
            store.photos.get(sha256)
        except StorageError:
            yield "photo"


def record_into(folder: str, synchronous: str, seed: int, visits: int) -> None:
    """Record, in a process of its own since its SQLite stays watched; the events go to the file `events`."""
    events = record(Path(folder), synchronous=synchronous, seed=seed, visits=visits)
    (Path(folder) / "events").write_bytes(pickle.dumps(events))
