"""The log of past sync cycles: events and counts, never personal data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import SyncLogRow

LOG = SyncLogRow.__table__  # type: ignore[attr-defined]
KEPT: Final = 500
"""Rows kept; at a cycle every five minutes about two working weeks."""


_ADD: Final = insert(LOG).returning(LOG.c.id)
_TRIM: Final = delete(LOG).where(LOG.c.id <= bindparam("oldest"))


@dataclass(frozen=True, slots=True)
class SyncLogEntry:
    """What one cycle did."""

    at: dt.datetime
    event: str
    facts: Mapping[str, Any]


def add(connection: Connection, at: dt.datetime, event: str, facts: Mapping[str, Any]) -> None:
    """Append an entry and drop what is older than the newest KEPT."""
    row = {"at": at, "event": event, "facts": orjson.dumps(dict(facts)).decode()}
    entry = connection.execute(_ADD, row).scalar_one()
    connection.execute(_TRIM, {"oldest": entry - KEPT})


def newest(connection: Connection, limit: int = 50) -> list[SyncLogEntry]:
    """The latest entries, newest first."""
    found = connection.execute(select(LOG).order_by(LOG.c.id.desc()).limit(limit))
    return [SyncLogEntry(row.at, row.event, orjson.loads(row.facts)) for row in found]
