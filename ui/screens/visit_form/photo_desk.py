"""The photos of a draft while they are made: stamping aside, keeping, naming, removing. No Qt. Layer 5."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.errors import FieldappError, StorageError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import (
    Attestation,
    Location,
    Photo,
    PhotoKind,
    PhotoOrigin,
    Signature,
    UsedBefore,
)
from fieldapp.services import visits
from fieldapp.services.visit_evidence import used_before
from fieldapp.services.visits import VisitForm
from ui.pictures import PhotoLimits, PhotoStamp, PictureWork, PreparedPhoto
from ui.ports import Surroundings
from ui.screens.visit_form.draft_keeper import DraftKeeper
from ui.screens.visit_form.state import Notice, NoticeKind
from ui.widgets.filling.photos import PhotoView

_USUAL_KINDS: Final = (PhotoKind.DOOR, PhotoKind.PERSON, PhotoKind.HOUSE)
_PATIENCE_SECONDS: Final = 3.0
"""How long leaving the form waits for a picture that is being stamped: longer than any takes."""


@dataclass(slots=True)
class _Making:
    """A picture under way."""

    kind: PhotoKind
    origin: PhotoOrigin
    fingerprint: bool
    ended: threading.Event = field(default_factory=threading.Event)
    kept: "_Kept | None" = None
    taken: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    sha256: str
    thumbnail_sha256: str
    photo: PreparedPhoto
    used: UsedBefore | None


class PhotoDesk:
    """Adds pictures to the draft of a keeper. A blob is on the disk before the draft names it."""

    def __init__(
        self,
        surroundings: Surroundings,
        keeper: DraftKeeper,
        *,
        changed: Callable[[], None],
        notify: Callable[[Notice], None],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._surroundings = surroundings
        self._keeper = keeper
        self._changed = changed
        self._notify = notify
        self._thumbnail = thumbnail
        self._form: VisitForm | None = None
        self._parameters = Parameters()
        self._making: dict[int, _Making] = {}
        self._serial = 0
        self._thumbnails: dict[str, bytes] = {}
        self._asked: set[str] = set()
        self._closed = False

    @property
    def most(self) -> int:
        """How many photos a visit may have."""
        return self._parameters.photos_max

    @property
    def busy(self) -> bool:
        """Whether a picture is still being made."""
        return bool(self._coming())

    def open(self, form: VisitForm, parameters: Parameters) -> None:
        """Know whose photos these are and the county's limits."""
        self._form, self._parameters = form, parameters

    def add(self, work: PictureWork, origin: PhotoOrigin, *, fingerprint: bool = False) -> None:
        """Make a photo of a picture and put it into the draft (as evidence of a fingerprint, if so)."""
        if self._form is None or self._closed:
            return
        waiting = sum(not making.fingerprint for making in self._coming().values())
        if not fingerprint and len(self._keeper.draft.photos) + waiting >= self.most:
            self._notify(Notice(NoticeKind.PHOTOS_FULL, count=self.most))
            return
        self._serial += 1
        serial, stamp = self._serial, self._stamp(self._form)
        making = self._making[serial] = _Making(self._next_kind(), origin, fingerprint)
        p = self._parameters
        limits = PhotoLimits(p.photo_long_side_px, p.photo_quality, p.photo_max_bytes)
        draft = self._keeper.draft

        def make() -> None:
            try:
                making.kept = self._make(work, stamp, limits, draft)
            finally:
                making.ended.set()

        self._changed()
        self._surroundings.tasks.run_aside(
            make, lambda _: self._take(serial), lambda error: self._on_failed(serial, error)
        )

    def remove(self, sha256: str) -> None:
        """Take a photo out of the draft (its blob stays until the clearing up)."""
        draft = self._keeper.draft
        found = [index for index, photo in enumerate(draft.photos) if photo.sha256 == sha256]
        if not found:
            return
        photo, rest = draft.photos[found[0]], tuple(p for p in draft.photos if p.sha256 != sha256)
        self._keeper.change("photos", draft.model_copy(update={"photos": rest}))
        self._notify(Notice(NoticeKind.PHOTO_REMOVED, undo=lambda: self._put_back(photo, found[0])))
        self._changed()

    def _put_back(self, photo: Photo, index: int) -> None:
        """Undo `remove`, whatever happened since."""
        draft = self._keeper.draft
        if all(one.sha256 != photo.sha256 for one in draft.photos):
            photos = (*draft.photos[:index], photo, *draft.photos[index:])
            self._keeper.change("photos", draft.model_copy(update={"photos": photos}))
            self._changed()

    def set_kind(self, sha256: str, kind: PhotoKind) -> None:
        """Say what a photo shows."""
        draft = self._keeper.draft
        photos = tuple(
            photo.model_copy(update={"kind": kind}) if photo.sha256 == sha256 else photo
            for photo in draft.photos
        )
        self._keeper.change("photos", draft.model_copy(update={"photos": photos}))
        self._changed()

    def views(self) -> tuple[PhotoView, ...]:
        """Photos of the draft, then those being made."""
        label = self._surroundings.texts.label
        kept = [
            PhotoView(
                p.sha256,
                p.kind,
                label(p.kind),
                p.watermark,
                self._thumbnail_of(p.sha256),
                similar_day=p.used_before.day if p.used_before is not None else None,
            )
            for p in self._keeper.draft.photos
        ]
        coming = [
            PhotoView(f"making-{serial}", making.kind, label(making.kind), "", b"", making=True)
            for serial, making in self._coming().items()
            if not making.fingerprint
        ]
        return (*kept, *coming)

    def fingerprint_view(self) -> PhotoView | None:
        """The photo of the fingerprint, kept or being made."""
        kind = PhotoKind.OTHER
        if any(making.fingerprint for making in self._coming().values()):
            return PhotoView("making-fingerprint", kind, "", "", b"", making=True)
        signature = self._keeper.draft.signature
        if signature is None or signature.attestation is not Attestation.FINGERPRINT:
            return None
        sha256 = signature.image_sha256
        return PhotoView(sha256, kind, "", "", self._thumbnail_of(sha256)) if sha256 else None

    def close(self) -> None:
        """Take what is still being made into the draft, before the keeper's last save."""
        for serial in list(self._making):
            self._making[serial].ended.wait(_PATIENCE_SECONDS)
            self._take(serial)
        self._closed = True

    def _make(
        self, work: PictureWork, stamp: PhotoStamp, limits: PhotoLimits, draft: VisitDraft
    ) -> _Kept:  # fmt: skip
        """Runs aside."""
        context = self._surroundings.context
        photo = work(stamp, limits)
        sha256 = visits.keep_blob(context, photo.content, "image/jpeg")
        thumbnail_sha256 = visits.keep_blob(context, photo.thumbnail, "image/jpeg")
        used = used_before(context, draft, photo.fingerprint, photo.source_sha256)
        return _Kept(sha256, thumbnail_sha256, photo, used)

    def _coming(self) -> dict[int, _Making]:
        """Pictures that may still arrive; one whose making broke (a bug, reported elsewhere) will not."""
        return {
            serial: making
            for serial, making in self._making.items()
            if making.kept is not None or not making.ended.is_set()
        }

    def _take(self, serial: int) -> None:
        making = self._making.pop(serial, None)
        if making is None or making.kept is None or self._closed:
            return
        kept = making.kept
        self._thumbnails[kept.sha256] = kept.photo.thumbnail
        draft = self._keeper.draft
        if making.fingerprint:
            signature = Signature(
                attestation=Attestation.FINGERPRINT,
                image_sha256=kept.sha256,
                image_size=len(kept.photo.content),
                signed_at=self._surroundings.context.clock(),
            )
            self._keeper.change("signature", draft.model_copy(update={"signature": signature}))
        elif all(photo.sha256 != kept.sha256 for photo in draft.photos):
            photo = _photo(kept, making, draft.location)
            self._keeper.change("photos", draft.model_copy(update={"photos": (*draft.photos, photo)}))
        self._changed()

    def _on_failed(self, serial: int, error: FieldappError) -> None:
        self._making.pop(serial, None)
        self._notify(Notice(NoticeKind.SENTENCE, sentence=self._surroundings.texts.error(error)))
        self._changed()

    def _next_kind(self) -> PhotoKind:
        used = {photo.kind for photo in self._keeper.draft.photos}
        used |= {making.kind for making in self._coming().values() if not making.fingerprint}
        return next((kind for kind in _USUAL_KINDS if kind not in used), PhotoKind.OTHER)

    def _stamp(self, form: VisitForm) -> PhotoStamp:
        place = self._keeper.draft.location or None
        return PhotoStamp(
            at=self._surroundings.context.clock(),
            village=form.village_name,
            worker=form.worker_name,
            household_no=form.household.household_no,
            lat=place.lat if place is not None else None,
            lon=place.lon if place is not None else None,
            accuracy_m=place.accuracy_m if place is not None else None,
        )

    def _thumbnail_of(self, sha256: str) -> bytes:
        """The small picture if it is here; otherwise it is fetched once and shown when it comes."""
        if sha256 in self._thumbnails or sha256 in self._asked or self._closed:
            return self._thumbnails.get(sha256, b"")
        self._asked.add(sha256)
        context = self._surroundings.context

        def take(small: bytes) -> None:
            self._thumbnails[sha256] = small
            self._changed()

        small = next((p.thumbnail_sha256 for p in self._keeper.draft.photos if p.sha256 == sha256), "")

        def read() -> bytes:
            try:
                return visits.photo(context, small)
            except StorageError:
                return self._thumbnail(visits.photo(context, sha256))

        # A photo that is no longer on the device (a correction of an old visit) may have no small picture.
        self._surroundings.tasks.run_aside(read, take, lambda _error: None)
        return self._thumbnails.get(sha256, b"")


def _photo(kept: _Kept, making: _Making, place: Location | None) -> Photo:
    return Photo(
        kind=making.kind,
        sha256=kept.sha256,
        size=len(kept.photo.content),
        width=kept.photo.width,
        height=kept.photo.height,
        taken_at=kept.photo.taken_at,
        origin=making.origin,
        phash=kept.photo.phash,
        fingerprint=kept.photo.fingerprint,
        source_sha256=kept.photo.source_sha256,
        used_before=kept.used,
        thumbnail_sha256=kept.thumbnail_sha256,
        thumbnail_size=len(kept.photo.thumbnail),
        watermark=kept.photo.watermark,
        lat=place.lat if place is not None else None,
        lon=place.lon if place is not None else None,
    )
