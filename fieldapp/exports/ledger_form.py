"""A ledger's columns, read from resources/ledgers, and the one way rows become its workbook (level 3).

A writer says what is in the cells; what they look like, in which order they stand and how they are masked
(R3) is the table's.
"""

import datetime as dt
import enum
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from fieldapp.domain.rules.masking import (
    mask_address,
    mask_bank_account,
    mask_id_number,
    mask_name,
    mask_phone,
    mask_text,
)
from fieldapp.exports.ledger_words import LEDGER_FOLDER, plain, without_brackets
from fieldapp.exports.workbook import (
    Cancelled,
    CellValue,
    ColumnSpec,
    Kind,
    Progress,
    SheetSpec,
    write_workbook,
)

SEQUENCE: Final = "SEQUENCE"
"""The column that counts the rows."""
TOTAL: Final = "合计"


class Sensitivity(enum.StrEnum):
    """How much a column tells of a person (domain brief 4)."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Mask(enum.StrEnum):
    """How a cell is masked. NAMES are several names, WORDS a text that may mention the row's names."""

    NAME = "NAME"
    NAMES = "NAMES"
    ID_NUMBER = "ID_NUMBER"
    PHONE = "PHONE"
    ACCOUNT = "ACCOUNT"
    ADDRESS = "ADDRESS"
    WORDS = "WORDS"


@dataclass(frozen=True, slots=True)
class Place:
    """An address: the village always stays, of the rest the villagers' group."""

    village: str
    group: str
    address: str


Raw = CellValue | Place | tuple[str, ...]
"""What a writer gives for a cell: money in fen, names as a tuple."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row as it is on file. `names` are masked wherever a text mentions them."""

    cells: Mapping[str, Raw]
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column. `absent`: the county's ledger has it, and nothing of it is on file; it stays empty."""

    key: str
    heading: str
    width: float
    kind: Kind
    sensitivity: Sensitivity
    mask: Mask | None
    absent: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets a workbook: `full` as it is on file, which the caller has checked; `accounts` with whole
    bank accounts besides."""

    full: bool = False
    accounts: bool = False


MASKED: Final = Reader()


@dataclass(frozen=True, slots=True)
class LedgerForm:
    """A ledger in the county's columns and their order."""

    name: str
    title: str
    sheet: str
    columns: tuple[LedgerColumn, ...] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    """Keys by the headings seen in the field, in their plain form."""

    def column_of(self, heading: str) -> str:
        """The key of the column a heading names, '' for none."""
        return self.words.get(plain(heading)) or self.words.get(without_brackets(heading)) or ""

    def write(
        self,
        path: Path,
        rows: Iterable[LedgerRow],
        *,
        title_of: str,
        subtitle: str = "",
        reader: Reader = MASKED,
        total: str = "",
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> bool:
        """Write the rows in their order, counted; `title_of` names county and area. `total` is a money
        column that is added up below. False when cancelled. Raises StorageError."""
        totals: list[CellValue] | None = None
        if total:
            totals = [None for _ in self.columns]
            totals[next(at for at, one in enumerate(self.columns) if one.key != SEQUENCE)] = TOTAL
        made = self._rows(rows, reader, totals, total)
        specs = [ColumnSpec(one.heading, one.width, one.kind) for one in self.columns]
        sheet = SheetSpec(
            self.sheet, f"{title_of}{self.title}", specs, made, totals=totals, subtitle=subtitle
        )
        return write_workbook(path, [sheet], progress=progress, cancelled=cancelled)

    def _rows(
        self, rows: Iterable[LedgerRow], reader: Reader, totals: list[CellValue] | None, total: str
    ) -> Iterator[list[CellValue]]:
        at = next((at for at, one in enumerate(self.columns) if one.key == total), 0)
        added = 0
        for number, row in enumerate(rows, start=1):
            yield self.shown(row, number, reader)
            found = row.cells[total] if total else 0
            added += found if isinstance(found, int) else 0
        if totals is not None:
            totals[at] = added

    def shown(self, row: LedgerRow, number: int, reader: Reader = MASKED) -> list[CellValue]:
        """The cells of a row as that reader may see them."""
        return [self._cell(column, row, number, reader) for column in self.columns]

    def _cell(self, column: LedgerColumn, row: LedgerRow, number: int, reader: Reader) -> CellValue:
        if column.key == SEQUENCE:
            return number
        if column.absent:
            return None
        raw = row.cells[column.key]
        masked = not (reader.accounts if column.mask is Mask.ACCOUNT else reader.full)
        if isinstance(raw, Place):
            return raw.village + (mask_address(raw.address, raw.group) if masked else raw.group + raw.address)
        if isinstance(raw, tuple):
            return "、".join(mask_name(name) for name in raw) if masked else "、".join(raw)
        if not masked or column.mask is None or not isinstance(raw, str) or not raw:
            return raw
        if column.mask is Mask.WORDS:
            return mask_text(raw, row.names)
        return _MASKS[column.mask](raw)


_MASKS: Final[Mapping[Mask, Callable[[str], str]]] = {
    Mask.NAME: mask_name,
    Mask.ID_NUMBER: mask_id_number,
    Mask.PHONE: mask_phone,
    Mask.ACCOUNT: mask_bank_account,
}


@cache
def ledger_form(name: str) -> LedgerForm:
    """The form in resources/ledgers/<name>.toml. Columns without a width are read from others' files and
    never written."""
    table = tomllib.loads((LEDGER_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    columns = tuple(_column(each) for each in table["column"] if "width" in each)
    words: dict[str, str] = {}
    for each in table["column"]:
        for word in (each["heading"], without_brackets(each["heading"]), *each.get("words", ())):
            words.setdefault(plain(word), each["key"])
    return LedgerForm(name, table["title"], table["sheet"], columns, words)


def _column(each: Mapping[str, Any]) -> LedgerColumn:
    mask = each.get("mask")
    return LedgerColumn(
        key=each["key"],
        heading=each["heading"],
        width=each["width"],
        kind=Kind[each.get("kind", "TEXT")],
        sensitivity=Sensitivity(each["class"]),
        mask=Mask(mask) if mask else None,
        absent=each.get("absent", False),
    )


def period_text(start: dt.date, end: dt.date) -> str:
    """The days a ledger is about, as its subtitle says them."""
    return f"{start.isoformat()} 至 {end.isoformat()}"
