"""Which assessments are due, and which wait for the worker's signature. Knows nothing of forms: Today
shows these lists, and the form engine is not to be loaded for that."""

import datetime as dt
from dataclasses import dataclass

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.households import HouseholdFields, RiskLevel
from fieldapp.domain.rules.masking import mask_name
from fieldapp.domain.rules.risk_history import signed_members, still_open
from fieldapp.services.context import Context
from fieldapp.storage import risks
from fieldapp.storage.repositories import assessments, households


@dataclass(frozen=True, slots=True)
class WaitingAssessment:
    """An assessment that waits for this worker's own signature."""

    assessment_id: str
    household_id: str
    head_name: str
    level: RiskLevel
    assessed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DueAssessment:
    """A household to be assessed again. `days_overdue` 0 or less = not yet overdue."""

    household_id: str
    head_name: str
    area_code: str
    village_name: str
    level: RiskLevel
    due: dt.date
    days_overdue: int


def waiting_for_me(context: Context) -> list[WaitingAssessment]:
    """Assessments that only wait for this worker's signature among others', newest first."""
    with context.store.reading() as connection:
        mine = assessments.naming(connection, context.user_id)
        ids = list({one.household_id for one in mine})
        made, given = risks.assessments_of(connection, ids), risks.signatures_of(connection, ids)
        heads = households.get_many(connection, ids)
        actor = context.actor(connection)
    found = []
    for one in mine:
        own = next((m.id for m in one.members if m.user_id == context.user_id), None)
        household = heads.get(one.household_id)
        if own is None or household is None or one not in still_open(made[one.household_id]):
            continue
        if own in signed_members(one, given[one.household_id]):
            continue
        if actor.may(Permission.SIGN_ASSESSMENT, household.area_code):
            found.append(
                WaitingAssessment(one.id, household.id, household.head_name, one.level, one.assessed_at)
            )
    return found


def due_assessments(context: Context) -> list[DueAssessment]:
    """Households of the worker's areas to be assessed again by now or soon, most overdue first."""
    today = context.today()
    with context.store.reading() as connection:
        actor = context.actor(connection)
        soon = today + dt.timedelta(days=context.parameters(connection).risk_due_soon_days)
        areas = actor.areas_with(Permission.LEAD_ASSESSMENT)
        found = [one for area in areas for one in assessments.due_until(connection, area, soon)]
        names = households.area_names(connection)
    return [due_item(one, names, today) for one in found if one.risk_next_due is not None]


def due_item(
    household: HouseholdFields, names: dict[str, str], today: dt.date, *, masked: bool = False
) -> DueAssessment:
    """A household with a due day as lists show it."""
    due = household.risk_next_due or today
    return DueAssessment(
        household_id=household.id,
        head_name=mask_name(household.head_name) if masked else household.head_name,
        area_code=household.area_code,
        village_name=names.get(household.area_code[: CODE_LENGTH[AreaLevel.VILLAGE]], ""),
        level=household.risk_level,
        due=due,
        days_overdue=(today - due).days,
    )
