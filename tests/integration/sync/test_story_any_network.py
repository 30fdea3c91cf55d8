"""Story: any network. Urgent before all, records before photos, and never behind them."""

import gzip
import hashlib
import itertools
import random
import re
import threading
import time
from functools import partial
from pathlib import Path

from fieldapp.domain.records.users import Role
from fieldapp.storage import outbox
from server.store.blob_files import BlobFiles
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.engine.blobs import MAX_GROUPED_BYTES
from sync.engine.packages import export_package
from sync.engine.session import CancelToken
from sync.protocol.wire import Batch
from tests.faults import Fault, FaultProxy, Link
from tests.integration.server.county import VILLAGE, County
from tests.integration.sync.device import Tablet

SLOW = Fault(delay=0.2)
_NAME = re.compile("[0-9a-f]{64}")


def pushed(proxy: FaultProxy) -> list[list[str]]:
    """Record ids of every batch that came to the server, in order."""
    bodies = [p.body() for p in proxy.requests if p.path == "/v1/push"]
    plain = [gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body for body in bodies]
    return [[op.id for op in Batch.model_validate_json(body).ops] for body in plain]


def blob_requests(proxy: FaultProxy) -> list[list[str]]:
    """Hashes of the blobs by the request in which they, or a first piece of them, set out; in order."""
    seen: set[str] = set()
    found: list[list[str]] = []
    for p in proxy.requests:
        if p.method in ("PUT", "PATCH") or p.path == "/v1/blobs":
            names = _NAME.findall(p.path if p.path != "/v1/blobs" else p.body().partition(b"\n")[0].decode())
            if new := [name for name in names if name not in seen]:
                found.append(new)
                seen.update(new)
    return found


def test_urgent_records_go_before_older_ones_and_all_before_photos(aide: Tablet, proxy: FaultProxy) -> None:
    house = aide.household()
    aide.synced()
    plain = [aide.visit(house.id, aide.photo(20_000, n)).id for n in range(3)]
    urgent = aide.visit(house.id, urgent=True).id
    proxy.requests.clear()
    aide.synced()
    assert pushed(proxy) == [[urgent, *plain]]
    paths = proxy.paths()
    assert paths[:3] == ["POST /v1/push", "POST /v1/pull", "POST /v1/blobs/missing"]
    assert sum(map(len, blob_requests(proxy))) == 3


def test_a_record_made_while_photos_go_out_passes_them(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    """Within one cycle, when at most the two photos under way have gone meanwhile."""
    house = aide.household()
    photos = [aide.photo(200_000, n) for n in range(8)]
    aide.visit(house.id, *photos)
    proxy.add("/v1/blobs/", SLOW, times=99, method="PUT")
    made: list[str] = []
    puts = 0
    lock = threading.Lock()

    def visit_after_the_second(path: str) -> None:
        nonlocal puts
        with lock:
            puts += path not in ("/v1/push", "/v1/pull", "/v1/blobs/missing")
            if puts == 2 and not made:
                made.append(aide.visit(house.id, urgent=True).id)

    proxy.on_request = visit_after_the_second
    assert aide.synced().blobs_sent == 8
    assert pushed(proxy)[1] == made
    paths = proxy.paths()
    late = len(paths) - 1 - paths[::-1].index("POST /v1/push")
    began = [index for index, path in enumerate(paths) if path.startswith("PUT") or path.endswith("/blobs")]
    assert sum(index < late for index in began) <= 4, "the two under way, and two that were begun then"
    assert aide.waiting() == outbox.Waiting(0, 0, 0)


def test_an_urgent_record_made_during_a_long_pull_does_not_wait_for_its_end(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    house = aide.household()
    aide.synced()
    source, chance = county.device(Role.VILLAGE_AIDE, VILLAGE), random.Random(5)
    persons = [source.person(house.id, remark=chance.randbytes(240).hex()) for _ in range(600)]
    with RecordWriter(county.context.store, Author("server")) as writer:
        for person in persons:
            writer.put("persons", person)
    made: list[str] = []

    def visit_now(path: str) -> None:
        if path == "/v1/pull" and not made:
            made.append(aide.visit(house.id, urgent=True).id)

    proxy.requests.clear()
    proxy.on_request = visit_now
    aide.session.monotonic = partial(next, itertools.count(step=10))  # it looks after every piece
    report = aide.synced()
    assert proxy.paths() == ["POST /v1/pull", "POST /v1/push", "POST /v1/pull"]
    assert pushed(proxy) == [made]
    assert (report.sent, report.healed) == (1, ())
    assert {*aide.ids("persons")} >= {person["id"] for person in persons}


def test_a_record_passes_a_single_large_photo(aide: Tablet, proxy: FaultProxy) -> None:
    house = aide.household()
    aide.visit(house.id, aide.photo(900_000, 1))
    proxy.add("/v1/blobs/", Fault(delay=4.0), method="PUT")
    made: list[str] = []

    def visit_now(path: str) -> None:
        if path.startswith("/v1/blobs/") and not path.endswith("missing") and not made:
            made.append(aide.visit(house.id).id)

    proxy.on_request = visit_now
    done_at_push: list[int] = []
    aide.session.on_progress = lambda progress: (
        done_at_push.append(aide.waiting().blobs) if progress.stage == "PUSH" and made else None
    )
    assert aide.synced().blobs_sent == 1
    assert pushed(proxy)[-1] == made
    assert done_at_push[0] == 1, "the photo was still on its way"


def test_thumbnails_and_signatures_go_before_photos_and_urgent_ones_before_all(
    aide: Tablet, proxy: FaultProxy
) -> None:
    house = aide.household()
    aide.synced()
    large = [aide.photo(MAX_GROUPED_BYTES + 1, n, thumbnail=9_000) for n in (1, 2, 4)]
    plain = aide.visit(house.id, *large, signature=aide.signature())
    hurried = aide.photo(60_000, 3, thumbnail=9_000)
    aide.visit(house.id, hurried, urgent=True)
    assert plain.signature is not None
    proxy.requests.clear()
    assert aide.synced().blobs_sent == 9
    place = {name: nth for nth, names in enumerate(blob_requests(proxy)) for name in names}
    small = [plain.signature.image_sha256, *(photo.thumbnail_sha256 for photo in large)]
    # Two requests are under way at a time, so neighbours may change places.
    assert max(place[hurried.sha256], place[hurried.thumbnail_sha256]) <= 2
    assert max(place[name] for name in small) <= min(place[photo.sha256] for photo in large) + 1


def test_photos_of_an_urgent_record_pass_those_that_were_on_their_way(
    aide: Tablet, proxy: FaultProxy
) -> None:
    house = aide.household()
    aide.visit(house.id, *[aide.photo(200_000, n) for n in range(8)])
    proxy.add("/v1/blobs/", SLOW, times=99, method="PUT")
    urgent: list[str] = []

    def clue_with_the_first_photo(path: str) -> None:
        if not urgent and path not in ("/v1/push", "/v1/pull", "/v1/blobs/missing"):
            photo = aide.photo(100_000, 99)
            urgent.append(photo.sha256)
            aide.visit(house.id, photo, urgent=True)

    proxy.on_request = clue_with_the_first_photo
    assert aide.synced().blobs_sent == 9
    place = next(nth for nth, request in enumerate(blob_requests(proxy)) if urgent[0] in request)
    assert place <= 4, "after the two under way and two that had begun"
    assert aide.waiting() == outbox.Waiting(0, 0, 0)


def test_photos_wait_for_a_connection_that_is_for_them(aide: Tablet, proxy: FaultProxy) -> None:
    allowed = False
    aide.session.photos_allowed = lambda: allowed
    house = aide.household()
    aide.visit(house.id, *[aide.photo(60_000, n) for n in range(6)])
    assert aide.synced().sent
    assert not [path for path in proxy.paths() if "blobs" in path]
    assert aide.waiting() == outbox.Waiting(0, 6, 0, photos=6)

    allowed = True
    aide.session.on_progress = partial(_leave_the_unmetered_network, aide)
    report = aide.synced()
    assert 1 <= report.blobs_sent <= 3, "those that were under way are finished"
    assert aide.waiting().blobs == 6 - report.blobs_sent
    aide.session.on_progress = lambda _: None
    aide.session.photos_allowed = lambda: True
    assert aide.synced().blobs_sent == 6 - report.blobs_sent


def _leave_the_unmetered_network(tablet: Tablet, progress: object) -> None:
    if getattr(progress, "stage", "") == "BLOBS" and getattr(progress, "done", 0) == 1:
        tablet.session.photos_allowed = lambda: False


def test_what_is_small_or_urgent_does_not_wait_for_an_unmetered_connection(aide: Tablet) -> None:
    aide.session.photos_allowed = lambda: False
    house = aide.household()
    kept = aide.photo(60_000, 1, thumbnail=9_000)
    aide.visit(house.id, kept, signature=aide.signature())
    aide.visit(house.id, aide.photo(60_000, 2, thumbnail=9_000), urgent=True)
    assert aide.synced().blobs_sent == 4, "two thumbnails, a signature and the urgent photo"
    with aide.store.reading() as connection:
        assert [blob.sha256 for blob in outbox.waiting_blobs(connection)] == [kept.sha256]


_FASTER = 5
"""The slow link of the story below runs, and its device's clock too, five times as fast as it says."""


def test_on_30_kb_a_second_with_every_tenth_request_lost_all_arrives_and_urgent_work_is_not_kept_waiting(
    aide: Tablet, county: County, proxy: FaultProxy
) -> None:
    house = aide.household()
    aide.synced()
    photos = [aide.photo(150_000, n, thumbnail=9_000) for n in range(4)]
    visits = [aide.visit(house.id, photo).id for photo in photos]
    proxy.link = link = Link(30_000 * _FASTER, breaks_one_of=10)
    aide.session.monotonic = lambda: time.monotonic() * _FASTER
    urgent: list[str] = []
    carried: list[int] = []
    before_photos: set[str] = set()

    def watch(path: str) -> None:
        if not urgent and path[-64:] in {photo.sha256 for photo in photos}:
            urgent.append(aide.visit(house.id, urgent=True).id)
            carried.append(link.carried)
            before_photos.update(p.path[-64:] for p in proxy.requests)
            before_photos.update(name for names in blob_requests(proxy) for name in names)
        elif urgent and path == "/v1/push" and len(carried) == 1:
            carried.append(link.carried)

    proxy.on_request = watch
    for _ in range(60):
        if aide.sync().error_code == "" and aide.waiting() == outbox.Waiting(0, 0, 0):
            break
    assert link.broken >= 3, "the link was not as bad as the story says"
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    assert before_photos >= {photo.thumbnail_sha256 for photo in photos}
    assert len(carried) == 2
    # Two pieces of two seconds each share the connection; a whole photo is not let pass.
    assert carried[1] - carried[0] < 100_000, carried[1] - carried[0]
    held = BlobFiles(county.context.settings.blobs)
    for photo in photos:
        for name in (photo.sha256, photo.thumbnail_sha256):
            assert hashlib.sha256(b"".join(held.read(name, 0, held.size(name)))).hexdigest() == name
    with county.context.store.read() as connection:
        stored = list(connection.exec_driver_sql("SELECT id FROM record WHERE kind = 'visits'").scalars())
    assert sorted(stored) == sorted([*visits, *urgent]), "nothing is lost and nothing twice"
    uploaded = sum(p.up for p in proxy.requests if p.method in ("PUT", "PATCH") or p.path == "/v1/blobs")
    named = sum(photo.size + (photo.thumbnail_size or 0) for photo in photos)
    assert uploaded < 1.6 * named, "it does not begin anew after every break"


def test_urgent_work_passes_what_was_frozen_for_a_stick(
    aide: Tablet, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The stick still lies in a drawer when the network comes back."""
    known = aide.household()
    aide.synced()
    frozen = [aide.visit(known.id).id for _ in range(3)]
    export_package(aide.session, tmp_path / "work.fapk", photos=True, cancel=CancelToken())
    calm = aide.visit(known.id).id
    urgent = aide.visit(known.id, urgent=True).id
    proxy.requests.clear()
    aide.synced()
    assert pushed(proxy) == [[urgent], frozen, [calm]]
    assert aide.waiting() == outbox.Waiting(0, 0, 0)


def test_urgent_work_waits_for_the_frozen_household_it_hangs_on(
    aide: Tablet, proxy: FaultProxy, tmp_path: Path
) -> None:
    known = aide.household()
    aide.synced()
    frozen = aide.visit(known.id).id
    export_package(aide.session, tmp_path / "first.fapk", photos=True, cancel=CancelToken())
    house = aide.household()
    export_package(aide.session, tmp_path / "second.fapk", photos=True, cancel=CancelToken())
    urgent = aide.visit(house.id, urgent=True).id
    proxy.requests.clear()
    report = aide.synced()
    batches = pushed(proxy)
    assert [batch[0] for batch in batches] == [house.id, urgent, frozen]
    assert report.refused == 0
