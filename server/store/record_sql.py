"""SQL of the unit of work and of the feed: statements on records, buckets and tombstones."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Delete, Select, TextClause, Update, bindparam, select, text, update

from server.store import tables

CHUNK: Final = 500
"""Ids per IN list: well below SQLite's limit of variables."""

_record = tables.record.c
_bucket = tables.bucket.c

SELECT_RECORDS: Final[Select[Any]] = (
    select(
        _record.id, _record.bucket, _record.rev, _record.h, _record.body, _record.field_meta,
        _record.received_at, _record.deleted,
    )
    .where(_record.kind == bindparam("k"), _record.id.in_(bindparam("ids", expanding=True)))
    .order_by(_record.id)
    .with_for_update()
)  # fmt: skip

LOCK_BUCKETS: Final[Select[Any]] = (
    select(_bucket.id, _bucket.rev)
    .where(_bucket.id.in_(bindparam("ids", expanding=True)))
    .order_by(_bucket.id)
    .with_for_update()
)

ENSURE_BUCKET: Final[TextClause] = text(
    "INSERT INTO bucket (id, rev, min_rev) VALUES (:id, 0, 0) ON CONFLICT (id) DO NOTHING"
)

UPDATE_BUCKET: Final[Update] = (
    update(tables.bucket).where(_bucket.id == bindparam("b_id")).values(rev=bindparam("b_rev"))
)

_kind = tables.bucket_kind.c
KINDS_OF_BUCKETS: Final[Select[Any]] = select(_kind.bucket, _kind.kind, _kind.row_count, _kind.sum).where(
    _kind.bucket.in_(bindparam("ids", expanding=True))
)
CHECK_OF_BUCKET: Final[Select[Any]] = select(_kind.row_count, _kind.sum).where(
    _kind.bucket == bindparam("bucket"), _kind.kind.in_(bindparam("kinds", expanding=True))
)
PUT_KIND: Final[TextClause] = text(
    "INSERT INTO bucket_kind (bucket, kind, row_count, sum) VALUES (:bucket, :kind, :row_count, :sum)"
    " ON CONFLICT (bucket, kind) DO UPDATE SET row_count = excluded.row_count, sum = excluded.sum"
)

RECORD_COLUMNS: Final = (
    "kind", "id", "bucket", "rev", "h", "body", "field_meta", "received_at", "deleted",
)  # fmt: skip

UPDATE_RECORD: Final[Update] = (
    update(tables.record)
    .where(_record.kind == bindparam("b_kind"), _record.id == bindparam("b_id"))
    .values(
        bucket=bindparam("b_bucket"), rev=bindparam("b_rev"), h=bindparam("b_h"), body=bindparam("b_body"),
        field_meta=bindparam("b_meta"), deleted=bindparam("b_deleted"),
    )
)  # fmt: skip

PUT_TOMBSTONE: Final[TextClause] = text(
    "INSERT INTO tombstone (kind, id, bucket, rev, reason, at)"
    " VALUES (:kind, :id, :bucket, :rev, :reason, :at)"
    " ON CONFLICT (kind, id, bucket) DO UPDATE SET rev = excluded.rev, reason = excluded.reason,"
    " at = excluded.at"
)

DROP_TOMBSTONE: Final[Delete] = tables.tombstone.delete().where(
    tables.tombstone.c.kind == bindparam("b_kind"),
    tables.tombstone.c.id == bindparam("b_id"),
    tables.tombstone.c.bucket == bindparam("b_bucket"),
)

FEED_ROWS: Final[Select[Any]] = (
    select(_record.rev, _record.kind, _record.body)
    .where(
        _record.bucket == bindparam("bucket"),
        _record.rev > bindparam("after"),
        _record.rev <= bindparam("upto"),
        _record.kind.in_(bindparam("kinds", expanding=True)),
        _record.deleted.is_(False),
    )
    .order_by(_record.rev)
)

FEED_GONE: Final[Select[Any]] = (
    select(
        tables.tombstone.c.rev, tables.tombstone.c.kind, tables.tombstone.c.id, tables.tombstone.c.reason,
        _record.bucket,
    )
    .join_from(
        tables.tombstone, tables.record,
        (_record.kind == tables.tombstone.c.kind) & (_record.id == tables.tombstone.c.id), isouter=True,
    )
    .where(
        tables.tombstone.c.bucket == bindparam("bucket"),
        tables.tombstone.c.rev > bindparam("after"),
        tables.tombstone.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(tables.tombstone.c.rev)
)  # fmt: skip


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in parts small enough for one statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
