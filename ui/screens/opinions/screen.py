"""What families say: answers of a month, their trend, suggestions; each leads to its visit. Layer 5."""

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.visits import Satisfaction
from fieldapp.services.opinions import Opinion, OpinionTable
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.opinions.presenter import OpinionsPresenter, OpinionsState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.charts.bar_chart import BarChart
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.lists.data_table import Column, DataTable
from ui.widgets.records.day_words import moment_words, month_name, month_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.scrolling import ScrollPage
from ui.widgets.stat_tile import StatTile
from ui.widgets.tab_order import order_tabs

_TILES: Final = {
    Satisfaction.VERY: ("circle-check", StatusKind.OK),
    Satisfaction.OK: ("circle", StatusKind.OK),
    Satisfaction.NO: ("circle-alert", StatusKind.DANGER),
    Satisfaction.REFUSED: ("circle-help", StatusKind.MUTE),
}


class OpinionsScreen(Screen):
    """满意度和意见."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = OpinionsPresenter(surroundings, self.render_state)
        self._shown: object = None
        self._empty = EmptyState("", icon="message-square")
        self._page = ScrollPage()
        self._head = QWidget()
        self._choices = FlowLayout(self._head, gap=12)
        for widget in (self._head, self._build_tiles(), self._build_trend(), self._build_words()):
            self._page.column.addWidget(widget)
        self._page.column.addStretch(1)
        for part in (self._page, self._empty):
            part.hide()
            self.column.addWidget(part, 1)

    def _build_tiles(self) -> QWidget:
        tiles = QWidget()
        grid = EvenGridLayout(tiles, gap=12, columns=5)
        self.tiles: dict[Satisfaction | None, StatTile] = {}
        for answer, (icon, tone) in _TILES.items():
            self.tiles[answer] = StatTile(self.surroundings.texts.label(answer), icon=icon, tone=tone)
        self.tiles[None] = StatTile(self.tr("有意见建议"), icon="message-square", tone=StatusKind.INFO)
        for key, tile in self.tiles.items():
            tile.clicked.connect(partial(self._on_tile, key))
            grid.addWidget(tile)
        return tiles

    def _build_trend(self) -> QWidget:
        card = Card(self.tr("近 12 个月满意率"))
        self.chart = BarChart(self.tr("近 12 个月满意率"))
        self.table = DataTable(self.tr("近 12 个月满意率"), growing=True)
        self.table.cell_opened.connect(
            lambda key, _column: self.presenter.choose_month(dt.date.fromisoformat(key))
        )
        self.table.hide()
        self.twin = Button(self.tr("看表格"), ButtonKind.TEXT, icon="table-2")
        self.twin.clicked.connect(self._on_twin)
        self._share = Text("", wrap=True)
        card.add_tool(self.twin)
        card.body.addWidget(self._share)
        card.body.addWidget(self.chart)
        card.body.addWidget(self.table, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(
            Text(
                self.tr("满意率 = 满意和基本满意 ÷ 回答了的走访。可以不回答，未答单独计数，不影响满意率。"),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        return card

    def _build_words(self) -> QWidget:
        self._words = Card()
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, self.tr("群众的意见"), has_action=False)
        self.cards.set_growing(True)
        self.cards.opened.connect(self.presenter.open_visit)
        self._none = Text("", tone="soft", wrap=True)
        for widget in (self.cards, self._none):
            self._words.body.addWidget(widget)
        return self._words

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: OpinionsState) -> None:
        """Show the month."""
        if self.isVisible():
            self._say_title(state)
        table = state.table
        usable = table is not None and not state.trouble
        self._empty.set_content(
            state.trouble or self.tr("您的岗位没有查看统计的权限，如需查看请联系上级。"), icon="circle-alert"
        )
        self._empty.setVisible(state.loaded and not usable)
        self._page.setVisible(usable)
        if table is None or not usable:
            return
        self._show_choices(state, table)
        for answer, ids in table.shown.ids.items():
            self.tiles[answer].set_figure(f"{len(ids):,}", self.tr("次", "", len(ids)))
        suggested = table.suggested
        self.tiles[None].setVisible(suggested is not None)
        self.tiles[None].set_figure(f"{len(suggested or ()):,}", self.tr("条", "", len(suggested or ())))
        self._show_trend(table)
        self._show_words(state)
        order_tabs(self)

    def _show_choices(self, state: OpinionsState, table: OpinionTable) -> None:
        known = (state.scopes, state.months, table.area_code, table.shown.month)
        if known == self._shown:
            return
        self._shown = known
        self._choices.clear()
        months = Picker(
            [Choice(month.isoformat(), month_words(month)) for month in state.months], title=self.tr("月份")
        )
        months.set_value(table.shown.month.isoformat())
        months.changed.connect(lambda value: self.presenter.choose_month(dt.date.fromisoformat(str(value))))
        self._choices.addWidget(months)
        if len(state.scopes) > 1:
            areas = Picker([Choice(code, name) for code, name in state.scopes], title=self.tr("地方"))
            areas.set_value(table.area_code)
            areas.changed.connect(lambda value: self.presenter.choose_area(str(value)))
            self._choices.addWidget(areas)

    def _show_trend(self, table: OpinionTable) -> None:
        content = table.shown.content
        good, given = f"{content.numerator:,}", f"{content.denominator:,}"
        self._share.setText(self.tr("满意率 {0}（{1} / {2} 次）").format(content.percent, good, given))
        shares = [(one, one.content) for one in table.trend]
        self.chart.set_bars(
            [self.tr("{0}月").format(one.month.month, month_name(one.month.month)) for one, _ in shares],
            [100 * s.numerator // s.denominator if s.denominator else 0 for _, s in shares],
            unit="%",
        )
        columns = (
            Column(self.tr("月份"), opens=True),
            Column(self.tr("满意率")),
            Column(self.tr("满意"), numeric=True),
            Column(self.tr("已回答"), numeric=True),
            Column(self.surroundings.texts.label(Satisfaction.REFUSED), numeric=True),
        )
        rows = [
            (
                month_words(one.month),
                s.percent,
                s.numerator,
                s.denominator,
                len(one.ids[Satisfaction.REFUSED]),
            )
            for one, s in reversed(shares)
        ]
        keys = [one.month.isoformat() for one, _ in reversed(shares)]
        self.table.fill(columns, rows, keys=keys, sortable=False)

    def _show_words(self, state: OpinionsState) -> None:
        answer = state.answer
        name = self.tr("意见建议") if answer is None else self.surroundings.texts.label(answer)
        self._words.set_title(SEPARATOR.join((name, self.tr("{0} 条").format(f"{state.total:,}"))))
        self.cards.set_keys(self._at_hand.hold([self._card(row, state) for row in state.rows]))
        self.cards.setVisible(bool(state.rows))
        rest = state.total - len(state.rows)
        self._none.setVisible(not state.rows or rest > 0)
        more = self.tr("还有 {0} 条没有列出，可以选别的月份或地方。").format(rest)
        self._none.setText(more if state.rows else self.tr("这个月还没有。"))

    def _card(self, row: Opinion, state: OpinionsState) -> CardContent:
        chips: tuple[CardChip, ...] = ()
        if row.satisfaction is not None:
            tone = _TILES[row.satisfaction][1]
            chips = (CardChip(self.surroundings.texts.label(row.satisfaction), tone),)
        return CardContent(
            key=row.visit_id,
            title=row.head_name or self.tr("本机没有的家庭"),
            chips=chips,
            line=SEPARATOR.join(filter(None, (row.village_name, row.suggestion))),
            right=moment_words(row.finished_at, state.today),
        )

    def _on_tile(self, answer: Satisfaction | None) -> None:
        self.presenter.choose(answer)
        self._page.show_field(self._words)

    def _on_twin(self) -> None:
        table = self.table.isHidden()
        self.table.setVisible(table)
        self.chart.setVisible(not table)
        self.twin.setText(self.tr("看图") if table else self.tr("看表格"))

    def _say_title(self, state: OpinionsState) -> None:
        table = state.table
        context = SEPARATOR.join((table.area_name, month_words(table.shown.month))) if table else ""
        self.surroundings.shell.set_title(self.tr("满意度和意见"), context)
