"""Push: applies a device's batch of ops. docs/sync-protocol.md, section 4.

One bad op is refused and never blocks another; a batch that comes again gets its stored answer.
"""

import datetime as dt
import hashlib
import json
import logging
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pydantic
from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from fieldapp.domain.errors import FieldappError, RuleError, SyncError
from fieldapp.domain.records.base import compact
from server.services.identity import Caller
from server.services.ops import Applied, OpsContext, PreparedOp, apply_op, prepare
from server.store import tables
from server.store.engine import worth_retrying
from server.store.store import Store, epoch_of
from server.store.unit_of_work import Entry, UnitOfWork
from sync.protocol.entities import EDITION, ENTITIES, kinds_between
from sync.protocol.wire import (
    MAX_BATCH_OPS,
    Action,
    Body,
    BucketCheck,
    Op,
    OpResult,
    Outcome,
    PushAnswer,
    checksum_text,
)

log = logging.getLogger(__name__)
_MAX_ID: Final = 64


@dataclass(frozen=True, slots=True)
class BadOp:
    """An op whose envelope does not fit; it has an id at least, so it can be refused alone."""

    op_id: str
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReceivedBatch:
    """A batch as it came; `digest` covers all that makes it the same batch."""

    batch_id: str
    install_id: str
    n: int
    ops: tuple[Op | BadOp, ...]
    digest: str
    edition: int = 1


def read_batch(raw: bytes) -> ReceivedBatch:
    """Parse a batch. Raises SyncError("bad_request") when not even its envelope can be read."""
    try:
        try:
            parsed = orjson.loads(raw)
        except orjson.JSONDecodeError:
            # orjson refuses lone surrogates; one such text must not take the whole batch down.
            parsed = json.loads(raw)
        batch_id, install_id, n = parsed["batch_id"], parsed["install_id"], parsed["n"]
        ops, edition = parsed["ops"], parsed.get("edition", 1)
        sound = (
            _is_id(batch_id) and _is_id(install_id) and type(n) is int and 1 <= n < 1 << 62
            and type(edition) is int and edition >= 1
            and isinstance(ops, list) and len(ops) <= MAX_BATCH_OPS
            and all(isinstance(op, dict) and _is_id(op.get("op_id")) for op in ops)
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, RecursionError):
        raise SyncError("bad_request") from None
    if not sound:
        raise SyncError("bad_request")
    digest = hashlib.sha256(_plain([batch_id, install_id, n, ops])).hexdigest()
    return ReceivedBatch(batch_id, install_id, n, tuple(_read_op(op) for op in ops), digest, edition)


def push(store: Store, caller: Caller, batch: ReceivedBatch) -> bytes:
    """Apply a batch and return the answer's JSON. Raises SyncError("reidentify").

    An op over which this program stumbles is refused like a bad one, or its device would send the same batch
    for ever, and nothing else would come through.
    """
    now = store.clock()
    work = _Work([_prepare(op, caller, now) for op in batch.ops])
    while True:
        try:
            return store.run(lambda unit: _push(store, caller, batch, work, unit))
        except FieldappError:
            raise
        except Exception as bug:
            if isinstance(bug, DBAPIError) and worth_retrying(bug):
                raise  # the same later is another matter
            if not work.lay_blame():
                raise
            _log_bug(bug, work.ops[work.at] if work.at >= 0 else None)


@dataclass(slots=True)
class _Work:
    """The ops of a batch while they are applied. `at` is the op under way, -1 when it is all of them.

    `one_by_one`: each is written before the next is begun, to learn which it is that cannot be.
    """

    ops: list[PreparedOp | FieldappError]
    at: int = -1
    one_by_one: bool = False

    def lay_blame(self) -> bool:
        """After a bug: put the op aside that met it, or set out to find it. False when that is of no use."""
        if self.at >= 0:
            self.ops[self.at] = RuleError("op_failed")
            return True
        found, self.one_by_one = self.one_by_one, True
        return not found


def _push(store: Store, caller: Caller, batch: ReceivedBatch, work: _Work, unit: UnitOfWork) -> bytes:
    work.at = -1
    known = _stored_answer(unit, caller, batch)
    if known is not None:
        return known
    context = OpsContext(unit, caller)
    context.load(op for op in batch.ops if isinstance(op, Op))
    expected = _Expected(context, batch.ops)
    outcomes = []
    for at, op in enumerate(work.ops):
        work.at = at
        outcomes.append(_apply(context, op))
        if work.one_by_one:
            unit.flush()
    work.at = -1
    unit.flush()
    results = [
        _result(context, op, outcome, expected) for op, outcome in zip(batch.ops, outcomes, strict=True)
    ]
    edition = min(batch.edition, EDITION)
    answer = PushAnswer(
        batch_id=batch.batch_id,
        epoch=epoch_of(unit.connection),
        server_time=unit.now,
        results=results,
        edition=edition,
        checks=_checks(context, edition),
    )
    body = orjson.dumps(answer.model_dump(exclude_defaults=True))
    _quarantine(unit, caller, batch, results)
    unit.connection.execute(
        insert(tables.push_log),
        {
            "install_id": batch.install_id, "n": batch.n, "batch_id": batch.batch_id,
            "device_id": caller.device_id, "sha256": batch.digest, "answer": body, "at": unit.now,
        },
    )  # fmt: skip
    unit.connection.execute(
        update(tables.device)
        .where(tables.device.c.id == caller.device_id)
        .values(last_seen=unit.now, last_sync=unit.now, install_id=batch.install_id)
    )
    return body


def _stored_answer(unit: UnitOfWork, caller: Caller, batch: ReceivedBatch) -> bytes | None:
    log = tables.push_log.c
    same = or_((log.install_id == batch.install_id) & (log.n == batch.n), log.batch_id == batch.batch_id)
    rows = unit.connection.execute(select(log.device_id, log.sha256, log.answer).where(same)).all()
    if not rows:
        return None
    row = rows[0]
    if len(rows) == 1 and row.sha256 == batch.digest and row.device_id == caller.device_id:
        return bytes(row.answer)
    raise SyncError("reidentify")


def _prepare(op: Op | BadOp, caller: Caller, now: dt.datetime) -> PreparedOp | FieldappError:
    if isinstance(op, BadOp):
        return RuleError("bad_op")
    try:
        return prepare(op, caller, now)
    except FieldappError as refusal:
        return refusal
    except Exception as bug:  # noqa: BLE001  one op of many
        _log_bug(bug, op)
        return RuleError("op_failed")


def _log_bug(bug: Exception, op: PreparedOp | Op | FieldappError | None) -> None:
    # The type and the places only: the message may quote values.
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(bug.__traceback__)[-6:]]
    facts = {"type": type(bug).__name__, "at": places, "kind": getattr(op, "kind", "")}
    log.error("bug", extra={"facts": facts})


def _apply(context: OpsContext, op: PreparedOp | FieldappError) -> Applied | FieldappError:
    if isinstance(op, FieldappError):
        return op
    try:
        return apply_op(context, op)
    except FieldappError as refusal:
        return refusal


class _Expected:
    """What a device must think the records of its batch to be, from what it sent."""

    def __init__(self, context: OpsContext, ops: Iterable[Op | BadOp]) -> None:
        self._bodies: dict[tuple[str, str], Body] = {}
        for op in ops:
            if isinstance(op, Op):
                key = (op.kind, op.id)
                if op.action is Action.PUT:
                    # Also of a record that came before by another machine: this one has what it sent.
                    self._bodies[key] = {}
                elif key not in self._bodies:
                    entry = context.unit.find(op.kind, op.id)
                    self._bodies[key] = {} if entry is None else entry.body
                self._bodies[key] = {**self._bodies[key], **op.body}

    def differing(self, entry: Entry) -> Body | None:
        """The fields of a stored record that the device does not know to be so; None where there are none."""
        known, stored = self._bodies[entry.kind, entry.id], entry.body
        unlike = [name for name in stored.keys() | known.keys() if stored.get(name) != known.get(name)]
        # Empty values of what was sent are no difference.
        sent = compact({name: known[name] for name in unlike if name in known})
        found = {name: stored.get(name) for name in unlike if stored.get(name) != sent.get(name)}
        return found or None


def _checks(context: OpsContext, edition: int) -> dict[str, BucketCheck]:
    """How the written buckets of the caller's scope stand now."""
    written = context.unit.checks(kinds_between(0, edition))
    return {
        bucket: BucketCheck(rev=rev, count=count, sum=checksum_text(total))
        for bucket, (rev, count, total) in written.items()
        if context.reads(bucket)
    }


def _result(
    context: OpsContext, op: Op | BadOp, outcome: Applied | FieldappError, expected: _Expected
) -> OpResult:
    if isinstance(outcome, FieldappError):
        entry = context.standing(op) if isinstance(op, Op) else None
        refused = OpResult(
            op_id=op.op_id,
            outcome=Outcome.REFUSED,
            code=outcome.code,
            field=outcome.field if isinstance(outcome, RuleError) else "",
        )
        return refused if entry is None else refused.model_copy(update=_place(entry, with_body=True))
    entry = outcome.entry
    moved = bool(entry.bucket) and not context.reads(entry.bucket)
    kind = Outcome.MOVED if moved else outcome.outcome
    # A record outside the scope is not shown: the device only learns that it has left.
    with_body = kind in (Outcome.MERGED, Outcome.CONFLICT)
    filled = expected.differing(entry) if kind is Outcome.ACCEPTED and entry.bucket else None
    return OpResult(op_id=op.op_id, outcome=kind, filled=filled, **_place(entry, with_body=with_body))


def _place(entry: Entry, *, with_body: bool) -> dict[str, Any]:
    place: dict[str, Any] = {"bucket": entry.bucket, "rev": entry.rev, "h": checksum_text(entry.h)}
    return {**place, "body": entry.body} if with_body else place


def _quarantine(unit: UnitOfWork, caller: Caller, batch: ReceivedBatch, results: Iterable[OpResult]) -> None:
    rows = [
        {
            "at": unit.now, "user_id": caller.user_id, "device_id": caller.device_id,
            "install_id": batch.install_id, "batch_id": batch.batch_id, "op_id": op.op_id,
            "kind": op.kind if isinstance(op, Op) else "", "record_id": op.id if isinstance(op, Op) else "",
            "code": result.code, "field": result.field[:100],
            "op": _plain(op.raw if isinstance(op, BadOp) else op.model_dump(mode="python")),
        }
        for op, result in zip(batch.ops, results, strict=True)
        if result.outcome is Outcome.REFUSED
    ]  # fmt: skip
    if rows:
        unit.connection.execute(insert(tables.quarantine), rows)


def _read_op(raw: dict[str, Any]) -> Op | BadOp:
    try:
        op = Op.model_validate(raw)
    except pydantic.ValidationError:
        return BadOp(raw["op_id"], raw)
    sound = _is_id(op.id) and op.kind in ENTITIES and _is_text(op.hlc) and 0 <= op.base_rev < 1 << 62
    return op if sound else BadOp(op.op_id, raw)


def _is_text(value: object) -> bool:
    return (
        isinstance(value, str) and "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    )


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_ID and value.isascii() and value.isprintable()


def _plain(value: object) -> bytes:
    """Sorted JSON of anything JSON could hold, lone surrogates included."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(value, sort_keys=True).encode()
