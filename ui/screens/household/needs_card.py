"""The card of needs in a household's file and the panel that notes more. Layer 5."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.needs import NeedUrgency
from fieldapp.domain.records.visits import NeedKind
from ui.screens.household.needs import NeedsState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.filling.needs_editor import NeedsEditor
from ui.widgets.inputs.choices import Choice
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.records.need_words import need_card


class NeedsCard(Card):
    """What the family needs and how far that is. Signals: add_asked(), opened(need_id)."""

    add_asked = Signal()
    opened = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("服务需求"), icon="heart-handshake", parent=parent)
        self._texts = texts
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("服务需求"))
        self.cards.set_growing(True)
        self.cards.opened.connect(self.opened)
        self._none = Text(self.tr("没有登记服务需求"), tone="soft", wrap=True)
        self.add = Button(self.tr("登记需求"), icon="plus")
        self.add.clicked.connect(self.add_asked)
        tools = QHBoxLayout()
        tools.addWidget(self.add)
        tools.addStretch(1)
        self.body.addWidget(self.cards)
        self.body.addWidget(self._none)
        self.body.addLayout(tools)

    def render_state(self, state: NeedsState) -> None:
        """Show the needs."""
        cards = [need_card(one, self._texts, state.today, household=False) for one in state.needs]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards))
        self._none.setVisible(not cards)
        self.add.setVisible(state.may_add and state.adding is None)


class NeedsPanel(Card):
    """Notes needs outside a visit. Signals: changed(tuple of PickedNeed), removed(index), saved(),
    cancelled()."""

    changed = Signal(object)
    removed = Signal(int)
    saved = Signal()
    cancelled = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, icon="heart-handshake")
        self.set_title(self.tr("登记需求"))
        self._texts = texts
        self._slot = QVBoxLayout()
        self.body.addLayout(self._slot)
        self.editor: NeedsEditor | None = None
        self._people: tuple[tuple[str, str], ...] = ()
        self.problem = Banner("", StatusKind.DANGER)
        self.problem.hide()
        self.save = Button(self.tr("保存需求"), ButtonKind.PRIMARY, icon="save")
        self.save.clicked.connect(self.saved)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.save)
        flow.addWidget(self.cancel)
        self.body.addWidget(self.problem)
        self.body.addWidget(tools)

    def render_state(self, state: NeedsState) -> bool:
        """Show what is being noted; answers whether the panel has just been opened."""
        adding = state.adding
        fresh = adding is not None and self.isHidden()
        self.setVisible(adding is not None)
        if adding is None:
            return False
        if self.editor is None or fresh:
            self._build(state)
        if self.editor is not None:
            self.editor.set_value(adding)
        self.problem.setVisible(bool(state.error))
        self.problem.set_message(state.error, StatusKind.DANGER)
        self.save.setEnabled(bool(adding) and not state.busy)
        return fresh

    def bring_focus(self) -> None:
        """Where the Tab key begins: not in a text field."""
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, state: NeedsState) -> None:
        if self.editor is not None:
            self._slot.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
        label = self._texts.label
        self.editor = NeedsEditor(
            [Choice(one.value, label(one)) for one in NeedKind],
            [Choice(one.value, label(one)) for one in NeedUrgency],
            [Choice(person_id, name) for person_id, name in state.people],
        )
        self.editor.changed.connect(self.changed)
        self.editor.removed.connect(self.removed)
        self._slot.addWidget(self.editor)
