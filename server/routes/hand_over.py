"""The last contact of a revoked device. docs/sync-protocol.md, section 9."""

from typing import Annotated

import pydantic
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from fieldapp.domain.errors import SyncError
from server.routes.context import Context, RawBody, json_answer
from server.routes.guards import LeavingDevice, Public, bearer, check_protocol
from server.routes.rate_limit import limited_try
from server.services import hand_over as handing
from server.services.identity import Caller
from sync.protocol.wire import HandOverAnswer, HandOverRequest

router = APIRouter(prefix="/v1/hand-over", tags=["sync"])


@router.post(
    "",
    summary="Let a revoked device send its last work",
    dependencies=[Depends(Public()), Depends(limited_try)],
)
def begin(context: Context, raw: RawBody, request: Request) -> Response:
    """Against a one-time code of the device's owner; the device's token names the device."""
    check_protocol(request)
    try:
        wanted = HandOverRequest.model_validate_json(raw)
    except pydantic.ValidationError:
        raise SyncError("bad_request") from None
    until = handing.begin(context.store, bearer(request), wanted.code)
    return json_answer(HandOverAnswer(until=until).model_dump())


@router.post("/done", summary="The last work has been sent", status_code=204)
def done(context: Context, caller: Annotated[Caller, Depends(LeavingDevice())]) -> Response:
    """From now on the device is shut out for good."""
    handing.finish(context.store, caller.user_id, caller.device_id)
    return Response(status_code=204)
