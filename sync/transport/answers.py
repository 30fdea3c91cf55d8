"""Tells the protocol's answers from everything else a network may say (transport layer).

What is not this protocol's JSON (a captive portal, a proxy's error page) counts as offline.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, TypeVar

import pydantic
import requests
import urllib3

from fieldapp.domain.errors import Fact, SyncError
from sync.protocol.wire import REQUEST_ID_HEADER, ErrorBody, Message

M = TypeVar("M", bound=Message)

JSON_TYPE: Final = "application/json"
FEED_TYPE: Final = "application/x-ndjson"
MAX_JSON_BYTES: Final = 16 * 1024 * 1024
"""More than any honest answer that is read whole: 200 results with bodies stay far below."""
PIECE_BYTES: Final = 64 * 1024
"""Read at once. What a break takes away is at most one piece, so that weak links make headway too."""
MAX_ERROR_BYTES: Final = 64 * 1024
MAX_RETRY_AFTER: Final = 3600.0

KNOWN_CODES: Final = frozenset(
    {
        "sign_in_needed", "device_revoked", "not_permitted", "reidentify", "wrong_offset", "wrong_hash",
        "too_large", "protocol_too_old", "slow_down", "busy", "bad_code", "unknown_blob",
        "package_not_package", "package_too_new", "package_damaged", "package_foreign", "package_foreign_key",
        "package_revoked", "package_is_answer", "hand_over_not_needed", "hand_over_too_late",
    }
)  # fmt: skip
"""Codes of the error body that are passed on as they are."""
_BY_STATUS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "sign_in_needed",
    HTTPStatus.FORBIDDEN: "not_permitted",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UPGRADE_REQUIRED: "protocol_too_old",
    HTTPStatus.TOO_MANY_REQUESTS: "slow_down",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
}
"""For answers to HEAD, which have no body to name a code."""


@contextmanager
def network_errors() -> Iterator[None]:
    """Turn what requests and urllib3 raise into SyncError offline or untrusted_server."""
    try:
        yield
    except (requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        raise SyncError("untrusted_server") from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError):
        raise SyncError("offline") from None


def content_type(response: requests.Response) -> str:
    """The media type without its parameters."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def read_all(response: requests.Response, limit: int = MAX_JSON_BYTES) -> bytes:
    """The whole body, unpacked. Raises SyncError("offline") when it breaks off or grows past `limit`."""
    parts: list[bytes] = []
    size = 0
    with network_errors():
        for piece in response.raw.stream(PIECE_BYTES, decode_content=True):
            size += len(piece)
            if size > limit:
                raise SyncError("offline")
            parts.append(piece)
    return b"".join(parts)


def parsed(response: requests.Response, shape: type[M]) -> M:
    """A 200 answer as a message. Anything else that calls itself a success is not our server."""
    if response.status_code != HTTPStatus.OK or content_type(response) != JSON_TYPE:
        raise SyncError("offline")
    try:
        return shape.model_validate_json(read_all(response))
    except pydantic.ValidationError:
        raise SyncError("bad_answer") from None


def require_success(response: requests.Response) -> None:
    """Raise the SyncError of an answer that is no 2xx."""
    if not 200 <= response.status_code < 300:
        raise refusal(response)


def require_empty(response: requests.Response) -> None:
    """Raise unless this is our server's 204: it returns the request's id, which no portal does.

    Without a body nothing else would tell "your photo is safe here" from a stranger's politeness.
    """
    require_success(response)
    echo = response.headers.get(REQUEST_ID_HEADER)
    if response.status_code != HTTPStatus.NO_CONTENT or echo != response.request.headers[REQUEST_ID_HEADER]:
        raise SyncError("offline")


def refusal(response: requests.Response) -> SyncError:
    """The error behind an answer that is no success."""
    status = response.status_code
    request_id = response.headers.get(REQUEST_ID_HEADER, "")
    if response.request.method == "HEAD":
        code = _BY_STATUS.get(status, "server_error" if status >= 500 else "offline")
        return SyncError(code, request_id=request_id)
    if content_type(response) != JSON_TYPE:
        return SyncError("offline")
    try:
        body = ErrorBody.model_validate_json(read_all(response, limit=MAX_ERROR_BYTES))
    except pydantic.ValidationError:
        return SyncError("offline")
    facts: dict[str, Fact] = {"request_id": body.request_id or request_id}
    offset = body.details.get("offset")
    if isinstance(offset, int):
        facts["offset"] = offset
    retry_after = _retry_after(response)
    if retry_after is not None:
        facts["retry_after"] = retry_after
    if body.code in KNOWN_CODES:
        return SyncError(body.code, **facts)
    return SyncError("server_error" if status >= 500 else "bad_answer", server_code=body.code[:40], **facts)


def refused(code: str) -> SyncError:
    """The error behind a code that an answer gives for one of several things."""
    return SyncError(code) if code in KNOWN_CODES else SyncError("bad_answer", server_code=code[:40])


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait, from either form of the header."""
    text = response.headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            at, now = parsedate_to_datetime(text), parsedate_to_datetime(response.headers["Date"])
        except (ValueError, KeyError):
            return None
        # Both from the server's own clock, so that a wrong clock here does not matter.
        if at.tzinfo is None or now.tzinfo is None:
            at, now = at.replace(tzinfo=dt.UTC), now.replace(tzinfo=dt.UTC)
        seconds = (at - now).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER) if seconds == seconds else None  # noqa: PLR0124  no NaN
