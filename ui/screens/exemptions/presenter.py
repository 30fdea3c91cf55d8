"""Decides which requests wait, and takes the decision on one of them. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.exemptions import ExemptionVerdict
from fieldapp.services import exemptions
from fieldapp.services.exemptions import ExemptionItem
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("visit_exemptions", "exemption_decisions", "households", "users", "areas")
INITIATOR: Final = "exemptions"


@dataclass(frozen=True, slots=True)
class Deciding:
    """The request whose panel is open; `error` at the reason, or `trouble` with the whole."""

    item: ExemptionItem
    verdict: ExemptionVerdict | None = None
    busy: bool = False
    error: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ExemptionsState:
    """Requests that wait, oldest first, and those decided last."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    waiting: tuple[ExemptionItem, ...] = ()
    decided: tuple[ExemptionItem, ...] = ()
    deciding: Deciding | None = None

    @property
    def mine(self) -> int:
        """How many wait for this worker."""
        return sum(one.may_decide for one in self.waiting)


class ExemptionsPresenter:
    """Plain Python behind the page. `decided` is told of the verdict that was taken."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[ExemptionsState], None],
        decided: Callable[[ExemptionVerdict], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._decided = decided
        self._reads: LatestRead[list[ExemptionItem]] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self.state = ExemptionsState(self._context.today())

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
        self._reads.ask(lambda: exemptions.exemptions(context))

    def open_household(self, exemption_id: str) -> None:
        """The file of the household a request is about."""
        items = (*self.state.waiting, *self.state.decided)
        found = next((one for one in items if one.exemption_id == exemption_id), None)
        if found is not None:
            self._around.shell.go("household", household_id=found.household_id)

    def begin(self, exemption_id: str) -> None:
        """Open the panel of a request."""
        found = next((one for one in self.state.waiting if one.exemption_id == exemption_id), None)
        if found is not None and found.may_decide:
            self._show(deciding=Deciding(found))

    def cancel(self) -> None:
        """Close it."""
        self._show(deciding=None)

    def choose(self, verdict: ExemptionVerdict) -> None:
        """Approve or refuse; taken by `decide`."""
        if self.state.deciding is not None:
            self._show(deciding=replace(self.state.deciding, verdict=verdict, error="", trouble=""))

    def decide(self, reason: str) -> None:
        """Take the chosen decision."""
        deciding = self.state.deciding
        if deciding is None or deciding.busy or deciding.verdict is None:
            return
        verdict, exemption_id = deciding.verdict, deciding.item.exemption_id
        self._show(deciding=replace(deciding, busy=True))
        context = self._context

        def done(changes: ChangeSet) -> None:
            if not self._reads.stopped:
                self._show(deciding=None)
            self._around.publish(changes)
            if not self._reads.stopped:
                self._decided(verdict)

        def refused(error: FieldappError) -> None:
            if self._reads.stopped:
                return
            words = self._around.texts.error(error)
            at_reason = isinstance(error, RuleError) and error.field == "reason"
            self._show(
                deciding=replace(
                    deciding, busy=False, error=words if at_reason else "", trouble="" if at_reason else words
                )
            )

        self._around.tasks.run(
            lambda: exemptions.decide_exemption(context, exemption_id, verdict, reason, INITIATOR),
            done,
            refused,
        )

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _on_loaded(self, found: list[ExemptionItem]) -> None:
        waiting = tuple(one for one in found if one.verdict is None)
        deciding = self.state.deciding
        if deciding is not None and all(one.exemption_id != deciding.item.exemption_id for one in waiting):
            deciding = None  # somebody was first
        self._show(
            today=self._context.today(),
            loaded=True,
            trouble="",
            waiting=waiting,
            decided=tuple(one for one in found if one.verdict is not None),
            deciding=deciding,
        )

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
