"""免访审批: requests with their reasons, and the decision in a panel of the page. Layer 5."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.exemptions import ExemptionDecisionFields, ExemptionVerdict
from fieldapp.services.exemptions import ExemptionItem
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.exemptions.presenter import Deciding, ExemptionsPresenter, ExemptionsState
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.exemption_words import exemption_chips, span_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_REASON_MAX = next(
    int(m.max_length)
    for m in ExemptionDecisionFields.model_fields["reason"].metadata
    if hasattr(m, "max_length")
)


class ExemptionsScreen(Screen):
    """Who may decide, decides; who asked, sees what became of it."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = ExemptionsPresenter(surroundings, self.render_state, self._on_decided)
        self.page = ScrollPage(gap=12)
        self.column.addWidget(self.page)
        self._waiting_head = Text("", TextRole.SECTION)
        self._waiting_cards, self._decided_cards = CardsAtHand(), CardsAtHand()
        self.waiting = CardList(self._waiting_cards, self.tr("等待审批的免访申请"))
        self.decided = CardList(self._decided_cards, self.tr("已经审批的免访申请"), has_action=False)
        self.waiting.action.connect(self.presenter.begin)
        self._decided_head = Text(self.tr("最近审批的"), TextRole.SECTION)
        for listing in (self.waiting, self.decided):
            listing.set_growing(True)
            listing.opened.connect(self.presenter.open_household)
        self._empty = EmptyState("", icon="circle-check")
        self.panel = self._build_panel()
        for widget in (
            self.panel,
            self._waiting_head,
            self.waiting,
            self._empty,
            self._decided_head,
            self.decided,
        ):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    def _build_panel(self) -> Card:
        card = Card(icon="pen-line")
        self._facts = ValueList()
        label = self.surroundings.texts.label
        self.verdict = Segmented([Choice(one.value, label(one)) for one in ExemptionVerdict])
        self.verdict.changed.connect(lambda value: self.presenter.choose(ExemptionVerdict(str(value))))
        self._verdict_field = Field(self.tr("审批意见"), self.verdict, required=True)
        self._reason_slot = QVBoxLayout()
        self.reason: ReasonChoice | None = None
        self._reason_field: Field | None = None
        self._reasons_of: tuple[str, ExemptionVerdict | None] = ("", None)
        self._trouble = Banner("", StatusKind.DANGER)
        self.take = Button(self.tr("确定审批"), ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(self._on_take)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.presenter.cancel)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.take)
        flow.addWidget(self.cancel)
        card.body.addWidget(self._facts)
        card.body.addWidget(self._verdict_field)
        card.body.addLayout(self._reason_slot)
        card.body.addWidget(self._trouble)
        card.body.addWidget(tools)
        return card

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: ExemptionsState) -> None:
        """Show the requests and the open panel."""
        if self.isVisible():
            self._say_title(state)
        for listing, cards, items in (
            (self.waiting, self._waiting_cards, state.waiting),
            (self.decided, self._decided_cards, state.decided),
        ):
            listing.set_keys(cards.hold([self._card(one, state) for one in items]))
            listing.setVisible(bool(items))
        self._waiting_head.setText(self.tr("等待审批 {0} 件").format(len(state.waiting)))
        self._waiting_head.setVisible(bool(state.waiting))
        self._decided_head.setVisible(bool(state.decided))
        self._empty.setVisible(state.loaded and (bool(state.trouble) or not state.waiting))
        if state.trouble:
            self._empty.set_content(state.trouble, icon="circle-alert")
        else:
            self._empty.set_content(self.tr("没有等待审批的免访申请。"), icon="circle-check")
        opened = state.deciding is not None and not self.panel.isVisibleTo(self)
        self.panel.setVisible(state.deciding is not None)
        if state.deciding is not None:
            self._show_panel(state.deciding, state)
        order_tabs(self)
        if opened:
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, self._bring_panel)

    def _bring_panel(self) -> None:
        self.page.show_field(self.panel)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_panel(self, deciding: Deciding, state: ExemptionsState) -> None:
        item = deciding.item
        self.panel.set_title(self.tr("{0} 的免访申请").format(item.head_name))
        asked_at = moment_words(item.asked_at, state.today)
        facts = (
            (self.tr("地址"), item.place),
            (self.tr("原因"), self.surroundings.texts.label(item.reason)),
            (self.tr("起止"), span_words(item, state.today)),
            (self.tr("说明"), item.note),
            (self.tr("申请人"), SEPARATOR.join((item.asked_by_name, asked_at))),
        )
        self._facts.set_values([pair for pair in facts if pair[1]])
        self.verdict.set_value(deciding.verdict.value if deciding.verdict is not None else None)
        self._offer_reasons(deciding)
        if self._reason_field is not None:
            self._reason_field.set_error(deciding.error)
        self._trouble.setVisible(bool(deciding.trouble))
        if deciding.trouble:
            self._trouble.set_message(deciding.trouble, StatusKind.DANGER)
        self.take.setEnabled(deciding.verdict is not None and not deciding.busy)

    def _offer_reasons(self, deciding: Deciding) -> None:
        """The usual reasons of the verdict; another verdict begins empty."""
        wanted = (deciding.item.exemption_id, deciding.verdict)
        if wanted == self._reasons_of:
            return
        self._reasons_of = wanted
        if self._reason_field is not None:
            self._reason_slot.removeWidget(self._reason_field)
            self._reason_field.hide()
            self._reason_field.deleteLater()
            self._reason_field = self.reason = None
        if deciding.verdict is None:
            return
        if deciding.verdict is ExemptionVerdict.APPROVED:
            usual = (self.tr("已电话核实"), self.tr("有住院或机构证明"), self.tr("村里已核实"))
        else:
            usual = (self.tr("人在家"), self.tr("可以改用电话或视频走访"), self.tr("缺少证明"))
        self.reason = ReasonChoice(usual, max_length=_REASON_MAX)
        self._reason_field = Field(self.tr("理由"), self.reason, required=True)
        self._reason_slot.addWidget(self._reason_field)

    def _card(self, item: ExemptionItem, state: ExemptionsState) -> CardContent:
        label = self.surroundings.texts.label(item.reason)
        line = SEPARATOR.join(filter(None, (item.place, label, span_words(item, state.today))))
        if item.verdict is None:
            right = self.tr("{0} {1} 申请").format(
                item.asked_by_name, moment_words(item.asked_at, state.today)
            )
        else:
            right = self.tr("{0} 审批").format(item.decided_by_name)
        return CardContent(
            key=item.exemption_id,
            title=item.head_name,
            chips=exemption_chips(item),
            line=line,
            right=right,
            action=self.tr("审批") if item.may_decide else "",
        )

    def _say_title(self, state: ExemptionsState) -> None:
        context = self.tr("{0} 件等您审批").format(state.mine) if state.mine else ""
        self.surroundings.shell.set_title(self.tr("免访申请"), context)

    # --- intents --------------------------------------------------------------------------------

    def _on_take(self) -> None:
        self.presenter.decide(self.reason.value() if self.reason is not None else "")

    def _on_decided(self, verdict: ExemptionVerdict) -> None:
        words = {
            ExemptionVerdict.APPROVED: self.tr("已同意免访，联网后生效。"),
            ExemptionVerdict.REFUSED: self.tr("已告知不同意免访，联网后送达。"),
        }[verdict]
        self.surroundings.shell.toast(words)
