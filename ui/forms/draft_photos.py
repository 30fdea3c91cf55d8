"""The photos of a draft while they are made: stamped aside, on the disk before the draft names them. No Qt.
Layer 5."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visits import Photo, PhotoKind, PhotoOrigin
from fieldapp.services import visits
from ui.pictures import PhotoLimits, PhotoStamp, PictureWork, PreparedPhoto
from ui.ports import Surroundings
from ui.widgets.filling.photos import PhotoView

_PATIENCE_SECONDS: Final = 3.0
"""How long leaving waits for a picture that is being stamped: longer than any takes."""


@dataclass(slots=True)
class _Making:
    """A picture under way."""

    origin: PhotoOrigin
    kind: PhotoKind
    place: str
    then: Callable[[Photo], None]
    ended: threading.Event = field(default_factory=threading.Event)
    kept: tuple[str, str, PreparedPhoto] | None = None
    """Hashes of the photo and of its thumbnail, both on the disk, and what was made."""


@dataclass(frozen=True, slots=True)
class PhotoNews:
    """There may be no more than `most` photos; or one was taken out, and `undo` puts it back; or one could
    not be made, and `sentence` says why."""

    most: int = 0
    undo: Callable[[], None] | None = None
    sentence: str = ""


class DraftPhotos:
    """Adds pictures to a draft that somebody else owns.

    Args:
        photos: the photos of the draft.
        put: other photos for it.
        stamp: what is burned into the next one.
        changed: a picture began or ended.
        tell: what is to be said about a picture in passing.
        thumbnail: makes a small picture; slow, safe in any thread.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        photos: Callable[[], tuple[Photo, ...]],
        put: Callable[[tuple[Photo, ...]], None],
        stamp: Callable[[], PhotoStamp],
        changed: Callable[[], None],
        tell: Callable[[PhotoNews], None],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._around = surroundings
        self._photos = photos
        self._put = put
        self._stamp = stamp
        self._changed = changed
        self._tell = tell
        self._thumbnail = thumbnail
        self._parameters: Parameters | None = None
        self._making: dict[int, _Making] = {}
        self._serial = 0
        self._thumbnails: dict[str, bytes] = {}
        self._asked: set[str] = set()
        self._closed = False

    @property
    def most(self) -> int:
        """How many photos a draft may have."""
        return self._parameters.photos_max if self._parameters is not None else 0

    @property
    def busy(self) -> bool:
        """Whether a picture is still being made."""
        return any(one.kept is not None or not one.ended.is_set() for one in self._making.values())

    def open(self, parameters: Parameters) -> None:
        """Know the county's limits; from now on pictures are taken in."""
        self._parameters = parameters
        self._closed = False

    def add(self, work: PictureWork, origin: PhotoOrigin, *, fingerprint: bool = False) -> None:
        """Make a photo of a picture and put it into the draft, which asks for no fingerprint."""
        if not fingerprint:
            self.make(work, origin, PhotoKind.OTHER, "", self.append)

    def make(
        self, work: PictureWork, origin: PhotoOrigin, kind: PhotoKind, place: str,
        then: Callable[[Photo], None],
    ) -> None:  # fmt: skip
        """Make a photo of a picture. `then` puts it where it belongs; until then it is shown at `place`."""
        p = self._parameters
        if p is None or self._closed:
            return
        if len(self._photos()) + len(self._making) >= p.photos_max:
            self._tell(PhotoNews(most=p.photos_max))
            return
        self._serial += 1
        serial, stamp = self._serial, self._stamp()
        making = self._making[serial] = _Making(origin, kind, place, then)
        limits = PhotoLimits(p.photo_long_side_px, p.photo_quality, p.photo_max_bytes)
        context = self._around.context

        def make() -> None:
            try:
                photo = work(stamp, limits)
                sha256 = visits.keep_blob(context, photo.content, "image/jpeg")
                small = visits.keep_blob(context, photo.thumbnail, "image/jpeg")
                making.kept = (sha256, small, photo)
            finally:
                making.ended.set()

        self._changed()
        self._around.tasks.run_aside(
            make, lambda _: self._take(serial), lambda error: self._on_failed(serial, error)
        )

    def remove(self, sha256: str) -> None:
        """Take a photo out of the draft."""
        before = self._photos()
        rest = tuple(photo for photo in before if photo.sha256 != sha256)
        if len(rest) == len(before):
            return
        gone = next(photo for photo in before if photo.sha256 == sha256)
        self._put(rest)

        def put_back() -> None:
            now = self._photos()
            if all(photo.sha256 != sha256 for photo in now):
                self._put((*now, gone))

        self._tell(PhotoNews(undo=put_back))

    def append(self, photo: Photo) -> None:
        """Put a photo at the end of the draft's."""
        photos = self._photos()
        if all(one.sha256 != photo.sha256 for one in photos):
            self._put((*photos, photo))

    def views(self, photos: Sequence[Photo], place: str = "") -> tuple[PhotoView, ...]:
        """Some photos of the draft, then those being made for the same place."""
        label = self._around.texts.label
        kept = [self.view(one.sha256, one.kind, one.watermark) for one in photos]
        coming = [
            PhotoView(f"making-{serial}", one.kind, label(one.kind), "", b"", making=True)
            for serial, one in self._making.items()
            if one.place == place and (one.kept is not None or not one.ended.is_set())
        ]
        return (*kept, *coming)

    def view(self, sha256: str, kind: PhotoKind = PhotoKind.OTHER, caption: str = "") -> PhotoView:
        """A picture that is kept."""
        return PhotoView(sha256, kind, self._around.texts.label(kind), caption, self._thumbnail_of(sha256))

    def close(self) -> None:
        """Take what is still being made into the draft, before its last save."""
        for serial in list(self._making):
            self._making[serial].ended.wait(_PATIENCE_SECONDS)
            self._take(serial)
        self._closed = True

    def _take(self, serial: int) -> None:
        making = self._making.pop(serial, None)
        if making is None or making.kept is None or self._closed:
            return
        sha256, small, made = making.kept
        self._thumbnails[sha256] = made.thumbnail
        making.then(_photo(sha256, small, made, making))
        self._changed()

    def _on_failed(self, serial: int, error: FieldappError) -> None:
        self._making.pop(serial, None)
        self._tell(PhotoNews(sentence=self._around.texts.error(error)))
        self._changed()

    def _thumbnail_of(self, sha256: str) -> bytes:
        """The small picture if it is here; otherwise it is made once and shown when it comes."""
        if sha256 in self._thumbnails or sha256 in self._asked or self._closed:
            return self._thumbnails.get(sha256, b"")
        self._asked.add(sha256)
        context = self._around.context

        def take(small: bytes) -> None:
            self._thumbnails[sha256] = small
            self._changed()

        self._around.tasks.run_aside(
            lambda: self._thumbnail(visits.photo(context, sha256)), take, lambda _error: None
        )
        return self._thumbnails.get(sha256, b"")


def _photo(sha256: str, small: str, made: PreparedPhoto, making: _Making) -> Photo:
    return Photo(
        kind=making.kind,
        sha256=sha256,
        size=len(made.content),
        width=made.width,
        height=made.height,
        taken_at=made.taken_at,
        origin=making.origin,
        phash=made.phash,
        thumbnail_sha256=small,
        thumbnail_size=len(made.thumbnail),
        watermark=made.watermark,
    )
