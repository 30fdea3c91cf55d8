"""Strokes of the brush shared by painted widgets: frames, focus rings, elided and wrapped text. Layer 5."""

import re

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import Theme

FOCUS_WIDTH = 2
CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LATIN_WORD = re.compile(r"[!-~\u00c0-\u024f]{8,}")
"""Shorter ones fit anywhere."""


def begin(widget: QWidget) -> QPainter:
    """A painter with smooth edges; the caller ends it."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    return painter


def frame(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    *,
    fill: str | None,
    line: str | None = None,
    width: float = 1,
) -> None:
    """A rounded box; the line lies wholly inside `rect`."""
    half = width / 2 if line is not None else 0.0
    painter.setPen(QPen(QColor(line), width) if line is not None else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    box = rect.adjusted(half, half, -half, -half)
    fitted = min(radius, box.height() / 2, box.width() / 2)
    painter.drawRoundedRect(box, fitted, fitted)


def focus_ring(
    painter: QPainter, rect: QRectF, radius: float, theme: Theme, *, on_primary: bool = False
) -> None:
    """The keyboard focus: 2 px in the focus colour, 3 px in ink where the ground is the primary colour."""
    width = 3 if on_primary else FOCUS_WIDTH
    half = width / 2
    painter.setPen(QPen(QColor(theme.colors.ink if on_primary else theme.colors.focus), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


def elided(
    painter: QPainter, rect: QRect, text: str, font: QFont, color: str, align: Qt.AlignmentFlag = LEFT
) -> int:
    """One line of text cut with … where it does not fit; answers the width it took."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(rect, align, shown)
    return metrics.horizontalAdvance(shown)


def wrapped_height(text: str, font: QFont, width: int) -> int:
    """Height of text wrapped into `width`; Chinese breaks anywhere, words only when they must."""
    box = QRect(0, 0, max(1, width), 100_000)
    metrics = QFontMetrics(font)
    return metrics.boundingRect(box, int(_breaking(text, metrics, width)), text).height()


def wrapped(painter: QPainter, rect: QRect, text: str, font: QFont, color: str) -> None:
    """Text in as many lines as it needs, in the middle of the height."""
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(rect, int(LEFT) | int(_breaking(text, painter.fontMetrics(), rect.width())), text)


def _breaking(text: str, metrics: QFontMetrics, width: int) -> Qt.TextFlag:
    """Between words, and inside them only where one alone is wider than the line."""
    if all(metrics.horizontalAdvance(word) <= width for word in _LATIN_WORD.findall(text)):
        return Qt.TextFlag.TextWordWrap
    return Qt.TextFlag.TextWrapAnywhere
