"""What the 临时救助台账 says, from the county's data (level S)."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.reliefs import ReliefFields
from fieldapp.exports.ledger_form import LedgerRow
from fieldapp.exports.relief_ledger import ReliefEntry, relief_rows
from server.services.ledger_sources import ONE_DAY, LedgerAsked, records_of
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import chunks

_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


def reliefs_of(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[LedgerRow]:
    """Reliefs of an area given in a period, oldest first, denied ones left out."""
    relief = row_table("reliefs")
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
        homes |= {one.id: one for one in records_of(connection, "households", HouseholdFields, "id", part)}
        for person in records_of(connection, "persons", PersonFields, "household_id", part):
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
    return relief_rows(entries)
