"""Enrolment, tokens, sign-in, locks, and what ends them."""

import argon2
import pytest
import requests
from sqlalchemy import select

from fieldapp.domain.records.users import Role
from server.services.devices import revoke_device
from server.services.enrolment import new_code
from server.services.passwords import hash_password
from server.services.users import NewUser, add_user, reset_password, set_active
from server.store import tables
from tests.integration.server.county import VILLAGE, County

V1 = {"Fieldapp-Protocol": "1"}


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


def enrol(county: County, code: str) -> requests.Response:
    wanted = {"code": code, "install_id": county.ids(), "device_name": "平板"}
    return requests.post(f"{county.address}/v1/enrol", json=wanted, headers=V1, timeout=30)


def sign_in(county: County, login: str, password: str) -> requests.Response:
    body = {"login": login, "password": password}
    return requests.post(f"{county.address}/v1/sign-in", json=body, timeout=30)


def console_user(county: County) -> tuple[str, str, str]:
    """Login, password and id of a new console user."""
    login = f"console-{county.ids()}"
    made = add_user(
        county.context.store, NewUser("主管甲", login, (), console=True), by="server", ids=county.ids,
        random_bytes=county.random_bytes,
    )  # fmt: skip
    return login, made.password, made.user_id


def me(county: County, token: str) -> requests.Response:
    return requests.get(f"{county.address}/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_a_code_enrols_one_device_however_it_is_typed(county: County) -> None:
    user = county.user(Role.VILLAGE_AIDE, VILLAGE)
    code = new_code(county.context.store, user, by="server", random_bytes=county.random_bytes)
    typed = f" {code[:5].lower()} - {code[5:]} ".replace("0", "o").replace("1", "l")
    answer = enrol(county, typed)
    assert answer.status_code == 200
    got = answer.json()
    assert got["user_id"] == user
    assert (got["dataset"], got["county_name"]) == ("DEMO", "演示县")
    assert (enrol(county, code).status_code, enrol(county, code).json()["code"]) == (403, "bad_code")


def test_a_code_ends_after_72_hours(county: County) -> None:
    user = county.user(Role.VILLAGE_AIDE, VILLAGE)
    code = new_code(county.context.store, user, by="server", random_bytes=county.random_bytes)
    county.clock.advance(hours=72, seconds=1)
    late = enrol(county, code)
    county.clock.advance(hours=-72, seconds=-1)
    assert late.json()["code"] == "bad_code"


def test_tokens_and_codes_are_stored_as_hashes_only(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    with county.context.store.read() as connection:
        stored = connection.execute(select(tables.device).where(tables.device.c.id == device.device_id)).one()
        codes = connection.scalars(select(tables.enrolment_code.c.sha256)).all()
    assert device.token not in map(str, stored)
    assert all(len(code) == 64 for code in codes)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer s.x"])
def test_without_a_known_token_sign_in_is_needed(county: County, header: str) -> None:
    headers = {**V1, "Authorization": header} if header else V1
    for path in ("/v1/push", "/v1/pull", "/v1/blobs/missing"):
        answer = requests.post(f"{county.address}{path}", data=b"{}", headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


@pytest.mark.parametrize("version", ["0", "2", "x", None])
def test_another_protocol_version_is_told_so(county: County, version: str | None) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    headers = {"Authorization": f"Bearer {device.token}"} | (
        {"Fieldapp-Protocol": version} if version else {}
    )
    answer = requests.post(f"{county.address}/v1/pull", data=b"{}", headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (426, "protocol_too_old")


def test_a_revoked_device_is_out_at_once(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    device.pull()
    revoke_device(county.context.store, device.device_id, by="server")
    for answer in (device.ask(), device.send(device.batch())):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")


def test_a_disabled_user_is_out_at_once_and_in_again_when_enabled(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    set_active(county.context.store, device.user_id, False, by="server")
    assert device.ask().json()["code"] == "sign_in_needed"
    set_active(county.context.store, device.user_id, True, by="server")
    assert device.ask().status_code == 200


def test_other_devices_learn_that_a_user_was_disabled(county: County) -> None:
    device, leaver = county.device(Role.VILLAGE_AIDE, VILLAGE), county.user(Role.VILLAGE_AIDE, VILLAGE)
    device.pull()
    set_active(county.context.store, leaver, False, by="server")
    lines = device.pull()
    assert [line[2]["active"] for line in lines if line[0] == "users"] == [False]


def test_a_session_begins_and_ends(county: County) -> None:
    login, password, user_id = console_user(county)
    token = sign_in(county, login, password).json()["token"]
    assert me(county, token).json()["user_id"] == user_id
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.post(f"{county.address}/v1/sign-out", headers=headers, timeout=30).status_code == 204
    assert me(county, token).status_code == 401


def test_a_session_ends_after_12_hours(county: County) -> None:
    login, password, _ = console_user(county)
    token = sign_in(county, login, password).json()["token"]
    county.clock.advance(hours=12)
    late = me(county, token)
    county.clock.advance(hours=-12)
    assert late.status_code == 401


def test_a_session_token_opens_no_sync_route(county: County) -> None:
    login, password, _ = console_user(county)
    token = sign_in(county, login, password).json()["token"]
    headers = {**V1, "Authorization": f"Bearer {token}"}
    assert (
        requests.post(f"{county.address}/v1/pull", data=b"{}", headers=headers, timeout=30).status_code == 401
    )


def test_five_wrong_passwords_lock_for_15_minutes(county: County) -> None:
    login, password, _ = console_user(county)
    answers = [sign_in(county, login, "wrong") for _ in range(5)]
    assert [a.json()["code"] for a in answers] == ["wrong_login"] * 4 + ["account_locked"]
    locked = sign_in(county, login, password)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    county.clock.advance(minutes=15, seconds=1)
    opened = sign_in(county, login, password)
    county.clock.advance(minutes=-15, seconds=-1)
    assert opened.status_code == 200


def test_unknown_login_wrong_password_and_no_password_look_alike(county: County) -> None:
    login, _, _ = console_user(county)
    field_login = f"field-{county.ids()}"
    add_user(
        county.context.store, NewUser("网格员甲", field_login, ()), by="server", ids=county.ids,
        random_bytes=county.random_bytes,
    )  # fmt: skip
    tries = [("nobody", "x"), (login, "x"), (field_login, ""), (field_login, "nobody")]
    answers = [sign_in(county, name, password) for name, password in tries]
    assert {(a.status_code, a.json()["code"], a.json().get("message")) for a in answers} == {
        (401, "wrong_login", None)
    }


def test_a_new_password_ends_sessions(county: County) -> None:
    login, password, user_id = console_user(county)
    token = sign_in(county, login, password).json()["token"]
    fresh = reset_password(county.context.store, user_id, by="server", random_bytes=county.random_bytes)
    assert me(county, token).status_code == 401
    assert sign_in(county, login, password).status_code == 401
    assert sign_in(county, login, fresh).status_code == 200


def test_weak_hashes_are_renewed_at_sign_in(county: County) -> None:
    login, password, user_id = console_user(county)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)
    account = tables.user_account

    def set_hash(value: str) -> None:
        county.context.store.run(
            lambda unit: unit.connection.execute(
                account.update().where(account.c.user_id == user_id).values(password_hash=value)
            )
        )

    set_hash(weak)
    assert sign_in(county, login, password).status_code == 200
    with county.context.store.read() as connection:
        stored = connection.scalar(select(account.c.password_hash).where(account.c.user_id == user_id))
    assert stored != weak
    assert stored is not None
    assert stored.startswith(hash_password("x")[:20])


def test_guessing_codes_is_slowed_down(county: County) -> None:
    answers = [enrol(county, f"{number:010d}") for number in range(40)]
    codes = [answer.json()["code"] for answer in answers]
    assert codes[0] == "bad_code"
    assert codes[-1] == "slow_down"
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    county.clock.advance(minutes=2)
