"""安排复查: which visits, which questions, who asks. Layer 5."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckQuestion
from fieldapp.domain.records.visits import Mode
from fieldapp.domain.rules.back_check import MODES
from fieldapp.services.back_checks import DrawnVisit
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.back_check_new.presenter import BackCheckNewPresenter, BackCheckNewState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_LONGEST: Final = {
    name: next(
        int(m.max_length) for m in BackCheckFields.model_fields[name].metadata if hasattr(m, "max_length")
    )
    for name in ("note", "seed")
}
_MOST_PERCENT: Final = 100


class BackCheckNewScreen(Screen):
    """Of one visit, or of a drawn share of a period's visits."""

    task = True
    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = BackCheckNewPresenter(surroundings, self.render_state, self._on_requested)
        self.fields: dict[str, Field] = {}
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self._nothing = EmptyState("", icon="circle-alert")
        self._nothing.hide()
        self.page.column.addWidget(self._nothing)
        self._form = QVBoxLayout()
        self._form.setSpacing(14)
        self.page.column.addLayout(self._form)
        self.page.column.addStretch(1)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, self.tr("抽中的走访"), has_action=False)
        self.cards.set_growing(True)
        self._count = Text("", tone="soft", wrap=True)
        self.draw = Button(self.tr("抽取"), icon="list-checks")
        self.draw.clicked.connect(self.presenter.draw)
        self._trouble = Banner("", StatusKind.DANGER)
        self.send = Button("", ButtonKind.PRIMARY, icon="send")
        self.send.clicked.connect(self.presenter.request)
        self._built = False

    # --- building -------------------------------------------------------------------------------

    def _build(self, state: BackCheckNewState) -> None:
        self._built = True
        self._form.addWidget(self._which(state) if state.asked is None else self._who(state))
        self._form.addWidget(self._what(state))
        self._form.addWidget(self._trouble)
        tools = QWidget()
        FlowLayout(tools, gap=12).addWidget(self.send)
        self._form.addWidget(tools)

    def _who(self, state: BackCheckNewState) -> Card:
        card = Card(self.tr("请谁复查"), icon="user-check")
        asked = state.asked
        assert asked is not None
        line = SEPARATOR.join((asked.head_name, moment_words(asked.finished_at, state.today)))
        card.body.addWidget(Text(line, wrap=True))
        checkers = Picker([Choice(*pair) for pair in asked.checkers], title=self.tr("复查人"))
        hint = self.tr("名单里没有参加过这次走访的人和您自己。复查人交回答案之前看不到这次走访的记录。")
        self._add(card, "checker_id", self.tr("复查人"), checkers, hint=hint)
        if not asked.checkers:
            card.body.addWidget(Text(self.tr("本村没有别的人可以复查。"), tone="warn", wrap=True))
        return card

    def _which(self, state: BackCheckNewState) -> Card:
        card = Card(self.tr("从哪些走访里抽"), icon="list-filter")
        today = self.surroundings.context.today
        places = Picker([Choice(*pair) for pair in state.places], title=self.tr("地区"))
        self._add(card, "area_code", self.tr("地区"), places)
        self._add(card, "since", self.tr("走访日期从"), DateField(today, last=today()))
        self._add(card, "until", self.tr("走访日期至"), DateField(today, last=today()))
        self._add(card, "percent", self.tr("抽取比例（%）"), Stepper(minimum=1, maximum=_MOST_PERCENT))
        hint = self.tr("同一个种子抽出来的总是同样的走访，谁都可以核对；可以当众抽签定一个。")
        self._add(card, "seed", self.tr("种子"), TextField(max_length=_LONGEST["seed"]), hint=hint)
        for name in ("area_code", "since", "until", "percent", "seed"):
            self.fields[name].editor.set_value(getattr(state, name))
        tools = QWidget()
        FlowLayout(tools, gap=12).addWidget(self.draw)
        for widget in (tools, self._count, self.cards):
            card.body.addWidget(widget)
        return card

    def _what(self, state: BackCheckNewState) -> Card:
        card, label = Card(self.tr("问什么，怎样问"), icon="clipboard-list"), self.surroundings.texts.label
        choices = [Choice(one.value, label(one)) for one in BackCheckQuestion]
        questions = ChoiceList(choices, multiple=True)
        self._add(
            card,
            "questions",
            self.tr("再问一遍的问题"),
            questions,
            read=lambda value: tuple(one for one in BackCheckQuestion if one.value in set(_listed(value))),
        )
        questions.set_value(tuple(one.value for one in state.questions))
        modes = Segmented([Choice(one.value, label(one)) for one in MODES])
        self._add(card, "mode", self.tr("方式"), modes, read=lambda value: Mode(str(value)))
        modes.set_value(state.mode.value)
        self._add(card, "note", self.tr("嘱咐"), CountedText(_LONGEST["note"], strict=True))
        return card

    def _add(
        self, card: Card, name: str, label: str, editor: Editor, *, hint: str = "",
        read: Callable[[object], object] | None = None,
    ) -> None:  # fmt: skip
        self.fields[name] = Field(label, editor, hint=hint, required=name != "note")
        card.body.addWidget(self.fields[name])

        def told() -> None:
            value = editor.value()
            self.presenter.change(name, value if read is None else read(value))

        editor.changed.connect(lambda _value: told())

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter(params.get("visit_id", ""))

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("安排走访复查"))

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: BackCheckNewState) -> None:
        """What was drawn, what is missing; what is typed stays in its editors."""
        usable = state.loaded and not state.trouble and (state.asked is not None or bool(state.places))
        self._nothing.setVisible(state.loaded and not usable)
        self._nothing.set_content(state.trouble or self.tr("您的岗位不能安排走访复查。"), icon="circle-alert")
        if not usable:
            return
        if not self._built:
            self._build(state)
        for name, field in self.fields.items():
            field.set_error(state.errors.get(name, ""))
        left = [words for name, words in state.errors.items() if name not in self.fields]
        self._trouble.setVisible(bool(left))
        if left:
            self._trouble.set_message(left[0], StatusKind.DANGER)
        self._show_drawn(state)
        self.draw.setEnabled(not state.busy and None not in (state.since, state.until, state.percent))
        self.send.setText(self.tr("安排 {0} 次复查").format(state.count))
        self.send.setEnabled(bool(state.count) and bool(state.questions) and not state.busy)
        order_tabs(self)

    def _show_drawn(self, state: BackCheckNewState) -> None:
        drawn = state.drawn
        self.cards.setVisible(drawn is not None and bool(drawn.drawn))
        self._count.setVisible(drawn is not None)
        if drawn is None:
            return
        words = self.tr("这段时间见到了人、可以复查的走访 {0} 次，抽中 {1} 次。")
        self._count.setText(words.format(drawn.total, len(drawn.drawn)))
        self.cards.set_keys(self._at_hand.hold([self._card(one, state) for one in drawn.drawn]))

    def _card(self, one: DrawnVisit, state: BackCheckNewState) -> CardContent:
        if one.checker_id:
            chip = CardChip(self.tr("复查人 {0}").format(one.checker_name), StatusKind.INFO)
        else:
            chip = CardChip(self.tr("没有合适的复查人"), StatusKind.WARN)
        line = SEPARATOR.join((one.village_name, moment_words(one.finished_at, state.today)))
        return CardContent(key=one.visit_id, title=one.head_name, chips=(chip,), line=line)

    def _on_requested(self, count: int) -> None:
        self.surroundings.shell.toast(self.tr("已安排 {0} 次复查，联网后送达。").format(count))


def _listed(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple) else ()
