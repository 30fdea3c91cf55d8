"""Who may call a route. Every route carries exactly one guard; a test holds the table of all of them."""

import base64
from typing import Final

from fastapi import Request

from fieldapp.domain.errors import NotAllowedError, SyncError
from fieldapp.domain.permissions import Permission
from server.routes.context import server_context
from server.routes.rate_limit import counted_try
from server.services.basic_login import BasicLogins
from server.services.identity import Caller, any_caller, device_caller
from sync.protocol.wire import PROTOCOL, PROTOCOL_HEADER


class Guard:
    """Base of all guards: a dependency that lets a request in or raises."""

    rule: str


class Public(Guard):
    """Anybody: health, enrol, sign-in."""

    rule = "PUBLIC"

    def __call__(self) -> None:
        return None


class Device(Guard):
    """An enrolled device that speaks this protocol version: the sync routes."""

    rule = "DEVICE"

    def __call__(self, request: Request) -> Caller:
        check_protocol(request)
        return _known(request, device_caller(server_context(request).store, bearer(request)))


class LeavingDevice(Guard):
    """A device as above, or a revoked one while it hands over what it had not sent."""

    rule = "DEVICE OR LEAVING"

    def __call__(self, request: Request) -> Caller:
        check_protocol(request)
        return _known(request, device_caller(server_context(request).store, bearer(request), leaving=True))


class Phone(Guard):
    """A user by login and password with every request, with a permission in at least one area.

    Basic and not Digest: Digest needs the password, or a digest as good as it, stored on the server, and
    argon2 hashes exist so that it is not. The server is reached by HTTPS.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission: Final = permission
        self.rule = f"PHONE {permission.value}"

    def __call__(self, request: Request) -> Caller:
        login, password = basic_credentials(request)
        logins: BasicLogins = request.app.state.basic_logins
        caller = _known(request, logins.caller(login, password, counted_try(request)))
        if not caller.actor.may(self.permission):
            raise NotAllowedError("not_permitted", permission=self.permission)
        return caller


class SignedIn(Guard):
    """Any user, from a device or a console session."""

    rule = "SIGNED_IN"

    def __call__(self, request: Request) -> Caller:
        return _known(request, any_caller(server_context(request).store, bearer(request)))


class Requires(SignedIn):
    """A user with a permission in at least one area; the service narrows it to areas."""

    def __init__(self, permission: Permission) -> None:
        self.permission: Final = permission
        self.rule = permission.value

    def __call__(self, request: Request) -> Caller:
        caller = super().__call__(request)
        if not caller.actor.may(self.permission):
            raise NotAllowedError("not_permitted", permission=self.permission)
        return caller


def _known(request: Request, caller: Caller) -> Caller:
    """Let the log line name who called."""
    request.scope["caller"] = caller
    return caller


def bearer(request: Request) -> str:
    """The token of a request. Raises SyncError("sign_in_needed")."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SyncError("sign_in_needed")
    return token.strip()


def basic_credentials(request: Request) -> tuple[str, str]:
    """Login and password of a request. Raises SyncError("sign_in_needed")."""
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    try:
        login, colon, password = base64.b64decode(packed.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise SyncError("sign_in_needed") from None
    if scheme.lower() != "basic" or not colon or not login or len(login) > 64 or len(password) > 200:
        raise SyncError("sign_in_needed")
    return login, password


def check_protocol(request: Request) -> None:
    """Refuse other versions. Raises SyncError("protocol_too_old")."""
    if request.headers.get(PROTOCOL_HEADER) != str(PROTOCOL):
        raise SyncError("protocol_too_old", speaks=PROTOCOL)
