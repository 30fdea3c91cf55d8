"""Temporary relief on the device (S8, R11, R17): propose or record on the spot, decide, pay, papers, visits
afterwards. Works offline; the server has the last word about every step. Lists: services.relief_lists."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.reliefs import (
    DecisionLevel,
    FundSource,
    HardshipGrade,
    ReliefAction,
    ReliefCause,
    ReliefFields,
    ReliefItem,
    ReliefKind,
    ReliefOutcome,
    ReliefPath,
    ReliefStepFields,
)
from fieldapp.domain.records.visits import Photo, Purpose, Signature, VisitFields
from fieldapp.domain.rules.finding import Finding, Severity
from fieldapp.domain.rules.relief_amount import (
    CashLimit,
    cash_limit,
    check_relief,
    decision_level,
    repeats,
    total,
    town_limit,
)
from fieldapp.domain.rules.relief_flow import (
    ReliefStanding,
    actions_from,
    advance,
    laid_over,
    papers_deadline,
    permission_for,
    with_own,
)
from fieldapp.domain.rules.relief_followup import FollowUp, follow_up
from fieldapp.domain.rules.standby_fund import balance
from fieldapp.domain.rules.visit_facts import visit_facts
from fieldapp.domain.rules.working_days import Deadline
from fieldapp.services.context import Context
from fieldapp.services.relief_clues import clue_of_new_relief, clue_of_step
from fieldapp.storage import rows
from fieldapp.storage.repositories import households, reliefs
from fieldapp.storage.unit_of_work import UnitOfWork

_TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]
_VILLAGE: Final = CODE_LENGTH[AreaLevel.VILLAGE]
_PRESSING: Final = frozenset({ReliefAction.PAY, ReliefAction.DECIDE, ReliefAction.DENY})
"""Steps that go first in the next sync. Others wait their turn: a follow-up behind the visit it names."""


@dataclass(frozen=True, slots=True)
class NewRelief:
    """A relief as the form gives it. Without `household_id`: `recipient` and `area_code` say who and where.

    `surveyors` are those who looked into it at the door; whoever proposes it belongs to them anyway as far
    as deciding goes. `given_at` None = now.
    """

    kind: ReliefKind
    path: ReliefPath
    cause: ReliefCause
    reason: str
    items: tuple[ReliefItem, ...]
    household_id: str | None = None
    area_code: str = ""
    recipient: str = ""
    persons: tuple[str, ...] = ()
    person_count: int = 1
    urgency: Urgency = Urgency.L2
    grade: HardshipGrade | None = None
    fund_source: FundSource = FundSource.STANDBY
    clue_id: str | None = None
    visit_id: str | None = None
    self_paid: int = 0
    repeat_reason: str = ""
    surveyors: tuple[str, ...] = ()
    village_opinion: str = ""
    photos: tuple[Photo, ...] = ()
    signature: Signature | None = None
    given_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as the panel gives it; amounts in fen."""

    action: ReliefAction
    opinion: str = ""
    amount: int = 0
    visit_id: str | None = None
    outcome: ReliefOutcome | None = None
    photos: tuple[Photo, ...] = ()
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class ReliefView:
    """A relief to read and act on.

    `relief` carries the standing, own unsent steps included. `steps` are all, refused ones with their code;
    `waiting` are ids of those the server has not seen. `actions` are what this worker may do now. `papers` is
    by when they are to be complete, None where none are owed. `fund` is the balance in fen of the town's
    standby fund, None where the worker may not know it. `clue_here`: the clue it came from can be opened.
    """

    relief: ReliefFields
    standing: ReliefStanding
    household: HouseholdFields | None
    steps: tuple[ReliefStepFields, ...]
    waiting: frozenset[str]
    actions: tuple[ReliefAction, ...]
    level: DecisionLevel
    follow_up: FollowUp | None
    relief_visits: tuple[VisitFields, ...]
    user_names: dict[str, str]
    fund: int | None
    unsent: bool
    papers: Deadline | None
    village_name: str
    clue_here: bool


@dataclass(frozen=True, slots=True)
class ReliefLimits:
    """What the form shows while amounts are typed, in fen: the cash rule (None without a grade), the town's
    limit, and whether the same cause was helped this year."""

    cash: CashLimit | None
    town: int
    repeated: bool


# -- giving -------------------------------------------------------------------------------------------


def check_new_relief(context: Context, new: NewRelief) -> list[Finding]:
    """What stops a relief (errors) and what whoever decides should know (warnings), each at its field."""
    with context.store.reading() as connection:
        relief = _relief(context, connection, new, context.clock())
        return check_relief(relief, context.parameters(connection), repeated=_repeated(connection, relief))


def relief_limits(context: Context, new: NewRelief) -> ReliefLimits:
    """The limits that hold for a relief as it is typed so far."""
    with context.store.reading() as connection:
        relief = _relief(context, connection, new, context.clock())
        rules = context.parameters(connection).relief
        repeated = _repeated(connection, relief)
    day = local_day(relief.given_at)
    return ReliefLimits(
        cash=None if new.grade is None else cash_limit(rules, new.person_count, new.grade, day),
        town=town_limit(rules, relief.area_code, day),
        repeated=repeated,
    )


def propose_relief(context: Context, new: NewRelief, initiator: str = "") -> tuple[str, ChangeSet]:
    """Record a relief, proposed or given on the spot; ADVANCE goes first in the next sync. Payment and all
    else are steps (`take_step`). The clue it came from is in relief with it. Returns its id.

    Raises the first error of check_new_relief as RuleError; NotAllowedError not_permitted,
    household_not_here.
    """
    with context.store.unit_of_work(initiator) as work:
        relief = put_relief(context, work, new)
        return relief.id, work.commit()


def put_relief(context: Context, work: UnitOfWork, new: NewRelief) -> ReliefFields:
    """propose_relief inside a unit of work. Raises as it does."""
    parameters = context.parameters(work.connection)
    relief = _relief(context, work.connection, new, work.now(), work.new_id())
    context.actor(work.connection).require(Permission.PROPOSE_RELIEF, relief.area_code)
    repeated = _repeated(work.connection, relief)
    for finding in check_relief(relief, parameters, repeated=repeated):
        if finding.severity is Severity.ERROR:
            raise RuleError(finding.code, finding.field, **finding.facts)
    level = decision_level(relief, parameters, repeated=repeated)
    relief = relief.model_copy(update={"decide_at_level": level})
    work.save("reliefs", relief, urgent=relief.path is ReliefPath.ADVANCE)
    clue_of_new_relief(context, work, relief)
    return relief


def _relief(
    context: Context, connection: Connection, new: NewRelief, now: dt.datetime, record_id: str = "draft"
) -> ReliefFields:
    area_code = new.area_code
    if new.household_id is not None:
        area_code = households.get(connection, new.household_id).area_code
    elif len(area_code) < CODE_LENGTH[AreaLevel.VILLAGE]:
        raise RuleError("unknown_area", "area_code")
    return ReliefFields.model_validate(
        {
            "id": record_id, "created_at": now, "created_by": context.user_id, "updated_at": now,
            "updated_by": context.user_id, "device_id": context.device_id,
            "household_id": new.household_id, "area_code": area_code, "clue_id": new.clue_id,
            "visit_id": new.visit_id, "kind": new.kind, "path": new.path, "cause": new.cause,
            "urgency": new.urgency, "grade": new.grade, "reason": new.reason.strip(),
            "recipient": new.recipient.strip(), "persons": new.persons, "person_count": new.person_count,
            "self_paid": new.self_paid, "items": new.items, "amount": total(new.items),
            "fund_source": new.fund_source, "repeat_reason": new.repeat_reason.strip(),
            "surveyors": new.surveyors, "village_opinion": new.village_opinion.strip(),
            "photos": new.photos, "signature": new.signature, "given_at": new.given_at or now,
        }
    )  # fmt: skip


def _repeated(connection: Connection, relief: ReliefFields) -> bool:
    return repeats(relief, reliefs.of_cause(connection, relief.area_code[:_TOWN], relief.cause))


# -- steps --------------------------------------------------------------------------------------------


def take_step(context: Context, relief_id: str, new: NewStep, initiator: str = "") -> ChangeSet:
    """Take a step. It counts here at once and on the server when it gets there, unless somebody was first:
    it then stays on file with the reason.

    Raises NotAllowedError not_permitted, relief_not_here, relief_step_not_possible, relief_own_survey,
    relief_visit_unknown …; RuleError for what the step lacks.
    """
    with context.store.unit_of_work(initiator) as work:
        put_step(context, work, relief_id, new)
        return work.commit()


def put_step(context: Context, work: UnitOfWork, relief_id: str, new: NewStep) -> None:
    """take_step inside a unit of work. Raises as it does."""
    relief, standing, _ = _standing(context, work.connection, relief_id)
    context.actor(work.connection).require(permission_for(relief, new.action), relief.area_code)
    now = work.now()
    step = ReliefStepFields.model_validate(
        {
            "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
            "updated_by": context.user_id, "device_id": context.device_id, "relief_id": relief_id,
            "household_id": relief.household_id, "area_code": relief.area_code, "action": new.action,
            "at": now, "opinion": new.opinion.strip(), "amount": new.amount, "visit_id": new.visit_id,
            "outcome": new.outcome, "photos": new.photos, "signature": new.signature,
        }
    )  # fmt: skip
    _check_visit(work.connection, step)
    advance(relief, standing, step, context.parameters(work.connection))
    pressing = relief.path is ReliefPath.ADVANCE and new.action in _PRESSING
    work.save("relief_steps", step, urgent=pressing)
    work.touch("reliefs", relief_id)
    clue_of_step(context, work, relief, new.action)


def _check_visit(connection: Connection, step: ReliefStepFields) -> None:
    if step.action is not ReliefAction.FOLLOW_UP or not step.visit_id:
        return
    visit = rows.find(connection, "visits", step.visit_id)
    if (
        not isinstance(visit, VisitFields)
        or visit.purpose is not Purpose.RELIEF
        or visit.household_id != step.household_id
    ):
        raise NotAllowedError("relief_visit_unknown")


def _standing(
    context: Context, connection: Connection, relief_id: str
) -> tuple[ReliefFields, ReliefStanding, list[ReliefStepFields]]:
    relief = reliefs.get(connection, relief_id)
    steps = reliefs.steps(connection, [relief_id])
    return relief, with_own(relief, steps, context.parameters(connection)), steps


# -- looking ------------------------------------------------------------------------------------------


def relief_view(context: Context, relief_id: str) -> ReliefView:
    """A relief to read and act on. Raises NotAllowedError relief_not_here, not_permitted."""
    with context.store.reading() as connection:
        stored, standing, steps = _standing(context, connection, relief_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, stored.area_code)
        household = None
        made: list[VisitFields] = []
        if stored.household_id is not None:
            household = households.get(connection, stored.household_id)
            made = reliefs.relief_visits(connection, [stored.household_id])
        parameters = context.parameters(connection)
        names = households.user_names(connection)
        unsent = bool(reliefs.unsent_ids(connection, [relief_id]))
        village_name = households.area_names(connection).get(stored.area_code[:_VILLAGE], "")
        clue_here = stored.clue_id is not None and rows.find(connection, "clues", stored.clue_id) is not None
        fund = None
        if actor.may(Permission.READ_FUND, stored.area_code):
            fund = balance(reliefs.fund_entries(connection, stored.area_code[:_TOWN]))
    relief = laid_over(stored, standing)
    return ReliefView(
        relief=relief,
        standing=standing,
        household=household,
        steps=tuple(steps),
        waiting=frozenset(step.id for step in steps if step.seq == 0 and not step.refused_code),
        actions=allowed(actor, context.user_id, relief, standing),
        level=relief.decide_at_level,
        follow_up=follow_up(relief, visit_facts(made), parameters),
        relief_visits=tuple(reversed(made)),
        user_names=names,
        fund=fund,
        unsent=unsent,
        papers=papers_deadline(standing, context.today(), parameters),
        village_name=village_name,
        clue_here=clue_here,
    )


def allowed(
    actor: Actor, user_id: str, relief: ReliefFields, standing: ReliefStanding
) -> tuple[ReliefAction, ...]:
    """What a worker may do about a relief now: nobody decides about what he proposed or looked into."""
    own = user_id == relief.created_by or user_id in relief.surveyors
    deciding = (ReliefAction.DECIDE, ReliefAction.DENY)
    return tuple(
        action
        for action in actions_from(relief, standing)
        if actor.may(permission_for(relief, action), relief.area_code) and not (own and action in deciding)
    )
