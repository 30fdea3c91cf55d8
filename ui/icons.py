"""Line icons (Lucide) drawn in any colour and sharp at any device pixel ratio. Layer 5."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

ICON_FOLDER: Final = Path(__file__).parents[1] / "resources" / "icons"
STROKE: Final = "1.9"  # one step lighter than Lucide's 2: closer to the weight of Chinese body text
LARGE_STROKE: Final = "1.1"  # pictures of empty states, or their lines would be five pixels thick


@cache
def svg(name: str, stroke: str = STROKE) -> str:
    """The drawing of an icon, stroke already set; an unknown name is a FileNotFoundError."""
    text = (ICON_FOLDER / f"{name}.svg").read_text("utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{stroke}"')


def pixmap(
    name: str, color: str, size: int, ratio: float = 1.0, *, gap: int = 0, stroke: str = STROKE
) -> QPixmap:
    """An icon of `size` logical pixels, with `gap` empty pixels to its right.

    Args:
        ratio: device pixel ratio of where it will be drawn.
        gap: lets a button keep distance between icon and text without a space in the text.
        stroke: line width on the 24-px grid.
    """
    key = f"lucide/{name}/{color}/{size}/{gap}/{ratio:g}/{stroke}"
    drawn = QPixmap()
    if QPixmapCache.find(key, drawn):
        return drawn
    drawn = QPixmap(round((size + gap) * ratio), round(size * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(svg(name, stroke).replace("currentColor", color).encode()))
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(key, drawn)
    return drawn


def icon(name: str, color: str, size: int, *, disabled: str | None = None, gap: int = 0) -> QIcon:
    """A QIcon for buttons, sharp on every screen in use; `disabled` is its colour when greyed."""
    result = QIcon()
    screens = QGuiApplication.screens()
    for ratio in sorted({1.0, 2.0, *(screen.devicePixelRatio() for screen in screens)}):
        result.addPixmap(pixmap(name, color, size, ratio, gap=gap))
        if disabled is not None:
            result.addPixmap(pixmap(name, disabled, size, ratio, gap=gap), QIcon.Mode.Disabled)
    return result


def paint(
    painter: QPainter, name: str, color: str, x: float, y: float, size: int, *, stroke: str = STROKE
) -> None:
    """Draw an icon with its top left corner at (x, y)."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(round(x), round(y), pixmap(name, color, size, ratio, stroke=stroke))


def icon_size(size: int, gap: int = 0) -> QSize:
    """The size to give `setIconSize` for an icon made with the same gap."""
    return QSize(size + gap, size)
