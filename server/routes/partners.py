"""Partner organisations: the persons referred to them and the charity pool. Nothing else is theirs."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, Field

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.needs import ReferralAction
from server.routes.context import Context, json_answer
from server.routes.guards import Requires
from server.services import partners
from server.services.identity import Caller

router = APIRouter(prefix="/v1/partner", tags=["partners"])
Partner = Annotated[Caller, Depends(Requires(Permission.SERVE_REFERRAL))]


class StepRequest(BaseModel):
    """A partner's step; day, quarter hours and worker go with LOG."""

    action: ReferralAction
    note: str = Field(default="", max_length=500)
    served_on: dt.date | None = None
    quarter_hours: int = Field(default=0, ge=0, le=96)
    worker: str = Field(default="", max_length=50)


@router.get("/referrals", summary="Persons referred to the caller's organisation")
def referred(context: Context, caller: Partner) -> Response:
    """Masked, minimal; until 30 days after each was closed."""
    return json_answer({"referrals": partners.referred(context.store, caller)})


@router.post("/referrals/{referral_id}/phone", summary="Reveal a referred person's phone")
def reveal_phone(context: Context, caller: Partner, referral_id: str) -> Response:
    """Written down with the caller's name."""
    return json_answer({"phone": partners.reveal_phone(context.store, caller, referral_id)})


@router.post("/referrals/{referral_id}/steps", summary="Accept, decline, log, deliver", status_code=201)
def take_step(context: Context, caller: Partner, referral_id: str, wanted: StepRequest) -> Response:
    """`refused_code` says why a step does not count; it is kept all the same."""
    step = partners.PartnerStep(
        wanted.action, wanted.note, wanted.served_on, wanted.quarter_hours, wanted.worker
    )
    return json_answer(partners.partner_step(context.store, context.ids, caller, referral_id, step), 201)


@router.get("/pool", summary="Families that need help and get no public aid")
def pool(context: Context, caller: Partner) -> Response:
    """Masked, in the caller's areas, with the family's consent only."""
    return json_answer({"pool": partners.charity_pool(context.store, caller)})
