"""Service-type assistance on the device (S25, S26): note needs, see who could serve one, refer it with the
family's consent, settle or give it up, rate what was served."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.needs import (
    NeedStatus,
    NeedUrgency,
    PickedNeed,
    ReferralAction,
    ReferralFields,
    ReferralStepFields,
    ServiceNeedFields,
    ServiceRating,
)
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.rules.referral_flow import (
    NEED_TRANSITIONS,
    PERMISSION_FOR,
    advance_need,
    advance_referral,
    check_referral,
    need_standing,
    referral_standing,
    respond_due,
)
from fieldapp.domain.rules.service_matching import Offer, offers, places_used
from fieldapp.services.context import Context
from fieldapp.services.need_views import NeedView, known_needs, need_views
from fieldapp.storage.repositories import households, needs
from fieldapp.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewNeedStep:
    """A step of the office about a need: RATE (rating, visit), UNMET, SETTLE, GIVE_UP (note)."""

    action: ReferralAction
    note: str = ""
    rating: int | None = None
    visit_id: str | None = None


# -- noting needs -------------------------------------------------------------------------------------


def add_needs(
    context: Context, household_id: str, picked: Collection[PickedNeed], initiator: str = ""
) -> tuple[list[str], ChangeSet]:
    """Note needs on a household's card. Returns their ids. Raises NotAllowedError not_permitted,
    household_not_here."""
    with context.store.unit_of_work(initiator) as work:
        household = households.get(work.connection, household_id)
        context.actor(work.connection).require(Permission.ADD_NEED, household.area_code)
        return [_add(context, work, household, one) for one in picked], work.commit()


def begin_ratings(views: Collection[NeedView]) -> tuple[ServiceRating, ...]:
    """What a visit asks about: every service that was delivered and not rated yet."""
    return tuple(
        ServiceRating(
            need_id=one.need.id,
            kind=one.need.kind,
            organisation_name=one.organisation_names.get(one.referral.organisation_id, ""),
        )
        for one in views
        if one.to_rate and one.referral is not None
    )


def keep_of_visit(
    context: Context, work: UnitOfWork, household: HouseholdFields, draft: VisitDraft, visit_id: str
) -> None:
    """Keep the needs and ratings of a visit in the visit's own commit.

    Nothing here stops a visit: what its worker may not note any longer, because the household was given to
    others, stays in the visit as a kind; a rating that somebody gave meanwhile is left out.
    """
    if not context.actor(work.connection).may(Permission.ADD_NEED, household.area_code):
        return
    for picked in draft.needs:
        if not picked.kept:
            _add(context, work, household, picked, visit_id)
    waiting = {one.need.id for one in _of_household(context, work, household.id) if one.to_rate}
    for rated in draft.ratings:
        if rated.rating is not None and rated.need_id in waiting:
            new = NewNeedStep(ReferralAction.RATE, rated.note, rated.rating, visit_id)
            _take_step(context, work, rated.need_id, new)


def _of_household(context: Context, work: UnitOfWork, household_id: str) -> list[NeedView]:
    return need_views(context, work.connection, needs.of_household(work.connection, household_id))


def _add(
    context: Context,
    work: UnitOfWork,
    household: HouseholdFields,
    picked: PickedNeed,
    visit_id: str | None = None,
) -> str:
    told = picked.model_dump(exclude={"kept", "description"})
    need = ServiceNeedFields.model_validate(
        _stamps(context, work)
        | told
        | {
            "household_id": household.id,
            "area_code": household.area_code,
            "visit_id": visit_id,
            "description": picked.description.strip(),
            "seen_at": work.now(),
        }
    )
    work.save("service_needs", need, urgent=need.urgency is NeedUrgency.NOW)
    return need.id


def _stamps(context: Context, work: UnitOfWork) -> dict[str, Any]:
    now = work.now()
    return {
        "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
        "updated_by": context.user_id, "device_id": context.device_id,
    }  # fmt: skip


# -- referring and closing ----------------------------------------------------------------------------


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
        [known] = known_needs(work.connection, [stored])
        check_referral(known.need)
        referral = ReferralFields.model_validate(
            _stamps(context, work)
            | {
                "household_id": stored.household_id,
                "area_code": stored.area_code,
                "need_id": need_id,
                "organisation_id": offer.organisation.id,
                "project_id": None if offer.project is None else offer.project.id,
                "message": message.strip(),
                "sent_at": work.now(),
            }
        )
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
        _take_step(context, work, need_id, new)
        return work.commit()


def _take_step(context: Context, work: UnitOfWork, need_id: str, new: NewNeedStep) -> None:
    stored = needs.get(work.connection, need_id)
    [known] = known_needs(work.connection, [stored])
    if new.action not in PERMISSION_FOR:
        raise NotAllowedError("not_permitted")
    context.actor(work.connection).require(PERMISSION_FOR[new.action], stored.area_code)
    alone = (NeedStatus.OPEN, new.action) in NEED_TRANSITIONS
    referral = None if alone else known.referral
    step = ReferralStepFields.model_validate(
        _stamps(context, work)
        | {
            "household_id": stored.household_id,
            "area_code": stored.area_code,
            "need_id": need_id,
            "referral_id": None if referral is None else referral.id,
            "action": new.action,
            "at": work.now(),
            "note": new.note.strip(),
            "rating": new.rating,
            "visit_id": new.visit_id,
        }
    )
    if referral is None:
        advance_need(need_standing(known.need), step)
    else:
        advance_referral(referral_standing(referral), step)
    work.save("referral_steps", step)
    work.touch("service_needs", need_id)
