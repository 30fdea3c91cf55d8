"""One campaign: doors to knock on, doors done, progress by area; a supervisor ends it here. Layer 5."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.campaign.presenter import CampaignPresenter, CampaignState, Part
from ui.screens.campaign.progress_page import ProgressPage
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.lists.card_list import CardList
from ui.widgets.records.campaign_words import span_words
from ui.widgets.records.household_cards import SEPARATOR, CardsByTask, household_card
from ui.widgets.records.household_rows import HouseholdRow
from ui.widgets.tab_order import order_tabs


class CampaignScreen(Screen):
    """One 专项排查."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = CampaignPresenter(surroundings, self.render_state, self._on_rows)
        self._version = -1
        self._tabs: Segmented | None = None
        self._tabs_of: tuple[int, int] | None = None
        self.progress = ProgressPage(surroundings.texts)
        self.progress.area_opened.connect(self.presenter.open_area)
        self.progress.end_asked.connect(lambda ending: self.presenter.ask_to_end(ending=ending))
        self.progress.end_wanted.connect(self.presenter.end)
        self._trouble = EmptyState("", icon="circle-alert")
        self._parts = QStackedWidget()
        self._parts.addWidget(self._build_doors())
        self._parts.addWidget(self.progress)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 14, 0, 0)
        column.setSpacing(0)
        self._tab_place = QVBoxLayout()
        self._tab_place.setContentsMargins(20, 0, 20, 0)
        column.addLayout(self._tab_place)
        column.addWidget(self._parts, 1)
        for widget in (self._trouble, self._body):
            widget.hide()
            self.column.addWidget(widget, 1)

    def _build_doors(self) -> QWidget:
        doors = QWidget()
        column = QVBoxLayout(doors)
        column.setContentsMargins(20, 12, 20, 0)
        column.setSpacing(10)
        self.narrowed = Button("", ButtonKind.TEXT, icon="x")
        self.narrowed.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.narrowed.clicked.connect(lambda: self.presenter.open_area(""))
        self.cards = CardList(CardsByTask(self.presenter.need), self.tr("要走访的家庭"))
        self.cards.opened.connect(self.presenter.open_household)
        self.cards.action.connect(self.presenter.visit)
        self._nothing = EmptyState("", icon="circle-check")
        self.paper = Button(self.tr("打印空白走访表"), ButtonKind.TEXT, icon="printer")
        self.paper.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.paper.clicked.connect(self.presenter.print_blank)
        column.addWidget(self.narrowed)
        column.addWidget(self.paper)
        column.addWidget(self.cards, 1)
        column.addWidget(self._nothing, 1)
        return doors

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

    def render_state(self, state: CampaignState) -> None:
        """Show the part at the front."""
        if self.isVisible():
            self._say_title(state)
        progress = state.progress
        self._trouble.set_content(state.trouble, icon="circle-alert")
        self._trouble.setVisible(bool(state.trouble))
        self._body.setVisible(progress is not None and not state.trouble)
        if progress is None or state.trouble:
            return
        self._show_tabs(state, (len(progress.open_doors), len(progress.done_doors)))
        self.progress.render_state(state)
        self._parts.setCurrentIndex(int(state.part is Part.PROGRESS))
        if state.part is not Part.PROGRESS:
            self._show_doors(state)
        order_tabs(self)

    def _show_tabs(self, state: CampaignState, counts: tuple[int, int]) -> None:
        if self._tabs is None or counts != self._tabs_of:
            if self._tabs is not None:
                self._tabs.hide()
                self._tabs.deleteLater()
            self._tabs_of = counts
            self._tabs = Segmented(
                [
                    Choice(Part.OPEN, self.tr("待走访 {0}").format(f"{counts[0]:,}")),
                    Choice(Part.DONE, self.tr("已走访 {0}").format(f"{counts[1]:,}")),
                    Choice(Part.PROGRESS, self.tr("进度")),
                ]
            )
            self._tabs.describe(self.tr("看哪部分"))
            self._tabs.changed.connect(lambda value: self.presenter.show(Part(str(value))))
            self._tab_place.addWidget(self._tabs)
        self._tabs.set_value(state.part.value)

    def _show_doors(self, state: CampaignState) -> None:
        self.narrowed.setVisible(bool(state.area[0]))
        self.narrowed.setText(self.tr("只看{0}，点这里看全部").format(state.area[1]))
        self.paper.setVisible(bool(state.doors) and state.part is Part.OPEN)
        self.cards.setVisible(bool(state.doors))
        self._nothing.setVisible(not state.doors)
        if state.part is Part.OPEN:
            words = self.tr("这里没有待走访的家庭，都走访过了。")
        else:
            words = self.tr("还没有走访过的家庭。")
        self._nothing.set_content(words, icon="circle-check")
        if state.version != self._version:
            self._version = state.version
            self.cards.set_keys(state.doors)

    def _on_rows(self, rows: Sequence[HouseholdRow]) -> None:
        state = self.presenter.state
        progress = state.progress
        if progress is None:
            return
        visits = state.part is Part.OPEN and progress.may_visit and progress.item.runs
        first = state.doors[0] if state.doors else ""
        # How the plan's period stands is another matter: 已走访 there would contradict the open door.
        cards = [
            household_card(
                replace(row, standing=None), state.today, may_visit=visits, primary=row.household_id == first
            )
            for row in rows
        ]
        self.cards.cards.supply({card.key: card for card in cards})

    def _say_title(self, state: CampaignState) -> None:
        progress = state.progress
        if progress is None:
            self.surroundings.shell.set_title(self.tr("专项排查"))
            return
        campaign = progress.item.campaign
        context = SEPARATOR.join(filter(None, (progress.item.area_name, span_words(campaign, state.today))))
        self.surroundings.shell.set_title(campaign.title, context)
