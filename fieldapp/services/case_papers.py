"""Paper forms of urgent cases (domain brief 6.5, 6.6), filled like form 6.1 of services.papers."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.money import yuan_text
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.clues import ClueAction, ClueKind, MeasureTaken, Urgency
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.reliefs import (
    DecisionLevel,
    FundSource,
    HardshipGrade,
    ReliefAction,
    ReliefCause,
    ReliefFields,
    ReliefItem,
    ReliefKind,
    ReliefPath,
    ReliefStepFields,
)
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.masking import mask_bank_account, mask_id_number, mask_phone
from fieldapp.exports.paper import Paper, fill
from fieldapp.services.clues import ClueView, clue_view
from fieldapp.services.context import Context
from fieldapp.services.papers import (
    PaperChoice,
    boxes,
    check_choice,
    chinese,
    head_of,
    number_words,
    photo_values,
    picture,
    places_of,
    signature_words,
)
from fieldapp.services.reliefs import ReliefView, relief_view
from fieldapp.storage import meta
from fieldapp.storage.repositories import households

_SIGNATURE: Final = "signature"
_NOWHERE: Final = ("", "", "")


def clue_papers(context: Context, clue_ids: Sequence[str], choice: PaperChoice) -> list[Paper]:
    """Form 6.5 for each clue, in this order; without any, one to be filled with a pen.

    Raises NotAllowedError clue_not_here, not_permitted; RuleError("reason_required").
    """
    check_choice(choice)
    if not clue_ids:
        return [Paper(fill("clue", _clue_values(None, _county(context), "", full=False)), {})]
    return [_clue_paper(context, clue_view(context, one), choice) for one in clue_ids]


def relief_papers(context: Context, relief_ids: Sequence[str], choice: PaperChoice) -> list[Paper]:
    """Form 6.6 for each relief, in this order; without any, one to be filled with a pen.

    Raises NotAllowedError relief_not_here, not_permitted; RuleError("reason_required").
    """
    check_choice(choice)
    if not relief_ids:
        values = _relief_values(None, (), _NOWHERE, _county(context), full=False)
        return [Paper(fill("relief", values), {})]
    return [_relief_paper(context, relief_view(context, one), choice) for one in relief_ids]


def _county(context: Context) -> str:
    with context.store.reading() as connection:
        return meta.get(connection, meta.COUNTY_NAME)


def _clue_paper(context: Context, view: ClueView, choice: PaperChoice) -> Paper:
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        town, village, _grid = places_of(connection, view.item.area_code)
        if choice.full:
            context.actor(connection).require(Permission.REVEAL_PHONE, view.item.area_code)
    pictures: dict[str, bytes] = {}
    values = _clue_values(view, county, f"{town}{village}", full=choice.full)
    values |= photo_values(context, view.clue.photos if choice.photos else (), pictures)
    return Paper(
        fill("clue", values), pictures, " ".join(filter(None, (view.clue.clue_no, view.item.person_name)))
    )


def _clue_values(view: ClueView | None, county: str, area: str, *, full: bool) -> dict[str, Any]:
    """Every field of form 6.5; an empty form has empty fields and boxes not ticked."""
    words = chinese()
    clue = view.clue if view is not None else None
    person = clue.person if clue is not None else None
    informant = clue.informant if clue is not None else None
    held = {one.step.action: one for one in view.steps if not one.refused_code} if view is not None else {}
    accepted, closed = held.get(ClueAction.ACCEPT), held.get(ClueAction.CLOSE)
    verified = held.get(ClueAction.CONFIRM) or held.get(ClueAction.NOT_CONFIRM)
    results = (held.get(one) for one in (ClueAction.TRANSFER, ClueAction.RELIEF, ClueAction.CLOSE))
    return {
        "county": county,
        "number": clue.clue_no or "待分配" if clue is not None else "",
        "reporter": view.item.reporter_name if view is not None else "",
        "source": words.label(clue.source) if clue is not None else "",
        "reported_at": _moment(clue.reported_at if clue is not None else None),
        "informant": informant.name if informant is not None else "",
        "informant_phone": number_words(informant.phone if informant is not None else "", full, mask_phone),
        "found_at": _moment(clue.found_at if clue is not None else None),
        "place": f"{area} {clue.place}".strip() if clue is not None else "",
        "person": view.item.person_name if view is not None else "",
        "age": f"约{person.age}岁" if person is not None and person.age is not None else "",
        "phone": number_words(person.phone if person is not None else "", full, mask_phone),
        "kinds": boxes(ClueKind, {clue.kind} if clue is not None else ()),
        "urgencies": boxes(Urgency, {view.state.urgency} if view is not None else ()),
        "description": clue.description if clue is not None else "",
        "measures": boxes(MeasureTaken, clue.measures if clue is not None else ()),
        "support": clue.support_needed if clue is not None else "",
        "photo_words": f"{len(clue.photos)}张" if clue is not None and clue.photos else "",
        "accepted_by": accepted.actor_name if accepted is not None else "",
        "accepted_at": _moment(accepted.step.at if accepted is not None else None),
        "verified": _step_words(words.label(verified.step.action), verified.step.opinion) if verified else "",
        "result": "\n".join(
            _step_words(words.label(one.step.action), one.step.opinion) for one in results if one is not None
        ),
        "closed_at": _moment(closed.step.at if closed is not None else None),
        "closed_by": closed.actor_name if closed is not None else "",
        "photos": [],
        "photos_away": 0,
        "blank": view is None,
    }


def _relief_paper(context: Context, view: ReliefView, choice: PaperChoice) -> Paper:
    relief, home = view.relief, view.household
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        places = places_of(connection, relief.area_code)
        members = households.members(connection, home.id) if home is not None else []
        if choice.full:
            context.actor(connection).require(Permission.REVEAL_ID, relief.area_code)
    pictures: dict[str, bytes] = {}
    values = _relief_values(view, members, places, county, full=choice.full)
    signed = relief.signature or next(
        (one.signature for one in view.steps if one.signature is not None), None
    )
    if signed is not None:
        values["signature_words"] = signature_words(signed)
        if signed.image_sha256:
            values["signature"] = picture(context, signed.image_sha256, _SIGNATURE, pictures)
    values |= photo_values(context, relief.photos if choice.photos else (), pictures)
    return Paper(fill("relief", values), pictures, " ".join(filter(None, (relief.relief_no, values["name"]))))


def _relief_values(
    view: ReliefView | None, members: Sequence[PersonFields], places: tuple[str, str, str], county: str, *,
    full: bool,
) -> dict[str, Any]:  # fmt: skip
    """Every field of form 6.6; an empty form has empty fields and boxes not ticked."""
    words = chinese()
    relief = view.relief if view is not None else None
    home = view.household if view is not None else None
    head = head_of(home, members)
    living = [one for one in members if one.status is PersonStatus.ALIVE]
    town, village, _grid = places
    names = view.user_names if view is not None else {}
    return {
        "county": county,
        "number": relief.relief_no or "待分配" if relief is not None else "",
        "name": home.head_name if home is not None else relief.recipient if relief is not None else "",
        "id_number": number_words(head.id_number if head is not None else "", full, mask_id_number),
        "phone": number_words(head.phone if head is not None else "", full, mask_phone),
        "town": town,
        "village": village,
        "address": home.address if home is not None else "",
        "member_count": f"{len(living)}人" if living else "",
        "person_count": f"{relief.person_count}人" if relief is not None else "",
        "categories": _categories(home, relief.given_at if relief is not None else None),
        "members": words.listed(f"{one.name} {words.label(one.relation_to_head)}" for one in living),
        "kinds": boxes(ReliefKind, {relief.kind} if relief is not None else ()),
        "grades": boxes(
            HardshipGrade, {relief.grade} if relief is not None and relief.grade is not None else ()
        ),
        "causes": boxes(ReliefCause, {relief.cause} if relief is not None else ()),
        "reason": "\n".join(filter(None, (relief.reason, relief.repeat_reason))) if relief else "",
        "self_paid": _yuan(relief.self_paid) if relief is not None and relief.self_paid else "",
        "amount": _yuan(relief.amount) if relief is not None else "",
        "sources": boxes(FundSource, {relief.fund_source} if relief is not None else ()),
        "paths": boxes(ReliefPath, {relief.path} if relief is not None else ()),
        "given_at": _moment(relief.given_at if relief is not None else None),
        "items": [_item(one) for one in relief.items] if relief is not None else [],
        "worker": names.get(relief.created_by, "") if relief is not None else "",
        "signature": "",
        "signature_words": "",
        "surveyors": words.listed(names.get(one, "") for one in relief.surveyors) if relief else "",
        "paid": f"{_moment(relief.paid_at)}　{_yuan(relief.paid_amount)}"
        if relief and relief.paid_at
        else "",
        "village_opinion": relief.village_opinion if relief is not None else "",
        "town_opinion": _decision(view, DecisionLevel.TOWN),
        "county_opinion": _decision(view, DecisionLevel.COUNTY),
        "bank": head.bank_name if head is not None else "",
        "account": number_words(head.bank_account if head is not None else "", full, mask_bank_account),
        "follow_ups": _follow_ups(view, names),
        "photo_words": f"{len(relief.photos)}张" if relief is not None and relief.photos else "",
        "photos": [],
        "photos_away": 0,
        "blank": view is None,
    }


def _categories(home: HouseholdFields | None, at: dt.datetime | None) -> str:
    if home is None or at is None:
        return ""
    day = at.astimezone(COUNTY_ZONE).date()
    return chinese().labels(tuple(one.category for one in home.coverages if one.open_on(day)))


def _paid(relief: ReliefFields) -> str:
    return f"{_moment(relief.paid_at)}　{_yuan(relief.paid_amount)}" if relief.paid_at is not None else ""


def _item(item: ReliefItem) -> dict[str, str]:
    factors = [str(item.quantity), *([str(item.persons)] if item.persons > 1 else [])]
    days = " 至 ".join(one.isoformat() for one in (item.since, item.until) if one is not None)
    return {
        "form": chinese().label(item.form),
        "name": item.name,
        "sum": f"{' × '.join((*factors, yuan_text(item.unit_price)))} = {_yuan(item.amount)}",
        "more": "　".join(filter(None, (item.provider, days))),
    }


def _decision(view: ReliefView | None, level: DecisionLevel) -> str:
    """What was decided, on the line of whom it fell to."""
    if view is None or view.level is not level:
        return ""
    step = next((one for one in _held(view) if one.action in (ReliefAction.DECIDE, ReliefAction.DENY)), None)
    if step is None:
        return ""
    amount = _yuan(step.amount) if step.action is ReliefAction.DECIDE else ""
    told = _step_words(chinese().label(step.action), chinese().sentences((amount, step.opinion)))
    return f"{told}　{view.user_names.get(step.created_by, '')}　{_moment(step.at)}"


def _follow_ups(view: ReliefView | None, names: dict[str, str]) -> str:
    if view is None:
        return ""
    by_id: dict[str, VisitFields] = {one.id: one for one in view.relief_visits}
    told = []
    for step in _held(view):
        visit = by_id.get(step.visit_id or "")
        if step.action is ReliefAction.FOLLOW_UP:
            words = chinese().sentences((step.opinion, visit.narrative if visit is not None else ""))
            told.append(f"{_moment(step.at)}　{names.get(step.created_by, '')}　{words}".rstrip())
    if view.relief.outcome is not None:
        told.append(chinese().said_of("结果", chinese().label(view.relief.outcome)))
    return "\n".join(told)


def _held(view: ReliefView) -> Iterable[ReliefStepFields]:
    return (one for one in view.steps if not one.refused_code)


def _step_words(label: str, words: str) -> str:
    return chinese().said_of(label, words) if words else label


def _moment(at: dt.datetime | None) -> str:
    return f"{at.astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}" if at is not None else ""


def _yuan(amount: int) -> str:
    return f"{yuan_text(amount)} 元"
