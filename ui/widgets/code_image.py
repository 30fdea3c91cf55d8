"""A QR code drawn from its text, black on white in every theme. Layer 5."""

import segno
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import Theme
from ui.widgets import painting

QUIET = 4  # modules of white around; readers need them
_SIDE = 380  # at 100 %
_LEAST = 240


class CodeImage(QWidget):
    """Shows one code as large as there is room, every module the same whole number of pixels."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._modules: tuple[bytes, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)
        look.follow(self, self._restyle)

    def text(self) -> str:
        """What the code says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another code; "" for none."""
        self._text = text
        # Level M: a scratch or a reflection on the screen may cover a seventh of it.
        self._modules = tuple(map(bytes, segno.make(text, error="m", micro=False).matrix)) if text else ()
        self.update()

    def image(self, module: int) -> QImage:
        """The code as a picture, `module` pixels to a module."""
        side = (len(self._modules) + 2 * QUIET) * module
        picture = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(picture)
        self._paint(painter, QPointF(0, 0), module)
        painter.end()
        return picture

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width, look.current().px(_SIDE))

    def sizeHint(self) -> QSize:
        side = look.current().px(_SIDE)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._modules:
            return
        count = len(self._modules) + 2 * QUIET
        module = max(1, min(self.width(), self.height()) // count)
        left, top = (self.width() - count * module) // 2, (self.height() - count * module) // 2
        painter = painting.begin(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint(painter, QPointF(left, top), module)
        painter.end()

    def _paint(self, painter: QPainter, corner: QPointF, module: int) -> None:
        side = (len(self._modules) + 2 * QUIET) * module
        colors = look.current().colors
        painter.fillRect(QRectF(corner.x(), corner.y(), side, side), QColor(colors.paper))
        for row, modules in enumerate(self._modules, QUIET):
            for column, dark in enumerate(modules, QUIET):
                if dark:
                    box = QRectF(corner.x() + column * module, corner.y() + row * module, module, module)
                    painter.fillRect(box, QColor(colors.paper_ink))

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()
