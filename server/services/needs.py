"""Takes in needs, referrals and their steps; sends silent referrals back; what partners may do.

Like relief, a step that is not possible is kept with the reason. A referral without the family's consent is
refused: nothing about the family may reach an organisation.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Text, select, type_coerce

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.needs import (
    OrganisationFields,
    ProjectFields,
    ReferralAction,
    ReferralFields,
    ReferralStatus,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.rules.referral_flow import (
    NEED_FIELDS,
    PERMISSION_FOR,
    REFERRAL_FIELDS,
    TAKEN_BY,
    NeedStanding,
    ReferralStanding,
    StepBy,
    advance_need,
    advance_referral,
    check_referral,
    need_standing,
    need_with,
    referral_standing,
    respond_due,
)
from fieldapp.domain.rules.service_matching import UnmetNeeds, offers, places_used, unmet_needs
from server.services.users import SERVER_USER
from server.store.bodies import CheckedBody, check_body
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.unit_of_work import Author, Entry, UnitOfWork
from sync.protocol.wire import Body

_PAGE: Final = 200


def take_referral(unit: UnitOfWork, author: Author, checked: CheckedBody) -> CheckedBody:
    """Check a new referral, mark its need as referred, and say by when the organisation answers.

    Raises RuleError unknown_need, unknown_organisation, no_places_left; NotAllowedError consent_required,
    need_not_open: the op is refused.
    """
    referral = ReferralFields.model_validate(checked.body)
    entry = _same_household(unit, "service_needs", referral.need_id, checked.body, "unknown_need")
    need = ServiceNeedFields.model_validate(entry.body)
    check_referral(need)
    _check_offer(unit, need, referral)
    parameters = parameters_of(unit.connection)
    _change_need(unit, entry, need_with(referral.id, ReferralStanding()), author)
    due = respond_due(referral, parameters)
    return check_body("referrals", {**checked.body, "respond_due": due.isoformat()})


def _check_offer(unit: UnitOfWork, need: ServiceNeedFields, referral: ReferralFields) -> None:
    """The organisation must offer this here and today, and the project have a place left."""
    organisation = unit.find("organisations", referral.organisation_id)
    if organisation is None or organisation.deleted:
        raise RuleError("unknown_organisation", "organisation_id")
    project = None
    used: dict[str, int] = {}
    if referral.project_id is not None:
        project = unit.find("projects", referral.project_id)  # locked: the last place goes once
        if project is None or project.deleted:
            raise RuleError("unknown_organisation", "project_id")
        row = row_table("referrals").c
        unit.load(
            "referrals",
            unit.connection.scalars(select(row.id).where(row.project_id == referral.project_id)),
        )
        used = places_used(ReferralFields.model_validate(one.body) for one in unit.live("referrals"))
    able = offers(
        need.kind,
        need.area_code,
        local_day(referral.sent_at),
        [OrganisationFields.model_validate(organisation.body)],
        [] if project is None else [ProjectFields.model_validate(project.body)],
        used,
    )
    wanted = referral.project_id
    if not any((None if one.project is None else one.project.id) == wanted for one in able):
        raise RuleError("no_places_left", "project_id" if wanted else "organisation_id")


def take_referral_step(
    unit: UnitOfWork,
    author: Author,
    checked: CheckedBody,
    by: StepBy,
    require: Callable[[Permission], None],
) -> CheckedBody:
    """Decide about a step of a need or referral; it comes back with its number or the reason against it.

    `require` asks the office's permission where the household is; partners are checked by whoever calls.
    Raises RuleError unknown_need, unknown_referral.
    """
    step = ReferralStepFields.model_validate(checked.body)
    need = _same_household(unit, "service_needs", step.need_id, checked.body, "unknown_need")
    referral = None
    if step.referral_id is not None:
        referral = _same_household(unit, "referrals", step.referral_id, checked.body, "unknown_referral")
        if referral.body["need_id"] != need.id:
            raise RuleError("unknown_referral", "referral_id")
    try:
        if by not in TAKEN_BY[step.action]:
            raise NotAllowedError("not_permitted")
        if by is StepBy.OFFICE:
            require(PERMISSION_FOR[step.action])
        if referral is None:
            told = advance_need(need_standing(ServiceNeedFields.model_validate(need.body)), step)
            _change_need(unit, need, told, author)
            return check_body("referral_steps", {**checked.body, "seq": 1})
        standing = advance_referral(referral_standing(ReferralFields.model_validate(referral.body)), step)
    except FieldappError as refusal:
        return check_body("referral_steps", {**checked.body, "refused_code": refusal.code})
    _change_referral(unit, referral, standing, author)
    if need.body.get("referral_id") == referral.id:
        _change_need(unit, need, need_with(referral.id, standing), author)
    return check_body("referral_steps", {**checked.body, "seq": standing.steps_taken})


def _same_household(unit: UnitOfWork, kind: str, record_id: str, body: Body, code: str) -> Entry:
    entry = unit.find(kind, record_id)
    if entry is None or entry.deleted or entry.body["household_id"] != body["household_id"]:
        raise RuleError(code, "need_id" if kind == "service_needs" else "referral_id")
    return entry


def _change_need(unit: UnitOfWork, entry: Entry, standing: NeedStanding, author: Author) -> None:
    need = ServiceNeedFields.model_validate(entry.body)
    told = need.model_copy(update={name: getattr(standing, name) for name in NEED_FIELDS})
    _store(unit, entry, wire_body(told), set(ServiceNeedFields.model_fields), author)


def _change_referral(unit: UnitOfWork, entry: Entry, standing: ReferralStanding, author: Author) -> None:
    referral = ReferralFields.model_validate(entry.body)
    told = referral.model_copy(update={name: getattr(standing, name) for name in REFERRAL_FIELDS})
    _store(unit, entry, wire_body(told), set(ReferralFields.model_fields), author)


def _store(unit: UnitOfWork, entry: Entry, body: Body, known: set[str], author: Author) -> None:
    unknown = {name: value for name, value in entry.body.items() if name not in known}
    stamps = {"updated_at": unit.now, "updated_by": author.user_id, "device_id": author.device_id}
    unit.change(entry, check_body(entry.kind, {**unknown, **body, **stamps}), author)


def unmet_of_county(store: Store, area_code: str = "") -> list[UnmetNeeds]:
    """The unmet-need report of an area ('' = the county) by town and kind."""
    row = row_table("service_needs")
    columns = [row.c[name] for name in ServiceNeedFields.model_fields]
    with store.read() as connection:
        query = select(*columns).where(row.c.area_code.startswith(area_code))
        found = [ServiceNeedFields.model_validate(dict(one)) for one in connection.execute(query).mappings()]
        days = parameters_of(connection).services.need_days
    return unmet_needs(found, store.clock(), days)


def expire_silent(store: Store, ids: IdSource) -> int:
    """Put referrals that no organisation answered in time back before the town. Returns how many."""
    count = 0
    while done := store.run(lambda unit: _expire_some(unit, ids)):
        count += done
    return count


def _expire_some(unit: UnitOfWork, ids: IdSource) -> int:
    row = row_table("referrals").c
    today = local_day(parse_instant(unit.now)).isoformat()
    query = (
        select(row.id)
        .where(
            type_coerce(row.status, Text) == ReferralStatus.REFERRED.value,
            type_coerce(row.respond_due, Text) < today,
        )
        .order_by(row.id)
        .limit(_PAGE)
    )
    silent = list(unit.connection.scalars(query))
    unit.load("referrals", silent)
    done = 0
    for referral_id in silent:
        entry = unit.find("referrals", referral_id)
        if entry is None or entry.deleted:
            continue
        if ReferralFields.model_validate(entry.body).status is not ReferralStatus.REFERRED:
            continue  # answered while this job looked
        body = step_body(unit, ids(), entry, ReferralAction.EXPIRE, SERVER_USER)
        made = take_referral_step(unit, Author(SERVER_USER), body, StepBy.SERVER, _nobody)
        unit.put("referral_steps", made)
        done += 1
    return done


def _nobody(_permission: Permission) -> None:
    raise NotAllowedError("not_permitted")


def step_body(
    unit: UnitOfWork, step_id: str, referral: Entry, action: ReferralAction, by: str, **values: object
) -> CheckedBody:
    """A step of a referral as the server itself writes it."""
    body = referral.body
    return check_body(
        "referral_steps",
        {
            "id": step_id, "created_at": unit.now, "created_by": by, "updated_at": unit.now,
            "updated_by": by, "household_id": body["household_id"], "area_code": body["area_code"],
            "need_id": body["need_id"], "referral_id": referral.id, "action": action.value,
            "at": unit.now, "received_at": unit.now, **values,
        },
    )  # fmt: skip
