"""A county's database as it stands after founding: made once for each engine, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.server.county import found_county
from tests.postgres import PostgresServer

SqliteCopy = Callable[[Path], str]


@pytest.fixture(scope="session")
def founded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteCopy:
    """Put a copy of the founded database into a folder; returns its URL."""
    original = tmp_path_factory.mktemp("founded") / "server.db"
    found_county(f"sqlite:///{original}", original.parent)

    def copy(folder: Path) -> str:
        target = folder / "server.db"
        shutil.copyfile(original, target)
        return f"sqlite:///{target}"

    return copy


@pytest.fixture(scope="session")
def founded_postgres(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Name of the founded database, to be a template."""
    url = postgres_server.create_database()
    found_county(url.render_as_string(hide_password=False), tmp_path_factory.mktemp("founded"))
    yield url.database or ""
    postgres_server.drop_database(url)
