"""Decides what the list of spot checks shows. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.records.spot_checks import TargetStatus
from fieldapp.services import spot_checks
from fieldapp.services.spot_checks import CheckTask, SpotCheckDesk, TownFinding
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = (
    "spot_check_targets", "spot_check_results", "spot_check_rectifications", "spot_check_drafts",
    "households", "users",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpotChecksState:
    """The list: `tasks` of an inspector, `findings` of a town."""

    today: dt.date
    loaded: bool = False
    tasks: tuple[CheckTask, ...] = ()
    findings: tuple[TownFinding, ...] = ()
    inspects: bool = False


class SpotChecksPresenter:
    """Plain Python behind the list."""

    def __init__(self, surroundings: Surroundings, render: Callable[[SpotChecksState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[SpotCheckDesk] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self.state = SpotChecksState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context
        self._reads.ask(lambda: spot_checks.spot_checks(context))

    def open(self, key: str) -> None:
        """A target that is to be checked opens its form; a finding its page; what is done stays closed."""
        task = next((one for one in self.state.tasks if one.target.id == key), None)
        if task is None:
            self._around.shell.go("spot_check_finding", result_id=key)
        elif task.target.status is TargetStatus.OPEN and not task.waiting:
            self._around.shell.go("spot_check", target_id=key)

    def _on_loaded(self, desk: SpotCheckDesk) -> None:
        self.state = replace(
            self.state, today=self._context.today(), loaded=True, tasks=desk.tasks, findings=desk.findings,
            inspects=desk.inspects,
        )  # fmt: skip
        self._render(self.state)
