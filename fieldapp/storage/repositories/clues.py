"""Urgent clues on this device: reports, steps, receipts, drafts, who is on duty, what was shown."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, false, func, insert, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import (
    SETTLED,
    ClueFields,
    ClueReceiptFields,
    ClueStepFields,
    DutyFields,
)
from fieldapp.storage import rows
from fieldapp.storage.outbox import OUTBOX
from fieldapp.storage.repositories.visits import photo_blobs
from fieldapp.storage.tables import (
    ClueDraftRow,
    ClueReceiptRow,
    ClueRow,
    ClueStepRow,
    DutyRow,
    SeenAlertRow,
)

CLUES: Final = ClueRow.__table__  # type: ignore[attr-defined]
STEPS: Final = ClueStepRow.__table__  # type: ignore[attr-defined]
RECEIPTS: Final = ClueReceiptRow.__table__  # type: ignore[attr-defined]
DUTIES: Final = DutyRow.__table__  # type: ignore[attr-defined]
DRAFTS: Final = ClueDraftRow.__table__  # type: ignore[attr-defined]
SEEN: Final = SeenAlertRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StoredClueDraft:
    """A report being written."""

    id: str
    household_id: str | None
    started_at: dt.datetime
    saved_at: dt.datetime
    draft: ClueDraft


def get(connection: Connection, clue_id: str) -> ClueFields:
    """The clue. Raises NotAllowedError("clue_not_here")."""
    found = rows.find(connection, "clues", clue_id)
    if not isinstance(found, ClueFields):
        raise NotAllowedError("clue_not_here")
    return found


def in_areas(
    connection: Connection, scopes: Sequence[str], *, settled: bool | None = None
) -> list[ClueFields]:
    """Clues of some areas, newest first; `settled` False = open ones, True = those that are over. Clues with
    steps that the server has not answered are among both: what they come to is for the rules to say.

    By the bucket, where the server told one: a clue goes with its household.
    """
    query = (
        rows.select_records("clues").where(_inside(scopes)).order_by(CLUES.c.reported_at.desc(), CLUES.c.id)
    )
    if settled is not None:
        over = CLUES.c.status.in_(sorted(SETTLED))
        unanswered = select(STEPS.c.clue_id).where(STEPS.c.seq == 0, STEPS.c.refused_code == "")
        query = query.where(or_(over if settled else ~over, CLUES.c.id.in_(unanswered)))
    return rows.records(connection, query, ClueFields)


def _inside(scopes: Sequence[str]) -> ColumnElement[bool]:
    own = (CLUES.c.area_code.startswith(code) for code in scopes)
    return or_(false(), *own, *(CLUES.c.bucket.startswith(code) for code in scopes))


def made_by(connection: Connection, user_id: str) -> list[ClueFields]:
    """Clues that a user reported and that are here, newest first."""
    query = (
        rows.select_records("clues")
        .where(CLUES.c.created_by == user_id)
        .order_by(CLUES.c.reported_at.desc(), CLUES.c.id)
    )
    return rows.records(connection, query, ClueFields)


def of_household(connection: Connection, household_id: str) -> list[ClueFields]:
    """Clues about a household, newest first."""
    query = (
        rows.select_records("clues")
        .where(CLUES.c.household_id == household_id)
        .order_by(CLUES.c.reported_at.desc(), CLUES.c.id)
    )
    return rows.records(connection, query, ClueFields)


def merged_into(connection: Connection, main_id: str) -> list[ClueFields]:
    """Clues that were merged into one, oldest first."""
    query = rows.select_records("clues").where(CLUES.c.main_id == main_id).order_by(CLUES.c.reported_at)
    return rows.records(connection, query, ClueFields)


def merged_counts(connection: Connection) -> dict[str, int]:
    """How many clues were merged into each that has any."""
    query = (
        select(CLUES.c.main_id, func.count()).where(CLUES.c.main_id.is_not(None)).group_by(CLUES.c.main_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def reported_between(connection: Connection, since: dt.datetime, until: dt.datetime) -> list[ClueFields]:
    """Clues reported in a span of time, oldest first."""
    query = (
        rows.select_records("clues")
        .where(CLUES.c.reported_at >= since, CLUES.c.reported_at <= until)
        .order_by(CLUES.c.reported_at)
    )
    return rows.records(connection, query, ClueFields)


def steps_of(connection: Connection, clue_ids: Collection[str]) -> dict[str, list[ClueStepFields]]:
    """Steps by clue, in the order of making."""
    query = (
        rows.select_records("clue_steps")
        .where(rows.among(STEPS.c.clue_id, clue_ids))
        .order_by(STEPS.c.created_at, STEPS.c.id)
    )
    found: dict[str, list[ClueStepFields]] = defaultdict(list)
    for step in rows.records(connection, query, ClueStepFields):
        found[step.clue_id].append(step)
    return found


def receipts(connection: Connection, user_id: str) -> list[ClueReceiptFields]:
    """What a user was told of clues of his, newest first."""
    query = (
        rows.select_records("clue_receipts")
        .where(RECEIPTS.c.user_id == user_id)
        .order_by(RECEIPTS.c.reported_at.desc(), RECEIPTS.c.id)
    )
    return rows.records(connection, query, ClueReceiptFields)


def duties_at(connection: Connection, area_codes: Collection[str], at: dt.datetime) -> list[DutyFields]:
    """Who is on duty for any of some areas at an instant, the duty begun last first."""
    query = (
        rows.select_records("duties")
        .where(DUTIES.c.area_code.in_(list(area_codes)), DUTIES.c.since <= at, DUTIES.c.until > at)
        .order_by(DUTIES.c.area_code, DUTIES.c.since.desc(), DUTIES.c.id)
    )
    return rows.records(connection, query, DutyFields)


def refused_ops(connection: Connection, record_ids: Collection[str]) -> dict[str, str]:
    """Codes of records the server would not take at all, by record."""
    query = select(OUTBOX.c.record_id, OUTBOX.c.refused_code).where(
        rows.among(OUTBOX.c.record_id, record_ids), OUTBOX.c.refused_code != ""
    )
    return {row.record_id: row.refused_code for row in connection.execute(query)}


def unsent(connection: Connection, record_ids: Collection[str]) -> set[str]:
    """Which of these records the server has not answered."""
    query = select(OUTBOX.c.record_id).where(rows.among(OUTBOX.c.record_id, record_ids))
    return set(connection.execute(query).scalars())


# -- drafts -------------------------------------------------------------------------------------------


def draft(connection: Connection, draft_id: str) -> StoredClueDraft:
    """A draft. Raises NotAllowedError("draft_not_here")."""
    row = connection.execute(select(DRAFTS).where(DRAFTS.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotAllowedError("draft_not_here")
    return _stored(row)


def drafts(connection: Connection) -> list[StoredClueDraft]:
    """All drafts, latest first."""
    found = connection.execute(select(DRAFTS).order_by(DRAFTS.c.saved_at.desc(), DRAFTS.c.id))
    return [_stored(row) for row in found]


def put_draft(connection: Connection, stored: StoredClueDraft) -> None:
    """Keep a draft."""
    values = {
        "id": stored.id, "household_id": stored.household_id, "started_at": stored.started_at,
        "saved_at": stored.saved_at, "body": stored.draft.model_dump_json(exclude_defaults=True),
    }  # fmt: skip
    statement = upsert(DRAFTS).values(values)
    replaced = {name: statement.excluded[name] for name in ("household_id", "saved_at", "body")}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=replaced))


def delete_draft(connection: Connection, draft_id: str) -> None:
    """Forget a draft."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft_id))


def _stored(row: Row[Any]) -> StoredClueDraft:
    draft = ClueDraft.model_validate_json(row.body)
    return StoredClueDraft(row.id, row.household_id, row.started_at, row.saved_at, draft)


def blobs_in_use(connection: Connection) -> set[str]:
    """Hashes of all photos that a clue or a draft of one names."""
    named = connection.execute(select(CLUES.c.photos).where(rows.as_text(CLUES.c.photos) != "[]"))
    used = {sha256 for (photos,) in named for sha256 in photo_blobs(photos)}
    return used | {sha256 for stored in drafts(connection) for sha256 in photo_blobs(stored.draft.photos)}


# -- what was shown -----------------------------------------------------------------------------------


def seen_marks(connection: Connection) -> dict[str, str]:
    """What was shown of each clue, by clue."""
    return {row.clue_id: row.mark for row in connection.execute(select(SEEN.c.clue_id, SEEN.c.mark))}


def note_seen(connection: Connection, marks: dict[str, str], at: dt.datetime) -> None:
    """Remember what was shown."""
    ids = list(marks)
    connection.execute(delete(SEEN).where(rows.among(SEEN.c.clue_id, ids)))
    if marks:
        connection.execute(
            insert(SEEN), [{"clue_id": one, "mark": mark, "seen_at": at} for one, mark in marks.items()]
        )
