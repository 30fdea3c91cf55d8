"""Paper forms of records and form 6.1 (domain brief 6): what stands in each field, its pictures, its audit
event. Form 6.4 is in services.assessment_papers, 6.5 and 6.6 in
services.case_papers, 6.10 in services.spot_check_papers.

Paper is the county's: always in Chinese, with the county's title. Numbers are masked unless the worker may
reveal them, wants to and says why.
"""

import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy.engine import Connection

from fieldapp.app.phrases import phrase_words
from fieldapp.app.preferences import Language
from fieldapp.app.texts import Texts, texts
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.households import Category, HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus, Relation
from fieldapp.domain.records.visits import (
    Findings,
    LivingGrade,
    LivingItem,
    Mode,
    Photo,
    Purpose,
    Result,
    Satisfaction,
    Signature,
    Trend,
    VisitFields,
    YesNoUnknown,
)
from fieldapp.domain.rules.day_plan import natural_key
from fieldapp.domain.rules.masking import mask_id_number, mask_phone
from fieldapp.exports.paper import Box, Paper, fill
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.exports import REASON_MAX, deliver
from fieldapp.services.visits import VisitView, visit_view
from fieldapp.storage import meta
from fieldapp.storage.repositories import households

E = TypeVar("E", bound=enum.Enum)
_SIGNATURE: Final = "signature"


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """How forms are to be printed. `full`: numbers as they are, with the reason that the audit keeps."""

    photos: bool = False
    full: bool = False
    reason: str = ""


def visit_papers(
    context: Context, visit_ids: Sequence[str], choice: PaperChoice | None = None
) -> list[Paper]:
    """Form 6.1 for each visit, in this order. Nothing leaves the device yet: see `printed`.

    Raises NotAllowedError (visit_not_here, not_permitted), RuleError("reason_required").
    """
    chosen = choice or PaperChoice()
    check_choice(chosen)
    return [_visit_paper(context, visit_view(context, one), chosen) for one in visit_ids]


def blank_visit_papers(context: Context, household_ids: Sequence[str] = ()) -> list[Paper]:
    """Form 6.1 to be filled with a pen and typed in later: one for each household with what is on file, or
    one with nothing in it. Raises NotAllowedError household_not_here, not_permitted."""
    if household_ids:
        return [_blank_paper(context, one) for one in household_ids]
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
    values = visit_values(None, None, (), ("", "", ""), county, {}, full=False, today=context.today())
    return [Paper(fill("visit", values), {})]


def _blank_paper(context: Context, household_id: str) -> Paper:
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        home = households.get(connection, household_id)
        context.actor(connection).require(Permission.READ_CASES, home.area_code)
        members = tuple(households.members(connection, household_id))
        places = places_of(connection, home.area_code)
    values = visit_values(None, home, members, places, county, {}, full=False, today=context.today())
    return Paper(fill("visit", values), {}, paper_title(home, places))


def in_walking_order(context: Context, kind: str, record_ids: Sequence[str]) -> list[str]:
    """The same records by village, group and household; those of one household as they were."""
    with context.store.reading() as connection:
        found = households.walked(connection, kind, record_ids)
    keys = {row.id: (row.area_code, natural_key(row.group_name), row.head_name) for row in found}
    return sorted(record_ids, key=lambda one: keys.get(one, ("", (), "")))


def printed(
    context: Context, kind: str, record_ids: Sequence[str], choice: PaperChoice, initiator: str = ""
) -> ChangeSet:
    """Note that forms of these records leave the device, on paper or as a file: call it before they do."""
    check_choice(choice)
    with context.store.unit_of_work(initiator) as work:
        work.save("audit_events", export_event(context, work.new_id(), kind, record_ids, choice))
        return work.commit()


def save_papers(  # what, where, and what the audit keeps of it
    context: Context, path: Path, write: Callable[[Path], bool], kind: str, record_ids: Sequence[str],
    choice: PaperChoice,
) -> ChangeSet | None:  # fmt: skip
    """Put a file of forms in its place once it is written and its audit event is kept. `write` gets where,
    and answers False when cancelled: then there is no file and no event (None). Raises StorageError."""
    check_choice(choice)

    def event(event_id: str) -> AuditEventFields:
        return export_event(context, event_id, kind, record_ids, choice)

    return deliver(context, path, write, event)


def may_print_full(context: Context, area_code: str) -> bool:
    """Whether the worker may have numbers in full on paper."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
    return not actor.masked and actor.may(Permission.REVEAL_ID, area_code)


def export_event(
    context: Context, event_id: str, kind: str, record_ids: Sequence[str], choice: PaperChoice, count: int = 0
) -> AuditEventFields:
    """The audit event of paper or documents that leave the device; `count` where it is not one a record."""
    return audit_event(
        context, event_id, AuditAct.EXPORT, object_kind=f"paper:{kind}",
        object_id=record_ids[0] if len(record_ids) == 1 else "",
        reason=choice.reason.strip()[:REASON_MAX] if choice.full else "",
        count=count or max(len(record_ids), 1),
    )  # fmt: skip


def check_choice(choice: PaperChoice) -> None:
    """Raises RuleError("reason_required")."""
    if choice.full and not choice.reason.strip():
        raise RuleError("reason_required", "reason")


def _visit_paper(context: Context, view: VisitView, choice: PaperChoice) -> Paper:
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        places = places_of(connection, view.household.area_code)
        if choice.full:
            context.actor(connection).require(Permission.REVEAL_ID, view.household.area_code)
    values = visit_values(
        view.visit, view.household, view.members, places, county, view.worker_names,
        full=choice.full, today=context.today(),
    )  # fmt: skip
    pictures: dict[str, bytes] = {}
    signed = view.visit.signature
    if signed is not None and signed.image_sha256:
        values["signature"] = picture(context, signed.image_sha256, _SIGNATURE, pictures)
    values |= photo_values(context, view.visit.photos if choice.photos else (), pictures)
    return Paper(fill("visit", values), pictures, paper_title(view.household, places))


def photo_values(context: Context, photos: Sequence[Photo], into: dict[str, bytes]) -> dict[str, object]:
    """Photos to print behind a form, and how many are not on this device."""
    shown = []
    for number, photo in enumerate(photos, 1):
        name = picture(context, photo.sha256, f"photo-{number}", into)
        if name:
            shown.append({"name": name, "words": chinese().label(photo.kind)})
    return {"photos": shown, "photos_away": len(photos) - len(shown)}


def picture(context: Context, sha256: str, name: str, into: dict[str, bytes]) -> str:
    """The picture's name on the form; '' where its bytes are not on this device (the form says so)."""
    try:
        into[name] = context.store.photos.get(sha256)
    except StorageError as error:
        if error.code != "photo_not_here":
            raise
        return ""
    return name


def visit_values(
    visit: VisitFields | None, home: HouseholdFields | None, members: Sequence[PersonFields],
    places: tuple[str, str, str], county: str, workers: dict[str, str], *, full: bool, today: dt.date,
) -> dict[str, Any]:  # fmt: skip
    """Every field of form 6.1; an empty form has empty fields and boxes not ticked."""
    words = chinese()
    findings = visit.findings if visit is not None else Findings()
    town, village, grid = places
    day = visit.finished_at.astimezone(COUNTY_ZONE).date() if visit is not None else today
    head = head_of(home, members)
    living = [one for one in members if one.status is PersonStatus.ALIVE]
    open_now = {each.category for each in home.coverages if each.open_on(day)} if home is not None else set()
    names = {person.id: person.name for person in members}
    return {
        "county": county,
        "number": "" if home is None else f"{home.household_no or '待分配'}　{day:%Y-%m-%d}",
        "town": town,
        "village": village,
        "group": "／".join(filter(None, (home.group_name if home is not None else "", grid))),
        "visited_at": "" if visit is None else _span(visit),
        "modes": boxes(Mode, {visit.mode} if visit is not None else set()),
        "results": boxes(Result, {visit.result} if visit is not None else set()),
        "purposes": boxes(Purpose, {visit.purpose} if visit is not None else set()),
        "head_name": home.head_name if home is not None else "",
        "id_number": number_words(head.id_number if head is not None else "", full, mask_id_number),
        "phone": number_words(head.phone if head is not None else "", full, mask_phone),
        "address": home.address if home is not None else "",
        "categories": boxes(Category, open_now),
        "risk_level": words.label(home.risk_level) if home is not None else "",
        "member_count": f"{len(living)}人" if living else "",
        "at_home_count": "" if findings.at_home_count is None else f"{findings.at_home_count}人",
        "house_kind": words.label(home.house_kind) if home is not None else "",
        "house_safety": words.label(home.house_safety) if home is not None else "",
        "health": findings.health_note,
        "work": findings.work_note,
        "income": _trend(findings.income_change, findings.income_note),
        "expense": _trend(findings.expense_change, findings.expense_note),
        "living": [
            {
                "label": words.label(item),
                "grades": boxes(LivingGrade, {findings.living[item]} if item in findings.living else set()),
            }
            for item in LivingItem
        ],
        "carer": words.listed((
            head.carer_name if head is not None else "", words.label(findings.carer_duty),
        )),
        "money_received": boxes(
            YesNoUnknown, {findings.money_received} if findings.money_received else set()
        ),
        "policies": findings.policies_note,
        "narrative": "" if visit is None else _told(visit, names),
        "difficulties": words.sentences((
            findings.difficulties, words.labels(visit.needs) if visit is not None else "",
        )),
        "actions": findings.actions_taken,
        "next_steps": words.sentences((
            findings.next_steps,
            words.said_of("责任人", findings.next_steps_owner) if findings.next_steps_owner else "",
        )),
        "urgent_clue": _yes_no(findings.urgent_clue if visit is not None else None),
        "satisfaction": boxes(
            Satisfaction, {visit.satisfaction} if visit is not None and visit.satisfaction else set()
        ),
        "photo_words": "" if visit is None else _photo_words(visit),
        "signature": "",
        "signature_words": signature_words(visit.signature) if visit is not None else "",
        "visitors": "" if visit is None else words.listed(workers.get(one, "") for one in visit.visitors),
        "remark": "" if visit is None else visit.remark,
        "photos": [],
        "photos_away": 0,
        "blank": visit is None,
    }  # fmt: skip


def places_of(connection: Connection, area_code: str) -> tuple[str, str, str]:
    """Names of town, village and grid ('' where the household has no grid)."""
    names = households.area_names(connection)
    town, village = CODE_LENGTH[AreaLevel.TOWN], CODE_LENGTH[AreaLevel.VILLAGE]
    grid = names.get(area_code, "") if len(area_code) > village else ""
    return names.get(area_code[:town], ""), names.get(area_code[:village], ""), grid


def paper_title(home: HouseholdFields, places: tuple[str, str, str]) -> str:
    """What a household's form is found by in a file of many."""
    return " ".join(filter(None, (home.head_name, places[1], home.group_name)))


def head_of(home: HouseholdFields | None, members: Sequence[PersonFields]) -> PersonFields | None:
    """The household's head among its members."""
    wanted = home.head_person_id if home is not None else None
    named = (one for one in members if one.id == wanted)
    return next(named, next((one for one in members if one.relation_to_head is Relation.SELF), None))


def number_words(number: str, full: bool, mask: Any) -> str:
    """A number in full or masked."""
    return number if full else str(mask(number))


def _span(visit: VisitFields) -> str:
    start, end = (one.astimezone(COUNTY_ZONE) for one in (visit.started_at, visit.finished_at))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    backfilled = "（补录）" if visit.backfilled else ""
    return f"{start:%Y-%m-%d %H:%M} 至 {until}{backfilled}"


def _told(visit: VisitFields, names: dict[str, str]) -> str:
    """Whom the worker met, and what he wrote, in lines."""
    words = chinese()
    seen = words.listed(names.get(one, "") for one in visit.persons_seen)
    changes = (
        words.said_of(words.label(one.kind), " → ".join(filter(None, (one.old, one.new))))
        for one in visit.changes
    )
    parts = (
        words.said_of("见到", seen) if seen else "",
        words.sentences(phrase_words(key, Language.ZH) for key in visit.phrases),
        visit.narrative,
        words.sentences(changes),
    )
    return "\n".join(filter(None, parts))


def _trend(change: Trend | None, note: str) -> str:
    return chinese().sentences((chinese().label(change), note))


def _photo_words(visit: VisitFields) -> str:
    words = chinese()
    if not visit.photos:
        return words.said_of("无", visit.no_photo_reason) if visit.no_photo_reason else "无"
    return f"{len(visit.photos)}张：{words.listed(words.label(photo.kind) for photo in visit.photos)}"


def signature_words(signature: Signature | None) -> str:
    """How somebody confirmed, where that is not his signature alone."""
    if signature is None:
        return ""
    words = chinese()
    witness = words.said_of("见证人", signature.witness_name) if signature.witness_name else ""
    return words.sentences((words.label(signature.attestation), witness, signature.reason))


def boxes(codes: Iterable[E], ticked: Collection[E]) -> list[Box]:
    """A box for each code, ticked where it is one of these."""
    return [Box(chinese().label(one), one in ticked) for one in codes]


def _yes_no(answer: bool | None) -> list[Box]:
    words = chinese()
    return [
        Box(words.label(YesNoUnknown.YES), answer is True),
        Box(words.label(YesNoUnknown.NO), answer is False),
    ]


def chinese() -> Texts:
    """The words of paper."""
    return texts(Language.ZH)
