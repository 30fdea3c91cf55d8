"""Stepper: a whole number between − and +, which can also be typed. Layer 5."""

import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import Theme, set_flag
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.text_field import Line


class Stepper(Editor):
    """A whole number or None (unanswered). − and + repeat while held; the wheel does nothing.

    Out of range or not a number: `problem` says what to do, `value()` keeps the last sound number.
    """

    def __init__(
        self,
        *,
        minimum: int = 0,
        maximum: int = 999,
        step: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum, self._step = minimum, maximum, step
        self._value: int | None = None
        self._less = Button("", ButtonKind.SECONDARY, icon="minus")
        self._more = Button("", ButtonKind.SECONDARY, icon="plus")
        self.line = Line()
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.line.setPlaceholderText(self.tr("未填"))
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_finished)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button, sign in ((self._less, -1), (self._more, 1)):
            button.setProperty("sign", sign)
            button.setProperty("seat", "step")
            button.setAutoRepeat(True)
            button.setAutoRepeatDelay(450)
            button.setAutoRepeatInterval(90)
            # Tab goes to the number; its Up and Down keys do what the buttons do.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(self._on_step)
        row.addWidget(self._less)
        row.addWidget(self.line)
        row.addWidget(self._more)
        row.addStretch(1)
        self.setFocusProxy(self.line)
        self.describe(self.tr("数量"))
        look.follow(self, self._restyle)
        self._show()

    def value(self) -> int | None:
        """The number; None when unanswered."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise TypeError(f"whole number expected, got {type(value).__name__}")
        self._value = value
        self._show()

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.line, "invalid", invalid)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self._less.setAccessibleName(self.tr("{0} 减少").format(name))
        self._more.setAccessibleName(self.tr("{0} 增加").format(name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down count."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._count(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def _on_step(self) -> None:
        button = self.sender()
        if button is not None:
            self._count(int(button.property("sign")))

    def _count(self, sign: int) -> None:
        if self._value is None:
            wanted = max(self._minimum, min(self._maximum, 0)) if sign < 0 else max(self._minimum, self._step)
        else:
            wanted = self._value + sign * self._step
        self._take(max(self._minimum, min(self._maximum, wanted)))
        self._show()
        self.committed.emit(self._value)

    def _on_edited(self, text: str) -> None:
        plain = "".join(unicodedata.normalize("NFKC", text).split())
        if not plain:
            self.problem.emit("")
            self._take(None)
            return
        number = int(plain) if plain.lstrip("-").isdecimal() and "-" not in plain[1:] else None
        if number is None:
            self.problem.emit(self.tr("请只填数字"))
        elif not self._minimum <= number <= self._maximum:
            self.problem.emit(self.tr("请填 {0}–{1} 之间的数").format(self._minimum, self._maximum))
        else:
            self.problem.emit("")
            self._take(number)

    def _on_finished(self) -> None:
        self.committed.emit(self._value)

    def _take(self, number: int | None) -> None:
        if number != self._value:
            self._value = number
            self.changed.emit(number)
        self._limit()

    def _show(self) -> None:
        self.problem.emit("")
        self.line.setText("" if self._value is None else str(self._value))
        self._limit()

    def _limit(self) -> None:
        self._less.setEnabled(self._value is None or self._value > self._minimum)
        self._more.setEnabled(self._value is None or self._value < self._maximum)

    def _restyle(self, theme: Theme) -> None:
        for button in (self._less, self._more):
            button.setFixedSize(QSize(theme.target + 8, theme.target))
        self.line.setFixedWidth(theme.px(96))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
