"""Urgent clues after the report (S7, S9, R11, R24): inbox, one clue with its steps, taking a step.

A step made here is shown as waiting until the server has taken it; what it refused says why. Reports are
written in services.clue_reports.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.base import Value
from fieldapp.domain.records.clues import (
    PRESSING,
    ClueAction,
    ClueFields,
    ClueKind,
    ClueReceiptFields,
    ClueSource,
    ClueStatus,
    ClueStepFields,
    Escalation,
    Urgency,
)
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.clue_clocks import ClockView, clocks_of, look_at
from fieldapp.domain.rules.clue_flow import (
    ClueState,
    Need,
    allowed_actions,
    needs_of,
    refusal,
)
from fieldapp.domain.rules.clue_report import Alike, alike, may_be_main
from fieldapp.services.clue_desk import FAR_AHEAD, URGENCY_ORDER, ClueDesk, ClueItem, StepView
from fieldapp.services.clue_reports import DutyPhone, phones_of
from fieldapp.services.context import Context
from fieldapp.storage import rows
from fieldapp.storage.repositories import clues, households, visits
from fieldapp.storage.unit_of_work import UnitOfWork

MOST_LISTED = 500
"""How many clues that are over a list shows, the newest ones."""


class Inbox(enum.StrEnum):
    """Which clues of one's area: OPEN all that are not over, MINE those that wait for me, OVERDUE those with
    a limit that has passed, OVER the newest of the others."""

    OPEN = "OPEN"
    MINE = "MINE"
    OVERDUE = "OVERDUE"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class OwnClue:
    """A clue I reported, as I may know of it: its standing, whoever works on it. `here`: the clue itself is
    on this device and can be opened. `refused_code`: the server did not take the report at all."""

    clue_id: str
    clue_no: str
    kind: ClueKind
    urgency: Urgency
    place: str
    reported_at: dt.datetime
    status: ClueStatus
    status_at: dt.datetime
    merged: bool
    unsent: bool
    refused_code: str
    here: bool


@dataclass(frozen=True, slots=True)
class ActionOffer:
    """Something the worker may do now, and what it must bring (domain.rules.clue_flow.Need)."""

    action: ClueAction
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a clue can be assigned to, with the role he has nearest to it; `on_duty` now."""

    user_id: str
    name: str
    role: Role
    on_duty: bool


@dataclass(frozen=True, slots=True)
class MergedReport:
    """Another report of the same case, which was merged into this one; both reporters stay."""

    clue: ClueFields
    reporter_name: str


@dataclass(frozen=True, slots=True)
class ClueView:
    """A clue to read and to act on. `state` counts unsent steps. `clocks` are all limits so far, `visits`
    those made to the household since the report (to name in a step), `main` what it was merged into."""

    clue: ClueFields
    item: ClueItem
    state: ClueState
    household: HouseholdFields | None
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]
    actions: tuple[ActionOffer, ...]
    merged: tuple[MergedReport, ...]
    main: ClueItem | None
    escalations: tuple[Escalation, ...]
    phones: tuple[DutyPhone, ...]
    visits: tuple[VisitFields, ...]
    user_names: dict[str, str]
    refused_code: str


@dataclass(frozen=True, slots=True)
class DuplicateHint:
    """A clue that may be about the same case, and why."""

    item: ClueItem
    reasons: tuple[Alike, ...]


class StepDraft(Value):
    """A step as somebody fills it in; which fields are asked for says ActionOffer.needs.

    `urgency` regrades at acceptance; `found_household_id` names the household that verification found;
    `on_spot_at` is when somebody was there, where no visit can be named.
    """

    action: ClueAction
    opinion: str = ""
    urgency: Urgency | None = None
    assignee_id: str = ""
    main_id: str = ""
    department: str = ""
    visit_id: str = ""
    on_spot_at: dt.datetime | None = None
    found_household_id: str = ""
    relief_id: str = ""


# -- lists --------------------------------------------------------------------------------------------


def clue_list(
    context: Context, inbox: Inbox = Inbox.OPEN, *, urgency: Urgency | None = None,
    source: ClueSource | None = None,
) -> list[ClueItem]:  # fmt: skip
    """The clues of the areas in which the worker takes part in clues, the most pressing first: overdue ones,
    then by the limit that runs out first; those that are over by time, latest first."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        scopes = desk.actor.areas_with(Permission.FOLLOW_CLUE)
        found = clues.in_areas(connection, scopes, settled=inbox is Inbox.OVER)
        items = desk.items(found[:MOST_LISTED] if inbox is Inbox.OVER else found)
    over = [one for one in items if _is_over(one)]
    live = [one for one in items if not _is_over(one)]
    chosen = {
        Inbox.OPEN: live,
        Inbox.MINE: [one for one in live if one.mine],
        Inbox.OVERDUE: [one for one in live if one.overdue],
        Inbox.OVER: over,
    }[inbox]
    kept = [
        one for one in chosen
        if (urgency is None or one.urgency is urgency) and (source is None or one.source is source)
    ]  # fmt: skip
    if inbox is Inbox.OVER:
        return sorted(kept, key=lambda one: one.reported_at, reverse=True)
    return sorted(kept, key=_pressing_first)


def _is_over(item: ClueItem) -> bool:
    return item.status in (ClueStatus.CLOSED, ClueStatus.DUPLICATE, ClueStatus.TRANSFERRED)


def _pressing_first(item: ClueItem) -> tuple[bool, dt.datetime, int, dt.datetime]:
    due = item.clock.fact.due_at if item.clock is not None else FAR_AHEAD
    return not item.overdue, due, URGENCY_ORDER[item.urgency], item.reported_at


def my_clues(context: Context) -> list[OwnClue]:
    """The clues I reported, newest first: what the server told of them, and those still on their way."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        here = {one.id: one for one in clues.made_by(connection, context.user_id)}
        told = {one.clue_id: one for one in clues.receipts(connection, context.user_id)}
        states = desk.states(list(here.values()))
        unsent = clues.unsent(connection, list(here))
        refused = clues.refused_ops(connection, list(here))
    found = []
    for clue_id in here.keys() | told.keys():
        one: ClueFields | ClueReceiptFields = told.get(clue_id) or here[clue_id]
        state = states.get(clue_id)
        receipt = told.get(clue_id)
        status = receipt.status if receipt is not None else here[clue_id].status
        known_at = receipt.status_at if receipt is not None else None
        found.append(
            OwnClue(
                clue_id=clue_id,
                clue_no=one.clue_no,
                kind=one.kind,
                urgency=one.urgency,
                place=one.place,
                reported_at=one.reported_at,
                status=state.status if state is not None and state.waiting else status,
                status_at=known_at or one.reported_at,
                merged=receipt is not None and receipt.merged,
                unsent=clue_id in unsent,
                refused_code=refused.get(clue_id, ""),
                here=clue_id in here,
            )
        )
    return sorted(found, key=lambda own: own.reported_at, reverse=True)


def clues_of_household(context: Context, household_id: str) -> list[ClueItem]:
    """The clues about a household, newest first, for its file."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        desk.actor.require(Permission.READ_CASES, households.get(connection, household_id).area_code)
        return desk.items(clues.of_household(connection, household_id))


def possible_duplicates(context: Context, clue_id: str) -> list[DuplicateHint]:
    """Clues that may be about the same case (same household, person or place at about the same time) and
    into which this one could be merged, nearest in time first."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        clue = clues.get(connection, clue_id)
        reach = dt.timedelta(hours=desk.parameters.clue_duplicate_hours)
        near = clues.reported_between(connection, clue.reported_at - reach, clue.reported_at + reach)
        found = [
            (other, reasons)
            for other in near
            if desk.actor.may(Permission.FOLLOW_CLUE, desk.area_of(other)) and may_be_main(clue, other)
            if (reasons := alike(clue, other, desk.parameters))
        ]
        found.sort(key=lambda pair: abs(pair[0].reported_at - clue.reported_at))
        items = desk.items([other for other, _ in found])
    return [DuplicateHint(item, reasons) for item, (_, reasons) in zip(items, found, strict=True)]


# -- one clue -----------------------------------------------------------------------------------------


def clue_view(context: Context, clue_id: str) -> ClueView:
    """A clue to read. Raises NotAllowedError clue_not_here, not_permitted."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        clue = clues.get(connection, clue_id)
        area = desk.area_of(clue)
        if clue.created_by != context.user_id:
            desk.actor.require(Permission.FOLLOW_CLUE, area)
        steps = clues.steps_of(connection, [clue_id]).get(clue_id, [])
        state = desk.states([clue])[clue_id]
        household_id = state.household_id
        held = households.get_many(connection, [household_id]) if household_id else {}
        merged = clues.merged_into(connection, clue_id)
        main = rows.find(connection, "clues", state.main_id) if state.main_id else None
        refused = clues.refused_ops(connection, [clue_id, *(one.id for one in steps)])
        return ClueView(
            clue=clue,
            item=desk.items([clue])[0],
            state=state,
            household=held.get(household_id or ""),
            steps=tuple(desk.step_view(one, refused) for one in _timeline(steps)),
            clocks=tuple(
                look_at(one, context.clock(), desk.parameters)
                for one in clocks_of(state.course, desk.parameters)
            ),
            actions=tuple(
                ActionOffer(action, needs_of(action))
                for action in allowed_actions(state, desk.standing(area))
            ),
            merged=tuple(MergedReport(one, desk.names.get(one.created_by, "")) for one in merged),
            main=desk.items([main])[0] if isinstance(main, ClueFields) else None,
            escalations=clue.escalations,
            phones=tuple(phones_of(connection, area, context.clock())),
            visits=_visits_since(connection, household_id, clue.reported_at),
            user_names=desk.names,
            refused_code=refused.get(clue_id, ""),
        )


def _timeline(steps: Iterable[ClueStepFields]) -> list[ClueStepFields]:
    return sorted(steps, key=lambda one: (one.received_at or FAR_AHEAD, one.created_at, one.id))


def _visits_since(
    connection: Connection, household_id: str | None, since: dt.datetime
) -> tuple[VisitFields, ...]:
    if household_id is None:
        return ()
    made = visits.of_household(connection, household_id, 20)
    return tuple(one for one in made if one.finished_at >= since)


def candidates(context: Context, clue_id: str) -> list[Candidate]:
    """Whom the clue can be assigned to: those who take part in clues where it is and may go there; who is
    on duty first, then those who answer for the smallest area. Raises NotAllowedError clue_not_here."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        area = desk.area_of(clues.get(connection, clue_id))
        codes = [area[:length] for length in (6, 9, 12, 15) if length <= len(area)]
        on_duty = {one.user_id for one in clues.duties_at(connection, codes, context.clock())}
        today = context.today()
        found = []
        for user in households.users_in(connection, area):
            actor = actor_on(user.id, user.roles, today)
            held = [a for a in actor.roles if contains(a.area_code, area) and a.role in _FIELD_ROLES]
            if held and actor.may(Permission.FOLLOW_CLUE, area):
                nearest = max(held, key=lambda a: len(a.area_code))
                rank = (user.id not in on_duty, -len(nearest.area_code), user.name, user.id)
                found.append((rank, Candidate(user.id, user.name, nearest.role, user.id in on_duty)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


_FIELD_ROLES = frozenset(
    {Role.GRID_WORKER, Role.VILLAGE_AIDE, Role.ASSESSMENT_MEMBER, Role.TOWN_CLERK, Role.COUNTY_OFFICER}
)


def take_step(context: Context, clue_id: str, draft: StepDraft, initiator: str = "") -> tuple[str, ChangeSet]:
    """Do something about a clue, as far as is known here; the server has the last word (R20). Returns the
    step's id.

    Raises RuleError with the code of domain.rules.clue_flow.refusal, text_too_long;
    NotAllowedError clue_not_here, not_permitted.
    """
    with context.store.unit_of_work(initiator) as work:
        step_id = put_step(context, work, clue_id, draft)
        return step_id, work.commit()


def put_step(context: Context, work: UnitOfWork, clue_id: str, draft: StepDraft) -> str:
    """take_step inside a unit of work. Raises as it does."""
    if len(draft.opinion.strip()) > _OPINION_MAX:
        raise RuleError("text_too_long", "opinion", limit=_OPINION_MAX)
    desk = ClueDesk(context, work.connection)
    clue = clues.get(work.connection, clue_id)
    state = desk.states([clue])[clue_id]
    now = work.now()
    step = ClueStepFields.model_validate(
        {
            "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
            "updated_by": context.user_id, "device_id": context.device_id, "clue_id": clue_id,
            "household_id": clue.household_id, "area_code": clue.area_code, "action": draft.action,
            "at": now, "opinion": draft.opinion.strip(), "seen": state.status,
            "urgency": draft.urgency if draft.action is ClueAction.ACCEPT else None,
            "assignee_id": draft.assignee_id, "main_id": draft.main_id or None,
            "department": draft.department.strip(), "visit_id": draft.visit_id or None,
            "on_spot_at": draft.on_spot_at, "found_household_id": draft.found_household_id or None,
            "relief_id": draft.relief_id or None,
        }
    )  # fmt: skip
    code = refusal(state, step, desk.standing(desk.area_of(clue)), desk.parameters)
    if code == "not_permitted":
        raise NotAllowedError("not_permitted", permission=Permission.FOLLOW_CLUE)
    if code:
        raise RuleError(code, _FIELD_OF.get(code, ""))
    work.save("clue_steps", step, urgent=state.urgency in PRESSING)
    work.touch("clues", clue_id)
    if step.found_household_id:
        work.make_stale(step.found_household_id)
    return step.id


_OPINION_MAX = 500
_FIELD_OF = {
    "reason_required": "opinion",
    "clue_assignee_needed": "assignee_id",
    "clue_main_needed": "main_id",
    "clue_department_needed": "department",
    "clue_visit_needed": "visit_id",
    "clue_on_spot_needed": "on_spot_at",
}
