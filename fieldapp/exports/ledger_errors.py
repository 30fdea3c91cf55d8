"""The rows an import refused as a workbook to mend, with the reason beside each (level 3)."""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from fieldapp.exports.ledger_layout import Layout
from fieldapp.exports.ledger_plan import ImportPlan
from fieldapp.exports.ledger_rows import Problem
from fieldapp.exports.ledger_words import Column, ledger_spec
from fieldapp.exports.sheets import Cell
from fieldapp.exports.workbook import CellValue, ColumnSpec, SheetSpec, write_workbook

I18N_FOLDER: Final = Path(__file__).parents[2] / "resources" / "i18n"
ROW_HEADING: Final = "原行号"
REASON_HEADING: Final = "未导入原因"
REASON_WIDTH: Final = 56
WIDE: Final = frozenset({Column.ID_NUMBER, Column.BANK_ACCOUNT, Column.ADDRESS, Column.REMARK})


@cache
def _sentences(language: str) -> Mapping[str, str]:
    """Reasons of imports, and the sentences of rules (ID numbers, phones) that imports apply."""
    found: dict[str, str] = {}
    for name in ("messages.toml", "import_reasons.toml"):
        with (I18N_FOLDER / language / name).open("rb") as file:
            table = tomllib.load(file)
        found |= {code: text for code, text in table.items() if isinstance(text, str)}
    return found


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(problem: Problem, language: str = "zh") -> str:
    """What is wrong and what to do about it."""
    return import_sentence(problem.code, problem.facts, language)


def import_sentence(code: str, facts: Mapping[str, object], language: str = "zh") -> str:
    """The sentence of a code with its facts; what has no sentence is shown as its code."""
    text = _sentences(language).get(code, code)
    facts = {name: fact for name, fact in facts.items() if fact not in ("", None)}
    return text.format_map(_Facts(facts))


def reason(layout: Layout, problems: Sequence[Problem], language: str = "zh") -> str:
    """All problems of a row in one text, each under its column's heading."""
    return "；".join(_placed(layout, problem, language) for problem in problems)


def _placed(layout: Layout, problem: Problem, language: str) -> str:
    heading = column_heading(layout, problem.column) if problem.column else ""
    text = sentence(problem, language)
    return f"【{heading}】{text}" if heading else text


def column_heading(layout: Layout, column: Column) -> str:
    """The heading the sheet itself has for a column, else the county's."""
    at = layout.mapping.get(column)
    if at is not None and at < len(layout.headings) and layout.headings[at]:
        return layout.headings[at]
    return ledger_spec(layout.kind).headings.get(column, column)


def write_error_file(plan: ImportPlan, out_path: Path, *, title: str = "") -> bool:
    """Write the refused rows under their own headings, row number and reason in the last two columns.

    Every cell is text, so that ID numbers survive the next save. The sheet can be mended and
    imported as it is. False when nothing was refused: then no file is written.
    Raises StorageError as write_workbook does.
    """
    if not plan.rejected:
        return False
    layout, sheet = plan.layout, plan.sheet
    width = sheet.width
    headings = [layout.headings[at] if at < len(layout.headings) else "" for at in range(width)]
    columns = [
        *(ColumnSpec(heading, width=_width(layout, at)) for at, heading in enumerate(headings)),
        ColumnSpec(ROW_HEADING, width=8),
        ColumnSpec(REASON_HEADING, width=REASON_WIDTH),
    ]
    rows: list[list[CellValue]] = [
        [
            *(cell_text(sheet.cell(each.row, at)) for at in range(width)),
            str(each.row),
            reason(layout, each.problems),
        ]
        for each in plan.rejected
    ]
    name = title or layout.title or ledger_spec(layout.kind).title
    return write_workbook(out_path, [SheetSpec(sheet.name, f"{name}（未导入）", columns, rows)])


def _width(layout: Layout, at: int) -> float:
    column = next((column for column, place in layout.mapping.items() if place == at), None)
    return 22 if column in WIDE else 12


def cell_text(cell: Cell) -> str:
    """A cell as the text a person would type for it."""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell)
