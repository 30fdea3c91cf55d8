"""A supervisor's view: visits, coverage and completion by town, village, grid, worker and month (R4).

Every figure carries the ids behind it, so that each number opens its list.
"""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, parse_instant, start_of_day
from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import NOBODY_MET, VisitFields
from fieldapp.domain.rules.statistics import StatisticsPeriod, VisitStatistics, VisitTallies, tally_visits
from fieldapp.domain.rules.visit_plan import HouseholdFacts, household_facts
from fieldapp.services.context import Context
from fieldapp.storage import meta
from fieldapp.storage.repositories import households, visits
from fieldapp.storage.repositories.households import LISTED

_REACH_BACK = dt.timedelta(days=550)
"""The longest household period that can end in a month began this long before; one visit further."""


class GroupBy(enum.StrEnum):
    """Rows of the table."""

    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GRID = "GRID"
    WORKER = "WORKER"


_LEVELS = {
    GroupBy.TOWN: AreaLevel.TOWN,
    GroupBy.VILLAGE: AreaLevel.VILLAGE,
    GroupBy.GRID: AreaLevel.GRID,
}


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """One row: an area (code and name) or a worker (id and name), with its figures."""

    key: str
    name: str
    figures: VisitStatistics


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """Valid visits of one month, for the trend."""

    month: dt.date
    visits: int


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """The table of a period. `overdue_ids` are households overdue today, whatever the period shown."""

    area_code: str
    area_name: str
    path: tuple[tuple[str, str], ...]
    period: StatisticsPeriod
    group_by: GroupBy
    groupings: tuple[GroupBy, ...]
    total: VisitStatistics
    rows: tuple[StatisticsRow, ...]
    trend: tuple[MonthPoint, ...]
    overdue_ids: tuple[str, ...]
    data_until: dt.datetime | None


def scope_areas(context: Context) -> list[tuple[str, str]]:
    """Areas whose statistics the worker may read: (code, name)."""
    with context.store.reading() as connection:
        names = households.area_names(connection)
        scopes = context.actor(connection).areas_with(Permission.READ_STATISTICS)
    return [(code, names.get(code, code)) for code in scopes]


def months(context: Context, count: int = 12) -> list[dt.date]:
    """First days of the latest months, this one first."""
    found = [context.today().replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found


def statistics_view(context: Context, area_code: str, month: dt.date, group_by: GroupBy) -> StatisticsView:
    """Figures of a month in an area. Raises NotAllowedError outside the worker's scope."""
    period = StatisticsPeriod.containing(PeriodUnit.MONTH, month)
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.READ_STATISTICS, area_code)
        tallies = _tallies(context, connection, area_code, period)
        names = households.area_names(connection)
        if group_by is GroupBy.WORKER:
            grouped = tallies.by_worker(_owners(context, connection, area_code, tallies))
            labels = households.user_names(connection, grouped)
        else:
            grouped = tallies.by_area(_LEVELS[group_by])
            labels = names
        overdue = [
            plan.household_id
            for plan in visits.plans(connection, area_code)
            if plan.days_overdue(context.today())
        ]
        trend = _trend(connection, area_code, period)
        last = meta.get(connection, meta.LAST_SYNC)
    return StatisticsView(
        area_code=area_code,
        area_name=names.get(area_code, area_code),
        path=_path(area_code, names),
        period=period,
        group_by=group_by,
        groupings=_groupings(area_code),
        total=tallies.total(),
        rows=tuple(StatisticsRow(key, labels.get(key, key), figures) for key, figures in grouped.items()),
        trend=trend,
        overdue_ids=tuple(overdue),
        data_until=parse_instant(last) if last else None,
    )


def _groupings(area_code: str) -> tuple[GroupBy, ...]:
    inner = [g for g, level in _LEVELS.items() if CODE_LENGTH[level] > len(area_code)]
    return (*inner, GroupBy.WORKER)


def _path(area_code: str, names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    lengths = [CODE_LENGTH[level] for level in (AreaLevel.COUNTY, *_LEVELS.values())]
    return tuple((area_code[:n], names.get(area_code[:n], "")) for n in lengths if n <= len(area_code))


def _tallies(
    context: Context, connection: Connection, area_code: str, period: StatisticsPeriod
) -> VisitTallies:
    since = start_of_day(period.start) - _REACH_BACK
    until = start_of_day(period.end) + dt.timedelta(days=1)
    return tally_visits(
        _facts(connection, area_code),
        visits.facts_between(connection, area_code, since, until),
        period,
        context.parameters(connection),
        now=context.clock(),
    )


def _facts(connection: Connection, area_code: str) -> list[HouseholdFacts]:
    found = households.in_area(connection, area_code)
    members = households.persons_in_area(connection, area_code)
    return [household_facts(h, members.get(h.id, ())) for h in found if h.status in LISTED]


def _owners(
    context: Context, connection: Connection, area_code: str, tallies: VisitTallies
) -> dict[str, str]:
    """Whose households they are: the grid worker of the grid, else the aide of the village."""
    by_area: dict[str, str] = {}
    for role in (Role.VILLAGE_AIDE, Role.GRID_WORKER):
        for user in households.users_in(connection, area_code):
            for held in user.roles:
                if held.role is role and held.holds_on(context.today()):
                    by_area[held.area_code] = user.id
    owners: dict[str, str] = {}
    for tally in tallies.households:
        owner = by_area.get(tally.area_code) or by_area.get(tally.area_code[:12])
        if owner is not None:
            owners[tally.household_id] = owner
    return owners


def _trend(connection: Connection, area_code: str, period: StatisticsPeriod) -> tuple[MonthPoint, ...]:
    points = []
    month = period.start
    for _ in range(12):
        points.append(month)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    facts = visits.facts_between(
        connection, area_code, start_of_day(points[-1]), start_of_day(period.end) + dt.timedelta(days=1)
    )
    counts = dict.fromkeys(points, 0)
    for fact in facts:
        first = local_day(fact.finished_at).replace(day=1)
        if fact.stands and fact.result not in NOBODY_MET and first in counts:
            counts[first] += 1
    return tuple(MonthPoint(one, counts[one]) for one in reversed(points))


def visits_behind(context: Context, visit_ids: Sequence[str]) -> list[tuple[VisitFields, str]]:
    """The visits behind a figure with the household's head, newest first."""
    with context.store.reading() as connection:
        found = visits.by_ids(connection, visit_ids)
        heads = households.get_many(connection, list({v.household_id for v in found}))
    return [(v, heads[v.household_id].head_name if v.household_id in heads else "") for v in found]
