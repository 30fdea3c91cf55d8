"""Progress: a rounded bar, and a row of text, bar and cancel for work above one second. Layer 5."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.labels import ElidedText, Text


class ProgressLine(QProgressBar):
    """A rounded bar; `setRange(0, 0)` while the amount is unknown shows a standing third."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("进度"))
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(160, look.current().px(10))

    def minimumSizeHint(self) -> QSize:
        return QSize(48, look.current().px(10))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = look.current().colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        radius = box.height() / 2
        painting.frame(painter, box, radius, fill=colors.sunken)
        if self.maximum() > self.minimum():
            share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
            if share > 0:
                box.setWidth(max(box.height(), box.width() * min(1.0, share)))
                painting.frame(painter, box, radius, fill=colors.primary)
        else:
            third = box.width() / 3
            painting.frame(painter, box.adjusted(third, 0, -third, 0), radius, fill=colors.primary)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class ProgressRow(QWidget):
    """What is being done, how far, and 取消. Signals: cancelled() when 取消 is tapped.

    The row never hides itself: the owner removes it when the work ends.
    """

    cancelled = Signal()

    def __init__(self, text: str = "", *, can_cancel: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout()
        column.setSpacing(8)
        words = QHBoxLayout()
        self._text = ElidedText(text)
        self._count = Text("", tone="soft")
        words.addWidget(self._text, 1)
        words.addWidget(self._count)
        column.addLayout(words)
        self._bar = ProgressLine()
        self._bar.setRange(0, 0)
        column.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(column, 1)
        self._cancel = Button(self.tr("取消"), ButtonKind.TEXT)
        self._cancel.clicked.connect(self._on_cancel)
        row.addWidget(self._cancel)
        self._cancel.setVisible(can_cancel)
        self.setAccessibleName(text)

    def set_progress(self, done: int, total: int, text: str | None = None) -> None:
        """Show `done` of `total`; total 0 means the amount is not known yet."""
        if text is not None:
            self._text.setText(text)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._count.setText(f"{done} / {total}" if total else "")
        self.setAccessibleName(f"{self._text.text()} {self._count.text()}".strip())

    def _on_cancel(self) -> None:
        # One tap is enough: the worker stops at its next safe point, a second signal would be noise.
        self._cancel.setEnabled(False)
        self.cancelled.emit()
