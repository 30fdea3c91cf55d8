"""The county of a run: areas, workers, tablets. Made once, then copied for every run; and what its
administration does, in a second process beside the server's, as the command line does."""

import datetime as dt
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.ids import uuid7_source
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.storage.store import Store as DeviceStore
from server.main import open_server
from server.services.checks import Finding, check_store
from server.services.county import area_body, initialise
from server.services.devices import revoke_device
from server.services.enrolment import new_code
from server.services.identity import assignments_of
from server.services.reassignment import AreaPart, cover, merge_area, move_households, split_area
from server.services.users import SERVER_USER, NewUser, add_user, change_roles, find_user_id, set_active
from server.settings import Settings
from server.store.blob_files import BlobFiles
from server.store.record_writer import RecordWriter
from server.store.store import Store
from server.store.unit_of_work import Author
from sync.engine.enrol import DeviceLabel, enrol
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.chaos.nursery import Nursery
from tests.determinism import START, MovableClock
from tests.integration.server.county import (
    AREAS,
    COUNTY,
    FAR_VILLAGE,
    GRID_1,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
)
from tests.integration.sync.device import PHOTOS_KEY, RECORDS_KEY

WORKERS: Final = {
    "aide": (Role.VILLAGE_AIDE, VILLAGE),
    "colleague": (Role.VILLAGE_AIDE, VILLAGE),
    "grid": (Role.GRID_WORKER, GRID_1),
    "neighbour": (Role.VILLAGE_AIDE, OTHER_VILLAGE),
    "clerk": (Role.TOWN_CLERK, TOWN),
}
TABLETS: Final = {
    "aide": "aide",
    "aide again": "aide",  # two tablets of one worker
    "colleague": "colleague",
    "grid": "grid",
    "neighbour": "neighbour",
    "clerk": "clerk",
}
"""Worker by tablet."""
PLACES: Final = (VILLAGE, GRID_1, OTHER_VILLAGE, FAR_VILLAGE, TOWN)
"""Where a worker may be sent."""
LEAVES: Final = tuple(area for area in AREAS if len(area) >= 12)
"""Where a household may live."""


@dataclass(frozen=True, slots=True)
class Administration:
    """What people at the county's office do. Every act opens the database anew, beside the server."""

    data: Path
    clock: MovableClock

    @contextmanager
    def _store(self) -> Iterator[Store]:
        store = Store.open(Settings(data_dir=self.data).url, self.clock)
        try:
            yield store
        finally:
            store.close()

    def send_worker(self, login: str, role: Role, area: str) -> None:
        """Give a worker another place of work from today on; former ones end yesterday."""
        today = local_day(self.clock())
        with self._store() as store:
            user_id = find_user_id(store, login)
            with store.read() as connection:
                before = assignments_of(connection, user_id)
            ended = [
                one.model_copy(update={"until": today - dt.timedelta(days=1)}) if one.holds_on(today) else one
                for one in before
            ]
            fresh = RoleAssignment(role=role, area_code=area, since=today)
            change_roles(store, user_id, [*ended, fresh], by=SERVER_USER)

    def set_active(self, login: str, active: bool) -> None:
        """Shut a worker out, or let the worker in again."""
        with self._store() as store:
            set_active(store, find_user_id(store, login), active, by=SERVER_USER)

    def revoke(self, device_id: str) -> None:
        """Shut a device out for good. Raises RuleError."""
        with self._store() as store:
            revoke_device(store, device_id, by=SERVER_USER)

    def code_for(self, login: str, seed: str) -> str:
        """A code with which a worker may enrol a device."""
        with self._store() as store:
            return new_code(
                store,
                find_user_id(store, login),
                by=SERVER_USER,
                random_bytes=random.Random(seed).randbytes,
            )

    def move_household(self, record_id: str, area: str) -> None:
        """Give a household to another grid or village. Raises RuleError."""
        with self._store() as store:
            move_households(store, [record_id], area, by=SERVER_USER)

    def merge(self, code: str, into: str) -> None:
        """Close an area in favour of another. Raises RuleError."""
        with self._store() as store:
            merge_area(store, code, into, by=SERVER_USER)

    def split(self, code: str, part: str, household_ids: Sequence[str]) -> None:
        """Give some households of an area to a new one. Raises RuleError."""
        with self._store() as store:
            parts = [AreaPart(part, f"区划{part[-3:]}", tuple(household_ids))]
            split_area(store, code, parts, close=False, by=SERVER_USER)

    def cover(self, absent: str, substitute: str, days: int) -> None:
        """Have a worker stand in for another from today on. Raises RuleError."""
        today = local_day(self.clock())
        with self._store() as store:
            cover(
                store, find_user_id(store, absent), find_user_id(store, substitute), today,
                today + dt.timedelta(days=days), by=SERVER_USER,
            )  # fmt: skip

    def patch(self, kind: str, record_id: str, **changes: object) -> None:
        """Change a record as an import or an office does."""
        with self._store() as store, RecordWriter(store, Author(SERVER_USER)) as writer:
            writer.patch(kind, record_id, dict(changes))

    def areas_of(self, login: str) -> tuple[str, ...]:
        """Areas whose cases a worker may hold today."""
        with self._store() as store:
            user_id = find_user_id(store, login)
            with store.read() as connection:
                roles = assignments_of(connection, user_id)
        return actor_on(user_id, roles, local_day(self.clock())).areas_with(Permission.HOLD_CASES)

    def findings(self) -> list[Finding]:
        """What the server's own check finds."""
        with self._store() as store:
            return check_store(store, BlobFiles(Settings(data_dir=self.data).blobs))


def build(folder: Path, nursery: Nursery) -> None:
    """A county with enrolled tablets, to be copied: `server` and one folder per tablet."""
    clock = MovableClock()
    random_bytes = random.Random(1).randbytes
    context = open_server(Settings(data_dir=folder / "server"), clock=clock, random_bytes=random_bytes)
    store, ids = context.store, uuid7_source(clock, random_bytes)
    initialise(
        store, code=COUNTY, name="演示县", dataset="DEMO", admin_login="admin", ids=ids,
        random_bytes=random_bytes,
    )  # fmt: skip
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        for code in AREAS:
            writer.put("areas", area_body(store, code, f"区划{code[-3:]}"))
    for login, (role, area) in WORKERS.items():
        assignment = RoleAssignment(role=role, area_code=area, since=dt.date(2020, 1, 1))
        new = NewUser(name=f"经办{login}", login=login, roles=(assignment,))
        add_user(store, new, by=SERVER_USER, ids=ids, random_bytes=random_bytes)
    codes = {
        tablet: new_code(store, find_user_id(store, login), by=SERVER_USER, random_bytes=random_bytes)
        for tablet, login in TABLETS.items()
    }
    store.close()
    server = nursery.child("server", folder=str(folder / "server"), seed="build", at=instant_text(START))
    address = server.call("address")
    for tablet, code in codes.items():
        _enrol(folder / tablet, address, code, clock, random.Random(tablet).randbytes)
    server.kill()


def _enrol(
    folder: Path, address: str, code: str, clock: MovableClock, random_bytes: Callable[[int], bytes]
) -> None:
    folder.mkdir()
    store = DeviceStore.create(folder, RECORDS_KEY, PHOTOS_KEY, clock=clock, random_bytes=random_bytes)
    transport = HttpTransport(ServerAddress(address), "", new_request_id=store.ids)
    enrol(store, transport, address, code, DeviceLabel("平板"))
    transport.close()
    store.close()


def copy_county(template: Path, folder: Path) -> None:
    """A county of one's own."""
    shutil.copytree(template, folder)
