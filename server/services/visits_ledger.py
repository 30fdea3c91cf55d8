"""Writes the 走访台账 of an area from the county's data (level S)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.engine import Connection, RowMapping

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import ancestors
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.visits import VisitFields, VisitState
from fieldapp.exports.visits_ledger import VisitEntry, write_visits
from fieldapp.exports.workbook import Cancelled, Progress
from server.services.users import SERVER_USER
from server.store.audit import Act, note
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import CHUNK
from server.store.store import Store

ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VisitsAsked:
    """Which visits: of an area, from `start` to `end` (both included). `full` = names not masked; `reason` is
    written into the log."""

    area_code: str
    start: dt.date
    end: dt.date
    full: bool = False
    reason: str = ""


def export_visits(
    store: Store,
    path: Path,
    asked: VisitsAsked,
    *,
    actor: Actor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write the ledger of an area, oldest visit first, and audit it; `actor` None is the operator.

    Names in full are for somebody who reads cases unmasked. Of a corrected visit the newest version is
    written, void visits are not: the rows are those that statistics count. False when cancelled.
    Raises RuleError (unknown_area, period_wrong), NotAllowedError, StorageError.
    """
    _check_permission(actor, asked)
    if asked.end < asked.start:
        raise RuleError("period_wrong", "to")
    with store.read() as connection:
        names = _area_names(connection)
        if asked.area_code not in names:
            raise RuleError("unknown_area", "area_code")
        done = write_visits(
            path,
            _entries(connection, _visits(asked), names),
            county_name=store.county.name,
            period=f"{asked.start.isoformat()} 至 {asked.end.isoformat()}",
            full=asked.full,
            progress=progress,
            cancelled=cancelled,
        )
    if done:
        author = SERVER_USER if actor is None else actor.user_id
        store.run(
            lambda unit: note(unit, author, Act.EXPORTED, "visits", asked.area_code, reason=asked.reason)
        )
    return done


def _check_permission(actor: Actor | None, asked: VisitsAsked) -> None:
    if actor is not None:
        actor.require(Permission.EXPORT_VISITS, asked.area_code)
    unmasked = actor is not None and not actor.masked and actor.may(Permission.READ_CASES, asked.area_code)
    if asked.full and not unmasked:
        raise NotAllowedError("not_permitted", permission=Permission.READ_CASES)


def _area_names(connection: Connection) -> dict[str, str]:
    area = row_table("areas")
    return dict(connection.execute(select(area.c.id, area.c.name)).all())


def _visits(asked: VisitsAsked) -> Select[tuple[object, ...]]:
    visit = row_table("visits")
    later = visit.alias("later")
    newer = or_(
        later.c.created_at > visit.c.created_at,
        and_(later.c.created_at == visit.c.created_at, later.c.id > visit.c.id),
    )
    return (
        select(*(visit.c[name] for name in VisitFields.model_fields))
        .where(
            # The bucket, not the visit's own area: the household may have moved since.
            visit.c.bucket >= asked.area_code,
            visit.c.bucket < asked.area_code + AFTER_DIGITS,
            visit.c.finished_at >= start_of_day(asked.start),
            visit.c.finished_at < start_of_day(asked.end + ONE_DAY),
            visit.c.state != VisitState.VOID,
            ~exists().where(later.c.root_id == visit.c.root_id, newer),
        )
        .order_by(visit.c.finished_at, visit.c.id)
    )


def _entries(
    connection: Connection, query: Select[tuple[object, ...]], area_names: dict[str, str]
) -> Iterator[VisitEntry]:
    """Visits with what belongs to them, a few hundred in memory at a time."""
    user = row_table("users")
    workers = dict(connection.execute(select(user.c.id, user.c.name)).all())
    found = iter(connection.execution_options(yield_per=CHUNK).execute(query).mappings())
    while part := list(islice(found, CHUNK)):
        visits = [VisitFields.model_validate(dict(row)) for row in part]
        homes, members = _households(connection, sorted({each.household_id for each in visits}))
        for each in visits:
            home = homes.get(each.household_id)
            if home is None:
                continue
            persons = members.get(each.household_id, {})
            yield VisitEntry(
                visit=each,
                household=home,
                area_names={code: area_names.get(code, "") for code in ancestors(home.area_code)},
                visitors=tuple(workers[who] for who in each.visitors or (each.created_by,) if who in workers),
                seen=tuple(persons[who] for who in each.persons_seen if who in persons),
                members=tuple(persons.values()),
            )


def _households(
    connection: Connection, ids: list[str]
) -> tuple[dict[str, HouseholdFields], dict[str, dict[str, str]]]:
    """Households by id, and the names of their members by household and person."""
    household, person = row_table("households"), row_table("persons")
    columns = [household.c[name] for name in HouseholdFields.model_fields]
    rows: list[RowMapping] = list(
        connection.execute(select(*columns).where(household.c.id.in_(ids))).mappings()
    )
    homes = {row["id"]: HouseholdFields.model_validate(dict(row)) for row in rows}
    members: dict[str, dict[str, str]] = {}
    names = select(person.c.household_id, person.c.id, person.c.name).where(person.c.household_id.in_(ids))
    for household_id, person_id, name in connection.execute(names):
        members.setdefault(household_id, {})[person_id] = name
    return homes, members
