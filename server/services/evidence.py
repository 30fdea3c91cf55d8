"""Compares the visits of all workers beside the requests, and marks what is odd (R18, R19; level S).

What changed waits in `evidence_due`, written in the transaction that changed it. A round looks at some of it
in three short transactions: note what the visits are known by; read and judge; write marks and strike the
round off. One that is cut short is done again.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visits import Photo, PhotoKind, VisitFields, VisitState
from fieldapp.domain.rules.picture_print import PicturePrint
from fieldapp.domain.rules.visit_evidence import told_words
from fieldapp.domain.rules.visit_marks import (
    FoundMark,
    Home,
    comparable_photos,
    marks_together,
    photo_mark,
    told_before,
)
from server.services.photo_prints import KnownPrints, PhotoKey, same_file
from server.services.visit_marks import keep_marks, marked_roots
from server.store import record_sql as sql
from server.store import tables
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

AT_ONCE: Final = 100
"""Changes of one round."""
MOST_ROUNDS: Final = 20
"""Rounds of one go: it shall end before its lease does."""
_DUE: Final = tables.evidence_due.c
_TELLER: Final = tables.visit_teller.c
_PRINT: Final = tables.photo_print.c


def find_marks(store: Store, prints: KnownPrints) -> int:
    """Compare what waits. Returns how many marks were made, changed or withdrawn."""
    changed = 0
    for _ in range(MOST_ROUNDS):
        with store.read() as connection:
            due = connection.execute(select(_DUE.seq, _DUE.root_id).order_by(_DUE.seq).limit(AT_ONCE)).all()
        if not due:
            break
        roots = sorted({row.root_id for row in due})
        store.run(lambda unit, roots=roots: _note_visits(unit, roots))  # type: ignore[misc]
        with store.read() as connection:
            prints.catch_up(connection)
            found = judged(connection, prints, roots)
        seqs = [row.seq for row in due]
        changed += store.run(lambda unit, found=found, seqs=seqs: _write(unit, found, seqs))  # type: ignore[misc]
    return changed


def judged(connection: Connection, prints: KnownPrints, roots: Collection[str]) -> dict[str, list[FoundMark]]:
    """The marks that visits ought to have, by first version: of some visits, and of those told after them
    which they may have to do with."""
    county = Comparison(connection, prints, parameters_of(connection))
    touched = set(roots)
    versions = _version_ids(connection, roots)
    touched |= marked_roots(connection, versions)
    for root in roots:
        visit = county.visit(root)
        if visit is not None:
            touched |= county.told_after(visit)
    return {root: list(county.marks_of(root)) for root in sorted(touched)}


def _write(unit: UnitOfWork, found: dict[str, list[FoundMark]], seqs: Sequence[int]) -> int:
    changed = sum(keep_marks(unit, root, marks) for root, marks in found.items())
    unit.connection.execute(delete(tables.evidence_due).where(_DUE.seq.in_(seqs)))
    return changed


def _note_visits(unit: UnitOfWork, roots: Sequence[str]) -> None:
    """Note by whom, when and in which words the visits were told, and their photos; forget what they no
    longer have."""
    visits = newest_versions(unit.connection, roots)
    parameters = parameters_of(unit.connection)
    unit.connection.execute(delete(tables.visit_teller).where(_TELLER.root_id.in_(roots)))
    tellers = [
        {
            "root_id": visit.root_id,
            "user_id": user_id,
            "finished_at": instant_text(visit.finished_at),
            "words": words_key(visit.narrative, parameters),
        }
        for visit in visits.values()
        for user_id in {*visit.visitors} or {visit.created_by}
    ]
    if tellers:
        unit.connection.execute(insert(tables.visit_teller), tellers)
    known: dict[PhotoKey, tuple[int, str | None]] = {
        PhotoKey(row.root_id, row.sha256): (row.seq, row.print)
        for row in unit.connection.execute(select(tables.photo_print).where(_PRINT.root_id.in_(roots)))
    }
    shown = {PhotoKey(v.root_id, photo.sha256): photo for v in visits.values() for photo in v.photos}
    gone = [seq for key, (seq, _) in known.items() if key not in shown]
    for at in range(0, len(gone), sql.CHUNK):
        unit.connection.execute(delete(tables.photo_print).where(_PRINT.seq.in_(gone[at : at + sql.CHUNK])))
    fresh = [
        {
            "root_id": key.root_id,
            "sha256": key.sha256,
            "source_sha256": photo.source_sha256,
            "print": photo.fingerprint or None,
            "tried_at": "",
        }
        for key, photo in shown.items()
        if key not in known
    ]
    if fresh:
        unit.connection.execute(insert(tables.photo_print), fresh)


def words_key(narrative: str, parameters: Parameters) -> str:
    """By what a text is known to be the very same as another; '' for a short one."""
    told = told_words(narrative, parameters)
    return hashlib.sha256(told.encode()).hexdigest()[:32] if told else ""


def newest_versions(connection: Connection, roots: Iterable[str]) -> dict[str, VisitFields]:
    """Visits as they stand, by their first version: the newest of each chain. Void ones are left out."""
    row, record = row_table("visits").c, tables.record.c
    newest: dict[str, VisitFields] = {}
    for part in sql.chunks(sorted(set(roots))):
        query = (
            select(record.body)
            .join(row_table("visits"), row.id == record.id)
            .where(record.kind == "visits", record.deleted.is_(False), row.root_id.in_(part))
        )
        for body in connection.scalars(query):
            visit = VisitFields.model_validate(orjson.loads(body))
            known = newest.get(visit.root_id)
            if known is None or (visit.created_at, visit.id) > (known.created_at, known.id):
                newest[visit.root_id] = visit
    return {root: visit for root, visit in newest.items() if visit.state is not VisitState.VOID}


def _version_ids(connection: Connection, roots: Collection[str]) -> set[str]:
    row = row_table("visits").c
    found: set[str] = set()
    for part in sql.chunks(sorted(roots)):
        found.update(connection.scalars(select(row.id).where(row.root_id.in_(part))))
    return found


@dataclass(slots=True)
class Comparison:
    """The visits of a county while some of them are judged; each is read once."""

    connection: Connection
    prints: KnownPrints
    parameters: Parameters
    _visits: dict[str, VisitFields | None] = field(default_factory=dict)
    _homes: dict[str, Home] = field(default_factory=dict)
    _asked_homes: set[str] = field(default_factory=set)
    _photos: dict[str, list[tuple[Any, set[PhotoKey]]]] = field(default_factory=dict)

    def visit(self, root_id: str) -> VisitFields | None:
        """A visit as it stands, None where it is void."""
        self._load([root_id])
        return self._visits[root_id]

    def visits(self, roots: Collection[str]) -> list[VisitFields]:
        """Those of some visits that stand."""
        self._load(roots)
        return [visit for root in sorted(roots) if (visit := self._visits[root]) is not None]

    def told_after(self, visit: VisitFields) -> set[str]:
        """Visits told after one that it may have to do with, by first version."""
        around = self._around(visit, later=True) | self._with_its_photos(visit)
        return {one.root_id for one in self.visits(around) if told_before(visit, one)}

    def compared_with(self, visit: VisitFields) -> set[str]:
        """All that the marks of a visit are judged by, by first version."""
        return self._around(visit) | self._with_its_photos(visit)

    def marks_of(self, root_id: str) -> Iterator[FoundMark]:
        """What is odd about a visit beside those told before it."""
        visit = self.visit(root_id)
        if visit is None:
            return
        earlier = [one for one in self.visits(self._around(visit)) if told_before(one, visit)]
        self._load_homes([visit, *earlier])
        yield from marks_together(visit, earlier, self._homes, self.parameters)
        photos = {photo.sha256: photo for photo in visit.photos}
        for row, used in self._used(visit):
            photo = photos.get(row.sha256)
            mark = None if photo is None else self._photo_mark(visit, photo, used)
            if mark is not None:
                yield mark

    def _photo_mark(self, visit: VisitFields, photo: Photo, used: set[PhotoKey]) -> FoundMark | None:
        """About the visit told first of those that had the photo."""
        found = [
            (earlier, own)
            for earlier in self.visits({key.root_id for key in used})
            if told_before(earlier, visit) and comparable_photos(visit, earlier)
            for own in earlier.photos
            if PhotoKey(earlier.root_id, own.sha256) in used
            # One notice board hangs for a whole village.
            and not photo.kind is own.kind is PhotoKind.NOTICE
        ]
        if not found:
            return None
        first = min(found, key=lambda pair: (pair[0].finished_at, pair[0].root_id, pair[1].sha256))
        return photo_mark(visit, photo, *first)

    def _around(self, visit: VisitFields, *, later: bool = False) -> set[str]:
        """Visits of the same workers, and those in the very same words, within reach before or after."""
        words = words_key(visit.narrative, self.parameters)
        weeks = dt.timedelta(days=self.parameters.copied_days)
        own = _within(visit, max(weeks, _DAY) if words else _DAY, later=later)
        workers = {*visit.visitors} or {visit.created_by}
        asked = _TELLER.user_id.in_(workers) & own
        if words:
            asked = or_(asked, (_TELLER.words == words) & _within(visit, weeks, later=later))
        query = select(_TELLER.root_id).where(asked, _TELLER.root_id != visit.root_id)
        return set(self.connection.scalars(query))

    def _used(self, visit: VisitFields) -> list[tuple[Any, set[PhotoKey]]]:
        """The photos of a visit that other visits have, too: a row of the table, and where."""
        if visit.root_id not in self._photos:
            query = select(tables.photo_print).where(_PRINT.root_id == visit.root_id).order_by(_PRINT.seq)
            found = []
            for row in self.connection.execute(query).all():
                used = set(same_file(self.connection, visit.root_id, row))
                if row.print:
                    used.update(
                        self.prints.used(self.connection, visit.root_id, PicturePrint.parse(row.print))
                    )
                if used:
                    found.append((row, used))
            self._photos[visit.root_id] = found
        return self._photos[visit.root_id]

    def _with_its_photos(self, visit: VisitFields) -> set[str]:
        return {key.root_id for _, used in self._used(visit) for key in used}

    def _load(self, roots: Collection[str]) -> None:
        missing = {root for root in roots if root not in self._visits}
        if missing:
            self._visits |= {**dict.fromkeys(missing), **newest_versions(self.connection, missing)}

    def _load_homes(self, visits: Iterable[VisitFields]) -> None:
        missing = sorted({one.household_id for one in visits} - self._asked_homes)
        row = row_table("households").c
        for part in sql.chunks(missing):
            query = select(row.id, row.lat, row.lon).where(row.id.in_(part), row.lat.is_not(None))
            for found in self.connection.execute(query):
                if found.lon is not None:
                    self._homes[found.id] = (found.lat, found.lon)
        self._asked_homes.update(missing)


_DAY: Final = dt.timedelta(days=1)


def _within(visit: VisitFields, reach: dt.timedelta, *, later: bool) -> Any:
    """Told within a time before a visit, or after it; instants of any moment of both ends."""
    at = visit.finished_at
    first, last = (at, at + reach) if later else (at - reach, at)
    return _TELLER.finished_at.between(instant_text(first), instant_text(last))
