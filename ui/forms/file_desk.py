"""Files of a draft while they are made: prepared aside, taken in by the database worker. No Qt. Layer 5."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.forms import FormFile
from fieldapp.forms.view import Reference
from fieldapp.services import forms, visit_photos
from ui.forms.files import Attachment, Drawing
from ui.pictures import PhotoLimits, PhotoStamp
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
    """A file ready to be taken in; `preview` is a small picture of it, if it is one."""

    content: bytes = field(repr=False)
    mime: str
    preview: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class _Making:
    """A file under way, for a question."""

    reference: Reference
    ended: threading.Event = field(default_factory=threading.Event)
    prepared: Prepared | None = None


class FileDesk:
    """Takes files into one draft. The file is on the disk before an answer names it.

    Args:
        named: gives a question the name of its file.
        failed: a question whose file could not be made.
        small: makes a small picture of a picture; slow, safe in any thread.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        named: Callable[[Reference, str], None],
        failed: Callable[[Reference, FieldappError], None],
        small: Callable[[bytes], bytes],
    ) -> None:
        self._around = surroundings
        self._named = named
        self._failed = failed
        self._small = small
        self._draft_id = ""
        self._stamp: Callable[[], PhotoStamp] | None = None
        self._files: tuple[FormFile, ...] = ()
        self._previews: dict[str, bytes] = {}
        self._making: dict[int, _Making] = {}
        self._serial = 0
        self._taking = 0
        self._when_closed: Callable[[], None] | None = None

    def open(self, draft_id: str, files: tuple[FormFile, ...], stamp: Callable[[], PhotoStamp]) -> None:
        """Know the draft, what it and its form name already, and what is burned into photos."""
        self._draft_id, self._files, self._stamp = draft_id, files, stamp

    @property
    def busy(self) -> bool:
        """Whether a file is still on its way."""
        return bool(self._taking) or any(
            one.prepared is not None or not one.ended.is_set() for one in self._making.values()
        )

    def add(self, reference: Reference, attachment: Attachment) -> None:
        """Make a file and have the question named after it."""
        if self._stamp is None or self._when_closed is not None:
            return
        self._serial += 1
        serial, stamp = self._serial, self._stamp()
        making = self._making[serial] = _Making(reference)
        context = self._around.context

        def make() -> None:
            try:
                p = visit_photos.photo_parameters(context)
                limits = PhotoLimits(p.photo_long_side_px, p.photo_quality, p.photo_max_bytes)
                making.prepared = _prepare(attachment, stamp, limits)
            finally:
                making.ended.set()

        self._around.tasks.run_aside(
            make, lambda _: self._take(serial), lambda error: self._on_failed(serial, error)
        )

    def picture(self, name: str, done: Callable[[bytes], None]) -> None:
        """Hand over a small picture of a file, if it is here."""
        if name in self._previews:
            done(self._previews[name])
            return
        context, files, small = self._around.context, self._files, self._small
        # A file that is no longer on the device, or is no picture, just has none.
        self._around.tasks.run_aside(
            lambda: small(forms.attached_file(context, files, name)), done, lambda _error: None
        )

    def close(self, done: Callable[[], None]) -> None:
        """Take in what is still being made, then call `done`."""
        self._when_closed = done
        for serial in list(self._making):
            self._making[serial].ended.wait(_PATIENCE_SECONDS)
            self._take(serial)
        self._finish()

    def _take(self, serial: int) -> None:
        making = self._making.pop(serial, None)
        prepared = making.prepared if making is not None else None
        if making is None or prepared is None:
            return
        context, draft_id, reference = self._around.context, self._draft_id, making.reference
        self._taking += 1

        def named(taken: tuple[str, ChangeSet]) -> None:
            name, changes = taken
            self._taking -= 1
            self._previews[name] = prepared.preview
            self._named(reference, name)
            self._around.publish(changes)
            self._finish()

        def refused(error: FieldappError) -> None:
            self._taking -= 1
            self._failed(reference, error)
            self._finish()

        self._around.tasks.run(
            lambda: forms.attach(context, draft_id, prepared.content, prepared.mime), named, refused
        )

    def _finish(self) -> None:
        if self._when_closed is not None and not self._taking:
            done, self._when_closed = self._when_closed, lambda: None
            done()

    def _on_failed(self, serial: int, error: FieldappError) -> None:
        making = self._making.pop(serial, None)
        if making is not None:
            self._failed(making.reference, error)


def _prepare(attachment: Attachment, stamp: PhotoStamp, limits: PhotoLimits) -> Prepared:
    if isinstance(attachment, Drawing):
        return Prepared(attachment.png, "image/png", attachment.png)
    if isinstance(attachment, Path):
        return Prepared(_read(attachment), _MIMES.get(attachment.suffix.casefold(), _OTHER_MIME))
    photo = attachment(stamp, limits)
    return Prepared(photo.content, "image/jpeg", photo.thumbnail)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise RuleError("attachment_too_large", limit_mb=MOST_FILE_BYTES // 1_000_000)
        return path.read_bytes()
    except OSError as error:
        raise RuleError("attachment_unreadable") from error
