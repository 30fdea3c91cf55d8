"""What is derived from records: plans, search text, superseded marks. Refreshed in the commit that
changes the records, or marked stale in it and drained later (bulk pulls)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Row, Text, bindparam, case, delete, func, or_, select, type_coerce
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, parse_instant, start_of_day
from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import Health, PersonFields
from fieldapp.domain.records.visits import Mode, Purpose, Result, VisitState
from fieldapp.domain.rules.exemptions import approved
from fieldapp.domain.rules.visit_facts import Exemption, VisitFact, household_facts
from fieldapp.domain.rules.visit_plan import VisitPlan, plan_household
from fieldapp.domain.rules.visit_rules import VisitRules
from fieldapp.domain.rules.working_days import WorkCalendar
from fieldapp.storage import meta, risks, rows, search
from fieldapp.storage.follow_ups import follow_up_days
from fieldapp.storage.tables import (
    AreaRow,
    ExemptionDecisionRow,
    HouseholdRow,
    OutboxRow,
    PersonRow,
    StaleRow,
    VisitPlanRow,
    VisitRow,
)
from fieldapp.storage.urgent_cases import urgent_since
from sync.protocol.entities import ENTITIES, household_of

HOUSEHOLDS = HouseholdRow.__table__  # type: ignore[attr-defined]
PERSONS = PersonRow.__table__  # type: ignore[attr-defined]
VISITS = VisitRow.__table__  # type: ignore[attr-defined]
PLANS = VisitPlanRow.__table__  # type: ignore[attr-defined]
STALE = StaleRow.__table__  # type: ignore[attr-defined]
DECISIONS = ExemptionDecisionRow.__table__  # type: ignore[attr-defined]
OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]
AREAS = AreaRow.__table__  # type: ignore[attr-defined]

NOT_DERIVED_FROM: Final = frozenset({"updated_at", "updated_by", "device_id"})
"""Fields of every kind that no derived row is made of."""
ARRIVAL: Final = frozenset({"visits"})
"""Kinds whose `received_at` no derived row is made of either: statistics read it where it is stored."""
PLAN_HORIZON: Final = dt.timedelta(days=800)
"""How far back visits matter to a plan: two of the longest periods."""
_AT_ONCE: Final = 500
_OF_HOUSEHOLD: Final = ("id", "area_code", "status", "created_at", "coverages", "tags", *risks.FIELDS)
_OF_PERSON: Final = ("household_id", "status", "self_care", "disability_grade", "serious_illness", "health")
"""What plans are made of, and what search texts are made of besides."""
_WORDS_OF_HOUSEHOLD: Final = (*_OF_HOUSEHOLD, "head_name", "group_name", "address", "household_no")
_WORDS_OF_PERSON: Final = (*_OF_PERSON, "name", "name_alias", "id_number", "phone")
_SHAPES_PLAN: Final = or_(
    PERSONS.c.self_care.is_not(None),
    PERSONS.c.disability_grade.is_not(None),
    rows.as_text(PERSONS.c.serious_illness) != "[]",
    rows.as_text(PERSONS.c.health).contains(Health.SERIOUS.value),
)
"""Of the living members those whom rules of visits ask about; no rule asks about the others."""
_PLAN: Final = tuple(column.name for column in PLANS.c)
_PUT_PLAN: Final = (
    f"INSERT INTO visit_plans ({','.join(_PLAN)}) VALUES ({','.join('?' * len(_PLAN))}) "  # noqa: S608
    "ON CONFLICT(household_id) DO UPDATE SET "
    + ",".join(f"{name}=excluded.{name}" for name in _PLAN if name != "household_id")
)
_PLANS_HELD: Final = (
    f"SELECT {','.join(_PLAN)} FROM visit_plans "  # noqa: S608  names from the table
    "WHERE household_id IN (SELECT value FROM json_each(?))"
)
_STALE_WORDS: Final = "INSERT INTO stale_households(household_id, words)"
_WITH_WORDS: Final = "ON CONFLICT(household_id) DO UPDATE SET words=1"
_ANY_STALE: Final = select(STALE.c.household_id).limit(1)

_CHAIN: Final = VISITS.alias("chain")
_AMENDED: Final = VISITS.alias("amended")
_FIRST_ARRIVAL: Final = (
    select(func.min(_CHAIN.c.received_at))
    # By way of the id, for the index of facts (tables.VISIT_FACT) holds no root.
    .where(
        _CHAIN.c.root_id.in_(select(_AMENDED.c.root_id).where(_AMENDED.c.id == VISITS.c.id).correlate(VISITS))
    )
    .correlate(VISITS)
    .scalar_subquery()
)

VISIT_FACT_COLUMNS: Final = tuple(
    type_coerce(column, Text)
    for column in (
        VISITS.c.id,
        VISITS.c.household_id,
        VISITS.c.area_code,
        VISITS.c.mode,
        VISITS.c.result,
        VISITS.c.state,
        VISITS.c.finished_at,
        # The version that counts takes over the chain's first arrival: a correction makes no upload late.
        case(
            (or_(VISITS.c.superseded, VISITS.c.amends.is_(None)), VISITS.c.received_at), else_=_FIRST_ARRIVAL
        ),
        VISITS.c.visitors,
        VISITS.c.superseded,
        VISITS.c.purpose,
    )
)
"""What `visit_fact` makes a fact of: the texts as they are stored."""
_MODES: Final = {mode.value: mode for mode in Mode}
_RESULTS: Final = {result.value: result for result in Result}
_PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}
_STATES: Final = {state.value: state for state in VisitState}


def visit_fact(row: Row[*tuple[Any, ...]]) -> VisitFact:
    """A fact from a row of VISIT_FACT_COLUMNS. A town's year has ten thousand of them: what the column
    types would do value by value is done here at once."""
    (visit_id, household_id, area_code, mode, result, state, finished, received, visitors, superseded,
     purpose) = row  # fmt: skip
    at = parse_instant(finished)
    return VisitFact(
        visit_id,
        household_id,
        area_code,
        _MODES[mode],
        _RESULTS[result],
        _STATES[state],
        at,
        None if received is None else parse_instant(received),
        _workers(visitors),
        local_day(at),
        bool(superseded),
        _PURPOSES[purpose],
    )


@lru_cache(maxsize=4096)
def _workers(stored: str) -> tuple[str, ...]:
    """The visitors of a visit; the same few teams come again and again."""
    return tuple(orjson.loads(stored))


def parameters(connection: Connection) -> Parameters:
    """The county's parameters, or the defaults when none have arrived yet."""
    record = rows.find(connection, "parameters", "county")
    return record.parameters if isinstance(record, ParametersFields) else Parameters()


def households_of(connection: Connection, kind: str, body: dict[str, Any]) -> set[str]:
    """Households whose derived rows depend on a record."""
    found = household_of(kind, body)
    return set() if found is None else {found}


def mark_stale(connection: Connection, household_ids: Iterable[str]) -> None:
    """Remember, in the present commit, that these households' derived rows must be made again."""
    values = [(one,) for one in household_ids]
    if values:
        connection.exec_driver_sql(f"{_STALE_WORDS} VALUES (?,1) {_WITH_WORDS}", values)


def derives_from(kind: str, fields: Collection[str]) -> bool:
    """Whether derived rows are made of any of these fields."""
    idle = NOT_DERIVED_FROM | {"received_at"} if kind in ARRIVAL else NOT_DERIVED_FROM
    return not idle.issuperset(fields)


def mark_households_stale(connection: Connection, kind: str, record_ids: Collection[str]) -> None:
    """Have the derived rows of the households of some records made again."""
    field = ENTITIES[kind].household_field
    if field and record_ids:
        connection.exec_driver_sql(
            f"{_STALE_WORDS} SELECT {field}, 1 FROM {kind} "  # noqa: S608  of the registry
            f"WHERE {field} IS NOT NULL AND id IN (SELECT value FROM json_each(?)) {_WITH_WORDS}",
            (orjson.dumps(list(record_ids)).decode(),),
        )


def mark_all_stale(connection: Connection, *, words: bool = True) -> None:
    """Have everything derived again; without `words` the plans only (new parameters)."""
    connection.exec_driver_sql(
        f"{_STALE_WORDS} SELECT id, 1 FROM households WHERE true {_WITH_WORDS}"  # noqa: S608  constants
        if words
        else "INSERT OR IGNORE INTO stale_households(household_id, words) SELECT id, 0 FROM households"
    )


def mark_superseded(connection: Connection, root_ids: Collection[str]) -> None:
    """In each chain of amendments the newest visit counts; mark the others."""
    statement = (
        "UPDATE visits SET superseded = (id <> (SELECT v.id FROM visits v WHERE v.root_id = visits.root_id "
        "ORDER BY v.created_at DESC, v.id DESC LIMIT 1)) WHERE root_id = ?"
    )
    if root_ids:
        connection.exec_driver_sql(statement, [(root_id,) for root_id in root_ids])


def amended(connection: Connection, visit_ids: Collection[str]) -> set[str]:
    """Which of these visits have amendments on the device."""
    # One page names thousands: as one value they are neither compiled nor bound one by one.
    found = connection.exec_driver_sql(
        "SELECT DISTINCT root_id FROM visits WHERE amends IS NOT NULL "
        "AND root_id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(visit_ids)).decode(),),
    )
    return set(found.scalars())


def anything_stale(connection: Connection) -> bool:
    """Whether derived rows of any household must be made again."""
    return connection.execute(_ANY_STALE).first() is not None


def drain(connection: Connection, today: dt.date, limit: int = _AT_ONCE) -> int:
    """Refresh up to `limit` stale households. Returns how many were done; 0 = nothing is stale."""
    return len(refresh_stale(connection, today, limit))


def refresh_stale(connection: Connection, today: dt.date, limit: int = _AT_ONCE) -> Sequence[str]:
    """Refresh up to `limit` stale households and return their ids; none = nothing is stale."""
    stale = connection.execute(select(STALE.c.household_id, STALE.c.words).limit(limit)).all()
    for words in (True, False):
        refresh(connection, [row.household_id for row in stale if row.words is words], today, words=words)
    done = [row.household_id for row in stale]
    if done:
        connection.execute(
            delete(STALE).where(STALE.c.household_id == bindparam("one")), [{"one": one} for one in done]
        )
    return done


def expire_plans(connection: Connection, today: dt.date) -> int:
    """Mark households whose plan period has ended, so that a new day gets its plans; all of them on the day
    from which another table of visit rules holds. Returns how many."""
    starts = [table.valid_from.isoformat() for table in parameters(connection).later_visit_rules]
    planned_on = meta.get(connection, meta.PLANNED_ON)
    if starts and planned_on < today.isoformat():
        meta.put(connection, meta.PLANNED_ON, today.isoformat())
        if any(planned_on < start <= today.isoformat() for start in starts):
            mark_all_stale(connection, words=False)
            return connection.execute(select(func.count()).select_from(HOUSEHOLDS)).scalar_one()
    ended = connection.exec_driver_sql(
        "INSERT OR IGNORE INTO stale_households(household_id, words) "
        "SELECT household_id, 0 FROM visit_plans WHERE period_end < ?",
        (today.isoformat(),),
    )
    return int(ended.rowcount)


def refresh(
    connection: Connection, household_ids: Collection[str], today: dt.date, *, words: bool = True
) -> None:
    """Make plan and search rows of households again from their records; without `words` the plans only."""
    wanted = list(household_ids)
    if not wanted:
        return
    county = parameters(connection)
    rules = VisitRules(county)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        found = _Found.of(connection, some, today, county, words=words)
        _write_plans(connection, some, found.plans(today, county, rules))
        if words:
            found.index(connection)


def plans_under(
    connection: Connection, day: dt.date, counties: Sequence[Parameters]
) -> Iterator[tuple[VisitPlan | None, ...]]:
    """The plans that all households here would have on a day, under each of several parameters."""
    wanted = connection.execute(select(HOUSEHOLDS.c.id)).scalars().all()
    known = parameters(connection)
    several = [(county, VisitRules(county)) for county in counties]
    for start in range(0, len(wanted), _AT_ONCE):
        found = _Found.of(connection, wanted[start : start + _AT_ONCE], day, known, words=False)
        under = [
            {home.id: plan for home, plan, _ in found.plans(day, county, rules)} for county, rules in several
        ]
        for household in found.households:
            yield tuple(plans.get(household.id) for plans in under)


@dataclass(frozen=True, slots=True)
class _Found:
    """Some households with all that their derived rows are made of; `gone` are those not here any more."""

    households: Sequence[HouseholdFields]
    persons: Mapping[str, Sequence[PersonFields]]
    visits: Mapping[str, Sequence[VisitFact]]
    exempt: Mapping[str, Sequence[Exemption]]
    urgent: Mapping[str, dt.datetime]
    follow_ups: Mapping[str, dt.date]
    gone: Collection[str]

    @classmethod
    def of(
        cls, connection: Connection, wanted: Sequence[str], today: dt.date, county: Parameters, *, words: bool
    ) -> "_Found":
        """Read them; names and numbers with `words` only."""
        names = _WORDS_OF_HOUSEHOLD if words else _OF_HOUSEHOLD
        query = rows.select_records("households", names).where(rows.among(HOUSEHOLDS.c.id, wanted))
        households = risks.lay_over(
            connection, rows.records(connection, query, HouseholdFields, names), county
        )
        of_person = _WORDS_OF_PERSON if words else _OF_PERSON
        query = rows.select_records("persons", of_person).where(rows.among(PERSONS.c.household_id, wanted))
        persons: dict[str, list[PersonFields]] = defaultdict(list)
        for person in rows.records(
            connection, query if words else query.where(_SHAPES_PLAN), PersonFields, of_person
        ):
            persons[person.household_id].append(person)
        visits = visit_facts(connection, wanted, start_of_day(today) - PLAN_HORIZON)
        return cls(
            households,
            persons,
            visits,
            exemptions_of(connection, wanted),
            urgent_since(connection, wanted),
            follow_up_days(connection, wanted, visits, county),
            set(wanted) - {household.id for household in households},
        )

    def plans(
        self, today: dt.date, county: Parameters, rules: VisitRules
    ) -> list[tuple[HouseholdFields, VisitPlan, dt.date | None]]:
        """Plans of those that are owed visits, each with the day of the visit owed because of relief."""
        calendar = WorkCalendar()
        plans = []
        for household in self.households:
            one = household.id
            facts = household_facts(household, self.persons.get(one, ()), urgent_since=self.urgent.get(one))
            plan = plan_household(
                facts, self.visits.get(one, ()), today, county, self.exempt.get(one, ()), calendar=calendar,
                rules=rules,
            )  # fmt: skip
            if plan is not None:
                plans.append((household, plan, self.follow_ups.get(one)))
        return plans

    def index(self, connection: Connection) -> None:
        """Bring the search texts up to date."""
        names = {row.id: row.name for row in connection.execute(select(AREAS.c.id, AREAS.c.name))}
        search.index_households(
            connection,
            [
                search.Findable(one, self.persons.get(one.id, ()), names.get(one.area_code[:12], ""))
                for one in self.households
            ],
        )
        for gone in self.gone:
            search.drop_household(connection, gone)


def visit_facts(
    connection: Connection,
    household_ids: Collection[str],
    since: dt.datetime,
    until: dt.datetime | None = None,
) -> dict[str, list[VisitFact]]:
    """What the plan rules need of the households' visits that finished in [since, until), oldest first."""
    query = (
        select(*VISIT_FACT_COLUMNS)
        .where(rows.among(VISITS.c.household_id, household_ids), VISITS.c.finished_at >= since)
        .order_by(VISITS.c.household_id, VISITS.c.finished_at)  # as the index has them: nothing is sorted
    )
    if until is not None:
        query = query.where(VISITS.c.finished_at < until)
    facts: dict[str, list[VisitFact]] = defaultdict(list)
    for row in connection.execute(query).all():
        facts[row[1]].append(visit_fact(row))
    return facts


def exemptions_of(connection: Connection, household_ids: Collection[str]) -> dict[str, list[Exemption]]:
    """The approved exemptions of some households. A decision that the server refused approves nothing."""
    refused = select(OUTBOX.c.record_id).where(OUTBOX.c.refused_code != "")
    requests = rows.records(
        connection, rows.hanging_on("visit_exemptions", household_ids), VisitExemptionFields
    )
    decisions = rows.records(
        connection,
        rows.hanging_on("exemption_decisions", household_ids).where(DECISIONS.c.id.notin_(refused)),
        ExemptionDecisionFields,
    )
    found: dict[str, list[Exemption]] = defaultdict(list)
    for exemption in approved(requests, decisions):
        found[exemption.household_id].append(exemption)
    return found


def _write_plans(
    connection: Connection,
    wanted: Sequence[str],
    plans: Sequence[tuple[HouseholdFields, VisitPlan, dt.date | None]],
) -> None:
    """Write the plans that are other than those held: on most days most of them are the same."""
    among = (orjson.dumps(list(wanted)).decode(),)
    held = {row[0]: tuple(row) for row in connection.exec_driver_sql(_PLANS_HELD, among)}
    made = [_plan_row(*one) for one in plans]
    changed = [row for row in made if held.get(row[0]) != row]
    unplanned = [(one,) for one in held.keys() - {row[0] for row in made}]
    if unplanned:
        connection.exec_driver_sql("DELETE FROM visit_plans WHERE household_id=?", unplanned)
    if changed:
        connection.exec_driver_sql(_PUT_PLAN, changed)


def _plan_row(household: HouseholdFields, plan: VisitPlan, follow_up_due: dt.date | None) -> tuple[Any, ...]:
    """The columns of a plan as they are stored, in the order of the table."""
    return (
        plan.household_id,
        household.area_code,
        plan.rule_id,
        plan.unit.value,
        plan.period_start.isoformat(),
        plan.period_end.isoformat(),
        plan.required,
        plan.valid_count,
        plan.soon_from.isoformat(),
        _day(plan.overdue_since),
        _day(plan.last_visit_on),
        int(plan.exempt),
        _day(plan.review_due),
        _day(plan.review_from),
        _day(plan.unreachable_since),
        _day(follow_up_due),
    )


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
