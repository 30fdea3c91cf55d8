"""线索处置 for those who decide, 我的线索 for those who report: clues by their clocks. Layer 5."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from fieldapp.domain.records.clues import ClueSource, Urgency
from fieldapp.services.clues import OwnClue
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.clues.presenter import CluesPresenter, CluesState, Tab
from ui.theme import StatusKind
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.kept_filter_row import KeptFilterRow
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.clue_words import KIND_ICONS, URGENCY_TONES, clue_card, status_chip
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.tab_order import order_tabs

_EVERY_MS: Final = 30_000
"""How often the clocks are read anew while the page is shown."""
_ALL: Final = "ALL"


class CluesScreen(Screen):
    """The most pressing first; tabs, urgency and source narrow the list."""

    entry = "clues"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = CluesPresenter(surroundings, self.render_state)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(20, 14, 20, 0)
        self._column.setSpacing(12)
        self.tabs: Segmented | None = None
        self._shown_tabs: tuple[tuple[Tab, int], ...] = ()
        self._tab_slot = QVBoxLayout()
        self._filters = self._build_filters()
        self.kept = KeptFilterRow(surroundings, "clues", self.presenter.narrow)
        self._tools = QWidget()
        flow = FlowLayout(self._tools, gap=12)
        self._count = Text("", tone="soft")
        self.blank = Button(self.tr("打印空白上报单"), ButtonKind.TEXT, icon="printer")
        self.blank.clicked.connect(self.presenter.print_blank)
        flow.addWidget(self._count)
        flow.addWidget(self.blank)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("线索"))
        self.cards.opened.connect(self.presenter.open)
        self._empty = EmptyState("", icon="inbox")
        self._empty.action.connect(self.presenter.report)
        self._column.addLayout(self._tab_slot)
        self._column.addWidget(self._filters)
        self._column.addWidget(self.kept)
        self._column.addWidget(self._tools)
        self._column.addWidget(self.cards, 1)
        self._column.addWidget(self._empty, 1)
        self.column.addLayout(self._column)
        for widget in (self._filters, self._tools, self.cards, self._empty):
            widget.hide()
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self.presenter.reload)

    def _build_filters(self) -> QWidget:
        label = self.surroundings.texts.label
        everything = Choice(_ALL, self.tr("全部"))
        self.urgency = Segmented([everything, *(Choice(one.value, label(one)) for one in Urgency)])
        self.urgency.describe(self.tr("紧急程度"))
        self.urgency.set_value(_ALL)
        self.urgency.changed.connect(self._on_urgency)
        sources = [Choice(_ALL, self.tr("全部来源")), *(Choice(one.value, label(one)) for one in ClueSource)]
        self.source = Picker(sources, title=self.tr("来源"))
        self.source.set_value(_ALL)
        self.source.changed.connect(self._on_source)
        row = QWidget()
        grid = EvenGridLayout(row, gap=12, columns=2)
        grid.addWidget(self.urgency)
        grid.addWidget(self.source)
        return row

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.kept.shelf.enter()
        self.presenter.enter(params.get("tab", ""))
        self._clock.start()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.reload()

    def leave(self) -> None:
        self._clock.stop()
        self.kept.shelf.leave()
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: CluesState) -> None:
        """Show the list."""
        if self.isVisible():
            self._say_title(state)
        if state.trouble:
            self._empty.set_content(state.trouble, icon="circle-alert")
        self._show_tabs(state)
        self._filters.setVisible(not state.trouble and state.tab is not Tab.OWN and len(state.tabs) > 1)
        self.urgency.set_value(state.urgency.value if state.urgency is not None else _ALL)
        self.source.set_value(state.source.value if state.source is not None else _ALL)
        narrowed = {"urgency": state.urgency or "", "source": state.source or ""}
        self.kept.shelf.narrowed_by(narrowed if self._filters.isVisibleTo(self) else {})
        if state.tab is Tab.OWN:
            cards = [self._own_card(one, state) for one in state.own]
        else:
            cards = [clue_card(one, self.surroundings.texts, state.today) for one in state.items]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards) and not state.trouble)
        self._count.setText(self.tr("{0} 件").format(len(cards)))
        self._count.setVisible(bool(cards) and not state.trouble)
        self.blank.setVisible(state.may_report)
        self._tools.setVisible(state.loaded and not state.trouble and (bool(cards) or state.may_report))
        self._empty.setVisible(state.loaded and (not cards or bool(state.trouble)))
        if not state.trouble:
            button = self.tr("急难上报") if state.may_report and state.tab is Tab.OWN else ""
            self._empty.set_content(self._nothing(state), icon="circle-check", button=button)

    def _show_tabs(self, state: CluesState) -> None:
        shown = tuple((tab, state.counts.get(tab, 0)) for tab in state.tabs)
        if shown != self._shown_tabs:
            now = QApplication.focusWidget()
            focused = self.tabs is not None and now is not None and self.tabs.isAncestorOf(now)
            self._shown_tabs = shown
            if self.tabs is not None:
                self._tab_slot.removeWidget(self.tabs)
                self.tabs.hide()
                self.tabs.deleteLater()
            words = self._tab_words()
            choices = [
                Choice(tab.value, f"{words[tab]} {count}" if count else words[tab]) for tab, count in shown
            ]
            self.tabs = Segmented(choices)
            self.tabs.describe(self.tr("名单"))
            self.tabs.changed.connect(self._on_tab)
            self._tab_slot.addWidget(self.tabs)
            self.tabs.setVisible(len(shown) > 1)
            order_tabs(self)
            if focused:
                self.tabs.buttons()[0].setFocus()
        if self.tabs is not None:
            self.tabs.set_value(state.tab.value)

    def _tab_words(self) -> dict[Tab, str]:
        return {
            Tab.OPEN: self.tr("未办结"),
            Tab.MINE: self.tr("等我办"),
            Tab.OVERDUE: self.tr("已超时"),
            Tab.OVER: self.tr("已办结"),
            Tab.OWN: self.tr("我上报的"),
        }

    def _nothing(self, state: CluesState) -> str:
        return {
            Tab.OPEN: self.tr("没有未办结的线索。"),
            Tab.MINE: self.tr("没有等你办的线索。"),
            Tab.OVERDUE: self.tr("没有超时的线索。"),
            Tab.OVER: self.tr("还没有办结的线索。"),
            Tab.OWN: self.tr("你还没有上报过急难情况。"),
        }[state.tab]

    def _own_card(self, own: OwnClue, state: CluesState) -> CardContent:
        texts = self.surroundings.texts
        chips = [status_chip(own.status, texts)]
        if own.refused_code:
            chips = [CardChip(self.tr("没有收下"), StatusKind.DANGER)]
        elif own.unsent:
            chips = [CardChip(self.tr("待上传"), StatusKind.INFO)]
        if own.merged:
            chips.append(CardChip(self.tr("与另一件合并"), StatusKind.MUTE))
        line = state.refusals.get(own.clue_id) or SEPARATOR.join(filter(None, (own.place, own.clue_no)))
        return CardContent(
            key=own.clue_id,
            title=SEPARATOR.join((texts.label(own.kind), texts.label(own.urgency))),
            chips=tuple(chips),
            line=line,
            right=self.tr("{0} 上报").format(moment_words(own.reported_at, state.today)),
            icon=KIND_ICONS[own.kind],
            icon_tone=URGENCY_TONES[own.urgency],
        )

    def _say_title(self, state: CluesState) -> None:
        if state.handles:
            words = self.tr("未办结 {0} 件，已超时 {1} 件")
            context = words.format(state.counts.get(Tab.OPEN, 0), state.counts.get(Tab.OVERDUE, 0))
            self.surroundings.shell.set_title(self.tr("线索处置"), context)
        else:
            context = self.tr("共上报 {0} 件").format(state.counts.get(Tab.OWN, 0))
            self.surroundings.shell.set_title(self.tr("我的线索"), context)

    # --- intents --------------------------------------------------------------------------------

    def _on_tab(self, value: object) -> None:
        self.presenter.choose_tab(Tab(str(value)))

    def _on_urgency(self, value: object) -> None:
        self.presenter.choose_urgency(None if value == _ALL else Urgency(str(value)))

    def _on_source(self, value: object) -> None:
        self.presenter.choose_source(None if value == _ALL else ClueSource(str(value)))
