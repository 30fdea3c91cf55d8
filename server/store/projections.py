"""Typed rows beside the records: what statistics, exports and checks query.

They are written in the transaction that writes the record and can be rebuilt from it at any time.
Values go in as wire text, exactly as the domain's column types would write them, without the ORM:
a push must not pay for 60 conversions a row.
"""

import enum
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, cast

import orjson
from sqlalchemy import Index, Table, column, delete, select, table
from sqlalchemy.engine import Connection
from sqlmodel import Field, SQLModel

from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.records.audit import AuditEventFields
from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckStepFields
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.campaigns import CampaignFields
from fieldapp.domain.records.clues import ClueFields, ClueReceiptFields, ClueStepFields, DutyFields
from fieldapp.domain.records.conflicts import ConflictDecisionFields, ConflictFields
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.records.forms import FormFields
from fieldapp.domain.records.funds import FundEntryFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.needs import (
    OrganisationFields,
    ProjectFields,
    ReferralFields,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.print_templates import PrintTemplateFields
from fieldapp.domain.records.reliefs import ReliefFields, ReliefStepFields
from fieldapp.domain.records.spot_checks import (
    SpotCheckFields,
    SpotCheckRectificationFields,
    SpotCheckResultFields,
    SpotCheckTargetFields,
)
from fieldapp.domain.records.submissions import SubmissionFields
from fieldapp.domain.records.users import UserFields
from fieldapp.domain.records.visit_marks import MarkClearanceFields, VisitMarkFields
from fieldapp.domain.records.visit_reviews import VisitReviewFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.visit_rule_tables import VisitRuleTableFields
from server.store.answers import delete_answers, insert_answers
from server.store.bulk_insert import insert_many
from server.store.tables import server_registry
from sync.protocol.entities import nested_fields
from sync.protocol.wire import Body


class ServerTable(SQLModel, registry=server_registry):
    """Base of the typed rows: the server's metadata, apart from the device's."""


class Placed(SQLModel):
    """Where the record lives now; for visits this may differ from where they were made."""

    bucket: str = Field(default="", max_length=64)


class AreaRow(AreaFields, Placed, ServerTable, table=True):
    __tablename__ = "area"


class UserRow(UserFields, Placed, ServerTable, table=True):
    __tablename__ = "user"


class ParametersRow(ParametersFields, Placed, ServerTable, table=True):
    __tablename__ = "parameters"


class HouseholdRow(HouseholdFields, Placed, ServerTable, table=True):
    __tablename__ = "household"
    __table_args__ = (Index("ix_household_area_code", "area_code"),)


class PersonRow(PersonFields, Placed, ServerTable, table=True):
    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_household_id", "household_id"),
        Index("ix_person_id_number", "id_number"),
    )


class VisitRow(VisitFields, Placed, ServerTable, table=True):
    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_household_id_finished_at", "household_id", "finished_at"),
        Index("ix_visit_area_code_finished_at", "area_code", "finished_at"),
        Index("ix_visit_bucket_finished_at", "bucket", "finished_at"),
        Index("ix_visit_root_id", "root_id"),
    )


class FormRow(FormFields, Placed, ServerTable, table=True):
    __tablename__ = "form"
    __table_args__ = (Index("ix_form_form_id_version", "form_id", "version", unique=True),)


class PrintTemplateRow(PrintTemplateFields, Placed, ServerTable, table=True):
    __tablename__ = "print_template"


class SubmissionRow(SubmissionFields, Placed, ServerTable, table=True):
    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_household_id_finished_at", "household_id", "finished_at"),
        Index("ix_submission_form_id_finished_at", "form_id", "finished_at"),
        Index("ix_submission_instance_id", "instance_id"),
    )


class AssessmentRow(AssessmentFields, Placed, ServerTable, table=True):
    __tablename__ = "assessment"
    __table_args__ = (
        Index("ix_assessment_household_id_assessed_at", "household_id", "assessed_at"),
        Index("ix_assessment_bucket_assessed_at", "bucket", "assessed_at"),
    )


class AssessmentSignatureRow(AssessmentSignatureFields, Placed, ServerTable, table=True):
    __tablename__ = "assessment_signature"
    __table_args__ = (
        Index("ix_assessment_signature_household_id", "household_id"),
        Index("ix_assessment_signature_assessment_id", "assessment_id"),
    )


class LevelOverrideRow(LevelOverrideFields, Placed, ServerTable, table=True):
    __tablename__ = "level_override"
    __table_args__ = (Index("ix_level_override_household_id", "household_id"),)


class ConflictRow(ConflictFields, Placed, ServerTable, table=True):
    __tablename__ = "conflict"
    __table_args__ = (
        Index("ix_conflict_household_id", "household_id"),
        Index("ix_conflict_record_id", "record_id"),
    )


class ConflictDecisionRow(ConflictDecisionFields, Placed, ServerTable, table=True):
    __tablename__ = "conflict_decision"
    __table_args__ = (Index("ix_conflict_decision_household_id", "household_id"),)


class VisitExemptionRow(VisitExemptionFields, Placed, ServerTable, table=True):
    __tablename__ = "visit_exemption"
    __table_args__ = (Index("ix_visit_exemption_household_id", "household_id"),)


class ExemptionDecisionRow(ExemptionDecisionFields, Placed, ServerTable, table=True):
    __tablename__ = "exemption_decision"
    __table_args__ = (Index("ix_exemption_decision_household_id", "household_id"),)


class VisitReviewRow(VisitReviewFields, Placed, ServerTable, table=True):
    __tablename__ = "visit_review"
    __table_args__ = (
        Index("ix_visit_review_household_id", "household_id"),
        Index("ix_visit_review_visit_id", "visit_id"),
    )


class BackCheckRow(BackCheckFields, Placed, ServerTable, table=True):
    __tablename__ = "back_check"
    __table_args__ = (
        Index("ix_back_check_household_id", "household_id"),
        Index("ix_back_check_visit_id", "visit_id"),
    )


class BackCheckStepRow(BackCheckStepFields, Placed, ServerTable, table=True):
    __tablename__ = "back_check_step"
    __table_args__ = (
        Index("ix_back_check_step_household_id", "household_id"),
        Index("ix_back_check_step_back_check_id", "back_check_id"),
    )


class VisitMarkRow(VisitMarkFields, Placed, ServerTable, table=True):
    __tablename__ = "visit_mark"
    __table_args__ = (
        Index("ix_visit_mark_household_id", "household_id"),
        Index("ix_visit_mark_root_id", "root_id"),
        Index("ix_visit_mark_state_bucket", "state", "bucket"),
    )


class MarkClearanceRow(MarkClearanceFields, Placed, ServerTable, table=True):
    __tablename__ = "mark_clearance"
    __table_args__ = (
        Index("ix_mark_clearance_household_id", "household_id"),
        Index("ix_mark_clearance_mark_id", "mark_id"),
    )


class CampaignRow(CampaignFields, Placed, ServerTable, table=True):
    __tablename__ = "campaign"


class VisitRuleTableRow(VisitRuleTableFields, Placed, ServerTable, table=True):
    __tablename__ = "visit_rule_table"


class OrganisationRow(OrganisationFields, Placed, ServerTable, table=True):
    __tablename__ = "organisation"


class ProjectRow(ProjectFields, Placed, ServerTable, table=True):
    __tablename__ = "project"


class ReliefRow(ReliefFields, Placed, ServerTable, table=True):
    __tablename__ = "relief"
    __table_args__ = (
        Index("ix_relief_household_id", "household_id"),
        Index("ix_relief_bucket_given_at", "bucket", "given_at"),
        Index("ix_relief_relief_no", "relief_no"),
    )


class ReliefStepRow(ReliefStepFields, Placed, ServerTable, table=True):
    __tablename__ = "relief_step"
    __table_args__ = (
        Index("ix_relief_step_relief_id", "relief_id"),
        Index("ix_relief_step_household_id", "household_id"),
    )


class FundEntryRow(FundEntryFields, Placed, ServerTable, table=True):
    __tablename__ = "fund_entry"
    __table_args__ = (
        Index("ix_fund_entry_area_code_booked_at", "area_code", "booked_at"),
        Index("ix_fund_entry_step_id", "step_id"),
    )


class ServiceNeedRow(ServiceNeedFields, Placed, ServerTable, table=True):
    __tablename__ = "service_need"
    __table_args__ = (
        Index("ix_service_need_household_id", "household_id"),
        Index("ix_service_need_bucket_status", "bucket", "status"),
    )


class ReferralRow(ReferralFields, Placed, ServerTable, table=True):
    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_household_id", "household_id"),
        Index("ix_referral_need_id", "need_id"),
        Index("ix_referral_organisation_id_status", "organisation_id", "status"),
        Index("ix_referral_status_respond_due", "status", "respond_due"),
    )


class ReferralStepRow(ReferralStepFields, Placed, ServerTable, table=True):
    __tablename__ = "referral_step"
    __table_args__ = (
        Index("ix_referral_step_household_id", "household_id"),
        Index("ix_referral_step_need_id", "need_id"),
        Index("ix_referral_step_referral_id", "referral_id"),
    )


class ClueRow(ClueFields, Placed, ServerTable, table=True):
    __tablename__ = "clue"
    __table_args__ = (
        Index("ix_clue_household_id", "household_id"),
        Index("ix_clue_status_bucket", "status", "bucket"),
        Index("ix_clue_main_id", "main_id"),
        Index("ix_clue_bucket_reported_at", "bucket", "reported_at"),
    )


class ClueStepRow(ClueStepFields, Placed, ServerTable, table=True):
    __tablename__ = "clue_step"
    __table_args__ = (
        Index("ix_clue_step_clue_id", "clue_id"),
        Index("ix_clue_step_household_id", "household_id"),
    )


class ClueReceiptRow(ClueReceiptFields, Placed, ServerTable, table=True):
    __tablename__ = "clue_receipt"
    __table_args__ = (Index("ix_clue_receipt_clue_id", "clue_id"),)


class DutyRow(DutyFields, Placed, ServerTable, table=True):
    __tablename__ = "duty"
    __table_args__ = (Index("ix_duty_area_code", "area_code"),)


class SpotCheckRow(SpotCheckFields, Placed, ServerTable, table=True):
    __tablename__ = "spot_check"


class SpotCheckTargetRow(SpotCheckTargetFields, Placed, ServerTable, table=True):
    __tablename__ = "spot_check_target"
    __table_args__ = (Index("ix_spot_check_target_spot_check_id", "spot_check_id"),)


class SpotCheckResultRow(SpotCheckResultFields, Placed, ServerTable, table=True):
    __tablename__ = "spot_check_result"
    __table_args__ = (
        Index("ix_spot_check_result_spot_check_id", "spot_check_id"),
        Index("ix_spot_check_result_target_id", "target_id"),
    )


class SpotCheckRectificationRow(SpotCheckRectificationFields, Placed, ServerTable, table=True):
    __tablename__ = "spot_check_rectification"
    __table_args__ = (Index("ix_spot_check_rectification_result_id", "result_id"),)


class AuditEventRow(AuditEventFields, Placed, ServerTable, table=True):
    __tablename__ = "audit_event"


ROWS: Final[dict[str, type[RecordFields]]] = {
    "areas": AreaRow,
    "users": UserRow,
    "parameters": ParametersRow,
    "forms": FormRow,
    "print_templates": PrintTemplateRow,
    "households": HouseholdRow,
    "persons": PersonRow,
    "visits": VisitRow,
    "submissions": SubmissionRow,
    "assessments": AssessmentRow,
    "assessment_signatures": AssessmentSignatureRow,
    "level_overrides": LevelOverrideRow,
    "conflicts": ConflictRow,
    "conflict_decisions": ConflictDecisionRow,
    "visit_exemptions": VisitExemptionRow,
    "exemption_decisions": ExemptionDecisionRow,
    "visit_reviews": VisitReviewRow,
    "back_checks": BackCheckRow,
    "back_check_steps": BackCheckStepRow,
    "visit_marks": VisitMarkRow,
    "mark_clearances": MarkClearanceRow,
    "campaigns": CampaignRow,
    "visit_rule_tables": VisitRuleTableRow,
    "organisations": OrganisationRow,
    "projects": ProjectRow,
    "reliefs": ReliefRow,
    "relief_steps": ReliefStepRow,
    "fund_entries": FundEntryRow,
    "service_needs": ServiceNeedRow,
    "referrals": ReferralRow,
    "referral_steps": ReferralStepRow,
    "clues": ClueRow,
    "clue_steps": ClueStepRow,
    "clue_receipts": ClueReceiptRow,
    "duties": DutyRow,
    "spot_checks": SpotCheckRow,
    "spot_check_targets": SpotCheckTargetRow,
    "spot_check_results": SpotCheckResultRow,
    "spot_check_rectifications": SpotCheckRectificationRow,
    "audit_events": AuditEventRow,
}
"""Row class by synced kind."""


def row_table(kind: str) -> Table:
    """The database table of a kind's rows."""
    return cast(Table, ROWS[kind].__table__)  # type: ignore[attr-defined]  # SQLModel sets it


def parameters_of(connection: Connection) -> Parameters:
    """The county's parameters; the defaults where none are stored."""
    found: Parameters | None = connection.scalar(select(row_table("parameters").c.parameters).limit(1))
    return found or Parameters()


class RowReader:
    """From a wire body to the values of its row, in the order of `columns`."""

    def __init__(self, kind: str) -> None:
        nested = nested_fields(kind)
        self._plain: list[tuple[str, Any]] = []
        self._nested: list[tuple[str, str | None]] = []
        for name, default in _defaults(kind):
            if name in nested:
                empty = "[]" if isinstance(default, tuple) else "{}"
                self._nested.append((name, None if default is None else empty))
            else:
                self._plain.append((name, default))
        self.columns: Final = tuple(name for name, _ in (*self._plain, *self._nested))

    def read(self, body: Body, bucket: str) -> tuple[Any, ...]:
        """The row's values."""
        placed = {**body, "bucket": bucket}
        values = [placed.get(name, default) for name, default in self._plain]
        for name, default in self._nested:
            value = body.get(name)
            values.append(default if value is None else _json(value))
        return tuple(values)


@cache
def row_reader(kind: str) -> RowReader:
    """The reader of a kind."""
    return RowReader(kind)


def _defaults(kind: str) -> Iterator[tuple[str, Any]]:
    for name, info in ROWS[kind].model_fields.items():
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        yield name, default.value if isinstance(default, enum.Enum) else default


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def insert_rows(connection: Connection, kind: str, placed: Sequence[tuple[str, Body]]) -> None:
    """Insert rows of (bucket, body)."""
    reader = row_reader(kind)
    rows = [reader.read(body, bucket) for bucket, body in placed]
    insert_many(connection, row_table(kind), reader.columns, rows)
    if kind == "submissions":
        insert_answers(connection, [body for _, body in placed])


def delete_rows(connection: Connection, kind: str, ids: Iterable[str]) -> None:
    """Delete rows by id."""
    target = row_table(kind)
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        connection.execute(delete(target).where(target.c.id.in_(wanted[start : start + 500])))
    if kind == "submissions":
        delete_answers(connection, wanted)


def read_rows(connection: Connection, kind: str, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Raw values of rows by id, as RowReader would make them: for comparing rows with records.

    SQLite gives flags back as 0 and 1, which equal False and True.
    """
    target = row_table(kind)
    raw = table(target.name, *(column(name) for name in row_reader(kind).columns))
    query = select(raw.c.id, raw).where(raw.c.id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in connection.execute(query)}
