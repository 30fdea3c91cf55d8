"""The form's footer: saved or not, back, next or submit. Layer 5."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fieldapp.domain.clock import COUNTY_ZONE
from ui import shortcuts
from ui import theme as look
from ui.shortcuts import Act
from ui.theme import StatusKind, Theme
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import IconMark
from ui.widgets.filling.saving import Saving, SavingState
from ui.widgets.labels import ElidedText


class FormFooter(QWidget):
    """Signals: back(), forward() (next section or submission)."""

    back = Signal()
    forward = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = IconMark("circle-check", tone=StatusKind.OK)
        self.saved = ElidedText("", tone="soft")
        self.back_button = Button(self.tr("上一步"), icon="chevron-left")
        self.back_button.clicked.connect(self.back)
        self.forward_button = Button("", ButtonKind.PRIMARY)
        self.forward_button.clicked.connect(self.forward)
        shortcuts.tell(self.back_button, Act.STEP_BACK)
        shortcuts.tell(self.forward_button, Act.FORWARD)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addWidget(self.saved, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.forward_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().boundedTo(QSize(760, 1 << 14))

    def set_back(self, words: str) -> None:
        """Name where the way back leads."""
        self.back_button.setAccessibleName(words)
        if look.current().scale < look.TextScale.HUGE:  # else the room goes to the words about saving
            self.back_button.setText(words)

    def show_saving(self, saving: Saving) -> None:
        """Say whether everything is on the disk."""
        time = f"{saving.at.astimezone(COUNTY_ZONE):%H:%M}" if saving.at is not None else ""
        if saving.state is SavingState.FAILED:
            self._mark.set_mark("circle-alert", StatusKind.DANGER)
            self.saved.setText(self.tr("还没有存上：{0}").format(saving.problem))
            self.saved.set_tone("danger")
            return
        self.saved.set_tone("soft")
        if saving.state is SavingState.SAVING:
            self._mark.set_mark("clock", StatusKind.MUTE)
            self.saved.setText(self.tr("正在保存…"))
        else:
            self._mark.set_mark("circle-check", StatusKind.OK)
            self.saved.setText(self.tr("已自动保存 {0}").format(time))

    def show_steps(self, *, first: bool, next_title: str, busy: bool) -> None:
        """Show where the buttons lead; without a next section the way on is submission."""
        self.back_button.setEnabled(not first and not busy)
        if next_title:
            words = self.tr("下一步：{0}").format(next_title)
            self.forward_button.set_icon("")
            self.forward_button.setAccessibleName(words)
            if look.current().scale >= look.TextScale.HUGE:
                words = self.tr("下一步")  # the room goes to the words about saving
        else:
            words = self.tr("提交")
            self.forward_button.set_icon("check")
            self.forward_button.setAccessibleName(words)
        self.forward_button.setText(words)
        self.forward_button.setEnabled(not busy)

    def show_submit(self, words: str, icon: str, *, busy: bool) -> None:
        """A form of one page: the way on is handing it in."""
        self.forward_button.setText(words)
        self.forward_button.set_icon(icon)
        self.forward_button.setAccessibleName(words)
        self.forward_button.setEnabled(not busy)

    def _restyle(self, theme: Theme) -> None:
        # With the largest text the two buttons need most of the room.
        large = theme.scale >= look.TextScale.HUGE
        self.saved.setMinimumWidth(theme.px(40) if large else theme.px(110))
        self.updateGeometry()
