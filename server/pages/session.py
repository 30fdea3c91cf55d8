"""Sessions of browsers: the cookie, whom a page lets in, and forms that only our own pages send."""

import datetime as dt
import enum
import hmac
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qs

from fastapi import Depends, Request

from fieldapp.domain.errors import NotAllowedError, RuleError, SyncError
from fieldapp.domain.permissions import Permission
from server.routes.context import server_context
from server.routes.guards import Guard
from server.routes.multipart import MultipartReader, read_parts
from server.services.identity import Caller, console_caller
from server.services.secrets_text import RandomBytes, new_token, secret_hash

COOKIE: Final = "fieldapp_console"
TOKEN_FIELD: Final = "form_token"
FILE_FIELD: Final = "file"
MAX_FORM_BYTES: Final = 64 * 1024
MAX_FIELDS: Final = 200
MAX_UPLOAD_BYTES: Final = 16 * 1024 * 1024
E_ = TypeVar("E_", bound=enum.StrEnum)


class Page(Guard):
    """A user with a session cookie and a permission in at least one area (None: any user)."""

    def __init__(self, permission: Permission | None = None) -> None:
        self.permission: Final = permission
        self.rule = f"PAGE {permission.value}" if permission else "PAGE"

    def __call__(self, request: Request) -> Caller:
        caller = console_caller(server_context(request).store, request.cookies.get(COOKIE, ""))
        request.scope["caller"] = caller
        if self.permission is not None and not caller.actor.may(self.permission):
            raise NotAllowedError("not_permitted", permission=self.permission)
        return caller


class Fields:
    """What a form sent, as text without blanks around it."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values: Final = values

    def text(self, name: str, longest: int = 200) -> str:
        """A field's text, '' where it was left out. Raises RuleError("text_too_long")."""
        value = (self._values.get(name) or [""])[0].strip()
        if len(value) > longest:
            raise RuleError("text_too_long", name, limit=longest)
        return value

    def reason(self) -> str:
        """The reason of an act. Raises RuleError("reason_required") without one."""
        if not (reason := self.text("reason")):
            raise RuleError("reason_required", "reason")
        return reason

    def checked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))

    def day(self, name: str) -> dt.date:
        """A day. Raises RuleError("invalid_value")."""
        try:
            return dt.date.fromisoformat(self.text(name))
        except ValueError:
            raise RuleError("invalid_value", name) from None

    def chosen(self, name: str, among: type[E_]) -> E_:
        """A value of a list. Raises RuleError("invalid_value")."""
        try:
            return among(self.text(name))
        except ValueError:
            raise RuleError("invalid_value", name) from None


class Upload(Fields):
    """A form with a file: what it was called (a plain name), what is in it. `attached` are more, by name."""

    def __init__(
        self, values: dict[str, list[str]], filename: str, content: bytes, attached: dict[str, bytes]
    ) -> None:
        super().__init__(values)
        self.filename: Final = filename
        self.content: Final = content
        self.attached: Final = attached


def visitor_cookie(random_bytes: RandomBytes) -> str:
    """What a browser holds before anybody has signed in: its forms need something to belong to."""
    return f"v.{new_token(random_bytes)}"


def form_token(cookie: str) -> str:
    """What every form carries: follows from the browser's cookie, which no other site can read."""
    return secret_hash(f"form {cookie}")


def is_secure(request: Request) -> bool:
    """Whether browsers reach this server by HTTPS, also where a proxy ends it."""
    https = server_context(request).settings.address.startswith("https:")
    return https or request.url.scheme == "https"


def require_own_form(request: Request, token: str) -> None:
    """Refuse what another site's page sent. Raises NotAllowedError("form_outdated")."""
    cookie = request.cookies.get(COOKIE, "")
    from_here = request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    same = hmac.compare_digest(form_token(cookie).encode(), token.encode("utf-8", "replace"))
    if not cookie or not from_here or not same:
        raise NotAllowedError("form_outdated")


async def posted(request: Request) -> Fields:
    """Dependency of every route that takes a form: its fields, sent by a page of ours.

    Raises SyncError("too_large"), NotAllowedError("form_outdated").
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            raise SyncError("too_large")
    try:
        values = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise SyncError("bad_request") from None
    fields = Fields(values)
    require_own_form(request, fields.text(TOKEN_FIELD))
    return fields


async def uploaded(request: Request) -> Upload:
    """Dependency of every route that takes a form with a file. Raises as `posted`."""
    values: dict[str, list[str]] = {}
    filename, content = "", b""
    attached: dict[str, bytes] = {}
    with MultipartReader(request.headers.get("content-type", ""), limit=MAX_UPLOAD_BYTES) as reader:
        for part in await read_parts(reader, request.stream()):
            if part.filename and part.name != FILE_FIELD:
                attached[part.filename] = part.content.read()
            elif part.filename:
                filename, content = part.filename, part.content.read()
            elif part.size <= MAX_FORM_BYTES:
                values.setdefault(part.name, []).append(part.content.read().decode("utf-8", "replace"))
    form = Upload(values, filename, content, attached)
    require_own_form(request, form.text(TOKEN_FIELD))
    return form


Posted = Annotated[Fields, Depends(posted)]
Uploaded = Annotated[Upload, Depends(uploaded)]
