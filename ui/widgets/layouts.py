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


class ShareLayout(_ItemLayout):
    """Items that take a share of a line, filling it together; one below the other where that is narrow.

    Args:
        gap: pixels between items of a line.
        line_gap: pixels between lines.
        least: an item is never narrower than this, its line is rather given up.
    """

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 16, line_gap: int = 2, least: int = 0
    ) -> None:
        super().__init__(parent, gap)
        self._line_gap = line_gap
        self._shares: dict[QWidget, float] = {}
        self._least = least

    def set_share(self, widget: QWidget, share: float) -> None:
        """How much of a line a widget takes: above 0, at most 1."""
        if self._shares.get(widget) != share:
            self._shares[widget] = share
            self.invalidate()

    def insert(self, at: int, widget: QWidget) -> None:
        """Let a widget come before the one that is now at a place; moves it when it is here already."""
        now = self.indexOf(widget)
        if now == at:
            return
        if now < 0:
            self.addWidget(widget)
        self._items.insert(at, self._items.pop(now))
        self.invalidate()

    def remove(self, widget: QWidget) -> None:
        """Let a widget go."""
        self._shares.pop(widget, None)
        self.removeWidget(widget)

    def set_least(self, least: int) -> None:
        """Change the narrowest width."""
        self._least = least
        self.invalidate()

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        area = rect.marginsRemoved(self.contentsMargins())
        top = area.top()
        for line in self._lines():
            widths = self._widths(line, area.width())
            least = (max(self._least, item.minimumSize().width()) for item in line)
            together = all(width >= enough for width, enough in zip(widths, least, strict=True))
            rows = [(line, widths)] if together else [([item], [area.width()]) for item in line]
            for items, shares in rows:
                height = max(_height(item, width) for item, width in zip(items, shares, strict=True))
                if move:
                    self._place(items, shares, area.left(), top)
                top += height + self._line_gap
        margins = self.contentsMargins()
        return max(0, top - self._line_gap - area.top()) + margins.top() + margins.bottom()

    def _share(self, item: QLayoutItem) -> float:
        widget = item.widget()
        return self._shares.get(widget, 1.0) if widget is not None else 1.0

    def _lines(self) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 1.0
        for item in self._shown():
            if used + self._share(item) > 1 + 1e-6:
                lines.append([])
                used = 0.0
            lines[-1].append(item)
            used += self._share(item)
        return lines

    def _widths(self, line: list[QLayoutItem], width: int) -> list[int]:
        free = width - self.spacing() * (len(line) - 1)
        total = sum(self._share(item) for item in line)
        return [round(free * self._share(item) / total) for item in line]

    def _place(self, items: list[QLayoutItem], widths: list[int], left: int, top: int) -> None:
        for item, width in zip(items, widths, strict=True):
            item.setGeometry(QRect(left, top, width, _height(item, width)))
            left += width + self.spacing()


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return item.heightForWidth(width)
    return max(item.sizeHint().height(), item.minimumSize().height())
