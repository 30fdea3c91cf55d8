"""The steps of a form with their state: done, current, open, and how many required answers miss. Layer 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.chip import chip_size, paint_chip

_PAD = 12


class SectionState(StrEnum):
    """State of one step."""

    DONE = "done"
    CURRENT = "current"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Section:
    """One step: its key, title, state, and how many required answers are missing."""

    key: str
    title: str
    state: SectionState = SectionState.OPEN
    missing: int = 0


_ICONS = {
    SectionState.DONE: "circle-check",
    SectionState.CURRENT: "circle-dot",
    SectionState.OPEN: "circle",
}


class SectionRow(QPushButton):
    """One tappable step. Signals: walked(by) when an arrow key leads to another one, by -1 or 1."""

    walked = Signal(int)

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = section
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.follow(self, self._restyle)
        self.set_section(section)

    def set_section(self, section: Section) -> None:
        """Show the step as it is now."""
        self.section = section
        self.setAccessibleName(", ".join(filter(None, (section.title, *self._state_words()))))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = look.current()
        text = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(self.section.title)
        return QSize(text + self._beside() + 4, theme.target)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """A title that touch has no tool tip for takes as many lines as it needs."""
        theme = look.current()
        font = theme.font(TextRole.STRONG)
        words = painting.wrapped_height(self.section.title, font, width - self._beside())
        return max(theme.target, words + _PAD)

    def _beside(self) -> int:
        """What a row takes beside its title."""
        theme = look.current()
        missing = str(self.section.missing) if self.section.missing else ""
        chip = chip_size(missing, theme).width() + 8 if missing else 0
        return 2 * _PAD + theme.icon + 10 + chip

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(2 * _PAD + theme.icon + theme.px(60), theme.target)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        current = self.section.state is SectionState.CURRENT
        painter = painting.begin(self)
        box = QRectF(self.rect())
        if current or self.underMouse() or self.isDown():
            fill = colors.primary_soft if current else colors.sunken
            painting.frame(painter, box, RADIUS_CONTROL, fill=fill)
        ink = {
            SectionState.DONE: colors.ok.ink,
            SectionState.CURRENT: colors.primary,
            SectionState.OPEN: colors.ink_3,
        }[self.section.state]
        side = theme.icon
        icons.paint(painter, _ICONS[self.section.state], ink, _PAD, (self.height() - side) / 2, side)
        right = self.width() - _PAD
        if self.section.missing:
            words = str(self.section.missing)
            size = chip_size(words, theme)
            right -= size.width()
            top = (self.height() - size.height()) / 2
            place = QRectF(right, top, size.width(), size.height())
            paint_chip(painter, place, words, StatusKind.WARN, theme)
            right -= 8
        left = _PAD + side + 10
        font = theme.font(TextRole.STRONG if current else TextRole.BODY)
        space = QRect(left, 0, right - left, self.height())
        painting.wrapped(painter, space, self.section.title, font, colors.ink if current else colors.ink_2)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk the steps, Enter opens one."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _state_words(self) -> tuple[str, str]:
        state = {
            SectionState.DONE: self.tr("已完成"),
            SectionState.CURRENT: self.tr("当前"),
            SectionState.OPEN: self.tr("未填"),
        }[self.section.state]
        missing = self.tr("缺 {0} 项").format(self.section.missing) if self.section.missing else ""
        return state, missing

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class SectionList(QWidget):
    """The steps in order. Signals: chosen(key) when the worker taps a step."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[SectionRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.setAccessibleName(self.tr("填写步骤"))

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these steps; rows are kept, so focus and scroll position stay."""
        for row, section in zip(self._rows, sections, strict=False):
            row.set_section(section)
        for section in sections[len(self._rows) :]:
            row = SectionRow(section)
            row.clicked.connect(self._on_clicked)
            row.walked.connect(self._on_walked)
            self._rows.append(row)
            self._column.addWidget(row)
        while len(self._rows) > len(sections):
            surplus = self._rows.pop()
            self._column.removeWidget(surplus)
            surplus.deleteLater()
        # The steps are one stop of the Tab key, the arrows walk inside: answers are two keys away, not ten.
        states = [row.section.state for row in self._rows]
        stop = states.index(SectionState.CURRENT) if SectionState.CURRENT in states else 0
        for place, row in enumerate(self._rows):
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == stop else Qt.FocusPolicy.ClickFocus)

    def rows(self) -> Sequence[SectionRow]:
        """The rows in order."""
        return tuple(self._rows)

    def _on_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, SectionRow):
            self.chosen.emit(row.section.key)

    def _on_walked(self, by: int) -> None:
        row = self.sender()
        if isinstance(row, SectionRow):
            place = self._rows.index(row) + by
            if 0 <= place < len(self._rows):
                self._rows[place].setFocus(Qt.FocusReason.TabFocusReason)
