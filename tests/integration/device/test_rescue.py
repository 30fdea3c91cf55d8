"""Damaged files: what the server has comes back and the worker is told; nobody has to begin anew."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldapp.app.profiles import Dataset
from fieldapp.domain.errors import DatabaseTooNewError, StorageError
from fieldapp.domain.records.users import Role
from fieldapp.services.households import NewHousehold, household_card, register_household
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
from fieldapp.storage.store import Store
from server.services.enrolment import new_code
from sync.engine.enrol import DeviceLabel, enrol
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from tests.gui.county import GRID_1, County
from tests.integration.device.conftest import PASSPHRASE, MakeDoor, failing
from tests.integration.server.county import VILLAGE, running_county
from tests.integration.server.county import County as ServerCounty
from tests.integration.sync.device import reopened


@pytest.fixture
def server(tmp_path: Path, clock: MovableClock) -> Iterator[ServerCounty]:
    """A running county server."""
    folder = tmp_path / "server"
    folder.mkdir()
    with running_county(f"sqlite:///{folder / 'server.db'}", folder, clock) as running:
        yield running


@pytest.fixture
def enrolled(server: ServerCounty, door: ProfileDoor) -> UnlockedProfile:
    """A worker's profile, enrolled with the county and synced once."""
    user_id = server.user(Role.VILLAGE_AIDE, VILLAGE)
    code = new_code(server.context.store, user_id, by="server", random_bytes=server.random_bytes)

    def enrol_there(store: Store) -> list[bytes]:
        stranger = HttpTransport(ServerAddress(server.address), "", new_request_id=store.ids)
        enrol(store, stranger, server.address, code, DeviceLabel("平板"))
        stranger.close()
        return []

    return door.create(PASSPHRASE, Dataset.DEMO, enrol_there)


def first_page(path: Path) -> None:
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])


def one_bit_in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def something_else(path: Path) -> None:
    path.write_bytes(random.Random(3).randbytes(50_000))


DAMAGES = [first_page, one_bit_in_the_middle, cut_short, emptied, something_else, Path.unlink]


@pytest.mark.allow_log("sync.engine.push")
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_records_come_back_from_snapshot_and_server(
    door: ProfileDoor, server: ServerCounty, enrolled: UnlockedProfile, clock: MovableClock,
    damage: Callable[[Path], None],
) -> None:  # fmt: skip
    store = enrolled.context.store
    with reopened(store, server.address) as device:
        before = device.household()
        device.synced()
        clock.advance(hours=1)
        store.snapshot()
        snapshot_at = clock()
        clock.advance(minutes=10)
        after = device.household()
        device.visit(before.id)
        device.synced()
        clock.advance(minutes=10)
    damage(enrolled.profile.folder / "records.db")
    again = door.unlock(enrolled.profile, PASSPHRASE)
    assert again.snapshot_restored_at == snapshot_at
    assert not again.photos_lost
    with reopened(again.context.store, server.address) as device:
        assert device.find("households", before.id) is not None
        assert device.find("households", after.id) is None
        device.visit(before.id)  # work goes on before the network is back
        report = device.sync()
        if report.error_code:  # the server sees numbers used twice: the device takes a new identity first
            report = device.sync()
        assert report.error_code == ""
        assert device.find("households", after.id).head_name == "户主甲"
        assert device.count("visits") == 2
        assert device.waiting().ops == 0
    assert (damage is Path.unlink) != bool(list(enrolled.profile.folder.glob("records.damaged-*.db")))
    # Not told a second time.
    third = door.unlock(again.profile, PASSPHRASE)
    assert third.snapshot_restored_at is None
    door.close(third)


def test_damaged_records_right_after_enrolment_need_no_new_code(
    door: ProfileDoor, server: ServerCounty, enrolled: UnlockedProfile
) -> None:
    with reopened(enrolled.context.store, server.address) as device:
        household = device.household()
        device.synced()
    first_page(enrolled.profile.folder / "records.db")
    again = door.unlock(enrolled.profile, PASSPHRASE)
    with reopened(again.context.store, server.address) as device:
        device.synced()
        assert device.find("households", household.id) is not None


@pytest.mark.parametrize("damage", [first_page, emptied, something_else, Path.unlink])
def test_damaged_photos_cost_no_record(
    door: ProfileDoor, opened: UnlockedProfile, make_door: MakeDoor, damage: Callable[[Path], None]
) -> None:
    store = opened.context.store
    sha256 = store.photos.put(b"picture", "image/jpeg")
    store.snapshot()
    county = County(opened.profile.folder, store=store)
    household, _ = register_household(  # made after the snapshot and never sent
        county.context, NewHousehold("甲乙", GRID_1, no_id_reason="未带证件")
    )
    store.close()
    damage(opened.profile.folder / "photos.db")
    again = make_door().unlock(opened.profile, PASSPHRASE)
    assert (again.snapshot_restored_at, again.photos_lost) == (None, True)
    assert household_card(again.context, household).household.head_name == "甲乙"
    with pytest.raises(StorageError, match="photo_not_here"):
        again.context.store.photos.get(sha256)
    assert again.context.store.photos.put(b"picture", "image/jpeg") == sha256
    assert again.context.store.photos.get(sha256) == b"picture"
    assert (damage is Path.unlink) != bool(list(opened.profile.folder.glob("photos.damaged-*.db")))
    door.close(again)
    third = door.unlock(again.profile, PASSPHRASE)
    assert not third.photos_lost
    door.close(third)


def test_damage_without_a_sound_snapshot_is_said_and_nothing_is_touched(
    door: ProfileDoor, opened: UnlockedProfile
) -> None:
    door.close(opened)
    for path in (opened.profile.folder / "snapshots").iterdir():
        first_page(path)
    damaged = opened.profile.folder / "records.db"
    first_page(damaged)
    content = damaged.read_bytes()
    with pytest.raises(StorageError, match="no_snapshot"):
        door.unlock(opened.profile, PASSPHRASE)
    assert damaged.read_bytes() == content


def test_damaged_newest_snapshot_is_passed_over(
    door: ProfileDoor, opened: UnlockedProfile, clock: MovableClock
) -> None:
    first = clock()
    clock.advance(hours=1)
    door.close(opened)
    newest = max((opened.profile.folder / "snapshots").iterdir())
    one_bit_in_the_middle(newest)
    first_page(opened.profile.folder / "records.db")
    again = door.unlock(opened.profile, PASSPHRASE)
    assert again.snapshot_restored_at == first
    door.close(again)


def test_records_of_a_newer_program_are_left_as_they_are(door: ProfileDoor, opened: UnlockedProfile) -> None:
    with opened.context.store.transaction() as connection:
        connection.exec_driver_sql("pragma user_version=99")
    opened.context.store.close()
    with pytest.raises(DatabaseTooNewError, match="database_too_new"):
        door.unlock(opened.profile, PASSPHRASE)
    assert not list(opened.profile.folder.glob("*.damaged-*"))


@pytest.mark.allow_log("fieldapp.security.vault_file")
def test_damaged_vault_heals_from_its_copy_and_without_both_says_whom_to_ask(
    door: ProfileDoor, opened: UnlockedProfile
) -> None:
    door.close(opened)
    folder = opened.profile.folder
    shutil.copy(folder / "vault.copy.json", folder / "kept")
    for name in ("vault.json", "vault.copy.json"):
        something_else(folder / name)
        if name == "vault.json":
            door.close(door.unlock(opened.profile, PASSPHRASE))
    something_else(folder / "vault.json")
    assert door.profiles() == [opened.profile]
    with pytest.raises(StorageError, match="vault_damaged"):
        door.unlock(opened.profile, PASSPHRASE)
    assert not door.quick_unlock_available(opened.profile)


def test_full_disk_still_lets_the_worker_in(door: ProfileDoor, opened: UnlockedProfile) -> None:
    door.close(opened)
    (opened.profile.folder / "profile.part").mkdir()  # where profile.json would be written first
    writes = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE")
    with failing(lambda sql: sql.startswith(writes), StorageError("disk_full")):
        again = door.unlock(opened.profile, PASSPHRASE)
    assert again.context.user_id == "worker-1"
    again.context.store.close()
