"""Which blobs of this device the server has proved to hold, and since when: these may leave it (R29)."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import ProvenBlobRow

PROVEN: Final = ProvenBlobRow.__table__  # type: ignore[attr-defined]


def note(connection: Connection, sha256s: Iterable[str], now: dt.datetime) -> None:
    """The server has proved that it holds these; an earlier proof keeps its time."""
    values = [{"sha256": sha256, "proven_at": now} for sha256 in sha256s]
    if values:
        connection.execute(insert(PROVEN).prefix_with("OR IGNORE"), values)


def proven(connection: Connection, until: dt.datetime | None = None) -> set[str]:
    """Blobs that were proved, all or those up to an instant."""
    query = select(PROVEN.c.sha256)
    if until is not None:
        query = query.where(PROVEN.c.proven_at <= until)
    return set(connection.execute(query).scalars())


def forget(connection: Connection, sha256s: Iterable[str]) -> None:
    """These have left the device, or the server does not hold them after all."""
    values = [{"one": sha256} for sha256 in sha256s]
    if values:
        connection.execute(delete(PROVEN).where(PROVEN.c.sha256 == bindparam("one")), values)


def forget_all(connection: Connection) -> None:
    """The server's database was replaced: nothing is proved of the present one."""
    connection.execute(delete(PROVEN))
