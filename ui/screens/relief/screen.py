"""One relief: what was given, how it stands, its papers and visits, what may be done now. Layer 5."""

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.reliefs import ReliefAction, ReliefOutcome
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.relief.panel import StepPanel
from ui.screens.relief.parts import ACTION_ICONS, FactsCard, HeadCard, ItemsCard, MoneyCard, TimelineCard
from ui.screens.relief.presenter import ReliefPresenter
from ui.screens.relief.state import Notice, ReliefState
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.picture_album import PictureAlbum
from ui.widgets.scrolling import ScrollPage
from ui.widgets.shell.page_scaffold import TwoColumns
from ui.widgets.shell.policy_link import policy_link
from ui.widgets.tab_order import order_tabs


class ReliefScreen(Screen):
    """Steps are taken in a panel of the page; what is not allowed is not there."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        texts = surroundings.texts
        self.album = PictureAlbum()
        self.presenter: ReliefPresenter[QImage] = ReliefPresenter(
            surroundings, render=self.render_state, say=self._say, pictures=self.album.port()
        )
        self.album.wanted.connect(self.presenter.pictures.download)
        self.album.whole_wanted.connect(self.presenter.pictures.open)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self.trouble = EmptyState("", icon="circle-alert")
        self.head = HeadCard(texts)
        self.offers = QWidget()
        self._action_flow = FlowLayout(self.offers, gap=12)
        self.buttons: dict[ReliefAction, Button] = {}
        self.panel = StepPanel(texts)
        self.panel.changed.connect(self._on_changed)
        self.panel.taken.connect(self.presenter.take)
        self.panel.cancelled.connect(self.presenter.cancel)
        self.panel.rebuilt.connect(self._order_tabs)
        self.items = ItemsCard(texts)
        self.facts = FactsCard(texts)
        self.facts.household_asked.connect(self.presenter.open_household)
        self.facts.clue_asked.connect(self.presenter.open_clue)
        self.facts.paper_asked.connect(self.presenter.print_form)
        self.facts.visit_asked.connect(self.presenter.visit)
        self.money = MoneyCard(texts)
        self.timeline = TimelineCard(texts)
        self._photos = Card(self.tr("照片和票据"), icon="image")
        self._photos.body.addWidget(self.album)
        self._columns = TwoColumns(
            _stack(self.items, self.facts, self._photos, self.timeline), _stack(self.money), side_first=True
        )
        for widget in (self.trouble, self.head, self.offers, self.panel, self._columns):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params["relief_id"])

    def shown_again(self) -> None:
        self._show_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.album.close_viewer()
        self.presenter.leave()

    def urgent_params(self) -> Params:
        view = self.presenter.state.view
        home = view.relief.household_id if view is not None else None
        return {"household_id": home} if home is not None else {}

    def tools(self) -> tuple[QWidget, ...]:
        return (policy_link(lambda: self.surroundings.shell.go("policies", topic="RELIEF")),)

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: ReliefState) -> None:
        """Show the relief as it stands."""
        if self.isVisible():
            self._show_title()
        view = state.view
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        there = not state.trouble and view is not None
        self.head.setVisible(there)
        self._columns.setVisible(there)
        if view is None or not there:
            self.offers.hide()
            self.panel.hide()
            return
        self.head.show_relief(view, state.today)
        self.items.show_items(view.relief.items, view.relief.amount)
        self.facts.render_state(state)
        self.money.show_money(view, state.today)
        self.timeline.render_state(state)
        self.album.set_rows(state.photos)
        self._photos.setVisible(bool(state.photos))
        self._show_actions(state)
        if self.panel.show_panel(state):
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, self._bring_panel)

    def _show_actions(self, state: ReliefState) -> None:
        may = state.view.actions if state.view is not None else ()
        offered = [action for action in ACTION_ICONS if action in may]
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
        self.surroundings.shell.set_title(
            self.tr("临时救助"), view.relief.relief_no if view is not None else ""
        )

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        if name == "outcome":
            value = ReliefOutcome(str(value)) if value else None
        self.presenter.change(**{name: value if value is not None or name == "outcome" else ""})

    def _say(self, notice: Notice) -> None:
        words = {Notice.STEP_TAKEN: self.tr("已存本机，联网即发。")}[notice]
        self.surroundings.shell.toast(words)


def _stack(*widgets: QWidget) -> QWidget:
    stack = QWidget()
    column = QVBoxLayout(stack)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(14)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return stack
