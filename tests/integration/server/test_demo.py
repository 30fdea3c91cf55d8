"""The made-up county in a server's database: everything arrives, and nothing meets real data."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from fieldapp.domain.errors import NotAllowedError, StorageError
from fieldapp.domain.ids import IdSource
from server.cli import app
from server.demo_data.generate import DemoData, generate
from server.demo_data.scale import DEMO
from server.services.county import initialise
from server.services.demo import DEMO_PASSWORD, LoadedDemo, load_demo
from server.services.enrolment import enrol
from server.services.passwords import password_fits
from server.store import tables
from server.store.blob_files import BlobFiles
from server.store.projections import row_table
from server.store.schema import upgrade
from server.store.store import Store
from sync.protocol.wire import EnrolRequest
from tests.determinism import MovableClock

SMALL = dataclasses.replace(
    DEMO, towns=2, villages=3, grids=12, households=60, persons=115, visits=300, photos=10, assessed=45
)
TODAY = dt.date(2026, 3, 5)

RandomBytes = Callable[[int], bytes]


@pytest.fixture
def store(server_database_url: str, clock: MovableClock) -> Iterator[Store]:
    opened = Store.open(server_database_url, clock)
    upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def data() -> DemoData:
    return generate(SMALL, 7, TODAY)


def _load(
    store: Store, data: DemoData, folder: Path, ids: IdSource, random_bytes: RandomBytes
) -> tuple[LoadedDemo, BlobFiles]:
    files = BlobFiles(folder)
    return load_demo(store, files, data, ids=ids, random_bytes=random_bytes), files


def test_everything_arrives(
    store: Store, data: DemoData, tmp_path: Path, ids: IdSource, random_bytes: RandomBytes
) -> None:
    loaded, files = _load(store, data, tmp_path / "blobs", ids, random_bytes)
    assert store.county.dataset == "DEMO"
    with store.read() as connection:
        query = select(tables.record.c.kind, func.count()).group_by(tables.record.c.kind)
        stored = Counter({row[0]: row[1] for row in connection.execute(query)})
        named = set(connection.execute(select(tables.blob_ref.c.sha256)).scalars())
        households = connection.scalar(select(func.count()).select_from(row_table("households")))
    stored["users"] -= 1  # the first administrator
    assert stored.pop("clue_receipts") == stored["clues"]  # the server writes them
    assert stored == Counter({k: n for k, n in loaded.manifest.as_dict().items() if "." not in k})
    assert households == 60
    assert named == set(files.names())
    assert len(named) == loaded.blobs
    assert all(files.hash_fits(name) for name in named)


def test_codes_enrol_and_only_console_users_have_the_password(
    store: Store, data: DemoData, tmp_path: Path, ids: IdSource, random_bytes: RandomBytes
) -> None:
    loaded, _ = _load(store, data, tmp_path / "blobs", ids, random_bytes)
    doors = {door.part: door for door in loaded.doors}
    assert set(doors) == {"aide", "grid", "supervisor", "county"}
    request = EnrolRequest(code=doors["aide"].code, install_id="install", device_name="demo")
    answer = enrol(store, request, ids=ids, random_bytes=random_bytes, escrow_keys=[])
    assert (answer.user_id, answer.dataset) == (data.demo_aide.user_id, "DEMO")
    account = tables.user_account.c
    with store.read() as connection:
        rows = connection.execute(select(account.login, account.password_hash))
        hashes = {row.login: row.password_hash for row in rows}
    assert password_fits(hashes[doors["supervisor"].login.login], DEMO_PASSWORD)
    assert not password_fits(hashes[doors["aide"].login.login], DEMO_PASSWORD)
    assert not password_fits(hashes[doors["grid"].login.login], "")


@pytest.mark.parametrize("dataset", ["REAL", "PRACTICE"])
def test_other_data_are_never_touched(
    store: Store, data: DemoData, ids: IdSource, random_bytes: RandomBytes, dataset: str
) -> None:
    initialise(
        store, code="341702", name="x", dataset=dataset, admin_login="a", ids=ids, random_bytes=random_bytes
    )
    with pytest.raises(NotAllowedError, match="demo_refused"):
        load_demo(store, None, data, ids=ids, random_bytes=random_bytes)
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(row_table("households"))) == 0


def test_second_demo_is_refused(
    store: Store, data: DemoData, ids: IdSource, random_bytes: RandomBytes
) -> None:
    load_demo(store, None, data, ids=ids, random_bytes=random_bytes)
    with pytest.raises(StorageError, match="already_initialised"):
        load_demo(store, None, data, ids=ids, random_bytes=random_bytes)


def test_command_prints_counts_and_codes(tmp_path: Path) -> None:
    arguments = ["demo", "--data", str(tmp_path), "--seed", "7", "--as-of", "2026-03-05", "--json"]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    golden = Path(__file__).parents[2] / "golden" / "demo_data" / "manifest.json"
    assert told["manifest"] == json.loads(golden.read_text(encoding="utf-8"))
    assert told["doors"][0]["login"] == "aide-341702103201"
    files = BlobFiles(tmp_path / "blobs")
    name = next(files.names())
    assert hashlib.sha256(files.path(name).read_bytes()).hexdigest() == name
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 1
    assert "already_initialised" in again.stderr
