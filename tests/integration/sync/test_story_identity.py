"""Identity of devices: wrong clocks, restored and copied profiles, two devices of one worker, reinstall."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldapp.app.machine import InstallMarks, machine_digest
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Result
from fieldapp.services import today, visits
from fieldapp.services.context import Context
from fieldapp.services.device_clock import SUSPECT, ClockStanding, device_clock
from fieldapp.services.opening import settle_identity
from fieldapp.storage import meta
from fieldapp.storage.store import PHOTOS_FILE, RECORDS_FILE, Store
from server.services.checks import check_store
from tests.determinism import MovableClock
from tests.integration.server.county import VILLAGE, County
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY, Tablet, reopened, tablet


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


def standing(device: Tablet) -> ClockStanding:
    with device.store.reading() as connection:
        return device_clock(connection, device.store.clock()).standing


def submit(device: Tablet, household_id: str) -> str:
    """A visit through the form."""
    context = context_of(device)
    draft_id, _ = visits.begin_visit(context, household_id)
    draft = visits.visit_form(context, draft_id).stored.draft
    told: dict[str, object] = {"result": Result.NORMAL, "narrative": "入户看望，情况正常，老人身体尚好"}
    told |= {"signature": device.signature()}
    visits.save_draft(context, draft_id, draft.model_copy(update=told))
    return visits.submit_visit(context, draft_id)[0]


@contextmanager
def copy_of(device: Tablet, folder: Path, county: County, clock: MovableClock) -> Iterator[Tablet]:
    """A second store over a copy of the files, as they are now."""
    folder.mkdir()
    device.store.snapshot()
    with device.store.transaction() as connection:
        connection.exec_driver_sql("SELECT 1")
    snapshots = sorted((Path(device.store._folder) / "snapshots").iterdir())
    shutil.copy(snapshots[-1], folder / RECORDS_FILE)
    shutil.copy(Path(device.store._folder) / PHOTOS_FILE, folder / PHOTOS_FILE)
    store = Store.open(folder, RECORDS_KEY, PHOTOS_KEY, clock=clock)
    with reopened(store, county.address) as copied:
        yield copied


# -- clocks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [dt.timedelta(days=1), dt.timedelta(days=-1)])
def test_a_clock_wrong_by_a_day_is_told_and_what_was_captured_is_kept_and_marked(
    county: County, tmp_path: Path, clock: MovableClock, off: dt.timedelta
) -> None:
    wrong = MovableClock(clock() + off)
    with tablet(county, tmp_path / "wrong", clock=wrong) as device:
        device.synced()
        assert standing(device) is ClockStanding.OFF
        assert today.today(context_of(device)).clock.minutes == off.total_seconds() // 60
        house = device.household()
        visit_id = submit(device, house.id)
        finished = device.find("visits", visit_id).finished_at
        assert device.synced().refused == 0
        stored = device.find("visits", visit_id)
        assert (stored.finished_at, SUSPECT in stored.flags) == (finished, True)
        wrong.set(clock())
        device.synced()
        assert standing(device) is ClockStanding.FINE
        assert SUSPECT not in device.find("visits", submit(device, house.id)).flags


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_wrong_by_years_locks_nobody_out_and_wins_nothing_for_long(
    county: County, tmp_path: Path, clock: MovableClock, colleague: Tablet, years: int
) -> None:
    wrong = MovableClock(clock())
    with tablet(county, tmp_path / "wrong", clock=wrong, seed=5) as device:
        device.synced()
        wrong.advance(days=365 * years)
        device.synced()
        house = device.household()
        submit(device, house.id)  # the role holds although the clock says another decade
        assert device.synced().refused == 0
        colleague.synced()
        device.edit("households", house.id, address="错钟的一处")
        device.synced()
        clock.advance(minutes=10)
        colleague.edit("households", house.id, address="后来的一处")
        colleague.synced()
        device.synced()
        for one in (device, colleague):
            assert one.find("households", house.id).address == "后来的一处"
    assert check_store(county.context.store) == []


def test_a_clock_set_back_during_work_is_noticed_without_a_network(
    county: County, tmp_path: Path, clock: MovableClock
) -> None:
    own = MovableClock(clock())
    with tablet(county, tmp_path / "own", clock=own) as device:
        device.synced()
        house = device.household()
        own.advance(hours=3)
        first = submit(device, house.id)
        own.advance(hours=-2)
        assert standing(device) is ClockStanding.SET_BACK
        second = submit(device, house.id)
        assert SUSPECT not in device.find("visits", first).flags
        assert SUSPECT in device.find("visits", second).flags
        own.set(clock())
        assert device.synced().refused == 0
        assert standing(device) is ClockStanding.FINE, "the server found it right: it was ahead before"
        own.advance(days=-2)
        assert standing(device) is ClockStanding.SET_BACK, "before the server's last word"


def test_the_stamps_of_changes_never_go_back(county: County, tmp_path: Path, clock: MovableClock) -> None:
    own = MovableClock(clock())
    with tablet(county, tmp_path / "own", clock=own) as device:
        house = device.household()
        stamps = [device.meta(meta.HLC)]
        for hours in (-5, 1, -100, 200):
            own.advance(hours=hours)
            device.edit("households", house.id, address=f"第{hours}次")
            stamps.append(device.meta(meta.HLC))
        assert stamps == sorted(set(stamps))


# -- copies ----------------------------------------------------------------------------------------------


@pytest.mark.allow_log("sync.engine.push")
def test_a_device_restored_from_an_old_backup_overwrites_nothing_newer(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path, clock: MovableClock
) -> None:
    house = aide.household()
    aide.synced()
    with copy_of(aide, tmp_path / "restored", county, clock) as restored:
        clock.advance(hours=1)
        aide.edit("households", house.id, address="备份之后")
        lost = aide.visit(house.id)
        aide.synced()
        clock.advance(hours=1)
        # The tablet breaks; its backup of the morning goes on.
        restored.edit("households", house.id, lat=30.5)
        again = restored.visit(house.id)
        assert restored.synced().refused == 0
        assert restored.meta(meta.INSTALL_ID) != aide.meta(meta.INSTALL_ID)
        assert set(restored.ids("visits")) == {lost.id, again.id}
        held = restored.find("households", house.id)
        assert (held.address, held.lat) == ("备份之后", 30.5)
        colleague.synced()
        assert colleague.buckets() == restored.buckets()
    assert check_store(county.context.store) == []


def profile_at(folder: Path) -> Profile:
    never = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
    return Profile(folder, "profile-1", "", Dataset.DEMO, never, never)


@pytest.mark.allow_log("fieldapp.services.opening")
def test_a_profile_copied_to_a_second_machine_takes_an_id_of_its_own_at_the_start(
    aide: Tablet, county: County, tmp_path: Path, clock: MovableClock
) -> None:
    here = InstallMarks(tmp_path / "here", "machine-1")
    profile = profile_at(tmp_path)
    assert not settle_identity(aide.store, profile, here)  # at home from now on
    house = aide.household()
    aide.synced()
    unsent = aide.visit(house.id)
    original = aide.meta(meta.INSTALL_ID)
    with copy_of(aide, tmp_path / "copy", county, clock) as copied:
        assert not settle_identity(aide.store, profile, here)
        there = InstallMarks(tmp_path / "there", "machine-2")
        assert settle_identity(copied.store, profile, there)
        assert not settle_identity(copied.store, profile, there)
        assert aide.meta(meta.INSTALL_ID) == original != copied.meta(meta.INSTALL_ID)
        assert copied.waiting().ops == 1
        mine, theirs = aide.visit(house.id), copied.visit(house.id)
        for device in (aide, copied, aide):
            assert device.synced().refused == 0
        for device in (aide, copied):
            assert set(device.ids("visits")) == {unsent.id, mine.id, theirs.id}
        assert aide.buckets() == copied.buckets()
    assert check_store(county.context.store) == []


@pytest.mark.allow_log("fieldapp.services.opening")
@pytest.mark.parametrize("taken", ["profile", "everything"])
def test_marks_tell_a_copied_folder_and_a_copied_disk(aide: Tablet, tmp_path: Path, taken: str) -> None:
    profile = profile_at(tmp_path)
    settle_identity(aide.store, profile, InstallMarks(tmp_path / "here", "machine-1"))
    before = aide.meta(meta.INSTALL_ID)
    if taken == "everything":
        shutil.copytree(tmp_path / "here", tmp_path / "there")
        assert settle_identity(aide.store, profile, InstallMarks(tmp_path / "there", "machine-2"))
    else:
        assert settle_identity(aide.store, profile, InstallMarks(tmp_path / "there", "machine-1"))
    assert aide.meta(meta.INSTALL_ID) != before


def test_a_machine_without_an_id_and_a_folder_that_takes_no_mark_change_nothing(
    aide: Tablet, tmp_path: Path
) -> None:
    profile, before = profile_at(tmp_path), aide.meta(meta.INSTALL_ID)
    assert not settle_identity(aide.store, profile, InstallMarks(tmp_path / "here", ""))
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder would be", encoding="utf-8")
    for _ in range(3):
        assert not settle_identity(aide.store, profile, InstallMarks(blocked, "machine-1"))
    assert aide.meta(meta.INSTALL_ID) == before


def test_the_machine_digest_is_stable_and_no_readable_id() -> None:
    told = machine_digest()
    assert told == machine_digest()
    system = Path("/etc/machine-id")
    if told and system.exists():
        assert system.read_text(encoding="ascii").strip() not in told


# -- devices of one worker -------------------------------------------------------------------------------


def test_two_devices_of_one_worker_merge_like_two_people(
    aide: Tablet, county: County, tmp_path: Path, clock: MovableClock
) -> None:
    house = aide.household()
    aide.synced()
    with tablet(county, tmp_path / "laptop", user_id=aide.user_id, seed=7) as laptop:
        laptop.synced()
        laptop.edit("households", house.id, address="电脑上改的")
        aide.edit("households", house.id, group_name="5组")
        first, second = aide.visit(house.id), laptop.visit(house.id)
        for device in (aide, laptop, aide):
            assert device.synced().refused == 0
        for device in (aide, laptop):
            held = device.find("households", house.id)
            assert (held.address, held.group_name) == ("电脑上改的", "5组")
            assert set(device.ids("visits")) == {first.id, second.id}
        assert aide.buckets() == laptop.buckets()


def test_a_reinstalled_device_gets_back_all_that_was_acknowledged(county: County, tmp_path: Path) -> None:
    user_id = county.user(Role.VILLAGE_AIDE, VILLAGE)
    with tablet(county, tmp_path / "old", user_id=user_id, seed=8) as old:
        house = old.household()
        visit = old.visit(house.id, old.photo())
        old.synced()
        buckets = old.buckets()
    with tablet(county, tmp_path / "new", user_id=user_id, seed=9) as new:
        new.synced()
        assert new.buckets() == buckets
        assert new.ids("visits") == [visit.id]
        new.edit("households", house.id, address="重装以后")
        assert new.synced().conflicts == 0
