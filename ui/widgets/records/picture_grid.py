"""Photos to look at: tiles that know whether the picture is on this device, and a viewer with zoom."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.pictures import PictureRow, PictureState

_WIDTH, _HEIGHT = 168, 132  # at 100 %
_THUMBNAIL = QSize(480, 380)


def decode_thumbnail(content: bytes) -> QImage:
    """A small picture of photo bytes; safe in any thread. Unreadable bytes give a null image."""
    return _decode(content, _THUMBNAIL)


def decode_whole(content: bytes) -> QImage:
    """The picture in its own size; safe in any thread."""
    return _decode(content, None)


def _decode(content: bytes, least: QSize | None) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if least is not None and size.isValid() and size.width() > least.width():
        reader.setScaledSize(size.scaled(least, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return reader.read()


class PictureTile(QPushButton):
    """One photo: picture, what it shows, and where it is in words. Tapping it is `clicked`."""

    def __init__(self, row: PictureRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.state = PictureState.COMING
        self._image = QImage()
        self._trouble = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.follow(self, self._restyle)
        self._name()

    def set_picture(self, state: PictureState, image: QImage | None, trouble: str = "") -> None:
        """Show the picture, or say why there is none."""
        unreadable = state is PictureState.HERE and (image is None or image.isNull())
        self.state = PictureState.FAILED if unreadable else state
        self._image = image if image is not None else QImage()
        self._trouble = trouble
        self._name()
        self.update()

    @property
    def image(self) -> QImage:
        """The picture as it is shown; a null image while there is none."""
        return self._image

    def take_over(self, other: "PictureTile") -> None:
        """Show what another tile of the same content shows."""
        self.set_picture(other.state, other._image, other._trouble)

    def sizeHint(self) -> QSize:
        theme = look.current()
        return QSize(theme.px(_WIDTH), theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        painting.frame(painter, box, RADIUS_CONTROL, fill=colors.sunken, line=colors.line)
        font = theme.font(TextRole.CAPTION)
        height = QFontMetrics(font).height() + 8
        path = QPainterPath()
        path.addRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.setClipPath(path)
        if self._image.isNull():
            self._paint_absent(painter, self.rect().adjusted(6, 0, -6, -height), theme)
        else:
            painter.drawImage(box, self._image, _cover(self._image, self.size()))
        strip = QRectF(0, self.height() - height, self.width(), height)
        painter.fillRect(strip, theme.color(colors.photo_strip))
        painting.elided(painter, strip.adjusted(8, 0, -8, 0).toRect(), self.row.kind, font, colors.photo_ink)
        painter.setClipping(False)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _paint_absent(self, painter: QPainter, place: QRect, theme: Theme) -> None:
        side = theme.px(28)
        font = theme.font(TextRole.CAPTION)
        line = QFontMetrics(font).height()
        top = place.top() + (place.height() - side - line - 4) // 2
        name = {
            PictureState.COMING: "clock",
            PictureState.MISSING: "download",
        }.get(self.state, "circle-alert")
        icons.paint(painter, name, theme.colors.ink_2, place.center().x() - side / 2, top, side)
        words = QRect(place.left(), top + side + 4, place.width(), line)
        painting.elided(painter, words, self._state_words(), font, theme.colors.ink_2, painting.CENTER)

    def _state_words(self) -> str:
        return {
            PictureState.COMING: self.tr("正在打开"),
            PictureState.HERE: "",
            PictureState.MISSING: self.tr("点按下载"),
            PictureState.FAILED: self.tr("打不开，点按重试"),
        }[self.state]

    def _name(self) -> None:
        words = " ".join(filter(None, (self.row.kind, self.row.taken, self._state_words())))
        self.setAccessibleName(self.tr("照片 {0}").format(words))
        self.setToolTip(self._trouble or self.row.taken)

    def _restyle(self, theme: Theme) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


class PictureGrid(QWidget):
    """Photos in rows.

    Signals:
        opened(key): a picture that is here was tapped.
        wanted(sha256): one that is missing was tapped.
    """

    opened = Signal(str)
    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, gap=12)
        self._tiles: list[PictureTile] = []

    def set_rows(self, rows: Sequence[PictureRow]) -> None:
        """Show these photos; pictures already there stay."""
        if [tile.row for tile in self._tiles] == list(rows):
            return
        held = {tile.row.sha256: tile for tile in self._tiles}
        self._flow.clear()
        tiles = []
        for row in rows:
            tile = PictureTile(row)
            before = held.get(row.sha256)
            if before is not None:
                tile.take_over(before)
            tile.clicked.connect(self._on_clicked)
            self._flow.addWidget(tile)
            tiles.append(tile)
        self._tiles = tiles
        self.updateGeometry()

    def set_picture(self, sha256: str, state: PictureState, image: QImage | None, trouble: str) -> None:
        """A picture has come, or will not."""
        for tile in self._tiles:
            if tile.row.sha256 == sha256:
                tile.set_picture(state, image, trouble)

    def tiles(self) -> Sequence[PictureTile]:
        """The tiles in order."""
        return tuple(self._tiles)

    def _on_clicked(self) -> None:
        tile = self.sender()
        if not isinstance(tile, PictureTile):
            return
        if tile.state is PictureState.HERE:
            self.opened.emit(tile.row.key)
        elif tile.state is not PictureState.COMING:
            self.wanted.emit(tile.row.sha256)


def _cover(image: QImage, place: QSize) -> QRectF:
    """The middle part of a picture that fills the place without distortion."""
    wanted = QSize(place).scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio)
    left, top = (image.width() - wanted.width()) / 2, (image.height() - wanted.height()) / 2
    return QRectF(left, top, wanted.width(), wanted.height())
