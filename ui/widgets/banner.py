"""Banners: a sentence across the page about a state that lasts. Layer 5."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import theme as look
from ui.theme import RADIUS_CARD, StatusKind, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.card import IconMark
from ui.widgets.labels import Text, Tone

_ICONS: dict[StatusKind, str] = {
    StatusKind.INFO: "info",
    StatusKind.OK: "circle-check",
    StatusKind.WARN: "triangle-alert",
    StatusKind.DANGER: "circle-alert",
    StatusKind.MUTE: "info",
}
_TONES: dict[StatusKind, Tone] = {
    StatusKind.INFO: "info",
    StatusKind.OK: "ok",
    StatusKind.WARN: "warn",
    StatusKind.DANGER: "danger",
    StatusKind.MUTE: "soft",
}


class Banner(QWidget):
    """What happened, that nothing is lost, what to do; with an optional button.

    Signals: action() when the button is tapped.
    """

    action = Signal()

    def __init__(
        self,
        text: str,
        kind: StatusKind = StatusKind.INFO,
        *,
        button: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._mark = IconMark(_ICONS[kind], tone=kind)
        self._text = Text(text, tone=_TONES[kind], wrap=True)
        self._button = Button(button)
        self._button.clicked.connect(self.action)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 10, 10, 10)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._mark, 0, 0)
        self._grid.addWidget(self._text, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(text)
        look.follow(self, self._restyle)
        self._button.setVisible(bool(button))  # in the layout since _restyle; before, it would be a window

    def set_message(self, text: str, kind: StatusKind, *, button: str = "") -> None:
        """Say something else."""
        self._kind = kind
        self._mark.set_mark(_ICONS[kind], kind)
        self._text.setText(text)
        self._text.set_tone(_TONES[kind])
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        pair = look.current().colors.status(self._kind)
        painter = painting.begin(self)
        painting.frame(painter, QRectF(self.rect()), RADIUS_CARD, fill=pair.tint)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        # With large text the button goes under the sentence, or the sentence would be a narrow column.
        row, column = (1, 1) if theme.scale >= look.TextScale.LARGER else (0, 2)
        self._grid.addWidget(self._button, row, column, Qt.AlignmentFlag.AlignLeft)
        self._grid.setContentsMargins(16, 10, 12, 10)
        self._grid.setRowMinimumHeight(0, max(theme.icon, theme.px(28)))
        self.update()
