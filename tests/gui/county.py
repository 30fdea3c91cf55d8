"""A small county for the tests of screens: a real encrypted store filled as a pull fills it, real
services, and what stands outside the program (window, network) as recording ports."""

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

from fieldapp.app.preferences import Language, Preferences
from fieldapp.app.texts import texts
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import FieldappError, NotAllowedError, StorageError, SyncError
from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.areas import AreaFields, level_of
from fieldapp.domain.records.base import RecordFields, wire_body
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields
from fieldapp.domain.records.persons import PersonFields, Relation, Sex
from fieldapp.domain.records.users import Role, RoleAssignment, UserFields
from fieldapp.domain.records.visits import Location, PositionSource, Result, VisitFields
from fieldapp.domain.rules.id_number import DEMO_ID_PREFIX, id_check_digit
from fieldapp.services.context import Context
from fieldapp.services.profiles import refresh_derived
from fieldapp.storage import feed, meta, proofs
from fieldapp.storage.store import Store
from sync.engine.hand_over import HandedOver
from sync.engine.purge import Purged
from sync.engine.session import SyncSession
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from ui.package_desk import PackageDesk
from ui.ports import AccountState, Surroundings, SyncStatus, Tasks

T = TypeVar("T")

TOWN: Final = "341789100"
VILLAGE: Final = "341789100201"
GRID_1: Final = "341789100201001"
GRID_2: Final = "341789100201002"
OTHER_VILLAGE: Final = "341789100202"
OTHER_GRID: Final = "341789100202001"
AREA_NAMES: Final = {
    "34": "安徽省",
    "3417": "池州市",
    "341789": "示范区",
    TOWN: "石桥镇",
    VILLAGE: "青溪村",
    GRID_1: "第一网格",
    GRID_2: "第二网格",
    OTHER_VILLAGE: "长塘村",
    OTHER_GRID: "第一网格",
}
WORKER: Final = "worker-1"
COLLEAGUE: Final = "worker-2"
BUCKET: Final = "test"


class DirectTasks:
    """Runs work at once in the caller's thread: order without waiting. Errors nobody takes are raised."""

    def run(self, work: Callable[[], T], done: Callable[[T], None],
            failed: Callable[[FieldappError], None] | None = None) -> None:  # fmt: skip
        """Work, then deliver."""
        try:
            value = work()
        except FieldappError as error:
            if failed is None:
                raise
            failed(error)
        else:
            done(value)

    run_aside = run


class HeldTasks:
    """Keeps work until `step`, as a busy database does; the order is the test's to see."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(self, work: Callable[[], T], done: Callable[[T], None],
            failed: Callable[[FieldappError], None] | None = None) -> None:  # fmt: skip
        """Queue."""
        self.waiting.append(lambda: DirectTasks().run(work, done, failed))

    run_aside = run

    def step(self) -> None:
        """Do the oldest piece of work."""
        self.waiting.pop(0)()

    def finish(self) -> None:
        """Do everything, also what follows from it."""
        while self.waiting:
            self.step()


@dataclass
class Toast:
    """What was said."""

    text: str
    action: str = ""
    on_action: Callable[[], None] | None = None


@dataclass
class RecordingShell:
    """The window as presenters see it."""

    went: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=list)
    backs: int = 0
    locks: int = 0
    erased: int = 0
    practised: int = 0
    tours: int = 0
    preferences: Preferences = field(default_factory=Preferences)

    def go(self, route: str, **params: str) -> None:
        """Note where to."""
        self.went.append((route, params))

    def back(self) -> None:
        """Count."""
        self.backs += 1

    def toast(self, text: str, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Note what."""
        self.toasts.append(Toast(text, action, on_action))

    def set_title(self, title: str, context: str = "") -> None:
        """Note the title."""
        self.titles.append((title, context))

    def lock(self) -> None:
        """Count."""
        self.locks += 1

    def start_tour(self) -> None:
        """Count."""
        self.tours += 1

    def practise(self) -> None:
        """Count."""
        self.practised += 1

    def erase(self) -> None:
        """Count."""
        self.erased += 1

    def set_preferences(self, preferences: Preferences) -> None:
        """Keep."""
        self.preferences = preferences


@dataclass
class FarServer:
    """The sync engine as presenters see it, with a server that holds some photos."""

    status: SyncStatus = field(default_factory=SyncStatus)
    photos: dict[str, bytes] = field(default_factory=dict)
    syncs: int = 0
    cancels: int = 0
    store: Store | None = None
    codes: list[str] = field(default_factory=list)
    handing_over: Callable[[str], HandedOver] | None = None
    tells_metered: bool = True
    sent_now: int = 0

    def photos_rule_changed(self) -> None:
        """Nothing to decide: the test says how sync stands."""

    def send_photos_now(self) -> None:
        """Count."""
        self.sent_now += 1

    def free_photos(self) -> Purged:
        """Take what is known to be proven off the device, like the engine."""
        assert self.store is not None
        with self.store.reading() as connection:
            gone = proofs.proven(connection)
        before = self.store.photos.total_bytes()
        self.store.photos.remove(gone)
        return Purged(len(gone), before - self.store.photos.total_bytes())

    def hand_over(self, code: str) -> HandedOver:
        """What the test says, else there is no network."""
        self.codes.append(code)
        if self.handing_over is None:
            raise SyncError("offline")
        return self.handing_over(code)

    def sync_now(self) -> None:
        """Count."""
        self.syncs += 1

    def cancel(self) -> None:
        """Count."""
        self.cancels += 1

    def fetch_photo(self, sha256: str) -> bytes:
        """Bring a photo and keep it, like the engine."""
        if sha256 not in self.photos:
            raise StorageError("photo_not_here")
        if self.store is not None:
            self.store.photos.put(self.photos[sha256], "image/jpeg")
        return self.photos[sha256]


class OtherLock:
    """The profile's lock as screens see it, without a vault behind it (settings tests bring a real one)."""

    def account_state(self) -> AccountState:
        """No PIN, no keyring."""
        return AccountState(pin_on=False, keyring="missing")

    def change_passphrase(self, old: str, new: str) -> None:
        """Nothing to change."""

    def turn_pin_on(self, passphrase: str, pin: str) -> None:
        """There is no keyring."""
        raise NotAllowedError("quick_unlock_no_keyring", status="missing")

    def turn_pin_off(self) -> None:
        """It is off."""

    def save_diagnosis(self, target: Path) -> None:
        """An empty file."""
        target.write_bytes(b"")


class DirectFeed(list[Callable[[Any], None]]):
    """Listeners called at once."""

    def listen(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Add a listener; the answer ends it."""
        self.append(listener)
        return lambda: self.remove(listener) if listener in self else None

    def publish(self, value: Any) -> None:
        """Tell everybody."""
        for listener in list(self):
            listener(value)


class County:
    """A worker's device after its first sync. Records are given as a pull would bring them."""

    def __init__(
        self,
        folder: Path,
        clock: MovableClock | None = None,
        *,
        synced: bool = True,
        store: Store | None = None,
    ) -> None:
        self.clock = clock or MovableClock()
        source = random.Random(0)
        self.store = store or Store.create(
            folder, b"a" * 32, b"b" * 32, clock=self.clock, random_bytes=source.randbytes
        )
        self._rev = itertools.count(1)
        self._serial = itertools.count(1)
        with self.store.transaction() as connection:
            meta.put(connection, meta.INSTALL_ID, "install-1")
            meta.put(connection, meta.USER_ID, WORKER)
        self.context = Context(self.store, WORKER, "device-1")
        self.shell = RecordingShell()
        self.server = FarServer(store=self.store)
        self.changes = DirectFeed()
        # Nobody listens there: what needs a server says that it is offline.
        transport = HttpTransport(ServerAddress("http://127.0.0.1:9"), "", new_request_id=self.store.ids)
        session = SyncSession(self.store, transport, on_change=self.changes.publish)
        self.packages = PackageDesk(session, lambda: None)
        self.sync_feed = DirectFeed()
        if synced:
            self.areas(AREA_NAMES)
            self.worker()
            self.user(COLLEAGUE, "钱丁", Role.GRID_WORKER, GRID_2)
            self.parameters(Parameters(demo_numbers_allowed=True))
            self.server.status = SyncStatus(last_sync_at=self.clock())

    @property
    def today(self) -> dt.date:
        """The county's day."""
        return local_day(self.clock())

    def surroundings(self, tasks: Tasks | None = None, language: Language = Language.ZH) -> Surroundings:
        """What a presenter gets."""
        return Surroundings(
            context=self.context,
            tasks=tasks or DirectTasks(),
            shell=self.shell,
            sync=self.server,
            packages=self.packages,
            account=OtherLock(),
            texts=texts(language),
            preferences=lambda: self.shell.preferences,
            on_change=self.changes.listen,
            on_sync=self.sync_feed.listen,
            publish=self.changes.publish,
        )

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # --- records as a pull brings them -----------------------------------------------------------

    def pull(self, kind: str, records: Iterable[RecordFields]) -> None:
        """Take records in as the feed does, then derive what follows."""
        rows = [(kind, next(self._rev), orjson.dumps(wire_body(record))) for record in records]
        with self.store.transaction() as connection:
            held = feed.cursors(connection)
            if BUCKET not in held:
                feed.begin_bucket(connection, BUCKET, 0)
            feed.apply_page(connection, feed.Page(BUCKET, rows[-1][1] if rows else 0, rows))
        while refresh_derived(self.context):
            pass

    def origin(self, record_id: str = "", by: str = WORKER) -> dict[str, Any]:
        """Id and stamps of a record."""
        now = self.clock()
        return {
            "id": record_id or self.store.ids(),
            "created_at": now,
            "created_by": by,
            "updated_at": now,
            "updated_by": by,
        }

    def areas(self, names: dict[str, str]) -> None:
        """Areas by code."""
        records = [AreaFields(level=level_of(c), name=n, **self.origin(c)) for c, n in names.items()]
        self.pull("areas", records)

    def parameters(self, parameters: Parameters) -> None:
        """The county's numbers."""
        self.pull("parameters", [ParametersFields(parameters=parameters, **self.origin("county"))])

    def user(self, user_id: str, name: str, role: Role, area_code: str) -> None:
        """A worker with one role."""
        assignment = RoleAssignment(role=role, area_code=area_code, since=dt.date(2020, 1, 1))
        self.pull("users", [UserFields(name=name, roles=(assignment,), **self.origin(user_id))])

    def worker(self, role: Role = Role.VILLAGE_AIDE, area_code: str = VILLAGE) -> None:
        """Who works on this device."""
        self.user(WORKER, "周丙", role, area_code)

    def id_number(self, born: dt.date, sex: Sex = Sex.FEMALE) -> str:
        """A fresh made-up number with the demo prefix and the right check digit."""
        sequence = 2 * next(self._serial) + (1 if sex is Sex.MALE else 0)
        first = f"{DEMO_ID_PREFIX}{born:%Y%m%d}{sequence:03d}"
        return first + id_check_digit(first)

    def household_fields(self, head_name: str, **fields: Any) -> HouseholdFields:
        """A household that is owed a visit each quarter unless told otherwise."""
        given: dict[str, Any] = {
            "area_code": GRID_1,
            "group_name": "3组",
            "address": "12号",
            "coverages": (
                Coverage(category=Category.DIBAO, since=dt.date(2024, 1, 1), monthly_amount_fen=61200),
            ),
        } | fields
        return HouseholdFields(head_name=head_name, **self.origin(given.pop("id", "")), **given)

    def person_fields(self, household_id: str, name: str, **fields: Any) -> PersonFields:
        """A member; the head unless told otherwise."""
        born = fields.pop("birth_date", dt.date(1948, 5, 17))
        sex = fields.pop("sex", Sex.FEMALE)
        given: dict[str, Any] = {
            "id_number": self.id_number(born, sex),
            "relation_to_head": Relation.SELF,
            "phone": f"100{next(self._serial):08d}",
        } | fields
        return PersonFields(
            household_id=household_id, name=name, birth_date=born, sex=sex, **self.origin(), **given
        )

    def household(self, head_name: str, **fields: Any) -> str:
        """A household with its head, arrived. Returns its id."""
        household = self.household_fields(head_name, **fields)
        self.pull("households", [household])
        self.pull("persons", [self.person_fields(household.id, head_name)])
        return household.id

    def visit_fields(self, household_id: str, *, days_ago: float = 0, **fields: Any) -> VisitFields:
        """A finished visit of this worker."""
        end = self.clock() - dt.timedelta(days=days_ago)
        origin = self.origin(fields.pop("id", ""), fields.pop("by", WORKER)) | {"created_at": end}
        given: dict[str, Any] = {
            "area_code": GRID_1,
            "result": Result.NORMAL,
            "visitors": (origin["created_by"],),
            "narrative": "在家，精神状态较好，慢性病按时服药，米面油充足。",
            "root_id": origin["id"],
            "location": Location(source=PositionSource.NONE, reason="屋内无信号"),
        } | fields
        return VisitFields(
            household_id=household_id,
            started_at=end - dt.timedelta(minutes=20),
            finished_at=end,
            **origin,
            **given,
        )

    def visit(self, household_id: str, *, days_ago: float = 0, **fields: Any) -> str:
        """A visit the server already has. Returns its id."""
        visit = self.visit_fields(household_id, days_ago=days_ago, **fields)
        self.pull("visits", [visit])
        return visit.id

    # --- what happens elsewhere ------------------------------------------------------------------

    def tell(self, *kinds: str, ids: Iterable[str] = ("any",), initiator: str = "sync") -> None:
        """Publish that records of these kinds changed."""
        self.changes.publish(ChangeSet({kind: frozenset(ids) for kind in kinds}, initiator))
