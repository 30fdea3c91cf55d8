"""The camera panel: live picture, 拍照, and what to do where there is no camera. Layer 5.

Import this module late: it loads QtMultimedia.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QImageCapture, QVideoFrame
from PySide6.QtWidgets import QWidget

from ui.camera.devices import Cameras
from ui.camera.feed import CameraFeed, Preview
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout


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
        self._feed = CameraFeed(cameras, self)
        self._feed.framed.connect(self._on_frame)
        self._still = QImageCapture(self)
        self._feed.session.setImageCapture(self._still)
        self.preview = Preview()
        self._still.imageCaptured.connect(self._on_still)
        self._still.errorOccurred.connect(self._on_still_failed)
        none = self.tr("没有找到可用的摄像头。请用手机或相机拍好，再从文件添加。")
        self._none = Text(none, tone="soft", wrap=True)
        self.shoot = Button(self.tr("拍下这一张"), ButtonKind.PRIMARY, icon="camera")
        self.shoot.clicked.connect(self._on_shoot)
        self.turn = Button(self.tr("换一个摄像头"), icon="refresh-cw")
        self.turn.clicked.connect(self._feed.turn)
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
        found = self._feed.count > 0
        self.preview.setVisible(found)
        self.shoot.setVisible(found)
        self.shoot.setEnabled(False)
        self._none.setVisible(not found)
        self.turn.setVisible(self._feed.count > 1)
        self._feed.start()

    def shut(self) -> None:
        """Let go of the camera."""
        self._feed.stop()

    def _on_frame(self, frame: QVideoFrame) -> None:
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
