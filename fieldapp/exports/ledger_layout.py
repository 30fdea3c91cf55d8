"""Finds out what a sheet is: which roster, where its headings stand, which column holds what (level 3).

The guess is only a proposal: a wizard shows it, a person may correct the mapping.
"""

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.exports.ledger_words import (
    Column,
    LedgerKind,
    LedgerSpec,
    codes_by_word,
    ledger_spec,
    plain,
    without_brackets,
    word_list,
)
from fieldapp.exports.sheets import Cell, Sheet

HEADER_SEARCH_ROWS: Final = 20
HEADER_HEIGHT_MAX: Final = 3
COLUMNS_TO_BELIEVE: Final = 3
"""Fewer known headings than this in a row are chance."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a sheet. Rows are numbered from 1, columns of `mapping` from 0.

    `doubtful` are columns that several headings would fit; `unmapped` headings nobody knows;
    `missing` required columns that were not found.
    """

    kind: LedgerKind
    header_first: int
    header_last: int
    mapping: Mapping[Column, int]
    headings: tuple[str, ...] = ()
    title: str = ""
    doubtful: tuple[Column, ...] = ()
    unmapped: tuple[str, ...] = ()
    missing: tuple[Column, ...] = ()

    def corrected(self, changes: Mapping[Column, int | None]) -> "Layout":
        """The layout with some columns placed anew; None takes a column away."""
        mapping = {**self.mapping, **{key: at for key, at in changes.items() if at is not None}}
        for key, at in changes.items():
            if at is None:
                mapping.pop(key, None)
        missing = missing_columns(ledger_spec(self.kind), mapping)
        doubtful = tuple(column for column in self.doubtful if column not in changes)
        return replace(self, mapping=mapping, missing=missing, doubtful=doubtful)


@dataclass(slots=True)
class _Candidate:
    spec: LedgerSpec
    first: int
    last: int
    headings: list[str]
    places: dict[Column, list[int]] = field(default_factory=dict)

    @property
    def score(self) -> tuple[int, int, int, int]:
        """More known columns win, then those that tell the roster, then fuller words (户主姓名 rather
        than the 姓名 of its lower half), then the lower header.
        """
        telling = sum(column in self.spec.telling for column in self.places)
        letters = sum(len(self.headings[at]) for places in self.places.values() for at in places)
        return len(self.places) + telling, telling, letters, self.first - self.last


def missing_columns(spec: LedgerSpec, mapping: Mapping[Column, int]) -> tuple[Column, ...]:
    """Required columns without a place; a household roster may name the head in either name column."""
    names = {Column.HEAD_NAME, Column.NAME}
    return tuple(
        column
        for column in spec.required
        if column not in mapping and not (column in names and names & set(mapping))
    )


def guess(sheet: Sheet) -> Layout | None:
    """The most likely layout, or None where no row looks like a roster's headings."""
    titles = plain(sheet.name) + "".join(_texts(row) for row in sheet.rows[:3])
    best: _Candidate | None = None
    best_score: tuple[int, ...] = (0,)
    for kind in LedgerKind:
        spec = ledger_spec(kind)
        named = any(word in titles for word in spec.title_words)
        for first in range(1, min(len(sheet.rows), HEADER_SEARCH_ROWS) + 1):
            for last in range(first, min(first + HEADER_HEIGHT_MAX - 1, len(sheet.rows)) + 1):
                if last > first and not _may_be_heading(sheet.rows[last - 1]):
                    break
                candidate = _candidate(sheet, spec, first, last)
                score = (candidate.score[0] + named, *candidate.score[1:])
                if len(candidate.places) >= COLUMNS_TO_BELIEVE and score > best_score:
                    best, best_score = candidate, score
    return None if best is None else _layout(sheet, best)


def _texts(row: Sequence[Cell]) -> str:
    return "".join(plain(cell) for cell in row if isinstance(cell, str))


def _may_be_heading(row: Sequence[Cell]) -> bool:
    """Headings are texts; a row with numbers or dates is data already."""
    return all(isinstance(cell, str) and not any(c.isdigit() for c in cell) for cell in row)


def _candidate(sheet: Sheet, spec: LedgerSpec, first: int, last: int) -> _Candidate:
    headings = [_heading(sheet, spec, first, last, at) for at in range(sheet.width)]
    candidate = _Candidate(spec, first, last, headings)
    for at, heading in enumerate(headings):
        column = spec.column_of(heading)
        if column is not None:
            candidate.places.setdefault(column, []).append(at)
    return candidate


def _heading(sheet: Sheet, spec: LedgerSpec, first: int, last: int, at: int) -> str:
    """The heading over a column: of several rows the longest combination that is known."""
    parts: list[str] = []
    for row in range(first, last + 1):
        cell = sheet.cell(row, at)
        text = plain(cell) if isinstance(cell, str) else ""
        if text and text not in parts:
            parts.append(text)
    for begin in range(len(parts)):
        joined = "".join(without_brackets(part) for part in parts[begin:-1]) + (parts[-1] if parts else "")
        if spec.column_of(joined):
            return joined
    for part in reversed(parts):
        if spec.column_of(part):
            return part
    return "".join(parts)


def _layout(sheet: Sheet, candidate: _Candidate) -> Layout:
    spec = candidate.spec
    mapping = {
        column: max(places, key=lambda at: (_filled(sheet, candidate.last, at), -at))
        for column, places in candidate.places.items()
    }
    used = set(mapping.values())
    title = next(
        (cell for row in sheet.rows[: candidate.first - 1] for cell in row if isinstance(cell, str) and cell),
        "",
    )
    return Layout(
        spec.kind,
        candidate.first,
        candidate.last,
        mapping,
        headings=tuple(candidate.headings),
        title=title.strip(),
        doubtful=tuple(column for column, places in candidate.places.items() if len(places) > 1),
        unmapped=tuple(h for at, h in enumerate(candidate.headings) if h and at not in used),
        missing=missing_columns(spec, mapping),
    )


def _filled(sheet: Sheet, below: int, at: int) -> int:
    """Cells with content under a heading: of two columns with one name the used one counts."""
    return sum(row[at] != "" for row in sheet.rows[below:] if at < len(row))


class RowKind(enum.StrEnum):
    """What a row under the headings is."""

    DATA = "DATA"
    BLANK = "BLANK"
    TOTALS = "TOTALS"
    HEADING = "HEADING"
    FOOTER = "FOOTER"


def row_kind(sheet: Sheet, layout: Layout, row: int) -> RowKind:
    """Whether a row is an entry or one of the things people put between and under entries.

    A row that holds an ID number is always an entry: rather one rejected row too many than one lost.
    """
    texts = [plain_cell(cell) for cell in sheet.rows[row - 1]]
    spec, mapping = ledger_spec(layout.kind), layout.mapping
    filled = [at for at, text in enumerate(texts) if text and at != mapping.get(Column.SEQUENCE)]
    if not filled:
        return _sequence_only(texts)
    at = mapping.get(Column.ID_NUMBER, -1)
    number = texts[at] if 0 <= at < len(texts) else ""
    # A footer merged over the whole row stands in the ID column too, as in all others.
    if any(c.isdigit() for c in number) and texts.count(number) == 1:
        return RowKind.DATA
    first = next(text for text in texts if text)
    marks = {without_brackets(texts[at]) for at in filled} | {without_brackets(first)}
    if marks & set(word_list("rows", "totals")):
        return RowKind.TOTALS
    if _is_footer(first):
        return RowKind.FOOTER
    hits = sum(spec.column_of(text) is not None for text in texts if text)
    return RowKind.HEADING if hits >= COLUMNS_TO_BELIEVE else RowKind.DATA


def _sequence_only(texts: Sequence[str]) -> RowKind:
    mark = "".join(texts)
    if without_brackets(mark) in word_list("rows", "totals"):
        return RowKind.TOTALS
    return RowKind.FOOTER if _is_footer(mark) else RowKind.BLANK


def _is_footer(text: str) -> bool:
    head, colon, _rest = text.partition(":")
    return (bool(colon) and head in word_list("rows", "footers")) or text in word_list("rows", "footers")


def plain_cell(cell: Cell) -> str:
    """Any cell as plain text; whole numbers without a decimal point."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()[:10]
    return str(cell)


def is_same_as_above(text: str) -> bool:
    """Whether a cell says "as above"."""
    return text in word_list("rows", "same_as_above")


def known_code(table: str, text: str) -> str | None:
    """The code a cell's word stands for, or None."""
    return codes_by_word(table).get(plain(text)) or codes_by_word(table).get(without_brackets(text))
