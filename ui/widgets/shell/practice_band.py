"""The band that says on every page that this is practice, with the ways to begin anew and to end. Layer 5."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.chip import Chip
from ui.widgets.labels import Text

_WORDS_FROM: Final = 640  # width at 100 %
_BUTTONS_FROM: Final = 480


class PracticeBand(QWidget):
    """Signals: reset_wanted(), end_wanted()."""

    reset_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "practice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        said = self.tr("这里的家庭都是虚构的，填什么都不会上传。")
        self._words = Text(said, TextRole.CAPTION, wrap=True)
        self._reset = Button(self.tr("重新开始"), ButtonKind.TEXT, icon="rotate-ccw")
        self._reset.clicked.connect(self.reset_wanted)
        self._end = Button(self.tr("结束练习"), ButtonKind.TEXT, icon="log-out")
        self._end.clicked.connect(self.end_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 2, 12, 2)
        row.setSpacing(12)
        row.addWidget(Chip(self.tr("练习"), StatusKind.WARN))
        row.addWidget(self._words, 1)
        row.addStretch(0)
        for button in (self._reset, self._end):
            row.addWidget(button)
        self.setToolTip(said)
        self.setAccessibleDescription(said)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("练习"))
        look.follow(self, self._restyle)

    def minimumSizeHint(self) -> QSize:
        # Never a reason for a wider window: words give way below.
        return QSize(200, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle(look.current())

    def _restyle(self, theme: Theme) -> None:
        self._words.setVisible(self.width() >= theme.px(_WORDS_FROM))
        for button in (self._reset, self._end):
            button.set_icon_only(self.width() < theme.px(_BUTTONS_FROM))
