"""What the answer to a batch does to the outbox and to the rows it speaks of."""

import datetime as dt
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection, Row

from fieldapp.storage import feed, projections, rows
from fieldapp.storage.outbox import BATCHES, BATCHES_KEPT, OUTBOX
from sync.protocol.entities import REF_BUCKET
from sync.protocol.wire import OpResult, Outcome, PushAnswer


def take_answer(connection: Connection, n: int, answer: PushAnswer, now: dt.datetime) -> dict[str, set[str]]:
    """Store the results of a batch and remove its ops, in the caller's one transaction.

    Returns the changed record ids by kind. Refused ops stay, marked, for a person to look at.
    """
    waiting = {
        row.op_id: row for row in connection.execute(select(OUTBOX).where(OUTBOX.c.batch_n == n)).all()
    }
    changed: dict[str, set[str]] = {}
    for result in answer.results:
        op = waiting.get(result.op_id)
        if op is None:
            continue
        changed.setdefault(op.kind, set()).add(op.record_id)
        if result.outcome is Outcome.REFUSED:
            _refuse(connection, op, result)
        else:
            connection.execute(delete(OUTBOX).where(OUTBOX.c.seq == op.seq))
        store_result(connection, op.kind, op.record_id, result)
    # An op the answer says nothing of is free again rather than forgotten.
    connection.execute(update(OUTBOX).where(OUTBOX.c.batch_n == n).values(batch_n=None))
    connection.execute(update(BATCHES).where(BATCHES.c.n == n).values(answered_at=now))
    connection.execute(
        delete(BATCHES).where(BATCHES.c.answered_at.is_not(None), BATCHES.c.made_at < now - BATCHES_KEPT)
    )
    return changed


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


def store_result(connection: Connection, kind: str, record_id: str, result: OpResult) -> None:
    """Take over what the server says of a record: its version where it differs, rev, bucket, checksum."""
    if kind == "audit_events" or (result.outcome is Outcome.REFUSED and result.body is None):
        return
    if result.body is None and not feed.holds(connection, kind, record_id):
        return  # it left this device before its op was sent (again): the feed brings it where it belongs here
    h = feed.signed(int(result.h, 16)) if result.h else 0
    feed.move_checksum(connection, kind, record_id, result.bucket, h)
    if result.body is not None:
        feed.write_server_body(connection, kind, result.body, result.bucket, result.rev, h)
        projections.mark_stale(connection, projections.households_of(connection, kind, result.body))
        return
    table = rows.table_of(kind)
    connection.execute(
        update(table)
        .where(table.c.id == record_id)
        .values(bucket=result.bucket or REF_BUCKET, rev=result.rev, h=h)
    )
