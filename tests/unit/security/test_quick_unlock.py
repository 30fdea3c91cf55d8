"""Slot K: tries, expiry, reboot, keyring moods."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.quick_unlock import MAX_TRIES, QuickUnlock
from fieldapp.security.vault import Vault
from fieldapp.security.vault_file import VaultFile
from tests.determinism import MovableClock
from tests.unit.security.keyrings import MOODS, MemoryKeyring

PIN = "470812"
Make = Callable[..., QuickUnlock]


@pytest.fixture
def keys(vault: Vault, device_id: str, passphrase: str) -> UnlockedKeys:
    return vault.create(device_id, passphrase)


def refusal(quick: QuickUnlock, pin: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(NotAllowedError) as caught:
        quick.unlock(pin)
    return caught.value.code, dict(caught.value.facts)


def stored(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_bytes())
    return content


def test_unlock_gives_the_same_keys_as_often_as_wanted(make_quick: Make, keys: UnlockedKeys) -> None:
    quick = make_quick()
    assert not quick.available()
    assert refusal(quick, PIN) == ("quick_unlock_off", {})
    quick.enable(keys, PIN)
    for _ in range(MAX_TRIES + 2):
        assert make_quick().available()
        assert make_quick().unlock(PIN).data_key == keys.data_key


@pytest.mark.parametrize(("pin", "code"), [("4708", "pin_format"), ("123456", "pin_simple")])
def test_enable_weak_pin_changes_nothing(
    make_quick: Make, keys: UnlockedKeys, backend: MemoryKeyring, pin: str, code: str
) -> None:
    with pytest.raises(RuleError, match=code):
        make_quick().enable(keys, pin)
    assert not make_quick().available()
    assert backend.entries == {}


def test_five_wrong_pins_end_it_across_restarts(
    make_quick: Make, keys: UnlockedKeys, backend: MemoryKeyring, vault: Vault, passphrase: str
) -> None:
    make_quick().enable(keys, PIN)
    for left in range(MAX_TRIES - 1, 0, -1):
        assert refusal(make_quick(), "000001") == ("wrong_pin", {"tries_left": left})
    assert refusal(make_quick(), "000001") == ("quick_unlock_used_up", {})
    assert refusal(make_quick(), PIN) == ("quick_unlock_off", {})
    assert backend.entries == {}
    assert vault.unlock(passphrase).data_key == keys.data_key


def test_right_pin_gives_all_tries_back(make_quick: Make, keys: UnlockedKeys, vault_path: Path) -> None:
    make_quick().enable(keys, PIN)
    for _ in range(MAX_TRIES - 1):
        refusal(make_quick(), "000001")
    make_quick().unlock(PIN)
    assert stored(vault_path)["quick_tries_left"] == MAX_TRIES


def test_try_is_counted_before_the_pin_is_looked_at(
    make_quick: Make, keys: UnlockedKeys, vault_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulling the plug while the PIN is checked must not give the try back."""
    make_quick().enable(keys, PIN)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("fieldapp.security.quick_unlock._wrap_key", power_cut)
        for _ in range(MAX_TRIES):
            with pytest.raises(KeyboardInterrupt):
                make_quick().unlock("000001")
    assert stored(vault_path)["quick_tries_left"] == 0
    assert refusal(make_quick(), PIN) == ("quick_unlock_used_up", {})
    assert stored(vault_path)["quick"] is None


@pytest.mark.parametrize("wrong", ["", "４７０８１２", "47081", "4708122", "\ud83d"])
def test_pin_of_other_form_counts_as_wrong(make_quick: Make, keys: UnlockedKeys, wrong: str) -> None:
    make_quick().enable(keys, PIN)
    assert refusal(make_quick(), wrong) == ("wrong_pin", {"tries_left": MAX_TRIES - 1})


def test_expiry(make_quick: Make, keys: UnlockedKeys, clock: MovableClock, backend: MemoryKeyring) -> None:
    make_quick().enable(keys, PIN, validity=dt.timedelta(hours=8))
    clock.advance(hours=8, seconds=-1)
    make_quick().unlock(PIN)
    clock.advance(seconds=1)
    assert not make_quick().available()
    assert refusal(make_quick(), PIN) == ("quick_unlock_expired", {})
    assert refusal(make_quick(), PIN) == ("quick_unlock_off", {})
    assert backend.entries == {}


def test_clock_set_back_ends_it(make_quick: Make, keys: UnlockedKeys, clock: MovableClock) -> None:
    make_quick().enable(keys, PIN)
    clock.advance(minutes=-4)  # a network time correction
    make_quick().unlock(PIN)
    clock.advance(days=-1)
    assert refusal(make_quick(), PIN) == ("quick_unlock_expired", {})


def test_system_that_did_not_name_its_boot_ends_nothing(make_quick: Make, keys: UnlockedKeys) -> None:
    make_quick(None).enable(keys, PIN)
    make_quick("boot-2").unlock(PIN)


@pytest.mark.parametrize("later", ["boot-2", None])
def test_reboot_ends_it(make_quick: Make, keys: UnlockedKeys, later: str | None) -> None:
    make_quick("boot-1").enable(keys, PIN)
    make_quick("boot-1").unlock(PIN)
    assert refusal(make_quick(later), PIN) == ("quick_unlock_expired", {})


def test_forged_expiry_does_not_open(
    make_quick: Make, keys: UnlockedKeys, clock: MovableClock, vault_path: Path
) -> None:
    """The expiry is part of the associated data: moving it breaks the seal."""
    make_quick().enable(keys, PIN)
    content = VaultFile(vault_path).read()
    assert content.quick is not None
    forged = replace(content.quick, expires_at="2099-01-01T00:00:00.000Z")
    VaultFile(vault_path).write(replace(content, quick=forged))
    clock.advance(days=2)
    assert refusal(make_quick(), PIN)[0] == "wrong_pin"


def test_disable_deletes_slot_and_secret(
    make_quick: Make, keys: UnlockedKeys, backend: MemoryKeyring, vault_path: Path
) -> None:
    make_quick().enable(keys, PIN)
    make_quick().disable()
    assert stored(vault_path)["quick"] is None
    assert backend.entries == {}
    make_quick().disable()


def test_enable_again_replaces_pin_and_secret(
    make_quick: Make, keys: UnlockedKeys, backend: MemoryKeyring
) -> None:
    make_quick().enable(keys, PIN)
    make_quick().enable(keys, "908172")
    assert len(backend.entries) == 1
    assert {len(secret) for secret in backend.entries.values()} == {44}
    assert refusal(make_quick(), PIN)[0] == "wrong_pin"
    make_quick().unlock("908172")


@pytest.mark.allow_log("fieldapp.security.keystore")
@pytest.mark.parametrize("name", sorted(MOODS.keys() - {"works"}))
def test_enable_needs_a_keyring_that_works(make_quick: Make, keys: UnlockedKeys, name: str) -> None:
    keystore = MOODS[name]()
    with pytest.raises(NotAllowedError) as caught:
        make_quick(keystore=keystore).enable(keys, PIN)
    assert caught.value.code == "quick_unlock_no_keyring"
    assert caught.value.facts["status"] in {"missing", "locked", "forgetful", "refused"}
    assert not make_quick().available()


@pytest.mark.allow_log("fieldapp.security.keystore")
def test_locked_keyring_costs_no_try_and_keeps_the_slot(
    make_quick: Make, keys: UnlockedKeys, vault_path: Path
) -> None:
    make_quick().enable(keys, PIN)
    locked = make_quick(keystore=MOODS["locked"]())
    assert refusal(locked, PIN) == ("quick_unlock_no_keyring", {"status": "locked"})
    assert stored(vault_path)["quick_tries_left"] == MAX_TRIES
    make_quick().unlock(PIN)


@pytest.mark.allow_log("fieldapp.security.keystore")
def test_keyring_that_lost_the_secret_ends_it(
    make_quick: Make, keys: UnlockedKeys, backend: MemoryKeyring
) -> None:
    make_quick().enable(keys, PIN)
    backend.entries.clear()
    assert refusal(make_quick(), PIN) == ("quick_unlock_no_keyring", {"status": "forgetful"})
    assert not make_quick().available()


@pytest.mark.allow_log("fieldapp.security.quick_unlock", "fieldapp.security.keystore")
def test_slot_goes_even_when_the_keyring_keeps_its_entry(
    make_quick: Make, keys: UnlockedKeys, vault_path: Path
) -> None:
    make_quick().enable(keys, PIN)
    make_quick(keystore=MOODS["locked"]()).disable()
    assert stored(vault_path)["quick"] is None


def test_the_pin_alone_does_not_open(make_quick: Make, keys: UnlockedKeys, backend: MemoryKeyring) -> None:
    make_quick().enable(keys, PIN)
    ((entry, secret),) = backend.entries.items()
    backend.entries[entry] = secret[::-1]
    assert refusal(make_quick(), PIN)[0] == "wrong_pin"


def test_passphrase_change_and_backup_leave_slot_k_out(
    make_quick: Make, keys: UnlockedKeys, vault: Vault, passphrase: str
) -> None:
    make_quick().enable(keys, PIN)
    assert json.loads(vault.backup_copy())["quick"] is None
    vault.change_passphrase(passphrase, "a good new passphrase")
    assert not make_quick().available()


def test_enable_with_keys_of_another_vault_is_a_bug(make_quick: Make, keys: UnlockedKeys) -> None:
    with pytest.raises(ValueError, match="another vault"):
        make_quick().enable(UnlockedKeys(bytes(32)), PIN)
