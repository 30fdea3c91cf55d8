"""Reads buckets for devices: what is newer than a cursor, as ready lines of the protocol."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.engine import Connection

from server.store import record_sql as sql
from server.store import tables
from sync.protocol.entities import DESK_BUCKET, EDITION, REF_BUCKET, USER_BUCKET, kinds_between
from sync.protocol.wire import MOVED_TO, OlderBucket, checksum_text, control_line, gone_line, row_line

AFTER_DIGITS = ":"
"""The character after "9": codes below an area's end here."""


@dataclass(frozen=True, slots=True)
class BucketState:
    """How far a bucket is. A cursor below `min_rev` is too old: tombstones before it are gone."""

    id: str
    rev: int
    min_rev: int


def bucket_states(
    connection: Connection, areas: Iterable[str], user_id: str, desks: Iterable[str] = ()
) -> list[BucketState]:
    """The buckets that exist under the given areas, the supervisors' of the areas `desks`, the user's own,
    and `ref`; in bucket order."""
    own = {"own": f"{USER_BUCKET}{user_id}"}
    inside = (*areas, *(f"{DESK_BUCKET}{area}" for area in desks))
    return [BucketState(*row) for row in connection.execute(_states_of(inside), own)]


@lru_cache(maxsize=1000)
def _states_of(areas: tuple[str, ...]) -> Select[Any]:
    # Kept: every device asks every few minutes, and building the statement takes longer than running it.
    c = tables.bucket.c
    inside = [(c.id >= area) & (c.id < area + AFTER_DIGITS) for area in areas]
    mine = c.id.in_([REF_BUCKET, bindparam("own")])
    return select(c.id, c.rev, c.min_rev).where(or_(mine, *inside)).order_by(c.id)


def bucket_lines(
    connection: Connection, bucket: str, cursor: int, edition: int = EDITION, older: OlderBucket | None = None
) -> Iterator[bytes]:
    """The lines of one bucket from `begin` to `end`, in one state of the database.

    Only kinds that `edition` knows are sent and counted. A bucket that was read as an `older` edition
    first gets what it lacks of the newer kinds up to the cursor. Bodies are passed on as stored: nothing
    is parsed here.
    """
    c = tables.bucket.c
    state = connection.execute(select(c.rev, c.min_rev).where(c.id == bucket)).one()
    start = cursor if state.min_rev <= cursor <= state.rev else 0
    yield control_line("begin", bucket=bucket, **{"from": start}, upto=state.rev)
    kinds = kinds_between(0, edition)
    if start and older is not None:
        lacking = {"kinds": kinds_between(older.edition, edition), "after": older.filled, "upto": start}
        for _, line in _row_lines(connection, bucket=bucket, **lacking):
            yield line
    place = {"bucket": bucket, "after": start, "upto": state.rev, "kinds": kinds}
    rows = _row_lines(connection, **place)
    if start:
        gone = [
            (rev, gone_line(kind, rev, record_id, reason, now if told and reason == "left" else ""))
            for rev, kind, record_id, reason, now in connection.execute(sql.FEED_GONE, place)
            for told in (edition >= MOVED_TO and kind == "households",)
        ]
        lines: Iterable[tuple[int, bytes]] = merge(rows, gone) if gone else rows
    else:
        lines = rows  # who starts anew holds nothing that could have left
    for _, line in lines:
        yield line
    checks = connection.execute(sql.CHECK_OF_BUCKET, {"bucket": bucket, "kinds": kinds}).all()
    total = checksum_text(sum(row.sum for row in checks) % (1 << 64))
    count = sum(row.row_count for row in checks)
    yield control_line("end", bucket=bucket, rev=state.rev, count=count, sum=total)


def _row_lines(connection: Connection, **place: Any) -> Iterator[tuple[int, bytes]]:
    """Revision and line of a bucket's live records, in the order of revisions."""
    for rev, kind, body in connection.execute(sql.FEED_ROWS, place):
        yield rev, row_line(kind, rev, body.encode())
