"""The county's server is restored from a backup: devices send again what it lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldapp.storage import meta
from server.main import create_app
from server.services.backup import back_up, restore
from server.settings import Settings
from server.store.blob_files import BlobFiles
from tests.faults import FaultProxy
from tests.integration.server.county import GRID_1, County, running
from tests.integration.sync.device import Tablet

pytestmark = pytest.mark.allow_log("sync.engine.push")


@contextmanager
def _restored(county: County, backup: Path, folder: Path) -> Iterator[str]:
    """A server over the backup, with a new epoch and no blobs but the backup's."""
    settings = Settings(data_dir=folder)
    blobs = BlobFiles(settings.blobs)
    restore(settings.url, blobs, backup, clock=county.clock, random_bytes=county.random_bytes)
    with running(create_app(settings, clock=county.clock, random_bytes=county.random_bytes)) as address:
        yield address


def test_what_the_backup_lacks_comes_back_from_the_device(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    old = aide.household()
    aide.synced()
    back_up(county.context.store, BlobFiles(county.context.settings.blobs), tmp_path / "backup")
    aide.edit("households", old.id, address="备份之后改的")
    lost = aide.household()
    visit = aide.visit(lost.id)
    aide.synced()
    epoch = aide.meta(meta.EPOCH)
    waiting = aide.visit(lost.id)  # made after the last sync
    aide.edit("households", lost.id, address="还没有同步")
    with _restored(county, tmp_path / "backup", tmp_path / "second") as address:
        proxy.lead_to(address)
        report = aide.synced()
        assert report.requeued >= 4
        assert report.refused == 0
        assert aide.meta(meta.EPOCH) != epoch
        assert aide.waiting().ops == 0
        assert aide.find("households", old.id).address == "备份之后改的"
        assert aide.find("households", lost.id).address == "还没有同步"
        assert {aide.find("visits", one.id).received_at is None for one in (visit, waiting)} == {False}
        assert aide.synced().requeued == 0
        rev, count, _total = aide.buckets()[GRID_1]
        assert (rev > 0, count) == (True, 6)


def test_restore_noticed_by_the_pull_alone_sends_again_too(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    aide.synced()
    back_up(county.context.store, BlobFiles(county.context.settings.blobs), tmp_path / "backup")
    lost = aide.household()
    aide.synced()
    with _restored(county, tmp_path / "backup", tmp_path / "second") as address:
        proxy.lead_to(address)
        report = aide.synced()
        assert report.requeued == 2
        assert aide.find("households", lost.id) is not None
        assert aide.buckets()[GRID_1][1] == 2
        assert aide.waiting().ops == 0
