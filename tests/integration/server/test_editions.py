"""Devices of older editions are sent, and told the count of, the kinds they know; later ones get the rest."""

import dataclasses
from typing import Any

import orjson
import pytest
from sqlalchemy import select, text

from fieldapp.domain.records.users import Role
from server.services import pull as pulling
from server.services.checks import check_store
from server.store import tables
from server.store.engine import open_engine
from server.store.record_writer import RecordWriter
from server.store.schema import upgrade
from server.store.store import Store
from server.store.unit_of_work import Author, to_signed, to_unsigned
from sync.protocol.entities import EDITION, ENTITIES
from sync.protocol.wire import checksum, checksum_text
from tests.determinism import MovableClock
from tests.integration.server.county import GRID_1, GRID_2, VILLAGE, County, Device

NEXT = EDITION + 1


@pytest.fixture
def newer_kind(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind that came with an edition which devices in the field do not have; the server has it."""
    monkeypatch.setitem(ENTITIES, "persons", dataclasses.replace(ENTITIES["persons"], since=NEXT))
    monkeypatch.setattr(pulling, "EDITION", NEXT)
    return "persons"


def _lines(device: Device, **request: Any) -> list[list[Any]]:
    wanted = {"install_id": device.install_id, "epoch": device.county.context.store.epoch, **request}
    answer = device.request("POST", "/v1/pull", data=orjson.dumps(wanted))
    assert answer.status_code in (200, 204), answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()]


def _rows(lines: list[list[Any]]) -> list[tuple[str, int]]:
    """Kinds and revisions of the records sent."""
    return [(line[0], line[1]) for line in lines if len(line) == 3]


def _end(lines: list[list[Any]], bucket: str = GRID_1) -> dict[str, Any]:
    """The closing line of a bucket."""
    (facts,) = [line[1] for line in lines if line[0] == "end" and line[1]["bucket"] == bucket]
    return dict(facts)


def _ref(county: County) -> dict[str, int]:
    """The cursor of a device that has read the dictionaries."""
    with county.context.store.read() as connection:
        rev = connection.scalar(select(tables.bucket.c.rev).where(tables.bucket.c.id == "ref"))
    assert rev is not None
    return {"ref": rev}


def _family(device: Device) -> tuple[str, list[str]]:
    """A household (revision 1) with two persons (2 and 3) and a visit (4). Its id, and the persons'."""
    house = device.household()
    persons = [device.person(house["id"]) for _ in range(2)]
    results = device.push(
        device.put("households", house),
        *(device.put("persons", person) for person in persons),
        device.put("visits", device.visit(house["id"])),
    )
    assert [result["rev"] for result in results] == [1, 2, 3, 4]
    return house["id"], [person["id"] for person in persons]


@pytest.mark.usefixtures("newer_kind")
def test_an_older_device_is_sent_and_told_of_the_kinds_it_knows(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    _family(device)
    have = _ref(county)
    for asked in ({}, {"edition": EDITION}):
        lines = _lines(device, have=have, **asked)
        assert lines[0][1]["edition"] == NEXT
        assert _rows(lines) == [("households", 1), ("visits", 4)]
        bodies = [orjson.dumps(line[2], option=orjson.OPT_SORT_KEYS) for line in lines if len(line) == 3]
        assert _end(lines)["count"] == 2
        assert _end(lines)["sum"] == checksum_text(sum(map(checksum, bodies)) % 2**64)
    assert _lines(device, have={**have, GRID_1: 4}, edition=EDITION) == []
    lines = _lines(device, have=have, edition=NEXT)
    assert _rows(lines) == [("households", 1), ("persons", 2), ("persons", 3), ("visits", 4)]
    assert _end(lines)["count"] == 4


@pytest.mark.usefixtures("newer_kind")
def test_an_older_device_is_not_told_that_unknown_records_left(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house, _persons = _family(device)
    device.push(device.patch("households", house, {"area_code": GRID_2}, base_rev=1))
    have = {**_ref(county), GRID_1: 4}
    lines = [line for line in _lines(device, have=have, edition=EDITION) if len(line) >= 5]
    assert sorted(line[0] for line in lines) == ["households", "visits"]
    lines = _lines(device, have=have, edition=NEXT)
    assert sorted(line[0] for line in lines if len(line) >= 5) == [
        "households", "persons", "persons", "visits",
    ]  # fmt: skip
    assert _end(lines)["count"] == 0


@pytest.mark.usefixtures("newer_kind")
def test_an_updated_device_gets_what_it_lacks_and_what_is_new(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house, persons = _family(device)
    older = {GRID_1: {"edition": EDITION, "filled": 0}}
    held = {**_ref(county), GRID_1: 4}
    lines = _lines(device, have=held, edition=NEXT, older=older)
    assert lines[1] == ["begin", {"bucket": GRID_1, "from": 4, "upto": 4}]
    assert _rows(lines) == [("persons", 2), ("persons", 3)]
    assert _end(lines)["count"] == 4
    device.push(device.patch("persons", persons[0], {"phone": "10000000001"}, base_rev=2))
    device.push(device.put("visits", device.visit(house)))
    lines = _lines(device, have=held, edition=NEXT, older=older)
    assert _rows(lines) == [("persons", 3), ("persons", 5), ("visits", 6)]
    # The line had broken after revision 3.
    older = {GRID_1: {"edition": EDITION, "filled": 3}}
    lines = _lines(device, have={**held, GRID_1: 6}, edition=NEXT, older=older)
    assert _rows(lines) == [("persons", 5)]
    # A bucket that is gone from the scope, and one that must be read from its start anyway.
    elsewhere = {"341789999": {"edition": EDITION, "filled": 0}}
    assert _rows(_lines(device, have={**held, GRID_1: 6}, edition=NEXT, older=elsewhere)) == []
    lines = _lines(device, have={**held, GRID_1: 999}, edition=NEXT, older=older)
    assert [kind for kind, _ in _rows(lines)] == ["households", "persons", "visits", "persons", "visits"]


def test_a_newer_device_is_told_the_servers_edition(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    _family(device)
    held = {**_ref(county), GRID_1: 4}
    older = {GRID_1: {"edition": EDITION, "filled": 0}}
    assert _lines(device, have=held, edition=NEXT, older=older) == []
    lines = _lines(device, have={}, edition=NEXT)
    assert lines[0][1]["edition"] == EDITION
    assert _end(lines)["count"] == 4


def test_counts_are_kept_by_kind_and_the_check_compares_them(county: County) -> None:
    device = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house, _persons = _family(device)
    device.push(device.patch("households", house, {"area_code": GRID_2}, base_rev=1))
    c = tables.bucket_kind.c
    with county.context.store.read() as connection:
        counted = select(c.kind, c.row_count).where(c.bucket == GRID_2).order_by(c.kind)
        assert [tuple(row) for row in connection.execute(counted)] == [
            ("households", 1), ("persons", 2), ("visits", 1),
        ]  # fmt: skip
        left = connection.execute(select(c.row_count, c.sum).where(c.bucket == GRID_1)).all()
        assert {tuple(row) for row in left} == {(0, 0)}
    assert check_store(county.context.store) == []


def test_an_older_database_is_counted_by_kind_when_it_is_opened(
    server_database_url: str, clock: MovableClock
) -> None:
    engine = open_engine(server_database_url)
    upgrade(engine, "0001")
    sums = [-(2**63), -1, 2**63 - 1, 5, to_signed(2**64 - 7)]
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(
            text("INSERT INTO bucket (id, rev, min_rev, row_count, sum) VALUES ('341789100201', 7, 0, 4, 1)")
        )
        for number, h in enumerate(sums):
            connection.execute(
                text(
                    "INSERT INTO record (kind, id, bucket, rev, h, body, field_meta, received_at, deleted) "
                    "VALUES (:kind, :id, :bucket, :rev, :h, '{}', '{}', '', :deleted)"
                ),
                {
                    "kind": "visits" if number else "audit_events", "id": f"r{number}", "rev": number,
                    "bucket": "341789100201" if number else "", "h": h, "deleted": number == 3,
                },
            )  # fmt: skip
    upgrade(engine)
    c = tables.bucket_kind.c
    with engine.connect() as connection:
        rows = connection.execute(select(c.bucket, c.kind, c.row_count, c.sum)).all()
        bucket = connection.execute(select(tables.bucket)).one()
    assert [tuple(row) for row in rows] == [
        ("341789100201", "visits", 3, to_signed(to_unsigned(sums[1] + sums[2] + sums[4])))
    ]
    assert (bucket.id, bucket.rev) == ("341789100201", 7)
    store = Store(engine, clock)
    with RecordWriter(store, Author("server")) as writer:  # the new schema takes records
        writer.put("areas", _area())
    store.close()


def _area() -> dict[str, Any]:
    return {
        "id": "341789", "created_at": "2026-03-05T01:10:00.000Z", "created_by": "server",
        "updated_at": "2026-03-05T01:10:00.000Z", "updated_by": "server", "level": "COUNTY", "name": "演示县",
    }  # fmt: skip
