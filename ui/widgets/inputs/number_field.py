"""Number editor: typed in any usual way, or tapped on a keypad in the page. Layer 5."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import Theme, set_flag
from ui.widgets.buttons import IconButton
from ui.widgets.inputs.editor import Editor, text_of
from ui.widgets.inputs.keypad import BACK, DONE, Keypad
from ui.widgets.inputs.number_text import grouped, parse_number
from ui.widgets.inputs.popups import open_popup
from ui.widgets.inputs.text_field import Line


class NumberField(Editor):
    """A number as plain text ("12", "-3.5"), "" when unanswered; digits stay what they are, not floats.

    `changed` follows each edit that is a number. What cannot be read stays in the line; when the line is
    left, `problem` says what to do and the value is "".

    Attributes:
        keypad: made when it is first opened; a cell of a table has none, it opens one over the page.

    Args:
        decimals: whether there may be digits after the point.
        negative: whether the keypad offers a minus (typing one is always read).
        separated: show a comma at each thousand when the line is left.
    """

    def __init__(
        self,
        *,
        decimals: bool = False,
        negative: bool = True,
        separated: bool = False,
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._decimals, self._negative, self._separated = decimals, negative, separated
        self.keypad: Keypad | None = None
        self._value = self._committed = ""
        self.line = Line()
        self.line.setPlaceholderText(placeholder)
        hints = Qt.InputMethodHint.ImhFormattedNumbersOnly if decimals else Qt.InputMethodHint.ImhDigitsOnly
        self.line.setInputMethodHints(hints)
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_finished)
        self.open_button = IconButton("keyboard", self.tr("数字键盘"))
        self.open_button.clicked.connect(self._on_open)
        self._narrow = False
        self._popup: QFrame | None = None
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(self.line)
        self._row.addWidget(self.open_button)
        self._row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(self._row)
        self.setFocusProxy(self.line)
        look.follow(self, self._restyle)

    def value(self) -> str:
        """The number as plain text; "" when unanswered or not readable."""
        return self._value

    def set_value(self, value: object) -> None:
        text = text_of(value)
        self._value = self._committed = text
        if parse_number(self.line.text(), decimals=self._decimals) != text:
            self.line.setText(self._written(text))

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.line, "invalid", invalid)

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)
        self.open_button.setVisible(not read_only)
        if read_only:
            self._fold()

    def set_narrow(self) -> None:
        self._narrow = True
        self._row.setStretch(0, 1)
        self._row.takeAt(2)
        self._restyle(look.current())

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.open_button.setAccessibleName(self.tr("{0} 数字键盘").format(name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape folds the keypad."""
        if event.key() == Qt.Key.Key_Escape and self.keypad is not None and self.keypad.isVisible():
            self._fold()
        else:
            super().keyPressEvent(event)

    def _on_open(self) -> None:
        self.line.setFocus()
        if self._narrow:
            self._popup = open_popup(self, self._make_keypad(), self.tr("数字键盘"))
        elif self.keypad is None:  # a page of numbers is not to pay for keypads nobody asks for
            self.keypad = self._make_keypad()
            self._column.addWidget(self.keypad)
            self.keypad.show()
        else:
            self.keypad.setVisible(self.keypad.isHidden())

    def _make_keypad(self) -> Keypad:
        keypad = Keypad(decimals=self._decimals, negative=self._negative)
        keypad.pressed.connect(self._on_key)
        return keypad

    def _fold(self) -> None:
        popup, self._popup = self._popup, None
        if popup is not None and shiboken6.isValid(popup):
            popup.close()
        if self.keypad is not None:
            self.keypad.hide()

    def _on_key(self, key: str) -> None:
        if key == DONE:
            self._fold()
            self._on_finished()
            return
        if key == BACK:
            self.line.backspace()
        elif key == "-":
            text = self.line.text()
            self.line.setText(text.removeprefix("-") if text.startswith("-") else f"-{text}")
        else:
            self.line.insert(key)
        self._on_edited(self.line.text())

    def _on_edited(self, text: str) -> None:
        if self.line.composing:
            return
        read = "" if not text.strip() else parse_number(text, decimals=self._decimals)
        if read is not None:
            self._take(read)

    def _on_finished(self) -> None:
        text = self.line.text().strip()
        if self.line.composing:
            return
        read = "" if not text else parse_number(text, decimals=self._decimals)
        if read is None:
            self._take("")
            self.set_invalid(True)
            self.problem.emit(self._sentence(text))
        else:
            self.line.setText(self._written(read))
            self._take(read)
        if self._value != self._committed:
            self._committed = self._value
            self.committed.emit(self._value)

    def _sentence(self, text: str) -> str:
        if not self._decimals and parse_number(text, decimals=True) is not None:
            return self.tr("请填整数，不要小数")
        return self.tr("请只填数字")

    def _take(self, number: str) -> None:
        self.problem.emit("")
        if number != self._value:
            self._value = number
            self.changed.emit(number)

    def _written(self, number: str) -> str:
        return grouped(number) if self._separated and number else number

    def _restyle(self, theme: Theme) -> None:
        if self._narrow:
            self.line.setMinimumWidth(theme.px(66))
            self.line.setMaximumWidth(16_777_215)
        else:
            self.line.setFixedWidth(theme.px(190))
