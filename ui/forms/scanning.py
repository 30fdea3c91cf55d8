"""Answers that are read from a bar code or QR code. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.forms.world import FormWorld
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.text_field import InputKind, TextField


class ScanAnswer(Editor):
    """The text of a code: typed, or from a scanner, which types as a keyboard does."""

    def __init__(self, world: FormWorld, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._world = world
        self.field = TextField(InputKind.TEXT, placeholder=self.tr("扫码枪可直接扫入"))
        self.field.changed.connect(self.changed)
        self.field.committed.connect(self.committed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.field)
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

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.field.describe(name, description)
