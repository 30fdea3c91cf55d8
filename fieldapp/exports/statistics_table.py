"""A statistics table as a workbook, sheets for its charts, and one of definitions (level 3)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldapp.domain.rules.statistics import Ratio
from fieldapp.exports.workbook import (
    Cancelled,
    CellValue,
    ColumnSpec,
    Kind,
    Progress,
    SheetSpec,
    write_workbook,
)

DEFINITIONS_SHEET: Final = "口径"
DEFINITION_COLUMNS: Final = (ColumnSpec("指标", 24), ColumnSpec("口径", 90))


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of figures and its definition. A share names its two numbers; it fills three columns."""

    heading: str
    definition: str
    numerator: str = ""
    denominator: str = ""

    @property
    def is_share(self) -> bool:
        """Whether the values are ratios."""
        return bool(self.denominator)


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """One line: a text per label column, a value per measure; None where a measure does not apply."""

    labels: tuple[str, ...]
    values: tuple[int | Ratio | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A sheet of its own: one count by month or by day, as a chart shows it."""

    title: str
    headings: tuple[str, str]
    points: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StatisticsTable:
    """A table as shown on screen. `totals` comes from the same counting as the rows, never from adding
    up cells: a household may stand in two rows.
    """

    title: str
    period: str
    label_headings: tuple[str, ...]
    measures: tuple[Measure, ...]
    rows: Sequence[StatisticsRow]
    totals: StatisticsRow | None = None
    notes: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()


def write_statistics(
    path: Path,
    table: StatisticsTable,
    *,
    made_on: dt.date,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write the table and its definitions. False when cancelled. Raises StorageError."""
    columns = [ColumnSpec(heading, 18) for heading in table.label_headings]
    for measure in table.measures:
        columns += _columns(measure)
    totals = None if table.totals is None else _cells(table, table.totals)
    figures = SheetSpec(
        table.title,
        table.title,
        columns,
        (_cells(table, row) for row in table.rows),
        totals=totals,
        subtitle=f"统计期间：{table.period}　制表日期：{made_on.isoformat()}",
    )
    sheets = [figures, *(_series(table, one) for one in table.series), _definitions(table)]
    return write_workbook(path, sheets, progress=progress, cancelled=cancelled)


def _columns(measure: Measure) -> list[ColumnSpec]:
    if not measure.is_share:
        return [ColumnSpec(measure.heading, 12, Kind.NUMBER)]
    return [
        ColumnSpec(measure.numerator, 12, Kind.NUMBER),
        ColumnSpec(measure.denominator, 12, Kind.NUMBER),
        ColumnSpec(measure.heading, 12, Kind.PERCENT),
    ]


def _cells(table: StatisticsTable, row: StatisticsRow) -> list[CellValue]:
    cells: list[CellValue] = list(row.labels)
    for measure, value in zip(table.measures, row.values, strict=True):
        if value is None:
            cells += [None] * (3 if measure.is_share else 1)
        elif isinstance(value, Ratio):
            share = value.numerator / value.denominator if value.denominator else value.percent
            cells += [value.numerator, value.denominator, share]
        else:
            cells.append(value)
    return cells


def _series(table: StatisticsTable, series: Series) -> SheetSpec:
    label, count = series.headings
    columns = (ColumnSpec(label, 18), ColumnSpec(count, 14, Kind.NUMBER))
    rows: list[list[CellValue]] = [[name, value] for name, value in series.points]
    totals: list[CellValue] = ["合计", sum(value for _, value in series.points)]
    return SheetSpec(series.title, f"{table.title}：{series.title}", columns, rows, totals=totals)


def _definitions(table: StatisticsTable) -> SheetSpec:
    rows: list[list[CellValue]] = []
    for measure in table.measures:
        share = f"（{measure.numerator}÷{measure.denominator}）" if measure.is_share else ""
        rows.append([measure.heading, f"{measure.definition}{share}"])
    rows += [["说明", note] for note in table.notes]
    return SheetSpec(DEFINITIONS_SHEET, f"{table.title}：{DEFINITIONS_SHEET}", DEFINITION_COLUMNS, rows)
