"""临时救助 on one page: for whom, why, what, its sum and limits, who received it. Layer 5."""

from functools import partial
from typing import Final

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QWidget

from fieldapp.domain.records.reliefs import (
    ReliefForm,
)
from fieldapp.domain.records.visits import Attestation, PhotoOrigin
from ui import imaging, shortcuts
from ui.camera.intake import PictureIntake
from ui.pictures import PictureWork
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.relief_form.form_page import CODES, FormPage
from ui.screens.relief_form.presenter import ReliefFormPresenter
from ui.screens.relief_form.state import Notice, NoticeKind, ReliefFormState
from ui.shortcuts import Act
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.saving import SavingState
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_TYPING_PAUSE_MS: Final = 350
_RETRY_MS: Final = 5000
_TYPED: Final = frozenset({"reason", "recipient", "repeat_reason", "village_opinion"})
"""Fields that are written once the worker pauses."""


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
        shortcuts.bind(self, {Act.FORWARD: self._on_send})

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._show_title()

    def leave(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.form.receiver.flush()
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
        self.form = form = FormPage(self.surroundings.texts, self.surroundings.context.today)
        form.changed.connect(self._on_changed)
        form.committed.connect(self._on_committed)
        form.phrase_picked.connect(self._on_phrase)
        form.self_paid_typed.connect(self.presenter.set_self_paid)
        form.item_added.connect(self._on_add)
        form.item_changed.connect(self.presenter.lines.set_value)
        form.item_removed.connect(self.presenter.lines.remove)
        form.receipt_removed.connect(self.presenter.lines.remove_receipt)
        form.camera_asked.connect(self._open_camera)
        form.file_asked.connect(self._choose_files)
        form.paste_asked.connect(self._paste)
        form.photo_removed.connect(self.presenter.photos.remove)
        form.attested.connect(self._on_attested)
        form.signed.connect(self.presenter.signing.sign)
        form.print_camera_asked.connect(self._on_print_camera)
        form.print_file_asked.connect(partial(self.pictures.choose_files, True))
        form.discard_asked.connect(self.presenter.discard)
        for page in (self.trouble, form):
            page.hide()
            self.page.column.addWidget(page)
        self.page.column.addStretch(1)
        self.column.addWidget(self.page)

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
        self.form.show_state(state, self._typed)
        self._show_footer()
        if state.saving is not None and state.saving.state is SavingState.FAILED:
            self._retry.start()
        if not before.loaded:
            self.footer_changed.emit(self.footer())
            self._show_title()
            order_tabs(self)
            self.form.first_stop().setFocus(Qt.FocusReason.OtherFocusReason)
        elif before.phrases != state.phrases:
            order_tabs(self)

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
        self._focus_wanted = f"item-{self.form.cards[-1].key}" if self.form.cards else ""
        QTimer.singleShot(0, self, self._bring_into_view)

    def _flush_typing(self) -> None:
        self._pause.stop()
        typed, self._typed = self._typed, {}
        if typed:
            self.presenter.change(**{name: _given(name, value) for name, value in typed.items()})

    def _on_send(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.form.receiver.flush()
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
        self.pictures.open_camera(self.form.receiver.slot, True)

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
        place, stop = self.form.place_of(name)
        if place is not None:
            self.page.show_field(place)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)


def _given(name: str, value: object) -> object:
    """An editor's value as the draft's field."""
    if name in CODES:
        return CODES[name](str(value)) if value else None
    if name in ("persons", "surveyors"):
        return tuple(value) if isinstance(value, tuple) else ()
    if name == "person_count":
        return value if isinstance(value, int) else 1
    return value or ""
