"""Answers that are read from a bar code or QR code. Layer 5."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.forms.world import FormWorld
from ui.widgets.buttons import Button
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.text_field import InputKind, TextField

if TYPE_CHECKING:
    from ui.camera.code_panel import CodePanel


class ScanAnswer(Editor):
    """The text of a code: by camera, from a scanner (which types as a keyboard does), or typed."""

    def __init__(self, world: FormWorld, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._world = world
        self._panel: CodePanel | None = None
        self.field = TextField(InputKind.TEXT, placeholder=self.tr("扫码枪可直接扫入"))
        self.field.changed.connect(self.changed)
        self.field.committed.connect(self.committed)
        self.scan = Button(self.tr("用摄像头扫"), icon="qr-code")
        self.scan.clicked.connect(self.open_camera)
        self._slot = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.scan)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(self._slot)
        self.setFocusProxy(self.field)

    def value(self) -> str:
        """The text."""
        return self.field.value()

    def set_value(self, value: object) -> None:
        self.field.set_value(value)

    def set_invalid(self, invalid: bool) -> None:
        self.field.set_invalid(invalid)

    def set_read_only(self, read_only: bool) -> None:
        self.field.set_read_only(read_only)
        self.scan.setVisible(not read_only)
        if read_only:
            self.shut()

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.field.describe(name, description)
        self.scan.setAccessibleName(f"{name} {self.scan.text()}")

    def open_camera(self) -> None:
        """Put a scanner into the page."""
        from ui.camera.code_panel import CodePanel
        from ui.camera.codes import CodeKind

        self.shut()
        panel = CodePanel(self._world.cameras, CodeKind.ANY, self.tr("把条码或二维码放进框里。"))
        panel.scanned.connect(self._on_scanned)
        panel.closed.connect(self.shut)
        self._slot.addWidget(panel)
        self._panel = panel

    def shut(self) -> None:
        """Let go of the camera."""
        panel, self._panel = self._panel, None
        if panel is not None:
            panel.shut()
            panel.hide()
            panel.deleteLater()

    def _on_scanned(self, text: str) -> None:
        self.shut()
        self.field.set_value(text)
        self.changed.emit(text)
        self.committed.emit(text)
