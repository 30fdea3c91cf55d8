"""One section of the form: its fields built from the table, kept up to date from the views. Layer 5."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.app.phrases import PhraseGroup
from fieldapp.domain.clock import COUNTY_ZONE, Clock, local_day
from ui.position.panel import PositionPanel
from ui.position.sources import PositionSources
from ui.screens.visit_form.changes_editor import ChangesEditor
from ui.screens.visit_form.phrase_picks import PhrasePicks
from ui.screens.visit_form.ratings_editor import RatingsEditor
from ui.screens.visit_form.sections import FieldKind, FieldSpec
from ui.screens.visit_form.state import ChoiceView, FieldView, FormState
from ui.widgets.card import Card
from ui.widgets.filling.attestation_panel import AttestationPanel
from ui.widgets.filling.needs_editor import NeedsEditor
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextField
from ui.widgets.inputs.time_field import TimeField

_TYPED = frozenset({FieldKind.LINE, FieldKind.TEXT, FieldKind.CHANGES, FieldKind.NEEDS, FieldKind.RATINGS})
"""Kinds whose changes come key by key: saved after a pause, and at once when the field is left."""
_SHOWN_BY_PAGE = frozenset({FieldKind.PHOTOS, FieldKind.POSITION, FieldKind.ATTESTATION})


@dataclass(frozen=True, slots=True)
class EditorNeeds:
    """What editors need of the world."""

    clock: Clock
    positions: PositionSources
    phrase_groups: tuple[PhraseGroup, ...]
    state: FormState


class SectionPage(Card):
    """Fields of one section, made when first asked for.

    Signals:
        edited(key, value, typing): the worker changed a field.
        left(key): the worker has finished with a field.
        unreadable(key, sentence): what was typed is no value ("" = it is again).
    """

    edited = Signal(str, object, bool)
    left = Signal(str)
    unreadable = Signal(str, str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.body.setSpacing(2)
        self._fields: dict[str, Field] = {}
        self._choices: dict[str, tuple[ChoiceView, ...]] = {}

    def field(self, key: str) -> Field | None:
        """The field of a key, if it has been built."""
        return self._fields.get(key)

    def editor(self, key: str) -> Editor:
        """The editor of a field that is shown; KeyError otherwise."""
        return self._fields[key].editor

    def built(self) -> Sequence[str]:
        """Keys of the fields built so far, in order."""
        return tuple(self._fields)

    def show_fields(self, views: Sequence[FieldView], needs: EditorNeeds) -> list[Field]:
        """Show these fields in order and hide the others; answers those newly built."""
        new = []
        shown = {view.spec.key for view in views}
        for key, field in self._fields.items():
            field.setVisible(key in shown)
        for index, view in enumerate(views):
            key = view.spec.key
            if key in self._fields and self._choices.get(key) != view.choices:
                self._drop(key)
            if key not in self._fields:
                field = self._build(view, needs)
                self._place(key, field, [one.spec.key for one in views[:index]])
                new.append(field)
            self._update(self._fields[key], view)
        return new

    def _build(self, view: FieldView, needs: EditorNeeds) -> Field:
        spec = view.spec
        editor = self._editor(view, needs)
        field = Field(view.label or self._own_label(spec), editor, required=spec.required)
        typing = spec.kind in _TYPED
        editor.changed.connect(partial(self._on_changed, spec.key, typing))
        editor.committed.connect(partial(self._on_committed, spec.key))
        if spec.kind in (FieldKind.COUNT, FieldKind.DAY, FieldKind.TIME):
            editor.problem.connect(partial(self._on_problem, spec.key))
        return field

    def _place(self, key: str, field: Field, before: Sequence[str]) -> None:
        """Keep the order of the table, also for a field that is asked only later."""
        at = next((self.body.indexOf(self._fields[one]) + 1 for one in reversed(before)), 0)
        self.body.insertWidget(at, field)
        self._fields[key] = field
        order = {self.body.indexOf(one): name for name, one in self._fields.items()}
        self._fields = {order[i]: self._fields[order[i]] for i in sorted(order)}

    def _drop(self, key: str) -> None:
        field = self._fields.pop(key)
        self.body.removeWidget(field)
        field.hide()
        field.deleteLater()

    def _update(self, field: Field, view: FieldView) -> None:
        self._choices[view.spec.key] = view.choices
        editor = field.editor
        if view.spec.kind not in _SHOWN_BY_PAGE and not view.unreadable:
            wanted = view.value
            if editor.value() != wanted and not (
                editor.value() in (None, "", ()) and wanted in (None, "", ())
            ):
                editor.set_value(wanted)
        field.set_error(view.error)
        field.set_remark(self.tr("主管意见：{0}").format(view.remark) if view.remark else "")
        field.set_hint(view.note or self._hint(view.spec))
        field.set_last_value(view.last_shown, view.last_value)

    def _on_changed(self, key: str, typing: bool, value: object) -> None:
        self.edited.emit(key, value, typing)

    def _on_committed(self, key: str, _value: object) -> None:
        self.left.emit(key)

    def _on_problem(self, key: str, sentence: str) -> None:
        self.unreadable.emit(key, sentence)

    # --- editors --------------------------------------------------------------------------------

    def _editor(self, view: FieldView, needs: EditorNeeds) -> Editor:
        make: dict[FieldKind, Callable[[FieldView, EditorNeeds], Editor]] = {
            FieldKind.CHOICE: self._choice,
            FieldKind.CHOICES: self._choices_of,
            FieldKind.VISITORS: self._choices_of,
            FieldKind.MEMBERS: self._choices_of,
            FieldKind.YES_NO: self._yes_no,
            FieldKind.LINE: self._line,
            FieldKind.TEXT: self._text,
            FieldKind.COUNT: lambda _view, _needs: Stepper(minimum=0, maximum=30),
            FieldKind.DAY: self._day,
            FieldKind.TIME: self._time,
            FieldKind.CHANGES: lambda _view, needs: ChangesEditor(needs.state.change_labels),
            FieldKind.NEEDS: self._needs,
            FieldKind.RATINGS: self._ratings,
            FieldKind.PHRASES: lambda _view, needs: PhrasePicks(needs.phrase_groups),
            FieldKind.PHOTOS: lambda _view, needs: PhotoBoard(
                [Choice(kind.value, kind.label) for kind in needs.state.photo_kind_labels]
            ),
            FieldKind.POSITION: lambda _view, needs: PositionPanel(needs.positions),
            FieldKind.ATTESTATION: lambda _view, needs: AttestationPanel(
                [Choice(one.value, one.label) for one in needs.state.attestation_labels]
            ),
        }
        return make[view.spec.kind](view, needs)

    def _needs(self, view: FieldView, needs: EditorNeeds) -> Editor:
        state = needs.state
        kinds, urgencies, people = (
            [Choice(one.value, one.label) for one in views]
            for views in (view.choices, state.urgency_labels, state.people)
        )
        return NeedsEditor(kinds, urgencies, people)

    def _ratings(self, _view: FieldView, needs: EditorNeeds) -> Editor:
        return RatingsEditor(needs.state.need_labels)

    def _choice(self, view: FieldView, _needs: EditorNeeds) -> Editor:
        choices = [Choice(one.value, one.label) for one in view.choices]
        return choice_editor(choices, clearable=not view.spec.required, title=view.label)

    def _choices_of(self, view: FieldView, _needs: EditorNeeds) -> Editor:
        choices = [Choice(one.value, one.label) for one in view.choices]
        return choice_editor(choices, multiple=True, title=view.label)

    def _yes_no(self, _view: FieldView, _needs: EditorNeeds) -> Editor:
        return choice_editor([Choice("yes", self.tr("是，要上报"))], clearable=True)

    def _line(self, view: FieldView, _needs: EditorNeeds) -> Editor:
        if view.spec.key == "no_photo_reason":
            reasons = (self.tr("群众不愿拍照"), self.tr("光线太暗"), self.tr("设备不能拍照"))
            return ReasonChoice(reasons, max_length=view.spec.limit)
        return TextField(max_length=view.spec.limit)

    def _text(self, view: FieldView, _needs: EditorNeeds) -> Editor:
        spec = view.spec
        long = spec.key == "narrative"
        return CountedText(spec.limit, strict=spec.strict, always=long, rows=4 if long else 2)

    def _day(self, _view: FieldView, needs: EditorNeeds) -> Editor:
        today = local_day(needs.clock())
        return DateField(lambda: local_day(needs.clock()), first=today - dt.timedelta(days=366), last=today)

    def _time(self, view: FieldView, needs: EditorNeeds) -> Editor:
        ends = view.spec.key == "end"
        placeholder = self.tr("提交时") if ends else ""
        return TimeField(lambda: needs.clock().astimezone(COUNTY_ZONE).time(), placeholder=placeholder)

    def _own_label(self, spec: FieldSpec) -> str:
        return {
            "day": self.tr("走访日期"),
            "ratings": self.tr("上次走访以后送来的服务，怎么样？"),
        }.get(spec.key, spec.key)

    def _hint(self, spec: FieldSpec) -> str:
        return {
            "end": self.tr("不填就按提交的时间"),
            "phrases": self.tr("点两条以上，或者在下面写几句"),
            "flag_reason": self.tr("提示不影响提交；说明会随走访给主管看"),
            "findings.urgent_clue": self.tr("人身安全有危险的，先打 120、110、119"),
            "location": self.tr("只在这一次走访时定位，不记录路线"),
            "changes": self.tr("有变化就点一下，再写原来和现在"),
            "needs": self.tr("需要哪种服务就点哪种，可以点几种"),
            "ratings": self.tr("问一问家里人，不愿评价可以空着"),
        }.get(spec.key, "")
