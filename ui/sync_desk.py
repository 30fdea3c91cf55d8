"""Connects the sync engine with the screens: statuses, changes, network return, enrolment."""

import base64
import logging
import platform
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.app.profiles import Dataset
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import instant_text, parse_instant
from fieldapp.storage import meta
from fieldapp.storage.store import Store
from sync.engine import blobs
from sync.engine import runner as engine
from sync.engine.cycle import CycleReport, run_cycle
from sync.engine.enrol import DeviceLabel, enrol
from sync.engine.hand_over import HandedOver, hand_over
from sync.engine.purge import Purged, purge
from sync.engine.runner import SyncRunner
from sync.engine.session import CancelToken, SyncSession
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from ui.package_desk import PackageDesk
from ui.ports import SyncState, SyncStatus

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation

    from fieldapp.services.context import Context

_log = logging.getLogger(__name__)


class SyncDesk:
    """Implements ui.ports.Sync for one unlocked profile. Callbacks come from the sync thread."""

    def __init__(
        self,
        context: "Context",
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        status: SyncStatus | None = None,
        *,
        photos_unmetered_only: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = context.store
        with self._store.reading() as connection:
            server_url = meta.get(connection, meta.SERVER_URL)
            token = meta.get(connection, meta.TOKEN)
            last = meta.get(connection, meta.LAST_SYNC)
        self._transport = HttpTransport(ServerAddress(server_url), token, new_request_id=self._store.ids)
        self._on_status = on_status
        self._status = status or SyncStatus(last_sync_at=parse_instant(last) if last else None)
        self._unmetered_only = photos_unmetered_only
        self._metered: bool | None = None
        self._photos_anyway = False
        self._telling = threading.RLock()
        self._session = SyncSession(
            self._store, self._transport, on_change=on_change, photos_allowed=self._photos_allowed
        )
        self._runner = SyncRunner(self._session, self._on_runner)
        self.packages = PackageDesk(self._session, self._runner.local_change)
        self._network: QNetworkInformation | None = None

    @property
    def status(self) -> SyncStatus:
        """The latest status."""
        return self._status

    def start(self) -> None:
        """Begin; the first cycle runs at once. Call on the screen's thread."""
        from PySide6.QtNetwork import QNetworkInformation  # here: this module is imported by another thread

        feature = QNetworkInformation.Feature
        if QNetworkInformation.loadBackendByFeatures(
            feature.Reachability | feature.Metered
        ) or QNetworkInformation.loadBackendByFeatures(feature.Reachability):
            self._network = QNetworkInformation.instance()
            if self._network is not None:
                self._network.reachabilityChanged.connect(self._on_reachability)
                if self._network.supports(feature.Metered):
                    self._metered = self._network.isMetered()
                    self._network.isMeteredChanged.connect(self.on_metered)
        self._runner.start()

    def stop(self) -> None:
        """End the running cycle at its next safe point, then the thread."""
        if self._network is not None:
            self._network.reachabilityChanged.disconnect(self._on_reachability)
            if self._metered is not None:
                self._network.isMeteredChanged.disconnect(self.on_metered)
            self._network = None
        if not self._runner.stop():
            _log.warning("sync thread still busy at the end")
        self._transport.close()

    def sync_now(self) -> None:
        """Begin a cycle now."""
        self._runner.sync_now()

    def cancel(self) -> None:
        """Stop the running cycle at its next safe point."""
        self._runner.cancel()

    def local_change(self) -> None:
        """Something was saved: sync soon."""
        self._runner.local_change()

    @property
    def tells_metered(self) -> bool:
        """Whether the system can say that a network is metered."""
        return self._metered is not None

    def on_metered(self, metered: bool) -> None:
        """The system says so of the present network."""
        self._metered = metered
        self._photos_anyway = False  # that was said of the network before
        self.photos_rule_changed()

    def photos_rule_changed(self) -> None:
        """Photos may go now that waited, or must wait."""
        if self._photos_allowed():
            self._runner.network_returned()
        self._tell(lambda status: replace(status, photos_held=self._held(status.waiting_photos)))

    def send_photos_now(self) -> None:
        """Send photos over this network, whatever it costs, until none is left or the network changes."""
        self._photos_anyway = True
        self._tell(lambda status: replace(status, photos_held=0))
        self._runner.sync_now()

    def free_photos(self) -> Purged:
        """Take the photos that the server holds off this device (blocking)."""
        with self._session.alone():
            return purge(self._session, CancelToken(), at_once=True)

    def _photos_allowed(self) -> bool:
        """Where the system cannot tell, a photo that waited would wait for ever."""
        return self._photos_anyway or not (self._unmetered_only() and self._metered)

    def _held(self, photos: int) -> int:
        return 0 if self._photos_allowed() else photos

    def fetch_photo(self, sha256: str) -> bytes:
        """Bring a photo from the server and keep it (blocking)."""
        return blobs.fetch_blob(self._store, self._transport, sha256, "image/jpeg")

    def hand_over(self, code: str) -> HandedOver:
        """Send a revoked device's last work (blocking)."""
        return hand_over(self._session, code, CancelToken())

    def _on_reachability(self, reachability: "QNetworkInformation.Reachability") -> None:
        from PySide6.QtNetwork import QNetworkInformation

        if reachability is not QNetworkInformation.Reachability.Disconnected:
            self._runner.network_returned()

    def _on_runner(self, status: engine.SyncStatus) -> None:
        progress = status.progress
        if not status.waiting.photos and status.state is engine.SyncState.IDLE:
            self._photos_anyway = False
        self._tell(
            lambda before: SyncStatus(
                state=SyncState(status.state.value),
                last_sync_at=status.last_sync_at or before.last_sync_at,
                waiting_ops=status.waiting.ops,
                waiting_blobs=status.waiting.blobs,
                refused=status.waiting.refused,
                stage=progress.stage.value if progress is not None else "",
                done=progress.done if progress is not None else 0,
                total=progress.total if progress is not None else 0,
                error_code=status.error_code or ("clock_off" if status.clock_off else ""),
                waiting_photos=status.waiting.photos,
                photos_held=self._held(status.waiting.photos),
            )
        )

    def _tell(self, change: Callable[[SyncStatus], SyncStatus]) -> None:
        """Statuses come from the sync thread and from the screen's: one after the other."""
        with self._telling:
            self._status = change(self._status)
            self._on_status(self._status)


def enrol_store(store: Store, server_url: str, code: str) -> list[bytes]:
    """Enrol a new profile's store with a county's server. Returns the county's escrow keys."""
    transport = HttpTransport(ServerAddress(server_url), "", new_request_id=store.ids)
    try:
        label = DeviceLabel(socket.gethostname(), platform.platform())
        answer = enrol(store, transport, server_url, code, label)
    finally:
        transport.close()
    return [base64.b64decode(key) for key in answer.escrow_keys]


def cycle(context: "Context") -> CycleReport:
    """One sync cycle, here and now (blocking)."""
    store = context.store
    with store.reading() as connection:
        address = ServerAddress(meta.get(connection, meta.SERVER_URL))
        transport = HttpTransport(address, meta.get(connection, meta.TOKEN), new_request_id=store.ids)
    try:
        return run_cycle(SyncSession(store, transport))
    finally:
        transport.close()


def set_server_url(context: "Context", url: str) -> None:
    """Remember another address of the county's server (the demo server's port changes)."""
    with context.store.transaction() as connection:
        meta.put(connection, meta.SERVER_URL, url)


def trust_clock(context: "Context") -> None:
    """Take this clock for right until the next cycle: pictures are taken at one fixed moment."""
    with context.store.transaction() as connection:
        meta.put(connection, meta.CLOCK_SHIFT_MS, "0")
        meta.put(connection, meta.FEED_AT, instant_text(context.clock()))


def sync_once(root: Path) -> int:
    """One cycle of the last used profile, asking for the passphrase on the terminal. Exit code."""
    import getpass
    import secrets

    from fieldapp.app import profiles
    from fieldapp.domain.clock import system_clock
    from fieldapp.services.profiles import ProfileDoor

    found = [p for p in profiles.profiles(root) if p.dataset is Dataset.REAL]
    if not found:
        _log.error("no profile to sync")
        return 2
    door = ProfileDoor(root, clock=system_clock, random_bytes=secrets.token_bytes)
    opened = door.unlock(found[0], getpass.getpass())
    try:
        report = cycle(opened.context)
    finally:
        door.close(opened)
    return 1 if report.error_code else 0
