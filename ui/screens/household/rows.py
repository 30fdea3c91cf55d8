"""Parts of a household's file as plain values. No Qt. Layer 5."""

import datetime as dt
from dataclasses import dataclass

from fieldapp.app.texts import Texts
from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import HouseholdFields, HouseholdStatus, RiskLevel
from fieldapp.domain.records.persons import Job, PersonFields, PersonStatus
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Result, VisitFields, VisitState
from fieldapp.services.households import HouseholdCard


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member; numbers masked. `notes` are what a visitor should know, in words."""

    person_id: str
    name: str
    relation: str
    sex: str
    age: int | None
    notes: tuple[str, ...]
    alive: bool
    standing: str
    masked_phone: str
    phone_owner: str
    masked_id: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """An entitlement; money in fen per month."""

    category: str
    details: tuple[str, ...]
    monthly_amount_fen: int
    since: dt.date
    until: dt.date | None
    open: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled fact of the household; `day` where the value is a day."""

    label: str
    text: str = ""
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit on the time line."""

    visit_id: str
    at: dt.datetime
    mode: Mode
    mode_words: str
    result: Result
    result_words: str
    met: bool
    who: str
    text: str
    unsent: bool
    amended: bool
    returned: bool
    void: bool
    needs: int


def member_rows(card: HouseholdCard, texts: Texts) -> tuple[MemberRow, ...]:
    """Members in the card's order."""
    return tuple(
        MemberRow(
            person_id=m.person.id,
            name=m.person.name,
            relation=texts.label(m.person.relation_to_head),
            sex=texts.label(m.person.sex),
            age=m.age,
            notes=_notes(m.person, texts),
            alive=m.person.status is PersonStatus.ALIVE,
            standing="" if m.person.status is PersonStatus.ALIVE else texts.label(m.person.status),
            masked_phone=m.masked_phone,
            phone_owner=texts.label(m.person.phone_owner),
            masked_id=m.masked_id,
        )
        for m in card.members
    )


def _notes(person: PersonFields, texts: Texts) -> tuple[str, ...]:
    disability = ""
    if person.disability_type is not None:
        grade = f" {person.disability_grade}" if person.disability_grade else ""
        disability = (
            f"{texts.field('persons', 'disability_type')} {texts.label(person.disability_type)}{grade}"
        )
    illness = texts.labels((*person.chronic, *person.serious_illness))
    self_care = texts.label(person.self_care.grade) if person.self_care is not None else ""
    carer = f"{texts.field('persons', 'carer_name')} {person.carer_name}" if person.carer_name else ""
    found = (
        texts.labels(person.health),
        illness,
        disability,
        self_care,
        texts.label(person.labour),
        texts.label(person.job) if person.job is not Job.NONE else "",
        carer,
    )
    return tuple(note for note in found if note)


def coverage_rows(household: HouseholdFields, texts: Texts, today: dt.date) -> tuple[CoverageRow, ...]:
    """Entitlements, those in force first, then the latest."""
    rows = [
        CoverageRow(
            category=texts.label(c.category),
            details=tuple(
                filter(
                    None, (texts.label(c.coverage), texts.label(c.support_mode), texts.label(c.review_class))
                )
            ),
            monthly_amount_fen=c.monthly_amount_fen,
            since=c.since,
            until=c.until,
            open=c.open_on(today),
        )
        for c in household.coverages
    ]
    return tuple(sorted(rows, key=lambda row: (not row.open, -row.since.toordinal())))


def facts(household: HouseholdFields, texts: Texts) -> tuple[Fact, ...]:
    """What is known of house and household, without what is not."""

    def named(name: str, text: str = "", day: dt.date | None = None) -> Fact:
        return Fact(texts.field("households", name), text, day)

    notice = household.consent_notice_at
    found = (
        named("household_no", household.household_no),
        named("address", household.address),
        named("registered_address", household.registered_address),
        named("hukou_kind", texts.label(household.hukou_kind)),
        named("house_kind", texts.label(household.house_kind)),
        named("house_safety", texts.label(household.house_safety)),
        named("main_causes", texts.labels(household.main_causes)),
        named(
            "risk_level",
            texts.label(household.risk_level) if household.risk_level is not RiskLevel.NONE else "",
        ),
        named("risk_next_due", day=household.risk_next_due),
        named("consent_notice_at", day=local_day(notice) if notice is not None else None),
        named(
            "status",
            texts.label(household.status) if household.status is not HouseholdStatus.ACTIVE else "",
        ),
        named("remark", household.remark),
    )
    return tuple(fact for fact in found if fact.text or fact.day is not None)


def visit_rows(card: HouseholdCard, texts: Texts) -> tuple[VisitRow, ...]:
    """The time line, newest first."""
    return tuple(_visit_row(visit, card, texts) for visit in card.timeline)


def _visit_row(visit: VisitFields, card: HouseholdCard, texts: Texts) -> VisitRow:
    return VisitRow(
        visit_id=visit.id,
        at=visit.finished_at,
        mode=visit.mode,
        mode_words=texts.label(visit.mode),
        result=visit.result,
        result_words=texts.label(visit.result),
        met=visit.result not in NOBODY_MET,
        who=texts.listed(card.worker_names.get(one, "") for one in visit.visitors),
        text=" ".join((visit.narrative or visit.findings.difficulties).split()),
        unsent=visit.id in card.unsent,
        amended=visit.amends is not None,
        returned=visit.state is VisitState.RETURNED,
        void=visit.state is VisitState.VOID,
        needs=len(visit.needs),
    )
