"""Fixtures of the server's tests: a running county, on SQLite and on PostgreSQL."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.determinism import MovableClock
from tests.integration.server.county import County, running_county
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> Iterator[County]:
    """A running county server on a database of either engine, for one test."""
    with _founded(request, tmp_path) as url, running_county(url, tmp_path, clock, founded=True) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    """A running county for all tests of a module: for those that make their own users and records and
    ask about nothing else. The clock must be left as it was found."""
    folder = tmp_path_factory.mktemp("county")
    with (
        _founded(request, folder) as url,
        running_county(url, folder, MovableClock(), founded=True) as running,
    ):
        yield running


@contextlib.contextmanager
def _founded(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("founded_sqlite")(folder)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("founded_postgres"))
    yield url.render_as_string(hide_password=False)
    server.drop_database(url)
