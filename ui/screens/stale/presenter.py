"""Says for how long the device has not synced, and leads to what is open all the same. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.domain.rules.staleness import days_without_sync
from ui.ports import Surroundings, SyncState, SyncStatus


@dataclass(frozen=True, slots=True)
class StaleState:
    """The page."""

    days: int = 0
    syncing: bool = False


class StalePresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[StaleState], None]) -> None:
        self._around = surroundings
        self._render = render
        self._end: Callable[[], None] = lambda: None

    def enter(self) -> None:
        """Begin."""
        self._end = self._around.on_sync(self._on_sync)
        self._on_sync(self._around.sync.status)

    def leave(self) -> None:
        """The page goes."""
        self._end()

    def sync(self) -> None:
        """Sync now: reading opens by itself when it has succeeded."""
        self._around.sync.sync_now()

    def report(self) -> None:
        """Report an urgent case."""
        self._around.shell.go("clue_report")

    def _on_sync(self, status: SyncStatus) -> None:
        days = days_without_sync(status.last_sync_at, self._around.context.clock())
        self._render(StaleState(days, status.state is SyncState.SYNCING))
