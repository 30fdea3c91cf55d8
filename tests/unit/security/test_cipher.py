"""Sealing, derivation, sealed boxes, Argon2id."""

import secrets
import subprocess
import sys
from hashlib import sha256
from hmac import digest

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import DatabaseTooNewError, StorageError
from fieldapp.security.cipher import MAX_MEMORY_KIB, NONCE_BYTES, STANDARD, Argon2Cost, suite_named

KEY = bytes(range(32))


@given(plaintext=st.binary(max_size=300), aad=st.binary(max_size=50))
@settings(max_examples=40, deadline=None)
def test_seal_round_trip(plaintext: bytes, aad: bytes) -> None:
    sealed = STANDARD.seal(KEY, plaintext, aad=aad, random_bytes=secrets.token_bytes)
    assert STANDARD.unseal(KEY, sealed, aad=aad) == plaintext


def test_unseal_any_changed_byte_is_refused() -> None:
    sealed = STANDARD.seal(KEY, b"data key", aad=b"slot", random_bytes=secrets.token_bytes)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(StorageError, match="seal_broken"):
            STANDARD.unseal(KEY, bytes(changed), aad=b"slot")


@pytest.mark.parametrize("cut", [0, 5, NONCE_BYTES, NONCE_BYTES + 15])
def test_unseal_cut_message_is_refused(cut: int) -> None:
    sealed = STANDARD.seal(KEY, b"data key", aad=b"", random_bytes=secrets.token_bytes)
    with pytest.raises(StorageError, match="seal_broken"):
        STANDARD.unseal(KEY, sealed[:cut], aad=b"")


def test_unseal_other_key_or_other_aad_is_refused() -> None:
    sealed = STANDARD.seal(KEY, b"data key", aad=b"slot a", random_bytes=secrets.token_bytes)
    for key, aad in ((bytes(32), b"slot a"), (KEY, b"slot b"), (KEY, b"")):
        with pytest.raises(StorageError, match="seal_broken"):
            STANDARD.unseal(key, sealed, aad=aad)


def test_nonces_are_unique_over_many_seals() -> None:
    seals = 100_000
    nonces = {
        STANDARD.seal(KEY, b"", aad=b"", random_bytes=secrets.token_bytes)[:NONCE_BYTES] for _ in range(seals)
    }
    assert len(nonces) == seals


def test_derive_matches_rfc_5869_written_out() -> None:
    extracted = digest(bytes(32), KEY, sha256)
    expected = digest(extracted, b"fieldapp/records-db/1" + b"\x01", sha256)
    assert STANDARD.derive(KEY, "records-db/1") == expected
    assert STANDARD.derive(KEY, "photos-db/1") != expected


def test_stretch_is_argon2id_with_the_given_cost() -> None:
    cost = Argon2Cost(memory_kib=64, passes=2)
    expected = hash_secret_raw(b"secret", bytes(16), 2, 64, 1, 32, Type.ID, version=0x13)
    assert STANDARD.stretch(b"secret", bytes(16), cost) == expected
    assert STANDARD.stretch(b"secret", bytes(16), Argon2Cost(64, 3)) != expected


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes"),
    [(MAX_MEMORY_KIB + 1, 3, 1), (7, 3, 1), (15, 3, 2), (64, 0, 1), (64, 65, 1), (64, 3, 0), (64, 3, 5)],
)
def test_argon2_cost_out_of_range_is_refused(memory_kib: int, passes: int, lanes: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Argon2Cost(memory_kib, passes, lanes)


def test_sealed_box_opens_with_nothing_but_the_documented_recipe() -> None:
    """docs/security.md promises it: written out here without fieldapp.security."""
    private = secrets.token_bytes(32)
    recipient = X25519PrivateKey.from_private_bytes(private)
    public = recipient.public_key().public_bytes_raw()
    box = STANDARD.seal_to(public, b"data key", aad=b"slot e", random_bytes=secrets.token_bytes)

    shared = recipient.exchange(X25519PublicKey.from_public_bytes(box[:32]))
    extracted = digest(box[:32] + public, shared, sha256)
    key = digest(extracted, b"fieldapp/sealed-box/1" + b"\x01", sha256)
    assert AESGCM(key).decrypt(bytes(12), box[32:], b"slot e") == b"data key"
    assert STANDARD.unseal_box(private, box, aad=b"slot e") == b"data key"


def test_sealed_box_wrong_key_aad_or_byte_is_refused() -> None:
    private = secrets.token_bytes(32)
    box = STANDARD.seal_to(
        STANDARD.public_key(private), b"k" * 32, aad=b"e", random_bytes=secrets.token_bytes
    )
    assert len(box) == 80
    refused = [(secrets.token_bytes(32), box, b"e"), (private, box, b"f"), (private, box[:40], b"e")]
    for position in range(len(box)):
        changed = bytearray(box)
        changed[position] ^= 1
        refused.append((private, bytes(changed), b"e"))
    for key, message, aad in refused:
        with pytest.raises(StorageError, match="seal_broken"):
            STANDARD.unseal_box(key, message, aad=aad)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), b"short"])
def test_sealed_box_to_a_key_without_secret_is_refused(point: bytes) -> None:
    """Low-order points would give a shared secret that everybody knows."""
    with pytest.raises(StorageError, match="seal_broken"):
        STANDARD.seal_to(point, b"data key", aad=b"", random_bytes=secrets.token_bytes)


def test_suite_unknown_is_a_newer_program() -> None:
    assert suite_named("std1") is STANDARD
    with pytest.raises(DatabaseTooNewError, match="cipher_unknown"):
        suite_named("sm1")


@pytest.mark.skipif(sys.platform != "linux", reason="memory limit of a process")
def test_stretch_without_memory_says_so_and_calibration_goes_lower() -> None:
    """In a process of its own, whose address space is closed before 1 GiB is asked for."""
    code = """
import resource
from fieldapp.domain.errors import StorageError
from fieldapp.security.cipher import STANDARD, Argon2Cost
from fieldapp.security.passphrase import CostPolicy

used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20), used + (64 << 20)))
try:
    STANDARD.stretch(b"secret", bytes(16), Argon2Cost(1 << 20, 1))
except StorageError as error:
    print(error)
policy = CostPolicy(floor=Argon2Cost(64, 1), memory_choices_kib=(1 << 20, 1 << 10))
print(policy.calibrate().memory_kib)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n")[:2] == ["memory_short needed_mib=1024", "1024"]
