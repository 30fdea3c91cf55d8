"""A scale of answers side by side on a line: likert and rating questions. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.layouts import EvenGridLayout

_PAD = 6
_GAP = 4
_WRAP_AT = 4  # characters a point shows on one line before they may break


class LikertPoint(QRadioButton):
    """One point of the scale, its words below it.

    Attributes:
        first, last: where the line ends.
        words_shown: a table that has the words in its head leaves them out here.
    """

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.first = self.last = False
        self.words_shown = True
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """The group decides."""

    def sizeHint(self) -> QSize:
        theme = look.current()
        words = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(self.text()) + 2 * _PAD
        width = max(theme.target, words) if self.words_shown else theme.target
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        four = theme.px(17) * _WRAP_AT + 2 * _PAD
        return QSize(max(theme.target, min(self.sizeHint().width(), four)), theme.target)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = look.current()
        if not self.words_shown:
            return theme.target
        words = painting.wrapped_height(self.text(), theme.font(TextRole.STRONG), width - 2 * _PAD)
        return max(theme.target, 2 * _PAD + theme.icon + _GAP + words)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        on, enabled = self.isChecked(), self.isEnabled()
        if on or (enabled and (self.underMouse() or self.isDown())):
            painting.frame(painter, box, RADIUS_CONTROL, fill=colors.primary_soft if on else colors.sunken)
        side = theme.icon
        top = _PAD if self.words_shown else (self.height() - side) / 2
        middle, line = self.width() / 2, top + side / 2
        painter.setPen(QPen(QColor(colors.danger.ink if self.property("invalid") else colors.border), 2))
        if not self.first:
            painter.drawLine(0, round(line), round(middle - side / 2), round(line))
        if not self.last:
            painter.drawLine(round(middle + side / 2), round(line), self.width(), round(line))
        ink = colors.primary if on else colors.ink_3
        icons.paint(painter, "circle-dot" if on else "circle", ink, middle - side / 2, top, side)
        if self.words_shown:
            self._paint_words(painter, theme, round(top + side + _GAP))
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _paint_words(self, painter: QPainter, theme: Theme, top: int) -> None:
        colors, on = theme.colors, self.isChecked()
        painter.setFont(theme.font(TextRole.STRONG if on else TextRole.BODY))
        ink = colors.primary if on else colors.ink if self.isEnabled() else colors.ink_2
        painter.setPen(theme.color(ink))
        words = QRect(_PAD, top, self.width() - 2 * _PAD, self.height() - top)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, flags, self.text())


class Likert(ChoiceGroup):
    """A scale with one answer. See ChoiceGroup for value, signals and keyboard.

    Where the points do not fit abreast they continue on further lines of equal columns.
    """

    def __init__(
        self, choices: Sequence[Choice], *, clearable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(choices, clearable=clearable, parent=parent)
        grid = EvenGridLayout(self, gap=0, columns=max(1, len(choices)))
        points = [LikertPoint(choice.label) for choice in choices]
        if points:
            points[0].first = points[-1].last = True
        self.fill(grid, points)
        look.follow(self, self._restyle)

    def show_words(self, shown: bool) -> None:
        """Words below the points, or only the points."""
        for button in self.buttons():
            if isinstance(button, LikertPoint) and button.words_shown is not shown:
                button.words_shown = shown
                button.updateGeometry()
                button.update()

    def _restyle(self, theme: Theme) -> None:
        for button in self.buttons():
            button.updateGeometry()
            button.update()
