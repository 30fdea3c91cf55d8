"""What waits on a device when a sync cycle begins: one look at the profile, mostly at empty tables."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.storage import meta

_LOOK: Final = (
    "SELECT EXISTS (SELECT 1 FROM stale_households), "
    "EXISTS (SELECT 1 FROM outbox WHERE refused_code = ''), "
    "EXISTS (SELECT 1 FROM blob_queue), "
    "EXISTS (SELECT 1 FROM wanted_blobs), "
    "EXISTS (SELECT 1 FROM meta WHERE key = ?), "
    "NOT EXISTS (SELECT 1 FROM meta WHERE key = ? AND value = ?)"
)


@dataclass(frozen=True, slots=True)
class Duties:
    """Whether there are households to derive anew, ops neither refused nor answered, blobs to send, blobs
    to fetch, rows that no bucket counts any more but that something unsent needed, and the day's recount."""

    stale: bool
    ops: bool
    blobs: bool
    wanted: bool
    left_behind: bool
    recount: bool


def waiting(connection: Connection, today: dt.date) -> Duties:
    """What there is to do."""
    # Asked every few minutes on every device, and nearly always in vain: one statement, not six.
    asked = (meta.LEFT_BEHIND, meta.COUNTED_ON, today.isoformat())
    return Duties(*map(bool, connection.exec_driver_sql(_LOOK, asked).one()))
