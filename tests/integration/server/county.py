"""A county for the server's tests: a running server, its areas and users, and a device that talks to it."""

import asyncio
import contextlib
import gzip
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
import requests
import uvicorn
from fastapi import FastAPI

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.ids import IdSource, uuid7_source
from fieldapp.domain.records.users import Role, RoleAssignment
from server.main import create_app, open_server
from server.routes.context import ServerContext
from server.services.county import area_body, initialise
from server.services.enrolment import new_code
from server.services.users import SERVER_USER, NewUser, add_user
from server.settings import Settings
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.protocol.entities import EDITION
from tests.determinism import MovableClock

COUNTY: Final = "341789"
TOWN: Final = "341789100"
VILLAGE: Final = "341789100201"
GRID_1: Final = "341789100201001"
GRID_2: Final = "341789100201002"
OTHER_VILLAGE: Final = "341789100202"
OTHER_GRID: Final = "341789100202001"
OTHER_TOWN: Final = "341789101"
FAR_VILLAGE: Final = "341789101201"
AREAS: Final = (
    TOWN, VILLAGE, GRID_1, GRID_2, OTHER_VILLAGE, OTHER_GRID, OTHER_TOWN, FAR_VILLAGE,
)  # fmt: skip


@dataclass
class Line:
    """One line of a pull."""

    kind: str
    rest: list[Any]


@dataclass
class Device:
    """A device as the protocol sees it: token, install, counters. No merging, no cleverness."""

    county: "County"
    token: str
    user_id: str
    device_id: str
    install_id: str
    n: int = 0
    have: dict[str, int] = field(default_factory=dict)
    epoch: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Fieldapp-Protocol": "1"}

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.session.request(
            method, f"{self.county.address}{path}", headers=headers, timeout=30, **options
        )

    def batch(self, *ops: dict[str, Any]) -> dict[str, Any]:
        self.n += 1
        return {
            "batch_id": self.county.ids(),
            "install_id": self.install_id,
            "n": self.n,
            "sent_at": self.county.now,
            "ops": list(ops),
        }

    def send(self, batch: dict[str, Any]) -> requests.Response:
        return self.request("POST", "/v1/push", data=orjson.dumps(batch))

    def push(self, *ops: dict[str, Any]) -> list[dict[str, Any]]:
        """Send ops as one batch; the results."""
        answer = self.send(self.batch(*ops))
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def ask(self, have: dict[str, int] | None = None, **headers: str) -> requests.Response:
        wanted = {
            "install_id": self.install_id,
            "epoch": self.epoch,
            "have": self.have if have is None else have,
            "edition": EDITION,
        }
        return self.request("POST", "/v1/pull", data=orjson.dumps(wanted), headers=headers)

    def pull(self) -> list[list[Any]]:
        """Ask for news, move the cursors, and return all lines ([] = nothing new)."""
        answer = self.ask()
        if answer.status_code == 204:
            return []
        assert answer.status_code == 200, answer.text
        lines = [orjson.loads(line) for line in answer.content.splitlines()]
        assert lines[-1] == ["done", {}]
        self.epoch = lines[0][1]["epoch"]
        self.have = {bucket: rev for bucket, rev in self.have.items() if bucket in lines[0][1]["buckets"]}
        for line in lines:
            if line[0] == "end":
                self.have[line[1]["bucket"]] = line[1]["rev"]
        return lines

    def body_of(self, record_id: str) -> dict[str, Any]:
        """A record as the server shows it now; all is pulled anew."""
        self.have = {}
        found = [line[2] for line in self.pull() if len(line) == 3 and line[2]["id"] == record_id]
        assert len(found) == 1
        body: dict[str, Any] = found[0]
        return body

    def put(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """An op that creates a record."""
        return {"op_id": self.county.ids(), "kind": kind, "id": body["id"], "action": "put", "body": body}

    def patch(
        self, kind: str, record_id: str, changes: dict[str, Any], *, base_rev: int, hlc: str = ""
    ) -> dict[str, Any]:
        """An op that changes a record."""
        return {
            "op_id": self.county.ids(), "kind": kind, "id": record_id, "action": "patch",
            "base_rev": base_rev, "hlc": hlc or self.county.hlc(self), "body": changes,
        }  # fmt: skip

    def _stamps(self, record_id: str) -> dict[str, Any]:
        now = self.county.now
        return {
            "id": record_id or self.county.ids(), "created_at": now, "created_by": self.user_id,
            "updated_at": now, "updated_by": self.user_id, "device_id": self.device_id,
        }  # fmt: skip

    def household(self, area_code: str = GRID_1, record_id: str = "", **values: Any) -> dict[str, Any]:
        return {
            **self._stamps(record_id),
            "head_name": "户主甲",
            "area_code": area_code,
            "status": "PENDING",
            **values,
        }

    def person(self, household_id: str, record_id: str = "", **values: Any) -> dict[str, Any]:
        return {**self._stamps(record_id), "household_id": household_id, "name": "成员甲", **values}

    def visit(self, household_id: str, record_id: str = "", **values: Any) -> dict[str, Any]:
        now = self.county.now
        stamps = self._stamps(record_id)
        return {
            **stamps, "household_id": household_id, "area_code": GRID_1, "result": "NORMAL",
            "started_at": now, "finished_at": now, "root_id": stamps["id"], "narrative": "入户看望，情况正常",
            **values,
        }  # fmt: skip


@dataclass
class County:
    """A running server with areas, and the means to make users and devices."""

    context: ServerContext
    address: str
    clock: MovableClock
    ids: IdSource
    random_bytes: Callable[[int], bytes]
    app: FastAPI
    logins: dict[str, str] = field(default_factory=dict)
    _ticks: int = 0

    @property
    def now(self) -> str:
        return instant_text(self.clock())

    def hlc(self, device: Device) -> str:
        """A stamp later than all before."""
        self._ticks += 1
        return f"{int(self.clock().timestamp() * 1000):012x}-{self._ticks:04x}-{device.install_id}"

    def user(
        self, role: Role, area_code: str, *, since_days: int = 100, until_days: int | None = None
    ) -> str:
        """A new user with one role; days count back from today."""
        import datetime as dt

        today = local_day(self.clock())
        until = None if until_days is None else today - dt.timedelta(days=until_days)
        assignment = RoleAssignment(
            role=role, area_code=area_code, since=today - dt.timedelta(days=since_days), until=until
        )
        login = f"user-{self.ids()}"
        new = NewUser(name="经办甲", login=login, roles=(assignment,))
        made = add_user(self.context.store, new, by="server", ids=self.ids, random_bytes=self.random_bytes)
        self.logins[made.user_id] = login
        return made.user_id

    def enrol(self, user_id: str, name: str = "平板") -> Device:
        """A new device of a user, enrolled over the wire."""
        code = new_code(self.context.store, user_id, by="server", random_bytes=self.random_bytes)
        install_id = self.ids()
        answer = requests.post(
            f"{self.address}/v1/enrol",
            json={"code": code, "install_id": install_id, "device_name": name, "app_version": "1"},
            headers={"Fieldapp-Protocol": "1"},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        got = answer.json()
        return Device(self, got["token"], got["user_id"], got["device_id"], install_id)

    def device(self, role: Role, area_code: str, **options: Any) -> Device:
        """A new user with one device."""
        return self.enrol(self.user(role, area_code, **options))


def gzipped(value: Any) -> bytes:
    """JSON, packed as devices send it."""
    return gzip.compress(orjson.dumps(value), 1)


class _Prompt(uvicorn.Server):
    """Notices at once that it shall end: hundreds of tests wait for that."""

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # noqa: ASYNC110  # set from other threads and by signals
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def running(app: Any) -> Iterator[str]:
    """Serve an app with uvicorn in a thread; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
        server = _Prompt(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline
            assert thread.is_alive()
            time.sleep(0.005)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def found_county(url: str, folder: Path, clock: MovableClock | None = None) -> None:
    """Make an empty database the county's, with its areas."""
    settings = Settings(data_dir=folder, database_url=url)
    source = random.Random(1).randbytes
    context = open_server(settings, clock=clock or MovableClock(), random_bytes=source)
    initialise(
        context.store, code=COUNTY, name="演示县", dataset="DEMO", admin_login="admin", ids=context.ids,
        random_bytes=source,
    )  # fmt: skip
    with RecordWriter(context.store, Author(SERVER_USER)) as writer:
        for code in AREAS:
            writer.put("areas", area_body(context.store, code, f"区划{code[-3:]}"))
    context.store.close()


@contextlib.contextmanager
def running_county(
    url: str, folder: Path, clock: MovableClock, *, blob_url: str = "", founded: bool = False
) -> Iterator[County]:
    """A county serving, on an empty database or (`founded`) on a copy of a founded one."""
    if not founded:
        found_county(url, folder, clock)
    source = random.Random(2)  # not the one that made the county's own ids
    lock = threading.Lock()

    def random_bytes(count: int) -> bytes:
        with lock:
            return source.randbytes(count)

    settings = Settings(data_dir=folder, database_url=url, blob_url=blob_url)
    app = create_app(settings, clock=clock, random_bytes=random_bytes)
    context: ServerContext = app.state.context
    ids = uuid7_source(clock, random_bytes)
    with running(app) as address:
        yield County(context, address, clock, ids, random_bytes, app)
