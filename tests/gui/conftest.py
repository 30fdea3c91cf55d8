"""Fixtures of the screens' tests: a county with a real store, and the look in its first state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.determinism import MovableClock
from tests.gui.county import County


@pytest.fixture
def county(tmp_path: Path, clock: MovableClock) -> Iterator[County]:
    """A worker's device after its first sync, without households."""
    made = County(tmp_path, clock)
    yield made
    made.close()
