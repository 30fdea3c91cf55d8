"""Takes the server's feed into records.db: rows and cursor in one commit, checked by count and sum."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldapp.storage import meta, older_visits, projections, rows, wanted_blobs
from fieldapp.storage.needed import needed_ids
from fieldapp.storage.tables import ROWS, BucketRow, OutboxRow
from sync.protocol.entities import EDITION, ENTITIES, Merge, blobs_of
from sync.protocol.wire import BucketCheck, OlderBucket, checksum

BUCKETS = BucketRow.__table__  # type: ignore[attr-defined]
OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]
PULLED_KINDS = tuple(kind for kind, spec in ENTITIES.items() if spec.merge is not Merge.UP_ONLY)
_HOLDINGS: Final = "SELECT id, rev, edition, filled FROM buckets"
_HELD: Final = {
    kind: f"SELECT id, bucket, rev, h FROM {kind} WHERE id IN (SELECT value FROM json_each(?1))"  # noqa: S608
    for kind in ROWS
}
_HELD["visits"] += f" UNION ALL {older_visits.HELD}"
"""One statement for any number of ids: an IN list of thousands is written and read anew for each page."""
_UNSEEN_IN_BUCKET: Final = " UNION ALL ".join(
    f"SELECT '{kind}', id FROM {kind} WHERE bucket = ?1 AND rev < 0"  # noqa: S608
    for kind in PULLED_KINDS
)
_UNSEEN: Final = " UNION ALL ".join(
    f"SELECT '{kind}', id FROM {kind} WHERE rev < 0 AND bucket IN (SELECT id FROM buckets WHERE upto > 0)"  # noqa: S608
    for kind in PULLED_KINDS
)
"""Rows of buckets read to their end; while one is being read anew, unseen rows may still come."""
_RECOUNT: Final = " UNION ALL ".join(
    f"SELECT bucket, count(*), sum(h >> 32), sum(h & 4294967295) FROM {kind} WHERE rev > 0 GROUP BY bucket"  # noqa: S608
    for kind in (*PULLED_KINDS, older_visits.TABLE)
)
"""Sums in halves: SQLite's own would run over."""


_PARSED_AT_ONCE: Final = 500
"""Rows turned into values and written before the next: a body takes six times the room of its text."""
_NOTHING: Final = b":null"
"""The wire leaves out what is null. Where one comes all the same (or a text that looks like it), it is
taken out of the body."""


@dataclass(slots=True)
class Page:
    """Feed rows of one bucket, to be committed together.

    `cursor` is the revision up to which the bucket is held with them; `edition`, once set, that of the
    kinds for which this is true. Before that, kinds newer than the bucket's edition are held up to
    `filled` only. `moved_to` says of households that are gone where they live now.
    """

    bucket: str
    cursor: int = 0
    rows: list[tuple[str, int, bytes]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    moved_to: dict[str, str] = field(default_factory=dict)
    edition: int | None = None
    filled: int = 0


def signed(h: int) -> int:
    """A 64-bit number as SQLite keeps it."""
    return h - (1 << 64) if h >= 1 << 63 else h


def unsigned(h: int) -> int:
    """Inverse of signed; also takes sums modulo 2**64."""
    return h % (1 << 64)


def cursors(connection: Connection) -> dict[str, int]:
    """The revision up to which each bucket is held."""
    return holdings(connection, 0)[0]


def older_buckets(connection: Connection, edition: int) -> dict[str, OlderBucket]:
    """Held buckets that were read as an older edition and may lack records of newer kinds."""
    return holdings(connection, edition)[1]


def holdings(connection: Connection, edition: int) -> tuple[dict[str, int], dict[str, OlderBucket]]:
    """Cursors and older buckets, as a pull asks with them."""
    held: dict[str, int] = {}
    older: dict[str, OlderBucket] = {}
    for bucket, rev, read_by, filled in connection.exec_driver_sql(_HOLDINGS):
        held[bucket] = rev
        if read_by < edition and rev > 0:
            older[bucket] = OlderBucket(edition=read_by, filled=filled)
    return held, older


def newest_rev(connection: Connection, bucket: str) -> int:
    """The highest revision among a bucket's rows: above the cursor where push answers told of newer ones."""
    tables = [rows.table_of(kind) for kind in PULLED_KINDS]
    tables.append(older_visits.OLDER)
    found = (select(func.max(table.c.rev)).where(table.c.bucket == bucket) for table in tables)
    return max((connection.execute(query).scalar() or 0 for query in found), default=0)


def begin_bucket(connection: Connection, bucket: str, from_rev: int, edition: int = EDITION) -> None:
    """Start reading a bucket. From 0, rows already held are marked unseen and dropped at the end if
    the server does not send them again."""
    hold_bucket(connection, bucket)
    if from_rev == 0:
        older_visits.forget_bucket(connection, bucket)
        for kind in PULLED_KINDS:
            connection.exec_driver_sql(
                f"UPDATE {kind} SET rev = -rev, h = 0 WHERE bucket = ? AND rev > 0",  # noqa: S608
                (bucket,),
            )
        connection.execute(
            update(BUCKETS)
            .where(BUCKETS.c.id == bucket)
            .values(rev=0, row_count=0, checksum=0, upto=0, edition=edition, filled=0)
        )


def apply_page(connection: Connection, page: Page) -> dict[str, set[str]]:
    """Store a page and move the cursor, in the caller's transaction. Returns changed ids by kind."""
    changed: dict[str, set[str]] = {}
    check = _Check(connection, page.bucket)
    pending = pending_patches(connection)
    by_kind: dict[str, list[tuple[int, bytes]]] = {}
    for kind, rev, sent in page.rows:
        if kind in ROWS:
            by_kind.setdefault(kind, []).append((rev, sent))
    stale: set[str] = set()
    for kind, found in by_kind.items():
        changed[kind] = _apply_rows(connection, kind, found, check, pending, stale)
    keep = needed_ids(connection) if page.gone else set()
    gone: dict[str, list[str]] = {}
    for kind, record_id in page.gone:
        changed.setdefault(kind, set()).add(record_id)
        if record_id in keep:
            left = _set_aside(connection, kind, record_id, page, stale)
            if left is not None:
                check.forget(page.bucket, left)
        elif kind in ROWS:
            gone.setdefault(kind, []).append(record_id)
    for kind, ids in gone.items():
        _remove(connection, kind, ids, check, stale)
    check.save(page)
    if changed.keys() & {"parameters", "areas"}:  # plans follow the ones, search texts name the others
        projections.mark_all_stale(connection, words="areas" in changed)
    projections.mark_stale(connection, stale)
    return changed


class _Check:
    """Count and sum of the bucket a page belongs to, while its rows are replaced."""

    def __init__(self, connection: Connection, bucket: str) -> None:
        self.bucket = bucket
        self._connection = connection
        self._count, self._total = connection.execute(
            select(BUCKETS.c.row_count, BUCKETS.c.checksum).where(BUCKETS.c.id == bucket)
        ).one()

    def add(self, count: int, total: int) -> None:
        self._count += count
        self._total += total

    def forget(self, bucket: str, h: int) -> None:
        """Take a row's old version out of the bucket it was counted in."""
        if bucket == self.bucket:
            self._count -= 1
            self._total -= h
        else:
            _subtract(self._connection, bucket, h)

    def save(self, page: Page) -> None:
        values = {"row_count": self._count, "checksum": signed(unsigned(self._total)), "rev": page.cursor}
        values |= {"filled": page.filled} if page.edition is None else {"edition": page.edition, "filled": 0}
        self._connection.execute(update(BUCKETS).where(BUCKETS.c.id == self.bucket).values(values))


def _apply_rows(
    connection: Connection,
    kind: str,
    found: Sequence[tuple[int, bytes]],
    check: _Check,
    pending: dict[str, dict[str, Any]],
    stale: set[str],
) -> set[str]:
    """Store the rows of one kind. Returns their ids; `stale` gets the households that hang on them."""
    roots: set[str] = set()
    fresh: list[str] = []
    ids: set[str] = set()
    for start in range(0, len(found), _PARSED_AT_ONCE):
        part = _parsed(connection, kind, found[start : start + _PARSED_AT_ONCE], check.bucket, pending)
        held = _held(connection, kind, part.ids)
        for old_bucket, old_rev, old_h in held.values():
            if old_rev > 0:
                check.forget(old_bucket, old_h)
        check.add(len(part.values), part.total)
        rows.upsert_wire_rows(connection, kind, part.values)
        back = older_visits.forget(connection, part.ids) if kind == "visits" else set()
        fresh += [one for one in part.ids if one not in held or one in back]
        ids.update(part.ids)
        roots |= part.roots
        stale |= part.households
    if kind == "visits":
        # The first of a chain may come after its amendment: a visit returned by the town, a moved household.
        roots |= projections.amended(connection, fresh)
        projections.mark_superseded(connection, roots)
    return ids


@dataclass(frozen=True, slots=True)
class _Parsed:
    """Rows of one kind, ready to be written: `total` is the sum of their signed checksums, `roots` chains of
    visits that got an amendment, `households` those whose derived rows hang on them."""

    ids: list[str]
    values: list[tuple[Any, ...]]
    total: int
    roots: set[str]
    households: set[str]


def _parsed(
    connection: Connection,
    kind: str,
    found: Sequence[tuple[int, bytes]],
    bucket: str,
    pending: dict[str, dict[str, Any]],
) -> _Parsed:
    _statement, parameters = rows.wire_writer(kind)
    household = ENTITIES[kind].household_field
    prefetch, visits = ENTITIES[kind].prefetch, kind == "visits"
    ids: list[str] = []
    values: list[tuple[Any, ...]] = []
    roots: set[str] = set()
    households: set[str] = set()
    total = 0
    # A first sync comes through here 27,000 times. Row by row: a body is forgotten while it is still in the
    # processor's cache.
    for rev, sent in found:
        body = orjson.loads(sent)
        one = body["id"]
        h = signed(checksum(sent))
        total += h
        ids.append(one)
        if household and household in body:
            households.add(body[household])
        if visits and "amends" in body:
            roots.add(body["root_id"])
        if prefetch:
            wanted_blobs.want(connection, blobs_of(kind, body))
        if one in pending:
            body |= pending[one]
        if one in pending or _NOTHING in sent:
            body = {name: value for name, value in body.items() if value is not None}
        values.append(parameters(body, bucket, rev, h))
    return _Parsed(ids, values, total, roots, households)


def end_bucket(
    connection: Connection, bucket: str, rev: int, count: int, total: int, edition: int = EDITION
) -> bool:
    """Finish a bucket: drop what the server no longer has and compare count and sum of the kinds that
    `edition` knows.

    On a difference the cursor goes back to 0, so that the next pull reads the bucket anew; False then.
    """
    dropped: set[str] = set()
    unseen_of: dict[str, set[str]] = {}
    for kind, record_id in connection.exec_driver_sql(_UNSEEN_IN_BUCKET, (bucket,)):
        unseen_of.setdefault(kind, set()).add(record_id)
    keep = needed_ids(connection) if unseen_of else set()
    for kind, unseen in unseen_of.items():
        dropped |= _delete_rows(connection, kind, unseen - keep)
        if unseen & keep:
            meta.put(connection, meta.LEFT_BEHIND, "1")
    projections.mark_stale(connection, dropped)
    held = connection.execute(
        select(BUCKETS.c.row_count, BUCKETS.c.checksum).where(BUCKETS.c.id == bucket)
    ).one()
    sound = held.row_count == count and unsigned(held.checksum) == total
    connection.execute(
        update(BUCKETS)
        .where(BUCKETS.c.id == bucket)
        .values(rev=rev if sound else 0, upto=rev, edition=edition, filled=0)
    )
    return sound


def miscounted(connection: Connection) -> list[str]:
    """Buckets whose rows are not what they were counted to be. Count and sum are kept as rows come and go:
    what goes in another way (damage, a fault of this program) changes neither."""
    found: dict[str, list[int]] = {}
    for bucket, count, high, low in connection.exec_driver_sql(_RECOUNT):
        held = found.setdefault(bucket, [0, 0])
        held[0] += count
        held[1] += (high << 32) + low
    return [
        row.id
        for row in connection.execute(select(BUCKETS).where(BUCKETS.c.rev > 0)).all()
        if [row.row_count, unsigned(row.checksum)] != _modulo(found.get(row.id, [0, 0]))
    ]


def _modulo(held: list[int]) -> list[int]:
    return [held[0], unsigned(held[1])]


def read_anew(connection: Connection, buckets: Collection[str]) -> None:
    """Have these buckets read from their start."""
    connection.execute(update(BUCKETS).where(BUCKETS.c.id.in_(buckets)).values(rev=0))


def left_behind(connection: Connection) -> list[tuple[str, str]]:
    """Kind and id of rows that the server no longer has in their bucket and that were kept for something
    unsent which needed them, when nothing does any more."""
    found = [(kind, record_id) for kind, record_id in connection.exec_driver_sql(_UNSEEN)]
    keep = needed_ids(connection) if found else set()
    return [(kind, record_id) for kind, record_id in found if record_id not in keep]


def drop_rows(connection: Connection, rows_left: Iterable[tuple[str, str]]) -> None:
    """Forget rows that no bucket counts any more."""
    left: dict[str, list[str]] = {}
    for kind, record_id in rows_left:
        left.setdefault(kind, []).append(record_id)
    for kind, ids in left.items():
        projections.mark_stale(connection, _delete_rows(connection, kind, ids))
    if connection.exec_driver_sql(_UNSEEN).first() is None:
        meta.drop(connection, meta.LEFT_BEHIND)


def drop_buckets_outside(connection: Connection, scope: Iterable[str]) -> list[str]:
    """Drop buckets that left the scope. Of one in which something unsent lives, only what that needs is
    kept, until it has been sent or given up. Returns the buckets that went whole."""
    gone = set(cursors(connection)) - set(scope)
    if not gone:
        return []
    keep = needed_ids(connection)
    dropped = []
    for bucket in sorted(gone):
        held = {
            kind: connection.execute(
                select(rows.table_of(kind).c.id).where(rows.table_of(kind).c.bucket == bucket)
            ).scalars().all()
            for kind in PULLED_KINDS
        }  # fmt: skip
        needed = any(one in keep for ids in held.values() for one in ids)
        stale: set[str] = set()
        for kind, ids in held.items():
            stale |= _delete_rows(connection, kind, set(ids) - keep)
        older_visits.forget_bucket(connection, bucket)
        projections.mark_stale(connection, stale)
        if needed:
            # Not held any more, only some of its rows: should it come back, it is read from its start.
            nothing = {"rev": 0, "row_count": 0, "checksum": 0, "upto": 0}
            connection.execute(update(BUCKETS).where(BUCKETS.c.id == bucket).values(nothing))
            continue
        connection.execute(delete(BUCKETS).where(BUCKETS.c.id == bucket))
        dropped.append(bucket)
    return dropped


def forget_cursors(connection: Connection) -> None:
    """Have every bucket read anew (the server was restored: new epoch)."""
    connection.execute(update(BUCKETS).values(rev=0))


def hold_bucket(connection: Connection, bucket: str) -> None:
    """Know of a bucket from the first record in it, so that the next pull reads or drops the bucket."""
    fresh = BucketRow(id=bucket).model_dump()
    connection.execute(insert(BUCKETS).prefix_with("OR IGNORE"), fresh)


def held_buckets(connection: Connection, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """Which of these records are on this device, and in which bucket ('' = no server had it yet)."""
    return {record_id: bucket for record_id, (bucket, _rev, _h) in _held(connection, kind, ids).items()}


def count_anew(connection: Connection, kind: str, placed: Sequence[tuple[str, str, int, int]]) -> None:
    """Account for new server versions of records, learnt from a push answer, in the checks of buckets.

    `placed` holds id, bucket, revision and signed checksum; the rows themselves are still as they were.
    """
    held = _held(connection, kind, [record_id for record_id, *_ in placed])
    shifts: dict[str, tuple[int, int]] = {}

    def shift(bucket: str, rows_more: int, h: int) -> None:
        count, total = shifts.get(bucket, (0, 0))
        shifts[bucket] = (count + rows_more, total + h)

    for record_id, bucket, rev, h in placed:
        if bucket:
            old_bucket, old_rev, old_h = held.get(record_id, ("", 0, 0))
            if old_rev > 0:
                shift(old_bucket, -1, -old_h)
            shift(bucket, 1, h)
            held[record_id] = (bucket, rev, h)
    for bucket in {bucket for _, bucket, _, _ in placed if bucket}:
        hold_bucket(connection, bucket)
    for bucket, (count, total) in shifts.items():
        _add(connection, bucket, count, total)


def pass_own_revisions(
    connection: Connection, bucket: str, revs: Collection[int], check: BucketCheck, edition: int
) -> bool:
    """Move a bucket's cursor over revisions that this device made itself, as far as they follow it
    without a gap: nobody else's change lies between. Where that is all there is, count and sum are
    compared as at the end of a pull; False means that they differ, and the bucket is read anew.
    """
    held = connection.execute(select(BUCKETS).where(BUCKETS.c.id == bucket)).one_or_none()
    if held is None or held.rev == 0:
        return True  # to be read from its start anyway
    reached = held.rev
    while reached + 1 in revs:
        reached += 1
    sound = True
    if reached == check.rev and held.edition == edition:
        sound = held.row_count == check.count and unsigned(held.checksum) == int(check.sum, 16)
    if reached > held.rev or not sound:
        values = {"rev": reached, "upto": reached} if sound else {"rev": 0}
        connection.execute(update(BUCKETS).where(BUCKETS.c.id == bucket).values(values))
    return sound


def write_server_body(
    connection: Connection, kind: str, body: dict[str, Any], bucket: str, rev: int, h: int
) -> None:
    """Store the server's version of one record, pending patches laid over it."""
    patch = pending_patches(connection, body["id"]).get(body["id"], {})
    shown = {k: v for k, v in (body | patch).items() if v is not None}
    _statement, parameters = rows.wire_writer(kind)
    if kind == "visits":
        older_visits.forget(connection, [body["id"]])
    rows.upsert_wire_rows(connection, kind, [parameters(shown, bucket, rev, h)])


def anything_stale(connection: Connection) -> bool:
    """Whether derive has anything to do."""
    return projections.anything_stale(connection)


def derive(connection: Connection, today: dt.date) -> Sequence[str]:
    """Refresh the derived rows of some stale households; call until it returns none, each time in its own
    transaction."""
    return projections.refresh_stale(connection, today)


def pending_patches(connection: Connection, record_id: str = "") -> dict[str, dict[str, Any]]:
    """Unanswered patches by record id; of one record only when named."""
    found: dict[str, dict[str, Any]] = {}
    query = select(OUTBOX.c.record_id, OUTBOX.c.body).where(
        OUTBOX.c.action == "patch", OUTBOX.c.refused_code == ""
    )
    if record_id:
        query = query.where(OUTBOX.c.record_id == record_id)
    for patched, body in connection.execute(query.order_by(OUTBOX.c.seq)):
        found.setdefault(patched, {}).update(orjson.loads(body))
    return found


def _held(connection: Connection, kind: str, ids: Sequence[str]) -> dict[str, tuple[str, int, int]]:
    found = connection.exec_driver_sql(_HELD[kind], (orjson.dumps(ids).decode(),))
    return {record_id: (bucket, rev, h) for record_id, bucket, rev, h in found}


def _subtract(connection: Connection, bucket: str, h: int) -> None:
    _add(connection, bucket, -1, -h)


def _add(connection: Connection, bucket: str, count: int, h: int) -> None:
    row = connection.execute(
        select(BUCKETS.c.row_count, BUCKETS.c.checksum).where(BUCKETS.c.id == bucket)
    ).first()
    if row is not None:
        connection.execute(
            update(BUCKETS)
            .where(BUCKETS.c.id == bucket)
            .values(row_count=row.row_count + count, checksum=signed(unsigned(row.checksum + h)))
        )


def _remove(
    connection: Connection, kind: str, record_ids: Sequence[str], check: _Check, stale: set[str]
) -> None:
    """Delete records that left the bucket of a page, as far as they are held in it."""
    here = {one: held for one, held in _held(connection, kind, record_ids).items() if held[0] == check.bucket}
    for _bucket, rev, h in here.values():
        if rev > 0:
            check.forget(check.bucket, h)
    stale |= _delete_rows(connection, kind, here)


def _set_aside(connection: Connection, kind: str, record_id: str, page: Page, stale: set[str]) -> int | None:
    """Keep a row that left its bucket but that something unsent needs: it counts nowhere, and goes when
    nothing needs it any more. A household is filed where it lives now: it leaves the worker's lists."""
    held = _held(connection, kind, [record_id]).get(record_id) if kind in ROWS else None
    if held is None or held[0] != page.bucket:
        return None
    table = rows.table_of(kind)
    values: dict[str, Any] = {"rev": -abs(held[1]), "h": 0}
    now = page.moved_to.get(record_id, "") if kind == "households" else ""
    if now:
        hold_bucket(connection, now)
        values = {"rev": 0, "h": 0, "bucket": now, "area_code": now}
        stale.add(record_id)
    else:
        meta.put(connection, meta.LEFT_BEHIND, "1")
    connection.execute(update(table).where(table.c.id == record_id).values(values))
    return held[2] if held[1] > 0 else None


def _delete_rows(connection: Connection, kind: str, record_ids: Collection[str]) -> set[str]:
    """Delete records. Returns the households that hung on them."""
    if not record_ids:
        return set()
    named = (orjson.dumps(list(record_ids)).decode(),)
    field = ENTITIES[kind].household_field
    affected: set[str | None] = set()
    if field:
        query = f"SELECT DISTINCT {field} FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
        affected.update(connection.exec_driver_sql(query, named).scalars())
    connection.exec_driver_sql(
        f"DELETE FROM {kind} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608  of the registry
        named,
    )
    if kind == "visits":
        older_visits.forget(connection, record_ids)
    return {household for household in affected if household is not None}


def row_total(connection: Connection, kind: str) -> int:
    """How many rows of a kind are held."""
    return int(connection.execute(select(func.count()).select_from(rows.table_of(kind))).scalar_one())
