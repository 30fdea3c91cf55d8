"""A month to tap a day in, with cells as large as every other target. Layer 5."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.labels import Text
from ui.widgets.records.day_words import month_words

_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}


def shift_month(day: date, months: int) -> date:
    """The same day some months on, or the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = min(9998, max(1, index // 12)), index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class MonthDays(QWidget):
    """Six weeks of day cells, Monday first. Signals: picked(date), moved(date) when the cursor moves.

    Keyboard: arrows by day and week, PageUp/PageDown by month, Enter picks.
    """

    picked = Signal(object)
    moved = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._cursor = today
        self._chosen: date | None = None
        self._first_allowed = date.min
        self._last_allowed = date.max
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.follow(self, self._restyle)
        self.set_cursor(today)

    def set_limits(self, first: date, last: date) -> None:
        """Days outside are grey and cannot be picked."""
        self._first_allowed, self._last_allowed = first, last
        self.update()

    def set_chosen(self, day: date | None) -> None:
        """Mark the present value and show its month."""
        self._chosen = day
        self.set_cursor(day or self._today)

    def cursor_day(self) -> date:
        """The day the keyboard stands on; its month is the one shown."""
        return self._cursor

    def set_cursor(self, day: date) -> None:
        """Go to a day."""
        self._cursor = day
        self.setAccessibleName(self.tr("{0} 年 {1} 月 {2} 日").format(day.year, day.month, day.day))
        self.moved.emit(day)
        self.update()

    def cell_rect(self, day: date) -> QRectF:
        """Where a day is drawn."""
        index = (day - self._first_shown()).days
        width, height = self._cell()
        return QRectF(index % 7 * width, (index // 7 + 1) * height, width, height)

    def sizeHint(self) -> QSize:
        side = look.current().target
        return QSize(side * 7, side * 7)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = _STEPS.get(Qt.Key(key))
        if step is not None:
            self.set_cursor(self._cursor + timedelta(days=step))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.set_cursor(shift_month(self._cursor, 1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self._cursor)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position())
        if day is not None:
            self._pick(day)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        width, height = self._cell()
        caption, body = theme.font(TextRole.CAPTION), theme.font(TextRole.BODY, tabular=True)
        locale = QLocale()
        for column in range(7):
            name = locale.dayName(column + 1, QLocale.FormatType.NarrowFormat)
            place = QRectF(column * width, 0, width, height).toRect()
            painting.elided(painter, place, name, caption, colors.ink_2, painting.CENTER)
        for offset in range(42):
            day = self._first_shown() + timedelta(days=offset)
            box = self.cell_rect(day).adjusted(2, 2, -2, -2)
            chosen = day == self._chosen
            if chosen:
                painting.frame(painter, box, RADIUS_CONTROL, fill=colors.primary)
            elif day == self._today:
                painting.frame(painter, box, RADIUS_CONTROL, fill=colors.primary_soft)
            ink = colors.on_primary if chosen else colors.ink if self._allowed(day) else colors.ink_3
            if day.month != self._cursor.month and not chosen:
                ink = colors.ink_3
            font = theme.font(TextRole.STRONG, tabular=True) if day == self._today else body
            painting.elided(painter, box.toRect(), str(day.day), font, ink, painting.CENTER)
            if day == self._cursor and self.hasFocus():
                painting.focus_ring(painter, box, RADIUS_CONTROL, theme, on_primary=chosen)
        painter.end()

    def _cell(self) -> tuple[float, float]:
        return self.width() / 7, self.height() / 7

    def _first_shown(self) -> date:
        first = self._cursor.replace(day=1)
        return first - timedelta(days=first.weekday())

    def _day_at(self, point: QPointF) -> date | None:
        width, height = self._cell()
        column, row = int(point.x() // width), int(point.y() // height) - 1
        if not (0 <= column < 7 and 0 <= row < 6):
            return None
        return self._first_shown() + timedelta(days=row * 7 + column)

    def _allowed(self, day: date) -> bool:
        return self._first_allowed <= day <= self._last_allowed

    def _pick(self, day: date) -> None:
        if self._allowed(day):
            self.set_cursor(day)
            self.picked.emit(day)

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class MonthGrid(QWidget):
    """Month with year and month steps and a 今天 button. Signals: picked(date)."""

    picked = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.days = MonthDays(today)
        self._title = Text("")
        self._title.setProperty("role", TextRole.CARD_TITLE.value)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setSpacing(0)
        for icon, name, months in (
            ("chevrons-left", self.tr("上一年"), -12),
            ("chevron-left", self.tr("上个月"), -1),
            ("", "", 0),
            ("chevron-right", self.tr("下个月"), 1),
            ("chevrons-right", self.tr("下一年"), 12),
        ):
            if not months:
                head.addWidget(self._title, 1)
                continue
            button = IconButton(icon, name)
            button.setProperty("months", months)
            button.clicked.connect(self._on_step)
            head.addWidget(button)
        self._go_today = Button(self.tr("今天"), ButtonKind.TEXT)
        self._go_today.clicked.connect(self._on_today)
        foot = QGridLayout()
        foot.addWidget(self._go_today, 0, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.days)
        column.addLayout(foot)
        self.days.picked.connect(self.picked)
        self.days.moved.connect(self._on_moved)
        self._on_moved(today)

    def _on_moved(self, day: date) -> None:
        self._title.setText(month_words(day))

    def _on_step(self) -> None:
        button = self.sender()
        if button is not None:
            self.days.set_cursor(shift_month(self.days.cursor_day(), int(button.property("months"))))

    def _on_today(self) -> None:
        self.days.set_cursor(self._today)
        self.days.setFocus()
