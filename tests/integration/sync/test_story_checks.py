"""Story: checks. Both sides compare after each cycle, differences heal themselves, a store can be proved."""

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from fieldapp.storage import sync_log
from server.cli import app
from server.store import tables
from server.store.blob_files import BlobFiles
from server.store.projections import row_table
from tests.determinism import MovableClock
from tests.integration.server.county import GRID_1, County
from tests.integration.sync.device import Tablet


def check(county: County, *options: str) -> tuple[int, str]:
    """What `fieldapp-server check` says of the county's store."""
    data = str(county.context.settings.data_dir)
    done = CliRunner().invoke(app, ["check", *options, "--data", data])
    return done.exit_code, done.output


@pytest.mark.allow_log("sync.engine.cycle")
@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM visits", "UPDATE persons SET h = 5", f"UPDATE persons SET bucket = 'x' || '{GRID_1}'"],
)
def test_rows_that_are_not_what_was_counted_are_found_the_next_day_and_read_again(
    aide: Tablet, colleague: Tablet, clock: MovableClock, damage: str
) -> None:
    """Count and sum are kept as rows come and go: what went in another way changed neither."""
    house = aide.household()
    visit = aide.visit(house.id)
    aide.synced()
    colleague.synced()
    with aide.store.transaction() as connection:
        connection.exec_driver_sql(damage)
    assert aide.synced().healed == ()
    clock.advance(days=1)
    report = aide.synced()
    assert report.healed == (GRID_1,)
    assert aide.find("visits", visit.id) is not None
    assert aide.buckets() == colleague.buckets()
    with aide.store.reading() as connection:
        assert sync_log.newest(connection, 1)[0].facts["healed"] == 1
    clock.advance(days=1)
    assert aide.synced().healed == ()


def test_the_whole_store_is_proved_and_every_damage_named(aide: Tablet, county: County) -> None:
    photo = aide.photo()
    visit = aide.visit(aide.household().id, photo)
    aide.synced()
    assert check(county)[0] == 0
    stored = BlobFiles(county.context.settings.blobs).path(photo.sha256)
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1] + b"x")
    code, told = check(county)
    assert (code, f"blob_damaged blob {photo.sha256}" in told) == (1, True)
    assert check(county, "--no-blobs")[0] == 0
    stored.write_bytes(whole)
    record = tables.record
    for damage, found in (
        (update(row_table("visits")).values(narrative="x"), f"row_differs visits {visit.id}"),
        (update(tables.bucket_kind).values(row_count=9), f"bucket_sum bucket {GRID_1}"),
        (update(record).where(record.c.id == visit.id).values(h=5), f"checksum visits {visit.id}"),
    ):
        county.context.store.run(lambda unit, damage=damage: unit.connection.execute(damage))  # type: ignore[misc]
        code, told = check(county)
        assert (code, found in told) == (1, True), told
    assert "户主甲" not in told
    assert visit.narrative not in told
