"""A profile's databases: made at enrolment, opened with their keys, mended where they are damaged."""

import contextlib
import dataclasses
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.app import profiles as folders
from fieldapp.app.machine import InstallMarks
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import NotAllowedError, StorageError
from fieldapp.domain.rules.masking import mask_name
from fieldapp.security.keys import UnlockedKeys
from fieldapp.services.context import Context
from fieldapp.storage import meta, outbox
from fieldapp.storage.rescue import mend_photos, mend_records
from fieldapp.storage.store import Store

log = logging.getLogger(__name__)
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """An open profile; what had to be mended as in profiles.UnlockedProfile."""

    profile: Profile
    context: Context
    snapshot_restored_at: dt.datetime | None
    photos_lost: bool


def make_store(
    profile: Profile, keys: UnlockedKeys, install_id: str, *, clock: Clock, random_bytes: RandomBytes
) -> Store:
    """Make both databases of a new profile and open them; nobody is enrolled yet."""
    store = Store.create(
        profile.folder, keys.records_db_key, keys.photos_db_key, clock=clock, random_bytes=random_bytes
    )
    try:
        with store.transaction() as connection:
            meta.put(connection, meta.INSTALL_ID, install_id)
            meta.put(connection, meta.DATASET, profile.dataset.value)
    except BaseException:
        store.close()
        raise
    return store


def open_store(
    profile: Profile, keys: UnlockedKeys, *, clock: Clock, random_bytes: RandomBytes, marks: InstallMarks
) -> OpenedStore:
    """Mend what is damaged, then open. Raises StorageError, NotAllowedError("not_enrolled")."""
    now = clock()
    restored = mend_records(profile.folder, keys.records_db_key)
    photos_lost = mend_photos(profile.folder, keys.photos_db_key, now)
    store = Store.open(
        profile.folder, keys.records_db_key, keys.photos_db_key, clock=clock, random_bytes=random_bytes
    )
    try:
        context = context_of(store)
        profile = labelled(dataclasses.replace(profile, last_used_at=now), store)
        # A full disk must not keep anybody from his data: what cannot be written is tried at the next start.
        with contextlib.suppress(StorageError):
            settle_identity(store, profile, marks)
        with contextlib.suppress(StorageError):
            folders.write(profile)
    except BaseException:
        store.close()
        raise
    return OpenedStore(profile, context, restored, photos_lost)


def settle_identity(store: Store, profile: Profile, marks: InstallMarks) -> bool:
    """Take a new install id where this profile is a copy: on another machine, in another folder, or put back
    from a backup since. What is unsent stays and goes out under the new id. Returns whether it was one."""
    if not marks.machine:
        return False  # a system without an id: the server tells copies apart by their batches (409)
    known = marks.read(profile.profile_id)
    with store.reading() as connection:
        install_id = meta.get(connection, meta.INSTALL_ID)
        machine = meta.get(connection, meta.MACHINE)
    if machine == marks.machine and known == install_id:
        return False
    copied = bool(machine)
    with store.transaction() as connection:
        if copied:
            install_id = store.ids()
            outbox.reidentify(connection, install_id)
        try:
            marks.write(profile.profile_id, install_id)
        except OSError:
            # Without the mark every start would look like a copy: try again at the next one.
            meta.put(connection, meta.MACHINE, "")
        else:
            meta.put(connection, meta.MACHINE, marks.machine)
    if copied:
        log.info("this profile is a copy, or its folder was moved: taking a new install id")
    return copied


def context_of(store: Store) -> Context:
    """What the use cases of an enrolled store run on. Raises NotAllowedError("not_enrolled")."""
    with store.reading() as connection:
        user_id = meta.get(connection, meta.USER_ID)
        device_id = meta.get(connection, meta.DEVICE_ID)
    if not user_id:
        raise NotAllowedError("not_enrolled")
    return Context(store, user_id, device_id)


def labelled(profile: Profile, store: Store) -> Profile:
    """The profile as the store knows it: also heals a profile.json that was lost."""
    with store.reading() as connection:
        name = meta.get(connection, meta.USER_NAME)
        dataset = meta.get(connection, meta.DATASET) or profile.dataset
    return dataclasses.replace(profile, label=mask_name(name), dataset=Dataset(dataset))
