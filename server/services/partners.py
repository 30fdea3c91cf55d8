"""What a partner organisation sees and does: persons referred to it, with the least that serving needs, and
the charity pool without names. Access to a person ends some days after the referral was closed (R22, S26).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.needs import (
    NeedStatus,
    OrganisationFields,
    ReferralAction,
    ReferralFields,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.reliefs import ReliefStatus
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.masking import mask_address, mask_name, mask_phone
from fieldapp.domain.rules.referral_flow import StepBy, actions_from, partner_sees
from fieldapp.domain.rules.service_matching import in_charity_pool
from server.services.identity import Caller
from server.services.needs import step_body, take_referral_step
from server.store.audit import Act, note
from server.store.bodies import check_body
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork

_TOWN = CODE_LENGTH[AreaLevel.TOWN]


@dataclass(frozen=True, slots=True)
class PartnerStep:
    """A step of a partner. Of LOG: `served_on`, `quarter_hours`, `worker`."""

    action: ReferralAction
    note: str = ""
    served_on: dt.date | None = None
    quarter_hours: int = 0
    worker: str = ""


def own_organisations(connection: Connection, user_id: str) -> list[OrganisationFields]:
    """The organisations a user works for."""
    row = row_table("organisations")
    columns = [row.c[name] for name in OrganisationFields.model_fields]
    found = connection.execute(select(*columns).where(row.c.active)).mappings()
    listed = [OrganisationFields.model_validate(dict(one)) for one in found]
    return [one for one in listed if user_id in one.users]


def referred(store: Store, caller: Caller) -> list[dict[str, Any]]:
    """The referrals a partner may see, oldest first: person masked, need, message, what to do next."""
    today = local_day(store.clock())
    with store.read() as connection:
        own = {one.id for one in own_organisations(connection, caller.user_id)}
        return [_shown(connection, one, today) for one in _visible(connection, own, store)]


def _referrals(connection: Connection, organisation_ids: set[str]) -> list[ReferralFields]:
    row = row_table("referrals")
    columns = [row.c[name] for name in ReferralFields.model_fields]
    query = (
        select(*columns)
        .where(row.c.organisation_id.in_(sorted(organisation_ids)))
        .order_by(row.c.sent_at, row.c.id)
    )
    return [ReferralFields.model_validate(dict(one)) for one in connection.execute(query).mappings()]


def _shown(connection: Connection, referral: ReferralFields, today: dt.date) -> dict[str, Any]:
    need = _one(connection, "service_needs", ServiceNeedFields, referral.need_id)
    household = _one(connection, "households", HouseholdFields, referral.household_id)
    person = _person(connection, household, need)
    return compact(
        {
            "id": referral.id,
            "status": referral.status.value,
            "sent_at": referral.model_dump(mode="json")["sent_at"],
            "respond_due": None if referral.respond_due is None else referral.respond_due.isoformat(),
            "need": need.kind.value,
            "urgency": need.urgency.value,
            "message": referral.message,
            "person": mask_name(household.head_name if person is None else person.name),
            "sex": None if person is None or person.sex is None else person.sex.value,
            "age": None if person is None or person.birth_date is None else age_on(person.birth_date, today),
            "phone": mask_phone("" if person is None else person.phone),
            "place": _place(connection, household),
            "logged": referral.logged,
            "actions": [one.value for one in actions_from(referral.status, StepBy.PARTNER)],
        }
    )


def _one(connection: Connection, kind: str, fields: type[Any], record_id: str) -> Any:
    row = row_table(kind)
    columns = [row.c[name] for name in fields.model_fields]
    found = connection.execute(select(*columns).where(row.c.id == record_id)).mappings().first()
    if found is None:
        raise RuleError("unknown_record")
    return fields.model_validate(dict(found))


def _person(
    connection: Connection, household: HouseholdFields, need: ServiceNeedFields
) -> PersonFields | None:
    """Whom it is about: the person named by the need, else the head."""
    wanted = need.person_id or household.head_person_id
    if wanted is None:
        return None
    found = _one(connection, "persons", PersonFields, wanted)
    return found if isinstance(found, PersonFields) else None


def _place(connection: Connection, household: HouseholdFields) -> str:
    """Town, village and group: whoever goes there is taken along by the village."""
    area = row_table("areas").c
    codes = [household.area_code[:_TOWN], household.area_code[: CODE_LENGTH[AreaLevel.VILLAGE]]]
    names = dict(connection.execute(select(area.id, area.name).where(area.id.in_(codes))).all())
    return "".join(names.get(code, "") for code in codes) + household.group_name


def reveal_phone(store: Store, caller: Caller, referral_id: str) -> str:
    """The phone of a referred person, written down in the log. Raises RuleError("unknown_referral")."""

    def work(unit: UnitOfWork) -> str:
        referral = _own(unit, caller, referral_id)
        need = _one(unit.connection, "service_needs", ServiceNeedFields, referral.need_id)
        household = _one(unit.connection, "households", HouseholdFields, referral.household_id)
        person = _person(unit.connection, household, need)
        note(unit, caller.user_id, Act.PHONE_REVEALED, "referrals", referral_id, device_id=caller.device_id)
        return "" if person is None else person.phone

    return store.run(work)


def partner_step(
    store: Store, ids: IdSource, caller: Caller, referral_id: str, step: PartnerStep
) -> dict[str, Any]:
    """Take a partner's step. The answer says how the referral stands, and why the step does not count if it
    does not. Raises RuleError("unknown_referral"), also for referrals of others."""

    def work(unit: UnitOfWork) -> dict[str, Any]:
        _own(unit, caller, referral_id)
        entry = unit.find("referrals", referral_id)
        assert entry is not None  # asked for above
        values: dict[str, object] = {"note": step.note.strip(), "worker": step.worker.strip()}
        if step.served_on is not None:
            values |= {"served_on": step.served_on.isoformat(), "quarter_hours": step.quarter_hours}
        made = step_body(unit, ids(), entry, step.action, caller.user_id, **compact(values))
        author = Author(caller.user_id, caller.device_id)
        taken = take_referral_step(unit, author, made, StepBy.PARTNER, _never)
        unit.put("referral_steps", check_body("referral_steps", taken.body))
        return {
            "status": entry.body.get("status", "REFERRED"),
            "refused_code": taken.body.get("refused_code", ""),
        }

    return store.run(work)


def own_steps(store: Store, caller: Caller, referral_id: str) -> list[ReferralStepFields]:
    """What the caller's organisation did about a referral, the newest first. What the office notes is not
    shown. Of a referral the caller may not see nothing comes."""
    row = row_table("referral_steps")
    columns = [row.c[name] for name in ReferralStepFields.model_fields]
    with store.read() as connection:
        organisations = own_organisations(connection, caller.user_id)
        colleagues = {user for one in organisations for user in one.users}
        visible = {one.id for one in _visible(connection, {one.id for one in organisations}, store)}
        query = (
            select(*columns)
            .where(row.c.referral_id == referral_id, row.c.created_by.in_(sorted(colleagues)))
            .order_by(row.c.at.desc(), row.c.id.desc())
        )
        found = connection.execute(query).mappings().all() if referral_id in visible else []
    return [ReferralStepFields.model_validate(dict(one)) for one in found]


def _visible(connection: Connection, organisation_ids: set[str], store: Store) -> list[ReferralFields]:
    """The referrals of organisations whose persons they may still see."""
    today, parameters = local_day(store.clock()), parameters_of(connection)
    return [one for one in _referrals(connection, organisation_ids) if partner_sees(one, today, parameters)]


def _own(unit: UnitOfWork, caller: Caller, referral_id: str) -> ReferralFields:
    """A referral the caller may see. Others answer as if they were not there."""
    entry = unit.find("referrals", referral_id)
    own = {one.id for one in own_organisations(unit.connection, caller.user_id)}
    if entry is None or entry.deleted or entry.body["organisation_id"] not in own:
        raise RuleError("unknown_referral", "referral_id")
    referral = ReferralFields.model_validate(entry.body)
    today = local_day(parse_instant(unit.now))
    if not partner_sees(referral, today, parameters_of(unit.connection)):
        raise RuleError("unknown_referral", "referral_id")
    return referral


def _never(_permission: object) -> None:
    raise NotAllowedError("not_permitted")


def charity_pool(store: Store, caller: Caller) -> list[dict[str, Any]]:
    """Needs without public aid in the caller's areas (S33): village, kind, urgency, how many live there.
    No name, no number, no description."""
    areas = [one.area_code for one in caller.actor.roles]
    needs, households, reliefs = (row_table(kind) for kind in ("service_needs", "households", "reliefs"))
    columns = [needs.c[name] for name in ServiceNeedFields.model_fields]
    with store.read() as connection:
        denied = set(
            connection.scalars(select(reliefs.c.household_id).where(reliefs.c.status == ReliefStatus.DENIED))
        )
        query = (
            select(*columns).where(needs.c.status == NeedStatus.OPEN).order_by(needs.c.seen_at, needs.c.id)
        )
        found = [ServiceNeedFields.model_validate(dict(one)) for one in connection.execute(query).mappings()]
        pool = [
            one
            for one in found
            if in_charity_pool(one, relief_denied=one.household_id in denied)
            and any(contains(area, one.area_code) for area in areas)
        ]
        ids = sorted({one.household_id for one in pool})
        homes = {
            row.id: row
            for row in connection.execute(
                select(
                    households.c.id, households.c.head_name, households.c.address, households.c.group_name
                ).where(households.c.id.in_(ids))
            )
        }
    return [
        compact(
            {
                "id": one.id,
                "need": one.kind.value,
                "urgency": one.urgency.value,
                "seen_on": local_day(one.seen_at).isoformat(),
                "area_code": one.area_code[: CODE_LENGTH[AreaLevel.VILLAGE]],
                "family": mask_name(homes[one.household_id].head_name) if one.household_id in homes else "",
                "place": mask_address(homes[one.household_id].address, homes[one.household_id].group_name)
                if one.household_id in homes
                else "",
            }
        )
        for one in pool
    ]
