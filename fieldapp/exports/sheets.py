"""Reads the sheets of a county's workbook (.xlsx, .xls, .et) as plain cells (level 3).

Cells are read as values, never as formulas; merged cells carry their value in every place. The
caller gives the deadline (a worker thread or process): everything here is bounded by Limits.
"""

import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from fieldapp.domain.errors import RuleError
from fieldapp.exports.workbook_guard import Limits, checked_workbook

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""An empty cell is ""."""

MERGED_CELLS_MAX: Final = 500_000
"""Cells that merged ranges may fill; overlapping giant ranges are an attack, not a ledger."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` is the sheet's row 1, so that row numbers agree with what people see."""

    name: str
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    hidden: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """The cell in a row (from 1) and a column (from 0); empty beyond the edge."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        return cells[column] if column < len(cells) else ""

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.rows), default=0)


def read_sheets(path: Path, limits: Limits | None = None) -> tuple[Sheet, ...]:
    """All sheets that hold anything, in order; chart and macro sheets are left out.

    Raises RuleError: what workbook_guard.checked_workbook raises, file_unreadable, too_many_sheets.
    """
    limits = limits or Limits()
    try:
        if path.stat().st_size > limits.file_bytes:
            raise RuleError("file_too_big", limit_mb=limits.file_bytes // 1024 // 1024)
        content = checked_workbook(path.read_bytes(), limits)
    except OSError as error:
        raise RuleError("file_unreadable") from error
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return tuple(sheet for sheet in _sheets(book, limits) if sheet.rows)
    except PasswordError as error:
        raise RuleError("file_has_password") from error
    except CalamineError as error:
        raise RuleError("file_damaged") from error


def _sheets(book: CalamineWorkbook, limits: Limits) -> list[Sheet]:
    listed = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if len(listed) > limits.sheets:
        raise RuleError("too_many_sheets", limit=limits.sheets)
    return [
        Sheet(
            each.name,
            _cells(book.get_sheet_by_name(each.name)),
            hidden=each.visible != SheetVisibleEnum.Visible,
        )
        for each in listed
    ]


def _cells(sheet: CalamineSheet) -> tuple[tuple[Cell, ...], ...]:
    if sheet.start is None:
        return ()
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    _spread_merged(rows, sheet.merged_cell_ranges or [])
    return tuple(tuple(row) for row in rows)


def _spread_merged(rows: list[list[Cell]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    left = MERGED_CELLS_MAX
    for (top, first), (bottom, last) in ranges:
        if top >= len(rows) or first >= len(rows[top]) or rows[top][first] == "":
            continue
        bottom, last = min(bottom, len(rows) - 1), min(last, len(rows[top]) - 1)
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0:
            raise RuleError("file_damaged")
        for row in rows[top : bottom + 1]:
            row[first : last + 1] = [rows[top][first]] * (last - first + 1)
