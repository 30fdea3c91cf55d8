"""The only place that names cryptographic algorithms: seal, derive, sealed box, passphrase stretching.

Level 3. Every stored header carries a suite id, so that another suite (for example SM2/SM3/SM4) can be
added beside this one without touching what is already sealed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldapp.domain.errors import DatabaseTooNewError, StorageError

RandomBytes = Callable[[int], bytes]
"""Returns that many unpredictable bytes; `secrets.token_bytes` outside tests."""

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
ARGON2_VERSION: Final = 0x13
MAX_MEMORY_KIB: Final = 1024 * 1024
MAX_PASSES: Final = 64


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one guess at a passphrase costs: KiB of memory, passes over it, parallel lanes.

    The ceilings keep a tampered file from asking for more memory than the device has.
    """

    memory_kib: int
    passes: int
    lanes: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lanes <= 4:
            raise ValueError("lanes out of range")
        if not 8 * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB:
            raise ValueError("memory_kib out of range")
        if not 1 <= self.passes <= MAX_PASSES:
            raise ValueError("passes out of range")

    def weaker_than(self, other: "Argon2Cost") -> bool:
        return self.memory_kib < other.memory_kib or self.passes < other.passes


class CipherSuite(Protocol):
    """One set of algorithms. Keys are 32 bytes; whatever fails to open raises StorageError seal_broken."""

    @property
    def suite_id(self) -> str:
        """What headers store."""

    @property
    def algorithms(self) -> Mapping[str, str]:
        """Purpose (aead, derivation, sealed_box, passphrase) to algorithm id; docs/security.md lists them."""

    def seal(self, key: bytes, plaintext: bytes, *, aad: bytes, random_bytes: RandomBytes) -> bytes:
        """Encrypt and authenticate; the nonce is fresh and travels in front."""

    def unseal(self, key: bytes, sealed: bytes, *, aad: bytes) -> bytes:
        """Inverse of seal; refuses another key, other associated data and any changed byte."""

    def derive(self, key: bytes, purpose: str) -> bytes:
        """An independent key for `purpose` from a strong key (never from a passphrase)."""

    def stretch(self, secret: bytes, salt: bytes, cost: Argon2Cost) -> bytes:
        """A key from something a person remembers. Raises StorageError memory_short."""

    def public_key(self, private_key: bytes) -> bytes:
        """The public half of a private key."""

    def seal_to(self, public_key: bytes, plaintext: bytes, *, aad: bytes, random_bytes: RandomBytes) -> bytes:
        """Encrypt so that only the holder of the private key can read; the sender stays anonymous."""

    def unseal_box(self, private_key: bytes, box: bytes, *, aad: bytes) -> bytes:
        """Inverse of seal_to."""


class StandardSuite:
    """AES-256-GCM, HKDF-SHA256, X25519, Argon2id: all in OWASP ASVS 5.0 appendix C.

    seal         nonce (12 bytes) ‖ AES-256-GCM ciphertext ‖ tag (16 bytes)
    derive       HKDF-SHA256, no salt, info = "fieldapp/" + purpose, 32 bytes
    seal_to      E (32 bytes) ‖ AES-256-GCM ciphertext ‖ tag, where E is a fresh X25519 public key and
                 key = HKDF-SHA256(X25519(e, R), salt = E ‖ R, info = "fieldapp/sealed-box/1"), nonce =
                 12 zero bytes: each key seals one message only, so the nonce cannot repeat under it
    stretch      Argon2id version 0x13, 32 bytes
    """

    suite_id: Final = "std1"
    algorithms: Final[Mapping[str, str]] = {
        "aead": "aes-256-gcm",
        "derivation": "hkdf-sha256",
        "sealed_box": "x25519-hkdf-sha256-aes-256-gcm",
        "passphrase": "argon2id-19",
    }

    def seal(self, key: bytes, plaintext: bytes, *, aad: bytes, random_bytes: RandomBytes) -> bytes:
        nonce = random_bytes(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)

    def unseal(self, key: bytes, sealed: bytes, *, aad: bytes) -> bytes:
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise StorageError("seal_broken")
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag:
            raise StorageError("seal_broken") from None

    def derive(self, key: bytes, purpose: str) -> bytes:
        return _hkdf(key, salt=b"", info=b"fieldapp/" + purpose.encode())

    def stretch(self, secret: bytes, salt: bytes, cost: Argon2Cost) -> bytes:
        try:
            return hash_secret_raw(
                secret, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID, ARGON2_VERSION
            )
        except HashingError:
            raise StorageError("memory_short", needed_mib=cost.memory_kib // 1024) from None

    def public_key(self, private_key: bytes) -> bytes:
        return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()

    def seal_to(self, public_key: bytes, plaintext: bytes, *, aad: bytes, random_bytes: RandomBytes) -> bytes:
        ephemeral = random_bytes(KEY_BYTES)
        ephemeral_public = self.public_key(ephemeral)
        key = _box_key(ephemeral, public_key, salt=ephemeral_public + public_key)
        return ephemeral_public + AESGCM(key).encrypt(bytes(NONCE_BYTES), plaintext, aad)

    def unseal_box(self, private_key: bytes, box: bytes, *, aad: bytes) -> bytes:
        if len(box) < KEY_BYTES + TAG_BYTES:
            raise StorageError("seal_broken")
        ephemeral_public, ciphertext = box[:KEY_BYTES], box[KEY_BYTES:]
        key = _box_key(private_key, ephemeral_public, salt=ephemeral_public + self.public_key(private_key))
        try:
            return AESGCM(key).decrypt(bytes(NONCE_BYTES), ciphertext, aad)
        except InvalidTag:
            raise StorageError("seal_broken") from None


def _hkdf(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, info).derive(key)


def _box_key(private_key: bytes, peer_public_key: bytes, *, salt: bytes) -> bytes:
    try:
        peer = X25519PublicKey.from_public_bytes(peer_public_key)
        shared = X25519PrivateKey.from_private_bytes(private_key).exchange(peer)
    except ValueError:  # wrong length, or a low-order point whose shared secret everybody knows
        raise StorageError("seal_broken") from None
    return _hkdf(shared, salt=salt, info=b"fieldapp/sealed-box/1")


STANDARD: Final = StandardSuite()
SUITES: Final[Mapping[str, CipherSuite]] = {STANDARD.suite_id: STANDARD}


def suite_named(suite_id: str) -> CipherSuite:
    """The suite a header names. Raises DatabaseTooNewError for one this program does not know."""
    try:
        return SUITES[suite_id]
    except KeyError:
        raise DatabaseTooNewError("cipher_unknown") from None
