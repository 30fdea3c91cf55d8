"""A supervisor's view: visits, coverage and completion by town, village, grid, worker and month (R4).

A month of an area is counted once and then grouped as asked. Every figure carries the ids behind it,
so that each number opens its list (services/statistics_lists.py).
"""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import parse_instant, start_of_day
from fieldapp.domain.parameters import Parameters, PeriodUnit
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.households import Category, RiskLevel
from fieldapp.domain.records.users import Role, UserFields
from fieldapp.domain.rules.statistics import (
    StatisticsPeriod,
    VisitStatistics,
    VisitTallies,
    awaiting_earlier_visit,
    first_day_needed,
    tally_visits,
    visit_counts,
)
from fieldapp.domain.rules.visit_facts import HouseholdFacts, VisitFact, household_facts
from fieldapp.services.context import Context
from fieldapp.storage import meta, projections
from fieldapp.storage.repositories import households, visits
from fieldapp.storage.repositories.households import LISTED
from fieldapp.storage.urgent_cases import urgent_households

TREND_MONTHS: Final = 12
WHOLE: Final = "*"
"""Key of the row that sums up a whole area."""
_ONE_DAY: Final = dt.timedelta(days=1)


class GroupBy(enum.StrEnum):
    """Rows of the table."""

    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GRID = "GRID"
    WORKER = "WORKER"
    CATEGORY = "CATEGORY"
    RISK = "RISK"


_LEVELS: Final = {
    GroupBy.TOWN: AreaLevel.TOWN,
    GroupBy.VILLAGE: AreaLevel.VILLAGE,
    GroupBy.GRID: AreaLevel.GRID,
}


@dataclass(frozen=True, slots=True)
class AreaStep:
    """An area on the way from the county down; `may_open`: its statistics are the worker's to read."""

    code: str
    name: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """One row: an area (code and name), a worker (id and name), or households of one category or risk level
    (the code, which the screen words; '' = none), with its figures.

    `person_visits` are the ids behind 人次: a visit by two workers counts once for each; for a worker
    those he took part in. `overdue_ids` are households overdue today, whatever the month shown.
    `name` is '' where this device does not know it.
    """

    key: str
    name: str
    figures: VisitStatistics
    person_visits: tuple[str, ...]
    overdue_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """Valid visits of one month, for the trend."""

    month: dt.date
    visits: int


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """A month of an area, grouped. `data_until`: when the county's data last arrived; None = never."""

    area_code: str
    area_name: str
    path: tuple[AreaStep, ...]
    period: StatisticsPeriod
    group_by: GroupBy
    groupings: tuple[GroupBy, ...]
    whole: StatisticsRow
    rows: tuple[StatisticsRow, ...]
    trend: tuple[MonthPoint, ...]
    days: Mapping[dt.date, tuple[str, ...]]
    """Ids of the valid visits by day; only days that have some. Of the whole area, never of a worker."""
    data_until: dt.datetime | None
    may_export: bool

    @property
    def total(self) -> VisitStatistics:
        """The figures of the whole area."""
        return self.whole.figures


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A month of an area, counted but not grouped yet. Keep it while the data does not change."""

    area_code: str
    period: StatisticsPeriod
    tallies: VisitTallies
    trend: tuple[MonthPoint, ...]
    overdue: Mapping[str, str]
    """Households overdue today → where they are filed."""
    owners: Mapping[str, str]
    """Household → the worker whose it is."""
    area_names: Mapping[str, str]
    workers: Mapping[str, UserFields]
    actor: Actor
    data_until: dt.datetime | None

    def view(self, group_by: GroupBy) -> StatisticsView:
        """The figures, grouped. A level the area does not have becomes its first grouping."""
        groupings = _groupings(self.area_code)
        group_by = group_by if group_by in groupings else groupings[0]
        if group_by in (GroupBy.CATEGORY, GroupBy.RISK):
            rows = self._traits(group_by)
        else:
            rows = self._workers() if group_by is GroupBy.WORKER else self._areas(_LEVELS[group_by])
        total = self.tallies.total()
        return StatisticsView(
            area_code=self.area_code,
            area_name=self.area_names.get(self.area_code, ""),
            path=self._path(),
            period=self.period,
            group_by=group_by,
            groupings=groupings,
            whole=StatisticsRow(
                WHOLE,
                self.area_names.get(self.area_code, ""),
                total,
                tuple(one for ids in total.worker_visits.values() for one in ids),
                tuple(self.overdue),
            ),
            rows=rows,
            trend=self.trend,
            days=self.tallies.by_day(),
            data_until=self.data_until,
            may_export=self.actor.may(Permission.EXPORT_VISITS, self.area_code),
        )

    def _areas(self, level: AreaLevel) -> tuple[StatisticsRow, ...]:
        length = CODE_LENGTH[level]
        overdue = self._overdue_by(lambda _household, area_code: area_code[:length])
        figures = self.tallies.by_area(level)
        return tuple(
            StatisticsRow(
                code,
                self._area_name(code),
                found,
                tuple(one for ids in found.worker_visits.values() for one in ids),
                tuple(overdue.get(code, ())),
            )
            for code, found in figures.items()
        )

    def _workers(self) -> tuple[StatisticsRow, ...]:
        overdue = self._overdue_by(lambda household, _area_code: self.owners.get(household, ""))
        figures = self.tallies.by_worker(self.owners)
        # By area and name and never by a figure: the State Council's letter 〔2026〕No. 12 forbids
        # rankings of persons, and nothing on this side of the screen may sort these rows again.
        ordered = sorted(figures, key=self._worker_place)
        return tuple(
            StatisticsRow(
                worker,
                self.workers[worker].name if worker in self.workers else "",
                figures[worker],
                figures[worker].worker_visits.get(worker, ()),
                tuple(overdue.get(worker, ())),
            )
            for worker in ordered
        )

    def _traits(self, group_by: GroupBy) -> tuple[StatisticsRow, ...]:
        by_category = group_by is GroupBy.CATEGORY
        figures = self.tallies.by_category() if by_category else self.tallies.by_risk()
        place = {code.value: nth for nth, code in enumerate(Category if by_category else RiskLevel)}
        traits = {
            tally.household_id: tally.category if by_category else tally.risk_level
            for tally in self.tallies.households
        }
        overdue = self._overdue_by(lambda household, _area_code: traits.get(household, ""))
        return tuple(
            StatisticsRow(
                key,
                "",
                found,
                tuple(one for ids in found.worker_visits.values() for one in ids),
                tuple(overdue.get(key, ())),
            )
            for key, found in sorted(figures.items(), key=lambda pair: place.get(pair[0], len(place)))
        )

    def _worker_place(self, worker: str) -> tuple[str, str, str]:
        user = self.workers.get(worker)
        if user is None:
            return "~", "", worker  # after every area code
        held = [role.area_code for role in user.roles]
        inside = [code for code in held if contains(self.area_code, code)]
        return min(inside or held or ["~"]), user.name, worker

    def _overdue_by(self, key: Callable[[str, str], str]) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = {}
        for household_id, area_code in self.overdue.items():
            grouped.setdefault(key(household_id, area_code), []).append(household_id)
        return grouped

    def _area_name(self, code: str) -> str:
        """A grid with its village, where several villages are in sight: grids are only numbered."""
        name = self.area_names.get(code, "")
        if len(code) > CODE_LENGTH[AreaLevel.VILLAGE] > len(self.area_code):
            return f"{self.area_names.get(code[: CODE_LENGTH[AreaLevel.VILLAGE]], '')} {name}".strip()
        return name

    def _path(self) -> tuple[AreaStep, ...]:
        lengths = [CODE_LENGTH[level] for level in (AreaLevel.COUNTY, *_LEVELS.values())]
        codes = [self.area_code[:length] for length in lengths if length <= len(self.area_code)]
        return tuple(
            AreaStep(code, self.area_names[code], self.actor.may(Permission.READ_STATISTICS, code))
            for code in codes
            if code in self.area_names
        )


def scope_areas(context: Context) -> list[tuple[str, str]]:
    """Areas whose statistics the worker may read: (code, name)."""
    with context.store.reading() as connection:
        names = households.area_names(connection)
        scopes = context.actor(connection).areas_with(Permission.READ_STATISTICS)
    return [(code, names.get(code, code)) for code in scopes]


def months(context: Context, count: int = TREND_MONTHS, *, ending: dt.date | None = None) -> list[dt.date]:
    """First days of the latest months, this one (or that of `ending`) first."""
    return _months_back(ending or context.today(), count)


def count_month(context: Context, area_code: str, month: dt.date) -> MonthCount:
    """Count a month in an area. Raises NotAllowedError outside the worker's scope."""
    period = StatisticsPeriod.containing(PeriodUnit.MONTH, month)
    shown = sorted(_months_back(month, TREND_MONTHS))
    trend = [StatisticsPeriod.containing(PeriodUnit.MONTH, one) for one in shown]
    with context.store.reading() as connection:
        actor = context.actor(connection)
        actor.require(Permission.READ_STATISTICS, area_code)
        parameters, now = context.parameters(connection), context.clock()
        since = min(trend[0].start, first_day_needed(period, parameters))
        homes, facts = _facts(connection, area_code, since, period.end, parameters)
        workers = {user.id: user for user in households.users(connection)}
        today = context.today()
        last = meta.get(connection, meta.LAST_SYNC)
        exempt = projections.exemptions_of(connection, [home.household_id for home in homes])
        tallies = tally_visits(
            homes, facts, period, parameters, now=now, exemptions=chain.from_iterable(exempt.values())
        ).inside(area_code)
        counts = visit_counts(homes, facts, trend, parameters, now=now, area_code=area_code)
        return MonthCount(
            area_code=area_code,
            period=period,
            tallies=tallies,
            trend=tuple(MonthPoint(one.start, n) for one, n in zip(trend, counts, strict=True)),
            overdue={
                plan.household_id: filed
                for plan, filed in visits.plans_in(connection, area_code)
                if plan.days_overdue(today)
            },
            owners=_owners(workers, tallies, today),
            area_names=households.area_names(connection),
            workers=workers,
            actor=actor,
            data_until=parse_instant(last) if last else None,
        )


def statistics_view(context: Context, area_code: str, month: dt.date, group_by: GroupBy) -> StatisticsView:
    """Figures of a month in an area. Raises NotAllowedError outside the worker's scope."""
    return count_month(context, area_code, month).view(group_by)


def _months_back(day: dt.date, count: int) -> list[dt.date]:
    found = [day.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - _ONE_DAY).replace(day=1))
    return found


def _groupings(area_code: str) -> tuple[GroupBy, ...]:
    inner = [g for g, level in _LEVELS.items() if CODE_LENGTH[level] > len(area_code)]
    return (*inner, GroupBy.CATEGORY, GroupBy.RISK, GroupBy.WORKER)


def _facts(
    connection: Connection, area_code: str, since: dt.date, until: dt.date, parameters: Parameters
) -> tuple[list[HouseholdFacts], list[VisitFact]]:
    """Households and visits that have to do with an area: what is filed in it or was made in it.

    A household that moved away stands here with its rule, so that its visits count as they do in a
    wider area that holds both places.
    """
    begin, end = start_of_day(since), start_of_day(until + _ONE_DAY)
    facts = visits.facts_between(connection, area_code, begin, end)
    homes = {h.id: h for h in households.in_area(connection, area_code)}
    members = households.persons_in_area(connection, area_code)
    moved = {fact.household_id for fact in facts} - homes.keys()
    homes |= households.get_many(connection, list(moved))
    members |= households.persons_by_household(connection, list(moved))
    awaiting = awaiting_earlier_visit(facts, parameters) - moved
    if moved or awaiting:
        earliest = begin - projections.PLAN_HORIZON
        elsewhere = projections.visit_facts(connection, moved, earliest, end)
        before = projections.visit_facts(connection, awaiting, earliest, begin)
        facts = [fact for fact in facts if fact.household_id not in moved]
        facts += [fact for own in (*elsewhere.values(), *before.values()) for fact in own]
    listed = [h for h in homes.values() if h.status in LISTED]
    urgent = urgent_households(connection, [h.id for h in listed])
    return [household_facts(h, members.get(h.id, ()), h.id in urgent) for h in listed], facts


def _owners(workers: Mapping[str, UserFields], tallies: VisitTallies, today: dt.date) -> dict[str, str]:
    """Whose households they are: the grid worker of the grid, else the aide of the village."""
    by_area: dict[str, str] = {}
    for role in (Role.GRID_WORKER, Role.VILLAGE_AIDE):
        for user in sorted(workers.values(), key=lambda one: one.id):
            for held in user.roles:
                if user.active and held.role is role and held.holds_on(today):
                    by_area.setdefault(held.area_code, user.id)
    village = CODE_LENGTH[AreaLevel.VILLAGE]
    owners = {
        tally.household_id: by_area.get(tally.area_code) or by_area.get(tally.area_code[:village], "")
        for tally in tallies.households
    }
    return {household_id: worker for household_id, worker in owners.items() if worker}
