"""A month of counts, day by day: the more, the deeper the tint; every count is written too. Layer 5."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.charts.chart_table import ChartTable
from ui.widgets.lists.data_table import Column
from ui.widgets.records.day_words import short_day_words

DEPTHS: Final = 4
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}
_DAY: Final = timedelta(days=1)


def depth(value: int, most: int) -> int:
    """How deep a count is tinted among counts up to `most`: 0 for none, else 1 to DEPTHS."""
    return -(-value * DEPTHS // most) if value > 0 else 0


class DayHeat(QWidget):
    """One month as a calendar, Monday first. It counts places, never persons.

    Keyboard: arrows by day and week, Home and End, Enter opens. `table()` gives the same figures.

    Signals: day_opened(date) for a day that has a count.
    """

    day_opened = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._first = date.min
        self._values: tuple[int, ...] = ()
        self._last = date.max
        self._unit = ""
        self._cursor = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        look.follow(self, self._restyle)

    def set_days(self, first: date, values: Sequence[int], *, today: date, unit: str = "") -> None:
        """Show a count for each day of a month from its `first` on; days after `today` stay empty.
        A negative count is a ValueError."""
        if any(value < 0 for value in values):
            raise ValueError("a day's count begins at zero")
        same_month = first == self._first and len(values) == len(self._values)
        self._first, self._values, self._last, self._unit = first, tuple(values), today, unit
        if not same_month:
            self._cursor = 0
        self._describe()
        self.updateGeometry()
        self.update()

    def description(self) -> str:
        """The month in one sentence."""
        if not any(self._values):
            return self.tr("这个月还没有")
        most = max(self._values)
        busiest = short_day_words(self._day(self._values.index(most)))
        return self.tr("共 {0} {unit}，分在 {1} 天；最多的一天是 {2}，{3} {unit}").format(
            f"{sum(self._values):,}", sum(map(bool, self._values)), busiest, f"{most:,}", unit=self._unit
        )

    def table(self) -> ChartTable:
        """The days that have a count."""
        columns = (Column(self.tr("日期"), opens=True), Column(self._unit or self.tr("数量"), numeric=True))
        rows = [(short_day_words(self._day(i)), value) for i, value in enumerate(self._values) if value]
        return ChartTable(columns, tuple(rows))

    def cell_rect(self, day: date) -> QRectF:
        """Where a day is drawn."""
        place = (day - self._first).days + self._first.weekday()
        width, height, head = self.width() / 7, self._cell_height(), self._head_height()
        return QRectF(place % 7 * width, head + place // 7 * height, width, height)

    def sizeHint(self) -> QSize:
        weeks = -(-(len(self._values) + self._first.weekday()) // 7)
        return QSize(look.current().px(420), self._head_height() + max(1, weeks) * self._cell_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(look.current().px(260), self.sizeHint().height())

    # --- keyboard and touch -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        last = len(self._values) - 1
        moves = {Qt.Key.Key_Home: -self._cursor, Qt.Key.Key_End: last - self._cursor} | _STEPS
        if key in moves and last >= 0:
            self._cursor = min(last, max(0, self._cursor + moves[key]))
            self._describe()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self._cursor)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._open(self._index_at(event.position()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._describe()

    def _open(self, index: int) -> None:
        if 0 <= index < len(self._values) and self._values[index]:
            self._cursor = index
            self._describe()
            self.day_opened.emit(self._day(index))

    def _index_at(self, point: QPointF) -> int:
        column = int(point.x() // (self.width() / 7))
        row = int((point.y() - self._head_height()) // self._cell_height())
        return row * 7 + column - self._first.weekday() if row >= 0 else -1

    def _day(self, index: int) -> date:
        return self._first + index * _DAY

    def _describe(self) -> None:
        sentences = [self.description()]
        if self._values:
            day, value = short_day_words(self._day(self._cursor)), self._values[self._cursor]
            sentences.append(f"{day} {value:,} {self._unit}")
        self.setAccessibleDescription(self.tr("；").join(sentences))

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        caption, locale = theme.font(TextRole.CAPTION), QLocale()
        for column in range(7):
            name = locale.dayName(column + 1, QLocale.FormatType.NarrowFormat)
            place = QRectF(column * self.width() / 7, 0, self.width() / 7, self._head_height()).toRect()
            painting.elided(painter, place, name, caption, theme.colors.ink_2, painting.CENTER)
        most = max(self._values, default=0)
        for index, value in enumerate(self._values):
            self._paint_day(painter, index, depth(value, most), theme)
        painter.end()

    def _paint_day(self, painter: QPainter, index: int, tint: int, theme: Theme) -> None:
        colors, day, value = theme.colors, self._day(index), self._values[index]
        box = self.cell_rect(day).adjusted(2, 2, -2, -2)
        ahead = day > self._last
        fill = None if ahead else mixed(colors.sunken, colors.bar_past, tint / DEPTHS)
        painting.frame(painter, box, RADIUS_CONTROL, fill=fill, line=colors.line if ahead else None)
        caption = theme.font(TextRole.CAPTION, tabular=True)
        strong = theme.font(TextRole.STRONG, tabular=True)
        inner = box.adjusted(6, 3, -6, -3)
        tall = QFontMetrics(caption).height()
        ink = colors.ink_2 if ahead or not tint else colors.ink
        top = QRectF(inner.left(), inner.top(), inner.width(), tall).toRect()
        painting.elided(painter, top, str(day.day), caption, ink)
        if value:
            rest = QRectF(inner.left(), inner.top() + tall, inner.width(), inner.height() - tall).toRect()
            painting.elided(painter, rest, f"{value:,}", strong, colors.ink, painting.RIGHT)
        if index == self._cursor and self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)

    def _head_height(self) -> int:
        return QFontMetrics(look.current().font(TextRole.CAPTION)).height() + 8

    def _cell_height(self) -> int:
        theme = look.current()
        words = sum(QFontMetrics(theme.font(role)).height() for role in (TextRole.CAPTION, TextRole.STRONG))
        return max(theme.target, words + 10)

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


def mixed(ground: str, color: str, share: float) -> str:
    """So much of a colour over a ground."""
    under, over = QColor(ground), QColor(color)
    parts = zip(under.getRgb()[:3], over.getRgb()[:3], strict=True)  # type: ignore[index]  # the stub says object
    return QColor(*(round(a + (b - a) * share) for a, b in parts)).name()
