"""The store by itself: units of work, writers, checks, sums, typed rows. One suite for both engines."""

import random
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from sqlalchemy import Executable, delete, select, text, update

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.visits import VisitFields
from server.services.checks import check_store
from server.services.repair import rebuild_rows
from server.store import tables
from server.store.bodies import check_body
from server.store.feed import bucket_lines
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.schema import upgrade
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork, to_signed, to_unsigned
from sync.protocol.wire import Body
from tests.determinism import MovableClock

GRID = "341789100201001"
OTHER = "341789100201002"
SERVER = Author("server")


@pytest.fixture
def store(server_database_url: str, clock: MovableClock) -> Iterator[Store]:
    store = Store.open(server_database_url, clock)
    upgrade(store.engine)
    yield store
    store.close()


def stamps(record_id: str) -> Body:
    at = instant_text(MovableClock()())
    return {"id": record_id, "created_at": at, "created_by": "u", "updated_at": at, "updated_by": "u"}


def area(code: str) -> Body:
    return {**stamps(code), "level": "GRID", "name": "网格"}


def household(record_id: str, area_code: str = GRID, **values: Any) -> Body:
    return {**stamps(record_id), "head_name": "户主甲", "area_code": area_code, **values}


def visit(record_id: str, household_id: str, **values: Any) -> Body:
    at = instant_text(MovableClock()())
    return {
        **stamps(record_id), "household_id": household_id, "area_code": GRID, "result": "NORMAL",
        "started_at": at, "finished_at": at, "root_id": record_id, **values,
    }  # fmt: skip


def bucket(store: Store, bucket_id: str) -> tuple[int, int, int]:
    """Revision, count and unsigned sum."""
    c = tables.bucket_kind.c
    with store.read() as connection:
        rev = connection.scalar(select(tables.bucket.c.rev).where(tables.bucket.c.id == bucket_id))
        kinds = connection.execute(select(c.row_count, c.sum).where(c.bucket == bucket_id)).all()
    assert rev is not None
    return rev, sum(row.row_count for row in kinds), to_unsigned(sum(row.sum for row in kinds))


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_signed_and_unsigned_are_inverse(number: int) -> None:
    assert to_unsigned(to_signed(number)) == number
    assert -(2**63) <= to_signed(number) < 2**63


def test_sums_wrap_around_and_come_back(store: Store) -> None:
    with RecordWriter(store, SERVER) as writer:
        writer.put("areas", area(GRID))
        for number in range(64):  # 64 checksums of 64 bits: the sum wraps many times
            writer.put("households", household(f"h{number:03}"))
    with store.read() as connection:
        checksums = [to_unsigned(h) for h in connection.scalars(
            select(tables.record.c.h).where(tables.record.c.bucket == GRID)
        )]  # fmt: skip
    assert sum(checksums) > 2**64
    assert bucket(store, GRID) == (64, 64, sum(checksums) % 2**64)

    def delete_all(unit: UnitOfWork) -> None:
        for number in range(64):
            unit.delete(_entry(unit, f"h{number:03}"), SERVER)

    store.run(delete_all)
    assert bucket(store, GRID)[1:] == (0, 0)
    assert check_store(store) == []


def _entry(unit: UnitOfWork, record_id: str, kind: str = "households") -> Any:
    entry = unit.find(kind, record_id)
    assert entry is not None
    return entry


def test_a_unit_that_fails_leaves_nothing(store: Store) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.put("households", check_body("households", household("h1")))
        unit.flush()
        raise RuleError("deleted")

    with pytest.raises(RuleError):
        store.run(work)
    with store.read() as connection:
        assert connection.scalars(select(tables.record.c.id)).all() == []
        assert connection.scalars(select(tables.bucket.c.id)).all() == []


def test_deleted_records_are_erased_and_their_ids_stay_taken(store: Store) -> None:
    with RecordWriter(store, SERVER) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", household("h1", remark="私密"))
    store.run(lambda unit: unit.delete(_entry(unit, "h1"), SERVER))
    with store.read() as connection:
        stored = connection.execute(select(tables.record).where(tables.record.c.id == "h1")).one()
        lines = list(bucket_lines(connection, GRID, 1))
        assert connection.scalars(select(row_table("households").c.id)).all() == []
    assert "私密" not in stored.body
    assert b'["households",2,null,"h1","deleted"]\n' in lines
    with pytest.raises(RuleError, match="deleted"), RecordWriter(store, SERVER) as writer:
        writer.put("households", household("h1"))
    assert check_store(store) == []


def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        with RecordWriter(store, SERVER, batch=3) as writer:
            writer.put("areas", area(GRID))
            for number in range(10):
                writer.put("households", household(f"h{number}"))
                writer.put("visits", visit(f"v{number}", f"h{number}"))
    assert bucket(store, GRID)[:2] == (20, 20)


def test_a_writer_brings_records_to_new_content_and_keeps_the_old(store: Store) -> None:
    with RecordWriter(store, SERVER) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", household("h1", address="甲路1号", remark="旧"))
        writer.put("households", household("h1", address="乙路2号"))
        writer.patch("households", "h1", {"address": "丙路3号", "tags": []})
        writer.patch("households", "h1", {"address": "丙路3号"})
    c = tables.field_history.c
    with store.read() as connection:
        changes = [
            tuple(row) for row in connection.execute(select(c.field, c.old, c.new, c.rev).order_by(c.seq))
        ]
    assert changes == [
        ("address", '"甲路1号"', '"乙路2号"', 1),
        ("remark", '"旧"', "null", 1),
        ("address", '"乙路2号"', '"丙路3号"', 2),
    ]


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("households", household("h1", head_name=""), "invalid_value"),
        ("households", household("h1", remark="a\x00"), "bad_text"),
        ("visits", visit("v1", "nobody"), "unknown_household"),
    ],
)
def test_a_writer_checks_like_a_push(store: Store, kind: str, body: Body, code: str) -> None:
    with pytest.raises(RuleError, match=code), RecordWriter(store, SERVER) as writer:
        writer.put(kind, body)


def test_text_that_looks_like_an_escaped_nul_is_text(store: Store) -> None:
    assert check_body("households", household("h1", remark="\\u0000")).body["remark"] == "\\u0000"


def test_typed_rows_read_back_as_domain_values(store: Store) -> None:
    home = household(
        "h1", lat=31.25,
        coverages=[{"category": "DIBAO", "since": "2025-01-01", "monthly_amount_fen": 65000}],
        tags=["ALONE_ELDER"], risk_next_due="2026-04-01", consent_notice_at="2026-03-01T00:00:00.000Z",
    )  # fmt: skip
    seen = visit("v1", "h1", backfilled=True, findings={"living": {"FOOD": "POOR"}}, persons_seen=["p1"])
    with RecordWriter(store, SERVER) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", home)
        writer.put("visits", seen)
    for kind, fields, body in (("households", HouseholdFields, home), ("visits", VisitFields, seen)):
        with store.read() as connection:
            row = connection.execute(select(row_table(kind))).mappings().one()
        wanted = fields.model_validate_json(orjson.dumps(body))
        for name in fields.model_fields:
            assert row[name] == getattr(wanted, name), name


DAMAGE: dict[str, Executable] = {
    "body_invalid": update(tables.record).where(tables.record.c.id == "h1").values(body='{"id":"h1"}'),
    "checksum": update(tables.record).where(tables.record.c.id == "h1").values(h=5),
    "body_not_canonical": update(tables.record)
    .where(tables.record.c.id == "h1")
    .values(body=orjson.dumps(household("h1"), option=orjson.OPT_INDENT_2).decode()),
    "row_differs": update(row_table("households")).values(address="改"),
    "row_without_record": text(
        "INSERT INTO area (id, created_at, created_by, updated_at, updated_by, device_id, level, name,"
        " short_name, aliases, urban_rural, duty_phone, leader_name, bucket)"
        " VALUES ('9', '', '', '', '', '', '', '', '', '', '', '', '', 'ref')"
    ),
    "bucket_sum": update(tables.bucket_kind).where(tables.bucket_kind.c.kind == "visits").values(sum=1),
    "bucket_behind": update(tables.bucket).where(tables.bucket.c.id == GRID).values(rev=1),
    "revision_twice": update(tables.record).where(tables.record.c.bucket == GRID).values(rev=1),
    "wrong_bucket": update(tables.record).where(tables.record.c.id == "v1").values(bucket=OTHER),
    "unknown_household": delete(tables.record).where(tables.record.c.id == "h1"),
    "unknown_area": delete(tables.record).where(tables.record.c.id == GRID),
    "blob_reference": delete(tables.blob_ref),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_checks_find_every_kind_of_damage(store: Store, damage: str) -> None:
    photo = {"kind": "DOOR", "sha256": "0" * 64, "size": 1, "width": 1, "height": 1, "origin": "CAMERA"}
    with RecordWriter(store, SERVER) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", household("h1"))
        writer.put("visits", visit("v1", "h1", photos=[photo]))
    assert check_store(store) == []
    store.run(lambda unit: unit.connection.execute(DAMAGE[damage]))
    assert damage in {finding.check for finding in check_store(store)}


def test_typed_rows_are_rebuilt_from_records(store: Store) -> None:
    with RecordWriter(store, SERVER) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", household("h1"))
        writer.put("visits", visit("v1", "h1"))
    store.run(lambda unit: unit.connection.execute(delete(row_table("visits"))))
    store.run(lambda unit: unit.connection.execute(update(row_table("households")).values(address="改")))
    assert rebuild_rows(store) == 3
    assert check_store(store) == []


def test_random_histories_keep_every_invariant(store: Store) -> None:
    chance = random.Random(7)
    areas = [f"3417891002010{n:02}" for n in range(1, 6)]
    homes = [f"h{n}" for n in range(12)]
    with RecordWriter(store, SERVER) as writer:
        for code in areas:
            writer.put("areas", area(code))
        for home in homes:
            writer.put("households", household(home, chance.choice(areas)))
    for number in range(120):
        with RecordWriter(store, SERVER) as writer:
            match chance.randrange(4):
                case 0:
                    writer.patch("households", chance.choice(homes), {"area_code": chance.choice(areas)})
                case 1:
                    writer.put("visits", visit(f"v{number}", chance.choice(homes)))
                case 2:
                    person = {
                        **stamps(f"p{number % 20}"),
                        "household_id": chance.choice(homes),
                        "name": "成员",
                    }
                    writer.put("persons", person)
                case _:
                    writer.patch("households", chance.choice(homes), {"remark": f"第{number}次"})
    assert check_store(store) == []


def test_a_device_that_follows_the_feed_ends_with_what_the_server_has(store: Store) -> None:
    """Reduce the feed in random steps, as the protocol tells a device to, and compare everything."""
    chance = random.Random(11)
    areas = [GRID, OTHER]
    held: dict[tuple[str, str], tuple[str, Body]] = {}
    cursors = dict.fromkeys(areas, 0)
    with RecordWriter(store, SERVER) as writer:
        for code in areas:
            writer.put("areas", area(code))
            writer.put("households", household(f"home-{code}", code))
    for number in range(60):
        with RecordWriter(store, SERVER) as writer:
            writer.put("households", household(f"h{number % 9}", chance.choice(areas), remark=str(number)))
        place = chance.choice(areas)
        with store.read() as connection:
            lines = [orjson.loads(line) for line in bucket_lines(connection, place, cursors[place])]
        _apply(held, cursors, place, lines[: chance.randrange(1, len(lines) + 1)])  # cut anywhere
    for place in areas:
        with store.read() as connection:
            lines = [orjson.loads(line) for line in bucket_lines(connection, place, cursors[place])]
        _apply(held, cursors, place, lines)
    with store.read() as connection:
        c = tables.record.c
        query = select(c.kind, c.id, c.bucket, c.body).where(c.bucket.in_(areas))
        truth = {
            (row.kind, row.id): (row.bucket, orjson.loads(row.body)) for row in connection.execute(query)
        }
    assert held == truth


def _apply(held: dict[Any, Any], cursors: dict[str, int], place: str, lines: list[Any]) -> None:
    for line in lines:
        if line[0] == "end":
            cursors[place] = line[1]["rev"]
        elif len(line) >= 5:
            if held.get((line[0], line[3]), ("",))[0] == place:
                del held[line[0], line[3]]
            cursors[place] = line[1]
        elif len(line) == 3:
            held[line[0], line[2]["id"]] = (place, line[2])
            cursors[place] = line[1]


def test_an_uninitialised_database_says_so(store: Store) -> None:
    with pytest.raises(StorageError, match="not_initialised"):
        _ = store.county


def test_parameters_never_show_in_errors(store: Store) -> None:
    with pytest.raises(Exception, match="not_a_table") as caught, store.read() as connection:
        connection.execute(text("SELECT * FROM not_a_table WHERE x = :x"), {"x": "341789199001010011"})
    assert "341789199001010011" not in str(caught.value)
