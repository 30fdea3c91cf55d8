"""Old and new together: a device and a server of which one knows a kind of records that the other lacks."""

import dataclasses
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from fieldapp.domain.records.users import Role
from fieldapp.storage import feed, meta
from server.services import pull as pulling
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.engine import pull
from sync.engine.session import CancelToken, Tally
from sync.protocol.entities import EDITION, ENTITIES
from tests.faults import Fault, FaultProxy
from tests.integration.server.county import GRID_1, GRID_2, VILLAGE, County
from tests.integration.sync.device import Tablet, tablet

NEXT = EDITION + 1


@pytest.fixture
def update_server(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes persons a kind of the next edition. The server is of the present one until this is called."""
    monkeypatch.setitem(ENTITIES, "persons", dataclasses.replace(ENTITIES["persons"], since=NEXT))
    return lambda: monkeypatch.setattr(pulling, "EDITION", NEXT)


@pytest.fixture
def newer(county: County, tmp_path: Path) -> Iterator[Tablet]:
    """A colleague's device whose program is of the next edition."""
    with tablet(county, tmp_path / "newer", seed=2) as device:
        device.session.edition = NEXT
        yield device


def _updated(device: Tablet) -> None:
    """Give a device the program of the next edition."""
    device.session.edition = NEXT


def _older(device: Tablet) -> dict[str, tuple[int, int]]:
    """Buckets that lack newer kinds: edition and how far they were filled."""
    with device.store.reading() as connection:
        found = feed.older_buckets(connection, NEXT)
    return {bucket: (held.edition, held.filled) for bucket, held in found.items()}


def _asked(proxy: FaultProxy) -> list[dict[str, Any]]:
    """What the pulls so far asked for."""
    return [orjson.loads(one.body()) for one in proxy.requests if one.path == "/v1/pull"]


def test_an_older_device_stays_correct_beside_a_newer_server(
    aide: Tablet, newer: Tablet, update_server: Callable[[], None], proxy: FaultProxy
) -> None:
    update_server()
    newer.synced()
    house = newer.household()
    newer.synced()
    report = aide.synced()
    assert (report.healed, aide.count("households"), aide.count("persons")) == ((), 1, 0)
    assert aide.buckets()[GRID_1][1] == 1
    aide.edit("households", house.id, address="村尾")
    assert aide.synced().conflicts == 0
    newer.edit("persons", newer.ids("persons")[0], phone="10000000001")
    newer.synced()
    proxy.requests.clear()
    report = aide.synced()  # the bucket went on, with nothing in it for this device
    assert (report.received, report.healed) == (0, ())
    aide.synced()
    assert proxy.requests[-1].down < 300
    assert aide.buckets()[GRID_1][0] == newer.buckets()[GRID_1][0]


def test_an_updated_device_reads_what_it_had_not_been_sent_and_keeps_its_outbox(
    aide: Tablet, newer: Tablet, update_server: Callable[[], None], county: County, tmp_path: Path
) -> None:
    update_server()
    newer.synced()
    houses = [newer.household() for _ in range(3)]
    newer.synced()
    aide.synced()
    visit = aide.visit(houses[0].id, aide.photo())
    aide.edit("households", houses[1].id, address="还没有同步")
    waiting = aide.waiting()
    assert (waiting.ops, waiting.blobs) == (2, 1)
    _updated(aide)
    assert _older(aide).keys() == {GRID_1, "ref"}
    tally = Tally()
    assert not pull.pull_all(aide.session, tally, CancelToken()).new_epoch
    assert tally.received == aide.count("persons") == 3
    assert _older(aide) == {}
    assert aide.waiting() == waiting
    assert aide.find("households", houses[1].id).address == "还没有同步"
    assert aide.find("visits", visit.id) is not None
    report = aide.synced()
    assert (report.sent, report.blobs_sent, report.healed) == (2, 1, ())
    with tablet(county, tmp_path / "fresh", seed=77) as fresh:
        _updated(fresh)
        fresh.synced()
        assert fresh.buckets()[GRID_1] == aide.buckets()[GRID_1]


def _large_family(county: County) -> tuple[str, list[str]]:
    """A household with so many persons that they travel in several pieces. Its id, and the persons'."""
    chance = random.Random(3)
    source = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = source.household()
    persons = [source.person(house["id"], remark=chance.randbytes(240).hex()) for _ in range(600)]
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.put("households", house)
        for person in persons:
            writer.put("persons", person)
    return house["id"], [person["id"] for person in persons]


def test_reading_what_was_not_sent_goes_on_where_the_line_broke(
    aide: Tablet, newer: Tablet, update_server: Callable[[], None], proxy: FaultProxy, county: County
) -> None:
    update_server()
    _, persons = _large_family(county)
    aide.synced()
    cursor = aide.buckets()[GRID_1][0]
    _updated(aide)
    proxy.requests.clear()
    for answer_bytes in (90_000, 70_000, 40_000):
        proxy.add("/v1/pull", Fault(answer_bytes=answer_bytes))
        assert aide.sync().error_code == "offline"
        assert aide.buckets()[GRID_1][0] == cursor
    report = aide.synced()
    filled = [asked["older"][GRID_1].get("filled", 0) for asked in _asked(proxy)]
    assert filled[0] == 0 < filled[1] < filled[2] <= filled[3]
    assert (report.healed, report.received) == ((), len(persons) + 1 - filled[3])
    newer.synced()
    assert aide.buckets() == newer.buckets()
    assert sorted(aide.ids("persons")) == sorted(persons)
    assert _older(aide) == {}


def test_records_that_change_while_the_rest_is_read_come_in_their_last_state(
    aide: Tablet, newer: Tablet, update_server: Callable[[], None], proxy: FaultProxy, county: County
) -> None:
    update_server()
    _, persons = _large_family(county)
    aide.synced()
    _updated(aide)
    proxy.add("/v1/pull", Fault(answer_bytes=90_000))
    assert aide.sync().error_code == "offline"
    assert 100 < aide.count("persons") < 500
    elsewhere = newer.household(GRID_2)
    newer.synced()
    for person in (persons[0], persons[-1]):
        newer.edit("persons", person, phone="10000000002")
    for person in (persons[1], persons[-2]):  # one that is here, one that is not here yet
        newer.edit("persons", person, household_id=elsewhere.id)
    newer.synced()
    assert aide.synced().healed == ()
    assert {aide.find("persons", one).phone for one in (persons[0], persons[-1])} == {"10000000002"}
    assert {aide.find("persons", one).household_id for one in (persons[1], persons[-2])} == {elsewhere.id}
    newer.synced()
    assert aide.buckets() == newer.buckets()


def test_a_newer_device_keeps_what_an_older_server_does_not_know_until_that_is_updated(
    newer: Tablet, update_server: Callable[[], None], county: County, tmp_path: Path
) -> None:
    newer.synced()
    house = newer.household()
    report = newer.synced()
    assert (report.sent, report.refused, report.healed) == (1, 0, ())
    assert newer.waiting().ops == 1
    assert newer.count("persons") == 1
    with county.context.store.read() as connection:
        assert connection.exec_driver_sql("SELECT kind FROM record WHERE kind = 'persons'").all() == []
    assert newer.synced().sent == 0
    assert newer.meta(meta.SERVER_EDITION) == str(EDITION)
    update_server()
    newer.synced()  # learns of it, though nothing else is new
    assert newer.meta(meta.SERVER_EDITION) == str(NEXT)
    assert newer.synced().sent == 1
    assert newer.waiting().ops == 0
    newer.synced()
    with tablet(county, tmp_path / "fresh", seed=77) as fresh:
        _updated(fresh)
        fresh.synced()
        assert fresh.ids("households") == [house.id]
        assert fresh.ids("persons") == newer.ids("persons")
        assert fresh.buckets()[GRID_1] == newer.buckets()[GRID_1]


def test_a_server_that_says_no_edition_is_of_the_first(
    update_server: Callable[[], None], county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    update_server()
    epoch = county.context.store.epoch
    lines = [
        ["scope", {"epoch": epoch, "server_time": county.now, "buckets": [GRID_1]}],
        ["begin", {"bucket": GRID_1, "from": 0, "upto": 9}],
        ["end", {"bucket": GRID_1, "rev": 9, "count": 0, "sum": "0" * 16}],
        ["done", {}],
    ]
    body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
    proxy.add("/v1/pull", Fault(instead=head + body))
    with tablet(county, tmp_path / "device", address=proxy.address, seed=5) as device:
        _updated(device)
        assert device.synced().healed == ()
        assert device.meta(meta.SERVER_EDITION) == "1"
        assert _older(device) == {GRID_1: (1, 0)}
