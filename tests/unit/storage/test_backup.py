"""Snapshots of a live database, and the way back after damage."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import pytest

from fieldapp.domain.errors import StorageError
from fieldapp.storage import backup, engine, schema
from fieldapp.storage.store import RECORDS_FILE, SNAPSHOT_FOLDER, Store
from tests.determinism import START, MovableClock
from tests.unit.storage.conftest import PHOTOS_KEY, RECORDS_KEY
from tests.unit.storage.records import ask, find, household, save


def _spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(5000, len(content), 4096):
        content[place] ^= 0xFF
    path.write_bytes(content)


def test_snapshot_of_an_open_store_is_whole_and_encrypted(store: Store, profile: Path) -> None:
    save(store, "households", household())
    with store.unit_of_work() as work:  # a write under way does not get into it, nor hold it up
        work.save("households", household("h-2"))
        taken = store.snapshot()
    engine.check_database(taken, RECORDS_KEY, schema.RECORDS_ID, schema.NEWEST)
    engine.quick_check(taken, RECORDS_KEY)
    assert not taken.read_bytes().startswith(b"SQLite")
    with closing(engine.raw_connect(taken, RECORDS_KEY)) as connection:
        assert connection.execute("SELECT id FROM households").fetchall() == [("h-1",)]
    assert {file.name for file in (profile / SNAPSHOT_FOLDER).iterdir()} == {taken.name}


def test_only_the_newest_snapshots_are_kept(store: Store, profile: Path, clock: MovableClock) -> None:
    taken = []
    for _ in range(backup.KEPT + 2):
        clock.advance(hours=1)
        taken.append(store.snapshot())
    assert backup.snapshots(profile / SNAPSHOT_FOLDER) == taken[: -backup.KEPT - 1 : -1]


def test_damaged_records_come_back_from_the_newest_sound_snapshot(
    store: Store, profile: Path, clock: MovableClock
) -> None:
    save(store, "households", household())
    store.snapshot()
    clock.advance(hours=1)
    save(store, "households", household("h-2"))
    good = store.snapshot()
    clock.advance(hours=1)
    save(store, "households", household("h-3"))
    bad = store.snapshot()
    store.close()
    _spoil(bad)
    _spoil(profile / RECORDS_FILE)
    damaged = (profile / RECORDS_FILE).read_bytes()
    with pytest.raises(StorageError, match=r"^database_damaged$"):
        engine.quick_check(profile / RECORDS_FILE, RECORDS_KEY)
    taken = Store.restore_newest_snapshot(profile, RECORDS_KEY)
    assert taken == START + dt.timedelta(hours=1)
    with closing(Store.open(profile, RECORDS_KEY, PHOTOS_KEY, clock=clock)) as again:
        again.verify()
        assert find(again, "households", "h-2") is not None
        assert find(again, "households", "h-3") is None
    aside = list(profile.glob("records.damaged-*.db"))
    assert [file.read_bytes() for file in aside] == [damaged]
    assert good.exists()


def test_without_a_sound_snapshot_the_damaged_file_stays_where_it_is(store: Store, profile: Path) -> None:
    snapshot = store.snapshot()
    store.close()
    _spoil(snapshot)
    _spoil(profile / RECORDS_FILE)
    before = (profile / RECORDS_FILE).read_bytes()
    with pytest.raises(StorageError, match=r"^no_snapshot$"):
        Store.restore_newest_snapshot(profile, RECORDS_KEY)
    assert (profile / RECORDS_FILE).read_bytes() == before


def test_restore_that_fails_half_way_leaves_the_damaged_file(
    store: Store, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.snapshot()
    store.close()
    _spoil(profile / RECORDS_FILE)
    before = (profile / RECORDS_FILE).read_bytes()

    def full(*_: object) -> None:
        raise StorageError("disk_full")

    monkeypatch.setattr(engine, "backup_database", full)
    with pytest.raises(StorageError, match=r"^disk_full$"):
        Store.restore_newest_snapshot(profile, RECORDS_KEY)
    assert (profile / RECORDS_FILE).read_bytes() == before


def test_restored_store_works_on(store: Store, profile: Path, clock: MovableClock) -> None:
    save(store, "households", household())
    store.snapshot()
    store.close()
    (profile / RECORDS_FILE).unlink()
    Store.restore_newest_snapshot(profile, RECORDS_KEY)
    with closing(Store.open(profile, RECORDS_KEY, PHOTOS_KEY, clock=clock)) as again:
        save(again, "households", household("h-2"))
        assert ask(again, "SELECT count(*) FROM outbox") == [(2,)]
