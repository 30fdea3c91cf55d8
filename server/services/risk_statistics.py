"""A supervisor's figures of assessments from the whole county's data, by the same rules as on a device."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.rules.risk_statistics import RiskCase, RiskStatistics, by_area, risk_statistics
from fieldapp.domain.rules.visit_rules import OWING_STATUSES
from server.store.feed import AFTER_DIGITS
from server.store.household_risk import bodies_by_household, history_of, unsigned
from server.store.projections import parameters_of, row_table
from server.store.store import Store

MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Figures of an area, in total and by the areas of a level."""

    area_code: str
    total: RiskStatistics
    rows: dict[str, RiskStatistics]


def risk_table(store: Store, actor: Actor, area_code: str, level: AreaLevel) -> RiskTable:
    """Count an area. Raises NotAllowedError("not_permitted") outside the actor's areas."""
    actor.require(Permission.READ_STATISTICS, area_code)
    today = local_day(store.clock())
    with store.read() as connection:
        cases = _cases(connection, area_code)
    grouped = by_area(cases, CODE_LENGTH[level])
    return RiskTable(
        area_code,
        risk_statistics(cases, today, MONTHS),
        {code: risk_statistics(found, today, MONTHS) for code, found in grouped.items()},
    )


def plain_risks(figures: RiskStatistics) -> dict[str, Any]:
    """Figures as JSON: counts by level, trend and what was lowered and why; no names."""
    return {
        "levels": {level.value: len(ids) for level, ids in figures.by_level.items()},
        "overdue": len(figures.overdue),
        "unsigned": len(figures.unsigned),
        "held_high": len(figures.held_high),
        "trend": [
            {
                "month": one.month.isoformat(),
                "levels": {level.value: len(ids) for level, ids in one.by_level.items()},
            }
            for one in figures.trend
        ],
        "lowered": [
            {
                "household_id": one.household_id,
                "at": instant_text(one.at),
                "before": one.before.value,
                "after": one.after.value,
                "by_user": one.by_user,
                "reason": one.reason,
            }
            for one in figures.lowered
        ],
    }


def _cases(connection: Connection, area_code: str) -> list[RiskCase]:
    parameters = parameters_of(connection)
    bodies = bodies_by_household(connection, area_code)
    household = row_table("households").c
    query = select(
        household.id, household.area_code, household.risk_level, household.risk_since, household.risk_next_due
    ).where(
        household.area_code >= area_code, household.area_code < area_code + AFTER_DIGITS,
        household.status.in_(OWING_STATUSES),
    ).order_by(household.area_code, household.id)  # fmt: skip
    return [
        RiskCase(
            household_id=row.id,
            area_code=row.area_code,
            level=row.risk_level,
            since=row.risk_since,
            next_due=row.risk_next_due,
            history=history_of(bodies[row.id], parameters),
            unsigned=unsigned(bodies[row.id]),
        )
        for row in connection.execute(query)
    ]
