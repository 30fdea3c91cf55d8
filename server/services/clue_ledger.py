"""Writes the 高风险/急难台账 of an area from the county's data."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.clues import ClueFields, ClueStepFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.reliefs import ReliefFields
from fieldapp.exports.clue_ledger import ClueEntry, write_clues
from fieldapp.exports.relief_ledger import amount_given
from server.services.users import SERVER_USER
from server.services.visits_ledger import ONE_DAY, VisitsAsked
from server.store.audit import Act, note
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import chunks
from server.store.store import Store

_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


def export_clues(store: Store, path: Path, asked: VisitsAsked, *, actor: Actor | None = None) -> int:
    """Write the clues of an area found in a period, oldest first, and audit it. `actor` None is the operator,
    who gets names masked. Returns how many, merged ones included.

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
    write_clues(
        path, entries, county_name=store.county.name, full=asked.full,
        period=f"{asked.start.isoformat()} 至 {asked.end.isoformat()}",
    )  # fmt: skip
    author = SERVER_USER if actor is None else actor.user_id
    store.run(lambda unit: note(unit, author, Act.EXPORTED, "clues", asked.area_code, reason=asked.reason))
    return len(entries)


def _entries(connection: Connection, asked: VisitsAsked) -> list[ClueEntry]:
    area, clue, user = row_table("areas"), row_table("clues"), row_table("users")
    names = dict(connection.execute(select(area.c.id, area.c.name)).all())
    if asked.area_code not in names:
        raise RuleError("unknown_area", "area_code")
    found_at = func.coalesce(clue.c.found_at, clue.c.reported_at)
    query = (
        select(*(clue.c[name] for name in ClueFields.model_fields))
        .where(
            clue.c.bucket >= asked.area_code,
            clue.c.bucket < asked.area_code + AFTER_DIGITS,
            found_at >= start_of_day(asked.start),
            found_at < start_of_day(asked.end + ONE_DAY),
        )
        .order_by(clue.c.reported_at, clue.c.id.desc())
    )
    found = [ClueFields.model_validate(dict(row)) for row in connection.execute(query).mappings()]
    workers = dict(connection.execute(select(user.c.id, user.c.name)).all())
    homes, members, given = _about(connection, sorted({one.household_id or "" for one in found} - {""}))
    steps: dict[str, list[ClueStepFields]] = defaultdict(list)
    for part in chunks([one.id for one in found]):
        for step in _typed(connection, "clue_steps", ClueStepFields, "clue_id", part):
            steps[step.clue_id].append(step)
    scores = _scores(connection, homes)
    entries = []
    for one in found:
        home, living = homes.get(one.household_id or ""), members.get(one.household_id or "", [])
        head = [p for p in living if home is not None and p.id == home.head_person_id]
        others = sorted((p for p in living if p not in head), key=lambda person: person.id)
        entries.append(
            ClueEntry(
                clue=one,
                steps=tuple(steps[one.id]),
                household=home,
                members=(*head, *others),
                village_name=names.get(one.area_code[:_VILLAGE], ""),
                assignee_name=workers.get(one.assignee_id, ""),
                score=scores.get(one.household_id or ""),
                amount=given[one.id],
            )
        )
    return entries


def _about(
    connection: Connection, ids: list[str]
) -> tuple[dict[str, HouseholdFields], dict[str, list[PersonFields]], dict[str, int]]:
    """Households, their living members, and what was given as relief by clue, in fen."""
    homes: dict[str, HouseholdFields] = {}
    members: dict[str, list[PersonFields]] = defaultdict(list)
    given: dict[str, int] = defaultdict(int)
    for part in chunks(ids):
        homes |= {one.id: one for one in _typed(connection, "households", HouseholdFields, "id", part)}
        for person in _typed(connection, "persons", PersonFields, "household_id", part):
            if person.status is PersonStatus.ALIVE:
                members[person.household_id].append(person)
        for relief in _typed(connection, "reliefs", ReliefFields, "household_id", part):
            if relief.clue_id:
                given[relief.clue_id] += amount_given(relief)
    return homes, members, given


def _scores(connection: Connection, homes: dict[str, HouseholdFields]) -> dict[str, int]:
    """Scores of the standing assessments, by household."""
    assessment = row_table("assessments").c
    found: dict[str, int] = {}
    for part in chunks([one.risk_assessment_id for one in homes.values() if one.risk_assessment_id]):
        query = select(assessment.household_id, assessment.score).where(assessment.id.in_(part))
        found |= {row.household_id: row.score for row in connection.execute(query)}
    return found


def _typed(connection: Connection, kind: str, fields: type[Any], column: str, ids: Any) -> list[Any]:
    row = row_table(kind)
    query = select(*(row.c[name] for name in fields.model_fields)).where(row.c[column].in_(ids))
    return [fields.model_validate(dict(found)) for found in connection.execute(query).mappings()]
