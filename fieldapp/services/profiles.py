"""Profiles: made at enrolment, unlocked by passphrase or PIN, locked again; snapshots while working."""

import contextlib
import dataclasses
import datetime as dt
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldapp.app import profiles as folders
from fieldapp.app.paths import resources
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import NotAllowedError, StorageError
from fieldapp.domain.ids import uuid7_source
from fieldapp.domain.records.audit import AuditAct
from fieldapp.domain.rules.masking import mask_name
from fieldapp.security.keystore import Keystore, KeystoreStatus
from fieldapp.security.passphrase import CostPolicy, load_common_passphrases
from fieldapp.security.quick_unlock import QuickUnlock
from fieldapp.security.vault import Vault
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.storage import meta, projections
from fieldapp.storage.rescue import mend_photos, mend_records
from fieldapp.storage.store import Store

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class UnlockedProfile:
    """A profile that is open: its use cases run on `context`.

    The worker is to be told when `snapshot_restored_at` is set (records.db was damaged and is as old as
    that) or `photos_lost` (photos.db was damaged: photos that were not sent have to be taken again).
    """

    profile: Profile
    context: Context
    snapshot_restored_at: dt.datetime | None = None
    photos_lost: bool = False


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
    ) -> None:
        self._root = root
        self._clock = clock
        self._random_bytes = random_bytes
        self._keystore = keystore or Keystore()
        self._cost_policy = cost_policy
        self._boot_id = boot_id

    def profiles(self) -> list[Profile]:
        """Profiles on this machine, last used first."""
        return folders.profiles(self._root)

    def create(
        self, passphrase: str, dataset: Dataset, enrol: Callable[[Store], Sequence[bytes]]
    ) -> UnlockedProfile:
        """Make a profile and enrol it with the county.

        `enrol` talks to the server, writes who the worker is into the store (sync.engine) and returns
        the county's escrow keys (X25519, 32 bytes each). When it fails, nothing of the profile stays
        behind and the error goes up.
        """
        install_id = uuid7_source(self._clock, self._random_bytes)()
        profile = folders.new_profile(self._root, install_id, "", dataset, self._clock())
        store: Store | None = None
        try:
            folders.make_folder(profile)
            vault = self._vault(profile)
            keys = vault.create(install_id, passphrase)
            store = Store.create(
                profile.folder,
                keys.records_db_key,
                keys.photos_db_key,
                clock=self._clock,
                random_bytes=self._random_bytes,
            )
            with store.transaction() as connection:
                meta.put(connection, meta.INSTALL_ID, install_id)
                meta.put(connection, meta.DATASET, dataset.value)
            county_keys = enrol(store)
            if county_keys:
                vault.replace_county_keys(keys, county_keys)
            context = _context(store)
            # The first snapshot: from now on a damaged file never means to be enrolled again.
            store.snapshot()
            profile = _labelled(profile, store)
            folders.write(profile)
        except BaseException:
            if store is not None:
                store.close()
            shutil.rmtree(profile.folder, ignore_errors=True)
            raise
        return UnlockedProfile(profile, context)

    def unlock(self, profile: Profile, passphrase: str) -> UnlockedProfile:
        """Open a profile by passphrase. Raises StorageError("wrong_passphrase") and the store's errors."""
        keys = self._vault(profile).unlock(passphrase)
        return self._open(profile, keys.records_db_key, keys.photos_db_key)

    def quick_unlock(self, profile: Profile, pin: str) -> UnlockedProfile:
        """Open a profile by PIN. Raises NotAllowedError (wrong_pin, quick_unlock_…)."""
        keys = self._quick(profile).unlock(pin)
        return self._open(profile, keys.records_db_key, keys.photos_db_key)

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
        context = opened.context
        with context.store.unit_of_work() as work:
            # Written first and kept last: a full disk is found before the passphrase is another one.
            work.save("audit_events", audit_event(context, work.new_id(), AuditAct.PASSPHRASE_CHANGED))
            self._vault(opened.profile).change_passphrase(old, new)
            work.commit()

    def close(self, opened: UnlockedProfile) -> None:
        """Snapshot and close; the keys are forgotten with the value."""
        try:
            opened.context.store.snapshot()
        finally:
            opened.context.store.close()

    def _open(self, profile: Profile, records_key: bytes, photos_key: bytes) -> UnlockedProfile:
        now = self._clock()
        restored = mend_records(profile.folder, records_key)
        photos_lost = mend_photos(profile.folder, photos_key, now)
        store = Store.open(
            profile.folder, records_key, photos_key, clock=self._clock, random_bytes=self._random_bytes
        )
        try:
            context = _context(store)
            profile = _labelled(dataclasses.replace(profile, last_used_at=now), store)
            # A full disk must not keep anybody from his data.
            with contextlib.suppress(StorageError):
                folders.write(profile)
        except BaseException:
            store.close()
            raise
        return UnlockedProfile(profile, context, restored, photos_lost)

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


def _context(store: Store) -> Context:
    with store.reading() as connection:
        user_id = meta.get(connection, meta.USER_ID)
        device_id = meta.get(connection, meta.DEVICE_ID)
    if not user_id:
        raise NotAllowedError("not_enrolled")
    return Context(store, user_id, device_id)


def _labelled(profile: Profile, store: Store) -> Profile:
    """The profile as the store knows it: also heals a profile.json that was lost."""
    with store.reading() as connection:
        name = meta.get(connection, meta.USER_NAME)
        dataset = meta.get(connection, meta.DATASET) or profile.dataset
    return dataclasses.replace(profile, label=mask_name(name), dataset=Dataset(dataset))


def refresh_derived(context: Context) -> int:
    """Make some derived rows again: plans whose period ended (a new day), what a pull left. Returns how
    many households were done; call until it returns 0."""
    today = context.today()
    with context.store.transaction() as connection:
        projections.expire_plans(connection, today)
        return projections.drain(connection, today)
