"""The running camera of a panel and its picture on the screen. Layer 5.

Import this module late: it loads QtMultimedia.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoSink
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.camera.devices import Cameras, CameraSource
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting

_PREVIEW = 320  # height at 100 %


class CameraFeed(QObject):
    """One camera of the machine at a time, delivering frames.

    Signals:
        framed(QVideoFrame): the next valid frame.
    """

    framed = Signal(object)

    def __init__(self, cameras: Cameras, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources: Sequence[CameraSource] = tuple(cameras.available())
        self._at = 0
        self.session = QMediaCaptureSession(self)
        self._sink = QVideoSink(self)
        self.session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)

    @property
    def count(self) -> int:
        """How many cameras there are to choose from."""
        return len(self._sources)

    def start(self) -> None:
        """Open the present camera, where there is one."""
        if self._sources:
            source = self._sources[self._at]
            source.join(self.session)
            source.start()

    def stop(self) -> None:
        """Let go of the camera."""
        if self._sources:
            self._sources[self._at].stop()

    def turn(self) -> None:
        """Go on with the next camera."""
        self.stop()
        self._at = (self._at + 1) % len(self._sources)
        self.start()

    def _on_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self.framed.emit(frame)


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
