"""What is derived from records: plans, search text, superseded marks. Refreshed in the commit that
changes the records, or marked stale in it and drained later (bulk pulls)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Row, Text, bindparam, case, delete, func, insert, or_, select, type_coerce
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import parse_instant, start_of_day
from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import Mode, Purpose, Result, VisitState
from fieldapp.domain.rules.exemptions import approved
from fieldapp.domain.rules.visit_facts import Exemption, VisitFact, household_facts
from fieldapp.domain.rules.visit_plan import VisitPlan, plan_household
from fieldapp.domain.rules.visit_rules import VisitRules
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
_OF_HOUSEHOLD: Final = (
    "id", "area_code", "status", "created_at", "coverages", "tags", *risks.FIELDS,
    "head_name", "group_name", "address", "household_no",
)  # fmt: skip
_OF_PERSON: Final = (
    "household_id", "status", "self_care", "disability_grade", "serious_illness", "health",
    "name", "name_alias", "id_number", "phone",
)  # fmt: skip
"""What plans and search texts are made of."""
_ANY_STALE: Final = select(STALE.c.household_id).limit(1)

_CHAIN: Final = VISITS.alias("chain")
_FIRST_ARRIVAL: Final = (
    select(func.min(_CHAIN.c.received_at))
    .where(_CHAIN.c.root_id == VISITS.c.root_id)
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
        VISITS.c.started_at,
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
    (visit_id, household_id, area_code, mode, result, state, started, finished, received, visitors,
     superseded, purpose) = row  # fmt: skip
    return VisitFact(
        visit_id,
        household_id,
        area_code,
        _MODES[mode],
        _RESULTS[result],
        _STATES[state],
        parse_instant(started),
        parse_instant(finished),
        None if received is None else parse_instant(received),
        _workers(visitors),
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
    values = [{"household_id": one} for one in household_ids]
    if values:
        connection.execute(insert(STALE).prefix_with("OR IGNORE"), values)


def derives_from(kind: str, fields: Collection[str]) -> bool:
    """Whether derived rows are made of any of these fields."""
    idle = NOT_DERIVED_FROM | {"received_at"} if kind in ARRIVAL else NOT_DERIVED_FROM
    return not idle.issuperset(fields)


def mark_households_stale(connection: Connection, kind: str, record_ids: Collection[str]) -> None:
    """Have the derived rows of the households of some records made again."""
    field = ENTITIES[kind].household_field
    if field and record_ids:
        connection.exec_driver_sql(
            f"INSERT OR IGNORE INTO stale_households SELECT {field} FROM {kind} "  # noqa: S608  of the registry
            f"WHERE {field} IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(record_ids)).decode(),),
        )


def mark_all_stale(connection: Connection) -> None:
    """Have everything derived again (new parameters)."""
    connection.exec_driver_sql("INSERT OR IGNORE INTO stale_households SELECT id FROM households")


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
    stale = connection.execute(select(STALE.c.household_id).limit(limit)).scalars().all()
    if stale:
        refresh(connection, stale, today)
        connection.execute(
            delete(STALE).where(STALE.c.household_id == bindparam("one")), [{"one": s} for s in stale]
        )
    return stale


def expire_plans(connection: Connection, today: dt.date) -> int:
    """Mark households whose plan period has ended, so that a new day gets its plans; all of them on the day
    from which another table of visit rules holds. Returns how many."""
    starts = [table.valid_from.isoformat() for table in parameters(connection).later_visit_rules]
    planned_on = meta.get(connection, meta.PLANNED_ON)
    if starts and planned_on < today.isoformat():
        meta.put(connection, meta.PLANNED_ON, today.isoformat())
        if any(planned_on < start <= today.isoformat() for start in starts):
            mark_all_stale(connection)
            return connection.execute(select(func.count()).select_from(HOUSEHOLDS)).scalar_one()
    ended = connection.execute(select(PLANS.c.household_id).where(PLANS.c.period_end < today)).scalars().all()
    mark_stale(connection, ended)
    return len(ended)


def refresh(connection: Connection, household_ids: Collection[str], today: dt.date) -> None:
    """Make plan and search rows of households again from their records."""
    wanted = list(household_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        _refresh_some(connection, wanted[start : start + _AT_ONCE], today)


def _refresh_some(connection: Connection, wanted: Sequence[str], today: dt.date) -> None:
    county = parameters(connection)
    rules = VisitRules(county)
    households = rows.records(
        connection,
        rows.select_records("households", _OF_HOUSEHOLD).where(rows.among(HOUSEHOLDS.c.id, wanted)),
        HouseholdFields,
        _OF_HOUSEHOLD,
    )
    households = risks.lay_over(connection, households, county)
    persons: dict[str, list[PersonFields]] = defaultdict(list)
    query = rows.select_records("persons", _OF_PERSON).where(rows.among(PERSONS.c.household_id, wanted))
    for person in rows.records(connection, query, PersonFields, _OF_PERSON):
        persons[person.household_id].append(person)
    visits = visit_facts(connection, wanted, start_of_day(today) - PLAN_HORIZON)
    names: dict[str, str] = {row.id: row.name for row in connection.execute(select(AREAS.c.id, AREAS.c.name))}
    exempt = exemptions_of(connection, wanted)
    urgent = urgent_since(connection, wanted)
    follow_ups = follow_up_days(connection, wanted, visits, county)
    plans: list[VisitPlan] = []
    found: list[search.Findable] = []
    for household in households:
        members = persons[household.id]
        plan = plan_household(
            household_facts(household, members, urgent_since=urgent.get(household.id)),
            visits[household.id],
            today,
            county,
            exempt.get(household.id, ()),
            rules=rules,
        )
        if plan is not None:
            plans.append(replace(plan, follow_up_due=follow_ups.get(household.id)))
        village = names.get(household.area_code[:12], "")
        found.append(search.Findable(household, members, village))
    search.index_households(connection, found)
    _write_plans(connection, wanted, plans, {h.id: h.area_code for h in households})
    for gone in set(wanted) - {h.id for h in households}:
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
    connection: Connection, wanted: Sequence[str], plans: Sequence[VisitPlan], areas: dict[str, str]
) -> None:
    planned = {plan.household_id for plan in plans}
    unplanned = [{"one": one} for one in wanted if one not in planned]
    if unplanned:
        connection.execute(delete(PLANS).where(PLANS.c.household_id == bindparam("one")), unplanned)
    if not plans:
        return
    values = [
        {
            "household_id": plan.household_id,
            "area_code": areas[plan.household_id],
            "rule_id": plan.rule_id,
            "unit": plan.unit.value,
            "period_start": plan.period_start,
            "period_end": plan.period_end,
            "required": plan.required,
            "valid_count": plan.valid_count,
            "soon_from": plan.soon_from,
            "overdue_since": plan.overdue_since,
            "last_visit_on": plan.last_visit_on,
            "exempt": plan.exempt,
            "review_due": plan.review_due,
            "review_from": plan.review_from,
            "unreachable_since": plan.unreachable_since,
            "follow_up_due": plan.follow_up_due,
        }
        for plan in plans
    ]
    statement = upsert(PLANS)
    replaced = {c.name: statement.excluded[c.name] for c in PLANS.c if not c.primary_key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["household_id"], set_=replaced), values
    )
