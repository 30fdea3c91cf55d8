"""Decides when cycles run: one thread, woken by changes, time, the network and the person."""

import datetime as dt
import enum
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.errors import FieldappError
from fieldapp.storage import meta, outbox
from fieldapp.storage.outbox import Waiting
from sync.engine.backoff import Backoff
from sync.engine.cycle import CycleReport, run_cycle
from sync.engine.purge import drop_old_visits, purge
from sync.engine.session import CancelToken, Progress, SyncSession

log = logging.getLogger(__name__)
CLOCK_OFF_MS: Final = 5 * 60 * 1000
"""A clock further off than this is shown to the person."""


class SyncState(enum.StrEnum):
    """What the sync chip shows."""

    IDLE = "IDLE"
    OFFLINE = "OFFLINE"
    SYNCING = "SYNCING"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"
    SIGN_IN_NEEDED = "SIGN_IN_NEEDED"
    UPDATE_NEEDED = "UPDATE_NEEDED"


_STATE_AFTER: Final = {
    "offline": SyncState.OFFLINE,
    "untrusted_server": SyncState.OFFLINE,
    "busy": SyncState.OFFLINE,
    "slow_down": SyncState.OFFLINE,
    "server_error": SyncState.OFFLINE,
    "sign_in_needed": SyncState.SIGN_IN_NEEDED,
    "device_revoked": SyncState.SIGN_IN_NEEDED,
    "protocol_too_old": SyncState.UPDATE_NEEDED,
    "cancelled": SyncState.IDLE,
    "sync_running": SyncState.IDLE,
}
"""State after a cycle that ended with an error; all other codes need attention."""
_ONLY_BY_HAND: Final = frozenset({"device_revoked"})
"""After these no cycle starts by itself: nothing but a person can mend them."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What a person may want to know of sync. `progress` is set while SYNCING.

    `clock_off` says that this device's clock is more than five minutes from the server's.
    """

    state: SyncState = SyncState.IDLE
    last_sync_at: dt.datetime | None = None
    waiting: Waiting = field(default_factory=lambda: Waiting(0, 0, 0))
    progress: Progress | None = None
    error_code: str = ""
    clock_off: bool = False
    report: CycleReport | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. `every` is spread by ±50 %, so that devices do not call in step. Photos that have had
    their time here are looked for `purge_after` the start, and then `purge_every`."""

    debounce: float = 2.0
    debounce_most: float = 10.0
    every: float = 5 * 60.0
    purge_after: float = 10 * 60.0
    purge_every: float = 24 * 3600.0


class SyncRunner:
    """Runs cycles of one profile in a thread of its own until stopped.

    `on_status` is called from that thread and must return soon; so must the session's callbacks.
    `on_bug` gets what no cycle should raise; sync then goes on after a wait.
    """

    def __init__(
        self,
        session: SyncSession,
        on_status: Callable[[SyncStatus], None],
        *,
        on_bug: Callable[[Exception], None] = lambda _: None,
        timing: Timing | None = None,
        chance: Callable[[], float] = lambda: secrets.randbelow(1 << 20) / (1 << 20),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._on_status = on_status
        self._on_bug = on_bug
        self._timing = timing or Timing()
        self._backoff = Backoff(chance)
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._wanted = False
        self._first_change: float | None = None
        self._last_change = 0.0
        self._timer: float | None = None
        self._not_before = 0.0
        self._purge_at = self._monotonic() + self._timing.purge_after
        self._held = False
        self._recount = True
        self._stopping = False
        self._cancel = CancelToken()
        self._status = SyncStatus()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def status(self) -> SyncStatus:
        """The latest status."""
        return self._status

    def start(self) -> None:
        """Start the thread; the first cycle begins at once."""
        self._wanted = True
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """End the running cycle at its next safe point, and the thread. False when it takes longer."""
        with self._changed:
            self._stopping = True
            self._cancel.cancel()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def sync_now(self) -> None:
        """A person wants it now, whatever the backoff says."""
        with self._changed:
            self._wanted = True
            self._changed.notify()

    def cancel(self) -> None:
        """End the running cycle at its next safe point; later ones come as usual."""
        self._cancel.cancel()

    def local_change(self) -> None:
        """Records changed here: sync soon, when the worker pauses."""
        with self._changed:
            self._last_change = self._monotonic()
            if self._first_change is None:
                self._first_change = self._last_change
            self._recount = True
            self._changed.notify()

    def network_returned(self) -> None:
        """The system says that there is a network again."""
        with self._changed:
            self._backoff.reset()
            self._wanted = self._wanted or not self._held
            self._changed.notify()

    def _due(self) -> float | None:
        """When the next cycle is to start; None = not before something happens."""
        if self._wanted:
            return 0.0
        if self._held:
            return None
        due = self._timer
        if self._first_change is not None:
            quiet = self._last_change + self._timing.debounce
            soon = min(quiet, self._first_change + self._timing.debounce_most)
            due = min(max(soon, self._not_before), due if due is not None else float("inf"))
        return due

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                due, now = self._due(), self._monotonic()
                ready = due is not None and due <= now
                if not ready and not self._recount:
                    self._changed.wait(None if due is None else due - now)
                    continue
                self._recount = False
                if ready:
                    self._wanted, self._first_change = False, None
                    self._cancel = CancelToken()
            if ready:
                self._cycle()
            else:
                self._publish(waiting=self._count())

    def _cycle(self) -> None:
        self._publish(state=SyncState.SYNCING, progress=None, error_code="", waiting=self._count())
        session = replace(self._session, on_progress=self._progress)
        try:
            report = run_cycle(session, self._cancel)
            self._session.quiet = session.quiet
            code, retry_after = report.error_code, report.retry_after
        except FieldappError as failure:
            report, code, retry_after = None, failure.code, None
        except Exception as bug:
            log.exception("sync cycle failed")
            self._on_bug(bug)
            report, code, retry_after = None, "internal_error", None
        if report is not None and (report.sent or report.received or report.blobs_sent):
            self._backoff.reset()  # a bad connection that carries something is tried again soon
        self._schedule(code, retry_after)
        waiting = self._count()
        state = _STATE_AFTER.get(code, SyncState.NEEDS_ATTENTION) if code else SyncState.IDLE
        if state is SyncState.IDLE and (waiting.refused or (report and report.blobs_failed)):
            state = SyncState.NEEDS_ATTENTION
        self._publish(
            state=state,
            progress=None,
            error_code="" if code == "cancelled" else code,
            waiting=waiting,
            last_sync_at=self._last_sync(),
            clock_off=abs(self._clock_shift()) > CLOCK_OFF_MS,
            report=report,
        )
        if not code and self._monotonic() >= self._purge_at:
            self._purge()

    def _purge(self) -> None:
        self._purge_at = self._monotonic() + self._timing.purge_every
        try:
            with self._session.alone():
                dropped = drop_old_visits(self._session, self._cancel)
                purged = purge(self._session, self._cancel)
            if dropped:
                log.info("%d old visits left the device", dropped)
            if purged.photos:
                log.info("%d photos left the device, %d bytes", purged.photos, purged.bytes)
        except FieldappError as failure:
            log.info("not looked through for what may go: %s", failure)

    def _schedule(self, code: str, retry_after: float | None) -> None:
        """Set the next cycle's time after one that ended with `code`."""
        with self._changed:
            now = self._monotonic()
            self._held = code in _ONLY_BY_HAND
            if code in ("", "cancelled"):
                self._backoff.reset()
                self._not_before = 0.0
                self._timer = now + self._backoff.spread(self._timing.every)
            else:
                # A change made meanwhile waits like everything else.
                self._not_before = now + self._backoff.after_failure(retry_after)
                self._timer = self._not_before

    def _progress(self, progress: Progress) -> None:
        self._session.on_progress(progress)
        self._publish(progress=progress)

    def _publish(self, **changes: Any) -> None:
        status = replace(self._status, **changes)
        if status != self._status:
            self._status = status
            self._on_status(status)

    def _count(self) -> Waiting:
        try:
            with self._session.store.reading() as connection:
                return outbox.counts(connection)
        except FieldappError:
            return self._status.waiting  # the cycle itself will say what is wrong with the database

    def _last_sync(self) -> dt.datetime | None:
        text = self._meta(meta.LAST_SYNC)
        return parse_instant(text) if text else None

    def _clock_shift(self) -> int:
        return int(self._meta(meta.CLOCK_SHIFT_MS) or 0)

    def _meta(self, key: str) -> str:
        try:
            with self._session.store.reading() as connection:
                return meta.get(connection, key)
        except FieldappError:
            return ""
