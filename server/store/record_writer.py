"""Writes records on behalf of the server itself: imports, user administration, demo data.

The same path as a device's push: same checks, same revisions, same history.
"""

from types import TracebackType
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.base import RecordFields, compact, wire_body
from server.store.bodies import CheckedBody, check_body
from server.store.store import Store
from server.store.unit_of_work import FIXED_FIELDS, STAMP_FIELDS, Author, UnitOfWork
from sync.protocol.entities import entity
from sync.protocol.wire import Body


class RecordWriter:
    """Buffers puts and patches and commits them in batches; use as a context manager.

    Parents come before children: a household before its persons and visits. Each batch is one
    transaction, so a long import never holds up devices for long; running it again is harmless. An
    exception inside the `with` block drops the batch that is not committed yet.
    """

    def __init__(self, store: Store, author: Author, *, batch: int = 2000) -> None:
        self._store: Final = store
        self._author: Final = author
        self._batch: Final = batch
        self._puts: list[tuple[str, CheckedBody]] = []
        self._patches: list[tuple[str, str, Body]] = []

    def put(self, kind: str, record: Body | RecordFields) -> None:
        """Create a record, or bring an existing one to this content. Raises RuleError."""
        entity(kind)
        body = wire_body(record) if isinstance(record, RecordFields) else record
        if self._patches:
            self.commit()
        self._puts.append((kind, check_body(kind, body)))
        if len(self._puts) >= self._batch:
            self.commit()

    def patch(self, kind: str, record_id: str, changes: Body) -> None:
        """Change fields of an existing record (None clears)."""
        entity(kind)
        if self._puts:
            self.commit()
        self._patches.append((kind, record_id, changes))
        if len(self._patches) >= self._batch:
            self.commit()

    def commit(self) -> None:
        """Commit what is buffered. Raises RuleError unknown_record, unknown_household, deleted."""
        puts, patches = self._puts, self._patches
        self._puts, self._patches = [], []
        if puts:
            self._store.run(lambda unit: put_all(unit, puts, self._author))
        if patches:
            self._store.run(lambda unit: patch_all(unit, patches, self._author))

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.commit()


def put_all(unit: UnitOfWork, puts: list[tuple[str, CheckedBody]], author: Author) -> None:
    """Stage many puts inside one unit of work."""
    ids: dict[str, list[str]] = {}
    for kind, checked in puts:
        ids.setdefault(kind, []).append(checked.body["id"])
        parent = checked.body.get("household_id")
        if parent:
            ids.setdefault("households", []).append(parent)
    for kind, wanted in ids.items():
        unit.load(kind, wanted)
    for kind, checked in puts:
        entry = unit.find(kind, checked.body["id"])
        require_household(unit, kind, checked.body)
        if entry is None:
            unit.put(kind, checked)
        elif entry.deleted:
            raise RuleError("deleted")
        elif entry.body != checked.body:
            unit.change(entry, checked, author)


def patch_all(unit: UnitOfWork, patches: list[tuple[str, str, Body]], author: Author) -> None:
    """Stage many patches inside one unit of work."""
    for kind, record_id, changes in patches:
        entry = unit.find(kind, record_id)
        if entry is None or entry.deleted:
            raise RuleError("unknown_record")
        wanted = {name: value for name, value in changes.items() if name not in FIXED_FIELDS}
        if all(
            compact({"v": v}).get("v") == entry.body.get(n)
            for n, v in wanted.items()
            if n not in STAMP_FIELDS
        ):
            continue
        stamps = {"updated_at": unit.now, "updated_by": author.user_id, "device_id": author.device_id}
        checked = check_body(kind, {**entry.body, **stamps, **wanted})
        require_household(unit, kind, checked.body)
        unit.change(entry, checked, author)


def require_household(unit: UnitOfWork, kind: str, body: Body) -> None:
    """Refuse a record whose household is not there. Raises RuleError("unknown_household")."""
    if entity(kind).household_field == "household_id" and body.get("household_id") is not None:
        household = unit.find("households", body["household_id"])
        if household is None or household.deleted:
            raise RuleError("unknown_household", "household_id")
