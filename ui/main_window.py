"""The window: unlock screen or pages, Back, keyboard, auto-lock by idleness."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
    QWindow,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from fieldapp.domain.clock import COUNTY_ZONE
from ui import shortcuts
from ui.ports import Surroundings, SyncState, SyncStatus
from ui.screen import Screen
from ui.shortcuts import ENTRY_KEYS, Act
from ui.theme import StatusKind

if TYPE_CHECKING:  # the pages' frame waits until the door has been painted
    from ui.widgets.lists.card_list import CardList
    from ui.widgets.shell.navigation import NavEntry
    from ui.widgets.shell.page_scaffold import PageScaffold

_ACTIVITY: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
    }
)


class MainWindow(QMainWindow):
    """Holds the unlock screen and, once unlocked, the pages.

    Signals:
        lock_wanted: the worker or idleness locks the profile.
        text_size_wanted(int): Ctrl + or Ctrl − (+1, −1).
        closing: the window is about to close.
        practice_wanted: practice is to begin anew.
        notice_opened, notice_closed: the banner above the pages was opened, or read and closed.
    """

    lock_wanted = Signal()
    text_size_wanted = Signal(int)
    closing = Signal()
    notice_opened = Signal()
    notice_closed = Signal()
    practice_wanted = Signal()

    def __init__(self, minute: dt.timedelta = dt.timedelta(minutes=1)) -> None:
        """`minute` is how long a minute without touch or key lasts (tests have shorter ones)."""
        super().__init__()
        self._minute_ms = round(minute.total_seconds() * 1000)
        # Never the name of a person: window titles end up in task lists and screen recordings.
        self.setWindowTitle(self.tr("入户通"))
        self.setMinimumSize(800, 600)
        self._layers = QStackedWidget()
        self.setCentralWidget(self._layers)
        self._pages: PageScaffold | None = None
        self._surroundings: Surroundings | None = None
        self._history: list[tuple[str, Screen]] = []
        self._shown: Screen | None = None
        self._entry_keys: tuple[str, ...] = ()
        self._urgent_key = ""
        self._reading_locked = False
        self._serial = 0
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock_wanted)
        QGuiApplication.instance().focusWindowChanged.connect(self._watch)  # type: ignore[union-attr]
        self._shortcuts()

    # --- layers ---------------------------------------------------------------------------------

    def show_door(self, door: QWidget) -> None:
        """Show the unlock screen; pages and everything they hold are thrown away."""
        self._idle.stop()
        self._leave_all()
        self._pages = None
        self._surroundings = None
        self._show_layer(door)

    def show_pages(
        self,
        surroundings: Surroundings,
        entries: "tuple[NavEntry, ...]",
        idle_minutes: int,
        *,
        practice: bool = False,
    ) -> None:
        """Show the pages of an unlocked profile, beginning with the first entry; `practice` says on each that
        its data are made up."""
        self._leave_all()
        from ui.widgets.shell.page_scaffold import PageScaffold

        pages = PageScaffold(entries)
        pages.navigated.connect(self._on_navigated)
        pages.notice_opened.connect(self.notice_opened)
        pages.notice_closed.connect(self.notice_closed)
        pages.practice.setVisible(practice)
        pages.practice.reset_wanted.connect(self.practice_wanted)
        pages.practice.end_wanted.connect(self.lock_wanted)
        pages.top.back.clicked.connect(self.back)
        pages.top.sync.clicked.connect(lambda: self.go("sync"))
        search = pages.top.add_search(self.tr("姓名、拼音首字母、组、地址、身份证后6位"))
        search.searched.connect(self._on_search)
        search.left_downwards.connect(self._begin_list)
        pages.top.next.clicked.connect(lambda: self._open_next(1))
        pages.top.set_search_visible(False)
        self._pages, self._surroundings = pages, surroundings
        self._entry_keys = pages.entry_keys()
        self._urgent_key = next((entry.key for entry in entries if entry.urgent), "")
        self._show_layer(pages)
        self.set_idle_minutes(idle_minutes)
        self.go_entry(entries[0].key)

    def _show_layer(self, layer: QWidget) -> None:
        """Put a layer in the place of the one before, which is deleted."""
        while (old := self._layers.currentWidget()) is not None:
            self._layers.removeWidget(old)
            old.deleteLater()
        self._layers.addWidget(layer)

    def set_idle_minutes(self, minutes: int) -> None:
        """Lock after so many minutes without touch or key; 0 = never by itself."""
        self._idle.setInterval(minutes * self._minute_ms)
        if minutes and self._pages is not None:
            self._idle.start()
        else:
            self._idle.stop()

    @property
    def pages(self) -> "PageScaffold | None":
        """The pages, while unlocked."""
        return self._pages

    @property
    def screen_shown(self) -> Screen | None:
        """The screen at the front."""
        return self._shown

    # --- moving about ---------------------------------------------------------------------------

    def go_entry(self, key: str) -> None:
        """Open a main entry: what was open goes, Back starts anew."""
        self._leave_all()
        self.go(key)

    def go(self, route: str, **params: str) -> None:
        """Open a screen on top of the present one."""
        if self._pages is None or self._surroundings is None:
            return
        from ui import navigation

        if self._reading_locked and route not in navigation.OPEN_WHEN_STALE:
            route, params = "stale", {}
        screen = navigation.build(route, self._surroundings)
        self._serial += 1
        key = f"{route}#{self._serial}"
        self._pages.add_page(key, screen)
        screen.footer_changed.connect(self._on_footer)
        self._history.append((key, screen))
        self._front()
        screen.enter(params)

    def set_reading_locked(self, locked: bool) -> None:
        """Whether what was pulled is too old to be read: other pages give way to one that says so."""
        if locked is self._reading_locked:
            return
        self._reading_locked = locked
        if self._history and (not self._front_is_open() if locked else self._shows("stale")):
            self.go_entry(self._entry_keys[0])

    def _front_is_open(self) -> bool:
        from ui import navigation

        return self._history[-1][0].split("#")[0] in navigation.OPEN_WHEN_STALE

    def report_urgent(self) -> None:
        """Open 急难上报 on top of whatever is done now (Back returns to it), prefilled from it."""
        shown = self._shown
        if self._urgent_key and shown is not None and not self._shows(self._urgent_key):
            self.go(self._urgent_key, **shown.urgent_params())

    def _shows(self, route: str) -> bool:
        return bool(self._history) and self._history[-1][0].split("#")[0] == route

    def _on_navigated(self, key: str) -> None:
        if key == self._urgent_key:
            self.report_urgent()
        else:
            self.go_entry(key)

    def back(self) -> None:
        """Leave the present screen; on the last one nothing happens."""
        if len(self._history) < 2:
            return
        _key, gone = self._history.pop()
        gone.leave()
        gone.deleteLater()
        if self._reading_locked and not self._front_is_open():
            self.go_entry(self._entry_keys[0])
            return
        self._front()
        self._history[-1][1].shown_again()

    def _front(self) -> None:
        if self._pages is None:
            return
        key, screen = self._history[-1]
        self._shown = screen
        self._pages.show_page(key, entry=self._entry_shown())
        self._pages.set_task(screen.task, alarm=not self._shows(self._urgent_key))
        self._pages.set_footer(screen.footer())
        self._pages.top.set_tools(*screen.tools())
        self._pages.top.back.setVisible(len(self._history) > 1)
        below = self._walked_below()
        self._pages.top.set_next_visible(below is not None and below.has_next())
        placeholder = screen.search_placeholder()
        self._pages.top.set_search_visible(bool(placeholder))
        search, focused = self._pages.top.search, QApplication.focusWidget()
        if search is not None and placeholder:
            search.set_placeholder(placeholder)
        if search is None or focused is None or not search.isAncestorOf(focused):
            # Tab then begins with the page, and nothing on it looks chosen before a key is pressed.
            screen.setFocus(Qt.FocusReason.OtherFocusReason)

    def _entry_shown(self) -> str:
        """The entry the front screen belongs to; a screen without one stays under that it came from."""
        for key, screen in reversed(self._history):
            entry = screen.entry or key.split("#")[0]
            if entry in self._entry_keys:
                return entry
        return ""

    def _leave_all(self) -> None:
        while self._history:
            _key, screen = self._history.pop()
            screen.leave()
            screen.deleteLater()
        self._shown = None

    def _on_footer(self, footer: QWidget | None) -> None:
        if self._pages is not None and self.sender() is self._shown:
            self._pages.set_footer(footer)

    def _on_search(self, typed: str) -> None:
        if self._shown is not None:
            self._shown.search(typed)

    def start_tour(self) -> None:
        """Walk over the day's page and the frame around it."""
        from ui.widgets.tour import Tour, TourStop

        pages = self._pages
        if pages is None:
            return
        first = "today" if "today" in self._entry_keys else self._entry_keys[0]
        if not self._shows(first):
            self.go_entry(first)
        wide, search = pages.rail.isVisible(), pages.top.search
        navigation = pages.rail if wide else pages.tabs
        stops = [
            TourStop(
                lambda: navigation,
                self.tr("换页"),
                self.tr("各个页面从这里进。按 F1 可以看全部快捷键。"),
            ),
            *(self._shown.tour() if self._shown is not None else ()),
            TourStop(
                lambda: search if search is not None and search.isVisible() else pages.top.search_button,
                self.tr("找一户"),
                self.tr("输姓名、拼音首字母、组、地址或身份证后6位，没有网络也能找。"),
            ),
            TourStop(
                lambda: navigation.button(self._urgent_key) if self._urgent_key else None,
                self.tr("急难上报"),
                self.tr("遇到断粮、重病、房屋危险等情况，随时点这里，一分钟报完，排在最前发出。"),
            ),
            TourStop(
                lambda: pages.top.sync,
                self.tr("存好了没有"),
                self.tr("这里说还有几条没上传。填的内容先存在本机，联网后自动上传，不会丢。"),
            ),
        ]
        Tour(stops, pages).left.connect(self._focus_page)

    def _focus_page(self) -> None:
        if self._shown is not None:
            self._shown.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- saying things --------------------------------------------------------------------------

    def toast(self, text: str, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Say something for six seconds."""
        if self._pages is not None:
            self._pages.toasts.post(text, action=action, on_action=on_action)

    def set_title(self, title: str, context: str = "") -> None:
        """Title of the present screen."""
        if self._pages is not None:
            self._pages.top.set_title(title, context)

    def set_notice(self, text: str, button: str = "") -> None:
        """Say something above every page until it is opened or closed; "" takes it away."""
        if self._pages is not None:
            self._pages.set_notice(text, button)

    def set_count(self, key: str, count: int, tone: StatusKind = StatusKind.WARN) -> None:
        """Show how much waits at an entry."""
        if self._pages is not None:
            self._pages.set_count(key, count, tone)

    def show_sync(self, status: SyncStatus) -> None:
        """Bring the chip up to date."""
        if self._pages is None:
            return
        chip = self._pages.top.sync
        waiting = status.waiting_ops + status.waiting_blobs
        if status.state is SyncState.SYNCING:
            chip.set_syncing(status.done, status.total)
        elif status.refused or status.state in (SyncState.SIGN_IN_NEEDED, SyncState.UPDATE_NEEDED):
            chip.set_attention(max(status.refused, 1))
        elif status.state is SyncState.OFFLINE:
            chip.set_offline(waiting)
        elif waiting:
            chip.set_waiting(waiting)
        elif status.last_sync_at is not None:
            chip.set_synced(f"{status.last_sync_at.astimezone(COUNTY_ZONE):%H:%M}")
        else:
            chip.set_offline(0)

    # --- Qt -------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch(self.windowHandle())

    def _watch(self, window: QWindow | None) -> None:
        """Notice what is done in a window: this one, and every dialog that comes to the front.

        Not by a filter on the application, which is asked about every event of every object: thousands
        for a page.
        """
        if window is not None:
            window.installEventFilter(self)  # once more is the same as once

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY and self._idle.isActive():
            self._idle.start()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave_all()
        self.closing.emit()
        super().closeEvent(event)

    def _shortcuts(self) -> None:
        shortcuts.bind(
            self,
            {
                Act.HELP: self._show_keys,
                Act.SEARCH: self._focus_search,
                Act.NEW_VISIT: self._begin_visit,
                Act.URGENT: self.report_urgent,
                Act.SYNC: self._sync_now,
                Act.BACK: self._on_back_key,
                Act.NEXT: lambda: self._open_next(1),
                Act.PREVIOUS: lambda: self._open_next(-1),
                Act.LARGER: lambda: self.text_size_wanted.emit(1),
                Act.SMALLER: lambda: self.text_size_wanted.emit(-1),
                Act.LOCK: self.lock_wanted.emit,
            },
        )
        for n, keys in enumerate(ENTRY_KEYS, start=1):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self._go_nth, n))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the page has no use for: letters go into the search box, Down into the list."""
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        typed = event.text() if not held and event.text().isprintable() else ""
        if typed.strip() and self._shown is not None and self._shown.search_placeholder():
            self._focus_search()
            if self._pages is not None and self._pages.top.search is not None:
                self._pages.top.search.line.insert(typed)
        elif event.key() == Qt.Key.Key_Down and not held:
            self._begin_list()
        else:
            super().keyPressEvent(event)

    def _show_keys(self) -> None:
        if not self._shows("shortcuts"):
            self.go("shortcuts")

    def _on_back_key(self) -> None:
        search = self._pages.top.search if self._pages is not None else None
        if search is not None and search.text() and search.line.hasFocus():
            search.clear()
        else:
            self.back()

    def _begin_list(self) -> None:
        listing = self._shown.walked() if self._shown is not None else None
        if listing is not None and listing.isVisible():
            listing.begin()

    def _begin_visit(self) -> None:
        if self._shown is None or self._shown.task or self._shown.begin_visit():
            return
        if "households" in self._entry_keys:
            self._focus_search()  # whom to visit is to be said first

    def _walked_below(self) -> "CardList | None":
        if len(self._history) < 2 or self._history[-1][1].task:
            return None
        return self._history[-2][1].walked()

    def _open_next(self, by: int) -> None:
        """From the page of a record to that of the next in the list it was opened from."""
        listing = self._walked_below()
        if listing is None:
            return
        if not listing.has_next(by):
            self.toast(self.tr("名单到头了。"))
            return
        self.back()
        listing.open_next(by)

    def _focus_search(self) -> None:
        if self._pages is None or self._shown is None:
            return
        if not self._shown.search_placeholder():
            self.go_entry("households")
        self._pages.top.focus_search()

    def _sync_now(self) -> None:
        if self._surroundings is not None:
            self._surroundings.sync.sync_now()

    def _go_nth(self, n: int) -> None:
        if self._pages is not None and n <= len(self._entry_keys):
            self.go_entry(self._entry_keys[n - 1])
