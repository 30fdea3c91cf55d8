"""Several server processes over one database: nothing is kept in one of them that the others must know."""

import contextlib
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, insert, select

from fieldapp.domain.errors import SyncError
from fieldapp.domain.records.users import Role
from server.jobs import EVERY, JOBS, LEASE, _take, run_due_jobs
from server.main import open_server
from server.routes.context import ServerContext
from server.routes.rate_limit import SECONDS_PER_TRY, TRIES, RateLimit
from server.services import pruning
from server.services.backup import new_epoch_for
from server.store import tables
from server.store.store import Store
from tests.determinism import MovableClock
from tests.integration.server.county import VILLAGE, County, Device, running_county
from tests.integration.server.test_blobs import patch, picture, visit_with

ROOT = Path(__file__).parents[3]
CHUNK = 256 * 1024


@pytest.fixture
def twin(county: County) -> Iterator[ServerContext]:
    """The same county, opened as another process opens it."""
    other = open_server(county.context.settings, clock=county.clock, random_bytes=county.random_bytes)
    yield other
    other.store.close()


@contextlib.contextmanager
def serving(data: Path, url: str, log: Path, *options: str) -> Iterator[str]:
    """`fieldapp-server serve` as a program of its own; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve", "--port", str(port), "--data", data, *options],
            stdout=out, stderr=out, cwd=ROOT, env={**os.environ, "FIELDAPP_SERVER_DATABASE_URL": url},
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(lambda: _answers(address), process, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/readyz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def _wait_for(ready: Any, process: "subprocess.Popen[bytes] | None", log: Path) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline, log.read_text()
        assert process is None or process.poll() is None, log.read_text()
        time.sleep(0.05)


def lines_of(*logs: Path) -> list[dict[str, Any]]:
    found = [line for log in logs for line in log.read_text().splitlines() if line.startswith("{")]
    return [json.loads(line) for line in found]


def jobs_done(*logs: Path) -> Counter[str]:
    return Counter(line["job"] for line in lines_of(*logs) if line["message"] == "job done")


def test_two_servers_over_one_database_do_each_job_once_and_share_an_upload(
    server_database_url: str, tmp_path: Path
) -> None:
    with running_county(server_database_url, tmp_path, MovableClock(dt.datetime.now(dt.UTC))) as county:
        aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        name, content = picture(CHUNK * 3, 1)
        visit_with(aide, (name, content))
    logs = tmp_path / "one.log", tmp_path / "two.log"
    with (
        serving(tmp_path, server_database_url, logs[0]) as one,
        serving(tmp_path, server_database_url, logs[1]) as two,
    ):
        for at, address in ((0, one), (CHUNK, two), (2 * CHUNK, one)):
            county.address = address
            chunk = content[at : at + CHUNK]
            assert patch(aide, name, chunk, at, len(content)).status_code in {200, 204}
        county.address = two
        assert aide.request("GET", f"/v1/blobs/{name}").content == content
        _wait_for(lambda: len(jobs_done(*logs)) == len(JOBS), None, logs[0])
    assert jobs_done(*logs) == dict.fromkeys(JOBS, 1)
    assert not [line for line in lines_of(*logs) if line["level"] == "ERROR"]


def test_workers_of_one_server_share_the_work(server_database_url: str, tmp_path: Path) -> None:
    with running_county(server_database_url, tmp_path, MovableClock(dt.datetime.now(dt.UTC))) as county:
        devices = [county.device(Role.VILLAGE_AIDE, VILLAGE) for _ in range(6)]
    log = tmp_path / "log"
    with serving(tmp_path, server_database_url, log, "--workers", "2") as address:
        county.address = address

        def push(device: Device) -> list[str]:
            houses = [device.household() for _ in range(5)]
            return [device.push(device.put("households", house))[0]["outcome"] for house in houses]

        with ThreadPoolExecutor(6) as pool:
            outcomes = Counter(one for pushed in pool.map(push, devices) for one in pushed)
        assert outcomes == {"accepted": 30}
        seen = {line[2]["id"] for line in devices[0].pull() if line[0] == "households"}
        assert len(seen) == 30
        _wait_for(lambda: len(jobs_done(log)) == len(JOBS), None, log)
    assert jobs_done(log) == dict.fromkeys(JOBS, 1)


def test_tries_are_counted_for_all_processes_together(county: County, twin: ServerContext) -> None:
    here, there = RateLimit(county.context.store), RateLimit(twin.store)
    for _ in range(TRIES // 2):
        here.take("10.0.0.1")
        there.take("10.0.0.1")
    for limit in (here, there):
        with pytest.raises(SyncError, match="slow_down"):
            limit.take("10.0.0.1")
    there.take("10.0.0.2")
    here.give_back("10.0.0.1")
    there.take("10.0.0.1")
    county.clock.advance(seconds=SECONDS_PER_TRY)
    there.take("10.0.0.1")
    with pytest.raises(SyncError, match="slow_down"):
        here.take("10.0.0.1")
    county.clock.advance(days=-1)
    for _ in range(TRIES):
        here.take("10.0.0.1")
    with pytest.raises(SyncError, match="slow_down"):
        there.take("10.0.0.1")


def test_guessing_at_both_doors_at_once_gains_nothing(county: County, twin: ServerContext) -> None:
    limits = [RateLimit(county.context.store), RateLimit(twin.store)] * 2

    def guess(limit: RateLimit) -> int:
        taken = 0
        for _ in range(TRIES):
            with contextlib.suppress(SyncError):
                limit.take("10.0.0.3")
                taken += 1
        return taken

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(guess, limits)) == TRIES


def test_a_job_is_done_once_a_day_and_again_when_its_process_died(
    county: County, twin: ServerContext
) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run_due_jobs, (county.context, twin)))
    assert sorted([*done[0], *done[1]]) == sorted(JOBS)
    county.clock.advance(seconds=EVERY.total_seconds() - 1)
    assert run_due_jobs(twin) == {}
    county.clock.advance(seconds=1)
    assert _take(county.context.store, "log"), "and now this process dies"
    assert set(run_due_jobs(twin)) == set(JOBS) - {"log"}
    county.clock.advance(seconds=LEASE.total_seconds())
    assert set(run_due_jobs(twin)) == {"log"}


def count(store: Store, table: Any) -> int:
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def test_answers_refused_ops_and_codes_go_when_nobody_needs_them(county: County) -> None:
    store = county.context.store
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    put = aide.put("households", house)
    assert aide.push(put)[0]["outcome"] == "accepted"
    assert aide.push(aide.put("households", aide.household(status="NONSENSE")))[0]["outcome"] == "refused"
    RateLimit(store).take("10.0.0.4")
    kept = [count(store, one) for one in (tables.push_log, tables.quarantine, tables.enrolment_code)]
    assert min(kept) >= 1
    assert pruning.prune_log(store) == 0
    county.clock.advance(days=pruning.CODES_KEPT.days + 4)
    tries = count(store, tables.sign_in_tries)
    assert tries >= 1
    assert pruning.prune_sign_in(store) == kept[2] + tries
    county.clock.advance(days=400)
    assert pruning.prune_log(store) == kept[0] + kept[1]
    assert aide.push(put)[0]["outcome"] == "accepted", "sent again after all: harmless"


def test_a_device_older_than_the_tombstones_reads_its_buckets_anew(county: County) -> None:
    aide, colleague = (county.device(Role.VILLAGE_AIDE, VILLAGE) for _ in range(2))
    store = county.context.store
    house = aide.household()
    aide.push(aide.put("households", house))
    aide.pull()
    colleague.pull()
    clerk = county.device(Role.TOWN_CLERK, VILLAGE[:9])
    clerk.push(clerk.patch("households", house["id"], {"area_code": f"{VILLAGE}002"}, base_rev=10**9))
    aide.pull()
    county.clock.advance(days=399)
    assert pruning.prune_tombstones(store) == 0
    county.clock.advance(days=2)
    assert pruning.prune_tombstones(store) == 1
    assert count(store, tables.tombstone) == 0
    assert aide.ask().status_code == 204, "who has seen it all goes on as before"
    began = {line[1]["bucket"]: line[1]["from"] for line in colleague.pull() if line[0] == "begin"}
    assert began[f"{VILLAGE}001"] == 0


def test_only_blobs_that_no_record_names_go(county: County) -> None:
    store, blobs = county.context.store, county.context.blobs
    county.clock.advance(days=(dt.datetime.now(dt.UTC) - county.clock()).days)
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    named, stray, unfinished = picture(1000, 1), picture(1000, 2), picture(CHUNK * 2, 3)
    visit_with(aide, named, unfinished)
    for name, content in (named, stray):
        with blobs.begin(name, 1000) as incoming:
            incoming.write(content)
            blobs.keep(incoming)
    patch(aide, unfinished[0], unfinished[1][:CHUNK], 0, len(unfinished[1]))
    assert pruning.prune_blobs(store, blobs) == 0
    county.clock.advance(days=pruning.UPLOADS_KEPT.days + 2)
    assert pruning.prune_blobs(store, blobs) == 1
    assert blobs.offset(unfinished[0]) is None
    county.clock.advance(days=pruning.BLOBS_KEPT.days)
    assert pruning.prune_blobs(store, blobs) == 1
    assert blobs.held([named[0], stray[0]]) == {named[0]}


def test_a_blob_named_while_the_job_looks_stays(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    store, blobs = county.context.store, county.context.blobs
    name, content = picture(1000, 4)
    with blobs.begin(name, 1000) as incoming:
        incoming.write(content)
        blobs.keep(incoming)
    county.clock.advance(days=(dt.datetime.now(dt.UTC) - county.clock()).days + 60)
    ref = {"sha256": name, "kind": "visits", "record_id": "v", "size": 1000, "mime": "image/jpeg"}
    looked = type(blobs).kept_since

    def named_meanwhile(*args: Any) -> Any:
        store.run(lambda unit: unit.connection.execute(insert(tables.blob_ref), ref))
        return looked(*args)

    monkeypatch.setattr(type(blobs), "kept_since", named_meanwhile)
    assert pruning.prune_blobs(store, blobs) == 0
    assert blobs.has(name)


def test_an_epoch_renewed_by_another_process_is_noticed_by_the_one_that_serves(
    county: County, twin: ServerContext
) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    put = aide.put("households", aide.household())
    aide.push(put)
    aide.pull()
    assert aide.ask().status_code == 204
    renewed = new_epoch_for(twin.store, county.random_bytes)
    assert aide.send(aide.batch(put)).json()["epoch"] == renewed
    lines = aide.pull()
    assert lines[0][1]["epoch"] == renewed
    assert [line[1]["from"] for line in lines if line[0] == "begin"] == [0, 0]
