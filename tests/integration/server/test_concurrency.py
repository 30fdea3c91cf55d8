"""Out-of-order commit: 20 writers and a reader with a cursor; not one row may be missed.

The same load on a naive sequence feed must miss rows, or this test would prove nothing.
"""

import random
import threading
import time
from collections.abc import Callable

import orjson
from sqlalchemy import create_engine, text

from server.store.bodies import check_body
from server.store.feed import bucket_lines
from server.store.record_writer import RecordWriter
from server.store.schema import upgrade
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body
from tests.determinism import MovableClock
from tests.integration.server.test_store import GRID, area, household, visit

WRITERS = 20
BATCHES = 4
ROWS = 5


def run_writers(write: Callable[[int, int], None], read: Callable[[], None]) -> None:
    """Let all writers write all batches while the reader reads in a loop, and once at the end."""
    done = threading.Event()
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # told by the main thread
            failures.append(error)

    def writer(number: int) -> None:
        for batch in range(BATCHES):
            write(number, batch)

    def reader() -> None:
        while not done.is_set():
            read()

    reading = threading.Thread(target=guarded, args=(reader,))
    writing = [threading.Thread(target=guarded, args=(lambda n=n: writer(n),)) for n in range(WRITERS)]
    for thread in (reading, *writing):
        thread.start()
    for thread in writing:
        thread.join()
    done.set()
    reading.join()
    read()
    assert failures == []


def test_no_row_is_missed_by_a_reader_with_a_cursor(server_database_url: str) -> None:
    store = Store.open(server_database_url, MovableClock())
    upgrade(store.engine)
    with RecordWriter(store, Author("server")) as writer:
        writer.put("areas", area(GRID))
        writer.put("households", household("h1"))
    seen: set[str] = set()
    cursor = 0

    def write(number: int, batch: int) -> None:
        pause = random.Random(number * 100 + batch).random() * 0.01
        bodies: list[Body] = [visit(f"v-{number}-{batch}-{row}", "h1") for row in range(ROWS)]

        def work(unit: UnitOfWork) -> None:
            for body in bodies:
                unit.put("visits", check_body("visits", body))
            unit.flush()
            time.sleep(pause)  # between taking revisions and the commit

        store.run(work)

    def read() -> None:
        nonlocal cursor
        with store.read() as connection:
            lines = [orjson.loads(line) for line in bucket_lines(connection, GRID, cursor)]
        revs = [line[1] for line in lines[1:-1]]
        assert revs == sorted(set(revs))
        seen.update(line[2]["id"] for line in lines[1:-1])
        cursor = lines[-1][1]["rev"]

    run_writers(write, read)
    expected = {f"v-{w}-{b}-{r}" for w in range(WRITERS) for b in range(BATCHES) for r in range(ROWS)}
    store.close()
    assert seen - {"h1"} == expected


def test_a_naive_sequence_feed_misses_rows_under_the_same_load(postgres_url: str) -> None:
    engine = create_engine(postgres_url, pool_size=WRITERS + 2)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE feed (n bigserial PRIMARY KEY, id text)"))
    seen: set[str] = set()
    cursor = 0

    def write(number: int, batch: int) -> None:
        pause = random.Random(number * 100 + batch).random() * 0.01
        with engine.begin() as connection:
            for row in range(ROWS):
                connection.execute(
                    text("INSERT INTO feed (id) VALUES (:id)"), {"id": f"{number}-{batch}-{row}"}
                )
            time.sleep(pause)

    def read() -> None:
        nonlocal cursor
        with engine.begin() as connection:
            rows = connection.execute(
                text("SELECT n, id FROM feed WHERE n > :c ORDER BY n"), {"c": cursor}
            ).all()
        seen.update(row.id for row in rows)
        cursor = rows[-1].n if rows else cursor

    run_writers(write, read)
    engine.dispose()
    assert len(seen) < WRITERS * BATCHES * ROWS
