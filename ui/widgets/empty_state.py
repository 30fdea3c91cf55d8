"""What stands where a list has nothing: one true sentence and one next step. Layer 5."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import StatusKind
from ui.widgets.buttons import Button
from ui.widgets.card import IconMark
from ui.widgets.labels import Text


class EmptyState(QWidget):
    """Icon, sentence, and at most one button. Signals: action() when the button is tapped."""

    action = Signal()

    def __init__(
        self, sentence: str, *, icon: str = "inbox", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        self._mark = IconMark(icon, tone=StatusKind.MUTE, side=64)
        column.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        self._sentence = Text(sentence, tone="soft", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        self._button = Button(button)
        self._button.clicked.connect(self.action)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._button.setVisible(bool(button))
        column.addStretch(1)
        self.setAccessibleName(sentence)

    def set_content(self, sentence: str, *, icon: str = "inbox", button: str = "") -> None:
        """Say something else; without `button` there is no next step."""
        self._sentence.setText(sentence)
        self._mark.set_mark(icon, StatusKind.MUTE)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(sentence)
