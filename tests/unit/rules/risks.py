"""Builders of assessments, signatures and decisions for the tests."""

import datetime as dt
from typing import Any

from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    Assessor,
    AssessorKind,
    LevelOverrideFields,
)
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Attestation, Signature

DAY_0 = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)
LEAD = Assessor(id="w1", user_id="w1", name="赵甲", kind=AssessorKind.AIDE)
SECOND = Assessor(id="w2", user_id="w2", name="钱乙", kind=AssessorKind.GROUP_LEADER)


def origin(at: dt.datetime, by: str = "w1") -> dict[str, Any]:
    """Who made a record, and when."""
    return {"created_at": at, "created_by": by, "updated_at": at, "updated_by": by}


def assessment(record_id: str = "a1", *, day: int = 0, **changes: Any) -> AssessmentFields:
    """An assessment of household h1 by LEAD and SECOND, `day` days after DAY_0."""
    at = DAY_0 + dt.timedelta(days=day)
    values: dict[str, Any] = {
        "id": record_id, **origin(at), "household_id": "h1", "area_code": "341789100201001",
        "submission_id": f"s-{record_id}", "scale_id": "gx-1", "scale_version": "1", "assessed_at": at,
        "members": (LEAD, SECOND), "score": 47, "level": RiskLevel.HIGH,
        "next_due": (at + dt.timedelta(days=30)).date(),
    }  # fmt: skip
    return AssessmentFields.model_validate(values | changes)


def signature(one: AssessmentFields, member: Assessor, *, minutes: int = 0, **changes: Any) -> (
    AssessmentSignatureFields
):  # fmt: skip
    """A member's signature under an assessment, some minutes after it."""
    at = one.assessed_at + dt.timedelta(minutes=minutes)
    values: dict[str, Any] = {
        "id": f"{one.id}-{member.id}", **origin(at, member.user_id or "w1"), "household_id": one.household_id,
        "assessment_id": one.id, "member_id": member.id, "signed_at": at,
        "signature": Signature(
            attestation=Attestation.SIGNED, image_sha256="ab" * 32, image_size=3, signed_at=at
        ),
    }  # fmt: skip
    return AssessmentSignatureFields.model_validate(values | changes)


def signatures(*assessments: AssessmentFields) -> list[AssessmentSignatureFields]:
    """Everybody's signatures."""
    return [signature(one, member) for one in assessments for member in one.members]


def override(one: AssessmentFields, level: RiskLevel, *, day: int, **changes: Any) -> LevelOverrideFields:
    """A leader's decision about an assessment, `day` days after DAY_0."""
    at = DAY_0 + dt.timedelta(days=day)
    values: dict[str, Any] = {
        "id": f"o-{one.id}-{day}", **origin(at, "leader"), "household_id": one.household_id,
        "assessment_id": one.id, "level": level, "reason": "已转机构供养", "decided_at": at,
    }  # fmt: skip
    return LevelOverrideFields.model_validate(values | changes)
