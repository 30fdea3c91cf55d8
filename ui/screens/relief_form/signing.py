"""Who received it: kind, reason, witness, what the pen wrote, the fingerprint. No Qt. Layer 5."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fieldapp.domain.errors import StorageError
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.visits import Attestation, Photo, PhotoKind, PhotoOrigin, Signature
from fieldapp.services import visits
from ui.forms.draft_photos import DraftPhotos
from ui.pictures import PictureWork
from ui.ports import Surroundings
from ui.screens.relief_form.lines import Change
from ui.widgets.filling.photos import PhotoView

if TYPE_CHECKING:
    from fieldapp.services.context import Context

_FINGERPRINT: Final = "fingerprint"
_PENS: Final = frozenset({Attestation.SIGNED, Attestation.ILLITERATE_WITNESS})


def stored_strokes(context: "Context", signature: Signature | None) -> str:
    """What the pen wrote, where it is on this device; "" for nothing. Reads the disk."""
    if signature is None or not signature.strokes_sha256:
        return ""
    try:
        return visits.photo(context, signature.strokes_sha256).decode()
    except StorageError:
        return ""


class ReceiverSignature:
    """Changes the signature of a draft that somebody else owns; `keep` runs before the draft is written."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        draft: Callable[[], ReliefDraft],
        change: Change,
        photos: DraftPhotos,
    ) -> None:
        self._context = surroundings.context
        self._draft = draft
        self._change = change
        self._photos = photos
        self._strokes: dict[str, str] = {}
        self._blobs: dict[str, tuple[bytes, str]] = {}

    def remember(self, signature: Signature | None, strokes: str) -> None:
        """Strokes read from the store, to be shown again."""
        if signature is not None and strokes:
            self._strokes[signature.strokes_sha256] = strokes

    def strokes(self, signature: Signature | None) -> str:
        """What the pen wrote; "" for nothing."""
        return self._strokes.get(signature.strokes_sha256, "") if signature is not None else ""

    def fingerprint(self, signature: Signature | None) -> PhotoView | None:
        """The photo of the fingerprint, kept or being made."""
        coming = self._photos.views((), _FINGERPRINT)
        if coming:
            return coming[0]
        if signature is None or signature.attestation is not Attestation.FINGERPRINT:
            return None
        return self._photos.view(signature.image_sha256) if signature.image_sha256 else None

    def attest(self, kind: Attestation, reason: str = "", witness: str = "") -> None:
        """How the receiver confirms; what was written stays while the kind is one of the pen."""
        before = self._draft().signature
        base = Signature(attestation=kind)
        if before is not None and (before.attestation is kind or {before.attestation, kind} <= _PENS):
            base = before
        limited = {"attestation": kind, "reason": reason[:200], "witness_name": witness[:50]}
        self._change(signature=base.model_copy(update=limited))

    def sign(self, strokes: str, png: bytes) -> None:
        """The pen has written, or everything was taken back (`strokes` is "")."""
        signature = self._draft().signature
        if signature is None or signature.attestation not in _PENS:
            return
        if not strokes:
            self._change(signature=Signature(
                attestation=signature.attestation, witness_name=signature.witness_name
            ))  # fmt: skip
            return
        content = strokes.encode()
        written = self._hold(content, "application/json")
        self._strokes[written] = strokes
        signed = {
            "image_sha256": self._hold(png, "image/png"), "image_size": len(png),
            "strokes_sha256": written, "strokes_size": len(content), "signed_at": self._context.clock(),
        }  # fmt: skip
        self._change(signature=signature.model_copy(update=signed))

    def add_fingerprint(self, work: PictureWork, origin: PhotoOrigin) -> None:
        """Make a photo of the fingerprint on paper."""

        def then(photo: Photo) -> None:
            signature = Signature(
                attestation=Attestation.FINGERPRINT,
                image_sha256=photo.sha256,
                image_size=photo.size,
                signed_at=self._context.clock(),
            )
            self._change(signature=signature)

        self._photos.make(work, origin, PhotoKind.OTHER, _FINGERPRINT, then)

    def keep(self) -> None:
        """Put what was written on the disk, before a draft names it. Runs on the database worker."""
        for content, mime in list(self._blobs.values()):
            visits.keep_blob(self._context, content, mime)

    def _hold(self, content: bytes, mime: str) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self._blobs[sha256] = (content, mime)
        return sha256
