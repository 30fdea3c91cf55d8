"""Text in the roles of the type scale. Layer 5."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.theme import TextRole, set_flag
from ui.widgets import painting

Tone = Literal["", "soft", "quiet", "ok", "warn", "danger", "info", "toast"]


class Text(QLabel):
    """A label of one type step. Plain text only, so nothing typed by people is ever read as markup.

    Args:
        role: step of the type scale.
        tone: colour; "" is ink.
        wrap: break into lines (the width then never forces the window wider).
    """

    def __init__(
        self,
        text: str = "",
        role: TextRole = TextRole.BODY,
        *,
        tone: Tone = "",
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role.value)
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def set_tone(self, tone: Tone) -> None:
        """Change the colour."""
        set_flag(self, "tone", tone)


class ElidedText(Text):
    """One line that is cut with … when the place is narrow; the whole text is the tool tip."""

    def setText(self, text: str) -> None:
        """Set the text and, for readers of the cut line, the tool tip."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Two characters wide: the line gives way before the window does."""
        natural = super().minimumSizeHint()
        return QSize(min(natural.width(), 2 * self.fontMetrics().height()), natural.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, cut to the width."""
        painter = painting.begin(self)
        color = self.palette().color(self.foregroundRole()).name()
        painting.elided(painter, self.contentsRect(), self.text(), self.font(), color, self.alignment())
        painter.end()


class Divider(QFrame):
    """A 1-px line between rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "line")
        self.setFixedHeight(1)
