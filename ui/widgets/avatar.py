"""Avatars: the surname in a coloured circle; the colour stays with the person. Layer 5."""

from zlib import crc32

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets import painting

AVATAR = 48  # side at 100 %
_DOUBLE_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
)


def surname(name: str) -> str:
    """The character(s) shown for a name; a double surname keeps both."""
    stripped = name.strip()
    return stripped[:2] if stripped.startswith(_DOUBLE_SURNAMES) else stripped[:1]


def avatar_color(identity: str, theme: Theme) -> str:
    """Ground colour from a stable hash of the id: the same on every device and after every start."""
    choices = theme.colors.avatars
    return choices[crc32(identity.encode()) % len(choices)]


def paint_avatar(painter: QPainter, rect: QRectF, identity: str, name: str, theme: Theme) -> None:
    """Draw an avatar into a square."""
    painting.frame(painter, rect, rect.height() / 2, fill=avatar_color(identity, theme))
    label = surname(name)
    font = theme.font(TextRole.SECTION)
    font.setPixelSize(round(rect.height() * (0.42 if len(label) == 1 else 0.33)))
    painting.elided(painter, rect.toRect(), label, font, theme.colors.avatar_ink, painting.CENTER)


class Avatar(QWidget):
    """The avatar of a person. Decorative: the name stands beside it, so it takes no focus."""

    def __init__(self, identity: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identity = identity
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        look.follow(self, self._restyle)

    def set_person(self, identity: str, name: str) -> None:
        """Show another person."""
        self._identity, self._name = identity, name
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        side = look.current().px(AVATAR)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        paint_avatar(painter, QRectF(self.rect()), self._identity, self._name, look.current())
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()
