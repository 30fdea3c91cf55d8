"""The table of visit rules as a workbook that a county edits, and back again with what is wrong in each row
(R4; level 3)."""

import enum
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import Fact, RuleError
from fieldapp.domain.parameters import PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.records.households import Category, HouseholdTag, ReviewClass, RiskLevel, SupportMode
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.records.visits import Mode
from fieldapp.exports.sheets import Cell, Sheet, read_sheets
from fieldapp.exports.workbook import CellValue, ColumnSpec, Kind, SheetSpec, write_workbook

TITLE: Final = "走访频次规则"
YES: Final = "是"
_LABELS: Final = Path(__file__).parents[2] / "resources" / "i18n" / "zh" / "labels.toml"
_BETWEEN: Final = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row (as people see its number), under which heading ('' = the row as a whole)."""

    code: str
    row: int
    heading: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RulesRead:
    """The rules of a sheet, and what must be mended first."""

    rules: tuple[VisitRule, ...]
    problems: tuple[RowProblem, ...]


class _CellRefused(Exception):
    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code: Final = code
        self.facts: Final = facts


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading, the field of a rule or of its match, and how a cell becomes its value and back."""

    heading: str
    field: str
    read: Callable[[Cell], object]
    write: Callable[[object], CellValue]
    width: float = 14
    kind: Kind = Kind.TEXT
    in_match: bool = True


@cache
def _words(codes: type[enum.StrEnum]) -> Mapping[str, enum.StrEnum]:
    labels = tomllib.loads(_LABELS.read_text(encoding="utf-8"))[codes.__name__]
    return {labels[one.value]: one for one in codes}


def _read_codes(codes: type[enum.StrEnum], cell: Cell) -> tuple[enum.StrEnum, ...]:
    found = []
    for word in filter(None, _BETWEEN.split(str(cell).strip())):
        if word in _words(codes):
            found.append(_words(codes)[word])
        elif word in codes.__members__:
            found.append(codes[word])
        else:
            raise _CellRefused("rule_word_unknown", word=word, known="、".join(_words(codes)))
    return tuple(dict.fromkeys(found))


def _write_codes(codes: type[enum.StrEnum], value: object) -> CellValue:
    assert isinstance(value, tuple)
    by_code = {code: word for word, code in _words(codes).items()}
    return "、".join(by_code[one] for one in value)


def _read_unit(cell: Cell) -> object:
    found = _read_codes(PeriodUnit, cell)
    if len(found) != 1:
        raise _CellRefused("rule_unit_missing", known="、".join(_words(PeriodUnit)))
    return found[0]


def _write_unit(value: object) -> CellValue:
    return _write_codes(PeriodUnit, (value,))


def _read_times(cell: Cell) -> object:
    try:
        times = int(str(cell).strip() or "1") if not isinstance(cell, float) else int(cell)
    except ValueError:
        times = 0
    if not 1 <= times <= 31 or (isinstance(cell, float) and cell != times):
        raise _CellRefused("rule_times_wrong", limit=31)
    return times


def _read_grades(cell: Cell) -> object:
    text = str(int(cell)) if isinstance(cell, float) else str(cell)
    words = list(filter(None, _BETWEEN.split(text.strip())))
    if any(word not in {"1", "2", "3", "4"} for word in words):
        raise _CellRefused("rule_grade_wrong")
    return tuple(sorted({int(word) for word in words}))


def _write_grades(value: object) -> CellValue:
    assert isinstance(value, tuple)
    return "、".join(map(str, value))


def _read_yes(cell: Cell) -> object:
    text = str(cell).strip()
    if text not in ("", YES, "否"):
        raise _CellRefused("rule_yes_wrong", word=text)
    return text == YES


def _read_id(cell: Cell) -> object:
    text = str(cell).strip()
    if not text or len(text) > 40:
        raise _CellRefused("rule_id_missing", limit=40)
    return text


def _plain(value: object) -> CellValue:
    assert isinstance(value, str | int)
    return value


def _codes(heading: str, field: str, codes: type[enum.StrEnum], *, in_match: bool = True) -> _Column:
    return _Column(
        heading, field, partial(_read_codes, codes), partial(_write_codes, codes), 22, in_match=in_match
    )


COLUMNS: Final = (
    _Column("编号", "id", _read_id, _plain, 20, in_match=False),
    _codes("风险等级", "risk_levels", RiskLevel),
    _codes("救助类别", "categories", Category),
    _codes("供养方式", "support_modes", SupportMode),
    _codes("自理能力", "self_care", SelfCareGrade),
    _codes("复核类别", "review_classes", ReviewClass),
    _codes("特殊群体", "tags", HouseholdTag),
    _Column("残疾等级", "disability_grades", _read_grades, _write_grades),
    _Column("重大疾病", "serious_illness", _read_yes, lambda value: YES if value else ""),
    _Column("急难在办", "urgent_case", _read_yes, lambda value: YES if value else ""),
    _Column("周期", "unit", _read_unit, _write_unit, in_match=False),
    _Column("次数", "times", _read_times, _plain, 8, Kind.NUMBER, in_match=False),
    _codes("计入的走访方式", "modes", Mode, in_match=False),
    _codes("上次入户后可计入", "alternate_modes", Mode, in_match=False),
)
"""Order of the sheet. Empty cells of a condition ask nothing."""


def write_rules(path: Path, rules: Sequence[VisitRule], subtitle: str = "") -> None:
    """Write the table as a workbook. Raises StorageError."""
    columns = [ColumnSpec(one.heading, one.width, one.kind) for one in COLUMNS]
    rows = [[column.write(_held(rule, column)) for column in COLUMNS] for rule in rules]
    write_workbook(path, [SheetSpec(TITLE, TITLE, columns, rows, subtitle=subtitle)])


def _held(rule: VisitRule, column: _Column) -> object:
    return getattr(rule.match if column.in_match else rule, column.field)


def read_rules(path: Path) -> RulesRead:
    """Read the table of a workbook's first sheet with these headings, in any order of columns.

    Raises RuleError: rules_headings_missing, and what read_sheets raises.
    """
    for sheet in read_sheets(path):
        for number, row in enumerate(sheet.rows, start=1):
            headings = {str(cell).strip(): place for place, cell in enumerate(row)}
            if {COLUMNS[0].heading, "周期"} <= headings.keys():
                return _read_sheet(sheet, number, headings)
    raise RuleError("rules_headings_missing")


def _read_sheet(sheet: Sheet, headings_in: int, headings: Mapping[str, int]) -> RulesRead:
    rules: list[VisitRule] = []
    problems: list[RowProblem] = []
    for number in range(headings_in + 1, len(sheet.rows) + 1):
        if any(str(cell).strip() for cell in sheet.rows[number - 1]):
            values, wrong = _read_row(sheet, number, headings)
            problems += wrong
            if not wrong:
                problems += _whole_row(number, values, rules)
    if not rules and not problems:
        problems.append(RowProblem("rules_empty", headings_in))
    return RulesRead(tuple(rules), tuple(problems))


def _read_row(
    sheet: Sheet, number: int, headings: Mapping[str, int]
) -> tuple[dict[str, object], list[RowProblem]]:
    values: dict[str, object] = {}
    problems = []
    for column in COLUMNS:
        cell = sheet.cell(number, headings[column.heading]) if column.heading in headings else ""
        try:
            values[column.field] = column.read(cell)
        except _CellRefused as refused:
            problems.append(RowProblem(refused.code, number, column.heading, refused.facts))
    return values, problems


def _whole_row(number: int, values: dict[str, object], rules: list[VisitRule]) -> Iterator[RowProblem]:
    """Add the rule of a row whose cells are right, or say why it is none."""
    match = {column.field: values.pop(column.field) for column in COLUMNS if column.in_match}
    if any(rule.id == values["id"] for rule in rules):
        yield RowProblem("rule_id_twice", number, COLUMNS[0].heading)
    elif not values["modes"]:
        yield RowProblem("rule_modes_missing", number, "计入的走访方式")
    else:
        rules.append(VisitRule.model_validate({**values, "match": VisitMatch.model_validate(match)}))
