"""The frame around all pages, in two arrangements of the same widgets. Layer 5."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import StatusKind, Theme
from ui.widgets.shell.navigation import NavEntry, Rail, TabBar
from ui.widgets.shell.notice_bar import NoticeBar
from ui.widgets.shell.practice_band import PracticeBand
from ui.widgets.shell.top_bar import TopBar
from ui.widgets.toast import ToastHost


class Arrangement(StrEnum):
    """Wide: rail at the left. Narrow: tab bar at the foot, one column."""

    WIDE = "wide"
    NARROW = "narrow"


class PageScaffold(QWidget):
    """Navigation, top bar, pages, footer and toasts. Pages are added once and kept.

    Above all pages lies room for one banner (`set_notice`): news that wait until they are seen.

    Signals:
        navigated(key): an entry of rail or tab bar was tapped; the owner answers with `show_page`.
        notice_opened(), notice_closed(): what the banner tells of is to be shown; it has been read.
        arrangement_changed(Arrangement).

    Attributes:
        top: the top bar.
        practice: the band above everything, shown while somebody practises.
        toasts: where results are announced.
    """

    navigated = Signal(str)
    arrangement_changed = Signal(object)
    notice_opened = Signal()
    notice_closed = Signal()

    def __init__(self, entries: Sequence[NavEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.arrangement = Arrangement.WIDE
        self._task, self._alarm = False, True
        self._pages: dict[str, QWidget] = {}
        self._entry_keys = tuple(entry.key for entry in entries if not entry.urgent)
        self._urgent = next((entry.key for entry in entries if entry.urgent), "")
        self.rail = Rail(entries)
        self.tabs = TabBar(entries)
        self.top = TopBar()
        self._stack = QStackedWidget()
        self._footer = QHBoxLayout()
        self._foot = QWidget()
        self._foot.setProperty("kind", "footer")
        self._foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._foot.setLayout(self._footer)
        self._footer.setContentsMargins(20, 10, 20, 10)
        self._foot.hide()
        for navigation in (self.rail, self.tabs):
            navigation.chosen.connect(self.navigated)
        self.top.alarm.clicked.connect(lambda: self.navigated.emit(self._urgent))
        self.notice = NoticeBar()
        self.notice.opened.connect(self.notice_opened)
        self.notice.closed.connect(self.notice_closed)
        self.notice.hide()
        self.practice = PracticeBand()
        self.practice.hide()
        column = QVBoxLayout()
        column.setSpacing(0)
        for widget in (self.practice, self.top, self.notice, self._stack, self._foot, self.tabs):
            column.addWidget(widget, 1 if widget is self._stack else 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.toasts = ToastHost(self)
        look.follow(self, self._restyle)

    def add_page(self, key: str, page: QWidget) -> None:
        """Take a page in; the scaffold owns it. A second page of the same key replaces the first."""
        before = self._pages.get(key)
        if before is not None:
            self._stack.removeWidget(before)
            before.deleteLater()
        self._pages[key] = page
        page.destroyed.connect(lambda: self._forget(key, page))
        self._stack.addWidget(page)

    def entry_keys(self) -> tuple[str, ...]:
        """Keys of the navigation entries in order (Ctrl+1…5)."""
        return self._entry_keys

    def _forget(self, key: str, page: QWidget) -> None:
        if self._pages.get(key) is page:
            del self._pages[key]

    def has_page(self, key: str) -> bool:
        """Whether a page has been built."""
        return key in self._pages

    def show_page(self, key: str, *, entry: str | None = None) -> None:
        """Bring a page to the front; `entry` is the navigation entry it belongs to (itself by default)."""
        self._stack.setCurrentWidget(self._pages[key])
        for navigation in (self.rail, self.tabs):
            navigation.set_current(key if entry is None else entry)

    def current_page(self) -> QWidget | None:
        """The page at the front."""
        return self._stack.currentWidget()

    def set_count(self, key: str, count: int, tone: StatusKind = StatusKind.WARN) -> None:
        """Show how much waits at an entry, in both arrangements."""
        self.rail.set_count(key, count, tone)
        self.tabs.set_count(key, count, tone)

    def set_notice(self, text: str, button: str = "") -> None:
        """Say something above every page until it is opened or closed; "" takes it away."""
        self.notice.setVisible(bool(text))
        if text:
            self.notice.say(text, button)

    def set_footer(self, footer: QWidget | None) -> None:
        """Put a footer under the page (a form's save state and steps); the one before is deleted."""
        while (item := self._footer.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if footer is not None:
            self._footer.addWidget(footer)
        self._foot.setVisible(footer is not None)
        self._place_toasts()

    def set_task(self, task: bool, *, alarm: bool = True) -> None:
        """A full-screen task (a form) hides the tab bar; the footer is its way on. 急难上报 moves up into the
        top bar then, unless it is the task itself (`alarm` false)."""
        self._task, self._alarm = task, alarm
        self._arrange(force=True)

    def minimumSizeHint(self) -> QSize:
        """Never wider than the smallest screen: pages scroll or wrap instead."""
        return super().minimumSizeHint().boundedTo(QSize(800, 600))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self, *, force: bool = False) -> None:
        wide = self.width() >= look.current().wide_from
        arrangement = Arrangement.WIDE if wide else Arrangement.NARROW
        changed = arrangement is not self.arrangement
        if not changed and not force:
            return
        self.arrangement = arrangement
        self.rail.setVisible(wide)
        self.tabs.setVisible(not wide and not self._task)
        self.top.alarm.setVisible(bool(self._urgent) and not wide and self._task and self._alarm)
        self.top.set_narrow(not wide)
        self._place_toasts()
        if changed:
            self.arrangement_changed.emit(arrangement)

    def _place_toasts(self) -> None:
        below = self.tabs.sizeHint().height() if not self.tabs.isHidden() else 0
        below += self._foot.sizeHint().height() if not self._foot.isHidden() else 0
        self.toasts.set_bottom(below + 16)

    def _restyle(self, theme: Theme) -> None:
        self._arrange(force=True)


class TwoColumns(QWidget):
    """Main contents and a 300-px side column; below each other where the page is narrow.

    Args:
        side_first: whether the side stands above the main contents when stacked.
    """

    SIDE = 300
    WIDE_FROM = 840  # page width at 100 %

    def __init__(
        self, main: QWidget, side: QWidget, *, side_first: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._main, self._side = main, side
        self._side_first = side_first
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(18)
        self._line.addWidget(main, 1)
        self._line.addWidget(side, 0, Qt.AlignmentFlag.AlignTop)
        look.follow(self, self._restyle)

    def is_wide(self) -> bool:
        """Whether the two stand beside each other."""
        return self._line.direction() is QBoxLayout.Direction.LeftToRight

    def minimumSizeHint(self) -> QSize:
        # Of the stacked arrangement: asking for both columns would forbid the window to become narrow.
        main, side = self._main.minimumSizeHint(), self._side.minimumSizeHint()
        return QSize(max(main.width(), side.width()), main.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle(look.current())

    def _restyle(self, theme: Theme) -> None:
        wide = self.width() >= theme.px(self.WIDE_FROM)
        stacked = QBoxLayout.Direction.BottomToTop if self._side_first else QBoxLayout.Direction.TopToBottom
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if wide else stacked)
        self._line.setAlignment(self._side, Qt.AlignmentFlag.AlignTop if wide else Qt.AlignmentFlag(0))
        if wide:
            self._side.setFixedWidth(theme.px(self.SIDE))
        else:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(1 << 20)
