"""Assessments, who has signed them, and when households are due again."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.assessments import AssessmentFields, AssessmentSignatureFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.rules.visit_rules import OWING_STATUSES
from fieldapp.storage import rows
from fieldapp.storage.tables import AssessmentRow, AssessmentSignatureRow, HouseholdRow

ASSESSMENTS: Final = AssessmentRow.__table__  # type: ignore[attr-defined]
SIGNATURES: Final = AssessmentSignatureRow.__table__  # type: ignore[attr-defined]
HOUSEHOLDS: Final = HouseholdRow.__table__  # type: ignore[attr-defined]


def get(connection: Connection, assessment_id: str) -> AssessmentFields:
    """The assessment. Raises NotAllowedError("assessment_not_here")."""
    found = rows.find(connection, "assessments", assessment_id)
    if not isinstance(found, AssessmentFields):
        raise NotAllowedError("assessment_not_here")
    return found


def signatures(connection: Connection, assessment_id: str) -> list[AssessmentSignatureFields]:
    """All signatures under an assessment, oldest first."""
    query = (
        rows.select_records("assessment_signatures")
        .where(SIGNATURES.c.assessment_id == assessment_id)
        .order_by(SIGNATURES.c.signed_at, SIGNATURES.c.id)
    )
    return rows.records(connection, query, AssessmentSignatureFields)


def naming(connection: Connection, user_id: str) -> list[AssessmentFields]:
    """Assessments in whose team a user is, newest first."""
    query = (
        rows.select_records("assessments")
        .where(rows.as_text(ASSESSMENTS.c.members).contains(f'"{user_id}"', autoescape=True))
        .order_by(ASSESSMENTS.c.assessed_at.desc())
    )
    return rows.records(connection, query, AssessmentFields)


def households_assessed(connection: Connection, area_code: str) -> list[str]:
    """Ids of households of an area that have assessments, finished or not."""
    query = (
        select(ASSESSMENTS.c.household_id)
        .join(HOUSEHOLDS, HOUSEHOLDS.c.id == ASSESSMENTS.c.household_id)
        .where(_inside(area_code))
        .distinct()
    )
    return list(connection.execute(query).scalars())


def households_in(connection: Connection, area_code: str) -> list[HouseholdFields]:
    """Listed households of an area, in walking order."""
    query = (
        rows.select_records("households")
        .where(_inside(area_code), HOUSEHOLDS.c.status.in_(OWING_STATUSES))
        .order_by(HOUSEHOLDS.c.area_code, HOUSEHOLDS.c.group_name, HOUSEHOLDS.c.head_name)
    )
    return rows.records(connection, query, HouseholdFields)


def due_until(connection: Connection, area_code: str, day: dt.date) -> list[HouseholdFields]:
    """Listed households of an area whose next assessment is due by a day, most urgent first."""
    query = (
        rows.select_records("households")
        .where(_inside(area_code), HOUSEHOLDS.c.status.in_(OWING_STATUSES))
        .where(HOUSEHOLDS.c.risk_next_due <= day)
        .order_by(HOUSEHOLDS.c.risk_next_due, HOUSEHOLDS.c.id)
    )
    return rows.records(connection, query, HouseholdFields)


def unsent_ids(connection: Connection, assessment_ids: Sequence[str]) -> set[str]:
    """Which of these assessments, or of the signatures under them, the server has not acknowledged."""
    own = select(ASSESSMENTS.c.id).where(rows.among(ASSESSMENTS.c.id, assessment_ids), ASSESSMENTS.c.rev == 0)
    signed = select(SIGNATURES.c.assessment_id).where(
        rows.among(SIGNATURES.c.assessment_id, assessment_ids), SIGNATURES.c.rev == 0
    )
    return {*connection.execute(own).scalars(), *connection.execute(signed).scalars()}


def _inside(area_code: str) -> ColumnElement[bool]:
    # A range and not LIKE, which no index serves: ":" is the character after the digits.
    return and_(HOUSEHOLDS.c.area_code >= area_code, HOUSEHOLDS.c.area_code < area_code + ":")
