"""Signature pad for mouse, finger and pen; keeps strokes with time, not only a picture. Layer 5."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QTabletEvent, QTouchEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QScroller, QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.inputs.editor import Editor, text_of
from ui.widgets.inputs.strokes import Point, Signature, Stroke

_THIN, _THICK = 1.8, 4.6  # pen width in logical pixels without and with full pressure
_PNG_SCALE = 2
PRESSURE_UNKNOWN: Final = 0.5


class SignatureSheet(QWidget):
    """The paper: takes strokes from mouse, touch and pen. Signals: stroked() after each finished stroke."""

    stroked = Signal()

    def __init__(self, seconds: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._began: float | None = None
        self._strokes: list[Stroke] = []
        self._current: list[Point] = []
        self._prompt = self.tr("请在此处签名")
        self.read_only = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        look.follow(self, self._restyle)

    def signature(self) -> Signature:
        """The strokes finished so far."""
        return Signature(self.width(), self.height(), tuple(self._strokes))

    def set_signature(self, signature: Signature) -> None:
        """Show stored strokes, fitted to this sheet."""
        self._strokes = list(signature.fitted(self.width(), self.height()).strokes)
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
        return QSize(480, look.current().px(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, look.current().px(200))

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
        self._draw(painter, QColor(colors.paper_ink))
        painter.end()

    def image(self) -> QImage:
        """The strokes alone, twice the size, on transparent ground."""
        image = QImage(self.size() * _PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_PNG_SCALE, _PNG_SCALE)
        self._draw(painter, QColor(look.current().colors.paper_ink))
        painter.end()
        return image

    def _draw(self, painter: QPainter, ink: QColor) -> None:
        pen = QPen(ink, _THIN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        for stroke in (*self._strokes, tuple(self._current)):
            for before, after in zip(stroke, stroke[1:] or stroke, strict=False):
                pen.setWidthF(_THIN + (_THICK - _THIN) * after.pressure)
                painter.setPen(pen)
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
        x = min(max(place.x(), 0.0), float(self.width()))
        y = min(max(place.y(), 0.0), float(self.height()))
        return Point(x, y, round((self._seconds() - began) * 1000), min(max(pressure, 0.0), 1.0))

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class SignaturePad(Editor):
    """Sheet with 撤销一笔 and 重签. Value: the strokes as JSON text, "" when nothing is written.

    Args:
        seconds: a rising clock for the time of the points.
    """

    def __init__(
        self, *, seconds: Callable[[], float] = time.monotonic, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.sheet = SignatureSheet(seconds)
        self.sheet.stroked.connect(self._on_change)
        self._undo = Button(self.tr("撤销一笔"), ButtonKind.TEXT, icon="undo-2")
        self._clear = Button(self.tr("重签"), ButtonKind.TEXT, icon="trash-2")
        self._undo.clicked.connect(self._on_undo)
        self._clear.clicked.connect(self._on_clear)
        tools = QHBoxLayout()
        tools.addStretch(1)
        tools.addWidget(self._undo)
        tools.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.sheet)
        column.addLayout(tools)
        self.describe(self.tr("签名"))
        self._enable()

    def value(self) -> str:
        """Strokes with time as JSON; "" without a stroke."""
        signature = self.sheet.signature()
        return signature.to_json() if signature.strokes else ""

    def set_value(self, value: object) -> None:
        text = text_of(value)
        if text:
            self.sheet.set_signature(Signature.from_json(text))
        else:
            self.sheet.clear()
        self._enable()

    def png(self) -> bytes:
        """The strokes as a PNG with transparent ground, twice the logical size."""
        store = QByteArray()
        buffer = QBuffer(store)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.sheet.image().save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(store.data())

    def svg(self) -> str:
        """The strokes as SVG for printing."""
        return self.sheet.signature().to_svg(look.current().colors.paper_ink)

    def set_invalid(self, invalid: bool) -> None:
        self.sheet.setProperty("invalid", invalid)
        self.sheet.update()

    def set_read_only(self, read_only: bool) -> None:
        self.sheet.read_only = read_only
        self._undo.setVisible(not read_only)
        self._clear.setVisible(not read_only)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.sheet.setAccessibleName(name)
        self.sheet.setAccessibleDescription(description)

    def _on_undo(self) -> None:
        self.sheet.undo()
        self._on_change()

    def _on_clear(self) -> None:
        self.sheet.clear()
        self._on_change()

    def _on_change(self) -> None:
        self._enable()
        self.changed.emit(self.value())
        self.committed.emit(self.value())

    def _enable(self) -> None:
        written = bool(self.sheet.signature().strokes)
        self._undo.setEnabled(written)
        self._clear.setEnabled(written)
