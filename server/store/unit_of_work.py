"""The one way in which synced records change on the server.

A unit of work is one transaction. Reads and merges come first; `flush` then takes the counters of all
touched buckets under lock, in bucket order, stamps revisions and writes records, tombstones, sums,
typed rows and history together. Inside a bucket, revision order is therefore commit order, which is what
makes a revision usable as a cursor (docs/sync-protocol.md, section 5).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import Clock, instant_text
from fieldapp.domain.hlc import next_hlc
from server.store import record_sql as sql
from server.store import tables
from server.store.bodies import CheckedBody, check_body
from server.store.bulk_insert import insert_many
from server.store.field_conflicts import Edit, is_open
from server.store.projections import delete_rows, insert_rows, row_table
from sync.protocol.entities import (
    BLOB_KINDS,
    CHILDREN,
    DESK_BUCKET,
    ENTITIES,
    REF_BUCKET,
    USER_BUCKET,
    blobs_of,
)
from sync.protocol.merge import FieldConflict
from sync.protocol.wire import Body, checksum

Key = tuple[str, str]
"""Kind and id of a record."""
FieldStamps = dict[str, tuple[int, str, str]]
"""Per changed field: revision, hlc and device of its last change. Fields never changed are absent."""

SUM_MODULUS: Final = 1 << 64
STAMP_FIELDS: Final = frozenset({"updated_at", "updated_by", "device_id"})
"""Fields that follow from a change and are no change themselves."""
FIXED_FIELDS: Final = frozenset({"id", "created_at", "created_by"})
"""Fields no patch can change."""


def to_signed(number: int) -> int:
    """An unsigned 64-bit number as the signed one that both engines can store."""
    return number - SUM_MODULUS if number >= SUM_MODULUS >> 1 else number


def to_unsigned(number: int) -> int:
    """Inverse of to_signed, for any integer: the value modulo 2^64."""
    return number % SUM_MODULUS


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes records: a user, on a device ('' = the server), at a hybrid logical time ('' = now)."""

    user_id: str
    device_id: str = ""
    hlc: str = ""


@dataclass(slots=True)
class Entry:
    """A record inside a unit of work: what is stored, and after staging what is going to be.

    `bucket`, `rev` and `h` (unsigned) are those of the database until `flush`, then the new ones.
    """

    kind: str
    id: str
    bucket: str = ""
    rev: int = 0
    h: int = 0
    body: Body = field(default_factory=dict)
    text: bytes = b""
    stamps: FieldStamps = field(default_factory=dict)
    received_at: str = ""
    deleted: bool = False
    stored: bool = False
    was_live: bool = False
    pending: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Fields to stamp at flush: hlc and device."""

    def last_change(self, name: str) -> tuple[int, str, str]:
        """Revision, hlc and device of a field's last change; a staged one is newer than any revision."""
        if name in self.pending:
            return (SUM_MODULUS, *self.pending[name])
        return self.stamps.get(name, (0, "", ""))


@dataclass(slots=True)
class _Counter:
    """A locked bucket row. `kinds` holds count and sum by kind; `touched` says which of them changed."""

    rev: int
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def next(self) -> int:
        self.rev += 1
        return self.rev

    def count(self, kind: str, rows: int, h: int) -> None:
        """Add to (or, below zero, take from) a kind's count and sum."""
        row_count, total = self.kinds.get(kind, (0, 0))
        self.kinds[kind] = (row_count + rows, total + h)
        self.touched.add(kind)


class UnitOfWork:
    """Records loaded and changed in one transaction. Made by Store; not for more than one thread."""

    def __init__(self, connection: Connection, clock: Clock, follow: "Callable[[UnitOfWork], None]") -> None:
        """`follow` stages what follows from the staged records, before they are written."""
        self.connection: Final = connection
        self._entries: dict[Key, Entry | None] = {}
        self._staged: dict[Key, Entry] = {}
        self._history: list[tuple[Entry, dict[str, Any]]] = []
        self.clock: Final = clock
        self._follow = follow
        self._counters: dict[str, _Counter] = {}

    @cached_property
    def now(self) -> str:
        """The instant of this unit of work."""
        return instant_text(self.clock())

    @cached_property
    def _server_hlc(self) -> str:
        return next_hlc("", int(self.clock().timestamp() * 1000), "server")

    # -- reading -------------------------------------------------------------------------------------

    def load(self, kind: str, ids: Iterable[str]) -> None:
        """Fetch records into the unit, locked against other writers, in id order."""
        missing = sorted({i for i in ids if (kind, i) not in self._entries})
        for part in sql.chunks(missing):
            found = {
                row.id: row for row in self.connection.execute(sql.SELECT_RECORDS, {"k": kind, "ids": part})
            }
            for record_id in part:
                row = found.get(record_id)
                self._entries[kind, record_id] = None if row is None else _entry(kind, row)

    def find(self, kind: str, record_id: str) -> Entry | None:
        """The record as it stands in this unit, or None."""
        key = (kind, record_id)
        if key not in self._entries:
            self.load(kind, [record_id])
        return self._entries[key]

    def former_buckets(self, kind: str, record_id: str) -> frozenset[str]:
        """Buckets the record once lived in."""
        query = select(tables.tombstone.c.bucket).where(
            tables.tombstone.c.kind == kind, tables.tombstone.c.id == record_id
        )
        return frozenset(self.connection.scalars(query))

    def ever_had(self, entry: Entry, name: str, value: object) -> bool:
        """Whether a field has or had this value, also as the loser of a conflict."""
        if entry.body.get(name) == value:
            return True
        text = orjson.dumps(value).decode()
        if any(e is entry and row["field"] == name and text in (row["old"], row["new"])
               for e, row in self._history):  # fmt: skip
            return True
        c = tables.field_history.c
        query = select(c.seq).where(
            c.kind == entry.kind, c.record_id == entry.id, c.field == name, (c.old == text) | (c.new == text)
        )
        return self.connection.execute(query.limit(1)).first() is not None

    def last_edit(self, entry: Entry, name: str) -> Edit:
        """Who gave a field its present value: the last change that was kept, else the record's maker."""
        for one, row in reversed(self._history):
            if one is entry and row["field"] == name and row["kept"]:
                return _edit(entry, name, row)
        c = tables.field_history.c
        query = (
            select(c.by_user, c.device_id, c.hlc, c.at)
            .where(c.kind == entry.kind, c.record_id == entry.id, c.field == name, c.kept.is_(True))
            .order_by(c.seq.desc())
            .limit(1)
        )
        found = self.connection.execute(query).mappings().first()
        if found is not None:
            return _edit(entry, name, found)
        body = entry.body
        return Edit(body.get(name), body["created_by"], body.get("device_id", ""), "", entry.received_at)

    def open_conflicts(self, record_ids: Collection[str]) -> list[Entry]:
        """The conflicts over fields of some records that nobody has decided yet."""
        row = row_table("conflicts").c
        for part in sql.chunks(sorted(record_ids)):
            self.load("conflicts", self.connection.scalars(select(row.id).where(row.record_id.in_(part))))
        return [
            entry
            for entry in self.live("conflicts")
            if entry.body["record_id"] in record_ids and is_open(entry.body)
        ]

    def visits_of_chain(self, root_id: str) -> list[Entry]:
        """A visit with all its corrections."""
        row = row_table("visits").c
        self.load("visits", self.connection.scalars(select(row.id).where(row.root_id == root_id)))
        return [entry for entry in self.live("visits") if entry.body["root_id"] == root_id]

    def live(self, kind: str) -> list[Entry]:
        """The records of a kind that were loaded or staged in this unit and are not deleted, by id."""
        found = [entry for (of, _), entry in self._entries.items() if of == kind and entry is not None]
        return sorted((entry for entry in found if not entry.deleted), key=lambda entry: entry.id)

    def load_children(self, kind: str, household_ids: Iterable[str]) -> None:
        """Fetch a kind's records that hang on some households."""
        target = row_table(kind)
        for part in sql.chunks(sorted(household_ids)):
            found = select(target.c.id).where(target.c.household_id.in_(part))
            self.load(kind, self.connection.scalars(found))

    @property
    def staged(self) -> list[Entry]:
        """What is to be written, in the order of staging."""
        return list(self._staged.values())

    # -- staging -------------------------------------------------------------------------------------

    def put(self, kind: str, checked: CheckedBody) -> Entry:
        """Stage a new record. The caller has made sure that it does not exist."""
        entry = Entry(kind, checked.body["id"], body=checked.body, text=checked.text, received_at=self.now)
        entry.h = checked.h
        self._entries[kind, entry.id] = self._staged[kind, entry.id] = entry
        return entry

    def change(
        self, entry: Entry, checked: CheckedBody, author: Author, conflicts: Sequence[FieldConflict] = ()
    ) -> None:
        """Stage another body for a record; what differs goes to the history, and so do losers."""
        contested = {conflict.field for conflict in conflicts}
        if not author.hlc:
            author = replace(author, hlc=self._server_hlc)
        for name in sorted(entry.body.keys() | checked.body.keys()):
            old, new = entry.body.get(name), checked.body.get(name)
            if old == new or name in STAMP_FIELDS:
                continue
            entry.pending[name] = (author.hlc, author.device_id)
            self._note(entry, name, old, new, author, conflict=name in contested, kept=True)
        self.note_losers(entry, author, [c for c in conflicts if c.kept != c.ours])
        entry.body, entry.text = checked.body, checked.text
        self._staged[entry.kind, entry.id] = entry

    def settle(self, entry: Entry, body: Body) -> None:
        """Stage the server's version of a record it decides itself; one that is new has no history yet."""
        if body == entry.body:
            return
        checked = check_body(entry.kind, body)
        if entry.stored:
            self.change(entry, checked, Author(entry.body["updated_by"]))
        else:
            entry.body, entry.text, entry.h = checked.body, checked.text, checked.h

    def note_losers(self, entry: Entry, author: Author, conflicts: Iterable[FieldConflict]) -> None:
        """Keep values that a merge did not take, so that a person can decide."""
        for conflict in conflicts:
            self._note(
                entry, conflict.field, conflict.theirs, conflict.ours, author, conflict=True, kept=False
            )

    def delete(self, entry: Entry, author: Author) -> None:
        """Stage the removal of a record; its content is erased, its id stays taken."""
        self._note(entry, "", None, None, author, conflict=False, kept=True)
        entry.body = {"id": entry.id}
        entry.text = orjson.dumps(entry.body)
        entry.deleted = True
        self._staged[entry.kind, entry.id] = entry

    def _note(
        self, entry: Entry, name: str, old: object, new: object, author: Author, *, conflict: bool, kept: bool
    ) -> None:
        row = {
            "kind": entry.kind,
            "record_id": entry.id,
            "field": name,
            "old": orjson.dumps(old).decode(),
            "new": orjson.dumps(new).decode(),
            "by_user": author.user_id,
            "device_id": author.device_id,
            "hlc": author.hlc,
            "at": self.now,
            "conflict": conflict,
            "kept": kept,
        }
        self._history.append((entry, row))

    # -- writing -------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Stamp and write everything staged. Entries then carry bucket, rev and h as stored."""
        if self._staged:
            self._follow(self)
            self._stage_children_of_moved()
            targets = [(entry, self.bucket_of(entry)) for entry in self._staged.values()]
            counters = self._lock_counters(targets)
            gone = _Gone()
            for entry, target in targets:
                self._stamp(entry, target, counters, gone)
            self._write_counters(counters)
            self._counters.update(counters)
            self._write_records([entry for entry, _ in targets])
            self._write_tombstones(gone)
        self._write_history()
        self._staged.clear()

    def shed(self) -> None:
        """Write what is staged and keep nothing of it in memory: for units that bring very many records.
        What is found afterwards is read from the database again."""
        self.flush()
        self._entries.clear()

    def checks(self, kinds: Collection[str]) -> dict[str, tuple[int, int, int]]:
        """Of the buckets written here: revision, and count and sum (unsigned) of some kinds."""
        found = {}
        for bucket, counter in self._counters.items():
            known = [counted for kind, counted in counter.kinds.items() if kind in kinds]
            count, total = sum(rows for rows, _ in known), sum(h for _, h in known)
            found[bucket] = (counter.rev, count, to_unsigned(total))
        return found

    def bucket_of(self, entry: Entry) -> str:
        """The bucket a record belongs to, as things stand in this unit."""
        via = ENTITIES[entry.kind].bucket_via
        if via == "ref":
            return REF_BUCKET
        if via == "":
            return ""
        if via == "user":
            return f"{USER_BUCKET}{entry.body['user_id']}" if not entry.deleted else entry.bucket
        if entry.deleted:
            return entry.bucket
        if via in ("area", "place"):
            return str(entry.body["area_code"])
        parent = entry.body.get("household_id")
        if parent is None:
            return str(entry.body["area_code"])
        household = self.find("households", parent)
        if household is None or household.deleted:
            return entry.bucket  # callers refuse unknown households; one erased later leaves them in place
        return f"{DESK_BUCKET if via == 'desk' else ''}{household.body['area_code']}"

    def _stage_children_of_moved(self) -> None:
        households = [
            e for e in self._staged.values() if e.kind == "households" and e.stored and not e.deleted
        ]
        moved = [e.id for e in households if e.bucket != e.body["area_code"]]
        if not moved:
            return
        for kind in CHILDREN:
            self.load_children(kind, moved)
        parents = set(moved)
        for key, entry in self._entries.items():
            if entry is not None and entry.body.get("household_id") in parents and not entry.deleted:
                self._staged.setdefault(key, entry)

    def _lock_counters(self, targets: Sequence[tuple[Entry, str]]) -> dict[str, _Counter]:
        floors: dict[str, int] = defaultdict(int)
        for entry, target in targets:
            if target:
                # A record's revision never goes down, also when it moves to a younger bucket: base
                # revisions that devices send stay comparable with the stamps of its fields.
                floors[target] = max(floors[target], entry.rev if entry.bucket != target else 0)
            if entry.bucket and entry.bucket != target:
                floors.setdefault(entry.bucket, 0)
        wanted = sorted(floors)
        if not wanted:
            return {}
        self.connection.execute(sql.ENSURE_BUCKET, [{"id": bucket} for bucket in wanted])
        counters: dict[str, _Counter] = {}
        for part in sql.chunks(wanted):
            for row in self.connection.execute(sql.LOCK_BUCKETS, {"ids": part}):
                counters[row.id] = _Counter(max(row.rev, floors[row.id]))
            # Read after the lock: whoever changes these holds it.
            for row in self.connection.execute(sql.KINDS_OF_BUCKETS, {"ids": part}):
                counters[row.bucket].kinds[row.kind] = (row.row_count, to_unsigned(row.sum))
        return counters

    def _stamp(self, entry: Entry, target: str, counters: dict[str, _Counter], gone: "_Gone") -> None:
        if not target:
            entry.was_live = True
            return
        if entry.was_live:
            old = counters[entry.bucket]
            old.count(entry.kind, -1, -entry.h)
            if entry.bucket != target:
                gone.rows.append(_tombstone(entry, entry.bucket, old.next(), "left", self.now))
        counter = counters[target]
        rev = counter.next()
        if entry.deleted:
            gone.rows.append(_tombstone(entry, target, rev, "deleted", self.now))
        else:
            entry.h = checksum(entry.text)
            counter.count(entry.kind, 1, entry.h)
            if entry.stored and entry.bucket != target:
                gone.back.append({"b_kind": entry.kind, "b_id": entry.id, "b_bucket": target})
        entry.bucket, entry.rev, entry.was_live = target, rev, not entry.deleted
        for name, (hlc, device_id) in entry.pending.items():
            entry.stamps[name] = (rev, hlc, device_id)
        entry.pending.clear()

    def _write_counters(self, counters: dict[str, _Counter]) -> None:
        if not counters:
            return
        revs = [{"b_id": bucket, "b_rev": counter.rev} for bucket, counter in counters.items()]
        self.connection.execute(sql.UPDATE_BUCKET, revs)
        kinds = [
            {
                "bucket": bucket,
                "kind": kind,
                "row_count": counter.kinds[kind][0],
                "sum": to_signed(to_unsigned(counter.kinds[kind][1])),
            }
            for bucket, counter in counters.items()
            for kind in sorted(counter.touched)
        ]
        if kinds:
            self.connection.execute(sql.PUT_KIND, kinds)

    def _write_records(self, entries: Sequence[Entry]) -> None:
        new = [_record_row(entry) for entry in entries if not entry.stored]
        old = [_changed_row(entry) for entry in entries if entry.stored]
        insert_many(self.connection, tables.record, sql.RECORD_COLUMNS, new)
        if old:
            self.connection.execute(sql.UPDATE_RECORD, old)
        by_kind: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_kind[entry.kind].append(entry)
        for kind, group in by_kind.items():
            delete_rows(self.connection, kind, [entry.id for entry in group if entry.stored])
            live = [entry for entry in group if not entry.deleted]
            insert_rows(self.connection, kind, [(entry.bucket, entry.body) for entry in live])
            self._write_blob_refs(kind, live)
        for entry in entries:
            entry.stored = True

    def _write_blob_refs(self, kind: str, entries: Sequence[Entry]) -> None:
        rows = {
            (sha256, entry.id): {
                "sha256": sha256, "kind": kind, "record_id": entry.id, "size": size, "mime": mime
            }
            for entry in entries
            for sha256, size, mime in blobs_of(kind, entry.body)
        }  # fmt: skip
        c = tables.blob_ref.c
        changed = [entry.id for entry in entries if entry.stored] if kind in BLOB_KINDS else []
        for part in sql.chunks(changed):
            known = select(c.sha256, c.record_id).where(c.kind == kind, c.record_id.in_(part))
            for sha256, record_id in self.connection.execute(known).all():
                if rows.pop((sha256, record_id), None) is None:
                    gone = (c.sha256 == sha256) & (c.kind == kind) & (c.record_id == record_id)
                    self.connection.execute(delete(tables.blob_ref).where(gone))
        if rows:
            self.connection.execute(insert(tables.blob_ref), list(rows.values()))

    def _write_tombstones(self, gone: "_Gone") -> None:
        if gone.rows:
            self.connection.execute(sql.PUT_TOMBSTONE, gone.rows)
        if gone.back:
            self.connection.execute(sql.DROP_TOMBSTONE, gone.back)

    def _write_history(self) -> None:
        if self._history:
            rows = [{**row, "bucket": entry.bucket, "rev": entry.rev} for entry, row in self._history]
            self.connection.execute(insert(tables.field_history), rows)
            self._history.clear()


@dataclass(slots=True)
class _Gone:
    """Tombstones to write, and those to take back because a record returned to a bucket."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    back: list[dict[str, Any]] = field(default_factory=list)


def _edit(entry: Entry, name: str, row: Mapping[Any, Any]) -> Edit:
    return Edit(entry.body.get(name), row["by_user"], row["device_id"], row["hlc"], row["at"])


def _entry(kind: str, row: Any) -> Entry:
    body = row.body.encode()
    stamps = {name: (rev, hlc, device) for name, (rev, hlc, device) in orjson.loads(row.field_meta).items()}
    return Entry(
        kind, row.id,
        bucket=row.bucket, rev=row.rev, h=to_unsigned(row.h), body=orjson.loads(body), text=body,
        stamps=stamps, received_at=row.received_at, deleted=bool(row.deleted), stored=True,
        was_live=bool(row.bucket) and not row.deleted,
    )  # fmt: skip


def _record_row(entry: Entry) -> tuple[Any, ...]:
    """Values in the order of RECORD_COLUMNS."""
    return (
        entry.kind, entry.id, entry.bucket, entry.rev, to_signed(entry.h), entry.text.decode(),
        orjson.dumps(entry.stamps).decode(), entry.received_at, entry.deleted,
    )  # fmt: skip


def _changed_row(entry: Entry) -> dict[str, Any]:
    return {
        "b_kind": entry.kind, "b_id": entry.id, "b_bucket": entry.bucket, "b_rev": entry.rev,
        "b_h": to_signed(entry.h), "b_body": entry.text.decode(),
        "b_meta": orjson.dumps(entry.stamps).decode(), "b_deleted": entry.deleted,
    }  # fmt: skip


def _tombstone(entry: Entry, bucket: str, rev: int, reason: str, at: str) -> dict[str, Any]:
    return {"kind": entry.kind, "id": entry.id, "bucket": bucket, "rev": rev, "reason": reason, "at": at}
