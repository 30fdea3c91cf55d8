"""Files of a draft while they are made, aside, and pictures of those it has. No Qt. Layer 5."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.forms import FormFile
from fieldapp.forms import Bookmark
from fieldapp.forms.view import Reference
from fieldapp.services import forms, visit_photos
from fieldapp.services.forms import NewFile, new_file
from ui.forms.files import Attachment, Drawing
from ui.pictures import PhotoLimits, PhotoStamp, PictureSizes
from ui.ports import Surroundings

MOST_FILE_BYTES: Final = 20_000_000
_PATIENCE_SECONDS: Final = 3.0
"""How long leaving waits for a file that is being prepared: longer than any takes."""
_MIMES: Final = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".mp4": "video/mp4",
}  # fmt: skip
_OTHER_MIME: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be kept; `preview` is a small picture of it, if it is one."""

    file: NewFile
    preview: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class _Making:
    """A file under way, for a question."""

    place: Bookmark
    ended: threading.Event = field(default_factory=threading.Event)
    prepared: Prepared | None = None


class FileDesk:
    """Makes files for the answers of one draft. They are kept together with the answers that name them.

    Args:
        made: a question's file, ready to be named in its answer and kept.
        failed: why a file could not be made.
        sizes: make pictures of pictures.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        made: Callable[[Bookmark, NewFile], None],
        failed: Callable[[FieldappError], None],
        sizes: PictureSizes,
    ) -> None:
        self._around = surroundings
        self._made = made
        self._failed = failed
        self._sizes = sizes
        self._stamp: Callable[[], PhotoStamp] | None = None
        self._files: tuple[FormFile, ...] = ()
        self._previews: dict[str, bytes] = {}
        self._making: dict[int, _Making] = {}
        self._serial = 0
        self._closed = False

    def open(self, files: tuple[FormFile, ...], stamp: Callable[[], PhotoStamp]) -> None:
        """Know what the draft and its form name already, and what is burned into photos."""
        self._files, self._stamp = files, stamp

    @property
    def busy(self) -> bool:
        """Whether a file is still on its way."""
        return any(one.prepared is not None or not one.ended.is_set() for one in self._making.values())

    def awaited(self) -> frozenset[Reference]:
        """The questions whose files are on their way."""
        places = (one.place.reference for one in self._making.values())
        return frozenset(place for place in places if place is not None)

    def add(self, place: Bookmark, attachment: Attachment) -> None:
        """Make a file for a question."""
        if self._stamp is None or self._closed:
            return
        self._serial += 1
        serial, stamp = self._serial, self._stamp()
        making = self._making[serial] = _Making(place)
        context = self._around.context

        def make() -> None:
            try:
                p = visit_photos.photo_parameters(context)
                limits = PhotoLimits(p.photo_long_side_px, p.photo_quality, p.photo_max_bytes)
                making.prepared = _prepare(attachment, stamp, limits)
            finally:
                making.ended.set()

        self._around.tasks.run_aside(
            make, lambda _: self._hand_over(serial), lambda error: self._on_failed(serial, error)
        )

    def picture(self, name: str, done: Callable[[bytes], None]) -> None:
        """Hand over a small picture of a file, if it is here."""
        if name in self._previews:
            done(self._previews[name])
            return
        # What is no longer on the device, or is no picture, just has none.
        self._read(name, self._sizes.small, done, lambda: None)

    def illustration(self, name: str, done: Callable[[bytes], None]) -> None:
        """Hand over a picture of the form as large as it may be looked at, if it is here."""
        self._read(name, self._sizes.large, done, lambda: None)

    def content(self, name: str, done: Callable[[bytes], None], missing: Callable[[], None]) -> None:
        """Hand over a file as it is, or say that it is not here."""
        self._read(name, bytes, done, missing)

    def _read(
        self,
        name: str,
        made_of: Callable[[bytes], bytes],
        done: Callable[[bytes], None],
        missing: Callable[[], None],
    ) -> None:
        context, files = self._around.context, self._files
        self._around.tasks.run_aside(
            lambda: made_of(forms.attached_file(context, files, name)), done, lambda _error: missing()
        )

    def close(self) -> None:
        """Hand over what is still being made, as far as it comes in time; take nothing more."""
        self._closed = True
        for serial in list(self._making):
            self._making[serial].ended.wait(_PATIENCE_SECONDS)
            self._hand_over(serial)

    def _hand_over(self, serial: int) -> None:
        making = self._making.pop(serial, None)
        prepared = making.prepared if making is not None else None
        if making is not None and prepared is not None:
            self._previews[prepared.file.name] = prepared.preview
            self._made(making.place, prepared.file)

    def _on_failed(self, serial: int, error: FieldappError) -> None:
        if self._making.pop(serial, None) is not None:
            self._failed(error)


def _prepare(attachment: Attachment, stamp: PhotoStamp, limits: PhotoLimits) -> Prepared:
    if isinstance(attachment, Drawing):
        return Prepared(new_file(attachment.png, "image/png"), attachment.png)
    if isinstance(attachment, Path):
        mime = _MIMES.get(attachment.suffix.casefold(), _OTHER_MIME)
        return Prepared(new_file(_read(attachment), mime))
    photo = attachment(stamp, limits)
    return Prepared(new_file(photo.content, "image/jpeg"), photo.thumbnail)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise RuleError("attachment_too_large", limit_mb=MOST_FILE_BYTES // 1_000_000)
        return path.read_bytes()
    except OSError as error:
        raise RuleError("attachment_unreadable") from error
