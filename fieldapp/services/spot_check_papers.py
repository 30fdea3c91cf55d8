"""The paper form of a spot check (domain brief 6.10): for the pen with what is known of a drawn target, and
filled from a result for the town that puts right what was found."""

from collections.abc import Sequence
from typing import Any, Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.money import yuan_text
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.spot_checks import (
    CheckAnswer,
    Found,
    Population,
    SpotCheckResultFields,
    SpotCheckTargetFields,
)
from fieldapp.domain.records.visits import Satisfaction, Signature
from fieldapp.domain.rules.masking import mask_phone
from fieldapp.domain.rules.spot_check import ALL_QUESTIONS, QUESTIONS
from fieldapp.exports.paper import Paper, fill
from fieldapp.services.context import Context
from fieldapp.services.papers import (
    PaperChoice,
    boxes,
    check_choice,
    chinese,
    number_words,
    photo_values,
    picture,
    places_of,
    signature_words,
)
from fieldapp.services.spot_checks import TownFinding, spot_checks
from fieldapp.storage import meta
from fieldapp.storage.repositories import households
from fieldapp.storage.repositories import spot_checks as stored

_FORM: Final = "spot_check"
_SIGNATURES: Final = {
    "signature": "signature_words", "lead_signature": "lead_words", "second_signature": "second_words",
}  # fmt: skip


def check_papers(context: Context, result_ids: Sequence[str], choice: PaperChoice) -> list[Paper]:
    """Form 6.10 for each result of the worker's towns, in this order; without any, one for the pen.

    Raises NotAllowedError spot_check_not_here, RuleError("reason_required").
    """
    check_choice(choice)
    if not result_ids:
        return [Paper(fill(_FORM, _values(_county(context), None)), {})]
    findings = {one.result.id: one for one in spot_checks(context).findings}
    if not findings.keys() >= set(result_ids):
        raise NotAllowedError("spot_check_not_here")
    return [_filled(context, findings[one], choice) for one in result_ids]


def target_papers(context: Context, target_ids: Sequence[str], choice: PaperChoice) -> list[Paper]:
    """Form 6.10 for each drawn target, with what its inspector may know, to be filled with a pen.

    Raises NotAllowedError spot_check_not_here, not_permitted; RuleError("reason_required").
    """
    check_choice(choice)
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        targets = [stored.target(connection, one) for one in target_ids]
        for one in targets:
            context.actor(connection).require(Permission.INSPECT, one.area_code)
        user = context.user(connection)
    made = []
    for one in targets:
        values = _values(county, one.population) | _of_target(one, user.name if user is not None else "")
        values["facts"] = _facts(one, full=choice.full)
        made.append(Paper(fill(_FORM, values), {}, f"{one.area_name} {values['subject']}".strip()))
    return made


def _county(context: Context) -> str:
    with context.store.reading() as connection:
        return meta.get(connection, meta.COUNTY_NAME)


def _values(county: str, population: Population | None) -> dict[str, Any]:
    """Every field of form 6.10, with nothing filled in."""
    return {
        "county": county, "plan_no": "", "subject": "", "place": "", "facts": "",
        "populations": boxes(Population, {population} if population is not None else ()),
        "drawing": "公开抽取随机种子，按镇（街道）分层随机抽取", "inspectors": "", "checked_at": "",
        "questions": _questions(population, None), "satisfaction": boxes(Satisfaction, ()),
        "found": boxes(Found, ()), "detail": "", "rectify_due": "", "rectified": "", "photo_words": "",
        "photos": [], "photos_away": 0, "blank": True, **dict.fromkeys(_SIGNATURES, ""),
        **dict.fromkeys(_SIGNATURES.values(), ""),
    }  # fmt: skip


def _of_target(target: SpotCheckTargetFields, inspector: str) -> dict[str, Any]:
    facts = target.facts
    return {
        "plan_no": target.plan_no,
        "subject": " ".join(filter(None, (facts.name, facts.masked_id))) if facts is not None else "",
        "place": " ".join(filter(None, (target.area_name, facts.group_name if facts is not None else ""))),
        "drawing": f"公开抽取随机种子，按镇（街道）分层随机抽取，第{target.seq}位",
        "inspectors": chinese().listed((inspector, target.second_name)),
    }


def _facts(target: SpotCheckTargetFields, *, full: bool) -> str:
    """What the inspector compares with, in one line."""
    facts = target.facts
    if facts is None:
        return ""
    words = chinese()
    amount = f"{yuan_text(facts.amount)} 元" if facts.amount is not None else ""
    return words.sentences(
        (
            facts.address,
            number_words(facts.phone, full, mask_phone),
            f"{facts.members}人" if facts.members else "",
            words.labels(facts.categories),
            amount,
            facts.day.isoformat() if facts.day is not None else "",
            words.label(facts.mode),
            words.listed(facts.by),
            facts.number,
        )
    )


def _filled(context: Context, finding: TownFinding, choice: PaperChoice) -> Paper:
    result = finding.result
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        town, village, grid = places_of(connection, result.area_code)
        names = households.user_names(connection, {result.created_by})
    pictures: dict[str, bytes] = {}
    day = result.checked_at.astimezone(COUNTY_ZONE)
    rectified = (result.rectified_on.isoformat() if result.rectified_on else "", result.rectified_note)
    values = _values(county, result.population) | {
        "plan_no": result.plan_no,
        "subject": finding.subject,
        "place": " ".join(dict.fromkeys(filter(None, (town, village, grid)))),
        "inspectors": chinese().listed((names.get(result.created_by, ""), result.second_name)),
        "checked_at": f"{day:%Y-%m-%d %H:%M}",
        "questions": _questions(result.population, result),
        "satisfaction": boxes(Satisfaction, {result.satisfaction} if result.satisfaction else ()),
        "found": boxes(Found, result.found),
        "detail": result.detail,
        "rectify_due": result.rectify_due.isoformat() if result.rectify_due is not None else "",
        "rectified": chinese().sentences(rectified),
        "photo_words": f"{len(result.photos)}张" if result.photos else "",
        "blank": False,
    }
    for name, words in _SIGNATURES.items():
        given: Signature | None = getattr(result, name)
        values[words] = signature_words(given)
        if given is not None and given.image_sha256:
            values[name] = picture(context, given.image_sha256, name, pictures)
    values |= photo_values(context, result.photos if choice.photos else (), pictures)
    return Paper(fill(_FORM, values), pictures, " ".join(filter(None, (village or town, finding.subject))))


def _questions(
    population: Population | None, result: SpotCheckResultFields | None
) -> list[list[dict[str, object]]]:
    """The questions asked of this population, two abreast, each with its boxes."""
    asked = ALL_QUESTIONS if population is None else QUESTIONS[population]
    made: list[dict[str, object]] = [
        {
            "label": chinese().field("spot_check_results", name),
            "answers": boxes(CheckAnswer, {getattr(result, name)} if result is not None else ()),
        }
        for name in asked
    ]
    if len(made) % 2:
        made.append({"label": "", "answers": []})
    return [made[at : at + 2] for at in range(0, len(made), 2)]
