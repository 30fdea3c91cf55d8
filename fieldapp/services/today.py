"""今日任务: whom to visit next, drafts, what came back, how the day goes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.day_plan import Stop, left_today, urgency_on, walking_order
from fieldapp.domain.rules.visit_plan import PlanStatus, VisitPlan
from fieldapp.domain.rules.working_days import WorkCalendar
from fieldapp.services.assessment_lists import (
    DueAssessment,
    WaitingAssessment,
    due_assessments,
    waiting_for_me,
)
from fieldapp.services.context import Context
from fieldapp.services.device_clock import DeviceClock, device_clock
from fieldapp.services.households import HouseholdItem, household_items
from fieldapp.services.visits import DraftItem, drafts
from fieldapp.storage.repositories import households, visits


@dataclass(frozen=True, slots=True)
class Today:
    """The worker's day. `due` holds the urgent households (a visit or the periodic review is overdue or due
    soon) in the order of one walk, `due_total` how many there are; `left_today` how many of them are to be
    visited today so that all are in time. `reassess` are households
    whose risk is to be assessed again, `to_sign` assessments that wait for the worker's signature; `done`
    and `owing` count households of the running periods."""

    user_name: str
    area_name: str
    due: tuple[HouseholdItem, ...]
    overdue_count: int
    due_soon_count: int
    later_count: int
    due_total: int
    review_count: int
    unreachable_count: int
    exempt_count: int
    visited_today: int
    left_today: int
    done: int
    owing: int
    drafts: tuple[DraftItem, ...]
    returned: tuple[VisitFields, ...]
    reassess: tuple[DueAssessment, ...]
    to_sign: tuple[WaitingAssessment, ...]
    head_names: dict[str, str]
    clock: DeviceClock


def today(context: Context, limit: int = 200) -> Today:
    """The day as it stands now, from what is on this device."""
    day = context.today()
    with context.store.reading() as connection:
        user = context.user(connection)
        scopes = context.actor(connection).areas_with(Permission.CREATE_VISIT)
        plans = [p for code in scopes for p in visits.plans(connection, code)]
        visited = visits.made_by_on(connection, context.user_id, day)
        returned = visits.returned(connection, context.user_id)
        names = households.area_names(connection)
        clock = device_clock(connection, context.clock())
        urgent = walking_order(_stops(connection, plans, day))
        heads = households.get_many(connection, [v.household_id for v in returned])
    by_status: dict[PlanStatus, list[VisitPlan]] = {status: [] for status in PlanStatus}
    for plan in plans:
        by_status[plan.status_on(day)].append(plan)
    return Today(
        user_name=user.name if user is not None else "",
        area_name="、".join(names.get(code, "") for code in scopes),
        due=tuple(household_items(context, urgent[:limit])),
        overdue_count=len(by_status[PlanStatus.OVERDUE]),
        due_soon_count=len(by_status[PlanStatus.DUE_SOON]),
        later_count=len(by_status[PlanStatus.TODO]),
        due_total=len(urgent),
        review_count=sum(plan.asks_review_on(day) for plan in plans),
        unreachable_count=sum(plan.unreachable_since is not None for plan in plans),
        exempt_count=len(by_status[PlanStatus.EXEMPT]),
        visited_today=visited,
        left_today=left_today(plans, day, WorkCalendar()),
        done=len(by_status[PlanStatus.DONE]),
        owing=len(plans) - len(by_status[PlanStatus.EXEMPT]),
        drafts=tuple(drafts(context)),
        returned=tuple(returned),
        reassess=tuple(due_assessments(context)),
        to_sign=tuple(waiting_for_me(context)),
        head_names={one: found.head_name for one, found in heads.items()},
        clock=clock,
    )


def _stops(connection: Connection, plans: Sequence[VisitPlan], day: dt.date) -> Iterator[Stop]:
    """The doors that press today, with their places."""
    urgent = {p.household_id: urgency for p in plans if (urgency := urgency_on(p, day)) is not None}
    for place in households.places(connection, list(urgent)):
        yield Stop(place.id, urgent[place.id], *place[1:])
