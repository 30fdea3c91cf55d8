"""One sync cycle: push → pull → blobs, and its line in the log (docs/sync-protocol.md, section 7)."""

import datetime as dt
import logging
from dataclasses import dataclass, fields
from typing import Any, Final

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.errors import FieldappError, StorageError, SyncError
from fieldapp.storage import duties, feed, meta, outbox, sync_log
from sync.engine.blobs import fetch_wanted, send_blobs
from sync.engine.pull import derive_all, pull_all, pull_request
from sync.engine.push import push_all
from sync.engine.session import CancelToken, SyncSession, Tally

log = logging.getLogger(__name__)
_MOST_ROUNDS: Final = 3
"""Push and pull again after a restore of the server; more than a few restores a minute are a fault."""


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What a cycle did. `error_code` '' = it went to its end; counts stand also when it did not.

    `dropped` buckets left the scope, `healed` ones differed from the server's and were read again;
    `clock_shift_ms` is the server's clock minus ours; `retry_after` (seconds) is the server's wish.
    """

    started: dt.datetime
    finished: dt.datetime
    sent: int = 0
    received: int = 0
    refused: int = 0
    conflicts: int = 0
    moved: int = 0
    blobs_sent: int = 0
    blobs_failed: int = 0
    requeued: int = 0
    dropped: tuple[str, ...] = ()
    healed: tuple[str, ...] = ()
    clock_shift_ms: int = 0
    error_code: str = ""
    retry_after: float | None = None


def run_cycle(session: SyncSession, cancel: CancelToken | None = None) -> CycleReport:
    """Run one cycle. Expected failures are in the report, not raised.

    Raises SyncError("sync_running") when a cycle of this session runs.
    """
    if not session.running.acquire(blocking=False):
        raise SyncError("sync_running")
    try:
        return _run(session, cancel or CancelToken())
    finally:
        session.running.release()


def _run(session: SyncSession, cancel: CancelToken) -> CycleReport:
    started, tally = session.clock(), Tally()
    error: FieldappError | None = None
    try:
        _stages(session, tally, cancel)
    except FieldappError as failure:
        error = failure
        log.info("sync cycle ended early: %s", failure)
    report = report_of(session, started, tally, error)
    write_log(session, report, "failed" if report.error_code else "cycle")
    return report


def report_of(
    session: SyncSession, started: dt.datetime, tally: Tally, error: FieldappError | None = None
) -> CycleReport:
    """The tally of what ends now, as a value."""
    retry_after = error.facts.get("retry_after") if error is not None else None
    return CycleReport(
        started=started,
        finished=session.clock(),
        **{**_values(tally), "dropped": tuple(tally.dropped), "healed": tuple(tally.healed)},
        error_code=error.code if error is not None else "",
        retry_after=float(retry_after) if retry_after is not None else None,
    )


def _values(record: Tally | CycleReport) -> dict[str, Any]:
    """The fields of a dataclass as they are; dataclasses.asdict copies what is in them."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _stages(session: SyncSession, tally: Tally, cancel: CancelToken) -> None:
    with session.store.reading() as connection:
        found = duties.waiting(connection, local_day(session.clock()))
        ops = found.ops and outbox.anything_to_send(connection)
        question = pull_request(connection, session.edition)
    dropped = found.left_behind and _drop_left_behind(session)
    miscounted = _recount(session) if found.recount else []
    if found.stale or dropped:  # an interrupted cycle left it
        derive_all(session, cancel)
    for turn in range(_MOST_ROUNDS):
        if ops or turn:
            push_all(session, tally, cancel)
        changed = bool(ops or turn or dropped or miscounted)
        pulled = None
        try:
            pulled = pull_all(session, tally, cancel, None if changed else question)
        finally:
            if changed or pulled is None or pulled.anything:
                _derive_stale(session, cancel)
        if not pulled.new_epoch:
            break
    tally.healed += miscounted
    no_room: StorageError | None = None
    if found.wanted or tally.received:
        try:
            fetch_wanted(session, tally, cancel)
        except StorageError as failure:
            # No room for a form must not keep the photos here: once they are across, they make room.
            no_room = failure
    if found.blobs or tally.requeued:  # a server that was restored is asked for photos, too
        send_blobs(session, tally, cancel)
    if no_room is not None:
        raise no_room


def _drop_left_behind(session: SyncSession) -> bool:
    """Drop rows that nothing unsent needs any more. True when there were any.

    Looked for and dropped in one write: between two, a worker may begin a visit that needs its household.
    """
    with session.store.transaction() as connection:
        left_behind = feed.left_behind(connection)
        feed.drop_rows(connection, left_behind)
    if left_behind:
        session.publish_everything()
    return bool(left_behind)


def _recount(session: SyncSession) -> list[str]:
    """Once a day: compare counts and sums with the rows themselves. Returns buckets to be read anew."""
    with session.store.reading() as connection:
        found = feed.miscounted(connection)
    try:
        with session.store.transaction(lasting=bool(found)) as connection:
            meta.put(connection, meta.COUNTED_ON, local_day(session.clock()).isoformat())
            feed.read_anew(connection, found)
    except StorageError:
        return []  # a full disk: tomorrow, or when there is room
    if found:
        log.warning("%d buckets lack rows they counted; reading them again", len(found))
    return found


def _derive_stale(session: SyncSession, cancel: CancelToken) -> None:
    """Rows that came are not all that makes plans stale: a bucket may have become empty, an answer may have
    brought the server's version."""
    with session.store.reading() as connection:
        stale = feed.anything_stale(connection)
    if stale:
        derive_all(session, cancel)


def write_log(session: SyncSession, report: CycleReport, event: str) -> None:
    """Add a line to the log of sync; of many cycles on end that had nothing to do only the first is told.
    A cycle that went to its end is the time of the last sync."""
    counts: dict[str, Any] = {
        name: value
        for name, value in _values(report).items()
        if value and name not in ("started", "finished", "dropped", "healed", "retry_after")
    }
    counts |= {name: len(getattr(report, name)) for name in ("dropped", "healed") if getattr(report, name)}
    try:
        # What it tells of is on the disk already; a quiet cycle every few minutes need not wake it.
        with session.store.transaction(lasting=False) as connection:
            if counts or not session.quiet:
                sync_log.add(connection, report.finished, event, counts)
            if event == "cycle":
                meta.put(connection, meta.LAST_SYNC, instant_text(report.finished))
        session.quiet = not counts
    except FieldappError as failure:
        # A full disk must not hide what the cycle itself had to say.
        log.warning("sync cycle not logged: %s", failure)
