"""Households: list and search, the card, revealing a number, registering one found on the spot."""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.households import (
    Category,
    HouseholdFields,
    HouseholdStatus,
    HouseholdTag,
    HouseKind,
    RiskLevel,
)
from fieldapp.domain.records.persons import IdType, PersonFields, PhoneOwner, Relation, Sex
from fieldapp.domain.records.visits import NOBODY_MET, Photo, VisitFields, VisitState
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.id_number import check_id_number, check_phone
from fieldapp.domain.rules.masking import MASK, mask_address, mask_id_number, mask_name, mask_phone
from fieldapp.domain.rules.visit_plan import PlanStatus, VisitPlan, period_of
from fieldapp.services.audit import audit_event
from fieldapp.services.back_check_views import hidden_visits
from fieldapp.services.context import Context
from fieldapp.services.masked import masked_household, masked_person, masked_visit
from fieldapp.storage import older_visits
from fieldapp.storage.repositories import households, visits


@dataclass(frozen=True, slots=True)
class HouseholdItem:
    """A household as lists show it. `categories` are those in force today, the label's first."""

    household_id: str
    head_name: str
    area_code: str
    village_name: str
    group_name: str
    address: str
    categories: tuple[Category, ...]
    tags: tuple[HouseholdTag, ...]
    risk_level: RiskLevel
    status: HouseholdStatus
    members: int
    head_age: int | None
    plan: VisitPlan | None
    plan_status: PlanStatus | None
    draft_id: str | None
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the card shows it: numbers masked until revealed (R3)."""

    person: PersonFields
    age: int | None
    masked_id: str
    masked_phone: str


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """Everything on one household. Counts are valid visits and attempts that stand (R4); `older_visits` are
    with the county only (R29)."""

    item: HouseholdItem
    household: HouseholdFields
    members: tuple[Member, ...]
    visits_this_period: int
    visits_required: int
    visits_12_months: int
    timeline: tuple[VisitFields, ...]
    older_visits: int
    photos: tuple[tuple[VisitFields, Photo], ...]
    worker_names: dict[str, str]
    unsent: frozenset[str]
    may_edit: bool
    may_reveal_id: bool
    may_reveal_phone: bool


_FILED_IN: Final = (CODE_LENGTH[AreaLevel.VILLAGE], CODE_LENGTH[AreaLevel.GRID])


class Secret(enum.StrEnum):
    """What can be revealed."""

    PHONE = "PHONE"
    ID_NUMBER = "ID_NUMBER"


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """What a worker knows of a household found on the spot."""

    head_name: str
    area_code: str
    group_name: str = ""
    address: str = ""
    id_number: str = ""
    no_id_reason: str = ""
    sex: Sex | None = None
    birth_date: dt.date | None = None
    phone: str = ""
    phone_owner: PhoneOwner | None = None
    house_kind: HouseKind | None = None
    tags: tuple[HouseholdTag, ...] = ()
    lat: float | None = None
    lon: float | None = None
    notice_given: bool = False
    remark: str = ""


def household_ids(context: Context, *, typed: str = "", area_prefix: str = "") -> list[str]:
    """Ids of listed households that the worker may read and that match what he typed, in walking order."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(Permission.READ_CASES)
        return households.listed_ids(connection, scopes, area_prefix=area_prefix, typed=typed)


def household_items(context: Context, ids: Sequence[str]) -> list[HouseholdItem]:
    """List rows for some ids (a page of the list), in the order of `ids`; absent ones are left out."""
    with context.store.reading() as connection:
        found = households.get_many(connection, ids)
        counts = households.member_counts(connection, ids)
        plans = visits.plans_of(connection, ids)
        names = households.area_names(connection)
        born = households.heads_born(connection, ids)
        drafts = {d.household_id: d.id for d in reversed(visits.drafts(connection))}
        masked = context.actor(connection).masked
    today = context.today()
    items = []
    for one in ids:
        household = found.get(one)
        if household is None:
            continue
        members = counts[one].members if one in counts else 0
        items.append(
            _item(
                household,
                born.get(one),
                names,
                today,
                plan=plans.get(one),
                members=members,
                draft_id=drafts.get(one),
                masked=masked,
            )
        )
    return items


def _item(
    household: HouseholdFields, head_born: dt.date | None, names: dict[str, str], today: dt.date, *,
    plan: VisitPlan | None, members: int, draft_id: str | None, masked: bool,
) -> HouseholdItem:  # fmt: skip
    in_force = {c.category for c in household.coverages if c.open_on(today)}
    return HouseholdItem(
        household_id=household.id,
        head_name=mask_name(household.head_name) if masked else household.head_name,
        area_code=household.area_code,
        village_name=names.get(household.area_code[:12], ""),
        group_name=household.group_name,
        address=mask_address(household.address, household.group_name) if masked else household.address,
        categories=tuple(category for category in Category if category in in_force),
        tags=household.tags,
        risk_level=household.risk_level,
        status=household.status,
        members=members,
        head_age=age_on(head_born, today) if head_born is not None else None,
        plan=plan,
        plan_status=plan.status_on(today) if plan is not None else None,
        draft_id=draft_id,
        lat=None if masked else household.lat,
        lon=None if masked else household.lon,
    )


def household_card(context: Context, household_id: str) -> HouseholdCard:
    """The whole file of a household, masked for an auditor.

    Raises NotAllowedError("household_not_here" or "not_permitted").
    """
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        persons = households.members(connection, household_id)
        timeline = visits.of_household(connection, household_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, household.area_code)
        names = households.user_names(connection)
        unsent = visits.unsent_ids(connection, [v.id for v in timeline])
        older = older_visits.count_of(connection, household_id)
        hidden = hidden_visits(context, connection)
    item = household_items(context, [household_id])[0]
    if actor.masked:
        known = [household.head_name, *(p.name for p in persons)]
        household = masked_household(household, known)
        persons = [masked_person(p) for p in persons]
        timeline = [masked_visit(v, known) for v in timeline]
    today = context.today()
    year_ago = today - dt.timedelta(days=365)
    unit = item.plan.unit if item.plan is not None else PeriodUnit.MONTH
    start, end = period_of(unit, today)
    counted = [v for v in timeline if _counts(v)]
    # Counted, but not shown to whoever asks the family about them again.
    timeline = [v for v in timeline if v.root_id not in hidden]
    return HouseholdCard(
        item=item,
        household=household,
        members=tuple(
            Member(
                person=p,
                age=age_on(p.birth_date, today) if p.birth_date else None,
                masked_id=mask_id_number(p.id_number),
                masked_phone=mask_phone(p.phone),
            )
            for p in persons
        ),
        visits_this_period=sum(start <= _day(v) <= end for v in counted),
        visits_required=item.plan.required if item.plan is not None else 0,
        visits_12_months=sum(_day(v) > year_ago for v in counted),
        timeline=tuple(timeline),
        older_visits=older,
        photos=tuple((v, photo) for v in timeline for photo in v.photos),
        worker_names=names,
        unsent=frozenset(unsent),
        may_edit=actor.may(Permission.EDIT_CONTACT, household.area_code),
        may_reveal_id=actor.may(Permission.REVEAL_ID, household.area_code),
        may_reveal_phone=actor.may(Permission.REVEAL_PHONE, household.area_code),
    )


def _counts(visit: VisitFields) -> bool:
    return visit.state is not VisitState.VOID and visit.result not in NOBODY_MET


def _day(visit: VisitFields) -> dt.date:
    return local_day(visit.finished_at)


def reveal(context: Context, person_id: str, secret: Secret, reason: str) -> str:
    """Show a number in full; leaves an audit event with the reason, never the number (R3).

    Raises RuleError("reason_required" or "text_too_long") or NotAllowedError.
    """
    if not reason.strip():
        raise RuleError("reason_required", "reason")
    _require_length("reason", reason, AuditEventFields, "reason")
    permission = Permission.REVEAL_PHONE if secret is Secret.PHONE else Permission.REVEAL_ID
    act = AuditAct.REVEAL_PHONE if secret is Secret.PHONE else AuditAct.REVEAL_ID
    with context.store.unit_of_work() as work:
        person = work.find("persons", person_id)
        if not isinstance(person, PersonFields):
            raise RuleError("person_not_here")
        household = households.get(work.connection, person.household_id)
        context.actor(work.connection).require(permission, household.area_code)
        shown = person.phone if secret is Secret.PHONE else person.id_number
        # Some paste the very number as the reason; the audit must not hold it.
        told = reason.strip().replace(shown, MASK) if shown else reason.strip()
        event = audit_event(
            context, work.new_id(), act, object_kind="persons", object_id=person_id,
            area_code=household.area_code, reason=told,
        )  # fmt: skip
        work.save("audit_events", event)
        work.commit()
    return shown


def areas_to_register_in(context: Context) -> list[tuple[str, str]]:
    """Grids (villages without grids) in which the worker may register households: (code, name)."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(Permission.REGISTER_HOUSEHOLD)
        areas = {a.id: a for code in scopes for a in households.areas_under(connection, code)}
        names = households.area_names(connection)
    leaves = [
        code
        for code, area in areas.items()
        if area.level is AreaLevel.GRID
        or (area.level is AreaLevel.VILLAGE and not any(o != code and o.startswith(code) for o in areas))
    ]
    return [(code, f"{names.get(code[:12], '')} {names[code]}" if len(code) > 12 else names[code])
            for code in sorted(leaves)]  # fmt: skip


def check_new_household(context: Context, new: NewHousehold) -> list[RuleError]:
    """What stops registration, each with its field; empty when all is well. Nothing is stored."""
    problems: list[RuleError] = []
    with context.store.reading() as connection:
        allowed = context.parameters(connection).demo_numbers_allowed
        if not new.head_name.strip():
            problems.append(RuleError("name_required", "head_name"))
        if len(new.area_code) not in _FILED_IN:
            problems.append(RuleError("area_required", "area_code"))
        problems += _too_long(new)
        if new.id_number.strip():
            try:
                number = check_id_number(new.id_number, context.today(), allowed).number
                if households.persons_with_id_number(connection, number):
                    problems.append(RuleError("id_already_here", "id_number"))
            except RuleError as error:
                problems.append(error)
        elif not new.no_id_reason.strip():
            problems.append(RuleError("id_or_reason_required", "id_number"))
        if new.birth_date is not None and new.birth_date > context.today():
            problems.append(RuleError("birth_date_in_future", "birth_date"))
        if new.phone.strip():
            try:
                check_phone(new.phone, allowed)
            except RuleError as error:
                problems.append(error)
    return problems


def _texts(new: NewHousehold) -> dict[str, str]:
    """The texts of a registration as they are filed; the remark begins with why there is no ID number."""
    reason = "" if new.id_number.strip() else new.no_id_reason.strip()
    return {
        "head_name": new.head_name.strip(),
        "group_name": new.group_name.strip(),
        "address": new.address.strip(),
        "remark": "；".join(filter(None, (reason, new.remark.strip()))),
    }


def _too_long(new: NewHousehold) -> list[RuleError]:
    problems = []
    for field, text in _texts(new).items():
        try:
            _require_length(field, text, HouseholdFields, field)
        except RuleError as error:
            problems.append(error)
    return problems


def _require_length(field: str, text: str, fields: type[RecordFields], name: str) -> None:
    """Raise RuleError("text_too_long") where a field of a record would not take the text."""
    limits = (getattr(one, "max_length", None) for one in fields.model_fields[name].metadata)
    limit = next(one for one in limits if one is not None)
    if len(text.strip()) > limit:
        raise RuleError("text_too_long", field, limit=limit)


def register_household(context: Context, new: NewHousehold, initiator: str = "") -> tuple[str, ChangeSet]:
    """Register a household found on the spot as 待核实, with its head. Returns its id.

    Raises the first problem of check_new_household, or NotAllowedError.
    """
    for problem in check_new_household(context, new):
        raise problem
    with context.store.unit_of_work(initiator) as work:
        context.actor(work.connection).require(Permission.REGISTER_HOUSEHOLD, new.area_code)
        allowed = context.parameters(work.connection).demo_numbers_allowed
        now = work.now()
        household_id, person_id = work.new_id(), work.new_id()
        origin: dict[str, Any] = {"created_at": now, "created_by": context.user_id, "updated_at": now,
                  "updated_by": context.user_id, "device_id": context.device_id}  # fmt: skip
        number = check_id_number(new.id_number, context.today(), allowed) if new.id_number.strip() else None
        household = HouseholdFields(
            id=household_id, head_person_id=person_id, head_name=new.head_name.strip(),
            area_code=new.area_code, group_name=new.group_name.strip(), address=new.address.strip(),
            house_kind=new.house_kind, tags=new.tags, lat=new.lat, lon=new.lon,
            consent_notice_at=now if new.notice_given else None, status=HouseholdStatus.PENDING,
            remark=_texts(new)["remark"], **origin,
        )  # fmt: skip
        person = PersonFields(
            id=person_id, household_id=household_id, name=new.head_name.strip(),
            id_type=IdType.RESIDENT_ID if number else IdType.NONE,
            id_number=number.number if number else "", id_converted=bool(number and number.converted),
            sex=number.sex if number else new.sex,
            birth_date=number.birth_date if number else new.birth_date,
            relation_to_head=Relation.SELF,
            phone=check_phone(new.phone, allowed) if new.phone.strip() else "",
            phone_owner=new.phone_owner, **origin,
        )  # fmt: skip
        work.save("households", household)
        work.save("persons", person)
        return household_id, work.commit()


def edit_contact(
    context: Context, household_id: str, *, address: str | None = None, phones: dict[str, str] | None = None,
    initiator: str = "",
) -> ChangeSet:  # fmt: skip
    """Correct the address of a household or the phones of its members (by person id).

    Raises RuleError for an address too long or a phone that is none, NotAllowedError.
    """
    if address is not None:
        _require_length("address", address, HouseholdFields, "address")
    with context.store.unit_of_work(initiator) as work:
        household = households.get(work.connection, household_id)
        context.actor(work.connection).require(Permission.EDIT_CONTACT, household.area_code)
        allowed = context.parameters(work.connection).demo_numbers_allowed
        stamp = {"updated_at": work.now(), "updated_by": context.user_id}
        if address is not None:
            work.save("households", household.model_copy(update={"address": address.strip(), **stamp}))
        for person_id, phone in (phones or {}).items():
            person = work.find("persons", person_id)
            if not isinstance(person, PersonFields) or person.household_id != household_id:
                raise RuleError("person_not_here")
            number = check_phone(phone, allowed) if phone.strip() else ""
            work.save("persons", person.model_copy(update={"phone": number, **stamp}))
        return work.commit()
