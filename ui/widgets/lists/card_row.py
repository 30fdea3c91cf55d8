"""A single card as a widget: the head of a record, short lists on dashboards. Layer 5."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import Theme
from ui.widgets import painting
from ui.widgets.lists.card_model import CardContent
from ui.widgets.lists.card_painter import CardPainter, CardState


class CardRow(QWidget):
    """One card, drawn exactly as in a list.

    Signals: opened(key), action(key).

    Args:
        tappable: whether the card itself (not only its button) can be tapped.
    """

    opened = Signal(str)
    action = Signal(str)

    def __init__(
        self, content: CardContent, *, tappable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._content = content
        self._tappable = tappable
        self._pointer = QPoint(-1, -1)
        self._pressed = False
        self._painter = _painter(content, 800)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.follow(self, self._restyle)
        self.set_content(content)

    def set_content(self, content: CardContent) -> None:
        """Show another card."""
        self._content = content
        active = self._tappable or bool(content.action)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if active else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(content.sentence)
        self.setAccessibleDescription(content.action)
        self._restyle(look.current())

    def action_rect(self) -> QRect:
        """Where the button is; null without one."""
        return self._painter.places(self.rect(), self._content).action

    def sizeHint(self) -> QSize:
        return QSize(480, self._painter.height)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, look.current().target)

    def heightForWidth(self, width: int) -> int:
        return _painter(self._content, width).height

    def resizeEvent(self, event: object) -> None:
        self._painter = _painter(self._content, self.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space taps the button."""
        key = event.key()
        if key == Qt.Key.Key_Space and self._content.action:
            self.action.emit(self._content.key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.button() == Qt.MouseButton.LeftButton
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        began, self._pressed = self._pressed, False
        self.update()
        place = event.position().toPoint()
        if began and self.rect().contains(place):
            if self.action_rect().contains(place):
                self.action.emit(self._content.key)
            else:
                self._open()

    def leaveEvent(self, event: object) -> None:
        self._pointer = QPoint(-1, -1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        on_action = self.action_rect().contains(self._pointer)
        state = CardState(
            hovered=self._tappable and self.rect().contains(self._pointer),
            focused=self.hasFocus(),
            action_hovered=on_action,
            action_pressed=on_action and self._pressed,
        )
        painter = painting.begin(self)
        self._painter.paint(painter, self.rect(), self._content, state)
        painter.end()

    def _open(self) -> None:
        if self._tappable:
            self.opened.emit(self._content.key)
        elif self._content.action:
            self.action.emit(self._content.key)

    def _restyle(self, theme: Theme) -> None:
        width = self.width() if self.isVisible() else 800
        self._painter = _painter(self._content, width)
        self.updateGeometry()
        self.update()


def _painter(content: CardContent, width: int) -> CardPainter:
    return CardPainter(look.current(), width, has_action=bool(content.action), has_right=bool(content.right))
