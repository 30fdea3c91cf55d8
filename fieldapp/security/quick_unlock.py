"""Slot K: a PIN and a secret in the operating system's keyring reopen the vault for some hours. Level 3.

Its strength is that of the login to the operating system, no more; five wrong PINs, its expiry, a reboot or a
keyring that forgot end it, and the passphrase still works.
"""

import base64
import dataclasses
import datetime as dt
import logging
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import Clock, instant_text, parse_instant
from fieldapp.domain.errors import NotAllowedError, StorageError
from fieldapp.security.cipher import KEY_BYTES, STANDARD, CipherSuite, RandomBytes, suite_named
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.keystore import Keystore, KeystoreStatus
from fieldapp.security.passphrase import CostPolicy, check_pin
from fieldapp.security.vault_file import QuickSlot, VaultContent, VaultFile, slot_aad

MAX_TRIES: Final = 5
DEFAULT_VALIDITY: Final = dt.timedelta(hours=12)
QUICK_WRAP: Final = "quick-wrap/1"
SALT_BYTES: Final = 16

_log = logging.getLogger(__name__)


class QuickUnlock:
    """Slot K of one vault file. The keyring may block on a prompt: keep off the screen's thread.

    `boot_id`, where the system has one, ends quick unlock at the next boot.
    """

    def __init__(
        self,
        path: Path,
        keystore: Keystore,
        *,
        clock: Clock,
        random_bytes: RandomBytes,
        boot_id: str | None = None,
        cost_policy: CostPolicy | None = None,
        suite: CipherSuite = STANDARD,
    ) -> None:
        self._file = VaultFile(path)
        self._keystore = keystore
        self._clock = clock
        self._random_bytes = random_bytes
        self._boot_id = boot_id
        self._policy = cost_policy or CostPolicy()
        self._suite = suite

    def available(self) -> bool:
        """True when a PIN may be asked for; does not touch the keyring."""
        slot = self._file.read().quick
        return slot is not None and not self._is_over(slot)

    def enable(self, keys: UnlockedKeys, pin: str, *, validity: dt.timedelta = DEFAULT_VALIDITY) -> None:
        """Make a new slot K, replacing an older one.

        Raises RuleError for the PIN, NotAllowedError quick_unlock_no_keyring (fact `status`).
        """
        check_pin(pin)
        content = self._file.read()
        if not keys.matches(content.key_check):
            raise ValueError("keys of another vault")
        content = self._without_slot(content)
        secret = base64.b64encode(self._random_bytes(KEY_BYTES)).decode("ascii")
        secret_name = self._random_bytes(8).hex()
        status = self._keystore.put(secret_name, secret)
        if status is not KeystoreStatus.WORKS:
            raise NotAllowedError("quick_unlock_no_keyring", status=status.value)
        now = self._clock()
        empty = QuickSlot(
            suite=self._suite.suite_id,
            cost=self._policy.floor,
            salt=self._random_bytes(SALT_BYTES),
            secret_name=secret_name,
            created_at=instant_text(now),
            expires_at=instant_text(now + validity),
            boot_id=self._boot_id,
            sealed=b"",
        )
        sealed = self._suite.seal(
            _wrap_key(self._suite, empty, pin, secret),
            keys.data_key,
            aad=slot_aad(content.device_id, empty),
            random_bytes=self._random_bytes,
        )
        slot = dataclasses.replace(empty, sealed=sealed)
        self._file.write(dataclasses.replace(content, quick=slot, quick_tries_left=MAX_TRIES))

    def unlock(self, pin: str) -> UnlockedKeys:
        """Open slot K.

        Raises NotAllowedError quick_unlock_off, quick_unlock_expired, quick_unlock_no_keyring (`status`),
        wrong_pin (`tries_left`) or quick_unlock_used_up.
        """
        content = self._file.read()
        slot = content.quick
        if slot is None:
            raise NotAllowedError("quick_unlock_off")
        if self._is_over(slot):
            self._without_slot(content)
            raise NotAllowedError("quick_unlock_expired")
        if content.quick_tries_left <= 0:  # stopped between the last count and the deletion
            self._without_slot(content)
            raise NotAllowedError("quick_unlock_used_up")
        secret = self._secret(content, slot)
        # Counted on disk before the PIN is looked at: pulling the plug does not give the try back.
        content = self._file.write(
            dataclasses.replace(content, quick_tries_left=content.quick_tries_left - 1)
        )
        keys = self._open(content, slot, pin, secret)
        if keys is not None:
            self._file.write(dataclasses.replace(content, quick_tries_left=MAX_TRIES))
            return keys
        if content.quick_tries_left > 0:
            raise NotAllowedError("wrong_pin", tries_left=content.quick_tries_left)
        self._without_slot(content)
        raise NotAllowedError("quick_unlock_used_up")

    def disable(self) -> None:
        """Delete slot K and its keyring entry; also when the server revoked the device."""
        self._without_slot(self._file.read())

    def _is_over(self, slot: QuickSlot) -> bool:
        now = self._clock()
        set_back = now < parse_instant(slot.created_at) - dt.timedelta(minutes=5)
        rebooted = slot.boot_id is not None and slot.boot_id != self._boot_id
        return set_back or rebooted or now >= parse_instant(slot.expires_at)

    def _without_slot(self, content: VaultContent) -> VaultContent:
        """Write the vault without slot K first, then forget the secret: a leftover secret opens nothing."""
        if content.quick is None:
            return content
        without = self._file.write(dataclasses.replace(content, quick=None, quick_tries_left=0))
        status = self._keystore.delete(content.quick.secret_name)
        if status is not KeystoreStatus.WORKS:
            _log.warning("keyring entry of quick unlock not deleted: %s", status.value)
        return without

    def _secret(self, content: VaultContent, slot: QuickSlot) -> str:
        answer = self._keystore.get(slot.secret_name)
        if answer.secret is not None:
            return answer.secret
        if answer.status is KeystoreStatus.FORGETFUL:  # it is gone for good; a locked keyring may come back
            self._without_slot(content)
        raise NotAllowedError("quick_unlock_no_keyring", status=answer.status.value)

    def _open(self, content: VaultContent, slot: QuickSlot, pin: str, secret: str) -> UnlockedKeys | None:
        suite = suite_named(slot.suite)
        wrap_key = _wrap_key(suite, slot, pin, secret)
        try:
            keys = UnlockedKeys(suite.unseal(wrap_key, slot.sealed, aad=slot_aad(content.device_id, slot)))
        except StorageError:
            return None
        if not keys.matches(content.key_check):
            raise StorageError("vault_damaged")
        return keys


def _wrap_key(suite: CipherSuite, slot: QuickSlot, pin: str, secret: str) -> bytes:
    # The stretched PIN has a fixed length, so the two parts cannot be confused.
    stretched = suite.stretch(pin.encode(errors="replace"), slot.salt, slot.cost)
    return suite.derive(stretched + secret.encode(), QUICK_WRAP)
