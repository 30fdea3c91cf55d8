"""The frame around every page: templates, headers, navigation, language, errors as pages."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Scope

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Permission
from server.pages.session import COOKIE, form_token, is_secure, visitor_cookie
from server.pages.words import LANGUAGES, NO_VALUE, Words, moment, yuan
from server.routes.context import ServerContext, server_context
from server.routes.errors import status_of
from server.routes.requests import BUG_ANSWER
from server.services.identity import Caller
from server.services.users import user_names

ROOT: Final = "/console"
SIGN_IN: Final = f"{ROOT}/sign-in"
RESOURCES: Final = Path(__file__).parents[2] / "resources" / "console"
LANGUAGE_COOKIE: Final = "fieldapp_language"
PER_PAGE: Final = 50
HEADERS: Final = {
    # No scripts at all, nothing from elsewhere, nothing inline: what a page shows can start nothing.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NOT_KEPT: Final = {"Cache-Control": "no-store"}
"""Of pages with data nothing stays in a browser that several people use."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation: its word `nav.<name>`, its address, and whoever may open it."""

    name: str
    path: str
    permission: Permission


NAVIGATION: Final = (
    Entry("dashboard", f"{ROOT}/dashboard", Permission.READ_STATISTICS),
    Entry("progress", f"{ROOT}/progress", Permission.READ_STATISTICS),
    Entry("times", f"{ROOT}/times", Permission.READ_STATISTICS),
    Entry("referrals", f"{ROOT}/referrals", Permission.SERVE_REFERRAL),
    Entry("pool", f"{ROOT}/pool", Permission.SERVE_REFERRAL),
    Entry("devices", f"{ROOT}/devices", Permission.MANAGE_DEVICES),
    Entry("users", f"{ROOT}/users", Permission.MANAGE_USERS),
    Entry("import", f"{ROOT}/import", Permission.IMPORT_LEDGER),
    Entry("spot_checks", f"{ROOT}/spot-checks", Permission.PLAN_SPOT_CHECK),
    Entry("marks", f"{ROOT}/marks", Permission.RETURN_VISIT),
    Entry("export", f"{ROOT}/export", Permission.EXPORT_VISITS),
    Entry("forms", f"{ROOT}/forms", Permission.EDIT_PARAMETERS),
    Entry("templates", f"{ROOT}/templates", Permission.EDIT_PARAMETERS),
    Entry("refused", f"{ROOT}/refused", Permission.READ_AUDIT),
    Entry("audit", f"{ROOT}/audit", Permission.READ_AUDIT),
)
"""All pages, in the order in which they are shown. Whoever adds one puts it here."""


def entries_for(caller: Caller | None) -> list[Entry]:
    """The pages a user may open."""
    return [one for one in NAVIGATION if caller is not None and caller.actor.may(one.permission)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a long list: `rows` of `total`, `number` from 1."""

    rows: list[Any]
    number: int
    total: int

    @property
    def last(self) -> int:
        """Number of the last sheet."""
        return max(1, -(-self.total // PER_PAGE))

    @classmethod
    def of(cls, rows: list[Any], number: int) -> "Sheet":
        """The sheet of a list that is there as a whole; a number past its end gives the last."""
        last = max(1, -(-len(rows) // PER_PAGE))
        number = min(max(1, number), last)
        return cls(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows))


class View:
    """The page that answers one request."""

    def __init__(self, request: Request) -> None:
        self.request: Final = request
        self.context: Final[ServerContext] = server_context(request)
        self.words: Final = Words(_language(request))

    @property
    def caller(self) -> Caller | None:
        """Who is signed in, as the page's guard found."""
        caller: Caller | None = self.request.scope.get("caller")
        return caller

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A whole page. `problem` among the values is shown above its content."""
        caller, store = self.caller, self.context.store
        cookie = self.request.cookies.get(COOKIE) or ""
        fresh = "" if cookie else visitor_cookie(self.context.random_bytes)
        text = (
            _templates()
            .get_template(template)
            .render(
                {
                    "words": self.words,
                    "languages": LANGUAGES,
                    "county": store.county,
                    "entries": entries_for(caller),
                    "path": self.request.url.path,
                    "user_name": user_names(store, [caller.user_id]).get(caller.user_id, "")
                    if caller
                    else "",
                    "form_token": form_token(cookie or fresh),
                    "done": self.request.query_params.get("done", ""),
                    "problem": "",
                    **values,
                }
            )
        )
        answer = HTMLResponse(text, status, headers=NOT_KEPT)
        if fresh:
            self.keep_cookie(answer, COOKIE, fresh)
        return answer

    def go(self, path: str) -> Response:
        """Send the browser to another page with GET, after a form was taken in."""
        return RedirectResponse(path, 303, headers=NOT_KEPT)

    def keep_cookie(self, answer: Response, name: str, value: str) -> None:
        """Give the browser a cookie that no script reads and no other site's page sends along."""
        answer.set_cookie(
            name, value, path=ROOT, httponly=True, samesite="strict", secure=is_secure(self.request)
        )

    def failed(self, code: str, status: int, facts: dict[str, Any] | None = None) -> Response:
        """An error as a page. A session that is over leads to the sign-in."""
        if code == "sign_in_needed":
            had = "?ended=1" if self.request.cookies.get(COOKIE, "").startswith("s.") else ""
            return self.go(f"{SIGN_IN}{had}")
        said = self.words.sentence(code, facts)
        return self.page(
            "error.html", status, said=said, code=code, request_id=self.request.scope["request_id"]
        )


class PageRoute(APIRoute):
    """Answers expected errors with a page, and gives every answer the console's headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            request.scope[BUG_ANSWER] = _bug_page
            try:
                made = await answer(request)
            except FieldappError as error:
                made = View(request).failed(error.code, status_of(error), dict(error.facts))
            except RequestValidationError:
                made = View(request).failed("bad_request", 400)
            for name, value in HEADERS.items():
                made.headers.setdefault(name, value)
            return made

        return guarded


async def _view(request: Request) -> View:
    return View(request)


def _bug_page(scope: Scope) -> Response:
    """What somebody sees of a bug. It asks nothing of the database, which may be what failed."""
    words = Words(_language(Request(scope)))
    text = _templates().get_template("bug.html").render(words=words, request_id=scope["request_id"])
    return HTMLResponse(text, 500, headers={**HEADERS, **NOT_KEPT})


Show = Annotated[View, Depends(_view)]


def _language(request: Request) -> str:
    """As chosen; else the first the browser asks for that we speak."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    asked = (part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    return next((language for language in asked if language in LANGUAGES), "zh")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(RESOURCES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(moment=moment, yuan=yuan)
    made.globals.update(NO_VALUE=NO_VALUE, ROOT=ROOT)
    return made
