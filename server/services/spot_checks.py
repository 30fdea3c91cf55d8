"""Spot checks from the county's desk: plan, draw, replace (R14). Everything is written into the log of acts.

A plan fixes its population and says its digest; the seed comes later, once, before two witnesses. So neither
can be fitted to the other, and anybody can draw again.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor, Permission, actor_on
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.spot_checks import (
    Inspector,
    Population,
    SpotCheckFields,
    SpotCheckTargetFields,
    Stratum,
    TargetStatus,
)
from fieldapp.domain.rules.spot_check import (
    PER_THOUSAND,
    Assigned,
    Subject,
    assign,
    check_seed,
    draw,
    next_in_stratum,
    population_digest,
    sample_size,
)
from server.services.identity import assignments_of
from server.services.spot_check_subjects import Subjects, fixed_population, to_draw_from
from server.services.users import SERVER_USER
from server.store.audit import Act, note
from server.store.bodies import check_body
from server.store.bulk_insert import insert_many
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.tables import spot_check_population
from server.store.unit_of_work import Author, Entry, UnitOfWork

LEAST_INSPECTORS: Final = 2
_NUMBER: Final = "SC{year}-"
_REASON: Final = 300
_ID_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class NewSpotCheck:
    """A plan as the county makes it. `rate` per thousand, 0 = as the county's parameters say. `period_*`: of
    which days decisions and visits are drawn; households are those that receive aid on its last day."""

    title: str
    population: Population
    period_from: dt.date
    period_to: dt.date
    check_from: dt.date
    check_until: dt.date
    inspectors: tuple[str, ...]
    rate: int = 0


def plan_spot_check(store: Store, ids: IdSource, new: NewSpotCheck, *, actor: Actor | None = None) -> str:
    """Make a plan and fix its population. Returns its id.

    Raises RuleError title_required, spot_check_dates, spot_check_rate, spot_check_inspectors,
    spot_check_inspector_unfit, spot_check_population_empty, invalid_value; NotAllowedError.
    """

    county = store.county.code
    user_id = _user(actor, county)

    def work(unit: UnitOfWork) -> str:
        rules = parameters_of(unit.connection).spot_checks
        rate = new.rate or rules.rates[new.population]
        _check_plan(new, rate)
        inspectors = _inspectors(unit, new.inspectors, county)
        pairs = to_draw_from(unit.connection, new.population, county, new.period_from, new.period_to)
        if not pairs:
            raise RuleError("spot_check_population_empty")
        now = unit.now
        plan = SpotCheckFields.model_validate(
            {
                "id": ids(), "created_at": now, "created_by": user_id, "updated_at": now,
                "updated_by": user_id, "area_code": county, "plan_no": _next_number(unit),
                "title": new.title.strip(), "population": new.population, "rate": rate,
                "minimum": rules.minimum, "period_from": new.period_from, "period_to": new.period_to,
                "check_from": new.check_from, "check_until": new.check_until,
                "population_digest": population_digest(pairs), "inspectors": inspectors,
                "strata": _strata(pairs, rate, rules.minimum),
            }
        )  # fmt: skip
        unit.put("spot_checks", check_body("spot_checks", wire_body(plan)))
        columns = ("spot_check_id", "subject_id", "stratum")
        rows = [(plan.id, subject_id, stratum) for stratum, subject_id in pairs]
        insert_many(unit.connection, spot_check_population, columns, rows)
        note(unit, user_id, Act.SPOT_CHECK_PLANNED, "spot_checks", plan.id)
        return plan.id

    return store.run(work)


def declare(
    store: Store, spot_check_id: str, inspector: str, *, towns: Sequence[str] = (),
    relatives: Sequence[str] = (), actor: Actor | None = None,
) -> None:  # fmt: skip
    """Take an inspector's declaration into a plan before it is drawn: towns he belongs to, ID numbers of near
    relatives. Of relatives only the households are kept.

    Raises RuleError spot_check_unknown, spot_check_drawn, spot_check_inspector_unfit, unknown_area,
    spot_check_relative_unknown; NotAllowedError.
    """

    def work(unit: UnitOfWork) -> None:
        entry, plan = plan_of(unit, spot_check_id)
        user_id = _user(actor, plan.area_code)
        if plan.drawn_at is not None:
            raise RuleError("spot_check_drawn")
        if inspector not in {one.user_id for one in plan.inspectors}:
            raise RuleError("spot_check_inspector_unfit")
        for town in towns:
            if unit.find("areas", town) is None:
                raise RuleError("unknown_area", "towns")
        homes = _homes_of(unit.connection, relatives)
        told = tuple(
            one.model_copy(
                update={
                    "towns": tuple(sorted({*one.towns, *towns})),
                    "relative_households": tuple(sorted({*one.relative_households, *homes})),
                }
            )
            if one.user_id == inspector
            else one
            for one in plan.inspectors
        )
        _change(unit, entry, plan.model_copy(update={"inspectors": told}), user_id)
        note(unit, user_id, Act.SPOT_CHECK_DECLARED, "spot_checks", plan.id)

    store.run(work)


def draw_spot_check(
    store: Store, spot_check_id: str, seed: str, witnesses: Sequence[str], *, actor: Actor | None = None
) -> None:
    """Draw, once: the targets of every town and who checks them.

    Raises RuleError spot_check_unknown, spot_check_drawn, spot_check_seed_short, spot_check_witnesses;
    NotAllowedError.
    """

    def work(unit: UnitOfWork) -> None:
        entry, plan = plan_of(unit, spot_check_id)  # locked: of two who draw at once one is refused
        user_id = _user(actor, plan.area_code)
        if plan.drawn_at is not None:
            raise RuleError("spot_check_drawn")
        check_seed(seed, witnesses)
        drawn = plan.model_copy(
            update={
                "seed": seed, "witnesses": tuple(one.strip() for one in witnesses if one.strip()),
                "drawn_at": parse_instant(unit.now), "drawn_by": user_id,
            }
        )  # fmt: skip
        pairs = fixed_population(unit.connection, plan.id)
        sample = draw(seed, pairs, plan.rate, plan.minimum)
        chosen = {one: (stratum, at) for stratum, own in sample.items() for at, one in enumerate(own, 1)}
        _put_targets(unit, drawn, chosen, user_id)
        _change(unit, entry, drawn, user_id)
        note(unit, user_id, Act.SPOT_CHECK_DRAWN, "spot_checks", plan.id)

    store.run(work)


def replace_target(store: Store, target_id: str, reason: str, *, actor: Actor | None = None) -> str:
    """Put the next in the order of its town in the place of a target that cannot be checked; the old one
    stays on file with the reason. Returns the new target's id.

    Raises RuleError spot_check_target_unknown, spot_check_target_closed, spot_check_replace_reason,
    spot_check_nobody_left; NotAllowedError.
    """
    said = reason.strip()[:_REASON]

    def work(unit: UnitOfWork) -> str:
        entry = unit.find("spot_check_targets", target_id)
        if entry is None or entry.deleted:
            raise RuleError("spot_check_target_unknown")
        _, plan = plan_of(unit, entry.body["spot_check_id"])
        user_id = _user(actor, plan.area_code)
        target = SpotCheckTargetFields.model_validate(entry.body)
        if target.status not in (TargetStatus.OPEN, TargetStatus.UNASSIGNED):
            raise RuleError("spot_check_target_closed")
        if not said:
            raise RuleError("spot_check_replace_reason", "reason")
        stratum = target.area_code if len(target.area_code) > len(plan.area_code) else ""
        taken = [one for one in targets_of(unit.connection, plan.id) if _same_town(one, target)]
        own = [subject for town, subject in fixed_population(unit.connection, plan.id) if town == stratum]
        subject_id = next_in_stratum(plan.seed, own, {one.subject_id for one in taken})
        seq = max(one.seq for one in taken) + 1
        (new_id,) = _put_targets(unit, plan, {subject_id: (stratum, seq)}, user_id, replaces=target.id)
        closed = {
            "status": TargetStatus.REPLACED, "facts": None, "replaced_by": new_id, "replace_reason": said,
        }  # fmt: skip
        _change(unit, entry, target.model_copy(update=closed), user_id)
        note(unit, user_id, Act.SPOT_CHECK_REPLACED, "spot_check_targets", target.id, reason=said[:200])
        return new_id

    return store.run(work)


def plan_of(unit: UnitOfWork, spot_check_id: str) -> tuple[Entry, SpotCheckFields]:
    """A plan, locked. Raises RuleError("spot_check_unknown")."""
    entry = unit.find("spot_checks", spot_check_id)
    if entry is None or entry.deleted:
        raise RuleError("spot_check_unknown")
    return entry, SpotCheckFields.model_validate(entry.body)


def targets_of(connection: Connection, spot_check_id: str) -> list[SpotCheckTargetFields]:
    """What was drawn for a plan, by town and in the order of drawing."""
    table = row_table("spot_check_targets")
    query = select(*(table.c[name] for name in SpotCheckTargetFields.model_fields)).where(
        table.c.spot_check_id == spot_check_id
    )
    rows = connection.execute(query.order_by(table.c.area_code, table.c.seq)).mappings()
    return [SpotCheckTargetFields.model_construct(**row) for row in rows]


def inspectors_of(store: Store) -> dict[str, str]:
    """Names of those who may inspect for the county today, by id."""
    today, county = local_day(store.clock()), store.county.code
    c = row_table("users").c
    with store.read() as connection:
        found = connection.execute(select(c.id, c.name, c.roles).where(c.active.is_(True))).all()
    return {
        row.id: row.name
        for row in found
        if actor_on(row.id, row.roles, today).may(Permission.INSPECT, county)
    }


def target_id(spot_check_id: str, subject_id: str) -> str:
    """The id of a drawn target: a plan draws nothing twice."""
    return hashlib.sha256(f"{spot_check_id}|{subject_id}".encode()).hexdigest()[:_ID_DIGITS]


def _same_town(one: SpotCheckTargetFields, other: SpotCheckTargetFields) -> bool:
    return one.area_code == other.area_code


def _user(actor: Actor | None, area_code: str) -> str:
    if actor is None:
        return SERVER_USER
    actor.require(Permission.PLAN_SPOT_CHECK, area_code)
    return actor.user_id


def _check_plan(new: NewSpotCheck, rate: int) -> None:
    if not new.title.strip():
        raise RuleError("title_required", "title")
    if new.period_to < new.period_from or new.check_until < new.check_from:
        raise RuleError("spot_check_dates", "check_until")
    if not 1 <= rate <= PER_THOUSAND:
        raise RuleError("spot_check_rate", "rate")
    if len(set(new.inspectors)) < LEAST_INSPECTORS:
        raise RuleError("spot_check_inspectors", "inspectors", least=LEAST_INSPECTORS)


def _inspectors(unit: UnitOfWork, user_ids: Sequence[str], county: str) -> tuple[Inspector, ...]:
    today = local_day(parse_instant(unit.now))
    for user_id in user_ids:
        entry = unit.find("users", user_id)
        known = entry is not None and not entry.deleted and entry.body.get("active", True)
        roles = assignments_of(unit.connection, user_id)
        if not known or not actor_on(user_id, roles, today).may(Permission.INSPECT, county):
            raise RuleError("spot_check_inspector_unfit", "inspectors")
    return tuple(Inspector(user_id=one) for one in sorted(set(user_ids)))


def _next_number(unit: UnitOfWork) -> str:
    stem = _NUMBER.format(year=local_day(parse_instant(unit.now)).year)
    unit.find("parameters", "county")  # locked: two plans at once get their numbers one after the other
    c = row_table("spot_checks").c
    numbers = unit.connection.scalars(select(c.plan_no).where(c.plan_no.startswith(stem)))
    return f"{stem}{max((int(one[len(stem) :]) for one in numbers), default=0) + 1:03d}"


def _strata(pairs: Sequence[tuple[str, str]], rate: int, minimum: int) -> tuple[Stratum, ...]:
    sizes: dict[str, int] = {}
    for stratum, _ in pairs:
        sizes[stratum] = sizes.get(stratum, 0) + 1
    return tuple(
        Stratum(area_code=code, size=size, drawn=sample_size(size, rate, minimum))
        for code, size in sorted(sizes.items())
    )


def _homes_of(connection: Connection, id_numbers: Sequence[str]) -> set[str]:
    c = row_table("persons").c
    homes: set[str] = set()
    for number in id_numbers:
        plain = number.strip().upper()
        found = set(connection.scalars(select(c.household_id).where(c.id_number == plain)))
        if not found:
            raise RuleError("spot_check_relative_unknown", "relatives")
        homes |= found
    return homes


def _put_targets(
    unit: UnitOfWork, plan: SpotCheckFields, chosen: dict[str, tuple[str, int]], by: str, replaces: str = ""
) -> list[str]:
    """Stage targets: subject id to its town and place in the order. Returns their ids."""
    found = Subjects(unit.connection, plan.population, chosen)
    subjects = [found.subject(stratum, one) for one, (stratum, _) in chosen.items()]
    assigned = _assigned(unit, plan, subjects)
    names = _user_names(unit, plan)
    today = local_day(parse_instant(unit.now))
    made = []
    for one in assigned:
        stratum, seq = chosen[one.subject_id]
        target = SpotCheckTargetFields.model_validate(
            {
                "id": target_id(plan.id, one.subject_id), "created_at": unit.now, "created_by": by,
                "updated_at": unit.now, "updated_by": by, "user_id": one.lead, "second_id": one.second,
                "second_name": names.get(one.second, ""), "spot_check_id": plan.id,
                "plan_no": plan.plan_no, "title": plan.title, "population": plan.population,
                "subject_id": one.subject_id, "area_code": stratum or plan.area_code,
                "area_name": found.place(one.subject_id), "seq": seq, "check_until": plan.check_until,
                "drawn_at": plan.drawn_at, "barred": one.barred, "replaces": replaces or None,
                "facts": found.facts(one.subject_id, today) if one.lead else None,
                "status": TargetStatus.OPEN if one.lead else TargetStatus.UNASSIGNED,
            }
        )  # fmt: skip
        unit.put("spot_check_targets", check_body("spot_check_targets", wire_body(target)))
        made.append(target.id)
    return made


def _assigned(unit: UnitOfWork, plan: SpotCheckFields, subjects: list[Subject]) -> list[Assigned]:
    worked_in = {
        one.user_id: tuple(role.area_code for role in assignments_of(unit.connection, one.user_id))
        for one in plan.inspectors
    }
    return assign(plan.seed, subjects, plan.inspectors, worked_in)


def _user_names(unit: UnitOfWork, plan: SpotCheckFields) -> dict[str, str]:
    c = row_table("users").c
    wanted = [one.user_id for one in plan.inspectors]
    return dict(unit.connection.execute(select(c.id, c.name).where(c.id.in_(wanted))).all())


def _change(unit: UnitOfWork, entry: Entry, record: Any, by: str) -> None:
    stamped = record.model_copy(update={"updated_at": parse_instant(unit.now), "updated_by": by})
    unit.change(entry, check_body(entry.kind, wire_body(stamped)), Author(by))
