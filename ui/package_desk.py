"""Connects the packages screen with the sync engine: files on sticks and codes on screens."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from fieldapp.domain.errors import StorageError
from sync.engine import packages
from sync.engine.cycle import CycleReport
from sync.engine.packages import CarriedPackage, ExportedPackage, PackageContents, SeriesCollector
from sync.engine.session import CancelToken, SyncSession


class PackageDesk:
    """Implements ui.ports.Packages over the session that the cycles use as well.

    Args:
        taken: called when an answer was taken in; counts have changed.
    """

    def __init__(self, session: SyncSession, taken: Callable[[], None]) -> None:
        self._session = session
        self._taken = taken

    def contents(self) -> PackageContents:
        """What waits and could be carried."""
        return packages.contents(self._session)

    def export(
        self,
        target: Path,
        *,
        photos: bool,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> ExportedPackage:
        """Write all that waits."""
        return packages.export_package(
            self._session, target, photos=photos, cancel=_AskedCancel(cancelled), progress=progress
        )

    def codes_of(self, record_id: str) -> list[str]:
        """One record as texts of QR codes."""
        return packages.urgent_series(self._session, record_id)

    def codes_of_answer(self, answer: bytes) -> list[str]:
        """An answer as texts of QR codes."""
        return packages.answer_series(answer)

    def collector(self) -> SeriesCollector:
        """Puts pieces together."""
        return SeriesCollector()

    def load(self, source: Path) -> bytes:
        """A package's file."""
        try:
            return source.read_bytes()
        except OSError:
            raise StorageError("file_unreadable") from None

    def save(self, target: Path, content: bytes) -> None:
        """Write a file whole."""
        packages.write_whole(target, content)

    def is_answer(self, package: bytes) -> bool:
        """Whether a package is an answer."""
        return packages.is_answer(BytesIO(package))

    def read_answer(self, package: bytes) -> CycleReport:
        """Take in the answer to this device's package."""
        try:
            return packages.read_answer(self._session, BytesIO(package), CancelToken())
        finally:
            self._taken()

    def carry(self, package: bytes) -> CarriedPackage:
        """Bring somebody's package to the server."""
        return packages.carry(self._session.transport, BytesIO(package))


class _AskedCancel(CancelToken):
    """A cancel token that asks somebody else."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        super().__init__()
        self._asked = asked

    def check(self) -> None:
        """Raise when it was asked to stop."""
        if self._asked():
            self.cancel()
        super().check()
