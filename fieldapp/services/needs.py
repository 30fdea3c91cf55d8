"""Service-type assistance on the device (S25, S26): note a need, see who could serve it, refer it with the
family's consent, rate it at the next visit, and count what stays unmet."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, NotAllowedError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.needs import (
    NeedStatus,
    NeedUrgency,
    ReferralAction,
    ReferralFields,
    ReferralStatus,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.records.visits import NeedKind
from fieldapp.domain.rules.referral_flow import (
    NEED_CLOSED,
    NEED_FIELDS,
    NEED_TRANSITIONS,
    PERMISSION_FOR,
    REFERRAL_FIELDS,
    StepBy,
    actions_from,
    advance_need,
    advance_referral,
    check_referral,
    need_standing,
    need_with,
    referral_standing,
    respond_due,
)
from fieldapp.domain.rules.service_matching import (
    Offer,
    UnmetNeeds,
    is_late,
    offers,
    places_used,
    unmet_needs,
)
from fieldapp.services.context import Context
from fieldapp.storage.repositories import households, needs


@dataclass(frozen=True, slots=True)
class NewNeed:
    """A need as it was picked at a visit or on the household's card."""

    household_id: str
    kind: NeedKind
    urgency: NeedUrgency = NeedUrgency.WITHIN_30D
    description: str = ""
    person_id: str | None = None
    visit_id: str | None = None
    consent_to_share: bool = False
    not_eligible: bool = False


@dataclass(frozen=True, slots=True)
class NewNeedStep:
    """A step of the office about a need: RATE (rating, visit), UNMET, SETTLE, GIVE_UP (note)."""

    action: ReferralAction
    note: str = ""
    rating: int | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need with its referrals (oldest first) and steps. Own unsent steps are counted in.

    `actions` are what this worker may do; `may_refer` whether it may be handed to an organisation now (where
    only the consent is missing: `consent_missing`). `late` = open after the time its urgency gives.
    """

    need: ServiceNeedFields
    head_name: str
    referrals: tuple[ReferralFields, ...]
    steps: tuple[ReferralStepFields, ...]
    organisation_names: dict[str, str]
    actions: tuple[ReferralAction, ...]
    may_refer: bool
    consent_missing: bool
    late: bool
    to_rate: bool


def add_need(context: Context, new: NewNeed, initiator: str = "") -> tuple[str, ChangeSet]:
    """Note a need. Returns its id. Raises NotAllowedError not_permitted, household_not_here."""
    with context.store.unit_of_work(initiator) as work:
        household = households.get(work.connection, new.household_id)
        context.actor(work.connection).require(Permission.ADD_NEED, household.area_code)
        now = work.now()
        need = ServiceNeedFields.model_validate(
            {
                "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
                "updated_by": context.user_id, "device_id": context.device_id,
                "household_id": household.id, "area_code": household.area_code,
                "person_id": new.person_id, "visit_id": new.visit_id, "kind": new.kind,
                "urgency": new.urgency, "description": new.description.strip(),
                "consent_to_share": new.consent_to_share, "not_eligible": new.not_eligible, "seen_at": now,
            }
        )  # fmt: skip
        work.save("service_needs", need, urgent=new.urgency is NeedUrgency.NOW)
        return need.id, work.commit()


def offers_for(context: Context, need_id: str) -> list[Offer]:
    """Who could serve a need today, by what this device knows of places taken. Raises NotAllowedError."""
    with context.store.reading() as connection:
        need = needs.get(connection, need_id)
        context.actor(connection).require(Permission.READ_CASES, need.area_code)
        return offers(
            need.kind,
            need.area_code,
            context.today(),
            needs.organisations(connection),
            needs.projects(connection),
            places_used(needs.all_referrals(connection)),
        )


def refer(
    context: Context, need_id: str, offer: Offer, message: str = "", initiator: str = ""
) -> tuple[str, ChangeSet]:
    """Hand a need to an organisation. `message` is all it is told beside the minimal fields: no names or
    numbers belong in it. Returns the referral's id.

    Raises NotAllowedError consent_required, need_not_open, not_permitted, need_not_here.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = needs.get(work.connection, need_id)
        context.actor(work.connection).require(Permission.REFER_NEED, stored.area_code)
        [known] = _known(work.connection, [stored])
        check_referral(known.need)
        now = work.now()
        referral = ReferralFields.model_validate(
            {
                "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
                "updated_by": context.user_id, "device_id": context.device_id,
                "household_id": stored.household_id, "area_code": stored.area_code, "need_id": need_id,
                "organisation_id": offer.organisation.id,
                "project_id": None if offer.project is None else offer.project.id,
                "message": message.strip(), "sent_at": now,
            }
        )  # fmt: skip
        due = respond_due(referral, context.parameters(work.connection))
        work.save("referrals", referral.model_copy(update={"respond_due": due}))
        work.touch("service_needs", need_id)
        return referral.id, work.commit()


def take_need_step(context: Context, need_id: str, new: NewNeedStep, initiator: str = "") -> ChangeSet:
    """A step of the office: rate what was served, or say that a need is settled, given up, unmet.

    Raises NotAllowedError referral_step_not_possible, not_permitted; RuleError reason_required,
    rating_required.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = needs.get(work.connection, need_id)
        [known] = _known(work.connection, [stored])
        if new.action not in PERMISSION_FOR:
            raise NotAllowedError("not_permitted")
        context.actor(work.connection).require(PERMISSION_FOR[new.action], stored.area_code)
        alone = (NeedStatus.OPEN, new.action) in NEED_TRANSITIONS
        referral = None if alone or not known.referrals else known.referrals[-1]
        now = work.now()
        step = ReferralStepFields.model_validate(
            {
                "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
                "updated_by": context.user_id, "device_id": context.device_id,
                "household_id": stored.household_id, "area_code": stored.area_code, "need_id": need_id,
                "referral_id": None if referral is None else referral.id, "action": new.action, "at": now,
                "note": new.note.strip(), "rating": new.rating, "visit_id": new.visit_id,
            }
        )  # fmt: skip
        if referral is None:
            advance_need(need_standing(known.need), step)
        else:
            advance_referral(referral_standing(referral), step)
        work.save("referral_steps", step)
        work.touch("service_needs", need_id)
        return work.commit()


# -- looking ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """A need and its referrals as they stand with what this device has not sent yet."""

    need: ServiceNeedFields
    referrals: tuple[ReferralFields, ...]
    steps: tuple[ReferralStepFields, ...]


def _known(connection: Connection, found: Collection[ServiceNeedFields]) -> list[_Known]:
    ids = [one.id for one in found]
    sent: dict[str, list[ReferralFields]] = defaultdict(list)
    for referral in needs.referrals(connection, ids):
        sent[referral.need_id].append(referral)
    taken: dict[str, list[ReferralStepFields]] = defaultdict(list)
    for step in needs.steps(connection, ids):
        taken[step.need_id].append(step)
    return [_stands(one, sent[one.id], taken[one.id]) for one in found]


def _stands(need: ServiceNeedFields, sent: list[ReferralFields], taken: list[ReferralStepFields]) -> _Known:
    referrals = tuple(_referral_stands(one, taken) for one in sent)
    standing = need_standing(need)
    newest = referrals[-1] if referrals else None
    if newest is not None and standing.status not in NEED_CLOSED:
        standing = need_with(newest.id, referral_standing(newest))
    for step in taken:
        if step.referral_id is None and not step.refused_code and standing.status is NeedStatus.OPEN:
            standing = advance_need(standing, step)
    told = {name: getattr(standing, name) for name in NEED_FIELDS}
    return _Known(need.model_copy(update=told), referrals, tuple(taken))


def _referral_stands(referral: ReferralFields, taken: list[ReferralStepFields]) -> ReferralFields:
    standing = referral_standing(referral)
    for step in taken:
        ahead = not step.refused_code and not 0 < step.seq <= referral.steps_taken
        if step.referral_id == referral.id and ahead:
            try:
                standing = advance_referral(standing, step)
            except FieldappError:
                continue  # the server will say so; until then it changes nothing
    return referral.model_copy(update={name: getattr(standing, name) for name in REFERRAL_FIELDS})


def household_needs(context: Context, household_id: str) -> list[NeedView]:
    """Needs of a household, newest first. Raises NotAllowedError."""
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        context.actor(connection).require(Permission.READ_CASES, household.area_code)
        return _views(context, connection, needs.of_household(connection, household_id))


def need_list(context: Context, *, only_open: bool = True) -> list[NeedView]:
    """Needs of the worker's areas, oldest first; `only_open` leaves out what is done or unmet."""
    with context.store.reading() as connection:
        areas = context.actor(connection).areas_with(Permission.ADD_NEED)
        found = [one for area in areas for one in needs.of_area(connection, area)]
        views = _views(context, connection, found)
    return [one for one in views if not only_open or one.need.status not in NEED_CLOSED]


def to_rate(context: Context, household_id: str) -> list[NeedView]:
    """What was served to a household and is to be rated at this visit."""
    return [one for one in household_needs(context, household_id) if one.to_rate]


def unmet_report(context: Context, area_code: str) -> list[UnmetNeeds]:
    """Needs open, late and unmet by town and kind, inside an area. Raises NotAllowedError."""
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.READ_STATISTICS, area_code)
        known = _known(connection, needs.of_area(connection, area_code))
        days = context.parameters(connection).services.need_days
    return unmet_needs([one.need for one in known], context.clock(), days)


def _views(context: Context, connection: Connection, found: list[ServiceNeedFields]) -> list[NeedView]:
    actor, now = context.actor(connection), context.clock()
    days = context.parameters(connection).services.need_days
    names = {one.id: one.name for one in needs.organisations(connection)}
    heads = households.get_many(connection, [one.household_id for one in found])
    views = []
    for known in _known(connection, found):
        need = known.need
        head = heads.get(need.household_id)
        refers = actor.may(Permission.REFER_NEED, need.area_code) and need.status is NeedStatus.OPEN
        newest = known.referrals[-1] if known.referrals else None
        views.append(
            NeedView(
                need=need,
                head_name="" if head is None else head.head_name,
                referrals=known.referrals,
                steps=known.steps,
                organisation_names=names,
                actions=_allowed(actor, need, newest),
                may_refer=refers and need.consent_to_share,
                consent_missing=refers and not need.consent_to_share,
                late=is_late(need, now, days),
                to_rate=newest is not None and newest.status is ReferralStatus.DELIVERED,
            )
        )
    return views


def _allowed(
    actor: Actor, need: ServiceNeedFields, referral: ReferralFields | None
) -> tuple[ReferralAction, ...]:
    listed = [action for status, action in NEED_TRANSITIONS if status is need.status]
    if referral is not None and need.status not in NEED_CLOSED:
        listed += actions_from(referral.status, StepBy.OFFICE)
    return tuple(one for one in listed if actor.may(PERMISSION_FOR[one], need.area_code))
