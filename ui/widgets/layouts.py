"""Layouts that give way to narrow screens instead of forcing them wider. Layer 5."""

from PySide6.QtCore import QMargins, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class _ItemLayout(QLayout):
    """Book-keeping of items common to both layouts."""

    def __init__(self, parent: QWidget | None, gap: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(QMargins())
        if parent is not None:
            parent.setLayout(self)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Remove and delete all widgets."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        items = self._shown()
        width = sum(item.sizeHint().width() for item in items) + self.spacing() * max(0, len(items) - 1)
        height = max((item.sizeHint().height() for item in items), default=0)
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:
        items = self._shown()
        width = max((item.minimumSize().width() for item in items), default=0)
        height = max((item.minimumSize().height() for item in items), default=0)
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        raise NotImplementedError


class FlowLayout(_ItemLayout):
    """Items at their own width, left to right, continued on the next line.

    Args:
        gap: pixels between items and between lines.
        right: lines end at the right edge (rows of buttons).
    """

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8, right: bool = False) -> None:
        super().__init__(parent, gap)
        self._right = right

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        area = rect.marginsRemoved(self.contentsMargins())
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(area.width(), item.minimumSize().width()), 1 << 20))
            if lines[-1] and used + size.width() > area.width():
                lines.append([])
                used = 0
            lines[-1].append((item, size))
            used += size.width() + self.spacing()
        top = area.top()
        for line in lines:
            height = max((size.height() for _, size in line), default=0)
            if move:
                self._place(line, area, top, height)
            top += height + self.spacing()
        margins = self.contentsMargins()
        return max(0, top - self.spacing() - area.top()) + margins.top() + margins.bottom()

    def _place(self, line: list[tuple[QLayoutItem, QSize]], area: QRect, top: int, height: int) -> None:
        total = sum(size.width() for _, size in line) + self.spacing() * (len(line) - 1)
        left = area.left() + (max(0, area.width() - total) if self._right else 0)
        for item, size in line:
            item.setGeometry(QRect(left, top + (height - size.height()) // 2, size.width(), size.height()))
            left += size.width() + self.spacing()


class EvenGridLayout(_ItemLayout):
    """Columns of equal width, as many as fit (up to `columns`); rows as tall as their tallest item.

    A last row with fewer items keeps the column width, except when everything fits one row.
    """

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8, columns: int = 5) -> None:
        super().__init__(parent, gap)
        self._columns = columns

    def columns_for(self, width: int) -> int:
        """How many columns a width holds; 4 items that do not fit four abreast go 2 + 2, not 3 + 1."""
        items = self._shown()
        if not items:
            return 1
        widest = max(item.minimumSize().width() for item in items)
        fits = max(1, (width + self.spacing()) // (widest + self.spacing()))
        most = min(self._columns, len(items), fits)
        rows = -(-len(items) // most)
        return -(-len(items) // rows)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        area = rect.marginsRemoved(self.contentsMargins())
        items = self._shown()
        columns = self.columns_for(area.width())
        gap = self.spacing()
        top = area.top()
        for start in range(0, len(items), columns):
            row = items[start : start + columns]
            edges = [area.left() + round((area.width() + gap) * i / columns) for i in range(columns + 1)]
            widths = [edges[i + 1] - edges[i] - gap for i in range(len(row))]
            height = max(_height(item, width) for item, width in zip(row, widths, strict=True))
            if move:
                for i, item in enumerate(row):
                    item.setGeometry(QRect(edges[i], top, widths[i], height))
            top += height + gap
        margins = self.contentsMargins()
        return max(0, top - gap - area.top()) + margins.top() + margins.bottom()


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return item.heightForWidth(width)
    return max(item.sizeHint().height(), item.minimumSize().height())
