"""Answers with pictures: cards that hold a picture and its words, one or several to choose. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.choice_pictures import paint_picture
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.layouts import EvenGridLayout

_PAD = 10
_GAP = 8
_LEAST_WIDTH, _PICTURE_HEIGHT = 140, 108  # at 100 %
COLUMNS = 4


class _Picture:
    """What a card shows above its words; a card without one has words only."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self.image = QImage()


class _RadioCard(QRadioButton):
    """Card of a single choice."""

    def __init__(self, choice: Choice, *, pictured: bool) -> None:
        super().__init__(choice.label)
        self.picture = _Picture(wanted=pictured)
        _prepare(self)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """The group decides."""

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return _least()

    def heightForWidth(self, width: int) -> int:
        return _height(self, self.picture, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, self.picture, "circle-dot" if self.isChecked() else "circle")


class _CheckCard(QCheckBox):
    """Card of a multiple choice."""

    def __init__(self, choice: Choice, *, pictured: bool) -> None:
        super().__init__(choice.label)
        self.picture = _Picture(wanted=pictured)
        _prepare(self)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """The group decides."""

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return _least()

    def heightForWidth(self, width: int) -> int:
        return _height(self, self.picture, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, self.picture, "square-check" if self.isChecked() else "square")


class PictureChoices(ChoiceGroup):
    """Cards of choices. See ChoiceGroup for value, signals and keyboard.

    Args:
        pictured: values of the choices whose pictures `show_picture` will bring.
        columns: most cards abreast.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        pictured: Sequence[str],
        *,
        multiple: bool = False,
        clearable: bool = False,
        columns: int = COLUMNS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(choices, multiple=multiple, clearable=clearable, parent=parent)
        make = _CheckCard if multiple else _RadioCard
        cards = [make(choice, pictured=choice.value in pictured) for choice in choices]
        self._cards: dict[str, _RadioCard | _CheckCard] = {
            choice.value: card for choice, card in zip(choices, cards, strict=True)
        }
        self.fill(EvenGridLayout(self, gap=8, columns=columns), cards)
        look.follow(self, self._restyle)

    def show_picture(self, value: str, image: QImage) -> None:
        """The picture of a choice has come."""
        card = self._cards[value]
        card.picture.image = image
        card.update()

    def pictures(self) -> dict[str, QImage]:
        """The pictures on show, by value."""
        return {value: card.picture.image for value, card in self._cards.items() if card.picture.wanted}

    def _restyle(self, theme: Theme) -> None:
        for button in self.buttons():
            button.updateGeometry()
            button.update()


def _prepare(button: QAbstractButton) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)
    button.setAttribute(Qt.WidgetAttribute.WA_Hover)


def _least() -> QSize:
    theme = look.current()
    return QSize(theme.px(_LEAST_WIDTH), theme.target)


def _hint(button: QAbstractButton) -> QSize:
    theme = look.current()
    words = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(button.text())
    width = max(theme.px(_LEAST_WIDTH), words + 2 * _PAD + theme.icon + _GAP)
    return QSize(width, button.heightForWidth(width))


def _height(button: QAbstractButton, picture: _Picture, width: int) -> int:
    theme = look.current()
    inner = width - 2 * _PAD - theme.icon - _GAP
    words = max(theme.icon, painting.wrapped_height(button.text(), theme.font(TextRole.STRONG), inner))
    above = theme.px(_PICTURE_HEIGHT) + _GAP if picture.wanted else 0
    return max(theme.target, words + above + 2 * _PAD)


def _paint(button: QAbstractButton, picture: _Picture, icon: str) -> None:
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
    top = _PAD
    if picture.wanted:
        place = QRect(_PAD, top, button.width() - 2 * _PAD, theme.px(_PICTURE_HEIGHT))
        paint_picture(painter, place, picture.image, theme)
        top = place.bottom() + 1 + _GAP
    side = theme.icon
    room = button.height() - _PAD - top
    ink = colors.primary if on else colors.ink_3
    icons.paint(painter, icon, ink, _PAD, top + (room - side) / 2, side)
    words = QRect(_PAD + side + _GAP, top, button.width() - 2 * _PAD - side - _GAP, room)
    font = theme.font(TextRole.STRONG if on else TextRole.BODY)
    painting.wrapped(painter, words, button.text(), font, colors.ink if enabled else colors.ink_2)
    if button.hasFocus():
        painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
    painter.end()
