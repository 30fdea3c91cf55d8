"""临时救助 in lists. Layer 5."""

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.reliefs.presenter import ReliefsPresenter, ReliefsState, Tab
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.records.relief_words import relief_card
from ui.widgets.tab_order import order_tabs


class ReliefsScreen(Screen):
    """What waits, by what it waits for."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = ReliefsPresenter(surroundings, self.render_state)
        column = QVBoxLayout()
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        self._tools = QWidget()
        flow = FlowLayout(self._tools, gap=12)
        self.begin = Button(self.tr("记一笔救助"), ButtonKind.PRIMARY, icon="plus")
        self.begin.clicked.connect(self.presenter.begin)
        self.desk = Button(self.tr("备用金和台账"), icon="hand-coins")
        self.desk.clicked.connect(self.presenter.open_desk)
        self.blank = Button(self.tr("打印空白审批表"), icon="printer")
        self.blank.clicked.connect(self.presenter.print_blank)
        flow.addWidget(self.begin)
        flow.addWidget(self.desk)
        flow.addWidget(self.blank)
        self.tabs: Segmented | None = None
        self._shown_tabs: tuple[int, ...] = ()
        self._tab_slot = QVBoxLayout()
        self._count = Text("", tone="soft", wrap=True)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("临时救助"))
        self.cards.opened.connect(self.presenter.open)
        self._empty = EmptyState("", icon="hand-coins")
        column.addWidget(self._tools)
        column.addLayout(self._tab_slot)
        column.addWidget(self._count)
        column.addWidget(self.cards, 1)
        column.addWidget(self._empty, 1)
        self.column.addLayout(column)
        for widget in (self._tools, self._count, self.cards, self._empty):
            widget.hide()

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter(params.get("tab", ""))

    def shown_again(self) -> None:
        self._say_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: ReliefsState) -> None:
        """Show the list."""
        fine = not state.trouble
        self.begin.setVisible(state.may_propose)
        self.desk.setVisible(state.may_see_desk)
        self.blank.setVisible(state.may_propose)
        self._tools.setVisible(fine and (state.may_propose or state.may_see_desk))
        if fine:
            self._show_tabs(state)
        cards = [relief_card(one, self.surroundings.texts, state.today) for one in state.items]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards) and fine)
        words = self.tr("{0} 笔，其中材料超期 {1} 笔") if state.late else self.tr("{0} 笔")
        self._count.setText(words.format(len(cards), state.late))
        self._count.setVisible(bool(cards) and fine)
        self._empty.setVisible(state.loaded and (not cards or not fine))
        self._empty.set_content(state.trouble or self._nothing(state.tab), icon="hand-coins")

    def _show_tabs(self, state: ReliefsState) -> None:
        shown = tuple(state.counts.get(tab, 0) for tab in Tab)
        if self.tabs is None or shown != self._shown_tabs:
            now = QApplication.focusWidget()
            focused = self.tabs is not None and now is not None and self.tabs.isAncestorOf(now)
            if self.tabs is not None:
                self._tab_slot.removeWidget(self.tabs)
                self.tabs.hide()
                self.tabs.deleteLater()
            self._shown_tabs = shown
            words = self._tab_words()
            self.tabs = Segmented(
                [
                    Choice(tab.value, f"{words[tab]} {count}" if count else words[tab])
                    for tab, count in zip(Tab, shown, strict=True)
                ]
            )
            self.tabs.describe(self.tr("名单"))
            self.tabs.changed.connect(self._on_tab)
            self._tab_slot.addWidget(self.tabs)
            order_tabs(self)
            if focused:
                self.tabs.buttons()[0].setFocus()
        self.tabs.set_value(state.tab.value)

    def _tab_words(self) -> dict[Tab, str]:
        return {
            Tab.OPEN: self.tr("未办结"),
            Tab.DECISION: self.tr("待审批"),
            Tab.PAPERS: self.tr("待补材料"),
            Tab.FOLLOW_UP: self.tr("待回访"),
            Tab.OVER: self.tr("已办结"),
        }

    def _nothing(self, tab: Tab) -> str:
        return {
            Tab.OPEN: self.tr("没有未办结的救助。"),
            Tab.DECISION: self.tr("没有待审批的救助。"),
            Tab.PAPERS: self.tr("没有待补材料的救助。"),
            Tab.FOLLOW_UP: self.tr("没有待回访的救助。"),
            Tab.OVER: self.tr("还没有办结的救助。"),
        }[tab]

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("临时救助"))

    def _on_tab(self, value: object) -> None:
        self.presenter.choose_tab(Tab(str(value)))
