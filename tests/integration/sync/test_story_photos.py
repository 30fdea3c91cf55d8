"""Story: photos are complete or not there at all, and leave the device only when they are proved."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from fieldapp.domain.errors import SyncError
from fieldapp.domain.parameters import Parameters
from fieldapp.services.context import Context
from fieldapp.services.photos import photo_space
from fieldapp.storage import outbox, proofs
from server.services import reassignment
from server.services.devices import list_devices
from server.store.blob_files import BlobFiles
from sync.engine.blobs import fetch_blob
from sync.engine.purge import Purged, purge
from sync.engine.runner import SyncRunner, SyncStatus, Timing
from sync.engine.session import CancelToken
from sync.protocol.wire import CHUNK_BYTES
from tests.determinism import MovableClock
from tests.faults import DROP_ANSWER, Fault, FaultProxy, error_answer
from tests.integration.server.county import County
from tests.integration.sync.device import Tablet

KEPT_FOR = dt.timedelta(days=Parameters().device_photo_days)
SIZE = 300_000


def blob_files(county: County) -> BlobFiles:
    return BlobFiles(county.context.settings.blobs)


def photos_file(tablet: Tablet) -> int:
    """Bytes of photos.db with what waits beside it."""
    folder = Path(str(tablet.store._folder))
    return sum(part.stat().st_size for part in folder.glob("photos.db*"))


def purged(tablet: Tablet, *, at_once: bool = False) -> Purged:
    with tablet.session.alone():
        return purge(tablet.session, CancelToken(), at_once=at_once)


def told_waiting(county: County) -> list[int]:
    """What devices told the county waits on them, those left out on which nothing does."""
    return [one["waiting"] for one in list_devices(county.context.store) if one["waiting"]]


def synced_photos(tablet: Tablet, count: int) -> list[str]:
    """Visits with a photo and its thumbnail each, on the server. Returns the photos' names."""
    house = tablet.household()
    photos = [tablet.photo(SIZE, n, thumbnail=9_000) for n in range(count)]
    for photo in photos:
        tablet.visit(house.id, photo)
    tablet.synced()
    assert tablet.waiting() == outbox.Waiting(0, 0, 0)
    return [photo.sha256 for photo in photos]


# --- complete or not there ----------------------------------------------------------------------


def test_a_photo_half_sent_is_not_there_for_anybody_and_is_never_called_synced(
    aide: Tablet, colleague: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(3 * CHUNK_BYTES, thumbnail=9_000)
    aide.visit(aide.household().id, photo)
    proxy.add(f"/v1/blobs/{photo.sha256}", Fault(request_bytes=2 * CHUNK_BYTES), times=2, method="PUT")
    assert aide.sync().error_code == "offline"
    proxy.add(f"/v1/blobs/{photo.sha256}", DROP_ANSWER, times=9, after=1, method="PATCH")
    assert aide.sync().error_code == "offline"
    assert aide.waiting().blobs >= 1
    assert told_waiting(county) == [1], "the county sees that a photo waits"
    assert not blob_files(county).has(photo.sha256)
    colleague.synced()
    with pytest.raises(SyncError, match=r"^unknown_blob"):
        fetch_blob(colleague.store, colleague.transport, photo.sha256, photo.mime)
    small = fetch_blob(colleague.store, colleague.transport, photo.thumbnail_sha256, photo.mime)
    assert len(small) == 9_000, "its thumbnail came first"

    proxy.come_back()
    aide.synced()
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    aide.synced()
    assert told_waiting(county) == []
    content = fetch_blob(colleague.store, colleague.transport, photo.sha256, photo.mime)
    assert hashlib.sha256(content).hexdigest() == photo.sha256


def test_a_photo_that_changed_on_its_way_is_refused_and_sent_again(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(SIZE)
    aide.visit(aide.household().id, photo)
    proxy.add(f"/v1/blobs/{photo.sha256}", error_answer(422, "wrong_hash"), method="PUT")
    report = aide.synced()
    assert (report.blobs_sent, report.blobs_failed) == (0, 1)
    assert aide.waiting().blobs == 1
    assert aide.synced().blobs_sent == 1
    assert blob_files(county).has(photo.sha256)


def test_an_answer_that_is_lost_is_no_proof_and_the_next_question_is(aide: Tablet, proxy: FaultProxy) -> None:
    photo = aide.photo(SIZE)
    aide.visit(aide.household().id, photo)
    proxy.add(f"/v1/blobs/{photo.sha256}", DROP_ANSWER, times=2, method="PUT")
    assert aide.sync().error_code == "offline"
    with aide.store.reading() as connection:
        assert proofs.proven(connection) == set()
    assert purged(aide, at_once=True).photos == 0
    assert aide.store.photos.held([photo.sha256])
    proxy.requests.clear()
    aide.synced()
    assert not [path for path in proxy.paths() if path.startswith(("PUT", "PATCH"))], "it is there"
    with aide.store.reading() as connection:
        assert proofs.proven(connection) == {photo.sha256}


def test_an_older_server_without_thumbnails_takes_the_photo_all_the_same(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(SIZE, thumbnail=9_000)
    aide.visit(aide.household().id, photo)
    proxy.add(f"/v1/blobs/{photo.thumbnail_sha256}", error_answer(404, "unknown_blob"), method="PUT")
    report = aide.synced()
    assert (report.blobs_sent, report.blobs_failed) == (1, 0)
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    assert blob_files(county).has(photo.sha256)


# --- leaving the device -------------------------------------------------------------------------


def test_proven_photos_leave_after_their_time_and_their_room_is_free(
    aide: Tablet, county: County, clock: MovableClock
) -> None:
    names = synced_photos(aide, 12)
    assert purged(aide).photos == 0, "their time is not over"
    before = photos_file(aide)
    clock.advance(days=KEPT_FOR.days, minutes=1)
    fresh = aide.photo(SIZE, 99)
    aide.visit(aide.household().id, fresh)
    aide.synced()
    assert purged(aide) == Purged(12, 12 * SIZE)
    assert aide.store.photos.held([*names, fresh.sha256]) == {fresh.sha256}
    assert before - photos_file(aide) > 10 * SIZE, "given back to the disk, not only to the file"
    smalls = [p.thumbnail_sha256 for v in aide.ids("visits") for p in aide.find("visits", v).photos]
    assert aide.store.photos.held(smalls) == set(filter(None, smalls)), "thumbnails stay"
    # Whoever wants to see one gets it again, and it stays for its time once more.
    content = fetch_blob(aide.store, aide.transport, names[0], "image/jpeg")
    assert hashlib.sha256(content).hexdigest() == names[0]
    assert purged(aide).photos == 0
    clock.advance(days=KEPT_FOR.days, minutes=1)
    assert purged(aide).photos == 2


@pytest.mark.allow_log("sync.engine.purge")
def test_nothing_leaves_that_the_server_does_not_hold_now(
    aide: Tablet, county: County, clock: MovableClock
) -> None:
    """Not even what it had proved: it is asked once more."""
    kept, gone = synced_photos(aide, 2)
    (lost,) = county.context.settings.blobs.rglob(f"{kept}*")
    lost.unlink()
    waiting = aide.photo(SIZE, 7)
    aide.visit("no such household", waiting)
    aide.sync()
    clock.advance(days=KEPT_FOR.days, minutes=1)
    assert purged(aide, at_once=True) == Purged(1, SIZE)
    assert aide.store.photos.held([kept, gone, waiting.sha256]) == {kept, waiting.sha256}
    assert aide.waiting().blobs == 2, "it is not called synced any more"
    assert aide.synced().blobs_sent == 1
    assert blob_files(county).has(kept)
    assert purged(aide, at_once=True) == Purged(1, SIZE)


@pytest.mark.allow_log("sync.engine.purge")
def test_a_colleagues_photo_that_the_server_lost_comes_back_from_whoever_has_it(
    aide: Tablet, colleague: Tablet, county: County
) -> None:
    (lost,) = synced_photos(aide, 1)
    colleague.synced()
    fetch_blob(colleague.store, colleague.transport, lost, "image/jpeg")
    assert purged(aide, at_once=True).photos == 1
    (file,) = county.context.settings.blobs.rglob(f"{lost}*")
    file.unlink()
    assert purged(colleague, at_once=True).photos == 0
    assert colleague.synced().blobs_sent == 1
    assert blob_files(county).has(lost)


@pytest.mark.allow_log("sync.engine.purge")
def test_a_lost_photo_of_a_record_that_left_the_scope_waits_for_nothing(
    aide: Tablet, colleague: Tablet, county: County, clock: MovableClock
) -> None:
    (lost,) = synced_photos(aide, 1)
    colleague.synced()
    fetch_blob(colleague.store, colleague.transport, lost, "image/jpeg")
    (file,) = county.context.settings.blobs.rglob(f"{lost}*")
    file.unlink()
    assert purged(colleague, at_once=True).photos == 0
    yesterday = colleague.store.clock().date() - dt.timedelta(days=1)
    reassignment.end_roles(county.context.store, colleague.user_id, yesterday, by="desk")
    clock.advance(minutes=11)  # what was allowed when it was asked about stays so for ten minutes
    assert colleague.synced().blobs_sent == 0
    assert colleague.waiting() == outbox.Waiting(0, 0, 0)
    colleague.synced()
    assert colleague.count("visits") == 0


def test_nothing_leaves_while_the_server_cannot_be_asked(
    aide: Tablet, clock: MovableClock, proxy: FaultProxy
) -> None:
    names = synced_photos(aide, 2)
    clock.advance(days=KEPT_FOR.days, minutes=1)
    proxy.go_down()
    with pytest.raises(SyncError, match=r"^offline"):
        purged(aide)
    assert aide.store.photos.held(names) == set(names)


def test_a_restored_server_has_proved_nothing(aide: Tablet, county: County, clock: MovableClock) -> None:
    synced_photos(aide, 1)
    with aide.store.transaction() as connection:
        outbox.requeue_answered(connection, aide.store.ids, clock())
    with aide.store.reading() as connection:
        assert proofs.proven(connection) == set()
    assert purged(aide, at_once=True).photos == 0, "it waits to be asked about again"
    aide.synced()
    assert purged(aide, at_once=True).photos == 1


def test_photos_of_a_program_without_proofs_begin_their_time_when_they_are_asked_about(
    aide: Tablet, clock: MovableClock
) -> None:
    synced_photos(aide, 3)
    with aide.store.transaction() as connection:
        proofs.forget_all(connection)
    clock.advance(days=KEPT_FOR.days, minutes=1)
    assert purged(aide).photos == 0
    clock.advance(days=KEPT_FOR.days, minutes=1)
    assert purged(aide).photos == 3


def test_what_can_be_cleared_is_told_and_cleared_at_a_tap(aide: Tablet) -> None:
    synced_photos(aide, 3)
    aide.visit("no such household", aide.photo(SIZE, 50))
    context = Context(aide.store, aide.user_id, "device")
    space = photo_space(context)
    assert (space.total_bytes, space.removable_bytes, space.removable) == (4 * SIZE + 3 * 9_000, 3 * SIZE, 3)
    assert purged(aide, at_once=True) == Purged(3, 3 * SIZE)
    space = photo_space(context)
    assert (space.removable_bytes, space.removable) == (0, 0)


def test_the_runner_looks_through_the_photos_by_itself(aide: Tablet, clock: MovableClock) -> None:
    names = synced_photos(aide, 2)
    clock.advance(days=KEPT_FOR.days, minutes=1)
    statuses: list[SyncStatus] = []
    runner = SyncRunner(aide.session, statuses.append, timing=Timing(purge_after=0.0))
    runner.start()
    deadline = 200
    while aide.store.photos.held(names) and deadline:
        deadline -= 1
        runner._thread.join(0.05)
    assert runner.stop()
    assert aide.store.photos.held(names) == set()
