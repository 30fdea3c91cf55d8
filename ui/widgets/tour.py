"""A walk over a page: one real thing after the other in the light, with a few words. Layer 5."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from ui import theme as look
from ui.theme import RADIUS_CARD, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.toast import announce

_MARGIN = 16
_ROUND = 6
_DIM = 150  # of 255


@dataclass(frozen=True, slots=True)
class TourStop:
    """What is shown: `find` answers the widget, None where this window does not have it now."""

    find: Callable[[], QWidget | None]
    title: str
    words: str


class Tour(QWidget):
    """Covers `parent` until its last step or until it is left (Esc, 跳过). Enter and → go on, ← goes back;
    the Tab key stays within. Stops whose widget is not to be seen are passed over.

    Signal: left(), when the focus is to go elsewhere: it is about to hide.
    """

    left = Signal()

    def __init__(self, stops: Sequence[TourStop], parent: QWidget) -> None:
        super().__init__(parent)
        self._stops = tuple(stops)
        self._at = -1
        self._over = False
        self._light = QRect()
        self.card = Card()
        self.card.setParent(self)
        self._title = Text("", TextRole.SECTION, wrap=True)
        self._words = Text("", wrap=True)
        self._count = Text("", TextRole.CAPTION)
        self.back = Button(self.tr("上一步"), ButtonKind.TEXT, icon="chevron-left")
        self.back.clicked.connect(lambda: self._go(-1))
        self.on = Button("", ButtonKind.PRIMARY)
        self.on.clicked.connect(lambda: self._go(1))
        self.skip = Button(self.tr("跳过"), ButtonKind.TEXT, icon="x")
        self.skip.clicked.connect(self.leave)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        for button in (self.on, self.back, self.skip):
            flow.addWidget(button)
        for widget in (self._title, self._words, self._count, buttons):
            self.card.body.addWidget(widget)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        look.follow(self, self._restyle)
        self.show()
        self.raise_()
        self._go(1)

    def leave(self) -> None:
        """End it."""
        self._over = True
        self.left.emit()
        self.hide()
        self.deleteLater()

    def words(self) -> str:
        """What is said now."""
        return self._words.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """The window's own Esc and Alt+Left would leave the page below."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() == Qt.Key.Key_Right:
            self._go(1)
        elif event.key() == Qt.Key.Key_Left:
            self._go(-1)

    def focusNextPrevChild(self, next: bool) -> bool:
        shown = [one for one in (self.on, self.back, self.skip) if one.isVisible()]
        if self._over or not shown:  # hiding what has the focus asks for the next
            return super().focusNextPrevChild(next)
        now = QApplication.focusWidget()
        at = shown.index(now) if isinstance(now, Button) and now in shown else -1
        shown[(at + (1 if next else -1)) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        shade.addRoundedRect(QRectF(self._light), RADIUS_CARD, RADIUS_CARD)
        painter.fillPath(shade, QColor(0, 0, 0, _DIM))
        theme = look.current()
        painting.frame(
            painter, QRectF(self._light), RADIUS_CARD, fill=None, line=theme.colors.toast_action, width=3
        )
        painter.end()

    def _go(self, by: int) -> None:
        at = self._at + by
        while 0 <= at < len(self._stops) and self._target(at) is None:
            at += by
        if at >= len(self._stops):
            self.leave()
            return
        if at < 0:
            return
        self._at = at
        stop, target = self._stops[at], self._target(at)
        self._title.setText(stop.title)
        self._words.setText(stop.words)
        self._count.setText(self.tr("第 {0} 步，共 {1} 步").format(at + 1, len(self._stops)))
        last = at == len(self._stops) - 1
        self.on.setText(self.tr("知道了") if last else self.tr("下一步"))
        self.back.setVisible(at > 0)
        self.skip.setVisible(not last)
        if target is not None:
            _bring_into_view(target)
        self._place()
        self.card.setAccessibleName(f"{stop.title} {stop.words}")
        self.on.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{stop.title} {stop.words}")

    def _target(self, at: int) -> QWidget | None:
        widget = self._stops[at].find()
        return widget if widget is not None and widget.isVisible() else None

    def _place(self) -> None:
        target = self._target(self._at) if self._at >= 0 else None
        around, theme = self.parentWidget(), look.current()
        if target is None or around is None:
            return
        part = target.visibleRegion().boundingRect()  # without what is scrolled away
        seen = QRect(target.mapTo(around, part.topLeft()), part.size()) & self.rect()
        self._light = seen.adjusted(-_ROUND, -_ROUND, _ROUND, _ROUND) & self.rect()
        width = min(theme.px(420), self.width() - 2 * _MARGIN)
        self.card.setFixedWidth(width)
        height = self.card.heightForWidth(width) if self.card.hasHeightForWidth() else -1
        height = max(height, self.card.sizeHint().height())
        self.card.setGeometry(QRect(self._spot(width, height), self.card.minimumSize()))
        self.card.resize(width, height)
        self.update()

    def _spot(self, width: int, height: int) -> QPoint:
        """Below the light, above it, right of it, or over it, wherever there is room first."""
        light, room = self._light, self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        left = max(room.left(), min(light.left(), room.right() - width))
        top = max(room.top(), min(light.top(), room.bottom() - height))
        if light.bottom() + _MARGIN + height <= room.bottom():
            return QPoint(left, light.bottom() + _MARGIN)
        if light.top() - _MARGIN - height >= room.top():
            return QPoint(left, light.top() - _MARGIN - height)
        if light.right() + _MARGIN + width <= room.right():
            return QPoint(light.right() + _MARGIN, top)
        return QPoint(left, room.bottom() - height)

    def _restyle(self, theme: Theme) -> None:
        self._place()


def _bring_into_view(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            inner = above.widget()
            if inner is not None and widget.height() > above.viewport().height():
                top = widget.mapTo(inner, QPoint(0, 0)).y()
                above.verticalScrollBar().setValue(top - _MARGIN)  # its beginning, rather than its end
            else:
                above.ensureWidgetVisible(widget, 0, 0)
            return
        above = above.parentWidget()
