"""The device under measure, a worker: the real encrypted store, sync engine and use cases, nothing else."""

import secrets
import time
from pathlib import Path
from typing import Any

import orjson

from bench import desk
from bench.processes import Answers, answer
from fieldapp.app.profiles import Dataset
from fieldapp.domain.clock import system_clock
from fieldapp.services.context import Context
from fieldapp.services.profiles import ProfileDoor
from fieldapp.storage import feed, meta, outbox
from fieldapp.storage.projections import PLANS, STALE
from fieldapp.storage.store import Store
from sync.engine.cycle import run_cycle
from sync.engine.enrol import DeviceLabel, enrol
from sync.engine.push import push_all
from sync.engine.session import CancelToken, SyncSession, Tally
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport


class Device:
    """One device of one worker."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._session: SyncSession | None = None

    def enrol(self, folder: str, url: str, code: str) -> Answers:
        """Make a store and enrol it."""
        self._store = Store.create(Path(folder), secrets.token_bytes(32), secrets.token_bytes(32))
        stranger = HttpTransport(ServerAddress(url), "", new_request_id=self._store.ids)
        enrol(self._store, stranger, url, code, DeviceLabel("bench"))
        stranger.close()
        return self.point(url)

    def profile(self, root: str, passphrase: str, url: str, code: str) -> Answers:
        """Make a whole profile as the program does, with the production cost of its passphrase."""
        door = ProfileDoor(Path(root), clock=system_clock)

        def join(store: Store) -> list[bytes]:
            stranger = HttpTransport(ServerAddress(url), "", new_request_id=store.ids)
            enrol(store, stranger, url, code, DeviceLabel("bench"))
            stranger.close()
            return []

        opened = door.create(passphrase, Dataset.DEMO, join)
        self._store = opened.context.store
        self.point(url)
        self.cycle()
        counts = self.facts()
        door.close(opened)
        return counts

    def point(self, url: str) -> Answers:
        """Reach the server at another address from now on, on new connections."""
        store = self._open()
        if self._session is not None:
            self._session.transport.close()
        with store.reading() as connection:
            token = meta.get(connection, meta.TOKEN)
        transport = HttpTransport(ServerAddress(url), token, new_request_id=store.ids)
        self._session = SyncSession(store, transport)
        return {}

    def cycle(self) -> Answers:
        """One sync cycle, timed."""
        assert self._session is not None
        wall, cpu = time.perf_counter(), time.process_time()
        report = run_cycle(self._session)
        told: Answers = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        if report.error_code or report.healed or report.blobs_failed:
            raise RuntimeError(f"sync failed: {report}")
        return told | {"sent": report.sent, "received": report.received, "blobs_sent": report.blobs_sent}

    def cycles(self, times: int) -> Answers:
        """Many cycles on end, each timed."""
        cpu = time.process_time()
        told = [self.cycle() for _ in range(times)]
        return {
            "walls": [one["wall_s"] for one in told],
            "cpu_s": time.process_time() - cpu,
            "moved": sum(one["sent"] + one["received"] for one in told),
        }

    def facts(self) -> Answers:
        """What is on the device: rows by kind, plans, what waits, what is not derived yet."""
        with self._open().reading() as connection:
            waiting = outbox.counts(connection)
            return {
                "counts": {k: feed.row_total(connection, k) for k in ("households", "persons", "visits")},
                "plans": connection.execute(PLANS.select()).all().__len__(),
                "stale": connection.execute(STALE.select()).all().__len__(),
                "waiting": [waiting.ops, waiting.blobs, waiting.refused],
            }

    def workday(self, visits: int, households: int, photos: int, photo_bytes: int, copy_to: str) -> Answers:
        """Do a day's work offline, and leave a copy of what it will send for the floor."""
        context = self._context()
        told = desk.work_a_day(
            context, visits=visits, households=households, photos=photos, photo_bytes=photo_bytes
        )
        folder = Path(copy_to, "photos")
        folder.mkdir(parents=True)
        with context.store.reading() as connection:
            waiting = outbox.waiting_blobs(connection)
        Path(copy_to, "rows.ndjson").write_bytes(self._rows())
        for blob in waiting:
            (folder / blob.sha256).write_bytes(context.store.photos.get(blob.sha256))
        return told

    def work(self, visits: int, households: int) -> bytes:
        """Do a day's work without photos; the rows it will send, one a line."""
        desk.work_a_day(self._context(), visits=visits, households=households, photos=0, photo_bytes=0)
        return self._rows()

    def _rows(self) -> bytes:
        with self._open().reading() as connection:
            ops = connection.execute(outbox.OUTBOX.select()).all()
        return b"\n".join(orjson.dumps({"id": op.record_id, "body": orjson.loads(op.body)}) for op in ops)

    def push(self) -> Answers:
        """Send the records that wait, and nothing else."""
        assert self._session is not None
        push_all(self._session, Tally(), CancelToken())
        return {}

    def move(self, households: int, from_area: str, to_area: str) -> Answers:
        """Have households of an area moved to another, as a town's clerk decides it; not yet sent."""
        return {"moved": desk.move_households(self._context(), households, from_area, to_area)}

    def searches(self, times: int) -> Answers:
        """Search as the list of households does; seconds by kind of query."""
        return desk.search(self._context(), times)

    def open_households(self, times: int) -> Answers:
        """Open the files of households all over the area."""
        return {"seconds": desk.open_households(self._context(), times)}

    def save_visits(self, times: int) -> Answers:
        """Submit visits."""
        return {"seconds": desk.save_visits(self._context(), times)}

    def plans(self, times: int) -> Answers:
        """All plans made anew, and those of single households."""
        return desk.make_plans(self._context(), times)

    def statistics(self, times: int) -> Answers:
        """This month of the widest area the worker may count."""
        return {"seconds": desk.count_months(self._context(), times)}

    def _open(self) -> Store:
        assert self._store is not None
        return self._store

    def _context(self) -> Context:
        store = self._open()
        with store.reading() as connection:
            return Context(store, meta.get(connection, meta.USER_ID), meta.get(connection, meta.DEVICE_ID))


def acts(device: Device) -> dict[str, Any]:
    """What a device can be asked to do."""
    names = ("enrol", "profile", "point", "cycle", "cycles", "facts", "workday", "push", "move",
             "searches", "open_households", "save_visits", "plans", "statistics")  # fmt: skip
    return {name: getattr(device, name) for name in names}


if __name__ == "__main__":
    answer(acts(Device()))
