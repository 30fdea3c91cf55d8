"""The one way workbooks are written: plain texts never become formulas, files appear whole or not at all.

Level 3. Rows are streamed (constant memory), so that a county's three years of visits fit.
"""

import contextlib
import datetime as dt
import enum
import errno
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from fieldapp.domain.errors import StorageError

CellValue = str | int | float | dt.date | None
Progress = Callable[[int], None]
"""Told now and then how many rows are written."""
Cancelled = Callable[[], bool]
"""Asked now and then whether to stop."""

PROGRESS_EVERY: Final = 200
TEXT_MAX: Final = 32_767
"""Characters a cell can hold; longer texts end in an ellipsis."""
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that some program takes for a formula when the sheet is saved as text or retyped."""


class Kind(enum.Enum):
    """How a column's cells are written."""

    TEXT = enum.auto()
    """Also for ID numbers, phones and accounts: digits stay as they are."""
    NUMBER = enum.auto()
    """A whole number."""
    DECIMAL = enum.auto()
    """A number with the places it has."""
    MONEY = enum.auto()
    """Fen, shown as yuan with two places."""
    PERCENT = enum.auto()
    """A share: 0.5 is shown as 50.00%."""
    DAY = enum.auto()


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column: heading, width in characters, kind."""

    heading: str
    width: float = 12
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A sheet to write. `rows` may be a generator; `totals` is a last row in bold."""

    name: str
    title: str
    columns: Sequence[ColumnSpec]
    rows: Iterable[Sequence[CellValue]]
    totals: Sequence[CellValue] | None = None
    subtitle: str = ""


def clean_text(text: str) -> str:
    """Text as a cell may hold it: without control characters, halves of surrogate pairs and the two
    characters that no XML file may hold."""
    # By category and not by isprintable(): rare characters of names may be newer than Python's tables.
    kept = "".join(
        c
        for c in text.replace("\t", " ")
        if c == "\n" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in "\ufffe\uffff")
    )
    return kept if len(kept) <= TEXT_MAX else kept[: TEXT_MAX - 1] + "…"


def write_workbook(
    path: Path,
    sheets: Sequence[SheetSpec],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write a workbook beside its place and move it there once it is complete.

    False when cancelled: then there is no file, and an older one of that name is as it was. What is
    written meanwhile stays in the target's folder, never in the system's temporary folder.
    Raises StorageError: disk_full, cannot_open.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=".export-", dir=path.parent))
        try:
            part = folder / "part.xlsx"
            if not _write(part, sheets, progress or _silent, cancelled or _never):
                return False
            part.replace(path)
            return True
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except (OSError, XlsxWriterException) as error:
        cause = error if isinstance(error, OSError) else error.__cause__ or error.__context__ or error
        if getattr(cause, "errno", None) in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageError("disk_full") from error
        raise StorageError("cannot_open") from error  # no permission, or open in a spreadsheet program


def _silent(_rows: int) -> None:
    pass


def _never() -> bool:
    return False


def _write(part: Path, sheets: Sequence[SheetSpec], progress: Progress, cancelled: Cancelled) -> bool:
    options = {
        "constant_memory": True,
        "tmpdir": str(part.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(part), options)
    try:
        looks = _Looks(book)
        written = 0
        for sheet in sheets:
            writer = _SheetWriter(book, looks, sheet)
            for row in sheet.rows:
                if written % PROGRESS_EVERY == 0:
                    progress(written)
                    if cancelled():
                        return False
                writer.add(row)
                written += 1
            writer.finish()
        progress(written)
        if cancelled():
            return False
        book.close()
    finally:
        _release(book)
    return True


def _release(book: Any) -> None:
    """Close the row files of a workbook that will not be finished; without it they stay open."""
    for sheet in book.worksheets():
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()
    book.fileclosed = True


class _Looks:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        # Name the font programs on Chinese office machines have; without it widths are guessed.
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        cell = {**base, "border": 1, "text_wrap": True}
        self.title = book.add_format({**base, "font_size": 16, "bold": True, "align": "center"})
        self.subtitle = book.add_format({**base, "align": "right"})
        self.heading = book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#E7ECF2"})
        number_formats = {
            Kind.TEXT: "@",
            Kind.NUMBER: "0",
            Kind.DECIMAL: "General",
            Kind.MONEY: "#,##0.00",
            Kind.PERCENT: "0.00%",
            Kind.DAY: "yyyy-mm-dd",
        }
        self.cells = {k: book.add_format({**cell, "num_format": f}) for k, f in number_formats.items()}
        self.bold = {
            k: book.add_format({**cell, "bold": True, "num_format": f}) for k, f in number_formats.items()
        }
        self.quoted = book.add_format({**cell, "num_format": "@", "quote_prefix": True})


class _SheetWriter:
    """Writes one sheet from the top down; rows once written cannot be touched again."""

    def __init__(self, book: Any, looks: _Looks, spec: SheetSpec) -> None:
        self._looks = looks
        self._spec = spec
        self._sheet = book.add_worksheet(_sheet_name(spec.name))
        self._row = 0
        last = max(len(spec.columns) - 1, 0)
        for at, column in enumerate(spec.columns):
            self._sheet.set_column(at, at, column.width)
        self._banner(spec.title, looks.title, last, height=30)
        if spec.subtitle:
            self._banner(spec.subtitle, looks.subtitle, last, height=18)
        heading_row = self._row
        self._sheet.set_row(self._row, 32)
        for at, column in enumerate(spec.columns):
            self._sheet.write_string(self._row, at, clean_text(column.heading), looks.heading)
        self._row += 1
        self._sheet.freeze_panes(self._row, 0)
        self._sheet.repeat_rows(0, heading_row)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&C&P / &N")

    def _banner(self, text: str, look: Any, last: int, *, height: float) -> None:
        self._sheet.set_row(self._row, height)
        if last > 0:
            self._sheet.merge_range(self._row, 0, self._row, last, "", look)
        self._sheet.write_string(self._row, 0, clean_text(text), look)
        self._row += 1

    def add(self, values: Sequence[CellValue], *, bold: bool = False) -> None:
        """Write the next row."""
        looks = self._looks.bold if bold else self._looks.cells
        for at, (column, value) in enumerate(zip(self._spec.columns, values, strict=True)):
            self._cell(at, column.kind, value, looks)
        self._row += 1

    def finish(self) -> None:
        """Write what comes after the rows."""
        if self._spec.totals is not None:
            self.add(self._spec.totals, bold=True)

    def _cell(self, at: int, kind: Kind, value: CellValue, looks: dict[Kind, Any]) -> None:
        if value is None or value == "":
            self._sheet.write_blank(self._row, at, None, looks[kind])
        elif isinstance(value, str):
            # Whatever the column is: text is written as text and can never be a formula.
            look = self._looks.quoted if value.startswith(DANGEROUS) else looks[Kind.TEXT]
            self._sheet.write_string(self._row, at, clean_text(value), look)
        elif isinstance(value, dt.date):
            self._sheet.write_datetime(self._row, at, value, looks[Kind.DAY])
        elif kind is Kind.TEXT:
            self._sheet.write_string(self._row, at, str(value), looks[kind])
        else:
            number = value / 100 if kind is Kind.MONEY else value
            self._sheet.write_number(self._row, at, number, looks[kind])


def _sheet_name(name: str) -> str:
    """A name a sheet may have: 31 characters, none of []:*?/\\, no quotes at its ends."""
    kept = "".join(" " if c in "[]:*?/\\" else c for c in clean_text(name)).strip(" '")
    return kept[:31] or "Sheet"
