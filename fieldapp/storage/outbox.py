"""The outbox: ops and blobs that wait for the server, and what became of them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text
from fieldapp.domain.ids import IdSource
from fieldapp.storage import meta, proofs
from fieldapp.storage.tables import BatchRow, BlobQueueRow, OutboxRow
from sync.protocol.entities import EDITION, blobs_of, household_of, kinds_between
from sync.protocol.wire import (
    MAX_BATCH_BYTES,
    MAX_BATCH_OPS,
    Batch,
    Op,
)

OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]
BATCHES = BatchRow.__table__  # type: ignore[attr-defined]
BLOB_QUEUE = BlobQueueRow.__table__  # type: ignore[attr-defined]
BATCHES_KEPT: Final = dt.timedelta(days=60)
"""How long answered batches stay, to be sent again to a server restored from a backup."""
SMALL_BLOB_BYTES: Final = 32 * 1024
"""A blob up to this size costs no more than a few records do."""
_ENVELOPE_BYTES: Final = 400
"""What surrounds the body of an op at most."""


_PARENTS: Final = ("amends", "assessment_id", "clue_id", "visit_id", "back_check_id", "found_household_id")
"""Fields that name a record which must be there first, besides the household."""
_KINDS_TO_SEND: Final = select(OUTBOX.c.kind).distinct().where(OUTBOX.c.refused_code == "")
_ANY_BLOB: Final = select(BLOB_QUEUE.c.sha256).limit(1)
_OPS: Final = select(func.count(), func.count().filter(OUTBOX.c.refused_code != "")).select_from(OUTBOX)
_BLOBS: Final = select(
    func.count(), func.count().filter(BLOB_QUEUE.c.size > SMALL_BLOB_BYTES, ~BLOB_QUEUE.c.urgent)
).select_from(BLOB_QUEUE)


@dataclass(frozen=True, slots=True)
class WaitingOp:
    """An op in the outbox as the sync screen shows it; refused when `refused_code` is set."""

    seq: int
    kind: str
    record_id: str
    made_at: dt.datetime
    attempts: int
    under_way: bool
    refused_code: str
    refused_field: str


@dataclass(frozen=True, slots=True)
class WaitingBlob:
    """A photo, signature or other file not yet confirmed by the server."""

    sha256: str
    kind: str
    record_id: str
    size: int
    mime: str
    queued_at: dt.datetime
    attempts: int
    last_error: str
    urgent: bool = False

    @property
    def small(self) -> bool:
        """Whether it travels with the records, over any connection: signatures, strokes, thumbnails."""
        return self.size <= SMALL_BLOB_BYTES

    @property
    def may_wait(self) -> bool:
        """Whether it waits for a connection that is for photos, where the worker wants that."""
        return not (self.small or self.urgent)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts for the sync chip. `photos` are those of the blobs that may wait for an unmetered connection."""

    ops: int
    blobs: int
    refused: int
    photos: int = 0


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A numbered batch that the server has not answered, as it is sent."""

    n: int
    batch_id: str
    payload: bytes


def counts(connection: Connection) -> Waiting:
    """How much waits, and how much needs attention."""
    total, bad = connection.execute(_OPS).one()
    blobs, photos = connection.execute(_BLOBS).one()
    return Waiting(ops=total - bad, blobs=blobs, refused=bad, photos=photos)


def waiting_ops(connection: Connection) -> list[WaitingOp]:
    """All ops of the outbox, urgent and old ones first."""
    found = connection.execute(select(OUTBOX).order_by(OUTBOX.c.urgent.desc(), OUTBOX.c.seq))
    return [
        WaitingOp(r.seq, r.kind, r.record_id, r.made_at, r.attempts, r.batch_n is not None,
                  r.refused_code, r.refused_field)
        for r in found
    ]  # fmt: skip


def waiting_blobs(connection: Connection) -> list[WaitingBlob]:
    """All blobs that the server has not confirmed: urgent ones first, small before large, then oldest."""
    found = connection.execute(
        select(BLOB_QUEUE).order_by(
            BLOB_QUEUE.c.urgent.desc(), BLOB_QUEUE.c.size > SMALL_BLOB_BYTES, BLOB_QUEUE.c.queued_at
        )
    )
    return [
        WaitingBlob(
            r.sha256, r.kind, r.record_id, r.size, r.mime, r.queued_at, r.attempts, r.last_error, r.urgent
        )
        for r in found
    ]


def anything_to_send(connection: Connection) -> bool:
    """Whether next_batch would give a batch: ops neither refused nor answered nor too new for the server."""
    kinds = set(connection.execute(_KINDS_TO_SEND).scalars())
    return bool(kinds) and not kinds.isdisjoint(_kinds_of_server(connection))


def urgent_to_send(connection: Connection) -> bool:
    """Whether an urgent op waits that the server knows the kind of and has not refused."""
    kinds = set(connection.execute(_KINDS_TO_SEND.where(OUTBOX.c.urgent)).scalars())
    return bool(kinds) and not kinds.isdisjoint(_kinds_of_server(connection))


def _kinds_of_server(connection: Connection) -> tuple[str, ...]:
    """Kinds the server knows: it would refuse others, so their ops wait until it has been updated."""
    return kinds_between(0, int(meta.get(connection, meta.SERVER_EDITION) or EDITION))


def anything_to_upload(connection: Connection) -> bool:
    """Whether blobs wait for the server."""
    return connection.execute(_ANY_BLOB).first() is not None


def sendable_blobs(connection: Connection) -> list[WaitingBlob]:
    """Waiting blobs whose record the server has: it takes no blob that no record names."""
    unsent = set(connection.execute(select(OUTBOX.c.record_id)).scalars())
    return [blob for blob in waiting_blobs(connection) if blob.record_id not in unsent]


def unsent_record_ids(connection: Connection) -> set[str]:
    """Records that have ops or blobs which the server has not confirmed."""
    ops = connection.execute(select(OUTBOX.c.record_id)).scalars()
    blobs = connection.execute(select(BLOB_QUEUE.c.record_id)).scalars()
    return set(ops) | set(blobs)


def refusals_of(connection: Connection, record_ids: Collection[str]) -> dict[str, str]:
    """Of the records that the server has not taken yet: why it refused each; '' = it was not asked yet."""
    query = select(OUTBOX.c.record_id, OUTBOX.c.refused_code).where(OUTBOX.c.record_id.in_(record_ids))
    return {row.record_id: row.refused_code for row in connection.execute(query)}


def waiting_of(connection: Connection, kinds: Collection[str]) -> dict[str, str]:
    """Records of some kinds that the server has not taken yet: why it refused each; '' = not asked yet."""
    query = select(OUTBOX.c.record_id, OUTBOX.c.refused_code).where(OUTBOX.c.kind.in_(kinds))
    return {row.record_id: row.refused_code for row in connection.execute(query)}


def next_batch(connection: Connection, new_id: str, now: dt.datetime) -> tuple[int, bytes] | None:
    """The batch to send: one without an answer again, byte for byte, or a new one of the oldest ops.

    Urgent ops pass batches that hold none: one may be large on a thin line, or lie on a stick that nobody
    has carried yet. Returns (n, payload), or None when nothing can be sent. Must run in a write transaction
    that commits before the batch is sent.
    """
    unanswered = select(BATCHES.c.n).where(BATCHES.c.answered_at.is_(None)).order_by(BATCHES.c.n)
    numbers = connection.execute(unanswered).scalars().all()
    if not numbers:
        return _close_batch(connection, new_id, now)
    hurried = select(OUTBOX.c.batch_n).where(OUTBOX.c.urgent, OUTBOX.c.batch_n.in_(numbers))
    first = connection.execute(hurried.order_by(OUTBOX.c.batch_n)).scalar()
    if first is None:
        # Nothing else may go with them: it may hang on what the older batches hold.
        made = _close_batch(connection, new_id, now, OUTBOX.c.urgent)
        if made is not None:
            return made
        first = numbers[0]
    connection.execute(update(OUTBOX).where(OUTBOX.c.batch_n == first).values(attempts=OUTBOX.c.attempts + 1))
    return first, connection.execute(select(BATCHES.c.payload).where(BATCHES.c.n == first)).scalar_one()


def close_batches(connection: Connection, new_id: IdSource, now: dt.datetime) -> list[OpenBatch]:
    """Put all that can be sent into numbered batches. Returns every batch without an answer, in order: what
    a package carries, and what a later cycle sends byte for byte."""
    while _close_batch(connection, new_id(), now) is not None:
        pass
    return _open_batches(connection)


def close_batch_of(
    connection: Connection, record_id: str, new_id: IdSource, now: dt.datetime
) -> list[OpenBatch]:
    """Put the ops of one record, and of unsent ones it hangs on, into a batch of their own. Returns the
    batches without an answer that hold them; one closed earlier comes as it is."""
    wanted = _with_parents(connection, record_id)
    _close_batch(connection, new_id(), now, OUTBOX.c.record_id.in_(wanted))
    held = set(connection.execute(select(OUTBOX.c.batch_n).where(OUTBOX.c.record_id.in_(wanted))).scalars())
    return [batch for batch in _open_batches(connection) if batch.n in held]


def find_open_batch(connection: Connection, batch_id: str) -> OpenBatch | None:
    """The batch of an answer that came late; None when it has been answered, or is not ours."""
    row = connection.execute(
        select(BATCHES.c.n, BATCHES.c.batch_id, BATCHES.c.payload).where(
            BATCHES.c.batch_id == batch_id, BATCHES.c.answered_at.is_(None)
        )
    ).first()
    return None if row is None else OpenBatch(row.n, row.batch_id, row.payload)


def blobs_to_carry(connection: Connection) -> list[WaitingBlob]:
    """Waiting blobs whose record the server has, or gets with the batches without an answer."""
    apart = set(connection.execute(select(OUTBOX.c.record_id).where(OUTBOX.c.batch_n.is_(None))).scalars())
    return [blob for blob in waiting_blobs(connection) if blob.record_id not in apart]


def _open_batches(connection: Connection) -> list[OpenBatch]:
    found = connection.execute(
        select(BATCHES.c.n, BATCHES.c.batch_id, BATCHES.c.payload)
        .where(BATCHES.c.answered_at.is_(None))
        .order_by(BATCHES.c.n)
    )
    return [OpenBatch(row.n, row.batch_id, row.payload) for row in found]


def _with_parents(connection: Connection, record_id: str) -> set[str]:
    """A record, and the unsent records without which the server would refuse it."""
    wanted: set[str] = set()
    left = [record_id]
    while left:
        wanted.add(one := left.pop())
        ops = connection.execute(select(OUTBOX.c.kind, OUTBOX.c.body).where(OUTBOX.c.record_id == one))
        for kind, body in ops.all():
            named = orjson.loads(body)
            parents = {household_of(kind, named | {"id": one}), *map(named.get, _PARENTS)}
            left += [parent for parent in parents if parent and parent not in wanted]
    return wanted


def _close_batch(
    connection: Connection, new_id: str, now: dt.datetime, only: ColumnElement[bool] | None = None
) -> tuple[int, bytes] | None:
    """Number a new batch of the oldest free ops, urgent ones first, or of some of them `only`."""
    query = (
        select(OUTBOX)
        .where(OUTBOX.c.batch_n.is_(None), OUTBOX.c.refused_code == "")
        .where(OUTBOX.c.kind.in_(_kinds_of_server(connection)))
        .order_by(OUTBOX.c.urgent.desc(), OUTBOX.c.seq)
        .limit(MAX_BATCH_OPS)
    )
    if only is not None:
        query = query.where(only)
    chosen: list[int] = []
    ops: list[dict[str, Any]] = []
    size = 0
    for row in connection.execute(query):
        size += len(row.body.encode()) + _ENVELOPE_BYTES
        if ops and size > MAX_BATCH_BYTES:
            break
        chosen.append(row.seq)
        ops.append(
            {"op_id": row.op_id, "kind": row.kind, "id": row.record_id, "action": row.action,
             "base_rev": row.base_rev, "hlc": row.hlc, "body": orjson.Fragment(row.body)}
        )  # fmt: skip
    if not ops:
        return None
    n = int(meta.get(connection, meta.BATCH_N) or 0) + 1
    meta.put(connection, meta.BATCH_N, str(n))
    # Bodies go in as they are stored: they were JSON of a checked record when the op was made.
    batch = {
        "batch_id": new_id, "install_id": meta.get(connection, meta.INSTALL_ID), "n": n,
        "sent_at": instant_text(now), "edition": EDITION, "ops": ops,
    }  # fmt: skip
    payload = orjson.dumps(batch)
    connection.execute(insert(BATCHES), {"n": n, "batch_id": new_id, "payload": payload, "made_at": now})
    connection.execute(
        update(OUTBOX).where(OUTBOX.c.seq.in_(chosen)).values(batch_n=n, attempts=OUTBOX.c.attempts + 1)
    )
    return n, payload


def queue_blobs(
    connection: Connection,
    kind: str,
    body: dict[str, Any],
    now: dt.datetime,
    *,
    urgent: bool = False,
    only: Collection[str] | None = None,
) -> None:
    """Have the blobs that a record names, or some of them, sent or asked for: the server may hold them."""
    for sha256, size, mime in blobs_of(kind, body):
        if only is not None and sha256 not in only:
            continue
        connection.execute(
            insert(BLOB_QUEUE).prefix_with("OR IGNORE"),
            {"sha256": sha256, "kind": kind, "record_id": body["id"], "size": size, "mime": mime,
             "queued_at": now, "attempts": 0, "last_error": "", "urgent": urgent},
        )  # fmt: skip


def retry(connection: Connection, seq: int) -> None:
    """Send a refused op again as it is."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.seq == seq).values(refused_code="", refused_field=""))


def confirm_blobs(connection: Connection, sha256s: Sequence[str], now: dt.datetime) -> int:
    """The server has proved that it holds these blobs. Returns how many of them waited for that."""
    proofs.note(connection, sha256s, now)
    gone = connection.execute(delete(BLOB_QUEUE).where(BLOB_QUEUE.c.sha256.in_(list(sha256s))))
    return int(gone.rowcount)


def forget_blob(connection: Connection, sha256: str) -> None:
    """Do not send a blob after all."""
    connection.execute(delete(BLOB_QUEUE).where(BLOB_QUEUE.c.sha256 == sha256))


def note_blob_failure(connection: Connection, sha256: str, code: str) -> None:
    """Remember why a blob could not be sent."""
    connection.execute(
        update(BLOB_QUEUE)
        .where(BLOB_QUEUE.c.sha256 == sha256)
        .values(attempts=BLOB_QUEUE.c.attempts + 1, last_error=code)
    )


def free_open_batches(connection: Connection, n: int | None = None) -> None:
    """Take back batches whose answers will not come, all or one; their ops go out again in new ones."""
    gone, ops = delete(BATCHES).where(BATCHES.c.answered_at.is_(None)), update(OUTBOX)
    if n is not None:
        gone, ops = gone.where(BATCHES.c.n == n), ops.where(OUTBOX.c.batch_n == n)
    connection.execute(gone)
    connection.execute(ops.values(batch_n=None))


def refuse_largest(connection: Connection, n: int) -> None:
    """The server takes no batch of this size: put its largest op aside for a person, free the others."""
    largest = select(OUTBOX.c.seq).where(OUTBOX.c.batch_n == n).order_by(func.length(OUTBOX.c.body).desc())
    seq = connection.execute(largest.limit(1)).scalar()
    free_open_batches(connection, n)
    connection.execute(
        update(OUTBOX).where(OUTBOX.c.seq == seq).values(refused_code="too_large", refused_field="")
    )


def reidentify(connection: Connection, install_id: str) -> None:
    """Take a new install id (this profile is a copy): numbering starts anew, open ops are free again."""
    free_open_batches(connection)
    # Old answers were given to the other identity; their numbers must not collide with the new count.
    connection.execute(delete(BATCHES))
    meta.put(connection, meta.INSTALL_ID, install_id)
    meta.put(connection, meta.BATCH_N, "0")
    meta.put(connection, meta.MACHINE, "")  # the mark outside the database is written anew at the next start


def requeue_answered(connection: Connection, new_id: IdSource, now: dt.datetime) -> int:
    """After the server was restored from a backup: put the ops of kept batches into the outbox again, and
    the blobs they name.

    They go before what waits there, in their old order, and nothing is taken as seen of the restored
    server's revisions. Returns how many ops were queued. Harmless when the server has them.
    """
    free_open_batches(connection)
    proofs.forget_all(connection)  # what the former database held, this one may not
    ops = _answered_ops(connection)
    lowest = connection.execute(select(func.min(OUTBOX.c.seq))).scalar()
    first = 1 if lowest is None else min(lowest, 1)  # an op of an earlier restore may stand at 0
    if ops:
        connection.execute(
            insert(OUTBOX),
            [
                {"seq": seq, "op_id": new_id(), "kind": op.kind, "record_id": op.id,
                 "action": op.action.value, "base_rev": 0, "hlc": op.hlc,
                 "body": orjson.dumps(op.body).decode(), "made_at": now,
                 "urgent": False, "attempts": 0, "refused_code": "", "refused_field": ""}
                for seq, op in enumerate(ops, first - len(ops))
            ],
        )  # fmt: skip
        connection.execute(update(OUTBOX).values(base_rev=0, urgent=False))
    for op in ops:
        queue_blobs(connection, op.kind, op.body | {"id": op.id}, now)
    connection.execute(delete(BATCHES).where(BATCHES.c.answered_at.is_not(None)))
    return len(ops)


def _answered_ops(connection: Connection) -> list[Op]:
    """The ops of kept batches in the order of their last sending, each once, as it was last sent.

    Those that wait in the outbox, refused and perhaps mended, are left to it.
    """
    waiting = set(connection.execute(select(OUTBOX.c.op_id)).scalars())
    answered = select(BATCHES.c.payload).where(BATCHES.c.answered_at.is_not(None)).order_by(BATCHES.c.n)
    ops: dict[str, Op] = {}
    for payload in connection.execute(answered).scalars():
        for op in Batch.model_validate_json(payload).ops:
            ops.pop(op.op_id, None)
            ops[op.op_id] = op
    return [op for op in ops.values() if op.op_id not in waiting]
