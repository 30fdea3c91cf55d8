"""服务需求: needs of the worker's areas by how they stand. Layer 5."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.visits import NeedKind
from fieldapp.services.need_views import NeedList
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.needs.presenter import NeedsPresenter, NeedsState
from ui.widgets.buttons import Button
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.kept_filter_row import KeptFilterRow
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.records.need_words import need_card

_ALL: Final = "ALL"


class NeedsScreen(Screen):
    """The oldest first; list, kind and area narrow it."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = NeedsPresenter(surroundings, self.render_state)
        column = QVBoxLayout()
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        self.which = Segmented([Choice(one.value, words) for one, words in self._list_words().items()])
        self.which.describe(self.tr("名单"))
        self.which.changed.connect(self._on_list)
        self._filters = self._build_filters()
        self.kept = KeptFilterRow(surroundings, "needs", self.presenter.narrow)
        self._tools = self._build_tools()
        self._count = Text("", tone="soft")
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("服务需求"))
        self.cards.opened.connect(self.presenter.open)
        self._empty = EmptyState("", icon="heart-handshake")
        for widget in (self.which, self._filters, self.kept, self._tools, self._count):
            column.addWidget(widget)
        column.addWidget(self.cards, 1)
        column.addWidget(self._empty, 1)
        self.column.addLayout(column)
        for hidden in (self._count, self.cards, self._empty, self._tools):
            hidden.hide()

    def _build_filters(self) -> QWidget:
        label = self.surroundings.texts.label
        kinds = [Choice(_ALL, self.tr("全部需求")), *(Choice(one.value, label(one)) for one in NeedKind)]
        self.kind = Picker(kinds, title=self.tr("需求种类"))
        self.kind.describe(self.tr("需求种类"))
        self.kind.set_value(_ALL)
        self.kind.changed.connect(self._on_kind)
        row = QWidget()
        grid = EvenGridLayout(row, gap=12, columns=2)
        grid.addWidget(self.kind)
        self.area = Picker([], title=self.tr("地区"))
        self.area.describe(self.tr("地区"))
        self.area.changed.connect(self._on_area)
        grid.addWidget(self.area)
        self.area.hide()
        return row

    def _build_tools(self) -> QWidget:
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        self.report = Button(self.tr("未满足需求统计"), icon="chart-column")
        self.report.clicked.connect(self.presenter.open_report)
        self.organisations = Button(self.tr("服务机构和项目"), icon="hand-helping")
        self.organisations.clicked.connect(self.presenter.open_organisations)
        flow.addWidget(self.report)
        flow.addWidget(self.organisations)
        return tools

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.kind.set_value(params.get("kind", _ALL))
        self.kept.shelf.enter()
        self.presenter.enter(params.get("which", ""), params.get("kind", ""), params.get("area_code", ""))

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.reload()

    def leave(self) -> None:
        self.kept.shelf.leave()
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: NeedsState) -> None:
        """Show the list."""
        if self.isVisible():
            self._say_title(state)
        self._show_areas(state)
        self.which.set_value(state.which.value)
        self.kind.set_value(state.kind.value if state.kind is not None else _ALL)
        narrowed = {"kind": state.kind or "", "area": state.area_code}
        which = state.which.value if any(narrowed.values()) else ""
        self.kept.shelf.narrowed_by({"which": which, **narrowed})
        self._tools.setVisible(state.loaded)
        self.report.setVisible(state.may_report)
        cards = [need_card(one, self.surroundings.texts, state.today) for one in state.needs]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards) and not state.trouble)
        self._count.setText(self.tr("{0} 项").format(len(cards)))
        self._count.setVisible(bool(cards) and not state.trouble)
        self._empty.setVisible(state.loaded and (not cards or bool(state.trouble)))
        if state.trouble:
            self._empty.set_content(state.trouble, icon="circle-alert")
        else:
            self._empty.set_content(self._nothing(state), icon="heart-handshake")

    def _show_areas(self, state: NeedsState) -> None:
        everywhere = Choice(_ALL, self.tr("全部村组"))
        self.area.set_choices([everywhere, *(Choice(one.code, one.name) for one in state.areas)])
        self.area.set_value(state.area_code or _ALL)
        self.area.setVisible(bool(state.areas))

    def _list_words(self) -> dict[NeedList, str]:
        return {
            NeedList.OPEN: self.tr("待办"),
            NeedList.LATE: self.tr("已超时"),
            NeedList.SILENT: self.tr("超时未接收"),
            NeedList.UNMET: self.tr("未满足"),
            NeedList.ALL: self.tr("全部"),
        }

    def _nothing(self, state: NeedsState) -> str:
        return {
            NeedList.OPEN: self.tr("没有等着办的服务需求。走访时或在家庭档案里可以登记。"),
            NeedList.LATE: self.tr("没有超时的服务需求。"),
            NeedList.SILENT: self.tr("没有超过答复期限的转介。"),
            NeedList.UNMET: self.tr("没有未满足的服务需求。"),
            NeedList.ALL: self.tr("还没有登记过服务需求。走访时或在家庭档案里可以登记。"),
        }[state.which]

    def _say_title(self, state: NeedsState) -> None:
        words = self.tr("待办 {0} 项，已超时 {1} 项，超时未接收 {2} 项")
        counts = [state.counts.get(one, 0) for one in (NeedList.OPEN, NeedList.LATE, NeedList.SILENT)]
        self.surroundings.shell.set_title(self.tr("服务需求"), words.format(*counts))

    # --- intents --------------------------------------------------------------------------------

    def _on_list(self, value: object) -> None:
        self.presenter.choose_list(NeedList(str(value)))

    def _on_kind(self, value: object) -> None:
        self.presenter.choose_kind(None if value in (_ALL, None) else NeedKind(str(value)))

    def _on_area(self, value: object) -> None:
        self.presenter.choose_area("" if value in (_ALL, None) else str(value))
