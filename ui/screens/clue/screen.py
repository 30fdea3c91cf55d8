"""One urgent clue: what happened, its limits, what may be done now, what was done. Layer 5."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.clues import ClueAction, ClueStatus, Urgency
from ui import clipboard
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.clue.panel import StepPanel
from ui.screens.clue.parts import ACTION_ICONS, ClocksCard, FactsCard, HeadCard, TimelineCard
from ui.screens.clue.presenter import CluePresenter
from ui.screens.clue.state import CluePageState, Notice
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.brief_panel import BriefPanel
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.cases_card import CasesCard
from ui.widgets.records.emergency_card import DutyPhones, EmergencyCard
from ui.widgets.records.picture_album import PictureAlbum
from ui.widgets.scrolling import ScrollPage
from ui.widgets.shell.page_scaffold import TwoColumns
from ui.widgets.shell.policy_link import policy_link
from ui.widgets.tab_order import order_tabs

_EVERY_MS: Final = 30_000
_BEFORE_HELP: Final = frozenset(
    {ClueStatus.REPORTED, ClueStatus.ACCEPTED, ClueStatus.ASSIGNED, ClueStatus.REOPENED}
)
"""Nobody is on the spot yet: where a life is in danger the numbers come first."""


class ClueScreen(Screen):
    """Steps are taken in a panel of the page; what is not allowed is not there."""

    entry = "clues"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        texts = surroundings.texts
        self.album = PictureAlbum()
        self.presenter: CluePresenter[QImage] = CluePresenter(
            surroundings, render=self.render_state, say=self._say, pictures=self.album.port()
        )
        self.album.wanted.connect(self.presenter.pictures.download)
        self.album.whole_wanted.connect(self.presenter.pictures.open)
        self.page = ScrollPage(gap=14)
        self._build_frame()
        self.trouble = EmptyState("", icon="circle-alert")
        self.emergency = EmergencyCard()
        self.suspect = Banner(
            self.tr("上报时设备的时钟与服务器相差较大，上报时间请当面核对。"), StatusKind.WARN
        )
        self.similar = Banner("", StatusKind.WARN, button=self.tr("对照合并"))
        self.similar.action.connect(partial(self.presenter.begin, ClueAction.MARK_DUPLICATE))
        self.head = HeadCard(texts)
        self.facts = FactsCard(texts)
        self.facts.copy_asked.connect(self._on_copy)
        self.facts.household_asked.connect(self.presenter.open_household)
        self.facts.ways_asked.connect(self.presenter.show_ways)
        self.facts.paper_asked.connect(self.presenter.print_form)
        self.facts.main_asked.connect(self.presenter.open_clue)
        self.offers = QWidget()
        self._action_flow = FlowLayout(self.offers, gap=12)
        self.buttons: dict[ClueAction, Button] = {}
        self.panel = StepPanel(texts, surroundings.context.clock)
        self.panel.changed.connect(self._on_changed)
        self.panel.taken.connect(self.presenter.take)
        self.panel.cancelled.connect(self.presenter.cancel)
        self.panel.household_asked.connect(self.presenter.open_household)
        self.panel.rebuilt.connect(self._order_tabs)
        self.panel.finder.typed.connect(self.presenter.find)
        self.panel.finder.chosen.connect(self.presenter.choose_household)
        self.clocks = ClocksCard(texts)
        self.timeline = TimelineCard(texts)
        self._columns = TwoColumns(self._build_main(), self._build_side(), side_first=True)
        for widget in (
            self.trouble,
            self.emergency,
            self.suspect,
            self.similar,
            self.head,
            self.offers,
            self.panel,
            self._columns,
        ):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self.presenter.reload)

    def _build_frame(self) -> None:
        self.brief = BriefPanel(self.surroundings, self.presenter.brief)
        self.column.addWidget(self.brief)
        self.column.addWidget(self.page)

    def _build_main(self) -> QWidget:
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self._photos = Card(self.tr("照片"), icon="image")
        self._photos.body.addWidget(self.album)
        self.reliefs = CasesCard(self.tr("救助"), self.surroundings.texts)
        self.reliefs.relief_asked.connect(self.presenter.relieve)
        self.reliefs.relief_opened.connect(self.presenter.open_relief)
        column.addWidget(self.facts)
        column.addWidget(self.reliefs)
        column.addWidget(self._photos)
        column.addWidget(self.timeline)
        column.addStretch(1)
        return main

    def _build_side(self) -> QWidget:
        self._side = side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        phones = Card(self.tr("值班电话"), icon="phone")
        self.phones = DutyPhones()
        phones.body.addWidget(self.phones)
        column.addWidget(self.clocks)
        column.addWidget(phones)
        return side

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params["clue_id"])
        self._clock.start()

    def shown_again(self) -> None:
        self._show_title()
        self.presenter.reload()

    def leave(self) -> None:
        self._clock.stop()
        self.album.close_viewer()
        self.brief.stop()
        self.presenter.leave()

    def tools(self) -> tuple[QWidget, ...]:
        return (
            self.brief.button(),
            policy_link(lambda: self.surroundings.shell.go("policies", topic="RELIEF")),
        )

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: CluePageState) -> None:
        """Show the clue as it stands."""
        if self.isVisible():
            self._show_title()
        view, own = state.view, state.own
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        there = not state.trouble and (view is not None or own is not None)
        self.head.setVisible(there)
        whole = there and view is not None
        self.offers.setVisible(whole)
        self._columns.setVisible(there)
        self._side.setVisible(whole)
        if not there:
            for widget in (self.emergency, self.suspect, self.similar, self.panel):
                widget.hide()
            return
        self.head.render_state(state)
        self.facts.render_state(state)
        if view is None:
            self.timeline.hide()
            self._photos.hide()
            self.reliefs.hide()
            return
        life = view.state.urgency is Urgency.L1 and view.state.status in _BEFORE_HELP
        self.emergency.setVisible(life)
        self.suspect.setVisible(view.item.clock_suspect)
        self.similar.setVisible(bool(state.hints) and state.panel is None)
        self.similar.set_message(
            self.tr("有 {0} 件线索像是同一件事。").format(len(state.hints)),
            StatusKind.WARN,
            button=self.tr("对照合并"),
        )
        self._show_actions(state)
        self.reliefs.show_cases((), state.reliefs, state.today, may_propose=state.may_relieve)
        self.clocks.show_clocks(view.clocks, state.today)
        self.timeline.render_state(state)
        self.phones.show_phones(view.phones)
        self.album.set_rows(state.photos)
        self._photos.setVisible(bool(state.photos))
        if self.panel.show_panel(state):
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, self._bring_panel)

    def _show_actions(self, state: CluePageState) -> None:
        view = state.view
        offered = [one.action for one in view.actions] if view is not None else []
        self.offers.setVisible(bool(offered) and state.panel is None)
        if list(self.buttons) == offered:
            return
        self._action_flow.clear()
        self.buttons = {}
        for nth, action in enumerate(offered):
            kind = ButtonKind.PRIMARY if nth == 0 else ButtonKind.SECONDARY
            button = Button(self.surroundings.texts.label(action), kind, icon=ACTION_ICONS[action])
            button.clicked.connect(partial(self.presenter.begin, action))
            self._action_flow.addWidget(button)
            self.buttons[action] = button
        self.offers.updateGeometry()
        self._order_tabs()

    def _order_tabs(self) -> None:
        order_tabs(self)

    def _bring_panel(self) -> None:
        self.page.show_field(self.panel)
        self.panel.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_title(self) -> None:
        view = self.presenter.state.view
        context = view.clue.clue_no if view is not None else ""
        self.surroundings.shell.set_title(self.tr("急难线索"), context)

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        if name == "urgency":
            value = Urgency(str(value))
        self.presenter.change(**{name: value})

    def _on_copy(self) -> None:
        self.presenter.copy_brief(clipboard.put)

    def _say(self, notice: Notice) -> None:
        words = {
            Notice.STEP_TAKEN: self.tr("已存本机，联网即发。"),
            Notice.COPIED: self.tr("已复制，可以粘贴到短信里发出。"),
        }[notice]
        self.surroundings.shell.toast(words)
