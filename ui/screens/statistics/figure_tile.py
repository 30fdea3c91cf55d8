"""A large figure with its name and both numbers behind it; tapping it opens their list."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import theme as look
from ui.theme import RADIUS_CARD, TextRole, Theme
from ui.widgets import painting

_PAD = 16
_GAP = 6


class FigureTile(QPushButton):
    """Name above, figure and unit, a note below. Signal: clicked."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._figure = self._unit = self._note = ""
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(label)
        look.follow(self, self._restyle)

    def set_figure(self, figure: str, unit: str, note: str) -> None:
        """Show ("87.50 %", "", "84 / 96 户") or ("107", "次", "120 人次")."""
        self._figure, self._unit, self._note = figure, unit, note
        self.setAccessibleName(" ".join(filter(None, (self._label, figure, unit, note))))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        figure = sum(
            QFontMetrics(font).horizontalAdvance(words) + _GAP
            for words, font in ((self._figure, _figure_font(theme)), (self._unit, _caption(theme)))
            if words
        )
        label = QFontMetrics(theme.font(TextRole.BODY)).horizontalAdvance(self._label)
        note = QFontMetrics(_caption(theme)).horizontalAdvance(self._note)
        return QSize(max(figure, label, note) + 2 * _PAD + 4, self._bottom(theme) + _PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        lit = self.underMouse() or self.isDown()
        painting.frame(
            painter, box, RADIUS_CARD, fill=colors.sunken if lit else colors.surface, line=colors.line
        )
        body, figure, caption = theme.font(TextRole.BODY), _figure_font(theme), _caption(theme)
        width = self.width() - 2 * _PAD
        top = _PAD
        place = QRect(_PAD, top, width, QFontMetrics(body).height())
        painting.elided(painter, place, self._label, body, colors.ink_2)
        top = place.bottom() + _GAP
        place = QRect(_PAD, top, width, QFontMetrics(figure).height())
        used = painting.elided(painter, place, self._figure, figure, colors.ink)
        # Figure and unit stand on one base line, as in print.
        drop = QFontMetrics(figure).descent() - QFontMetrics(caption).descent()
        beside = place.adjusted(used + _GAP, 0, 0, -drop)
        painting.elided(painter, beside, self._unit, caption, colors.ink_2, Qt.AlignmentFlag.AlignBottom)
        place = QRect(_PAD, place.bottom() + _GAP, width, QFontMetrics(caption).height())
        painting.elided(painter, place, self._note, caption, colors.ink_2)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CARD, theme)
        painter.end()

    def _bottom(self, theme: Theme) -> int:
        fonts = (theme.font(TextRole.BODY), _figure_font(theme), _caption(theme))
        return _PAD + sum(QFontMetrics(font).height() for font in fonts) + 2 * _GAP

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


def _figure_font(theme: Theme) -> QFont:
    return theme.font(TextRole.FIGURE, tabular=True)


def _caption(theme: Theme) -> QFont:
    return theme.font(TextRole.CAPTION, tabular=True)
