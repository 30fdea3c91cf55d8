"""The desk between engine and screens: whether photos may travel over this network."""

import pytest

from fieldapp.storage import meta
from fieldapp.storage.outbox import Waiting
from sync.engine import runner as engine
from tests.gui.county import County
from ui.ports import SyncStatus
from ui.sync_desk import SyncDesk


class Worker:
    """What a worker prefers, and the desk of a device that reaches no server."""

    def __init__(self, county: County) -> None:
        self.unmetered_only = False
        self.seen: list[SyncStatus] = []
        self.desk = SyncDesk(
            county.context,
            lambda _: None,
            self.seen.append,
            photos_unmetered_only=lambda: self.unmetered_only,
        )

    def waiting(self, photos: int) -> SyncStatus:
        """What is told when so many photos wait."""
        told = engine.SyncStatus(waiting=Waiting(0, photos + 2, 0, photos=photos))
        self.desk._on_runner(told)
        return self.seen[-1]


@pytest.fixture
def worker(county: County) -> Worker:
    with county.store.transaction() as connection:
        meta.put(connection, meta.SERVER_URL, "http://127.0.0.1:9")
    return Worker(county)


def test_photos_go_over_any_network_until_the_worker_says_otherwise(worker: Worker) -> None:
    worker.desk.on_metered(metered=True)
    assert worker.waiting(12).photos_held == 0
    worker.unmetered_only = True
    worker.desk.photos_rule_changed()
    assert worker.seen[-1].photos_held == 12


def test_photos_wait_on_a_metered_network_only(worker: Worker) -> None:
    worker.unmetered_only = True
    worker.desk.on_metered(metered=True)
    assert worker.waiting(12).photos_held == 12
    assert not worker.desk._session.photos_allowed()
    worker.desk.on_metered(metered=False)
    assert worker.seen[-1].photos_held == 0
    assert worker.desk._session.photos_allowed()


def test_photos_do_not_wait_for_ever_where_the_system_cannot_tell(worker: Worker) -> None:
    worker.unmetered_only = True
    assert not worker.desk.tells_metered
    assert worker.desk._session.photos_allowed()
    assert worker.waiting(12).photos_held == 0


def test_sent_all_the_same_they_go_until_none_is_left_or_the_network_changes(worker: Worker) -> None:
    worker.unmetered_only = True
    worker.desk.on_metered(metered=True)
    worker.waiting(12)
    worker.desk.send_photos_now()
    assert worker.seen[-1].photos_held == 0
    assert worker.waiting(3).photos_held == 0
    worker.waiting(0)
    assert worker.waiting(2).photos_held == 2, "the tap was for those twelve"
    worker.desk.send_photos_now()
    worker.desk.on_metered(metered=True)
    assert worker.seen[-1].photos_held == 2, "it was said of another network"
