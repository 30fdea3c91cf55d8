"""The fields of a relief on one page, in the order in which they are asked. Layer 5."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.reliefs import (
    REASON_MAX,
    FundSource,
    HardshipGrade,
    ReliefCause,
    ReliefForm,
    ReliefKind,
    ReliefPath,
)
from fieldapp.domain.records.visits import Attestation
from ui.screens.relief_form.item_card import ItemCard, show_amount
from ui.screens.relief_form.limits_card import LimitsCard
from ui.screens.relief_form.state import ReliefFormState
from ui.theme import TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.filling.attestation_panel import AttestationPanel
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.editor import Editor, show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.phrase_buttons import PhraseButtons
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextField
from ui.widgets.inputs.tile_choices import Tile, TileChoices
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.records.relief_words import CAUSE_ICONS, FORM_ICONS, money_words
from ui.widgets.tab_order import order_tabs

CODES: Final = {
    "path": ReliefPath,
    "kind": ReliefKind,
    "cause": ReliefCause,
    "grade": HardshipGrade,
    "fund_source": FundSource,
    "urgency": Urgency,
}
"""Fields whose values are codes."""
_RECEIVERS: Final = (Attestation.SIGNED, Attestation.FINGERPRINT, Attestation.ILLITERATE_WITNESS)


class FormPage(QWidget):
    """Shows a draft and says what was touched.

    Signals: changed(field, value) and committed(value) of a field of ReliefDraft; phrase_picked(words);
    self_paid_typed(yuan);
    item_added(form), item_changed(key, field, value), item_removed(key); camera_asked(key, layout),
    file_asked(key), paste_asked(key) about receipts of a line, 0 = the scene; receipt_removed(key, hash),
    photo_removed(hash); attested(kind, reason, witness, typing), signed(strokes, png), print_camera_asked(),
    print_file_asked() about the receiver; discard_asked().
    """

    changed = Signal(str, object)
    committed = Signal(object)
    phrase_picked = Signal(str)
    self_paid_typed = Signal(object)
    item_added = Signal(object)
    item_changed = Signal(int, str, object)
    item_removed = Signal(int)
    camera_asked = Signal(int, object)
    file_asked = Signal(int)
    paste_asked = Signal(int)
    receipt_removed = Signal(int, str)
    photo_removed = Signal(str)
    attested = Signal(str, str, str, bool)
    signed = Signal(str, object)
    print_camera_asked = Signal()
    print_file_asked = Signal()
    discard_asked = Signal()

    def __init__(self, texts: Texts, today: Callable[[], dt.date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._today = today
        self.cards: list[ItemCard] = []
        self.fields: dict[str, Field] = {}
        self._tables: dict[str, tuple[tuple[str, str], ...]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for widget in (
            self._build_whom(),
            self._build_cause(),
            self._build_items(),
            self._build_way(),
            self._build_limits(),
            self._build_survey(),
            self._build_photos(),
            self._build_receiver(),
            self._build_foot(),
        ):
            column.addWidget(widget)
        for name, field in self.fields.items():
            field.editor.changed.connect(partial(self.changed.emit, name))
            field.editor.committed.connect(self.committed)

    # --- building -------------------------------------------------------------------------------

    def _put(self, name: str, label: str, editor: Editor, *, required: bool = False, hint: str = "") -> Field:
        field = Field(label, editor, required=required, hint=hint)
        self.fields[name] = field
        return field

    def _coded(self, name: str) -> Editor:
        label = self._texts.label
        return Segmented([Choice(one.value, label(one)) for one in CODES[name]])

    def _build_whom(self) -> QWidget:
        self._household = Text("", TextRole.STRONG, wrap=True)
        self._area = self._put(
            "area_code", self.tr("在哪个村（社区）或网格"), Picker([], title=self.tr("村（社区）或网格")),
            required=True,
        )  # fmt: skip
        self._recipient = self._put(
            "recipient", self.tr("受助人姓名"), TextField(max_length=50), required=True
        )
        self._members_slot = QVBoxLayout()
        self._count = self._put("person_count", self.tr("受助人数"), Stepper(minimum=1, maximum=1000))
        card = _card(self._area, self._recipient)
        card.body.insertWidget(0, self._household)
        card.body.addLayout(self._members_slot)
        card.body.addWidget(self._count)
        card.set_title(self.tr("帮谁"))
        return card

    def _build_cause(self) -> QWidget:
        label = self._texts.label
        tiles = [Tile(Choice(cause.value, label(cause)), icon) for cause, icon in CAUSE_ICONS.items()]
        self.cause = TileChoices(tiles, columns=7, upright=True)
        self.phrases = PhraseButtons()
        self.phrases.picked.connect(self.phrase_picked)
        self.reason = CountedText(REASON_MAX, strict=True, rows=2, placeholder=self.tr("也可以自己写"))
        cause = self._put("cause", self.tr("为什么难"), self.cause, required=True)
        reason = self._put("reason", self.tr("事由（点一句就行）"), self.reason, required=True)
        above = QVBoxLayout()
        above.addWidget(self.phrases)
        reason.insert_below_label(above)
        paid = NumberField(decimals=True, negative=False)
        paid.changed.connect(self.self_paid_typed)
        hint = self.tr("看病、上学等报销和资助以后，自己家里付的。")
        self.self_paid = Field(self.tr("自付费用（元，可不填）"), paid, hint=hint)
        return _card(cause, reason, self.self_paid)

    def _build_items(self) -> QWidget:
        label = self._texts.label
        card = Card(self.tr("给什么"), icon="hand-coins")
        self._items_slot = QVBoxLayout()
        self._items_slot.setSpacing(10)
        self.sum = Text("", TextRole.SECTION, wrap=True)
        self._items_error = Text("", tone="danger", wrap=True)
        self._items_error.hide()
        adding = QWidget()
        flow = FlowLayout(adding, gap=8)
        self.add_buttons: dict[ReliefForm, Button] = {}
        for form, icon in FORM_ICONS.items():
            button = Button(label(form), icon=icon)
            button.setAccessibleName(self.tr("添加{0}").format(label(form)))
            button.clicked.connect(partial(self.item_added.emit, form))
            flow.addWidget(button)
            self.add_buttons[form] = button
        card.body.addLayout(self._items_slot)
        card.body.addWidget(Text(self.tr("点一样加一项："), TextRole.CAPTION))
        card.body.addWidget(adding)
        card.body.addWidget(self.sum)
        card.body.addWidget(self._items_error)
        return card

    def _build_way(self) -> QWidget:
        path = self._put(
            "path", self.tr("怎么给"), self._coded("path"),
            hint=self.tr("先行救助：先给，手续在几个工作日内补齐。一般程序：先审批，再发放。"),
        )  # fmt: skip
        self._grade = self._put(
            "grade", self.tr("困难程度"), self._coded("grade"), required=True,
            hint=self.tr("发现金时按它算上限。"),
        )  # fmt: skip
        rest = QWidget()
        grid = EvenGridLayout(rest, gap=12, columns=2)
        for field in (
            self._put("fund_source", self.tr("用哪笔钱"), self._coded("fund_source")),
            self._put("kind", self.tr("救助类型"), self._coded("kind")),
            self._put("urgency", self.tr("紧急程度"), self._coded("urgency")),
        ):
            grid.addWidget(field)
        card = _card(path, self._grade)
        card.body.addWidget(rest)
        return card

    def _build_limits(self) -> QWidget:
        self.limits = LimitsCard()
        self._repeat = self._put(
            "repeat_reason", self.tr("再次救助的理由"), TextField(max_length=200), required=True
        )
        self.limits.body.addWidget(self._repeat)
        return self.limits

    def _build_survey(self) -> QWidget:
        self._surveyors_slot = QVBoxLayout()
        opinion = self._put(
            "village_opinion",
            self.tr("村（社区）意见（可不填）"),
            CountedText(REASON_MAX, strict=True, rows=2),
        )
        card = Card(self.tr("核实"), icon="user-check")
        card.body.setSpacing(2)
        card.body.addLayout(self._surveyors_slot)
        card.body.addWidget(opinion)
        return card

    def _build_photos(self) -> QWidget:
        self.photos = PhotoBoard(())
        self.photos.camera_asked.connect(self._on_scene_camera)
        self.photos.file_asked.connect(partial(self.file_asked.emit, 0))
        self.photos.paste_asked.connect(partial(self.paste_asked.emit, 0))
        self.photos.remove_asked.connect(self.photo_removed)
        return _card(Field(self.tr("现场照片"), self.photos))

    def _build_receiver(self) -> QWidget:
        label = self._texts.label
        self.receiver = AttestationPanel([Choice(one.value, label(one)) for one in _RECEIVERS])
        self.receiver.attested.connect(self.attested)
        self.receiver.signed.connect(self.signed)
        self.receiver.print_camera_asked.connect(self.print_camera_asked)
        self.receiver.print_file_asked.connect(self.print_file_asked)
        self._receiver_card = Card(self.tr("领取人签字"), icon="pen-line")
        words = self.tr("已经给了的，请领取人看过上面的明细再签。没有签字的先记为待发放，发放时再签。")
        self._receiver_card.body.addWidget(Text(words, tone="soft", wrap=True))
        self._receiver_field = Field(self.tr("怎么确认"), self.receiver)
        self._receiver_card.body.addWidget(self._receiver_field)
        return self._receiver_card

    def _build_foot(self) -> QWidget:
        self.discard = Button(self.tr("不记了，删除这份草稿"), ButtonKind.TEXT, icon="trash-2")
        self.discard.clicked.connect(self.discard_asked)
        foot = QWidget()
        FlowLayout(foot).addWidget(self.discard)
        return foot

    def _on_scene_camera(self) -> None:
        self.camera_asked.emit(0, self.photos.slot)

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: ReliefFormState, typed: Collection[str]) -> None:
        """Show the draft; what is being typed (`typed`, by field) stays as it is."""
        self._show_tables(state)
        self._show_items(state)
        draft = state.draft
        for name, field in self.fields.items():
            if name not in typed:
                show_value(field.editor, getattr(draft, name))
            field.set_error(state.errors.get(name, ""))
        show_amount(self.self_paid.editor, draft.self_paid)
        self.self_paid.set_error(state.errors.get("self_paid", ""))
        self.self_paid.setVisible(state.asks_self_paid)
        self.phrases.set_phrases(state.phrases)
        self.phrases.show_text(draft.reason)
        self._household.setText(state.household)
        self._household.setVisible(bool(state.household))
        for field in (self._area, self._recipient):
            field.setVisible(not state.household)
        cash = any(one.item.form is ReliefForm.CASH for one in state.items)
        self._grade.setVisible(cash and draft.fund_source is not FundSource.SOCIAL)
        self._repeat.setVisible(state.limits is not None and state.limits.repeated)
        self.limits.show_limits(state)
        self.photos.show_photos(state.photos, state.photos_max)
        self._receiver_card.setVisible(state.advance)
        self.receiver.show_signature(draft.signature, state.strokes, state.fingerprint)
        self._receiver_field.set_error(state.errors.get("signature", ""))

    def _show_tables(self, state: ReliefFormState) -> None:
        """Lists that come with the draft."""
        area = self._area.editor
        if isinstance(area, Picker) and self._tables.get("places") is None:
            self._tables["places"] = tuple((one.code, one.name) for one in state.places)
            area.set_choices([Choice(code, name) for code, name in self._tables["places"]])
        self._show_choices("persons", self.tr("受助的家庭成员"), state.members, self._members_slot)
        hint = self.tr("入户核实的人不能再审批这笔救助。")
        self._show_choices("surveyors", self.tr("入户核实人"), state.workers, self._surveyors_slot, hint)

    def _show_choices(
        self, name: str, label: str, people: tuple[tuple[str, str], ...], slot: QVBoxLayout, hint: str = ""
    ) -> None:
        if name in self._tables:
            return
        self._tables[name] = people
        if not people:
            return
        editor = choice_editor([Choice(one, words) for one, words in people], multiple=True, title=label)
        field = self._put(name, label, editor, hint=hint)
        editor.changed.connect(partial(self.changed.emit, name))
        editor.committed.connect(self.committed)
        slot.addWidget(field)

    def _show_items(self, state: ReliefFormState) -> None:
        if [card.key for card in self.cards] != [one.key for one in state.items]:
            self._rebuild_items(state)
        for card, view in zip(self.cards, state.items, strict=True):
            card.show_item(view, state.photos_max)
        self.sum.setText(self.tr("合计 {0}").format(money_words(state.sum)))
        self.sum.setVisible(bool(state.items))
        problem = state.errors.get("items") or state.errors.get("amount", "")
        self._items_error.setText(problem)
        self._items_error.setVisible(bool(problem))

    def _rebuild_items(self, state: ReliefFormState) -> None:
        kept = {card.key: card for card in self.cards}
        wanted = [one.key for one in state.items]
        for key, card in kept.items():
            self._items_slot.removeWidget(card)
            if key not in wanted:
                card.hide()
                card.deleteLater()
        self.cards = []
        for view in state.items:
            card = kept.get(view.key) or self._new_card(view.key, state)
            self._items_slot.addWidget(card)
            self.cards.append(card)
        order_tabs(self)

    def _new_card(self, key: int, state: ReliefFormState) -> ItemCard:
        view = next(one for one in state.items if one.key == key)
        card = ItemCard(view, self._texts, self._today)
        card.changed.connect(self.item_changed)
        card.removed.connect(self.item_removed)
        card.camera_asked.connect(lambda key: self.camera_asked.emit(key, card.receipts.slot))
        card.file_asked.connect(self.file_asked)
        card.paste_asked.connect(self.paste_asked)
        card.receipt_removed.connect(self.receipt_removed)
        return card

    # --- where things are -----------------------------------------------------------------------

    def first_stop(self) -> QWidget:
        """Where the focus begins: never in a text."""
        field = self.fields.get("persons")
        group = field.editor if field is not None else self.cause
        return group.buttons()[0] if isinstance(group, ChoiceGroup) else self.cause.buttons()[0]

    def place_of(self, name: str) -> tuple[QWidget | None, QWidget | None]:
        """What to bring into view for a field or a line, and what is to get the focus."""
        card = next((one for one in self.cards if name == f"item-{one.key}"), None)
        if card is not None:
            return card, None
        if name in ("items", "amount"):
            return self.sum, next(iter(self.add_buttons.values()))
        if name == "signature":
            return self._receiver_card, None
        field = self.fields.get(name)
        if field is None:
            return None, None
        if isinstance(field.editor, ChoiceGroup):
            return field, field.editor.buttons()[0]
        if name == "reason" and self.phrases.buttons:
            return field, self.phrases.buttons[0]
        return field, field.editor.focusProxy() or field.editor


def _card(*fields: Field) -> Card:
    card = Card()
    card.body.setSpacing(2)
    for field in fields:
        card.body.addWidget(field)
    return card
