"""Fixtures of the storage tests: a real encrypted store in a temporary folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldapp.storage import meta
from fieldapp.storage.store import Store
from tests.determinism import MovableClock

RECORDS_KEY = bytes(range(32))
PHOTOS_KEY = bytes(range(32, 64))


@pytest.fixture(scope="session")
def empty_profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly made profile, to be copied: making one costs a second of migrations."""
    folder = tmp_path_factory.mktemp("profile")
    Store.create(folder / "p", RECORDS_KEY, PHOTOS_KEY).close()
    return folder / "p"


@pytest.fixture
def profile(empty_profile: Path, tmp_path: Path) -> Path:
    """The folder of a profile that is not open."""
    target = tmp_path / "profile"
    target.mkdir()
    for file in empty_profile.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


@pytest.fixture
def store(profile: Path, clock: MovableClock, random_bytes: Callable[[int], bytes]) -> Iterator[Store]:
    """An open store with an install id."""
    opened = Store.open(profile, RECORDS_KEY, PHOTOS_KEY, clock=clock, random_bytes=random_bytes)
    with opened.transaction() as connection:
        meta.put(connection, meta.INSTALL_ID, "install-1")
    yield opened
    opened.close()
