"""Fixtures of the server's tests: a running county, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.determinism import MovableClock
from tests.integration.server.county import County, running_county
from tests.postgres import PostgresServer


@pytest.fixture
def county(server_database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[County]:
    """A running county server on an empty database of either engine, for one test."""
    with running_county(server_database_url, tmp_path, clock) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    """A running county for all tests of a module: for those that make their own users and records and
    ask about nothing else. The clock must be left as it was found."""
    folder = tmp_path_factory.mktemp("county")
    if request.param == "sqlite":
        with running_county(f"sqlite:///{folder / 'server.db'}", folder, MovableClock()) as running:
            yield running
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    with running_county(url.render_as_string(hide_password=False), folder, MovableClock()) as running:
        yield running
    server.drop_database(url)
