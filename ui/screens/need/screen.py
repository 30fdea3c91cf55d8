"""One need: what is wanted, who serves it, what was done, and what may be done now. Layer 5."""

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.needs import ReferralAction, ReferralFields, ReferralStepFields
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.need.panel import StepPanel
from ui.screens.need.presenter import NeedPageState, NeedPresenter, Notice
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words, moment_words
from ui.widgets.records.household_cards import SEPARATOR
from ui.widgets.records.need_words import need_chips
from ui.widgets.records.timeline import Entry, Timeline, newest_first
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

ACTION_ICONS = {
    ReferralAction.ACCEPT: "circle-check",
    ReferralAction.DECLINE: "circle-x",
    ReferralAction.EXPIRE: "hourglass",
    ReferralAction.START: "play",
    ReferralAction.LOG: "clipboard-list",
    ReferralAction.DELIVER: "check",
    ReferralAction.RATE: "star",
    ReferralAction.UNMET: "circle-alert",
    ReferralAction.SETTLE: "circle-check",
    ReferralAction.GIVE_UP: "circle-alert",
}
_BAD = frozenset(
    {ReferralAction.DECLINE, ReferralAction.EXPIRE, ReferralAction.UNMET, ReferralAction.GIVE_UP}
)

_MAIN: tuple[ReferralAction | None, ...] = (None, ReferralAction.RATE)
"""What is done first where it can be; None hands the need on."""


class NeedScreen(Screen):
    """Steps are taken in a panel of the page; what is not allowed is not there."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = NeedPresenter(surroundings, self.render_state, self._say)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self.trouble = EmptyState("", icon="circle-alert")
        self.no_consent = Banner(
            self.tr("家属没有同意告诉服务机构，不能转介。问过家属、同意以后，重新登记一条需求。"),
            StatusKind.WARN,
        )
        self.head = self._build_head()
        self.offers = QWidget()
        self._flow = FlowLayout(self.offers, gap=12)
        self.buttons: dict[ReferralAction | None, Button] = {}
        self.panel = StepPanel(surroundings.texts)
        self.panel.changed.connect(self._on_changed)
        self.panel.taken.connect(self.presenter.take)
        self.panel.cancelled.connect(self.presenter.cancel)
        self.panel.rebuilt.connect(self._order_tabs)
        self._story = Card(self.tr("办理过程"), icon="history")
        self.timeline = Timeline()
        self._story.body.addWidget(self.timeline)
        for widget in (self.trouble, self.no_consent, self.head, self.offers, self.panel, self._story):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    def _build_head(self) -> Card:
        card = Card()
        self.kind = Text("", TextRole.SECTION, wrap=True)
        chips = QWidget()
        self._chips = FlowLayout(chips, gap=8)
        self.facts = ValueList()
        self._shown: list[tuple[str, str]] = []
        self.household = Button(self.tr("打开家庭档案"), icon="house")
        self.household.clicked.connect(self.presenter.open_household)
        self.visit = Button(self.tr("查看走访"), icon="footprints")
        self.visit.clicked.connect(self.presenter.open_visit)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.household)
        flow.addWidget(self.visit)
        for widget in (self.kind, chips, self.facts, tools):
            card.body.addWidget(widget)
        return card

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params["need_id"])

    def shown_again(self) -> None:
        self._show_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    def urgent_params(self) -> Params:
        view = self.presenter.state.view
        return {"household_id": view.need.household_id} if view is not None else {}

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: NeedPageState) -> None:
        """Show the need as it stands."""
        if self.isVisible():
            self._show_title()
        view = state.view
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        for widget in (self.head, self._story):
            widget.setVisible(view is not None)
        self.no_consent.setVisible(view is not None and view.consent_missing)
        if view is None:
            self.offers.hide()
            self.panel.hide()
            return
        self.kind.setText(self.surroundings.texts.label(view.need.kind))
        self.head.setAccessibleName(self.kind.text())
        self._chips.clear()
        for chip in need_chips(view, self.surroundings.texts):
            self._chips.addWidget(Chip(chip.text, chip.kind))
        facts = self._facts(state)
        if facts != self._shown:
            self._shown = facts
            self.facts.set_values(facts)
        self.visit.setVisible(view.need.visit_id is not None)
        self.timeline.show_entries(self._entries(state), state.today)
        self._show_actions(state)
        if self.panel.show_panel(state.panel):
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, self._bring_panel)

    def _facts(self, state: NeedPageState) -> list[tuple[str, str]]:
        view = state.view
        if view is None:
            return []
        need, referral, label = view.need, view.referral, self.surroundings.texts.label
        served_by = due = ""
        if referral is not None:
            project = view.project_names.get(referral.project_id or "", "")
            served_by = SEPARATOR.join(
                filter(None, (view.organisation_names.get(referral.organisation_id, ""), project))
            )
            if referral.respond_due is not None and referral.status.value == "REFERRED":
                due = self.tr("{0}前答复").format(day_words(referral.respond_due, state.today))
        yes, no = self.tr("同意"), self.tr("没有同意")
        rows = [
            (self.tr("家庭"), SEPARATOR.join(filter(None, (view.head_name, view.village_name)))),
            (self.tr("给谁"), view.person_name),
            (self.tr("什么时候要"), label(need.urgency)),
            (self.tr("具体情况"), need.description),
            (self.tr("告诉服务机构"), yes if need.consent_to_share else no),
            (self.tr("其他"), self.tr("不符合救助条件，但需要帮助") if need.not_eligible else ""),
            (self.tr("服务机构"), SEPARATOR.join(filter(None, (served_by, due)))),
            (self.tr("结果"), need.result),
        ]
        return [(name, words) for name, words in rows if words]

    def _entries(self, state: NeedPageState) -> list[Entry]:
        view = state.view
        if view is None:
            return []
        need = view.need
        found = [
            Entry(need.seen_at, self.tr("登记需求"), view.user_names.get(need.created_by, ""),
                  state.refusals.get(need.id, ""), "heart-handshake", StatusKind.INFO,
                  *self._mark(need.id, state))
        ]  # fmt: skip
        found += [self._referral_entry(one, state) for one in view.referrals]
        found += [self._step_entry(one, state) for one in view.steps]
        return newest_first(found)

    def _referral_entry(self, referral: ReferralFields, state: NeedPageState) -> Entry:
        view, texts = state.view, self.surroundings.texts
        names = view.organisation_names if view is not None else {}
        users = view.user_names if view is not None else {}
        title = self.tr("转介给 {0}").format(names.get(referral.organisation_id, ""))
        words = texts.sentences((referral.message, state.refusals.get(referral.id, "")))
        return Entry(
            referral.sent_at, title, users.get(referral.created_by, ""), words, "send", StatusKind.INFO,
            *self._mark(referral.id, state),
        )  # fmt: skip

    def _step_entry(self, step: ReferralStepFields, state: NeedPageState) -> Entry:
        view, texts = state.view, self.surroundings.texts
        users = view.user_names if view is not None else {}
        served = self._served_words(step, state)
        rated = self.tr("{0} 分（最高 5 分）").format(step.rating) if step.rating is not None else ""
        words = texts.sentences((served, rated, step.note, state.refusals.get(step.id, "")))
        tone = StatusKind.WARN if step.action in _BAD else StatusKind.INFO
        who = step.worker or users.get(step.created_by, "")
        return Entry(
            step.at, texts.label(step.action), who, words, ACTION_ICONS[step.action], tone,
            *self._mark(step.id, state),
        )  # fmt: skip

    def _served_words(self, step: ReferralStepFields, state: NeedPageState) -> str:
        if step.served_on is None:
            return ""
        hours = f"{step.quarter_hours / 4:g}"
        return self.tr("{0}服务 {1} 小时").format(day_words(step.served_on, state.today), hours)

    def _mark(self, record_id: str, state: NeedPageState) -> tuple[str, StatusKind]:
        if record_id in state.refusals:
            return self.tr("没有生效"), StatusKind.DANGER
        waiting = state.view is not None and record_id in state.view.waiting
        return (self.tr("待上传") if waiting else ""), StatusKind.INFO

    def _show_actions(self, state: NeedPageState) -> None:
        view = state.view
        offered: list[ReferralAction | None] = []
        if view is not None:
            offered = [*([None] if view.may_refer else []), *view.actions]
        self.offers.setVisible(bool(offered) and state.panel is None)
        if list(self.buttons) == offered:
            return
        self._flow.clear()
        self.buttons = {}
        for action in offered:
            kind = ButtonKind.PRIMARY if action in _MAIN else ButtonKind.SECONDARY
            if action is None:
                button = Button(self.tr("转介给服务机构"), kind, icon="send")
                button.clicked.connect(self.presenter.begin_referral)
            else:
                button = Button(self.surroundings.texts.label(action), kind, icon=ACTION_ICONS[action])
                button.clicked.connect(partial(self.presenter.begin, action))
            self._flow.addWidget(button)
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
        seen = ""
        if view is not None:
            words = moment_words(view.need.seen_at, self.presenter.state.today)
            seen = self.tr("{0} 发现").format(words)
        self.surroundings.shell.set_title(self.tr("服务需求"), seen)

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        self.presenter.change(**{name: value})

    def _say(self, notice: Notice) -> None:
        words = {
            Notice.REFERRED: self.tr("已转介，联网即发给机构。"),
            Notice.STEP_TAKEN: self.tr("已存本机，联网即发。"),
        }[notice]
        self.surroundings.shell.toast(words)
