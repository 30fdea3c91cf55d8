"""Assessments of high-risk households by a team (domain brief 4.7, paper form 6.4).

An assessment is never changed once its lead has handed it over for signing; each member's signature
is a record of its own, so that devices can add theirs in any order. It is finished when all members
have signed; what then stands for the household follows from rules.risk_history, on every side alike.
"""

import datetime as dt
import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, day, instant, nested
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Signature


class AssessmentTrigger(enum.StrEnum):
    """Why the household is assessed."""

    PERIODIC = "PERIODIC"
    NEW_CLUE = "NEW_CLUE"
    EVENT = "EVENT"
    ALERT = "ALERT"
    APPEAL = "APPEAL"


class AssessorKind(enum.StrEnum):
    """What a member of the team is."""

    AIDE = "AIDE"
    GROUP_LEADER = "GROUP_LEADER"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    VOLUNTEER = "VOLUNTEER"
    STAFF = "STAFF"


class Assessor(Value):
    """A member of the team. `id` is the user's id, or one made for this assessment where the member
    has no account (`user_id` ''): such a member signs on the lead's device."""

    id: str = ValueField(min_length=1, max_length=64)
    user_id: str = ValueField(default="", max_length=64)
    name: str = ValueField(min_length=1, max_length=50)
    kind: AssessorKind


class AssessmentAnswer(Value):
    """One item of the scale as answered; `unknown` = nobody could tell, `points` are the middle ones then."""

    item: str = ValueField(min_length=1, max_length=40)
    option: str = ValueField(default="", max_length=40)
    points: int = ValueField(ge=0, le=1000)
    unknown: bool = False
    note: str = ValueField(default="", max_length=200)


class PlanStep(Value):
    """One measure of help: what, who answers for it, by when."""

    measure: str = ValueField(min_length=1, max_length=200)
    responsible: str = ValueField(default="", max_length=50)
    due: dt.date | None = None


class AssessmentFields(RecordFields):
    """One assessment as the lead handed it over. `level` is what the form calculated.

    `previous_level` is what stood when it was made; `lowering_reason` says why HIGH no longer holds.
    `flags` are set by the server: what does not fit the rules.
    """

    household_id: str = Field(max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    submission_id: str = Field(max_length=64)
    scale_id: str = Field(min_length=1, max_length=100)
    scale_version: str = Field(default="", max_length=64)
    trigger: AssessmentTrigger = code(AssessmentTrigger, AssessmentTrigger.PERIODIC)
    trigger_note: str = Field(default="", max_length=200)
    assessed_at: Instant = instant()
    members: tuple[Assessor, ...] = nested(tuple[Assessor, ...], tuple)
    answers: tuple[AssessmentAnswer, ...] = nested(tuple[AssessmentAnswer, ...], tuple)
    red_flags: tuple[str, ...] = nested(tuple[str, ...], tuple)
    score: int = Field(ge=0, le=1000)
    level: RiskLevel = code(RiskLevel)
    provisional: bool = False
    previous_level: RiskLevel = code(RiskLevel, RiskLevel.NONE)
    lowering_reason: str = Field(default="", max_length=200)
    plan: tuple[PlanStep, ...] = nested(tuple[PlanStep, ...], tuple)
    next_due: dt.date = day()
    team_note: str = Field(default="", max_length=500)
    flags: tuple[str, ...] = nested(tuple[str, ...], tuple)
    received_at: Instant | None = instant(None)


class AssessmentSignatureFields(RecordFields):
    """One member's signature under an assessment; `differing_view` is noted, it does not stop the team."""

    household_id: str = Field(max_length=64)
    assessment_id: str = Field(max_length=64)
    member_id: str = Field(min_length=1, max_length=64)
    signature: Signature | None = nested(Signature | None, lambda: None)
    signed_at: Instant = instant()
    differing_view: str = Field(default="", max_length=500)
    received_at: Instant | None = instant(None)


class LevelOverrideFields(RecordFields):
    """A leader's decision that another level holds than the assessment gave, with the reason."""

    household_id: str = Field(max_length=64)
    assessment_id: str = Field(max_length=64)
    level: RiskLevel = code(RiskLevel)
    reason: str = Field(min_length=1, max_length=200)
    decided_at: Instant = instant()
    received_at: Instant | None = instant(None)
