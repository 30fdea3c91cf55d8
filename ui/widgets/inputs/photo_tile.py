"""Photo tiles: thumbnail with its state in words, remove button, and the tile that takes a photo. Layer 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.layouts import FlowLayout

_WIDTH, _HEIGHT = 148, 124  # at 100 %


class PhotoState(StrEnum):
    """What has happened to a photo."""

    STAMPING = "stamping"
    STAMPED = "stamped"
    UPLOADED = "uploaded"
    PROBLEM = "problem"


_ICONS = {
    PhotoState.STAMPING: "clock",
    PhotoState.STAMPED: "circle-check",
    PhotoState.UPLOADED: "cloud-check",
    PhotoState.PROBLEM: "circle-alert",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo to show.

    Attributes:
        key: its id.
        thumbnail: a small decoded picture; a null image while it is being made.
        caption: what the watermark says (time and place); spoken too.
    """

    key: str
    thumbnail: QImage
    caption: str = ""
    state: PhotoState = PhotoState.STAMPED


class PhotoTile(QPushButton):
    """One photo. Tapping it is `clicked`."""

    def __init__(self, photo: Photo, *, removable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.photo = photo
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.remove = _RemoveButton(self)
        self.remove.setVisible(removable)
        look.follow(self, self._restyle)
        self.set_photo(photo)

    def set_photo(self, photo: Photo) -> None:
        """Show the photo as it is now."""
        self.photo = photo
        words = f"{photo.caption} {self._state_words()}".strip()
        self.setAccessibleName(self.tr("照片 {0}").format(words))
        self.remove.setAccessibleName(self.tr("删除照片 {0}").format(photo.caption).strip())
        self.setToolTip(photo.caption)
        self.update()

    def sizeHint(self) -> QSize:
        return tile_size(look.current())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        painting.frame(painter, box, RADIUS_CONTROL, fill=colors.sunken)
        path = QPainterPath()
        path.addRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.setClipPath(path)
        if not self.photo.thumbnail.isNull():
            painter.drawImage(box, self.photo.thumbnail, _cover(self.photo.thumbnail, self.size()))
        font = theme.font(TextRole.CAPTION)
        height = QFontMetrics(font).height() + 8
        strip = QRectF(0, self.height() - height, self.width(), height)
        painter.fillRect(strip, QColor(colors.photo_strip))
        side = theme.px(18)
        top = strip.top() + (height - side) / 2
        icons.paint(painter, _ICONS[self.photo.state], colors.photo_ink, 8, top, side)
        words = strip.adjusted(8 + side + 6, 0, -6, 0).toRect()
        painting.elided(painter, words, self._state_words(), font, colors.photo_ink)
        painter.setClipping(False)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _state_words(self) -> str:
        return {
            PhotoState.STAMPING: self.tr("正在加水印"),
            PhotoState.STAMPED: self.tr("已加水印"),
            PhotoState.UPLOADED: self.tr("已上传"),
            PhotoState.PROBLEM: self.tr("未处理成功"),
        }[self.photo.state]

    def _restyle(self, theme: Theme) -> None:
        self.setFixedSize(tile_size(theme))
        self.remove.resize(theme.target, theme.target)
        self.remove.move(self.width() - theme.target, 0)
        self.update()


class _RemoveButton(QPushButton):
    """A full-size target with a small round mark in its corner."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        side = theme.px(28)
        spot = QRectF(self.width() - side - 6, 6, side, side)
        painting.frame(painter, spot, side / 2, fill=theme.colors.photo_strip)
        if self.hasFocus():
            painting.focus_ring(painter, spot.adjusted(-2, -2, 2, 2), side / 2, theme)
        mark = theme.px(18)
        inset = (side - mark) / 2
        icons.paint(painter, "x", theme.colors.photo_ink, spot.left() + inset, spot.top() + inset, mark)
        painter.end()


class AddPhotoTile(QPushButton):
    """The dashed tile that takes a photo (clicked)."""

    def __init__(self, label: str, *, icon: str = "camera", parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(label)
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        return tile_size(look.current())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        lit = self.underMouse() or self.isDown()
        painter.setPen(QPen(QColor(colors.border), 1.4, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(colors.primary_soft if lit else colors.surface))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        side = theme.px(28)
        font = theme.font(TextRole.BODY)
        line = QFontMetrics(font).height()
        top = (self.height() - side - line - 6) / 2
        icons.paint(painter, self._icon, colors.ink_2, (self.width() - side) / 2, top, side)
        place = QRect(6, round(top + side + 6), self.width() - 12, line)
        painting.elided(painter, place, self.text(), font, colors.ink_2, painting.CENTER)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.setFixedSize(tile_size(theme))
        self.update()


class PhotoStrip(QWidget):
    """Photos in rows, ending with 拍照 and 从文件添加 while there may be more.

    Signals: opened(key), remove_asked(key), capture_asked(), file_asked().
    """

    opened = Signal(str)
    remove_asked = Signal(str)
    capture_asked = Signal()
    file_asked = Signal()

    def __init__(self, *, most: int = 9, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._read_only = False
        self._photos: tuple[Photo, ...] = ()
        self._flow = FlowLayout(self, gap=12)
        self._show()

    def set_photos(self, photos: Sequence[Photo]) -> None:
        """Show these photos."""
        self._photos = tuple(photos)
        self._show()

    def set_read_only(self, read_only: bool) -> None:
        """Without adding and removing."""
        self._read_only = read_only
        self._show()

    def tiles(self) -> Sequence[PhotoTile]:
        """The photo tiles in order."""
        widgets = (self._flow.itemAt(i) for i in range(self._flow.count()))
        return [w for item in widgets if item is not None and isinstance(w := item.widget(), PhotoTile)]

    def _show(self) -> None:
        self._flow.clear()
        for photo in self._photos:
            tile = PhotoTile(photo, removable=not self._read_only)
            tile.clicked.connect(self._on_opened)
            tile.remove.clicked.connect(self._on_remove)
            self._flow.addWidget(tile)
        if not self._read_only and len(self._photos) < self._most:
            camera = AddPhotoTile(self.tr("拍照"))
            camera.clicked.connect(self.capture_asked)
            from_file = AddPhotoTile(self.tr("从文件添加"), icon="image-plus")
            from_file.clicked.connect(self.file_asked)
            self._flow.addWidget(camera)
            self._flow.addWidget(from_file)
        self.updateGeometry()

    def _on_opened(self) -> None:
        tile = self.sender()
        if isinstance(tile, PhotoTile):
            self.opened.emit(tile.photo.key)

    def _on_remove(self) -> None:
        tile = self.sender().parent()
        if isinstance(tile, PhotoTile):
            self.remove_asked.emit(tile.photo.key)


def tile_size(theme: Theme) -> QSize:
    """Size of all tiles."""
    return QSize(theme.px(_WIDTH), theme.px(_HEIGHT))


def _cover(image: QImage, place: QSize) -> QRectF:
    """The middle part of a picture that fills the place without distortion."""
    wanted = QSize(place).scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio)
    left = (image.width() - wanted.width()) / 2
    top = (image.height() - wanted.height()) / 2
    return QRectF(left, top, wanted.width(), wanted.height())
