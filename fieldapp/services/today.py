"""今日任务: whom to visit next, drafts, what came back, how the day goes."""

from dataclasses import dataclass

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.visit_plan import PlanStatus, VisitPlan
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

_ORDER = {PlanStatus.OVERDUE: 0, PlanStatus.DUE_SOON: 1, PlanStatus.TODO: 2}


@dataclass(frozen=True, slots=True)
class Today:
    """The worker's day. `due` holds overdue households first, then those due soon; `reassess` are households
    whose risk is to be assessed again, `to_sign` assessments that wait for the worker's signature; `done`
    and `owing` count households of the running periods."""

    user_name: str
    area_name: str
    due: tuple[HouseholdItem, ...]
    overdue_count: int
    due_soon_count: int
    later_count: int
    visited_today: int
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
        heads = households.get_many(connection, [v.household_id for v in returned])
    by_status: dict[PlanStatus, list[VisitPlan]] = {status: [] for status in PlanStatus}
    for plan in plans:
        by_status[plan.status_on(day)].append(plan)
    urgent = by_status[PlanStatus.OVERDUE] + by_status[PlanStatus.DUE_SOON]
    urgent.sort(key=lambda p: (_ORDER[p.status_on(day)], -p.days_overdue(day), p.period_end, p.household_id))
    return Today(
        user_name=user.name if user is not None else "",
        area_name="、".join(names.get(code, "") for code in scopes),
        due=tuple(household_items(context, [p.household_id for p in urgent[:limit]])),
        overdue_count=len(by_status[PlanStatus.OVERDUE]),
        due_soon_count=len(by_status[PlanStatus.DUE_SOON]),
        later_count=len(by_status[PlanStatus.TODO]),
        visited_today=visited,
        done=len(by_status[PlanStatus.DONE]),
        owing=len(plans) - len(by_status[PlanStatus.EXEMPT]),
        drafts=tuple(drafts(context)),
        returned=tuple(returned),
        reassess=tuple(due_assessments(context)),
        to_sign=tuple(waiting_for_me(context)),
        head_names={one: found.head_name for one, found in heads.items()},
        clock=clock,
    )
