"""What every route shares: the opened server, request bodies within limits, JSON answers."""

import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, cast

import orjson
from fastapi import Depends, Request
from fastapi.responses import Response

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import SyncError
from fieldapp.domain.ids import IdSource
from server.services.photo_prints import KnownPrints
from server.settings import Settings
from server.store.blob_store import BlobStore
from server.store.store import Store
from sync.protocol.wire import MAX_BATCH_BYTES, MAX_GROUP_BLOBS, MAX_GROUP_BYTES, MAX_PUT_BYTES

MAX_BODY_BYTES: Final = MAX_BATCH_BYTES + 64 * 1024
"""A batch and its envelope, before and after unpacking."""


@dataclass(frozen=True, slots=True)
class ServerContext:
    """The opened server: store, photos, clock and sources of ids and secrets. One per app. `prints` is what
    its job thread knows of photos."""

    settings: Settings
    store: Store
    blobs: BlobStore
    clock: Clock
    ids: IdSource
    random_bytes: Callable[[int], bytes] = field(default=secrets.token_bytes)
    prints: KnownPrints = field(default_factory=KnownPrints)


def server_context(request: Request) -> ServerContext:
    """The context of the app that serves this request."""
    return cast(ServerContext, request.app.state.context)


async def limited_body(request: Request) -> bytes:
    """The request's body, unpacked, never more than MAX_BODY_BYTES. Raises SyncError("too_large")."""
    body = await _body_up_to(request, MAX_BODY_BYTES)
    return _unpacked(body) if request.headers.get("content-encoding", "") == "gzip" else body


async def small_blob(request: Request) -> bytes:
    """The request's body as it is, never more than MAX_PUT_BYTES. Raises SyncError("too_large")."""
    return await _body_up_to(request, MAX_PUT_BYTES)


async def blob_group(request: Request) -> bytes:
    """The request's body as it is: several blobs with their names. Raises SyncError("too_large")."""
    return await _body_up_to(request, MAX_GROUP_BYTES + MAX_GROUP_BLOBS * 100)


async def _body_up_to(request: Request, limit: int) -> bytes:
    length = request.headers.get("content-length")
    if length is not None and (not length.isdigit() or int(length) > limit):
        raise SyncError("too_large")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise SyncError("too_large")
        parts.append(part)
    return b"".join(parts)


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(packed, MAX_BODY_BYTES)
    except zlib.error:
        raise SyncError("bad_request") from None
    if unpacker.unconsumed_tail:
        raise SyncError("too_large")
    if not unpacker.eof:
        raise SyncError("bad_request")
    return body


def json_answer(value: Any, status: int = 200) -> Response:
    """An answer from plain JSON values."""
    return Response(orjson.dumps(value), status, media_type="application/json")


async def _context(request: Request) -> ServerContext:
    # A coroutine, because FastAPI gives plain functions a thread of their own.
    return server_context(request)


Context = Annotated[ServerContext, Depends(_context)]
RawBody = Annotated[bytes, Depends(limited_body)]
SmallBlob = Annotated[bytes, Depends(small_blob)]
BlobGroup = Annotated[bytes, Depends(blob_group)]
