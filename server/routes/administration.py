"""Users and devices, for system administrators. They see names and roles, no case data."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, Field

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.users import RoleAssignment, WorkerKind
from server.routes.context import Context, json_answer
from server.routes.guards import Requires
from server.services import devices, enrolment, users
from server.services.identity import Caller
from server.services.secrets_text import shown_code

router = APIRouter(prefix="/v1", tags=["administration"])
UserAdmin = Annotated[Caller, Depends(Requires(Permission.MANAGE_USERS))]
DeviceAdmin = Annotated[Caller, Depends(Requires(Permission.MANAGE_DEVICES))]


class NewUserRequest(BaseModel):
    """A user to create."""

    name: str = Field(min_length=1, max_length=50)
    login: str = Field(min_length=1, max_length=64)
    phone: str = Field(default="", max_length=30)
    worker_kind: WorkerKind = WorkerKind.STAFF
    roles: tuple[RoleAssignment, ...] = ()
    console: bool = False


class RolesRequest(BaseModel):
    """All assignments of a user, replacing those before."""

    roles: tuple[RoleAssignment, ...]


class ActiveRequest(BaseModel):
    """Whether the user may work."""

    active: bool


@router.get("/users", summary="All users")
def list_users(context: Context, caller: UserAdmin) -> Response:
    """Logins, names and roles in the areas the caller administers."""
    return json_answer({"users": users.list_users(context.store, caller.actor)})


@router.post("/users", summary="Create a user", status_code=201)
def add_user(context: Context, caller: UserAdmin, wanted: NewUserRequest) -> Response:
    """The answer shows the password of a console user, once."""
    new = users.NewUser(
        wanted.name, wanted.login, wanted.roles, wanted.phone, wanted.worker_kind, wanted.console
    )
    users.require_administration(caller.actor, wanted.roles)
    made = users.add_user(
        context.store, new, by=caller.user_id, ids=context.ids, random_bytes=context.random_bytes
    )
    return json_answer({"user_id": made.user_id, "password": made.password}, 201)


@router.put("/users/{user_id}/roles", summary="Replace a user's roles", status_code=204)
def change_roles(context: Context, caller: UserAdmin, user_id: str, wanted: RolesRequest) -> Response:
    """Devices learn of it at their next sync."""
    users.require_user(context.store, caller.actor, user_id)
    users.require_administration(caller.actor, wanted.roles)
    users.change_roles(context.store, user_id, wanted.roles, by=caller.user_id)
    return Response(status_code=204)


@router.put("/users/{user_id}/active", summary="Disable or enable a user", status_code=204)
def set_active(context: Context, caller: UserAdmin, user_id: str, wanted: ActiveRequest) -> Response:
    """A disabled user's sessions end and devices are shut out at once."""
    users.require_user(context.store, caller.actor, user_id)
    users.set_active(context.store, user_id, wanted.active, by=caller.user_id)
    return Response(status_code=204)


@router.post("/users/{user_id}/password", summary="Give a user a new password")
def reset_password(context: Context, caller: UserAdmin, user_id: str) -> Response:
    """The answer shows it, once; open sessions end."""
    users.require_user(context.store, caller.actor, user_id)
    password = users.reset_password(
        context.store, user_id, by=caller.user_id, random_bytes=context.random_bytes
    )
    return json_answer({"password": password})


@router.post("/users/{user_id}/codes", summary="Make a one-time enrolment code", status_code=201)
def new_code(context: Context, caller: UserAdmin, user_id: str) -> Response:
    """Works once, within 72 hours. `link` is what the QR code says."""
    users.require_user(context.store, caller.actor, user_id)
    code = enrolment.new_code(context.store, user_id, by=caller.user_id, random_bytes=context.random_bytes)
    link = enrolment.enrolment_link(context.settings.address, code)
    return json_answer({"code": shown_code(code), "link": link}, 201)


@router.get("/devices", summary="All devices")
def list_devices(context: Context, caller: DeviceAdmin) -> Response:
    """Devices of the users the caller administers, with their last contact."""
    return json_answer({"devices": devices.list_devices(context.store, caller.actor)})


@router.post("/devices/{device_id}/revoke", summary="Shut a device out", status_code=204)
def revoke(context: Context, caller: DeviceAdmin, device_id: str) -> Response:
    """At once and for good: a lost tablet."""
    devices.require_device(context.store, caller.actor, device_id)
    devices.revoke_device(context.store, device_id, by=caller.user_id)
    return Response(status_code=204)
