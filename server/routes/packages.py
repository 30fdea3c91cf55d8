"""Packages that somebody else's device carries to the server. docs/sync-protocol.md, section 8."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated, BinaryIO, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from fieldapp.domain.errors import SyncError
from server.routes.blobs import AllBlobs
from server.routes.context import Context
from server.routes.guards import Device
from server.services.identity import Caller
from server.services.packages import import_package
from server.store.incoming_blob import storage_error
from sync.protocol.package import MAX_PACKAGE_BYTES
from sync.protocol.wire import PACKAGE_TYPE

router = APIRouter(prefix="/v1", tags=["sync"])
_PIECE_BYTES: Final = 256 * 1024


@router.post("/packages", summary="Take in a carried package", response_class=StreamingResponse)
async def carry(
    context: Context, blobs: AllBlobs, caller: Annotated[Caller, Depends(Device())], request: Request
) -> Response:
    """Any device may carry a package of any other: it can neither read nor change it."""
    with ExitStack() as stack, _known_errors():
        package = stack.enter_context(tempfile.TemporaryFile())
        answer = stack.enter_context(tempfile.TemporaryFile())
        await _receive(request, package)
        await run_in_threadpool(
            import_package,
            context.store,
            blobs,
            package,
            answer,
            ids=context.ids,
            carrier=caller.user_id,
        )
        size = answer.tell()
        answer.seek(0)
        files = stack.pop_all()
    headers = {"Content-Length": str(size)}
    return StreamingResponse(_pieces(answer, files), headers=headers, media_type=PACKAGE_TYPE)


async def _receive(request: Request, target: BinaryIO) -> None:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_PACKAGE_BYTES:
            raise SyncError("too_large")
        await run_in_threadpool(target.write, piece)
    target.seek(0)


@contextmanager
def _known_errors() -> Iterator[None]:
    """The disk may be full under the package and under its answer."""
    try:
        yield
    except OSError as error:
        raise storage_error(error) from error


def _pieces(answer: BinaryIO, files: ExitStack) -> Iterator[bytes]:
    with files:
        while piece := answer.read(_PIECE_BYTES):
            yield piece
