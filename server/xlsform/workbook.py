"""Reads the definition sheets of a form's workbook as tidy text, every cell with its place (level S)."""

import datetime as dt
import difflib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
from server.xlsform.columns import ASIDE, SHEETS, ColumnSpec, Holds, column_letter, column_of
from server.xlsform.problems import Problem, Severity
from server.xlsform.tidy import comparable, tidy

LIMITS: Final = Limits(
    file_bytes=10 * 1024 * 1024,
    part_bytes=48 * 1024 * 1024,
    total_bytes=64 * 1024 * 1024,
    rows=60_000,
    columns=256,  # as many as .xls can have
    cells=2_000_000,
    text_chars=50_000_000,
    sheets=40,
)
"""A questionnaire of a thousand questions with tens of thousands of choices stays below a tenth of this."""
FIRST_ROW: Final = 2
"""Row 1 holds the headings."""
EXACT_INTEGERS: Final = 10**15
"""Excel keeps 15 digits of a number; longer codes have already lost their end."""
TOLD_CHANGES: Final = 200
_NO_OTHER_SHEET: Final = frozenset(SHEETS) | ASIDE


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it stands in a sheet."""

    at: int
    heading: str
    spec: ColumnSpec

    @property
    def letter(self) -> str:
        """As spreadsheet programs name it."""
        return column_letter(self.at)


@dataclass(frozen=True, slots=True)
class DefinitionSheet:
    """One sheet of a form: `rows[0]` is the sheet's row 2; a row maps headings to texts, blanks left out."""

    name: str
    columns: tuple[Column, ...] = ()
    rows: list[dict[str, str]] = field(default_factory=list)

    def column(self, name: str) -> Column | None:
        """The column that stands for a name of the standard."""
        return next((each for each in self.columns if each.spec.name == name), None)

    def value(self, row: Mapping[str, str], name: str) -> str:
        """What a row says in a column of the standard; '' where it says nothing."""
        column = self.column(name)
        return row.get(column.heading, "") if column else ""

    def numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows that say anything, with their numbers."""
        return ((number, row) for number, row in enumerate(self.rows, FIRST_ROW) if row)

    def problem(
        self, code: str, row: int = 0, column: str = "", severity: Severity = Severity.ERROR, /, **facts: str
    ) -> Problem:
        """A problem of this sheet; `column` is a name of the standard."""
        place = self.column(column) if column else None
        letter, heading = (place.letter, place.heading) if place else ("", column)
        return Problem(code, severity, self.name, row, letter, heading, facts)


@dataclass(frozen=True, slots=True)
class DefinitionBook:
    """The sheets of a form by name, and what reading them brought to light."""

    sheets: dict[str, DefinitionSheet]
    problems: tuple[Problem, ...]

    def sheet(self, name: str) -> DefinitionSheet:
        """A sheet; an absent one is empty."""
        return self.sheets.get(name) or DefinitionSheet(name)

    def setting(self, name: str) -> str:
        """A value of the settings sheet, '' where it has none."""
        sheet = self.sheet("settings")
        return sheet.value(sheet.rows[0], name) if sheet.rows else ""


def read_book(content: bytes, limits: Limits = LIMITS) -> DefinitionBook:
    """Read a workbook. What it is, is told by its first bytes, not by its name.

    Raises RuleError: what workbook_guard.checked_workbook raises, too_many_sheets.
    """
    safe = checked_workbook(content, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as book:
            return _read(book, limits)
    except PasswordError as error:
        raise RuleError("file_has_password") from error
    except CalamineError as error:
        raise RuleError("file_damaged") from error


def _read(book: CalamineWorkbook, limits: Limits) -> DefinitionBook:
    listed = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if len(listed) > limits.sheets:
        raise RuleError("too_many_sheets", limit=limits.sheets)
    sheets: dict[str, DefinitionSheet] = {}
    problems: list[Problem] = []
    for each in listed:
        name = tidy(each.name, Holds.CODE).lower()
        if name in ASIDE:
            problems.append(Problem("sheet_not_taken", sheet=name))
        if name not in SHEETS:
            continue
        if name in sheets:
            problems.append(Problem("sheet_twice", sheet=name))
        elif each.visible != SheetVisibleEnum.Visible:
            problems.append(Problem("sheet_hidden", sheet=name))
            sheets[name] = DefinitionSheet(name)
        else:
            reader = _SheetReader(name, book.get_sheet_by_name(each.name))
            sheets[name] = reader.read()
            problems += reader.problems
    others = [tidy(each.name, Holds.CODE) for each in listed]
    problems += _missing_sheets(sheets, [name for name in others if name.lower() not in _NO_OTHER_SHEET])
    return DefinitionBook(sheets, tuple(problems))


def _missing_sheets(sheets: Mapping[str, DefinitionSheet], others: list[str]) -> Iterator[Problem]:
    for name in ("survey", "settings"):
        if name not in sheets:
            near = difflib.get_close_matches(name, [other.lower() for other in others], 1, 0.7)
            meant = next((other for other in others if near and other.lower() == near[0]), "")
            yield Problem(
                "sheet_misspelt" if meant else "sheet_missing", facts={"sheet": name, "near": meant}
            )


class _SheetReader:
    """Reads one sheet; `problems` are filled on the way."""

    def __init__(self, name: str, sheet: CalamineSheet) -> None:
        self._name = name
        self._sheet = sheet
        self._changes = 0
        self.problems: list[Problem] = []

    def read(self) -> DefinitionSheet:
        cells: list[list[object]] = [list(row) for row in self._sheet.to_python(skip_empty_area=False)]
        for (top, left), _ in self._sheet.merged_cell_ranges or []:
            self.problems.append(
                Problem("cells_merged", sheet=self._name, row=top + 1, column=column_letter(left))
            )
        if not cells:
            return DefinitionSheet(self._name)
        columns = self._columns(cells[0])
        rows = [self._row(number, row, columns) for number, row in enumerate(cells[1:], FIRST_ROW)]
        while rows and not rows[-1]:
            rows.pop()
        return DefinitionSheet(self._name, columns, rows)

    def _columns(self, first: list[object]) -> tuple[Column, ...]:
        found: dict[str, Column] = {}
        standard: dict[str, Column] = {}
        for at, value in enumerate(first):
            heading = tidy(str(value), Holds.CODE)
            if not heading:
                continue
            spec = column_of(self._name, heading)
            translated = "::" in heading or (":" in heading and spec.holds is Holds.TEXT)
            twin = found.get(heading) or (None if translated else standard.get(spec.name))
            if twin is not None:
                facts = {"other": f"{twin.letter}1"}
                self.problems.append(
                    Problem(
                        "column_twice", sheet=self._name, row=1, column=column_letter(at), heading=heading,
                        facts=facts,
                    )
                )  # fmt: skip
                continue
            found[heading] = Column(at, heading, spec)
            if not translated:
                standard[spec.name] = found[heading]
        return tuple(found.values())

    def _row(self, number: int, cells: list[object], columns: tuple[Column, ...]) -> dict[str, str]:
        row: dict[str, str] = {}
        for column in columns:
            value = cells[column.at] if column.at < len(cells) else ""
            text = self._text(number, column, value)
            if text:
                row[column.heading] = text
        return row

    def _text(self, number: int, column: Column, value: object) -> str:
        if isinstance(value, str):
            text = tidy(value, column.spec.holds)
            shown = comparable(value)
            if text != shown:
                self._changed("text_tidied", number, column, before=shown, after=text)
            return text
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return self._number(number, column, float(value))
        if isinstance(value, dt.date | dt.time):
            return self._date(number, column, value)
        if isinstance(value, dt.timedelta):
            return str(value)
        return ""

    def _number(self, number: int, column: Column, value: float) -> str:
        if abs(value) >= EXACT_INTEGERS and column.spec.holds in (Holds.CODE, Holds.VALUE):
            self._note("code_too_long", number, column, Severity.ERROR)
        if value.is_integer():
            return str(int(value))
        text = repr(value)
        if column.spec.holds is Holds.CODE:
            # 2026.10 and 2026.1 are the same number to Excel: only the author knows which was meant.
            self._changed("code_was_number", number, column, after=text)
        return text

    def _date(self, number: int, column: Column, value: dt.date | dt.time) -> str:
        midnight = isinstance(value, dt.datetime) and value.time() == dt.time()
        text = str(value.date()) if isinstance(value, dt.datetime) and midnight else value.isoformat()
        if column.spec.name == "version":
            # Many forms have the moment of their last change here (`=now()`): the usual digits of it.
            text = "".join(sign for sign in text.partition(".")[0] if sign.isdigit())
            self._changed("value_was_date", number, column, after=text)
        elif column.spec.holds is Holds.CODE:
            # 1-2 has become the second of January; nothing tells what it was.
            self._note("code_was_date", number, column, Severity.ERROR, after=text)
        else:
            self._changed("value_was_date", number, column, after=text)
        return text

    def _changed(self, code: str, number: int, column: Column, **facts: str) -> None:
        self._changes += 1
        if self._changes <= TOLD_CHANGES:
            self._note(code, number, column, Severity.CHANGED, **facts)

    def _note(self, code: str, number: int, column: Column, severity: Severity, **facts: str) -> None:
        short = {name: text if len(text) <= 80 else f"{text[:79]}…" for name, text in facts.items()}
        self.problems.append(
            Problem(code, severity, self._name, number, column.letter, column.heading, short)
        )
