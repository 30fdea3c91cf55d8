"""The county's escrow key pair as a file that two custodians open together. Layer 3, used offline.

The private key is sealed under a key stretched from both passphrases (docs/security.md, "Recovery of a
forgotten passphrase"): neither custodian opens it alone, and the file alone opens nothing.
"""

import base64
import json
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import DatabaseTooNewError, StorageError
from fieldapp.security.cipher import KEY_BYTES, STANDARD, Argon2Cost, RandomBytes, suite_named
from fieldapp.security.passphrase import passphrase_bytes
from fieldapp.security.recovery import county_key_fingerprint

VERSION: Final = 1
COST: Final = Argon2Cost(memory_kib=256 * 1024, passes=4)
"""About a second on an office computer: paid twice a year, and by whoever guesses at a stolen file."""

_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True, repr=False)
class CountyKey:
    """The opened pair. `public` goes to the server's `escrow_keys`; `private` stays in memory."""

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"CountyKey({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """What devices and people name the key by."""
        return county_key_fingerprint(self.public)


def make_county_key(random_bytes: RandomBytes) -> CountyKey:
    """A fresh pair."""
    private = random_bytes(KEY_BYTES)
    return CountyKey(private, STANDARD.public_key(private))


def seal_county_key(
    key: CountyKey, first: str, second: str, random_bytes: RandomBytes, *, cost: Argon2Cost = COST
) -> bytes:
    """The key file of a pair, to be opened by the passphrases of both custodians."""
    salt = random_bytes(_SALT_BYTES)
    head = {
        "version": VERSION,
        "suite": STANDARD.suite_id,
        "public_key": _to_text(key.public),
        "memory_kib": cost.memory_kib,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": _to_text(salt),
    }
    wrap_key = STANDARD.stretch(_both(first, second), salt, cost)
    sealed = STANDARD.seal(wrap_key, key.private, aad=_aad(head), random_bytes=random_bytes)
    return json.dumps({**head, "sealed": _to_text(sealed)}, indent=1).encode()


def open_county_key(file: bytes, first: str, second: str) -> CountyKey:
    """Open a key file. Raises StorageError county_key_damaged, wrong_passphrase (either of the two),
    DatabaseTooNewError for a file of a newer program."""
    try:
        content = json.loads(file)
        if content["version"] > VERSION:
            raise DatabaseTooNewError("cipher_unknown")
        sealed = base64.b64decode(content.pop("sealed"), validate=True)
        salt = base64.b64decode(content["salt"], validate=True)
        public = base64.b64decode(content["public_key"], validate=True)
        cost = Argon2Cost(content["memory_kib"], content["passes"], content["lanes"])
        suite = suite_named(content["suite"])
    except (ValueError, KeyError, TypeError):
        raise StorageError("county_key_damaged") from None
    wrap_key = suite.stretch(_both(first, second), salt, cost)
    try:
        private = suite.unseal(wrap_key, sealed, aad=_aad(content))
    except StorageError:
        raise StorageError("wrong_passphrase") from None
    if suite.public_key(private) != public:
        raise StorageError("county_key_damaged")
    return CountyKey(private, public)


def _both(first: str, second: str) -> bytes:
    # Lengths in front keep ("ab", "c") and ("a", "bc") apart.
    parts = (passphrase_bytes(first), passphrase_bytes(second))
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def _aad(head: dict[str, object]) -> bytes:
    return b"fieldapp-county-key|" + json.dumps(head, sort_keys=True).encode()


def _to_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
