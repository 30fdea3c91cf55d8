"""The PostgreSQL of the tests itself: fresh per test, UTF-8, and never silently absent in CI."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres

NAME = "石𠮷"


def _count_after_insert(url: str) -> int:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE village (name TEXT PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO village VALUES (:name)"), {"name": NAME})
        count = connection.scalar(sa.text("SELECT count(*) FROM village WHERE name = :name"), {"name": NAME})
    engine.dispose()
    return int(count or 0)


@pytest.mark.parametrize("_run", [1, 2])
def test_postgres_url_each_test_is_an_empty_database(postgres_url: str, _run: int) -> None:
    assert _count_after_insert(postgres_url) == 1


def test_server_database_url_each_engine_takes_the_same_statements(server_database_url: str) -> None:
    assert _count_after_insert(server_database_url) == 1


def test_create_database_from_a_template_copies_its_tables(postgres_server: postgres.PostgresServer) -> None:
    template = postgres_server.create_database()
    _count_after_insert(template.render_as_string(hide_password=False))
    copy = postgres_server.create_database(template=template.database or "")
    engine = sa.create_engine(copy)
    assert sa.inspect(engine).has_table("village")
    engine.dispose()
    postgres_server.drop_database(copy)
    postgres_server.drop_database(template)


def test_own_server_ends_and_leaves_no_folder(tmp_path: Path) -> None:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server programs")
    with postgres.own_server(binaries) as server:
        folder = Path(str(server.admin_url.query["host"]))
        process = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
