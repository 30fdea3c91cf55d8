"""Households and persons: lists, search, members."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, String, column, false, func, or_, select, text
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.households import HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import PersonFields, PersonStatus, Relation
from fieldapp.domain.records.users import UserFields
from fieldapp.storage import rows, search
from fieldapp.storage.tables import AreaRow, HouseholdRow, PersonRow, UserRow

HOUSEHOLDS = HouseholdRow.__table__  # type: ignore[attr-defined]
PERSONS = PersonRow.__table__  # type: ignore[attr-defined]
AREAS = AreaRow.__table__  # type: ignore[attr-defined]
USERS = UserRow.__table__  # type: ignore[attr-defined]

_MATCHING = text(search.MATCHING).columns(column("household_id", String))

FILED: Final = ("id", "created_at", "area_code", "status", "risk_level", "coverages", "tags")
FILED_PERSON: Final = (
    "household_id", "status", "self_care", "disability_grade", "serious_illness", "health",
)  # fmt: skip
"""What the facts of a household are gathered from."""

LISTED = (HouseholdStatus.ACTIVE, HouseholdStatus.PENDING)


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """Living members, and those counted as living together (counted_member)."""

    members: int
    counted: int


def get(connection: Connection, household_id: str) -> HouseholdFields:
    """The household. Raises NotAllowedError("household_not_here") when this device does not hold it."""
    found = rows.find(connection, "households", household_id)
    if not isinstance(found, HouseholdFields):
        raise NotAllowedError("household_not_here")
    return found


def get_many(connection: Connection, household_ids: Sequence[str]) -> dict[str, HouseholdFields]:
    """Households by id; absent ones are left out."""
    query = rows.select_records("households").where(rows.among(HOUSEHOLDS.c.id, household_ids))
    return {h.id: h for h in rows.records(connection, query, HouseholdFields)}


def members(connection: Connection, household_id: str) -> list[PersonFields]:
    """Members, the head first, then by birth."""
    query = rows.select_records("persons").where(PERSONS.c.household_id == household_id)
    found = rows.records(connection, query, PersonFields)
    return sorted(found, key=lambda p: (p.relation_to_head != "SELF", str(p.birth_date or "9"), p.id))


def member_counts(connection: Connection, household_ids: Sequence[str]) -> dict[str, MemberCounts]:
    """Counts of living members by household."""
    query = (
        select(PERSONS.c.household_id, func.count(), func.count().filter(PERSONS.c.counted))
        .where(rows.among(PERSONS.c.household_id, household_ids), PERSONS.c.status == PersonStatus.ALIVE)
        .group_by(PERSONS.c.household_id)
    )
    return {row[0]: MemberCounts(row[1], row[2]) for row in connection.execute(query)}


def heads_born(connection: Connection, household_ids: Sequence[str]) -> dict[str, dt.date | None]:
    """Birth dates of heads by household."""
    query = select(PERSONS.c.household_id, PERSONS.c.birth_date).where(
        rows.among(PERSONS.c.household_id, household_ids), PERSONS.c.relation_to_head == Relation.SELF
    )
    return {row.household_id: row.birth_date for row in connection.execute(query)}


def listed_ids(
    connection: Connection, scopes: Sequence[str], *, area_prefix: str = "", typed: str = ""
) -> list[str]:
    """Ids of households on the list inside the areas `scopes`, by village, group and name; filtered by
    area and by search text."""
    query = (
        select(HOUSEHOLDS.c.id)
        .where(HOUSEHOLDS.c.status.in_(LISTED))
        .where(or_(false(), *(HOUSEHOLDS.c.area_code.startswith(code) for code in scopes)))
        .order_by(HOUSEHOLDS.c.area_code, HOUSEHOLDS.c.group_name, HOUSEHOLDS.c.head_name)
    )
    if area_prefix:
        query = query.where(HOUSEHOLDS.c.area_code.startswith(area_prefix))
    expression = search.match_expression(typed)
    if expression:
        query = query.where(HOUSEHOLDS.c.id.in_(_MATCHING.bindparams(expression=expression)))
    elif typed.strip():
        return []
    return list(connection.execute(query).scalars())


def in_walking_order(connection: Connection, household_ids: Sequence[str]) -> list[str]:
    """The same households by village, group and name; absent ones are left out."""
    query = (
        select(HOUSEHOLDS.c.id)
        .where(rows.among(HOUSEHOLDS.c.id, household_ids))
        .order_by(HOUSEHOLDS.c.area_code, HOUSEHOLDS.c.group_name, HOUSEHOLDS.c.head_name)
    )
    return list(connection.execute(query).scalars())


def walked(connection: Connection, kind: str, record_ids: Sequence[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Where the households of records of a kind are filed: the record's id, area code, group and head; empty
    where a record names no household that is here."""
    if kind == "households":
        query = select(
            HOUSEHOLDS.c.id, HOUSEHOLDS.c.area_code, HOUSEHOLDS.c.group_name, HOUSEHOLDS.c.head_name
        )
        return connection.execute(query.where(rows.among(HOUSEHOLDS.c.id, record_ids))).all()
    table = rows.table_of(kind)
    columns = (
        func.coalesce(one, "").label(one.name)
        for one in (HOUSEHOLDS.c.area_code, HOUSEHOLDS.c.group_name, HOUSEHOLDS.c.head_name)
    )
    joined = table.outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.id == table.c.household_id)
    query = select(table.c.id, *columns).select_from(joined)
    return connection.execute(query.where(rows.among(table.c.id, record_ids))).all()


def places(connection: Connection, household_ids: Sequence[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Where households are: id, area code, group, address and position (None = unknown)."""
    c = HOUSEHOLDS.c
    query = select(c.id, c.area_code, c.group_name, c.address, c.lat, c.lon)
    return connection.execute(query.where(rows.among(c.id, household_ids))).all()


def persons_with_id_number(connection: Connection, id_number: str) -> list[PersonFields]:
    """Persons on this device with an ID number (normalised, R1)."""
    query: Select[tuple[PersonFields]] = rows.select_records("persons").where(
        PERSONS.c.id_number == id_number
    )
    return rows.records(connection, query, PersonFields)


def area_names(connection: Connection) -> dict[str, str]:
    """Names of all areas by code."""
    return {row.id: row.name for row in connection.execute(select(AREAS.c.id, AREAS.c.name))}


def areas_under(connection: Connection, prefix: str) -> list[AreaFields]:
    """Areas inside an area, itself included, by code."""
    query = rows.select_records("areas").where(AREAS.c.id.startswith(prefix)).order_by(AREAS.c.id)
    return rows.records(connection, query, AreaFields)


def user_names(connection: Connection, user_ids: Iterable[str] | None = None) -> dict[str, str]:
    """Names of workers by id."""
    query = select(USERS.c.id, USERS.c.name)
    if user_ids is not None:
        query = query.where(USERS.c.id.in_(list(user_ids)))
    return {row.id: row.name for row in connection.execute(query)}


def person_names(connection: Connection, person_ids: Collection[str]) -> dict[str, str]:
    """Names of persons by id."""
    query = select(PERSONS.c.id, PERSONS.c.name).where(rows.among(PERSONS.c.id, person_ids))
    return {row.id: row.name for row in connection.execute(query)}


def users(connection: Connection) -> list[UserFields]:
    """All workers this device knows, also those who left."""
    return rows.records(connection, rows.select_records("users"), UserFields)


def users_in(connection: Connection, area_prefix: str) -> list[UserFields]:
    """Active workers with a role in an area or above or below it."""
    query = rows.select_records("users").where(USERS.c.active)
    return [
        user
        for user in rows.records(connection, query, UserFields)
        if any(r.area_code.startswith(area_prefix) or area_prefix.startswith(r.area_code) for r in user.roles)
    ]


def persons_by_household(
    connection: Connection, household_ids: Sequence[str]
) -> dict[str, list[PersonFields]]:
    """Members of several households at once."""
    query = rows.select_records("persons").where(rows.among(PERSONS.c.household_id, household_ids))
    found: dict[str, list[PersonFields]] = defaultdict(list)
    for person in rows.records(connection, query, PersonFields):
        found[person.household_id].append(person)
    return found


def in_area(connection: Connection, area_prefix: str) -> list[HouseholdFields]:
    """All households filed in an area, whatever their status, with the fields of FiledHousehold and no
    others: a town's are read at once."""
    query = rows.select_records("households", FILED).where(HOUSEHOLDS.c.area_code.startswith(area_prefix))
    return rows.records(connection, query, HouseholdFields, FILED)


def persons_in_area(connection: Connection, area_prefix: str) -> dict[str, list[PersonFields]]:
    """Members of all households filed in an area, by household, with the fields of FiledPerson and no
    others."""
    query = (
        rows.select_records("persons", FILED_PERSON)
        .join(HOUSEHOLDS, HOUSEHOLDS.c.id == PERSONS.c.household_id)
        .where(HOUSEHOLDS.c.area_code.startswith(area_prefix))
    )
    found: dict[str, list[PersonFields]] = defaultdict(list)
    for person in rows.records(connection, query, PersonFields, FILED_PERSON):
        found[person.household_id].append(person)
    return found
