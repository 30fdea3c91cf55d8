"""The page that makes a profile with a county's one-time code: scanned, pasted or typed."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.camera.devices import Cameras
from ui.screens.unlock.presenter import DoorState
from ui.theme import TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import InputKind, TextField
from ui.widgets.labels import Text
from ui.widgets.tab_order import order_tabs

if TYPE_CHECKING:  # loads QtMultimedia
    from ui.camera.code_panel import CodePanel


_LAID_OUT_MS: Final = 50
"""How long the page takes to make room for the scanner."""


class EnrolPage(Card):
    """Server, code and the passphrase to be. Made when it is first asked for: once in a device's life.

    Signals:
        scan_wanted(), scan_closed(): the scanner is to come, to go.
        scanned(str): a code was read.
        submitted(str, str, str, str): server, code, passphrase, passphrase again.
        left(): back to unlocking.
        in_view(QWidget): this is to be seen now.
    """

    scan_wanted = Signal()
    scan_closed = Signal()
    scanned = Signal(str)
    submitted = Signal(str, str, str, str)
    left = Signal()
    in_view = Signal(object)

    def __init__(self, cameras: Cameras, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("登记这台设备"))
        self._cameras = cameras
        self._scanner: CodePanel | None = None
        self._filled = ("", "")
        words = self.tr("向管理员索取登记码：可以扫码、粘贴，也可以照着输入。")
        hint = Text(words, TextRole.CAPTION, wrap=True)
        self.scan = Button(self.tr("扫登记码"), icon="qr-code")
        self.scan.clicked.connect(self.scan_wanted)
        self._scan_slot = QVBoxLayout()
        self._scan_slot.addWidget(self.scan)
        self._server = TextField()
        self._code = TextField()
        self._new = TextField(kind=InputKind.SECRET)
        self._again = TextField(kind=InputKind.SECRET)
        at_least = self.tr("至少 8 个字符。每次打开时输入，请记牢。")
        self.fields = {
            "server_url": Field(self.tr("服务器地址"), self._server, required=True),
            "code": Field(self.tr("登记码"), self._code, required=True),
            "passphrase": Field(self.tr("设置口令"), self._new, required=True, hint=at_least),
            "again": Field(self.tr("再输一遍口令"), self._again, required=True),
        }
        self._again.line.returnPressed.connect(self._on_submit)
        self._enrol = Button(self.tr("登记并下载数据"), ButtonKind.PRIMARY, icon="download")
        self._enrol.clicked.connect(self._on_submit)
        self._cancel = Button(self.tr("返回解锁"), ButtonKind.TEXT, icon="arrow-left")
        self._cancel.clicked.connect(self.left)
        self.body.addWidget(hint)
        self.body.addLayout(self._scan_slot)
        for widget in (*self.fields.values(), self._enrol, self._cancel):
            self.body.addWidget(widget)

    def show_state(self, state: DoorState) -> None:
        """Show a state; errors are shown by the door."""
        self._show_scanner(state)
        if (state.server_url, state.code) != self._filled:
            self._filled = (state.server_url, state.code)
            self._server.set_value(state.server_url)
            self._code.set_value(state.code)
            self._new.setFocus(Qt.FocusReason.OtherFocusReason)
        self._cancel.setVisible(bool(state.profiles))
        self._enrol.setEnabled(not state.busy)
        self._enrol.setText(self.tr("正在登记……") if state.busy else self.tr("登记并下载数据"))

    def _show_scanner(self, state: DoorState) -> None:
        self.scan.setEnabled(not state.busy)
        if state.scanning and self._scanner is None:
            self._open_scanner()
        elif not state.scanning:
            self._shut_scanner()
        self.scan.setVisible(not state.scanning)
        if self._scanner is not None:
            other = self.tr("这不是登记码。请对准管理员给的登记码。") if state.foreign_code else ""
            self._scanner.say(other)

    def _open_scanner(self) -> None:
        from ui.camera.code_panel import CodePanel
        from ui.camera.codes import CodeKind

        panel = CodePanel(self._cameras, CodeKind.QR, self.tr("把登记码放进框里，读到后会自动填好。"))
        panel.scanned.connect(self.scanned)
        panel.closed.connect(self.scan_closed)
        self._scan_slot.addWidget(panel)
        self._scanner = panel
        order_tabs(self)
        # Else the focus would go on to the address, and the keyboard of a tablet come up over the picture.
        panel.done.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(_LAID_OUT_MS, panel, lambda: self.in_view.emit(panel))

    def _shut_scanner(self) -> None:
        panel, self._scanner = self._scanner, None
        if panel is not None:
            panel.shut()
            panel.hide()
            panel.deleteLater()

    def _on_submit(self) -> None:
        self.submitted.emit(self._server.value(), self._code.value(), self._new.value(), self._again.value())
