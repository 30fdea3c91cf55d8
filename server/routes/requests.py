"""Wraps every request: request id, one log line, and an answer to what nobody expected.

The log line holds route template, status, time and ids; never bodies, query values or error texts,
which may be personal.
"""

import logging
import time
import traceback
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.routes.errors import error_answer
from sync.protocol.wire import REQUEST_ID_HEADER

log = logging.getLogger(__name__)

_HEADER: Final = REQUEST_ID_HEADER.lower().encode()
_MAX_ID: Final = 64
BUG_ANSWER: Final = "bug_answer"
"""Key of a scope: how a route answers a bug (scope to answer), where the interface's answer would not do."""


class RequestLog:
    """ASGI middleware. `new_id` makes ids for requests that bring none."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], str]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = _given_id(scope) or self._new_id()
        started = time.perf_counter()
        status = 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_HEADER, request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except ClientDisconnect:
            pass  # a device that lost its network in the middle: it will come again
        except Exception as bug:  # noqa: BLE001  # logged as a bug, answered as one
            # The type and the places only: the message may quote values.
            places = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(bug.__traceback__)[-6:]]
            log.error(
                "bug", extra={"facts": {"type": type(bug).__name__, "at": places, "request_id": request_id}}
            )
            if not status:
                answer = scope.get(BUG_ANSWER, _interface_answer)
                await answer(scope)(scope, receive, send_on)
        finally:
            log.info("request", extra={"facts": _facts(scope, request_id, status, started)})


def _interface_answer(scope: Scope) -> ASGIApp:
    return error_answer("server_error", {}, 500, scope["request_id"])


def _facts(scope: Scope, request_id: str, status: int, started: float) -> dict[str, Any]:
    route = scope.get("route")
    caller = scope.get("caller")
    return {
        "request_id": request_id,
        "method": scope["method"],
        "route": getattr(route, "path", ""),
        "status": status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
        "device_id": getattr(caller, "device_id", ""),
        "user_id": getattr(caller, "user_id", ""),
    }


def _given_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _HEADER:
            text = str(value, "latin-1")
            return text if len(text) <= _MAX_ID and text.isascii() and text.isprintable() else ""
    return ""
