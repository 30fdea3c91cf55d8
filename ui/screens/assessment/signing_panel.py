"""A member signs: the sheet, or a fingerprint taken down as such, and a view that differs. Layer 5."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.screens.assessment.state import MemberState
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.signature_pad import SignaturePad
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout


class SigningPanel(Card):
    """Opens inside the page for one member. Signals: signed(member_id, strokes, png, view), cancelled()."""

    signed = Signal(str, str, object, str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="pen-line", parent=parent)
        self._member_id = ""
        self._explained = Text(
            self.tr("请本人看过答案、得分和措施后签字。签字后不能再改，只能另做一次评估。"),
            tone="soft",
            wrap=True,
        )
        self.pad = SignaturePad()
        self._pad_field = Field(self.tr("本人签字"), self.pad, required=True)
        self.pad.changed.connect(lambda _strokes: self._pad_field.set_error(""))
        self.view = CountedText(500, strict=True, rows=2)
        view_field = Field(
            self.tr("不同意见"), self.view, hint=self.tr("意见与小组不一致时写在这里，签字仍然有效。")
        )
        self.sign = Button(self.tr("确认签字"), ButtonKind.PRIMARY, icon="check")
        self.sign.clicked.connect(self._on_sign)
        cancel = Button(self.tr("取消"))
        cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.sign)
        flow.addWidget(cancel)
        for widget in (self._explained, self._pad_field, view_field, tools):
            self.body.addWidget(widget)

    def ask(self, member: MemberState) -> None:
        """Show the sheet for a member; another member begins empty."""
        if member.id == self._member_id:
            return
        self._member_id = member.id
        self.set_title(self.tr("{0} 签字").format(member.name))
        self.pad.set_value("")
        self.pad.describe(self.tr("{0} 的签名板").format(member.name))
        self.view.set_value("")
        self._pad_field.set_error("")

    def forget(self) -> None:
        """The panel closes."""
        self._member_id = ""
        self.pad.set_value("")

    def set_busy(self, busy: bool) -> None:
        """While the signature is being kept."""
        self.sign.setEnabled(not busy)

    def _on_sign(self) -> None:
        strokes = self.pad.value()
        if not strokes:
            self._pad_field.set_error(self.tr("请先在签名板上签字"))
            return
        self.signed.emit(self._member_id, strokes, self.pad.png(), self.view.value().strip())
