"""Passphrase and escrow slots, upgrade of the cost, backup, erasing."""

import errno
import json
import os
import pickle
import secrets
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.security.cipher import STANDARD, Argon2Cost
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.passphrase import COST_FLOOR, CostPolicy
from fieldapp.security.recovery import county_key_fingerprint
from fieldapp.security.vault import Vault
from fieldapp.security.vault_file import VaultFile, slot_aad

GOLDEN = Path(__file__).parents[2] / "golden" / "vault"
COPIES = ("vault.json", "vault.copy.json")


def same(one: UnlockedKeys, other: UnlockedKeys) -> bool:
    return one.data_key == other.data_key


def code_of(caught: pytest.ExceptionInfo[StorageError]) -> str:
    return caught.value.code


def vault_with(path: Path, common: frozenset[str], policy: CostPolicy) -> Vault:
    return Vault(path, random_bytes=secrets.token_bytes, common_passphrases=common, cost_policy=policy)


@pytest.fixture
def made(vault: Vault, device_id: str, passphrase: str, county_pair: tuple[bytes, bytes]) -> UnlockedKeys:
    """The keys of a created vault with one county key."""
    return vault.create(device_id, passphrase, [county_pair[1]])


def test_unlock_gives_the_keys_of_creation(vault: Vault, made: UnlockedKeys, passphrase: str) -> None:
    opened = vault.unlock(passphrase)
    assert same(opened, made)
    derived = {opened.records_db_key, opened.photos_db_key, opened.export_key, opened.data_key}
    assert len(derived) == 4
    assert {len(key) for key in derived} == {32}
    assert opened.check_value not in {key[:16] for key in derived}


@pytest.mark.parametrize("wrong", ["", "水往低处流 47 回", "水往低处流 47 次 ", "\ud83d broken", "x" * 5000])
def test_unlock_wrong_passphrase(vault: Vault, made: UnlockedKeys, wrong: str) -> None:
    with pytest.raises(StorageError) as caught:
        vault.unlock(wrong)
    assert code_of(caught) == "wrong_passphrase"


def test_unlock_without_vault(vault: Vault) -> None:
    assert not vault.exists()
    with pytest.raises(StorageError) as caught:
        vault.unlock("anything at all")
    assert code_of(caught) == "vault_missing"


_LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"])


@given(text=st.text(_LETTERS, min_size=8, max_size=80), tail=_LETTERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_unlock_any_unicode_passphrase_in_any_normal_form(
    text: str, tail: str, tmp_path: Path, cheap: CostPolicy
) -> None:
    """Whole passphrases count: one more character, or one less, is another passphrase."""
    vault = vault_with(tmp_path / secrets.token_hex(8) / "vault.json", frozenset(), cheap)
    try:
        made = vault.create("device", text)
    except RuleError:
        return
    for form in ("NFC", "NFD"):
        assert same(vault.unlock(unicodedata.normalize(form, text)), made)
    for other in (text + tail, text[:-1]):
        if unicodedata.normalize("NFC", other) != unicodedata.normalize("NFC", text):
            with pytest.raises(StorageError, match="wrong_passphrase"):
                vault.unlock(other)


def test_passphrase_of_256_four_byte_characters_is_not_truncated(vault: Vault, device_id: str) -> None:
    long = "😀🌾🏠🚲" * 64
    vault.create(device_id, long)
    with pytest.raises(StorageError, match="wrong_passphrase"):
        vault.unlock(long[:-1] + "🌾")
    vault.unlock(long)


def test_create_weak_passphrase_writes_nothing(vault: Vault, device_id: str) -> None:
    with pytest.raises(RuleError, match="passphrase_common"):
        vault.create(device_id, "woaini1314")
    assert not vault.exists()


def test_create_never_overwrites(vault: Vault, made: UnlockedKeys, vault_path: Path, device_id: str) -> None:
    for name in COPIES:
        (vault_path.parent / name).write_bytes(b"damaged, but perhaps not lost")
    with pytest.raises(NotAllowedError, match="vault_exists"):
        vault.create(device_id, "another good passphrase")
    assert vault_path.read_bytes() == b"damaged, but perhaps not lost"


@pytest.mark.parametrize("device", ["", "d" * 49, "设备"])
def test_create_device_id_out_of_form_is_a_bug(vault: Vault, device: str, passphrase: str) -> None:
    with pytest.raises(ValueError, match="device id"):
        vault.create(device, passphrase)


def test_two_vaults_share_nothing(
    vault: Vault,
    made: UnlockedKeys,
    tmp_path: Path,
    passphrase: str,
    cheap: CostPolicy,
    device_id: str,
    vault_path: Path,
) -> None:
    other = vault_with(tmp_path / "other.json", frozenset(), cheap)
    assert not same(other.create(device_id, passphrase), made)
    first = json.loads(vault_path.read_bytes())["passphrase"]
    second = json.loads((tmp_path / "other.json").read_bytes())["passphrase"]
    assert first["salt"] != second["salt"]
    assert first["sealed"] != second["sealed"]


def test_change_passphrase_keeps_the_keys(
    vault: Vault, made: UnlockedKeys, passphrase: str, vault_path: Path
) -> None:
    old_slots = [json.loads((vault_path.parent / name).read_bytes())["passphrase"] for name in COPIES]
    assert same(vault.change_passphrase(passphrase, "新的口令在井边 31"), made)
    assert same(vault.unlock("新的口令在井边 31"), made)
    with pytest.raises(StorageError, match="wrong_passphrase"):
        vault.unlock(passphrase)
    for name, old in zip(COPIES, old_slots, strict=True):
        assert old["sealed"].encode() not in (vault_path.parent / name).read_bytes()


def test_change_passphrase_needs_the_old_one_and_a_good_new_one(
    vault: Vault, made: UnlockedKeys, passphrase: str, vault_path: Path
) -> None:
    before = vault_path.read_bytes()
    with pytest.raises(StorageError, match="wrong_passphrase"):
        vault.change_passphrase("not the old one", "a good new passphrase")
    with pytest.raises(RuleError, match="passphrase_short"):
        vault.change_passphrase(passphrase, "short")
    assert vault_path.read_bytes() == before


def test_default_policy_enforces_the_floor(tmp_path: Path, common_passphrases: frozenset[str]) -> None:
    path = tmp_path / "vault.json"
    vault = Vault(path, random_bytes=secrets.token_bytes, common_passphrases=common_passphrases)
    vault.create("device", "a good passphrase")
    cost = Argon2Cost(**json.loads(path.read_bytes())["passphrase"]["cost"])
    assert not cost.weaker_than(COST_FLOOR)


def test_unlock_raises_an_old_cost(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str, common_passphrases: frozenset[str]
) -> None:
    stronger = CostPolicy(floor=Argon2Cost(64, 2), memory_choices_kib=())
    today = vault_with(vault_path, common_passphrases, stronger)
    assert same(today.unlock(passphrase), made)
    for name in COPIES:
        stored = json.loads((vault_path.parent / name).read_bytes())
        assert stored["passphrase"]["cost"] == {"lanes": 1, "memory_kib": 64, "passes": 2}
    upgraded = vault_path.read_bytes()
    assert same(today.unlock(passphrase), made)
    assert vault_path.read_bytes() == upgraded


@pytest.mark.allow_log("fieldapp.security.vault_file")
def test_unlock_works_when_the_upgrade_cannot_be_written(
    vault: Vault,
    made: UnlockedKeys,
    vault_path: Path,
    passphrase: str,
    common_passphrases: frozenset[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def disk_full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = vault_path.read_bytes()
    monkeypatch.setattr(os, "fsync", disk_full)
    stronger = CostPolicy(floor=Argon2Cost(64, 2), memory_choices_kib=())
    assert same(vault_with(vault_path, common_passphrases, stronger).unlock(passphrase), made)
    assert vault_path.read_bytes() == before


def test_county_keys_are_replaced(
    vault: Vault, made: UnlockedKeys, county_pair: tuple[bytes, bytes], passphrase: str
) -> None:
    rotated = [STANDARD.public_key(secrets.token_bytes(32)) for _ in range(2)]
    assert vault.county_key_fingerprints() == (county_key_fingerprint(county_pair[1]),)
    vault.replace_county_keys(made, [*rotated, rotated[0]])
    assert vault.county_key_fingerprints() == tuple(map(county_key_fingerprint, rotated))
    assert same(vault.unlock(passphrase), made)
    with pytest.raises(ValueError, match="another vault"):
        vault.replace_county_keys(UnlockedKeys(bytes(32)), rotated)


def test_escrow_slot_opens_with_the_county_key_and_is_bound_to_the_device(
    vault: Vault, made: UnlockedKeys, vault_path: Path, county_pair: tuple[bytes, bytes]
) -> None:
    content = VaultFile(vault_path).read()
    (slot,) = content.escrow
    assert len(slot.sealed) == 80
    opened = STANDARD.unseal_box(county_pair[0], slot.sealed, aad=slot_aad(content.device_id, slot))
    assert opened == made.data_key
    with pytest.raises(StorageError, match="seal_broken"):
        STANDARD.unseal_box(county_pair[0], slot.sealed, aad=slot_aad("another-device", slot))


def test_backup_copy_restores_a_lost_vault(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str
) -> None:
    backup = vault.backup_copy()
    with pytest.raises(NotAllowedError, match="vault_exists"):
        vault.restore(backup)
    for name in COPIES:
        (vault_path.parent / name).write_bytes(b"overwritten by a bad sector")
    with pytest.raises(StorageError, match="vault_damaged"):
        vault.restore(backup[:-9])
    vault.restore(backup)
    assert same(vault.unlock(passphrase), made)


def test_erase_leaves_no_slot(vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str) -> None:
    vault.erase()
    assert list(vault_path.parent.iterdir()) == []
    with pytest.raises(StorageError, match="vault_missing"):
        vault.unlock(passphrase)


def test_keys_show_nothing(vault: Vault, made: UnlockedKeys, vault_path: Path) -> None:
    ticket = vault.recovery_request()
    secrets_held = [
        made.data_key,
        made.records_db_key,
        made.photos_db_key,
        made.export_key,
        ticket.private_key,
    ]
    for thing in (made, ticket):
        for shown in (repr(thing), str(thing), f"{thing}", f"{thing!r}"):
            for key in secrets_held:
                assert key.hex() not in shown
                assert repr(key)[2:-1] not in shown
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(made)
    assert made.data_key not in vault_path.read_bytes()
    assert made.data_key.hex() not in vault_path.read_text("utf-8")


def test_keys_of_other_length_are_a_bug() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        UnlockedKeys(b"short")
