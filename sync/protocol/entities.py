"""The one registry of synced entities: what travels, how it merges, in which bucket it lives."""

import enum
from dataclasses import KW_ONLY, dataclass
from functools import cache
from typing import Any, Final

from fieldapp.domain.errors import SyncError
from fieldapp.domain.parameters import ParametersFields
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.records.audit import AuditEventFields
from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckStepFields
from fieldapp.domain.records.base import NestedColumn, RecordFields
from fieldapp.domain.records.campaigns import CampaignFields
from fieldapp.domain.records.clues import (
    ClueFields,
    ClueReceiptFields,
    ClueStepFields,
    DutyFields,
)
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

REF_BUCKET: Final = "ref"
"""Bucket of dictionaries that every device holds: areas, users, parameters, forms."""
USER_BUCKET: Final = "user:"
"""A user's own bucket, which each of his devices holds: the prefix, before his id."""
DESK_BUCKET: Final = "desk:"
"""What only supervisors hold (RETURN_VISIT) of an area's households: the prefix, before the area's code."""
MAX_RECORD_BYTES: Final = 64 * 1024
"""Largest canonical body, where a kind does not say otherwise."""


class Merge(enum.StrEnum):
    """What a device may do with a record of the kind."""

    APPEND = "APPEND"  # devices create, nobody changes: put only
    FIELDS = "FIELDS"  # devices create and patch; the server merges field by field (R20)
    SERVER = "SERVER"  # only the server writes
    UP_ONLY = "UP_ONLY"  # devices create; never sent to any device


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One synced kind.

    `since` is the edition that brought the kind: a released kind never changes it, a new one takes a
    number above that of every release, and devices of older editions are not sent it.
    `bucket_via` says how the server finds the bucket: "area" = the record's own area_code,
    "household" = the area_code of the household it belongs to (its own area_code where it names no
    household yet), "desk" = DESK_BUCKET of the household's area, "place" = the record's own area_code, of
    any level, "ref" = REF_BUCKET, "user" = the own bucket of its user_id, "" = none.
    `create`/`change` are permissions asked for in that area (`anywhere`: having it in any area is enough to
    create); `filled_fields` come from a device and may be set anew by the server; `contact_fields` may be
    patched with EDIT_CONTACT alone; `sensitive` fields never merge by themselves (R20); `server_fields` are
    ignored when a device sends them. `max_bytes` limits the canonical body. Blobs of a
    `prefetch` kind are fetched with the record; others when somebody asks for them.
    """

    kind: str
    fields: type[RecordFields]
    merge: Merge
    bucket_via: str
    _: KW_ONLY
    since: int
    create: Permission | None = None
    change: Permission | None = None
    contact_fields: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    server_fields: frozenset[str] = frozenset()
    filled_fields: frozenset[str] = frozenset()
    anywhere: bool = False
    max_bytes: int = MAX_RECORD_BYTES
    prefetch: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields in declaration order."""
        return tuple(self.fields.model_fields)

    @property
    def household_field(self) -> str:
        """The field that names the household a record of this kind hangs on; '' = none."""
        return {"area": "id", "household": "household_id", "desk": "household_id"}.get(self.bucket_via, "")


ENTITIES: Final[dict[str, EntitySpec]] = {
    spec.kind: spec
    for spec in (
        EntitySpec("areas", AreaFields, Merge.SERVER, REF_BUCKET, since=1),
        EntitySpec("users", UserFields, Merge.SERVER, REF_BUCKET, since=1),
        EntitySpec("parameters", ParametersFields, Merge.SERVER, REF_BUCKET, since=1),
        EntitySpec("forms", FormFields, Merge.SERVER, REF_BUCKET, since=2, prefetch=True),
        EntitySpec("print_templates", PrintTemplateFields, Merge.SERVER, REF_BUCKET, since=4, prefetch=True),
        EntitySpec(
            "households",
            HouseholdFields,
            Merge.FIELDS,
            "area",
            since=1,
            create=Permission.REGISTER_HOUSEHOLD,
            change=Permission.EDIT_HOUSEHOLD,
            contact_fields=frozenset({"contact_person_id", "address", "lat", "lon", "consent_notice_at"}),
            sensitive=frozenset({"coverages"}),
            server_fields=frozenset(
                {
                    "household_no",
                    "risk_level",
                    "risk_assessment_id",
                    "risk_next_due",
                    "risk_since",
                    "merged_into",
                }
            ),
        ),
        EntitySpec(
            "persons",
            PersonFields,
            Merge.FIELDS,
            "household",
            since=1,
            create=Permission.REGISTER_HOUSEHOLD,
            change=Permission.EDIT_HOUSEHOLD,
            contact_fields=frozenset({"phone", "phone_owner", "carer_name", "carer_phone", "carer_kind"}),
            sensitive=frozenset(
                {"id_number", "id_type", "status", "death_date", "bank_name", "bank_account"}
            ),
        ),
        EntitySpec(
            "visits",
            VisitFields,
            Merge.APPEND,
            "household",
            since=1,
            create=Permission.CREATE_VISIT,
            server_fields=frozenset({"received_at", "state", "state_reason"}),
        ),
        EntitySpec(
            "submissions",
            SubmissionFields,
            Merge.APPEND,
            "household",
            since=2,
            create=Permission.FILL_FORM,
            server_fields=frozenset({"received_at"}),
            max_bytes=480 * 1024,  # with its envelope it still fits a batch
        ),
        EntitySpec(
            "assessments",
            AssessmentFields,
            Merge.APPEND,
            "household",
            since=2,
            create=Permission.LEAD_ASSESSMENT,
            server_fields=frozenset({"received_at", "flags"}),
        ),
        EntitySpec(
            "assessment_signatures",
            AssessmentSignatureFields,
            Merge.APPEND,
            "household",
            since=2,
            create=Permission.SIGN_ASSESSMENT,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec(
            "level_overrides",
            LevelOverrideFields,
            Merge.APPEND,
            "household",
            since=2,
            create=Permission.OVERRIDE_LEVEL,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec("conflicts", ConflictFields, Merge.SERVER, "household", since=3),
        EntitySpec(
            "conflict_decisions",
            ConflictDecisionFields,
            Merge.APPEND,
            "household",
            since=3,
            create=Permission.DECIDE_CONFLICT,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec(
            "visit_exemptions",
            VisitExemptionFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.REQUEST_EXEMPTION,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec(
            "exemption_decisions",
            ExemptionDecisionFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.DECIDE_EXEMPTION,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec(
            "visit_reviews",
            VisitReviewFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.RETURN_VISIT,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec("visit_marks", VisitMarkFields, Merge.SERVER, "desk", since=4),
        EntitySpec(
            "mark_clearances",
            MarkClearanceFields,
            Merge.APPEND,
            "desk",
            since=4,
            create=Permission.RETURN_VISIT,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec(
            "back_checks",
            BackCheckFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.REQUEST_BACK_CHECK,
            server_fields=frozenset({"status", "steps_taken", "received_at"}),
        ),
        EntitySpec(
            "back_check_steps",
            BackCheckStepFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.HOLD_CASES,
            server_fields=frozenset({"seq", "refused_code", "received_at"}),
        ),
        EntitySpec(
            "campaigns",
            CampaignFields,
            Merge.FIELDS,
            REF_BUCKET,
            since=4,
            create=Permission.EDIT_CAMPAIGN,
            change=Permission.EDIT_CAMPAIGN,
        ),
        EntitySpec(
            "visit_rule_tables",
            VisitRuleTableFields,
            Merge.APPEND,
            REF_BUCKET,
            since=4,
            create=Permission.EDIT_PARAMETERS,
        ),
        EntitySpec("organisations", OrganisationFields, Merge.SERVER, REF_BUCKET, since=4),
        EntitySpec("projects", ProjectFields, Merge.SERVER, REF_BUCKET, since=4),
        EntitySpec(
            "reliefs",
            ReliefFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.PROPOSE_RELIEF,
            server_fields=frozenset(
                {
                    "relief_no",
                    "status",
                    "decide_at_level",
                    "decision",
                    "decided_by",
                    "decided_at",
                    "decided_amount",
                    "paid_at",
                    "paid_amount",
                    "refunded_amount",
                    "papers_state",
                    "papers_due",
                    "papers_at",
                    "outcome",
                    "done_at",
                    "steps_taken",
                    "received_at",
                }
            ),
        ),
        EntitySpec(
            "relief_steps",
            ReliefStepFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.WORK_ON_RELIEF,
            server_fields=frozenset({"seq", "refused_code", "received_at"}),
        ),
        EntitySpec("fund_entries", FundEntryFields, Merge.SERVER, "place", since=4),
        EntitySpec(
            "service_needs",
            ServiceNeedFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.ADD_NEED,
            server_fields=frozenset({"status", "referral_id", "result", "closed_at", "received_at"}),
        ),
        EntitySpec(
            "referrals",
            ReferralFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.REFER_NEED,
            server_fields=frozenset(
                {
                    "respond_due",
                    "status",
                    "logged",
                    "result",
                    "rating",
                    "closed_at",
                    "steps_taken",
                    "received_at",
                }
            ),
        ),
        EntitySpec(
            "referral_steps",
            ReferralStepFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.ADD_NEED,
            server_fields=frozenset({"seq", "refused_code", "received_at"}),
        ),
        EntitySpec(
            "clues",
            ClueFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.CREATE_CLUE,
            anywhere=True,  # who sees a case next door reports it, whoever answers for that area
            server_fields=frozenset(
                {
                    "clue_no",
                    "received_at",
                    "clock_suspect",
                    "status",
                    "status_at",
                    "graded",
                    "assignee_id",
                    "main_id",
                    "department",
                    "clocks",
                    "escalations",
                }
            ),
            filled_fields=frozenset({"household_id", "area_code"}),
        ),
        EntitySpec(
            "clue_steps",
            ClueStepFields,
            Merge.APPEND,
            "household",
            since=4,
            create=Permission.FOLLOW_CLUE,
            server_fields=frozenset({"received_at", "seq", "refused_code"}),
            filled_fields=frozenset({"household_id", "area_code"}),
        ),
        EntitySpec("clue_receipts", ClueReceiptFields, Merge.SERVER, "user", since=4),
        EntitySpec("duties", DutyFields, Merge.SERVER, REF_BUCKET, since=4),
        EntitySpec("spot_checks", SpotCheckFields, Merge.SERVER, "place", since=4),
        EntitySpec("spot_check_targets", SpotCheckTargetFields, Merge.SERVER, "user", since=4),
        EntitySpec(
            "spot_check_results",
            SpotCheckResultFields,
            Merge.APPEND,
            "place",  # a town's own bucket: its clerks and leaders, no village, and no inspector any more
            since=4,
            create=Permission.INSPECT,
            server_fields=frozenset({"rectified_on", "rectified_note", "rectified_by", "received_at"}),
        ),
        EntitySpec(
            "spot_check_rectifications",
            SpotCheckRectificationFields,
            Merge.APPEND,
            "place",
            since=4,
            create=Permission.RECTIFY_FINDING,
            server_fields=frozenset({"received_at"}),
        ),
        EntitySpec("audit_events", AuditEventFields, Merge.UP_ONLY, "", since=1),
    )
}
"""Order matters: a page of ops is applied so that a record's parent comes first."""

EDITION: Final = max(spec.since for spec in ENTITIES.values())
"""The edition of this program: it knows all kinds of the registry."""


def kinds_between(after: int, upto: int) -> tuple[str, ...]:
    """The kinds that came with the editions after one and up to another; from 0: all that `upto` knows."""
    return tuple(kind for kind, spec in ENTITIES.items() if after < spec.since <= upto)


CHILDREN: Final = tuple(kind for kind, spec in ENTITIES.items() if spec.bucket_via in ("household", "desk"))
"""Kinds that live in a bucket of their household's area and move with it."""


def desk_area(bucket: str) -> str:
    """The area of a supervisors' bucket; '' for any other bucket."""
    return bucket.removeprefix(DESK_BUCKET) if bucket.startswith(DESK_BUCKET) else ""


def entity(kind: str) -> EntitySpec:
    """The registry entry. Raises SyncError("unknown_kind")."""
    try:
        return ENTITIES[kind]
    except KeyError:
        raise SyncError("unknown_kind", kind=kind) from None


@cache
def nested_fields(kind: str) -> frozenset[str]:
    """Fields of a kind that are lists or objects on the wire (JSON text in a column)."""
    infos = ENTITIES[kind].fields.model_fields
    return frozenset(
        name for name, info in infos.items() if isinstance(getattr(info, "sa_type", None), NestedColumn)
    )


def household_of(kind: str, body: dict[str, object]) -> str | None:
    """The household a wire body hangs on, or is; None = none."""
    field = ENTITIES[kind].household_field
    found = body.get(field) if field else None
    return found if isinstance(found, str) else None


BLOB_KINDS: Final = (
    "forms",
    "print_templates",
    "visits",
    "submissions",
    "assessment_signatures",
    "reliefs",
    "relief_steps",
    "clues",
    "spot_check_results",
    "visit_marks",
)
"""Kinds whose records name blobs."""
_FILES: Final = {"photos": "image/jpeg", "files": "application/octet-stream"}
_SIGNATURES: Final = ("signature", "lead_signature", "second_signature")
_SIGNATURE_PARTS: Final = {"image": "image/png", "strokes": "application/json"}


def blobs_of(kind: str, body: dict[str, Any]) -> list[tuple[str, int, str]]:
    """The blobs a wire body refers to: (sha256, size in bytes, mime)."""
    if kind not in BLOB_KINDS:
        return []
    found: list[tuple[str, int, str]] = [
        (file["sha256"], file["size"], file.get("mime", mime))
        for field, mime in _FILES.items()
        for file in body.get(field, ())
    ]
    for photo in body.get("photos", ()):
        found += _photo_blobs(photo)[1:]
    if kind == "visit_marks":
        photos = (one["photo"] for one in (body, *body.get("others", ())) if "photo" in one)
        return [named for photo in photos for named in _photo_blobs(photo)]
    if kind == "forms":
        found.append((body["definition_sha256"], body["definition_size"], "application/xml"))
    for signature in filter(None, map(body.get, _SIGNATURES)):
        for part, mime in _SIGNATURE_PARTS.items():
            if signature.get(f"{part}_sha256"):
                found.append((signature[f"{part}_sha256"], signature[f"{part}_size"], mime))
    return found


def _photo_blobs(photo: dict[str, Any]) -> list[tuple[str, int, str]]:
    """A photo, and its thumbnail where it has one."""
    found = [(photo["sha256"], photo["size"], "image/jpeg")]
    if photo.get("thumbnail_sha256"):
        found.append((photo["thumbnail_sha256"], photo["thumbnail_size"], "image/jpeg"))
    return found
