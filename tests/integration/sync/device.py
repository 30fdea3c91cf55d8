"""A device for the sync tests: a real store, a real transport, and the records a worker makes."""

import atexit
import datetime as dt
import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import (
    Attestation,
    Photo,
    PhotoKind,
    PhotoOrigin,
    Result,
    Signature,
    VisitFields,
)
from fieldapp.storage import feed, meta, outbox, rows
from fieldapp.storage.store import Store
from server.services.enrolment import new_code
from sync.engine.cycle import CycleReport, run_cycle
from sync.engine.enrol import DeviceLabel, enrol
from sync.engine.session import CancelToken, Progress, SyncSession
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from tests.integration.server.county import GRID_1, VILLAGE, County

RECORDS_KEY = bytes(range(32))
PHOTOS_KEY = bytes(range(32, 64))


@dataclass
class Tablet:
    """One device of one worker."""

    store: Store
    transport: HttpTransport
    session: SyncSession
    user_id: str
    changes: list[ChangeSet] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)

    def sync(self, cancel: CancelToken | None = None) -> CycleReport:
        """One cycle, whatever comes of it."""
        return run_cycle(self.session, cancel)

    def synced(self) -> CycleReport:
        """One cycle that must succeed."""
        report = self.sync()
        assert report.error_code == "", report
        return report

    def waiting(self) -> outbox.Waiting:
        with self.store.reading() as connection:
            return outbox.counts(connection)

    def count(self, kind: str) -> int:
        with self.store.reading() as connection:
            return feed.row_total(connection, kind)

    def ids(self, kind: str) -> list[str]:
        with self.store.reading() as connection:
            return list(connection.exec_driver_sql(f"SELECT id FROM {kind}").scalars())

    def find(self, kind: str, record_id: str) -> Any:
        with self.store.reading() as connection:
            return rows.find(connection, kind, record_id)

    def meta(self, key: str) -> str:
        with self.store.reading() as connection:
            return meta.get(connection, key)

    def buckets(self) -> dict[str, tuple[int, int, int]]:
        """Revision, count and sum (unsigned) by bucket."""
        with self.store.reading() as connection:
            found = connection.execute(feed.BUCKETS.select()).all()
        return {row.id: (row.rev, row.row_count, feed.unsigned(row.checksum)) for row in found}

    def save(self, kind: str, record: RecordFields, *, urgent: bool = False) -> None:
        """Save one record as a use case would."""
        with self.store.unit_of_work("test") as work:
            work.save(kind, record, urgent=urgent)
            work.commit()

    def stamps(self) -> dict[str, Any]:
        now = self.store.clock()
        return {
            "id": self.store.ids(), "created_at": now, "created_by": self.user_id, "updated_at": now,
            "updated_by": self.user_id,
        }  # fmt: skip

    def household(self, area_code: str = GRID_1, **values: Any) -> HouseholdFields:
        """Register a household with one person."""
        household = HouseholdFields(
            **self.stamps(), head_name="户主甲", area_code=area_code, group_name="3组",
            status=HouseholdStatus.PENDING,
            coverages=(Coverage(category=Category.DIBAO, since=dt.date(2025, 1, 1)),), **values,
        )  # fmt: skip
        person = PersonFields(**self.stamps(), household_id=household.id, name="户主甲", phone="10012345678")
        with self.store.unit_of_work("test") as work:
            work.save("households", household)
            work.save("persons", person)
            work.commit()
        return household

    def photo(self, size: int = 40_000, seed: int = 0, *, thumbnail: int = 0) -> Photo:
        """Keep a picture's bytes and describe it, with a small picture of so many bytes beside it."""
        content = b"\xff\xd8\xff" + random.Random(seed).randbytes(size - 3)
        sha256 = self.store.photos.put(content, "image/jpeg")
        assert sha256 == hashlib.sha256(content).hexdigest()
        small = b"\xff\xd8\xff" + random.Random(f"small {seed}").randbytes(max(thumbnail - 3, 0))
        return Photo(
            kind=PhotoKind.DOOR, sha256=sha256, size=size, width=1600, height=1200, origin=PhotoOrigin.CAMERA,
            thumbnail_sha256=self.store.photos.put(small, "image/jpeg") if thumbnail else "",
            thumbnail_size=thumbnail or None,
        )  # fmt: skip

    def signature(self) -> Signature:
        """Keep a signature's picture and describe it."""
        content = b"\x89PNG" + random.Random(9).randbytes(3000)
        sha256 = self.store.photos.put(content, "image/png")
        return Signature(attestation=Attestation.SIGNED, image_sha256=sha256, image_size=len(content))

    def visit(self, household_id: str, *photos: Photo, urgent: bool = False, **values: Any) -> VisitFields:
        """Submit a visit."""
        stamps = self.stamps()
        visit = VisitFields(
            **{
                **stamps, "household_id": household_id, "area_code": GRID_1, "result": Result.NORMAL,
                "started_at": stamps["created_at"], "finished_at": stamps["created_at"],
                "narrative": "入户看望，情况正常，老人身体尚好", "root_id": stamps["id"],
                "photos": photos, **values,
            }
        )  # fmt: skip
        self.save("visits", visit, urgent=urgent)
        return visit

    def edit(self, kind: str, record_id: str, **values: Any) -> None:
        """Change fields of a record that is on the device."""
        record = self.find(kind, record_id)
        fields = {
            **record.model_dump(),
            **values,
            "updated_at": self.store.clock(),
            "updated_by": self.user_id,
        }
        self.save(kind, type(record).model_validate(fields))


def open_session(store: Store, address: str, token: str) -> SyncSession:
    """Transport and session of an enrolled store."""
    transport = HttpTransport(ServerAddress(address), token, new_request_id=store.ids, read_seconds=10)
    return SyncSession(store, transport)


@cache
def _empty_profile() -> Path:
    """A freshly made profile, to be copied: making one takes its time."""
    folder = Path(tempfile.mkdtemp(prefix="profile-"))
    atexit.register(shutil.rmtree, folder)
    Store.create(folder, RECORDS_KEY, PHOTOS_KEY).close()
    return folder


@contextmanager
def tablet(
    county: County, folder: Path, *, address: str = "", role: Role = Role.VILLAGE_AIDE, area: str = VILLAGE,
    user_id: str = "", clock: MovableClock | None = None, seed: int = 1,
) -> Iterator[Tablet]:  # fmt: skip
    """A new device, enrolled by a code."""
    user_id = user_id or county.user(role, area)
    for file in _empty_profile().iterdir():
        folder.mkdir(exist_ok=True)
        shutil.copy(file, folder)
    chance = random.Random(seed).randbytes
    store = Store.open(folder, RECORDS_KEY, PHOTOS_KEY, clock=clock or county.clock, random_bytes=chance)
    address = address or county.address
    code = new_code(county.context.store, user_id, by="server", random_bytes=county.random_bytes)
    stranger = HttpTransport(ServerAddress(address), "", new_request_id=store.ids)
    answer = enrol(store, stranger, address, code, DeviceLabel("平板"))
    stranger.close()
    assert answer.user_id == user_id
    with reopened(store, address) as device:
        yield device


@contextmanager
def reopened(store: Store, address: str, *, close: bool = True) -> Iterator[Tablet]:
    """A device over an open store, which is closed at the end unless `close` is false."""
    with store.reading() as connection:
        token, user_id = meta.get(connection, meta.TOKEN), meta.get(connection, meta.USER_ID)
    session = open_session(store, address, token)
    device = Tablet(store, session.transport, session, user_id)
    session.on_change = device.changes.append
    session.on_progress = device.progress.append
    try:
        yield device
    finally:
        session.transport.close()
        if close:
            store.close()
