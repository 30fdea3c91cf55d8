"""Enrol a device. docs/sync-protocol.md, section 3."""

import pydantic
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from fieldapp.domain.errors import SyncError
from server.routes.context import Context, RawBody, json_answer
from server.routes.guards import Public, check_protocol
from server.routes.rate_limit import limited_try
from server.services.enrolment import enrol
from sync.protocol.wire import EnrolRequest

router = APIRouter(prefix="/v1", tags=["sync"])


@router.post(
    "/enrol", summary="One-time code to device token", dependencies=[Depends(Public()), Depends(limited_try)]
)
def enrol_device(context: Context, raw: RawBody, request: Request) -> Response:
    """The token in the answer is shown this once."""
    check_protocol(request)
    try:
        wanted = EnrolRequest.model_validate_json(raw)
    except pydantic.ValidationError:
        raise SyncError("bad_request") from None
    keys = [key.strip() for key in context.settings.escrow_keys.split(",") if key.strip()]
    answer = enrol(
        context.store, wanted, ids=context.ids, random_bytes=context.random_bytes, escrow_keys=keys
    )
    return json_answer(answer.model_dump())
