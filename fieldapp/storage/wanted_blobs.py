"""Blobs that records from the server name and that are fetched before anybody asks for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import WantedBlobRow

WANTED: Final = WantedBlobRow.__table__  # type: ignore[attr-defined]
_ANY: Final = select(WANTED.c.sha256).limit(1)


@dataclass(frozen=True, slots=True)
class WantedBlob:
    """A blob to fetch."""

    sha256: str
    size: int
    mime: str


def want(connection: Connection, blobs: Iterable[tuple[str, int, str]]) -> None:
    """Note blobs (sha256, size in bytes, mime) in the commit that stores the record naming them."""
    values = [{"sha256": sha256, "size": size, "mime": mime} for sha256, size, mime in blobs]
    if values:
        connection.execute(insert(WANTED).prefix_with("OR IGNORE"), values)


def anything_wanted(connection: Connection) -> bool:
    """Whether a blob is still to be fetched."""
    return connection.execute(_ANY).first() is not None


def wanted(connection: Connection) -> list[WantedBlob]:
    """All blobs to fetch, small ones first: a form is of use before its pictures."""
    found = connection.execute(select(WANTED).order_by(WANTED.c.size, WANTED.c.sha256))
    return [WantedBlob(row.sha256, row.size, row.mime) for row in found]


def forget(connection: Connection, sha256s: Sequence[str]) -> None:
    """These are here now."""
    if sha256s:
        connection.execute(delete(WANTED).where(WANTED.c.sha256 == bindparam("one")),
                           [{"one": sha256} for sha256 in sha256s])  # fmt: skip
