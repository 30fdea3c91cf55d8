"""Takes away what nobody needs any more, so that a county's store grows only with its work (level S).

Each function does one job in short transactions and may be run at any time, also twice at once.
"""

import datetime as dt
from itertools import islice
from typing import Any, Final

from sqlalchemy import Delete, delete, func, or_, select, update

from fieldapp.domain.clock import instant_text
from server.store import tables
from server.store.blob_store import BlobStore
from server.store.engine import is_sqlite
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

TOMBSTONES_KEPT: Final = dt.timedelta(days=400)
"""A device that was away for longer reads its buckets anew."""
ANSWERS_KEPT: Final = dt.timedelta(days=400)
"""A batch sent again later is taken in as new, which is harmless: records are known by their ids."""
REFUSED_KEPT: Final = dt.timedelta(days=400)
CODES_KEPT: Final = dt.timedelta(days=30)
BLOBS_KEPT: Final = dt.timedelta(days=30)
"""How long a blob stays that no record names: its record may have been refused and be mended."""
UPLOADS_KEPT: Final = dt.timedelta(days=7)
_AT_ONCE: Final = 100


def prune_log(store: Store) -> int:
    """Forget answers to batches and refused ops of long ago. Returns how many."""
    now = store.clock()
    answers, refused = tables.push_log, tables.quarantine
    return _delete(
        store,
        delete(answers).where(answers.c.at < instant_text(now - ANSWERS_KEPT)),
        delete(refused).where(refused.c.at < instant_text(now - REFUSED_KEPT)),
    )


def prune_sign_in(store: Store) -> int:
    """Forget codes that were used or ran out, ended sessions and addresses that have rested."""
    now = store.clock()
    code, session, tries = tables.enrolment_code, tables.session_token, tables.sign_in_tries
    long_ago = instant_text(now - CODES_KEPT)
    return _delete(
        store,
        delete(code).where(or_(code.c.expires_at < long_ago, code.c.used_at < long_ago)),
        delete(session).where(session.c.expires_at <= instant_text(now)),
        delete(tries).where(tries.c.rested_at < now.timestamp()),
    )


def prune_tombstones(store: Store) -> int:
    """Forget what left buckets long ago; cursors from before then are too old from now on."""
    gone, bucket = tables.tombstone.c, tables.bucket
    before = instant_text(store.clock() - TOMBSTONES_KEPT)
    with store.read() as connection:
        newest = connection.execute(
            select(gone.bucket, func.max(gone.rev).label("rev")).where(gone.at < before).group_by(gone.bucket)
        ).all()

    def work(unit: UnitOfWork, name: str, rev: int) -> int:
        # The counter first: a pull sees both changes or none, and pushes wait as they do for each other.
        raised = update(bucket).where(bucket.c.id == name, bucket.c.min_rev < rev).values(min_rev=rev)
        unit.connection.execute(raised)
        old = delete(tables.tombstone).where(gone.bucket == name, gone.rev <= rev)
        return int(unit.connection.execute(old).rowcount)

    return sum(store.run(lambda unit, row=row: work(unit, row.bucket, row.rev)) for row in newest)  # type: ignore[misc]


def prune_blobs(store: Store, blobs: BlobStore) -> int:
    """Forget unfinished uploads, and blobs that no record names. Returns how many."""
    before = store.clock() - BLOBS_KEPT
    count = blobs.sweep(store.clock() - UPLOADS_KEPT)
    names = blobs.names()
    while group := list(islice(names, _AT_ONCE)):
        with store.read() as connection:
            named = _named(connection, group)
        old = [name for name in group if name not in named and (blobs.kept_since(name) or before) < before]
        if old:
            count += _remove_unnamed(store, blobs, old)
    return count


def _remove_unnamed(store: Store, blobs: BlobStore, candidates: list[str]) -> int:
    """Remove those that still are not named, while nobody can name them.

    Otherwise a device could push a record, hear that its photo is here already, and lose it in the same
    moment to a job that had looked before.
    """

    def work(unit: UnitOfWork) -> int:
        if not is_sqlite(store.engine):
            unit.connection.exec_driver_sql("LOCK TABLE blob_ref IN SHARE MODE")
        named = _named(unit.connection, candidates)
        gone = [name for name in candidates if name not in named]
        blobs.remove(gone)
        return len(gone)

    return store.run(work)


def _named(connection: Any, names: list[str]) -> set[str]:
    ref = tables.blob_ref.c
    return set(connection.scalars(select(ref.sha256).where(ref.sha256.in_(names))))


def _delete(store: Store, *statements: Delete) -> int:
    return sum(
        store.run(lambda unit, one=one: int(unit.connection.execute(one).rowcount))  # type: ignore[misc]
        for one in statements
    )
