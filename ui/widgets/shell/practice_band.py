"""The band that says on every page that this is practice, with the ways to begin anew and to end. Layer 5."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout


class PracticeBand(QWidget):
    """Signals: reset_wanted(), end_wanted()."""

    reset_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "practice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = Text(self.tr("这里的家庭都是虚构的，填什么都不会上传。"), TextRole.CAPTION, wrap=True)
        words.setMinimumWidth(120)
        reset = Button(self.tr("重新开始"), ButtonKind.TEXT, icon="rotate-ccw")
        reset.clicked.connect(self.reset_wanted)
        end = Button(self.tr("结束练习"), ButtonKind.TEXT, icon="log-out")
        end.clicked.connect(self.end_wanted)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=4)
        flow.addWidget(reset)
        flow.addWidget(end)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 2, 12, 2)
        row.setSpacing(12)
        row.addWidget(Chip(self.tr("练习"), StatusKind.WARN))
        row.addWidget(words, 1)
        row.addWidget(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("练习"))
