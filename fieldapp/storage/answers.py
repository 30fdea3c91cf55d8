"""What the answer to a batch does to the outbox and to the rows it speaks of."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection, Row

from fieldapp.storage import feed, projections, rows
from fieldapp.storage.outbox import BATCHES, BATCHES_KEPT, OUTBOX
from sync.protocol.entities import REF_BUCKET
from sync.protocol.wire import Body, OpResult, Outcome, PushAnswer

_DELETE_OPS: Final = "DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer changed: record ids by kind, and buckets that turned out to differ from the server's
    (they are read anew by the next pull)."""

    changed: dict[str, set[str]]
    unsound: tuple[str, ...] = ()


def take_answer(connection: Connection, n: int, answer: PushAnswer, now: dt.datetime) -> Taken:
    """Store the results of a batch and remove its ops, in the caller's one transaction.

    Refused ops stay, marked, for a person to look at.
    """
    waiting = {
        row.op_id: row for row in connection.execute(select(OUTBOX).where(OUTBOX.c.batch_n == n)).all()
    }
    changed: dict[str, set[str]] = {}
    found: dict[str, list[tuple[str, OpResult]]] = {}
    answered: list[int] = []
    puts: set[str] = set()
    for result in answer.results:
        op = waiting.get(result.op_id)
        if op is None:
            continue
        changed.setdefault(op.kind, set()).add(op.record_id)
        found.setdefault(op.kind, []).append((op.record_id, result))
        if op.action == "put":
            puts.add(op.record_id)
        if result.outcome is Outcome.REFUSED:
            _refuse(connection, op, result)
        else:
            answered.append(op.seq)
    connection.exec_driver_sql(_DELETE_OPS, (orjson.dumps(answered).decode(),))
    own: dict[str, set[int]] = {}
    for kind, results in found.items():
        for result in store_results(connection, kind, results, puts):
            own.setdefault(result.bucket, set()).add(result.rev)
    # An op the answer says nothing of is free again rather than forgotten.
    connection.execute(update(OUTBOX).where(OUTBOX.c.batch_n == n).values(batch_n=None))
    connection.execute(update(BATCHES).where(BATCHES.c.n == n).values(answered_at=now))
    connection.execute(
        delete(BATCHES).where(BATCHES.c.answered_at.is_not(None), BATCHES.c.made_at < now - BATCHES_KEPT)
    )
    unsound = (
        bucket
        for bucket, check in (answer.checks or {}).items()
        # Cursors move over the revisions of this batch's own records.
        if not feed.pass_own_revisions(connection, bucket, own.get(bucket, set()), check, answer.edition)
    )
    return Taken(changed, tuple(unsound))


def _refuse(connection: Connection, op: Row[Any], result: OpResult) -> None:
    """Keep a refused op for a person. Edits made while it was under way mend it: it goes out once more."""
    later = connection.execute(
        select(OUTBOX)
        .where(OUTBOX.c.kind == op.kind, OUTBOX.c.record_id == op.record_id)
        .where(OUTBOX.c.batch_n.is_(None), OUTBOX.c.refused_code == "", OUTBOX.c.seq > op.seq)
        .order_by(OUTBOX.c.seq)
    ).all()
    values: dict[str, Any] = {"batch_n": None, "refused_code": result.code or "refused",
                              "refused_field": result.field}  # fmt: skip
    if later:
        body = orjson.loads(op.body)
        for one in later:
            body |= orjson.loads(one.body)
        if op.action == "put":
            body = {name: value for name, value in body.items() if value is not None}
        values = {"batch_n": None, "body": orjson.dumps(body).decode(), "hlc": later[-1].hlc}
        connection.execute(delete(OUTBOX).where(OUTBOX.c.seq.in_([one.seq for one in later])))
    connection.execute(update(OUTBOX).where(OUTBOX.c.seq == op.seq).values(values))


def store_results(
    connection: Connection, kind: str, found: Sequence[tuple[str, OpResult]], puts: Collection[str] = ()
) -> list[OpResult]:
    """Take over what the server says of records: its version where it differs, rev, bucket, checksum.

    Returns what the device now holds as told. A record that had left it before its op was sent (again) is
    not among that, nor one of `puts` that a server had before and may have changed: to a restored server it
    went as it was first sent, and the feed brings it as it stands there.
    """
    if kind not in feed.PULLED_KINDS:
        return []
    here = feed.held_buckets(connection, kind, [record_id for record_id, _ in found])
    told = [
        (record_id, result, feed.signed(int(result.h, 16)) if result.h else 0)
        for record_id, result in found
        if result.body is not None or (record_id in here and result.outcome is not Outcome.REFUSED)
    ]
    feed.count_anew(connection, kind, [(one, result.bucket, result.rev, h) for one, result, h in told])
    plain = [(result.bucket or REF_BUCKET, result.rev, h, one) for one, result, h in told if not result.body]
    if plain:
        connection.exec_driver_sql(
            f"UPDATE {kind} SET bucket=?, rev=?, h=? WHERE id=?",  # noqa: S608  a kind of the registry
            plain,
        )
    _fill_in(connection, kind, {one: result.filled for one, result, _ in told if result.filled})
    for _one, result, h in told:
        if result.body is not None:
            feed.write_server_body(connection, kind, result.body, result.bucket, result.rev, h)
            projections.mark_stale(connection, projections.households_of(connection, kind, result.body))
    put_again = {one for one in puts if here.get(one)}
    return [
        result
        for one, result, _h in told
        if result.outcome is not Outcome.REFUSED and (result.body is not None or one not in put_again)
    ]


def _fill_in(connection: Connection, kind: str, filled: Mapping[str, Body]) -> None:
    """Store what the server filled in by itself, except where the worker has typed something since."""
    if not filled:
        return
    pending = feed.pending_patches(connection)
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    stale: list[str] = []
    for record_id, values in filled.items():
        names = tuple(sorted(name for name in values if name not in pending.get(record_id, {})))
        stored = rows.stored_values(kind, {name: values[name] for name in names})
        alike.setdefault(tuple(stored), []).append((*stored.values(), record_id))
        if projections.derives_from(kind, stored):
            stale.append(record_id)
    for names, parameters in alike.items():
        if names:
            marks = ", ".join(f"{name}=?" for name in names)
            connection.exec_driver_sql(
                f"UPDATE {kind} SET {marks} WHERE id=?",  # noqa: S608  columns of the registry
                parameters,
            )
    projections.mark_households_stale(connection, kind, stale)
