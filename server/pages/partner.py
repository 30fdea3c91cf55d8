"""Pages of a partner organisation: the persons referred to it, one of them, the charity pool (S26, S33)."""

import datetime as dt
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.needs import ReferralAction
from fieldapp.domain.rules.referral_flow import needs_note
from server.pages.frame import ROOT, PageRoute, Sheet, Show, View
from server.pages.session import Fields, Page, Posted
from server.routes.errors import status_of
from server.services import partners
from server.services.areas import areas_within, placed_names
from server.services.identity import Caller
from server.services.partners import PartnerStep

router = APIRouter(prefix=ROOT, route_class=PageRoute, include_in_schema=False)
Partner = Annotated[Caller, Depends(Page(Permission.SERVE_REFERRAL))]
MOST_HOURS: Final = 24


@router.get("/referrals", summary="Persons referred to the organisation")
def referrals(view: Show, caller: Partner, page: int = 1) -> Response:
    """Masked, minimal, until some days after each was closed; what waits for an answer comes first."""
    found = partners.referred(view.context.store, caller)
    found.sort(key=lambda one: (not one.get("actions"), one["status"] != "REFERRED", one["sent_at"]))
    today = local_day(view.context.clock()).isoformat()
    return view.page("referrals.html", sheet=Sheet.of(found, page), today=today)


@router.get("/referrals/{referral_id}", summary="One referred person")
def referral(view: Show, caller: Partner, referral_id: str) -> Response:
    """What is needed, what was done, and what can be done next."""
    return _referral(view, caller, referral_id)


@router.post("/referrals/{referral_id}/phone", summary="Reveal a referred person's phone")
def phone(view: Show, caller: Partner, referral_id: str, _sent: Posted) -> Response:
    """Shown once, and written down with the caller's name."""
    number = partners.reveal_phone(view.context.store, caller, referral_id)
    return _referral(view, caller, referral_id, phone=number)


@router.post("/referrals/{referral_id}/steps", summary="Accept, decline, log, deliver")
def step(view: Show, caller: Partner, referral_id: str, sent: Posted) -> Response:
    """What is missing is said before anything is kept; a step that came too late is kept with the reason."""
    try:
        wanted = _step(sent, local_day(view.context.clock()))
    except RuleError as error:
        said, status = view.words.error(error), status_of(error)
        return _referral(view, caller, referral_id, status=status, problem=said)
    told = partners.partner_step(view.context.store, view.context.ids, caller, referral_id, wanted)
    if told["refused_code"]:
        said = view.words.sentence(told["refused_code"])
        return _referral(view, caller, referral_id, status=409, problem=said)
    if wanted.action in (ReferralAction.DECLINE, ReferralAction.UNMET):
        return view.go(f"{ROOT}/referrals?done=step")  # a person that was declined is not shown any longer
    return view.go(f"{ROOT}/referrals/{referral_id}?done=step")


@router.get("/pool", summary="Families that need help and get no public aid")
def pool(view: Show, caller: Partner, page: int = 1) -> Response:
    """Masked, in the organisation's areas, with the family's consent only."""
    store = view.context.store
    sheet = Sheet.of(partners.charity_pool(store, caller), page)
    own = [role.area_code for role in caller.actor.roles]
    names = placed_names(areas_within(store, own, smallest=AreaLevel.VILLAGE))
    return view.page("pool.html", sheet=sheet, names=dict(names))


def _referral(
    view: View, caller: Caller, referral_id: str, *, status: int = 200, phone: str | None = None, **more: Any
) -> Response:
    store = view.context.store
    one = next((one for one in partners.referred(store, caller) if one["id"] == referral_id), None)
    if one is None:
        raise RuleError("unknown_referral", "referral_id")
    return view.page(
        "referral.html",
        status,
        one=one,
        steps=partners.own_steps(store, caller, referral_id),
        phone=phone,
        today=local_day(view.context.clock()).isoformat(),
        with_note=[action.value for action in ReferralAction if needs_note(action)],
        **more,
    )


def _step(sent: Fields, today: dt.date) -> PartnerStep:
    """A step as the form tells it. Raises RuleError invalid_value, reason_required, text_too_long,
    service_day_required."""
    action = sent.chosen("action", ReferralAction)
    note = sent.text("note", 500)
    if needs_note(action) and not note:
        raise RuleError("reason_required", "note")
    if action is not ReferralAction.LOG:
        return PartnerStep(action, note)
    if not sent.text("served_on"):
        raise RuleError("service_day_required", "served_on")
    served_on = sent.day("served_on")
    if served_on > today:
        raise RuleError("invalid_value", "served_on")
    return PartnerStep(action, note, served_on, _quarter_hours(sent.text("hours")), sent.text("worker", 50))


def _quarter_hours(typed: str) -> int:
    try:
        hours = float(typed or "0")
    except ValueError:
        raise RuleError("invalid_value", "hours") from None
    if not 0 <= hours <= MOST_HOURS:
        raise RuleError("invalid_value", "hours")
    return round(hours * 4)
