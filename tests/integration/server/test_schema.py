"""Migrations: what they build is what the tables say, on both engines."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from fieldapp.domain.errors import DatabaseTooNewError
from server.store import projections
from server.store.engine import open_engine
from server.store.schema import is_current, upgrade
from server.store.tables import metadata
from sync.protocol.entities import ENTITIES


def test_the_migrated_schema_equals_the_tables(server_database_url: str) -> None:
    engine = open_engine(server_database_url)
    upgrade(engine)
    upgrade(engine)  # again is harmless
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert is_current(connection)
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_a_database_of_a_newer_program_is_left_alone(server_database_url: str) -> None:
    engine = open_engine(server_database_url)
    upgrade(engine)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNewError):
        upgrade(engine)
    engine.dispose()


def test_every_synced_kind_has_a_typed_row_with_all_its_fields() -> None:
    assert set(projections.ROWS) == set(ENTITIES)
    for kind, spec in ENTITIES.items():
        columns = set(projections.row_table(kind).columns.keys())
        assert columns == {*spec.columns, "bucket"}, kind


def test_sqlite_is_opened_crash_safe(tmp_path: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
