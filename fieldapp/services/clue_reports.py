"""Reporting an urgent case (S7, R11): draft, hand in, the text to send by phone, whom to call.

Everything here works without a network. A report handed in goes out first, whatever else waits.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaFields, AreaLevel
from fieldapp.domain.records.assessments import AssessmentFields
from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import ClueFields, ClueKind, ClueSource, ContactPerson, Urgency
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.assessment import scale_of
from fieldapp.domain.rules.clue_report import (
    LIFE_IN_DANGER,
    RED_FLAG_KINDS,
    check_report,
    speakable,
)
from fieldapp.domain.rules.finding import Finding, Severity
from fieldapp.services.context import Context
from fieldapp.services.device_clock import SUSPECT, ClockStanding, device_clock
from fieldapp.storage import rows
from fieldapp.storage.repositories import assessments, clues, households
from fieldapp.storage.repositories.clues import StoredClueDraft

EMERGENCY_NUMBERS = ("120", "110", "119")
"""Shown before anything else where a life is in danger."""
_PHONE_LEVELS = (AreaLevel.VILLAGE, AreaLevel.TOWN, AreaLevel.COUNTY)
_SOURCES = {
    Role.GRID_WORKER: ClueSource.GRID,
    Role.VILLAGE_AIDE: ClueSource.AIDE,
    Role.REPORTER: ClueSource.VOLUNTEER,
}
"""How a case usually becomes known, by who reports; others took it in from somebody else."""


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area a report may be filed in: a village or a grid."""

    area_code: str
    name: str
    town_name: str


@dataclass(frozen=True, slots=True)
class DutyPhone:
    """Whom to call: an office and its number; `person` is who is on duty there now, '' = the office."""

    area_name: str
    level: AreaLevel
    phone: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A report being written: the draft, what it is about, where it may be filed (one's own areas first),
    and whom to call meanwhile. `household` is set where it is here."""

    stored: StoredClueDraft
    household: HouseholdFields | None
    areas: tuple[AreaChoice, ...]
    phones: tuple[DutyPhone, ...]
    worker_name: str


@dataclass(frozen=True, slots=True)
class ReportDraftItem:
    """A report left unfinished, in the list of drafts, with what still stops it."""

    stored: StoredClueDraft
    head_name: str
    village_name: str
    problems: tuple[Finding, ...]


# -- writing ------------------------------------------------------------------------------------------


def begin_report(
    context: Context, *, household_id: str = "", assessment_id: str = "", visit_id: str = "",
    initiator: str = "",
) -> tuple[str, ChangeSet]:  # fmt: skip
    """Open a draft: the one left unfinished about the same household (or about none), else a new one with
    village, place, person and source filled in as far as they are known. Returns the draft's id.

    From an assessment its red flags 1 to 4 give kind, urgency and words. Raises NotAllowedError
    not_permitted, household_not_here, assessment_not_here.
    """
    with context.store.unit_of_work(initiator) as work:
        connection = work.connection
        context.actor(connection).require(Permission.CREATE_CLUE)
        draft = ClueDraft(
            household_id=household_id, visit_id=visit_id, source=_usual_source(context, connection)
        )
        if assessment_id:
            draft = _from_assessment(context, connection, draft, assessments.get(connection, assessment_id))
        left = [
            one for one in clues.drafts(connection)
            if (one.household_id or "") == draft.household_id and one.draft.assessment_id == assessment_id
        ]  # fmt: skip
        if left:
            return left[0].id, ChangeSet(initiator=initiator)
        if draft.household_id:
            draft = _about(connection, draft, households.get(connection, draft.household_id))
        else:
            draft = draft.model_copy(update={"area_code": _own_area(context, connection)})
        now = work.now()
        stored = StoredClueDraft(work.new_id(), draft.household_id or None, now, now, draft)
        clues.put_draft(connection, stored)
        work.touch("clue_drafts", stored.id)
        return stored.id, work.commit()


def _usual_source(context: Context, connection: Connection) -> ClueSource:
    held = [assignment.role for assignment in context.actor(connection).roles]
    return next((_SOURCES[role] for role in held if role in _SOURCES), ClueSource.HOTLINE)


def _own_area(context: Context, connection: Connection) -> str:
    """The area to begin with: one's own village or grid, where there is just one."""
    scopes = context.actor(connection).areas_with(Permission.CREATE_CLUE)
    small = [code for code in scopes if len(code) >= CODE_LENGTH[AreaLevel.VILLAGE]]
    return small[0] if len(small) == 1 and len(scopes) == 1 else ""


def _about(connection: Connection, draft: ClueDraft, household: HouseholdFields) -> ClueDraft:
    phones = [one.phone for one in households.members(connection, household.id) if one.phone]
    place = household.address or household.group_name
    if not place:
        place = households.area_names(connection).get(household.area_code[:12], "")
    return draft.model_copy(
        update={
            "area_code": household.area_code,
            "place": draft.place or place,
            "person_name": household.head_name,
            "person_phone": phones[0] if phones else "",
            "lat": household.lat,
            "lon": household.lon,
        }
    )


def _from_assessment(
    context: Context, connection: Connection, draft: ClueDraft, assessment: AssessmentFields
) -> ClueDraft:
    scale = scale_of(context.parameters(connection), assessment.scale_id)
    urgent = [flag for flag in assessment.red_flags if scale is not None and flag in scale.urgent_flags]
    words = texts(Language.ZH)
    return draft.model_copy(
        update={
            "household_id": assessment.household_id,
            "assessment_id": assessment.id,
            "kind": RED_FLAG_KINDS.get(urgent[0], ClueKind.OTHER) if urgent else None,
            "urgency": Urgency.L1 if LIFE_IN_DANGER.intersection(urgent) else Urgency.L2,
            "description": words.sentences(words.message(f"clue_flag_{flag.lower()}") for flag in urgent),
        }
    )


def report_form(context: Context, draft_id: str) -> ReportForm:
    """What the form shows. Raises NotAllowedError("draft_not_here")."""
    with context.store.reading() as connection:
        stored = clues.draft(connection, draft_id)
        about = stored.draft.household_id
        user = context.user(connection)
        return ReportForm(
            stored=stored,
            household=households.get_many(connection, [about]).get(about) if about else None,
            areas=tuple(_areas(context, connection)),
            phones=tuple(phones_of(connection, stored.draft.area_code, context.clock())),
            worker_name=user.name if user is not None else "",
        )


def _areas(context: Context, connection: Connection) -> Iterable[AreaChoice]:
    """Villages and grids of the county, one's own first: a case next door is reported, too."""
    scopes = context.actor(connection).areas_with(Permission.CREATE_CLUE)
    names = households.area_names(connection)
    today = context.today()
    leaves = [
        area
        for area in households.areas_under(connection, "")
        if area.level in (AreaLevel.VILLAGE, AreaLevel.GRID) and area.open_on(today)
    ]
    own = [any(area.id.startswith(scope) for scope in scopes) for area in leaves]
    for _, _, area in sorted(zip([not mine for mine in own], [a.id for a in leaves], leaves, strict=True)):
        yield AreaChoice(area.id, area.name, names.get(area.id[: CODE_LENGTH[AreaLevel.TOWN]], ""))


def save_report(context: Context, draft_id: str, draft: ClueDraft, initiator: str = "") -> ChangeSet:
    """Keep the draft as it stands now; called for every change of a field."""
    with context.store.unit_of_work(initiator) as work:
        stored = clues.draft(work.connection, draft_id)
        changed = dataclasses.replace(
            stored, household_id=draft.household_id or None, saved_at=work.now(), draft=draft
        )
        clues.put_draft(work.connection, changed)
        work.touch("clue_drafts", draft_id)
        return work.commit()


def discard_report(context: Context, draft_id: str, initiator: str = "") -> tuple[StoredClueDraft, ChangeSet]:
    """Throw a draft away; hand the returned value to restore_report to undo."""
    with context.store.unit_of_work(initiator) as work:
        stored = clues.draft(work.connection, draft_id)
        clues.delete_draft(work.connection, draft_id)
        work.touch("clue_drafts", draft_id)
        return stored, work.commit()


def restore_report(context: Context, stored: StoredClueDraft, initiator: str = "") -> ChangeSet:
    """Undo discard_report."""
    with context.store.unit_of_work(initiator) as work:
        clues.put_draft(work.connection, stored)
        work.touch("clue_drafts", stored.id)
        return work.commit()


def report_drafts(context: Context) -> list[ReportDraftItem]:
    """Reports left unfinished, latest first."""
    with context.store.reading() as connection:
        stored = clues.drafts(connection)
        heads = households.get_many(connection, [one.household_id for one in stored if one.household_id])
        names = households.area_names(connection)
    return [
        ReportDraftItem(
            stored=one,
            head_name=heads[one.household_id].head_name if one.household_id in heads else "",
            village_name=names.get(one.draft.area_code[:12], ""),
            problems=tuple(p for p in check_report(one.draft) if p.severity is Severity.ERROR),
        )
        for one in stored
    ]


# -- handing in ---------------------------------------------------------------------------------------


def send_report(context: Context, draft_id: str, initiator: str = "") -> tuple[str, ChangeSet]:
    """Hand a report in: the clue, its op at the head of the queue, its photos and the end of the draft in
    one commit. The clocks run from this moment. Returns the clue's id.

    Raises RuleError for the first thing missing (clue_urgency_needed, clue_area_needed,
    clue_place_needed, clue_description_needed, text_too_long, clue_area_unknown), NotAllowedError.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = clues.draft(work.connection, draft_id)
        clue = _clue(context, work.connection, stored.draft, work.new_id(), work.now())
        work.save("clues", clue, urgent=True)
        clues.delete_draft(work.connection, draft_id)
        work.touch("clue_drafts", draft_id)
        return clue.id, work.commit()


def report_clue(context: Context, draft: ClueDraft, initiator: str = "") -> tuple[str, ChangeSet]:
    """Hand a report in at once, without a draft. Raises as send_report."""
    with context.store.unit_of_work(initiator) as work:
        clue = _clue(context, work.connection, draft, work.new_id(), work.now())
        work.save("clues", clue, urgent=True)
        return clue.id, work.commit()


def _clue(
    context: Context, connection: Connection, draft: ClueDraft, new_id: str, now: dt.datetime
) -> ClueFields:
    context.actor(connection).require(Permission.CREATE_CLUE)
    for finding in check_report(draft):
        if finding.severity is Severity.ERROR:
            raise RuleError(finding.code, finding.field, **finding.facts)
    if not isinstance(rows.find(connection, "areas", draft.area_code), AreaFields):
        raise RuleError("clue_area_unknown", "area_code")
    clean = device_clock(connection, now).standing is ClockStanding.FINE
    person = ContactPerson(
        name=draft.person_name.strip(), phone=draft.person_phone.strip(), age=draft.person_age
    )
    own = {
        name: getattr(draft, name)
        for name in (
            "area_code", "lat", "lon", "source", "urgency", "informant", "measures", "photos",
            "happened_at",
        )
    }  # fmt: skip
    return ClueFields.model_validate(
        own
        | {
            "id": new_id,
            "created_at": now,
            "created_by": context.user_id,
            "updated_at": now,
            "updated_by": context.user_id,
            "device_id": context.device_id,
            "household_id": draft.household_id or None,
            "place": draft.place.strip(),
            "kind": draft.kind or ClueKind.OTHER,
            "description": draft.description.strip(),
            "person": person if person != ContactPerson() else None,
            "support_needed": draft.support_needed.strip(),
            "found_at": draft.found_at or now,
            "reported_at": now,
            "assessment_id": draft.assessment_id or None,
            "visit_id": draft.visit_id or None,
            "flags": () if clean else (SUSPECT,),
        }
    )


# -- by phone -----------------------------------------------------------------------------------------


def duty_phones(context: Context, area_code: str) -> list[DutyPhone]:
    """Numbers to call at once for an area, nearest office first: who is on duty now, then the office's own
    number. Known without a network; offices without a number are left out."""
    with context.store.reading() as connection:
        return list(phones_of(connection, area_code, context.clock()))


def phones_of(connection: Connection, area_code: str, now: dt.datetime) -> Iterable[DutyPhone]:
    """The numbers of duty_phones, inside a reading that is open."""
    codes = [area_code[: CODE_LENGTH[level]] for level in _PHONE_LEVELS]
    on_duty = clues.duties_at(connection, codes, now)
    for level, code in zip(_PHONE_LEVELS, codes, strict=True):
        area = rows.find(connection, "areas", code)
        if not isinstance(area, AreaFields) or area.level is not level:
            continue
        told = {one.phone: one.name for one in on_duty if one.area_code == code}
        for phone, person in told.items():
            yield DutyPhone(area.name, level, phone, person)
        if area.duty_phone and area.duty_phone not in told:
            yield DutyPhone(area.name, level, area.duty_phone)


def short_text(context: Context, clue_id: str, *, with_person: bool = False) -> str:
    """A few lines to send by phone or in a group chat, in Chinese. Never an identity number; name and
    number of the person only `with_person`, for a message to one officer. Raises NotAllowedError."""
    with context.store.reading() as connection:
        clue = clues.get(connection, clue_id)
        names = households.area_names(connection)
        reporter = households.user_names(connection, [clue.created_by]).get(clue.created_by, "")
        known = {one.name for one in (clue.person, clue.informant) if one is not None and one.name}
        if clue.household_id:
            known |= {one.name for one in households.members(connection, clue.household_id)}
    words = texts(Language.ZH)
    hidden = () if with_person else known
    town, village = names.get(clue.area_code[:9], ""), names.get(clue.area_code[:12], "")
    lines = [
        words.message(
            "clue_brief",
            urgency=words.label(clue.urgency),
            kind=words.label(clue.kind),
            area=town + village,
            place=speakable(clue.place, hidden),
            words=speakable(clue.description, hidden).rstrip("。."),
            at=f"{clue.reported_at.astimezone(COUNTY_ZONE):%m-%d %H:%M}",
            reporter=reporter,
        )
    ]
    if clue.measures:
        lines.append(words.message("clue_brief_measures", measures=words.labels(clue.measures)))
    if with_person and clue.person is not None:
        person = clue.person
        lines.append(words.message("clue_brief_person", name=person.name or "—", phone=person.phone or "—"))
    return "\n".join(lines)
