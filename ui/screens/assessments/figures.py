"""The figures of an area: tiles, trend with its table, areas inside. Layer 5."""

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldapp.services.risk_statistics import RiskTable
from ui.screens.assessments.presenter import LEVELS, WHOLE, AssessmentsState, Figure, ids_behind
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.charts.bar_chart import BarChart
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.data_table import Column, DataTable
from ui.widgets.records.day_words import month_name, month_words
from ui.widgets.scrolling import ScrollPage
from ui.widgets.stat_tile import StatTile
from ui.widgets.tab_order import order_tabs

translate = QCoreApplication.translate
_TILES: Final = {
    Figure.HIGH: ("triangle-alert", StatusKind.DANGER),
    Figure.MEDIUM: ("circle-alert", StatusKind.WARN),
    Figure.LOW: ("circle-check", StatusKind.OK),
    Figure.NONE: ("circle-help", StatusKind.MUTE),
    Figure.OVERDUE: ("calendar-clock", StatusKind.DANGER),
    Figure.UNSIGNED: ("pen-line", StatusKind.WARN),
    Figure.LOWERED: ("chevron-down", StatusKind.INFO),
    Figure.HELD_HIGH: ("lock", StatusKind.INFO),
}
_COLUMNS: Final = (
    Figure.HIGH, Figure.MEDIUM, Figure.LOW, Figure.NONE, Figure.OVERDUE, Figure.UNSIGNED, Figure.LOWERED,
)  # fmt: skip
_TREND: Final = (Figure.HIGH, Figure.MEDIUM, Figure.LOW)


def figure_words(figure: Figure) -> str:
    """What a number counts, in words."""
    return {
        Figure.HIGH: translate("AssessmentFigure", "高风险"),
        Figure.MEDIUM: translate("AssessmentFigure", "中风险"),
        Figure.LOW: translate("AssessmentFigure", "低风险"),
        Figure.NONE: translate("AssessmentFigure", "未评估"),
        Figure.OVERDUE: translate("AssessmentFigure", "超期未复评"),
        Figure.UNSIGNED: translate("AssessmentFigure", "等签字"),
        Figure.LOWERED: translate("AssessmentFigure", "下调等级"),
        Figure.HELD_HIGH: translate("AssessmentFigure", "缺理由未下调"),
    }[figure]


class FiguresPage(ScrollPage):
    """Signals: area_chosen(code), row_opened(key), figure_opened(key, Figure), month_opened(date, Figure)."""

    area_chosen = Signal(str)
    row_opened = Signal(str)
    figure_opened = Signal(str, object)
    month_opened = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._table: RiskTable | None = None
        self._path = QWidget()
        self._path_row = FlowLayout(self._path, gap=4)
        tiles = QWidget()
        grid = EvenGridLayout(tiles, gap=12, columns=4)
        self.tiles: dict[Figure, StatTile] = {}
        for figure, (icon, tone) in _TILES.items():
            tile = StatTile(figure_words(figure), icon=icon, tone=tone)
            tile.clicked.connect(partial(self._on_tile, figure))
            grid.addWidget(tile)
            self.tiles[figure] = tile
        self.areas_card = Card(self.tr("各区域"), icon="map-pin")
        self.areas = DataTable(self.tr("各区域的评估"), growing=True)
        self.areas.cell_opened.connect(self._on_area_cell)
        self.areas_card.body.addWidget(self.areas)
        self.column.addWidget(self._path)
        self.column.addWidget(tiles)
        self.column.addWidget(self._build_trend())
        self.column.addWidget(self.areas_card)
        self.column.addStretch(1)

    def _build_trend(self) -> QWidget:
        card = Card(self.tr("近 12 个月月末户数"), icon="chart-column")
        self.level = Segmented([Choice(one.value, figure_words(one)) for one in _TREND])
        self.level.describe(self.tr("看哪个等级"))
        self.level.set_value(Figure.HIGH)
        self.level.changed.connect(lambda _level: self._show_trend())
        self.chart = BarChart(self.tr("近 12 个月月末户数"))
        self.trend = DataTable(self.tr("近 12 个月月末户数"), growing=True)
        self.trend.cell_opened.connect(self._on_month_cell)
        self.trend.hide()
        self.twin = Button(self.tr("看表格"), ButtonKind.TEXT, icon="table-2")
        self.twin.clicked.connect(self._on_twin)
        row = QHBoxLayout()
        row.addWidget(self.level, 2)
        row.addStretch(1)
        card.add_tool(self.twin)
        card.body.addLayout(row)
        card.body.addWidget(self.chart)
        card.body.addWidget(self.trend)
        return card

    def render_state(self, state: AssessmentsState) -> None:
        """Show the figures."""
        table = state.table
        if table is None or table == self._table:
            return
        self._table = table
        self._show_path(state)
        for figure, tile in self.tiles.items():
            number = len(ids_behind(table.total, figure))
            unit = self.tr("次", "", number) if figure is Figure.LOWERED else self.tr("户", "", number)
            tile.set_figure(f"{number:,}", unit)
        self._show_trend()
        self._show_areas(table)
        order_tabs(self)

    def _show_path(self, state: AssessmentsState) -> None:
        self._path_row.clear()
        for code, name in state.path[:-1]:
            button = Button(name, ButtonKind.TEXT)
            button.setAccessibleName(self.tr("回到 {0}").format(name))
            button.clicked.connect(partial(self.area_chosen.emit, code))
            self._path_row.addWidget(button)
            self._path_row.addWidget(Text("›", tone="quiet"))
        if state.path:
            self._path_row.addWidget(Text(state.path[-1][1], TextRole.SECTION))
        for code, name in state.scopes:
            if not any(code == known for known, _ in state.path):
                button = Button(name, ButtonKind.TEXT)
                button.clicked.connect(partial(self.area_chosen.emit, code))
                self._path_row.addWidget(button)

    def _show_trend(self) -> None:
        table = self._table
        if table is None:
            return
        figure = Figure(str(self.level.value()))
        trend = table.total.trend
        self.chart.set_bars(
            [self.tr("{0}月").format(one.month.month, month_name(one.month.month)) for one in trend],
            [len(one.by_level[LEVELS[figure]]) for one in trend],
            unit=self.tr("户", "", 2),
        )
        columns = [
            Column(self.tr("月份")),
            *(Column(figure_words(one), numeric=True, opens=True) for one in _TREND),
        ]
        self.trend.fill(
            columns,
            [
                (month_words(one.month), *(len(one.by_level[LEVELS[level]]) for level in _TREND))
                for one in trend
            ],
            keys=[one.month.isoformat() for one in trend],
            sortable=False,
        )

    def _show_areas(self, table: RiskTable) -> None:
        rows = [row for row in table.rows if row.area_code != table.area_code]
        self.areas_card.setVisible(bool(rows))
        columns = [
            Column(self.tr("区域"), opens=True),
            *(Column(figure_words(one), numeric=True, opens=True) for one in _COLUMNS),
        ]
        self.areas.fill(
            columns,
            [(row.name, *(len(ids_behind(row.figures, one)) for one in _COLUMNS)) for row in rows],
            keys=[row.area_code for row in rows],
        )

    def _on_tile(self, figure: Figure) -> None:
        self.figure_opened.emit(WHOLE, figure)

    def _on_twin(self) -> None:
        as_table = self.trend.isHidden()
        self.trend.setVisible(as_table)
        self.chart.setVisible(not as_table)
        self.level.setVisible(not as_table)
        self.twin.setText(self.tr("看图") if as_table else self.tr("看表格"))

    def _on_area_cell(self, key: str, column: int) -> None:
        if column == 0:
            self.row_opened.emit(key)
        else:
            self.figure_opened.emit(key, _COLUMNS[column - 1])

    def _on_month_cell(self, key: str, column: int) -> None:
        if column:
            self.month_opened.emit(dt.date.fromisoformat(key), _TREND[column - 1])
