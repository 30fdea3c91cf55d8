"""Profiles: made at enrolment, unlocked by passphrase or PIN, locked again; snapshots while working.

Light to import: what needs the ORM is imported where a database is opened, so that a key can be derived
(half a second of Argon2id) while the ORM is still being loaded by another thread.
"""

import contextlib
import datetime as dt
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.app import profiles as folders
from fieldapp.app.machine import InstallMarks, machine_digest
from fieldapp.app.paths import resources
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import StorageError
from fieldapp.domain.ids import uuid7_source
from fieldapp.security import recovery
from fieldapp.security.keys import UnlockedKeys
from fieldapp.security.keystore import Keystore, KeystoreStatus
from fieldapp.security.passphrase import CostPolicy, load_common_passphrases
from fieldapp.security.quick_unlock import QuickUnlock
from fieldapp.security.recovery import RecoveryTicket
from fieldapp.security.vault import Vault

if TYPE_CHECKING:
    from fieldapp.services.context import Context
    from fieldapp.storage.store import Store

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class UnlockedProfile:
    """A profile that is open: its use cases run on `context`.

    The worker is to be told when `snapshot_restored_at` is set (records.db was damaged and is as old as
    that) or `photos_lost` (photos.db was damaged: photos that were not sent have to be taken again).
    """

    profile: Profile
    context: "Context"
    snapshot_restored_at: dt.datetime | None = None
    photos_lost: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryAttempt:
    """A request for a new passphrase while its answer is waited for. `text` goes to the administrator, as a
    QR code or a file; `code` are 16 digits that both compare. The ticket lives in memory only."""

    ticket: RecoveryTicket
    text: str
    code: str

    def __repr__(self) -> str:
        return "RecoveryAttempt(hidden)"


class ProfileDoor:
    """Opens and closes the profiles of one data folder. Slow calls (Argon2id, keyring): never on the
    screen's thread."""

    def __init__(
        self,
        root: Path,
        *,
        clock: Clock,
        random_bytes: RandomBytes = secrets.token_bytes,
        keystore: Keystore | None = None,
        cost_policy: CostPolicy | None = None,
        boot_id: str | None = None,
        machine: Callable[[], str] = machine_digest,
    ) -> None:
        self._root = root
        self._clock = clock
        self._random_bytes = random_bytes
        self._keystore = keystore or Keystore()
        self._cost_policy = cost_policy
        self._boot_id = boot_id
        self._machine = machine

    def profiles(self) -> list[Profile]:
        """Profiles on this machine, last used first."""
        return folders.profiles(self._root)

    def create(
        self, passphrase: str, dataset: Dataset, enrol: "Callable[[Store], Sequence[bytes]]"
    ) -> UnlockedProfile:
        """Make a profile and enrol it with the county.

        `enrol` talks to the server, writes who the worker is into the store (sync.engine) and returns
        the county's escrow keys (X25519, 32 bytes each). When it fails, nothing of the profile stays
        behind and the error goes up.
        """
        from fieldapp.services import opening

        install_id = uuid7_source(self._clock, self._random_bytes)()
        profile = folders.new_profile(self._root, install_id, "", dataset, self._clock())
        store: Store | None = None
        try:
            folders.make_folder(profile)
            vault = self._vault(profile)
            keys = vault.create(install_id, passphrase)
            store = opening.make_store(
                profile, keys, install_id, clock=self._clock, random_bytes=self._random_bytes
            )
            county_keys = enrol(store)
            if county_keys:
                vault.replace_county_keys(keys, county_keys)
            context = opening.context_of(store)
            opening.settle_identity(store, profile, self._marks())
            # The first snapshot: from now on a damaged file never means to be enrolled again.
            store.snapshot()
            profile = opening.labelled(profile, store)
            folders.write(profile)
        except BaseException:
            if store is not None:
                store.close()
            shutil.rmtree(profile.folder, ignore_errors=True)
            raise
        return UnlockedProfile(profile, context)

    def unlock(self, profile: Profile, passphrase: str) -> UnlockedProfile:
        """Open a profile by passphrase. Raises StorageError("wrong_passphrase") and the store's errors."""
        return self.open(profile, self.keys(profile, passphrase))

    def quick_unlock(self, profile: Profile, pin: str) -> UnlockedProfile:
        """Open a profile by PIN. Raises NotAllowedError (wrong_pin, quick_unlock_…)."""
        return self.open(profile, self.quick_keys(profile, pin))

    def keys(self, profile: Profile, passphrase: str) -> UnlockedKeys:
        """The first half of `unlock`: the keys alone. Raises StorageError("wrong_passphrase")."""
        return self._vault(profile).unlock(passphrase)

    def quick_keys(self, profile: Profile, pin: str) -> UnlockedKeys:
        """The first half of `quick_unlock`. Raises NotAllowedError (wrong_pin, quick_unlock_…)."""
        return self._quick(profile).unlock(pin)

    def open(self, profile: Profile, keys: UnlockedKeys) -> UnlockedProfile:
        """The second half of both: mend what is damaged, open. Raises the store's errors."""
        from fieldapp.services import opening

        opened = opening.open_store(
            profile, keys, clock=self._clock, random_bytes=self._random_bytes, marks=self._marks()
        )
        return UnlockedProfile(
            opened.profile, opened.context, opened.snapshot_restored_at, opened.photos_lost
        )

    def quick_unlock_available(self, profile: Profile) -> bool:
        """Whether a PIN may be asked for."""
        try:
            return self._quick(profile).available()
        except StorageError:
            return False

    def enable_quick_unlock(self, profile: Profile, passphrase: str, pin: str) -> None:
        """Turn the PIN on. Raises NotAllowedError("quick_unlock_no_keyring") where there is no keyring."""
        keys = self._vault(profile).unlock(passphrase)
        self._quick(profile).enable(keys, pin)

    def disable_quick_unlock(self, profile: Profile) -> None:
        """Turn the PIN off."""
        self._quick(profile).disable()

    def keyring_status(self) -> KeystoreStatus:
        """What this machine's keyring is good for; may take a moment."""
        return self._keystore.probe()

    def change_passphrase(self, opened: UnlockedProfile, old: str, new: str) -> None:
        """Give the profile a new passphrase; the data stay as they are. Audited."""
        from fieldapp.domain.records.audit import AuditAct
        from fieldapp.services.audit import audit_event

        context = opened.context
        with context.store.unit_of_work() as work:
            # Written first and kept last: a full disk is found before the passphrase is another one.
            work.save("audit_events", audit_event(context, work.new_id(), AuditAct.PASSPHRASE_CHANGED))
            self._vault(opened.profile).change_passphrase(old, new)
            work.commit()

    def recovery_request(self, profile: Profile) -> RecoveryAttempt:
        """Begin to get in without the passphrase: what the county's administrator is to be shown. Works
        offline. Raises NotAllowedError("recovery_not_set_up"), StorageError vault_missing, vault_damaged."""
        ticket = self._vault(profile).recovery_request()
        return RecoveryAttempt(ticket, recovery.as_text(ticket.message), recovery.spoken_code(ticket.message))

    def recovered_keys(
        self, profile: Profile, attempt: RecoveryAttempt, answer: str, passphrase: str
    ) -> UnlockedKeys:
        """Take the administrator's answer and set a new passphrase.

        Raises RuleError for the passphrase, StorageError recovery_answer_damaged, recovery_answer_wrong;
        then nothing changed.
        """
        return self._vault(profile).finish_recovery(attempt.ticket, recovery.from_text(answer), passphrase)

    def erase(self, opened: UnlockedProfile) -> None:
        """Close a profile and destroy it, keys first: without them whatever is left says nothing.

        Raises StorageError when not even the keys could be destroyed; the profile is closed all the same.
        """
        opened.context.store.close()
        profile = opened.profile
        with contextlib.suppress(StorageError):  # no keyring, or one that forgot: its half opens nothing
            self._quick(profile).disable()
        self._vault(profile).erase()
        with contextlib.suppress(OSError):  # first of the files: what remains is not offered at the door
            (profile.folder / "profile.json").unlink(missing_ok=True)
        shutil.rmtree(profile.folder, ignore_errors=True)

    def close(self, opened: UnlockedProfile) -> None:
        """Snapshot and close; the keys are forgotten with the value."""
        try:
            opened.context.store.snapshot()
        finally:
            opened.context.store.close()

    def _marks(self) -> InstallMarks:
        return InstallMarks(self._root, self._machine())

    def _vault(self, profile: Profile) -> Vault:
        return Vault(
            profile.vault,
            random_bytes=self._random_bytes,
            common_passphrases=load_common_passphrases(resources() / "common_passphrases.txt"),
            cost_policy=self._cost_policy,
        )

    def _quick(self, profile: Profile) -> QuickUnlock:
        return QuickUnlock(
            profile.vault,
            self._keystore,
            clock=self._clock,
            random_bytes=self._random_bytes,
            boot_id=self._boot_id,
            cost_policy=self._cost_policy,
        )


def refresh_derived(context: "Context") -> int:
    """Make some derived rows again: plans whose period ended (a new day), what a pull left. Returns how
    many households were done; call until it returns 0."""
    from fieldapp.storage import projections

    today = context.today()
    with context.store.transaction() as connection:
        projections.expire_plans(connection, today)
        return projections.drain(connection, today)
