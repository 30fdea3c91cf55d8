"""The file of a household: head, panels, members, visits, photos, entitlements, facts."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.visits import Mode, Result
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.household.cards import FormsCard, RiskCard
from ui.screens.household.cases import CasesPresenter, CasesState
from ui.screens.household.exemption import ExemptionPresenter, ExemptionState
from ui.screens.household.exemption_card import ExemptionCard
from ui.screens.household.needs import NeedsPresenter, NeedsState
from ui.screens.household.needs_card import NeedsCard, NeedsPanel
from ui.screens.household.panels import ContactPanel, ReasonPanel
from ui.screens.household.paperwork import PaperworkPresenter, PaperworkState
from ui.screens.household.parts import CoveragesCard, HouseholdHead, MembersCard
from ui.screens.household.presenter import HouseholdPresenter, HouseholdState, Notice
from ui.screens.household.rows import Fact, VisitRow
from ui.theme import StatusKind, TextRole
from ui.widgets.brief_panel import BriefPanel
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.cases_card import CasesCard
from ui.widgets.records.day_words import day_words, time_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.records.picture_album import PictureAlbum
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.shell.page_scaffold import TwoColumns
from ui.widgets.shell.policy_link import policy_link
from ui.widgets.stat_tile import StatTile
from ui.widgets.tab_order import order_tabs

_MODE_ICONS = {
    Mode.ONSITE: "house",
    Mode.PHONE: "phone",
    Mode.VIDEO: "camera",
    Mode.NEIGHBOUR: "message-square",
    Mode.OFFICE: "user-check",
    Mode.INSTITUTION: "heart-handshake",
}
_RESULT_TONES = {
    Result.NORMAL: StatusKind.OK,
    Result.CHANGED: StatusKind.INFO,
    Result.NEED: StatusKind.WARN,
    Result.URGENT: StatusKind.DANGER,
}


class HouseholdScreen(Screen):
    """一户一档."""

    entry = "households"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.album = PictureAlbum()
        self.presenter: HouseholdPresenter[QImage] = HouseholdPresenter(
            surroundings, self.render_state, self._say, self.album.port()
        )
        self.paperwork = PaperworkPresenter(surroundings, self.render_paperwork)
        self.cases = CasesPresenter(surroundings, self.render_cases)
        self.exemption = ExemptionPresenter(surroundings, self.render_exemption, self._on_exemption_asked)
        self.needs = NeedsPresenter(surroundings, self.render_needs, self._say_needs)
        page = ScrollPage()
        self.page = page
        self.brief = BriefPanel(surroundings, self.presenter.brief)
        self.column.addWidget(self.brief)
        self.column.addWidget(page)
        self._trouble = EmptyState("", icon="circle-alert")
        self.head = HouseholdHead()
        self.head.visit_asked.connect(self.presenter.visit)
        self.head.edit_asked.connect(self.presenter.edit_contact)
        self.head.paper_asked.connect(self.presenter.print_blank)
        self.reason = ReasonPanel()
        self.reason.given.connect(self.presenter.reveal)
        self.reason.cancelled.connect(self.presenter.cancel_asking)
        self.contact = ContactPanel()
        self.contact.saved.connect(self.presenter.save_contact)
        self.contact.cancelled.connect(self.presenter.cancel_edit)
        self.needs_panel = NeedsPanel(surroundings.texts)
        self.needs_panel.changed.connect(self.needs.change)
        self.needs_panel.removed.connect(self.needs.remove)
        self.needs_panel.saved.connect(self.needs.save)
        self.needs_panel.cancelled.connect(self.needs.cancel)
        self._columns = TwoColumns(self._build_main(), self._build_side())
        for widget in (
            self._trouble,
            self.head,
            self.reason,
            self.contact,
            self.needs_panel,
            self._build_tiles(),
            self._columns,
        ):
            widget.hide()
            page.column.addWidget(widget)
        page.column.addStretch(1)
        self.album.wanted.connect(self.presenter.pictures.download)
        self.album.whole_wanted.connect(self.presenter.pictures.open)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.presenter.tick)
        self._reason_open = self._contact_open = False
        self._ordered: object = None

    # --- building -------------------------------------------------------------------------------

    def _build_tiles(self) -> QWidget:
        self._tiles = QWidget()
        grid = EvenGridLayout(self._tiles, gap=12)
        self._period = StatTile(self.tr("本期走访"), icon="circle-check", tone=StatusKind.OK, tappable=False)
        self._year = StatTile(self.tr("近12个月"), icon="calendar", tone=StatusKind.INFO, tappable=False)
        grid.addWidget(self._period)
        grid.addWidget(self._year)
        return self._tiles

    def _build_main(self) -> QWidget:
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.members = MembersCard()
        self.members.asked.connect(self.presenter.ask_to_reveal)
        self.members.hidden.connect(self.presenter.hide)
        self.needs_card = NeedsCard(self.surroundings.texts)
        self.needs_card.add_asked.connect(self.needs.begin)
        self.needs_card.opened.connect(self.needs.open)
        self.needs_card.hide()
        self.cases_card = CasesCard(self.tr("急难和救助"), self.surroundings.texts)
        self.cases_card.clue_opened.connect(self.cases.open_clue)
        self.cases_card.relief_opened.connect(self.cases.open_relief)
        self.cases_card.relief_asked.connect(self.cases.relieve)
        self._photos = Card(self.tr("照片"), icon="image")
        self._photos.body.addWidget(self.album)
        self._visits_head = Text("", TextRole.SECTION)
        self._visit_cards = CardsAtHand()
        self.timeline = CardList(self._visit_cards)
        self.timeline.setAccessibleName(self.tr("走访记录"))
        self.timeline.set_growing(True)
        self.timeline.opened.connect(self.presenter.open_visit)
        self._no_visits = Text(self.tr("还没有走访过这户。"), tone="soft", wrap=True)
        for widget in (
            self.members,
            self.cases_card,
            self.needs_card,
            self._photos,
            self._visits_head,
            self.timeline,
            self._no_visits,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        return main

    def _build_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.coverages = CoveragesCard()
        self._facts_card = Card(self.tr("家庭情况"), icon="house")
        self.facts = ValueList()
        self._facts_card.body.addWidget(self.facts)
        self.risk = RiskCard()
        self.risk.assess_asked.connect(self.paperwork.assess)
        self.risk.opened.connect(self.paperwork.open_assessment)
        self.forms = FormsCard()
        self.forms.fill_asked.connect(self.paperwork.fill)
        self.forms.opened.connect(self.paperwork.open_sheet)
        self.exemptions = ExemptionCard(self.surroundings.texts, self.surroundings.context.today)
        self.exemptions.begun.connect(self.exemption.begin)
        self.exemptions.cancelled.connect(self.exemption.cancel)
        self.exemptions.asked.connect(self.exemption.ask)
        self.exemptions.changed.connect(self.exemption.change)
        self.exemptions.rebuilt.connect(lambda: order_tabs(self))
        for card in (self.risk, self.exemptions, self.forms):
            card.hide()
            column.addWidget(card)
        column.addWidget(self.coverages)
        column.addWidget(self._facts_card)
        self._shown_facts: tuple[Fact, ...] | None = None
        return side

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter(params["household_id"])
        self.paperwork.enter(params["household_id"])
        self.exemption.enter(params["household_id"])
        self.needs.enter(params["household_id"])
        self.cases.enter(params["household_id"])

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)

    def leave(self) -> None:
        self._timer.stop()
        self.album.close_viewer()
        self.brief.stop()
        self.presenter.leave()
        self.paperwork.leave()
        self.exemption.leave()
        self.needs.leave()
        self.cases.leave()

    def urgent_params(self) -> Params:
        head = self.presenter.state.head
        return {"household_id": head.household_id} if head is not None else {}

    def begin_visit(self) -> bool:
        if self.presenter.state.may_visit:
            self.presenter.visit()
        return self.presenter.state.head is not None

    def tools(self) -> tuple[QWidget, ...]:
        return (
            self.brief.button(),
            policy_link(lambda: self.surroundings.shell.go("policies")),
        )

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: HouseholdState) -> None:
        """Show the file as it stands."""
        if self.isVisible():
            self._say_title(state)
        self._trouble.setVisible(bool(state.trouble))
        self._trouble.set_content(state.trouble, icon="circle-alert")
        there = state.head is not None
        for widget in (self.head, self._tiles, self._columns):
            widget.setVisible(there)
        self._show_panels(state)
        if not there:
            return
        self.head.render_state(state)
        self._period.set_figure(str(state.visits_this_period), f"/ {state.visits_required}")
        self._year.set_figure(str(state.visits_12_months), self.tr("次", "", state.visits_12_months))
        self.members.render_state(state)
        self.coverages.render_state(state)
        self._show_facts(state)
        self.album.set_rows(state.photos)
        self._photos.setVisible(bool(state.photos))
        self._show_visits(state)
        self._order_tabs(state)
        if state.revealed and not self._timer.isActive():
            self._timer.start()
        elif not state.revealed:
            self._timer.stop()

    def render_paperwork(self, state: PaperworkState) -> None:
        """Show risk and forms as they stand."""
        self.risk.setVisible(state.loaded)
        self.risk.render_state(state)
        self.forms.render_state(state)
        order_tabs(self)

    def render_needs(self, state: NeedsState) -> None:
        """Show what the family needs as it stands."""
        self.needs_card.setVisible(state.loaded)
        self.needs_card.render_state(state)
        if self.needs_panel.render_state(state):
            QTimer.singleShot(0, self, self._bring_needs)
        order_tabs(self)

    def _bring_needs(self) -> None:
        self.page.show_field(self.needs_panel)
        self.needs_panel.bring_focus()

    def render_cases(self, state: CasesState) -> None:
        """Show urgent clues and reliefs as they stand."""
        self.cases_card.show_cases(state.clues, state.reliefs, state.today, may_propose=state.may_propose)
        order_tabs(self)

    def render_exemption(self, state: ExemptionState) -> None:
        """Show exemptions as they stand, and the request being written."""
        self.exemptions.render_state(state)
        order_tabs(self)

    def _on_exemption_asked(self) -> None:
        self.surroundings.shell.toast(self.tr("免访申请已存本机，联网后送镇里审批。"))

    def _order_tabs(self, state: HouseholdState) -> None:
        """Members and photos come later than the rest of the page."""
        if (state.members, state.photos) != self._ordered:
            self._ordered = (state.members, state.photos)
            order_tabs(self)

    def _show_panels(self, state: HouseholdState) -> None:
        asking, editing = state.asking, state.editing
        self.reason.setVisible(asking is not None)
        self.contact.setVisible(editing is not None)
        if asking is not None:
            self.reason.ask(asking)
        else:
            self.reason.forget()
        if editing is not None:
            self.contact.edit(editing)
        else:
            self.contact.forget()
        opened = (asking is not None and not self._reason_open) or (
            editing is not None and not self._contact_open
        )
        self._reason_open, self._contact_open = asking is not None, editing is not None
        if opened:
            panel: QWidget = self.reason if asking is not None else self.contact
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, lambda: self.page.show_field(panel))

    def _show_facts(self, state: HouseholdState) -> None:
        if state.facts != self._shown_facts:
            self._shown_facts = state.facts
            self.facts.set_values(
                [
                    (fact.label, fact.text if fact.day is None else day_words(fact.day, state.today))
                    for fact in state.facts
                ]
            )
        self._facts_card.setVisible(bool(state.facts))

    def _show_visits(self, state: HouseholdState) -> None:
        words = self.tr("走访记录 {0} 次").format(len(state.visits))
        if state.older_visits:
            words += self.tr("，更早的 {0} 次由县里保存").format(state.older_visits)
        self._visits_head.setText(words)
        cards = [self._visit_card(row, state) for row in state.visits]
        self.timeline.set_keys(self._visit_cards.hold(cards))
        self.timeline.setVisible(bool(cards))
        self._no_visits.setVisible(not cards)

    def _visit_card(self, row: VisitRow, state: HouseholdState) -> CardContent:
        tone = _RESULT_TONES.get(row.result, StatusKind.MUTE)
        marks = (
            (row.returned, self.tr("被退回"), StatusKind.DANGER),
            (row.void, self.tr("已作废"), StatusKind.MUTE),
            (row.unsent, self.tr("待上传"), StatusKind.INFO),
            (row.amended, self.tr("已更正"), StatusKind.MUTE),
            (bool(row.needs), self.tr("需求 {0} 项").format(row.needs), StatusKind.INFO),
        )
        chips = [CardChip(row.result_words, tone)]
        chips += [CardChip(words, kind) for on, words, kind in marks if on]
        day = day_words(local_day(row.at), state.today)
        return CardContent(
            key=row.visit_id,
            title=SEPARATOR.join((f"{day} {time_words(row.at)}", row.mode_words)),
            chips=tuple(chips),
            line=row.text or self.tr("没有写走访内容"),
            right=row.who,
            icon=_MODE_ICONS[row.mode],
            icon_tone=tone,
        )

    def _say_title(self, state: HouseholdState) -> None:
        head = state.head
        if head is None:
            self.surroundings.shell.set_title(self.tr("家庭档案"))
        else:
            self.surroundings.shell.set_title(self.tr("家庭档案"), head.place)

    def _say_needs(self, count: int) -> None:
        self.surroundings.shell.toast(self.tr("已登记 {0} 项需求，联网即发。").format(count))

    def _say(self, notice: Notice) -> None:
        shell = self.surroundings.shell
        if notice is Notice.CONTACT_SAVED:
            shell.toast(
                self.tr("联系方式已存本机，联网后自动上传。"),
                self.tr("撤销"),
                self.presenter.undo_contact,
            )
        elif notice is Notice.CONTACT_RESTORED:
            shell.toast(self.tr("已恢复原来的联系方式。"))
        else:
            shell.toast(self.tr("没有改动。"))
