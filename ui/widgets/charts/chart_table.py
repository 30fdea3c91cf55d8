"""The table twin of a chart: the same figures for those who would rather read them. Layer 5."""

from dataclasses import dataclass

from ui.widgets.lists.data_table import Cell, Column


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Columns and rows to give to `DataTable.fill`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
