"""临时救助 on one page: for whom, why, what, its sum and limits, who received it. Layer 5."""

from functools import partial
from typing import Final

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

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
from fieldapp.domain.records.visits import Attestation, PhotoOrigin
from ui import imaging
from ui.camera.intake import PictureIntake
from ui.pictures import PictureWork
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.relief_form.item_card import ItemCard
from ui.screens.relief_form.limits_card import LimitsCard
from ui.screens.relief_form.presenter import ReliefFormPresenter
from ui.screens.relief_form.state import Notice, NoticeKind, ReliefFormState
from ui.theme import TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.attestation_panel import AttestationPanel
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.filling.saving import SavingState
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.editor import Editor, show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.phrase_buttons import PhraseButtons
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextField
from ui.widgets.inputs.tile_choices import Tile, TileChoices
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.records.relief_words import CAUSE_ICONS, FORM_ICONS, money_words
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_TYPING_PAUSE_MS: Final = 350
_RETRY_MS: Final = 5000
_CODES: Final = {
    "path": ReliefPath,
    "kind": ReliefKind,
    "cause": ReliefCause,
    "grade": HardshipGrade,
    "fund_source": FundSource,
    "urgency": Urgency,
}
"""Fields whose values are codes."""
_TYPED: Final = frozenset({"reason", "recipient", "repeat_reason", "village_opinion"})
"""Fields that are written once the worker pauses."""
_RECEIVERS: Final = (Attestation.SIGNED, Attestation.FINGERPRINT, Attestation.ILLITERATE_WITNESS)


class ReliefFormScreen(Screen):
    """A full-screen task. Leaving never asks, it saves."""

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self._state = ReliefFormState()
        self._footer: FormFooter | None = None
        self._typed: dict[str, object] = {}
        self._focus_wanted = ""
        self._seat = 0
        self.cards: list[ItemCard] = []
        self.presenter = ReliefFormPresenter(
            surroundings,
            render=self.show_state,
            notify=self._on_notice,
            focus=self._on_focus,
            thumbnail=imaging.thumbnail,
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._flush_typing)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.presenter.save)
        self._build()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._on_send)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._show_title()

    def leave(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.receiver.flush()
        self.pictures.shut_camera()
        self._flush_typing()
        self._retry.stop()
        self.presenter.leave()

    def urgent_params(self) -> Params:
        household_id = self._state.draft.household_id
        return {"household_id": household_id} if household_id else {}

    def footer(self) -> QWidget | None:
        # The window deletes a footer when another screen comes to the front, so each call makes one.
        self._footer = FormFooter()
        self._footer.back_button.hide()
        self._footer.forward.connect(self._on_send)
        self._show_footer()
        return self._footer

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.page = ScrollPage(gap=14)
        self.pictures = PictureIntake(self._on_picture, self.page.show_field, self)
        self.trouble = EmptyState("", icon="circle-alert")
        self.form = QWidget()
        self._fields: dict[str, Field] = {}
        self._tables: dict[str, tuple[tuple[str, str], ...]] = {}
        column = QVBoxLayout(self.form)
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
        for name, field in self._fields.items():
            field.editor.changed.connect(partial(self._on_changed, name))
            field.editor.committed.connect(self._on_committed)
        for page in (self.trouble, self.form):
            page.hide()
            self.page.column.addWidget(page)
        self.page.column.addStretch(1)
        self.column.addWidget(self.page)

    def _put(self, name: str, label: str, editor: Editor, *, required: bool = False, hint: str = "") -> Field:
        field = Field(label, editor, required=required, hint=hint)
        self._fields[name] = field
        return field

    def _coded(self, name: str) -> Editor:
        label = self.surroundings.texts.label
        return Segmented([Choice(one.value, label(one)) for one in _CODES[name]])

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
        label = self.surroundings.texts.label
        tiles = [Tile(Choice(cause.value, label(cause)), icon) for cause, icon in CAUSE_ICONS.items()]
        self.cause = TileChoices(tiles, columns=7, upright=True)
        self.phrases = PhraseButtons()
        self.phrases.picked.connect(self._on_phrase)
        self.reason = CountedText(REASON_MAX, strict=True, rows=2, placeholder=self.tr("也可以自己写"))
        cause = self._put("cause", self.tr("为什么难"), self.cause, required=True)
        reason = self._put("reason", self.tr("事由（点一句就行）"), self.reason, required=True)
        above = QVBoxLayout()
        above.addWidget(self.phrases)
        reason.insert_below_label(above)
        return _card(cause, reason)

    def _build_items(self) -> QWidget:
        label = self.surroundings.texts.label
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
            button.clicked.connect(partial(self._on_add, form))
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
        self.photos.camera_asked.connect(partial(self._open_camera, 0, self.photos.slot))
        self.photos.file_asked.connect(partial(self._choose_files, 0))
        self.photos.paste_asked.connect(partial(self._paste, 0))
        self.photos.remove_asked.connect(self.presenter.photos.remove)
        return _card(Field(self.tr("现场照片"), self.photos))

    def _build_receiver(self) -> QWidget:
        label = self.surroundings.texts.label
        self.receiver = AttestationPanel([Choice(one.value, label(one)) for one in _RECEIVERS])
        self.receiver.attested.connect(self._on_attested)
        self.receiver.signed.connect(self.presenter.signing.sign)
        self.receiver.print_camera_asked.connect(self._on_print_camera)
        self.receiver.print_file_asked.connect(partial(self.pictures.choose_files, True))
        self._receiver_card = Card(self.tr("领取人签字"), icon="pen-line")
        words = self.tr("已经给了的，请领取人看过上面的明细再签。没有签字的先记为待发放，发放时再签。")
        self._receiver_card.body.addWidget(Text(words, tone="soft", wrap=True))
        self._receiver_field = Field(self.tr("怎么确认"), self.receiver)
        self._receiver_card.body.addWidget(self._receiver_field)
        return self._receiver_card

    def _build_foot(self) -> QWidget:
        self.discard = Button(self.tr("不记了，删除这份草稿"), ButtonKind.TEXT, icon="trash-2")
        self.discard.clicked.connect(self.presenter.discard)
        foot = QWidget()
        FlowLayout(foot).addWidget(self.discard)
        return foot

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: ReliefFormState) -> None:
        """Show the form."""
        before, self._state = self._state, state
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        there = state.loaded and not state.trouble
        self.form.setVisible(there)
        if not there:
            return
        self._show_tables(state)
        self._show_items(state)
        draft = state.draft
        for name, field in self._fields.items():
            if name not in self._typed:
                show_value(field.editor, getattr(draft, name))
            field.set_error(state.errors.get(name, ""))
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
        self._show_footer()
        if state.saving is not None and state.saving.state is SavingState.FAILED:
            self._retry.start()
        if not before.loaded:
            self.footer_changed.emit(self.footer())
            self._show_title()
            order_tabs(self)
            self._first_focus()
        elif before.phrases != state.phrases:
            order_tabs(self)

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
        editor.changed.connect(partial(self._on_changed, name))
        editor.committed.connect(self._on_committed)
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
        card = ItemCard(view, self.surroundings.texts, self.surroundings.context.today)
        card.changed.connect(self.presenter.lines.set_value)
        card.removed.connect(self.presenter.lines.remove)
        card.camera_asked.connect(lambda key: self._open_camera(key, card.receipts.slot))
        card.file_asked.connect(self._choose_files)
        card.paste_asked.connect(self._paste)
        card.receipt_removed.connect(self.presenter.lines.remove_receipt)
        return card

    def _show_title(self) -> None:
        self.surroundings.shell.set_title(
            self.tr("临时救助"), self._state.household or self.tr("随填随存，没有网络也能办")
        )

    def _show_footer(self) -> None:
        state = self._state
        if self._footer is None or not shiboken6.isValid(self._footer) or not state.loaded:
            return
        if state.saving is not None:
            self._footer.show_saving(state.saving)
        words = self.tr("登记已发放") if state.received else self.tr("提交")
        self._footer.show_submit(words, "check", busy=state.busy)

    def _first_focus(self) -> None:
        field = self._fields.get("persons")
        group = field.editor if field is not None else self.cause
        if isinstance(group, ChoiceGroup):
            group.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.cause.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        self._typed[name] = value
        if name not in _TYPED:
            self._flush_typing()
        elif not self._pause.isActive():
            self._pause.start()

    def _on_committed(self, _value: object) -> None:
        self._flush_typing()

    def _on_phrase(self, words: str) -> None:
        self._flush_typing()
        self.presenter.toggle_phrase(words)

    def _on_add(self, form: ReliefForm) -> None:
        self._flush_typing()
        self.presenter.lines.add(form)
        self._focus_wanted = f"item-{self.cards[-1].key}" if self.cards else ""
        QTimer.singleShot(0, self, self._bring_into_view)

    def _flush_typing(self) -> None:
        self._pause.stop()
        typed, self._typed = self._typed, {}
        if typed:
            self.presenter.change(**{name: _given(name, value) for name, value in typed.items()})

    def _on_send(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.receiver.flush()
        self._flush_typing()
        self.presenter.send()

    def _on_attested(self, kind: str, reason: str, witness: str, _typing: bool) -> None:
        self.presenter.signing.attest(Attestation(kind), reason, witness)

    # --- pictures -------------------------------------------------------------------------------

    def _on_picture(self, work: PictureWork, origin: PhotoOrigin, *, fingerprint: bool = False) -> None:
        """A picture goes where it was asked for: the fingerprint, a line's receipts, the scene."""
        if fingerprint:
            self.presenter.signing.add_fingerprint(work, origin)
        elif self._seat:
            self.presenter.lines.add_receipt(self._seat, work, origin)
        else:
            self.presenter.photos.add(work, origin)

    def _open_camera(self, key: int, slot: QLayout) -> None:
        self._seat = key
        self.pictures.open_camera(slot)

    def _choose_files(self, key: int) -> None:
        self._seat = key
        self.pictures.choose_files()

    def _paste(self, key: int) -> None:
        self._seat = key
        self.pictures.paste()

    def _on_print_camera(self) -> None:
        self.pictures.open_camera(self.receiver.slot, True)

    # --- what the presenter says ----------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        words = {
            NoticeKind.RESUMED: self.tr("接着上次没记完的填。"),
            NoticeKind.PHOTO_REMOVED: self.tr("已删除照片"),
            NoticeKind.PHOTOS_FULL: self.tr("照片最多 {0} 张").format(notice.count),
            NoticeKind.ITEM_REMOVED: self.tr("已删除"),
            NoticeKind.SENTENCE: notice.sentence,
            NoticeKind.DISCARDED: self.tr("草稿已删除"),
            NoticeKind.HANDED_IN: self.tr("已存本机，联网即发。"),
        }[notice.kind]
        shell = self.surroundings.shell
        if notice.undo is not None:
            shell.toast(words, self.tr("撤销"), notice.undo)
        else:
            shell.toast(words)

    def _on_focus(self, name: str) -> None:
        self._focus_wanted = name
        QTimer.singleShot(0, self, self._bring_into_view)

    def _bring_into_view(self) -> None:
        name, self._focus_wanted = self._focus_wanted, ""
        card = next((one for one in self.cards if name == f"item-{one.key}"), None)
        if card is not None:
            self.page.show_field(card)
        elif name in ("items", "amount"):
            self.page.show_field(self.sum)
            next(iter(self.add_buttons.values())).setFocus(Qt.FocusReason.OtherFocusReason)
        elif name == "signature":
            self.page.show_field(self._receiver_card)
        elif (field := self._fields.get(name)) is not None:
            self.page.show_field(field)
            if isinstance(field.editor, ChoiceGroup):
                field.editor.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)
            elif name == "reason" and self.phrases.buttons:
                self.phrases.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                (field.editor.focusProxy() or field.editor).setFocus(Qt.FocusReason.OtherFocusReason)


def _card(*fields: Field) -> Card:
    card = Card()
    card.body.setSpacing(2)
    for field in fields:
        card.body.addWidget(field)
    return card


def _given(name: str, value: object) -> object:
    """An editor's value as the draft's field."""
    if name in _CODES:
        return _CODES[name](str(value)) if value else None
    if name in ("persons", "surveyors"):
        return tuple(value) if isinstance(value, tuple) else ()
    if name == "person_count":
        return value if isinstance(value, int) else 1
    return value or ""
