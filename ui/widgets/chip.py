"""Status chips: a few words on a tinted pill, painted because style sheets square large radii. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.layouts import FlowLayout


def chip_size(text: str, theme: Theme) -> QSize:
    """Room a chip takes."""
    metrics = QFontMetrics(theme.font(TextRole.CAPTION))
    height = metrics.height() + theme.px(5)
    # The label is bold; bold Chinese is as wide as regular, bold Latin and digits a little wider.
    return QSize(round(metrics.horizontalAdvance(text) * 1.04) + theme.px(22), height)


def paint_chip(painter: QPainter, rect: QRectF, text: str, kind: StatusKind, theme: Theme) -> None:
    """Draw a chip; a text too long for `rect` is cut with …."""
    pair = theme.colors.status(kind)
    painting.frame(painter, rect, rect.height() / 2, fill=pair.tint)
    font = theme.font(TextRole.CAPTION)
    font.setWeight(theme.font(TextRole.STRONG).weight())
    inner = rect.adjusted(rect.height() / 3, 0, -rect.height() / 3, 0).toRect()
    painting.elided(painter, inner, text, font, pair.ink, painting.CENTER)


class Chip(QWidget):
    """One status in words, e.g. 已超期 4 天 (at most six characters and a number)."""

    def __init__(self, text: str, kind: StatusKind = StatusKind.MUTE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(text)
        look.follow(self, self._restyle)

    def text(self) -> str:
        """The words shown."""
        return self._text

    def set_status(self, text: str, kind: StatusKind) -> None:
        """Change words and colour."""
        self._text, self._kind = text, kind
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return chip_size(self._text, look.current())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 3 * self.sizeHint().height()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        paint_chip(painter, QRectF(self.rect()), self._text, self._kind, look.current())
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


def chips_row(chips: Sequence[tuple[str, StatusKind]]) -> QWidget:
    """Chips side by side, under each other where there is no room."""
    row = QWidget()
    flow = FlowLayout(row, gap=8)
    for words, kind in chips:
        flow.addWidget(Chip(words, kind))
    return row
