"""What clues are looked at with: who looks, his rights, names, states, rows of lists (use cases are in
services.clues and services.clue_alerts)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.clues import (
    ClueAction,
    ClueFields,
    ClueKind,
    ClueSource,
    ClueStatus,
    ClueStepFields,
    Urgency,
)
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.rules.clue_clocks import ClockView, clocks_of, look_at, running
from fieldapp.domain.rules.clue_flow import ClueState, Standing, allowed_actions, expected_state
from fieldapp.domain.rules.working_days import Colour
from fieldapp.services.context import Context
from fieldapp.storage.repositories import clues, households

URGENCY_ORDER = {Urgency.L1: 0, Urgency.L2: 1, Urgency.L3: 2}
FAR_AHEAD = dt.datetime.max.replace(tzinfo=dt.UTC)
CLUE_RIGHTS = frozenset(
    {
        Permission.FOLLOW_CLUE,
        Permission.ACCEPT_CLUE,
        Permission.ASSIGN_CLUE,
        Permission.CLOSE_CLUE,
        Permission.CLOSE_URGENT_CLUE,
    }
)


@dataclass(frozen=True, slots=True)
class ClueItem:
    """A clue in a list. `status` already counts this device's unsent steps (`waiting` of them); `unsent`
    the report itself has not reached the server. `clock` runs out first; None where none runs."""

    clue_id: str
    clue_no: str
    status: ClueStatus
    waiting: int
    unsent: bool
    kind: ClueKind
    urgency: Urgency
    source: ClueSource
    place: str
    area_code: str
    village_name: str
    person_name: str
    household_id: str | None
    reporter_name: str
    assignee_name: str
    reported_at: dt.datetime
    clock: ClockView | None
    overdue: bool
    mine: bool
    merged: int
    clock_suspect: bool

    @property
    def colour(self) -> Colour:
        """Colour of the clock that runs out first; GREEN where none runs."""
        return self.clock.colour if self.clock is not None else Colour.GREEN


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in the timeline. `waiting` = not answered by the server; `refused_code` = it does not hold."""

    step: ClueStepFields
    actor_name: str
    assignee_name: str
    waiting: bool
    refused_code: str


class ClueDesk:
    """What many clues are looked at with: who looks, the county's numbers, names, states."""

    def __init__(self, context: Context, connection: Connection) -> None:
        self.actor: Actor = context.actor(connection)
        self.parameters: Parameters = context.parameters(connection)
        self.names = households.user_names(connection)
        self._context = context
        self._connection = connection
        self.area_names = households.area_names(connection)
        self._homes: dict[str, str] = {}

    def area_of(self, clue: ClueFields) -> str:
        """Where a clue is: with its household, where that is known here."""
        if not clue.household_id:
            return clue.area_code
        if clue.household_id not in self._homes:
            home = households.get_many(self._connection, [clue.household_id]).get(clue.household_id)
            self._homes[clue.household_id] = home.area_code if home is not None else clue.area_code
        return self._homes[clue.household_id]

    def standing(self, area_code: str) -> Standing:
        """The worker's rights somewhere."""
        rights = {one for one in CLUE_RIGHTS if self.actor.may(one, area_code)}
        return Standing(self._context.user_id, frozenset(rights))

    def states(self, found: Sequence[ClueFields]) -> dict[str, ClueState]:
        """What stands for each, unsent steps of this device counted."""
        steps = clues.steps_of(self._connection, [one.id for one in found])
        refused = clues.refused_ops(self._connection, [s.id for some in steps.values() for s in some])
        return {
            one.id: expected_state(
                one,
                [step for step in steps.get(one.id, ()) if step.id not in refused],
                self.standing(self.area_of(one)),
                self.parameters,
            )
            for one in found
        }

    def items(self, found: Sequence[ClueFields]) -> list[ClueItem]:
        """Clues as lists show them, in the order given."""
        states = self.states(found)
        merged = clues.merged_counts(self._connection)
        unsent = clues.unsent(self._connection, [one.id for one in found])
        heads = households.get_many(
            self._connection, [state.household_id for state in states.values() if state.household_id]
        )
        return [
            self._item(one, states[one.id], heads, unsent=one.id in unsent, merged=merged.get(one.id, 0))
            for one in found
        ]

    def _item(
        self, clue: ClueFields, state: ClueState, heads: dict[str, HouseholdFields], *, unsent: bool,
        merged: int,
    ) -> ClueItem:  # fmt: skip
        now = self._context.clock()
        live = running(clocks_of(state.course, self.parameters))
        looked = [look_at(one, now, self.parameters) for one in live]
        head = heads.get(state.household_id or "")
        person = clue.person.name if clue.person is not None else ""
        return ClueItem(
            clue_id=clue.id,
            clue_no=clue.clue_no,
            status=state.status,
            waiting=state.waiting,
            unsent=unsent,
            kind=clue.kind,
            urgency=state.urgency,
            source=clue.source,
            place=clue.place,
            area_code=clue.area_code,
            village_name=self.area_names.get(clue.area_code[:12], self.area_names.get(clue.area_code, "")),
            person_name=person or (head.head_name if head is not None else ""),
            household_id=state.household_id,
            reporter_name=self.names.get(clue.created_by, ""),
            assignee_name=self.names.get(state.assignee_id, ""),
            reported_at=clue.reported_at,
            clock=looked[0] if looked else None,
            overdue=any(one.overdue for one in looked),
            mine=self._is_mine(clue, state),
            merged=merged,
            clock_suspect=clue.clock_suspect or bool(clue.flags),
        )

    def _is_mine(self, clue: ClueFields, state: ClueState) -> bool:
        """Whether it waits for the worker: an assigned one for its assignee, others for whom the next step
        falls to."""
        if state.settled:
            return False
        if state.status in (ClueStatus.ASSIGNED, ClueStatus.VERIFYING):
            return state.assignee_id == self._context.user_id
        offered = allowed_actions(state, self.standing(self.area_of(clue)))
        return any(action is not ClueAction.VISIT for action in offered)

    def step_view(self, step: ClueStepFields, refused: dict[str, str]) -> StepView:
        """A step with names."""
        code = step.refused_code or refused.get(step.id, "")
        return StepView(
            step=step,
            actor_name=self.names.get(step.created_by, ""),
            assignee_name=self.names.get(step.assignee_id, ""),
            waiting=not step.seq and not code,
            refused_code=code,
        )
