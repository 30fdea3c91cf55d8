"""Large tiles with an icon, of which one is chosen: for answers given in a hurry. Layer 5."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.choices import Choice, ChoiceGroup
from ui.widgets.layouts import EvenGridLayout

_PAD = 12
_GAP = 10


@dataclass(frozen=True, slots=True)
class Tile:
    """A choice with its icon; with a `tone` it has that status colour once chosen, and its icon always."""

    choice: Choice
    icon: str
    tone: StatusKind | None = None


class _TileButton(QRadioButton):
    """Icon left, words right with their hint below; or icon over the words."""

    def __init__(self, tile: Tile, *, upright: bool) -> None:
        super().__init__(tile.choice.label)
        self.tile = tile
        self._upright = upright
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """The group decides."""

    def sizeHint(self) -> QSize:
        width = self.minimumSizeHint().width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        label = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(self.text())
        if self._upright:
            words = min(label, theme.px(104))
            return QSize(max(theme.target, words + 2 * _PAD), theme.target)
        words = min(label, theme.px(150))
        return QSize(words + self._words_left(theme) + _PAD, theme.target)

    def heightForWidth(self, width: int) -> int:
        theme = look.current()
        if self._upright:
            words = painting.wrapped_height(self.text(), theme.font(TextRole.STRONG), width - 2 * _PAD)
            return max(theme.target, theme.px(30) + 6 + words + 2 * _PAD)
        return max(theme.target, sum(self._heights(width, theme)) + 2 * _PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        on, lit = self.isChecked(), self.underMouse() or self.isDown()
        tone = colors.status(self.tile.tone) if self.tile.tone is not None else None
        strong = tone.ink if tone is not None else colors.primary
        soft = tone.tint if tone is not None else colors.primary_soft
        line = strong if on else colors.danger.ink if self.property("invalid") else colors.border
        fill = soft if on else colors.sunken if lit else colors.surface
        painting.frame(painter, box, RADIUS_CONTROL, fill=fill, line=line, width=3 if on else 1)
        mark = strong if on or tone is not None else colors.ink_2
        ink = strong if on else colors.ink
        side = self._icon_side(theme)
        if self._upright:
            words = QRect(_PAD, 0, self.width() - 2 * _PAD, 0)
            height = painting.wrapped_height(self.text(), theme.font(TextRole.STRONG), words.width())
            top = (self.height() - side - 6 - height) // 2
            icons.paint(painter, self.tile.icon, mark, (self.width() - side) / 2, top, side)
            painter.setFont(theme.font(TextRole.STRONG))
            painter.setPen(theme.color(ink))
            words = QRect(_PAD, top + side + 6, words.width(), height)
            painter.drawText(words, int(painting.CENTER) | int(Qt.TextFlag.TextWordWrap), self.text())
        else:
            icons.paint(painter, self.tile.icon, mark, _PAD, (self.height() - side) / 2, side)
            left, width = self._words_left(theme), self.width() - self._words_left(theme) - _PAD
            label, hint = self._heights(self.width(), theme)
            top = (self.height() - label - hint) // 2
            strong_font = theme.font(TextRole.CARD_TITLE)
            painting.wrapped(painter, QRect(left, top, width, label), self.text(), strong_font, ink)
            below = QRect(left, top + label, width, hint)
            hint_ink = strong if on else colors.ink_2
            painting.wrapped(painter, below, self.tile.choice.hint, theme.font(TextRole.CAPTION), hint_ink)
        if self.hasFocus():
            painting.focus_ring(painter, box.adjusted(3, 3, -3, -3), RADIUS_CONTROL - 3, theme)
        painter.end()

    def _icon_side(self, theme: Theme) -> int:
        return theme.px(30 if self._upright else 34)

    def _words_left(self, theme: Theme) -> int:
        return _PAD + self._icon_side(theme) + _GAP

    def _heights(self, width: int, theme: Theme) -> tuple[int, int]:
        """Of the label and of the hint."""
        room = width - self._words_left(theme) - _PAD
        label = painting.wrapped_height(self.text(), theme.font(TextRole.CARD_TITLE), room)
        hint = self.tile.choice.hint
        return label, painting.wrapped_height(hint, theme.font(TextRole.CAPTION), room) if hint else 0


class TileChoices(ChoiceGroup):
    """One of several tiles. See ChoiceGroup for value, signals and keyboard.

    Args:
        columns: most tiles abreast.
        upright: icon over the words (short words, many tiles) instead of beside them.
    """

    def __init__(
        self,
        tiles: Sequence[Tile],
        *,
        columns: int,
        upright: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__([tile.choice for tile in tiles], parent=parent)
        grid = EvenGridLayout(self, gap=8, columns=columns)
        self.fill(grid, [_TileButton(tile, upright=upright) for tile in tiles])
        look.follow(self, self._restyle)

    def _restyle(self, theme: Theme) -> None:
        for button in self.buttons():
            button.updateGeometry()
            button.update()
