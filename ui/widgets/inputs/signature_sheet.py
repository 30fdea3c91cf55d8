"""The paper of the signature pad: strokes from mouse, finger and pen, and how they are drawn. Layer 5."""

import time
from collections.abc import Callable
from itertools import pairwise
from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QTabletEvent, QTouchEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScroller, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.strokes import Point, Signature, Stroke

_THIN, _THICK = 1.8, 4.6  # pen width in logical pixels without and with full pressure
_PNG_SCALE = 2
_MARGIN = 4  # pixels kept free around the strokes at the right and below
PRESSURE_UNKNOWN: Final = 0.5


class SignatureSheet(QWidget):
    """The paper: takes strokes from mouse, touch and pen. Signals: stroked() after each finished stroke.

    Args:
        sketch: for a drawing: higher, and without a line to write on.
    """

    stroked = Signal()

    def __init__(
        self,
        seconds: Callable[[], float] = time.monotonic,
        *,
        sketch: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sketch = sketch
        self._seconds = seconds
        self._began: float | None = None
        self._strokes: list[Stroke] = []
        self._current: list[Point] = []
        # Strokes keep the coordinates of the sheet they were begun on; a resized widget shows that sheet
        # scaled. Rescaling the strokes themselves would lose a little at every turn of the tablet.
        self._paper = QSize()
        self._prompt = self.tr("请在此处画图") if sketch else self.tr("请在此处签名")
        self.read_only = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        look.follow(self, self._restyle)

    def signature(self) -> Signature:
        """The strokes finished so far, on a sheet that holds them all."""
        points = [point for stroke in self._strokes for point in stroke]
        paper = self._paper if points else self.size()
        right = max((ceil(point.x) for point in points), default=0) + _MARGIN
        bottom = max((ceil(point.y) for point in points), default=0) + _MARGIN
        return Signature(max(paper.width(), right), max(paper.height(), bottom), tuple(self._strokes))

    def set_signature(self, signature: Signature) -> None:
        """Show stored strokes, fitted into this sheet."""
        self._strokes = list(signature.strokes)
        self._paper = QSize(signature.width, signature.height)
        last = max((stroke[-1].ms for stroke in self._strokes if stroke), default=0)
        # New strokes continue the time line of the old ones.
        self._began = self._seconds() - last / 1000 if self._strokes else None
        self._current = []
        self.update()

    def undo(self) -> None:
        """Take back the last stroke."""
        if self._strokes:
            self._strokes.pop()
            self.update()

    def clear(self) -> None:
        """Take back everything."""
        self._strokes.clear()
        self._current = []
        self._began = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self._high())

    def _high(self) -> int:
        return look.current().px(320 if self._sketch else 200)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position(), PRESSURE_UNKNOWN)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._extend(event.position(), PRESSURE_UNKNOWN)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def tabletEvent(self, event: QTabletEvent) -> None:
        if event.type() == QEvent.Type.TabletPress:
            self._begin(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletMove:
            self._extend(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletRelease:
            self._finish()
        event.accept()  # an accepted pen event makes no second stroke by the emulated mouse

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        line = colors.danger.ink if self.property("invalid") else colors.paper_line
        painting.frame(painter, box, RADIUS_CONTROL, fill=colors.paper, line=line, width=1)
        if not self._sketch:
            base = round(self.height() * 0.78)
            painter.setPen(QPen(QColor(colors.paper_line), 1, Qt.PenStyle.DashLine))
            painter.drawLine(24, base, self.width() - 24, base)
        if not self._strokes and not self._current:
            # Paper stays white by night, so its prompt takes the paper's own grey ink.
            painting.elided(
                painter,
                self.rect(),
                self._prompt,
                theme.font(TextRole.BODY),
                colors.paper_ink,
                painting.CENTER,
            )
        painter.scale(self._factor(), self._factor())
        self._draw(painter, QColor(colors.paper_ink))
        painter.end()

    def image(self) -> QImage:
        """The strokes alone, twice the size of their sheet, on transparent ground."""
        sheet = self.signature()
        size = QSize(sheet.width, sheet.height) * _PNG_SCALE
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_PNG_SCALE, _PNG_SCALE)
        self._draw(painter, QColor(look.current().colors.paper_ink))
        painter.end()
        return image

    def _factor(self) -> float:
        """How much larger than its paper the sheet is shown."""
        if self._paper.isEmpty():
            return 1.0
        return min(self.width() / self._paper.width(), self.height() / self._paper.height())

    def _draw(self, painter: QPainter, ink: QColor) -> None:
        pen = QPen(ink, _THIN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        for stroke in (*self._strokes, tuple(self._current)):
            for before, after in pairwise(stroke if len(stroke) > 1 else stroke * 2):
                pen.setWidthF(_THIN + (_THICK - _THIN) * after.pressure)
                painter.setPen(pen)
                if (before.x, before.y) == (after.x, after.y):
                    painter.drawPoint(QPointF(after.x, after.y))
                else:
                    painter.drawLine(QPointF(before.x, before.y), QPointF(after.x, after.y))

    def _touch(self, event: QTouchEvent) -> None:
        points = event.points()
        if event.type() == QEvent.Type.TouchCancel:
            self._current = []
            self._pause_scrolling(False)
            self.update()
        elif points:
            # Only the first finger writes: the ball of the hand often lies on the glass.
            first = min(points, key=lambda point: point.id())
            if event.type() == QEvent.Type.TouchBegin:
                self._pause_scrolling(True)
                self._begin(first.position(), PRESSURE_UNKNOWN)
            elif event.type() == QEvent.Type.TouchUpdate:
                self._extend(first.position(), PRESSURE_UNKNOWN)
            elif event.type() == QEvent.Type.TouchEnd:
                self._finish()
                self._pause_scrolling(False)

    def _pause_scrolling(self, paused: bool) -> None:
        """A page that scrolls by touch must stand still while somebody signs on it."""
        ancestor = self.parentWidget()
        while ancestor is not None:
            if isinstance(ancestor, QAbstractScrollArea) and QScroller.hasScroller(ancestor.viewport()):
                if paused:
                    QScroller.ungrabGesture(ancestor.viewport())
                else:
                    QScroller.grabGesture(ancestor.viewport(), QScroller.ScrollerGestureType.TouchGesture)
            ancestor = ancestor.parentWidget()

    def _begin(self, place: QPointF, pressure: float) -> None:
        if self.read_only:
            return
        if not self._strokes:
            self._paper = self.size()
        if self._began is None:
            self._began = self._seconds()
        self._current = [self._point(place, pressure)]
        self.update()

    def _extend(self, place: QPointF, pressure: float) -> None:
        if self._current:
            self._current.append(self._point(place, pressure))
            self.update()

    def _finish(self) -> None:
        if self._current:
            self._strokes.append(tuple(self._current))
            self._current = []
            self.update()
            self.stroked.emit()

    def _point(self, place: QPointF, pressure: float) -> Point:
        began = self._began if self._began is not None else self._seconds()
        x = min(max(place.x(), 0.0), float(self.width())) / self._factor()
        y = min(max(place.y(), 0.0), float(self.height())) / self._factor()
        return Point(x, y, round((self._seconds() - began) * 1000), min(max(pressure, 0.0), 1.0))

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()
