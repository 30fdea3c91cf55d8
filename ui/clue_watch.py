"""Tells the worker of urgent clues that concern him: count on the entry, banner above the pages, tray."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.records.clues import ClueStatus, Urgency
from fieldapp.services import clue_alerts
from fieldapp.services.clue_alerts import AlertKind, ClueAlert
from fieldapp.services.context import Context
from ui import icons
from ui.main_window import MainWindow
from ui.tasks import TaskRunner
from ui.theme import LIGHT, StatusKind

ENTRY: Final = "clues"
KINDS: Final = ("clues", "clue_steps", "clue_receipts", "users")
_EVERY_MS: Final = 60_000
"""Limits run out without a sync, too."""
_TRAY_ICON_PX: Final = 32


class ClueWatch(QObject):
    """Lives as long as the pages of one profile.

    What it says names nobody and no place: banners stand on unattended screens, trays on locked ones.
    """

    def __init__(self, context: Context, tasks: TaskRunner, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._tasks = tasks
        self._window = window
        self._busy = self._again = self._stopped = False
        self.waiting: tuple[ClueAlert, ...] = ()
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        window.notice_opened.connect(self._on_opened)
        window.notice_closed.connect(self._on_closed)

    def start(self) -> None:
        """Look now and from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """The pages go."""
        self._stopped = True
        self._timer.stop()
        if self._tray is not None:
            self._tray.hide()
        self.deleteLater()

    def on_changes(self, changes: ChangeSet) -> None:
        """Something changed: a sync, or a step of the worker."""
        if changes.touches(*KINDS):
            self.look()

    def look(self) -> None:
        """Ask what waits and what is new."""
        if self._stopped:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        context = self._context

        def work() -> tuple[int, bool, list[ClueAlert]]:
            alerts = clue_alerts.alerts_for_me(context)
            count = clue_alerts.waiting_count(context)
            late = any(one.kind is AlertKind.ESCALATED and one.percent >= 100 for one in alerts)
            return count, late, alerts

        self._tasks.run(work, self._on_found)

    def _on_found(self, found: tuple[int, bool, list[ClueAlert]]) -> None:
        self._busy = False
        if self._stopped:
            return
        count, late, alerts = found
        self._window.set_count(ENTRY, count, StatusKind.DANGER if late else StatusKind.WARN)
        fresh = [one for one in alerts if one not in self.waiting]
        self.waiting = tuple(alerts)
        if alerts:
            self._window.set_notice(self.words(alerts), self.tr("查看"))
        else:
            self._window.set_notice("")
        if fresh:
            self._tell_tray(fresh)
        if self._again:
            self._again = False
            self.look()

    def words(self, alerts: Sequence[ClueAlert]) -> str:
        """All of it in one sentence, the most urgent first."""
        first = alerts[0]
        danger = first.urgency is Urgency.L1 and first.kind is not AlertKind.STANDING
        told = {
            AlertKind.NEW: self.tr("有危及生命的新线索") if danger else self.tr("有新的急难线索"),
            AlertKind.ASSIGNED: self.tr("有急难线索派给你"),
            AlertKind.ESCALATED: self._late_words(first),
            AlertKind.REFUSED: self.tr("你办的一步没有生效"),
            AlertKind.STANDING: self._standing_words(first),
        }[first.kind]
        more = len({one.clue_id for one in alerts}) - 1
        if more:
            return self.tr("{0}，另有 {1} 件。").format(told, more)
        return self.tr("{0}。").format(told)

    def _late_words(self, alert: ClueAlert) -> str:
        if alert.percent >= 100:
            return self.tr("有急难线索超过时限")
        return self.tr("有急难线索快到时限") if alert.percent else self.tr("有危及生命的线索")

    def _standing_words(self, alert: ClueAlert) -> str:
        if alert.status is ClueStatus.CLOSED:
            return self.tr("你上报的线索已办结")
        return self.tr("你上报的线索有了进展")

    def _tell_tray(self, fresh: Sequence[ClueAlert]) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            drawn = icons.pixmap("siren", LIGHT.alarm, _TRAY_ICON_PX)
            self._tray = QSystemTrayIcon(QIcon(drawn), self)
            self._tray.messageClicked.connect(self._on_tray)
            self._tray.activated.connect(self._on_tray)
        self._tray.show()
        self._tray.showMessage(self.tr("入户通"), self.words(fresh), QSystemTrayIcon.MessageIcon.Warning)

    def _on_tray(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        self._on_opened()

    def _on_opened(self) -> None:
        """To the one clue that the news is about, or to the list."""
        if self._stopped or not self.waiting:
            return
        about = {one.clue_id for one in self.waiting}
        self._on_closed()
        self._window.go_entry(ENTRY)
        if len(about) == 1:
            self._window.go("clue", clue_id=about.pop())

    def _on_closed(self) -> None:
        """Seen: it does not come back."""
        seen, self.waiting = self.waiting, ()
        self._window.set_notice("")
        if seen and not self._stopped:
            context = self._context
            self._tasks.run(lambda: clue_alerts.note_alerts_seen(context, seen), lambda _: None)
