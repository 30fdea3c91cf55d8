"""The form as data: its sections and fields in the order of paper form 6.1. No Qt. Layer 5."""

import enum
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import (
    NOBODY_MET,
    CarerDuty,
    Findings,
    LivingGrade,
    LivingItem,
    Mode,
    Mood,
    NeedKind,
    Purpose,
    Result,
    Satisfaction,
    Trend,
    YesNoUnknown,
)
from fieldapp.domain.rules.visit_check import LENGTH_LIMITS


class SectionKey(enum.StrEnum):
    """The sections; the value is what `VisitDraft.step` holds."""

    ARRIVAL = "arrival"
    LIVING = "living"
    HEALTH = "health"
    MONEY = "money"
    CHANGES = "changes"
    NEEDS = "needs"
    WORDS = "words"
    EVIDENCE = "evidence"
    FINISH = "finish"


class FieldKind(enum.Enum):
    """Which editor a field gets."""

    CHOICE = enum.auto()
    CHOICES = enum.auto()
    YES_NO = enum.auto()
    LINE = enum.auto()
    TEXT = enum.auto()
    COUNT = enum.auto()
    DAY = enum.auto()
    TIME = enum.auto()
    VISITORS = enum.auto()
    MEMBERS = enum.auto()
    CHANGES = enum.auto()
    NEEDS = enum.auto()
    RATINGS = enum.auto()
    PHRASES = enum.auto()
    PHOTOS = enum.auto()
    POSITION = enum.auto()
    ATTESTATION = enum.auto()


class Asked(enum.Flag):
    """When a field is asked. IF_ODD: the rules found something to explain, or the worker did explain."""

    ALWAYS = 0
    IF_MET = enum.auto()
    IF_ONSITE = enum.auto()
    IF_AMENDING = enum.auto()
    IF_NO_PHOTO = enum.auto()
    IF_SERVED = enum.auto()
    IF_ODD = enum.auto()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One question. `key` is its place in the draft, dotted (`findings.living.FOOD`).

    Attributes:
        codes: the code list of a choice.
        required: submission needs it (whether it really does, rules.visit_check decides).
        limit: longest text; 0 = none.
        strict: a longer text is not even kept (the draft's own model would refuse it).
        recall: last time's answer is offered.
    """

    key: str
    kind: FieldKind
    codes: type[enum.StrEnum] | None = None
    asked: Asked = Asked.ALWAYS
    required: bool = False
    limit: int = 0
    strict: bool = False
    recall: bool = True


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One section and its fields."""

    key: SectionKey
    fields: tuple[FieldSpec, ...]


def _finding(name: str, kind: FieldKind, codes: type[enum.StrEnum] | None = None, *,
             recall: bool = True) -> FieldSpec:  # fmt: skip
    limits = [m.max_length for m in Findings.model_fields[name].metadata if hasattr(m, "max_length")]
    limit = limits[0] if limits else 0
    return FieldSpec(
        f"findings.{name}", kind, codes, Asked.IF_MET, limit=limit, strict=bool(limit), recall=recall
    )


_K = FieldKind
_TEXT_LIMITS = LENGTH_LIMITS

SECTIONS: Final = (
    SectionSpec(
        SectionKey.ARRIVAL,
        (
            FieldSpec("amend_reason", _K.TEXT, asked=Asked.IF_AMENDING, required=True,
                      limit=_TEXT_LIMITS["amend_reason"], recall=False),
            FieldSpec("result", _K.CHOICE, Result, required=True),
            FieldSpec("mode", _K.CHOICE, Mode, required=True),
            FieldSpec("purpose", _K.CHOICE, Purpose, required=True),
            FieldSpec("day", _K.DAY, required=True, recall=False),
            FieldSpec("start", _K.TIME, required=True, recall=False),
            FieldSpec("end", _K.TIME, recall=False),
            FieldSpec("visitors", _K.VISITORS, required=True, recall=False),
            FieldSpec("persons_seen", _K.MEMBERS, asked=Asked.IF_MET, recall=False),
        ),
    ),
    SectionSpec(
        SectionKey.LIVING,
        (
            *(FieldSpec(f"findings.living.{item.value}", _K.CHOICE, LivingGrade, Asked.IF_MET)
              for item in LivingItem),
            _finding("mood", _K.CHOICE, Mood),
        ),
    ),
    SectionSpec(
        SectionKey.HEALTH,
        (
            _finding("health_note", _K.TEXT),
            _finding("carer_present", _K.CHOICE, YesNoUnknown),
            _finding("carer_duty", _K.CHOICE, CarerDuty),
            _finding("at_home_count", _K.COUNT),
            _finding("work_note", _K.TEXT),
        ),
    ),
    SectionSpec(
        SectionKey.MONEY,
        (
            _finding("money_received", _K.CHOICE, YesNoUnknown),
            _finding("income_change", _K.CHOICE, Trend),
            _finding("income_note", _K.TEXT),
            _finding("expense_change", _K.CHOICE, Trend),
            _finding("expense_note", _K.TEXT),
            _finding("policies_note", _K.TEXT),
        ),
    ),
    SectionSpec(
        SectionKey.CHANGES,
        (
            FieldSpec("changes", _K.CHANGES, asked=Asked.IF_MET, recall=False),
            _finding("difficulties", _K.TEXT),
            _finding("actions_taken", _K.TEXT),
            _finding("next_steps", _K.TEXT),
            _finding("next_steps_owner", _K.LINE),
            _finding("urgent_clue", _K.YES_NO, recall=False),
        ),
    ),
    SectionSpec(
        SectionKey.NEEDS,
        (
            FieldSpec("ratings", _K.RATINGS, asked=Asked.IF_MET | Asked.IF_SERVED, recall=False),
            FieldSpec("needs", _K.NEEDS, NeedKind, Asked.IF_MET, recall=False),
        ),
    ),
    SectionSpec(
        SectionKey.WORDS,
        (
            FieldSpec("phrases", _K.PHRASES, asked=Asked.IF_MET, recall=False),
            FieldSpec("narrative", _K.TEXT, limit=_TEXT_LIMITS["narrative"]),
            FieldSpec("satisfaction", _K.CHOICE, Satisfaction, Asked.IF_MET, recall=False),
            FieldSpec("suggestion", _K.TEXT, asked=Asked.IF_MET, limit=_TEXT_LIMITS["suggestion"]),
            FieldSpec("remark", _K.TEXT, limit=_TEXT_LIMITS["remark"], recall=False),
        ),
    ),
    SectionSpec(
        SectionKey.EVIDENCE,
        (
            FieldSpec("photos", _K.PHOTOS, recall=False),
            FieldSpec("no_photo_reason", _K.LINE, asked=Asked.IF_MET | Asked.IF_NO_PHOTO | Asked.IF_ONSITE,
                      limit=_TEXT_LIMITS["no_photo_reason"], recall=False),
            FieldSpec("location", _K.POSITION, asked=Asked.IF_ONSITE, recall=False),
        ),
    ),
    SectionSpec(
        SectionKey.FINISH,
        (
            FieldSpec("flag_reason", _K.TEXT, asked=Asked.IF_ODD, limit=_TEXT_LIMITS["flag_reason"],
                      recall=False),
            FieldSpec("signature", _K.ATTESTATION, asked=Asked.IF_MET, recall=False),
        ),
    ),
)  # fmt: skip

SPECS: Final = {spec.key: spec for section in SECTIONS for spec in section.fields}
SECTION_OF: Final = {spec.key: section.key for section in SECTIONS for spec in section.fields}

PLACES: Final = {"findings": "findings.urgent_clue", "started_at": "start", "finished_at": "end"}
"""Where a finding's field stands on the form, if under another key."""


def place_of(finding_field: str) -> str:
    """The key of the field a finding belongs to; "" for the whole form."""
    key = PLACES.get(finding_field, finding_field)
    return key if key in SPECS else ""


def asked_now(spec: FieldSpec, draft: VisitDraft, *, odd: bool = True) -> bool:
    """Whether a field is asked, as the draft stands; `odd`: the rules found something to explain."""
    wanted = spec.asked
    return (
        not (Asked.IF_MET in wanted and draft.result in NOBODY_MET)
        and not (Asked.IF_ONSITE in wanted and draft.mode is not Mode.ONSITE)
        and not (Asked.IF_AMENDING in wanted and draft.amends is None)
        and not (Asked.IF_NO_PHOTO in wanted and bool(draft.photos))
        and not (Asked.IF_ODD in wanted and not odd and not draft.flag_reason)
        and not (Asked.IF_SERVED in wanted and not draft.ratings)
    )


def sections_now(draft: VisitDraft) -> tuple[SectionSpec, ...]:
    """The sections with something to ask; the last one (summary and submission) always."""
    return tuple(
        section
        for section in SECTIONS
        if section.key is SectionKey.FINISH or any(asked_now(spec, draft) for spec in section.fields)
    )
