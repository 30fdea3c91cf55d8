"""Runs one export at a time beside the database's order, with its progress and its cancelling. No Qt."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from ui.ports import Tasks

Export = Callable[[Callable[[int], None], Callable[[], bool]], ChangeSet | None]
"""Writes the file; gets whom to tell how many rows are written and whom to ask whether to stop. None
when cancelled."""


@dataclass
class _Run:
    """What the writing thread and the screen tell each other."""

    total: int
    done: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, rows: int) -> None:
        self.done = rows


class ExportDesk:
    """At most one export is under way.

    Args:
        ended: gets what changed, or None when it was cancelled.
        failed: gets the error.
    """

    def __init__(
        self,
        tasks: Tasks,
        ended: Callable[[ChangeSet | None], None],
        failed: Callable[[FieldappError], None],
    ) -> None:
        self._tasks = tasks
        self._ended = ended
        self._failed = failed
        self._run: _Run | None = None

    @property
    def progress(self) -> tuple[int, int] | None:
        """Rows written and their number (0 = not known); None when nothing is under way."""
        return None if self._run is None else (self._run.done, self._run.total)

    def start(self, export: Export, total: int) -> None:
        """Begin; a second call while one is under way is ignored."""
        if self._run is not None:
            return
        run = self._run = _Run(total)

        def done(changes: ChangeSet | None) -> None:
            self._run = None
            self._ended(changes)

        def failed(error: FieldappError) -> None:
            self._run = None
            self._failed(error)

        self._tasks.run_aside(lambda: export(run.progress, run.stop.is_set), done, failed)

    def cancel(self) -> None:
        """Stop at the next safe point: no file is left."""
        if self._run is not None:
            self._run.stop.set()
