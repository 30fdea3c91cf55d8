"""Writes the 临时救助台账 of an area from the county's data."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.reliefs import ReliefFields
from fieldapp.exports.relief_ledger import ReliefEntry, write_reliefs
from server.services.users import SERVER_USER
from server.services.visits_ledger import ONE_DAY, VisitsAsked
from server.store.audit import Act, note
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import chunks
from server.store.store import Store

_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


def export_reliefs(store: Store, path: Path, asked: VisitsAsked, *, actor: Actor | None = None) -> int:
    """Write the reliefs of an area given in a period, oldest first, and audit it. `actor` None is the
    operator, who gets names masked. Returns how many.

    Raises RuleError unknown_area, period_wrong; NotAllowedError, StorageError.
    """
    if actor is not None:
        actor.require(Permission.EXPORT_VISITS, asked.area_code)
    unmasked = actor is not None and not actor.masked and actor.may(Permission.REVEAL_ID, asked.area_code)
    if asked.full and not unmasked:
        raise NotAllowedError("not_permitted", permission=Permission.REVEAL_ID)
    if asked.end < asked.start:
        raise RuleError("period_wrong", "to")
    with store.read() as connection:
        entries = _entries(connection, asked)
    write_reliefs(
        path, entries, county_name=store.county.name, full=asked.full,
        period=f"{asked.start.isoformat()} 至 {asked.end.isoformat()}",
    )  # fmt: skip
    author = SERVER_USER if actor is None else actor.user_id
    store.run(lambda unit: note(unit, author, Act.EXPORTED, "reliefs", asked.area_code, reason=asked.reason))
    return len(entries)


def _entries(connection: Connection, asked: VisitsAsked) -> list[ReliefEntry]:
    area, relief = row_table("areas"), row_table("reliefs")
    names = dict(connection.execute(select(area.c.id, area.c.name)).all())
    if asked.area_code not in names:
        raise RuleError("unknown_area", "area_code")
    query = (
        select(*(relief.c[name] for name in ReliefFields.model_fields))
        .where(
            relief.c.bucket >= asked.area_code,
            relief.c.bucket < asked.area_code + AFTER_DIGITS,
            relief.c.given_at >= start_of_day(asked.start),
            relief.c.given_at < start_of_day(asked.end + ONE_DAY),
        )
        .order_by(relief.c.given_at, relief.c.id)
    )
    found = [ReliefFields.model_validate(dict(row)) for row in connection.execute(query).mappings()]
    homes: dict[str, HouseholdFields] = {}
    members: dict[str, list[PersonFields]] = {}
    for part in chunks(sorted({one.household_id for one in found if one.household_id is not None})):
        homes |= {one.id: one for one in _typed(connection, "households", HouseholdFields, "id", part)}
        for person in _typed(connection, "persons", PersonFields, "household_id", part):
            if person.status is PersonStatus.ALIVE:
                members.setdefault(person.household_id, []).append(person)
    entries = []
    for one in found:
        home = homes.get(one.household_id or "")
        living = members.get(one.household_id or "", [])
        head = [p for p in living if home is not None and p.id == home.head_person_id]
        others = sorted((p for p in living if p not in head), key=lambda person: person.id)
        village = names.get(one.area_code[:_VILLAGE], "")
        entries.append(ReliefEntry(one, home, (*head, *others), village))
    return entries


def _typed(connection: Connection, kind: str, fields: type[Any], column: str, ids: Any) -> list[Any]:
    row = row_table(kind)
    query = select(*(row.c[name] for name in fields.model_fields)).where(row.c[column].in_(ids))
    return [fields.model_validate(dict(found)) for found in connection.execute(query).mappings()]
