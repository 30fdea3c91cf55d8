"""Reliefs, their steps and drafts, and the entries of standby funds."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Text, and_, delete, or_, select, type_coerce, union
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.funds import FundEntryFields
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import ReliefCause, ReliefFields, ReliefStatus, ReliefStepFields
from fieldapp.domain.records.visits import Purpose, VisitFields
from fieldapp.storage import rows
from fieldapp.storage.repositories.visits import photo_blobs, signature_blobs
from fieldapp.storage.tables import FundEntryRow, ReliefDraftRow, ReliefRow, ReliefStepRow, VisitRow

RELIEFS: Final = ReliefRow.__table__  # type: ignore[attr-defined]
STEPS: Final = ReliefStepRow.__table__  # type: ignore[attr-defined]
FUND: Final = FundEntryRow.__table__  # type: ignore[attr-defined]
VISITS: Final = VisitRow.__table__  # type: ignore[attr-defined]
DRAFTS: Final = ReliefDraftRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StoredReliefDraft:
    """A draft as kept: `draft` is what has been filled in so far."""

    id: str
    household_id: str | None
    started_at: dt.datetime
    saved_at: dt.datetime
    draft: ReliefDraft


def get(connection: Connection, relief_id: str) -> ReliefFields:
    """The relief. Raises NotAllowedError("relief_not_here")."""
    found = rows.find(connection, "reliefs", relief_id)
    if not isinstance(found, ReliefFields):
        raise NotAllowedError("relief_not_here")
    return found


def steps(connection: Connection, relief_ids: Collection[str]) -> list[ReliefStepFields]:
    """All steps of some reliefs: the server's in its order, then those it has not seen, oldest first."""
    query = (
        rows.select_records("relief_steps")
        .where(rows.among(STEPS.c.relief_id, relief_ids))
        .order_by(STEPS.c.rev == 0, STEPS.c.received_at, STEPS.c.seq, STEPS.c.at, STEPS.c.id)
    )
    return rows.records(connection, query, ReliefStepFields)


def of_area(
    connection: Connection, area_code: str, statuses: Collection[ReliefStatus] = ()
) -> list[ReliefFields]:
    """Reliefs of an area as they stand by the server, newest first; of some statuses, () = of all."""
    query = rows.select_records("reliefs").where(_inside(RELIEFS.c.area_code, area_code))
    if statuses:
        query = query.where(RELIEFS.c.status.in_(statuses))
    query = query.order_by(RELIEFS.c.given_at.desc(), RELIEFS.c.id.desc())
    return rows.records(connection, query, ReliefFields)


def denied_households(connection: Connection) -> set[str]:
    """Households to whom a relief was refused."""
    query = select(RELIEFS.c.household_id).where(RELIEFS.c.status == ReliefStatus.DENIED)
    return set(connection.execute(query).scalars())


def of_household(connection: Connection, household_id: str) -> list[ReliefFields]:
    """Reliefs of a household, newest first."""
    query = (
        rows.select_records("reliefs")
        .where(RELIEFS.c.household_id == household_id)
        .order_by(RELIEFS.c.given_at.desc(), RELIEFS.c.id.desc())
    )
    return rows.records(connection, query, ReliefFields)


def of_clue(connection: Connection, clue_id: str) -> list[ReliefFields]:
    """Reliefs that came from a clue, newest first."""
    query = (
        rows.select_records("reliefs")
        .where(RELIEFS.c.clue_id == clue_id)
        .order_by(RELIEFS.c.given_at.desc(), RELIEFS.c.id.desc())
    )
    return rows.records(connection, query, ReliefFields)


def of_unanswered_steps(connection: Connection, area_code: str) -> list[ReliefFields]:
    """Reliefs of an area with steps that the server has not answered yet."""
    ahead = select(STEPS.c.relief_id).where(
        or_(STEPS.c.rev == 0, STEPS.c.seq == 0), STEPS.c.refused_code == ""
    )
    query = rows.select_records("reliefs").where(_inside(RELIEFS.c.area_code, area_code))
    return rows.records(connection, query.where(RELIEFS.c.id.in_(ahead)), ReliefFields)


def of_cause(connection: Connection, town: str, cause: ReliefCause) -> list[ReliefFields]:
    """Reliefs of a town for a cause: those of a household and of its persons are among them."""
    query = rows.select_records("reliefs").where(_inside(RELIEFS.c.area_code, town), RELIEFS.c.cause == cause)
    return rows.records(connection, query, ReliefFields)


def relief_visits(connection: Connection, household_ids: Collection[str]) -> list[VisitFields]:
    """Visits that were made because of relief and stand, oldest first."""
    query = (
        rows.select_records("visits")
        .where(rows.among(VISITS.c.household_id, household_ids))
        .where(VISITS.c.purpose == Purpose.RELIEF, VISITS.c.superseded.is_(False))
        .order_by(VISITS.c.finished_at, VISITS.c.id)
    )
    return rows.records(connection, query, VisitFields)


def unsent_ids(connection: Connection, relief_ids: Collection[str]) -> set[str]:
    """Which of these reliefs, or of their steps, the server has not acknowledged."""
    own = select(RELIEFS.c.id).where(rows.among(RELIEFS.c.id, relief_ids), RELIEFS.c.rev == 0)
    stepped = select(STEPS.c.relief_id).where(rows.among(STEPS.c.relief_id, relief_ids), STEPS.c.rev == 0)
    return set(connection.execute(union(own, stepped)).scalars())


def fund_entries(connection: Connection, towns: str) -> list[FundEntryFields]:
    """Entries of the funds of all towns inside an area, oldest first."""
    query = (
        rows.select_records("fund_entries")
        .where(_inside(FUND.c.area_code, towns))
        .order_by(FUND.c.booked_at, FUND.c.id)
    )
    return rows.records(connection, query, FundEntryFields)


def draft(connection: Connection, draft_id: str) -> StoredReliefDraft:
    """A draft. Raises NotAllowedError("draft_not_here")."""
    row = connection.execute(select(DRAFTS).where(DRAFTS.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotAllowedError("draft_not_here")
    return _stored(row)


def drafts(connection: Connection) -> list[StoredReliefDraft]:
    """All drafts, the latest saved first."""
    query = select(DRAFTS).order_by(DRAFTS.c.saved_at.desc(), DRAFTS.c.id)
    return [_stored(row) for row in connection.execute(query)]


def put_draft(connection: Connection, stored: StoredReliefDraft) -> None:
    """Keep a draft, new or again."""
    values = {
        "id": stored.id, "household_id": stored.household_id, "started_at": stored.started_at,
        "saved_at": stored.saved_at, "body": stored.draft.model_dump_json(exclude_defaults=True),
    }  # fmt: skip
    statement = insert(DRAFTS).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def delete_draft(connection: Connection, draft_id: str) -> None:
    """Forget a draft."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft_id))


def _stored(row: Row[Any]) -> StoredReliefDraft:
    body = ReliefDraft.model_validate_json(row.body)
    return StoredReliefDraft(row.id, row.household_id, row.started_at, row.saved_at, body)


def blobs_in_use(connection: Connection) -> set[str]:
    """Photos and signatures that reliefs, their steps and drafts name."""
    used: set[str] = set()
    for table in (RELIEFS, STEPS):
        named = select(table.c.photos, table.c.signature).where(type_coerce(table.c.photos, Text) != "[]")
        signed = select(table.c.photos, table.c.signature).where(table.c.signature.is_not(None))
        for photos, signature in connection.execute(named.union(signed)):
            used |= photo_blobs(photos) | signature_blobs(signature)
    for stored in drafts(connection):
        used |= photo_blobs(stored.draft.photos) | signature_blobs(stored.draft.signature)
    return used


def _inside(column: ColumnElement[str], area_code: str) -> ColumnElement[bool]:
    # A range and not LIKE, which no index serves: ":" is the character after the digits.
    return and_(column >= area_code, column < area_code + ":")
