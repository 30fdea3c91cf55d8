"""Answers that are files: photo, drawing, any file. Layer 5."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import imaging
from ui.forms.files import Drawing
from ui.forms.world import FormWorld, while_alive
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.file_choice import open_files
from ui.widgets.inputs.editor import Editor, text_of
from ui.widgets.inputs.photo_tile import Photo, PhotoTile
from ui.widgets.inputs.signature_pad import SignaturePad
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.camera.panel import CameraPanel

_PAUSE_MS = 350
"""After the last stroke; a name of several strokes is then kept once."""


class AttachmentEditor(Editor):
    """Value: the name of the file in the form's answers, "" for none.

    The file itself goes to the form's owner, who keeps it and then gives the name as the value.

    Signals: attached(Attachment); taken_away().
    """

    attached = Signal(object)
    taken_away = Signal()

    def set_awaited(self, awaited: bool) -> None:
        """The file is being made; its name will come as the value."""

    def shut(self) -> None:
        """Hand over what is still in hand and let go of devices."""


class PhotoAnswer(AttachmentEditor):
    """One photo from the camera, a file or the clipboard."""

    def __init__(self, world: FormWorld, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._world = world
        self._name = ""
        self._panel: CameraPanel | None = None
        self.tile = PhotoTile(Photo("", QImage()))
        self.tile.hide()
        self.tile.remove.clicked.connect(self.taken_away)
        self.camera = Button(self.tr("拍照"), icon="camera")
        self.camera.clicked.connect(self.open_camera)
        self.file = Button(self.tr("从文件添加"), icon="image-plus")
        self.file.clicked.connect(self.choose_file)
        self.paste = Button(self.tr("粘贴"), icon="copy")
        self.paste.clicked.connect(self._on_paste)
        row = QWidget()
        flow = FlowLayout(row, gap=8)
        for button in (self.camera, self.file, self.paste):
            flow.addWidget(button)
        self._slot = QVBoxLayout()
        self._busy = Text(self.tr("正在处理照片…"), tone="soft")
        self._busy.hide()
        tile_row = QHBoxLayout()
        tile_row.addWidget(self.tile)
        tile_row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._slot)
        column.addLayout(tile_row)
        column.addWidget(self._busy)
        column.addWidget(row)
        QGuiApplication.clipboard().dataChanged.connect(self._on_clipboard)
        self._read_only = False
        self._on_clipboard()

    def value(self) -> str:
        """The file's name."""
        return self._name

    def set_value(self, value: object) -> None:
        name = text_of(value)
        if name == self._name:
            return
        self._name = name
        self._show_picture(b"")
        if name:
            self._world.picture(name, while_alive(self, partial(self._on_picture, name)))

    def set_awaited(self, awaited: bool) -> None:
        self._busy.setVisible(awaited)

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        for button in (self.camera, self.file):
            button.setVisible(not read_only)
        self.tile.remove.setVisible(not read_only)
        self._on_clipboard()

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        for button in (self.camera, self.file, self.paste):
            button.setAccessibleName(f"{name} {button.text()}")
            button.setAccessibleDescription(description)

    def open_camera(self) -> None:
        """Put a camera into the page."""
        from ui.camera.panel import CameraPanel

        self.shut()
        panel = CameraPanel(self._world.cameras)
        panel.captured.connect(self._on_captured)
        panel.file_wanted.connect(self.choose_file)
        panel.closed.connect(self.shut)
        self._slot.addWidget(panel)
        self._panel = panel

    def choose_file(self) -> None:
        """Ask for a picture file."""
        words = self.tr("图片 ({0})").format(imaging.name_filter())
        open_files(self, self.tr("选择照片"), words, self._on_files, pictures=True)

    def shut(self) -> None:
        panel, self._panel = self._panel, None
        if panel is not None:
            panel.shut()
            panel.hide()
            panel.deleteLater()

    def _on_files(self, paths: "Sequence[Path]") -> None:
        if paths:
            self.attached.emit(partial(imaging.prepare_file, paths[0]))

    def _on_captured(self, image: QImage) -> None:
        self.shut()
        self.attached.emit(partial(imaging.prepare_image, image))

    def _on_paste(self) -> None:
        image = QGuiApplication.clipboard().image()
        self.attached.emit(partial(imaging.prepare_image, image, just_taken=False))

    def _on_picture(self, name: str, content: bytes) -> None:
        if name == self._name:
            self._show_picture(content)

    def _show_picture(self, content: bytes) -> None:
        self.tile.setVisible(bool(self._name))
        image = QImage.fromData(content) if content else QImage()
        self.tile.set_photo(Photo(self._name, image, self._name))
        self.camera.setText(self.tr("重拍") if self._name else self.tr("拍照"))

    def _on_clipboard(self) -> None:
        # None where the platform has no clipboard, whatever the type says.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        has_image = data is not None and data.hasImage()
        self.paste.setVisible(has_image and not self._read_only)


class DrawingAnswer(AttachmentEditor):
    """A signature or, as a `sketch`, a drawing by pen or finger; for who has only keys, a picture file."""

    def __init__(self, world: FormWorld, *, sketch: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._world = world
        self._name = ""
        self._read_only = False
        self.pad = SignaturePad(sketch=sketch)
        self.tile = PhotoTile(Photo("", QImage()))
        self.tile.hide()
        self.tile.remove.clicked.connect(self._on_removed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._finish)
        self.pad.changed.connect(lambda _strokes: self._pause.start())
        self.choose = Button(self.tr("改用图片"), ButtonKind.TEXT, icon="upload")
        self.choose.clicked.connect(self._on_choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tile)
        column.addWidget(self.pad)
        column.addWidget(self.choose, alignment=Qt.AlignmentFlag.AlignLeft)

    def value(self) -> str:
        """The file's name."""
        return self._name

    def set_value(self, value: object) -> None:
        name = text_of(value)
        if name == self._name:
            return
        self._name = name
        # A drawing made here stays on its sheet; one read from a draft is shown as a picture.
        foreign = bool(name) and not self.pad.value()
        self.tile.setVisible(foreign)
        self.pad.setVisible(not foreign)
        self.choose.setVisible(not foreign and not self._read_only)
        if foreign:
            self._world.picture(name, while_alive(self, partial(self._on_picture, name)))

    def set_invalid(self, invalid: bool) -> None:
        self.pad.set_invalid(invalid)

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self.pad.set_read_only(read_only)
        self.tile.remove.setVisible(not read_only)
        self.choose.setVisible(not read_only and self.tile.isHidden())

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.pad.describe(name, description)
        self.choose.setAccessibleName(f"{name} {self.choose.text()}")

    def shut(self) -> None:
        if self._pause.isActive():
            self._finish()

    def _finish(self) -> None:
        self._pause.stop()
        strokes = self.pad.value()
        if strokes:
            self.attached.emit(Drawing(self.pad.png()))
        else:
            self.taken_away.emit()

    def _on_choose(self) -> None:
        words = self.tr("图片 ({0})").format(imaging.name_filter())
        open_files(self, self.tr("选择图片"), words, self._on_files, pictures=True)

    def _on_files(self, paths: "Sequence[Path]") -> None:
        if paths:
            self._pause.stop()
            self.pad.set_value("")
            self.attached.emit(partial(imaging.prepare_file, paths[0]))

    def _on_removed(self) -> None:
        self.tile.hide()
        self.pad.show()
        self.choose.show()
        self.taken_away.emit()

    def _on_picture(self, name: str, content: bytes) -> None:
        if name == self._name:
            self.tile.set_photo(Photo(name, QImage.fromData(content), name))


class FileAnswer(AttachmentEditor):
    """Any file, by its name.

    Args:
        pattern: what the dialog offers, such as `*.pdf *.docx`.
    """

    def __init__(self, pattern: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pattern = pattern
        self._name = ""
        self._shown = Text("", wrap=True)
        self.choose = Button(self.tr("选择文件"), icon="upload")
        self.choose.clicked.connect(self._on_choose)
        self.remove = Button(self.tr("去掉这个文件"), ButtonKind.TEXT, icon="x")
        self.remove.clicked.connect(self.taken_away)
        row = QWidget()
        flow = FlowLayout(row, gap=8)
        flow.addWidget(self.choose)
        flow.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._shown)
        column.addWidget(row)
        self._show()

    def value(self) -> str:
        """The file's name."""
        return self._name

    def set_value(self, value: object) -> None:
        self._name = text_of(value)
        self._show()

    def set_read_only(self, read_only: bool) -> None:
        self.choose.setVisible(not read_only)
        self.remove.setVisible(not read_only and bool(self._name))

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        for button in (self.choose, self.remove):
            button.setAccessibleName(f"{name} {button.text()}")
            button.setAccessibleDescription(description)

    def _on_choose(self) -> None:
        words = self.tr("文件 ({0})").format(self._pattern)
        open_files(self, self.tr("选择文件"), words, self._on_files)

    def _on_files(self, paths: "Sequence[Path]") -> None:
        if paths:
            self.attached.emit(paths[0])

    def _show(self) -> None:
        self._shown.setText(self._name or self.tr("还没有选文件"))
        self._shown.set_tone("" if self._name else "quiet")
        self.remove.setVisible(bool(self._name))
