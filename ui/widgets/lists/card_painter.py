"""Geometry and painting of one card, shared by the long list and single cards. Layer 5."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFontMetrics, QPainter

from ui import icons
from ui.theme import RADIUS_CARD, RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.avatar import AVATAR, paint_avatar
from ui.widgets.chip import chip_size, paint_chip
from ui.widgets.lists.card_model import CardContent

_PAD = 14
_GAP = 14
_CHIP_GAP = 8
_HEADING_PAD = 6
_INLINE_FROM = 620  # width at 100 % from which the right text has its own column
_STACK_BELOW = 400  # width at 100 % below which the button goes under the words


@dataclass(frozen=True, slots=True)
class CardState:
    """How a card is being touched."""

    hovered: bool = False
    focused: bool = False
    action_hovered: bool = False
    action_pressed: bool = False


@dataclass(frozen=True, slots=True)
class CardPlaces:
    """Where the parts of a card are; a null rectangle means the part is absent."""

    avatar: QRect
    title: QRect
    line: QRect
    right: QRect
    action: QRect


class CardPainter:
    """Everything about cards that depends on theme and width only; made once, used for each row.

    Attributes: height of a card, and of the heading above the first of a group.
    """

    def __init__(self, theme: Theme, width: int, *, has_action: bool = True, has_right: bool = True) -> None:
        self._theme = theme
        self._title = theme.font(TextRole.CARD_TITLE)
        self._line = theme.font(TextRole.BODY)
        self._small = theme.font(TextRole.CAPTION)
        self._label = theme.font(TextRole.STRONG)
        self.heading = QFontMetrics(self._label).height() + 2 * _HEADING_PAD
        self._title_height = max(QFontMetrics(self._title).height(), chip_size("字", theme).height())
        self._line_height = QFontMetrics(self._line).height()
        self._small_metrics = QFontMetrics(self._small)
        self._label_metrics = QFontMetrics(self._label)
        self._title_metrics = QFontMetrics(self._title)
        self._inline = width >= theme.px(_INLINE_FROM)
        self._stacked = has_action and width < theme.px(_STACK_BELOW)
        self._third = has_right and not self._inline
        self._small_height = self._small_metrics.height()
        words = self._words_height(third_line=self._third)
        height = max(words + 2 * _PAD, theme.target + 2 * _PAD)
        self.height = words + 2 * _PAD + 10 + theme.target if self._stacked else height

    def places(self, card: QRect, content: CardContent) -> CardPlaces:
        """Geometry of a card; `action` is also its hit area."""
        theme = self._theme
        side = theme.px(28) if content.icon else theme.px(AVATAR)
        below = bool(content.right) and not self._inline
        words = self._words_height(third_line=below)
        band = QRect(card.left() + _PAD, card.top(), card.width() - 2 * _PAD, card.height())
        action = QRect()
        if self._stacked:
            band.setHeight(self._words_height(third_line=self._third) + 2 * _PAD)
            if content.action:
                top = card.bottom() + 1 - _PAD - theme.target
                action = QRect(band.left(), top, band.width(), theme.target)
        elif content.action:
            width = max(theme.target, self._label_metrics.horizontalAdvance(content.action) + 42)
            top = card.top() + (card.height() - theme.target) // 2
            action = QRect(band.right() + 1 - width, top, width, theme.target)
            band.setRight(action.left() - _GAP)
        middle = band.top() + band.height() // 2
        avatar = QRect(band.left(), middle - side // 2, side, side)
        right = QRect()
        if content.right and self._inline:
            width = min(self._small_metrics.horizontalAdvance(content.right) + 2, band.width() // 3)
            right = QRect(band.right() + 1 - width, card.top(), width, card.height())
            band.setRight(right.left() - _GAP)
        left = avatar.right() + 1 + _GAP
        room = max(0, band.right() + 1 - left)
        top = middle - words // 2
        title = QRect(left, top, room, self._title_height)
        line = QRect(left, top + self._title_height + 2, room, self._line_height)
        if below:
            right = QRect(left, line.bottom() + 1, room, self._small_height)
        return CardPlaces(avatar, title, line, right, action)

    def paint_heading(self, painter: QPainter, place: QRect, words: str) -> None:
        """Draw the line above the first card of a group."""
        painting.elided(painter, place, words, self._label, self._theme.colors.ink_2)

    def paint(self, painter: QPainter, card: QRect, content: CardContent | None, state: CardState) -> None:
        """Draw one card; without content (still on its way) only grey bars."""
        theme = self._theme
        colors = theme.colors
        box = QRectF(card)
        line = colors.border if state.hovered else colors.line
        painting.frame(painter, box, RADIUS_CARD, fill=colors.surface, line=line)
        if content is None:
            self._paint_blank(painter, card)
            return
        places = self.places(card, content)
        if content.icon:
            ink = colors.status(content.icon_tone).ink
            at = places.avatar
            icons.paint(painter, content.icon, ink, at.left(), at.top(), at.width())
        else:
            paint_avatar(painter, QRectF(places.avatar), content.key, content.title, theme)
        self._paint_title(painter, places.title, content)
        painting.elided(painter, places.line, content.line, self._line, colors.ink_2)
        if not places.right.isNull():
            align = painting.RIGHT if self._inline else painting.LEFT
            painting.elided(painter, places.right, content.right, self._small, colors.ink_3, align)
        if not places.action.isNull():
            self._paint_action(painter, places.action, content, state)
        if state.focused:
            painting.focus_ring(painter, box, RADIUS_CARD, theme)

    def _words_height(self, *, third_line: bool) -> int:
        return self._title_height + 2 + self._line_height + (self._small_height if third_line else 0)

    def _paint_title(self, painter: QPainter, place: QRect, content: CardContent) -> None:
        theme = self._theme
        sizes = [chip_size(chip.text, theme) for chip in content.chips]
        reserved = sizes[0].width() + _CHIP_GAP if sizes else 0
        # The first chip stays whole: status matters more than the tail of a long title.
        room = QRect(place)
        room.setWidth(max(place.width() - reserved, min(place.width(), theme.px(60))))
        used = painting.elided(painter, room, content.title, self._title, theme.colors.ink)
        left = place.left() + used + 10
        for chip, size in zip(content.chips, sizes, strict=True):
            width = min(size.width(), place.right() - left)
            if width < min(size.width(), theme.px(44)):
                break
            if width < size.width() and chip is not content.chips[0]:
                break
            top = place.top() + (place.height() - size.height()) / 2
            paint_chip(painter, QRectF(left, top, width, size.height()), chip.text, chip.kind, theme)
            left += width + _CHIP_GAP

    def _paint_action(self, painter: QPainter, place: QRect, content: CardContent, state: CardState) -> None:
        colors = self._theme.colors
        if content.primary:
            fill = (
                colors.primary_press
                if state.action_pressed
                else colors.primary_hover
                if state.action_hovered
                else colors.primary
            )
            ink, line = colors.on_primary, fill
        else:
            fill = (
                colors.line
                if state.action_pressed
                else colors.sunken
                if state.action_hovered
                else colors.surface
            )
            ink, line = colors.ink, colors.border
        painting.frame(painter, QRectF(place), RADIUS_CONTROL, fill=fill, line=line)
        painting.elided(painter, place, content.action, self._label, ink, painting.CENTER)

    def _paint_blank(self, painter: QPainter, card: QRect) -> None:
        theme = self._theme
        fill = theme.colors.sunken
        blank = self.places(card, CardContent("", ""))
        painting.frame(painter, QRectF(blank.avatar), blank.avatar.width() / 2, fill=fill)
        for place, part in ((blank.title, 0.25), (blank.line, 0.45)):
            bar = QRectF(place).adjusted(0, place.height() * 0.25, 0, -place.height() * 0.25)
            bar.setWidth(place.width() * part)
            painting.frame(painter, bar, 6, fill=fill)
