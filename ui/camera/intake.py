"""Brings pictures to whoever keeps them: from the camera, from files, from the clipboard. Layer 5."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLayout, QWidget

from fieldapp.domain.records.visits import PhotoOrigin
from ui import imaging
from ui.camera.devices import Cameras, SystemCameras
from ui.pictures import PictureWork
from ui.widgets.file_choice import open_files

if TYPE_CHECKING:
    from ui.camera.panel import CameraPanel


class TakePicture(Protocol):
    """Keeps a picture; `fingerprint` says that it is evidence of one and no photo of a place."""

    def __call__(self, work: PictureWork, origin: PhotoOrigin, *, fingerprint: bool = False) -> None:
        """Make a photo of it and put it where it belongs."""


class PictureIntake(QObject):
    """At most one camera panel is open, and only while its place is shown.

    Args:
        take: gets every picture.
        show: brings a widget into view.

    Attributes:
        cameras: the devices; tests put their own in place before a panel is opened.
    """

    def __init__(self, take: TakePicture, show: Callable[[QWidget], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.cameras: Cameras = SystemCameras()
        self._take = take
        self._show = show
        self._window = parent
        self._panel: CameraPanel | None = None
        self._for_fingerprint = False

    def add_files(self, paths: Sequence[Path], *, fingerprint: bool = False) -> None:
        """Make photos of picture files; a fingerprint is one."""
        for path in paths[:1] if fingerprint else paths:
            work: PictureWork = partial(imaging.prepare_file, path)
            self._take(work, PhotoOrigin.FILE, fingerprint=fingerprint)

    def choose_files(self, fingerprint: bool = False) -> None:
        """Open the file dialog (never blocking)."""
        words = self.tr("图片 ({0})").format(imaging.name_filter())
        chosen = partial(self.add_files, fingerprint=fingerprint)
        title = self.tr("选择照片")
        open_files(self._window, title, words, chosen, several=not fingerprint, pictures=True)

    def paste(self) -> None:
        """Make a photo of the picture in the clipboard."""
        image = QGuiApplication.clipboard().image()
        work: PictureWork = partial(imaging.prepare_image, image, just_taken=False)
        self._take(work, PhotoOrigin.PASTE)

    def open_camera(self, slot: QLayout, fingerprint: bool = False) -> None:
        """Put a camera panel into a place of the page."""
        from ui.camera.panel import CameraPanel

        self.shut_camera()
        panel = CameraPanel(self.cameras)
        panel.captured.connect(self._on_captured)
        panel.file_wanted.connect(partial(self.choose_files, fingerprint))
        panel.closed.connect(self.shut_camera)
        slot.addWidget(panel)
        self._panel, self._for_fingerprint = panel, fingerprint
        QTimer.singleShot(0, self._bring_into_view)

    def shut_camera(self) -> None:
        """Let go of the camera and take its panel away."""
        panel, self._panel = self._panel, None
        if panel is not None:
            panel.shut()
            panel.hide()
            panel.deleteLater()

    def _bring_into_view(self) -> None:
        if self._panel is not None:
            self._show(self._panel)

    def _on_captured(self, image: QImage) -> None:
        fingerprint = self._for_fingerprint
        work: PictureWork = partial(imaging.prepare_image, image)
        self._take(work, PhotoOrigin.CAMERA, fingerprint=fingerprint)
        if fingerprint:
            self.shut_camera()
