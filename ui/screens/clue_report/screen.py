"""急难上报 on one page: how urgent, what, the words, where; all else may be left out. Layer 5."""

from functools import partial
from typing import Final

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.clues import ClueKind, ClueSource, MeasureTaken, Urgency
from ui import imaging, shortcuts
from ui.camera.intake import PictureIntake
from ui.ports import Params, Surroundings
from ui.position.sources import PositionSources, SystemPositions
from ui.position.watch import PositionWatch
from ui.screen import Screen
from ui.screens.clue_report.presenter import ReportPresenter
from ui.screens.clue_report.sent_page import SentPage
from ui.screens.clue_report.state import Mode, Notice, NoticeKind, ReportState
from ui.shortcuts import Act
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.filling.saving import SavingState
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.editor import show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.phrase_buttons import PhraseButtons
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import InputKind, TextField
from ui.widgets.inputs.tile_choices import Tile, TileChoices
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.clue_words import KIND_ICONS
from ui.widgets.records.emergency_card import DutyPhones, EmergencyCard
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs
from ui.widgets.toast import announce

_TYPING_PAUSE_MS: Final = 350
_RETRY_MS: Final = 5000


class ClueReportScreen(Screen):
    """A full-screen task. Leaving never asks, it saves; nothing but urgency, place and words is required.

    Attributes:
        positions: where the device's position comes from; tests put their own in place before `enter`.
    """

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.positions: PositionSources = SystemPositions()
        self._state = ReportState()
        self._footer: FormFooter | None = None
        self._typed: dict[str, object] = {}
        self._focus_wanted = ""
        self._watch: PositionWatch | None = None
        self.presenter = ReportPresenter(
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
        shortcuts.bind(self, {Act.FORWARD: self._on_send})

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._show_title()

    def leave(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.pictures.shut_camera()
        self._stop_watching()
        self._flush_typing()
        self._retry.stop()
        self.presenter.leave()

    def footer(self) -> QWidget | None:
        if self._state.mode is not Mode.FORM:
            return None
        # The window deletes a footer when another screen comes to the front, so each call makes one.
        self._footer = FormFooter()
        self._footer.back_button.hide()
        self._footer.forward.connect(self._on_send)
        self._show_footer()
        return self._footer

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.page = ScrollPage(gap=14)
        self.pictures = PictureIntake(self.presenter.photos.add, self.page.show_field, self)
        self.trouble = EmptyState("", icon="circle-alert")
        self.form = QWidget()
        self.sent = SentPage()
        self.sent.again_asked.connect(self.presenter.again)
        self.sent.done_asked.connect(self.surroundings.shell.back)
        self.sent.clue_asked.connect(self.presenter.open_clue)
        self.sent.codes_asked.connect(self.presenter.show_codes)
        self.sent.stick_asked.connect(self.presenter.carry_by_stick)
        self.sent.copied.connect(self._on_copied)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.emergency = EmergencyCard()
        self.emergency.hide()
        for widget in (
            self.emergency,
            self._build_urgency(),
            self._build_kind(),
            self._build_words(),
            self._build_place(),
            self._build_person(),
            self._build_evidence(),
            self._build_phones(),
        ):
            column.addWidget(widget)
        self._fields: dict[str, Field] = {
            "urgency": self._urgency,
            "kind": self._kind,
            "description": self._description,
            "area_code": self._area,
            "place": self._place,
            "person_name": self._name,
            "person_phone": self._phone,
            "person_age": self._age,
            "measures": self._measures,
            "support_needed": self._support,
            "source": self._source,
        }
        for name, field in self._fields.items():
            field.editor.changed.connect(partial(self._on_changed, name))
            field.editor.committed.connect(self._on_committed)
        for page in (self.trouble, self.form, self.sent):
            page.hide()
            self.page.column.addWidget(page)
        self.page.column.addStretch(1)
        self.column.addWidget(self.page)

    def _build_urgency(self) -> QWidget:
        tiles = [
            Tile(
                Choice(
                    Urgency.L1.value,
                    self.tr("有生命危险"),
                    self.tr("昏迷、大出血、起火、被困、要轻生，马上要救人"),
                ),
                "siren",
                StatusKind.DANGER,
            ),
            Tile(
                Choice(
                    Urgency.L2.value,
                    self.tr("很急，今天就要有人管"),
                    self.tr("断粮、受冻、无人照料、无处可住"),
                ),
                "triangle-alert",
                StatusKind.WARN,
            ),
            Tile(
                Choice(
                    Urgency.L3.value,
                    self.tr("不急在一两天"),
                    self.tr("有困难，需要有人上门看看"),
                ),
                "clock",
                StatusKind.INFO,
            ),
        ]
        self.urgency = TileChoices(tiles, columns=3)
        self._urgency = Field(self.tr("有多急"), self.urgency, required=True)
        return _card(self._urgency)

    def _build_kind(self) -> QWidget:
        label = self.surroundings.texts.label
        tiles = [Tile(Choice(kind.value, label(kind)), icon) for kind, icon in KIND_ICONS.items()]
        self.kind = TileChoices(tiles, columns=7, upright=True)
        self._kind = Field(self.tr("出了什么事"), self.kind)
        return _card(self._kind)

    def _build_words(self) -> QWidget:
        self.phrases = PhraseButtons()
        self.phrases.picked.connect(self._on_phrase)
        self.words = CountedText(2000, strict=True, rows=2, placeholder=self.tr("也可以自己写"))
        self._description = Field(self.tr("情况（点一句就行）"), self.words, required=True)
        above = QVBoxLayout()
        above.addWidget(self.phrases)
        self._description.insert_below_label(above)
        return _card(self._description)

    def _build_place(self) -> QWidget:
        self.area = Picker([], title=self.tr("村（社区）或网格"))
        self.place = TextField(placeholder=self.tr("组、门牌号，或路边、桥头等看得见的地方"), max_length=200)
        self._area = Field(self.tr("在哪个村（社区）"), self.area, required=True)
        self._place = Field(self.tr("具体地点"), self.place, required=True)
        self._household = Text("", TextRole.STRONG, wrap=True)
        self.other_household = Button(self.tr("不是这户"), ButtonKind.TEXT, icon="x")
        self.other_household.clicked.connect(self.presenter.forget_household)
        self._about = QWidget()
        row = QHBoxLayout(self._about)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._household, 1)
        row.addWidget(self.other_household)
        self._position = Text("", TextRole.CAPTION, wrap=True)
        self.drop_position = Button(self.tr("不带位置"), ButtonKind.TEXT)
        self.drop_position.clicked.connect(self._on_drop_position)
        self._position_row = QWidget()
        where = QHBoxLayout(self._position_row)
        where.setContentsMargins(0, 0, 0, 0)
        where.addWidget(self._position, 1)
        where.addWidget(self.drop_position)
        card = _card(self._area, self._place)
        card.body.insertWidget(0, self._about)
        card.body.addWidget(self._position_row)
        return card

    def _build_person(self) -> QWidget:
        self.name = TextField(max_length=50)
        self.phone = TextField(InputKind.PHONE, max_length=30)
        self.age = Stepper(minimum=0, maximum=130)
        hint = self.tr("不清楚就空着，不要写证件号。")
        self._name = Field(self.tr("当事人姓名"), self.name, hint=hint)
        self._phone = Field(self.tr("联系电话"), self.phone)
        self._age = Field(self.tr("大致年龄"), self.age)
        card = _card(self._name, self._phone, self._age)
        card.set_title(self.tr("当事人（可不填）"))
        return card

    def _build_evidence(self) -> QWidget:
        label = self.surroundings.texts.label
        self.photos = PhotoBoard(())
        self.photos.camera_asked.connect(partial(self.pictures.open_camera, self.photos.slot, False))
        self.photos.file_asked.connect(partial(self.pictures.choose_files, False))
        self.photos.paste_asked.connect(self.pictures.paste)
        self.photos.remove_asked.connect(self.presenter.photos.remove)
        self.measures = choice_editor([Choice(one.value, label(one)) for one in MeasureTaken], multiple=True)
        self.support = TextField(max_length=500, placeholder=self.tr("如：棉被、住处、送医、陪护"))
        self.source = choice_editor([Choice(one.value, label(one)) for one in ClueSource])
        self._measures = Field(self.tr("已经做了什么"), self.measures)
        self._support = Field(self.tr("需要什么支持"), self.support)
        self._source = Field(self.tr("从哪里得知"), self.source)
        photos = Field(self.tr("照片"), self.photos)
        card = _card(photos, self._measures, self._support, self._source)
        card.set_title(self.tr("补充（可不填）"))
        return card

    def _build_phones(self) -> QWidget:
        card = Card(self.tr("值班电话"), icon="phone")
        self.phones = DutyPhones()
        self.discard = Button(self.tr("不报了，删除这份草稿"), ButtonKind.TEXT, icon="trash-2")
        self.discard.clicked.connect(self.presenter.discard)
        foot = QWidget()
        flow = FlowLayout(foot)
        flow.addWidget(self.discard)
        card.body.addWidget(self.phones)
        card.body.addWidget(foot)
        return card

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: ReportState) -> None:
        """Show the report."""
        before, self._state = self._state, state
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        there = not state.trouble
        self.form.setVisible(there and state.mode is Mode.FORM)
        self.sent.setVisible(there and state.mode is Mode.SENT)
        if state.mode is Mode.FORM:
            self._show_form(state, before)
        elif state.mode is Mode.SENT:
            self.sent.render_state(state)
        if before.mode is not state.mode:
            self._turn(state)

    def _turn(self, state: ReportState) -> None:
        """Another page: from its top, and never with a text field in focus."""
        self._show_title()
        self.footer_changed.emit(self.footer())
        order_tabs(self)
        self.page.verticalScrollBar().setValue(0)
        if state.mode is Mode.FORM:
            self.urgency.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)
            self._watch_position()
        elif state.mode is Mode.SENT:
            self._stop_watching()
            self.pictures.shut_camera()
            self.sent.copy.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, self.tr("已存本机，排在最前，联网即发。"))

    def _show_form(self, state: ReportState, before: ReportState) -> None:
        draft = state.draft
        danger = draft.urgency is Urgency.L1
        if danger and not self.emergency.isVisibleTo(self):
            self.page.verticalScrollBar().setValue(0)
            announce(self, self.tr("先打电话：急救 120，报警 110，火警 119。"))
        self.emergency.setVisible(danger)
        if before.areas != state.areas:
            self.area.set_choices(
                [Choice(one.area_code, _joined(one.town_name, one.name)) for one in state.areas]
            )
        for name, field in self._fields.items():
            if name not in self._typed:
                show_value(field.editor, getattr(draft, name))
            field.set_error(state.errors.get(name, ""))
        self.phrases.set_phrases(state.phrases)
        self.phrases.show_text(draft.description)
        self._about.setVisible(bool(state.household))
        self._household.setText(state.household)
        self._position_row.setVisible(draft.lat is not None)
        self._position.setText(
            self.tr("已带上这户的位置。") if state.household else self.tr("已带上现在的位置。")
        )
        self.photos.show_photos(state.photos, state.photos_max)
        self.phones.show_phones(state.phones)
        self._show_footer()
        if before.phrases != state.phrases:
            order_tabs(self)
        if state.saving is not None and state.saving.state is SavingState.FAILED:
            self._retry.start()

    def _show_title(self) -> None:
        shell = self.surroundings.shell
        if self._state.mode is Mode.SENT:
            shell.set_title(self.tr("已上报"))
        else:
            shell.set_title(self.tr("急难上报"), self.tr("随填随存，没有网络也能上报"))

    def _show_footer(self) -> None:
        state = self._state
        if self._footer is None or not shiboken6.isValid(self._footer) or state.mode is not Mode.FORM:
            return
        if state.saving is not None:
            self._footer.show_saving(state.saving)
        self._footer.show_submit(self.tr("上报"), "send", busy=state.busy)

    # --- the position, quietly ------------------------------------------------------------------

    def _watch_position(self) -> None:
        """Where the device is goes along, unless the household's position is known or none is wanted."""
        if self._state.draft.lat is not None or self._state.household or self._watch is not None:
            return
        self._watch = PositionWatch(self.positions, self)
        self._watch.changed.connect(self._on_fix)
        self._watch.start()

    def _on_fix(self) -> None:
        best = self._watch.best if self._watch is not None else None
        if best is not None:
            self.presenter.set_position(best.lat, best.lon)

    def _on_drop_position(self) -> None:
        self._stop_watching()
        self.presenter.set_position(None, None)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        self._typed[name] = value
        if not self._pause.isActive():
            self._pause.start()

    def _on_committed(self, _value: object) -> None:
        self._flush_typing()

    def _on_phrase(self, words: str) -> None:
        self._flush_typing()
        self.presenter.toggle_phrase(words)

    def _flush_typing(self) -> None:
        self._pause.stop()
        typed, self._typed = self._typed, {}
        if typed:
            self.presenter.change(**{name: _given(name, value) for name, value in typed.items()})

    def _on_send(self) -> None:
        if self._state.mode is Mode.FORM:
            QGuiApplication.inputMethod().commit()
            self._flush_typing()
            self.presenter.send()

    def _on_copied(self) -> None:
        self.surroundings.shell.toast(self.tr("已复制，可以粘贴到短信里发出。"))

    # --- what the presenter says ----------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        words = {
            NoticeKind.RESUMED: self.tr("接着上次没报完的填。"),
            NoticeKind.PHOTO_REMOVED: self.tr("已删除照片"),
            NoticeKind.PHOTOS_FULL: self.tr("照片最多 {0} 张").format(notice.count),
            NoticeKind.SENTENCE: notice.sentence,
            NoticeKind.DISCARDED: self.tr("草稿已删除"),
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
        field = self._fields.get(name)
        if field is None:
            return
        self.page.show_field(field)
        if isinstance(field.editor, TileChoices):
            field.editor.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)
        elif name == "description" and self.phrases.buttons:
            self.phrases.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            (field.editor.focusProxy() or field.editor).setFocus(Qt.FocusReason.OtherFocusReason)


def _joined(*words: str) -> str:
    return " · ".join(filter(None, words))


def _card(*fields: Field) -> Card:
    card = Card()
    card.body.setSpacing(2)
    for field in fields:
        card.body.addWidget(field)
    return card


def _given(name: str, value: object) -> object:
    """An editor's value as the draft's field."""
    if name == "urgency":
        return Urgency(str(value)) if value else None
    if name == "kind":
        return ClueKind(str(value)) if value else None
    if name == "source":
        return ClueSource(str(value))
    if name == "measures":
        return tuple(MeasureTaken(one) for one in value) if isinstance(value, tuple) else ()
    return str(value or "") if name == "area_code" else value
