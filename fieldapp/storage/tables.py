"""Tables of records.db. Synced kinds inherit their fields from the domain; the rest is local.

Local tables hold what never leaves the device (drafts, plans) and what sync needs (outbox, cursors).
"""

import datetime as dt
from typing import Any, Final

from sqlalchemy import Index, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from fieldapp.domain.parameters import ParametersFields
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.records.audit import AuditEventFields
from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckStepFields
from fieldapp.domain.records.base import Instant, day, instant
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
from sync.protocol.entities import EDITION


class DeviceTable(SQLModel, registry=registry()):
    """Base of all device tables: their own metadata, apart from the server's."""

    model_config = SQLModel.model_config | {"defer_build": True}  # nothing is ever validated by a table


class Synced(SQLModel):
    """What sync knows of a row: its bucket, the server's revision (0 = not there yet; below 0 = not
    yet seen again while a bucket is read anew) and the checksum of the server's version (signed)."""

    bucket: str = ""
    rev: int = 0
    h: int = 0


class AreaRow(AreaFields, Synced, DeviceTable, table=True):
    __tablename__ = "areas"


class UserRow(UserFields, Synced, DeviceTable, table=True):
    __tablename__ = "users"


class ParametersRow(ParametersFields, Synced, DeviceTable, table=True):
    __tablename__ = "parameters"


class HouseholdRow(HouseholdFields, Synced, DeviceTable, table=True):
    __tablename__ = "households"
    __table_args__ = (
        Index("ix_households_bucket", "bucket", "rev"),
        # Lists and search ask for ids in walking order: these two hold all they look at.
        Index("ix_households_found", "id", "status", "area_code", "group_name", "head_name"),
        Index("ix_households_risk_due", "risk_next_due", sqlite_where=text("risk_next_due IS NOT NULL")),
        Index("ix_households_walk", "area_code", "group_name", "head_name", "status", "id"),
    )


class PersonRow(PersonFields, Synced, DeviceTable, table=True):
    __tablename__ = "persons"
    __table_args__ = (
        Index("ix_persons_household", "household_id"),
        Index("ix_persons_id_number", "id_number"),
        Index("ix_persons_bucket", "bucket", "rev"),
    )


VISIT_FACT: Final = (
    "superseded", "state", "mode", "result", "purpose", "area_code", "received_at", "amends", "visitors",
    "id",
)  # fmt: skip


class VisitRow(VisitFields, Synced, DeviceTable, table=True):
    """`superseded` marks a visit that a later one of its chain amends; it leaves the statistics."""

    __tablename__ = "visits"
    __table_args__ = (
        # With all that the rules ask of a visit, so that plans and statistics read no rows: those are
        # ten times as long, and each of their pages is to be decrypted.
        Index("ix_visits_household", "household_id", "finished_at", *VISIT_FACT),
        Index("ix_visits_area_time", "area_code", "finished_at", "household_id"),
        Index("ix_visits_root", "root_id", "received_at"),
        Index("ix_visits_amended", "root_id", sqlite_where=text("amends IS NOT NULL")),
        Index("ix_visits_bucket", "bucket", "rev"),
        Index("ix_visits_returned", "created_by", sqlite_where=text("state = 'RETURNED'")),
    )
    superseded: bool = False


class FormRow(FormFields, Synced, DeviceTable, table=True):
    __tablename__ = "forms"


class PrintTemplateRow(PrintTemplateFields, Synced, DeviceTable, table=True):
    __tablename__ = "print_templates"


class SubmissionRow(SubmissionFields, Synced, DeviceTable, table=True):
    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_household", "household_id", "form_id", "finished_at"),
        Index("ix_submissions_bucket", "bucket", "rev"),
    )


class AssessmentRow(AssessmentFields, Synced, DeviceTable, table=True):
    __tablename__ = "assessments"
    __table_args__ = (
        Index("ix_assessments_household", "household_id", "assessed_at"),
        Index("ix_assessments_bucket", "bucket", "rev"),
    )


class AssessmentSignatureRow(AssessmentSignatureFields, Synced, DeviceTable, table=True):
    __tablename__ = "assessment_signatures"
    __table_args__ = (
        Index("ix_assessment_signatures_household", "household_id"),
        Index("ix_assessment_signatures_bucket", "bucket", "rev"),
    )


class LevelOverrideRow(LevelOverrideFields, Synced, DeviceTable, table=True):
    __tablename__ = "level_overrides"
    __table_args__ = (
        Index("ix_level_overrides_household", "household_id"),
        Index("ix_level_overrides_bucket", "bucket", "rev"),
    )


class ConflictRow(ConflictFields, Synced, DeviceTable, table=True):
    __tablename__ = "conflicts"
    __table_args__ = (
        Index("ix_conflicts_household", "household_id"),
        Index("ix_conflicts_bucket", "bucket", "rev"),
    )


class ConflictDecisionRow(ConflictDecisionFields, Synced, DeviceTable, table=True):
    __tablename__ = "conflict_decisions"
    __table_args__ = (
        Index("ix_conflict_decisions_household", "household_id"),
        Index("ix_conflict_decisions_conflict", "conflict_id"),
        Index("ix_conflict_decisions_bucket", "bucket", "rev"),
    )


class VisitExemptionRow(VisitExemptionFields, Synced, DeviceTable, table=True):
    __tablename__ = "visit_exemptions"
    __table_args__ = (
        Index("ix_visit_exemptions_household", "household_id"),
        Index("ix_visit_exemptions_bucket", "bucket", "rev"),
    )


class ExemptionDecisionRow(ExemptionDecisionFields, Synced, DeviceTable, table=True):
    __tablename__ = "exemption_decisions"
    __table_args__ = (
        Index("ix_exemption_decisions_household", "household_id"),
        Index("ix_exemption_decisions_bucket", "bucket", "rev"),
    )


class VisitReviewRow(VisitReviewFields, Synced, DeviceTable, table=True):
    __tablename__ = "visit_reviews"
    __table_args__ = (
        Index("ix_visit_reviews_household", "household_id"),
        Index("ix_visit_reviews_visit", "visit_id"),
        Index("ix_visit_reviews_bucket", "bucket", "rev"),
    )


class BackCheckRow(BackCheckFields, Synced, DeviceTable, table=True):
    __tablename__ = "back_checks"
    __table_args__ = (
        Index("ix_back_checks_household", "household_id"),
        Index("ix_back_checks_visit", "visit_id"),
        Index("ix_back_checks_bucket", "bucket", "rev"),
    )


class BackCheckStepRow(BackCheckStepFields, Synced, DeviceTable, table=True):
    __tablename__ = "back_check_steps"
    __table_args__ = (
        Index("ix_back_check_steps_household", "household_id"),
        Index("ix_back_check_steps_check", "back_check_id"),
        Index("ix_back_check_steps_bucket", "bucket", "rev"),
    )


class VisitMarkRow(VisitMarkFields, Synced, DeviceTable, table=True):
    __tablename__ = "visit_marks"
    __table_args__ = (
        Index("ix_visit_marks_household", "household_id"),
        Index("ix_visit_marks_root", "root_id"),
        Index("ix_visit_marks_bucket", "bucket", "rev"),
    )


class MarkClearanceRow(MarkClearanceFields, Synced, DeviceTable, table=True):
    __tablename__ = "mark_clearances"
    __table_args__ = (
        Index("ix_mark_clearances_household", "household_id"),
        Index("ix_mark_clearances_mark", "mark_id"),
        Index("ix_mark_clearances_bucket", "bucket", "rev"),
    )


class CampaignRow(CampaignFields, Synced, DeviceTable, table=True):
    __tablename__ = "campaigns"


class VisitRuleTableRow(VisitRuleTableFields, Synced, DeviceTable, table=True):
    __tablename__ = "visit_rule_tables"


class OrganisationRow(OrganisationFields, Synced, DeviceTable, table=True):
    __tablename__ = "organisations"


class ProjectRow(ProjectFields, Synced, DeviceTable, table=True):
    __tablename__ = "projects"


class ReliefRow(ReliefFields, Synced, DeviceTable, table=True):
    __tablename__ = "reliefs"
    __table_args__ = (
        Index("ix_reliefs_household", "household_id", "given_at"),
        Index("ix_reliefs_area", "area_code", "status"),
        Index("ix_reliefs_bucket", "bucket", "rev"),
    )


class ReliefStepRow(ReliefStepFields, Synced, DeviceTable, table=True):
    __tablename__ = "relief_steps"
    __table_args__ = (
        Index("ix_relief_steps_relief", "relief_id"),
        Index("ix_relief_steps_household", "household_id"),
        Index("ix_relief_steps_bucket", "bucket", "rev"),
    )


class FundEntryRow(FundEntryFields, Synced, DeviceTable, table=True):
    __tablename__ = "fund_entries"
    __table_args__ = (
        Index("ix_fund_entries_area", "area_code", "booked_at"),
        Index("ix_fund_entries_bucket", "bucket", "rev"),
    )


class ServiceNeedRow(ServiceNeedFields, Synced, DeviceTable, table=True):
    __tablename__ = "service_needs"
    __table_args__ = (
        Index("ix_service_needs_household", "household_id", "seen_at"),
        Index("ix_service_needs_area", "area_code", "status"),
        Index("ix_service_needs_bucket", "bucket", "rev"),
    )


class ReferralRow(ReferralFields, Synced, DeviceTable, table=True):
    __tablename__ = "referrals"
    __table_args__ = (
        Index("ix_referrals_household", "household_id"),
        Index("ix_referrals_need", "need_id"),
        Index("ix_referrals_bucket", "bucket", "rev"),
    )


class ReferralStepRow(ReferralStepFields, Synced, DeviceTable, table=True):
    __tablename__ = "referral_steps"
    __table_args__ = (
        Index("ix_referral_steps_household", "household_id"),
        Index("ix_referral_steps_need", "need_id"),
        Index("ix_referral_steps_bucket", "bucket", "rev"),
    )


class ClueRow(ClueFields, Synced, DeviceTable, table=True):
    __tablename__ = "clues"
    __table_args__ = (
        Index("ix_clues_household", "household_id"),
        Index("ix_clues_status", "status", "area_code"),
        Index("ix_clues_main", "main_id", sqlite_where=text("main_id IS NOT NULL")),
        Index("ix_clues_bucket", "bucket", "rev"),
    )


class ClueStepRow(ClueStepFields, Synced, DeviceTable, table=True):
    __tablename__ = "clue_steps"
    __table_args__ = (
        Index("ix_clue_steps_clue", "clue_id"),
        Index("ix_clue_steps_household", "household_id"),
        Index("ix_clue_steps_bucket", "bucket", "rev"),
    )


class ClueReceiptRow(ClueReceiptFields, Synced, DeviceTable, table=True):
    __tablename__ = "clue_receipts"
    __table_args__ = (Index("ix_clue_receipts_clue", "clue_id"),)


class DutyRow(DutyFields, Synced, DeviceTable, table=True):
    __tablename__ = "duties"
    __table_args__ = (Index("ix_duties_area", "area_code", "until"),)


class SpotCheckRow(SpotCheckFields, Synced, DeviceTable, table=True):
    __tablename__ = "spot_checks"


class SpotCheckTargetRow(SpotCheckTargetFields, Synced, DeviceTable, table=True):
    __tablename__ = "spot_check_targets"


class SpotCheckResultRow(SpotCheckResultFields, Synced, DeviceTable, table=True):
    __tablename__ = "spot_check_results"
    __table_args__ = (
        Index("ix_spot_check_results_target", "target_id"),
        Index("ix_spot_check_results_area", "area_code", "checked_at"),
    )


class SpotCheckRectificationRow(SpotCheckRectificationFields, Synced, DeviceTable, table=True):
    __tablename__ = "spot_check_rectifications"
    __table_args__ = (Index("ix_spot_check_rectifications_result", "result_id"),)


class AuditEventRow(AuditEventFields, Synced, DeviceTable, table=True):
    __tablename__ = "audit_events"


ROWS: dict[str, type[Any]] = {
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


class DraftRow(DeviceTable, table=True):
    """A visit being written; `body` is a VisitDraft as JSON. Never synced, never lost."""

    __tablename__ = "drafts"
    id: str = Field(primary_key=True)
    household_id: str = Field(index=True)
    started_at: Instant = instant()
    saved_at: Instant = instant()
    body: str


class BackCheckDraftRow(DeviceTable, table=True):
    """Answers to a back-check being written, by its id; `body` is a BackCheckDraft as JSON."""

    __tablename__ = "back_check_drafts"
    id: str = Field(primary_key=True)
    saved_at: Instant = instant()
    body: str


class FormDraftRow(DeviceTable, table=True):
    """A form being filled: `xml` is the form engine's draft, `audit` its log so far (CSV), `files` the
    attachments taken in (JSON list of FormFile), `body` what stands beside the answers, such as the team
    and plan of an assessment (JSON). Bound to the definition it was begun with. Never synced."""

    __tablename__ = "form_drafts"
    id: str = Field(primary_key=True)
    form_record_id: str
    form_id: str
    form_version: str
    definition_sha256: str
    household_id: str | None = Field(default=None, index=True)
    person_id: str | None = None
    started_at: Instant = instant()
    saved_at: Instant = instant()
    xml: str
    audit: str = ""
    files: str = "[]"
    body: str = "{}"


class ClueDraftRow(DeviceTable, table=True):
    """An urgent report being written; `body` is a ClueDraft as JSON. Never synced, never lost."""

    __tablename__ = "clue_drafts"
    id: str = Field(primary_key=True)
    household_id: str | None = Field(default=None, index=True)
    started_at: Instant = instant()
    saved_at: Instant = instant()
    body: str


class ReliefDraftRow(DeviceTable, table=True):
    """Relief being written down; `body` is a ReliefDraft as JSON. Never synced, never lost."""

    __tablename__ = "relief_drafts"
    id: str = Field(primary_key=True)
    household_id: str | None = Field(default=None, index=True)
    started_at: Instant = instant()
    saved_at: Instant = instant()
    body: str


class SpotCheckDraftRow(DeviceTable, table=True):
    """A check being filled in, by its target; `body` is a CheckDraft as JSON. With `submitted_at` it was
    handed in and is empty: the target waits for the server's word. Never synced, never lost."""

    __tablename__ = "spot_check_drafts"
    target_id: str = Field(primary_key=True)
    started_at: Instant = instant()
    saved_at: Instant = instant()
    submitted_at: Instant | None = instant(None)
    body: str


class SeenAlertRow(DeviceTable, table=True):
    """What the worker has been shown of a clue: how much of it was news then. Never synced."""

    __tablename__ = "seen_alerts"
    clue_id: str = Field(primary_key=True)
    mark: str
    seen_at: Instant = instant()


class WantedBlobRow(DeviceTable, table=True):
    """A blob that a record from the server names and that this device needs before it is asked for: the
    definitions and lists of forms. Gone once it is here."""

    __tablename__ = "wanted_blobs"
    sha256: str = Field(primary_key=True)
    size: int
    mime: str


class VisitPlanRow(DeviceTable, table=True):
    """Derived: what is owed to a household in the current period (R4)."""

    __tablename__ = "visit_plans"
    household_id: str = Field(primary_key=True)
    area_code: str = Field(index=True)
    rule_id: str
    unit: str
    period_start: dt.date = day()
    period_end: dt.date = day(index=True)
    required: int
    valid_count: int
    soon_from: dt.date = day()
    overdue_since: dt.date | None = day(None)
    last_visit_on: dt.date | None = day(None)
    exempt: bool = False
    review_due: dt.date | None = day(None)
    review_from: dt.date | None = day(None)
    unreachable_since: dt.date | None = day(None)
    follow_up_due: dt.date | None = day(None)


class SearchEntryRow(DeviceTable, table=True):
    """Derived: which row of the full-text index belongs to a household, and the checksum of its words:
    the index itself (`household_search`, made by the migration) keeps no text to compare with."""

    __tablename__ = "search_entries"
    id: int | None = Field(default=None, primary_key=True)
    household_id: str = Field(unique=True)
    h: int


class StaleRow(DeviceTable, table=True):
    """Households whose derived rows are to be made again: the plan, with `words` the search text too."""

    __tablename__ = "stale_households"
    household_id: str = Field(primary_key=True)
    words: bool = Field(default=True, sa_column_kwargs={"server_default": text("1")})


class OutboxRow(DeviceTable, table=True):
    """An op not yet answered, or refused and waiting for a person. `seq` is the order of making.

    `batch_n` is set while the op is part of a batch that may be under way: it is frozen then.
    """

    __tablename__ = "outbox"
    seq: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    kind: str
    record_id: str = Field(index=True)
    action: str
    base_rev: int
    hlc: str
    body: str
    made_at: Instant = instant()
    urgent: bool = False
    batch_n: int | None = Field(default=None, index=True)
    attempts: int = 0
    refused_code: str = ""
    refused_field: str = ""


class BatchRow(DeviceTable, table=True):
    """A batch exactly as sent, so that a repetition is byte-equal; kept a while after the answer for
    a server that was restored from a backup."""

    __tablename__ = "batches"
    n: int = Field(primary_key=True)
    batch_id: str
    payload: bytes
    made_at: Instant = instant()
    answered_at: Instant | None = instant(None)


class BlobQueueRow(DeviceTable, table=True):
    """A blob that a submitted record names and the server has not confirmed yet; `urgent` like its record."""

    __tablename__ = "blob_queue"
    sha256: str = Field(primary_key=True)
    kind: str
    record_id: str = Field(index=True)
    size: int
    mime: str
    queued_at: Instant = instant()
    attempts: int = 0
    last_error: str = ""
    urgent: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})


class ProvenBlobRow(DeviceTable, table=True):
    """A blob of this device of which the server has proved, then, that it holds every byte."""

    __tablename__ = "proven_blobs"
    sha256: str = Field(primary_key=True)
    proven_at: Instant = instant()


class OlderVisitRow(DeviceTable, table=True):
    """A visit that left this device because it is old (R29): what its bucket's count and sum need of it."""

    __tablename__ = "older_visits"
    __table_args__ = (Index("ix_older_visits_household", "household_id"),)
    id: str = Field(primary_key=True)
    household_id: str
    bucket: str
    rev: int
    h: int
    superseded: bool


class BucketRow(DeviceTable, table=True):
    """Cursor and running check of one bucket. `checksum` is the signed sum of h over rows held.

    `edition` says which kinds were read; of newer ones rows are held up to the revision `filled`.
    """

    __tablename__ = "buckets"
    id: str = Field(primary_key=True)
    rev: int = 0
    row_count: int = 0
    checksum: int = 0
    upto: int = 0
    edition: int = EDITION
    filled: int = 0


class MetaRow(DeviceTable, table=True):
    """Single values of the profile: install_id, device_id, user_id, epoch, hlc, last_sync_at …"""

    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class SyncLogRow(DeviceTable, table=True):
    """What past sync cycles did, newest last; trimmed to some hundred rows."""

    __tablename__ = "sync_log"
    id: int | None = Field(default=None, primary_key=True)
    at: Instant = instant()
    event: str
    facts: str = "{}"
