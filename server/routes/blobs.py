"""Photos and signatures by content hash. docs/sync-protocol.md, section 6."""

from typing import Annotated, cast

import orjson
from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response, StreamingResponse

from fieldapp.domain.errors import SyncError
from server.routes.context import BlobGroup, RawBody, SmallBlob, json_answer
from server.routes.guards import Device, LeavingDevice
from server.services.blobs import Blobs
from server.services.identity import Caller
from sync.protocol.wire import unpack_blobs

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])
FromDevice = Annotated[Caller, Depends(Device())]
FromSender = Annotated[Caller, Depends(LeavingDevice())]


async def blobs_of_server(request: Request) -> Blobs:
    """The blobs behind this app: one object for all requests, for it lets one append at a time."""
    return cast(Blobs, request.app.state.blobs)


AllBlobs = Annotated[Blobs, Depends(blobs_of_server)]


@router.post("/missing", summary="Which of these blobs are wanted")
def missing(blobs: AllBlobs, caller: FromSender, raw: RawBody) -> Response:
    """What is not listed is held completely and verified."""
    try:
        asked = orjson.loads(raw)["sha256"]
        sound = isinstance(asked, list) and all(isinstance(name, str) for name in asked)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise SyncError("bad_request") from None
    if not sound:
        raise SyncError("bad_request")
    return json_answer({"missing": blobs.missing(caller, asked)})


@router.put("/{sha256}", summary="Store a whole blob up to 1 MB", status_code=204)
def put(sha256: str, blobs: AllBlobs, caller: FromSender, content: SmallBlob) -> Response:
    """On the disk when it is answered; a wrong hash leaves nothing behind."""
    blobs.store(caller, sha256, content)
    return Response(status_code=204)


@router.post("", summary="Store several whole blobs of up to 2 MB together")
def put_group(blobs: AllBlobs, caller: FromSender, group: BlobGroup) -> Response:
    """By hash: '' = on the disk, else the code of its refusal."""
    return json_answer({"results": blobs.store_all(caller, unpack_blobs(group))})


@router.head("/{sha256}", summary="How much of a blob is here")
def head(sha256: str, blobs: AllBlobs, caller: FromSender) -> Response:
    """`Upload-Offset`, and `Upload-Complete: ?1` when all is here; 404 = nothing yet."""
    upload = blobs.upload(caller, sha256)
    return Response(headers=_upload_headers(upload.offset, complete=upload.complete))


@router.patch("/{sha256}", summary="Append a chunk of a blob")
def patch(
    sha256: str,
    blobs: AllBlobs,
    caller: FromSender,
    chunk: RawBody,
    *,
    upload_offset: Annotated[int, Header(ge=0)],
    upload_length: Annotated[int, Header(ge=1)],
    content_sha256: Annotated[str, Header()],
) -> Response:
    """At most 256 KB at exactly the present offset; 409 carries the right one."""
    upload = blobs.append(
        caller, sha256, offset=upload_offset, length=upload_length, chunk=chunk, chunk_sha256=content_sha256
    )
    headers = _upload_headers(upload.offset, complete=upload.complete)
    return Response(status_code=200 if upload.complete else 204, headers=headers)


@router.get("/{sha256}", summary="Read a blob", response_class=StreamingResponse)
def get(sha256: str, blobs: AllBlobs, caller: FromDevice, request: Request) -> Response:
    """For a blob that a record in the caller's scope names; one range is honoured."""
    size, mime = blobs.readable(caller, sha256)
    start, end = _range(request.headers.get("range", ""), size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    if (start, end) != (0, size):
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        blobs.read(sha256, start, end),
        206 if (start, end) != (0, size) else 200,
        headers,
        media_type=mime,
    )


def _upload_headers(offset: int, *, complete: bool) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Complete": "?1" if complete else "?0"}


def _range(header: str, size: int) -> tuple[int, int]:
    """Start and end (exclusive) of `bytes=a-` or `bytes=a-b`; anything else means the whole."""
    unit, _, span = header.partition("=")
    first, _, last = span.partition("-")
    if unit.strip() != "bytes" or not first.isdigit() or (last and not last.isdigit()):
        return 0, size
    start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else (0, size)
