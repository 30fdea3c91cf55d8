"""Counts at a glance: one-line tiles for the day and figure cards for statistics. Layer 5."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CARD, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import Text

_PAD = 14
_GAP = 8
_LINE = 56  # height at 100 %
_WIDEST = 680  # pixels a tile may ask for: a page of an 800-px tablet; a longer label takes two lines


class StatTile(QPushButton):
    """Icon, label, figure and unit in one 56-px line. Tapping it (clicked) opens what is counted.

    Args:
        tappable: False makes it a plain figure without hover and focus.
    """

    def __init__(
        self,
        label: str,
        *,
        icon: str,
        tone: StatusKind = StatusKind.MUTE,
        tappable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._icon = icon
        self._tone = tone
        self._figure = ""
        self._unit = ""
        self._tappable = tappable
        if not tappable:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, tappable)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(label)
        look.follow(self, self._restyle)

    def set_figure(self, figure: str, unit: str = "") -> None:
        """Show a count, e.g. ("41", "/ 63") or ("6", "户")."""
        self._figure, self._unit = figure, unit
        self.setAccessibleName(f"{self._label} {figure} {unit}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = look.current()
        return QSize(self._content_width(theme) + theme.px(24), self._height(theme))

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(min(_WIDEST, self._content_width(theme)), self._height(theme))

    def heightForWidth(self, width: int) -> int:
        theme = look.current()
        height = self._height(theme)
        if width >= self._content_width(theme):
            return height
        return max(height, 2 * QFontMetrics(theme.font(TextRole.BODY)).lineSpacing() + _PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        lit = self._tappable and (self.underMouse() or self.isDown())
        fill = colors.sunken if lit else colors.surface
        painting.frame(painter, box, RADIUS_CARD, fill=fill, line=colors.line)
        side = theme.icon
        ink = colors.status(self._tone).ink
        icons.paint(painter, self._icon, ink, _PAD, (self.height() - side) / 2, side)
        right = self.width() - _PAD
        unit_font, figure_font = theme.font(TextRole.CAPTION), _figure_font(theme)
        if self._unit:
            width = QFontMetrics(unit_font).horizontalAdvance(self._unit)
            # Figure and unit stand on one base line, as in print.
            drop = QFontMetrics(figure_font).descent() - QFontMetrics(unit_font).descent()
            middle = QRect(right - width, round(drop * 0.9), width + 1, self.height())
            painting.elided(painter, middle, self._unit, unit_font, colors.ink_2, painting.RIGHT)
            right -= width + _GAP
        width = QFontMetrics(figure_font).horizontalAdvance(self._figure) + 1
        place = QRect(right - width, 0, width, self.height())
        painting.elided(painter, place, self._figure, figure_font, colors.ink, painting.RIGHT)
        left = _PAD + side + _GAP
        space = QRect(left, 0, right - width - _GAP - left, self.height())
        font = theme.font(TextRole.BODY)
        if QFontMetrics(font).horizontalAdvance(self._label) <= space.width():
            painting.elided(painter, space, self._label, font, colors.ink_2)
        else:
            painting.wrapped(painter, space, self._label, font, colors.ink_2)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CARD, theme)
        painter.end()

    def _content_width(self, theme: Theme) -> int:
        parts = (
            (self._label, theme.font(TextRole.BODY)),
            (self._figure, _figure_font(theme)),
            (self._unit, theme.font(TextRole.CAPTION)),
        )
        text = sum(QFontMetrics(font).horizontalAdvance(words) + _GAP for words, font in parts if words)
        return 2 * _PAD + theme.icon + text + 20  # a figure touching its label would read as one word

    def _height(self, theme: Theme) -> int:
        return max(theme.target, theme.px(_LINE))

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class FigureCard(Card):
    """A statistic: label, large figure with unit, and a chip that judges it in words."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._label = label
        self.body.setSpacing(4)
        self.body.addWidget(Text(label, tone="soft"))
        line = QHBoxLayout()
        line.setSpacing(_GAP)
        self._figure = Text("", TextRole.FIGURE)
        self._unit = Text("", TextRole.CAPTION)
        look.follow(self, self._restyle)
        line.addWidget(self._figure)
        line.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(line)
        self._chip = Chip("")
        self.body.addWidget(self._chip)
        self._chip.hide()

    def set_figure(self, figure: str, unit: str = "") -> None:
        """Show the value."""
        self._figure.setText(figure)
        self._unit.setText(unit)
        self.setAccessibleName(f"{self._label} {figure} {unit}".strip())

    def _restyle(self, theme: Theme) -> None:
        # Figure and unit stand on one base line, as in print.
        figure, unit = theme.font(TextRole.FIGURE), theme.font(TextRole.CAPTION)
        lift = QFontMetrics(figure).descent() - QFontMetrics(unit).descent()
        self._unit.setContentsMargins(0, 0, 0, lift)

    def set_verdict(self, text: str, kind: StatusKind) -> None:
        """Show the chip, e.g. 较上月 +8%; "" hides it."""
        self._chip.set_status(text, kind)
        self._chip.setVisible(bool(text))


def _figure_font(theme: Theme) -> QFont:
    """The page-title step: a 56-px line has no room for the figure step."""
    return theme.font(TextRole.PAGE_TITLE, tabular=True)
