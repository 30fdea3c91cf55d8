"""Story: any network. Urgent before all, records before photos, and never behind them."""

import gzip
import threading
from functools import partial

from fieldapp.storage import outbox
from sync.protocol.wire import Batch
from tests.faults import Fault, FaultProxy
from tests.integration.server.county import County
from tests.integration.sync.device import Tablet

SLOW = Fault(delay=0.2)


def pushed(proxy: FaultProxy) -> list[list[str]]:
    """Record ids of every batch that came to the server, in order."""
    bodies = [p.body() for p in proxy.requests if p.path == "/v1/push"]
    plain = [gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body for body in bodies]
    return [[op.id for op in Batch.model_validate_json(body).ops] for body in plain]


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
    assert [path.partition("/v1/")[2][:5] for path in paths[3:]] == ["blobs"] * 3


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
    began = [index for index, path in enumerate(paths) if path.startswith("PUT")]
    assert sum(index < late for index in began) <= 4, "the two under way, and two that were begun then"
    assert aide.waiting() == outbox.Waiting(0, 0, 0)


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


def test_photos_wait_for_a_connection_that_is_for_them(aide: Tablet, proxy: FaultProxy) -> None:
    allowed = False
    aide.session.photos_allowed = lambda: allowed
    house = aide.household()
    aide.visit(house.id, *[aide.photo(20_000, n) for n in range(6)])
    assert aide.synced().sent
    assert not [path for path in proxy.paths() if "blobs" in path]
    assert aide.waiting() == outbox.Waiting(0, 6, 0)

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
