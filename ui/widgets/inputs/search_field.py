"""The search box: reports what is looked for after a short pause. Layer 5."""

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import StatusKind, Theme
from ui.widgets.buttons import IconButton
from ui.widgets.card import IconMark
from ui.widgets.inputs.text_field import Line

PAUSE_MS: Final = 100


class SearchField(QWidget):
    """Icon, line and a full-size clear button.

    Signals:
        searched(text): 100 ms after the last change; Enter and clearing report at once.
        left_downwards(): the Down key, to go into the results.

    It takes the focus by tap, Tab or Ctrl+F only, so a tablet keyboard does not pop up by itself.
    """

    searched = Signal(str)
    left_downwards = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = Line()
        self.line.setProperty("seat", "search")
        self.set_placeholder(placeholder)
        self.line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = IconMark("search", tone=StatusKind.MUTE, side=20, parent=self.line)
        self._clear = IconButton("x", self.tr("清除搜索"), self.line)
        self._clear.hide()
        self._clear.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._report)
        self._reported = ""
        self.line.textChanged.connect(self._on_text_changed)
        self.line.returnPressed.connect(self._report)
        look.follow(self, self._restyle)

    def set_placeholder(self, placeholder: str) -> None:
        """Say what can be looked for here."""
        self.line.setPlaceholderText(placeholder)
        self.line.setAccessibleName(placeholder)

    def text(self) -> str:
        """What is looked for."""
        return self.line.text()

    def clear(self) -> None:
        """Empty the box and report it."""
        self.line.clear()
        self._report()
        self.line.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(look.current().px(300), look.current().target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes to the results, Escape empties a filled box."""
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _on_text_changed(self) -> None:
        self._clear.setVisible(bool(self.text()))
        self._timer.start()

    def _report(self) -> None:
        self._timer.stop()
        if self.text() != self._reported:
            self._reported = self.text()
            self.searched.emit(self._reported)

    def _restyle(self, theme: Theme) -> None:
        self._icon.resize(self._icon.sizeHint())
        self._clear.resize(self._clear.sizeHint())
        self.line.setTextMargins(theme.px(20) + 12, 0, theme.target - 12, 0)
        self._place()

    def _place(self) -> None:
        self._icon.move(13, (self.height() - self._icon.height()) // 2)
        self._clear.move(self.line.width() - self._clear.width(), 0)
