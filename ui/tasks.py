"""Runs work off the screen's thread: one worker for the database, a few for pictures and files."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from fieldapp.domain.errors import FieldappError

T = TypeVar("T")
_log = logging.getLogger(__name__)


class TaskRunner(QObject):
    """Implements ui.ports.Tasks.

    Signals:
        failed(FieldappError): an expected error that nobody else takes.
        broke(object): an exception that is a bug.
    """

    failed = Signal(object)
    broke = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._aside = ThreadPoolExecutor(3, thread_name_prefix="aside")
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._stopped = False
        self._open = 0

    def run(self, work: Callable[[], T], done: Callable[[T], None],
            failed: Callable[[FieldappError], None] | None = None) -> None:  # fmt: skip
        """Database work, one at a time and in order."""
        self._start(self._database, work, done, failed)

    def run_aside(self, work: Callable[[], T], done: Callable[[T], None],
                  failed: Callable[[FieldappError], None] | None = None) -> None:  # fmt: skip
        """Slow work beside the database."""
        self._start(self._aside, work, done, failed)

    def stop(self) -> None:
        """Finish what is queued and take nothing more; results no longer come back."""
        self._stopped = True
        self._database.shutdown(wait=True)
        self._aside.shutdown(wait=True, cancel_futures=True)

    @property
    def idle(self) -> bool:
        """Whether all work has been done and its results delivered."""
        return self._open == 0

    def drain(self) -> None:
        """Wait until all database work queued so far is done (its results are still to be delivered)."""
        self._database.submit(lambda: None).result()

    def _start(self, pool: ThreadPoolExecutor, work: Callable[[], T], done: Callable[[T], None],
               failed: Callable[[FieldappError], None] | None) -> None:  # fmt: skip
        if self._stopped:
            return

        def job() -> None:
            deliver: Callable[[], None]
            try:
                value = work()
            except FieldappError as error:
                report = failed or self.failed.emit
                problem = error
                deliver = lambda: report(problem)  # noqa: E731  the one line is clearer in place
            except Exception as error:  # noqa: BLE001  a bug must reach the crash report, not vanish
                _log.critical("task broke", exc_info=error)
                bug = error
                deliver = lambda: self.broke.emit(bug)  # noqa: E731
            else:
                result = value
                deliver = lambda: done(result)  # noqa: E731
            if not self._stopped:
                self._finished.emit(deliver)

        self._open += 1
        pool.submit(job)

    @Slot(object)
    def _on_finished(self, deliver: Callable[[], None]) -> None:
        self._open -= 1
        if not self._stopped:
            deliver()
