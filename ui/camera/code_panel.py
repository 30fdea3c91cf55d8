"""The scanning panel: hold a code before the camera, or take it from a picture. Layer 5.

Import this module late: it loads QtMultimedia.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QPaintEvent, QPen, QShowEvent
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.domain.errors import RuleError
from ui import imaging
from ui import theme as look
from ui.camera.codes import LONGEST_SIDE, Code, CodeKind, CodeReader
from ui.camera.devices import Cameras
from ui.camera.feed import CameraFeed, Preview
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.file_choice import open_files
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.toast import announce

_LARGEST: Final = QSize(640, 400)
"""With large text, too, the picture and the buttons under it are to be seen at once on a low screen."""
_AIM: Final = 0.7
"""Side of the aiming frame, of the picture's shorter side."""
_ARM: Final = 0.18
"""Length of a corner's arms, of the aiming frame's side."""


class AimedPreview(Preview):
    """The live picture with the corners that a code is to be held between."""

    def sizeHint(self) -> QSize:
        return super().sizeHint().boundedTo(_LARGEST)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().boundedTo(_LARGEST)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.has_picture():
            return
        side = min(self.width(), self.height()) * _AIM
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter = painting.begin(self)
        # A bright line on a dark one: seen before a white page and before a dark door.
        for color, width in (
            (look.current().colors.photo_strip, 7.0),
            (look.current().colors.photo_ink, 3.0),
        ):
            painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            arm = side * _ARM
            for corner, across, down in (
                (box.topLeft(), arm, arm),
                (box.topRight(), -arm, arm),
                (box.bottomLeft(), arm, -arm),
                (box.bottomRight(), -arm, -arm),
            ):
                painter.drawLine(corner, corner + QPointF(across, 0))
                painter.drawLine(corner, corner + QPointF(0, down))
        painter.end()


class CodePanel(Card):
    """In-page scanner, at work while it is shown; the same code is told once.

    Signals:
        scanned(str): the text of a code.
        closed(): the worker has done; the owner calls `shut` and removes the panel.

    Args:
        kind: what is looked for.
        hint: what to hold before the camera.
    """

    scanned = Signal(str)
    closed = Signal()

    def __init__(self, cameras: Cameras, kind: CodeKind, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("扫码"))
        self._reader = CodeReader(kind, self)
        self._reader.seen.connect(self._on_seen)
        self._reader.read.connect(self._on_read)
        self._reader.unreadable.connect(self._on_unreadable)
        self._feed = CameraFeed(cameras, self)
        self._feed.framed.connect(self._on_frame)
        self._unsure = ""
        self._told = ""
        self.preview = AimedPreview()
        found = self._feed.count > 0
        none = self.tr("没有找到可用的摄像头。可以用手机拍下二维码，再从图片读取，也可以照着输入。")
        self._hint = Text(hint if found else none, tone="soft", wrap=True)
        self._words = Text("", tone="danger", wrap=True)
        self._words.hide()
        self.turn = Button(self.tr("换一个摄像头"), icon="refresh-cw")
        self.turn.clicked.connect(self._feed.turn)
        self.from_file = Button(self.tr("从图片读取"), icon="image")
        self.from_file.clicked.connect(self._on_choose)
        self.from_clipboard = Button(self.tr("从剪贴板读取"), icon="copy")
        self.from_clipboard.clicked.connect(self._on_paste)
        self.done = Button(self.tr("关闭"), ButtonKind.TEXT)
        self.done.setAccessibleName(self.tr("关闭扫码"))
        self.done.clicked.connect(self.closed)
        row = QWidget()
        row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        flow = FlowLayout(row, gap=8)
        for button in (self.turn, self.from_file, self.from_clipboard, self.done):
            flow.addWidget(button)
        for widget in (self._hint, self.preview, self._words, row):
            self.body.addWidget(widget)
        self.preview.setVisible(found)
        self.turn.setVisible(self._feed.count > 1)
        QGuiApplication.clipboard().dataChanged.connect(self._on_clipboard)
        self._on_clipboard()

    def say(self, words: str) -> None:
        """Tell what is wrong with what was scanned; "" for nothing."""
        if words and words != self._words.text():
            announce(self, words)
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def read_file(self, path: Path) -> None:
        """Read the code in a picture file."""
        self._reader.open(partial(imaging.open_picture, path, LONGEST_SIDE))

    def shut(self) -> None:
        """Let go of the camera; what is still being read is not told any more."""
        self._feed.stop()
        self._reader.stop()

    # No camera is on that nobody sees. A window put away for a moment (spontaneous) goes on seeing.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._feed.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._feed.stop()

    # --- pictures -------------------------------------------------------------------------------

    def _on_frame(self, frame: QVideoFrame) -> None:
        self.preview.show_frame(frame)
        self._reader.look(frame.toImage)  # dropped while the one before is being looked at

    def _on_choose(self) -> None:
        words = self.tr("图片 ({0})").format(imaging.name_filter())
        open_files(self, self.tr("选择有二维码的图片"), words, self._on_files, pictures=True)

    def _on_files(self, paths: Sequence[Path]) -> None:
        if paths:
            self.read_file(paths[0])

    def _on_paste(self) -> None:
        image = QGuiApplication.clipboard().image()
        self._reader.open(lambda: image)

    def _on_clipboard(self) -> None:
        # None where the platform has no clipboard, whatever the type says.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        self.from_clipboard.setVisible(data is not None and data.hasImage())

    # --- codes ----------------------------------------------------------------------------------

    def _on_seen(self, codes: tuple[Code, ...]) -> None:
        for code in codes:
            if code.sure or code.text == self._unsure:
                self._tell(code.text)
                return
        self._unsure = codes[0].text if codes else ""

    def _on_read(self, codes: tuple[Code, ...]) -> None:
        if codes:
            self._told = ""  # chosen again, it is meant again
            self._tell(codes[0].text)
        else:
            self.say(self.tr("这张图片里没有找到码。请选清楚、完整的图片。"))

    def _on_unreadable(self, _error: RuleError) -> None:
        self.say(self.tr("这张图片打不开。请选 JPG 或 PNG 图片。"))

    def _tell(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self.say("")
            self.scanned.emit(text)
