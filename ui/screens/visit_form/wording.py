"""Turns a form, its draft and findings into views with labels and sentences. Pure, no Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping

from fieldapp.app.texts import Texts
from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.persons import PersonStatus, Relation
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visit_reviews import FieldComment
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.finding import Finding, Severity
from fieldapp.domain.rules.masking import mask_id_number
from fieldapp.services.visits import VisitForm
from ui.screens.visit_form.answers import answer, answered
from ui.screens.visit_form.sections import (
    SECTION_OF,
    SPECS,
    FieldKind,
    FieldSpec,
    SectionKey,
    SectionSpec,
    asked_now,
    place_of,
)
from ui.screens.visit_form.state import ChoiceView, FieldView, HouseholdHead, SectionView
from ui.widgets.filling.problems import Problem
from ui.widgets.records.household_rows import place_line
from ui.widgets.records.visit_values import field_label

_LONGEST_RECALL = 60


def household_head(form: VisitForm, texts: Texts, today: dt.date) -> HouseholdHead:
    """The card above the form."""
    household = form.household
    head = next((p for p in form.members if p.id == household.head_person_id), None)
    head = head or next((p for p in form.members if p.relation_to_head is Relation.SELF), None)
    born = head.birth_date if head is not None else None
    return HouseholdHead(
        household_id=household.id,
        name=household.head_name,
        risk=household.risk_level,
        risk_label=texts.label(household.risk_level) if household.risk_level is not RiskLevel.NONE else "",
        category_labels=tuple(
            dict.fromkeys(texts.label(c.category) for c in household.coverages if c.open_on(today))
        ),
        tag_labels=tuple(texts.label(tag) for tag in household.tags),
        place=place_line(form.village_name, household.group_name, household.address),
        sex_label=texts.label(head.sex) if head is not None else "",
        age=age_on(born, today) if born is not None else None,
        masked_id=mask_id_number(head.id_number) if head is not None and head.id_number else "",
    )


def codes(values: Iterable[enum.StrEnum], texts: Texts) -> tuple[ChoiceView, ...]:
    """A code list as choices."""
    return tuple(ChoiceView(value.value, texts.label(value)) for value in values)


def people(form: VisitForm, texts: Texts) -> tuple[ChoiceView, ...]:
    """The members for whom something may be needed."""
    living = [one for one in form.members if one.status is PersonStatus.ALIVE]
    return tuple(ChoiceView(one.id, f"{one.name} {texts.label(one.relation_to_head)}") for one in living)


def open_needs(form: VisitForm, texts: Texts) -> str:
    """What is on record for the household and not met yet."""
    kinds = tuple(dict.fromkeys(need.kind for need in form.open_needs))
    return texts.labels(kinds)


def label_of(spec: FieldSpec, texts: Texts) -> str:
    """The label of a field, "" where the screen has its own words (the day)."""
    named = {"start": "started_at", "end": "finished_at", "day": ""}.get(spec.key, spec.key)
    return field_label(named, texts) if named else ""


def field_views(
    section: SectionSpec,
    form: VisitForm,
    draft: VisitDraft,
    texts: Texts,
    remarks: Mapping[str, Finding | str],
    *,
    odd: bool,
) -> tuple[FieldView, ...]:
    """The fields of a section that are asked now."""
    return tuple(
        field_view(spec, form, draft, texts, remarks)
        for spec in section.fields
        if asked_now(spec, draft, odd=odd)
    )


def field_view(
    spec: FieldSpec, form: VisitForm, draft: VisitDraft, texts: Texts, remarks: Mapping[str, Finding | str]
) -> FieldView:
    """One field with its value, its choices, last time's answer and what is wrong with it."""
    remark = remarks.get(spec.key, "")
    sentence = remark if isinstance(remark, str) else sentence_of(remark, texts)
    wrong = isinstance(remark, str) or remark.severity is Severity.ERROR
    last = answer(form.last, spec.key) if spec.recall and form.last is not None else None
    return FieldView(
        spec=spec,
        label=label_of(spec, texts),
        value=answer(draft, spec.key),
        choices=_choices(spec, form, draft, texts),
        last_shown=_shown(last, texts),
        last_value=last,
        error=sentence if wrong else "",
        note="" if wrong else sentence,
        unreadable=bool(sentence) and isinstance(remark, str),
    )


def _choices(
    spec: FieldSpec, form: VisitForm, draft: VisitDraft, texts: Texts
) -> tuple[ChoiceView, ...]:  # fmt: skip
    if spec.kind is FieldKind.VISITORS:
        names = dict(form.worker_names)
        for chosen in draft.visitors:  # who has left the village stays on the record
            names.setdefault(chosen, form.worker_name or chosen)
        return tuple(ChoiceView(one, name) for one, name in names.items())
    if spec.kind is FieldKind.MEMBERS:
        here = [p for p in form.members if p.status is PersonStatus.ALIVE or p.id in draft.persons_seen]
        return tuple(ChoiceView(p.id, f"{p.name} {texts.label(p.relation_to_head)}") for p in here)
    return codes(spec.codes, texts) if spec.codes is not None else ()


def _shown(last: object, texts: Texts) -> str:
    """Last time's answer in few words; "" when there was none."""
    if last in (None, "", ()):
        return ""
    if isinstance(last, enum.Enum):
        return texts.label(last)
    if isinstance(last, tuple):
        return texts.labels(last)
    words = " ".join(str(last).split())
    return words if len(words) <= _LONGEST_RECALL else words[: _LONGEST_RECALL - 1] + "…"


def sentence_of(finding: Finding, texts: Texts) -> str:
    """What a finding tells the worker to do."""
    return texts.message(finding.code, **finding.facts)


def remarks_by_field(
    findings: Iterable[Finding], unreadable: Mapping[str, str], *, errors_in: Iterable[SectionKey]
) -> dict[str, Finding | str]:
    """What to show at each field: unreadable entries, errors of sections already left, all warnings."""
    shown: dict[str, Finding | str] = {}
    open_sections = set(errors_in)
    for finding in findings:
        key = place_of(finding.field)
        if not key or (finding.severity is Severity.ERROR and SECTION_OF[key] not in open_sections):
            continue
        before = shown.get(key)
        if not isinstance(before, Finding) or before.severity is Severity.WARNING:
            shown[key] = finding
    return shown | dict(unreadable)


def problems(
    findings: Iterable[Finding], unreadable: Mapping[str, str], draft: VisitDraft, texts: Texts
) -> tuple[Problem, ...]:
    """Everything to mend, then everything to know, each in the order of the form."""
    found: dict[tuple[str, str], Problem] = {}
    for key, sentence in unreadable.items():
        if asked_now(SPECS[key], draft):
            found[key, ""] = Problem(
                SECTION_OF[key], key, label_of(SPECS[key], texts), sentence, Severity.ERROR
            )
    for finding in findings:
        key = place_of(finding.field)
        section = SECTION_OF.get(key, SectionKey.FINISH)
        label = label_of(SPECS[key], texts) if key else ""
        view = Problem(section, key, label, sentence_of(finding, texts), finding.severity)
        found.setdefault((key, finding.code), view)
    order = list(SPECS)
    ranked = sorted(
        found.values(),
        key=lambda p: (p.severity is Severity.WARNING, order.index(p.key) if p.key in order else -1),
    )
    return tuple(ranked)


def section_views(
    sections: Iterable[SectionSpec], draft: VisitDraft, found: Iterable[Problem]
) -> tuple[SectionView, ...]:
    """The section list: a section is done when it says something and nothing in it must be mended."""
    wrong = [problem for problem in found if problem.severity is Severity.ERROR]
    views = []
    for section in sections:
        missing = sum(problem.section is section.key for problem in wrong)
        filled = any(answered(draft, spec.key) for spec in section.fields if asked_now(spec, draft))
        views.append(SectionView(section.key, filled and not missing, missing))
    return tuple(views)


def said_of(comments: Iterable[FieldComment]) -> dict[str, str]:
    """A supervisor's comments by the key of the field they are shown at."""
    said: dict[str, list[str]] = {}
    for comment in comments:
        said.setdefault(place_of(comment.field), []).append(comment.text)
    return {key: "\n".join(words) for key, words in said.items() if key}


def comment_problems(said: Mapping[str, str], draft: VisitDraft, texts: Texts) -> tuple[Problem, ...]:
    """Comments as points to look at again, in the order of the form."""
    return tuple(
        Problem(SECTION_OF[key], key, label_of(spec, texts), said[key], Severity.WARNING)
        for key, spec in SPECS.items()
        if key in said and asked_now(spec, draft)
    )


def is_backfilled(draft: VisitDraft, today: dt.date) -> bool:
    """Whether the visit took place before today (补录 in the worker's words)."""
    return draft.started_at is not None and local_day(draft.started_at) < today
