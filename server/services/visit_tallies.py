"""A month's visit counts, kept by bucket and counted anew where a bucket has changed since.

A kept row says the revision of its bucket, that of the parameters and until when it holds: whoever asks
counts what is no longer true and keeps it. So a push pays nothing, and a dashboard pays for what was pushed
since the last one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import and_, delete, insert, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text, local_day, start_of_day
from fieldapp.domain.parameters import Parameters, PeriodUnit
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.exemptions import approved
from fieldapp.domain.rules.statistics import StatisticsPeriod, tally_visits
from fieldapp.domain.rules.visit_counts import Place, VisitCounts, counts_by_place, holds_until
from fieldapp.domain.rules.visit_facts import Exemption, HouseholdFacts, VisitFact, household_facts
from fieldapp.domain.rules.visit_rules import OWING_STATUSES
from server.store import tables
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork
from server.store.urgent_cases import urgent_households
from sync.protocol.entities import REF_BUCKET

REACH_BACK: Final = dt.timedelta(days=550)
"""The longest household period that can end in a month began this long before; one visit further."""
VERSION: Final = 1
"""Of the rules of counting. Raise it with them: what an older program counted is counted anew."""
AT_ONCE: Final = 100
"""Buckets counted together, which bounds the memory."""
_TALLY: Final = tables.visit_tally.c
_FOREVER: Final = ""

Counts = dict[Place, VisitCounts]


@dataclass(frozen=True, slots=True)
class _Row:
    """A bucket's counts as they are kept."""

    bucket: str
    rev: int
    parameters_rev: int
    holds_until: str
    counts: Counts


def counts_of_month(store: Store, day: dt.date) -> list[tuple[Place, VisitCounts]]:
    """The counts of the whole county in the month that holds a day."""
    kept, made = _brought_up(store, day)
    return [pair for row in (*kept, *made) for pair in row.counts.items()]


def refresh_running_month(store: Store) -> int:
    """Count this month where it must be, so that nobody who asks has to wait. How many buckets that were."""
    return len(_brought_up(store, local_day(store.clock()))[1])


def _brought_up(store: Store, day: dt.date) -> tuple[list[_Row], list[_Row]]:
    """The rows of a month that were kept, and those that had to be counted and are kept now."""
    period = StatisticsPeriod.containing(PeriodUnit.MONTH, day)
    now = store.clock()
    with store.read() as connection:
        kept, stale = _look_up(connection, period, now)
        made = [row for part in _parts(stale) for row in _count(connection, part, period, now)]
    if made:
        store.run(lambda unit: _keep(unit, period, made))
    return kept, made


def differing_tallies(connection: Connection, now: dt.datetime) -> Iterator[tuple[str, str]]:
    """Kept rows that claim to hold and are not what a recount finds: bucket and month."""
    months = connection.scalars(select(_TALLY.month).distinct().order_by(_TALLY.month)).all()
    for month in months:
        period = StatisticsPeriod.containing(PeriodUnit.MONTH, dt.date.fromisoformat(month))
        kept, _ = _look_up(connection, period, now)
        told = {row.bucket: row.counts for row in kept}
        revs = {row.bucket: row.rev for row in kept}
        for part in _parts(revs):
            for row in _count(connection, {one: revs[one] for one in part}, period, now):
                if row.counts != told[row.bucket]:
                    yield row.bucket, month


def _look_up(
    connection: Connection, period: StatisticsPeriod, now: dt.datetime
) -> tuple[list[_Row], dict[str, int]]:
    """The rows that hold, and the buckets (with their revisions) that must be counted."""
    bucket = tables.bucket.c
    joined = tables.bucket.outerjoin(
        tables.visit_tally,
        and_(
            _TALLY.bucket == bucket.id,
            _TALLY.month == period.start.isoformat(),
            _TALLY.version == VERSION,
        ),
    )
    query = (
        select(bucket.id, bucket.rev, _TALLY.rev, _TALLY.parameters_rev, _TALLY.holds_until, _TALLY.counts)
        .select_from(joined)
        .where(bucket.id != REF_BUCKET)
        .order_by(bucket.id)
    )
    parameters_rev, at = _parameters_rev(connection), instant_text(now)
    kept: list[_Row] = []
    stale: dict[str, int] = {}
    for bucket_id, rev, counted_at, counted_with, until, counts in connection.execute(query):
        if counted_at == rev and counted_with == parameters_rev and (until == _FOREVER or at < until):
            kept.append(_Row(bucket_id, rev, counted_with, until, _parsed(counts)))
        else:
            stale[bucket_id] = rev
    return kept, stale


def _parameters_rev(connection: Connection) -> int:
    c = tables.record.c
    rev = connection.scalar(select(c.rev).where(c.kind == "parameters", c.id == "county"))
    return int(rev or 0)


def _parts(buckets: dict[str, int]) -> Iterator[dict[str, int]]:
    names = sorted(buckets)
    for start in range(0, len(names), AT_ONCE):
        yield {name: buckets[name] for name in names[start : start + AT_ONCE]}


def _count(
    connection: Connection, buckets: dict[str, int], period: StatisticsPeriod, now: dt.datetime
) -> Iterator[_Row]:
    parameters, rev = parameters_of(connection), _parameters_rev(connection)
    names = sorted(buckets)
    homes = _households(connection, names)
    visits = _visits(connection, names, period)
    exempt = _exemptions(connection, names)
    for name in names:
        own, done = homes.get(name, []), visits.get(name, [])
        tallies = tally_visits(own, done, period, parameters, now=now, exemptions=exempt.get(name, ()))
        until = _until(own, done, period, parameters, now)
        yield _Row(name, buckets[name], rev, until, counts_by_place(tallies))


def _until(
    homes: Sequence[HouseholdFacts], visits: Sequence[VisitFact], period: StatisticsPeriod,
    parameters: Parameters, now: dt.datetime,
) -> str:  # fmt: skip
    until = holds_until(homes, visits, period, parameters, now=now)
    return _FOREVER if until is None else instant_text(until)


def _keep(unit: UnitOfWork, period: StatisticsPeriod, rows: Iterable[_Row]) -> None:
    month = period.start.isoformat()
    values = [
        {
            "bucket": row.bucket, "month": month, "rev": row.rev, "parameters_rev": row.parameters_rev,
            "version": VERSION, "holds_until": row.holds_until, "counts": _text(row.counts),
        }
        for row in rows
    ]  # fmt: skip
    names = [row["bucket"] for row in values]
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        unit.connection.execute(
            delete(tables.visit_tally).where(_TALLY.month == month, _TALLY.bucket.in_(part))
        )
    unit.connection.execute(insert(tables.visit_tally), values)


def _text(counts: Counts) -> str:
    rows = [[*place, *one] for place, one in counts.items()]
    return orjson.dumps(rows).decode()


def _parsed(text: str) -> Counts:
    return {Place._make(row[:4]): VisitCounts._make(row[4:]) for row in orjson.loads(text)}


def _households(connection: Connection, buckets: Sequence[str]) -> dict[str, list[HouseholdFacts]]:
    household, person = row_table("households").c, row_table("persons").c
    members: dict[str, list[Any]] = defaultdict(list)
    # By their households, which have an index by area: persons have none by bucket.
    filed_here = select(household.id).where(household.area_code.in_(buckets))
    persons = select(
        person.household_id, person.status, person.self_care, person.disability_grade,
        person.serious_illness, person.health,
    ).where(person.household_id.in_(filed_here))  # fmt: skip
    for row in connection.execute(persons):
        members[row.household_id].append(row)
    households = select(
        household.id, household.area_code, household.status, household.created_at,
        household.risk_level, household.coverages, household.tags,
    ).where(household.area_code.in_(buckets), household.status.in_(OWING_STATUSES))  # fmt: skip
    urgent = urgent_households(connection, "")
    found: dict[str, list[HouseholdFacts]] = defaultdict(list)
    home: Any
    for home in connection.execute(households):
        facts = household_facts(home, members.get(home.id, ()), home.id in urgent)
        found[home.area_code].append(facts)
    return found


def _visits(
    connection: Connection, buckets: Sequence[str], period: StatisticsPeriod
) -> dict[str, list[VisitFact]]:
    """Visits by the bucket of their household: what was done before it moved here counts for it here."""
    visit = row_table("visits").c
    query = select(
        visit.bucket, visit.root_id, visit.created_at,
        visit.id, visit.household_id, visit.area_code, visit.mode, visit.result, visit.state,
        visit.finished_at, visit.received_at, visit.visitors,
    ).where(
        visit.bucket.in_(buckets),
        visit.finished_at >= start_of_day(period.start) - REACH_BACK,
        visit.finished_at < start_of_day(period.end) + dt.timedelta(days=1),
    )  # fmt: skip
    rows = connection.execute(query).all()
    corrected = {row.root_id for row in rows if row.root_id != row.id}
    found: dict[str, list[VisitFact]] = defaultdict(list)
    chains: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.root_id in corrected:
            chains[row.root_id].append(row)
        else:
            found[row.bucket].append(_fact(row))
    for chain in chains.values():
        newest = max(chain, key=lambda row: (row.created_at, row.id))
        arrivals = [row.received_at for row in chain if row.received_at is not None]
        for row in chain:
            fact = _fact(row)
            if row is newest:
                found[row.bucket].append(fact._replace(received_at=min(arrivals, default=None)))
            else:
                found[row.bucket].append(fact._replace(superseded=True))
    return found


def _fact(row: Any) -> VisitFact:
    return VisitFact._make((*row[3:], local_day(row.finished_at), False, Purpose.ROUTINE))


def _exemptions(connection: Connection, buckets: Sequence[str]) -> dict[str, list[Exemption]]:
    request, decision = row_table("visit_exemptions"), row_table("exemption_decisions")
    decided = [
        ExemptionDecisionFields.model_construct(**row._mapping)
        for row in connection.execute(select(decision).where(decision.c.bucket.in_(buckets)))
    ]
    asked: dict[str, list[VisitExemptionFields]] = defaultdict(list)
    for row in connection.execute(select(request).where(request.c.bucket.in_(buckets))):
        asked[row.bucket].append(VisitExemptionFields.model_construct(**row._mapping))
    return {bucket: approved(requests, decided) for bucket, requests in asked.items()}
