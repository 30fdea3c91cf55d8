"""The keys a session works with once the vault is open. Level 3."""

import hmac
from dataclasses import dataclass
from typing import Final, NoReturn

from fieldapp.security.cipher import KEY_BYTES, STANDARD

RECORDS_DB: Final = "records-db/1"
PHOTOS_DB: Final = "photos-db/1"
EXPORT: Final = "export/1"
KEY_CHECK: Final = "key-check/1"
KEY_CHECK_BYTES: Final = 16


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class UnlockedKeys:
    """The data key in memory and the keys derived from it; shows nothing of them and cannot be pickled.

    The derivation of data key version 1 is fixed to HKDF-SHA256 whatever suite seals the slots: another
    derivation would be another database key.
    """

    data_key: bytes
    """For the vault only; everybody else takes a derived key."""

    def __post_init__(self) -> None:
        if len(self.data_key) != KEY_BYTES:
            raise ValueError("data key must be 32 bytes")

    @property
    def records_db_key(self) -> bytes:
        """Raw key of records.db, 32 bytes."""
        return STANDARD.derive(self.data_key, RECORDS_DB)

    @property
    def photos_db_key(self) -> bytes:
        """Raw key of photos.db, 32 bytes."""
        return STANDARD.derive(self.data_key, PHOTOS_DB)

    @property
    def export_key(self) -> bytes:
        """Key of backups and offline packages, 32 bytes."""
        return STANDARD.derive(self.data_key, EXPORT)

    @property
    def check_value(self) -> bytes:
        """16 bytes that tell whether a data key is the right one and say nothing else about it."""
        return STANDARD.derive(self.data_key, KEY_CHECK)[:KEY_CHECK_BYTES]

    def matches(self, check_value: bytes) -> bool:
        return hmac.compare_digest(self.check_value, check_value)

    def __repr__(self) -> str:
        return "UnlockedKeys(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are not written anywhere")
