"""The packages screen's view."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import theme as look
from ui.camera.devices import Cameras, SystemCameras
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.packages.code_pages import ReadCodesPage, ShowCodesPage, button_row
from ui.screens.packages.presenter import PackagesPresenter, PackagesState, Page, Work
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.file_choice import open_files, save_file
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.progress_row import ProgressRow
from ui.widgets.scrolling import ScrollPage

_POLL_MS = 200
_WIDEST = 860
_WITH, _WITHOUT = "with", "without"
_MB = 1024 * 1024


class PackagesScreen(Screen):
    """Three things to do without a network, and what came of the last one."""

    entry = ""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.cameras: Cameras = SystemCameras()
        self._pages = QStackedWidget()
        self.column.addWidget(self._pages)
        self._menu = ScrollPage()
        self._problem = Banner("", StatusKind.DANGER)
        self._done = Banner("", StatusKind.OK)
        self._retry = Button(self.tr("再试一次"), icon="refresh-cw")
        self._retry.clicked.connect(self._on_retry)
        self._busy = Text("", TextRole.SECTION, wrap=True)
        for widget in (self._problem, self._done, self._busy):
            self._menu.column.addWidget(widget)
        self._menu.column.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        self._carried = self._carried_card()
        self._cards = (self._carried, self._export_card(), self._read_card())
        for card in self._cards:
            self._menu.column.addWidget(card)
        self._menu.column.addStretch(1)
        self._pages.addWidget(self._menu)
        self.show_page = ShowCodesPage()
        self.read_page = ReadCodesPage()
        self._pages.addWidget(self.show_page)
        self._pages.addWidget(self.read_page)
        self._clock = QTimer(self)
        self._clock.setInterval(_POLL_MS)
        self._presenter = PackagesPresenter(surroundings, self.show_state)
        self._clock.timeout.connect(self._presenter.poll)
        self.show_page.turn_wanted.connect(self._presenter.turn_code)
        self.show_page.back_wanted.connect(self._presenter.show_menu)
        self.read_page.piece_read.connect(self._presenter.add_piece)
        self.read_page.clear_wanted.connect(self._presenter.clear_pieces)
        self.read_page.back_wanted.connect(self._presenter.show_menu)
        look.follow(self, self._restyle)

    def enter(self, params: Params) -> None:
        self.surroundings.shell.set_title(self.tr("没有网络时"))
        self.show_state(self._presenter.state)
        self._presenter.start(params.get("record_id", ""))

    def leave(self) -> None:
        self.read_page.shut_camera()
        self._clock.stop()
        self._presenter.leave()

    # --- cards ----------------------------------------------------------------------------------

    def _export_card(self) -> Card:
        card = Card(self.tr("导出离线包"), icon="upload")
        hint = self.tr("把还没上传的内容存到 U 盘，交给乡镇或区县上传。已加密，导出后仍保留在本机。")
        self._inside = Text("", wrap=True)
        self._photos = Segmented([Choice(_WITH, self.tr("带照片")), Choice(_WITHOUT, self.tr("不带照片"))])
        self._photos.committed.connect(lambda value: self._presenter.choose_photos(value == _WITH))
        self._photos_field = Field(
            self.tr("照片和签字"), self._photos, hint=self.tr("不带时，照片留在本机，以后再传。")
        )
        self.export = Button(self.tr("选择保存位置"), ButtonKind.PRIMARY, icon="hard-drive")
        self.export.clicked.connect(self._on_export)
        self._progress = ProgressRow(self.tr("正在导出"))
        self._progress.cancelled.connect(self._on_cancel)
        self._export_body = card.body
        card.body.addWidget(Text(hint, tone="soft", wrap=True))
        for widget in (self._inside, self._photos_field, self._progress):
            card.body.addWidget(widget)
        card.body.addWidget(self.export, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _read_card(self) -> Card:
        card = Card(self.tr("读取文件或二维码"), icon="download")
        lines = self.tr(
            "拿回的回执包：在本机读取，完成上传，并收下新任务和退回。\n"
            "别人的离线包：本机有网络时，替他上传，再把回执交给他。"
        )
        self.open = Button(self.tr("选择文件"), icon="hard-drive")
        self.open.setAccessibleName(self.tr("选择回执包或离线包文件"))
        self.open.clicked.connect(self._on_open)
        self.scan = Button(self.tr("扫描二维码"), icon="qr-code")
        self.scan.clicked.connect(self._on_scan)
        card.body.addWidget(Text(lines, tone="soft", wrap=True))
        card.body.addWidget(button_row(self.open, self.scan))
        return card

    def _carried_card(self) -> Card:
        card = Card(self.tr("已代传，请交回回执"), icon="circle-check")
        self._carried_words = Text("", wrap=True)
        self.save = Button(self.tr("保存回执包"), ButtonKind.PRIMARY, icon="save")
        self.save.clicked.connect(self._on_save)
        self.show_answer = Button(self.tr("用二维码显示回执"), icon="qr-code")
        self.show_answer.clicked.connect(self._on_show_answer)
        card.body.addWidget(self._carried_words)
        card.body.addWidget(button_row(self.save, self.show_answer))
        return card

    # --- state ----------------------------------------------------------------------------------

    def show_state(self, state: PackagesState) -> None:
        """Show a state."""
        pages = {Page.SHOW_CODES: self.show_page, Page.READ_CODES: self.read_page}
        page = pages.get(state.page, self._menu)
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            # Else Qt would choose, perhaps the text, and a tablet's keyboard would come up over the picture.
            focus = {Page.SHOW_CODES: self.show_page.next, Page.READ_CODES: self.read_page.take}
            focus.get(state.page, self.scan).setFocus(Qt.FocusReason.OtherFocusReason)
        if state.page is Page.READ_CODES:
            self.read_page.open_camera(self.cameras)
            self.read_page.show_pieces(state.pieces, state.error)
        else:
            self.read_page.shut_camera()
        if state.page is Page.SHOW_CODES and state.codes is not None:
            self.show_page.show_codes(state.codes)
        self._show_menu(state)

    def _show_menu(self, state: PackagesState) -> None:
        working = state.work is not Work.NONE
        exporting = state.work is Work.EXPORT
        (self._clock.start if exporting else self._clock.stop)()
        self._problem.setVisible(bool(state.error))
        if state.error:
            self._problem.set_message(state.error, StatusKind.DANGER)
        self._retry.setVisible(state.can_retry and not working)
        done = self._done_words(state)
        self._done.setVisible(bool(done))
        if done:
            self._done.set_message(done, StatusKind.OK)
        self._busy.setText(self._busy_words(state.work))
        self._busy.setVisible(working and not exporting)
        self._inside.setText(self._inside_words(state))
        self._photos.set_value(_WITH if state.photos else _WITHOUT)
        self._photos_field.setVisible(state.contents is not None and state.contents.blobs > 0)
        self._show_progress(state)
        for button in (self.export, self.open, self.scan, self.save, self.show_answer):
            button.setEnabled(not working)
        self._carried.setVisible(state.carried is not None)
        if state.carried is not None:
            self._carried_words.setText(
                self.tr("服务器已收下 {0} 导出的离线包。请把回执交给导出的人读取。").format(
                    self._moment(state.carried.made_at)
                )
            )
            self.show_answer.setVisible(self._presenter.answer_fits_codes)

    def _show_progress(self, state: PackagesState) -> None:
        exporting = state.work is Work.EXPORT
        if exporting and not self._progress.isVisibleTo(self):
            fresh = ProgressRow(self.tr("正在导出"))  # its 取消 can be tapped once
            fresh.cancelled.connect(self._on_cancel)
            self._export_body.replaceWidget(self._progress, fresh)
            self._progress.deleteLater()
            self._progress = fresh
        self._progress.setVisible(exporting)
        self.export.setVisible(not exporting)
        if exporting:
            self._progress.set_progress(state.done * 100 // state.total if state.total else 0, 100)

    def _inside_words(self, state: PackagesState) -> str:
        found = state.contents
        if found is None:
            return self.tr("正在清点……")
        if not found.ops and not found.blobs:
            return self.tr("没有要上传的内容。也可以导出，用来取回上级的任务和退回。")
        if not found.blobs:
            return self.tr("待上传：{0} 条记录。").format(found.ops)
        size = self._size(found.blob_bytes)
        return self.tr("待上传：{0} 条记录，{1} 个照片和签字（约 {2}）。").format(
            found.ops, found.blobs, size
        )

    def _done_words(self, state: PackagesState) -> str:
        if state.exported is not None:
            done = state.exported
            names = self.tr("、").join(file.name for file in done.files)
            words = self.tr("已导出 {0} 条记录、{1} 个照片和签字，共 {2}：{3}").format(
                done.ops, done.blobs, self._size(done.size), names
            )
            left = self.tr("有 {0} 个照片和签字没有带上，以后再传。").format(done.left) if done.left else ""
            return "\n".join(filter(None, (words, left, self.tr("请先安全弹出 U 盘再拔下。"))))
        if state.answered is not None:
            got = state.answered
            if not (got.sent or got.blobs_sent or got.received or got.refused):
                return self.tr("回执里没有新内容，都已经收到过。")
            words = self.tr("回执已读取：{0} 条记录、{1} 个照片和签字确认上传，收到 {2} 条更新。").format(
                got.sent, got.blobs_sent, got.received
            )
            refused = (
                self.tr("有 {0} 条需要处理，请到“同步”里查看。").format(got.refused) if got.refused else ""
            )
            return "\n".join(filter(None, (words, refused)))
        return self.tr("回执包已保存，请交给导出的人。") if state.saved else ""

    def _busy_words(self, work: Work) -> str:
        return {
            Work.ANSWER: self.tr("正在读取……"),
            Work.CARRY: self.tr("正在代传到服务器……"),
            Work.CODES: self.tr("正在生成二维码……"),
            Work.SAVE: self.tr("正在保存……"),
        }.get(work, "")

    def _size(self, count: int) -> str:
        return f"{count / _MB:.1f} MB" if count >= _MB // 10 else f"{max(1, count // 1024)} KB"

    def _moment(self, text: str) -> str:
        from ui.widgets.records.day_words import moment_words

        try:
            at = dt.datetime.fromisoformat(text)
        except ValueError:
            return ""
        return moment_words(at, self.surroundings.context.today())

    def _restyle(self, theme: Theme) -> None:
        for card in self._cards:
            card.setMaximumWidth(theme.px(_WIDEST))

    # --- intents --------------------------------------------------------------------------------

    def _words(self) -> str:
        return self.tr("离线包 (*.fapk)")

    def _on_export(self) -> None:
        name = self.tr("离线包") + f"-{self.surroundings.context.today():%Y%m%d}.fapk"
        save_file(
            self, self.tr("保存离线包"), name, self._words(), lambda to: self._presenter.export(Path(to))
        )

    def _on_cancel(self) -> None:
        self._presenter.cancel()

    def _on_open(self) -> None:
        open_files(self, self.tr("选择回执包或离线包"), self._words(), self._on_files)

    def _on_files(self, files: Sequence[Path]) -> None:
        if files:
            self._presenter.open_file(files[0])

    def _on_scan(self) -> None:
        self._presenter.read_codes()

    def _on_retry(self) -> None:
        self._presenter.retry()

    def _on_save(self) -> None:
        name = self.tr("回执包") + f"-{self.surroundings.context.today():%Y%m%d}.fapk"
        save_file(
            self, self.tr("保存回执包"), name, self._words(), lambda to: self._presenter.save_answer(Path(to))
        )

    def _on_show_answer(self) -> None:
        self._presenter.show_answer_codes()
