"""Sync: push and pull. docs/sync-protocol.md, sections 4 and 5."""

from typing import Annotated

import pydantic
from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import SyncError
from server.routes.context import Context, RawBody
from server.routes.guards import Device, LeavingDevice
from server.services import pull as pulling
from server.services import push as pushing
from server.services.identity import Caller, note_waiting
from sync.protocol.wire import TELLS_WAITING, TIME_HEADER, PullRequest

router = APIRouter(prefix="/v1", tags=["sync"])
FromDevice = Annotated[Caller, Depends(Device())]
FromSender = Annotated[Caller, Depends(LeavingDevice())]


@router.post("/push", summary="Apply a batch of ops")
async def push(context: Context, caller: FromSender, raw: RawBody, request: Request) -> Response:
    """One result per op; the same batch again gets the same bytes again."""

    def work() -> bytes:
        return pushing.push(context.store, caller, pushing.read_batch(raw))

    # Few at a time: more threads than that only fight over the interpreter and the writer's turn.
    answer = await to_thread.run_sync(work, limiter=request.app.state.push_limiter)
    return Response(answer, media_type="application/json")


@router.post("/pull", summary="What is new for this device", response_class=StreamingResponse)
def pull(context: Context, caller: FromDevice, raw: RawBody, request: Request) -> Response:
    """NDJSON lines bucket by bucket, or 204 when nothing is new."""
    try:
        wanted = PullRequest.model_validate_json(raw)
    except pydantic.ValidationError:
        raise SyncError("bad_request") from None
    if wanted.edition >= TELLS_WAITING:
        note_waiting(context.store, caller, wanted.waiting)
    pieces = pulling.pull(context.store, caller, wanted)
    if pieces is None:
        return Response(status_code=204, headers={TIME_HEADER: instant_text(context.clock())})
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        pieces = pulling.gzipped(pieces)
        headers["Content-Encoding"] = "gzip"
    return StreamingResponse(pieces, media_type="application/x-ndjson", headers=headers)
