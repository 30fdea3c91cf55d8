"""Photos of a draft: tiles with what they show, and the ways to add one. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.card import Card
from ui.widgets.filling.photos import PhotoView
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.photo_tile import AddPhotoTile, Photo, PhotoState, PhotoTile, tile_size
from ui.widgets.labels import ElidedText, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import short_day_words


def decoded(thumbnail: bytes) -> QImage:
    """A thumbnail of our own making as a picture; a null image for none."""
    return QImage.fromData(thumbnail) if thumbnail else QImage()


def tile_content(view: PhotoView) -> Photo:
    """What a tile shows."""
    state = PhotoState.STAMPING if view.making else PhotoState.STAMPED
    return Photo(view.key, decoded(view.thumbnail), f"{view.kind_label} {view.caption}".strip(), state)


class _Labelled(QWidget):
    """A tile with the kind below it."""

    def __init__(self, view: PhotoView) -> None:
        super().__init__()
        self.view = view
        self.tile = PhotoTile(tile_content(view), removable=not view.making)
        self._kind = ElidedText(view.kind_label, TextRole.CAPTION)
        self._kind.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.tile)
        column.addWidget(self._kind)
        look.follow(self, self._restyle)

    def show_view(self, view: PhotoView) -> None:
        """Show the same photo as it is now."""
        if view != self.view:
            self.view = view
            self.tile.set_photo(tile_content(view))
            self.tile.remove.setVisible(not view.making)
            self._kind.setText(view.kind_label)

    def _restyle(self, theme: Theme) -> None:
        self.setFixedWidth(tile_size(theme).width())


class _Seat(QWidget):
    """A tile that adds a photo, as tall as a tile with its kind below."""

    def __init__(self, tile: AddPhotoTile) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(tile)
        column.addWidget(Text(" ", TextRole.CAPTION))


class PhotoDetail(Card):
    """One photo opened in the page: larger, with its stamp in words and the choice of what it shows, if
    there is one.

    Signals: kind_chosen(str), remove_asked(), closed().
    """

    kind_chosen = Signal(str)
    remove_asked = Signal()
    closed = Signal()

    def __init__(self, kinds: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("这张照片拍的是") if kinds else self.tr("照片"))
        close = IconButton("x", self.tr("关闭"))
        close.clicked.connect(self.closed)
        self.add_tool(close)
        self._picture = QLabel()
        self._caption = Text("", TextRole.CAPTION, wrap=True)
        self.kinds = choice_editor(kinds)
        if not kinds:
            self.kinds.hide()
        self.kinds.describe(self.tr("照片内容"))
        self.kinds.changed.connect(self._on_kind)
        remove = Button(self.tr("删除这张照片"), ButtonKind.DANGER, icon="trash-2")
        remove.clicked.connect(self.remove_asked)
        self.body.addWidget(self._picture)
        self.body.addWidget(self._caption)
        self.body.addWidget(self.kinds)
        foot = QHBoxLayout()
        foot.addWidget(remove)
        foot.addStretch(1)
        self.body.addLayout(foot)

    def show_photo(self, view: PhotoView) -> None:
        """Show a photo."""
        self._picture.setPixmap(QPixmap.fromImage(decoded(view.thumbnail)))
        self._picture.setAccessibleName(self.tr("照片 {0}").format(view.kind_label))
        self._caption.setText(view.caption)
        self.kinds.set_value(view.kind)

    def _on_kind(self, value: object) -> None:
        self.kind_chosen.emit(str(value))


class PhotoBoard(Editor):
    """All photos. Pictures come in and go out by signals; the value is not typed here.

    Signals:
        camera_asked(), file_asked(), paste_asked().
        remove_asked(key), kind_chosen(key, kind).

    Attributes:
        slot: where the camera panel is put.
    """

    camera_asked = Signal()
    file_asked = Signal()
    paste_asked = Signal()
    remove_asked = Signal(str)
    kind_chosen = Signal(str, str)

    def __init__(self, kinds: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[_Labelled] = []
        self._opened = ""
        board = QWidget()
        self._flow = FlowLayout(board, gap=12)
        self.slot = QVBoxLayout()
        self._similar = Text("", TextRole.CAPTION, tone="warn", wrap=True)
        self._similar.hide()
        self.detail = PhotoDetail(kinds)
        self.detail.hide()
        self.detail.closed.connect(self._on_close)
        self.detail.kind_chosen.connect(self._on_kind)
        self.detail.remove_asked.connect(lambda: self.remove_asked.emit(self._opened))
        self.camera = AddPhotoTile(self.tr("拍照"))
        self.camera.clicked.connect(self.camera_asked)
        self.file = AddPhotoTile(self.tr("从文件添加"), icon="image-plus")
        self.file.clicked.connect(self.file_asked)
        self.paste = AddPhotoTile(self.tr("粘贴"), icon="copy")
        self.paste.clicked.connect(self.paste_asked)
        self._seats = [_Seat(tile) for tile in (self.camera, self.file, self.paste)]
        for seat in self._seats:
            self._flow.addWidget(seat)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self.slot)
        column.addWidget(board)
        column.addWidget(self._similar)
        column.addWidget(self.detail)
        QGuiApplication.clipboard().dataChanged.connect(self._on_clipboard)
        self._full = False
        self._on_clipboard()

    def value(self) -> object:
        """Photos are added one by one, not set as a value."""
        return None

    def set_value(self, value: object) -> None:
        """See `show_photos`."""

    def show_photos(self, photos: Sequence[PhotoView], most: int) -> None:
        """Show the photos as they are now; tiles that stay keep their focus."""
        if [one.view.key for one in self._tiles] != [view.key for view in photos]:
            self._rebuild(photos)
        for tile, view in zip(self._tiles, photos, strict=True):
            tile.show_view(view)
        self._full = len(photos) >= most
        for seat in self._seats[:2]:
            seat.setVisible(not self._full)
        self._on_clipboard()
        alike = [view for view in photos if view.similar_day is not None]
        if alike and alike[-1].similar_day is not None:
            words = self.tr("有一张与 {0}走访的照片几乎一样。仍可提交，请在最后一步说明一句。")
            self._similar.setText(words.format(short_day_words(alike[-1].similar_day)))
        self._similar.setVisible(bool(alike))
        opened = next((view for view in photos if view.key == self._opened), None)
        if opened is not None:
            self.detail.show_photo(opened)
        else:
            self._on_close()

    def tiles(self) -> Sequence[PhotoTile]:
        """The photo tiles in order."""
        return tuple(one.tile for one in self._tiles)

    def describe(self, name: str, description: str = "") -> None:
        """The tiles have names of their own."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def _rebuild(self, photos: Sequence[PhotoView]) -> None:
        for seat in self._seats:
            self._flow.removeWidget(seat)
        self._flow.clear()
        self._tiles = [_Labelled(view) for view in photos]
        for labelled in self._tiles:
            labelled.tile.clicked.connect(self._on_open)
            labelled.tile.remove.clicked.connect(self._on_remove)
            self._flow.addWidget(labelled)
        for seat in self._seats:
            self._flow.addWidget(seat)
        self.updateGeometry()

    def _on_clipboard(self) -> None:
        # None where the platform has no clipboard, whatever the type says.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        self._seats[2].setVisible(not self._full and data is not None and data.hasImage())

    def _on_open(self) -> None:
        tile = self.sender()
        if isinstance(tile, PhotoTile) and tile.photo.state is not PhotoState.STAMPING:
            self._opened = tile.photo.key
            view = next(one.view for one in self._tiles if one.tile is tile)
            self.detail.show_photo(view)
            self.detail.show()

    def _on_close(self) -> None:
        self._opened = ""
        self.detail.hide()

    def _on_remove(self) -> None:
        tile = self.sender().parent()
        if isinstance(tile, PhotoTile):
            self.remove_asked.emit(tile.photo.key)

    def _on_kind(self, kind: str) -> None:
        self.kind_chosen.emit(self._opened, kind)
