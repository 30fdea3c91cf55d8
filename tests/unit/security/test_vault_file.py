"""The vault on disk: two copies, every kind of damage, and files of released versions."""

import dataclasses
import errno
import json
import os
import secrets
import sys
from pathlib import Path

import pytest

from fieldapp.domain.errors import DatabaseTooNewError, StorageError
from fieldapp.security import vault_file
from fieldapp.security.cipher import STANDARD
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.vault import Vault
from fieldapp.security.vault_file import VaultContent, VaultFile, from_bytes, slot_aad, to_bytes

GOLDEN = Path(__file__).parents[2] / "golden" / "vault"
COPIES = ("vault.json", "vault.copy.json")


def same(one: UnlockedKeys, other: UnlockedKeys) -> bool:
    return one.data_key == other.data_key


def code_of(caught: pytest.ExceptionInfo[StorageError]) -> str:
    return caught.value.code


@pytest.fixture
def made(vault: Vault, device_id: str, passphrase: str, county_pair: tuple[bytes, bytes]) -> UnlockedKeys:
    """The keys of a created vault with one county key."""
    return vault.create(device_id, passphrase, [county_pair[1]])


@pytest.mark.allow_log("fieldapp.security.vault_file")
@pytest.mark.parametrize("damaged", COPIES)
def test_every_flipped_byte_of_one_copy_is_healed_by_the_other(
    vault: Vault, made: UnlockedKeys, vault_path: Path, damaged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # durability is not the point of 2,000 writes
    good = vault_path.read_bytes()
    file = VaultFile(vault_path)
    wanted = file.read()
    path = vault_path.parent / damaged
    for position in range(len(good)):
        changed = bytearray(good)
        changed[position] ^= 1 << (position % 8)
        path.write_bytes(changed)
        assert file.read() == wanted
        assert path.read_bytes() == good


def test_every_flipped_byte_of_both_copies_is_refused(
    vault: Vault, made: UnlockedKeys, vault_path: Path
) -> None:
    good = vault_path.read_bytes()
    for position in range(len(good)):
        changed = bytearray(good)
        changed[position] ^= 1 << (position % 8)
        for name in COPIES:
            (vault_path.parent / name).write_bytes(changed)
        with pytest.raises(StorageError) as caught:
            VaultFile(vault_path).read()
        assert code_of(caught) == "vault_damaged"


def _rewritten(raw: bytes, *keys: str, value: object) -> bytes:
    """The file with one field changed and an honest digest, as a forger would leave it."""
    fields = json.loads(raw)
    fields.pop("digest")
    target = fields
    for key in keys[:-1]:
        target = target[key]
    target[keys[-1]] = value
    spelled = {**fields, "digest": vault_file._digest(fields)}
    return json.dumps(spelled, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def test_forged_fields_with_a_true_digest_never_open(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str
) -> None:
    good = vault_path.read_bytes()
    slot = json.loads(good)["passphrase"]
    forgeries: list[tuple[tuple[str, ...], object]] = [
        (("device_id",), "0195e4a2-0000-7000-8000-000000000002"),
        (("passphrase", "cost", "passes"), 2),
        (("passphrase", "cost", "memory_kib"), 16),
        (("passphrase", "slot"), "quick"),
        (("passphrase", "salt"), slot["salt"][:-4] + "AA=="),
        (("passphrase", "sealed"), slot["sealed"][:-4] + "AAAA"),
        (("passphrase", "sealed"), ""),
        (("passphrase", "suite"), "std0"),
        (("key_check",), "AAAAAAAAAAAAAAAAAAAAAA=="),
    ]
    for keys, value in forgeries:
        forged = _rewritten(good, *keys, value=value)
        for name in COPIES:
            (vault_path.parent / name).write_bytes(forged)
        with pytest.raises(StorageError):
            vault.unlock(passphrase)
    for name in COPIES:
        (vault_path.parent / name).write_bytes(good)
    assert same(vault.unlock(passphrase), made)


def test_every_flipped_byte_of_the_sealed_key_never_opens(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str
) -> None:
    content = VaultFile(vault_path).read()
    sealed = content.passphrase.sealed
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        slot = dataclasses.replace(content.passphrase, sealed=bytes(changed))
        VaultFile(vault_path).write(dataclasses.replace(content, passphrase=slot))
        with pytest.raises(StorageError) as caught:
            vault.unlock(passphrase)
        assert code_of(caught) == "wrong_passphrase"


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("passphrase", "cost", "memory_kib"), 1 << 30),
        (("passphrase", "cost", "passes"), 10_000),
        (("passphrase", "salt"), "AAAA"),
        (("passphrase", "salt"), "not base64 at all"),
        (("passphrase",), None),
        (("escrow",), {}),
        (("revision",), "7"),
        (("revision",), True),
        (("quick_tries_left",), 1.5),
        (("format",), "other"),
        (("version",), 0),
        (("version",), "1"),
        (("surplus",), 1),
    ],
)
def test_fields_out_of_form_are_damage(
    vault: Vault, made: UnlockedKeys, vault_path: Path, keys: tuple[str, ...], value: object
) -> None:
    assert from_bytes(_rewritten(vault_path.read_bytes(), *keys, value=value)) is None


@pytest.mark.parametrize("raw", [b"", b"{", b"null", b"[]", b"7", b'"x"', b"[" * 100_000, b"\xff\xfe{}"])
def test_other_files_are_damage(raw: bytes) -> None:
    assert from_bytes(raw) is None


def test_other_spelling_of_the_same_fields_is_damage(
    vault: Vault, made: UnlockedKeys, vault_path: Path
) -> None:
    raw = vault_path.read_bytes()
    for spelling in (raw + b" ", raw[:-1], raw.replace(b"\n", b"\r\n"), raw.decode().encode("utf-16")):
        assert from_bytes(spelling) is None


def test_newer_version_is_left_alone(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str
) -> None:
    newer = _rewritten(vault_path.read_bytes(), "version", value=2)
    vault_path.write_bytes(newer)
    with pytest.raises(DatabaseTooNewError, match="vault_too_new"):
        vault.unlock(passphrase)
    backup = (vault_path.parent / COPIES[1]).read_bytes()
    with pytest.raises(DatabaseTooNewError, match="vault_too_new"):
        vault.restore(backup)
    assert vault_path.read_bytes() == newer


@pytest.mark.allow_log("fieldapp.security.vault_file")
@pytest.mark.parametrize("lost", COPIES)
def test_lost_copy_is_made_again(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str, lost: str
) -> None:
    (vault_path.parent / lost).unlink()
    assert same(vault.unlock(passphrase), made)
    assert (vault_path.parent / lost).read_bytes() == (vault_path.parent / COPIES[0]).read_bytes()


@pytest.mark.allow_log("fieldapp.security.vault_file")
@pytest.mark.parametrize("behind", COPIES)
def test_newer_copy_wins(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str, behind: str
) -> None:
    old = vault_path.read_bytes()
    vault.change_passphrase(passphrase, "a good new passphrase")
    new = vault_path.read_bytes()
    (vault_path.parent / behind).write_bytes(old)
    assert same(vault.unlock("a good new passphrase"), made)
    assert [(vault_path.parent / name).read_bytes() for name in COPIES] == [new, new] != [old, old]


@pytest.mark.allow_log("fieldapp.security.vault_file")
def test_unreadable_newer_copy_is_not_overwritten_by_the_older(
    vault: Vault, made: UnlockedKeys, vault_path: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = vault_path.parent / COPIES[1]
    old = second.read_bytes()
    vault.change_passphrase(passphrase, "a good new passphrase")
    new = vault_path.read_bytes()
    second.write_bytes(old)
    true_open = Path.open

    def held_open(self: Path, mode: str) -> object:
        if self == vault_path:
            raise PermissionError(13, "held by another program")
        return true_open(self, mode)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", held_open)
        vault.unlock(passphrase)
    assert vault_path.read_bytes() == new
    vault.unlock("a good new passphrase")


@pytest.mark.allow_log("fieldapp.security.vault_file")
def test_unreadable_copies_are_not_called_damaged(
    vault: Vault, made: UnlockedKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(self: Path, *_: str) -> object:
        raise PermissionError(13, "held by another program")

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(StorageError) as caught:
        vault.unlock("anything at all")
    assert code_of(caught) == "vault_unreadable"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "read_only"),
        (errno.EIO, "vault_write_failed"),
    ],
)
def test_write_that_fails_changes_nothing(
    vault: Vault,
    made: UnlockedKeys,
    vault_path: Path,
    passphrase: str,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    code: str,
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, "the disk says no")

    before = [(vault_path.parent / name).read_bytes() for name in COPIES]
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError) as caught:
            vault.change_passphrase(passphrase, "a good new passphrase")
    assert code_of(caught) == code
    assert [(vault_path.parent / name).read_bytes() for name in COPIES] == before
    assert same(vault.unlock(passphrase), made)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_files_are_for_their_owner_only(vault: Vault, made: UnlockedKeys, vault_path: Path) -> None:
    for name in COPIES:
        assert (vault_path.parent / name).stat().st_mode & 0o777 == 0o600


def test_content_round_trip(vault: Vault, made: UnlockedKeys, vault_path: Path) -> None:
    raw = vault_path.read_bytes()
    content = from_bytes(raw)
    assert isinstance(content, VaultContent)
    assert to_bytes(content) == raw


@pytest.mark.parametrize("folder", sorted(path.name for path in GOLDEN.iterdir() if path.is_dir()))
def test_vaults_of_every_released_version_open(folder: str, tmp_path: Path) -> None:
    """Sealed once, with the true floor; never regenerate them."""
    expected = json.loads((GOLDEN / folder / "expected.json").read_text("utf-8"))
    path = tmp_path / "vault.json"
    for name in COPIES:
        (tmp_path / name).write_bytes((GOLDEN / folder / "vault.json").read_bytes())
    vault = Vault(path, random_bytes=secrets.token_bytes, common_passphrases=frozenset())
    keys = vault.unlock(expected["passphrase"])
    assert keys.records_db_key.hex() == expected["records_db_key"]
    assert keys.photos_db_key.hex() == expected["photos_db_key"]
    assert keys.export_key.hex() == expected["export_key"]
    content = VaultFile(path).read()
    (slot,) = content.escrow
    county_key = bytes.fromhex(expected["county_private_key"])
    assert (
        STANDARD.unseal_box(county_key, slot.sealed, aad=slot_aad(content.device_id, slot)) == keys.data_key
    )
