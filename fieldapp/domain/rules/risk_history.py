"""What stands for a household after all its assessments (R10; domain layer).

The same fold over the same records runs on device and server, so both come to the same level without
asking each other, in whatever order signatures arrive.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Attestation
from fieldapp.domain.rules.assessment import is_lower, next_due

SIGNED_BY: Final = frozenset({Attestation.SIGNED, Attestation.FINGERPRINT, Attestation.ILLITERATE_WITNESS})
"""Ways of signing that count for a member of the team."""


@dataclass(frozen=True, slots=True)
class LevelEntry:
    """One step of the history, by an assessment or (`override_id` set) a leader's decision.

    `took_effect` is False where HIGH would have been lowered without a reason, or where a decision was
    about an assessment that no longer counted. `level` is what the step said, `standing` what held after it.
    """

    at: dt.datetime
    level: RiskLevel
    previous: RiskLevel
    standing: RiskLevel
    assessment_id: str
    override_id: str
    by_user: str
    reason: str
    score: int
    next_due: dt.date
    took_effect: bool

    @property
    def lowered(self) -> bool:
        """Whether the level went down."""
        return self.previous is not RiskLevel.NONE and is_lower(self.standing, self.previous)


@dataclass(frozen=True, slots=True)
class RiskStanding:
    """What holds for a household now, and since when this level has held."""

    level: RiskLevel
    assessment_id: str
    next_due: dt.date
    since: dt.date


def signed_by_hand(one: AssessmentSignatureFields) -> bool:
    """Whether it is a signature or fingerprint with its picture; a refusal is none."""
    signature = one.signature
    return signature is not None and signature.attestation in SIGNED_BY and bool(signature.image_sha256)


def may_sign(assessment: AssessmentFields, member_id: str, user_id: str) -> bool:
    """Whether a user may hand in a member's signature: his own on any device, all others' as the lead, who
    lets those at the table sign."""
    member = next((one for one in assessment.members if one.id == member_id), None)
    return member is not None and user_id in {member.user_id, assessment.created_by}


def signed_members(
    assessment: AssessmentFields, signatures: Iterable[AssessmentSignatureFields]
) -> dict[str, AssessmentSignatureFields]:
    """The members who have signed, each with the first signature made."""
    members = {member.id for member in assessment.members}
    found: dict[str, AssessmentSignatureFields] = {}
    for one in sorted(signatures, key=lambda s: (s.signed_at, s.id)):
        mine = one.assessment_id == assessment.id and one.member_id in members
        if mine and signed_by_hand(one) and may_sign(assessment, one.member_id, one.created_by):
            found.setdefault(one.member_id, one)
    return found


def is_finished(assessment: AssessmentFields, signatures: Iterable[AssessmentSignatureFields]) -> bool:
    """Whether every member of the team has signed."""
    return len(assessment.members) > 1 and len(signed_members(assessment, signatures)) == len(
        {member.id for member in assessment.members}
    )


def still_open(made: Sequence[AssessmentFields]) -> list[AssessmentFields]:
    """Without those that a newer assessment of the household has taken the place of."""
    newest = max((one.assessed_at for one in made), default=None)
    return [one for one in made if one.assessed_at == newest]


def level_history(
    assessments: Iterable[AssessmentFields],
    signatures: Iterable[AssessmentSignatureFields],
    overrides: Iterable[LevelOverrideFields],
    parameters: Parameters,
) -> tuple[LevelEntry, ...]:
    """All steps of one household, oldest first. Assessments not signed by all do not count yet."""
    by_assessment: dict[str, list[AssessmentSignatureFields]] = defaultdict(list)
    for signature in signatures:
        by_assessment[signature.assessment_id].append(signature)
    finished = {one.id: one for one in assessments if is_finished(one, by_assessment[one.id])}
    steps: list[tuple[dt.datetime, str, AssessmentFields | LevelOverrideFields]] = [
        (one.assessed_at, one.id, one) for one in finished.values()
    ]
    # Devices' clocks differ: a decision about an assessment never comes before it.
    steps += [
        (max(one.decided_at, finished[one.assessment_id].assessed_at), f"~{one.id}", one)
        for one in overrides
        if one.assessment_id in finished
    ]
    entries: list[LevelEntry] = []
    for at, _, step in sorted(steps, key=lambda s: s[:2]):
        if isinstance(step, AssessmentFields):
            entries.append(_assessed(at, step, entries, parameters))
        else:
            entries.append(_overridden(at, step, entries, finished[step.assessment_id], parameters))
    return tuple(entries)


def _assessed(
    at: dt.datetime, one: AssessmentFields, before: Sequence[LevelEntry], parameters: Parameters
) -> LevelEntry:
    previous = before[-1].standing if before else RiskLevel.NONE
    lowers_high = previous is RiskLevel.HIGH and is_lower(one.level, RiskLevel.HIGH)
    took_effect = not lowers_high or bool(one.lowering_reason.strip())
    due = one.next_due
    if not took_effect:
        due = min(due, next_due(RiskLevel.HIGH, local_day(at), parameters, provisional=False))
    return LevelEntry(
        at=at, level=one.level, previous=previous, standing=one.level if took_effect else previous,
        assessment_id=one.id, override_id="", by_user=one.created_by, reason=one.lowering_reason.strip(),
        score=one.score, next_due=due, took_effect=took_effect,
    )  # fmt: skip


def _overridden(
    at: dt.datetime, one: LevelOverrideFields, before: Sequence[LevelEntry], assessment: AssessmentFields,
    parameters: Parameters,
) -> LevelEntry:  # fmt: skip
    last = before[-1]
    took_effect = last.assessment_id == one.assessment_id
    due = last.next_due
    if took_effect:
        due = min(due, next_due(one.level, local_day(at), parameters, provisional=False))
    return LevelEntry(
        at=at, level=one.level, previous=last.standing, standing=one.level if took_effect else last.standing,
        assessment_id=one.assessment_id if took_effect else last.assessment_id, override_id=one.id,
        by_user=one.created_by, reason=one.reason, score=assessment.score, next_due=due,
        took_effect=took_effect,
    )  # fmt: skip


def standing(history: Sequence[LevelEntry]) -> RiskStanding | None:
    """What holds at the end of a history; None without any finished assessment."""
    if not history:
        return None
    last = history[-1]
    since = last.at
    for entry in reversed(history):
        if entry.standing is not last.standing:
            break
        since = entry.at
    return RiskStanding(last.standing, last.assessment_id, last.next_due, local_day(since))


def level_on(history: Sequence[LevelEntry], day: dt.date) -> RiskLevel:
    """The level that held at the end of a day."""
    held = RiskLevel.NONE
    for entry in history:
        if local_day(entry.at) > day:
            break
        held = entry.standing
    return held
