"""What the 走访台账 says, from the county's data (level S)."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.records.areas import ancestors
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.visits import VisitFields, VisitState
from fieldapp.exports.ledger_form import LedgerRow
from fieldapp.exports.visits_ledger import VisitEntry, visit_rows
from server.services.ledger_sources import ONE_DAY, LedgerAsked, records_of, streamed
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table


def visits_of(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[LedgerRow]:
    """Visits of an area in a period, oldest first. Of a corrected visit the newest version is told, void
    visits are not: the rows are those that statistics count."""
    return visit_rows(_entries(connection, _visits(asked), names))


def _visits(asked: LedgerAsked) -> Select[tuple[object, ...]]:
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
    connection: Connection, query: Select[tuple[object, ...]], area_names: Mapping[str, str]
) -> Iterator[VisitEntry]:
    """Visits with what belongs to them, a few hundred in memory at a time."""
    user = row_table("users")
    workers = dict(connection.execute(select(user.c.id, user.c.name)).all())
    for visits in streamed(connection, query, VisitFields):
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
    person = row_table("persons")
    homes = {one.id: one for one in records_of(connection, "households", HouseholdFields, "id", ids)}
    members: dict[str, dict[str, str]] = {}
    names = select(person.c.household_id, person.c.id, person.c.name).where(person.c.household_id.in_(ids))
    for household_id, person_id, name in connection.execute(names):
        members.setdefault(household_id, {})[person_id] = name
    return homes, members
