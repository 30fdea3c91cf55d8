"""Choice rows: six to twelve answers below each other with a radio circle or a check box. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.layouts import EvenGridLayout

MOST = 12
_PAD = 12
_GAP = 10


class _RadioRow(QRadioButton):
    """Row of a single choice."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.label)
        self.choice = choice
        _prepare(self)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """The group decides."""

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return _least(self)

    def heightForWidth(self, width: int) -> int:
        return _height(self, self.choice.hint, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, self.choice.hint, "circle-dot" if self.isChecked() else "circle")


class _CheckRow(QCheckBox):
    """Row of a multiple choice."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.label)
        self.choice = choice
        _prepare(self)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """The group decides."""

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return _least(self)

    def heightForWidth(self, width: int) -> int:
        return _height(self, self.choice.hint, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, self.choice.hint, "square-check" if self.isChecked() else "square")


class ChoiceList(ChoiceGroup):
    """Rows of choices. See ChoiceGroup for value, signals and keyboard.

    Args:
        columns: most rows abreast; they fall to one column where labels need the width.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        multiple: bool = False,
        clearable: bool = False,
        columns: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(choices, multiple=multiple, clearable=clearable, parent=parent)
        grid = EvenGridLayout(self, gap=8, columns=columns)
        make = _CheckRow if multiple else _RadioRow
        self.fill(grid, [make(choice) for choice in choices])
        look.follow(self, self._restyle)

    def _restyle(self, theme: Theme) -> None:
        for button in self.buttons():
            button.updateGeometry()
            button.update()


def _prepare(button: QAbstractButton) -> None:
    # Not Fixed: a label of two lines must get the height the grid gives its row.
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)
    button.setAttribute(Qt.WidgetAttribute.WA_Hover)


def _hint(button: QAbstractButton) -> QSize:
    theme = look.current()
    words = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(button.text())
    return QSize(words + 2 * _PAD + theme.icon + _GAP + 4, theme.target)


def _least(button: QAbstractButton) -> QSize:
    theme = look.current()
    return QSize(min(_hint(button).width(), theme.px(220)), theme.target)


def _inner(width: int, theme: Theme) -> int:
    return width - 2 * _PAD - theme.icon - _GAP


def _height(button: QAbstractButton, hint: str, width: int) -> int:
    theme = look.current()
    inner = _inner(width, theme)
    height = painting.wrapped_height(button.text(), theme.font(TextRole.STRONG), inner)
    if hint:
        height += painting.wrapped_height(hint, theme.font(TextRole.CAPTION), inner)
    return max(theme.target, height + 14)


def _paint(button: QAbstractButton, hint: str, icon: str) -> None:
    theme = look.current()
    colors = theme.colors
    painter = painting.begin(button)
    box = QRectF(button.rect())
    on, enabled = button.isChecked(), button.isEnabled()
    lit = enabled and (button.underMouse() or button.isDown())
    fill = colors.primary_soft if on else colors.sunken if lit or not enabled else colors.surface
    line = colors.primary if on else colors.border if enabled else colors.line
    if button.property("invalid") and not on:
        line = colors.danger.ink
    painting.frame(painter, box, RADIUS_CONTROL, fill=fill, line=line, width=2 if on else 1)
    side = theme.icon
    ink = colors.primary if on else colors.ink_3
    icons.paint(painter, icon, ink, _PAD, (button.height() - side) / 2, side)
    left, inner = _PAD + side + _GAP, _inner(button.width(), theme)
    font, small = theme.font(TextRole.STRONG if on else TextRole.BODY), theme.font(TextRole.CAPTION)
    label = painting.wrapped_height(button.text(), font, inner)
    below = painting.wrapped_height(hint, small, inner) if hint else 0
    top = (button.height() - label - below) // 2
    flags = painting.LEFT | Qt.TextFlag.TextWordWrap
    painter.setFont(font)
    painter.setPen(theme.color(colors.ink if enabled else colors.ink_2))
    painter.drawText(QRect(left, top, inner, label), flags, button.text())
    if hint:
        painter.setFont(small)
        painter.setPen(theme.color(colors.ink_2))
        painter.drawText(QRect(left, top + label, inner, below), flags, hint)
    if button.hasFocus():
        painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
    painter.end()
