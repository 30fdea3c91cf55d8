"""Bars over time: from zero, the last period solid, a dashed plan line. Layer 5."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets import painting
from ui.widgets.charts.chart_table import ChartTable
from ui.widgets.lists.data_table import Column

MOST_BARS: Final = 12
_LINES = 4


def axis_step(top: float) -> int:
    """A round distance between the four grid lines so that they reach `top`."""
    least = max(1.0, top / _LINES)
    power: float = 10.0 ** floor(log10(least))
    return next(ceil(m * power) for m in (1, 2, 2.5, 4, 5, 10) if ceil(m * power) >= least)


class BarChart(QWidget):
    """At most 12 bars. `table()` gives the same figures for 看表格; screen readers get a description."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._labels: tuple[str, ...] = ()
        self._values: tuple[float, ...] = ()
        self._plan: float | None = None
        self._unit = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        look.follow(self, self._restyle)

    def set_bars(
        self, labels: Sequence[str], values: Sequence[float], *, plan: float | None = None, unit: str = ""
    ) -> None:
        """Show these values, oldest first; more than 12, or a negative one, is a ValueError."""
        if len(labels) != len(values) or len(values) > MOST_BARS or any(value < 0 for value in values):
            raise ValueError("a bar chart takes up to 12 values from zero upwards, each with a label")
        self._labels, self._values = tuple(labels), tuple(values)
        self._plan, self._unit = plan, unit
        self.setAccessibleDescription(self.description())
        self.update()

    def description(self) -> str:
        """The chart in one sentence."""
        if not self._values:
            return self.tr("暂无数据")
        most = self._values.index(max(self._values))
        least = self._values.index(min(self._values))
        words = self.tr(
            "{first} 至 {last}，最近 {now}{unit}，最高 {most}（{most_at}），最低 {least}（{least_at}）"
        ).format(
            first=self._labels[0],
            last=self._labels[-1],
            now=_number(self._values[-1]),
            unit=self._unit,
            most=_number(self._values[most]),
            most_at=self._labels[most],
            least=_number(self._values[least]),
            least_at=self._labels[least],
        )
        if self._plan is not None:
            words += self.tr("，计划 {0}").format(_number(self._plan))
        return words

    def table(self) -> ChartTable:
        """The figures as a table."""
        columns = [Column(self.tr("时段")), Column(self._unit or self.tr("数量"), numeric=True)]
        rows: list[tuple[str | float, ...]] = list(zip(self._labels, self._values, strict=True))
        if self._plan is not None:
            columns.append(Column(self.tr("计划"), numeric=True))
            rows = [(*row, self._plan) for row in rows]
        return ChartTable(tuple(columns), tuple(rows))

    def sizeHint(self) -> QSize:
        return QSize(480, look.current().px(230))

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(theme.px(240), theme.px(230))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        caption = theme.font(TextRole.CAPTION, tabular=True)
        if not self._values:
            words = self.tr("暂无数据")
            painting.elided(painter, self.rect(), words, caption, theme.colors.ink_3, painting.CENTER)
            painter.end()
            return
        metrics = QFontMetrics(caption)
        step = axis_step(max(*self._values, self._plan or 0, 1))
        left = metrics.horizontalAdvance(f"{step * _LINES:,}") + 10
        plot = QRectF(self.rect()).adjusted(left, metrics.height() + 4, -2, -metrics.height() - 8)
        self._paint_grid(painter, plot, step, theme)
        self._paint_bars(painter, plot, step * _LINES, theme)
        if self._plan is not None:
            y = plot.bottom() - plot.height() * self._plan / (step * _LINES)
            pen = QPen(QColor(theme.colors.accent), 2)
            pen.setDashPattern([4, 2.5])
            painter.setPen(pen)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.end()

    def _paint_grid(self, painter: QPainter, plot: QRectF, step: int, theme: Theme) -> None:
        font = theme.font(TextRole.CAPTION, tabular=True)
        height = QFontMetrics(font).height()
        for i in range(_LINES + 1):
            y = round(plot.bottom() - plot.height() * i / _LINES) + 0.5
            painter.setPen(QPen(QColor(theme.colors.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            place = QRect(0, round(y - height / 2), round(plot.left()) - 8, height)
            painting.elided(painter, place, f"{step * i:,}", font, theme.colors.ink_2, painting.RIGHT)

    def _paint_bars(self, painter: QPainter, plot: QRectF, top: float, theme: Theme) -> None:
        colors = theme.colors
        font = theme.font(TextRole.CAPTION, tabular=True)
        metrics = QFontMetrics(font)
        slot = plot.width() / len(self._values)
        # With large text only every second or third label has room; the last one always shows.
        widest = max(metrics.horizontalAdvance(label) for label in self._labels) + 6
        every = max(1, ceil(widest / slot))
        last = len(self._values) - 1
        for i, (label, value) in enumerate(zip(self._labels, self._values, strict=True)):
            middle = plot.left() + slot * (i + 0.5)
            height = plot.height() * value / top
            bar = QRectF(middle - slot * 0.3, plot.bottom() - height, slot * 0.6, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.primary if i == last else colors.bar_past))
            painter.drawRoundedRect(bar, 3, 3)
            if (last - i) % every == 0:
                half = metrics.horizontalAdvance(label) / 2 + 2
                place = QRectF(middle - half, plot.bottom() + 6, 2 * half, metrics.height()).toRect()
                painting.elided(painter, place, label, font, colors.ink_2, painting.CENTER)
            if i == last:
                strong = theme.font(TextRole.STRONG, tabular=True)
                words = _number(value)
                width = QFontMetrics(strong).horizontalAdvance(words) + 4
                x = min(middle - width / 2, self.width() - width)
                tall = QFontMetrics(strong).height()
                place = QRectF(x, max(0.0, bar.top() - tall), width, tall).toRect()
                painting.elided(painter, place, words, strong, colors.ink, painting.CENTER)

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class ChartLegend(QWidget):
    """The key of a bar chart: past bars, last bar, plan line."""

    def __init__(self, actual: str, plan: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actual, self._plan = actual, plan
        self.setAccessibleName(f"{actual} {plan}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        theme = look.current()
        return QSize(theme.px(200), QFontMetrics(theme.font(TextRole.CAPTION)).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        font = theme.font(TextRole.CAPTION)
        painter = painting.begin(self)
        side = theme.px(12)
        top = (self.height() - side) / 2
        painting.frame(painter, QRectF(0, top, side, side), 2, fill=colors.primary)
        place = self.rect().adjusted(side + 6, 0, 0, 0)
        used = painting.elided(painter, place, self._actual, font, colors.ink_2)
        if self._plan:
            left = side + 6 + used + 20
            pen = QPen(QColor(colors.accent), 2)
            pen.setDashPattern([4, 2.5])
            painter.setPen(pen)
            middle = self.height() / 2
            painter.drawLine(QPointF(left, middle), QPointF(left + theme.px(26), middle))
            place = self.rect().adjusted(left + theme.px(26) + 6, 0, 0, 0)
            painting.elided(painter, place, self._plan, font, colors.ink_2)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
