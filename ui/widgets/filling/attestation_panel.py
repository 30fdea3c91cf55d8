"""How the visited person confirms: pen, fingerprint on paper, witness, refusal, or not needed. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.visits import Attestation, PhotoKind, Signature
from ui.theme import TextRole
from ui.widgets.buttons import Button
from ui.widgets.filling.photo_board import tile_content
from ui.widgets.filling.photos import PhotoView
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.photo_tile import PhotoTile
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.inputs.signature_pad import SignaturePad
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout

_PAUSE_MS = 350
"""After the last stroke; a name of several strokes is then kept once, not at every stroke."""


class AttestationPanel(Editor):
    """Kinds as buttons, and below what the chosen kind asks for.

    Signals:
        attested(kind, reason, witness, typing): kind as its code.
        signed(strokes, png): strokes as JSON ("" = taken back), png as bytes.
        print_camera_asked(), print_file_asked(): a photo of the fingerprint on paper.

    Attributes:
        slot: where the camera panel is put.
    """

    attested = Signal(str, str, str, bool)
    signed = Signal(str, object)
    print_camera_asked = Signal()
    print_file_asked = Signal()

    def __init__(self, kinds: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Attestation | None = None
        self._offered = {kind.value for kind in kinds}
        self.kinds = choice_editor(kinds)
        self.kinds.changed.connect(self._on_kind)
        quick = (self.tr("情况无变化"), self.tr("行动不便"), self.tr("不识字"), self.tr("电话走访"))
        self.not_needed = ReasonChoice(quick)
        self.not_needed.describe(self.tr("无需签字的原因"))
        self._not_needed_head = Text(self.tr("不用签字的，点一个原因："), TextRole.CAPTION)
        refusals = (self.tr("不愿签字"), self.tr("对救助有意见"), self.tr("要等家人回来"))
        self.refused = ReasonChoice(refusals)
        self.refused.describe(self.tr("拒签的原因"))
        self._witness_head = Text(self.tr("见证人姓名"), TextRole.CAPTION)
        self.witness = TextField(max_length=50)
        self.witness.describe(self.tr("见证人姓名"))
        self.pad = SignaturePad()
        self.pad.describe(self.tr("签名板"))
        self.fingerprint = self._build_fingerprint()
        for reasons, kind in (
            (self.not_needed, Attestation.NOT_NEEDED),
            (self.refused, Attestation.REFUSED),
        ):
            reasons.setProperty("attestation", kind.value)
            reasons.changed.connect(self._on_reason)
            reasons.committed.connect(self.committed)
        self.witness.changed.connect(self._on_witness)
        self.witness.committed.connect(self.committed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.finish_signing)
        self.pad.changed.connect(lambda _value: self._pause.start())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        asked = (self.kinds, self._not_needed_head, self.not_needed, self.refused, self._witness_head,
                 self.witness, self.pad, self.fingerprint)  # fmt: skip
        for widget in asked:
            column.addWidget(widget)
        self._arrange()

    def value(self) -> object:
        """Shown by `show_signature`, changed by signals."""
        return None

    def set_value(self, value: object) -> None:
        """See `show_signature`."""

    def set_invalid(self, invalid: bool) -> None:
        self.kinds.set_invalid(invalid and self._kind is None)
        self.pad.set_invalid(invalid)

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.kinds.describe(name, description)

    def show_signature(
        self, signature: Signature | None, strokes: str, fingerprint: PhotoView | None
    ) -> None:
        """Show the attestation as it stands; what is just being written is left alone."""
        self._kind = signature.attestation if signature is not None else None
        self.kinds.set_value(self._kind)
        reason = signature.reason if signature is not None else ""
        self.not_needed.set_value(reason if self._kind is Attestation.NOT_NEEDED else "")
        self.refused.set_value(reason if self._kind is Attestation.REFUSED else "")
        self.witness.set_value(signature.witness_name if signature is not None else "")
        if not self._pause.isActive() and self.pad.value() != strokes:
            self.pad.set_value(strokes)
        self._tile.setVisible(fingerprint is not None)
        if fingerprint is not None:
            self._tile.set_photo(tile_content(fingerprint))
        self._arrange()

    def finish_signing(self) -> None:
        """Hand over what the pen has written, now."""
        self._pause.stop()
        strokes = self.pad.value()
        self.signed.emit(strokes, self.pad.png() if strokes else b"")

    def flush(self) -> None:
        """Before the panel goes: nothing the pen wrote is left behind."""
        if self._pause.isActive():
            self.finish_signing()

    def _build_fingerprint(self) -> QWidget:
        box = QWidget()
        hint = Text(self.tr("请在纸上按印，再把按印处拍下来。"), tone="soft", wrap=True)
        self._tile = PhotoTile(tile_content(PhotoView("", PhotoKind.OTHER, "", "", b"")), removable=False)
        self.print_camera = Button(self.tr("拍按印"), icon="camera")
        self.print_camera.clicked.connect(self.print_camera_asked)
        self.print_file = Button(self.tr("选按印照片"), icon="image-plus")
        self.print_file.clicked.connect(self.print_file_asked)
        row = QWidget()
        flow = FlowLayout(row, gap=8)
        for button in (self.print_camera, self.print_file):
            flow.addWidget(button)
        self.slot = QVBoxLayout()
        tile_row = QHBoxLayout()
        tile_row.addWidget(self._tile)
        tile_row.addStretch(1)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(hint)
        column.addLayout(self.slot)
        column.addLayout(tile_row)
        column.addWidget(row)
        return box

    def _arrange(self) -> None:
        kind = self._kind
        pen = kind in (Attestation.SIGNED, Attestation.ILLITERATE_WITNESS)
        # Before anything is chosen the reasons stand open: most routine visits need one tap only.
        may_be_none = Attestation.NOT_NEEDED in self._offered
        open_reasons = may_be_none and kind in (None, Attestation.NOT_NEEDED)
        self._not_needed_head.setVisible(may_be_none and kind is None)
        self.not_needed.setVisible(open_reasons)
        self.refused.setVisible(kind is Attestation.REFUSED)
        self._witness_head.setVisible(kind is Attestation.ILLITERATE_WITNESS)
        self.witness.setVisible(kind is Attestation.ILLITERATE_WITNESS)
        self.pad.setVisible(pen)
        self.fingerprint.setVisible(kind is Attestation.FINGERPRINT)

    def _on_kind(self, value: object) -> None:
        self.attested.emit(str(value), "", "", False)

    def _on_reason(self, reason: object) -> None:
        # As typing: a pick is followed by `committed`, which has it written at once.
        kind = str(self.sender().property("attestation"))
        self.attested.emit(kind, str(reason), "", True)

    def _on_witness(self, name: object) -> None:
        self.attested.emit(Attestation.ILLITERATE_WITNESS.value, "", str(name), True)
