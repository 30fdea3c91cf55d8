"""The charts of a month: trend, coverage side by side, days. Each turns into its table and back."""

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.app.texts import Texts
from fieldapp.services.statistics import GroupBy, StatisticsView
from fieldapp.services.statistics_lists import Figure
from ui.screens.statistics.words import (
    figure_words,
    group_words,
    month_words,
    row_words,
    short_month_words,
)
from ui.theme import TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.charts.bar_chart import BarChart
from ui.widgets.charts.day_heat import DayHeat
from ui.widgets.charts.proportion_bars import Proportion, ProportionBars
from ui.widgets.labels import Text
from ui.widgets.lists.data_table import Cell, Column, DataTable

translate = QCoreApplication.translate
MOST_BARS: Final = 24
"""More places than these are read in the table."""


class TwinCard(Card):
    """A chart, or its table after a tap on 看表格.

    Signals: cell_opened(key): a cell of the table was tapped.
    """

    cell_opened = Signal(str)

    def __init__(self, title: str, chart: QWidget, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.chart = chart
        self._icon = icon
        self.table = DataTable(title, growing=True)
        self.table.cell_opened.connect(lambda key, _column: self.cell_opened.emit(key))
        self.table.hide()
        self.twin = Button(self.tr("看表格"), ButtonKind.TEXT, icon="table-2")
        self.twin.setAccessibleName(self.tr("看表格：{0}").format(title))
        self.twin.clicked.connect(self._on_twin)
        self.add_tool(self.twin)
        self.body.addWidget(chart, 1)
        self.body.addWidget(self.table, 0, Qt.AlignmentFlag.AlignTop)

    def fill(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], keys: Sequence[str] = ()
    ) -> None:
        """The table's rows, in the order of the service."""
        self.table.fill(columns, rows, keys=keys, sortable=False)

    def _on_twin(self) -> None:
        table = self.table.isHidden()
        self.table.setVisible(table)
        self.chart.setVisible(not table)
        self.twin.setText(self.tr("看图") if table else self.tr("看表格"))
        words = self.tr("看图：{0}") if table else self.tr("看表格：{0}")
        self.twin.setAccessibleName(words.format(self.accessibleName()))
        self.twin.set_icon(self._icon if table else "table-2")


class TrendCard(TwinCard):
    """Visits of the last twelve months. Signals: month_chosen(date) from the table."""

    month_chosen = Signal(object)

    def __init__(self) -> None:
        title = translate("Statistics", "近 12 个月走访次数")
        self.bars = BarChart(title)
        self.bars.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        super().__init__(title, self.bars, "chart-column")
        self.cell_opened.connect(lambda key: self.month_chosen.emit(dt.date.fromisoformat(key)))

    def set_view(self, view: StatisticsView) -> None:
        """Show an area's months."""
        labels = [short_month_words(point.month) for point in view.trend]
        self.bars.set_bars(labels, [point.visits for point in view.trend], unit=self.tr("次"))
        newest_first = list(reversed(view.trend))
        self.fill(
            (Column(self.tr("月份"), opens=True), Column(figure_words(Figure.VISITS), numeric=True)),
            [(month_words(point.month), point.visits) for point in newest_first],
            [point.month.isoformat() for point in newest_first],
        )


class DaysCard(TwinCard):
    """Visits of a month day by day, of the whole area. Signals: day_opened(date)."""

    day_opened = Signal(object)

    def __init__(self) -> None:
        title = translate("Statistics", "每日走访次数")
        self.heat = DayHeat(title)
        super().__init__(title, self.heat, "calendar")
        self.heat.day_opened.connect(self.day_opened)
        self.cell_opened.connect(lambda key: self.day_opened.emit(dt.date.fromisoformat(key)))
        self._total = Text("", TextRole.CAPTION, wrap=True)
        self.body.addWidget(self._total)
        self.body.addStretch(1)

    def set_view(self, view: StatisticsView, today: dt.date) -> None:
        """Show a month's days."""
        first = view.period.start
        days = [first.replace(day=day) for day in range(1, monthrange(first.year, first.month)[1] + 1)]
        counts = [len(view.days.get(day, ())) for day in days]
        self.heat.set_days(first, counts, today=today, unit=self.tr("次"))
        twin = self.heat.table()
        self.fill(twin.columns, twin.rows, [day.isoformat() for day in days if view.days.get(day)])
        self._total.setText(self.heat.description())


class CoverageCard(TwinCard):
    """Coverage side by side, in the order of places: no rank, and no mark below a target. Of workers
    there is none: their rows stand in the table alone, without bars or colours."""

    def __init__(self, texts: Texts) -> None:
        title = translate("Statistics", "覆盖率")
        self.bars = ProportionBars(title)
        super().__init__(title, self.bars, "chart-column")
        self._texts = texts
        self.body.insertWidget(0, Text(self.tr("已覆盖户 / 应访户"), TextRole.CAPTION))
        self.body.addStretch(1)

    def set_view(self, view: StatisticsView) -> None:
        """Show the rows that owe something."""
        rows = [row for row in view.rows if row.figures.coverage.denominator]
        shares = [
            Proportion(
                row_words(row, view.group_by, self._texts),
                row.figures.coverage.numerator,
                row.figures.coverage.denominator,
            )
            for row in rows
        ]
        self.bars.set_rows(shares)
        twin = self.bars.table()
        self.fill(twin.columns, twin.rows)
        self.set_title(self.tr("覆盖率 · {0}").format(group_words(view.group_by)))
        few = 0 < len(rows) <= MOST_BARS and view.group_by is not GroupBy.WORKER
        self.setVisible(few)
