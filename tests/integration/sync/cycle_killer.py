"""Kills a syncing device at random, again and again. Run by test_kills.py with a profile folder.

One process without threads forks the devices; each saves work and runs cycles until it is killed, and
tells every visit it has saved.
"""

import os
import random
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import NoReturn

from fieldapp.storage import meta
from fieldapp.storage.store import Store
from sync.engine.cycle import run_cycle
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY, Tablet, open_session

MOST_SECONDS = 0.25


def work(folder: Path, out: int) -> NoReturn:
    """Save and sync until killed."""
    store = Store.open(folder, RECORDS_KEY, PHOTOS_KEY)
    with store.reading() as connection:
        address, token, user_id = (
            meta.get(connection, key) for key in (meta.SERVER_URL, meta.TOKEN, meta.USER_ID)
        )
    session = open_session(store, address, token)
    device = Tablet(store, session.transport, session, user_id)
    house = device.household()
    number = 0
    while True:
        number += 1
        photo = device.photo(30_000, seed=time.monotonic_ns())
        visit = device.visit(house.id, photo)
        os.write(out, f"{visit.id} {photo.sha256}\n".encode())
        device.edit("households", house.id, address=f"第{number}次改")
        report = run_cycle(session)
        assert report.error_code in ("", "offline", "busy"), report.error_code  # a loaded machine is slow
        assert report.refused == 0


def kill_once(folder: Path, seconds: float) -> list[str]:
    """Fork a device, kill it; the lines it told."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(readable)
            work(folder, writable)
        except BaseException:  # noqa: BLE001  # the parent only sees that it ended
            traceback.print_exc()
        finally:
            os._exit(1)  # never back into the parent's code
    os.close(writable)
    with os.fdopen(readable, "rb") as told:
        select.select([told], [], [], 20)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the device ended by itself"
        return told.read().decode().splitlines()


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill `kills` devices; print what they told."""
    chance = random.Random(seed)
    for _ in range(kills):
        for line in kill_once(folder, chance.uniform(0, MOST_SECONDS)):
            print(line)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
