"""A number between two ends, set by finger, arrows or − and +. Layer 5."""

from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.inputs.editor import Editor
from ui.widgets.labels import Text

_MOST_TICKS = 20


class _Track(QWidget):
    """The line with its thumb. Signals: moved(place), released(); places are 0…steps."""

    moved = Signal(int)
    released = Signal()

    def __init__(self, steps: int, *, ticks: bool) -> None:
        super().__init__()
        self.steps = max(1, steps)
        self.place: int | None = None
        self._ticks = ticks and steps <= _MOST_TICKS
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(240, look.current().target)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, look.current().target)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows by one step, Page by a tenth, Home and End to the ends."""
        key, tenth = event.key(), max(1, self.steps // 10)
        step = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -tenth, Qt.Key.Key_PageUp: tenth,
            Qt.Key.Key_Home: -self.steps, Qt.Key.Key_End: self.steps,
        }.get(Qt.Key(key))  # fmt: skip
        if step is None:
            super().keyPressEvent(event)
            return
        self.step(step)

    def step(self, by: int) -> None:
        """Move the thumb; the first act sets it to the near end."""
        start = self.place if self.place is not None else (0 if by > 0 else self.steps)
        wanted = start + by if self.place is not None else start
        self.moved.emit(max(0, min(self.steps, wanted)))
        self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        side, middle = self._side(), self.height() / 2
        left, right = side / 2, self.width() - side / 2
        line = QRectF(left, middle - 3, right - left, 6)
        ink = colors.danger.ink if self.property("invalid") else colors.border
        painting.frame(painter, line, 3, fill=colors.sunken, line=ink)
        if self._ticks:
            painter.setPen(QPen(QColor(colors.border), 2))
            for at in range(self.steps + 1):
                tick = round(left + (right - left) * at / self.steps)
                painter.drawLine(tick, round(middle - 9), tick, round(middle - 5))
        if self.place is not None:
            x = left + (right - left) * self.place / self.steps
            painting.frame(painter, QRectF(left, middle - 3, x - left, 6), 3, fill=colors.primary)
            thumb = QRectF(x - side / 2, middle - side / 2, side, side)
            fill = colors.primary if self.isEnabled() else colors.ink_3
            painting.frame(painter, thumb, side / 2, fill=fill, line=colors.surface, width=3)
        if self.hasFocus():
            painting.focus_ring(painter, QRectF(self.rect()), 10, theme)
        painter.end()

    def inset(self) -> int:
        """From the edge to where the line begins."""
        return self._side() // 4

    def _side(self) -> int:
        return look.current().px(30)

    def _go(self, x: float) -> None:
        side = self._side()
        share = (x - side / 2) / max(1, self.width() - side)
        self.moved.emit(max(0, min(self.steps, round(share * self.steps))))

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class RangeSlider(Editor):
    """A Decimal from `start` to `end` in steps, or None (unanswered). No number is suggested beforehand.

    `changed` follows the thumb, `committed` letting go. `start` may be the larger end.
    """

    def __init__(
        self,
        start: Decimal,
        end: Decimal,
        step: Decimal,
        *,
        ticks: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._start = start
        self._step = abs(step) if end >= start else -abs(step)
        self._value: Decimal | None = None
        self._track = _Track(int((end - start) / self._step) if self._step else 1, ticks=ticks)
        self._track.moved.connect(self._on_moved)
        self._track.released.connect(self._on_released)
        self._shown = Text("", TextRole.CARD_TITLE)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._less = Button("", icon="minus")
        self._more = Button("", icon="plus")
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self._less, self._track, self._more):
            row.addWidget(widget)
        for button, sign in ((self._less, -1), (self._more, 1)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoRepeat(True)
            button.setProperty("seat", "step")
            button.setProperty("sign", sign)
            button.clicked.connect(self._on_step)
        ends = QHBoxLayout()
        ends.addWidget(Text(f"{start:f}", TextRole.CAPTION))
        ends.addStretch(1)
        ends.addWidget(Text(f"{self._at(self._track.steps):f}", TextRole.CAPTION))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._shown)
        column.addLayout(row)
        column.addLayout(ends)
        self._ends = ends
        self.setFocusProxy(self._track)
        self.describe(self.tr("数值"))
        look.follow(self, self._restyle)
        self._show()

    def value(self) -> Decimal | None:
        """The number; None when unanswered."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is not None and not isinstance(value, Decimal):
            raise TypeError(f"decimal expected, got {type(value).__name__}")
        self._value = value
        self._show()

    def set_invalid(self, invalid: bool) -> None:
        self._track.setProperty("invalid", invalid)
        self._track.update()

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self._name = name
        self._less.setAccessibleName(self.tr("{0} 减少").format(name))
        self._more.setAccessibleName(self.tr("{0} 增加").format(name))

    def _at(self, place: int) -> Decimal:
        return self._start + place * self._step

    def _on_moved(self, place: int) -> None:
        number = self._at(place)
        if number != self._value:
            self._value = number
            self._show()
            self.changed.emit(number)

    def _on_released(self) -> None:
        self.committed.emit(self._value)

    def _on_step(self) -> None:
        self._track.step(int(self.sender().property("sign")))

    def _show(self) -> None:
        value = self._value
        self._shown.setText(f"{value:f}" if value is not None else self.tr("未填"))
        self._shown.set_tone("" if value is not None else "quiet")
        self._track.place = None
        if value is not None and self._step:
            self._track.place = max(0, min(self._track.steps, round((value - self._start) / self._step)))
        self._track.setAccessibleName(f"{self._name} {self._shown.text()}")
        self._track.update()

    def _restyle(self, theme: Theme) -> None:
        for button in (self._less, self._more):
            button.setFixedSize(QSize(theme.target + 8, theme.target))
        inset = theme.target + 16 + self._track.inset()
        self._ends.setContentsMargins(inset, 0, inset, 0)
