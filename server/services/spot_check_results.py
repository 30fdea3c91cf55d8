"""Takes in what inspectors found and what towns put right, and tells how a spot check stands (R14).

A result closes its target: the facts leave the inspector's device, the result goes to the town.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.spot_checks import (
    CheckDraft,
    Found,
    SpotCheckFields,
    SpotCheckRectificationFields,
    SpotCheckResultFields,
    SpotCheckTargetFields,
    TargetStatus,
)
from fieldapp.domain.rules.spot_check import (
    check_findings,
    check_rectification,
    in_order,
    population_digest,
    sample_size,
    take_turns,
)
from fieldapp.domain.rules.working_days import calendar_of
from server.services.spot_check_subjects import fixed_population
from server.services.spot_checks import targets_of
from server.store.bodies import CheckedBody, check_body
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork

_SAME: Final = ("spot_check_id", "plan_no", "population", "subject_id", "area_code")
"""What a result says of its target as the target does."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a spot check stands: its targets and results, what was found how often (a check may find several
    things), what is still to be put right and of that what is overdue, and by when the results are public."""

    plan: SpotCheckFields
    targets: tuple[SpotCheckTargetFields, ...]
    results: dict[str, SpotCheckResultFields]
    statuses: dict[TargetStatus, int]
    found: dict[Found, int]
    open_findings: int
    overdue: int
    publish_by: dt.date


def take_result(unit: UnitOfWork, author: Author, checked: CheckedBody) -> CheckedBody:
    """Take in a result and close its target.

    Raises RuleError spot_check_target_unknown, spot_check_target_closed, and as check_findings says;
    NotAllowedError("spot_check_not_yours").
    """
    result = SpotCheckResultFields.model_validate(checked.body)
    entry = unit.find("spot_check_targets", result.target_id)
    if entry is None or entry.deleted:
        raise RuleError("spot_check_target_unknown", "target_id")
    target = SpotCheckTargetFields.model_validate(entry.body)
    if target.user_id != author.user_id:
        raise NotAllowedError("spot_check_not_yours")
    if target.status is not TargetStatus.OPEN:
        raise RuleError("spot_check_target_closed", "target_id")
    if any(getattr(result, name) != getattr(target, name) for name in _SAME):
        raise RuleError("spot_check_target_unknown", "target_id")
    for problem in check_findings(_as_draft(result), result.population, local_day(result.checked_at)):
        raise RuleError(problem.code, problem.field)
    closed = {
        "status": TargetStatus.DONE, "facts": None, "result_id": result.id,
        "updated_at": parse_instant(unit.now), "updated_by": author.user_id,
    }  # fmt: skip
    done = wire_body(target.model_copy(update=closed))
    unit.change(entry, check_body("spot_check_targets", done), author)
    return checked


def take_rectification(unit: UnitOfWork, author: Author, checked: CheckedBody) -> CheckedBody:
    """Take in a town's word that a finding is put right; the first holds.

    Raises RuleError spot_check_result_unknown, spot_check_nothing_to_rectify, spot_check_rectified,
    spot_check_rectified_day.
    """
    word = SpotCheckRectificationFields.model_validate(checked.body)
    entry = unit.find("spot_check_results", word.result_id)
    if entry is None or entry.deleted or entry.body["area_code"] != word.area_code:
        raise RuleError("spot_check_result_unknown", "result_id")
    result = SpotCheckResultFields.model_validate(entry.body)
    if result.spot_check_id != word.spot_check_id:
        raise RuleError("spot_check_result_unknown", "result_id")
    if not set(result.found) - {Found.OK}:
        raise RuleError("spot_check_nothing_to_rectify")
    if result.rectified_on is not None:
        raise RuleError("spot_check_rectified")
    check_rectification(word.rectified_on, result.checked_at, local_day(parse_instant(unit.now)))
    folded = {
        "rectified_on": word.rectified_on, "rectified_note": word.note, "rectified_by": author.user_id,
        "updated_at": parse_instant(unit.now), "updated_by": author.user_id,
    }  # fmt: skip
    body = wire_body(result.model_copy(update=folded))
    unit.change(entry, check_body("spot_check_results", body), author)
    return checked


def _as_draft(result: SpotCheckResultFields) -> CheckDraft:
    return CheckDraft(**{name: getattr(result, name) for name in CheckDraft.model_fields})


def standings(store: Store, *, actor: Actor | None = None, spot_check_id: str = "") -> list[Standing]:
    """All spot checks, or one, the latest first; none for whoever does not read the county's cases.

    Raises RuleError("spot_check_unknown") for one that is not there.
    """
    table = row_table("spot_checks")
    query = select(*(table.c[name] for name in SpotCheckFields.model_fields))
    with store.read() as connection:
        rows = connection.execute(query.order_by(table.c.plan_no.desc())).mappings()
        plans = [SpotCheckFields.model_construct(**row) for row in rows]
        reads = actor is None or actor.may(Permission.READ_CASES, store.county.code)
        plans = [one for one in plans if reads and spot_check_id in ("", one.id)]
        if spot_check_id and not plans:
            raise RuleError("spot_check_unknown")
        return [_standing(connection, one, local_day(store.clock())) for one in plans]


def results_of(connection: Connection, spot_check_id: str) -> dict[str, SpotCheckResultFields]:
    """What was found, by target."""
    table = row_table("spot_check_results")
    query = select(*(table.c[name] for name in SpotCheckResultFields.model_fields)).where(
        table.c.spot_check_id == spot_check_id
    )
    rows = connection.execute(query).mappings()
    return {row["target_id"]: SpotCheckResultFields.model_construct(**row) for row in rows}


def _standing(connection: Connection, plan: SpotCheckFields, today: dt.date) -> Standing:
    targets, results = targets_of(connection, plan.id), results_of(connection, plan.id)
    parameters = parameters_of(connection)
    late = [one for one in results.values() if one.rectify_due is not None and one.rectified_on is None]
    return Standing(
        plan=plan,
        targets=tuple(targets),
        results=results,
        statuses=dict(Counter(one.status for one in targets)),
        found=dict(Counter(kind for one in results.values() for kind in one.found)),
        open_findings=len(late),
        overdue=sum(one.rectify_due < today for one in late if one.rectify_due is not None),
        publish_by=calendar_of(parameters).add(plan.check_until, parameters.spot_checks.publish_working_days),
    )


def recount(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """What does not come out of a drawn plan's seed and population, as (check, kind, id): its digest, its
    targets, who leads them; and results that do not fit their targets or what towns put right."""
    table = row_table("spot_checks")
    for row in connection.execute(select(*(table.c[name] for name in SpotCheckFields.model_fields))):
        plan = SpotCheckFields.model_construct(**row._mapping)
        population = fixed_population(connection, plan.id)
        if population_digest(population) != plan.population_digest:
            yield ("spot_check_population_differs", "spot_checks", plan.id)
        targets = targets_of(connection, plan.id)
        if not _drawn_right(plan, population, targets):
            yield ("spot_check_draw_differs", "spot_checks", plan.id)
        for wrong in _wrongly_assigned(plan, targets):
            yield ("spot_check_inspector_differs", "spot_check_targets", wrong)
        results = results_of(connection, plan.id)
        for target in targets:
            result = results.get(target.id)
            told = (target.status is TargetStatus.DONE, target.result_id)
            if told != (result is not None, None if result is None else result.id):
                yield ("spot_check_result_differs", "spot_check_targets", target.id)
    yield from _wrongly_rectified(connection)


def _drawn_right(
    plan: SpotCheckFields, population: Sequence[tuple[str, str]], targets: Sequence[SpotCheckTargetFields]
) -> bool:
    """Whether the targets are the first in the order of each town; each replaced one lets one more in."""
    if plan.drawn_at is None:
        return not targets
    towns: dict[str, list[str]] = {}
    for stratum, subject_id in population:
        towns.setdefault(stratum or plan.area_code, []).append(subject_id)
    wanted = []
    for town, ids in towns.items():
        own = [one for one in targets if one.area_code == town]
        count = sample_size(len(ids), plan.rate, plan.minimum)
        count += sum(one.status is TargetStatus.REPLACED for one in own)
        wanted += [(town, seq, one) for seq, one in enumerate(in_order(plan.seed, ids)[:count], 1)]
    return sorted(wanted) == sorted((one.area_code, one.seq, one.subject_id) for one in targets)


def _wrongly_assigned(plan: SpotCheckFields, targets: Sequence[SpotCheckTargetFields]) -> Iterator[str]:
    """Targets whose inspectors are not those whose turn it was; each replacement is a draw of its own."""
    users = [one.user_id for one in plan.inspectors]
    first = {one.subject_id: one.barred for one in targets if one.replaces is None}
    turns = take_turns(plan.seed, users, first)
    for one in targets:
        if one.replaces is not None:
            turns += take_turns(plan.seed, users, {one.subject_id: one.barred})
    wanted = {subject_id: (lead, second) for subject_id, lead, second in turns}
    for one in targets:
        if wanted[one.subject_id] != (one.user_id, one.second_id):
            yield one.id


def _wrongly_rectified(connection: Connection) -> Iterator[tuple[str, str, str]]:
    word, result = row_table("spot_check_rectifications").c, row_table("spot_check_results").c
    said: dict[str, Any] = dict(connection.execute(select(word.result_id, word.rectified_on)).all())
    told = connection.execute(select(result.id, result.rectified_on)).all()
    for result_id, day in told:
        if said.get(result_id) != day:
            yield ("spot_check_rectified_differs", "spot_check_results", result_id)
