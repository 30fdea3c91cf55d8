"""Faults of our own, built in on purpose: each must make a walk fail, or the walk proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from fieldapp.storage import feed, outbox
from server.store.unit_of_work import UnitOfWork
from sync.transport.http import HttpTransport


def ops_are_forgotten_when_they_are_sent() -> None:
    """Not when they are answered."""
    next_batch = outbox.next_batch

    def forgetful(connection: Any, new_id: str, now: Any) -> Any:
        made = next_batch(connection, new_id, now)
        if made is not None:
            connection.exec_driver_sql("DELETE FROM outbox WHERE batch_n = ?", (made[0],))
            connection.exec_driver_sql("UPDATE batches SET answered_at = made_at WHERE n = ?", (made[0],))
        return made

    outbox.next_batch = forgetful


def photos_are_taken_as_sent() -> None:
    """Without the server's proof."""
    HttpTransport.missing_blobs = lambda self, sha256s: set()  # type: ignore[method-assign]


def buckets_are_never_dropped() -> None:
    """When the scope shrinks."""
    feed.drop_buckets_outside = lambda connection, scope: []


def losers_of_conflicts_are_not_kept() -> None:
    """In the server's history."""
    UnitOfWork.note_losers = lambda self, entry, author, conflicts: None  # type: ignore[method-assign]


def cursors_run_ahead_of_rows() -> None:
    """By the last row of a page."""
    apply_page = feed.apply_page

    def hasty(connection: Any, page: feed.Page) -> Any:
        return apply_page(connection, replace(page, rows=page.rows[:-1]))

    feed.apply_page = hasty


SABOTAGES: Final[dict[str, Callable[[], None]]] = {
    act.__name__: act
    for act in (
        ops_are_forgotten_when_they_are_sent,
        photos_are_taken_as_sent,
        buckets_are_never_dropped,
        losers_of_conflicts_are_not_kept,
        cursors_run_ahead_of_rows,
    )
}
