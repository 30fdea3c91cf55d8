"""The pictures of choices in lists and ranks: small, each read when it is first looked at. Layer 5."""

from collections.abc import Callable, Mapping

import shiboken6
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import Theme
from ui.widgets import painting

_SIDE_PX = 56  # at 100 %


class ChoicePictures:
    """Pictures by the value of their choice.

    Args:
        names: the file of each value that has a picture.
        load: hands over a file's small picture, later and only if it is here.
    """

    def __init__(
        self, names: Mapping[str, str], load: Callable[[str, Callable[[bytes], None]], None]
    ) -> None:
        self._names = dict(names)
        self._load = load
        self._images: dict[str, QImage] = {}
        self._watchers: dict[str, QWidget] = {}

    def __contains__(self, value: str) -> bool:
        return value in self._names

    def image(self, value: str, watcher: QWidget) -> QImage:
        """The picture, a null one while it is still to come; then the watcher is painted anew."""
        self._watchers[value] = watcher
        if value not in self._images:
            self._images[value] = QImage()
            self._load(self._names[value], lambda content: self._on_content(value, content))
        return self._images[value]

    def _on_content(self, value: str, content: bytes) -> None:
        self._images[value] = QImage.fromData(content)
        watcher = self._watchers[value]
        if shiboken6.isValid(watcher):
            watcher.update()


class Thumb(QWidget):
    """One of them beside the words of its choice; screen readers have the words."""

    def __init__(self, pictures: ChoicePictures, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._value = value
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(thumb_side(look.current()), thumb_side(look.current()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        paint_picture(painter, self.rect(), self._pictures.image(self._value, self), look.current())
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


def thumb_side(theme: Theme) -> int:
    """Side of the square a small picture stands in."""
    return theme.px(_SIDE_PX)


def paint_picture(painter: QPainter, place: QRect, image: QImage, theme: Theme) -> None:
    """The whole picture in its own proportions; a mark where it is still to come."""
    if image.isNull():
        painting.frame(painter, QRectF(place), 6, fill=theme.colors.sunken)
        side = theme.icon
        middle = place.center()
        icons.paint(painter, "image", theme.colors.ink_3, middle.x() - side / 2, middle.y() - side / 2, side)
        return
    size = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRect(QPoint(0, 0), size)
    target.moveCenter(place.center())
    # Ink drawn on nothing would vanish on the dark theme's cards: pictures of forms are made for paper.
    if image.hasAlphaChannel():
        painter.fillRect(target, theme.color(theme.colors.paper))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, image)
