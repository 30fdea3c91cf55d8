"""What the 高风险/急难台账 says, from the county's data (level S)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.clues import ClueFields, ClueStepFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.reliefs import ReliefFields
from fieldapp.exports.clue_ledger import ClueEntry, clue_rows
from fieldapp.exports.ledger_form import LedgerRow
from fieldapp.exports.relief_ledger import amount_given
from server.services.ledger_sources import ONE_DAY, LedgerAsked, records_of
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import chunks

_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


def clues_of(connection: Connection, asked: LedgerAsked, names: Mapping[str, str]) -> Iterator[LedgerRow]:
    """Clues of an area found in a period, oldest first, merged ones left out."""
    clue, user = row_table("clues"), row_table("users")
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
        for step in records_of(connection, "clue_steps", ClueStepFields, "clue_id", part):
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
    return clue_rows(entries)


def _about(
    connection: Connection, ids: list[str]
) -> tuple[dict[str, HouseholdFields], dict[str, list[PersonFields]], dict[str, int]]:
    """Households, their living members, and what was given as relief by clue, in fen."""
    homes: dict[str, HouseholdFields] = {}
    members: dict[str, list[PersonFields]] = defaultdict(list)
    given: dict[str, int] = defaultdict(int)
    for part in chunks(ids):
        homes |= {one.id: one for one in records_of(connection, "households", HouseholdFields, "id", part)}
        for person in records_of(connection, "persons", PersonFields, "household_id", part):
            if person.status is PersonStatus.ALIVE:
                members[person.household_id].append(person)
        for relief in records_of(connection, "reliefs", ReliefFields, "household_id", part):
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
