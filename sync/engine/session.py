"""What the parts of a sync cycle share: store, transport, callbacks, and the running tally."""

import datetime as dt
import enum
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.app.profiles import Dataset
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import Clock, parse_instant
from fieldapp.domain.errors import SyncError
from fieldapp.domain.ids import IdSource
from fieldapp.storage import meta
from fieldapp.storage.store import Store
from sync.protocol.entities import EDITION
from sync.transport.http import HttpTransport

INITIATOR: Final = "sync"
WAIT_SECONDS: Final = 60.0
"""How long other work on the session waits for a running cycle."""
MOST_IDS: Final = 5000
"""More changed records than this are reported as "everything"."""
CLOCK_FINE_MS: Final = 5 * 60 * 1000
"""A clock no further off than this is right."""
CLOCK_NOTED_FROM: Final = dt.timedelta(seconds=2)
"""Smaller changes of the clock's shift are not worth a write."""


class Stage(enum.StrEnum):
    """Where a cycle is."""

    PUSH = "PUSH"
    PULL = "PULL"
    DERIVE = "DERIVE"
    BLOBS = "BLOBS"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is: ops sent, buckets read, households derived or blobs sent; `total` 0 = unknown."""

    stage: Stage
    done: int
    total: int


class CancelToken:
    """Asks a running cycle to stop at its next safe point; what is committed stays."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise SyncError("cancelled") when it was asked."""
        if self._event.is_set():
            raise SyncError("cancelled")


@dataclass(slots=True)
class Tally:
    """What a cycle has done so far."""

    sent: int = 0
    received: int = 0
    refused: int = 0
    conflicts: int = 0
    moved: int = 0
    blobs_sent: int = 0
    blobs_failed: int = 0
    requeued: int = 0
    dropped: list[str] = field(default_factory=list)
    healed: list[str] = field(default_factory=list)
    clock_shift_ms: int = 0


@dataclass(slots=True)
class SyncSession:
    """One profile's store and its server. `edition` says which kinds this program knows; `running` keeps
    two cycles from meeting, `quiet` remembers that the last one had nothing to do."""

    store: Store
    transport: HttpTransport
    edition: int = EDITION
    on_progress: Callable[[Progress], None] = lambda _: None
    on_change: Callable[[ChangeSet], None] = lambda _: None
    photos_allowed: Callable[[], bool] = lambda: True
    monotonic: Callable[[], float] = time.monotonic
    running: threading.Lock = field(default_factory=threading.Lock)
    quiet: bool = False

    def __post_init__(self) -> None:
        with self.store.reading() as connection:
            if meta.get(connection, meta.DATASET) == Dataset.PRACTICE:
                raise ValueError("practice data never meet a server")

    @property
    def clock(self) -> Clock:
        """The store's clock."""
        return self.store.clock

    @property
    def ids(self) -> IdSource:
        """The store's ids."""
        return self.store.ids

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep cycles out meanwhile, after the end of one that runs. Raises SyncError("sync_running")."""
        if not self.running.acquire(timeout=WAIT_SECONDS):
            raise SyncError("sync_running")
        try:
            yield
        finally:
            self.running.release()

    def report(self, stage: Stage, done: int, total: int = 0) -> None:
        """Tell how far a stage is."""
        self.on_progress(Progress(stage, done, total))

    def publish(self, changed: Mapping[str, set[str]]) -> None:
        """Tell which records a commit changed."""
        kinds = {kind: frozenset(ids) for kind, ids in changed.items() if ids}
        if not kinds:
            return
        if sum(map(len, kinds.values())) > MOST_IDS:
            self.publish_everything()
        else:
            self.on_change(ChangeSet(kinds, INITIATOR))

    def publish_everything(self) -> None:
        """Tell that more changed than is worth naming."""
        self.on_change(ChangeSet(initiator=INITIATOR, everything=True))


def _shift(server_time: str, before: dt.datetime, after: dt.datetime) -> int:
    """The server's clock minus ours in milliseconds, half the round trip taken off.

    Raises SyncError("bad_answer") when `server_time` is no instant.
    """
    try:
        shift = parse_instant(server_time) - (before + (after - before) / 2)
    except ValueError:
        raise SyncError("bad_answer") from None
    return round(shift / dt.timedelta(milliseconds=1))


@dataclass(frozen=True, slots=True)
class _KnownClock:
    """What is stored of this clock: its shift, the newest stamp made by it and the newest excused (hex)."""

    shift_ms: int
    stamp: str
    excused: str

    def is_news(self, shift_ms: int) -> bool:
        return abs(shift_ms - self.shift_ms) >= CLOCK_NOTED_FROM / dt.timedelta(milliseconds=1)

    def to_excuse(self, shift_ms: int, after: dt.datetime) -> str:
        """The newest stamp made here, where it lies ahead of a clock that is right now; '' otherwise."""
        if abs(shift_ms) >= CLOCK_FINE_MS or self.stamp <= self.excused:
            return ""
        return self.stamp if int(self.stamp, 16) - int(after.timestamp() * 1000) > CLOCK_FINE_MS else ""


def _known_clock(connection: Connection) -> _KnownClock:
    shift, hlc, excused = meta.get_several(connection, meta.CLOCK_SHIFT_MS, meta.HLC, meta.HLC_EXCUSED)
    return _KnownClock(int(shift or 0), hlc.split("-", 1)[0], excused)


def clock_differs(connection: Connection, server_time: str, before: dt.datetime, after: dt.datetime) -> bool:
    """Whether note_clock would have something to write."""
    shift, known = _shift(server_time, before, after), _known_clock(connection)
    return known.is_news(shift) or known.to_excuse(shift, after) != ""


def note_clock(connection: Connection, tally: Tally, server_time: str, before: dt.datetime,
               after: dt.datetime) -> None:  # fmt: skip
    """Remember how far this clock is from the server's. Raises SyncError("bad_answer") as `_shift`."""
    tally.clock_shift_ms = _shift(server_time, before, after)
    known = _known_clock(connection)
    stamp = known.to_excuse(tally.clock_shift_ms, after)
    if stamp:
        meta.put(connection, meta.HLC_EXCUSED, stamp)
    if known.is_news(tally.clock_shift_ms):
        meta.put(connection, meta.CLOCK_SHIFT_MS, str(tally.clock_shift_ms))
