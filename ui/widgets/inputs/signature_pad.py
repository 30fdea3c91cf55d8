"""Signature pad for mouse, finger and pen; keeps strokes with time, not only a picture. Layer 5."""

import time
from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme as look
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.inputs.editor import Editor, text_of
from ui.widgets.inputs.signature_sheet import SignatureSheet
from ui.widgets.inputs.strokes import Signature


class SignaturePad(Editor):
    """Sheet with 撤销一笔 and 重签. Value: the strokes as JSON text, "" when nothing is written.

    Args:
        seconds: a rising clock for the time of the points.
        sketch: it is for a drawing and says so.
    """

    def __init__(
        self,
        *,
        seconds: Callable[[], float] = time.monotonic,
        sketch: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.sheet = SignatureSheet(seconds, sketch=sketch)
        self.sheet.stroked.connect(self._on_change)
        self._undo = Button(self.tr("撤销一笔"), ButtonKind.TEXT, icon="undo-2")
        again = self.tr("重画") if sketch else self.tr("重签")
        self._clear = Button(again, ButtonKind.TEXT, icon="trash-2")
        self._undo.clicked.connect(self._on_undo)
        self._clear.clicked.connect(self._on_clear)
        tools = QHBoxLayout()
        tools.addStretch(1)
        tools.addWidget(self._undo)
        tools.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.sheet)
        column.addLayout(tools)
        self.describe(self.tr("画图") if sketch else self.tr("签名"))
        self._enable()

    def value(self) -> str:
        """Strokes with time as JSON; "" without a stroke."""
        signature = self.sheet.signature()
        return signature.to_json() if signature.strokes else ""

    def set_value(self, value: object) -> None:
        text = text_of(value)
        if text:
            self.sheet.set_signature(Signature.from_json(text))
        else:
            self.sheet.clear()
        self._enable()

    def png(self) -> bytes:
        """The strokes as a PNG with transparent ground, twice the logical size."""
        store = QByteArray()
        buffer = QBuffer(store)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.sheet.image().save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(store.data())

    def svg(self) -> str:
        """The strokes as SVG for printing."""
        return self.sheet.signature().to_svg(look.current().colors.paper_ink)

    def set_invalid(self, invalid: bool) -> None:
        self.sheet.setProperty("invalid", invalid)
        self.sheet.update()

    def set_read_only(self, read_only: bool) -> None:
        self.sheet.read_only = read_only
        self._undo.setVisible(not read_only)
        self._clear.setVisible(not read_only)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.sheet.setAccessibleName(name)
        self.sheet.setAccessibleDescription(description)

    def _on_undo(self) -> None:
        self.sheet.undo()
        self._on_change()

    def _on_clear(self) -> None:
        self.sheet.clear()
        self._on_change()

    def _on_change(self) -> None:
        self._enable()
        self.changed.emit(self.value())
        self.committed.emit(self.value())

    def _enable(self) -> None:
        written = bool(self.sheet.signature().strokes)
        self._undo.setEnabled(written)
        self._clear.setEnabled(written)
