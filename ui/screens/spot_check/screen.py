"""双随机检查表 on one page: whom, what agrees, what was found, photos, signatures. Layer 5."""

from typing import Final

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.spot_checks import CheckAnswer, Found
from fieldapp.domain.records.visits import PhotoOrigin, Satisfaction
from fieldapp.domain.rules.spot_check import ALL_QUESTIONS
from ui import imaging
from ui.camera.intake import PictureIntake
from ui.pictures import PictureWork
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.spot_check.form_page import FormPage
from ui.screens.spot_check.presenter import CheckPresenter, CheckState, Notice, NoticeKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.saving import SavingState
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_TYPING_PAUSE_MS: Final = 350
_RETRY_MS: Final = 5000


class SpotCheckScreen(Screen):
    """A full-screen task. Leaving never asks, it saves."""

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self._state = CheckState()
        self._footer: FormFooter | None = None
        self._typed: dict[str, object] = {}
        self._focus_wanted = ""
        self.presenter = CheckPresenter(
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

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._show_title()
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._show_title()

    def leave(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.form.flush()
        self.pictures.shut_camera()
        self._flush_typing()
        self._retry.stop()
        self.presenter.leave()

    def footer(self) -> QWidget | None:
        if self._state.form is None:
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
        self.pictures = PictureIntake(self._on_picture, self.page.show_field, self)
        self.trouble = EmptyState("", icon="circle-alert")
        self.form = form = FormPage(self.surroundings.texts, self.surroundings.context.today)
        form.changed.connect(self._on_changed)
        form.committed.connect(lambda _value: self._flush_typing())
        form.signed.connect(self.presenter.sign)
        form.camera_asked.connect(lambda: self.pictures.open_camera(form.photos.slot))
        form.file_asked.connect(self.pictures.choose_files)
        form.paste_asked.connect(self.pictures.paste)
        form.photo_removed.connect(self.presenter.photos.remove)
        form.discard_asked.connect(self.presenter.discard)
        for page in (self.trouble, form):
            page.hide()
            self.page.column.addWidget(page)
        self.page.column.addStretch(1)
        self.column.addWidget(self.page)

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: CheckState) -> None:
        """Show the check."""
        before, self._state = self._state, state
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        there = state.form is not None and not state.trouble
        self.form.setVisible(there)
        if not there:
            return
        self.form.show_state(state, self._typed)
        self._show_footer()
        if state.saving is not None and state.saving.state is SavingState.FAILED:
            self._retry.start()
        if before.form is None:
            self.footer_changed.emit(self.footer())
            self._show_title()
            order_tabs(self)
            self.form.first_stop().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_title(self) -> None:
        form = self._state.form
        about = form.target.title if form is not None else self.tr("随填随存，没有网络也能查")
        self.surroundings.shell.set_title(self.tr("双随机检查表"), about)

    def _show_footer(self) -> None:
        state = self._state
        if self._footer is None or not shiboken6.isValid(self._footer) or state.form is None:
            return
        if state.saving is not None:
            self._footer.show_saving(state.saving)
        self._footer.show_submit(self.tr("提交"), "check", busy=state.busy)

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        self._typed[name] = value
        if name != "detail":
            self._flush_typing()
        elif not self._pause.isActive():
            self._pause.start()

    def _flush_typing(self) -> None:
        self._pause.stop()
        typed, self._typed = self._typed, {}
        if typed:
            self.presenter.change(**{name: _given(name, value) for name, value in typed.items()})

    def _on_send(self) -> None:
        QGuiApplication.inputMethod().commit()
        self.form.flush()
        self._flush_typing()
        self.presenter.send()

    def _on_picture(self, work: PictureWork, origin: PhotoOrigin, *, fingerprint: bool = False) -> None:
        self.presenter.photos.add(work, origin, fingerprint=fingerprint)

    # --- what the presenter says ----------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        words = {
            NoticeKind.PHOTO_REMOVED: self.tr("已删除照片"),
            NoticeKind.PHOTOS_FULL: self.tr("照片最多 {0} 张").format(notice.count),
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
        place = self.form.place_of(self._focus_wanted)
        self._focus_wanted = ""
        if place is not None:
            self.page.show_field(place)
            place.setFocus(Qt.FocusReason.OtherFocusReason)


def _given(name: str, value: object) -> object:
    """An editor's value as the draft's field."""
    if name in ALL_QUESTIONS:
        return CheckAnswer(str(value)) if value else None
    if name == "satisfaction":
        return Satisfaction(str(value)) if value else None
    if name == "found":
        return tuple(Found(str(one)) for one in value) if isinstance(value, tuple | list) else ()
    return value if name == "rectify_due" else value or ""
