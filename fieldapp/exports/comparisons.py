"""Reads what other departments tell of persons: 医保比对, 残联比对, 乡村振兴比对 (level 3).

Rows are matched by ID number; the name only confirms it. Nothing is known here of who is on file.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.rules.id_number import check_id_number
from fieldapp.exports.ledger_errors import import_sentence
from fieldapp.exports.ledger_form import LedgerColumn, LedgerForm, ledger_form
from fieldapp.exports.ledger_layout import COLUMNS_TO_BELIEVE, HEADER_SEARCH_ROWS, plain_cell
from fieldapp.exports.ledger_rows import Problem
from fieldapp.exports.ledger_values import (
    NOTHING,
    CellRefused,
    one_line,
    read_day,
    read_fen,
    read_name,
    read_number,
)
from fieldapp.exports.ledger_words import without_brackets, word_list
from fieldapp.exports.sheets import Cell, Sheet
from fieldapp.exports.workbook import Kind

COMPARISONS: Final = ("health", "disability", "revival")
"""The ledgers that are read this way, by the names of their forms."""
NAME: Final = "NAME"
ID_NUMBER: Final = "ID_NUMBER"
FEN_MAX: Final = 1_000_000_000
"""Ten million yuan: above that a column was mistaken."""
TEXT_MAX: Final = 200

Value = str | int | None
"""A cell as it is kept: money in fen, days as ISO text."""


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A well-read row: its cells by key, of a person with this number."""

    row: int
    name: str
    id_number: str
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, with what is wrong under which heading."""

    row: int
    problems: tuple[tuple[str, Problem], ...]

    def reason(self, language: str = "zh") -> str:
        """All that is wrong, in one text."""
        return "；".join(
            f"【{heading}】{import_sentence(problem.code, problem.facts, language)}"
            for heading, problem in self.problems
        )


@dataclass(frozen=True, slots=True)
class Told:
    """All entries of a sheet; `blank` rows are empty, totals and the like."""

    form: LedgerForm
    sheet: Sheet = field(repr=False)
    rows: tuple[ToldRow, ...] = field(repr=False)
    bad: tuple[BadRow, ...]
    blank: int
    headings: tuple[str, ...]


def read_comparison(
    name: str,
    sheet: Sheet,
    *,
    today: dt.date,
    demo_allowed: bool,
    told: Callable[[int], None] = lambda row: None,
) -> Told:
    """Read a sheet as that ledger; `told` hears of each row before it is read, and may raise.

    Raises RuleError: ledger_not_recognised, ledger_columns_missing.
    """
    form = ledger_form(name)
    header, places = _header(form, sheet)
    rows: list[ToldRow] = []
    bad: list[BadRow] = []
    blank = 0
    for row in range(header + 1, len(sheet.rows) + 1):
        told(row)
        number = plain_cell(sheet.cell(row, places[ID_NUMBER]))
        if not any(c.isdigit() for c in number) and not _named(sheet, row, places):
            blank += 1
            continue
        read = _row(form, sheet, row, places, today, demo_allowed)
        if isinstance(read, ToldRow):
            rows.append(read)
        else:
            bad.append(read)
    headings = tuple(plain_cell(cell) for cell in sheet.rows[header - 1])
    return Told(form, sheet, tuple(rows), tuple(bad), blank, headings)


def looks_like(name: str, sheet: Sheet) -> bool:
    """Whether a sheet has the headings of that ledger."""
    try:
        _header(ledger_form(name), sheet)
    except RuleError:
        return False
    return True


def _header(form: LedgerForm, sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the headings and where the columns stand."""
    best: tuple[int, dict[str, int]] = (0, {})
    for row in range(1, min(len(sheet.rows), HEADER_SEARCH_ROWS) + 1):
        places: dict[str, int] = {}
        for at, cell in enumerate(sheet.rows[row - 1]):
            key = form.column_of(cell) if isinstance(cell, str) else ""
            if key:
                places.setdefault(key, at)
        if len(places) > len(best[1]):
            best = (row, places)
    if len(best[1]) < COLUMNS_TO_BELIEVE:
        raise RuleError("ledger_not_recognised")
    missing = [key for key in (NAME, ID_NUMBER) if key not in best[1]]
    if missing:
        raise RuleError("ledger_columns_missing", columns=" ".join(missing))
    return best


def _named(sheet: Sheet, row: int, places: Mapping[str, int]) -> bool:
    """Whether a row without a number names somebody: then the number is missing, and that is told."""
    texts = [plain_cell(cell) for cell in sheet.rows[row - 1]]
    filled = [without_brackets(text) for text in texts if text]
    totals = bool(set(filled) & set(word_list("rows", "totals")))
    named = plain_cell(sheet.cell(row, places[NAME])) not in NOTHING
    return named and not totals and len(filled) >= COLUMNS_TO_BELIEVE


def _row(
    form: LedgerForm, sheet: Sheet, row: int, places: Mapping[str, int], today: dt.date, demo_allowed: bool
) -> ToldRow | BadRow:
    cells: dict[str, Value] = {}
    problems: list[tuple[str, Problem]] = []
    for column in form.columns:
        at = places.get(column.key)
        cell = "" if at is None else sheet.cell(row, at)
        try:
            cells[column.key] = _value(column, cell, today, demo_allowed)
        except CellRefused as refused:
            problems.append((column.heading, Problem(refused.code, None, dict(refused.facts))))
        except RuleError as error:
            problems.append((column.heading, Problem(error.code, None, dict(error.facts))))
    if problems:
        return BadRow(row, tuple(problems))
    return ToldRow(row, str(cells[NAME]), str(cells[ID_NUMBER]), cells)


def _value(column: LedgerColumn, cell: Cell, today: dt.date, demo_allowed: bool) -> Value:
    if column.key == NAME:
        return read_name(cell)
    empty = plain_cell(cell) in NOTHING
    if column.key == ID_NUMBER:
        if empty:
            raise CellRefused("id_missing")
        number = cell if isinstance(cell, str | int | float) else plain_cell(cell)
        return check_id_number(number, today, demo_allowed).number
    if empty:
        return "" if column.kind is Kind.TEXT else None
    if column.kind is Kind.MONEY:
        return read_fen(cell, FEN_MAX)
    if column.kind is Kind.NUMBER:
        return read_number(cell)
    if column.kind is Kind.DAY:
        return read_day(cell).isoformat()
    text = one_line(cell if isinstance(cell, str) else plain_cell(cell))
    if len(text) > TEXT_MAX:
        raise CellRefused("text_too_long", limit=TEXT_MAX)
    return text
