"""Devices: who holds them, when they were last here, and shutting out lost ones."""

import datetime as dt
from collections import Counter
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from server.pages.frame import ROOT, PageRoute, Sheet, Show, View
from server.pages.session import Page, Posted
from server.services import devices
from server.services.identity import Caller
from server.services.users import user_names

router = APIRouter(prefix=f"{ROOT}/devices", route_class=PageRoute, include_in_schema=False)
Keeper = Annotated[Caller, Depends(Page(Permission.MANAGE_DEVICES))]
SILENT_AFTER: Final = dt.timedelta(days=7)
REFUSED_IN: Final = dt.timedelta(days=30)


@router.get("", summary="All devices")
def list_devices(view: Show, caller: Keeper, page: int = 1) -> Response:
    """State, last contact, what waits on them, version; the longest silent first."""
    store, now = view.context.store, view.context.clock()
    known = devices.list_devices(store, caller.actor)
    known.sort(key=lambda one: (one["revoked_at"] is not None, one["last_seen"], one["id"]))
    refused = Counter(op["device_id"] for op in devices.list_refused(store, instant_text(now - REFUSED_IN)))
    sheet = Sheet.of(known, page)
    return view.page(
        "devices.html",
        sheet=sheet,
        names=user_names(store, [one["user_id"] for one in sheet.rows]),
        refused=refused,
        silent_before=instant_text(now - SILENT_AFTER),
    )


@router.get("/{device_id}/revoke", summary="Shut a device out: ask")
def revoke_page(view: Show, caller: Keeper, device_id: str) -> Response:
    """Says what it does, and asks for a reason."""
    return _revoke_form(view, caller, device_id)


@router.post("/{device_id}/revoke", summary="Shut a device out")
def revoke(view: Show, caller: Keeper, device_id: str, sent: Posted) -> Response:
    """At once and for good, with the reason in the log."""
    devices.require_device(view.context.store, caller.actor, device_id)
    try:
        reason = sent.reason()
    except RuleError as error:
        return _revoke_form(view, caller, device_id, status=422, problem=view.words.error(error))
    devices.revoke_device(view.context.store, device_id, by=caller.user_id, reason=reason)
    return view.go(f"{ROOT}/devices?done=revoked")


def _revoke_form(view: View, caller: Caller, device_id: str, **values: Any) -> Response:
    known = devices.list_devices(view.context.store, caller.actor)
    device = next((one for one in known if one["id"] == device_id), None)
    if device is None:
        devices.require_device(view.context.store, caller.actor, device_id)
        raise RuleError("unknown_record")
    names = user_names(view.context.store, [device["user_id"]])
    return view.page("revoke.html", device=device, holder=names.get(device["user_id"], ""), **values)
