"""A photo over the whole window, with zoom by wheel, pinch, keys and buttons."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QHBoxLayout, QPinchGesture, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import TextRole
from ui.widgets import painting
from ui.widgets.buttons import Button, IconButton
from ui.widgets.labels import Text

_STEP = 1.25
_MOST = 8.0


class PictureSheet(QWidget):
    """The picture itself, fitted or enlarged. Drag moves it, double-tap fits it again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._words = ""
        self._zoom = 1.0
        self._middle = QPointF(0.5, 0.5)  # of the picture, as shares, at the middle of the sheet
        self._grabbed: QPointF | None = None
        self.setMinimumSize(200, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    @property
    def zoom(self) -> float:
        """How much larger than fitted."""
        return self._zoom

    @property
    def image(self) -> QImage:
        """The picture on the sheet; a null image while there is none."""
        return self._image

    def set_image(self, image: QImage, words: str = "") -> None:
        """Show a picture fitted; without one show `words`."""
        self._image = image
        self._words = words
        self.fit()

    def fit(self) -> None:
        """The whole picture."""
        self._zoom = 1.0
        self._middle = QPointF(0.5, 0.5)
        self.update()

    def enlarge(self, factor: float) -> None:
        """Zoom about the middle; never smaller than fitted."""
        self._zoom = min(_MOST, max(1.0, self._zoom * factor))
        self._hold()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        dark = theme.colors.bg if theme.colors.dark else theme.colors.toast
        painter.fillRect(self.rect(), theme.color(dark))
        if self._image.isNull():
            font = theme.font(TextRole.BODY)
            painting.elided(painter, self.rect(), self._words, font, theme.colors.photo_ink, painting.CENTER)
        else:
            painter.drawImage(self._place(), self._image)
        if self.hasFocus():
            painting.focus_ring(painter, QRectF(self.rect()), 0, theme)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.enlarge(pinch.scaleFactor())
                return True
        zooming = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is zooming:
            self.enlarge(1 + event.value())
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.enlarge(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and not self._image.isNull():
            place = self._place()
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            self._middle -= QPointF(moved.x() / place.width(), moved.y() / place.height())
            self._hold()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom > 1:
            self.fit()
        else:
            self.enlarge(2.5)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._hold()

    def _place(self) -> QRectF:
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        width, height = size.width() * self._zoom, size.height() * self._zoom
        left = self.width() / 2 - self._middle.x() * width
        top = self.height() / 2 - self._middle.y() * height
        return QRectF(left, top, width, height)

    def _hold(self) -> None:
        """Keep the picture on the sheet: no drifting off into emptiness."""
        if not self._image.isNull():
            place = self._place()
            shares = ((place.width(), self.width()), (place.height(), self.height()))
            x, y = (min(0.5, sheet / (2 * side)) if side > sheet else 0.5 for side, sheet in shares)
            self._middle = QPointF(min(max(self._middle.x(), x), 1 - x), min(max(self._middle.y(), y), 1 - y))
        self.update()


class PictureViewer(QWidget):
    """Covers the window it is opened in until closed (button, Esc).

    Signals: closed(), stepped(int) for the next (+1) or previous (−1) picture.
    """

    closed = Signal()
    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("查看照片"))
        self._caption = Text("", wrap=True)
        self._previous = IconButton("chevron-left", self.tr("上一张"))
        self._next = IconButton("chevron-right", self.tr("下一张"))
        smaller = IconButton("minus", self.tr("缩小"))
        larger = IconButton("plus", self.tr("放大"))
        self._close = Button(self.tr("关闭"), icon="x")
        self.sheet = PictureSheet()
        self.sheet.setAccessibleName(self.tr("照片"))
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self._caption, 1)
        for button in (self._previous, self._next, smaller, larger, self._close):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.sheet, 1)
        self._previous.clicked.connect(lambda: self.stepped.emit(-1))
        self._next.clicked.connect(lambda: self.stepped.emit(1))
        smaller.clicked.connect(lambda: self.sheet.enlarge(1 / _STEP))
        larger.clicked.connect(lambda: self.sheet.enlarge(_STEP))
        self._close.clicked.connect(self.close_viewer)
        self.hide()

    def open_over(self, window: QWidget) -> None:
        """Cover a window."""
        self.setParent(window)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def caption(self) -> str:
        """What stands above the picture."""
        return self._caption.text()

    def show_picture(self, image: QImage, caption: str, *, words: str = "", alone: bool = False) -> None:
        """Show a picture with its caption; `words` stand where there is none yet."""
        self._caption.setText(caption)
        self.sheet.set_image(image, words)
        self.sheet.setAccessibleName(self.tr("照片 {0}").format(caption))
        self._previous.setVisible(not alone)
        self._next.setVisible(not alone)

    def close_viewer(self) -> None:
        """Go back to the page."""
        parent = self.parentWidget()
        if parent is not None:
            parent.removeEventFilter(self)
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def event(self, event: QEvent) -> bool:
        # The window's Esc goes back a page; here it must only close the picture.
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, arrows step, + and − zoom."""
        act = {
            Qt.Key.Key_Escape: self.close_viewer,
            Qt.Key.Key_Left: lambda: self.stepped.emit(-1),
            Qt.Key.Key_Right: lambda: self.stepped.emit(1),
            Qt.Key.Key_Plus: lambda: self.sheet.enlarge(_STEP),
            Qt.Key.Key_Equal: lambda: self.sheet.enlarge(_STEP),
            Qt.Key.Key_Minus: lambda: self.sheet.enlarge(1 / _STEP),
            Qt.Key.Key_0: self.sheet.fit,
        }.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
