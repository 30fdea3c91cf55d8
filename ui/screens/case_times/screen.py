"""急难处置时效: of how many limits how many were kept, how long it took, which cases were late. Layer 5."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.clues import ClueClock
from fieldapp.domain.rules.clue_times import TimeFigure
from fieldapp.services.clue_times import AreaTimes, TimesTable
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.case_times.presenter import Span, TimesPresenter, TimesState
from ui.theme import StatusKind, TextRole
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.records.clue_words import clue_card, span_words
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.scrolling import ScrollPage
from ui.widgets.stat_tile import StatTile
from ui.widgets.tab_order import order_tabs

_ICONS = {
    ClueClock.ACCEPT: "inbox",
    ClueClock.ON_SPOT: "footprints",
    ClueClock.RELIEF: "hand-coins",
    ClueClock.PAPERS: "file-text",
}


class AreaCard(Card):
    """One area's figures; a tile with late cases opens them. Signals: late_asked(ClueClock)."""

    late_asked = Signal(object)

    def __init__(self, area: AreaTimes, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.area = area
        self.set_title(area.name or area.area_code)
        self.add_tool(Text(self.tr("{0} 件").format(area.cases), TextRole.CAPTION))
        tiles = QWidget()
        grid = EvenGridLayout(tiles, gap=12, columns=4)
        self.tiles: dict[ClueClock, StatTile] = {}
        for figure in area.figures:
            grid.addWidget(self._figure(figure, texts))
        self.body.addWidget(tiles)

    def _figure(self, figure: TimeFigure, texts: Texts) -> QWidget:
        tone = StatusKind.MUTE
        if figure.decided:
            tone = StatusKind.WARN if figure.late else StatusKind.OK
        label = texts.label(figure.clock)
        tile = StatTile(label, icon=_ICONS[figure.clock], tone=tone, tappable=bool(figure.late))
        tile.set_figure(str(figure.kept), f"/ {figure.decided}")
        if figure.late:
            tile.setAccessibleName(
                self.tr("{0}：按时 {1}，应 {2}，看超时的").format(label, figure.kept, figure.decided)
            )
            tile.clicked.connect(partial(self.late_asked.emit, figure.clock))
        self.tiles[figure.clock] = tile
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(tile)
        words = self.tr("还没有") if figure.typical is None else span_words(figure.typical)
        column.addWidget(Text(self.tr("用时中位数 {0}").format(words), TextRole.CAPTION, wrap=True))
        return holder


class CaseTimesScreen(Screen):
    """Figures above, the cases behind the one that was tapped below."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = TimesPresenter(surroundings, self.render_state)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self._trouble = EmptyState("", icon="clock")
        self.span = Segmented(
            [
                Choice(Span.DAYS_30.value, self.tr("近30天")),
                Choice(Span.DAYS_90.value, self.tr("近90天")),
                Choice(Span.YEAR.value, self.tr("今年")),
            ]
        )
        self.span.describe(self.tr("哪段时间上报的"))
        self.span.changed.connect(self._on_span)
        self._about = Text(
            self.tr("按时办的件数和应办的件数；时限没到、还没办的不算。合并和转出的不计。"),
            TextRole.CAPTION,
            wrap=True,
        )
        self._slot = QVBoxLayout()
        self._slot.setSpacing(14)
        self.areas: list[AreaCard] = []
        self._shown: tuple[TimesTable, ...] | None = None
        self.behind = Card(icon="triangle-alert")
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("超时的线索"))
        self.cards.set_growing(True)
        self.cards.opened.connect(self.presenter.open)
        self.behind.body.addWidget(self.cards)
        for widget in (self._trouble, self.behind):
            widget.hide()
        self.page.column.addWidget(self._trouble)
        self.page.column.addWidget(self.span)
        self.page.column.addWidget(self._about)
        self.page.column.addLayout(self._slot)
        self.page.column.addWidget(self.behind)
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

    def render_state(self, state: TimesState) -> None:
        """Show the figures, and the cases behind one."""
        self.span.set_value(state.span.value)
        nothing = state.loaded and not any(table.total.cases for table in state.tables)
        self._trouble.setVisible(bool(state.trouble) or nothing)
        self._trouble.set_content(state.trouble or self.tr("这段时间没有上报的急难线索。"), icon="clock")
        if state.tables != self._shown:
            self._shown = state.tables
            self._show_areas([] if nothing else list(state.tables))
        behind = state.behind
        self.behind.setVisible(behind is not None)
        if behind is not None:
            label = self.surroundings.texts.label(behind.clock)
            title = self.tr("{0}：{1}超时 {2} 件")
            self.behind.set_title(title.format(behind.area_name, label, len(behind.items)))
            cards = [clue_card(one, self.surroundings.texts, state.today) for one in behind.items]
            self.cards.set_keys(self._at_hand.hold(cards))
            # The list gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, lambda: self.page.show_field(self.behind))

    def _show_areas(self, tables: list[TimesTable]) -> None:
        for old in self.areas:
            self._slot.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.areas = []
        for table in tables:
            rows = table.rows if len(table.rows) > 1 else ()
            for area in (table.total, *rows):
                card = AreaCard(area, self.surroundings.texts)
                card.late_asked.connect(partial(self.presenter.look_behind, area))
                self._slot.addWidget(card)
                self.areas.append(card)
        order_tabs(self)

    def _on_span(self, value: object) -> None:
        self.presenter.choose_span(Span(str(value)))

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("急难处置时效"))
