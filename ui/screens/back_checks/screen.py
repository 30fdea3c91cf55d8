"""走访复查: lists by what is to be done, and differences by question and area. Layer 5."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from fieldapp.services.back_check_views import BackCheckDesk, BackCheckItem
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.back_checks.presenter import BackChecksPresenter, BackChecksState
from ui.theme import TextRole
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.data_table import Column, DataTable
from ui.widgets.records.back_check_words import back_check_card
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs


class _Section(QWidget):
    """A heading over the cards of one kind; hidden while there are none."""

    def __init__(self, title: str, page: ScrollPage, presenter: BackChecksPresenter) -> None:
        super().__init__()
        self.head = Text(title, TextRole.SECTION, wrap=True)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, title)
        self.cards.set_growing(True)
        for signal in (self.cards.opened, self.cards.action):
            signal.connect(presenter.open)
        for widget in (self.head, self.cards):
            widget.hide()
            page.column.addWidget(widget)

    def show_items(
        self, screen: "BackChecksScreen", items: Sequence[BackCheckItem], action: str = ""
    ) -> None:
        """The cards, each with the same offer."""
        state, texts = screen.presenter.state, screen.surroundings.texts
        self.cards.set_keys(
            self._at_hand.hold([back_check_card(one, texts, state.today, action=action) for one in items])
        )
        for widget in (self.head, self.cards):
            widget.setVisible(bool(items))


class BackChecksScreen(Screen):
    """Own tasks first, then what a supervisor looks after."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = BackChecksPresenter(surroundings, self.render_state)
        self.page = ScrollPage(gap=12)
        self.column.addWidget(self.page)
        self._explained = Text(
            self.tr(
                "请另一位同事把走访时问过的几个问题再问一遍，他看不到第一次的答案。"
                "不一致只按问题和地区统计，不评价个人。"
            ),
            tone="soft",
            wrap=True,
        )
        self.draw = Button(self.tr("抽取一批走访复查"), icon="list-checks")
        self.draw.clicked.connect(self.presenter.draw)
        self._tools = QWidget()
        FlowLayout(self._tools, gap=12).addWidget(self.draw)
        for widget in (self._explained, self._tools):
            self.page.column.addWidget(widget)
        self._tools.hide()
        self.to_make = _Section(self.tr("请您复查"), self.page, self.presenter)
        self.to_explain = _Section(self.tr("请您说明"), self.page, self.presenter)
        self.open = _Section(self.tr("正在复查"), self.page, self.presenter)
        self.report = Card(self.tr("不一致情况（按地区和问题）"), icon="chart-column")
        self.table = DataTable(self.tr("不一致情况"), growing=True)
        self.report.body.addWidget(self.table)
        self.report.hide()
        self.page.column.addWidget(self.report)
        self.over = _Section(self.tr("已经办完"), self.page, self.presenter)
        self._empty = EmptyState("", icon="circle-check")
        self._empty.hide()
        self.page.column.addWidget(self._empty)
        self.page.column.addStretch(1)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: BackChecksState) -> None:
        """Show the lists."""
        desk = state.desk
        if desk is not None:
            self._tools.setVisible(desk.supervises)
            self.to_make.show_items(self, desk.to_make, self.tr("去复查"))
            self.to_explain.show_items(self, desk.to_explain, self.tr("去说明"))
            self.open.show_items(self, desk.open, self.tr("查看"))
            self.over.show_items(self, desk.over, self.tr("查看"))
            self._show_report(desk)
        some = desk is not None and any((desk.to_make, desk.to_explain, desk.open, desk.over))
        self._empty.setVisible(bool(state.trouble) or (desk is not None and not some))
        if state.trouble:
            self._empty.set_content(state.trouble, icon="circle-alert")
        else:
            self._empty.set_content(self.tr("没有要复查的走访。"), icon="circle-check")
        order_tabs(self)

    def _show_report(self, desk: BackCheckDesk) -> None:
        columns = [
            Column(self.tr("地区")),
            Column(self.tr("问题")),
            Column(self.tr("比较了"), numeric=True),
            Column(self.tr("不一致"), numeric=True),
        ]
        label, names = self.surroundings.texts.label, desk.area_names
        self.table.fill(
            columns,
            [
                (
                    names.get(one.area_code, ""),
                    label(one.question),
                    len(one.compared_ids),
                    len(one.different_ids),
                )
                for one in desk.report
            ],
        )
        self.report.setVisible(bool(desk.report))

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("走访复查"))
