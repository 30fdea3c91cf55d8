"""A reason picked with one tap, or typed where none fits. Layer 5."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor, text_of
from ui.widgets.inputs.text_field import TextField

_OTHER: Final = "\x00other"


class ReasonChoice(Editor):
    """Usual reasons as buttons, and 其他 with a line to write in. Value: the reason in words, "" for none.

    `changed` follows each edit of the line, so its owner may save it as typing.
    """

    def __init__(
        self, reasons: Sequence[str], *, max_length: int = 200, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._reasons = tuple(reasons)
        choices = [Choice(reason, reason) for reason in self._reasons]
        self._picks = choice_editor([*choices, Choice(_OTHER, self.tr("其他"))], clearable=True)
        self._picks.changed.connect(self._on_picked)
        self._line = TextField(placeholder=self.tr("请写明原因"), max_length=max_length)
        self._line.changed.connect(self._on_typed)
        self._line.committed.connect(self.committed)
        self._line.describe(self.tr("其他原因"))
        self._line.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._picks)
        column.addWidget(self._line)
        self._value = ""

    def value(self) -> str:
        """The reason."""
        return self._value

    def set_value(self, value: object) -> None:
        text = text_of(value)
        if text == self._value:  # 其他 without a word yet stays open
            return
        self._value = text
        other = bool(text) and text not in self._reasons
        self._picks.set_value(_OTHER if other else text or None)
        self._line.set_value(text if other else "")
        self._line.setVisible(other)

    def set_invalid(self, invalid: bool) -> None:
        self._picks.set_invalid(invalid)
        self._line.set_invalid(invalid)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self._picks.describe(name, description)

    def _on_picked(self, picked: object) -> None:
        other = picked == _OTHER
        self._line.setVisible(other)
        if other:
            self._line.setFocus()
        self._value = self._line.value() if other else text_of(picked)
        self.changed.emit(self._value)
        self.committed.emit(self._value)

    def _on_typed(self, text: object) -> None:
        self._value = text_of(text)
        self.changed.emit(self._value)
