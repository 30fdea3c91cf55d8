"""The page of a forgotten passphrase: request for the county, its answer, a new passphrase."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.camera.devices import Cameras
from ui.screens.unlock.recovery import RecoveryState
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.code_image import CodeImage
from ui.widgets.file_choice import open_files, save_file
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import InputKind, TextArea, TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.tab_order import order_tabs

if TYPE_CHECKING:  # loads QtMultimedia
    from ui.camera.code_panel import CodePanel


class RecoveryPage(Card):
    """Three steps under each other, for they may be done an hour apart.

    Signals:
        save_wanted(str), file_chosen(str): where the request goes, where the answer is.
        scan_wanted(bool), scanned(str): the scanner is to come or go; a code was read.
        submitted(str, str, str): answer, new passphrase, once more.
        left(): back to unlocking.
    """

    save_wanted = Signal(str)
    file_chosen = Signal(str)
    scan_wanted = Signal(bool)
    scanned = Signal(str)
    submitted = Signal(str, str, str)
    left = Signal()

    def __init__(self, cameras: Cameras, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("忘记口令"))
        self._cameras = cameras
        self._scanner: CodePanel | None = None
        self._shown = RecoveryState()
        self._problem = Banner("", StatusKind.DANGER)
        self._steps = QWidget()
        column = QVBoxLayout(self._steps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (*self._request_step(), *self._answer_step(), *self._passphrase_step()):
            column.addWidget(widget)
        self.back = Button(self.tr("返回解锁"), ButtonKind.TEXT, icon="arrow-left")
        self.back.clicked.connect(self.left)
        for widget in (self._problem, self._steps, self.back):
            self.body.addWidget(widget)

    # --- steps ----------------------------------------------------------------------------------

    def _request_step(self) -> tuple[QWidget, ...]:
        what = self.tr(
            "不用联网，数据不会丢失。请打电话给区县管理员，报上下面 16 位核对码，再把二维码或申请文件给他。"
        )
        self.code = Text("", TextRole.PAGE_TITLE, wrap=True)
        self.image = CodeImage()
        self.image.setAccessibleName(self.tr("恢复申请的二维码"))
        self.save = Button(self.tr("保存申请文件"), icon="save")
        self.save.clicked.connect(self._on_save)
        self.copy = Button(self.tr("复制申请文字"), icon="copy")
        self.copy.clicked.connect(self._on_copy)
        self._saved = Text("", TextRole.CAPTION, tone="soft", wrap=True)
        return (
            Text(self.tr("第一步：提出申请"), TextRole.SECTION, wrap=True),
            Text(what, wrap=True),
            self.code,
            self.image,
            _row(self.save, self.copy),
            self._saved,
            Text(self.tr("得到答复前请不要关闭程序，关闭后要重新申请。"), TextRole.CAPTION, wrap=True),
        )

    def _answer_step(self) -> tuple[QWidget, ...]:
        self.answer = TextArea(rows=2, most_rows=4)
        self._answer_field = Field(
            self.tr("管理员的答复"),
            self.answer,
            required=True,
            hint=self.tr("可以扫码、粘贴，也可以选文件。"),
        )
        self.scan = Button(self.tr("扫描答复"), icon="qr-code")
        self.scan.clicked.connect(lambda: self.scan_wanted.emit(True))
        self.file = Button(self.tr("选择答复文件"), icon="hard-drive")
        self.file.clicked.connect(self._on_file)
        slot = QWidget()
        self._scan_slot = QVBoxLayout(slot)
        self._scan_slot.setContentsMargins(0, 0, 0, 0)
        step = Text(self.tr("第二步：读入答复"), TextRole.SECTION, wrap=True)
        return (step, self._answer_field, _row(self.scan, self.file), slot)

    def _passphrase_step(self) -> tuple[QWidget, ...]:
        self.new = TextField(kind=InputKind.SECRET)
        self.again = TextField(kind=InputKind.SECRET)
        self._new_field = Field(
            self.tr("新口令"), self.new, required=True, hint=self.tr("至少 8 个字符，请记牢。")
        )
        self._again_field = Field(self.tr("再输一遍新口令"), self.again, required=True)
        self.again.line.returnPressed.connect(self._on_submit)
        self.finish = Button(self.tr("设置新口令并打开"), ButtonKind.PRIMARY, icon="check")
        self.finish.clicked.connect(self._on_submit)
        self.fields = {
            "answer": self._answer_field,
            "passphrase": self._new_field,
            "again": self._again_field,
        }
        step = Text(self.tr("第三步：设置新口令"), TextRole.SECTION, wrap=True)
        return (step, self._new_field, self._again_field, self.finish)

    # --- state ----------------------------------------------------------------------------------

    def show_state(self, state: RecoveryState) -> None:
        """Show a state."""
        before, self._shown = self._shown, state
        self._steps.setVisible(bool(state.text))
        self.code.setText(state.code)
        self.code.setAccessibleName(self.tr("核对码 {0}").format(state.code))
        if state.text != self.image.text():
            self.image.set_text(state.text)
        if state.saved:
            self._saved.setText(self.tr("申请文件已保存。"))
        self._saved.setVisible(bool(self._saved.text()))
        if state.answer and state.answer != before.answer:
            self.answer.set_value(state.answer)
            self.new.setFocus(Qt.FocusReason.OtherFocusReason)
        for name, field in self.fields.items():
            field.set_error(state.error if state.error_field == name else "")
        elsewhere = bool(state.error) and state.error_field not in self.fields
        self._problem.setVisible(elsewhere)
        if elsewhere:
            self._problem.set_message(state.error, StatusKind.DANGER)
        self.finish.setEnabled(not state.busy)
        self.finish.setText(self.tr("正在打开……") if state.busy else self.tr("设置新口令并打开"))
        self._show_scanner(state.scanning)

    def shut(self) -> None:
        """Let go of the camera."""
        self._show_scanner(False)

    def _show_scanner(self, scanning: bool) -> None:
        if scanning and self._scanner is None:
            from ui.camera.code_panel import CodePanel
            from ui.camera.codes import CodeKind

            panel = CodePanel(self._cameras, CodeKind.QR, self.tr("把管理员给的答复二维码放进框里。"))
            panel.scanned.connect(self.scanned)
            panel.closed.connect(lambda: self.scan_wanted.emit(False))
            self._scan_slot.addWidget(panel)
            self._scanner = panel
            order_tabs(self)
        elif not scanning and self._scanner is not None:
            panel, self._scanner = self._scanner, None
            panel.shut()
            panel.hide()
            panel.deleteLater()
        self.scan.setVisible(not scanning)

    # --- intents --------------------------------------------------------------------------------

    def _words(self) -> str:
        return self.tr("文本文件 (*.txt)")

    def _on_save(self) -> None:
        name = self.tr("恢复申请") + ".txt"
        save_file(self, self.tr("保存申请文件"), name, self._words(), self.save_wanted.emit)

    def _on_copy(self) -> None:
        # Neither secret nor personal: without the county's key it opens nothing.
        QGuiApplication.clipboard().setText(self._shown.text)
        self._saved.setText(self.tr("申请文字已复制。"))
        self._saved.show()

    def _on_file(self) -> None:
        open_files(self, self.tr("选择答复文件"), self._words(), self._on_files)

    def _on_files(self, files: Sequence[Path]) -> None:
        if files:
            self.file_chosen.emit(str(files[0]))

    def _on_submit(self) -> None:
        self.submitted.emit(self.answer.value(), self.new.value(), self.again.value())


def _row(*buttons: Button) -> QWidget:
    row = QWidget()
    flow = FlowLayout(row, gap=12)
    for button in buttons:
        flow.addWidget(button)
    return row
