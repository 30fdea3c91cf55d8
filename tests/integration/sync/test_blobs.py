"""Photos and signatures: after their records, verified, resumed, fetched on demand."""

import hashlib

import pytest

from fieldapp.domain.errors import StorageError, SyncError
from fieldapp.storage import meta, outbox
from server.store.blob_files import BlobFiles
from sync.engine.blobs import MAX_GROUPED_BYTES, fetch_blob, send_blobs
from sync.engine.session import CancelToken, Stage, Tally
from sync.protocol.wire import BLOB_GROUPS, CHUNK_BYTES
from tests.faults import DROP_ANSWER, Fault, FaultProxy, error_answer
from tests.integration.server.county import County
from tests.integration.sync.device import Tablet

BIG = 3 * CHUNK_BYTES + 5000


def _on_server(county: County, sha256: str) -> bool:
    return BlobFiles(county.context.settings.blobs).has(sha256)


def test_photo_goes_whole_and_another_device_fetches_it(
    aide: Tablet, colleague: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(300_000)
    visit = aide.visit(aide.household().id, photo)
    proxy.requests.clear()
    assert aide.synced().blobs_sent == 1
    assert proxy.paths() == [
        "POST /v1/push",
        "POST /v1/pull",
        "POST /v1/blobs/missing",
        f"PUT /v1/blobs/{photo.sha256}",
    ]
    colleague.synced()
    assert colleague.store.photos.held([photo.sha256]) == set()
    named = colleague.find("visits", visit.id).photos[0]
    content = fetch_blob(colleague.store, colleague.transport, named.sha256, named.mime)
    assert hashlib.sha256(content).hexdigest() == photo.sha256
    assert colleague.store.photos.held([photo.sha256]) == {photo.sha256}


def test_fetch_of_a_blob_nobody_sent_yet_says_so(aide: Tablet, colleague: Tablet, proxy: FaultProxy) -> None:
    photo = aide.photo()
    aide.visit(aide.household().id, photo)
    proxy.add("/v1/blobs", error_answer(503, "busy"), times=9)
    aide.sync()
    colleague.synced()
    with pytest.raises(SyncError, match=r"^unknown_blob"):
        fetch_blob(colleague.store, colleague.transport, photo.sha256, photo.mime)


def test_the_same_photo_is_not_sent_twice(aide: Tablet, colleague: Tablet, proxy: FaultProxy) -> None:
    house = aide.household()
    aide.visit(house.id, aide.photo(seed=4))
    aide.synced()
    colleague.synced()
    colleague.visit(house.id, colleague.photo(seed=4))
    assert colleague.synced().blobs_sent == 0
    assert colleague.waiting().blobs == 0


def _sent(proxy: FaultProxy) -> list[str]:
    """Methods of the requests that carried whole blobs."""
    together = ("POST /v1/blobs",)
    return [path.split()[0] for path in proxy.paths() if path.startswith("PUT ") or path in together]


def test_small_photos_travel_together(aide: Tablet, county: County, proxy: FaultProxy) -> None:
    photos = [aide.photo(600, seed) for seed in range(8)]
    aide.visit(aide.household().id, *photos)
    assert aide.synced().blobs_sent == 8
    sent = _sent(proxy)  # one photo or two, which tell how fast the connection is; then all others
    assert "POST" in sent
    assert len(sent) <= 3
    assert all(_on_server(county, photo.sha256) for photo in photos)
    assert aide.waiting().blobs == 0


def test_photos_sent_together_that_break_off_are_sent_again(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    photos = [aide.photo(600, seed) for seed in range(6)]
    aide.visit(aide.household().id, *photos)
    proxy.add("/v1/blobs", Fault(request_bytes=300), times=2, after=1, method="POST")
    report = aide.sync()
    assert report.error_code == "offline"
    assert (report.blobs_failed, report.blobs_sent) in ((4, 2), (5, 1))
    assert aide.waiting().blobs == report.blobs_failed
    assert aide.synced().blobs_sent == report.blobs_failed
    assert all(_on_server(county, photo.sha256) for photo in photos)


def test_one_bad_photo_among_those_sent_together_holds_up_no_other(aide: Tablet, county: County) -> None:
    photos = [aide.photo(600, seed) for seed in range(8)]
    aide.visit(aide.household().id, *photos)
    aide.store.photos.remove([photos[5].sha256])
    report = aide.sync()
    assert (report.error_code, report.blobs_sent, report.blobs_failed) == ("", 7, 1)
    with aide.store.reading() as connection:
        (left,) = outbox.waiting_blobs(connection)
    assert (left.sha256, left.last_error) == (photos[5].sha256, "photo_not_here")


def test_a_server_of_an_older_edition_is_sent_photos_one_by_one(aide: Tablet, proxy: FaultProxy) -> None:
    photos = [aide.photo(600, seed) for seed in range(4)]
    aide.visit(aide.household().id, *photos)
    proxy.add("/v1/blobs", error_answer(503, "busy"), times=1)
    assert aide.sync().error_code == "busy"
    with aide.store.transaction() as connection:
        meta.put(connection, meta.SERVER_EDITION, str(BLOB_GROUPS - 1))
    proxy.requests.clear()
    send_blobs(aide.session, Tally(), CancelToken())
    assert _sent(proxy) == ["PUT"] * 4


def test_broken_upload_goes_on_in_chunks_where_it_stopped(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(BIG)
    aide.visit(aide.household().id, photo)
    proxy.add("/v1/blobs/", DROP_ANSWER, times=2, method="PUT")  # it came, but we do not know
    proxy.add("/v1/blobs/missing", error_answer(503, "busy"), after=1)
    assert aide.sync().error_code == "offline"
    assert aide.sync().error_code == "busy"
    assert aide.synced().blobs_sent == 0  # the question alone proved that the server has it
    assert aide.waiting().blobs == 0
    assert _on_server(county, photo.sha256)


def test_upload_cut_mid_chunk_resumes_at_the_last_whole_chunk(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(BIG)
    aide.visit(aide.household().id, photo)
    proxy.add("/v1/blobs/", Fault(request_bytes=BIG // 2), times=2, method="PUT")
    assert aide.sync().error_code == "offline"
    proxy.add("/v1/blobs/", Fault(request_bytes=100_000), times=2, after=1, method="PATCH")
    assert aide.sync().error_code == "offline"
    assert not _on_server(county, photo.sha256)
    proxy.requests.clear()
    assert aide.synced().blobs_sent == 1
    patches = [p for p in proxy.requests if p.method == "PATCH"]
    assert [p.up > CHUNK_BYTES for p in patches] == [True, True, False]  # three left of four
    assert _on_server(county, photo.sha256)


def test_answer_to_a_chunk_lost_finds_the_right_offset(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    photo = aide.photo(BIG + 1024 * 1024)  # above 1 MB: chunks from the start
    aide.visit(aide.household().id, photo)
    proxy.add("/v1/blobs/", DROP_ANSWER, times=1, after=1, method="PATCH")
    assert aide.synced().blobs_sent == 1
    assert _on_server(county, photo.sha256)


def test_photo_damaged_on_the_device_does_not_hold_up_others(aide: Tablet, county: County) -> None:
    bad, good = aide.photo(seed=1), aide.photo(seed=2)
    aide.visit(aide.household().id, bad, good)
    aide.store.photos.remove([bad.sha256])
    report = aide.synced()
    assert (report.blobs_sent, report.blobs_failed) == (1, 1)
    with aide.store.reading() as connection:
        (left,) = outbox.waiting_blobs(connection)
    assert (left.sha256, left.attempts, left.last_error) == (bad.sha256, 1, "photo_not_here")
    assert _on_server(county, good.sha256)
    with pytest.raises(StorageError, match=r"^photo_not_here"):
        aide.store.photos.get(bad.sha256)


def test_blob_of_a_refused_visit_waits_for_its_visit(aide: Tablet, proxy: FaultProxy) -> None:
    aide.synced()
    aide.visit("unknown-household", aide.photo())
    proxy.requests.clear()
    report = aide.synced()
    assert (report.refused, report.blobs_failed) == (1, 0)
    assert not [path for path in proxy.paths() if "blobs" in path]
    assert aide.waiting().blobs == 1


def test_cancel_between_photos_keeps_what_was_sent(aide: Tablet) -> None:
    cancel = CancelToken()
    aide.visit(aide.household().id, *[aide.photo(MAX_GROUPED_BYTES + 1, seed) for seed in range(8)])

    def cancel_after_some(progress: object) -> None:
        stage, done = getattr(progress, "stage", None), getattr(progress, "done", 0)
        if stage is Stage.BLOBS and done == 2:
            cancel.cancel()

    aide.session.on_progress = cancel_after_some
    report = aide.sync(cancel)
    assert report.error_code == "cancelled"
    assert 2 <= report.blobs_sent <= 4  # two at a time
    assert aide.waiting().blobs == 8 - report.blobs_sent
    aide.session.on_progress = lambda _: None
    assert aide.synced().blobs_sent == 8 - report.blobs_sent
