"""Pictures of visits for presenters: read from the device, brought from the server on demand. No Qt."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fieldapp.domain.errors import FieldappError, StorageError, SyncError
from fieldapp.domain.records.visits import Photo, VisitFields
from fieldapp.services import visits
from ui.ports import Surroundings, SyncState

P = TypeVar("P")


class PictureState(enum.StrEnum):
    """Where a picture is."""

    COMING = "COMING"
    HERE = "HERE"
    MISSING = "MISSING"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A photo to show. `key` is unique on the page, `sha256` names the content, `small` that of its
    thumbnail ('' = it has none)."""

    key: str
    sha256: str
    kind: str
    visit_id: str
    taken: str = ""
    small: str = ""


def picture_row(visit: VisitFields, photo: Photo, kind: str) -> PictureRow:
    """The row of a photo; `kind` is the word for what it shows."""
    key = f"{visit.id}/{photo.sha256}"
    return PictureRow(key, photo.sha256, kind, visit.id, photo.watermark, photo.thumbnail_sha256)


Show = Callable[[str, PictureState, P | None, str], None]
"""Takes sha256, state, the picture if there is one, and what went wrong in words."""


@dataclass(frozen=True, slots=True)
class PicturePort(Generic[P]):
    """How a screen wants its pictures: small ones for the page, whole ones for the viewer.

    The decoders run in worker threads, the others on the screen's.
    """

    decode: Callable[[bytes], P]
    show: Show[P]
    decode_whole: Callable[[bytes], P]
    show_whole: Show[P]


class Pictures(Generic[P]):
    """Reads and decodes pictures beside the database and hands each over when it is there."""

    def __init__(self, surroundings: Surroundings, port: PicturePort[P]) -> None:
        self._around = surroundings
        self._port = port
        self._asked: set[str] = set()
        self._gone = False
        self._reachable = True

    def want(self, sha256s: Iterable[str]) -> None:
        """Show these pictures; each is read once."""
        for sha256 in sha256s:
            if sha256 and sha256 not in self._asked:
                self._asked.add(sha256)
                self._run(sha256, self._read, self._port.decode, self._port.show)

    def want_small(self, rows: Iterable[PictureRow]) -> None:
        """Show these photos small; each is read once. A thumbnail that is not here is brought from the
        server at once, a whole photo only when somebody asks for it."""
        smalls = {row.sha256: row.small for row in rows if row.sha256 not in self._asked}
        self._asked.update(smalls)
        for sha256 in smalls:
            self._run(
                sha256, lambda name: self._read_small(name, smalls[name]), self._port.decode, self._port.show
            )

    def download(self, sha256: str) -> None:
        """Bring a picture that this device does not hold."""
        self._port.show(sha256, PictureState.COMING, None, "")
        self._run(sha256, self._around.sync.fetch_photo, self._port.decode, self._port.show)

    def open(self, sha256: str) -> None:
        """Show a picture in its own size, from the server where this device does not hold it."""
        self._run(sha256, self._read_or_fetch, self._port.decode_whole, self._port.show_whole)

    def stop(self) -> None:
        """The page goes: nothing is shown any more."""
        self._gone = True

    def _read(self, sha256: str) -> bytes:
        return visits.photo(self._around.context, sha256)

    def _read_or_fetch(self, sha256: str) -> bytes:
        try:
            return self._read(sha256)
        except StorageError as error:
            if error.code != "photo_not_here":
                raise
            return self._around.sync.fetch_photo(sha256)

    def _read_small(self, sha256: str, small: str) -> bytes:
        """The thumbnail, or the photo itself where that is nearer. Raises StorageError("photo_not_here")."""
        missing = StorageError("photo_not_here")
        for name in filter(None, (small, sha256)):
            try:
                return self._read(name)
            except StorageError as error:
                missing = error
        # One failure is enough: a page of pictures would wait for the network once for each of them.
        if not small or not self._reachable or self._around.sync.status.state is SyncState.OFFLINE:
            raise missing
        try:
            return self._around.sync.fetch_photo(small)
        except SyncError as error:
            self._reachable = error.code == "unknown_blob"
            raise missing from None

    def _run(
        self, sha256: str, read: Callable[[str], bytes], decode: Callable[[bytes], P], show: Show[P]
    ) -> None:
        def done(picture: P) -> None:
            if not self._gone:
                show(sha256, PictureState.HERE, picture, "")

        def failed(error: FieldappError) -> None:
            if self._gone:
                return
            missing = isinstance(error, StorageError) and error.code == "photo_not_here"
            state = PictureState.MISSING if missing else PictureState.FAILED
            show(sha256, state, None, self._around.texts.error(error))

        self._around.tasks.run_aside(lambda: decode(read(sha256)), done, failed)
