"""Pictures of visits for presenters: read from the device, brought from the server on demand. No Qt."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fieldapp.domain.errors import FieldappError, StorageError
from fieldapp.domain.records.visits import Photo, VisitFields
from fieldapp.services import visits
from ui.ports import Surroundings

P = TypeVar("P")


class PictureState(enum.StrEnum):
    """Where a picture is."""

    COMING = "COMING"
    HERE = "HERE"
    MISSING = "MISSING"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A photo to show. `key` is unique on the page, `sha256` names the content."""

    key: str
    sha256: str
    kind: str
    visit_id: str
    taken: str = ""


def picture_row(visit: VisitFields, photo: Photo, kind: str) -> PictureRow:
    """The row of a photo; `kind` is the word for what it shows."""
    return PictureRow(f"{visit.id}/{photo.sha256}", photo.sha256, kind, visit.id, photo.watermark)


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

    def want(self, sha256s: Iterable[str]) -> None:
        """Show these pictures; each is read once."""
        for sha256 in sha256s:
            if sha256 and sha256 not in self._asked:
                self._asked.add(sha256)
                self._run(sha256, self._read, self._port.decode, self._port.show)

    def download(self, sha256: str) -> None:
        """Bring a picture that this device does not hold."""
        self._port.show(sha256, PictureState.COMING, None, "")
        self._run(sha256, self._around.sync.fetch_photo, self._port.decode, self._port.show)

    def open(self, sha256: str) -> None:
        """Show a picture in its own size."""
        self._run(sha256, self._read, self._port.decode_whole, self._port.show_whole)

    def stop(self) -> None:
        """The page goes: nothing is shown any more."""
        self._gone = True

    def _read(self, sha256: str) -> bytes:
        return visits.photo(self._around.context, sha256)

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
