"""A device's profiles on a real disk: real vault (cheap to guess), real stores, a keyring in memory."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from fieldapp.app.profiles import Dataset
from fieldapp.security.cipher import Argon2Cost
from fieldapp.security.keystore import Keystore
from fieldapp.security.passphrase import CostPolicy
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
from fieldapp.storage import meta
from fieldapp.storage.store import Store
from tests.determinism import MovableClock
from tests.gui.county import WORKER, County
from tests.unit.security.keyrings import MemoryKeyring, keystore_over

CHEAP = CostPolicy(floor=Argon2Cost(memory_kib=8, passes=1), memory_choices_kib=())
PASSPHRASE = "水往低处流 47 次"

Enrol = Callable[[Store], Sequence[bytes]]
MakeDoor = Callable[..., ProfileDoor]


def enrol_as(name: str = "周丙", user_id: str = WORKER) -> Enrol:
    """What the sync engine writes when a county's server has accepted the code."""

    def enrol(store: Store) -> list[bytes]:
        with store.transaction() as connection:
            meta.put(connection, meta.USER_ID, user_id)
            meta.put(connection, meta.USER_NAME, name)
            meta.put(connection, meta.DEVICE_ID, f"device-of-{user_id}")
        return []

    return enrol


@contextmanager
def failing(when: Callable[[str], bool], error: Exception) -> Iterator[list[str]]:
    """Raise `error` before a statement for which `when` holds, on any engine; yields those that were hit."""
    hits: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if when(statement):
            hits.append(statement)
            raise error

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield hits
    finally:
        event.remove(Engine, "before_cursor_execute", before)


def open_files(folder: Path) -> list[str]:
    """Files below a folder that this process holds open (Linux tells; elsewhere nothing is known)."""
    links = Path("/proc/self/fd")
    targets = (
        [str(link.readlink()) for link in links.iterdir() if link.is_symlink()] if links.is_dir() else []
    )
    return [target for target in targets if target.startswith(str(folder))]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The data folder of the program."""
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def make_door(root: Path, clock: MovableClock) -> MakeDoor:
    """A door as after a start of the program; the keyring may be given, else it is a fresh one."""
    source = random.Random(1)

    def make(keystore: Keystore | None = None, boot_id: str | None = None) -> ProfileDoor:
        return ProfileDoor(
            root,
            clock=clock,
            random_bytes=source.randbytes,
            keystore=keystore or keystore_over(MemoryKeyring()),
            cost_policy=CHEAP,
            boot_id=boot_id,
        )

    return make


@pytest.fixture
def door(make_door: MakeDoor) -> ProfileDoor:
    """A door with a keyring that works."""
    return make_door()


@pytest.fixture
def opened(door: ProfileDoor) -> Iterator[UnlockedProfile]:
    """A new profile of a worker, open."""
    made = door.create(PASSPHRASE, Dataset.REAL, enrol_as())
    yield made
    made.context.store.close()


@pytest.fixture
def county(tmp_path: Path, clock: MovableClock) -> Iterator[County]:
    """A worker's device after its first sync, without households."""
    made = County(tmp_path / "profile", clock)
    yield made
    made.close()
