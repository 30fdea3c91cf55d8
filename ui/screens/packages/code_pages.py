"""The two pages of codes: a series on this screen, and one that is read from another."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.camera.devices import Cameras
from ui.screens.packages.presenter import Codes, Pieces
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.code_image import CodeImage
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import TextArea
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.scrolling import ScrollPage


def button_row(*buttons: Button) -> QWidget:
    """Buttons side by side, under each other where there is no room."""
    row = QWidget()
    flow = FlowLayout(row, gap=12)
    for button in buttons:
        flow.addWidget(button)
    return row


class ShowCodesPage(ScrollPage):
    """Signals: turn_wanted(int) (by how many), back_wanted()."""

    turn_wanted = Signal(int)
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._card = Card(icon="qr-code")
        self._hint = Text("", tone="soft", wrap=True)
        self._place = Text("", TextRole.SECTION)
        self.image = CodeImage()
        self.next = Button(self.tr("下一张"), ButtonKind.PRIMARY, icon="arrow-right")
        self.next.clicked.connect(lambda: self.turn_wanted.emit(1))
        self.previous = Button(self.tr("上一张"), icon="arrow-left")
        self.previous.clicked.connect(lambda: self.turn_wanted.emit(-1))
        self.back = Button(self.tr("完成"))
        self.back.clicked.connect(self.back_wanted)
        for widget in (self._hint, self._place, self.image):
            self._card.body.addWidget(widget)
        self._card.body.addWidget(button_row(self.previous, self.next, self.back))
        self.column.addWidget(self._card)
        self.column.addStretch(1)

    def show_codes(self, codes: Codes) -> None:
        """Show the code at the front."""
        self._card.set_title(self.tr("回执二维码") if codes.of_answer else self.tr("用二维码传递"))
        self._hint.setText(
            self.tr("请导出的人用他的设备扫描，扫完这件事就办结了。")
            if codes.of_answer
            else self.tr(
                "请用乡镇或同事的设备，在“没有网络时”里选“扫描二维码”，逐张对准。顺序不限，漏了可以补扫。"
            )
        )
        place = self.tr("第 {0} 张，共 {1} 张").format(codes.at + 1, len(codes.texts))
        self._place.setText(place)
        self.image.set_text(codes.texts[codes.at])
        self.image.setAccessibleName(self.tr("二维码，{0}").format(place))
        several = len(codes.texts) > 1
        self.next.setVisible(several)
        self.previous.setVisible(several)


class ReadCodesPage(ScrollPage):
    """Signals: piece_read(str) (scanned or pasted), clear_wanted(), back_wanted()."""

    piece_read = Signal(str)
    clear_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        card = Card(self.tr("扫描二维码"), icon="qr-code")
        self._progress = Text("", TextRole.SECTION, wrap=True)
        self._problem = Banner("", StatusKind.WARN)
        self._camera = QVBoxLayout()
        self._panel: QWidget | None = None
        self.pasted = TextArea(rows=2, most_rows=4)
        self._field = Field(
            self.tr("或者粘贴文字"), self.pasted, hint=self.tr("可以一次粘贴多张，顺序不限。")
        )
        self.take = Button(self.tr("读入粘贴的文字"), icon="check")
        self.take.clicked.connect(self._on_take)
        self.clear = Button(self.tr("清空重来"), ButtonKind.TEXT)
        self.clear.clicked.connect(self.clear_wanted)
        self.back = Button(self.tr("返回"))
        self.back.clicked.connect(self.back_wanted)
        card.body.addWidget(self._progress)
        card.body.addWidget(self._problem)
        card.body.addLayout(self._camera)
        card.body.addWidget(self._field)
        card.body.addWidget(button_row(self.take, self.clear, self.back))
        self.column.addWidget(card)
        self.column.addStretch(1)

    def open_camera(self, cameras: Cameras) -> None:
        """Show the scanner."""
        if self._panel is not None:
            return
        from ui.camera.code_panel import CodePanel
        from ui.camera.codes import CodeKind

        panel = CodePanel(cameras, CodeKind.QR, self.tr("把对方屏幕上的二维码放进框里，一张一张扫。"))
        panel.scanned.connect(self.piece_read)
        panel.closed.connect(self.back_wanted)
        self._panel = panel
        self._camera.addWidget(panel)

    def shut_camera(self) -> None:
        """Put the scanner away."""
        panel, self._panel = self._panel, None
        if panel is not None:
            panel.shut()  # type: ignore[attr-defined]
            panel.hide()
            panel.deleteLater()

    def show_pieces(self, pieces: Pieces, error: str) -> None:
        """How far it is."""
        if not pieces.total:
            words = self.tr("还没有读到。")
        elif pieces.missing:
            missing = self.tr("、").join(map(str, pieces.missing[:12]))
            words = self.tr("已读 {0} 张，共 {1} 张。还差第 {2} 张。").format(
                pieces.got, pieces.total, missing
            )
        else:
            words = self.tr("已读齐 {0} 张。").format(pieces.total)
        self._progress.setText(words)
        self._problem.setVisible(bool(error))
        if error:
            self._problem.set_message(error, StatusKind.WARN)
        self.clear.setVisible(bool(pieces.total))

    def _on_take(self) -> None:
        text = self.pasted.value()
        if text.strip():
            self.pasted.set_value("")
            self.piece_read.emit(text)
