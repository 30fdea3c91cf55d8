"""The page of figures: where and when, large figures, trend, coverage side by side, the table."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.services.statistics import WHOLE, GroupBy, StatisticsView
from fieldapp.services.statistics_lists import Figure, value_of
from ui import theme as look
from ui.screens.statistics.charts import CoverageCard, DaysCard, TrendCard
from ui.screens.statistics.export_progress import ExportProgress
from ui.screens.statistics.figure_tile import FigureTile
from ui.screens.statistics.figures_table import FiguresTable
from ui.screens.statistics.state import StatisticsState
from ui.screens.statistics.words import (
    figure_words,
    group_words,
    month_words,
)
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

TILES: Final = (
    Figure.VISITS,
    Figure.COVERAGE,
    Figure.COMPLETION,
    Figure.OVERDUE,
    Figure.ON_SITE,
    Figure.TIMELY,
    Figure.NOT_FOUND,
    Figure.EXEMPT,
)


class FiguresPage(ScrollPage):
    """A month of an area.

    Signals: month_chosen(date), area_chosen(code), group_chosen(GroupBy), row_opened(key),
        figure_opened(key, Figure), day_opened(date), export_wanted(), cancel_wanted(), sync_wanted().
    """

    month_chosen = Signal(object)
    area_chosen = Signal(str)
    group_chosen = Signal(object)
    row_opened = Signal(str)
    figure_opened = Signal(str, object)
    day_opened = Signal(object)
    export_wanted = Signal()
    cancel_wanted = Signal()
    sync_wanted = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._texts = texts
        self._view: StatisticsView | None = None
        self._groups: Segmented | None = None
        self._months: Picker | None = None
        self._scopes: Picker | None = None
        self._known: dict[str, object] = {}
        self.column.addWidget(self._build_head())
        self._problem = Banner("", StatusKind.WARN)
        self._problem.action.connect(self.sync_wanted)
        self.progress = ExportProgress()
        self.progress.cancelled.connect(self.cancel_wanted)
        self.column.addWidget(self._problem)
        self.column.addWidget(self.progress)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        body.addWidget(self._build_tiles())
        self.trend, self.coverage, self.days = TrendCard(), CoverageCard(self._texts), DaysCard()
        self.trend.month_chosen.connect(self.month_chosen)
        self.days.day_opened.connect(self.day_opened)
        # Days and months beside each other, coverage as long as it needs below.
        body.addWidget(_Beside(self.trend, self.days))
        body.addWidget(self.coverage)
        body.addWidget(self._build_table())
        self.column.addWidget(self._body)
        self.column.addStretch(1)
        self._problem.hide()
        self._body.hide()

    # --- building -------------------------------------------------------------------------------

    def _build_head(self) -> QWidget:
        head = QWidget()
        flow = FlowLayout(head, gap=12)
        self._scope_place, self._month_place = _Place(), _Place()
        self.export = Button(self.tr("导出 Excel"), icon="download")
        self.export.clicked.connect(self.export_wanted)
        self._path = QWidget()
        self._path_row = FlowLayout(self._path, gap=4)
        self._counting = Text(self.tr("正在统计…"), TextRole.CAPTION)
        for widget in (self._month_place, self._scope_place, self.export, self._path, self._counting):
            flow.addWidget(widget)
        self.export.hide()
        self._counting.hide()
        return head

    def _build_tiles(self) -> QWidget:
        tiles = QWidget()
        grid = EvenGridLayout(tiles, gap=12, columns=4)
        self.tiles = {figure: FigureTile(figure_words(figure)) for figure in TILES}
        for figure, tile in self.tiles.items():
            tile.clicked.connect(lambda _checked=False, which=figure: self.figure_opened.emit(WHOLE, which))
            grid.addWidget(tile)
        return tiles

    def _build_table(self) -> QWidget:
        card = Card(self.tr("各项指标"))
        self._group_place = QVBoxLayout()
        self.figures = FiguresTable(self._texts)
        self.figures.row_opened.connect(self.row_opened)
        self.figures.figure_opened.connect(self.figure_opened)
        self.explain = Button(self.tr("各项指标是怎么算的"), ButtonKind.TEXT, icon="circle-help")
        self.explain.clicked.connect(self._on_explain)
        self.definitions = ValueList()
        self.definitions.hide()
        card.body.addWidget(self.explain, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.definitions)
        card.body.addLayout(self._group_place)
        card.body.addWidget(self.figures)
        card.body.addWidget(
            Text(
                self.tr(
                    "点数字看名单。户按现在所在的地方统计，走访按当时走访的地方统计；"
                    "走访周期在本月内结束的户计入本月应访。超期未访是截至今天的情况。"
                ),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        return card

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: StatisticsState) -> None:
        """Show the figures as they stand."""
        self.progress.render_state(state.exporting)
        self._counting.setVisible(state.counting)
        view = state.view
        self._body.setVisible(view is not None)
        self._show_problem(state)
        self.export.setVisible(view is not None and view.may_export)
        self.export.setEnabled(state.exporting is None)
        if view is None:
            return
        self._show_choices(state, view)
        if view is not self._view:
            self._view = view
            self._show_tiles(view)
            self.trend.set_view(view)
            self.days.set_view(view, state.today)
            self.coverage.set_view(view)
            order_tabs(self)
        if self._changed("definitions", state.definitions):
            self._show_definitions(state.definitions)
        if self._changed("table", (view, state.columns)):
            self.figures.set_view(view, state.columns)

    def _show_definitions(self, definitions: Mapping[Figure, str]) -> None:
        self.definitions.set_values((figure_words(one), words) for one, words in definitions.items())
        for figure, tile in self.tiles.items():
            tile.setToolTip(definitions.get(figure, ""))
            tile.setAccessibleDescription(definitions.get(figure, ""))

    def _on_explain(self) -> None:
        self.definitions.setVisible(self.definitions.isHidden())

    def _show_problem(self, state: StatisticsState) -> None:
        never = state.view is not None and state.view.data_until is None
        self._problem.setVisible(bool(state.error) or state.no_scope or never)
        if state.error:
            self._problem.set_message(state.error, StatusKind.DANGER)
        elif state.no_scope:
            self._problem.set_message(
                self.tr("您的岗位没有查看统计的权限，如需查看请联系上级。"), StatusKind.WARN
            )
        elif never:
            self._problem.set_message(
                self.tr("本机还没有同步过，下面只有本机登记的走访。联网同步后数字才完整。"),
                StatusKind.WARN,
                button=self.tr("立即同步"),
            )

    def _show_choices(self, state: StatisticsState, view: StatisticsView) -> None:
        if self._changed("months", state.months) or self._months is None:
            choices = [Choice(month.isoformat(), month_words(month)) for month in state.months]
            self._months = Picker(choices, title=self.tr("月份"))
            self._months.changed.connect(
                lambda value: self.month_chosen.emit(dt.date.fromisoformat(str(value)))
            )
            self._month_place.put(self._months)
        self._months.set_value((state.asked or view.period.start).isoformat())
        if self._changed("scopes", state.scopes):
            self._scopes = None
            if len(state.scopes) > 1:
                self._scopes = Picker(
                    [Choice(code, name) for code, name in state.scopes], title=self.tr("地方")
                )
                self._scopes.changed.connect(lambda value: self.area_chosen.emit(str(value)))
            self._scope_place.put(self._scopes)
        if self._scopes is not None:
            within = next((code for code, _ in state.scopes if view.area_code.startswith(code)), None)
            self._scopes.set_value(within)
        if self._changed("path", view.path):
            self._show_path(view)
        if self._changed("groupings", view.groupings) or self._groups is None:
            self._rebuild_groups(view)
        if self._groups is not None:
            self._groups.set_value(view.group_by.value)

    def _changed(self, what: str, value: object) -> bool:
        before = self._known.get(what)
        self._known[what] = value
        return before != value

    def _show_path(self, view: StatisticsView) -> None:
        self._path_row.clear()
        for number, step in enumerate(view.path):
            if number:
                self._path_row.addWidget(Text("›", tone="soft"))
            if step.may_open and step.code != view.area_code:
                button = Button(step.name, ButtonKind.TEXT)
                button.setAccessibleName(self.tr("到 {0}").format(step.name))
                button.clicked.connect(lambda _checked=False, code=step.code: self.area_chosen.emit(code))
                self._path_row.addWidget(button)
            else:
                here = step.code == view.area_code
                role = TextRole.STRONG if here else TextRole.BODY
                self._path_row.addWidget(Text(step.name, role, tone="" if here else "soft"))

    def _rebuild_groups(self, view: StatisticsView) -> None:
        if self._groups is not None:
            self._groups.hide()
            self._groups.deleteLater()
        self._groups = Segmented([Choice(one.value, group_words(one)) for one in view.groupings])
        self._groups.describe(self.tr("按什么分组"))
        self._groups.changed.connect(lambda value: self.group_chosen.emit(GroupBy(str(value))))
        self._group_place.addWidget(self._groups)

    def _show_tiles(self, view: StatisticsView) -> None:
        for figure, tile in self.tiles.items():
            value = value_of(view.whole, figure)
            if isinstance(value, Ratio):
                of_homes = figure is Figure.COVERAGE
                both = self.tr("{0} / {1} 户") if of_homes else self.tr("{0} / {1} 次")
                tile.set_figure(
                    value.percent, "", both.format(f"{value.numerator:,}", f"{value.denominator:,}")
                )
            elif figure is Figure.OVERDUE:
                tile.set_figure(f"{value:,}", self.tr("户", "", value), self.tr("截至今天"))
            elif figure is Figure.EXEMPT:
                tile.set_figure(f"{value:,}", self.tr("户", "", value), self.tr("不计入应访"))
            else:
                persons = f"{len(view.whole.person_visits):,}"
                tile.set_figure(f"{value:,}", self.tr("次", "", value), self.tr("{0} 人次").format(persons))


class _Place(QWidget):
    """Where a picker stands that is made again when its choices change."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)
        self.hide()

    def put(self, picker: Picker | None) -> None:
        """Replace what stands here."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if picker is not None:
            self._row.addWidget(picker)
        self.setVisible(picker is not None)

    def _restyle(self, theme: Theme) -> None:
        self.setMinimumWidth(theme.px(200))


class _Beside(QWidget):
    """Two cards beside each other where there is room; else stacked."""

    WIDE_FROM: Final = 840  # at 100 %

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._first, self._second = first, second
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(16)
        self._line.addWidget(first, 1)
        self._line.addWidget(second, 1)

    def minimumSizeHint(self) -> QSize:
        # Of the stacked arrangement: asking for both would forbid the window to become narrow.
        first, second = self._first.minimumSizeHint(), self._second.minimumSizeHint()
        return QSize(max(first.width(), second.width()), first.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= look.current().px(self.WIDE_FROM)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._line.direction() is not direction:
            self._line.setDirection(direction)
        for widget in (self._first, self._second):
            self._line.setAlignment(widget, Qt.AlignmentFlag(0))
