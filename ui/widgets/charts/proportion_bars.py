"""Shares side by side: how much of what was due is done, place by place. Layer 5."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets import painting
from ui.widgets.charts.chart_table import ChartTable
from ui.widgets.lists.data_table import Column

_GAP = 12


@dataclass(frozen=True, slots=True)
class Proportion:
    """`done` of `total` at one place."""

    label: str
    done: int
    total: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down so that 99.6 % is not shown as finished; None without a total."""
        return self.done * 100 // self.total if self.total else None


class ProportionBars(QWidget):
    """One bar per place; below `target` percent the bar is in the accent colour and marked in words."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._rows: tuple[Proportion, ...] = ()
        self._target = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        look.follow(self, self._restyle)

    def set_rows(self, rows: Sequence[Proportion], *, target: int = 0) -> None:
        """Show these shares; `target` in percent."""
        self._rows = tuple(rows)
        self._target = target
        self.setAccessibleDescription(self.description())
        self.updateGeometry()
        self.update()

    def description(self) -> str:
        """The chart in words."""
        if not self._rows:
            return self.tr("暂无数据")
        return self.tr("；").join(
            f"{row.label} {self._figure(row)}{self._verdict(row)}" for row in self._rows
        )

    def table(self) -> ChartTable:
        """The figures as a table."""
        columns = (
            Column(self.tr("地方")),
            Column(self.tr("已完成"), numeric=True),
            Column(self.tr("应完成"), numeric=True),
            Column(self.tr("完成率 %"), numeric=True),
        )
        return ChartTable(columns, tuple((r.label, r.done, r.total, r.percent) for r in self._rows))

    def sizeHint(self) -> QSize:
        return QSize(look.current().px(320), max(1, len(self._rows)) * self._row_height(look.current()))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.current().px(260), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        body, caption = theme.font(TextRole.BODY), theme.font(TextRole.CAPTION, tabular=True)
        height = self._row_height(theme)
        names = [QFontMetrics(body).horizontalAdvance(row.label) for row in self._rows]
        figures = [QFontMetrics(caption).horizontalAdvance(self._figure(row)) for row in self._rows]
        name_width = min(max(names, default=0) + 2, self.width() // 3)
        figure_width = max(figures, default=0) + 4
        left = name_width + _GAP
        length = max(24, self.width() - left - _GAP - figure_width)
        thick = theme.px(14)
        for i, row in enumerate(self._rows):
            top = i * height
            painting.elided(painter, QRect(0, top, name_width, height), row.label, body, colors.ink)
            bar = QRectF(left, top + (height - thick) / 2, length, thick)
            painting.frame(painter, bar, thick / 2, fill=colors.sunken)
            share = min(1.0, row.done / row.total) if row.total else 0.0
            if share:
                bar.setWidth(max(thick, length * share))
                fill = colors.accent if self._below(row) else colors.primary
                painting.frame(painter, bar, thick / 2, fill=fill)
            place = QRect(self.width() - figure_width, top, figure_width, height)
            ink = colors.ink if self._below(row) else colors.ink_2
            painting.elided(painter, place, self._figure(row), caption, ink, painting.RIGHT)
        painter.end()

    def _figure(self, row: Proportion) -> str:
        percent = f"{row.percent}%" if row.percent is not None else "—"
        return f"{row.done}/{row.total}  {percent}"

    def _below(self, row: Proportion) -> bool:
        return row.percent is not None and row.percent < self._target

    def _verdict(self, row: Proportion) -> str:
        return self.tr("，低于目标 {0}%").format(self._target) if self._below(row) else ""

    def _row_height(self, theme: Theme) -> int:
        return QFontMetrics(theme.font(TextRole.BODY)).height() + 10

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()
