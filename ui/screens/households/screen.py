"""The list of households: search above, filter by area, a long list of cards."""

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.households.presenter import HouseholdsPresenter, HouseholdsState
from ui.theme import TextRole, Theme
from ui.widgets.buttons import Button
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.kept_filter_row import KeptFilterRow
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.records.household_cards import CardsByTask, household_card
from ui.widgets.records.household_rows import HouseholdRow
from ui.widgets.tab_order import order_tabs

_ALL = "all"


class HouseholdsScreen(Screen):
    """对象."""

    entry = "households"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = HouseholdsPresenter(surroundings, self.render_state, self._on_rows)
        self._version = -1
        self._codes: tuple[str, ...] | None = None
        self._filter: Picker | None = None
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        column.addWidget(self._build_head())
        self.kept = KeptFilterRow(surroundings, "households", self.presenter.narrow)
        column.addWidget(self.kept)
        self.listing = CardList(CardsByTask(self.presenter.need))
        self.listing.setAccessibleName(self.tr("家庭列表"))
        self.listing.opened.connect(self.presenter.open_household)
        self.listing.action.connect(self.presenter.visit)
        column.addWidget(self.listing, 1)
        self._empty = EmptyState("", icon="search")
        self._empty.action.connect(self._on_empty)
        column.addWidget(self._empty, 1)
        self.column.addWidget(body)
        self.listing.hide()
        self._empty.hide()

    def _build_head(self) -> QWidget:
        head = QWidget()
        self._flow = FlowLayout(head, gap=12)
        self._count = Text("", TextRole.SECTION)
        self._register = Button(self.tr("登记新户"), icon="user-plus")
        self._register.clicked.connect(self.presenter.register)
        self._filter_place = QWidget()
        self._filter_row = QVBoxLayout(self._filter_place)
        self._filter_row.setContentsMargins(0, 0, 0, 0)
        self._filter_place.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for widget in (self._count, self._filter_place, self._register):
            self._flow.addWidget(widget)
        self._register.hide()
        self._filter_place.hide()
        look.follow(self, self._restyle)
        return head

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.kept.shelf.enter()
        self.presenter.enter(params.get("typed", ""))

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.kept.shelf.leave()
        self.presenter.leave()

    def walked(self) -> CardList:
        return self.listing

    def begin_visit(self) -> bool:
        return self.listing.press_action()

    def search_placeholder(self) -> str:
        return self.tr("姓名、拼音首字母、组、地址、身份证后6位")

    def search(self, typed: str) -> None:
        self.presenter.search(typed)

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: HouseholdsState) -> None:
        """Show what was found."""
        self._count.setText(self._count_words(state))
        self._count.setVisible(state.loaded)
        self._register.setVisible(state.may_register)
        self._show_filter(state)
        self.kept.shelf.narrowed_by({"area": state.area})
        some = bool(state.ids)
        self.listing.setVisible(some)
        self._empty.setVisible(state.loaded and not some)
        if not some:
            self._show_empty(state)
        if state.version != self._version:
            self._version = state.version
            self.listing.set_keys(state.ids, keep_place=True)

    def _count_words(self, state: HouseholdsState) -> str:
        if state.typed.strip():
            return self.tr("找到 {0} 户").format(f"{len(state.ids):,}")
        return self.tr("共 {0} 户").format(f"{len(state.ids):,}")

    def _show_filter(self, state: HouseholdsState) -> None:
        codes = tuple(area.code for area in state.areas)
        if codes != self._codes:
            self._codes = codes
            self._rebuild_filter(state)
        if self._filter is not None:
            self._filter.set_value(state.area or _ALL)

    def _rebuild_filter(self, state: HouseholdsState) -> None:
        if self._filter is not None:
            self._filter.hide()
            self._filter.deleteLater()
            self._filter = None
        if len(state.areas) > 1:
            choices = [Choice(_ALL, self.tr("全部"))]
            choices += [Choice(area.code, area.name) for area in state.areas]
            self._filter = Picker(choices, title=self.tr("村（网格）"))
            self._filter.describe(self.tr("村（网格）"))
            self._filter.changed.connect(self._on_area)
            self._filter_row.addWidget(self._filter)
        self._filter_place.setVisible(self._filter is not None)
        order_tabs(self)

    def _show_empty(self, state: HouseholdsState) -> None:
        if state.roster_empty:
            self._empty.set_content(
                self.tr("本机还没有台账。联网同步一次后，这里会列出您负责的家庭。"),
                icon="cloud-off",
                button=self.tr("立即同步"),
            )
            return
        button = self.tr("登记新户") if state.may_register else ""
        if state.typed.strip():
            sentence = self.tr("没有找到“{0}”。可以换姓名、拼音首字母或身份证后6位再试。").format(
                state.typed.strip()
            )
            self._empty.set_content(sentence, icon="search", button=button)
        else:
            self._empty.set_content(self.tr("这里还没有家庭。"), icon="users", button=button)

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("对象"))

    # --- intents --------------------------------------------------------------------------------

    def _on_rows(self, rows: Sequence[HouseholdRow]) -> None:
        state = self.presenter.state
        today = self.surroundings.context.today()
        self.listing.cards.supply(
            {row.household_id: household_card(row, today, may_visit=state.may_visit) for row in rows}
        )

    def _on_area(self, value: object) -> None:
        self.presenter.choose_area("" if value in (None, _ALL) else str(value))

    def _on_empty(self) -> None:
        if self.presenter.state.roster_empty:
            self.presenter.sync_now()
        else:
            self.presenter.register()

    def _restyle(self, theme: Theme) -> None:
        self._filter_place.setMinimumWidth(theme.px(280))
