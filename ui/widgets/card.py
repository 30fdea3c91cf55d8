"""Cards: white rounded frames that group what belongs together. Layer 5."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui import theme as look
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.labels import Text


class IconMark(QWidget):
    """A drawn icon without a function; hidden from screen readers because words stand beside it."""

    def __init__(
        self, name: str, *, tone: StatusKind | None = None, side: int = 24, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._tone = tone
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def set_mark(self, name: str, tone: StatusKind | None) -> None:
        """Change icon and colour; without a tone it is drawn in the primary colour."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        side = look.current().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = look.current().colors
        color = colors.primary if self._tone is None else colors.status(self._tone).ink
        painter = painting.begin(self)
        stroke = icons.LARGE_STROKE if self._side > 48 else icons.STROKE
        icons.paint(painter, self._name, color, 0, 0, self.width(), stroke=stroke)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class Card(QFrame):
    """A white frame with an optional head (icon, title, tools at the right) and a column for contents.

    Use `body` (a QVBoxLayout, gap 12) for contents and `add_tool` for chips or text buttons in the head.
    """

    def __init__(
        self,
        title: str = "",
        *,
        icon: str = "",
        tone: StatusKind | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 16)
        outer.setSpacing(10)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._title = Text(title, TextRole.SECTION, wrap=True)
        if icon:
            self._head.addWidget(IconMark(icon, tone=tone))
        self._head.addWidget(self._title, 1)
        if title:
            self.setAccessibleName(title)
        outer.addLayout(self._head)
        self._title.setVisible(bool(title))  # only now a child: shown before, it would be a window
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        outer.addLayout(self.body)

    def set_title(self, title: str) -> None:
        """Change the head line."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def add_tool(self, widget: QWidget) -> None:
        """Put a chip, caption or text button at the right of the head."""
        self._head.addWidget(widget)
