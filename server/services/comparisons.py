"""Files of other departments (医保, 残联, 乡村振兴): matched with who is on file, and only matched facts kept
(R29, 4.16; level S).

Persons the author may not see count as not on file, and of those nothing is kept but their number.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text, local_day, start_of_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import contains
from fieldapp.exports.comparisons import Told, ToldRow, looks_like, read_comparison
from fieldapp.exports.ledger_errors import (
    REASON_HEADING,
    REASON_WIDTH,
    ROW_HEADING,
    cell_text,
    import_sentence,
)
from fieldapp.exports.ledger_form import LedgerRow, ledger_form
from fieldapp.exports.ledger_plan import PROGRESS_EVERY, ImportProgress, unheard
from fieldapp.exports.ledger_words import plain
from fieldapp.exports.sheets import Sheet, read_sheets
from fieldapp.exports.workbook import ColumnSpec, Kind, SheetSpec, write_workbook
from server.services.ledger_import import known_persons
from server.services.ledger_sources import ONE_DAY, LedgerAsked
from server.store import tables
from server.store.audit import Act, note
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_sql import CHUNK, chunks
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

KEPT: Final = dt.timedelta(days=90)
"""So long a batch is kept with what did not agree; matched facts stay."""
_FACT: Final = tables.import_fact.c
_BATCH: Final = tables.import_batch.c


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ledger a file is, who gave it, and on which legal basis."""

    ledger: str
    source: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A matched row as it is kept; its digest is equal where person and cells are."""

    row: int
    person_id: str
    cells: str
    digest: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A file compared with who is on file. `new` facts are not kept yet; `differing` rows name somebody
    else than is on file, with the person's id; `unknown` counts rows of nobody on file."""

    asked: Asked
    author: str
    sha256: str
    told: Told
    new: tuple[Fact, ...]
    kept: int
    differing: tuple[tuple[int, str], ...]
    unknown: int

    @property
    def fingerprint(self) -> str:
        """What the comparison comes to."""
        said = ([one.digest for one in self.new], self.kept, self.differing, self.unknown, len(self.told.bad))
        return hashlib.sha256(repr(said).encode()).hexdigest()

    @property
    def refused(self) -> list[tuple[int, Callable[[str], str]]]:
        """Rows to look at, in their order, each with its reason in a language."""
        found: list[tuple[int, Callable[[str], str]]] = [(one.row, one.reason) for one in self.told.bad]
        found += [(row, lambda language: import_sentence("name_differs", {}, language))
                  for row, _ in self.differing]  # fmt: skip
        return sorted(found, key=lambda one: one[0])

    def counts(self) -> dict[str, Any]:
        """The figures an author is shown."""
        return {
            "rows": len(self.told.rows) + len(self.told.bad),
            "created": len(self.new),
            "updated": 0,
            "unchanged": self.kept,
            "unknown": self.unknown,
            "refused": len(self.refused),
            "ignored": self.told.blank,
        }


def compare(
    store: Store, path: Path, asked: Asked, *, actor: Actor, sheet_name: str = "",
    progress: ImportProgress = unheard,
) -> Comparison:  # fmt: skip
    """Read a file and match it by ID number; changes nothing.

    Raises NotAllowedError, RuleError (source_missing, legal_basis_missing, what is wrong with the file,
    ledger_not_recognised, ledger_sheet_needed, ledger_sheet_unknown, ledger_columns_missing).
    """
    actor.require(Permission.IMPORT_LEDGER)
    for name in ("source", "legal_basis"):
        if not getattr(asked, name).strip():
            raise RuleError(f"{name}_missing", name)
    sheet = _choose(read_sheets(path), asked.ledger, sheet_name)

    def heard(row: int) -> None:
        if row % PROGRESS_EVERY == 0:
            progress(row, 2 * len(sheet.rows))

    told = read_comparison(
        asked.ledger, sheet, today=local_day(store.clock()), demo_allowed=store.county.dataset != "REAL",
        told=heard,
    )  # fmt: skip
    with store.read() as connection:
        facts, matched, differing, unknown = _matched(connection, told, asked.ledger, actor)
        there = _kept(connection, [one.digest for one in facts])
    new = {one.digest: one for one in facts if one.digest not in there}
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Comparison(
        asked, actor.user_id, sha256, told, tuple(new.values()), matched - len(new), tuple(differing), unknown
    )


def keep(store: Store, ids: IdSource, made: Comparison, progress: ImportProgress = unheard) -> None:
    """Keep what is new, with the batch it came in, in one transaction. What `progress` raises stops it."""

    def work(unit: UnitOfWork) -> None:
        if _kept(unit.connection, [one.digest for one in made.new]):
            raise RuleError("ledger_outdated")
        batch_id, at = ids(), unit.now
        findings = [[one.row, [problem.code for _, problem in one.problems], ""] for one in made.told.bad]
        findings += [[row, ["name_differs"], person_id] for row, person_id in made.differing]
        unit.connection.execute(
            insert(tables.import_batch),
            {
                "id": batch_id, "ledger": made.asked.ledger, "user_id": made.author,
                "source": made.asked.source.strip(), "legal_basis": made.asked.legal_basis.strip(),
                "sha256": made.sha256, "row_count": len(made.told.rows) + len(made.told.bad),
                "ok": len(made.new) + made.kept, "bad": len(findings), "unknown": made.unknown,
                "findings": orjson.dumps(findings).decode(), "at": at,
                "keep_until": instant_text(store.clock() + KEPT),
            },
        )  # fmt: skip
        rows = [
            {
                "digest": one.digest, "ledger": made.asked.ledger, "person_id": one.person_id,
                "batch_id": batch_id, "cells": one.cells, "at": at,
            }
            for one in made.new
        ]  # fmt: skip
        for start in range(0, len(rows), CHUNK):
            unit.connection.execute(insert(tables.import_fact), rows[start : start + CHUNK])
        progress(1, 1)
        note(unit, made.author, Act.LEDGER_IMPORTED, made.asked.ledger, batch_id, reason=made.asked.source)

    store.run(work)


def batches_of(store: Store, user_id: str) -> Sequence[Any]:
    """A user's batches that are still kept, the newest first."""
    query = select(tables.import_batch).where(_BATCH.user_id == user_id).order_by(_BATCH.at.desc(), _BATCH.id)
    with store.read() as connection:
        return connection.execute(query).all()


def prune_batches(store: Store) -> int:
    """Forget batches after their time, and facts of persons who are on file no more."""
    person = row_table("persons").c
    old = delete(tables.import_batch).where(_BATCH.keep_until <= instant_text(store.clock()))
    gone = delete(tables.import_fact).where(_FACT.person_id.not_in(select(person.id)))
    return store.run(
        lambda unit: int(unit.connection.execute(old).rowcount) + int(unit.connection.execute(gone).rowcount)
    )


def facts_of(
    ledger: str, connection: Connection, asked: LedgerAsked, names: Mapping[str, str]
) -> Iterator[LedgerRow]:
    """Matched facts of an area's persons that came in a period, by area, person and time."""
    person, household = row_table("persons").c, row_table("households").c
    query = (
        select(_FACT.cells)
        .join(row_table("persons"), person.id == _FACT.person_id)
        .join(row_table("households"), household.id == person.household_id)
        .where(
            _FACT.ledger == ledger,
            _FACT.at >= instant_text(start_of_day(asked.start)),
            _FACT.at < instant_text(start_of_day(asked.end + ONE_DAY)),
            household.area_code >= asked.area_code,
            household.area_code < asked.area_code + AFTER_DIGITS,
        )
        .order_by(household.area_code, person.id, _FACT.at, _FACT.digest)
        .execution_options(yield_per=CHUNK)
    )
    days = [column.key for column in ledger_form(ledger).columns if column.kind is Kind.DAY]
    for text in connection.scalars(query):
        cells = orjson.loads(text)
        for key in days:
            cells[key] = dt.date.fromisoformat(cells[key]) if cells[key] else None
        yield LedgerRow(cells, {cells["NAME"]})


def write_refused(made: Comparison, path: Path) -> bool:
    """The rows to look at under their own headings, number and reason beside each. False: there are none."""
    refused = made.refused
    if not refused:
        return False
    sheet, headings = made.told.sheet, made.told.headings
    columns = [ColumnSpec(heading, 16) for heading in headings]
    columns += [ColumnSpec(ROW_HEADING, 8), ColumnSpec(REASON_HEADING, REASON_WIDTH)]
    rows = [
        [*(cell_text(sheet.cell(row, at)) for at in range(len(headings))), str(row), why("zh")]
        for row, why in refused
    ]
    title = f"{made.told.form.title}（未采用）"
    return write_workbook(path, [SheetSpec(made.told.form.sheet, title, columns, rows)])


def _choose(sheets: Sequence[Sheet], ledger: str, name: str) -> Sheet:
    wanted = [sheet for sheet in sheets if not name or sheet.name == name]
    if not wanted:
        raise RuleError("ledger_sheet_unknown")
    found = [sheet for sheet in wanted if looks_like(ledger, sheet)] if len(wanted) > 1 else wanted
    if not found:
        raise RuleError("ledger_not_recognised")
    if len(found) > 1:
        raise RuleError("ledger_sheet_needed", count=len(found))
    return found[0]


def _matched(
    connection: Connection, told: Told, ledger: str, actor: Actor
) -> tuple[list[Fact], int, list[tuple[int, str]], int]:
    """Facts of persons on file, each once, in how many rows; rows whose names differ; how many are of
    nobody."""
    facts: dict[str, Fact] = {}
    differing: list[tuple[int, str]] = []
    unknown = matched = 0
    areas = actor.areas_with(Permission.IMPORT_LEDGER)
    for start in range(0, len(told.rows), CHUNK):
        part = told.rows[start : start + CHUNK]
        known = known_persons(connection, {row.id_number for row in part})
        for row in part:
            found = known.get(row.id_number)
            if found is None or not any(contains(area, found.household.area_code) for area in areas):
                unknown += 1
            elif plain(found.person.name) != plain(row.name):
                differing.append((row.row, found.person.id))
            else:
                fact = _fact(ledger, found.person.id, row)
                facts.setdefault(fact.digest, fact)
                matched += 1
    return list(facts.values()), matched, differing, unknown


def _fact(ledger: str, person_id: str, row: ToldRow) -> Fact:
    cells = orjson.dumps(row.cells, option=orjson.OPT_SORT_KEYS).decode()
    digest = hashlib.sha256(f"{ledger}\n{person_id}\n{cells}".encode()).hexdigest()
    return Fact(row.row, person_id, cells, digest)


def _kept(connection: Connection, digests: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(list(digests)):
        found.update(connection.scalars(select(_FACT.digest).where(_FACT.digest.in_(part))))
    return found
