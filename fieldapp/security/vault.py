"""The vault: one random data key, opened by a passphrase or, through the county's escrow key, by recovery.

Level 3. Every method that takes a passphrase runs Argon2id (about half a second, up to 256 MiB): never
call it on the screen's thread. One process works on a vault at a time; the profile's lock sees to that.
"""

import contextlib
import dataclasses
import logging
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import DatabaseTooNewError, NotAllowedError, StorageError
from fieldapp.security.cipher import KEY_BYTES, STANDARD, CipherSuite, RandomBytes, suite_named
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.passphrase import CostPolicy, check_passphrase, passphrase_bytes
from fieldapp.security.recovery import RecoveryTicket, county_key_fingerprint, make_request, open_answer
from fieldapp.security.vault_file import (
    MAX_DEVICE_ID_CHARACTERS,
    EscrowSlot,
    PassphraseSlot,
    VaultContent,
    VaultFile,
    from_bytes,
    slot_aad,
    to_bytes,
)

SALT_BYTES: Final = 16
_log = logging.getLogger(__name__)


class Vault:
    """Slots A (passphrase) and E (escrow) of one vault file; QuickUnlock looks after slot K.

    `cost_policy` is the only door to cheaper passphrase guessing: the default enforces the floor.
    `common_passphrases` comes from load_common_passphrases.
    """

    def __init__(
        self,
        path: Path,
        *,
        random_bytes: RandomBytes,
        common_passphrases: Collection[str],
        cost_policy: CostPolicy | None = None,
        suite: CipherSuite = STANDARD,
    ) -> None:
        self._file = VaultFile(path)
        self._random_bytes = random_bytes
        self._common = common_passphrases
        self._policy = cost_policy or CostPolicy()
        self._suite = suite

    def exists(self) -> bool:
        """True when a vault file is there, in whatever state: then `create` refuses."""
        return self._file.exists()

    def create(self, device_id: str, passphrase: str, county_keys: Iterable[bytes] = ()) -> UnlockedKeys:
        """Make a data key; seal it to the passphrase and to each county X25519 public key (or none).

        Raises RuleError for the passphrase, NotAllowedError vault_exists, StorageError when not written.
        """
        if not device_id or len(device_id) > MAX_DEVICE_ID_CHARACTERS or not device_id.isascii():
            raise ValueError("device id must be 1 to 48 ASCII characters")
        check_passphrase(passphrase, self._common)
        if self._file.exists():
            raise NotAllowedError("vault_exists")
        keys = UnlockedKeys(self._random_bytes(KEY_BYTES))
        self._file.write(
            VaultContent(
                device_id=device_id,
                key_check=keys.check_value,
                passphrase=self._passphrase_slot(device_id, passphrase, keys),
                escrow=self._escrow_slots(device_id, county_keys, keys),
            )
        )
        return keys

    def unlock(self, passphrase: str) -> UnlockedKeys:
        """Open slot A. A cost below today's floor is raised on the way.

        Raises StorageError wrong_passphrase, vault_missing, vault_damaged, memory_short.
        """
        content = self._file.read()
        keys = self._open(content, passphrase)
        if content.passphrase.cost.weaker_than(self._policy.floor):
            slot = self._passphrase_slot(content.device_id, passphrase, keys)
            # A full disk must not keep anybody out: the next unlock tries again.
            with contextlib.suppress(StorageError):
                self._file.write(dataclasses.replace(content, passphrase=slot))
        return keys

    def change_passphrase(self, old: str, new: str) -> UnlockedKeys:
        """Seal the same data key to another passphrase in one atomic write; quick unlock is off afterwards.

        Raises as unlock does, RuleError for the new passphrase.
        """
        check_passphrase(new, self._common)
        content = self._file.read()
        keys = self._open(content, old)
        self._reseal(content, keys, new)
        return keys

    def replace_county_keys(self, keys: UnlockedKeys, county_keys: Iterable[bytes]) -> None:
        """Seal to these county keys and no others (first enrolment, rotation)."""
        content = self._file.read()
        if not keys.matches(content.key_check):
            raise ValueError("keys of another vault")
        escrow = self._escrow_slots(content.device_id, county_keys, keys)
        self._file.write(dataclasses.replace(content, escrow=escrow))

    def county_key_fingerprints(self) -> tuple[str, ...]:
        """Which county keys can help when the passphrase is forgotten; empty when none can."""
        return tuple(county_key_fingerprint(slot.county_key) for slot in self._file.read().escrow)

    def recovery_request(self, fingerprint: str | None = None) -> RecoveryTicket:
        """Ask the holder of a county key (the first one unless told) for help; needs no passphrase.

        Raises NotAllowedError recovery_not_set_up.
        """
        content = self._file.read()
        for slot in content.escrow:
            if fingerprint in (None, county_key_fingerprint(slot.county_key)):
                return make_request(
                    version=content.version,
                    device_id=content.device_id,
                    slot=slot,
                    suite=suite_named(slot.suite),
                    random_bytes=self._random_bytes,
                )
        raise NotAllowedError("recovery_not_set_up")

    def finish_recovery(self, ticket: RecoveryTicket, answer: bytes, new_passphrase: str) -> UnlockedKeys:
        """Open the administrator's answer and seal the data key to a new passphrase.

        Raises RuleError, StorageError recovery_answer_damaged or recovery_answer_wrong; then nothing changed.
        """
        check_passphrase(new_passphrase, self._common)
        content = self._file.read()
        data_key = open_answer(answer, ticket)
        # Anybody can seal something to the one-time key; only the true data key may replace slot A.
        if len(data_key) != KEY_BYTES or not (keys := UnlockedKeys(data_key)).matches(content.key_check):
            raise StorageError("recovery_answer_wrong")
        self._reseal(content, keys, new_passphrase)
        _log.info("passphrase replaced by county recovery")
        return keys

    def backup_copy(self) -> bytes:
        """Slots A and E for the server to keep, useless without passphrase or county key."""
        return to_bytes(dataclasses.replace(self._file.read(), quick=None, quick_tries_left=0))

    def restore(self, backup: bytes) -> None:
        """Put a backup_copy back after both files were lost or damaged; an intact vault is never overwritten.

        Raises NotAllowedError vault_exists, StorageError vault_damaged for a damaged backup.
        """
        content = from_bytes(backup)
        if content is None:
            raise StorageError("vault_damaged")
        try:
            self._file.read()
        except DatabaseTooNewError:
            raise
        except StorageError:
            self._file.write(content)
        else:
            raise NotAllowedError("vault_exists")

    def erase(self) -> None:
        """Remote wipe: without the slots the databases stay closed for ever."""
        self._file.delete()

    def _open(self, content: VaultContent, passphrase: str) -> UnlockedKeys:
        slot = content.passphrase
        suite = suite_named(slot.suite)
        try:
            secret = passphrase_bytes(passphrase)
        except UnicodeEncodeError:
            raise StorageError("wrong_passphrase") from None
        wrap_key = suite.stretch(secret, slot.salt, slot.cost)
        try:
            keys = UnlockedKeys(suite.unseal(wrap_key, slot.sealed, aad=slot_aad(content.device_id, slot)))
        except StorageError:
            raise StorageError("wrong_passphrase") from None
        if not keys.matches(content.key_check):
            raise StorageError("vault_damaged")
        return keys

    def _reseal(self, content: VaultContent, keys: UnlockedKeys, passphrase: str) -> None:
        slot = self._passphrase_slot(content.device_id, passphrase, keys)
        self._file.write(dataclasses.replace(content, passphrase=slot, quick=None, quick_tries_left=0))

    def _passphrase_slot(self, device_id: str, passphrase: str, keys: UnlockedKeys) -> PassphraseSlot:
        cost = self._policy.calibrate()
        empty = PassphraseSlot(self._suite.suite_id, cost, self._random_bytes(SALT_BYTES), b"")
        wrap_key = self._suite.stretch(passphrase_bytes(passphrase), empty.salt, cost)
        sealed = self._suite.seal(
            wrap_key, keys.data_key, aad=slot_aad(device_id, empty), random_bytes=self._random_bytes
        )
        return dataclasses.replace(empty, sealed=sealed)

    def _escrow_slots(
        self, device_id: str, county_keys: Iterable[bytes], keys: UnlockedKeys
    ) -> tuple[EscrowSlot, ...]:
        return tuple(self._escrow_slot(device_id, key, keys) for key in dict.fromkeys(county_keys))

    def _escrow_slot(self, device_id: str, county_key: bytes, keys: UnlockedKeys) -> EscrowSlot:
        empty = EscrowSlot(self._suite.suite_id, county_key, b"")
        sealed = self._suite.seal_to(
            county_key, keys.data_key, aad=slot_aad(device_id, empty), random_bytes=self._random_bytes
        )
        return dataclasses.replace(empty, sealed=sealed)
