"""Decides what the page of a finding shows, and takes the word that it is put right. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.services import spot_checks
from fieldapp.services.spot_checks import TownFinding
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

INITIATOR: Final = "spot_check_finding"
KINDS: Final = ("spot_check_results", "spot_check_rectifications", "households")


@dataclass(frozen=True, slots=True)
class FindingState:
    """The page. `gone`: the finding is not on this device; `problem`: why the word was not taken."""

    today: dt.date
    finding: TownFinding | None = None
    gone: bool = False
    problem: str = ""
    busy: bool = False


class FindingPresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[FindingState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._result_id = ""
        self._reads: LatestRead[TownFinding | None] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self.state = FindingState(self._context.today())

    def enter(self, result_id: str) -> None:
        """Begin."""
        self._result_id = result_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, result_id = self._context, self._result_id

        def work() -> TownFinding | None:
            found = spot_checks.spot_checks(context).findings
            return next((one for one in found if one.result.id == result_id), None)

        self._reads.ask(work)

    def rectify(self, day: dt.date | None, note: str) -> None:
        """Say that it is put right."""
        if self.state.busy:
            return
        context, result_id = self._context, self._result_id
        self._show(busy=True, problem="")
        self._around.tasks.run(
            lambda: spot_checks.rectify(context, result_id, day or context.today(), note, INITIATOR),
            self._on_kept,
            self._on_refused,
        )

    def _on_kept(self, changes: ChangeSet) -> None:
        self._show(busy=False)
        self._around.publish(changes)
        self.reload()

    def _on_refused(self, error: FieldappError) -> None:
        self._show(busy=False, problem=self._around.texts.error(error))

    def _on_loaded(self, finding: TownFinding | None) -> None:
        self._show(today=self._context.today(), finding=finding, gone=finding is None)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
