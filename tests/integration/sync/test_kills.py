"""kill -9 on either side, at any moment: nothing lost, nothing doubled. FIELDAPP_KILLS sets a longer run."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests

from fieldapp.domain.clock import system_clock
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.storage.store import Store
from server.main import open_server
from server.routes.context import ServerContext
from server.services.county import add_area, initialise
from server.services.enrolment import new_code
from server.services.users import NewUser, add_user
from server.settings import Settings
from server.store.blob_files import BlobFiles
from sync.engine.enrol import DeviceLabel, enrol
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.faults import fault_proxy
from tests.integration.server.county import GRID_1, TOWN, VILLAGE, County
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY, reopened, tablet

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("FIELDAPP_KILLS", "12"))
SEED = os.environ.get("FIELDAPP_KILL_SEED", "20260305")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
@pytest.mark.timeout(90 + KILLS * 5)
def test_device_killed_mid_cycle_loses_and_doubles_nothing(county: County, tmp_path: Path) -> None:
    with tablet(county, tmp_path / "killed") as device:
        device.synced()
    run = subprocess.run(
        [sys.executable, "-m", "tests.integration.sync.cycle_killer", tmp_path / "killed", str(KILLS), SEED],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert run.returncode == 0, f"seed {SEED}: {run.stderr}"
    told = dict(line.split() for line in run.stdout.splitlines())
    assert len(told) >= KILLS
    store = Store.open(tmp_path / "killed", RECORDS_KEY, PHOTOS_KEY, clock=county.clock)
    with reopened(store, county.address) as device, tablet(county, tmp_path / "fresh", seed=3) as fresh:
        device.synced()
        assert (device.waiting().ops, device.waiting().blobs, device.waiting().refused) == (0, 0, 0)
        fresh.synced()
        assert fresh.buckets()[GRID_1] == device.buckets()[GRID_1]
        blobs = BlobFiles(county.context.settings.blobs)
        for visit_id, sha256 in told.items():
            assert fresh.find("visits", visit_id) is not None
            assert blobs.has(sha256)


@contextmanager
def _server_process(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The server as a program of its own, killed without mercy at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "serve", "--port", str(port), "--data", data],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                requests.get(f"{address}/healthz", timeout=1)
                break
            except requests.ConnectionError:
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
        yield process, address
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)


def _enrolled(server: ServerContext, user_id: str, folder: Path, address: str) -> Store:
    code = new_code(server.store, user_id, by="server", random_bytes=server.random_bytes)
    store = Store.create(folder, RECORDS_KEY, PHOTOS_KEY, clock=system_clock)
    stranger = HttpTransport(ServerAddress(address), "", new_request_id=store.ids)
    enrol(store, stranger, address, code, DeviceLabel("平板"))
    stranger.close()
    return store


def _new_county(data: Path) -> tuple[ServerContext, str]:
    """A county's database, and a user of it."""
    server = open_server(Settings(data_dir=data))
    initialise(
        server.store, code=VILLAGE[:6], name="演示县", dataset="DEMO", admin_login="admin", ids=server.ids,
        random_bytes=server.random_bytes,
    )  # fmt: skip
    for code in (TOWN, VILLAGE, GRID_1):
        add_area(server.store, code, f"区划{code[-3:]}")
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=dt.date(2020, 1, 1))
    new = NewUser(name="经办甲", login="aide-1", roles=(role,))
    made = add_user(server.store, new, by="server", ids=server.ids, random_bytes=server.random_bytes)
    return server, made.user_id


def test_server_killed_at_every_stage_the_device_gets_everything_across(tmp_path: Path) -> None:
    server, user_id = _new_county(tmp_path / "server")
    visits: list[str] = []
    store: Store | None = None
    with fault_proxy("http://127.0.0.1:1") as proxy:
        for turn, point in enumerate(("/v1/push", "/v1/pull", "/v1/blobs/", "never")):
            with _server_process(tmp_path / "server") as (process, address):
                proxy.lead_to(address)
                store = store or _enrolled(server, user_id, tmp_path / "aide", proxy.address)
                proxy.on_request = partial(_kill_at, point, process)
                with reopened(store, proxy.address, close=turn == 3) as device:
                    house = device.household()
                    photos = [device.photo(60_000, 10 * turn + n) for n in range(4)]
                    visits.append(device.visit(house.id, *photos).id)
                    assert device.sync().error_code == ("offline" if turn < 3 else ""), point
                    if turn < 3:
                        continue
                    assert (device.waiting().ops, device.waiting().blobs) == (0, 0)
                    with reopened(_enrolled(server, user_id, tmp_path / "fresh", address), address) as fresh:
                        fresh.synced()
                        assert fresh.buckets()[GRID_1] == device.buckets()[GRID_1]
                        assert sorted(visits) == sorted(fresh.ids("visits"))
    server.store.close()


def _kill_at(point: str, process: "subprocess.Popen[bytes]", path: str) -> None:
    if path.startswith(point):
        process.kill()
