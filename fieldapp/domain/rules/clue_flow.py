"""What may be done about an urgent clue, by whom and when, and what stands after it (R24; domain layer).

One table for device and server. The server takes steps one after the other and numbers those that hold; a
device goes through the same steps in that order and lays its own unsent ones on top.
"""

import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.clues import (
    PRESSING,
    SETTLED,
    ClueAction,
    ClueFields,
    ClueStatus,
    ClueStepFields,
    Urgency,
)
from fieldapp.domain.rules.clue_clocks import Course


class Need(enum.StrEnum):
    """What a step must bring with it."""

    OPINION = "OPINION"
    ASSIGNEE = "ASSIGNEE"
    MAIN_CLUE = "MAIN_CLUE"
    DEPARTMENT = "DEPARTMENT"
    ON_SPOT = "ON_SPOT"
    """A visit where the household is known; else the time somebody was at the place."""
    VISIT = "VISIT"


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of R24: from any of `sources` to `target` (None = the status stays), by whoever holds one of
    `rights`, or by the assignee alone."""

    action: ClueAction
    sources: frozenset[ClueStatus]
    target: ClueStatus | None
    rights: frozenset[Permission] = frozenset()
    by_assignee: bool = False
    needs: tuple[Need, ...] = ()


def _row(
    action: ClueAction, sources: Collection[ClueStatus], target: ClueStatus | None,
    *rights: Permission, by_assignee: bool = False, needs: tuple[Need, ...] = (),
) -> Transition:  # fmt: skip
    return Transition(action, frozenset(sources), target, frozenset(rights), by_assignee, needs)


_S, _A, _P = ClueStatus, ClueAction, Permission
TRANSITIONS: Final = (
    _row(_A.ACCEPT, {_S.REPORTED}, _S.ACCEPTED, _P.ACCEPT_CLUE),
    _row(_A.MARK_DUPLICATE, {_S.REPORTED, _S.ACCEPTED}, _S.DUPLICATE, _P.ACCEPT_CLUE,
         needs=(Need.MAIN_CLUE,)),
    _row(_A.TRANSFER, {_S.REPORTED, _S.ACCEPTED}, _S.TRANSFERRED, _P.ACCEPT_CLUE,
         needs=(Need.DEPARTMENT, Need.OPINION)),
    _row(_A.ASSIGN, {_S.ACCEPTED, _S.REOPENED, _S.ASSIGNED, _S.VERIFYING}, _S.ASSIGNED, _P.ASSIGN_CLUE,
         needs=(Need.ASSIGNEE,)),
    _row(_A.START, {_S.ASSIGNED}, _S.VERIFYING, by_assignee=True),
    _row(_A.CONFIRM, {_S.VERIFYING}, _S.CONFIRMED, by_assignee=True, needs=(Need.ON_SPOT,)),
    _row(_A.NOT_CONFIRM, {_S.VERIFYING}, _S.NOT_CONFIRMED, by_assignee=True,
         needs=(Need.ON_SPOT, Need.OPINION)),
    _row(_A.RELIEF, {_S.CONFIRMED}, _S.IN_RELIEF, _P.ASSIGN_CLUE),
    _row(_A.PAPERS, {_S.IN_RELIEF, _S.FOLLOW_UP}, None, _P.ASSIGN_CLUE),
    _row(_A.FOLLOW_UP, {_S.CONFIRMED, _S.IN_RELIEF}, _S.FOLLOW_UP, _P.ASSIGN_CLUE),
    _row(_A.VISIT, {_S.FOLLOW_UP}, None, _P.FOLLOW_CLUE, needs=(Need.VISIT,)),
    _row(_A.CLOSE, {_S.FOLLOW_UP, _S.NOT_CONFIRMED}, _S.CLOSED, _P.CLOSE_CLUE, _P.CLOSE_URGENT_CLUE,
         needs=(Need.OPINION,)),
    _row(_A.REOPEN, SETTLED, _S.REOPENED, _P.ASSIGN_CLUE, needs=(Need.OPINION,)),
)  # fmt: skip
"""R24, with the readings of docs/decisions/0018: also a merged or transferred clue can be reopened, and one
whose assignee does not act is assigned anew."""
_BY_ACTION: Final = {one.action: one for one in TRANSITIONS}
_CLOSING_RIGHT: Final = {True: Permission.CLOSE_URGENT_CLUE, False: Permission.CLOSE_CLUE}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who wants to act: the user, and the rights he has where the clue is."""

    user_id: str
    rights: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class ClueState:
    """What stands after some steps. `steps` were taken by the server; `waiting` lie on top of them, on the
    device that made them only. `confirmed` None = nobody has been there yet."""

    status: ClueStatus
    urgency: Urgency
    reported_at: dt.datetime
    status_at: dt.datetime
    steps: int = 0
    waiting: int = 0
    household_id: str | None = None
    assignee_id: str = ""
    main_id: str | None = None
    department: str = ""
    accepted_at: dt.datetime | None = None
    on_spot_at: dt.datetime | None = None
    confirmed: bool | None = None
    relief_at: dt.datetime | None = None
    relief_given: bool = False
    relief_id: str | None = None
    papers_at: dt.datetime | None = None
    following_since: dt.datetime | None = None
    visits: tuple[dt.datetime, ...] = ()
    reopened_at: dt.datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether nobody here has to act."""
        return self.status in SETTLED

    @property
    def pressing(self) -> bool:
        """Whether it is an open L1 or L2 case: its household is visited every week (R4)."""
        return not self.settled and self.urgency in PRESSING and self.confirmed is not False

    @property
    def course(self) -> Course:
        """What its clocks are made of."""
        return Course(
            reported_at=self.reopened_at or self.reported_at,
            urgency=self.urgency,
            accepted_at=self.accepted_at,
            on_spot_at=self.on_spot_at,
            relief_at=self.relief_at,
            papers_at=self.papers_at,
            following_since=self.following_since,
            followed_up_at=self.visits,
            relief_given=self.relief_given,
            settled_at=self.status_at if self.settled else None,
        )


def begun(clue: ClueFields) -> ClueState:
    """The state of a clue as it was reported."""
    return ClueState(
        status=ClueStatus.REPORTED,
        urgency=clue.urgency,
        reported_at=clue.reported_at,
        status_at=clue.reported_at,
        household_id=clue.household_id,
    )


def refusal(state: ClueState, step: ClueStepFields, who: Standing, parameters: Parameters) -> str:
    """Why a step may not be taken; '' = it may.

    Codes: clue_step_late (somebody was first), clue_step_illegal (not from this status), not_permitted,
    reason_required, clue_assignee_needed, clue_main_needed, clue_department_needed, clue_on_spot_needed,
    clue_visit_needed, clue_follow_up_needed, clue_papers_not_due, clue_reopen_too_late.
    """
    row = _BY_ACTION[step.action]
    if state.status not in row.sources:
        seen = step.seen
        return "clue_step_late" if seen is not None and seen is not state.status else "clue_step_illegal"
    if not _has_right(row, state, who):
        return "not_permitted"
    if code := _not_yet(row, state):
        return code
    if step.action is ClueAction.REOPEN:
        last = state.status_at + dt.timedelta(days=parameters.clue_reopen_days)
        if step.at > last:
            return "clue_reopen_too_late"
    lowered = step.action is ClueAction.ACCEPT and step.urgency is not None and step.urgency > state.urgency
    if lowered and not step.opinion.strip():
        return "reason_required"  # taken less seriously than it was reported
    return next((code for need in row.needs if (code := _missing(need, state, step))), "")


def _has_right(row: Transition, state: ClueState, who: Standing) -> bool:
    if row.by_assignee:
        return who.user_id == state.assignee_id and Permission.FOLLOW_CLUE in who.rights
    if row.action is ClueAction.CLOSE:
        return _CLOSING_RIGHT[state.urgency in PRESSING] in who.rights
    return not row.rights.isdisjoint(who.rights)


def _not_yet(row: Transition, state: ClueState) -> str:
    """What must be done before, or need not be done; '' = nothing."""
    if row.action is ClueAction.CLOSE and state.confirmed and not state.visits:
        return "clue_follow_up_needed"
    if row.action is ClueAction.PAPERS and (not state.relief_given or state.papers_at is not None):
        return "clue_papers_not_due"
    return ""


def _missing(need: Need, state: ClueState, step: ClueStepFields) -> str:
    """The code of what a step lacks; '' = it is there."""
    household = state.household_id or step.found_household_id
    present = {
        Need.OPINION: (bool(step.opinion.strip()), "reason_required"),
        Need.ASSIGNEE: (bool(step.assignee_id), "clue_assignee_needed"),
        Need.MAIN_CLUE: (bool(step.main_id) and step.main_id != step.clue_id, "clue_main_needed"),
        Need.DEPARTMENT: (bool(step.department.strip()), "clue_department_needed"),
        Need.ON_SPOT: (
            bool(step.visit_id) if household else step.on_spot_at is not None,
            "clue_visit_needed" if household else "clue_on_spot_needed",
        ),
        Need.VISIT: (
            bool(step.visit_id) if household else step.on_spot_at is not None,
            "clue_visit_needed" if household else "clue_on_spot_needed",
        ),
    }
    there, code = present[need]
    return "" if there else code


def allowed_actions(state: ClueState, who: Standing) -> tuple[ClueAction, ...]:
    """What somebody may do now, in the order of the table; what each needs is for the step to bring.

    What would be refused whatever it brings (closing without a follow-up visit) is left out.
    """
    return tuple(
        row.action
        for row in TRANSITIONS
        if state.status in row.sources and _has_right(row, state, who) and not _not_yet(row, state)
    )


def needs_of(action: ClueAction) -> tuple[Need, ...]:
    """What a step of this kind must bring."""
    return _BY_ACTION[action].needs


def taken(state: ClueState, step: ClueStepFields) -> ClueState:
    """The state after a step that holds. Whether it may hold was asked before (`refusal`)."""
    row = _BY_ACTION[step.action]
    if step.action is ClueAction.REOPEN:
        state = replace(begun_again(state), reopened_at=step.at)
    changes = _EFFECTS[step.action](state, step)
    if row.target is not None:
        changes |= {"status": row.target, "status_at": step.at}
    return replace(state, steps=state.steps + 1, **changes)


def begun_again(state: ClueState) -> ClueState:
    """The state without what was done about it so far: what was found and reported stays."""
    return ClueState(
        status=state.status,
        urgency=state.urgency,
        reported_at=state.reported_at,
        status_at=state.status_at,
        steps=state.steps,
        household_id=state.household_id,
    )


_Effect = Callable[[ClueState, ClueStepFields], dict[str, Any]]
_EFFECTS: Final[dict[ClueAction, _Effect]] = {
    _A.ACCEPT: lambda state, step: {"accepted_at": step.at, "urgency": step.urgency or state.urgency},
    _A.MARK_DUPLICATE: lambda state, step: {"main_id": step.main_id},
    _A.TRANSFER: lambda state, step: {
        "department": step.department.strip(), "accepted_at": state.accepted_at or step.at,
    },
    _A.ASSIGN: lambda state, step: {
        "assignee_id": step.assignee_id, "accepted_at": state.accepted_at or step.at,
    },
    _A.START: lambda state, step: {"on_spot_at": state.on_spot_at or step.on_spot_at or step.at},
    _A.CONFIRM: lambda state, step: {
        "confirmed": True, "household_id": state.household_id or step.found_household_id,
    },
    # Nothing to relieve: that limit is kept too.
    _A.NOT_CONFIRM: lambda state, step: {"confirmed": False, "relief_at": state.relief_at or step.at},
    _A.RELIEF: lambda state, step: {
        "relief_at": step.at, "relief_given": True, "relief_id": step.relief_id,
    },
    _A.PAPERS: lambda state, step: {"papers_at": step.at},
    _A.FOLLOW_UP: lambda state, step: {
        "relief_at": state.relief_at or step.at, "following_since": step.at,
    },
    _A.VISIT: lambda state, step: {"visits": (*state.visits, step.on_spot_at or step.at)},
    _A.CLOSE: lambda state, step: {},
    _A.REOPEN: lambda state, step: {},
}  # fmt: skip
"""What a step leaves behind besides the status."""


def in_order(steps: Iterable[ClueStepFields]) -> list[ClueStepFields]:
    """The steps that hold, in the order in which the server took them, whatever order they came in."""
    return sorted((one for one in steps if one.seq and not one.refused_code), key=lambda one: one.seq)


def undecided(steps: Iterable[ClueStepFields]) -> list[ClueStepFields]:
    """Steps the server has not answered, oldest first."""
    return sorted((one for one in steps if not one.seq and not one.refused_code), key=_by_time)


def _by_time(step: ClueStepFields) -> tuple[dt.datetime, str]:
    return step.created_at, step.id


def state_of(clue: ClueFields, steps: Iterable[ClueStepFields]) -> ClueState:
    """What stands by the server's word: the fold of all steps that hold."""
    state = begun(clue)
    for step in in_order(steps):
        state = taken(state, step)
    return state


def expected_state(
    clue: ClueFields, steps: Sequence[ClueStepFields], who: Standing, parameters: Parameters
) -> ClueState:
    """What will stand if the server takes this device's unsent steps: those that would be refused as
    things are known here are passed over."""
    state = state_of(clue, steps)
    for step in undecided(steps):
        if not refusal(state, step, who, parameters):
            state = replace(taken(state, step), steps=state.steps, waiting=state.waiting + 1)
    return state
