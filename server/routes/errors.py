"""The one error answer: `{code, message, details, request_id}` with a matching status."""

from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError, StorageError
from server.routes.context import json_answer
from sync.protocol.wire import ErrorBody

STATUS: Final = {
    "bad_request": 400,
    "sign_in_needed": 401,
    "device_revoked": 401,
    "wrong_login": 401,
    "bad_code": 403,
    "not_permitted": 403,
    "unknown_record": 404,
    "unknown_blob": 404,
    "unknown_form": 404,
    "unknown_template": 404,
    "package_foreign": 404,
    "unknown_route": 404,
    "method_not_allowed": 405,
    "reidentify": 409,
    "wrong_offset": 409,
    "already_exists": 409,
    "hand_over_not_needed": 409,
    "package_foreign_key": 409,
    "package_revoked": 409,
    "too_large": 413,
    "wrong_hash": 422,
    "protocol_too_old": 426,
    "account_locked": 429,
    "slow_down": 429,
    "database_locked": 503,
    "busy": 503,
    "disk_full": 507,
}
RETRY_SECONDS: Final = {"slow_down": 30, "account_locked": 900, "busy": 5, "database_locked": 5}
_SAID: Final = {"database_locked": "busy"}
"""Codes that devices know by another name."""


def error_answer(code: str, details: dict[str, object], status: int, request_id: str) -> Response:
    """An error as the protocol wants it."""
    body = ErrorBody(code=_SAID.get(code, code), details=details, request_id=request_id)
    answer = json_answer(body.model_dump(exclude_defaults=True) | {"request_id": request_id}, status)
    retry = details.get("retry_after", RETRY_SECONDS.get(code))
    if retry is not None:
        answer.headers["Retry-After"] = str(retry)
    if code == "wrong_offset":
        answer.headers["Upload-Offset"] = str(details["offset"])
    return answer


def status_of(error: FieldappError) -> int:
    """The HTTP status of an expected error."""
    if error.code in STATUS:
        return STATUS[error.code]
    if isinstance(error, RuleError):
        return 422
    if isinstance(error, NotAllowedError):
        return 403
    return 503 if isinstance(error, StorageError) else 400


def install_errors(app: FastAPI) -> None:
    """Turn every error of the app into the one answer."""
    app.add_exception_handler(FieldappError, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def _request_id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, FieldappError)
    details: dict[str, object] = dict(error.facts)
    if isinstance(error, RuleError) and error.field:
        details["field"] = error.field
    return error_answer(error.code, details, status_of(error), _request_id(request))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "unknown_route", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    return error_answer(code, {}, error.status_code, _request_id(request))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    place = error.errors()[0]["loc"] if error.errors() else ()
    # The place only: the value may be personal.
    return error_answer("bad_request", {"field": str(place[-1]) if place else ""}, 400, _request_id(request))
