"""High-risk household assessment (R10; domain layer): what answers come to, who may assess, when again.

The form calculates score and level; this is the county's rule to check it by, on device and server.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import Parameters, RiskScale
from fieldapp.domain.records.assessments import (
    AssessmentAnswer,
    AssessmentFields,
    Assessor,
    AssessorKind,
)
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.finding import Finding, error

OFFICIAL_KINDS: Final = frozenset({AssessorKind.AIDE, AssessorKind.STAFF})
"""At least one member of every team is one of these."""
RISK_ORDER: Final = {RiskLevel.NONE: 0, RiskLevel.LOW: 1, RiskLevel.MEDIUM: 2, RiskLevel.HIGH: 3}


@dataclass(frozen=True, slots=True)
class FormResult:
    """What the form itself calculated. `next_due` None where the form names no day."""

    answers: tuple[AssessmentAnswer, ...]
    red_flags: tuple[str, ...]
    score: int
    level: RiskLevel
    provisional: bool
    next_due: dt.date | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What answers come to. `urgent_flags` are the red flags that call for an urgent report at once."""

    score: int
    unknown: int
    level: RiskLevel
    provisional: bool
    next_due: dt.date
    urgent_flags: tuple[str, ...]


POINTS_SUFFIX: Final = "_points"
NOTE_SUFFIX: Final = "_note"
UNKNOWN_OPTION: Final = "u"
NO_FLAG: Final = "none"
"""The choice that says that no red flag is up."""


def read_result(leaves: Mapping[str, str]) -> FormResult:
    """The result in an answer sheet of a scale, by the names of its questions.

    A question with a calculated `NAME_points` beside it is an item of the scale (`NAME_note` its remark);
    `red_flags`, `score`, `level`, `provisional` (1 = yes) and `next_due` are the scale's own.
    Raises RuleError("assessment_form_unfit") where the sheet has no such result.
    """
    answers = tuple(
        AssessmentAnswer(
            item=item,
            option=leaves[item],
            points=_whole(leaves[f"{item}{POINTS_SUFFIX}"]),
            unknown=leaves[item] == UNKNOWN_OPTION,
            note=leaves.get(f"{item}{NOTE_SUFFIX}", "")[:200],
        )
        for item in leaves
        if leaves[item] and leaves.get(f"{item}{POINTS_SUFFIX}")
    )
    level = leaves.get("level", "")
    if level not in {one.value for one in RiskLevel} or not leaves.get("score"):
        raise RuleError("assessment_form_unfit")
    due = leaves.get("next_due", "")
    return FormResult(
        answers=answers,
        red_flags=tuple(flag for flag in leaves.get("red_flags", "").split() if flag != NO_FLAG),
        score=_whole(leaves["score"]),
        level=RiskLevel(level),
        provisional=leaves.get("provisional", "") == "1",
        next_due=dt.date.fromisoformat(due[:10]) if due else None,
    )


def _whole(text: str) -> int:
    """Points as a form writes them ("6", "6.0"). Raises RuleError("assessment_form_unfit")."""
    try:
        number = float(text)
    except ValueError:
        raise RuleError("assessment_form_unfit") from None
    if not number.is_integer() or not 0 <= number <= 1000:
        raise RuleError("assessment_form_unfit")
    return int(number)


def is_lower(level: RiskLevel, than: RiskLevel) -> bool:
    """Whether a level is lower than another; NONE is lowest."""
    return RISK_ORDER[level] < RISK_ORDER[than]


def scale_of(parameters: Parameters, scale_id: str) -> RiskScale | None:
    """The county's rule of a scale, or None: then the form's own result stands unchecked."""
    return next((scale for scale in parameters.risk_scales if scale.id == scale_id), None)


def points_of(scale: RiskScale, item: str, option: str) -> int:
    """Points of an option of an item ("a" first); UNKNOWN counts as the middle one.

    Raises RuleError("assessment_option_unknown") with the item as field.
    """
    points = scale.items.get(item, ())
    if option == scale.unknown_option and points:
        return points[len(points) // 2]
    place = ord(option) - ord("a") if len(option) == 1 else -1
    if not 0 <= place < len(points):
        raise RuleError("assessment_option_unknown", item)
    return points[place]


def judge(
    scale: RiskScale, options: Mapping[str, str], flags: Collection[str], on: dt.date, parameters: Parameters
) -> Judgement:
    """Judge a household by the options chosen per item, on the day of the assessment.

    Raises RuleError("assessment_item_missing") with the item as field: every item is required.
    """
    for item in scale.items:
        if not options.get(item):
            raise RuleError("assessment_item_missing", item)
    score = sum(points_of(scale, item, options[item]) for item in scale.items)
    unknown = sum(options[item] == scale.unknown_option for item in scale.items)
    red = [flag for flag in scale.red_flags if flag in flags]
    level = level_of(scale, score, red_flag=bool(red))
    provisional = unknown > scale.unknown_allowed
    return Judgement(
        score=score,
        unknown=unknown,
        level=level,
        provisional=provisional,
        next_due=next_due(level, on, parameters, provisional=provisional),
        urgent_flags=tuple(flag for flag in red if flag in scale.urgent_flags),
    )


def level_of(scale: RiskScale, score: int, *, red_flag: bool = False) -> RiskLevel:
    """Level by points; any red flag makes it HIGH."""
    if red_flag or score >= scale.high_from:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if score >= scale.medium_from else RiskLevel.LOW


def next_due(level: RiskLevel, on: dt.date, parameters: Parameters, *, provisional: bool) -> dt.date:
    """By when the household is to be assessed again at the latest."""
    days = parameters.risk_due_days.get(level, 0)
    if provisional:
        days = min(days, parameters.risk_provisional_days)
    return on + dt.timedelta(days=days)


def check_team(members: Sequence[Assessor], parameters: Parameters) -> list[Finding]:
    """What stops a team: too few, nobody of the office, one person twice."""
    found = []
    if len(members) < parameters.assessors_min:
        found.append(error("assessors_too_few", "members", least=parameters.assessors_min))
    if members and not any(member.kind in OFFICIAL_KINDS for member in members):
        found.append(error("assessors_no_official", "members"))
    if len({member.id for member in members}) < len(members):
        found.append(error("assessor_twice", "members"))
    return found


def check_assessment(assessment: AssessmentFields, parameters: Parameters) -> list[Finding]:
    """What stops an assessment from being handed over for signing."""
    found = check_team(assessment.members, parameters)
    lowered = assessment.previous_level is RiskLevel.HIGH and is_lower(assessment.level, RiskLevel.HIGH)
    if lowered and not assessment.lowering_reason.strip():
        found.append(error("lowering_reason_required", "lowering_reason"))
    if assessment.level is RiskLevel.NONE:
        found.append(error("assessment_level_missing", "level"))
    return found


def mismatches(assessment: AssessmentFields, parameters: Parameters) -> tuple[str, ...]:
    """Where the form's result is not what the county's rule gives for the same answers; () where the
    county has no rule for the scale. The result stands; a supervisor sees the marks."""
    scale = scale_of(parameters, assessment.scale_id)
    if scale is None:
        return ()
    options = {a.item: scale.unknown_option if a.unknown else a.option for a in assessment.answers}
    on = local_day(assessment.assessed_at)
    try:
        rule = judge(scale, options, assessment.red_flags, on, parameters)
    except RuleError:
        return ("answers_incomplete",)
    pairs = (
        ("score_mismatch", assessment.score != rule.score),
        ("level_mismatch", assessment.level is not rule.level),
        ("provisional_mismatch", assessment.provisional != rule.provisional),
        ("due_too_late", assessment.next_due > rule.next_due),
    )
    return tuple(flag for flag, differs in pairs if differs)
