"""A bad network loses nothing and doubles nothing: dropped, cut, doubled and delayed messages."""

import random
from pathlib import Path

import pytest

from fieldapp.storage import meta, outbox
from tests.determinism import MovableClock
from tests.faults import DROP_ANSWER, PORTAL, TWICE, Fault, FaultProxy, error_answer
from tests.integration.server.county import GRID_1, County
from tests.integration.sync.device import Tablet, tablet


def _server_records(county: County, kind: str) -> list[str]:
    with county.context.store.read() as connection:
        query = "SELECT id FROM record WHERE kind = ? AND NOT deleted"
        return [row[0] for row in connection.exec_driver_sql(query, (kind,))]


def _agree(county: County, device: Tablet, folder: Path) -> None:
    """A fresh device sees the same buckets, count and sum for sum, as this one."""
    with tablet(county, folder, seed=77) as fresh:
        fresh.synced()
        assert fresh.buckets()[GRID_1] == device.buckets()[GRID_1]


def test_answer_to_a_push_dropped_the_batch_is_repeated_byte_for_byte(
    aide: Tablet, proxy: FaultProxy, county: County, tmp_path: Path
) -> None:
    aide.synced()
    house = aide.household()
    visit = aide.visit(house.id, aide.photo())
    proxy.add("/v1/push", DROP_ANSWER, times=2)
    assert aide.sync().error_code == "offline"
    assert aide.waiting().ops == 3
    aide.edit("households", house.id, address="断网后又改")  # while the batch is under way
    proxy.requests.clear()
    report = aide.synced()
    assert (report.sent, report.conflicts, report.refused) == (4, 0, 0)
    assert proxy.paths().count("POST /v1/push") == 2
    assert _server_records(county, "visits") == [visit.id]
    assert len(_server_records(county, "households")) == 1
    assert aide.find("households", house.id).address == "断网后又改"
    _agree(county, aide, tmp_path / "fresh")


def test_push_cut_after_any_byte_is_stored_once(
    aide: Tablet, proxy: FaultProxy, county: County, tmp_path: Path
) -> None:
    aide.synced()
    chance = random.Random(5)
    houses = []
    for _ in range(12):
        houses.append(aide.household().id)
        proxy.add("/v1/push", Fault(request_bytes=chance.randrange(1, 1500)), times=2)
        aide.sync()
        proxy.add("/v1/push", Fault(answer_bytes=chance.randrange(0, 700)), times=2)
        aide.sync()
    proxy.come_back()
    aide.synced()
    assert sorted(_server_records(county, "households")) == sorted(houses)
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    _agree(county, aide, tmp_path / "fresh")


def test_requests_doubled_by_a_proxy_are_answered_alike(
    aide: Tablet, proxy: FaultProxy, county: County, tmp_path: Path
) -> None:
    proxy.add("/v1/", TWICE, times=100)
    house = aide.household()
    aide.visit(house.id, aide.photo(), signature=aide.signature())
    report = aide.synced()
    assert (report.sent, report.blobs_sent, report.blobs_failed) == (3, 2, 0)
    assert len(_server_records(county, "visits")) == 1
    proxy.come_back()
    _agree(county, aide, tmp_path / "fresh")


def test_late_copy_of_a_push_overtaken_by_its_repetition_is_harmless(
    aide: Tablet, proxy: FaultProxy, county: County, tmp_path: Path, clock: MovableClock
) -> None:
    aide.synced()
    aide.transport._timeout = (5, 1.0)
    house = aide.household()
    proxy.add("/v1/push", Fault(delay=2.0))
    assert aide.sync().error_code == "offline"  # gave up waiting; the request is still on its way
    report = aide.synced()
    assert report.sent == 2
    aide.transport._timeout = (5, 10)
    aide.edit("households", house.id, address="以后")
    aide.synced()
    with proxy.settled():
        assert aide.synced().received == 0
    _agree(county, aide, tmp_path / "fresh")


def test_pull_cut_anywhere_goes_on_from_its_cursors(
    colleague: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    for _ in range(6):
        house = colleague.household()
        colleague.visit(house.id)
    colleague.synced()
    chance = random.Random(3)
    with tablet(county, tmp_path / "new", address=proxy.address, seed=5) as device:
        for _ in range(25):
            proxy.add("/v1/pull", Fault(answer_bytes=chance.randrange(0, 4000)), times=2)
            assert device.sync().error_code in ("", "offline")
            proxy.come_back()
        device.synced()
        assert device.buckets()[GRID_1] == colleague.buckets()[GRID_1]
        assert device.count("visits") == 6


def test_pull_cut_keeps_the_rows_that_came(
    colleague: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    house = colleague.household()
    chance = random.Random(1)
    for _ in range(150):  # as good as incompressible
        colleague.visit(
            house.id, narrative="".join(chr(chance.randrange(0x4E00, 0x9E00)) for _ in range(900))
        )
    colleague.synced()
    with tablet(county, tmp_path / "new", address=proxy.address, seed=5) as device:
        proxy.requests.clear()
        proxy.add("/v1/pull", Fault(answer_bytes=150_000))
        assert device.sync().error_code == "offline"
        came = device.count("visits")
        assert 10 < came < 150
        device.synced()
        assert device.buckets()[GRID_1] == colleague.buckets()[GRID_1]
        assert proxy.requests[-1].down < 400_000 - 2_000 * came  # not from the beginning


def test_captive_portal_counts_as_offline(aide: Tablet, proxy: FaultProxy) -> None:
    aide.synced()
    house = aide.household()
    aide.visit(house.id, aide.photo())
    for path in ("/v1/push", "/v1/pull", "/v1/blobs/missing", "/v1/blobs/"):
        proxy.add(path, PORTAL)
        assert aide.sync().error_code == "offline", path
    assert aide.waiting().blobs == 1
    assert aide.synced().blobs_sent == 1


def test_slow_down_is_reported_with_the_servers_wish(aide: Tablet, proxy: FaultProxy) -> None:
    proxy.add("/v1/pull", error_answer(429, "slow_down", "Retry-After: 33"))
    report = aide.sync()
    assert (report.error_code, report.retry_after) == ("slow_down", 33.0)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (426, "protocol_too_old", "protocol_too_old"),
        (503, "busy", "busy"),
        (500, "server_error", "server_error"),
        (502, "never_heard_of", "server_error"),
        (400, "bad_request", "bad_answer"),
    ],
)
def test_error_answers_have_their_codes(
    aide: Tablet, proxy: FaultProxy, status: int, code: str, expected: str
) -> None:
    aide.household()
    proxy.add("/v1/push", error_answer(status, code))
    assert aide.sync().error_code == expected
    assert aide.waiting().ops == 2


def test_op_too_large_for_the_server_is_put_aside_and_the_others_go(aide: Tablet, proxy: FaultProxy) -> None:
    aide.synced()
    house = aide.household()
    visit = aide.visit(house.id, narrative="长" * 2000)
    proxy.add("/v1/push", error_answer(413, "too_large"))
    report = aide.synced()
    assert (report.sent, report.refused) == (2, 1)
    with aide.store.reading() as connection:
        (left,) = outbox.waiting_ops(connection)
    assert (left.record_id, left.refused_code) == (visit.id, "too_large")


@pytest.mark.allow_log("sync.engine.push")
def test_profile_restored_from_a_copy_takes_a_new_install_id(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    aide.household()
    with aide.store.reading() as connection:
        before = meta.get(connection, meta.BATCH_N)
    aide.synced()
    old = aide.meta(meta.INSTALL_ID)
    with aide.store.transaction() as connection:  # as a copy made before that sync would have it
        meta.put(connection, meta.BATCH_N, before)
        connection.exec_driver_sql("DELETE FROM batches")
    house = aide.household()
    report = aide.synced()
    assert report.sent == 2
    assert aide.meta(meta.INSTALL_ID) != old
    assert house.id in _server_records(county, "households")
    _agree(county, aide, tmp_path / "fresh")


def test_urgent_visit_goes_first_with_what_it_refers_to(aide: Tablet, proxy: FaultProxy) -> None:
    aide.synced()
    for _ in range(130):
        aide.household()  # two ops each: more than one batch
    house = aide.household()
    visit = aide.visit(house.id, urgent=True)
    proxy.add("/v1/push", DROP_ANSWER, times=9, after=1)
    report = aide.sync()
    assert (report.error_code, report.sent, report.refused) == ("offline", 200, 0)
    with aide.store.reading() as connection:
        assert visit.id not in outbox.unsent_record_ids(connection)
