"""Fixtures of the server's tests: one running county per test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.determinism import MovableClock
from tests.integration.server.county import County, running_county


@pytest.fixture
def county(server_database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[County]:
    """A running county server on an empty database of either engine."""
    with running_county(server_database_url, tmp_path, clock) as running:
        yield running
