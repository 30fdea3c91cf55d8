"""What the forked processes are: a device with the real engine and encrypted store, or a county server."""

import datetime as dt
import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import uvicorn

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.households import HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import PersonFields
from fieldapp.storage import feed, meta, older_visits, outbox, rows
from fieldapp.storage.store import Store
from server.logs import JsonLines
from server.main import create_app
from server.settings import Settings
from sync.engine import packages
from sync.engine.cycle import CycleReport
from sync.engine.enrol import DeviceLabel, enrol
from sync.engine.purge import purge
from sync.engine.session import CancelToken
from sync.protocol.wire import Batch
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.chaos import kill_points
from tests.chaos.disk import Disk, device_library, server_library
from tests.chaos.nursery import Role
from tests.determinism import MovableClock
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY, Tablet, open_session

kill_points.install(kill_points.ALL)
_DEVICE_DISK: Final = Disk(device_library())
_SERVER_DISK: Final = Disk(server_library())


class DeviceRole:
    """A worker's tablet. Every command brings the time its clock shows (`at`), and may name the point at
    which the process dies of it (`kill`). A full disk is answered by {"error": code}."""

    def __init__(self, folder: str, seed: str, at: str) -> None:
        self._clock = MovableClock(parse_instant(at))
        chance = random.Random(seed).randbytes
        self._store = Store.open(
            Path(folder), RECORDS_KEY, PHOTOS_KEY, clock=self._clock, random_bytes=chance
        )
        with self._store.reading() as connection:
            self._token = meta.get(connection, meta.TOKEN)
            user_id = meta.get(connection, meta.USER_ID)
        session = open_session(self._store, "http://127.0.0.1:1", self._token)
        self._tablet = Tablet(self._store, session.transport, session, user_id)
        self._warnings = _Warnings()
        for name in ("fieldapp", "sync"):
            logging.getLogger(name).addHandler(self._warnings)

    def command(self, name: str, *, at: str = "", kill: str = "", passing: int = 1, **facts: Any) -> Any:
        """Run one of the methods below."""
        if at:
            self._clock.set(parse_instant(at))
        kill_points.arm(kill, passing)
        try:
            return getattr(self, name)(**facts)
        except FieldappError as error:
            return {"error": error.code}
        finally:
            kill_points.arm("")

    def stop(self) -> None:
        """Close the store."""
        self._store.close()

    def disk(self, full: bool) -> None:
        """Have the disk full, or not any more."""
        _DEVICE_DISK.full = full

    def register(self, area: str, word: str) -> dict[str, str]:
        """A household with one person, in one commit."""
        tablet = self._tablet
        house = HouseholdFields(
            **tablet.stamps(), head_name=word, area_code=area, status=HouseholdStatus.PENDING
        )
        person = PersonFields(**tablet.stamps(), household_id=house.id, name=word)
        with self._store.unit_of_work("chaos") as work:
            work.save("households", house)
            work.save("persons", person)
            work.commit()
        return {"households": house.id, "persons": person.id}

    def visit(self, pick: int, word: str, photos: list[list[int]], urgent: bool, amend: bool) -> Any:
        """A visit to one of the households held, or a correction of one of this worker's visits;
        None when there is none. Photos are [size, seed] each."""
        earlier = self._picked("visits", pick, mine=True) if amend else None
        house = self._tablet.find("households", earlier.household_id) if earlier else (
            None if amend else self._picked("households", pick)
        )  # fmt: skip
        if house is None:
            return None
        chain = {"amends": earlier.id, "root_id": earlier.root_id, "amend_reason": word} if earlier else {}
        pictures = [self._tablet.photo(size, seed) for size, seed in photos]
        made = self._tablet.visit(
            house.id, *pictures, urgent=urgent, narrative=word, area_code=house.area_code, **chain
        )
        return {"visits": made.id, "photos": [one.sha256 for one in made.photos]}

    def stray_visit(self, word: str, area: str) -> Any:
        """A visit to a household that nobody knows: the server will refuse it."""
        return {"visits": self._tablet.visit("nowhere", narrative=word, area_code=area).id, "photos": []}

    def edit(self, kind: str, pick: int, field: str, value: str) -> Any:
        """Type into a field of a record held; None when there is none, or when it says that already."""
        record = self._picked(kind, pick)
        if record is None or getattr(record, field) == value:
            return None
        self._tablet.edit(kind, record.id, **{field: value})
        return {"id": record.id}

    def sync(self, address: str, seconds: float, cancel_after: int) -> dict[str, Any]:
        """One cycle; cancelled after so many reports of progress (0 = never)."""
        session = open_session(self._store, address, self._token)
        session.transport._timeout = (5.0, seconds)
        cancel, reports = CancelToken(), 0

        def count(_: object) -> None:
            nonlocal reports
            reports += 1
            if reports == cancel_after:
                cancel.cancel()

        session.on_progress = count
        self._tablet.session = session
        try:
            report = self._tablet.sync(cancel)
        finally:
            session.transport.close()
        return _told(report) | {"warnings": self._warnings.taken(), "unsent": self.unsent()}

    def purge(self, address: str, seconds: float, at_once: bool) -> dict[str, Any]:
        """Take photos off the device, those whose time is over or all that the server holds; then also every
        visit that nothing here needs."""
        if at_once:
            with self._store.transaction() as connection:
                far = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
                older_visits.take_out(connection, before=far, received_before=far, most=1000)
        session = open_session(self._store, address, self._token)
        session.transport._timeout = (5.0, seconds)
        try:
            gone = purge(session, CancelToken(), at_once=at_once)
        finally:
            session.transport.close()
            # A server that went back, or a worker sent elsewhere: what it holds no more for him is told.
            self._warnings.taken()
        return {"photos": gone.photos}

    def device(self) -> str:
        """The id that the county gave this device."""
        return self._tablet.meta(meta.DEVICE_ID)

    def enrol(self, address: str, code: str) -> dict[str, Any]:
        """Become another device of the same worker, with all that is here."""
        transport = HttpTransport(ServerAddress(address), "", new_request_id=self._store.ids)
        try:
            enrol(self._store, transport, address, code, DeviceLabel("平板"))
        finally:
            transport.close()
        self._token = self._tablet.meta(meta.TOKEN)
        return {}

    def export(self, target: str) -> dict[str, Any]:
        """All that waits, as a package."""
        done = packages.export_package(self._tablet.session, Path(target), photos=True, cancel=CancelToken())
        return {"ops": done.ops, "blobs": done.blobs, "files": [str(file) for file in done.files]}

    def carry(self, source: str, answer: str, address: str, seconds: float) -> dict[str, Any]:
        """Bring anybody's package to the server, and its answer back."""
        session = open_session(self._store, address, self._token)
        session.transport._timeout = (5.0, seconds)
        try:
            with Path(source).open("rb") as package:
                packages.save_answer(packages.carry(session.transport, package), Path(answer))
        finally:
            session.transport.close()
        return {}

    def read_answer(self, source: str) -> dict[str, Any]:
        """Take in an answer."""
        with Path(source).open("rb") as package:
            report = packages.read_answer(self._tablet.session, package, CancelToken())
        return _told(report) | {"warnings": self._warnings.taken(), "unsent": self.unsent()}

    def unsent(self) -> list[str]:
        """Records that have an op which is not answered, or refused."""
        with self._store.reading() as connection:
            return sorted({op.record_id for op in outbox.waiting_ops(connection)})

    def has(self, kind: str, field: str, value: str) -> list[str]:
        """Ids of records with this value."""
        return [
            one for one in self._tablet.ids(kind) if getattr(self._tablet.find(kind, one), field) == value
        ]

    def state(self) -> dict[str, Any]:
        """Everything the invariants speak of."""
        with self._store.reading() as connection:
            held: dict[str, Any] = {}
            for kind in feed.PULLED_KINDS:
                found = connection.exec_driver_sql(f"SELECT id, bucket, rev FROM {kind}").all()
                for record_id, bucket, rev in found:
                    record = rows.find(connection, kind, record_id)
                    assert record is not None
                    held[record_id] = [kind, bucket, rev, wire_body(record)]
            ops = [[op.record_id, op.kind, op.refused_code] for op in outbox.waiting_ops(connection)]
            blobs = [
                [blob.sha256, blob.record_id, blob.last_error] for blob in outbox.waiting_blobs(connection)
            ]
            stale = feed.anything_stale(connection)
            plans = connection.exec_driver_sql("SELECT household_id FROM visit_plans").scalars().all()
            kept = {
                op.id
                for (payload,) in connection.exec_driver_sql(
                    "SELECT payload FROM batches WHERE answered_at IS NOT NULL"
                )
                for op in Batch.model_validate_json(payload).ops
            }
            bodies = connection.exec_driver_sql("SELECT record_id, body FROM outbox").all()
            older = connection.exec_driver_sql("SELECT id, bucket FROM older_visits").all()
        return {
            "held": held, "ops": ops, "blobs": blobs, "stale": stale, "plans": sorted(plans),
            "kept": sorted(kept), "buckets": self._tablet.buckets(), "bodies": [list(row) for row in bodies],
            "older": dict(map(tuple, older)), "photos": self._photos(),
            "install": self._tablet.meta(meta.INSTALL_ID),
        }  # fmt: skip

    def _photos(self) -> list[str]:
        """Photos held, each read and hashed."""
        return [one for one in self._store.photos.stored_before("9999") if self._store.photos.get(one)]

    def _picked(self, kind: str, pick: int, *, mine: bool = False) -> Any:
        ids = sorted(self._tablet.ids(kind))
        records = [self._tablet.find(kind, ids[pick % len(ids)])] if ids else []
        if mine:
            found = (self._tablet.find(kind, one) for one in ids)
            records = [one for one in found if one.created_by == self._tablet.user_id]
        return records[pick % len(records)] if records else None


class ServerRole:
    """A county server on a port of its own. Its clock stands until it is told the time."""

    def __init__(self, folder: str, seed: str, at: str, database_url: str = "") -> None:
        self._clock = MovableClock(parse_instant(at))
        source, lock = random.Random(seed), threading.Lock()

        def random_bytes(count: int) -> bytes:
            with lock:
                return source.randbytes(count)

        out = logging.FileHandler(Path(folder) / "server.log")
        out.setFormatter(JsonLines(self._clock))
        logging.getLogger("server").addHandler(out)
        logging.getLogger("server").setLevel(logging.INFO)
        settings = Settings(data_dir=Path(folder), database_url=database_url)
        app = create_app(settings, clock=self._clock, random_bytes=random_bytes)
        listener = socket.create_server(("127.0.0.1", 0))
        self._port = listener.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", access_log=False))
        thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not self._server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.002)

    def command(self, name: str, **facts: Any) -> Any:
        """Run one of the methods below."""
        return getattr(self, name)(**facts)

    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def clock(self, at: str) -> None:
        """Set the time."""
        self._clock.set(parse_instant(at))

    def arm(self, kill: str, passing: int = 1) -> None:
        """Die at a point ('' = do not)."""
        kill_points.arm(kill, passing)

    def disk(self, full: bool) -> None:
        """Have the disk of the database full, or not any more."""
        _SERVER_DISK.full = full

    def stop(self) -> None:
        """End without waiting for anybody."""
        self._server.should_exit = True


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())

    def taken(self) -> list[str]:
        messages, self._messages = self._messages, []
        return messages


def _told(report: CycleReport) -> dict[str, Any]:
    """What a cycle did; what it did not is left out."""
    told = asdict(report)
    del told["started"], told["finished"], told["clock_shift_ms"]
    return {name: value for name, value in told.items() if value}


ROLES: Final[dict[str, Callable[..., Role]]] = {"device": DeviceRole, "server": ServerRole}
