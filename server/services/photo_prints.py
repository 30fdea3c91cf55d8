"""The prints of all photos of visits: searched at once, and made where a device sent none (level S).

What was searched once is kept in memory; rows of photos that went are passed over, not forgotten, until the
process ends.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text
from fieldapp.domain.rules.lookalikes import LOOKED_AT, Candidate, HashIndex, is_used
from fieldapp.domain.rules.picture_print import HASH_BITS, REGIONS, PicturePrint
from server.services.jpeg_grey import MOST_BYTES, jpeg_print
from server.store import tables
from server.store.blob_store import BlobStore
from server.store.store import Store, epoch_of
from server.store.unit_of_work import UnitOfWork

MOST_MADE: Final = 10
"""Photos decoded in one go: each takes about a second."""
TRIED_AGAIN: Final = dt.timedelta(hours=1)
"""When a photo is looked for again that had not come yet."""
_SHELF: Final = 8192
"""Prints of one index: adding one lays only these anew."""
_HEX: Final = HASH_BITS // 4
_PRINT: Final = tables.photo_print.c


@dataclass(frozen=True, slots=True)
class PhotoKey:
    """A photo of a visit, which is named by its first version."""

    root_id: str
    sha256: str


class KnownPrints:
    """The hashes of all prints, kept by one process; used by its job thread alone."""

    def __init__(self) -> None:
        self._epoch = ""
        self._shelves: list[tuple[HashIndex, list[int]]] = []
        self._newest = 0

    def catch_up(self, connection: Connection) -> None:
        """Take in what was added since; all anew after a restore."""
        epoch = epoch_of(connection)
        if epoch != self._epoch:
            self._epoch, self._shelves, self._newest = epoch, [], 0
        hashes = func.substr(_PRINT.print, 1, len(REGIONS) * _HEX).label("hashes")
        query = select(_PRINT.seq, hashes).where(_PRINT.seq > self._newest, _PRINT.print != "")
        for row in connection.execute(query.order_by(_PRINT.seq)):
            self.add(row.seq, [int(row.hashes[at : at + _HEX], 16) for at in range(0, len(row.hashes), _HEX)])

    def add(self, seq: int, hashes: Sequence[int]) -> None:
        """Take in one print by its number in the table, which is higher than all before."""
        if not self._shelves or len(self._shelves[-1][1]) == _SHELF:
            self._shelves.append((HashIndex(), []))
        index, seqs = self._shelves[-1]
        index.add(hashes)
        seqs.append(seq)
        self._newest = seq

    def candidates(self, hashes: Sequence[int]) -> list[tuple[int, Candidate]]:
        """The nearest prints, with their numbers in the table."""
        found = [(seqs[one.at], one) for index, seqs in self._shelves for one in index.candidates(hashes)]
        return sorted(found, key=lambda pair: (pair[1].distance, pair[0]))[:LOOKED_AT]

    def used(self, connection: Connection, root_id: str, told: PicturePrint) -> Iterator[PhotoKey]:
        """Photos of other visits that a photo surely was made of, or that were made of it."""
        near = self.candidates(told.hashes)
        query = select(_PRINT.seq, _PRINT.root_id, _PRINT.sha256, _PRINT.print)
        rows = {row.seq: row for row in connection.execute(query.where(_PRINT.seq.in_([s for s, _ in near])))}
        for seq, candidate in near:
            row = rows.get(seq)
            if row is None or not row.print or row.root_id == root_id:
                continue
            if is_used(told, PicturePrint.parse(row.print).shades, candidate):
                yield PhotoKey(row.root_id, row.sha256)


def same_file(connection: Connection, root_id: str, row: Any) -> Iterator[PhotoKey]:
    """Photos of other visits with the very bytes of a photo (a row of the table), or made of one file."""
    same = _PRINT.sha256 == row.sha256
    if row.source_sha256:
        same = or_(same, _PRINT.source_sha256 == row.source_sha256)
    query = select(_PRINT.root_id, _PRINT.sha256).where(same, _PRINT.root_id != root_id)
    for found in connection.execute(query.order_by(_PRINT.seq)):
        yield PhotoKey(found.root_id, found.sha256)


def make_prints(store: Store, blobs: BlobStore) -> int:
    """Make some prints that no device sent, of the photos that have come. Returns how many were looked at."""
    now = store.clock()
    untried = _PRINT.tried_at < instant_text(now - TRIED_AGAIN)
    query = select(_PRINT.seq, _PRINT.sha256).where(_PRINT.print.is_(None), untried)
    with store.read() as connection:
        waiting = connection.execute(query.order_by(_PRINT.tried_at, _PRINT.seq).limit(MOST_MADE)).all()
    for row in waiting:
        made = _made_of(blobs, row.sha256) if blobs.has(row.sha256) else None
        store.run(lambda unit, seq=row.seq, made=made: _keep(unit, seq, made))  # type: ignore[misc]
    return len(waiting)


def _made_of(blobs: BlobStore, sha256: str) -> str:
    size = blobs.size(sha256)
    if size > MOST_BYTES:
        return ""
    found = jpeg_print(b"".join(blobs.read(sha256, 0, size)))
    return "" if found is None else str(found)


def _keep(unit: UnitOfWork, seq: int, made: str | None) -> None:
    """Note a print, as a new row: whoever knows all up to a number learns of it. None = not here yet."""
    at = _PRINT.seq == seq
    row = unit.connection.execute(select(tables.photo_print).where(at)).one_or_none()
    if row is None:
        return
    if made is None:
        tried = update(tables.photo_print).where(at).values(tried_at=unit.now)
        unit.connection.execute(tried)
        return
    unit.connection.execute(delete(tables.photo_print).where(at))
    values = {
        "root_id": row.root_id,
        "sha256": row.sha256,
        "source_sha256": row.source_sha256,
        "print": made,
        "tried_at": unit.now,
    }
    unit.connection.execute(insert(tables.photo_print), values)
    if made:
        unit.connection.execute(insert(tables.evidence_due), {"root_id": row.root_id})
