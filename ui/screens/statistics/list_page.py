"""The list behind a number: visits or households, part by part."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fieldapp.services.statistics_lists import VISIT_LISTINGS, Listing
from ui.screens.statistics.state import ListState, StatisticsState
from ui.screens.statistics.words import figure_words, listing_words
from ui.theme import TextRole
from ui.widgets.buttons import Button
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent, CardSource
from ui.widgets.tab_order import order_tabs


class ListPage(QWidget):
    """Head with the way back, the parts of the list, the cards.

    Signals: back_wanted(), listing_chosen(Listing), opened(id), export_wanted(), paper_wanted().

    Args:
        source: asks for the cards in view; they come through `supply`.
    """

    back_wanted = Signal()
    listing_chosen = Signal(object)
    opened = Signal(str)
    export_wanted = Signal()
    paper_wanted = Signal()

    def __init__(self, source: CardSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._version = -1
        self._tabs_of: tuple[tuple[Listing, int], ...] = ()
        self._tabs: Segmented | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        head = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        head.setSizePolicy(policy)
        flow = FlowLayout(head, gap=12)
        self.back = Button(self.tr("返回统计"), icon="arrow-left")
        self.back.clicked.connect(self.back_wanted)
        self._title = Text("", TextRole.SECTION)
        self.export = Button(self.tr("导出这些走访"), icon="download")
        self.export.clicked.connect(self.export_wanted)
        self.paper = Button("", icon="printer")
        self.paper.clicked.connect(self.paper_wanted)
        for widget in (self.back, self._title, self.export, self.paper):
            flow.addWidget(widget)
        column.addWidget(head)
        self._tab_place = QVBoxLayout()
        column.addLayout(self._tab_place)
        self.cards = CardList(source, self.tr("名单"))
        self.cards.opened.connect(self.opened)
        self.cards.setMinimumHeight(96)  # on the smallest window half a card rather than a cut button
        column.addWidget(self.cards, 1)
        self._empty = EmptyState("", icon="circle-check")
        column.addWidget(self._empty, 1)
        self._empty.hide()

    def render_state(self, state: StatisticsState) -> None:
        """Show the list, or nothing."""
        shown, view = state.list, state.view
        if shown is None or view is None:
            self._version = -1
            return
        self._title.setText(self._title_words(shown))
        of_visits = shown.listing in VISIT_LISTINGS
        self.export.setVisible(of_visits and view.may_export and bool(shown.ids))
        self.export.setEnabled(state.exporting is None)
        self.paper.setText(self.tr("打印这些走访") if of_visits else self.tr("打印空白走访表"))
        self.paper.setVisible(view.may_export and bool(shown.ids))
        if shown.tabs != self._tabs_of:
            self._tabs_of = shown.tabs
            self._rebuild_tabs(shown)
        if self._tabs is not None:
            self._tabs.set_value(shown.listing.value)
        nothing = shown.loaded and not shown.ids
        self._empty.set_content(self.tr("这里没有名单。"), icon="circle-check")
        self._empty.setVisible(nothing)
        self.cards.setVisible(not nothing)
        if shown.version != self._version:
            self._version = shown.version
            self.cards.set_keys(shown.ids)

    def supply(self, contents: Mapping[str, CardContent]) -> None:
        """Cards that were asked for."""
        self.cards.cards.supply(contents)

    def _title_words(self, shown: ListState) -> str:
        name, number = figure_words(shown.figure), f"{len(shown.ids):,}"
        if len(shown.tabs) > 1:
            return name  # the tabs say how many
        if shown.listing in VISIT_LISTINGS:
            return self.tr("{0} · {1} 次走访").format(name, number)
        return self.tr("{0} · {1} 户").format(name, number)

    def _rebuild_tabs(self, shown: ListState) -> None:
        if self._tabs is not None:
            self._tabs.hide()
            self._tabs.deleteLater()
            self._tabs = None
        if len(shown.tabs) > 1:
            self._tabs = Segmented(
                [Choice(one.value, f"{listing_words(one)} {count:,}") for one, count in shown.tabs]
            )
            self._tabs.describe(self.tr("看哪部分"))
            self._tabs.changed.connect(lambda value: self.listing_chosen.emit(Listing(str(value))))
            self._tab_place.addWidget(self._tabs)
        order_tabs(self)
