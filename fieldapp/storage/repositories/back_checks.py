"""Back-checks of visits, their steps, and what a worker has filled in of one."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.back_check_drafts import BackCheckDraft
from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckStepFields
from fieldapp.storage import rows
from fieldapp.storage.tables import BackCheckDraftRow, BackCheckRow, BackCheckStepRow, HouseholdRow

CHECKS: Final = BackCheckRow.__table__  # type: ignore[attr-defined]
STEPS: Final = BackCheckStepRow.__table__  # type: ignore[attr-defined]
DRAFTS: Final = BackCheckDraftRow.__table__  # type: ignore[attr-defined]
HOUSEHOLDS: Final = HouseholdRow.__table__  # type: ignore[attr-defined]


def get(connection: Connection, back_check_id: str) -> BackCheckFields:
    """The back-check. Raises NotAllowedError("back_check_not_here")."""
    found = rows.find(connection, "back_checks", back_check_id)
    if not isinstance(found, BackCheckFields):
        raise NotAllowedError("back_check_not_here")
    return found


def of_visits(connection: Connection, visit_ids: Collection[str]) -> list[BackCheckFields]:
    """Back-checks of some visits, newest first."""
    return _found(connection, rows.among(CHECKS.c.visit_id, visit_ids))


def of_checker(connection: Connection, user_id: str) -> list[BackCheckFields]:
    """Back-checks that a worker is to make or made, newest first."""
    return _found(connection, CHECKS.c.checker_id == user_id)


def of_area(connection: Connection, area_code: str) -> list[BackCheckFields]:
    """Back-checks of the households of an area, newest first."""
    inside = (HOUSEHOLDS.c.area_code >= area_code) & (HOUSEHOLDS.c.area_code < area_code + ":")
    return _found(connection, CHECKS.c.household_id.in_(select(HOUSEHOLDS.c.id).where(inside)))


def steps(connection: Connection, back_check_ids: Collection[str]) -> list[BackCheckStepFields]:
    """Steps of some back-checks: the server's in its order, then those it has not seen, oldest first."""
    query = (
        rows.select_records("back_check_steps")
        .where(rows.among(STEPS.c.back_check_id, back_check_ids))
        .order_by(STEPS.c.rev == 0, STEPS.c.received_at, STEPS.c.seq, STEPS.c.at, STEPS.c.id)
    )
    return rows.records(connection, query, BackCheckStepFields)


def draft(connection: Connection, back_check_id: str) -> BackCheckDraft:
    """What was filled in so far; empty where nothing was."""
    query = select(DRAFTS.c.body).where(DRAFTS.c.id == back_check_id)
    body = connection.execute(query).scalar_one_or_none()
    return BackCheckDraft() if body is None else BackCheckDraft.model_validate_json(body)


def put_draft(connection: Connection, back_check_id: str, filled: BackCheckDraft, at: dt.datetime) -> None:
    """Write a draft, new or again."""
    values = {"id": back_check_id, "saved_at": at, "body": filled.model_dump_json(exclude_none=True)}
    statement = insert(DRAFTS).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def delete_draft(connection: Connection, back_check_id: str) -> None:
    """Forget a draft."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.id == back_check_id))


def _found(connection: Connection, condition: object) -> list[BackCheckFields]:
    query = (
        rows.select_records("back_checks")
        .where(condition)  # type: ignore[arg-type]
        .order_by(CHECKS.c.requested_at.desc(), CHECKS.c.id)
    )
    return rows.records(connection, query, BackCheckFields)
