"""Segmented choice: up to five answers side by side, wrapping into rows when narrow. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.layouts import EvenGridLayout

MOST = 5
_PAD = 12
_WRAP_AT = 6  # characters a segment shows on one line before it may break


class _RadioSegment(QRadioButton):
    """Segment of a single choice; a radio button to screen readers."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
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
        return _height(self, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, tick=False)


class _CheckSegment(QCheckBox):
    """Segment of a multiple choice; a check box to screen readers, with a tick when chosen."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
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
        return _height(self, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, tick=True)


class Segmented(ChoiceGroup):
    """Up to five choices as equal boxes. See ChoiceGroup for value, signals and keyboard."""

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        multiple: bool = False,
        clearable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(choices, multiple=multiple, clearable=clearable, parent=parent)
        grid = EvenGridLayout(self, gap=8, columns=MOST)
        make = _CheckSegment if multiple else _RadioSegment
        self.fill(grid, [make(choice.label) for choice in choices])
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


def _mark_width(button: QAbstractButton, theme: Theme) -> int:
    return theme.px(24) if isinstance(button, QCheckBox) else 0


def _hint(button: QAbstractButton) -> QSize:
    theme = look.current()
    words = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(button.text())
    width = max(theme.target, words + 2 * _PAD + 4 + _mark_width(button, theme))
    return QSize(width, theme.target)


def _least(button: QAbstractButton) -> QSize:
    theme = look.current()
    room = theme.px(17) * _WRAP_AT + 2 * _PAD + 4 + _mark_width(button, theme)
    return QSize(min(_hint(button).width(), room), theme.target)


def _height(button: QAbstractButton, width: int) -> int:
    theme = look.current()
    inner = width - 2 * _PAD - _mark_width(button, theme)
    return max(theme.target, painting.wrapped_height(button.text(), theme.font(TextRole.STRONG), inner) + 12)


def _paint(button: QAbstractButton, *, tick: bool) -> None:
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
    font = theme.font(TextRole.STRONG if on else TextRole.BODY)
    painter.setFont(font)
    painter.setPen(theme.color(colors.primary if on else colors.ink if enabled else colors.ink_2))
    words = button.rect().adjusted(_PAD, 0, -_PAD, 0)
    mark = _mark_width(button, theme)
    if tick:
        side = theme.px(18)
        text = min(QFontMetrics(font).horizontalAdvance(button.text()), words.width() - mark)
        left = words.left() + max(0, (words.width() - mark - text) // 2)
        name = "square-check" if on else "square"
        ink = colors.primary if on else colors.ink_3
        icons.paint(painter, name, ink, left, (button.height() - side) / 2, side)
        words.setLeft(left + mark)
        words.setWidth(text + 2)
    painter.drawText(words, painting.CENTER | Qt.TextFlag.TextWordWrap, button.text())
    if button.hasFocus():
        painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
    painter.end()
