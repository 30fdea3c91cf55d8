"""The way in: sign-in, sign-out, language, the style sheet, and what is no page at all."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.errors import NotAllowedError, SyncError
from server.pages.frame import (
    LANGUAGE_COOKIE,
    RESOURCES,
    ROOT,
    SIGN_IN,
    PageRoute,
    Show,
    View,
    entries_for,
)
from server.pages.session import COOKIE, Page, Posted
from server.pages.words import LANGUAGES
from server.routes.errors import status_of
from server.routes.guards import Public
from server.routes.rate_limit import counted_try
from server.services import sign_in as signing
from server.services.identity import CONSOLE_IDLE, Caller

router = APIRouter(prefix=ROOT, route_class=PageRoute, include_in_schema=False)
last = APIRouter(prefix=ROOT, route_class=PageRoute, include_in_schema=False)
Anybody = Depends(Public())


@router.get("", summary="The console")
def console(view: Show, caller: Annotated[Caller, Depends(Page())]) -> Response:
    """The first page the user may open."""
    entries = entries_for(caller)
    return view.go(entries[0].path) if entries else view.page("nothing.html")


@router.get("/sign-in", summary="The sign-in", dependencies=[Anybody])
def sign_in_page(view: Show, ended: bool = False) -> Response:
    """Asks for login and password; says so where a session has just ended."""
    return view.page("sign_in.html", login="", ended=ended)


@router.post("/sign-in", summary="Begin a session of a browser", dependencies=[Anybody])
def sign_in(view: Show, sent: Posted) -> Response:
    """The same passwords, limits and locks as the interface; ends half an hour after the last page."""
    login = sent.text("login", 64)
    context = view.context
    try:
        with counted_try(view.request):
            session = signing.sign_in(
                context.store,
                login,
                sent.text("password"),
                random_bytes=context.random_bytes,
                lasts=CONSOLE_IDLE,
            )
    except (NotAllowedError, SyncError) as error:
        return view.page(
            "sign_in.html", status_of(error), login=login, ended=False, problem=view.words.error(error)
        )
    answer = view.go(ROOT)
    view.keep_cookie(answer, COOKIE, session.token)
    return answer


@router.post("/sign-out", summary="End the session of this browser")
def sign_out(view: Show, caller: Annotated[Caller, Depends(Page())], sent: Posted) -> Response:
    """The cookie is worth nothing from now on."""
    signing.sign_out(view.context.store, caller, view.request.cookies[COOKIE])
    answer = view.go(f"{SIGN_IN}?done=signed_out")
    answer.delete_cookie(COOKIE, path=ROOT)
    return answer


@router.get("/language", summary="Choose the language", dependencies=[Anybody])
def language(view: Show, to: str = "") -> Response:
    """Kept in a cookie; back to the page where it was chosen."""
    answer = view.go(_page_before(view))
    if to in LANGUAGES:
        view.keep_cookie(answer, LANGUAGE_COOKIE, to)
    return answer


@router.get("/style.css", summary="The style sheet", dependencies=[Anybody])
async def style() -> Response:
    """The product's colours for the screen, by day and night, and for paper."""
    return _file("console.css", "text/css")


@router.get("/icon.svg", summary="The icon", dependencies=[Anybody])
async def icon() -> Response:
    """What a browser shows beside the title."""
    return _file("icon.svg", "image/svg+xml")


@last.get("/{rest:path}", summary="No page", dependencies=[Anybody])
def no_page(view: Show) -> Response:
    """An error page instead of the interface's answer."""
    return view.failed("unknown_route", 404)


def _page_before(view: View) -> str:
    """The console's page the browser comes from, without what it asked; never another site."""
    before = view.request.headers.get("referer", "")
    base = str(view.request.base_url)
    path = "/" + before.removeprefix(base).partition("?")[0] if before.startswith(base) else ""
    return path if path.startswith(f"{ROOT}/") else ROOT


def _file(name: str, media_type: str) -> Response:
    return Response(_content(name), media_type=media_type, headers={"Cache-Control": "max-age=3600"})


@cache
def _content(name: str) -> bytes:
    return (RESOURCES / name).read_bytes()
