"""Tables of figures: numbers right-aligned in digits of one width, sortable by a tap on the head. Layer 5."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets.painting import LEFT, RIGHT
from ui.widgets.scrolling import enable_touch_scrolling

Index = QModelIndex | QPersistentModelIndex
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers are right-aligned, with thousands separators and `decimals` places. Cells of a
    column that `opens` something look like links; see DataTable.cell_opened."""

    title: str
    numeric: bool = False
    decimals: int = 0
    opens: bool = False


class TableModel(QAbstractTableModel):
    """Rows of plain values."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._rows: list[Sequence[Cell]] = []
        self._keys: list[str] = []
        self._digits = QFont()
        self._link = QColor()

    def fill(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], keys: Sequence[str] = ()
    ) -> None:
        """Show these rows; each must have as many cells as there are columns, and a key if any has."""
        if any(len(row) != len(columns) for row in rows):
            raise ValueError("every row needs one cell for each column")
        if keys and len(keys) != len(rows):
            raise ValueError("every row needs a key")
        self.beginResetModel()
        self._columns = tuple(columns)
        self._rows = list(rows)
        self._keys = list(keys) or [""] * len(rows)
        self.endResetModel()

    def set_look(self, digits: QFont, link: QColor) -> None:
        """The font of numeric cells and the colour of cells that open something."""
        self._digits, self._link = digits, link

    def opened_by(self, index: Index) -> str:
        """The key of the row a cell opens; '' if it opens nothing."""
        if not index.isValid() or not self._columns[index.column()].opens:
            return ""
        return self._keys[index.row()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(self._rows[index.row()][index.column()], column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title} {cell_text(self._rows[index.row()][index.column()], column)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numeric else LEFT
        if role == Qt.ItemDataRole.FontRole and column.numeric:
            return self._digits
        if role == Qt.ItemDataRole.ForegroundRole and self.opened_by(index):
            return self._link
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._columns[section].numeric else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort stably; empty cells come last either way."""
        if not 0 <= column < len(self._columns):
            return
        self.layoutAboutToBeChanged.emit()
        pairs = list(zip(self._rows, self._keys, strict=True))
        filled = [pair for pair in pairs if pair[0][column] is not None]
        empty = [pair for pair in pairs if pair[0][column] is None]
        numeric = self._columns[column].numeric
        descending = order == Qt.SortOrder.DescendingOrder
        filled.sort(key=lambda pair: _sort_key(pair[0][column], numeric), reverse=descending)
        self._rows = [row for row, _ in filled + empty]
        self._keys = [key for _, key in filled + empty]
        self.layoutChanged.emit()


class DataTable(QTableView):
    """A read-only table.

    Signals:
        cell_opened(key, column): a cell of a column that opens was tapped, or Enter or Space pressed on
            it; `key` is its row's.

    Args:
        growing: be as tall as all rows and leave scrolling to the page around it.
    """

    cell_opened = Signal(str, int)

    def __init__(self, name: str, *, growing: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = TableModel(self)
        self._growing = growing
        self.setModel(self.table)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMinimumWidth(240)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorClearable(True)
        self.setMouseTracking(True)
        self.clicked.connect(self._on_clicked)
        self.entered.connect(self._on_entered)
        if growing:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.horizontalScrollBar().rangeChanged.connect(self._on_range)
        else:
            self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
            enable_touch_scrolling(self)
        look.follow(self, self._restyle)

    def fill(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        keys: Sequence[str] = (),
        sortable: bool = True,
    ) -> None:
        """Show these rows; `keys` name them to `cell_opened`."""
        # Sorting stays off while filling, or the rows would jump to an indicator nobody has touched.
        self.setSortingEnabled(False)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.fill(columns, rows, keys)
        # Where cells open, the arrow keys go from cell to cell and the one they are on is to be seen.
        by = QAbstractItemView.SelectionBehavior
        some = any(column.opens for column in columns)
        self.setSelectionBehavior(by.SelectItems if some else by.SelectRows)
        self.setSortingEnabled(sortable)
        self._restyle(look.current())

    def sizeHint(self) -> QSize:
        if not self._growing:
            return QSize(480, 320)
        rows = self.table.rowCount() * self.verticalHeader().defaultSectionSize()
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > bar.minimum() else 0  # never over the last row
        return QSize(480, self.horizontalHeader().height() + rows + below + 2 * self.frameWidth() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open the current cell."""
        opening = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if opening and self.table.opened_by(self.currentIndex()):
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _on_range(self, _least: int, _most: int) -> None:
        self.setFixedHeight(self.sizeHint().height())

    def _on_clicked(self, index: QModelIndex) -> None:
        key = self.table.opened_by(index)
        if key:
            self.cell_opened.emit(key, index.column())

    def _on_entered(self, index: QModelIndex) -> None:
        shape = (
            Qt.CursorShape.PointingHandCursor if self.table.opened_by(index) else Qt.CursorShape.ArrowCursor
        )
        self.viewport().setCursor(shape)

    def _restyle(self, theme: Theme) -> None:
        self.table.set_look(theme.font(TextRole.BODY, tabular=True), QColor(theme.colors.primary))
        self.verticalHeader().setDefaultSectionSize(theme.target)
        header = self.horizontalHeader()
        header.setFixedHeight(theme.target)
        header.setMinimumSectionSize(theme.px(72))
        # Measured once, then spread: the first column takes what is left.
        header.setStretchLastSection(False)
        for column in range(self.table.columnCount()):
            mode = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        if self._growing:
            self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()


def cell_text(value: Cell, column: Column) -> str:
    """How a value is written in its column; an empty cell is a dash."""
    if value is None:
        return "—"
    if column.numeric and not isinstance(value, str):
        return f"{value:,.{column.decimals}f}"
    return str(value)


def _sort_key(value: Cell, numeric: bool) -> tuple[float, str]:
    if numeric and isinstance(value, (int, float)):
        return float(value), ""
    return 0.0, str(value)
