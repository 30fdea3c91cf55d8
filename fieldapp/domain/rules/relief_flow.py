"""How a relief goes on, step by step (R24, R17; domain layer).

PROPOSED → DECIDED → PAID → FOLLOW_UP → DONE. On the ADVANCE path it may be paid first: papers are then
PENDING until they are complete, a decision confirms the payment (or does not), and only then it ends. What
the tables do not list is refused; the server's order of arrival is the order of the fold.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.reliefs import (
    DecisionLevel,
    FundSource,
    PapersState,
    ReliefAction,
    ReliefFields,
    ReliefOutcome,
    ReliefPath,
    ReliefStatus,
    ReliefStepFields,
)
from fieldapp.domain.rules.clue_clocks import limits_of
from fieldapp.domain.rules.working_days import Colour, Deadline, calendar_of, colour_of

_S, _A, _P = ReliefStatus, ReliefAction, ReliefPath
_BOTH: Final[dict[tuple[ReliefStatus, ReliefAction], ReliefStatus]] = {
    (_S.PROPOSED, _A.DECIDE): _S.DECIDED,
    (_S.PROPOSED, _A.DENY): _S.DENIED,
    (_S.DECIDED, _A.PAY): _S.PAID,
    (_S.PAID, _A.REFUND): _S.PAID,
    (_S.FOLLOW_UP, _A.REFUND): _S.FOLLOW_UP,
    (_S.PAID, _A.FOLLOW_UP): _S.FOLLOW_UP,
    (_S.FOLLOW_UP, _A.FOLLOW_UP): _S.FOLLOW_UP,
    (_S.FOLLOW_UP, _A.FINISH): _S.DONE,
}
TRANSITIONS: Final[dict[ReliefPath, dict[tuple[ReliefStatus, ReliefAction], ReliefStatus]]] = {
    _P.NORMAL: _BOTH,
    _P.ADVANCE: {
        **_BOTH,
        (_S.PROPOSED, _A.PAY): _S.PAID,
        (_S.PAID, _A.DECIDE): _S.PAID,
        (_S.PAID, _A.DENY): _S.PAID,
        (_S.FOLLOW_UP, _A.DECIDE): _S.FOLLOW_UP,
        (_S.FOLLOW_UP, _A.DENY): _S.FOLLOW_UP,
        (_S.PAID, _A.PAPERS): _S.PAID,
        (_S.FOLLOW_UP, _A.PAPERS): _S.FOLLOW_UP,
    },
}
"""What may follow what, by path. Everything else is refused."""
FINAL: Final = frozenset({_S.DENIED, _S.DONE})
OPEN_AFTER_PAYMENT: Final = frozenset({_S.PAID, _S.FOLLOW_UP})
"""States in which the family is visited until the relief is closed."""
_NEEDS: Final = {
    _A.DECIDE: Permission.DECIDE_RELIEF,
    _A.DENY: Permission.DECIDE_RELIEF,
    _A.PAY: Permission.RECORD_RELIEF,
    _A.REFUND: Permission.PROPOSE_RELIEF,
    _A.PAPERS: Permission.PROPOSE_RELIEF,
    _A.FOLLOW_UP: Permission.RECORD_RELIEF,
    _A.FINISH: Permission.PROPOSE_RELIEF,
}


@dataclass(frozen=True, slots=True)
class ReliefStanding:
    """How a relief stands after some steps. The names are those of the relief's server fields."""

    status: ReliefStatus = ReliefStatus.PROPOSED
    decision: ReliefAction | None = None
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    decided_amount: int = 0
    paid_at: dt.datetime | None = None
    paid_amount: int = 0
    refunded_amount: int = 0
    papers_state: PapersState = PapersState.NOT_NEEDED
    papers_due: dt.date | None = None
    papers_at: dt.datetime | None = None
    outcome: ReliefOutcome | None = None
    done_at: dt.datetime | None = None
    steps_taken: int = 0

    def papers_overdue(self, today: dt.date) -> bool:
        """Whether papers are still missing after their day."""
        pending = self.papers_state is PapersState.PENDING and self.papers_due is not None
        return pending and today > (self.papers_due or today)


FIELDS: Final = tuple(ReliefStanding.__dataclass_fields__)


def standing_of(relief: ReliefFields) -> ReliefStanding:
    """How a relief stands by its own fields, as the server last set them."""
    values: dict[str, Any] = {name: getattr(relief, name) for name in FIELDS}
    return ReliefStanding(**values)


def permission_for(relief: ReliefFields, action: ReliefAction) -> Permission:
    """What an action asks of its actor."""
    if action is ReliefAction.DECIDE and relief.decide_at_level is DecisionLevel.COUNTY:
        return Permission.DECIDE_RELIEF_ABOVE_LIMIT
    return _NEEDS[action]


def actions_from(relief: ReliefFields, standing: ReliefStanding) -> tuple[ReliefAction, ...]:
    """What could be done next, whoever asks."""
    listed = (action for status, action in TRANSITIONS[relief.path] if status is standing.status)
    return tuple(action for action in listed if _missing(standing, action, relief) is None)


def _missing(standing: ReliefStanding, action: ReliefAction, relief: ReliefFields) -> str | None:
    """The code of what must come before an action that the table lists; None = nothing."""
    if action in (ReliefAction.DECIDE, ReliefAction.DENY) and standing.decision is not None:
        return "relief_decided"
    if action is ReliefAction.PAPERS and standing.papers_state is not PapersState.PENDING:
        return "relief_papers_complete"
    if action is ReliefAction.REFUND and standing.refunded_amount >= standing.paid_amount:
        return "relief_refund_too_much"
    if action is ReliefAction.FINISH:
        if standing.papers_state is PapersState.PENDING:
            return "relief_papers_missing"
        if standing.decision is None:
            return "relief_not_decided"
    return None


def advance(
    relief: ReliefFields,
    standing: ReliefStanding,
    step: ReliefStepFields,
    parameters: Parameters,
) -> ReliefStanding:
    """How the relief stands after a step; who may take it is asked elsewhere (permission_for).

    Raises NotAllowedError relief_step_not_possible, relief_decided, relief_papers_missing,
    relief_papers_complete, relief_not_decided, relief_own_survey; RuleError for what the step lacks.
    """
    after = TRANSITIONS[relief.path].get((standing.status, step.action))
    if after is None:
        raise NotAllowedError("relief_step_not_possible", status=standing.status, action=step.action)
    if (missing := _missing(standing, step.action, relief)) is not None:
        raise NotAllowedError(missing)
    changed = _EFFECTS[step.action](relief, standing, step)
    if step.action is ReliefAction.PAY and relief.path is ReliefPath.ADVANCE:
        changed |= {
            "papers_state": PapersState.PENDING,
            "papers_due": papers_due(relief, step.at, parameters),
        }
    return replace(standing, status=after, steps_taken=standing.steps_taken + 1, **changed)


def papers_due(relief: ReliefFields, paid_at: dt.datetime, parameters: Parameters) -> dt.date:
    """The day by which papers of help given first are to be complete (R11)."""
    limit = limits_of(parameters, relief.urgency).papers
    days = parameters.relief.papers_working_days if limit is None else limit.working_days
    return calendar_of(parameters).add(local_day(paid_at), days)


def papers_deadline(standing: ReliefStanding, on: dt.date, parameters: Parameters) -> Deadline | None:
    """How the day for the papers stands on a day; None where none are owed."""
    due = standing.papers_due
    if standing.papers_state is not PapersState.PENDING or due is None:
        return None
    calendar = calendar_of(parameters)
    left = calendar.count(on, due)
    colour = Colour.RED if standing.papers_overdue(on) else colour_of(left)
    return Deadline(due, left, colour, calendar.knows(due))


def _decide(relief: ReliefFields, standing: ReliefStanding, step: ReliefStepFields) -> dict[str, Any]:
    if step.created_by == relief.created_by or step.created_by in relief.surveyors:
        # Nobody approves what he surveyed or proposed (brief 7).
        raise NotAllowedError("relief_own_survey")
    if step.action is ReliefAction.DENY:
        if not step.opinion.strip():
            raise RuleError("reason_required", "opinion")
    elif not 0 < step.amount <= relief.amount:
        raise RuleError("relief_amount_wrong", "amount")
    return {
        "decision": step.action,
        "decided_by": step.created_by,
        "decided_at": step.at,
        "decided_amount": step.amount if step.action is ReliefAction.DECIDE else 0,
    }


def _pay(relief: ReliefFields, standing: ReliefStanding, step: ReliefStepFields) -> dict[str, Any]:
    most = relief.amount if standing.decision is None else standing.decided_amount
    if not 0 < step.amount <= most:
        raise RuleError("relief_amount_wrong", "amount")
    if step.signature is None and relief.signature is None:
        raise RuleError("relief_signature_required", "signature")
    return {"paid_at": step.at, "paid_amount": step.amount}


def _refund(relief: ReliefFields, standing: ReliefStanding, step: ReliefStepFields) -> dict[str, Any]:
    if step.amount <= 0:
        raise RuleError("relief_amount_wrong", "amount")
    if standing.refunded_amount + step.amount > standing.paid_amount:
        raise RuleError("relief_refund_too_much", "amount")
    if not step.opinion.strip():
        raise RuleError("reason_required", "opinion")
    return {"refunded_amount": standing.refunded_amount + step.amount}


def _papers(relief: ReliefFields, standing: ReliefStanding, step: ReliefStepFields) -> dict[str, Any]:
    return {"papers_state": PapersState.COMPLETE, "papers_at": step.at}


def _follow_up(relief: ReliefFields, standing: ReliefStanding, step: ReliefStepFields) -> dict[str, Any]:
    if not step.visit_id:
        raise RuleError("relief_visit_required", "visit_id")
    return {}


def _finish(relief: ReliefFields, standing: ReliefStanding, step: ReliefStepFields) -> dict[str, Any]:
    if step.outcome is None:
        raise RuleError("relief_outcome_required", "outcome")
    return {"outcome": step.outcome, "done_at": step.at}


_EFFECTS: Final = {
    _A.DECIDE: _decide,
    _A.DENY: _decide,
    _A.PAY: _pay,
    _A.REFUND: _refund,
    _A.PAPERS: _papers,
    _A.FOLLOW_UP: _follow_up,
    _A.FINISH: _finish,
}


def fold(
    relief: ReliefFields,
    steps: Iterable[ReliefStepFields],
    parameters: Parameters,
    standing: ReliefStanding | None = None,
) -> ReliefStanding:
    """How a relief stands after steps in their order; those that are not possible change nothing."""
    now = standing or ReliefStanding()
    for step in steps:
        try:
            now = advance(relief, now, step, parameters)
        except FieldappError:
            continue
    return now


def with_own(
    relief: ReliefFields, steps: Iterable[ReliefStepFields], parameters: Parameters
) -> ReliefStanding:
    """How a relief stands on a device: what the server said of it, and on top of that the steps it has not
    counted into it yet, in the order given."""
    ahead = [step for step in steps if not step.refused_code and not 0 < step.seq <= relief.steps_taken]
    return fold(relief, ahead, parameters, standing_of(relief))


def laid_over(relief: ReliefFields, standing: ReliefStanding) -> ReliefFields:
    """The relief with a standing as its own."""
    return relief.model_copy(update={name: getattr(standing, name) for name in FIELDS})


def accepted(steps: Iterable[ReliefStepFields]) -> list[ReliefStepFields]:
    """The steps the server accepted, in its order."""
    return sorted((step for step in steps if step.seq > 0), key=lambda step: step.seq)


def fund_movement(relief: ReliefFields, step: ReliefStepFields) -> int:
    """What an accepted step adds to the standby fund, in fen: below 0 for a payment, 0 = nothing."""
    if relief.fund_source is not FundSource.STANDBY:
        return 0
    return {ReliefAction.PAY: -step.amount, ReliefAction.REFUND: step.amount}.get(step.action, 0)
