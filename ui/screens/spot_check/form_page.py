"""The fields of a check on one page, in the order of paper form 6.10. Layer 5."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.spot_checks import CheckAnswer, Found, Population, TargetFacts
from fieldapp.domain.records.visits import Satisfaction
from fieldapp.domain.rules.spot_check import ALL_QUESTIONS
from fieldapp.services.spot_checks import CheckForm
from ui.screens.spot_check.presenter import SIGNATURES, CheckState
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor, show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.signature_pad import SignaturePad
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import full_day_words
from ui.widgets.records.relief_words import money_words
from ui.widgets.records.value_list import ValueList

_KIND: Final = "spot_check_results"
_PEN_PAUSE_MS: Final = 350
_DETAIL_MAX: Final = 1000


class FormPage(QWidget):
    """Shows a check and says what was touched.

    Signals: changed(field, value) and committed(value) of a field of CheckDraft; signed(field, strokes, png);
    camera_asked(), file_asked(), paste_asked(), photo_removed(hash); discard_asked().
    """

    changed = Signal(str, object)
    committed = Signal(object)
    signed = Signal(str, str, object)
    camera_asked = Signal()
    file_asked = Signal()
    paste_asked = Signal()
    photo_removed = Signal(str)
    discard_asked = Signal()

    def __init__(self, texts: Texts, today: Callable[[], dt.date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._today = today
        self.fields: dict[str, Field] = {}
        self.pads: dict[str, SignaturePad] = {}
        self._pens: dict[str, QTimer] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.head = Card(self.tr("查谁"), icon="user-check")
        self.facts = ValueList()
        self.head.body.addWidget(self.facts)
        parts = (
            self.head,
            self._build_questions(),
            self._build_found(),
            self._build_photos(),
            self._build_signatures(),
            self._build_foot(),
        )
        for widget in parts:
            column.addWidget(widget)
        for name, field in self.fields.items():
            field.editor.changed.connect(partial(self.changed.emit, name))
            field.editor.committed.connect(self.committed)

    # --- building -------------------------------------------------------------------------------

    def _put(self, name: str, editor: Editor, *, required: bool = True, hint: str = "") -> Field:
        field = Field(self._texts.field(_KIND, name), editor, required=required, hint=hint)
        self.fields[name] = field
        return field

    def _build_questions(self) -> QWidget:
        label = self._texts.label
        card = Card(self.tr("看到和问到的"), icon="clipboard-list")
        for name in ALL_QUESTIONS:
            answers = [Choice(one.value, label(one)) for one in CheckAnswer]
            card.body.addWidget(self._put(name, Segmented(answers)))
        said = [Choice(one.value, label(one)) for one in Satisfaction]
        card.body.addWidget(self._put("satisfaction", Segmented(said, clearable=True), required=False))
        return card

    def _build_found(self) -> QWidget:
        label = self._texts.label
        card = Card(self.tr("结论"), icon="list-checks")
        found = [Choice(one.value, label(one), exclusive=one is Found.OK) for one in Found]
        editor = choice_editor(found, multiple=True, title=self._texts.field(_KIND, "found"))
        detail = CountedText(_DETAIL_MAX, strict=True, rows=3)
        for field in (
            self._put("found", editor, hint=self.tr("可以选几项。")),
            self._put("detail", detail),
            self._put("rectify_due", DateField(self._today), hint=self.tr("镇里会看到问题和期限。")),
        ):
            card.body.addWidget(field)
        return card

    def _build_photos(self) -> QWidget:
        self.photos = PhotoBoard(())
        self.photos.camera_asked.connect(self.camera_asked)
        self.photos.file_asked.connect(self.file_asked)
        self.photos.paste_asked.connect(self.paste_asked)
        self.photos.remove_asked.connect(self.photo_removed)
        card = Card()
        card.body.addWidget(Field(self.tr("照片（可不拍）"), self.photos))
        return card

    def _build_signatures(self) -> QWidget:
        card = Card(self.tr("签字"), icon="pen-line")
        self.sign_fields: dict[str, Field] = {}
        for name in SIGNATURES:
            words = self._texts.field(_KIND, name)
            pad = SignaturePad()
            pad.describe(words)
            pen = QTimer(self)
            pen.setSingleShot(True)
            pen.setInterval(_PEN_PAUSE_MS)
            pen.timeout.connect(partial(self._on_pen, name))
            pad.changed.connect(partial(self._on_stroke, name))
            hint = self.tr("不便签字的可以不签。") if name == "signature" else ""
            field = Field(words, pad, required=name == "lead_signature", hint=hint)
            self.pads[name], self._pens[name], self.sign_fields[name] = pad, pen, field
            card.body.addWidget(field)
        return card

    def _build_foot(self) -> QWidget:
        self.discard = Button(self.tr("不填了，删除这份草稿"), ButtonKind.TEXT, icon="trash-2")
        self.discard.clicked.connect(self.discard_asked)
        foot = QWidget()
        FlowLayout(foot).addWidget(self.discard)
        return foot

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: CheckState, typed: Collection[str]) -> None:
        """Show the check; what is being typed (`typed`, by field) stays as it is."""
        form = state.form
        if form is None:
            return
        self.facts.set_values([pair for pair in self._told(form) if pair[1]])
        for name, field in self.fields.items():
            if name not in typed:
                show_value(field.editor, getattr(state.draft, name))
            field.set_error(state.errors.get(name, ""))
        for name in ALL_QUESTIONS:
            self.fields[name].setVisible(name in form.questions)
        self.fields["satisfaction"].setVisible(form.target.population is not Population.CONTRACTS)
        for name in ("detail", "rectify_due"):
            self.fields[name].setVisible(state.wrong)
        self.photos.show_photos(state.photos, state.photos_max)
        for name, field in self.sign_fields.items():
            field.set_error(state.errors.get(name, ""))
            if not self._pens[name].isActive() and self.pads[name].value() != state.strokes.get(name, ""):
                self.pads[name].set_value(state.strokes.get(name, ""))
        self.sign_fields["second_signature"].setVisible(bool(form.target.second_name))

    def place_of(self, name: str) -> QWidget | None:
        """The field of a name, to bring into view."""
        return self.fields.get(name) or self.sign_fields.get(name)

    def first_stop(self) -> QWidget:
        """Where the keyboard begins: never a text field."""
        return next(
            (field.editor for name, field in self.fields.items() if name in ALL_QUESTIONS), self.discard
        )

    def flush(self) -> None:
        """Before the page goes: nothing the pens wrote is left behind."""
        for name, pen in self._pens.items():
            if pen.isActive():
                self._on_pen(name)

    def _told(self, form: CheckForm) -> list[tuple[str, str]]:
        target, label = form.target, self._texts.label
        facts = target.facts or TargetFacts()
        amount = money_words(facts.amount) if facts.amount is not None else ""
        inspectors = self._texts.listed(filter(None, (form.inspector, target.second_name)))
        return [
            (self.tr("姓名或名称"), facts.name),
            (self.tr("身份证号"), facts.masked_id),
            (self.tr("电话"), facts.phone),
            (self.tr("所在地"), " ".join(filter(None, (target.area_name, facts.group_name)))),
            (self.tr("住址"), facts.address),
            (self.tr("家庭人口"), str(facts.members) if facts.members else ""),
            (self.tr("救助类别"), self._texts.labels(facts.categories)),
            (self.tr("登记金额"), amount),
            (self.tr("编号"), facts.number),
            (self.tr("日期"), full_day_words(facts.day) if facts.day is not None else ""),
            (self.tr("走访方式"), label(facts.mode) if facts.mode is not None else ""),
            (self.tr("走访人或联系人"), self._texts.listed(facts.by)),
            (self.tr("抽查范围"), label(target.population)),
            (self.tr("计划号"), f"{target.plan_no} {target.title}"),
            (self.tr("抽取方式"), self.tr("随机种子，第 {0} 位").format(target.seq)),
            (self.tr("检查人"), inspectors),
            (self.tr("查完期限"), full_day_words(target.check_until)),
        ]

    # --- pens -----------------------------------------------------------------------------------

    def _on_stroke(self, name: str, _value: object) -> None:
        self._pens[name].start()

    def _on_pen(self, name: str) -> None:
        self._pens[name].stop()
        pad = self.pads[name]
        strokes = pad.value()
        self.signed.emit(name, strokes, pad.png() if strokes else b"")
