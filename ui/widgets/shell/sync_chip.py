"""The sync chip of the top bar: always there, always in words. Layer 5."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets import painting

_PAD = 14
_GAP = 8


class SyncChip(QPushButton):
    """State of the exchange with the county. Tapping it (clicked) opens the queue with reasons and retry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone = "cloud-check", StatusKind.OK
        self._long = self._short = ""
        self._narrow = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_offline(0)
        look.follow(self, self._restyle)

    def set_synced(self, at: str) -> None:
        """已同步 10:05."""
        self._set("cloud-check", StatusKind.OK, self.tr("已同步 {0}").format(at), at)

    def set_waiting(self, count: int) -> None:
        """3 条待上传 while online."""
        long, short = self.tr("{0} 条待上传"), self.tr("待传 {0}")
        self._set("cloud-upload", StatusKind.INFO, long.format(count), short.format(count))

    def set_offline(self, waiting: int) -> None:
        """离线 · 3 条待上传."""
        if waiting:
            long, short = self.tr("离线 · {0} 条待上传"), self.tr("待传 {0}")
            self._set("cloud-off", StatusKind.WARN, long.format(waiting), short.format(waiting))
        else:
            self._set("cloud-off", StatusKind.MUTE, self.tr("离线"), self.tr("离线"))

    def set_syncing(self, done: int, total: int) -> None:
        """同步中 2/5; without a total only 同步中."""
        count = f"{done}/{total}" if total else ""
        long = self.tr("同步中 {0}").format(count).strip()
        self._set("refresh-cw", StatusKind.INFO, long, count or self.tr("同步中"))

    def set_attention(self, count: int) -> None:
        """需要处理 1."""
        long, short = self.tr("需要处理 {0}"), self.tr("处理 {0}")
        self._set("cloud-alert", StatusKind.DANGER, long.format(count), short.format(count))

    def set_narrow(self, narrow: bool) -> None:
        """Short words for narrow windows; screen readers keep the long ones."""
        self._narrow = narrow
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The words on show."""
        return self._short if self._narrow else self._long

    def sizeHint(self) -> QSize:
        theme = look.current()
        words = QFontMetrics(theme.font(TextRole.BODY, tabular=True)).horizontalAdvance(self.words())
        return QSize(max(theme.target, 2 * _PAD + theme.icon + _GAP + words + 2), theme.target)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        lit = self.underMouse() or self.isDown()
        fill = colors.sunken if lit else colors.surface
        painting.frame(painter, box, self.height() / 2, fill=fill, line=colors.border)
        side = theme.icon
        ink = colors.status(self._tone).ink
        icons.paint(painter, self._icon, ink, _PAD, (self.height() - side) / 2, side)
        words = self.rect().adjusted(_PAD + side + _GAP, 0, -_PAD + 2, 0)
        painting.elided(painter, words, self.words(), theme.font(TextRole.BODY, tabular=True), colors.ink)
        if self.hasFocus():
            painting.focus_ring(painter, box, self.height() / 2 - 1, theme)
        painter.end()

    def _set(self, icon: str, tone: StatusKind, long: str, short: str) -> None:
        self._icon, self._tone, self._long, self._short = icon, tone, long, short
        self.setAccessibleName(long)
        self.setToolTip(long)
        self.updateGeometry()
        self.update()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()
