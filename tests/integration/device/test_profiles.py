"""The door: profiles are made whole or not at all, opened by what their owner knows, and closed for good."""

import dataclasses
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError, StorageError, SyncError
from fieldapp.domain.records.audit import AuditAct
from fieldapp.security.cipher import STANDARD
from fieldapp.security.vault import Vault
from fieldapp.services import households
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
from fieldapp.storage import meta, outbox
from fieldapp.storage.store import Store
from tests.determinism import START, MovableClock
from tests.gui.county import County
from tests.integration.device.conftest import CHEAP, PASSPHRASE, Enrol, MakeDoor, enrol_as, open_files
from tests.unit.security.keyrings import MOODS, MemoryKeyring, keystore_over

PIN = "730912"


def everything_under(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


# --- making --------------------------------------------------------------------------------------


def test_create_makes_an_open_profile_that_the_door_shows_masked(
    door: ProfileDoor, opened: UnlockedProfile, clock: MovableClock
) -> None:
    (shown,) = door.profiles()
    assert shown == opened.profile
    assert (shown.label, shown.dataset, shown.last_used_at) == ("周*", Dataset.REAL, clock())
    assert opened.context.user_id == "worker-1"
    with opened.context.store.reading() as connection:
        assert meta.get(connection, meta.DATASET) == "REAL"
        assert meta.get(connection, meta.INSTALL_ID) == shown.profile_id
    if sys.platform != "win32":
        assert shown.folder.stat().st_mode & 0o077 == 0


def offline(_store: Store) -> Sequence[bytes]:
    raise SyncError("offline")


def half_way(store: Store) -> Sequence[bytes]:
    enrol_as()(store)
    raise SyncError("server_error")


def interrupted(_store: Store) -> Sequence[bytes]:
    raise KeyboardInterrupt


def says_not_who(_store: Store) -> Sequence[bytes]:
    return []


def bad_county_key(store: Store) -> Sequence[bytes]:
    enrol_as()(store)
    return [b"too short"]


@pytest.mark.parametrize("enrol", [offline, half_way, interrupted, says_not_who, bad_county_key])
def test_create_when_enrolment_fails_leaves_nothing_behind(
    door: ProfileDoor, root: Path, enrol: Enrol
) -> None:
    with pytest.raises((FieldappError, KeyboardInterrupt, ValueError)):
        door.create(PASSPHRASE, Dataset.REAL, enrol)
    assert everything_under(root) == []
    assert list(root.glob("profiles/*")) == []
    assert door.profiles() == []
    # The same door, a moment later with network: nothing of the first try is in the way.
    door.close(door.create(PASSPHRASE, Dataset.REAL, enrol_as()))
    assert len(door.profiles()) == 1


def test_create_with_a_weak_passphrase_leaves_nothing_behind(door: ProfileDoor, root: Path) -> None:
    with pytest.raises(RuleError) as caught:
        door.create("12345678", Dataset.REAL, enrol_as())
    assert (caught.value.code, caught.value.field) == ("passphrase_common", "passphrase")
    assert list(root.glob("profiles/*")) == []


def test_create_where_nothing_can_be_written_says_so(door: ProfileDoor, root: Path) -> None:
    (root / "profiles").write_bytes(b"")
    with pytest.raises(StorageError):
        door.create(PASSPHRASE, Dataset.REAL, enrol_as())


def test_create_failing_leaves_other_profiles_alone(door: ProfileDoor, opened: UnlockedProfile) -> None:
    before = everything_under(opened.profile.folder)
    with pytest.raises(SyncError):
        door.create(PASSPHRASE, Dataset.REAL, offline)
    assert door.profiles() == [opened.profile]
    assert everything_under(opened.profile.folder) == before


def test_create_seals_the_keys_to_the_countys_escrow_keys(door: ProfileDoor) -> None:
    public = STANDARD.public_key(os.urandom(32))

    def enrol(store: Store) -> list[bytes]:
        enrol_as()(store)
        return [public]

    made = door.create(PASSPHRASE, Dataset.REAL, enrol)
    door.close(made)
    vault = Vault(made.profile.vault, random_bytes=os.urandom, common_passphrases=(), cost_policy=CHEAP)
    assert len(vault.county_key_fingerprints()) == 1


# --- opening -------------------------------------------------------------------------------------


def test_unlock_opens_with_the_passphrase_and_with_no_other(
    door: ProfileDoor, make_door: MakeDoor, opened: UnlockedProfile, clock: MovableClock
) -> None:
    door.close(opened)
    clock.advance(hours=3)
    (shown,) = make_door().profiles()
    for wrong in ("水往低处流 48 次", PASSPHRASE + " ", "", "\ud800"):
        with pytest.raises(StorageError, match="wrong_passphrase"):
            door.unlock(shown, wrong)
    again = make_door().unlock(shown, PASSPHRASE)
    assert again.context.user_id == opened.context.user_id
    assert (again.snapshot_restored_at, again.photos_lost) == (None, False)
    assert door.profiles()[0].last_used_at == clock()
    door.close(again)


def test_several_profiles_on_one_root_do_not_see_each_others_data(
    door: ProfileDoor, clock: MovableClock
) -> None:
    found: dict[str, UnlockedProfile] = {}
    for name, user in (("周丙", "worker-1"), ("欧阳丁", "worker-1"), ("钱戊", "worker-3")):
        found[name] = door.create(f"{PASSPHRASE} {name}", Dataset.REAL, enrol_as(name, user))
        clock.advance(minutes=1)
    assert [p.label for p in door.profiles()] == ["钱*", "欧阳*", "周*"]
    first, second, third = found.values()
    county = County(first.profile.folder, clock, store=first.context.store)
    household = county.household("甲乙")
    sha256 = first.context.store.photos.put(b"picture", "image/jpeg")
    for other in (second, third):
        assert households.household_ids(other.context) == []
        with pytest.raises(NotAllowedError, match="household_not_here"):
            households.household_card(other.context, household)
        assert other.context.store.photos.held([sha256]) == set()
    for one in found.values():
        door.close(one)
    for name, one in found.items():
        for secret in (f"{PASSPHRASE} {other}" for other in found if other != name):
            with pytest.raises(StorageError, match="wrong_passphrase"):
                door.unlock(one.profile, secret)
    # Not even with the files of the one beside the vault of the other.
    for file in ("records.db", "photos.db"):
        shutil.copy(first.profile.folder / file, second.profile.folder / file)
    shutil.rmtree(second.profile.folder / "snapshots")
    with pytest.raises(StorageError, match="no_snapshot"):
        door.unlock(second.profile, f"{PASSPHRASE} 欧阳丁")


def test_lock_closes_the_store_so_that_its_files_can_be_moved(
    door: ProfileDoor, opened: UnlockedProfile, tmp_path: Path
) -> None:
    county = County(opened.profile.folder, store=opened.context.store)
    household = county.household("甲乙")
    door.close(opened)
    assert not list(opened.profile.folder.glob("*-wal"))
    assert open_files(opened.profile.folder) == []
    moved = opened.profile.folder.rename(opened.profile.folder.with_name("moved"))
    again = door.unlock(dataclasses.replace(opened.profile, folder=moved), PASSPHRASE)
    assert households.household_ids(again.context) == [household]
    door.close(again)


def test_close_takes_a_snapshot_and_closes_even_when_that_fails(
    door: ProfileDoor, opened: UnlockedProfile, clock: MovableClock
) -> None:
    folder = opened.profile.folder / "snapshots"
    assert len(list(folder.iterdir())) == 1  # from the day it was made
    clock.advance(hours=1)
    door.close(opened)
    assert len(list(folder.iterdir())) == 2
    again = door.unlock(opened.profile, PASSPHRASE)
    shutil.rmtree(folder)
    folder.write_bytes(b"in the way")
    with pytest.raises(OSError, match="File exists"):
        door.close(again)
    assert open_files(opened.profile.folder) == []


def test_unlock_with_a_lost_profile_json_heals_it(door: ProfileDoor, opened: UnlockedProfile) -> None:
    door.close(opened)
    (opened.profile.folder / "profile.json").unlink()
    (shown,) = door.profiles()
    assert shown.label == ""
    door.close(door.unlock(shown, PASSPHRASE))
    (healed,) = door.profiles()
    assert (healed.label, healed.dataset) == ("周*", Dataset.REAL)


def test_unlock_of_demo_data_stays_demo_data_without_its_profile_json(door: ProfileDoor) -> None:
    made = door.create(PASSPHRASE, Dataset.DEMO, enrol_as())
    door.close(made)
    (made.profile.folder / "profile.json").write_bytes(b"\x00")
    again = door.unlock(door.profiles()[0], PASSPHRASE)
    assert again.profile.dataset is Dataset.DEMO
    door.close(again)


def test_unlock_when_profile_json_cannot_be_written_still_opens(
    door: ProfileDoor, opened: UnlockedProfile
) -> None:
    door.close(opened)
    (opened.profile.folder / "profile.part").mkdir()
    again = door.unlock(opened.profile, PASSPHRASE)
    assert again.context.user_id == "worker-1"
    door.close(again)


def test_unlock_of_a_profile_that_was_never_enrolled_says_so_and_lets_go(
    door: ProfileDoor, opened: UnlockedProfile
) -> None:
    with opened.context.store.transaction() as connection:
        meta.put(connection, meta.USER_ID, "")
    door.close(opened)
    with pytest.raises(NotAllowedError, match="not_enrolled"):
        door.unlock(opened.profile, PASSPHRASE)
    assert open_files(opened.profile.folder) == []


# --- PIN -----------------------------------------------------------------------------------------


def test_pin_opens_for_a_working_day_and_not_longer(
    door: ProfileDoor, opened: UnlockedProfile, clock: MovableClock
) -> None:
    profile = opened.profile
    assert not door.quick_unlock_available(profile)
    door.enable_quick_unlock(profile, PASSPHRASE, PIN)
    door.close(opened)
    assert door.quick_unlock_available(profile)
    door.close(door.quick_unlock(profile, PIN))
    clock.advance(hours=13)
    assert not door.quick_unlock_available(profile)
    with pytest.raises(NotAllowedError, match="quick_unlock_expired"):
        door.quick_unlock(profile, PIN)
    door.close(door.unlock(profile, PASSPHRASE))


def test_pin_five_wrong_ones_end_it_and_a_restart_gives_no_try_back(
    make_door: MakeDoor, opened: UnlockedProfile
) -> None:
    keyring = MemoryKeyring()
    profile = opened.profile
    make_door(keystore_over(keyring)).enable_quick_unlock(profile, PASSPHRASE, PIN)
    assert len(keyring.entries) == 1
    opened.context.store.close()
    left = []
    for _ in range(4):
        with pytest.raises(NotAllowedError, match="wrong_pin") as caught:
            make_door(keystore_over(keyring)).quick_unlock(profile, "830912")
        left.append(caught.value.facts["tries_left"])
    assert left == [4, 3, 2, 1]
    with pytest.raises(NotAllowedError, match="quick_unlock_used_up"):
        make_door(keystore_over(keyring)).quick_unlock(profile, "830912")
    assert keyring.entries == {}
    last = make_door(keystore_over(keyring))
    assert not last.quick_unlock_available(profile)
    with pytest.raises(NotAllowedError, match="quick_unlock_off"):
        last.quick_unlock(profile, PIN)
    last.close(last.unlock(profile, PASSPHRASE))


def test_pin_off_and_changed_passphrase_both_end_it(door: ProfileDoor, opened: UnlockedProfile) -> None:
    profile = opened.profile
    door.enable_quick_unlock(profile, PASSPHRASE, PIN)
    door.disable_quick_unlock(profile)
    assert not door.quick_unlock_available(profile)
    door.enable_quick_unlock(profile, PASSPHRASE, PIN)
    door.change_passphrase(opened, PASSPHRASE, "另一句口令 19 个字")
    assert not door.quick_unlock_available(profile)


def test_pin_needs_the_passphrase_and_must_be_one(door: ProfileDoor, opened: UnlockedProfile) -> None:
    with pytest.raises(StorageError, match="wrong_passphrase"):
        door.enable_quick_unlock(opened.profile, "nothing of the kind", PIN)
    with pytest.raises(RuleError, match="pin_simple"):
        door.enable_quick_unlock(opened.profile, PASSPHRASE, "111111")
    assert not door.quick_unlock_available(opened.profile)


def test_pin_of_a_profile_without_a_vault_is_simply_not_there(door: ProfileDoor, root: Path) -> None:
    nobody = Profile(root / "profiles" / "x", "x", "", Dataset.REAL, START, START)
    assert not door.quick_unlock_available(nobody)


@pytest.mark.allow_log("fieldapp.security.keystore")
@pytest.mark.parametrize("mood", MOODS)
def test_pin_whatever_the_keyrings_mood_the_passphrase_opens(
    make_door: MakeDoor, opened: UnlockedProfile, mood: str
) -> None:
    door = make_door(MOODS[mood]())
    opened.context.store.close()
    if mood == "works":
        assert door.keyring_status().value == "works"
        door.enable_quick_unlock(opened.profile, PASSPHRASE, PIN)
        door.close(door.quick_unlock(opened.profile, PIN))
    else:
        assert door.keyring_status().value != "works"
        with pytest.raises(NotAllowedError, match="quick_unlock_no_keyring") as caught:
            door.enable_quick_unlock(opened.profile, PASSPHRASE, PIN)
        assert caught.value.facts["status"] == door.keyring_status().value
        assert not door.quick_unlock_available(opened.profile)
    door.close(door.unlock(opened.profile, PASSPHRASE))


# --- passphrase ----------------------------------------------------------------------------------


def test_change_passphrase_is_audited_and_the_data_stay(door: ProfileDoor, opened: UnlockedProfile) -> None:
    household = County(opened.profile.folder, store=opened.context.store).household("甲乙")
    door.change_passphrase(opened, PASSPHRASE, "另一句口令 19 个字")
    with opened.context.store.reading() as connection:
        (op,) = outbox.waiting_ops(connection)
    assert op.kind == "audit_events"
    with opened.context.store.unit_of_work() as work:
        event = work.find("audit_events", op.record_id)
    assert getattr(event, "act", None) is AuditAct.PASSPHRASE_CHANGED
    door.close(opened)
    with pytest.raises(StorageError, match="wrong_passphrase"):
        door.unlock(opened.profile, PASSPHRASE)
    again = door.unlock(opened.profile, "另一句口令 19 个字")
    assert households.household_ids(again.context) == [household]
    door.close(again)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("not it at all", "另一句口令 19 个字", "wrong_passphrase"), (PASSPHRASE, "short", "passphrase_short")],
)
def test_change_passphrase_refused_leaves_no_trace(
    door: ProfileDoor, opened: UnlockedProfile, old: str, new: str, code: str
) -> None:
    with pytest.raises(FieldappError, match=code):
        door.change_passphrase(opened, old, new)
    with opened.context.store.reading() as connection:
        assert outbox.waiting_ops(connection) == []
    door.close(opened)
    door.close(door.unlock(opened.profile, PASSPHRASE))
