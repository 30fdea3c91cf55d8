"""Visits, drafts and plans."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Text, and_, delete, func, literal, or_, select, type_coerce
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import Photo, Signature, VisitFields, VisitState
from fieldapp.domain.rules.visit_facts import VisitFact
from fieldapp.domain.rules.visit_plan import VisitPlan
from fieldapp.storage import rows
from fieldapp.storage.projections import VISIT_FACT_COLUMNS, visit_fact
from fieldapp.storage.tables import BlobQueueRow, DraftRow, HouseholdRow, VisitPlanRow, VisitRow

VISITS = VisitRow.__table__  # type: ignore[attr-defined]
HOUSEHOLDS = HouseholdRow.__table__  # type: ignore[attr-defined]
DRAFTS = DraftRow.__table__  # type: ignore[attr-defined]
PLANS = VisitPlanRow.__table__  # type: ignore[attr-defined]
BLOB_QUEUE = BlobQueueRow.__table__  # type: ignore[attr-defined]

_HAS_PHOTOS = type_coerce(VISITS.c.photos, Text) != "[]"
"""As text: the column's own type would write the searched list as JSON once more."""
HAS_BLOBS = or_(_HAS_PHOTOS, VISITS.c.signature.is_not(None))
"""Visits that name a blob."""
_RETURNED = VISITS.c.state == literal(VisitState.RETURNED, VISITS.c.state.type, literal_execute=True)
"""Written out: a partial index is of no use to a parameter."""

_OPINION: Final = ("id", "finished_at", "satisfaction", "suggestion")


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as kept: `draft` is what the worker has filled in so far."""

    id: str
    household_id: str
    started_at: dt.datetime
    saved_at: dt.datetime
    draft: VisitDraft


def get(connection: Connection, visit_id: str) -> VisitFields:
    """The visit. Raises NotAllowedError("visit_not_here") when this device does not hold it."""
    found = rows.find(connection, "visits", visit_id)
    if not isinstance(found, VisitFields):
        raise NotAllowedError("visit_not_here")
    return found


def of_household(connection: Connection, household_id: str, limit: int = 200) -> list[VisitFields]:
    """Visits of a household that stand (newest of each chain), newest first."""
    query = (
        rows.select_records("visits")
        .where(VISITS.c.household_id == household_id, VISITS.c.superseded.is_(False))
        .order_by(VISITS.c.finished_at.desc(), VISITS.c.id.desc())
        .limit(limit)
    )
    return rows.records(connection, query, VisitFields)


def by_ids(connection: Connection, visit_ids: Sequence[str]) -> list[VisitFields]:
    """Visits by id, newest first; absent ones are left out."""
    found: list[VisitFields] = []
    for start in range(0, len(visit_ids), 5000):
        query = rows.select_records("visits").where(VISITS.c.id.in_(visit_ids[start : start + 5000]))
        found += rows.records(connection, query, VisitFields)
    return sorted(found, key=lambda v: (v.finished_at, v.id), reverse=True)


def chain(connection: Connection, root_id: str) -> list[VisitFields]:
    """A visit with all its corrections, oldest first."""
    query = (
        rows.select_records("visits")
        .where(or_(VISITS.c.root_id == root_id, VISITS.c.id == root_id))
        .order_by(VISITS.c.created_at, VISITS.c.id)
    )
    return rows.records(connection, query, VisitFields)


def unsent_ids(connection: Connection, visit_ids: Sequence[str]) -> set[str]:
    """Which of these visits the server has not acknowledged."""
    query = select(VISITS.c.id).where(rows.among(VISITS.c.id, visit_ids), VISITS.c.rev == 0)
    return set(connection.execute(query).scalars())


def made_by_on(connection: Connection, user_id: str, day: dt.date) -> int:
    """How many households a worker has visited on a day (any result but an attempt is not asked here)."""
    begin = start_of_day(day)
    query = select(func.count(func.distinct(VISITS.c.household_id))).where(
        VISITS.c.finished_at >= begin,
        VISITS.c.finished_at < begin + dt.timedelta(days=1),
        # As text: the column's own type would write the searched id as JSON once more.
        type_coerce(VISITS.c.visitors, Text).contains(f'"{user_id}"', autoescape=True),
        VISITS.c.superseded.is_(False),
        VISITS.c.state != VisitState.VOID,
    )
    return int(connection.execute(query).scalar_one())


def returned(connection: Connection, user_id: str) -> list[VisitFields]:
    """Visits of a worker that a supervisor sent back and that were not corrected yet."""
    query = rows.select_records("visits").where(
        _RETURNED,
        VISITS.c.created_by == user_id,
        VISITS.c.superseded.is_(False),
    )
    return rows.records(connection, query, VisitFields)


def facts_between(
    connection: Connection, area_code: str, since: dt.datetime, until: dt.datetime
) -> list[VisitFact]:
    """Facts of visits that finished in [since, until), of each household oldest first: those made in an area,
    and those that its households got elsewhere, for a household may have moved."""
    filed_here = select(HOUSEHOLDS.c.id).where(_inside(HOUSEHOLDS.c.area_code, area_code))
    between = and_(VISITS.c.finished_at >= since, VISITS.c.finished_at < until)
    # Two questions, each of which an index answers: one with OR would read every visit's row.
    queries = (
        select(*VISIT_FACT_COLUMNS)
        .where(VISITS.c.household_id.in_(filed_here), between)
        .order_by(VISITS.c.household_id, VISITS.c.finished_at),
        select(*VISIT_FACT_COLUMNS)
        .where(_inside(VISITS.c.area_code, area_code), VISITS.c.household_id.not_in(filed_here), between)
        .order_by(VISITS.c.household_id, VISITS.c.finished_at),
    )
    return [visit_fact(row) for query in queries for row in connection.execute(query).all()]


def opinions_between(
    connection: Connection, area_code: str, since: dt.datetime, until: dt.datetime
) -> list[VisitFields]:
    """Visits made in an area that stand and hold what the family said, newest first; with the fields of
    _OPINION and no others."""
    query = (
        rows.select_records("visits", _OPINION)
        .where(_inside(VISITS.c.area_code, area_code))
        .where(VISITS.c.finished_at >= since, VISITS.c.finished_at < until)
        .where(VISITS.c.superseded.is_(False), VISITS.c.state != VisitState.VOID)
        .where(VISITS.c.satisfaction.is_not(None) | (VISITS.c.suggestion != ""))
        .order_by(VISITS.c.finished_at.desc(), VISITS.c.id.desc())
    )
    return rows.records(connection, query, VisitFields, _OPINION)


def _inside(column: ColumnElement[str], area_code: str) -> ColumnElement[bool]:
    # A range and not LIKE, which no index serves: ":" is the character after the digits.
    return and_(column >= area_code, column < area_code + ":")


def newest_first(connection: Connection, visit_ids: Sequence[str]) -> list[str]:
    """The same visits by time, newest first; absent ones are left out."""
    found: list[tuple[dt.datetime, str]] = []
    for start in range(0, len(visit_ids), 5000):
        query = select(VISITS.c.finished_at, VISITS.c.id).where(
            VISITS.c.id.in_(visit_ids[start : start + 5000])
        )
        found += [(row.finished_at, row.id) for row in connection.execute(query)]
    return [visit_id for _, visit_id in sorted(found, reverse=True)]


def photo_hashes(connection: Connection, household_id: str, limit: int = 60) -> list[VisitFields]:
    """The latest visits of a household that carry photos."""
    query = (
        rows.select_records("visits")
        .where(VISITS.c.household_id == household_id, _HAS_PHOTOS)
        .where(VISITS.c.superseded.is_(False))
        .order_by(VISITS.c.finished_at.desc())
        .limit(limit)
    )
    return rows.records(connection, query, VisitFields)


def plan_of(connection: Connection, household_id: str) -> VisitPlan | None:
    """The running plan of a household, or None where nothing is owed."""
    row = connection.execute(select(PLANS).where(PLANS.c.household_id == household_id)).first()
    return None if row is None else _plan(row)


def plans(connection: Connection, area_prefix: str = "") -> list[VisitPlan]:
    """All running plans in an area."""
    query = select(PLANS)
    if area_prefix:
        query = query.where(PLANS.c.area_code.startswith(area_prefix))
    return [_plan(row) for row in connection.execute(query)]


def plans_in(connection: Connection, area_code: str) -> list[tuple[VisitPlan, str]]:
    """All running plans in an area, each with where its household is filed; in walking order."""
    query = (
        select(PLANS)
        .join(HOUSEHOLDS, HOUSEHOLDS.c.id == PLANS.c.household_id)
        .where(_inside(PLANS.c.area_code, area_code))
        .order_by(HOUSEHOLDS.c.area_code, HOUSEHOLDS.c.group_name, HOUSEHOLDS.c.head_name)
    )
    return [(_plan(row), row.area_code) for row in connection.execute(query)]


def plans_of(connection: Connection, household_ids: Sequence[str]) -> dict[str, VisitPlan]:
    """Running plans of some households."""
    query = select(PLANS).where(rows.among(PLANS.c.household_id, household_ids))
    return {row.household_id: _plan(row) for row in connection.execute(query)}


def _plan(row: object) -> VisitPlan:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    values.pop("area_code")
    values["unit"] = PeriodUnit(values["unit"])
    return VisitPlan(**values)


def draft(connection: Connection, draft_id: str) -> StoredDraft:
    """A draft. Raises NotAllowedError("draft_not_here")."""
    row = connection.execute(select(DRAFTS).where(DRAFTS.c.id == draft_id)).first()
    if row is None:
        raise NotAllowedError("draft_not_here")
    return _stored(row)


def draft_of(connection: Connection, household_id: str, amends: str | None = None) -> StoredDraft | None:
    """The latest draft of a household that corrects the visit `amends` (None = of a new visit), or None."""
    query = select(DRAFTS).where(DRAFTS.c.household_id == household_id).order_by(DRAFTS.c.saved_at.desc())
    found = (_stored(row) for row in connection.execute(query).all())
    return next((stored for stored in found if stored.draft.amends == amends), None)


def drafts(connection: Connection) -> list[StoredDraft]:
    """All drafts, latest saved first."""
    return [_stored(row) for row in connection.execute(select(DRAFTS).order_by(DRAFTS.c.saved_at.desc()))]


def put_draft(connection: Connection, stored: StoredDraft) -> None:
    """Write a draft, new or again."""
    values = {
        "id": stored.id,
        "household_id": stored.household_id,
        "started_at": stored.started_at,
        "saved_at": stored.saved_at,
        "body": stored.draft.model_dump_json(exclude_none=True),
    }
    statement = insert(DRAFTS).values(values)
    replaced = {"saved_at": statement.excluded.saved_at, "body": statement.excluded.body}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=replaced))


def delete_draft(connection: Connection, draft_id: str) -> None:
    """Forget a draft."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft_id))


def _stored(row: object) -> StoredDraft:
    values = row._mapping  # type: ignore[attr-defined]
    return StoredDraft(
        values["id"],
        values["household_id"],
        values["started_at"],
        values["saved_at"],
        VisitDraft.model_validate_json(values["body"]),
    )


def blobs_in_use(connection: Connection) -> set[str]:
    """Hashes of all blobs that a visit or a draft names, or that still have to be sent."""
    named = select(VISITS.c.photos).where(_HAS_PHOTOS)
    signed = select(VISITS.c.signature).where(VISITS.c.signature.is_not(None))
    used = set(connection.execute(select(BLOB_QUEUE.c.sha256)).scalars())
    for (photos,) in connection.execute(named):
        used.update(photo_blobs(photos))
    for (signature,) in connection.execute(signed):
        used.update(signature_blobs(signature))
    for stored in drafts(connection):
        used.update(photo_blobs(stored.draft.photos))
        used.update(signature_blobs(stored.draft.signature))
    return used


def photo_blobs(photos: Sequence[Photo]) -> set[str]:
    """Hashes of photos and of their small copies."""
    return {name for photo in photos for name in (photo.sha256, photo.thumbnail_sha256)} - {""}


def signature_blobs(signature: Signature | None) -> set[str]:
    """Hashes of a signature's picture and strokes."""
    return set() if signature is None else {signature.image_sha256, signature.strokes_sha256} - {""}
