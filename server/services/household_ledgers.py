"""What ledgers of households say, from the county's data: rosters, monitoring, monthly changes (level S)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text, start_of_day
from fieldapp.domain.records.areas import ancestors
from fieldapp.domain.records.households import Coverage, HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.exports.changes_ledger import Changed, change_rows
from fieldapp.exports.ledger_form import LedgerRow
from fieldapp.exports.ledger_words import LedgerKind
from fieldapp.exports.monitoring_ledger import Monitored, monitoring_rows
from fieldapp.exports.roster_ledger import Home, roster_rows
from server.services.ledger_sources import ONE_DAY, LedgerAsked, columns_of, records_of, streamed
from server.store import tables
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table

_LISTED: Final = (HouseholdStatus.ACTIVE.value, HouseholdStatus.PENDING.value)
_MERGED: Final = HouseholdStatus.MERGED.value
_COVERAGES: Final = TypeAdapter[tuple[Coverage, ...]](tuple[Coverage, ...])


def roster_of(
    kind: LedgerKind, connection: Connection, asked: LedgerAsked, names: Mapping[str, str]
) -> Iterator[LedgerRow]:
    """A roster as it stands on the last day asked for."""
    homes = (home for part in _homes(connection, asked, names, listed=True) for home in part)
    return roster_rows(kind, homes, asked.end)


dibao_of = partial(roster_of, LedgerKind.DIBAO)
tekun_of = partial(roster_of, LedgerKind.TEKUN)


def monitored_of(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[LedgerRow]:
    """Everybody who was on a low-income list in the time, households in the order of their areas."""
    return monitoring_rows(_monitored(connection, asked, names), asked.start, asked.end)


def changes_of(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[LedgerRow]:
    """What is paid differently at the end of the time than before it began, as the county knew it then."""
    return change_rows(_changed(connection, asked, names), asked.start, asked.end)


def _homes(
    connection: Connection, asked: LedgerAsked, names: Mapping[str, str], *, listed: bool
) -> Iterator[list[Home]]:
    """Households of an area with their members, in the order of their areas, some hundreds at a time.
    `listed`: only those that are on a list now; else all but the doubles."""
    row = row_table("households").c
    statuses = row.status.in_(_LISTED) if listed else row.status != _MERGED
    query = (
        columns_of("households", HouseholdFields)
        .where(row.area_code >= asked.area_code, row.area_code < asked.area_code + AFTER_DIGITS, statuses)
        .order_by(row.area_code, row.id)
    )
    for part in streamed(connection, query, HouseholdFields):
        ids = [one.id for one in part]
        members: dict[str, list[PersonFields]] = defaultdict(list)
        for person in records_of(connection, "persons", PersonFields, "household_id", ids):
            members[person.household_id].append(person)
        yield [Home(one, tuple(members[one.id]), _around(one, names)) for one in part]


def _around(household: HouseholdFields, names: Mapping[str, str]) -> dict[str, str]:
    """The names of the areas a household is in."""
    return {code: names.get(code, "") for code in ancestors(household.area_code)}


def _monitored(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[Monitored]:
    row = row_table("visits").c
    for part in _homes(connection, asked, names, listed=False):
        visits: dict[str, list[VisitFields]] = defaultdict(list)
        query = (
            columns_of("visits", VisitFields)
            .where(
                row.household_id.in_([home.household.id for home in part]),
                row.finished_at >= start_of_day(asked.start),
                row.finished_at < start_of_day(asked.end + ONE_DAY),
            )
            .order_by(row.id)
        )
        for found in streamed(connection, query, VisitFields):
            for visit in found:
                visits[visit.household_id].append(visit)
        yield from (Monitored(home, tuple(visits[home.household.id])) for home in part)


def _changed(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[Changed]:
    for part in _homes(connection, asked, names, listed=False):
        before = _known_at(connection, part, asked.start)
        now = _known_at(connection, part, asked.end + ONE_DAY)
        for home in part:
            closed = home.household.status.value not in _LISTED
            yield Changed(home, before[home.household.id], () if closed else now[home.household.id])


def _known_at(connection: Connection, homes: Sequence[Home], day: dt.date) -> dict[str, tuple[Coverage, ...]]:
    """Entitlements as the county knew them when a day began: what later changes replaced first."""
    change = tables.field_history.c
    query = (
        select(change.record_id, change.old)
        .where(
            change.kind == "households",
            change.field == "coverages",
            change.record_id.in_([home.household.id for home in homes]),
            change.kept.is_(True),
            change.at >= instant_text(start_of_day(day)),
        )
        .order_by(change.seq.desc())
    )
    known = {home.household.id: home.household.coverages for home in homes}
    for record_id, old in connection.execute(query):
        known[record_id] = _COVERAGES.validate_json(old)
    return known
