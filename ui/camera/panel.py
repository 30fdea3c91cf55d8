"""The camera panel: live picture, 拍照, and what to do where there is no camera. Layer 5.

Import this module late: it loads QtMultimedia.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtMultimedia import QImageCapture, QMediaCaptureSession, QVideoFrame, QVideoSink
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.camera.devices import Cameras, CameraSource
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout

_PREVIEW = 320  # height at 100 %


class Preview(QWidget):
    """The live picture, whole, on a dark ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = QVideoFrame()
        self.setAccessibleName(self.tr("摄像头画面"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def show_frame(self, frame: QVideoFrame) -> None:
        """Show the next frame."""
        self._frame = frame
        self.update()

    def has_picture(self) -> bool:
        """Whether a frame has come."""
        return self._frame.isValid()

    def image(self) -> QImage:
        """The frame on show, upright; a null image before the first."""
        return self._frame.toImage() if self._frame.isValid() else QImage()

    def sizeHint(self) -> QSize:
        return QSize(480, look.current().px(_PREVIEW))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, look.current().px(_PREVIEW))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        painting.frame(painter, QRectF(self.rect()), RADIUS_CONTROL, fill=theme.colors.rail)
        if self._frame.isValid():
            self._frame.paint(painter, QRectF(self.rect()), QVideoFrame.PaintOptions())
        else:
            words = self.tr("正在打开摄像头…")
            font = theme.font(TextRole.BODY)
            painting.elided(painter, self.rect(), words, font, theme.colors.rail_ink, painting.CENTER)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class CameraPanel(Card):
    """In-page camera. Pictures are handed over in memory and never touch a file.

    Signals:
        captured(QImage): a picture was taken.
        file_wanted(): the worker prefers a file.
        closed(): the worker has done; the owner calls `shut` and removes the panel.
    """

    captured = Signal(object)
    file_wanted = Signal()
    closed = Signal()

    def __init__(self, cameras: Cameras, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("拍照"))
        self._sources: Sequence[CameraSource] = tuple(cameras.available())
        self._at = 0
        self._session = QMediaCaptureSession(self)
        self._sink = QVideoSink(self)
        self._still = QImageCapture(self)
        self._session.setVideoSink(self._sink)
        self._session.setImageCapture(self._still)
        self.preview = Preview()
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._still.imageCaptured.connect(self._on_still)
        self._still.errorOccurred.connect(self._on_still_failed)
        none = self.tr("没有找到可用的摄像头。请用手机或相机拍好，再从文件添加。")
        self._none = Text(none, tone="soft", wrap=True)
        self.shoot = Button(self.tr("拍下这一张"), ButtonKind.PRIMARY, icon="camera")
        self.shoot.clicked.connect(self._on_shoot)
        self.turn = Button(self.tr("换一个摄像头"), icon="refresh-cw")
        self.turn.clicked.connect(self._on_turn)
        self.from_file = Button(self.tr("从文件添加"), icon="image-plus")
        self.from_file.clicked.connect(self.file_wanted)
        self.done = Button(self.tr("关闭摄像头"), ButtonKind.TEXT)
        self.done.clicked.connect(self.closed)
        row = QWidget()
        flow = FlowLayout(row, gap=8)
        for button in (self.shoot, self.turn, self.from_file, self.done):
            flow.addWidget(button)
        for widget in (self.preview, self._none, row):
            self.body.addWidget(widget)
        found = bool(self._sources)
        self.preview.setVisible(found)
        self.shoot.setVisible(found)
        self.shoot.setEnabled(False)
        self._none.setVisible(not found)
        self.turn.setVisible(len(self._sources) > 1)
        if found:
            self._begin()

    def shut(self) -> None:
        """Let go of the camera."""
        if self._sources:
            self._sources[self._at].stop()

    def _begin(self) -> None:
        source = self._sources[self._at]
        source.join(self._session)
        source.start()

    def _on_turn(self) -> None:
        self.shut()
        self._at = (self._at + 1) % len(self._sources)
        self._begin()

    def _on_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self.preview.show_frame(frame)
            self.shoot.setEnabled(True)

    def _on_shoot(self) -> None:
        # The still picture has the camera's full size; the live one is the next best.
        if self._still.isReadyForCapture() and self._still.capture() >= 0:
            self.shoot.setEnabled(False)
            return
        self._hand_over(self.preview.image())

    def _on_still(self, _number: int, image: QImage) -> None:
        self._hand_over(image)

    def _on_still_failed(self, _number: int, _error: QImageCapture.Error, _words: str) -> None:
        self._hand_over(self.preview.image())

    def _hand_over(self, image: QImage) -> None:
        self.shoot.setEnabled(self.preview.has_picture())
        if not image.isNull():
            self.captured.emit(image.copy())
