"""The questions a second worker asks, each with its editor, and how he reached the family. Layer 5."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.back_checks import (
    BackCheckFields,
    BackCheckOutcome,
    BackCheckQuestion,
    BackCheckStepFields,
)
from fieldapp.domain.records.visits import Mode, NeedKind, Satisfaction, YesNoUnknown
from fieldapp.domain.rules.back_check import MODES, answer_of
from ui.ports import Surroundings
from ui.screens.back_check.presenter import BackCheckPresenter, BackCheckState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.layouts import FlowLayout

_NOTE_MAX: Final = next(
    int(m.max_length) for m in BackCheckStepFields.model_fields["note"].metadata if hasattr(m, "max_length")
)
_WORDS_MAX: Final = 500
_MOST_AT_HOME: Final = 30
_UNRELATED: Final = "UNRELATED"
Q = BackCheckQuestion


class QuestionsCard(Card):
    """Outcome, way, questions, note and the declaration of R15; filled once, from the draft."""

    def __init__(self, surroundings: Surroundings, presenter: BackCheckPresenter) -> None:
        super().__init__(icon="clipboard-list")
        self.set_title(self.tr("照着问，照实填"))
        self._around, self._presenter = surroundings, presenter
        self.fields: dict[str, Field] = {}
        self.asked: list[Field] = []
        self._of = ""
        self._trouble = Banner("", StatusKind.DANGER)
        self.send = Button(self.tr("交回答案"), ButtonKind.PRIMARY, icon="send")
        self.send.clicked.connect(presenter.hand_in)
        self.tools = QWidget()
        self.flow = FlowLayout(self.tools, gap=12)
        self.flow.addWidget(self.send)

    def fill(self, check: BackCheckFields, state: BackCheckState) -> None:
        """Build the editors of a back-check; what is typed afterwards stays in them."""
        if self._of == check.id:
            return
        self._of = check.id
        draft, change = state.draft, self._presenter.change
        outcome = Segmented(self._choices(tuple(BackCheckOutcome)))
        self._add("outcome", self.tr("问到了没有"), outcome, required=True)
        self._tell("outcome", lambda value: change("outcome", _code(BackCheckOutcome, value)))
        self._add("mode", self.tr("怎样问的"), Segmented(self._choices(MODES)), required=True)
        self._tell("mode", lambda value: change("mode", _code(Mode, value)))
        for question in check.questions:
            self._ask(question)
        self._add("note", self.tr("说明"), CountedText(_NOTE_MAX, strict=True))
        self._tell("note", lambda value: change("note", str(value or "")))
        sure = ChoiceList([Choice(_UNRELATED, self.tr("我与这户没有近亲属关系"))], multiple=True)
        hint = self.tr("近亲属：配偶、父母、子女、兄弟姐妹、祖孙、公婆岳父母等。有关系的请退回，由别人复查。")
        self._add("no_relation", self.tr("回避确认"), sure, required=True, hint=hint)
        self._tell("no_relation", lambda value: change("no_relation", bool(value)))
        for widget in (self._trouble, self.tools):
            self.body.addWidget(widget)
        shown: dict[str, object] = {
            "outcome": draft.outcome,
            "mode": draft.mode,
            "note": draft.note,
            "no_relation": (_UNRELATED,) if draft.no_relation else (),
        }
        shown |= {one.value.lower(): answer_of(draft.answers, one) for one in check.questions}
        for name, value in shown.items():
            self.fields[name].editor.set_value(value)

    def render_state(self, state: BackCheckState) -> None:
        """Which questions are asked now, and what is wrong where."""
        told = state.draft.outcome is BackCheckOutcome.TOLD
        for field in self.asked:
            field.setVisible(told)
        self.fields["note"].set_required(state.draft.outcome not in (None, BackCheckOutcome.TOLD))
        for name, field in self.fields.items():
            field.set_error(state.errors.get(name, ""))
        left = [words for name, words in state.errors.items() if name not in self.fields]
        self._trouble.setVisible(bool(left))
        if left:
            self._trouble.set_message(left[0], StatusKind.DANGER)
        self.send.setEnabled(not state.busy)

    # --- building -------------------------------------------------------------------------------

    def _ask(self, question: BackCheckQuestion) -> None:
        name = question.value.lower()
        editor, read = self._editor(question)
        self._add(name, self._around.texts.label(question), editor)
        self.asked.append(self.fields[name])
        self._tell(name, lambda value: self._presenter.answer(name, read(value)))

    def _editor(self, question: BackCheckQuestion) -> tuple[Editor, Callable[[object], object]]:
        today = self._around.context.today
        match question:
            case Q.VISITED_ON:
                return DateField(today, last=today()), lambda value: value
            case Q.AT_HOME_COUNT:
                return Stepper(maximum=_MOST_AT_HOME), lambda value: value
            case Q.WORDS:
                return CountedText(_WORDS_MAX, strict=True), lambda value: str(value or "")
            case Q.NEEDS:
                kinds = choice_editor(
                    self._choices(tuple(NeedKind)), multiple=True, title=self._around.texts.label(question)
                )
                return kinds, lambda value: tuple(NeedKind(one) for one in _listed(value))
        codes: type[StrEnum] = {Q.MODE: Mode, Q.SATISFACTION: Satisfaction}.get(question, YesNoUnknown)
        return choice_editor(self._choices(tuple(codes)), clearable=True), partial(_code, codes)

    def _choices(self, codes: Sequence[StrEnum]) -> list[Choice]:
        return [Choice(one.value, self._around.texts.label(one)) for one in codes]

    def _add(self, name: str, label: str, editor: Editor, *, required: bool = False, hint: str = "") -> None:
        self.fields[name] = Field(label, editor, required=required, hint=hint)
        self.body.addWidget(self.fields[name])

    def _tell(self, name: str, told: Callable[[object], None]) -> None:
        editor = self.fields[name].editor
        editor.changed.connect(lambda _value: told(editor.value()))


def _code(codes: type[StrEnum], value: object) -> StrEnum | None:
    return None if value is None else codes(str(value))


def _listed(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple) else ()
