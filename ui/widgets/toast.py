"""Toasts: what was just done, for six seconds; for twelve where it can be taken back. Layer 5."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import RADIUS_CARD, TextRole, Theme
from ui.widgets import painting
from ui.widgets.labels import Text

DURATION_MS: Final = 6000


@dataclass(frozen=True, slots=True)
class _Message:
    text: str
    action: str
    on_action: Callable[[], None] | None


class _ToastAction(QPushButton):
    """The action in a toast: painted, because its ground is the toast's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        font = theme.font(TextRole.STRONG)
        painting.elided(painter, self.rect(), self.text(), font, theme.colors.toast_action, painting.CENTER)
        if self.hasFocus():
            box = QRectF(self.rect())
            painting.frame(painter, box, 8, fill=None, line=theme.colors.toast_action, width=2)
        painter.end()


class ToastHost(QWidget):
    """Shows toasts one after the other at the foot of `parent`, and says them to screen readers.

    Invariants: a message is shown for `duration_ms`, twice as long where there is something to press, longer
    while the mouse is on it; the undo of a message can run once, and only while that message is shown.
    Messages wait their turn in a queue.
    """

    def __init__(self, parent: QWidget, *, duration_ms: int = DURATION_MS, bottom: int = 24) -> None:
        super().__init__(parent)
        self._queue: deque[_Message] = deque()
        self._shown: _Message | None = None
        self._duration_ms = duration_ms
        self._bottom = bottom
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(20, 4, 8, 4)
        row.setSpacing(16)
        self._text = Text("", TextRole.BODY, tone="toast", wrap=True)
        row.addWidget(self._text, 1)
        self._action = _ToastAction(self)
        self._action.clicked.connect(self._on_action)
        row.addWidget(self._action)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)
        parent.installEventFilter(self)
        self.hide()
        look.follow(self, self._restyle)

    def post(self, text: str, *, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Show a message, or queue it behind those not yet read.

        Args:
            action: label of the button; left out it is 撤销 when `on_action` is given.
            on_action: what the button does (undo). It runs at most once.
        """
        label = action or (self.tr("撤销") if on_action is not None else "")
        self._queue.append(_Message(text, label, on_action))
        if self._shown is None:
            self._next()

    def message(self) -> str:
        """The text on show; "" when there is none."""
        return self._shown.text if self._shown is not None else ""

    def set_bottom(self, pixels: int) -> None:
        """Keep this distance from the lower edge (above a footer or tab bar)."""
        self._bottom = pixels
        self._place()

    def dismiss(self) -> None:
        """Take the message away and go on with the next."""
        self._next()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the parent is resized."""
        if event.type() == QEvent.Type.Resize and self._shown is not None:
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hold the message while somebody points at it."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Let the message go on running out."""
        if self._shown is not None:
            self._timer.start(self._time_for(self._shown))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painting.frame(painter, QRectF(self.rect()), RADIUS_CARD, fill=look.current().colors.toast)
        painter.end()

    def _next(self) -> None:
        self._timer.stop()
        self._shown = self._queue.popleft() if self._queue else None
        if self._shown is None:
            self.hide()
            return
        self._text.setText(self._shown.text)
        self._action.setText(self._shown.action)
        self._action.setAccessibleName(self._shown.action)
        self._action.setVisible(bool(self._shown.action))
        self.setAccessibleName(self._shown.text)
        self._restyle(look.current())
        self.show()
        self.raise_()
        self._timer.start(self._time_for(self._shown))
        announce(self, self._shown.text)

    def _time_for(self, message: _Message) -> int:
        return self._duration_ms * (2 if message.action else 1)

    def _on_action(self) -> None:
        done = self._shown
        self._next()
        if done is not None and done.on_action is not None:
            done.on_action()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        most = min(parent.width() - 32, look.current().px(560))
        margins = self._row.contentsMargins()
        action = self._action.width() + 16 if self._shown is not None and self._shown.action else 0
        around = margins.left() + margins.right() + action
        wanted = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 8 + around
        width = min(most, max(wanted, look.current().px(200)))
        words = painting.wrapped_height(self._text.text(), self._text.font(), width - around)
        height = max(look.current().target, words + 16) + margins.top() + margins.bottom()
        left, top = (parent.width() - width) // 2, parent.height() - height - self._bottom
        self.setGeometry(left, top, width, height)

    def _restyle(self, theme: Theme) -> None:
        text = self._action.text()
        metrics = self._action.fontMetrics()
        width = max(theme.target, metrics.horizontalAdvance(text) + theme.px(32))
        self._action.setFixedSize(width, theme.target)
        self._place()


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say `text` without moving the focus (saved, error, done)."""
    # Loaded here: fields of the first screen shown may speak, and hardly ever have to.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
