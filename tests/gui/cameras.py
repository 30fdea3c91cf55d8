"""Cameras that see pictures: through the real capture session, without a device."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoFrameInput

from ui.camera.devices import CameraSource


class PictureCamera:
    """A camera that sees a picture; another one may be put before it while it runs."""

    def __init__(self, name: str, picture: QImage) -> None:
        self.name = name
        self.picture = picture
        self._input = QVideoFrameInput()
        self._timer = QTimer()
        self._timer.setInterval(40)
        self._timer.timeout.connect(self._send)
        self.running = False

    def join(self, session: QMediaCaptureSession) -> None:
        """Become the picture."""
        session.setVideoFrameInput(self._input)

    def start(self) -> None:
        """Deliver frames."""
        self.running = True
        self._timer.start()

    def stop(self) -> None:
        """Let go."""
        self.running = False
        self._timer.stop()

    def _send(self) -> None:
        self._input.sendVideoFrame(QVideoFrame(self.picture))


class PictureCameras:
    """Some cameras of that kind."""

    def __init__(self, *sources: PictureCamera) -> None:
        self.sources = sources

    def available(self) -> Sequence[CameraSource]:
        """All of them."""
        return self.sources
