"""Reliefs in lists (S8): of an area, of a household, of a clue, with what waits for whom: a decision, papers
with their working days, the next visit. Each counts what this device knows beyond the server."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.reliefs import (
    PapersState,
    ReliefAction,
    ReliefFields,
    ReliefStatus,
    ReliefStepFields,
)
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.relief_flow import ReliefStanding, laid_over, papers_deadline, with_own
from fieldapp.domain.rules.relief_followup import FollowUp, follow_up
from fieldapp.domain.rules.visit_facts import visit_facts
from fieldapp.domain.rules.working_days import Deadline
from fieldapp.services.context import Context
from fieldapp.services.reliefs import allowed
from fieldapp.storage.repositories import households, reliefs

_TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]
_VILLAGE: Final = CODE_LENGTH[AreaLevel.VILLAGE]
_OPEN: Final = frozenset(ReliefStatus) - {ReliefStatus.DONE, ReliefStatus.DENIED}


@dataclass(frozen=True, slots=True)
class ReliefItemView:
    """A relief in a list, with what this device knows beyond the server. `actions` are what this worker may
    do now, `papers` by when they are to be complete (None = none owed), `follow_up` the visit owed next."""

    relief: ReliefFields
    standing: ReliefStanding
    head_name: str
    village_name: str
    unsent: bool
    papers_overdue: bool
    papers: Deadline | None
    follow_up: FollowUp | None
    actions: tuple[ReliefAction, ...]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.standing.status in _OPEN


@dataclass(frozen=True, slots=True)
class DueFollowUp:
    """A visit that is owed because of relief."""

    follow_up: FollowUp
    relief: ReliefFields
    head_name: str
    days_overdue: int


def relief_list(context: Context, area_code: str = "", *, only_open: bool = False) -> list[ReliefItemView]:
    """Reliefs of an area ('' = all this worker may read), newest first; `only_open` leaves out what is done
    or denied."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        areas = (area_code,) if area_code else actor.areas_with(Permission.READ_CASES)
        if area_code:
            actor.require(Permission.READ_CASES, area_code)
        found = [one for area in areas for one in reliefs.of_area(connection, area)]
        return listed(context, connection, found, only_open=only_open)


def household_reliefs(context: Context, household_id: str) -> list[ReliefItemView]:
    """What a household was given, newest first. Raises NotAllowedError."""
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        context.actor(connection).require(Permission.READ_CASES, household.area_code)
        return listed(context, connection, reliefs.of_household(connection, household_id))


def clue_reliefs(context: Context, clue_id: str) -> list[ReliefItemView]:
    """What was given because of a clue, newest first; what this worker may not read is left out."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        found = [
            one
            for one in reliefs.of_clue(connection, clue_id)
            if actor.may(Permission.READ_CASES, one.area_code)
        ]
        return listed(context, connection, found)


def listed(
    context: Context, connection: Connection, found: Sequence[ReliefFields], *, only_open: bool = False
) -> list[ReliefItemView]:
    """Reliefs as lists show them, in the order given."""
    ids = [one.id for one in found]
    steps: dict[str, list[ReliefStepFields]] = defaultdict(list)
    for step in reliefs.steps(connection, ids):
        steps[step.relief_id].append(step)
    unsent = reliefs.unsent_ids(connection, ids)
    homes = [one.household_id for one in found if one.household_id is not None]
    heads = households.get_many(connection, homes)
    names = households.area_names(connection)
    made: dict[str, list[VisitFields]] = defaultdict(list)
    for visit in reliefs.relief_visits(connection, homes):
        made[visit.household_id].append(visit)
    parameters, today = context.parameters(connection), context.today()
    actor = context.actor(connection)
    items = []
    for one in found:
        standing = with_own(one, steps[one.id], parameters)
        if only_open and standing.status not in _OPEN:
            continue
        head = heads.get(one.household_id or "")
        relief = laid_over(one, standing)
        items.append(
            ReliefItemView(
                relief=relief,
                standing=standing,
                head_name=head.head_name if head is not None else one.recipient,
                village_name=names.get(one.area_code[:_VILLAGE], ""),
                unsent=one.id in unsent,
                papers_overdue=standing.papers_overdue(today),
                papers=papers_deadline(standing, today, parameters),
                follow_up=follow_up(relief, visit_facts(made[one.household_id or ""]), parameters),
                actions=allowed(actor, context.user_id, relief, standing),
            )
        )
    return items


def due_follow_ups(context: Context, *, within_days: int = 0) -> list[DueFollowUp]:
    """Visits owed because of relief that are due within some days, most overdue first. A visit of purpose
    RELIEF at home makes the next one due later by itself; nobody keeps a list."""
    with context.store.reading() as connection:
        areas = context.actor(connection).areas_with(Permission.CREATE_VISIT)
        found = [one for area in areas for one in reliefs.of_area(connection, area)]
        items = listed(context, connection, found, only_open=True)
    today = context.today()
    last = today + dt.timedelta(days=within_days)
    due = [
        DueFollowUp(owed, item.relief, item.head_name, owed.days_overdue(today))
        for item in items
        if (owed := item.follow_up) is not None and owed.due <= last
    ]
    return sorted(due, key=lambda one: (one.follow_up.due, one.relief.id))


def overdue_papers(context: Context) -> list[ReliefItemView]:
    """Reliefs given first whose papers are still missing, the earliest day first."""
    pending = [one for one in relief_list(context) if one.standing.papers_state is PapersState.PENDING]
    return sorted(pending, key=lambda one: (one.standing.papers_due or dt.date.max, one.relief.id))
