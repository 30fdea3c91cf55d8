"""备用金和台账: the towns' funds, and the ledger of temporary relief as a workbook. Layer 5."""

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.services.exports import REASON_MAX
from fieldapp.services.standby_funds import FundView
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.relief_desk.fund_card import FundCard
from ui.screens.relief_desk.presenter import DeskPresenter, DeskState, Span
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.file_choice import save_file
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_MASKED: Final = "masked"
_FULL: Final = "full"


class ReliefDeskScreen(Screen):
    """Funds above, the ledger below."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = DeskPresenter(surroundings, self.render_state, self._on_exported)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self._trouble = EmptyState("", icon="hand-coins")
        self._problem = Banner("", StatusKind.DANGER)
        self._funds_slot = QVBoxLayout()
        self._funds_slot.setSpacing(14)
        self.funds: list[FundCard] = []
        self._shown: tuple[FundView, ...] | None = None
        self._ledger = self._build_ledger()
        for widget in (self._trouble, self._problem, self._ledger):
            widget.hide()
        self.page.column.addWidget(self._trouble)
        self.page.column.addWidget(self._problem)
        self.page.column.addLayout(self._funds_slot)
        self.page.column.addWidget(self._ledger)
        self.page.column.addStretch(1)

    def _build_ledger(self) -> Card:
        card = Card(self.tr("临时救助台账"), icon="download")
        today = self.surroundings.context.today
        self.start, self.end = DateField(today), DateField(today)
        self.start.set_value(today().replace(month=1, day=1))
        self.end.set_value(today())
        days = QWidget()
        grid = EvenGridLayout(days, gap=12, columns=2)
        grid.addWidget(Field(self.tr("从哪天起"), self.start))
        grid.addWidget(Field(self.tr("到哪天止"), self.end))
        self.numbers = Segmented([Choice(_MASKED, self.tr("脱敏")), Choice(_FULL, self.tr("不脱敏"))])
        self.numbers.set_value(_MASKED)
        self.numbers.changed.connect(self._on_numbers)
        hint = self.tr("不脱敏的台账只用于工作需要，导出会留下记录。")
        self._numbers_field = Field(self.tr("姓名和号码"), self.numbers, hint=hint)
        self.reason = TextField(max_length=REASON_MAX)
        self._reason_field = Field(self.tr("为什么需要不脱敏"), self.reason, required=True)
        self.export = Button(self.tr("导出台账"), icon="download")
        self.export.clicked.connect(self._on_export)
        tools = QWidget()
        FlowLayout(tools).addWidget(self.export)
        for widget in (days, self._numbers_field, self._reason_field, tools):
            card.body.addWidget(widget)
        return card

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: DeskState) -> None:
        """Show funds and ledger."""
        nothing = state.loaded and not state.funds and not state.area_code
        self._trouble.setVisible(bool(state.trouble) or nothing)
        self._trouble.set_content(state.trouble or self.tr("没有可看的备用金和台账。"), icon="hand-coins")
        self._problem.setVisible(bool(state.problem))
        if state.problem:
            self._problem.set_message(state.problem, StatusKind.DANGER)
        if state.loaded and state.funds != self._shown:
            self._show_funds(state)
        self._ledger.setVisible(state.loaded and bool(state.area_code))
        self._numbers_field.setVisible(state.may_full)
        self._reason_field.setVisible(state.may_full and self.numbers.value() == _FULL)
        self._reason_field.set_error(state.reason_problem)
        for button in (self.export, *(one.export for one in self.funds)):
            button.setEnabled(not state.busy)

    def _show_funds(self, state: DeskState) -> None:
        self._shown = state.funds
        for old in self.funds:
            self._funds_slot.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.funds = []
        for fund in state.funds:
            card = FundCard(fund, self.surroundings.texts, state.today)
            card.relief_opened.connect(self.presenter.open_relief)
            card.export_asked.connect(partial(self._on_export_fund, fund.town_name))
            self._funds_slot.addWidget(card)
            self.funds.append(card)
        order_tabs(self)

    # --- intents --------------------------------------------------------------------------------

    def _on_numbers(self, _value: object) -> None:
        self._reason_field.setVisible(self.numbers.value() == _FULL)

    def _span(self) -> Span:
        first, last = self.start.value(), self.end.value()
        full = self.numbers.value() == _FULL
        return Span(first or dt.date.min, last or dt.date.max, full, self.reason.value() if full else "")

    def _on_export(self) -> None:
        words = self.tr("Excel 表格 (*.xlsx)")
        chosen = partial(self.presenter.export_ledger, self._span())
        save_file(self, self.tr("导出台账"), self.tr("临时救助台账.xlsx"), words, chosen)

    def _on_export_fund(self, name: str, town: str) -> None:
        words = self.tr("Excel 表格 (*.xlsx)")
        file = self.tr("{0}备用金账.xlsx").format(name)
        save_file(self, self.tr("导出备用金账"), file, words, partial(self.presenter.export_fund, town))

    def _on_exported(self) -> None:
        self.surroundings.shell.toast(self.tr("已导出"))

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("备用金和台账"))
