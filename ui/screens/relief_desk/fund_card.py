"""A town's standby fund: what is in it, what waits, its entries. Layer 5."""

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.clock import local_day
from fieldapp.domain.money import yuan_text
from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.services.standby_funds import FundView
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent
from ui.widgets.records.day_words import day_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.records.relief_words import money_words

_ICONS = {
    FundEntryKind.GRANT: "download",
    FundEntryKind.PAYMENT: "hand-coins",
    FundEntryKind.REFUND: "undo-2",
    FundEntryKind.CORRECTION: "rotate-ccw",
    FundEntryKind.ALLOWANCE: "info",
}
_SHOWN = 50
"""Entries on the page, the newest; all are in the file."""


class FundCard(Card):
    """Signals: relief_opened(id), export_asked(town)."""

    relief_opened = Signal(str)
    export_asked = Signal(str)

    def __init__(self, fund: FundView, texts: Texts, today: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(icon="hand-coins", parent=parent)
        self.fund = fund
        self.set_title(self.tr("{0} 备用金").format(fund.town_name))
        self.balance = Text(
            self.tr("余额 {0}").format(money_words(fund.balance)), TextRole.SECTION, wrap=True
        )
        self.body.addWidget(self.balance)
        if fund.overdraft:
            words = self.tr("区（县）准许透支 {0}。").format(money_words(fund.overdraft))
            self.body.addWidget(Banner(words, StatusKind.INFO))
        if fund.waiting:
            words = self.tr("本机还有 {0} 等服务器记账。").format(money_words(fund.waiting))
            self.body.addWidget(Banner(words, StatusKind.WARN))
        self._reliefs = {one.id: one.relief_id for one in fund.entries}
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("{0} 备用金明细").format(fund.town_name))
        self.cards.set_growing(True)
        self.cards.opened.connect(self._on_opened)
        self.cards.set_keys(
            self._at_hand.hold([self._entry(one, texts, today) for one in fund.entries[:_SHOWN]])
        )
        self.export = Button(self.tr("导出备用金账"), icon="download")
        self.export.setAccessibleName(self.tr("导出{0}备用金账").format(fund.town_name))
        self.export.clicked.connect(lambda: self.export_asked.emit(fund.town))
        tools = QWidget()
        FlowLayout(tools).addWidget(self.export)
        self.body.addWidget(self.cards)
        self.body.addWidget(tools)
        self.cards.setVisible(bool(fund.entries))
        self.export.setVisible(bool(fund.entries))

    def _entry(self, entry: FundEntryFields, texts: Texts, today: dt.date) -> CardContent:
        sign = "+" if entry.amount > 0 and entry.kind is not FundEntryKind.ALLOWANCE else ""
        money = self.tr("{0} 元").format(f"{sign}{yuan_text(entry.amount)}")
        about = self.tr("点开看救助记录") if entry.relief_id else ""
        tone = StatusKind.WARN if entry.amount < 0 else StatusKind.OK
        return CardContent(
            key=entry.id,
            title=SEPARATOR.join((texts.label(entry.kind), money)),
            line=SEPARATOR.join(filter(None, (entry.document, entry.note, about))),
            right=day_words(local_day(entry.booked_at), today),
            icon=_ICONS[entry.kind],
            icon_tone=tone,
        )

    def _on_opened(self, entry_id: str) -> None:
        if self._reliefs.get(entry_id):
            self.relief_opened.emit(self._reliefs[entry_id])
