"""Kills a writing process at random, again and again, and looks what is left. Run by test_crash.py.

One process without threads forks the writers, because starting an interpreter for each would take most
of the time. Every line a writer sends stands for something a worker was told is saved.
"""

import os
import random
import select
import signal
import sys
import time
import traceback
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from fieldapp.storage import engine, outbox, schema
from fieldapp.storage.store import SNAPSHOT_FOLDER, Store
from tests.unit.storage.conftest import PHOTOS_KEY, RECORDS_KEY
from tests.unit.storage.records import ask, find, household, person, photo, pull, save, sent_row, visit

MOST_SECONDS = 0.12


def write(profile: Path, turn: int, out: int) -> NoReturn:
    """Save until killed; tell each saved visit with its photo, each edit, each page of a feed."""
    store = Store.open(profile, RECORDS_KEY, PHOTOS_KEY)
    number = 0
    while True:
        number += 1
        name = f"{turn}-{number}"
        sha256 = store.photos.put(f"picture {name}".encode() * 500, "image/jpeg")
        save(store, "visits", visit(f"v-{name}", photos=(photo(sha256),)))
        os.write(out, f"visit v-{name} {sha256}\n".encode())
        save(store, "households", household(address=f"address {name}"))
        os.write(out, f"edit {name} -\n".encode())
        rev = turn * 10_000 + number
        family = [person(f"p-{rev}-{part}", "h-1") for part in range(3)]
        pull(store, *[sent_row("persons", rev, one) for one in family], bucket="b")
        os.write(out, f"page {rev} -\n".encode())
        if number % 5 == 0:
            store.snapshot()


def run_once(profile: Path, turn: int, seconds: float) -> list[list[str]]:
    """Fork a writer, kill it after a time; what it had told."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        try:
            write(profile, turn, writable)
        except BaseException:  # noqa: BLE001  # the parent only sees that it ended
            traceback.print_exc()
        finally:
            os._exit(1)  # never back into the parent's code
    os.close(writable)
    with os.fdopen(readable, "rb") as told:
        select.select([told], [], [], 20)  # the first word: it is up and writing
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        return [line.split() for line in told.read().decode().splitlines()]


def check(profile: Path, told: list[list[str]]) -> None:
    """All that was told is there, row and op, photo and name, rows and cursor."""
    with closing(Store.open(profile, RECORDS_KEY, PHOTOS_KEY)) as store:
        store.verify()
        for what, name, sha256 in told:
            if what == "visit":
                assert find(store, "visits", name) is not None, name
                assert store.photos.get(sha256), name
        visits = {row[0] for row in ask(store, "SELECT id FROM visits")}
        assert visits == {row[0] for row in ask(store, "SELECT record_id FROM outbox WHERE kind='visits'")}
        with store.reading() as connection:
            named = {blob.sha256 for blob in outbox.waiting_blobs(connection)}
        assert store.photos.held(named) == named
        edits = [name for what, name, _ in told if what == "edit"]
        if edits:
            stands = find(store, "households", "h-1").address.removeprefix("address ")
            turn, number = map(int, stands.split("-"))
            assert (turn, number) >= tuple(map(int, edits[-1].split("-")))
        cursor, count, checksum = ask(store, "SELECT rev, row_count, checksum FROM buckets WHERE id='b'")[0]
        pages = [int(rev) for what, rev, _ in told if what == "page"]
        assert not pages or cursor >= pages[-1]
        held, sums = ask(store, "SELECT count(*), coalesce(sum(h % 1000003), 0) FROM persons")[0]
        assert held == count == 3 * len(ask(store, "SELECT DISTINCT rev FROM persons")), (held, count)
        assert (checksum == 0) == (sums == 0)
    snapshots = profile / SNAPSHOT_FOLDER
    for file in snapshots.glob("records-*.db"):
        engine.check_database(file, RECORDS_KEY, schema.RECORDS_ID, schema.NEWEST)
        engine.quick_check(file, RECORDS_KEY)
    assert len(list(snapshots.glob("*.part"))) <= 1  # the last one may have been under way


def main(profile: Path, kills: int, seed: int) -> None:
    """Kill `kills` writers; print how much they had told in all."""
    with closing(Store.open(profile, RECORDS_KEY, PHOTOS_KEY)) as store:
        save(store, "households", household())
        pull(store, bucket="b", start=0)
    chance = random.Random(seed)
    told: list[list[str]] = []
    for turn in range(1, kills + 1):
        told += run_once(profile, turn, chance.uniform(0, MOST_SECONDS))
        check(profile, told)
    print(len(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
