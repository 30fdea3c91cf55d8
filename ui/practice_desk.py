"""Sync and packages of a practice profile: there are none. What is practised stays where it is. Layer 5."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import NotAllowedError, SyncError
from sync.engine.cycle import CycleReport
from sync.engine.hand_over import HandedOver
from sync.engine.packages import CarriedPackage, ExportedPackage, PackageContents, SeriesCollector
from sync.engine.purge import Purged
from ui.ports import PackageSource, SyncState, SyncStatus


class PracticeDesk:
    """Implements ui.ports.Sync without a session: nothing here could reach a server."""

    def __init__(self, clock: Clock) -> None:
        self.status = SyncStatus(SyncState.OFFLINE, last_sync_at=clock())
        self.packages = PracticePackages()
        self.tells_metered = False

    def start(self) -> None:
        """There is nothing to begin."""

    def stop(self) -> None:
        """There is nothing to end."""

    def sync_now(self) -> None:
        """Practice is never sent."""

    def local_change(self) -> None:
        """Practice is never sent."""

    def cancel(self) -> None:
        """Nothing runs."""

    def photos_rule_changed(self) -> None:
        """No photo waits."""

    def send_photos_now(self) -> None:
        """No photo waits."""

    def free_photos(self) -> Purged:
        """No server holds them: all stay."""
        return Purged(0, 0)

    def fetch_photo(self, sha256: str) -> bytes:
        """Nobody has it."""
        raise SyncError("offline")

    def hand_over(self, code: str) -> HandedOver:
        """Practice is never handed over."""
        _refuse()


class PracticePackages:
    """Implements ui.ports.Packages: no work leaves a practice profile, and none comes in."""

    def contents(self) -> PackageContents:
        """Refused."""
        _refuse()

    def export(
        self,
        target: Path,
        *,
        photos: bool,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> ExportedPackage:
        """Refused."""
        _refuse()

    def codes_of(self, record_id: str) -> list[str]:
        """Refused."""
        _refuse()

    def codes_of_answer(self, carried: CarriedPackage) -> list[str]:
        """Refused."""
        _refuse()

    def collector(self) -> SeriesCollector:
        """Pieces may be read; what they make is refused."""
        return SeriesCollector()

    def save_answer(self, carried: CarriedPackage, target: Path) -> None:
        """Refused."""
        _refuse()

    def is_answer(self, package: PackageSource) -> bool:
        """Refused."""
        _refuse()

    def read_answer(self, package: PackageSource) -> CycleReport:
        """Refused."""
        _refuse()

    def carry(self, package: PackageSource) -> CarriedPackage:
        """Refused."""
        _refuse()


def _refuse() -> NoReturn:
    raise NotAllowedError("practice_only")
