"""The paper form of an assessment (domain brief 6.4), filled like form 6.1 of services.papers. Its items and
their words are those of the form that it was answered with."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.parameters import RiskScale
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.assessments import (
    AssessmentAnswer,
    AssessmentFields,
    AssessmentTrigger,
    PlanStep,
)
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.households import Category, HouseholdFields, RiskLevel
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.rules.assessment import NO_FLAG, POINTS_SUFFIX, points_of, scale_of
from fieldapp.domain.rules.masking import mask_phone
from fieldapp.domain.rules.risk_history import is_finished
from fieldapp.exports.paper import Box, Paper, fill
from fieldapp.services.assessments import AssessmentView, MemberView, assessment_view
from fieldapp.services.context import Context
from fieldapp.services.form_sessions import form_definition
from fieldapp.services.forms import require_form
from fieldapp.services.papers import (
    PaperChoice,
    boxes,
    check_choice,
    chinese,
    head_of,
    number_words,
    paper_title,
    picture,
    places_of,
    signature_words,
)
from fieldapp.storage import meta, risks
from fieldapp.storage.repositories import forms, households

_FIRST: Final = "首次评估"
_FLAGS: Final = "red_flags"
_NOWHERE: Final = ("", "", "")


@dataclass(frozen=True, slots=True)
class ScaleItem:
    """An item of a scale: its words, its options by code, the group it stands in."""

    item: str
    label: str
    group: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScaleWords:
    """What a scale's form says: items in order, red flags by code; `rule` is what the county judges by."""

    rule: RiskScale | None = None
    items: tuple[ScaleItem, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)


def assessment_papers(context: Context, assessment_ids: Sequence[str], choice: PaperChoice) -> list[Paper]:
    """Form 6.4 for each assessment, in this order; without any, one to be filled with a pen.

    Raises NotAllowedError assessment_not_here, not_permitted, form_not_here (an empty form needs the county's
    scale on this device); RuleError("reason_required"); StorageError("form_files_missing").
    """
    check_choice(choice)
    if not assessment_ids:
        return [_blank(context)]
    known: dict[tuple[str, str], ScaleWords] = {}
    return [_paper(context, assessment_view(context, one), choice, known) for one in assessment_ids]


def latest_assessments(context: Context, household_ids: Sequence[str]) -> list[str]:
    """The newest assessment of each of these households that all its members have signed."""
    with context.store.reading() as connection:
        made = risks.assessments_of(connection, household_ids)
        given = risks.signatures_of(connection, household_ids)
    found = []
    for home in household_ids:
        finished = [one for one in made.get(home, ()) if is_finished(one, given.get(home, ()))]
        found += [max(finished, key=lambda one: (one.assessed_at, one.id)).id] if finished else []
    return found


def _blank(context: Context) -> Paper:
    form = require_form(context, FormPurpose.ASSESSMENT)
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        published = forms.get(connection, form.record_id)
        words = _scale_words(context, connection, published.form_id, published.version)
    return Paper(fill("assessment", _values(None, (), _NOWHERE, county, words, {}, full=False)), {})


def _paper(
    context: Context, view: AssessmentView, choice: PaperChoice, known: dict[tuple[str, str], ScaleWords]
) -> Paper:
    made, home = view.assessment, view.household
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        places = places_of(connection, home.area_code)
        members = households.members(connection, home.id)
        if choice.full:
            context.actor(connection).require(Permission.REVEAL_ID, home.area_code)
        form = (made.scale_id, made.scale_version)
        if form not in known:
            try:
                known[form] = _scale_words(context, connection, *form)
            except FieldappError:
                known[form] = ScaleWords()  # the form has left the device: its codes must do
    pictures: dict[str, bytes] = {}
    signatures = {
        one.member.id: picture(context, signed.image_sha256, f"signature-{number}", pictures)
        for number, one in enumerate(view.members)
        if one.signature and (signed := one.signature.signature) is not None and signed.image_sha256
    }
    values = _values(view, members, places, county, known[form], signatures, full=choice.full)
    return Paper(fill("assessment", values), pictures, paper_title(home, places))


def _scale_words(context: Context, connection: Connection, form_id: str, version: str) -> ScaleWords:
    """The words of a scale. Raises NotAllowedError, StorageError, RuleError as form_definition."""
    # The reader of answer tables brings the workbook writer with it; only who prints needs it.
    from fieldapp.exports.form_columns import answer_tables

    definition = form_definition(context, forms.version_of(connection, form_id, version))
    columns = [column for table in answer_tables([definition], "zh") for column in table.columns]
    names = {column.path.rpartition("/")[2]: column for column in columns}
    flags = names.get(_FLAGS)
    return ScaleWords(
        scale_of(context.parameters(connection), form_id),
        tuple(
            ScaleItem(name, column.label, column.group, column.choices)
            for name, column in names.items()
            if f"{name}{POINTS_SUFFIX}" in names
        ),
        dict(flags.choices) if flags is not None else {},
    )


def _values(
    view: AssessmentView | None, members: Sequence[PersonFields], places: tuple[str, str, str], county: str,
    words: ScaleWords, signatures: Mapping[str, str], *, full: bool,
) -> dict[str, Any]:  # fmt: skip
    """Every field of form 6.4; an empty form has empty fields and boxes not ticked."""
    made = view.assessment if view is not None else None
    home = view.household if view is not None else None
    town, village, grid = places
    head = head_of(home, members)
    living = [one for one in members if one.status is PersonStatus.ALIVE]
    return {
        "county": county,
        "number": f"{home.household_no or '待分配'}　{_day(made)}" if home is not None else "",
        "town": town,
        "village": village,
        "group": "／".join(filter(None, (home.group_name if home is not None else "", grid))),
        "types": [
            Box(_FIRST, made is not None and made.previous_level is RiskLevel.NONE),
            *boxes(AssessmentTrigger, {made.trigger} if made is not None else ()),
        ],
        "head_name": home.head_name if home is not None else "",
        "phone": number_words(head.phone if head is not None else "", full, mask_phone),
        "member_count": f"{len(living)}人" if living else "",
        "categories": boxes(Category, _categories(home, made)),
        "trigger": made.trigger_note if made is not None else "",
        "assessed_at": _moment(made.assessed_at) if made is not None else "",
        "items": _items(words, made),
        "flags": _flags(words, made),
        "score": f"{made.score}分" if made is not None else "",
        "levels": boxes(
            (RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW), {made.level} if made is not None else ()
        ),
        "standings": [
            Box("正式", made is not None and not made.provisional),
            Box("暂定", made is not None and made.provisional),
        ],
        "level_note": _level_note(made),
        "team_note": made.team_note if made is not None else "",
        "plan": [_step(one) for one in made.plan] if made is not None else [],
        "next_due": made.next_due.isoformat() if made is not None else "",
        "members": [_member(one, signatures) for one in view.members] if view is not None else [],
        "blank": view is None,
    }


def _items(words: ScaleWords, made: AssessmentFields | None) -> list[dict[str, object]]:
    """A line for each item: all its options, what was chosen, its points, its note."""
    given = {one.item: one for one in made.answers} if made is not None else {}
    known = words.items or tuple(ScaleItem(one, one, "", {}) for one in given)
    lines: list[dict[str, object]] = []
    group = ""
    for item in known:
        answer = given.get(item.item)
        lines.append(
            {
                "group": item.group if item.group != group else "",
                "label": item.label,
                "options": _options(item, answer, words.rule, points=made is None),
                "points": answer.points if answer is not None else "",
                "note": answer.note if answer is not None else "",
            }
        )
        group = item.group
    return lines


def _options(
    item: ScaleItem, answer: AssessmentAnswer | None, scale: RiskScale | None, *, points: bool
) -> list[Box]:
    """The options of an item; for the pen with their points, where the county's rule has them."""
    options = dict(item.options)
    if answer is not None:
        options.setdefault(answer.option, answer.option)
    return [
        Box(
            f"{label}{_points(scale, item.item, code) if points else ''}",
            answer is not None and answer.option == code,
        )
        for code, label in options.items()
    ]


def _points(scale: RiskScale | None, item: str, option: str) -> str:
    if scale is None:
        return ""
    try:
        return f"（{points_of(scale, item, option)}）"
    except RuleError:
        return ""


def _flags(words: ScaleWords, made: AssessmentFields | None) -> list[Box]:
    raised = made.red_flags if made is not None else ()
    labels = words.flags or {one: one for one in (words.rule.red_flags if words.rule is not None else raised)}
    boxes_of = [
        Box(label, code in raised or (code == NO_FLAG and made is not None and not raised))
        for code, label in labels.items()
    ]
    return boxes_of + [Box(code, ticked=True) for code in raised if code not in labels]


def _level_note(made: AssessmentFields | None) -> str:
    """What is to be said of the level: provisional, and why it is lower than it was."""
    if made is None:
        return ""
    unknown = sum(one.unknown for one in made.answers)
    told = f"有{unknown}项无法判断，结果暂定，应尽快补全后重新评估" if made.provisional else ""
    lowered = chinese().said_of("降低等级的理由", made.lowering_reason) if made.lowering_reason else ""
    return "\n".join(filter(None, (told, lowered)))


def _step(step: PlanStep) -> str:
    due = f"{step.due.isoformat()} 前" if step.due is not None else ""
    return "　".join(filter(None, (step.measure, step.responsible, due)))


def _member(one: MemberView, signatures: Mapping[str, str]) -> dict[str, str]:
    given = one.signature
    return {
        "name": one.member.name,
        "kind": chinese().label(one.member.kind),
        "signed": _moment(given.signed_at) if given is not None else "",
        "picture": signatures.get(one.member.id, ""),
        "words": signature_words(given.signature) if given is not None else "",
        "view": given.differing_view if given is not None else "",
    }


def _categories(home: HouseholdFields | None, made: AssessmentFields | None) -> set[Category]:
    if home is None or made is None:
        return set()
    day = made.assessed_at.astimezone(COUNTY_ZONE).date()
    return {one.category for one in home.coverages if one.open_on(day)}


def _day(made: AssessmentFields | None) -> str:
    return f"{made.assessed_at.astimezone(COUNTY_ZONE):%Y-%m-%d}" if made is not None else ""


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}"
