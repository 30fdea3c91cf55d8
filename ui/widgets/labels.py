"""Text in the roles of the type scale. Layer 5."""

from typing import Final, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.theme import TextRole, set_flag
from ui.widgets import painting

_MOST_LINES: Final = 3
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


class FewLines(Text):
    """One line, or up to three where the place is narrow, cut with … only then; the whole text is the tool
    tip.

    It may be as narrow as ElidedText, and is as tall as the lines it takes.
    """

    def __init__(self, text: str = "", role: TextRole = TextRole.BODY, parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent=parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        """Set the text and, for readers of the cut lines, the tool tip."""
        super().setText(text)
        self.setToolTip(text)

    def lines(self, width: int) -> list[str]:
        """The text as it stands in a width; only the third line may be cut."""
        metrics = self.fontMetrics()
        rest = self.text()
        found: list[str] = []
        while metrics.horizontalAdvance(rest) > width and len(found) < _MOST_LINES - 1:
            end = self._break(rest, width)
            found.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
        return [*found, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]

    def _break(self, text: str, width: int) -> int:
        """Where the first line ends."""
        layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(max(1, width))
        end = line.textLength()
        layout.endLayout()
        return max(1, end)

    def sizeHint(self) -> QSize:
        """The whole text on one line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Two characters wide: the lines give way before the window does."""
        height = self.fontMetrics().height()
        return QSize(min(self.sizeHint().width(), 2 * height), height)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return len(self.lines(width)) * self.fontMetrics().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, in the middle of the height."""
        painter = painting.begin(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        step, lines = self.fontMetrics().height(), self.lines(self.width())
        top = (self.height() - step * len(lines)) // 2
        for at, line in enumerate(lines):
            painter.drawText(0, top + at * step, self.width(), step, painting.LEFT, line)
        painter.end()


class Divider(QFrame):
    """A 1-px line between rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "line")
        self.setFixedHeight(1)
