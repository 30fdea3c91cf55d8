"""What the walk has found, each as the smallest case that shows it."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from fieldapp.domain.errors import StorageError
from fieldapp.domain.records.visits import VisitState
from fieldapp.storage import duties, feed, outbox, wanted_blobs
from fieldapp.storage.photos import PhotoStore
from fieldapp.storage.store import Store
from server.main import create_app
from server.services.backup import back_up, restore
from server.services.reassignment import merge_area
from server.services.shipped_forms import publish_shipped_forms
from server.settings import Settings
from server.store.blob_files import BlobFiles
from server.store.engine import failure_code
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.engine import pull
from tests.determinism import MovableClock
from tests.faults import Fault, FaultProxy, error_answer
from tests.integration.server.county import FAR_VILLAGE, GRID_1, GRID_2, County, running
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY, Tablet, reopened

NO_SERVER = error_answer(503, "busy")


@contextmanager
def _restored(county: County, backup: Path, folder: Path) -> Iterator[str]:
    """A server over a backup, with a new epoch and no photos but the backup's."""
    settings = Settings(data_dir=folder)
    restore(
        settings.url, BlobFiles(settings.blobs), backup, clock=county.clock, random_bytes=county.random_bytes
    )
    with running(create_app(settings, clock=county.clock, random_bytes=county.random_bytes)) as address:
        yield address


def _back_up(county: County, folder: Path) -> Path:
    back_up(county.context.store, BlobFiles(county.context.settings.blobs), folder)
    return folder


@pytest.mark.allow_log("sync.engine.push")
def test_a_second_restore_while_ops_of_the_first_still_wait(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """Ops that wait again are numbered downwards from 0; the one at 0 was taken for none at all."""
    house = aide.household()
    aide.synced()
    visit = aide.visit(house.id)
    with aide.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE outbox SET seq = 0")
        assert outbox.requeue_answered(connection, aide.store.ids, county.clock()) == 2
    assert aide.synced().refused == 0
    assert aide.find("visits", visit.id).received_at is not None


@pytest.mark.allow_log("sync.engine.push")
def test_photos_go_again_to_a_server_that_lost_them(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    aide.synced()
    backup = _back_up(county, tmp_path / "backup")
    photo = aide.photo()
    aide.visit(aide.household().id, photo)
    assert aide.synced().blobs_sent == 1
    with _restored(county, backup, tmp_path / "second") as address:
        proxy.lead_to(address)
        aide.synced()  # asked for in the same cycle that learns of the restore
        assert BlobFiles(Settings(data_dir=tmp_path / "second").blobs).has(photo.sha256)


@pytest.mark.allow_log("sync.engine.push")
def test_an_op_put_aside_is_not_sent_twice_after_a_restore(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """It was in a kept batch and in the outbox: refused again it would have been listed twice."""
    aide.synced()
    backup = _back_up(county, tmp_path / "backup")
    aide.visit("unknown-household")
    house = aide.household(area_code=FAR_VILLAGE)
    assert aide.synced().refused == 3
    aide.edit("households", house.id, area_code=GRID_1)  # mended: the same op goes out with other content
    assert aide.synced().sent == 1
    assert aide.waiting().refused == 2
    with _restored(county, backup, tmp_path / "second") as address:
        proxy.lead_to(address)
        report = aide.synced()
        assert (report.requeued, report.refused) == (1, 0)
        assert aide.waiting() == outbox.Waiting(0, 0, 2)
        assert aide.find("households", house.id).area_code == GRID_1
        assert aide.buckets()[GRID_1][1] == 1


@pytest.mark.allow_log("sync.engine.push")
def test_records_that_had_left_come_back_from_their_ops_without_being_counted_twice(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The answer counted rows that were not here; the bucket then differed and was read twice."""
    aide.household()  # one that stays: the bucket is not read anew then
    aide.synced()
    backup = _back_up(county, tmp_path / "backup")
    house = aide.household()
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": FAR_VILLAGE})
    aide.synced()
    assert aide.count("households") == 1
    with _restored(county, backup, tmp_path / "second") as address:
        proxy.lead_to(address)
        report = aide.synced()
        assert (report.requeued, report.sent, report.healed) == (4, 4, ())
        assert aide.find("households", house.id) is not None
        assert aide.buckets()[GRID_1][1] == 4


def test_a_household_kept_for_a_visit_goes_when_the_visit_has_gone(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    """It stayed as a ghost until something else in its old grid changed."""
    house = aide.household()
    aide.synced()
    proxy.add("/v1/blobs", NO_SERVER, times=9)
    aide.visit(house.id, aide.photo())
    assert aide.sync().error_code == "busy"
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": FAR_VILLAGE})
    with aide.store.transaction() as connection:
        feed.forget_cursors(connection)  # as after a difference of sums: all is read anew
    assert aide.sync().error_code == "busy"
    assert aide.find("households", house.id) is not None
    proxy.come_back()
    assert aide.synced().blobs_sent == 1
    aide.synced()
    aide.synced()
    assert (aide.count("households"), aide.count("persons"), aide.count("visits")) == (0, 0, 0)


def test_plans_of_a_bucket_that_became_empty_go_in_the_same_cycle(aide: Tablet, county: County) -> None:
    """No row came, so nothing was derived anew until the next cycle."""
    house = aide.household(area_code=GRID_2)
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": FAR_VILLAGE})
    with aide.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE buckets SET rev = 0 WHERE id = ?", (GRID_2,))
    assert aide.synced().received == 0
    with aide.store.reading() as connection:
        assert not feed.anything_stale(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM visit_plans").scalar() == 0


def test_a_household_moved_into_a_closed_area_is_shown_where_it_is(aide: Tablet, county: County) -> None:
    """The server put it back where it was, changed nothing, and let the device believe otherwise."""
    house = aide.household()
    merge_area(county.context.store, GRID_2, GRID_1, by="server")
    aide.synced()
    aide.edit("households", house.id, area_code=GRID_2)
    aide.synced()
    assert aide.find("households", house.id).area_code == GRID_1


@pytest.mark.allow_log("sync.engine.push")
def test_a_visit_sent_again_after_the_town_returned_it_is_the_same(aide: Tablet, county: County) -> None:
    """The town's stamp on it made it another one: it was refused, and its photos waited for a person."""
    visit = aide.visit(aide.household().id, aide.photo())
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("visits", visit.id, {"state": "RETURNED", "state_reason": "请补充"})
    with aide.store.transaction() as connection:
        outbox.requeue_answered(connection, aide.store.ids, county.clock())
    assert aide.synced().refused == 0
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    assert aide.find("visits", visit.id).state is VisitState.RETURNED


class _Killed(BaseException):
    pass


def test_a_pull_that_ends_before_the_end_of_a_bucket_is_ended_by_the_next(
    aide: Tablet, colleague: Tablet, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor stood at the newest row already: nothing was asked any more, and nothing compared."""
    stays = aide.household()
    monkeypatch.setattr(pull, "PAGE_ROWS", 1)
    for commits in range(1, 40):
        gone = aide.household()
        aide.synced()
        with RecordWriter(county.context.store, Author("server")) as writer:
            writer.patch("households", gone.id, {"area_code": FAR_VILLAGE})
            writer.commit()
            writer.patch("households", stays.id, {"remark": f"第{commits}次"})
        colleague.synced()
        with aide.store.transaction() as connection:
            feed.forget_cursors(connection)
        left = iter(range(commits - 1, -1, -1))

        def killed_when_used_up(_: object, left: Iterator[int] = left) -> None:
            if next(left) == 0:
                raise _Killed

        aide.session.on_change = killed_when_used_up
        try:
            aide.synced()
        except (_Killed, StopIteration):
            aide.session.on_change = lambda _: None
            aide.synced()
            with aide.store.reading() as connection:
                unseen = connection.exec_driver_sql("SELECT count(*) FROM households WHERE rev < 0").scalar()
            assert unseen == 0, commits
            assert aide.buckets() == colleague.buckets(), commits
        else:
            break
    assert commits > 5


@pytest.mark.allow_log("sync.engine.push")
def test_what_the_second_machine_of_a_copied_profile_typed_earlier_is_not_forgotten(
    aide: Tablet, county: County, clock: MovableClock, tmp_path: Path
) -> None:
    """The server took it for a repetition of the same device's older edit and dropped it in silence."""
    house = aide.household()
    aide.synced()
    aide.store.close()
    shutil.copytree(tmp_path / "aide", tmp_path / "twin")
    opened = [Store.open(tmp_path / name, RECORDS_KEY, PHOTOS_KEY, clock=clock) for name in ("aide", "twin")]
    with reopened(opened[0], county.address) as first, reopened(opened[1], county.address) as second:
        second.edit("households", house.id, address="先写的")
        clock.advance(minutes=5)
        first.edit("households", house.id, address="后写的")
        first.synced()
        assert second.synced().conflicts == 1
        for device in (first, second):
            device.synced()
            assert device.find("households", house.id).address == "后写的"
    with county.context.store.read() as connection:
        query = "SELECT new, conflict, kept FROM field_history WHERE record_id = ? ORDER BY seq"
        noted = [tuple(row) for row in connection.exec_driver_sql(query, (house.id,))]
    assert noted[-1] == ('"先写的"', 1, 0)


def test_a_server_killed_before_it_named_the_last_chunk_is_no_dead_end(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    """All bytes were there, without a name: the device had nothing more to send, and never got an end."""
    photo = aide.photo(5000)
    aide.visit(aide.household().id, photo)
    proxy.add("/v1/blobs/", Fault(request_bytes=100), times=2, method="PUT")
    assert aide.sync().error_code == "offline"  # from now on it goes in chunks
    incoming = county.context.settings.blobs / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    (incoming / f"{photo.sha256}.part").write_bytes(aide.store.photos.get(photo.sha256))
    assert aide.synced().blobs_failed == 0
    assert aide.waiting().blobs == 0
    assert BlobFiles(county.context.settings.blobs).has(photo.sha256)


def test_a_full_disk_of_the_server_is_no_bug() -> None:
    """It was answered as one, and logged as one."""
    codes = {
        words: failure_code(OperationalError("", None, Exception(words)))
        for words in ("database or disk is full", "disk I/O error", "database is locked", "no such table: x")
    }
    assert list(codes.values()) == ["disk_full", "disk_failed", "database_locked", ""]


def test_a_household_is_not_dropped_under_a_visit_that_begins_just_then(
    aide: Tablet, county: County, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nothing needs any more was looked for in one transaction and dropped in the next."""
    house = aide.household()
    aide.synced()
    proxy.add("/v1/blobs", NO_SERVER, times=9)
    aide.visit(house.id, aide.photo())
    assert aide.sync().error_code == "busy"
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": FAR_VILLAGE})
    with aide.store.transaction() as connection:
        feed.forget_cursors(connection)
    assert aide.sync().error_code == "busy"  # the household stays for its visit's photo
    proxy.come_back()
    assert aide.synced().blobs_sent == 1
    look, visits = duties.waiting, list[str]()

    def and_a_visit_begins(connection: Connection, today: dt.date) -> duties.Duties:
        found = look(connection, today)
        visits.append(aide.visit(house.id).id)
        return found

    monkeypatch.setattr(duties, "waiting", and_a_visit_begins)
    proxy.go_down()
    assert aide.sync().error_code == "offline"
    assert aide.find("visits", visits[0]) is not None
    assert aide.find("households", house.id) is not None, "the visit has lost its household"


def test_a_form_that_finds_no_room_does_not_keep_the_photos_here(
    aide: Tablet, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk ended the cycle before the photos, which would have made room."""
    publish_shipped_forms(county.context.store, BlobFiles(county.context.settings.blobs), ids=county.ids)
    aide.visit(aide.household().id, aide.photo())
    put = PhotoStore.put

    def no_room(photos: PhotoStore, content: bytes, mime: str) -> str:
        raise StorageError("disk_full")

    monkeypatch.setattr(PhotoStore, "put", no_room)
    report = aide.sync()
    assert (report.error_code, report.blobs_sent) == ("disk_full", 1)
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    monkeypatch.setattr(PhotoStore, "put", put)
    assert aide.synced().blobs_failed == 0
    with aide.store.reading() as connection:
        assert not wanted_blobs.anything_wanted(connection)


@pytest.mark.allow_log("sync.engine.push")
def test_what_a_lost_server_had_changed_is_not_taken_for_the_state_of_its_successor(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The visit went out again as it was made and was accepted: nobody looked at what the device showed."""
    house = aide.household()
    aide.synced()
    backup = _back_up(county, tmp_path / "backup")
    visit = aide.visit(house.id)
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("visits", visit.id, {"state": "RETURNED", "state_reason": "请补充"})
    aide.synced()
    assert aide.find("visits", visit.id).state is VisitState.RETURNED
    with _restored(county, backup, tmp_path / "second") as address:
        proxy.lead_to(address)
        assert aide.synced().requeued >= 1
        assert aide.find("visits", visit.id).state is VisitState.SUBMITTED
        assert aide.synced().healed == ()


@pytest.mark.allow_log("sync.engine.push")
def test_a_visit_that_another_machine_has_sent_already_is_shown_as_the_server_has_it(
    aide: Tablet, county: County, clock: MovableClock, tmp_path: Path
) -> None:
    """It was "accepted", its revision passed as the device's own, and nobody told when it was received."""
    house = aide.household()
    aide.synced()
    visit = aide.visit(house.id)
    aide.store.close()
    shutil.copytree(tmp_path / "aide", tmp_path / "twin")
    opened = [Store.open(tmp_path / name, RECORDS_KEY, PHOTOS_KEY, clock=clock) for name in ("aide", "twin")]
    with reopened(opened[0], county.address) as first, reopened(opened[1], county.address) as second:
        first.synced()
        clock.advance(minutes=5)
        second.visit(house.id)
        second.synced()
        assert second.find("visits", visit.id) == first.find("visits", visit.id)
