"""Forgotten passphrase: device, administrator, device."""

import secrets
import socket

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.security.cipher import STANDARD
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.recovery import (
    ANSWER_MAGIC,
    _answer_aad,
    _checked,
    _text,
    answer_recovery,
    county_key_fingerprint,
    open_answer,
    read_request,
    spoken_code,
)
from fieldapp.security.vault import Vault

NEW = "a good new passphrase"


@pytest.fixture
def made(vault: Vault, device_id: str, passphrase: str, county_pair: tuple[bytes, bytes]) -> UnlockedKeys:
    return vault.create(device_id, passphrase, [county_pair[1]])


def test_recovery_round_trips_without_network(
    vault: Vault,
    made: UnlockedKeys,
    county_pair: tuple[bytes, bytes],
    passphrase: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("recovery is offline")

    monkeypatch.setattr(socket, "socket", no_network)
    for turn in range(100):
        ticket = vault.recovery_request()
        answer = answer_recovery(ticket.message, county_pair[0], secrets.token_bytes)
        keys = vault.finish_recovery(ticket, answer, f"{NEW} {turn}")
        assert keys.data_key == made.data_key
    assert vault.unlock(f"{NEW} 99").data_key == made.data_key
    with pytest.raises(StorageError, match="wrong_passphrase"):
        vault.unlock(passphrase)


def test_messages_are_small_and_hold_no_key(
    vault: Vault, made: UnlockedKeys, county_pair: tuple[bytes, bytes], device_id: str
) -> None:
    ticket = vault.recovery_request()
    answer = answer_recovery(ticket.message, county_pair[0], secrets.token_bytes)
    assert len(ticket.message) <= 200
    assert len(answer) <= 100
    for message in (ticket.message, answer):
        assert made.data_key not in message
        assert ticket.private_key not in message
    shown = read_request(ticket.message)
    assert shown.device_id == device_id
    assert shown.county_key_fingerprint == county_key_fingerprint(county_pair[1])


def test_longest_device_id_still_fits_one_message(vault: Vault, county_pair: tuple[bytes, bytes]) -> None:
    vault.create("d" * 48, "a good old passphrase", [county_pair[1]])
    assert len(vault.recovery_request().message) <= 200


def test_wrong_county_key_is_refused(vault: Vault, made: UnlockedKeys) -> None:
    ticket = vault.recovery_request()
    with pytest.raises(NotAllowedError) as caught:
        answer_recovery(ticket.message, secrets.token_bytes(32), secrets.token_bytes)
    assert caught.value.code == "recovery_wrong_county_key"


def test_each_of_several_county_keys_can_help(vault: Vault, device_id: str, passphrase: str) -> None:
    privates = [secrets.token_bytes(32) for _ in range(2)]
    made = vault.create(device_id, passphrase, map(STANDARD.public_key, privates))
    for private, fingerprint in zip(privates, vault.county_key_fingerprints(), strict=True):
        ticket = vault.recovery_request(fingerprint)
        answer = answer_recovery(ticket.message, private, secrets.token_bytes)
        assert vault.finish_recovery(ticket, answer, NEW).data_key == made.data_key


def test_vault_without_county_key_cannot_ask(vault: Vault, device_id: str, passphrase: str) -> None:
    vault.create(device_id, passphrase)
    with pytest.raises(NotAllowedError, match="recovery_not_set_up"):
        vault.recovery_request()


def test_unknown_fingerprint_cannot_ask(vault: Vault, made: UnlockedKeys) -> None:
    with pytest.raises(NotAllowedError, match="recovery_not_set_up"):
        vault.recovery_request("00" * 10)


def test_answer_to_another_request_is_refused(
    vault: Vault, made: UnlockedKeys, county_pair: tuple[bytes, bytes], passphrase: str
) -> None:
    first, second = vault.recovery_request(), vault.recovery_request()
    answer = answer_recovery(first.message, county_pair[0], secrets.token_bytes)
    with pytest.raises(StorageError, match="recovery_answer_wrong"):
        vault.finish_recovery(second, answer, NEW)
    assert vault.unlock(passphrase).data_key == made.data_key


def test_any_changed_byte_of_either_message_is_refused(
    vault: Vault, made: UnlockedKeys, county_pair: tuple[bytes, bytes]
) -> None:
    ticket = vault.recovery_request()
    answer = answer_recovery(ticket.message, county_pair[0], secrets.token_bytes)
    for position in range(len(ticket.message)):
        changed = bytearray(ticket.message)
        changed[position] ^= 1
        with pytest.raises(StorageError, match="recovery_request_damaged"):
            answer_recovery(bytes(changed), county_pair[0], secrets.token_bytes)
    for position in range(len(answer)):
        changed = bytearray(answer)
        changed[position] ^= 1
        with pytest.raises(StorageError, match="recovery_answer_damaged"):
            open_answer(bytes(changed), ticket)
    for cut in (0, 3, 4, 9, 40):
        with pytest.raises(StorageError, match="recovery_request_damaged"):
            read_request(ticket.message[:cut])
        with pytest.raises(StorageError, match="recovery_answer_damaged"):
            open_answer(answer[:cut], ticket)


def test_request_forged_with_a_true_checksum_is_refused(
    vault: Vault, made: UnlockedKeys, county_pair: tuple[bytes, bytes], device_id: str
) -> None:
    """Slot E is bound to its device: it cannot be presented under another name."""
    body = vault.recovery_request().message[:-4]
    other = device_id[:-1] + "2"
    for forged in (
        body.replace(device_id.encode(), other.encode()),
        body[:4] + b"\x02" + body[5:],
        body[:-60] + bytes(60),
        body + b"surplus",
    ):
        with pytest.raises(StorageError, match="recovery_request_damaged"):
            answer_recovery(_checked(forged), county_pair[0], secrets.token_bytes)
    with pytest.raises(StorageError, match="recovery_request_damaged"):
        read_request(_checked(body + b"surplus"))


@pytest.mark.parametrize("planted", [bytes(32), b"short"])
def test_answer_with_a_planted_key_changes_nothing(
    vault: Vault, made: UnlockedKeys, passphrase: str, planted: bytes
) -> None:
    """Anybody can seal to the one-time key; a false data key must not replace slot A."""
    ticket = vault.recovery_request()
    box = STANDARD.seal_to(
        STANDARD.public_key(ticket.private_key),
        planted,
        aad=_answer_aad(ticket.message),
        random_bytes=secrets.token_bytes,
    )
    with pytest.raises(StorageError, match="recovery_answer_wrong"):
        vault.finish_recovery(ticket, _checked(ANSWER_MAGIC + _text("std1") + box), NEW)
    assert vault.unlock(passphrase).data_key == made.data_key


def test_finish_with_a_weak_passphrase_changes_nothing(
    vault: Vault, made: UnlockedKeys, county_pair: tuple[bytes, bytes], passphrase: str
) -> None:
    ticket = vault.recovery_request()
    answer = answer_recovery(ticket.message, county_pair[0], secrets.token_bytes)
    with pytest.raises(RuleError, match="passphrase_common"):
        vault.finish_recovery(ticket, answer, "woaini1314")
    assert vault.unlock(passphrase).data_key == made.data_key
    vault.finish_recovery(ticket, answer, NEW)


def test_spoken_code_tells_requests_apart(vault: Vault, made: UnlockedKeys) -> None:
    codes = {spoken_code(vault.recovery_request().message) for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 19 and code.replace(" ", "").isdigit() for code in codes)
