"""Needs asked for, open, late and unmet by area and kind, and the charity pool. Layer 5."""

from typing import Final

from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.visits import NeedKind
from fieldapp.services.need_views import CharityPool, NeedList, PoolEntry
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.need_report.presenter import NeedReportPresenter, NeedReportState
from ui.theme import StatusKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.lists.data_table import Column, DataTable
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.records.need_words import NEED_ICONS, URGENCY_TONES
from ui.widgets.scrolling import ScrollPage

_LISTS: Final = {2: NeedList.ALL, 3: NeedList.OPEN, 4: NeedList.LATE, 5: NeedList.UNMET}
"""Which list the number of a column opens."""


class NeedReportScreen(Screen):
    """Every number opens its needs."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = NeedReportPresenter(surroundings, self.render_state)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self.trouble = EmptyState("", icon="circle-alert")
        self.figures = Card(self.tr("按地区和种类"), icon="chart-column")
        self.table = DataTable(self.tr("未满足需求统计"), growing=True)
        self.table.cell_opened.connect(self._on_cell)
        self._nothing = Text(self.tr("还没有登记过服务需求。"), tone="soft", wrap=True)
        self.figures.body.addWidget(self.table)
        self.figures.body.addWidget(self._nothing)
        self.pool = Card(self.tr("慈善帮扶池"), icon="heart-handshake")
        self._explained = Text(
            self.tr(
                "不符合救助条件、但需要帮助，并且家属同意的，慈善组织能看到下面的内容：没有全名、电话、证件号和病情。"
            ),
            tone="soft",
            wrap=True,
        )
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("慈善帮扶池"))
        self.cards.set_growing(True)
        self.cards.opened.connect(self.presenter.open_need)
        self.outside = Text("", tone="warn", wrap=True)
        for part in (self._explained, self.cards, self.outside):
            self.pool.body.addWidget(part)
        for widget in (self.trouble, self.figures, self.pool):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: NeedReportState) -> None:
        """Show the figures and the pool."""
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        self.figures.setVisible(state.report is not None)
        self.pool.setVisible(state.pool is not None)
        if state.report is None or state.pool is None:
            return
        label, names = self.surroundings.texts.label, state.report.area_names
        rows = state.report.rows
        columns = [
            Column(self.tr("地区")),
            Column(self.tr("需求")),
            Column(self.tr("登记"), numeric=True, opens=True),
            Column(self.tr("待办"), numeric=True, opens=True),
            Column(self.tr("已超时"), numeric=True, opens=True),
            Column(self.tr("未满足"), numeric=True, opens=True),
        ]
        self.table.fill(
            columns,
            [
                (names.get(one.area_code, ""), label(one.kind), one.asked, one.open, one.late, one.unmet)
                for one in rows
            ],
            keys=[f"{one.area_code} {one.kind}" for one in rows],
        )
        self.table.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        self._show_pool(state.pool, state)

    def _show_pool(self, pool: CharityPool, state: NeedReportState) -> None:
        cards = [self._card(one, state) for one in pool.entries]
        self.pool.set_title(self.tr("慈善帮扶池 {0} 项").format(len(cards)))
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards))
        outside = len(pool.without_consent)
        self.outside.setText(self.tr("另有 {0} 项家属还没有同意，慈善组织看不到。").format(outside))
        self.outside.setVisible(outside > 0)

    def _card(self, entry: PoolEntry, state: NeedReportState) -> CardContent:
        label, need = self.surroundings.texts.label, entry.need
        chips = [CardChip(label(need.urgency), URGENCY_TONES[need.urgency])]
        if entry.relief_denied:
            chips.append(CardChip(self.tr("救助未批准"), StatusKind.MUTE))
        return CardContent(
            key=need.id,
            title=label(need.kind),
            chips=tuple(chips),
            line=SEPARATOR.join(filter(None, (entry.family, entry.place))),
            right=self.tr("{0} 发现").format(moment_words(need.seen_at, state.today)),
            icon=NEED_ICONS[need.kind],
            icon_tone=URGENCY_TONES[need.urgency],
        )

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("未满足需求统计"), self.tr("点数字看名单"))

    # --- intents --------------------------------------------------------------------------------

    def _on_cell(self, key: str, column: int) -> None:
        area_code, kind = key.split(" ")
        self.presenter.open_number(area_code, NeedKind(kind), _LISTS[column])
