"""Transactions that commit out of order, on PostgreSQL: a sequence loses a row for good, our feed none."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import orjson
from sqlalchemy import create_engine, text

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from server.store.bodies import check_body
from server.store.feed import bucket_lines
from server.store.record_writer import RecordWriter
from server.store.schema import upgrade
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from tests.chaos.nursery import Nursery
from tests.determinism import START, MovableClock
from tests.integration.server.county import GRID_1, VILLAGE, running_county
from tests.integration.server.test_store import GRID, area, household, visit

PATIENCE = 20.0
WRITERS = 6
BATCHES = 8


def test_a_sequence_misses_the_row_of_the_slower_transaction(postgres_url: str) -> None:
    """The schedule itself bites: whoever reads between the two commits never gets the first number."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE feed (n bigserial PRIMARY KEY, id text)"))
    insert = text("INSERT INTO feed (id) VALUES (:id) RETURNING n")
    seen: list[int] = []

    def read() -> None:
        after = max(seen, default=0)
        with engine.begin() as connection:
            seen.extend(connection.scalars(text("SELECT n FROM feed WHERE n > :c ORDER BY n"), {"c": after}))

    with engine.connect() as slow, engine.connect() as fast:
        with slow.begin():
            assert slow.scalar(insert, {"id": "slow"}) == 1
            with fast.begin():
                assert fast.scalar(insert, {"id": "fast"}) == 2
            read()
        read()
    engine.dispose()
    assert seen == [2]


def test_the_counter_of_a_bucket_makes_the_faster_transaction_wait(postgres_url: str) -> None:
    """The same schedule against our store: the second takes its revisions when the first has committed."""
    store = Store.open(postgres_url, MovableClock())
    upgrade(store.engine)
    with RecordWriter(store, Author("server")) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", household("h1"))
    numbered, may_commit, done = threading.Event(), threading.Event(), threading.Event()
    seen: list[str] = []
    cursor = 0

    def read() -> None:
        nonlocal cursor
        with store.read() as connection:
            lines = [orjson.loads(line) for line in bucket_lines(connection, GRID, cursor)]
        seen.extend(line[2]["id"] for line in lines[1:-1])
        cursor = lines[-1][1]["rev"]

    def put(record_id: str, then: threading.Event | None) -> None:
        def work(unit: UnitOfWork) -> None:
            unit.put("visits", check_body("visits", visit(record_id, "h1")))
            unit.flush()
            if then is not None:
                numbered.set()
                assert then.wait(PATIENCE)

        store.run(work)
        if then is None:
            done.set()

    slow = threading.Thread(target=put, args=("slow", may_commit))
    fast = threading.Thread(target=put, args=("fast", None))
    slow.start()
    assert numbered.wait(PATIENCE)
    fast.start()
    assert not done.wait(0.3)
    read()
    assert seen == ["h1"]
    may_commit.set()
    slow.join(PATIENCE)
    fast.join(PATIENCE)
    read()
    store.close()
    assert seen == ["h1", "slow", "fast"]


def test_two_servers_on_one_database_show_every_row_once(
    postgres_url: str, nursery: Nursery, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with running_county(postgres_url, tmp_path / "first", MovableClock()) as first:
        child = nursery.child(
            "server", folder=str(tmp_path / "second"), seed="second", at=instant_text(START),
            database_url=postgres_url,
        )  # fmt: skip
        counties = (first, replace(first, address=child.call("address")))
        devices = [first.device(Role.VILLAGE_AIDE, VILLAGE) for _ in range(WRITERS + 1)]
        for number, device in enumerate(devices):
            device.county = counties[number % 2]
        *writers, reader = devices
        house = reader.household(record_id="house")
        reader.push(reader.put("households", house))

        def write(number: int) -> None:
            device = writers[number]
            for batch in range(BATCHES):
                ids = [f"v-{number}-{batch}-{row}" for row in range(3)]
                results = device.push(*(device.put("visits", device.visit("house", one)) for one in ids))
                assert {result["outcome"] for result in results} == {"accepted"}

        seen: list[tuple[int, str]] = []

        def read(turn: int) -> None:
            reader.county = counties[turn % 2]  # a device behind a balancer meets now the one, now the other
            lines = [line for line in reader.pull() if line[0] == "visits"]
            seen.extend((line[1], line[2]["id"]) for line in lines)

        with ThreadPoolExecutor(WRITERS) as pool:
            writing = [pool.submit(write, number) for number in range(WRITERS)]
            turn = 0
            while not all(future.done() for future in writing):
                read(turn)
                turn += 1
            for future in writing:
                future.result()
        read(turn)
        findings = check_store(first.context.store)
        child.kill()
    assert findings == []
    assert sorted(seen) == seen
    expected = {f"v-{w}-{b}-{r}" for w in range(WRITERS) for b in range(BATCHES) for r in range(3)}
    assert sorted(one for _rev, one in seen) == sorted(expected)
    assert reader.have[GRID_1] == seen[-1][0]
