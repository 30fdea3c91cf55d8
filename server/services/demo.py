"""Fills an empty database with a made-up county: for trying out, showing and measuring. DEMO data only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert

from fieldapp.domain.errors import NotAllowedError, StorageError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.users import Role
from server.demo_data.album import Blob
from server.demo_data.generate import COUNTY_NAME, DemoData, Manifest
from server.demo_data.geography import COUNTY_CODE
from server.demo_data.workers import Login
from server.services.county import initialise
from server.services.enrolment import new_code
from server.services.passwords import hash_password
from server.services.secrets_text import RandomBytes
from server.services.users import NO_PASSWORD, SERVER_USER
from server.store import tables
from server.store.blob_store import BlobStore
from server.store.record_writer import RecordWriter
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.entities import BLOB_KINDS
from sync.protocol.wire import MAX_PUT_BYTES

DATASET: Final = "DEMO"
DEMO_PASSWORD: Final = "ruhutong-demo"
FIELD_ROLES: Final = frozenset({Role.GRID_WORKER, Role.VILLAGE_AIDE})
"""They enrol with codes and never have a password."""
FIRST_ADMIN: Final = "setup"
"""Login of the administrator that every new database begins with."""

Progress = Callable[[int], None]
"""Told how many records are stored so far."""


@dataclass(frozen=True, slots=True)
class DemoDoor:
    """A way in, for those who show the demo: which part it plays, its login and a one-time code."""

    part: str
    login: Login
    code: str


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """What was loaded, and how to get in. Console logins have DEMO_PASSWORD; a code enrols one device."""

    manifest: Manifest
    doors: tuple[DemoDoor, ...]
    blobs: int


def load_demo(
    store: Store,
    files: BlobStore | None,
    data: DemoData,
    *,
    ids: IdSource,
    random_bytes: RandomBytes,
    progress: Progress = lambda _: None,
) -> LoadedDemo:
    """Make the database a DEMO county's and store everything. `files` None leaves pictures out.

    Raises NotAllowedError("demo_refused") when the database holds other data, StorageError
    already_initialised when a demo is there already.
    """
    _require_empty(store)
    initialise(
        store,
        code=COUNTY_CODE,
        name=COUNTY_NAME,
        dataset=DATASET,
        admin_login=FIRST_ADMIN,
        ids=ids,
        random_bytes=random_bytes,
    )
    manifest = Manifest()
    kept: set[str] = set()
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        for nth, (kind, body) in enumerate(data.records(), start=1):
            writer.put(kind, body)
            manifest.count(kind, body)
            if kind in BLOB_KINDS and files is not None:
                for blob in data.blobs(body):
                    _keep(files, blob, kept)
            if nth % 1000 == 0:
                progress(nth)
    _open_accounts(store, data)
    return LoadedDemo(manifest, _doors(store, data, random_bytes), len(kept))


def _require_empty(store: Store) -> None:
    try:
        dataset = store.county.dataset
    except StorageError:
        return
    if dataset != DATASET:
        raise NotAllowedError("demo_refused", dataset=dataset)
    raise StorageError("already_initialised")


def _keep(files: BlobStore, blob: Blob, kept: set[str]) -> None:
    if blob.sha256 in kept:
        return
    kept.add(blob.sha256)
    with files.begin(blob.sha256, MAX_PUT_BYTES) as incoming:
        incoming.write(blob.content)
        files.keep(incoming)


def _open_accounts(store: Store, data: DemoData) -> None:
    # One hash for all: each costs a fifth of a second, and the password is no secret.
    password_hash = hash_password(DEMO_PASSWORD)

    def work(unit: UnitOfWork) -> None:
        rows = [
            {
                "user_id": login.user_id, "login": login.login, "phone": "", "active": True, "failures": 0,
                "password_hash": NO_PASSWORD if login.role in FIELD_ROLES else password_hash,
                "locked_until": None, "created_at": unit.now,
            }
            for login in data.logins()
        ]  # fmt: skip
        unit.connection.execute(insert(tables.user_account), rows)

    store.run(work)


def _doors(store: Store, data: DemoData, random_bytes: RandomBytes) -> tuple[DemoDoor, ...]:
    officer = next(login for login in data.logins() if login.role is Role.COUNTY_OFFICER)
    grid = next(
        login
        for login in data.logins()
        if login.role is Role.GRID_WORKER and login.area_code.startswith(data.demo_aide.area_code)
    )
    cast = (("aide", data.demo_aide), ("grid", grid), ("supervisor", data.demo_clerk), ("county", officer))
    return tuple(
        DemoDoor(part, login, new_code(store, login.user_id, by=SERVER_USER, random_bytes=random_bytes))
        for part, login in cast
    )
