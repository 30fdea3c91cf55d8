"""Needs for services in a household's file: what stands, and noting more. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.needs import PickedNeed
from fieldapp.services import need_views, needs
from fieldapp.services.need_views import HouseholdNeeds, NeedView
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("service_needs", "referrals", "referral_steps", "persons", "organisations", "users")
INITIATOR: Final = "household"


@dataclass(frozen=True, slots=True)
class NeedsState:
    """The card, and the panel in which needs are being noted (`adding`)."""

    today: dt.date
    loaded: bool = False
    needs: tuple[NeedView, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    may_add: bool = False
    adding: tuple[PickedNeed, ...] | None = None
    busy: bool = False
    error: str = ""


class NeedsPresenter:
    """Plain Python behind the card of needs."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[NeedsState], None],
        saved: Callable[[int], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._saved = saved
        self._reads: LatestRead[HouseholdNeeds] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._household_id = ""
        self.state = NeedsState(self._context.today())

    def enter(self, household_id: str) -> None:
        """Begin with a household."""
        self._household_id = household_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, household_id = self._context, self._household_id
        self._reads.ask(lambda: need_views.household_needs(context, household_id))

    def open(self, need_id: str) -> None:
        """The page of a need."""
        self._around.shell.go("need", need_id=need_id)

    def begin(self) -> None:
        """Open the panel."""
        if self.state.adding is None:
            self._show(adding=(), error="")

    def change(self, picked: tuple[PickedNeed, ...]) -> None:
        """Other needs are picked."""
        if self.state.adding is not None:
            self._show(adding=picked, error="")

    def remove(self, index: int) -> None:
        """Take one out."""
        picked = self.state.adding or ()
        self._show(adding=(*picked[:index], *picked[index + 1 :]))

    def cancel(self) -> None:
        """Close the panel; nothing is noted."""
        self._show(adding=None, error="")

    def save(self) -> None:
        """Note what was picked."""
        picked = self.state.adding
        if not picked or self.state.busy:
            return
        self._show(busy=True, error="")
        context, household_id = self._context, self._household_id

        def done(answer: tuple[list[str], ChangeSet]) -> None:
            self._around.publish(answer[1])
            self._show(busy=False, adding=None)
            self._saved(len(answer[0]))

        def refused(error: FieldappError) -> None:
            self._show(busy=False, error=self._around.texts.error(error))

        self._around.tasks.run(
            lambda: needs.add_needs(context, household_id, picked, INITIATOR), done, refused
        )

    def _on_loaded(self, found: HouseholdNeeds) -> None:
        self._show(loaded=True, needs=found.needs, people=found.people, may_add=found.may_add)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        if not self._reads.stopped:
            self._render(self.state)
