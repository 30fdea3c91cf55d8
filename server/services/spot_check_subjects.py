"""What a spot check is drawn from, and what its inspectors need to know of what was drawn (R14)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, start_of_day
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.households import HouseholdFields, HouseholdStatus
from fieldapp.domain.records.needs import OrganisationFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.reliefs import ReliefAction, ReliefFields
from fieldapp.domain.records.spot_checks import Population, TargetFacts
from fieldapp.domain.records.visits import NOBODY_MET, VisitFields, VisitState
from fieldapp.domain.rules.masking import mask_id_number
from fieldapp.domain.rules.spot_check import Subject
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import chunks
from server.store.tables import spot_check_population

_TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]
_VILLAGE: Final = CODE_LENGTH[AreaLevel.VILLAGE]
_ONE_DAY: Final = dt.timedelta(days=1)
Members = dict[str, list[PersonFields]]
_KIND: Final = {
    Population.HOUSEHOLDS: ("households", HouseholdFields),
    Population.DECISIONS: ("reliefs", ReliefFields),
    Population.VISITS: ("visits", VisitFields),
    Population.CONTRACTS: ("organisations", OrganisationFields),
}


def to_draw_from(
    connection: Connection, population: Population, area_code: str, since: dt.date, until: dt.date
) -> list[tuple[str, str]]:
    """Everything of a population in an area as (town, id); of the period where it is of a period."""
    rows = {
        Population.HOUSEHOLDS: _households,
        Population.DECISIONS: _decisions,
        Population.VISITS: _visits,
        Population.CONTRACTS: _contracts,
    }[population](connection, area_code, since, until)
    return sorted((place[:_TOWN], subject_id) for place, subject_id in rows)


def _households(
    connection: Connection, area_code: str, _since: dt.date, until: dt.date
) -> Iterator[tuple[str, str]]:
    """Those that receive aid on the period's last day."""
    c = row_table("households").c
    query = select(c.id, c.area_code, c.coverages).where(
        *_inside(c.area_code, area_code), c.status == HouseholdStatus.ACTIVE
    )
    for row in connection.execute(query):
        if any(one.open_on(until) for one in row.coverages):
            yield row.area_code, row.id


def _decisions(
    connection: Connection, area_code: str, since: dt.date, until: dt.date
) -> Iterator[tuple[str, str]]:
    c = row_table("reliefs").c
    query = select(c.id, c.area_code).where(
        *_inside(c.area_code, area_code), *_within(c.decided_at, since, until),
        c.decision == ReliefAction.DECIDE,
    )  # fmt: skip
    for row in connection.execute(query):
        yield row.area_code, row.id


def _visits(
    connection: Connection, area_code: str, since: dt.date, until: dt.date
) -> Iterator[tuple[str, str]]:
    """Records of visits that met somebody and stand; of a corrected one its newest version."""
    table = row_table("visits")
    later = table.alias()
    c = table.c
    query = select(c.id, c.area_code).where(
        *_inside(c.area_code, area_code), *_within(c.finished_at, since, until),
        c.state == VisitState.SUBMITTED, c.result.not_in(NOBODY_MET),
        ~select(later.c.id).where(later.c.root_id == c.root_id, later.c.amends == c.id).exists(),
    )  # fmt: skip
    for row in connection.execute(query):
        yield row.area_code, row.id


def _contracts(
    connection: Connection, _area_code: str, since: dt.date, until: dt.date
) -> Iterator[tuple[str, str]]:
    """Organisations with a contract in the period; they are the county's and belong to no town."""
    c = row_table("organisations").c
    for row in connection.execute(select(c.id, c.contracts)):
        if any(one.since <= until and since <= one.until for one in row.contracts):
            yield "", row.id


def _inside(column: Any, area_code: str) -> tuple[Any, Any]:
    return column >= area_code, column < area_code + AFTER_DIGITS


def _within(column: Any, since: dt.date, until: dt.date) -> tuple[Any, Any]:
    return column >= start_of_day(since), column < start_of_day(until + _ONE_DAY)


def fixed_population(connection: Connection, spot_check_id: str) -> list[tuple[str, str]]:
    """The population as fixed with a plan: (town, id)."""
    c = spot_check_population.c
    query = select(c.stratum, c.subject_id).where(c.spot_check_id == spot_check_id)
    return sorted((row.stratum, row.subject_id) for row in connection.execute(query))


class Subjects:
    """What is on file of some drawn ids: whose work it is, and the facts an inspector needs."""

    def __init__(self, connection: Connection, population: Population, ids: Iterable[str]) -> None:
        self._population: Final = population
        kind, fields = _KIND[population]
        self._found: Final[dict[str, Any]] = {
            one.id: one for one in _typed(connection, kind, fields, "id", set(ids))
        }
        at_home = {self._household_of(one) for one in self._found.values()} - {""}
        homes = _typed(connection, "households", HouseholdFields, "id", at_home)
        self._homes: Final[dict[str, HouseholdFields]] = {one.id: one for one in homes}
        self._members: Final[Members] = defaultdict(list)
        for person in _typed(connection, "persons", PersonFields, "household_id", at_home):
            if person.status is PersonStatus.ALIVE:
                self._members[person.household_id].append(person)
        self._visitors: Final = _visitors(connection, at_home)
        users = {user for one in self._found.values() for user in _by(one)}
        self._names: Final = _names(connection, "users", users)
        villages = {self._area_of(one)[:_VILLAGE] for one in self._found.values()}
        areas = villages | {code[:_TOWN] for code in villages}
        self._areas: Final = _names(connection, "areas", areas - {""})

    def subject(self, stratum: str, subject_id: str) -> Subject:
        """With everybody who ever visited the household, or had a hand in the decision."""
        found = self._found.get(subject_id)
        if found is None:
            return Subject(subject_id, stratum)
        household_id = self._household_of(found)
        workers = set(self._visitors.get(household_id, ())) | set(_by(found))
        if isinstance(found, OrganisationFields):
            workers = set(found.users)
        return Subject(subject_id, stratum, household_id, frozenset(workers))

    def place(self, subject_id: str) -> str:
        """Town and village in words; '' for what is the county's."""
        found = self._found.get(subject_id)
        code = self._area_of(found) if found is not None else ""
        return " ".join(self._areas[part] for part in (code[:_TOWN], code[:_VILLAGE]) if part in self._areas)

    def facts(self, subject_id: str, on: dt.date) -> TargetFacts:
        """The least that is needed at the door, as on a day; empty for what is not on file any more."""
        found = self._found.get(subject_id)
        if found is None:
            return TargetFacts()
        if isinstance(found, OrganisationFields):
            return _contract_facts(found, on)
        home = self._homes.get(self._household_of(found))
        facts = TargetFacts() if home is None else self._home_facts(home, on)
        if isinstance(found, ReliefFields):
            decided = None if found.decided_at is None else local_day(found.decided_at)
            return facts.model_copy(
                update={
                    "name": found.recipient or facts.name, "amount": found.decided_amount, "day": decided,
                    "number": found.relief_no,
                }
            )  # fmt: skip
        if isinstance(found, VisitFields):
            by = tuple(self._names[user] for user in found.visitors if user in self._names)
            made = {"day": local_day(found.finished_at), "mode": found.mode, "by": by}
            return facts.model_copy(update=made)
        return facts

    def _home_facts(self, home: HouseholdFields, on: dt.date) -> TargetFacts:
        members = self._members.get(home.id, [])
        head = next((one for one in members if one.id == home.head_person_id), None)
        phone = next((one.phone for one in (head, *members) if one is not None and one.phone), "")
        open_ones = [one for one in home.coverages if one.open_on(on)]
        return TargetFacts(
            name=home.head_name,
            masked_id=mask_id_number(head.id_number) if head is not None and head.id_number else "",
            phone=phone,
            address=home.address,
            group_name=home.group_name,
            members=len(members),
            categories=tuple(dict.fromkeys(one.category for one in open_ones)),
            amount=sum(one.monthly_amount_fen for one in open_ones),
            number=home.household_no,
        )

    def _household_of(self, found: Any) -> str:
        if isinstance(found, HouseholdFields):
            return found.id
        return "" if isinstance(found, OrganisationFields) else found.household_id or ""

    def _area_of(self, found: Any) -> str:
        return "" if isinstance(found, OrganisationFields) else str(found.area_code)


def _by(found: Any) -> tuple[str, ...]:
    """Whose work a record is by itself."""
    if isinstance(found, VisitFields):
        return (*found.visitors, found.created_by)
    if isinstance(found, ReliefFields):
        return (*found.surveyors, found.created_by, found.decided_by)
    return ()


def _contract_facts(organisation: OrganisationFields, on: dt.date) -> TargetFacts:
    contract = max(organisation.contracts, key=lambda one: (one.holds_on(on), one.until), default=None)
    known = TargetFacts(
        name=organisation.name, phone=organisation.phone, by=tuple(filter(None, (organisation.contact_name,)))
    )
    if contract is None:
        return known
    return known.model_copy(
        update={"amount": contract.amount, "day": contract.until, "number": contract.number}
    )


def _visitors(connection: Connection, household_ids: Collection[str]) -> dict[str, set[str]]:
    """By household, everybody who ever visited it or wrote such a visit down."""
    c = row_table("visits").c
    found: dict[str, set[str]] = defaultdict(set)
    for part in chunks(sorted(household_ids)):
        query = select(c.household_id, c.visitors, c.created_by).where(c.household_id.in_(part))
        for row in connection.execute(query):
            found[row.household_id].update((*row.visitors, row.created_by))
    return found


def _names(connection: Connection, kind: str, ids: Collection[str]) -> dict[str, str]:
    c = row_table(kind).c
    found: dict[str, str] = {}
    for part in chunks(sorted(ids)):
        found |= dict(connection.execute(select(c.id, c.name).where(c.id.in_(part))).all())
    return found


def _typed(
    connection: Connection, kind: str, fields: type[Any], column: str, ids: Collection[str]
) -> list[Any]:
    row = row_table(kind)
    found = []
    for part in chunks(sorted(ids)):
        query = select(*(row.c[name] for name in fields.model_fields)).where(row.c[column].in_(part))
        found += [fields.model_construct(**one) for one in connection.execute(query).mappings()]
    return found
