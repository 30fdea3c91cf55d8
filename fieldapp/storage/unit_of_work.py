"""The one way to change a synced record on the device: row and outbox op in the same commit."""

import datetime as dt
from typing import Any, Final

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Row, Transaction

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import Clock, local_day
from fieldapp.domain.hlc import next_hlc
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.base import RecordFields, wire_body
from fieldapp.storage import meta, outbox, projections, rows
from fieldapp.storage.tables import OutboxRow
from sync.protocol.entities import ENTITIES, EntitySpec, Merge

OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]


_STAMPS: Final = frozenset({"updated_at", "updated_by", "device_id"})
"""Fields that follow from a change and are no change themselves."""


class UnitOfWork:
    """One use case's transaction. Nothing is kept unless `commit()` runs.

    `connection` is for repositories' reads and for local tables; synced records go through `save`.
    """

    def __init__(self, connection: Connection, transaction: Transaction, clock: Clock, ids: IdSource,
                 initiator: str) -> None:  # fmt: skip
        self.connection = connection
        self._transaction = transaction
        self._clock = clock
        self._ids = ids
        self._initiator = initiator
        self._changed: dict[str, set[str]] = {}
        self._stale: set[str] = set()

    def now(self) -> dt.datetime:
        """The present, from the store's clock."""
        return self._clock()

    def new_id(self) -> str:
        """A fresh record id."""
        return self._ids()

    def find(self, kind: str, record_id: str) -> RecordFields | None:
        """One record, or None."""
        return rows.find(self.connection, kind, record_id)

    def save(self, kind: str, record: RecordFields, *, urgent: bool = False) -> None:
        """Insert a record or update it, and queue the op that tells the server.

        The record must have been validated (built by its Fields class). An unchanged record makes
        no op. Changing a record of an append-only kind is a bug and raises ValueError.
        """
        spec = ENTITIES[kind]
        body = wire_body(record)
        stored = rows.find(self.connection, kind, record.id)
        if stored is None:
            self._insert(spec, body, urgent=urgent)
        else:
            old = wire_body(stored)
            changed = {k: body.get(k) for k in old.keys() | body.keys() if old.get(k) != body.get(k)}
            if not changed.keys() - _STAMPS:
                return
            if spec.merge is not Merge.FIELDS:
                raise ValueError(f"records of kind {kind} are never changed on a device")
            self._change(spec, old, body, changed)
        self.touch(kind, record.id)
        self._stale.update(projections.households_of(self.connection, kind, body))

    def withdraw(self, kind: str, record_id: str) -> bool:
        """Take a record back that was made here and that no batch to the server holds yet, as if it had
        never been. False when it is on its way already: then nothing changes. Only for records without
        files that no other record names."""
        made_here = (OUTBOX.c.kind == kind, OUTBOX.c.record_id == record_id, OUTBOX.c.refused_code == "")
        ops = self.connection.execute(select(OUTBOX.c.action, OUTBOX.c.batch_n).where(*made_here)).all()
        if not any(op.action == "put" for op in ops) or any(op.batch_n is not None for op in ops):
            return False
        table = rows.table_of(kind)
        self.connection.execute(delete(OUTBOX).where(*made_here))
        self.connection.execute(delete(table).where(table.c.id == record_id))
        self.touch(kind, record_id)
        return True

    def touch(self, kind: str, record_id: str) -> None:
        """Name a record (synced or local) in the ChangeSet of this unit of work."""
        self._changed.setdefault(kind, set()).add(record_id)

    def make_stale(self, household_id: str) -> None:
        """Have the derived rows of a household made again in this commit."""
        self._stale.add(household_id)

    def commit(self) -> ChangeSet:
        """Refresh derived rows, commit, and say what changed."""
        if self._stale:
            projections.refresh(self.connection, self._stale, local_day(self._clock()))
            for household_id in self._stale:
                self.touch("visit_plans", household_id)
        self._transaction.commit()
        return ChangeSet({k: frozenset(v) for k, v in self._changed.items()}, self._initiator)

    def _insert(self, spec: EntitySpec, body: dict[str, Any], *, urgent: bool) -> None:
        _statement, parameters = rows.wire_writer(spec.kind)
        rows.upsert_wire_rows(self.connection, spec.kind, [parameters(body, "", 0, 0)])
        if spec.kind == "visits" and body.get("amends"):
            projections.mark_superseded(self.connection, [body["root_id"]])
        self._queue(spec.kind, body["id"], "put", body, base_rev=0, urgent=urgent)
        if urgent:
            self._hurry(body)
        outbox.queue_blobs(self.connection, spec.kind, body, self._clock(), urgent=urgent)

    def _change(self, spec: EntitySpec, old: dict[str, Any], body: dict[str, Any],
                changed: dict[str, Any]) -> None:  # fmt: skip
        table = rows.table_of(spec.kind)
        here = select(table.c.bucket, table.c.rev, table.c.h).where(table.c.id == body["id"])
        bucket, rev, h = self.connection.execute(here).one()
        _statement, parameters = rows.wire_writer(spec.kind)
        rows.upsert_wire_rows(self.connection, spec.kind, [parameters(body, bucket, rev, h)])
        open_op = self.connection.execute(
            select(OUTBOX.c.seq, OUTBOX.c.action, OUTBOX.c.body, OUTBOX.c.refused_code)
            .where(OUTBOX.c.record_id == body["id"], OUTBOX.c.kind == spec.kind)
            .where(OUTBOX.c.batch_n.is_(None))
            .order_by(OUTBOX.c.seq.desc())
        ).first()
        if open_op is None or _taken_back(open_op, old):
            self._queue(spec.kind, body["id"], "patch", changed, base_rev=rev)
            return
        # An op not under way takes the new values: ten edits of one evening travel as one, and a
        # refused op that was mended goes out again.
        merged = orjson.loads(open_op.body) | changed
        if open_op.action == "put":
            merged = {k: v for k, v in merged.items() if v is not None}
        self.connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.seq == open_op.seq)
            .values(body=orjson.dumps(merged).decode(), hlc=self._stamp(), refused_code="", refused_field="")
        )

    def _queue(self, kind: str, record_id: str, action: str, body: dict[str, Any], *, base_rev: int,
               urgent: bool = False) -> None:  # fmt: skip
        self.connection.execute(
            insert(OUTBOX),
            {"op_id": self._ids(), "kind": kind, "record_id": record_id, "action": action,
             "base_rev": max(base_rev, 0), "hlc": self._stamp(), "body": orjson.dumps(body).decode(),
             "made_at": self._clock(), "urgent": urgent, "attempts": 0, "refused_code": "",
             "refused_field": ""},
        )  # fmt: skip

    def _hurry(self, body: dict[str, Any]) -> None:
        """What an urgent record refers to must not come after it: the server would not know it yet."""
        persons = rows.table_of("persons")
        homes = [body.get(name) for name in ("household_id", "found_household_id") if body.get(name)]
        members = select(persons.c.id).where(persons.c.household_id.in_(homes))
        others = [body.get(name) for name in ("amends", "root_id", "clue_id", "visit_id") if body.get(name)]
        named = OUTBOX.c.record_id.in_([*homes, *others])
        self.connection.execute(
            update(OUTBOX).where(named | OUTBOX.c.record_id.in_(members)).values(urgent=True)
        )

    def _stamp(self) -> str:
        install = meta.get(self.connection, meta.INSTALL_ID)
        stamp = next_hlc(meta.get(self.connection, meta.HLC), int(self._clock().timestamp() * 1000), install)
        meta.put(self.connection, meta.HLC, stamp)
        return stamp


def _taken_back(op: Row[Any], stored: dict[str, Any]) -> bool:
    """Whether the server refused an op and its version stands again: what is edited now is not that op."""
    if not op.refused_code or op.action == "put":
        return False
    return any(stored.get(name) != value for name, value in orjson.loads(op.body).items())
