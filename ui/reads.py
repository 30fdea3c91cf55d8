"""Reading for a screen: one read at a time, the newest question wins, nothing after the screen is gone."""

from collections.abc import Callable, Collection
from typing import Generic, TypeVar

from fieldapp.domain.errors import FieldappError
from ui.ports import Surroundings, Tasks

T = TypeVar("T")


class LatestRead(Generic[T]):
    """Asks the database and delivers the answer to the newest question only.

    While one read runs, later ones wait and replace each other: a worker who types ten letters, or a
    sync that changes ten records, costs two reads and not ten.
    """

    def __init__(
        self, tasks: Tasks, done: Callable[[T], None], failed: Callable[[FieldappError], None]
    ) -> None:
        self._tasks = tasks
        self._done = done
        self._failed = failed
        self._busy = False
        self._next: Callable[[], T] | None = None
        self._end: Callable[[], None] = lambda: None
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether the screen has gone; answers to what it asked elsewhere come too late as well."""
        return self._stopped

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._busy

    def ask(self, work: Callable[[], T]) -> None:
        """Read, or read again after the read under way."""
        if self._stopped:
            return
        if self._busy:
            self._next = work
            return
        self._busy = True
        self._tasks.run(work, self._answered, self._broken)

    def follow(self, surroundings: Surroundings, kinds: Collection[str], reload: Callable[[], None]) -> None:
        """Until `stop`, reload whenever a record of some kinds has changed."""
        self._end = surroundings.on_change(lambda changes: reload() if changes.touches(*kinds) else None)

    def stop(self) -> None:
        """The screen is going: what still arrives is dropped."""
        self._end()
        self._stopped = True
        self._next = None

    def _answered(self, value: T) -> None:
        if not self._went_on() and not self._stopped:
            self._done(value)

    def _broken(self, error: FieldappError) -> None:
        if not self._went_on() and not self._stopped:
            self._failed(error)

    def _went_on(self) -> bool:
        self._busy = False
        work, self._next = self._next, None
        if work is not None:
            self.ask(work)
        return work is not None


def toast_error(surroundings: Surroundings) -> Callable[[FieldappError], None]:
    """Say an error that has no place of its own on the screen."""
    return lambda error: surroundings.shell.toast(surroundings.texts.error(error))
