"""A keypad of big digits for fingers, in the page below a number. Layer 5."""

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import Theme
from ui.widgets.buttons import Button, ButtonKind

BACK: Final = "\b"
DONE: Final = "\r"


class Keypad(QWidget):
    """Signals: pressed(key): a digit, ".", "-", BACK or DONE. It never takes the focus from the line."""

    pressed = Signal(str)

    def __init__(self, *, decimals: bool, negative: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: dict[str, Button] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for at, digit in enumerate("789456123"):
            grid.addWidget(self._key(digit, digit, digit), at // 3, at % 3)
        grid.addWidget(self._key("0", "0", "0"), 3, 0)
        if decimals:
            grid.addWidget(self._key(".", ".", self.tr("小数点")), 3, 1)
        if negative:
            grid.addWidget(self._key("-", "−", self.tr("负号")), 3, 2)
        back = self._key(BACK, "", self.tr("删一位"))
        back.set_icon("chevron-left")
        back.setAutoRepeat(True)
        done = self._key(DONE, self.tr("完成"), self.tr("完成输入"))
        grid.addWidget(back, 0, 3)
        grid.addWidget(done, 1, 3, 3, 1)
        done.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("数字键盘"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def _key(self, key: str, words: str, name: str) -> Button:
        button = Button(words, ButtonKind.SECONDARY)
        button.setAccessibleName(name)
        # Fingers only: with a keyboard the line itself is typed into.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setProperty("seat", "step")
        button.clicked.connect(partial(self._on_key, key))
        self.keys[key] = button
        return button

    def _on_key(self, key: str) -> None:
        self.pressed.emit(key)

    def _restyle(self, theme: Theme) -> None:
        side = QSize(theme.target + 24, theme.target)
        for key, button in self.keys.items():
            if key == DONE:
                button.setMinimumWidth(side.width())
            else:
                button.setFixedSize(side)
