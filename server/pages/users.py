"""Users: create, roles, disable, one-time enrolment code, new password. No case data."""

import datetime as dt
import enum
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from markupsafe import Markup

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.users import Role, RoleAssignment, WorkerKind
from server.pages.frame import ROOT, PageRoute, Sheet, Show, View
from server.pages.session import Fields, Page, Posted
from server.services import enrolment, users
from server.services.areas import areas_within, placed_names
from server.services.identity import Caller
from server.services.secrets_text import shown_code

router = APIRouter(prefix=f"{ROOT}/users", route_class=PageRoute, include_in_schema=False)
Keeper = Annotated[Caller, Depends(Page(Permission.MANAGE_USERS))]


@router.get("", summary="All users")
def list_users(view: Show, caller: Keeper, page: int = 1, find: str = "") -> Response:
    """Logins, names and roles in the areas the caller administers; found by a part of name or login."""
    known = users.list_users(view.context.store, caller.actor)
    wanted = [one for one in known if find.strip() in one["name"] or find.strip() in one["login"]]
    return view.page(
        "users.html", sheet=Sheet.of(wanted, page), find=find.strip(), names=_areas(view, caller),
    )  # fmt: skip


@router.get("/new", summary="A new user: the form")
def new_user_page(view: Show, caller: Keeper) -> Response:
    """Name, login, role and area."""
    return _new_user_form(view, caller, {})


@router.post("/new", summary="Create a user")
def new_user(view: Show, caller: Keeper, sent: Posted) -> Response:
    """A console user's password, and a field worker's code, are shown once."""
    store, context = view.context.store, view.context
    values = {name: sent.text(name) for name in ("name", "login", "phone", "role", "area", "since", "until")}
    try:
        roles = (_assignment(sent),)
        new = users.NewUser(
            name=_required(sent, "name", 50),
            login=_required(sent, "login", 64),
            roles=roles,
            phone=sent.text("phone", 30),
            worker_kind=sent.chosen("worker_kind", WorkerKind),
            console=sent.checked("console"),
        )
        users.require_administration(caller.actor, roles)
        made = users.add_user(
            store, new, by=caller.user_id, ids=context.ids, random_bytes=context.random_bytes
        )
    except RuleError as error:
        return _new_user_form(view, caller, values, status=422, problem=view.words.error(error))
    return _user_page(view, caller, made.user_id, password=made.password, status=201)


@router.get("/{user_id}", summary="One user")
def user_page(view: Show, caller: Keeper, user_id: str) -> Response:
    """Roles with their days, and what may be done."""
    return _user_page(view, caller, user_id)


@router.post("/{user_id}/roles", summary="Give or end a role")
def change_roles(view: Show, caller: Keeper, user_id: str, sent: Posted) -> Response:
    """`end` is the place of a role to end with yesterday (one of today goes); without it one is added."""
    store = view.context.store
    roles = _roles(_user(view, caller, user_id))
    try:
        end = sent.text("end")
        today = local_day(view.context.clock())
        roles = _ended(roles, end, today) if end else (*roles, _assignment(sent))
        users.require_administration(caller.actor, roles)
        users.change_roles(store, user_id, roles, by=caller.user_id)
    except RuleError as error:
        return _user_page(view, caller, user_id, status=422, problem=view.words.error(error))
    return view.go(f"{ROOT}/users/{user_id}?done=roles")


@router.post("/{user_id}/active", summary="Disable or enable a user")
def set_active(view: Show, caller: Keeper, user_id: str, sent: Posted) -> Response:
    """A disabled user's sessions end and devices are shut out at once."""
    _user(view, caller, user_id)
    active = sent.text("active") == "yes"
    users.set_active(view.context.store, user_id, active, by=caller.user_id)
    return view.go(f"{ROOT}/users/{user_id}?done={'enabled' if active else 'disabled'}")


@router.post("/{user_id}/password", summary="Give a user a new password")
def reset_password(view: Show, caller: Keeper, user_id: str, sent: Posted) -> Response:
    """Shown once; open sessions end."""
    _user(view, caller, user_id)
    password = users.reset_password(
        view.context.store, user_id, by=caller.user_id, random_bytes=view.context.random_bytes
    )
    return _user_page(view, caller, user_id, password=password)


@router.post("/{user_id}/code", summary="Make a one-time enrolment code")
def new_code(view: Show, caller: Keeper, user_id: str, sent: Posted) -> Response:
    """Works once, within 72 hours; shown once, as text and for a camera."""
    _user(view, caller, user_id)
    context = view.context
    try:
        code = enrolment.new_code(
            context.store, user_id, by=caller.user_id, random_bytes=context.random_bytes
        )
    except RuleError as error:
        return _user_page(view, caller, user_id, status=422, problem=view.words.error(error))
    link = enrolment.enrolment_link(context.settings.address, code)
    drawn = segno.make(link, error="m", micro=False).svg_inline(scale=4, border=4, light="#fff")
    # Made here out of our own link: dark and light squares, nothing a person typed.
    return _user_page(view, caller, user_id, code=shown_code(code), drawn=Markup(drawn))  # noqa: S704


def _user(view: View, caller: Caller, user_id: str) -> dict[str, Any]:
    """A user the caller administers. Raises RuleError unknown_record, NotAllowedError not_permitted."""
    users.require_user(view.context.store, caller.actor, user_id)
    known = users.list_users(view.context.store, caller.actor)
    return next(one for one in known if one["id"] == user_id)


def _user_page(view: View, caller: Caller, user_id: str, *, status: int = 200, **values: Any) -> Response:
    shown = {"password": "", "code": "", "drawn": "", **values}
    user = _user(view, caller, user_id)
    return view.page(
        "user.html", status, user=user, names=_areas(view, caller), role_words=_labels(view, Role),
        today=local_day(view.context.clock()), **shown,
    )  # fmt: skip


def _new_user_form(view: View, caller: Caller, values: dict[str, str], **more: Any) -> Response:
    return view.page(
        "new_user.html", values=values, names=_areas(view, caller), role_words=_labels(view, Role),
        kind_words=_labels(view, WorkerKind), today=local_day(view.context.clock()), **more,
    )  # fmt: skip


def _labels(view: View, values: type[enum.StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, view.words.label(value)) for value in values]


def _areas(view: View, caller: Caller) -> dict[str, str]:
    """Areas in which the caller may give roles, by code."""
    mine = caller.actor.areas_with(Permission.MANAGE_USERS)
    return dict(placed_names(areas_within(view.context.store, mine, smallest=AreaLevel.GRID)))


def _required(sent: Fields, name: str, longest: int) -> str:
    if not (value := sent.text(name, longest)):
        raise RuleError("invalid_value", name)
    return value


def _assignment(sent: Fields) -> RoleAssignment:
    until = sent.day("until") if sent.text("until") else None
    since = sent.day("since")
    if until is not None and until < since:
        raise RuleError("period_wrong", "until")
    return RoleAssignment(
        role=sent.chosen("role", Role), area_code=_required(sent, "area", 15), since=since, until=until
    )


def _roles(user: dict[str, Any]) -> tuple[RoleAssignment, ...]:
    return tuple(RoleAssignment.model_validate(role) for role in user["roles"])


def _ended(roles: tuple[RoleAssignment, ...], place: str, today: dt.date) -> tuple[RoleAssignment, ...]:
    if not place.isdecimal() or not 0 < int(place) <= len(roles):
        raise RuleError("invalid_value", "end")
    ending = roles[int(place) - 1]
    others = (*roles[: int(place) - 1], *roles[int(place) :])
    if ending.since >= today:
        return others
    return (*others, ending.model_copy(update={"until": today - dt.timedelta(days=1)}))
