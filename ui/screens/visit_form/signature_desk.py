"""The attestation of a draft: kind, reason, witness, and what the pen wrote. No Qt. Layer 5."""

import hashlib
from collections.abc import Callable
from typing import Final

from fieldapp.domain.records.visits import Attestation, Signature
from ui.ports import Surroundings
from ui.screens.visit_form.draft_keeper import DraftKeeper

_PENS: Final = frozenset({Attestation.SIGNED, Attestation.ILLITERATE_WITNESS})
_NOTHING_WRITTEN: Final[dict[str, object]] = {
    "image_sha256": "",
    "image_size": 0,
    "strokes_sha256": "",
    "strokes_size": 0,
    "signed_at": None,
}


class SignatureDesk:
    """Puts attestations into the draft of a keeper; picture and strokes are kept as blobs before it."""

    def __init__(self, surroundings: Surroundings, keeper: DraftKeeper, changed: Callable[[], None]) -> None:
        self._surroundings = surroundings
        self._keeper = keeper
        self._changed = changed
        self._strokes: dict[str, str] = {}

    def remember(self, strokes_sha256: str, strokes: str) -> None:
        """Strokes read from the store, to be shown again."""
        if strokes:
            self._strokes[strokes_sha256] = strokes

    @property
    def strokes(self) -> str:
        """What the pen wrote in the draft as it stands; "" for nothing."""
        signature = self._keeper.draft.signature
        return self._strokes.get(signature.strokes_sha256, "") if signature is not None else ""

    def attest(self, kind: Attestation, *, reason: str = "", witness: str = "", typing: bool = False) -> None:
        """How the visited person confirms. What was written stays while the kind is one of the pen."""
        draft = self._keeper.draft
        before = draft.signature
        base = Signature(attestation=kind)
        if before is not None and (before.attestation is kind or {before.attestation, kind} <= _PENS):
            base = before
        # Cut, since a draft with a longer text could not be opened again.
        limited = {"attestation": kind, "reason": reason[:200], "witness_name": witness[:50]}
        signature = base.model_copy(update=limited)
        self._keeper.change("signature", draft.model_copy(update={"signature": signature}), typing=typing)
        if not typing:
            self._changed()

    def sign(self, strokes: str, png: bytes) -> None:
        """The pen has written, or everything was taken back (`strokes` is "")."""
        draft = self._keeper.draft
        signature = draft.signature
        if signature is None or signature.attestation not in _PENS:
            return
        written = self._keep(strokes, png) if strokes else _NOTHING_WRITTEN
        signed = signature.model_copy(update=written)
        self._keeper.change("signature", draft.model_copy(update={"signature": signed}))
        self._changed()

    def _keep(self, strokes: str, png: bytes) -> dict[str, object]:
        content = strokes.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        self._keeper.keep(png, "image/png")
        self._keeper.keep(content, "application/json")
        self._strokes[sha256] = strokes
        return {
            "image_sha256": hashlib.sha256(png).hexdigest(),
            "image_size": len(png),
            "strokes_sha256": sha256,
            "strokes_size": len(content),
            "signed_at": self._surroundings.context.clock(),
        }
