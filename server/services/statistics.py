"""A supervisor's figures from the whole county's data, by the same rules as on a device (R4)."""

import datetime as dt
import enum
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.statistics import (
    Ratio,
    StatisticsPeriod,
    VisitStatistics,
    VisitTallies,
    tally_visits,
)
from fieldapp.domain.rules.visit_facts import HouseholdFacts, VisitFact, household_facts
from fieldapp.domain.rules.visit_rules import OWING_STATUSES
from server.store.feed import AFTER_DIGITS
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.urgent_cases import urgent_households

REACH_BACK: Final = dt.timedelta(days=550)
"""The longest household period that can end in a month began this long before; one visit further."""


class GroupBy(enum.StrEnum):
    """Rows of the table."""

    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GRID = "GRID"
    WORKER = "WORKER"


LEVELS: Final = {
    GroupBy.TOWN: AreaLevel.TOWN,
    GroupBy.VILLAGE: AreaLevel.VILLAGE,
    GroupBy.GRID: AreaLevel.GRID,
}


@dataclass(frozen=True, slots=True)
class StatisticsTable:
    """Figures of an area in a month: in total, and by area or worker."""

    area_code: str
    period: StatisticsPeriod
    total: VisitStatistics
    rows: tuple[VisitStatistics, ...]


def visit_statistics(
    store: Store, actor: Actor, area_code: str, month: dt.date, group_by: GroupBy
) -> StatisticsTable:
    """The month's figures. Raises NotAllowedError("not_permitted") outside the actor's areas."""
    actor.require(Permission.READ_STATISTICS, area_code)
    period = StatisticsPeriod.containing(PeriodUnit.MONTH, month)
    with store.read() as connection:
        tallies = tally_visits(
            _households(connection, area_code),
            _visits(connection, area_code, period),
            period,
            parameters_of(connection),
            now=store.clock(),
        )
    grouped = _by_worker(tallies) if group_by is GroupBy.WORKER else tallies.by_area(LEVELS[group_by])
    return StatisticsTable(area_code, period, tallies.total(), tuple(grouped.values()))


def plain_figures(figures: VisitStatistics) -> dict[str, Any]:
    """Figures as JSON: shares with both numbers and the text shown, no ids."""
    return {
        "key": figures.key,
        "visits": figures.visit_count,
        "worker_visits": figures.worker_visit_count,
        "coverage": _plain_ratio(figures.coverage),
        "completion": _plain_ratio(figures.completion),
        "on_site_share": _plain_ratio(figures.on_site_share),
        "timely_upload": _plain_ratio(figures.timely_upload),
        "not_found_rate": _plain_ratio(figures.not_found_rate),
        "exempt": len(figures.exempt_ids),
        "not_yet_due": len(figures.not_yet_due_ids),
    }


def _by_worker(tallies: VisitTallies) -> dict[str, VisitStatistics]:
    # Households belong to areas; on the server a worker's row shows the work done only.
    return tallies.by_worker({})


def _plain_ratio(ratio: Ratio) -> dict[str, Any]:
    return {"numerator": ratio.numerator, "denominator": ratio.denominator, "percent": ratio.percent}


def _inside(column: Any, area_code: str) -> Any:
    return and_(column >= area_code, column < area_code + AFTER_DIGITS)


def _households(connection: Connection, area_code: str) -> list[HouseholdFacts]:
    household, person = row_table("households").c, row_table("persons").c
    members: dict[str, list[PersonFields]] = {}
    persons = select(
        person.household_id, person.status, person.self_care, person.disability_grade,
        person.serious_illness, person.health,
    ).where(_inside(person.bucket, area_code))  # fmt: skip
    for row in connection.execute(persons):
        members.setdefault(row.household_id, []).append(PersonFields.model_construct(**row._mapping))
    households = select(
        household.id, household.area_code, household.status, household.created_at,
        household.risk_level, household.coverages, household.tags,
    ).where(_inside(household.area_code, area_code), household.status.in_(OWING_STATUSES))  # fmt: skip
    urgent = urgent_households(connection, area_code)
    return [
        household_facts(
            HouseholdFields.model_construct(**row._mapping), members.get(row.id, ()), row.id in urgent
        )
        for row in connection.execute(households)
    ]


def _visits(connection: Connection, area_code: str, period: StatisticsPeriod) -> list[VisitFact]:
    visit = row_table("visits").c
    # In the bucket of the household: what was done before a household moved here counts for it here.
    query = select(
        visit.id, visit.household_id, visit.area_code, visit.mode, visit.result, visit.state,
        visit.started_at, visit.finished_at, visit.received_at, visit.visitors,
        visit.root_id, visit.created_at,
    ).where(
        _inside(visit.bucket, area_code),
        visit.finished_at >= start_of_day(period.start) - REACH_BACK,
        visit.finished_at < start_of_day(period.end) + dt.timedelta(days=1),
    )  # fmt: skip
    rows = connection.execute(query).all()
    corrected = {row.root_id for row in rows if row.root_id != row.id}
    facts = [VisitFact(*row[:10]) for row in rows if row.root_id not in corrected]
    chains: dict[str, list[Any]] = {}
    for row in rows:
        if row.root_id in corrected:
            chains.setdefault(row.root_id, []).append(row)
    for chain in chains.values():
        newest = max(chain, key=lambda row: (row.created_at, row.id))
        arrivals = [row.received_at for row in chain if row.received_at is not None]
        for row in chain:
            fact = VisitFact(*row[:10])
            if row is newest:
                facts.append(replace(fact, received_at=min(arrivals, default=None)))
            else:
                facts.append(replace(fact, superseded=True))
    return facts
