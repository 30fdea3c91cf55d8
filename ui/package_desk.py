"""Connects the packages screen with the sync engine: files on sticks and codes on screens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fieldapp.domain.errors import StorageError
from sync.engine import packages
from sync.engine.cycle import CycleReport
from sync.engine.packages import CarriedPackage, ExportedPackage, PackageContents, SeriesCollector
from sync.engine.session import CancelToken, SyncSession
from ui.ports import PackageSource


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

    def codes_of_answer(self, carried: CarriedPackage) -> list[str]:
        """An answer as texts of QR codes."""
        return packages.answer_series(carried)

    def collector(self) -> SeriesCollector:
        """Puts pieces together."""
        return SeriesCollector()

    def save_answer(self, carried: CarriedPackage, target: Path) -> None:
        """Write the answer's file whole."""
        packages.save_answer(carried, target)

    def is_answer(self, package: PackageSource) -> bool:
        """Whether a package is an answer."""
        with _opened(package) as file:
            return packages.is_answer(file)

    def read_answer(self, package: PackageSource) -> CycleReport:
        """Take in the answer to this device's package."""
        try:
            with _opened(package) as file:
                return packages.read_answer(self._session, file, CancelToken())
        finally:
            self._taken()

    def carry(self, package: PackageSource) -> CarriedPackage:
        """Bring somebody's package to the server."""
        with _opened(package) as file:
            return packages.carry(self._session.transport, file)


@contextmanager
def _opened(package: PackageSource) -> Iterator[BinaryIO]:
    """A package to be read piece by piece: files may be larger than the memory at hand."""
    try:
        file: BinaryIO = BytesIO(package) if isinstance(package, bytes) else package.open("rb")
    except OSError:
        raise StorageError("file_unreadable") from None
    with file:
        try:
            yield file
        except OSError:  # the stick was pulled out
            raise StorageError("file_unreadable") from None


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
