"""Policy cards as a list with a search, or one to read aloud. Layer 5."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.policy_cards import PolicyCard, PolicyTopic
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.policies.presenter import PoliciesPresenter, PoliciesState
from ui.theme import StatusKind, TextRole
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.labels import Text
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.household_cards import CardsAtHand
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage

_ALL: Final = "ALL"
_ICONS: Final = {
    PolicyTopic.DIBAO: "hand-coins",
    PolicyTopic.MARGIN: "users",
    PolicyTopic.RIGID: "file-text",
    PolicyTopic.TEKUN: "heart-handshake",
    PolicyTopic.RELIEF: "siren",
    PolicyTopic.SERVICE: "hand-helping",
    PolicyTopic.OTHER_AID: "star",
    PolicyTopic.PROCEDURE: "list-checks",
    PolicyTopic.WORK: "shield-check",
}


class PoliciesScreen(Screen):
    """Whole sentences to say to a family; never a promise: the department decides."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = PoliciesPresenter(surroundings, self.render_state)
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        topics = [Choice(_ALL, self.tr("全部政策"))]
        topics += [Choice(topic.value, words) for topic, words in self._topic_words().items()]
        self.topic = Picker(topics, title=self.tr("哪一类"))
        self.topic.describe(self.tr("哪一类"))
        self.topic.set_value(_ALL)
        self.topic.changed.connect(self._on_topic)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("政策卡片"))
        self.cards.opened.connect(self.presenter.open)
        self._empty = EmptyState(self.tr("没有这样的政策卡片，换个词试试。"), icon="search")
        column.addWidget(self.topic)
        column.addWidget(self.cards, 1)
        column.addWidget(self._empty, 1)
        self.page = ScrollPage(gap=14)
        self._slot = QVBoxLayout()
        self.page.column.addLayout(self._slot)
        self.page.column.addStretch(1)
        for widget in (self._list, self.page):
            widget.hide()
            self.column.addWidget(widget)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        topic = params.get("topic", "")
        self.topic.set_value(topic or _ALL)
        self.presenter.enter(topic, params.get("card", ""))
        self._say_title()

    def shown_again(self) -> None:
        self._say_title()

    def search_placeholder(self) -> str:
        return self.tr("搜政策：如 护理补贴、公示")

    def search(self, typed: str) -> None:
        self.presenter.search(typed)

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: PoliciesState) -> None:
        """Show the cards that fit, or the one being read."""
        reading = state.shown is not None and not state.typed.strip()
        self._list.setVisible(not reading)
        self.page.setVisible(reading)
        if reading and state.shown is not None:
            self._show_one(state.shown)
            return
        words = self._topic_words()
        cards = [
            CardContent(
                key=one.key, title=one.title, chips=(CardChip(words[one.topic], StatusKind.MUTE),),
                line=one.points[0], icon=_ICONS[one.topic], icon_tone=StatusKind.INFO,
            )
            for one in state.listed
        ]  # fmt: skip
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards))
        self._empty.setVisible(not cards)

    def _show_one(self, one: PolicyCard) -> None:
        while (item := self._slot.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        card = Card(one.title, icon=_ICONS[one.topic])
        card.add_tool(Chip(self._topic_words()[one.topic], StatusKind.MUTE))
        for point in one.points:
            words = Text(self.tr("• {0}").format(point), wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            card.body.addWidget(words)
        facts = ValueList()
        by_department = self.tr("以{0}现行规定为准").format(one.department)
        source = self.tr("{0}（{1}）").format(one.source, one.dated) if one.source else by_department
        rows = [
            (self.tr("要带什么"), one.materials),
            (self.tr("找谁办"), one.department),
            (self.tr("依据"), source),
        ]
        facts.set_values([(name, words) for name, words in rows if words])
        card.body.addWidget(facts)
        card.body.addWidget(
            Text(self.tr("能不能享受、享受多少，以部门审核为准。"), TextRole.CAPTION, wrap=True)
        )
        self._slot.addWidget(card)

    def _topic_words(self) -> dict[PolicyTopic, str]:
        return {
            PolicyTopic.DIBAO: self.tr("低保"),
            PolicyTopic.MARGIN: self.tr("低保边缘"),
            PolicyTopic.RIGID: self.tr("刚性支出"),
            PolicyTopic.TEKUN: self.tr("特困供养"),
            PolicyTopic.RELIEF: self.tr("临时救助"),
            PolicyTopic.SERVICE: self.tr("服务救助"),
            PolicyTopic.OTHER_AID: self.tr("其他政策"),
            PolicyTopic.PROCEDURE: self.tr("办理程序"),
            PolicyTopic.WORK: self.tr("工作要求"),
        }

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("政策卡片"), self.tr("没有网络也能查"))

    # --- intents --------------------------------------------------------------------------------

    def _on_topic(self, value: object) -> None:
        self.presenter.choose_topic(None if value in (_ALL, None) else PolicyTopic(str(value)))
