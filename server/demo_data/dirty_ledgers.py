"""Ledgers as they arrive from villages: clean ones, and ones with every fault an import must survive.

Every planted fault is listed with its sheet row, so that a test of the import can compare.
"""

import datetime as dt
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from server.demo_data.chance import Chance, chance_for
from server.demo_data.generate import DemoData
from server.demo_data.ledger_rows import FORMS, Ledger, LedgerForm, Value, ledger_rows

FIRST_DIRTY_ROW: Final = 5
"""Sheet row (from 1) of the first record under two title rows and a two-row header."""
FIRST_CLEAN_ROW: Final = 2
UNKNOWN_VILLAGES: Final = ("老街", "红旗", "新建", "团结")
"""Names that no area of the county has."""

Row = dict[str, Value]


class Fault(enum.Enum):
    """What is wrong with a row. The value says whether a reader can still understand it safely."""

    WRONG_CHECK_DIGIT = (1, False)
    PRECISION_LOST = (2, False)
    DUPLICATE = (3, False)
    UNKNOWN_VILLAGE = (4, False)
    OLD_NUMBER = (5, True)
    FULL_WIDTH_NUMBER = (6, True)
    SPACED_NAME = (7, True)
    AMOUNT_AS_TEXT = (8, True)
    RED_REMARK = (9, True)

    @property
    def mendable(self) -> bool:
        """Whether the row's meaning is still certain."""
        return self.value[1]


FAULT_SHARES: Final = {
    Fault.WRONG_CHECK_DIGIT: 0.01,
    Fault.PRECISION_LOST: 0.005,
    Fault.OLD_NUMBER: 0.003,
    Fault.FULL_WIDTH_NUMBER: 0.02,
    Fault.DUPLICATE: 0.01,
    Fault.UNKNOWN_VILLAGE: 0.03,
    Fault.SPACED_NAME: 0.05,
    Fault.AMOUNT_AS_TEXT: 0.04,
    Fault.RED_REMARK: 0.02,
}
"""Shares of the rows; at least one row of each. No row has two faults."""


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A fault in a sheet row (from 1, as a spreadsheet counts). `of_row`: the row a duplicate repeats."""

    row: int
    fault: Fault
    of_row: int = 0


@dataclass(frozen=True, slots=True)
class WrittenLedger:
    """A workbook with one sheet. Records stand in rows first_row to last_row; then comes the totals row."""

    path: Path
    ledger: Ledger
    first_row: int
    last_row: int
    faults: tuple[PlantedFault, ...] = ()

    def rows_of(self, fault: Fault) -> set[int]:
        """Rows in which a fault was planted."""
        return {planted.row for planted in self.faults if planted.fault is fault}


def write_clean_ledger(path: Path, data: DemoData, ledger: Ledger, town_code: str = "") -> WrittenLedger:
    """One header row and tidy text cells; what an import takes without a question."""
    form = FORMS[ledger]
    rows = list(ledger_rows(data, ledger, town_code))
    with _workbook(path, data) as book:
        sheet = book.add_worksheet(ledger.value)
        sheet.write_row(0, 0, form.columns)
        for at, row in enumerate(rows, start=1):
            for column, heading in enumerate(form.columns):
                value = row[heading]
                if isinstance(value, dt.date):
                    value = f"{value:%Y-%m}"
                sheet.write(at, column, value)
    return WrittenLedger(path, ledger, FIRST_CLEAN_ROW, len(rows) + 1)


def write_dirty_ledgers(folder: Path, data: DemoData) -> list[WrittenLedger]:
    """Both ledgers of the whole county, full of faults, as workbooks in a folder."""
    return [write_dirty_ledger(folder / f"{ledger.value}.xlsx", data, ledger) for ledger in Ledger]


def write_dirty_ledger(path: Path, data: DemoData, ledger: Ledger) -> WrittenLedger:
    """One ledger with merged titles, two-row header, hidden columns, totals and planted faults."""
    form = FORMS[ledger]
    chance = chance_for(data.seed, "dirty", ledger.name)
    rows, faults = _spoiled(list(ledger_rows(data, ledger)), form, chance)
    red_rows = {planted.row for planted in faults if planted.fault is Fault.RED_REMARK}
    with _workbook(path, data) as book:
        sheet = book.add_worksheet(ledger.value)
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
        red = book.add_format({"font_color": "red"})
        day = book.add_format({"num_format": "yyyy/m/d"})
        _write_head(
            sheet, form, f"贵池区{data.as_of.year}年{data.as_of.month}月{ledger.value}", data.as_of, bold
        )
        for at, row in enumerate(rows, start=FIRST_DIRTY_ROW):
            for column, heading in enumerate(form.columns):
                _write_cell(sheet, at - 1, column, row[heading], day, red if at in red_rows else None)
        last = FIRST_DIRTY_ROW + len(rows) - 1
        _write_totals(sheet, form, rows, last)
        for heading in form.hidden:
            sheet.set_column(form.at(heading), form.at(heading), None, None, {"hidden": True})
    return WrittenLedger(path, ledger, FIRST_DIRTY_ROW, last, tuple(faults))


def _workbook(path: Path, data: DemoData) -> Any:
    book = xlsxwriter.Workbook(path)
    # Otherwise the wall clock gets into the file.
    made = dt.datetime(data.as_of.year, data.as_of.month, data.as_of.day, tzinfo=dt.UTC)
    book.set_properties({"created": made})
    return book


def _write_head(sheet: Any, form: LedgerForm, title: str, as_of: dt.date, bold: Any) -> None:
    last = len(form.columns) - 1
    sheet.merge_range(0, 0, 0, last, title, bold)
    sheet.merge_range(
        1, 0, 1, last, f"填报单位：示例民政办    填报日期：{as_of.year}.{as_of.month}.{as_of.day}    单位：元"
    )
    grouped = {column for _, first, end in form.groups for column in range(first, end + 1)}
    for heading, first, end in form.groups:
        sheet.merge_range(2, first, 2, end, heading, bold)
    for column, heading in enumerate(form.columns):
        if column in grouped:
            sheet.write(3, column, heading, bold)
        else:
            sheet.merge_range(2, column, 3, column, heading, bold)


def _write_cell(sheet: Any, row: int, column: int, value: Value, day: Any, style: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _write_totals(sheet: Any, form: LedgerForm, rows: Sequence[Row], last: int) -> None:
    sheet.merge_range(last, 0, last, 2, "合计")
    total = sum(value for row in rows if isinstance(value := row[form.amount], int))
    sheet.write_number(last, form.at(form.amount), total)
    sheet.write_string(last, form.at(form.name), f"{len(rows)}户")


def _spoiled(rows: list[Row], form: LedgerForm, chance: Chance) -> tuple[list[Row], list[PlantedFault]]:
    """The rows with faults; all of them with short village names and dates in six forms."""
    rows = [
        row
        | {
            form.since: _DATE_FORMS[nth % len(_DATE_FORMS)](row[form.since]),
            form.village: _short(row[form.village]),
        }
        for nth, row in enumerate(rows)
    ]
    counts = {fault: max(1, round(share * len(rows))) for fault, share in FAULT_SHARES.items()}
    old = [i for i, row in enumerate(rows) if str(row[form.id_number])[6:8] == "19"]
    fit = [i for i in range(len(rows)) if not str(rows[i][form.id_number]).endswith("000")]
    chance.shuffle(fit)
    of_old = [i for i in old if i in set(fit)][: counts[Fault.OLD_NUMBER]]
    free = [i for i in fit if i not in set(of_old)]
    faults: dict[int, Fault] = dict.fromkeys(of_old, Fault.OLD_NUMBER)
    for fault, count in counts.items():
        if fault not in (Fault.OLD_NUMBER, Fault.DUPLICATE):
            for i in free[:count]:
                rows[i] = _SPOIL[fault](rows[i], form, chance)
                faults[i] = fault
            free = free[count:]
    for i in of_old:
        rows[i] = _old_number(rows[i], form, chance)
    planted = [PlantedFault(FIRST_DIRTY_ROW + i, fault) for i, fault in sorted(faults.items())]
    for i in sorted(free[: counts[Fault.DUPLICATE]]):
        planted.append(PlantedFault(FIRST_DIRTY_ROW + len(rows), Fault.DUPLICATE, FIRST_DIRTY_ROW + i))
        rows.append(rows[i] | {"序号": len(rows) + 1})
    return rows, planted


def _as_date(value: Value) -> dt.date:
    if not isinstance(value, dt.date):
        raise TypeError("not a date")
    return value


_DATE_FORMS: Final[tuple[Callable[[Value], Value], ...]] = (
    _as_date,
    lambda value: f"{_as_date(value):%Y-%m-%d}",
    lambda value: f"{_as_date(value).year}.{_as_date(value).month}",
    lambda value: f"{_as_date(value):%Y%m}",
    lambda value: f"{_as_date(value).year}年{_as_date(value).month}月",
    lambda value: f"{_as_date(value).year}/{_as_date(value).month}/1",
)
"""A date cell and five ways of typing it."""


def _short(village: Value) -> str:
    return str(village).removesuffix("村").removesuffix("社区")


def _wrong_check_digit(row: Row, form: LedgerForm, chance: Chance) -> Row:
    number = str(row[form.id_number])
    wrong = chance.choice([digit for digit in "123456789" if digit != number[-1]])
    return row | {form.id_number: number[:-1] + wrong}


def _precision_lost(row: Row, form: LedgerForm, _: Chance) -> Row:
    number = str(row[form.id_number])
    return row | {form.id_number: float(number[:15] + "000")}


def _old_number(row: Row, form: LedgerForm, _: Chance) -> Row:
    number = str(row[form.id_number])
    return row | {form.id_number: number[:6] + number[8:17]}


def _full_width(row: Row, form: LedgerForm, _: Chance) -> Row:
    number = str(row[form.id_number])
    return row | {form.id_number: "".join(chr(ord(c) + 0xFEE0) for c in number)}


def _unknown_village(row: Row, form: LedgerForm, chance: Chance) -> Row:
    return row | {form.village: chance.choice(UNKNOWN_VILLAGES)}


def _spaced_name(row: Row, form: LedgerForm, chance: Chance) -> Row:
    name = str(row[form.name])
    gap = chance.choice(("\u3000", " ", "  "))
    return row | {form.name: name[0] + gap + name[1:] + (" " if chance.random() < 0.5 else "")}


def _amount_as_text(row: Row, form: LedgerForm, chance: Chance) -> Row:
    amount = int(str(row[form.amount]))
    return row | {form.amount: chance.choice((f"{amount}元", f"{amount:,}", f"￥{amount:,}.00"))}


def _red_remark(row: Row, form: LedgerForm, chance: Chance) -> Row:
    return row | {form.remark: chance.choice(("已迁出，待核", "电话打不通", "下月停发？"))}


_SPOIL: Final[dict[Fault, Callable[[Row, LedgerForm, Chance], Row]]] = {
    Fault.WRONG_CHECK_DIGIT: _wrong_check_digit,
    Fault.PRECISION_LOST: _precision_lost,
    Fault.FULL_WIDTH_NUMBER: _full_width,
    Fault.UNKNOWN_VILLAGE: _unknown_village,
    Fault.SPACED_NAME: _spaced_name,
    Fault.AMOUNT_AS_TEXT: _amount_as_text,
    Fault.RED_REMARK: _red_remark,
}
