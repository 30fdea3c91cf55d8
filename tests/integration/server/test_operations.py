"""Running a server: health, logs without personal data, bugs answered, request ids."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fieldapp.domain.records.users import Role
from server.logs import JsonLines
from server.main import create_app
from server.settings import Settings, load_settings
from tests.determinism import MovableClock
from tests.integration.server.county import VILLAGE, County, running


class Lines(logging.Handler):
    """Keeps what was logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines(MovableClock()))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def requests(self) -> list[dict[str, Any]]:
        parsed = [json.loads(line) for line in self.lines]
        return [line for line in parsed if line["message"] == "request"]


@pytest.fixture
def log() -> Iterator[Lines]:
    """All log lines of the server while the test runs."""
    kept = Lines()
    logger = logging.getLogger()
    before = logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.DEBUG)
    yield kept
    logger.removeHandler(kept)
    logger.setLevel(before)


def test_health_of_a_set_up_server(county: County) -> None:
    assert requests.get(f"{county.address}/healthz", timeout=30).json() == {"status": "ok"}
    ready = requests.get(f"{county.address}/readyz", timeout=30)
    assert (ready.status_code, set(ready.json()["checks"].values())) == (200, {True})


def test_a_server_without_county_is_not_ready(server_database_url: str, tmp_path: Any) -> None:
    app = create_app(Settings(data_dir=tmp_path, database_url=server_database_url))
    with running(app) as address:
        answer = requests.get(f"{address}/readyz", timeout=30)
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"database": True, "schema": True, "county": False, "blobs": True}


def test_log_lines_name_route_and_ids_but_nothing_personal(county: County, log: Lines) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household(head_name="绝密姓名", address="绝密地址")
    person = aide.person(house["id"], id_number="341789199001010011", phone="10012345678")
    bad = aide.person(house["id"], id_number="341789199001010011" * 3)
    batch = aide.batch(
        *(aide.put(k, b) for k, b in (("households", house), ("persons", person), ("persons", bad)))
    )
    aide.request("POST", "/v1/push", json=batch, headers={"Fieldapp-Request-Id": "req-7"})
    aide.pull()
    aide.request("GET", f"/v1/blobs/{'0' * 64}?name=绝密姓名")
    written = "\n".join(log.lines)
    for secret in ("绝密", "341789199001010011", "10012345678", aide.token):
        assert secret not in written
    pushed = next(line for line in log.requests if line["request_id"] == "req-7")
    assert (pushed["route"], pushed["status"]) == ("/v1/push", 200)
    assert (pushed["device_id"], pushed["user_id"]) == (aide.device_id, aide.user_id)
    assert any(line["route"] == "/v1/blobs/{sha256}" and line["status"] == 404 for line in log.requests)


@pytest.mark.allow_log("server.routes.requests", "server.services.push")
def test_a_bug_is_answered_as_one_and_its_text_is_not_logged(county: County, log: Lines) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)

    def broken(_: object) -> None:
        raise ValueError("绝密姓名")

    county.context.store.run = broken  # type: ignore[method-assign,assignment]  # a bug, on purpose
    answer = aide.send(aide.batch())
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert answer.json()["request_id"] == answer.headers["Fieldapp-Request-Id"]
    bug = next(json.loads(line) for line in log.lines if '"bug"' in line)
    assert bug["type"] == "ValueError"
    assert "绝密" not in "\n".join(log.lines)


@pytest.mark.parametrize("given", ["a" * 65, "ein\tTab", ""])
def test_odd_request_ids_are_replaced(county: County, given: str) -> None:
    answer = requests.get(f"{county.address}/healthz", headers={"Fieldapp-Request-Id": given}, timeout=30)
    assert answer.headers["Fieldapp-Request-Id"] not in {given, ""}


def test_unknown_routes_and_methods_get_the_one_error_body(county: County) -> None:
    missing = requests.get(f"{county.address}/v1/nothing", timeout=30)
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_route")
    wrong = requests.get(f"{county.address}/v1/push", timeout=30)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    body = requests.post(
        f"{county.address}/v1/sign-in", json={"login": "x" * 99, "password": "p"}, timeout=30
    )
    assert (body.status_code, body.json()["details"]) == (400, {"field": "login"})


def test_settings_come_from_the_environment_over_the_file(tmp_path: Any) -> None:
    (tmp_path / "server.toml").write_text('port = 9000\nhost = "0.0.0.0"\n', encoding="utf-8")
    settings = load_settings(tmp_path, {"FIELDAPP_SERVER_PORT": "9001"})
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)
    assert settings.url == f"sqlite:///{tmp_path / 'server.db'}"


@pytest.mark.parametrize(("text", "name"), [("prt = 1", "prt"), ('port = "x"', "port"), ("=", "server.toml")])
def test_settings_that_do_not_fit_are_named(tmp_path: Any, text: str, name: str) -> None:
    (tmp_path / "server.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=f"bad_settings name={name}"):
        load_settings(tmp_path, {})
