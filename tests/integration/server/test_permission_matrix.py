"""Every route declares who may call it; the table below says for each role what comes of it.

A route without a guard, or one that is missing here, fails: nobody adds a door without a lock.
"""

import datetime as dt
from typing import Any, Final

import pytest
import requests
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from fieldapp.domain.permissions import PERMISSIONS, Permission
from fieldapp.domain.records.users import Role
from server.routes.guards import Guard
from server.services.sign_in import sign_in
from server.services.users import reset_password
from tests.integration.server.county import COUNTY, OTHER_TOWN, TOWN, VILLAGE, County, Device

FRAMEWORK_ROUTES: Final = frozenset({"/openapi.json"})

RULES: Final = {
    ("GET", "/healthz"): "PUBLIC",
    ("GET", "/readyz"): "PUBLIC",
    ("POST", "/v1/enrol"): "PUBLIC",
    ("POST", "/v1/sign-in"): "PUBLIC",
    ("POST", "/v1/push"): "DEVICE OR LEAVING",
    ("POST", "/v1/pull"): "DEVICE",
    ("POST", "/v1/blobs/missing"): "DEVICE OR LEAVING",
    ("POST", "/v1/blobs"): "DEVICE OR LEAVING",
    ("PUT", "/v1/blobs/{sha256}"): "DEVICE OR LEAVING",
    ("HEAD", "/v1/blobs/{sha256}"): "DEVICE OR LEAVING",
    ("PATCH", "/v1/blobs/{sha256}"): "DEVICE OR LEAVING",
    ("GET", "/v1/blobs/{sha256}"): "DEVICE",
    ("POST", "/v1/packages"): "DEVICE",
    ("POST", "/v1/hand-over"): "PUBLIC",
    ("POST", "/v1/hand-over/done"): "DEVICE OR LEAVING",
    ("POST", "/v1/sign-out"): "SIGNED_IN",
    ("GET", "/v1/me"): "SIGNED_IN",
    ("GET", "/v1/users"): "MANAGE_USERS",
    ("POST", "/v1/users"): "MANAGE_USERS",
    ("PUT", "/v1/users/{user_id}/roles"): "MANAGE_USERS",
    ("PUT", "/v1/users/{user_id}/active"): "MANAGE_USERS",
    ("POST", "/v1/users/{user_id}/password"): "MANAGE_USERS",
    ("POST", "/v1/users/{user_id}/codes"): "MANAGE_USERS",
    ("GET", "/v1/devices"): "MANAGE_DEVICES",
    ("POST", "/v1/devices/{device_id}/revoke"): "MANAGE_DEVICES",
    ("GET", "/v1/statistics/{area_code}"): "READ_STATISTICS",
    ("GET", "/v1/statistics/{area_code}/risks"): "READ_STATISTICS",
    ("GET", "/v1/partner/referrals"): "SERVE_REFERRAL",
    ("POST", "/v1/partner/referrals/{referral_id}/phone"): "SERVE_REFERRAL",
    ("POST", "/v1/partner/referrals/{referral_id}/steps"): "SERVE_REFERRAL",
    ("GET", "/v1/partner/pool"): "SERVE_REFERRAL",
    ("GET", "/openrosa/formList"): "PHONE FILL_FORM",
    ("GET", "/openrosa/forms/{record_id}/manifest"): "PHONE FILL_FORM",
    ("GET", "/openrosa/forms/{record_id}/form.xml"): "PHONE FILL_FORM",
    ("GET", "/openrosa/forms/{record_id}/files/{sha256}"): "PHONE FILL_FORM",
    ("HEAD", "/openrosa/submission"): "PHONE FILL_FORM",
    ("POST", "/openrosa/submission"): "PHONE FILL_FORM",
}
"""Who may call what of the interface."""
PAGES: Final = {
    ("GET", "/console"): "PAGE",
    ("GET", "/console/sign-in"): "PUBLIC",
    ("POST", "/console/sign-in"): "PUBLIC",
    ("POST", "/console/sign-out"): "PAGE",
    ("GET", "/console/language"): "PUBLIC",
    ("GET", "/console/style.css"): "PUBLIC",
    ("GET", "/console/icon.svg"): "PUBLIC",
    ("GET", "/console/dashboard"): "PAGE READ_STATISTICS",
    ("GET", "/console/progress"): "PAGE READ_STATISTICS",
    ("GET", "/console/times"): "PAGE READ_STATISTICS",
    ("GET", "/console/devices"): "PAGE MANAGE_DEVICES",
    ("GET", "/console/devices/{device_id}/revoke"): "PAGE MANAGE_DEVICES",
    ("POST", "/console/devices/{device_id}/revoke"): "PAGE MANAGE_DEVICES",
    ("GET", "/console/users"): "PAGE MANAGE_USERS",
    ("GET", "/console/users/new"): "PAGE MANAGE_USERS",
    ("POST", "/console/users/new"): "PAGE MANAGE_USERS",
    ("GET", "/console/users/{user_id}"): "PAGE MANAGE_USERS",
    ("POST", "/console/users/{user_id}/roles"): "PAGE MANAGE_USERS",
    ("POST", "/console/users/{user_id}/active"): "PAGE MANAGE_USERS",
    ("POST", "/console/users/{user_id}/password"): "PAGE MANAGE_USERS",
    ("POST", "/console/users/{user_id}/code"): "PAGE MANAGE_USERS",
    ("GET", "/console/import"): "PAGE IMPORT_LEDGER",
    ("POST", "/console/import"): "PAGE IMPORT_LEDGER",
    ("GET", "/console/import/{job_id}"): "PAGE IMPORT_LEDGER",
    ("GET", "/console/import/{job_id}/refused.xlsx"): "PAGE IMPORT_LEDGER",
    ("POST", "/console/import/{job_id}/confirm"): "PAGE IMPORT_LEDGER",
    ("POST", "/console/import/{job_id}/resume"): "PAGE IMPORT_LEDGER",
    ("POST", "/console/import/{job_id}/stop"): "PAGE IMPORT_LEDGER",
    ("GET", "/console/forms"): "PAGE EDIT_PARAMETERS",
    ("POST", "/console/forms"): "PAGE EDIT_PARAMETERS",
    ("GET", "/console/forms/retire"): "PAGE EDIT_PARAMETERS",
    ("POST", "/console/forms/retire"): "PAGE EDIT_PARAMETERS",
    ("GET", "/console/templates"): "PAGE EDIT_PARAMETERS",
    ("POST", "/console/templates"): "PAGE EDIT_PARAMETERS",
    ("GET", "/console/templates/retire"): "PAGE EDIT_PARAMETERS",
    ("POST", "/console/templates/retire"): "PAGE EDIT_PARAMETERS",
    ("GET", "/console/export"): "PAGE EXPORT_VISITS",
    ("POST", "/console/export"): "PAGE EXPORT_VISITS",
    ("GET", "/console/spot-checks"): "PAGE PLAN_SPOT_CHECK",
    ("POST", "/console/spot-checks"): "PAGE PLAN_SPOT_CHECK",
    ("GET", "/console/spot-checks/{spot_check_id}"): "PAGE PLAN_SPOT_CHECK",
    ("POST", "/console/spot-checks/{spot_check_id}/draw"): "PAGE PLAN_SPOT_CHECK",
    ("POST", "/console/spot-checks/{spot_check_id}/replace"): "PAGE PLAN_SPOT_CHECK",
    ("POST", "/console/spot-checks/{spot_check_id}/publish"): "PAGE PLAN_SPOT_CHECK",
    ("GET", "/console/marks"): "PAGE RETURN_VISIT",
    ("GET", "/console/refused"): "PAGE READ_AUDIT",
    ("GET", "/console/audit"): "PAGE READ_AUDIT",
    ("GET", "/console/referrals"): "PAGE SERVE_REFERRAL",
    ("GET", "/console/referrals/{referral_id}"): "PAGE SERVE_REFERRAL",
    ("POST", "/console/referrals/{referral_id}/phone"): "PAGE SERVE_REFERRAL",
    ("POST", "/console/referrals/{referral_id}/steps"): "PAGE SERVE_REFERRAL",
    ("GET", "/console/pool"): "PAGE SERVE_REFERRAL",
    ("GET", "/console/{rest:path}"): "PUBLIC",
}
"""Who may open which page of the console and send which of its forms; what comes of it is in test_console."""


def routes(app_routes: list[BaseRoute]) -> dict[tuple[str, str], APIRoute]:
    """All routes of the app by method and path, those of the framework's own pages left out."""
    found: dict[tuple[str, str], APIRoute] = {}
    for route in app_routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            found |= routes(included.routes)
        elif getattr(route, "path", "") not in FRAMEWORK_ROUTES:
            assert isinstance(route, APIRoute), route
            found |= {(method, route.path): route for method in route.methods or ()}
    return found


def guards(route: APIRoute) -> list[Guard]:
    calls: list[object] = [dependency.call for dependency in route.dependant.dependencies]
    return [call for call in calls if isinstance(call, Guard)]


@pytest.fixture(scope="module")
def app_routes(shared_county: County) -> dict[tuple[str, str], APIRoute]:
    return routes(shared_county.app.routes)


def test_every_route_has_exactly_one_guard(app_routes: dict[tuple[str, str], APIRoute]) -> None:
    unguarded = {key: guards(route) for key, route in app_routes.items() if len(guards(route)) != 1}
    assert unguarded == {}


def test_the_table_of_rules_is_complete_and_true(app_routes: dict[tuple[str, str], APIRoute]) -> None:
    assert {key: guards(route)[0].rule for key, route in app_routes.items()} == RULES | PAGES


def test_every_route_is_described(app_routes: dict[tuple[str, str], APIRoute]) -> None:
    assert [key for key, route in app_routes.items() if not (route.summary and route.description)] == []


class Callers:
    """One device and one console session for each role, all in one town, and strangers' objects."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.devices = {role: county.device(role, TOWN) for role in Role}
        self.sessions = {role: self._session(device) for role, device in self.devices.items()}
        self.stranger = county.device(Role.VILLAGE_AIDE, OTHER_TOWN)
        self.neighbour = county.device(Role.VILLAGE_AIDE, VILLAGE)

    def _session(self, device: Device) -> str:
        store, random_bytes = self.county.context.store, self.county.random_bytes
        password = reset_password(store, device.user_id, by="server", random_bytes=random_bytes)
        login = self.county.logins[device.user_id]
        return sign_in(store, login, password, random_bytes=random_bytes).token

    def call(self, method: str, path: str, token: str, json: Any = None) -> requests.Response:
        headers = {"Fieldapp-Protocol": "1"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return requests.request(
            method, f"{self.county.address}{path}", headers=headers, json=json, timeout=30
        )


@pytest.fixture(scope="module")
def callers(shared_county: County) -> Callers:
    return Callers(shared_county)


BODIES: Final[dict[tuple[str, str], Any]] = {
    ("PUT", "/v1/users/{user_id}/roles"): {"roles": []},
    ("PUT", "/v1/users/{user_id}/active"): {"active": True},
    ("POST", "/v1/users"): {"name": "甲", "login": ""},  # passes the guard, then fails
    ("POST", "/v1/sign-out"): None,
    ("POST", "/v1/partner/referrals/{referral_id}/steps"): {"action": "ACCEPT"},
}


def path_of(callers: Callers, path: str, owner: Device, area: str) -> str:
    return path.format(
        sha256="0" * 64,
        user_id=owner.user_id,
        device_id=f"{owner.device_id}x",
        area_code=area,
        record_id="none",
        referral_id="none",
    )


@pytest.mark.parametrize(("method", "path"), RULES, ids=str)
def test_a_role_gets_through_exactly_where_its_permissions_say(
    callers: Callers, method: str, path: str
) -> None:
    rule = RULES[method, path]
    if rule == "PUBLIC" or path == "/v1/sign-out":
        return
    target = path_of(callers, path, callers.neighbour, VILLAGE)
    body = BODIES.get((method, path))
    assert callers.call(method, target, "", body).status_code == 401
    for role in Role:
        on_device = callers.call(method, target, callers.devices[role].token, body).status_code
        on_console = callers.call(method, target, callers.sessions[role], body).status_code
        if rule.startswith("PHONE"):
            # By login and password only; what comes of those is in test_openrosa.
            assert (on_device, on_console) == (401, 401), role
        elif rule in {"DEVICE", "DEVICE OR LEAVING"}:
            assert on_device not in {401, 403}, role
            assert on_console == 401, role
        elif rule == "SIGNED_IN":
            assert (on_device, on_console) == (200, 200), role
        else:
            allowed = Permission(rule) in PERMISSIONS[role]
            for status in (on_device, on_console):
                assert (status == 403) is not allowed, (role, status)
                assert status != 401, role


@pytest.mark.parametrize(
    ("method", "path"),
    [key for key in RULES if "{user_id}" in key[1] or "{device_id}" in key[1] or "{area_code}" in key[1]],
    ids=str,
)
def test_outside_ones_areas_every_role_is_refused(callers: Callers, method: str, path: str) -> None:
    owner = callers.stranger
    target = path.format(user_id=owner.user_id, device_id=owner.device_id, area_code=OTHER_TOWN)
    body = BODIES.get((method, path))
    for role in Role:
        answer = callers.call(method, target, callers.sessions[role], body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted"), role
    assert callers.stranger.ask().status_code == 200, "nothing happened to the stranger's device"


def test_lists_show_only_ones_own_area(callers: Callers) -> None:
    admin = callers.sessions[Role.SYSTEM_ADMIN]
    users = {user["id"] for user in callers.call("GET", "/v1/users", admin).json()["users"]}
    devices = {device["id"] for device in callers.call("GET", "/v1/devices", admin).json()["devices"]}
    assert callers.neighbour.user_id in users
    assert callers.stranger.user_id not in users
    assert callers.neighbour.device_id in devices
    assert callers.stranger.device_id not in devices


def test_an_administrator_grants_no_role_outside_the_own_area(callers: Callers) -> None:
    admin = callers.sessions[Role.SYSTEM_ADMIN]
    today = dt.date(2026, 3, 5).isoformat()
    for area, status in ((VILLAGE, 204), (COUNTY, 403), (OTHER_TOWN, 403)):
        roles = {"roles": [{"role": "VILLAGE_AIDE", "area_code": area, "since": today}]}
        path = f"/v1/users/{callers.neighbour.user_id}/roles"
        assert callers.call("PUT", path, admin, roles).status_code == status
        new = {"name": "新人", "login": f"new-{area}", **roles}
        created = callers.call("POST", "/v1/users", admin, new).status_code
        assert created == (201 if status == 204 else 403)


def test_a_user_made_over_http_can_enrol(callers: Callers) -> None:
    admin = callers.sessions[Role.SYSTEM_ADMIN]
    roles = [{"role": "GRID_WORKER", "area_code": f"{VILLAGE}001", "since": "2026-01-01"}]
    new = {"name": "新人", "login": "by-http", "roles": roles}
    made = callers.call("POST", "/v1/users", admin, new).json()
    assert made["password"] == "", "field workers get none"
    again = callers.call("POST", "/v1/users", admin, new)
    assert (again.status_code, again.json()["code"]) == (422, "login_taken")
    code = callers.call("POST", f"/v1/users/{made['user_id']}/codes", admin).json()
    assert code["link"].endswith(code["code"].replace("-", ""))
    wanted = {"code": code["code"], "install_id": "i", "device_name": "平板"}
    token = callers.call("POST", "/v1/enrol", "", wanted).json()["token"]
    assert callers.call("GET", "/v1/me", token).json()["user_id"] == made["user_id"]
    device_id = callers.call("GET", "/v1/me", token).json()["device_id"]
    assert callers.call("POST", f"/v1/devices/{device_id}/revoke", admin).status_code == 204
    assert callers.call("GET", "/v1/me", token).json()["code"] == "device_revoked"
