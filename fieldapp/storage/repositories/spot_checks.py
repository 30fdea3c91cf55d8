"""Spot checks on a device: the inspector's targets and drafts, the town's results."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.spot_checks import (
    CheckDraft,
    SpotCheckRectificationFields,
    SpotCheckResultFields,
    SpotCheckTargetFields,
)
from fieldapp.storage import rows
from fieldapp.storage.repositories.visits import photo_blobs, signature_blobs
from fieldapp.storage.tables import SpotCheckDraftRow, SpotCheckResultRow, SpotCheckTargetRow

DRAFTS: Final = SpotCheckDraftRow.__table__  # type: ignore[attr-defined]
RESULTS: Final = SpotCheckResultRow.__table__  # type: ignore[attr-defined]
TARGETS: Final = SpotCheckTargetRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A draft as kept. With `submitted_at` it was handed in and waits for the server's word."""

    target_id: str
    started_at: dt.datetime
    saved_at: dt.datetime
    submitted_at: dt.datetime | None
    draft: CheckDraft


def targets(connection: Connection, user_id: str) -> list[SpotCheckTargetFields]:
    """The targets a worker leads, by plan, latest first, then in the order of drawing."""
    query = (
        rows.select_records("spot_check_targets")
        .where(TARGETS.c.user_id == user_id)
        .order_by(TARGETS.c.plan_no.desc(), TARGETS.c.area_code, TARGETS.c.seq)
    )
    return rows.records(connection, query, SpotCheckTargetFields)


def target(connection: Connection, target_id: str) -> SpotCheckTargetFields:
    """A drawn target. Raises NotAllowedError("spot_check_not_here")."""
    found = rows.find(connection, "spot_check_targets", target_id)
    if not isinstance(found, SpotCheckTargetFields):
        raise NotAllowedError("spot_check_not_here")
    return found


def results(connection: Connection, area_code: str) -> list[SpotCheckResultFields]:
    """The results of an area, the latest check first."""
    query = (
        rows.select_records("spot_check_results")
        .where(RESULTS.c.area_code >= area_code, RESULTS.c.area_code < area_code + ":")
        .order_by(RESULTS.c.checked_at.desc(), RESULTS.c.id)
    )
    return rows.records(connection, query, SpotCheckResultFields)


def result(connection: Connection, result_id: str) -> SpotCheckResultFields:
    """A result. Raises NotAllowedError("spot_check_not_here")."""
    found = rows.find(connection, "spot_check_results", result_id)
    if not isinstance(found, SpotCheckResultFields):
        raise NotAllowedError("spot_check_not_here")
    return found


def rectifications(connection: Connection) -> list[SpotCheckRectificationFields]:
    """Everything that towns said on this device."""
    query = rows.select_records("spot_check_rectifications")
    return rows.records(connection, query, SpotCheckRectificationFields)


def drafts(connection: Connection) -> dict[str, StoredCheck]:
    """All drafts by target."""
    return {row.target_id: _stored(row) for row in connection.execute(select(DRAFTS))}


def put_draft(connection: Connection, stored: StoredCheck) -> None:
    """Keep a draft, new or again."""
    values = {
        "target_id": stored.target_id, "started_at": stored.started_at, "saved_at": stored.saved_at,
        "submitted_at": stored.submitted_at, "body": stored.draft.model_dump_json(exclude_defaults=True),
    }  # fmt: skip
    statement = insert(DRAFTS).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["target_id"], set_=values))


def delete_draft(connection: Connection, target_id: str) -> None:
    """Forget a draft."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.target_id == target_id))


def draft_blobs(connection: Connection) -> set[str]:
    """Photos and signatures that drafts name."""
    used: set[str] = set()
    for stored in drafts(connection).values():
        draft = stored.draft
        used |= photo_blobs(draft.photos)
        for signature in (draft.signature, draft.lead_signature, draft.second_signature):
            used |= signature_blobs(signature)
    return used


def _stored(row: Row[Any]) -> StoredCheck:
    body = CheckDraft.model_validate_json(row.body)
    return StoredCheck(row.target_id, row.started_at, row.saved_at, row.submitted_at, body)
