"""The device's schema: migrations make what the tables say, whole or not at all; old files always open."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from fieldapp.storage import engine, schema
from fieldapp.storage.store import RECORDS_FILE, SNAPSHOT_FOLDER, Store
from fieldapp.storage.tables import DeviceTable
from tests.determinism import MovableClock
from tests.unit.storage.conftest import PHOTOS_KEY, RECORDS_KEY
from tests.unit.storage.records import ask, find, household, save, visit

GOLDEN = Path(__file__).parents[2] / "golden" / "schemas"
SEARCH_TABLES = re.compile(r"^household_search(_\w+)?$")


def _schema_sql(path: Path, key: bytes) -> str:
    with closing(engine.raw_connect(path, key)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'household_search_%' "
            "ORDER BY type DESC, name"
        ).fetchall()
    return "".join(f"{sql};\n" for (sql,) in rows)


def test_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, DeviceTable.metadata) == []


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or name is None or not SEARCH_TABLES.match(name)


def test_number_of_the_newest_migration_is_declared() -> None:
    files = sorted(Path(schema.__file__).parent.glob("migrations/versions/[0-9]*.py"))
    assert int(files[-1].name[:4]) == schema.NEWEST == len(files)


def test_schema_is_the_recorded_one(profile: Path) -> None:
    """A released migration never changes: what it makes is recorded beside it."""
    recorded = GOLDEN / f"records-{schema.NEWEST:04}.sql"
    assert _schema_sql(profile / RECORDS_FILE, RECORDS_KEY) == recorded.read_text(encoding="utf-8")


@pytest.mark.parametrize("recorded", sorted(GOLDEN.glob("records-????.sql")), ids=lambda path: path.stem)
def test_every_released_schema_opens_with_its_rows(
    recorded: Path, empty_profile: Path, tmp_path: Path, clock: MovableClock
) -> None:
    version = int(recorded.stem[-4:])
    path = tmp_path / RECORDS_FILE
    engine.create_database(path, RECORDS_KEY, schema.RECORDS_ID)
    rows = (GOLDEN / recorded.name.replace(".sql", ".rows.sql")).read_text(encoding="utf-8")
    with closing(engine.raw_connect(path, RECORDS_KEY)) as connection:
        connection.executescript(recorded.read_text(encoding="utf-8"))
        connection.executescript(rows)
        connection.execute(f"pragma user_version={version}")
    (tmp_path / "photos.db").write_bytes((empty_profile / "photos.db").read_bytes())
    with closing(Store.open(tmp_path, RECORDS_KEY, PHOTOS_KEY, clock=clock)) as store:
        assert find(store, "households", "h-1") == household(address="村口", lat=30.5)
        assert find(store, "visits", "v-1") == visit()
        assert ask(store, "SELECT value FROM meta WHERE key='install_id'") == [("install-1",)]
        save(store, "households", household(address="又改"))
        assert ask(store, "SELECT action FROM outbox ORDER BY seq") == [("put",), ("patch",)]


def test_migration_killed_in_the_middle_leaves_the_old_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / RECORDS_FILE
    engine.create_database(path, RECORDS_KEY, schema.RECORDS_ID)
    whole_chain = schema.run_chain

    def killed_after_half(connection: Any, revision: str = "head") -> None:
        whole_chain(connection, revision)
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "run_chain", killed_after_half)
    with pytest.raises(KeyboardInterrupt):
        schema.upgrade(path, RECORDS_KEY)
    monkeypatch.undo()
    assert _schema_sql(path, RECORDS_KEY) == ""
    assert engine.check_database(path, RECORDS_KEY, schema.RECORDS_ID, schema.NEWEST) == 0
    schema.upgrade(path, RECORDS_KEY)
    assert engine.check_database(path, RECORDS_KEY, schema.RECORDS_ID, schema.NEWEST) == schema.NEWEST


def test_file_of_an_older_program_is_kept_as_a_snapshot_before_it_is_migrated(
    profile: Path, clock: MovableClock
) -> None:
    path = profile / RECORDS_FILE
    path.unlink()
    engine.create_database(path, RECORDS_KEY, schema.RECORDS_ID)
    Store.open(profile, RECORDS_KEY, PHOTOS_KEY, clock=clock).close()
    (snapshot,) = (profile / SNAPSHOT_FOLDER).iterdir()
    assert engine.check_database(snapshot, RECORDS_KEY, schema.RECORDS_ID, schema.NEWEST) == 0
    assert engine.check_database(path, RECORDS_KEY, schema.RECORDS_ID, schema.NEWEST) == schema.NEWEST
