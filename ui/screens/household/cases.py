"""Urgent clues and reliefs in a household's file: what is open, what was given this year. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.clues import SETTLED
from fieldapp.services import clues, households, reference, relief_lists
from fieldapp.services.clue_desk import ClueItem
from fieldapp.services.relief_lists import ReliefItemView
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("clues", "clue_steps", "reliefs", "relief_steps", "visits", "households", "users")


@dataclass(frozen=True, slots=True)
class CasesState:
    """What the card shows."""

    today: dt.date
    clues: tuple[ClueItem, ...] = ()
    reliefs: tuple[ReliefItemView, ...] = ()
    may_propose: bool = False


class CasesPresenter:
    """Plain Python behind the card. Reliefs of the year stay on it: the same cause is helped once in it."""

    def __init__(self, surroundings: Surroundings, render: Callable[[CasesState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[CasesState] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._household_id = ""
        self.state = CasesState(self._context.today())

    def enter(self, household_id: str) -> None:
        """Begin with a household."""
        self._household_id = household_id
        self._reads.follow(self._around, KINDS, self._reload)
        self._reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def open_clue(self, clue_id: str) -> None:
        """The page of a clue."""
        self._around.shell.go("clue", clue_id=clue_id)

    def open_relief(self, relief_id: str) -> None:
        """The page of a relief."""
        self._around.shell.go("relief", relief_id=relief_id)

    def relieve(self) -> None:
        """Record what is given to this household."""
        self._around.shell.go("relief_form", household_id=self._household_id)

    def _reload(self) -> None:
        context, household_id = self._context, self._household_id

        def work() -> CasesState:
            today = context.today()
            if not reference.may(context, Permission.FOLLOW_CLUE):
                return CasesState(today)
            area = households.household_card(context, household_id).household.area_code
            given = relief_lists.household_reliefs(context, household_id)
            return CasesState(
                today,
                tuple(
                    one
                    for one in clues.clues_of_household(context, household_id)
                    if one.status not in SETTLED
                ),
                tuple(
                    one for one in given if one.is_open or local_day(one.relief.given_at).year == today.year
                ),
                reference.may(context, Permission.PROPOSE_RELIEF, area),
            )

        self._reads.ask(work)

    def _on_loaded(self, state: CasesState) -> None:
        self.state = state
        self._render(state)
