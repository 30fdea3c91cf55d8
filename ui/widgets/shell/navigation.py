"""Navigation: the same entries as a rail at the left or a tab bar at the bottom. Layer 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui import theme as look
from ui.shortcuts import ENTRY_KEYS, Act, keys_of, shown
from ui.theme import RADIUS_CONTROL, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.chip import chip_size, paint_chip

_LEAST_PX: Final = 15


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One page; `last` entries stand at the foot of the rail (设置).

    An `urgent` one (急难上报) is filled red; it is first on the rail and last in the tab bar, by the thumb.
    """

    key: str
    label: str
    icon: str
    last: bool = False
    urgent: bool = False


class NavButton(QPushButton):
    """Icon over label, with a count when something waits."""

    def __init__(
        self, entry: NavEntry, *, on_rail: bool, keys: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.entry = entry
        self._on_rail = on_rail
        self._count = 0
        self._tone = StatusKind.WARN
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Fixed)
        self.setAccessibleName(entry.label)
        self.setToolTip(f"{entry.label}  {keys}".strip())
        look.follow(self, self._restyle)

    def set_count(self, count: int, tone: StatusKind = StatusKind.WARN) -> None:
        """Show how much waits there; 0 shows nothing. DANGER where a deadline has passed."""
        self._count, self._tone = count, tone
        words = self.tr("{0} 项").format(count) if count else ""
        self.setAccessibleName(f"{self.entry.label} {words}".strip())
        self.update()

    def nextCheckState(self) -> None:
        """Navigation decides which entry is on."""

    def sizeHint(self) -> QSize:
        theme = look.current()
        label = QFontMetrics(_label_font(theme)).horizontalAdvance(self.entry.label)
        height = theme.icon + QFontMetrics(_label_font(theme)).height()
        if self._on_rail:
            return QSize(max(theme.px(84), label + 16), max(theme.target, height + theme.px(24)))
        return QSize(max(theme.target, label + 8), max(theme.target, height + 12))

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(theme.target, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        on, lit = self.isChecked(), self.underMouse() or self.isDown()
        if self.entry.urgent:
            fill, ink = colors.alarm_lit if lit else colors.alarm, colors.alarm_ink
        elif self._on_rail:
            fill = colors.rail_selected
            ink = colors.rail_selected_ink if on else colors.rail_ink
        else:
            fill = colors.primary_soft
            ink = colors.primary if on else colors.ink_2
        if on or lit or self.entry.urgent:
            if not on and not self.entry.urgent:
                painter.setOpacity(0.5)
            painting.frame(painter, box, RADIUS_CONTROL, fill=fill)
            painter.setOpacity(1)
        font = _label_font(theme, bold=on or self.entry.urgent)
        line = QFontMetrics(font).height()
        font = _fitted(font, self.entry.label, self.width() - 4)
        gap = 2
        top = (self.height() - theme.icon - gap - line) / 2
        left = (self.width() - theme.icon) / 2
        icons.paint(painter, self.entry.icon, ink, left, top, theme.icon)
        place = QRect(2, round(top + theme.icon + gap), self.width() - 4, line)
        painting.elided(painter, place, self.entry.label, font, ink, painting.CENTER)
        if self._count:
            words = str(self._count) if self._count < 100 else "99+"
            size = chip_size(words, theme)
            width = max(size.height(), size.width() - theme.px(8))
            spot = QRectF(min(left + theme.icon * 0.7, self.width() - width - 2), 2, width, size.height())
            paint_chip(painter, spot, words, self._tone, theme)
        if self.hasFocus():
            if self._on_rail or self.entry.urgent:
                painting.frame(
                    painter, box, RADIUS_CONTROL, fill=None, line=colors.rail_selected_ink, width=2
                )
            else:
                painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class _Navigation(QWidget):
    """Entries of which one is on. Signals: chosen(key) when the worker taps an entry."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[NavEntry], *, on_rail: bool, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, NavButton] = {}
        self._line: QBoxLayout = QVBoxLayout(self) if on_rail else QHBoxLayout(self)
        self._line.setSpacing(8)
        stretched = False
        keys = dict(zip((one.key for one in entries if not one.urgent), ENTRY_KEYS, strict=False))
        keys |= {one.key: keys_of(Act.URGENT)[0] for one in entries if one.urgent}
        for entry in _in_order(entries, urgent_first=on_rail):
            button = NavButton(entry, on_rail=on_rail, keys=shown(keys.get(entry.key, "")))
            button.clicked.connect(self._on_clicked)
            if on_rail and entry.last and not stretched:
                self._line.addStretch(1)
                stretched = True
            self._line.addWidget(button, 0 if on_rail else 1)
            self._buttons[entry.key] = button
        if on_rail and not stretched:
            self._line.addStretch(1)
        self.setAccessibleName(self.tr("主导航"))

    def set_current(self, key: str) -> None:
        """Show an entry as the one that is on; an unknown key switches all off."""
        for each, button in self._buttons.items():
            button.setChecked(each == key)

    def set_count(self, key: str, count: int, tone: StatusKind = StatusKind.WARN) -> None:
        """Show how much waits at an entry; a key that this worker has not is passed over."""
        if key in self._buttons:
            self._buttons[key].set_count(count, tone)

    def button(self, key: str) -> NavButton:
        """The button of an entry."""
        return self._buttons[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between the entries."""
        back = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Left)
        if back or event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Right):
            buttons = list(self._buttons.values())
            focused = self.focusWidget()
            if isinstance(focused, NavButton) and focused in buttons:
                step = -1 if back else 1
                buttons[(buttons.index(focused) + step) % len(buttons)].setFocus()
                return
        super().keyPressEvent(event)

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, NavButton):
            self.chosen.emit(button.entry.key)


class Rail(_Navigation):
    """Navigation at the left of wide windows."""

    def __init__(self, entries: Sequence[NavEntry], parent: QWidget | None = None) -> None:
        super().__init__(entries, on_rail=True, parent=parent)
        self._line.setContentsMargins(10, 14, 10, 14)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painter.fillRect(self.rect(), QColor(look.current().colors.rail))
        painter.end()


class TabBar(_Navigation):
    """Navigation at the foot of narrow windows."""

    def __init__(self, entries: Sequence[NavEntry], parent: QWidget | None = None) -> None:
        super().__init__(entries, on_rail=False, parent=parent)
        self._line.setContentsMargins(10, 8, 10, 8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = look.current().colors
        painter = painting.begin(self)
        painter.fillRect(self.rect(), QColor(colors.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(colors.line))
        painter.end()


def _in_order(entries: Sequence[NavEntry], *, urgent_first: bool) -> list[NavEntry]:
    return sorted(entries, key=lambda entry: entry.urgent is not urgent_first)


def _fitted(font: QFont, label: str, width: int) -> QFont:
    """The font, made smaller where a label would be cut: a whole word is read, a large half is not."""
    while font.pixelSize() > _LEAST_PX and QFontMetrics(font).horizontalAdvance(label) > width:
        font.setPixelSize(font.pixelSize() - 1)
    return font


def _label_font(theme: Theme, *, bold: bool = True) -> QFont:
    font = theme.font(TextRole.CAPTION)
    if bold:
        font.setWeight(theme.font(TextRole.STRONG).weight())
    return font
