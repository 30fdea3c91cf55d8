"""The table of all figures by row; where it does not fit, one subject of figures at a time."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.services.statistics import StatisticsRow, StatisticsView
from fieldapp.services.statistics_lists import Figure, value_of
from ui import theme as look
from ui.screens.statistics.words import figure_words, group_words, row_words, value_words
from ui.theme import TextRole, Theme
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.lists.data_table import Column, DataTable

HALVES: Final = (
    (Figure.VISITS, Figure.PERSON_VISITS, Figure.COVERAGE, Figure.COMPLETION, Figure.OVERDUE),
    (Figure.ON_SITE, Figure.TIMELY, Figure.NOT_FOUND, Figure.EXEMPT, Figure.NOT_YET_DUE),
)
QUARTERS: Final = (
    (Figure.COVERAGE, Figure.COMPLETION),
    (Figure.VISITS, Figure.PERSON_VISITS, Figure.NOT_FOUND),
    (Figure.ON_SITE, Figure.TIMELY),
    (Figure.OVERDUE, Figure.EXEMPT, Figure.NOT_YET_DUE),
)
"""Each fits an 800-px tablet at the largest text."""
_CELL_PAD = 30


class FiguresTable(QWidget):
    """Rows of a view, the sum last.

    Signals:
        row_opened(key): the name of a row was tapped.
        figure_opened(key, Figure): a number was tapped.
        columns_chosen(tuple[Figure]): other columns are wanted.
    """

    row_opened = Signal(str)
    figure_opened = Signal(str, object)
    columns_chosen = Signal(object)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._view: StatisticsView | None = None
        self._columns: tuple[Figure, ...] = ()
        self._chosen: tuple[Figure, ...] = tuple(Figure)
        self.columns = Picker(
            [Choice(one.value, figure_words(one)) for one in Figure],
            title=self.tr("要看哪些列"),
            multiple=True,
        )
        self.columns.changed.connect(self._on_columns)
        columns = Field(
            self.tr("要看哪些列"), self.columns, hint=self.tr("导出时也只有这些列；都不选就是全部。")
        )
        self.halves = self._chooser(self.tr("走访与覆盖"), self.tr("方式、时限与免访"))
        self.quarters = self._chooser(
            self.tr("覆盖与完成"), self.tr("走访"), self.tr("入户与上传"), self.tr("超期与免访")
        )
        self.table = DataTable(self.tr("各项指标"), growing=True)
        self.table.cell_opened.connect(self._on_cell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(columns)
        column.addWidget(self.halves)
        column.addWidget(self.quarters)
        column.addWidget(self.table)
        look.follow(self, self._restyle)

    def set_view(self, view: StatisticsView, chosen: tuple[Figure, ...]) -> None:
        """Show the chosen figures of a view's rows."""
        self._view, self._chosen = view, chosen
        self.columns.set_value(tuple(one.value for one in chosen))
        self._columns = ()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _chooser(self, *subjects: str) -> Segmented:
        chooser = Segmented([Choice(str(number), words) for number, words in enumerate(subjects)])
        chooser.describe(self.tr("看哪些指标"))
        chooser.set_value("0")
        chooser.changed.connect(lambda _value: self._arrange())
        return chooser

    def _arrange(self) -> None:
        """As many figures at once as fit."""
        view = self._view
        if view is None:
            return
        halves, quarters = self._parts(HALVES), self._parts(QUARTERS)
        if self._width_of(view, self._chosen) <= self.width():
            chooser, shown = None, self._chosen
        elif max(self._width_of(view, half) for half in halves) <= self.width():
            chooser, shown = self.halves, halves[int(str(self.halves.value()))]
        else:
            chooser, shown = self.quarters, quarters[int(str(self.quarters.value()))]
        for each in (self.halves, self.quarters):
            each.setVisible(each is chooser)
        if shown != self._columns:
            self._fill(view, shown or self._chosen)

    def _parts(self, parts: Sequence[tuple[Figure, ...]]) -> list[tuple[Figure, ...]]:
        """The chosen figures of each subject."""
        return [tuple(one for one in part if one in self._chosen) for part in parts]

    def _on_columns(self, value: object) -> None:
        names = value if isinstance(value, tuple) else ()
        self.columns_chosen.emit(tuple(Figure(name) for name in names))

    def _fill(self, view: StatisticsView, shown: tuple[Figure, ...]) -> None:
        self._columns = shown
        heads = [Column(group_words(view.group_by), opens=True)]
        heads += [Column(figure_words(figure), numeric=True, opens=True) for figure in shown]
        rows = [*view.rows, view.whole]
        cells = [
            [
                self._name(row, view),
                *(value_words(value_of(row, figure)) for figure in shown),
            ]
            for row in rows
        ]
        # Never sorted by a figure, or a tap would rank persons: the order is that of the service.
        self.table.fill(heads, cells, keys=[row.key for row in rows], sortable=False)

    def _name(self, row: StatisticsRow, view: StatisticsView) -> str:
        return row_words(row, view.group_by, self._texts)

    def _width_of(self, view: StatisticsView, figures: Sequence[Figure]) -> int:
        theme = look.current()
        head = QFontMetrics(theme.font(TextRole.STRONG))
        body = QFontMetrics(theme.font(TextRole.BODY, tabular=True))
        rows = [*view.rows, view.whole]
        names = [body.horizontalAdvance(self._name(row, view)) for row in rows]
        least = theme.px(72)  # of the table's columns
        total = max(least, *names, head.horizontalAdvance(group_words(view.group_by))) + _CELL_PAD
        for figure in figures:
            cells = [body.horizontalAdvance(value_words(value_of(row, figure))) for row in rows]
            widest = max(*cells, head.horizontalAdvance(figure_words(figure))) + _CELL_PAD
            total += max(least, widest)
        return total

    def _on_cell(self, key: str, column: int) -> None:
        if column == 0:
            self.row_opened.emit(key)
        else:
            self.figure_opened.emit(key, self._columns[column - 1])

    def _restyle(self, theme: Theme) -> None:
        self._columns = ()
        self._arrange()
