"""Urgent clues and reliefs of one household or of one case, to be opened from its page. Layer 5."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.app.texts import Texts
from fieldapp.services.clue_desk import ClueItem
from fieldapp.services.relief_lists import ReliefItemView
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent
from ui.widgets.records.clue_words import clue_card
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.records.relief_words import relief_card


class CasesCard(Card):
    """Hidden while there is nothing in it. Signals: clue_opened(id), relief_opened(id), relief_asked()."""

    clue_opened = Signal(str)
    relief_opened = Signal(str)
    relief_asked = Signal()

    def __init__(self, title: str, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="hand-coins", parent=parent)
        self.set_title(title)
        self._texts = texts
        self._clue_ids: frozenset[str] = frozenset()
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(title)
        self.cards.set_growing(True)
        self.cards.opened.connect(self._on_opened)
        self.begin = Button(self.tr("记一笔救助"), icon="plus")
        self.begin.clicked.connect(self.relief_asked)
        self._tools = QWidget()
        FlowLayout(self._tools).addWidget(self.begin)
        self.body.addWidget(self.cards)
        self.body.addWidget(self._tools)
        self.hide()

    def show_cases(
        self, clues: Sequence[ClueItem], reliefs: Sequence[ReliefItemView], today: dt.date, *,
        may_propose: bool,
    ) -> None:  # fmt: skip
        """Show these, clues first; the button where the worker may record a relief."""
        self._clue_ids = frozenset(one.clue_id for one in clues)
        cards: list[CardContent] = [clue_card(one, self._texts, today) for one in clues]
        cards += [relief_card(one, self._texts, today) for one in reliefs]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards))
        self._tools.setVisible(may_propose)
        self.setVisible(bool(cards) or may_propose)

    def _on_opened(self, key: str) -> None:
        (self.clue_opened if key in self._clue_ids else self.relief_opened).emit(key)
