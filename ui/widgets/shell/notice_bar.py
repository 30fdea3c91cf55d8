"""One line of news above the pages, with a way to it and a way to be rid of it. Layer 5."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme as look
from ui.theme import StatusKind, Theme
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import IconMark
from ui.widgets.labels import Text
from ui.widgets.toast import announce


class NoticeBar(QWidget):
    """Stays until the worker opens or closes it; a screen reader is told when it comes.

    Signals: opened(), closed().
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "notice")
        self._text = Text("", tone="danger", wrap=True)
        self.open = Button("")
        self.open.clicked.connect(self.opened)
        self.close_button = IconButton("x", self.tr("知道了"))
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(IconMark("siren", tone=StatusKind.DANGER))
        row.addWidget(self._text, 1)
        row.addWidget(self.open)
        row.addWidget(self.close_button)
        look.follow(self, self._restyle)

    def say(self, text: str, button: str) -> None:
        """Show these words and what the button does."""
        if text != self._text.text():
            self._text.setText(text)
            self.setAccessibleName(text)
            announce(self, text)
        self.open.setText(button)
        self.open.setVisible(bool(button))

    def words(self) -> str:
        """What it says."""
        return self._text.text()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
