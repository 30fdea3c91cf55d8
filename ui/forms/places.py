"""Answers that are places: one point, a line, an area. Layer 5."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.visits import Location
from ui.forms.world import FormWorld
from ui.position.coordinates import written_coordinates
from ui.position.panel import PositionPanel
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.inputs.editor import Editor
from ui.widgets.labels import Text


def point_editor(world: FormWorld) -> PositionPanel:
    """Waits for a position, or takes one by hand."""
    return PositionPanel(world.positions, reasons=False)


class PointsEditor(Editor):
    """Points taken one after the other; value: a tuple of Location.

    Args:
        closed: an area: the way back to the first point is added by itself.
    """

    def __init__(self, world: FormWorld, *, closed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._closed = closed
        self._points: tuple[Location, ...] = ()
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.panel = point_editor(world)
        self.take = Button(self.tr("记下这个点"), icon="plus")
        self.take.clicked.connect(self._on_take)
        self.panel.changed.connect(self._on_place)
        self._clear = Button(self.tr("全部去掉"), ButtonKind.TEXT, icon="trash-2")
        self._clear.clicked.connect(partial(self._put, ()))
        tools = QHBoxLayout()
        tools.addWidget(self.take)
        tools.addWidget(self._clear)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._list)
        column.addWidget(self.panel)
        column.addLayout(tools)
        self._show()

    def value(self) -> tuple[Location, ...]:
        """The points; of an area the first one again at the end, once there are three."""
        if self._closed and len(self._points) > 2:
            return (*self._points, self._points[0])
        return self._points

    def set_value(self, value: object) -> None:
        if not isinstance(value, tuple):
            raise TypeError(f"tuple expected, got {type(value).__name__}")
        if self._closed and len(value) > 1 and value[0] == value[-1]:
            value = value[:-1]
        self._points = value
        self._show()

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.panel.describe(name, description)

    def shut(self) -> None:
        """Let go of the position service."""
        self.panel.shut()

    def _on_place(self, place: object) -> None:
        self.take.setEnabled(isinstance(place, Location))

    def _on_take(self) -> None:
        place = self.panel.value()
        if place is not None:
            self.panel.set_value(None)
            self._put((*self._points, place))

    def _on_remove(self, index: int) -> None:
        self._put(self._points[:index] + self._points[index + 1 :])

    def _put(self, points: tuple[Location, ...]) -> None:
        self._points = points
        self._show()
        self.changed.emit(self.value())
        self.committed.emit(self.value())

    def _show(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for index, place in enumerate(self._points):
            self._list.addWidget(self._row(index, place))
        self.take.setEnabled(self.panel.value() is not None)
        self._clear.setVisible(bool(self._points))

    def _row(self, index: int, place: Location) -> QWidget:
        words = written_coordinates(place.lat or 0.0, place.lon or 0.0)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(Text(self.tr("{0}. {1}").format(index + 1, words)), 1)
        remove = IconButton("x", self.tr("去掉第 {0} 点").format(index + 1))
        remove.clicked.connect(partial(self._on_remove, index))
        line.addWidget(remove)
        return row
