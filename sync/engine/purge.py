"""Takes off the device what the server holds (R29): photos after a time, or when a person wants room, and old
visits. No photo goes that the server did not prove to hold, and it is asked once more just before.
"""

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fieldapp.domain.rules.periodic_review import add_months
from fieldapp.storage import blob_uses, meta, older_visits, outbox, projections, proofs
from fieldapp.storage.outbox import BATCHES_KEPT, SMALL_BLOB_BYTES
from sync.engine.blobs import ASKED_AT_ONCE
from sync.engine.session import CancelToken, SyncSession

log = logging.getLogger(__name__)
_REMOVED_AT_ONCE = 20
"""Photos taken out in one commit: some 6 MB, so that a photo just taken need not wait long."""
_VISITS_AT_ONCE = 500
_COUNTED_BACK = projections.PLAN_HORIZON + dt.timedelta(days=366)
"""How far back counts reach: the statistics show a year, and ask from its beginning what went before."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What left the device, and how many bytes that were."""

    photos: int
    bytes: int


def purge(session: SyncSession, cancel: CancelToken, *, at_once: bool = False) -> Purged:
    """Remove photos whose time is over, or (`at_once`) all that the server holds. Thumbnails and signatures
    stay, and so does what waits for the server or is being worked on. What was proven and belongs to no
    record of this device any more goes in any case. What the server turns out to have lost is sent again.

    Must not run beside a cycle of the session. Raises SyncError as a transport does, StorageError.
    """
    store = session.store
    now = session.clock()
    sizes = store.photos.sizes(above=SMALL_BLOB_BYTES)
    with store.reading() as connection:
        needed = blob_uses.needed_here(connection)
        known = proofs.proven(connection)
        kept_for = dt.timedelta(days=projections.parameters(connection).device_photo_days)
        named = blob_uses.named(connection)
        over = known if at_once else proofs.proven(connection, until=now - kept_for)
    gone = [sha256 for sha256 in store.photos.sizes() if sha256 in known and sha256 not in named]
    unproven = [sha256 for sha256 in sizes if sha256 in named - known - needed]
    held = _held(session, unproven, cancel)
    if held:  # photos of a program that kept no proofs; their time begins now
        with store.transaction() as connection:
            proofs.note(connection, held, now)
    due = [sha256 for sha256 in sizes if sha256 in over and sha256 in named - needed]
    still_held = _held(session, due, cancel)
    lost = set(due) - set(still_held)
    if lost:
        log.warning("the server lacks %d photos that it had proved; they are sent again", len(lost))
        with store.transaction() as connection:
            proofs.forget(connection, lost)
            for kind, body in blob_uses.naming(connection, lost):
                outbox.queue_blobs(connection, kind, body, now, only=lost)
    gone += still_held + (held if at_once else [])
    freed = store.photos.total_bytes()
    _remove(session, gone, cancel)
    freed -= store.photos.total_bytes()
    if gone:
        store.photos.shrink()
    return Purged(len(gone), freed)


def drop_old_visits(session: SyncSession, cancel: CancelToken) -> int:
    """Take visits off the device that are older than the county wants them here and than anything counts.

    Only such that a cycle has compared with the server, and so old on it that no batch of this device would
    bring them back to a restored one; nothing that is unsent or being worked on. Returns how many went.
    Must not run beside a cycle of the session. Raises StorageError.
    """
    with session.store.reading() as connection:
        shift = dt.timedelta(milliseconds=int(meta.get(connection, meta.CLOCK_SHIFT_MS) or 0))
        months = projections.parameters(connection).device_visit_months
    now = session.clock() + shift  # a clock ten years ahead must not empty the device
    kept_from = dt.datetime.combine(add_months(now.date(), -months), now.timetz())
    before = min(kept_from, now - _COUNTED_BACK)
    dropped = 0
    while True:
        cancel.check()
        with session.store.transaction() as connection:
            gone = older_visits.take_out(
                connection, before=before, received_before=now - BATCHES_KEPT, most=_VISITS_AT_ONCE
            )
        if not gone:
            return dropped
        dropped += len(gone)
        session.publish({"visits": set(gone)})


def _held(session: SyncSession, sha256s: Sequence[str], cancel: CancelToken) -> list[str]:
    """Those that the server proves, now, to hold completely."""
    held: list[str] = []
    for start in range(0, len(sha256s), ASKED_AT_ONCE):
        cancel.check()
        group = list(sha256s[start : start + ASKED_AT_ONCE])
        missing = session.transport.missing_blobs(group)
        held += [sha256 for sha256 in group if sha256 not in missing]
    return held


def _remove(session: SyncSession, gone: Collection[str], cancel: CancelToken) -> None:
    names = list(gone)
    for start in range(0, len(names), _REMOVED_AT_ONCE):
        cancel.check()
        session.store.photos.remove(names[start : start + _REMOVED_AT_ONCE])
    with session.store.transaction() as connection:
        proofs.forget(connection, names)
