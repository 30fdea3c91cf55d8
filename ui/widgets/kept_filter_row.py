"""The row of kept filters above a list. Layer 5."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kept_filters import FilterShelf, Naming, ShelfState
from ui.ports import Surroundings
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import TextField
from ui.widgets.layouts import FlowLayout
from ui.widgets.tab_order import order_tabs


class KeptFilterRow(QWidget):
    """A button for each kept filter, and what can be done with the one in use. Nothing is shown while the
    list is not narrowed and nothing was kept.

    Args:
        page: the list the filters belong to.
        use: narrows the list by values; what is left out is not narrowed.
    """

    def __init__(
        self, surroundings: Surroundings, page: str, use: Callable[[Mapping[str, str]], None]
    ) -> None:
        super().__init__()
        self._shell = surroundings.shell
        self.shelf = FilterShelf(surroundings, page, use, self._render, self._on_dropped)
        self._names: tuple[str, ...] = ()
        self.chips: dict[str, Button] = {}
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, gap=8)
        self.keep = Button(self.tr("存为常用筛选"), ButtonKind.TEXT, icon="star")
        self.keep.clicked.connect(lambda: self._begin(Naming.NEW))
        self.rename = Button(self.tr("改名"), ButtonKind.TEXT, icon="pencil")
        self.rename.clicked.connect(lambda: self._begin(Naming.RENAME))
        self.delete = Button(self.tr("删除常用筛选"), ButtonKind.TEXT, icon="trash-2")
        self.delete.clicked.connect(self.shelf.drop)
        self.name = TextField(max_length=20)
        self.name.line.returnPressed.connect(self._on_name)
        self._name_field = Field(self.tr("常用筛选的名字"), self.name, hint=self.tr("例如：本周要跑的组。"))
        self.save = Button(self.tr("保存名字"), icon="check")
        self.save.clicked.connect(self._on_name)
        cancel = Button(self.tr("不存了"), ButtonKind.TEXT, icon="x")
        cancel.clicked.connect(lambda: self._begin(Naming.NOTHING))
        self._naming = QWidget()
        naming = QVBoxLayout(self._naming)
        naming.setContentsMargins(0, 0, 0, 0)
        naming.addWidget(self._name_field)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        flow.addWidget(self.save)
        flow.addWidget(cancel)
        naming.addWidget(buttons)
        for button in (self.keep, self.rename, self.delete):
            self._flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._chips)
        column.addWidget(self._naming)
        self._naming.hide()
        self.hide()

    def _render(self, state: ShelfState) -> None:
        if state.names != self._names:
            self._names = state.names
            self._rebuild()
        for name, chip in self.chips.items():
            chip.set_kind(ButtonKind.PRIMARY if name == state.shown else ButtonKind.SECONDARY)
            on = self.tr("{0}，正在使用") if name == state.shown else "{0}"
            chip.setAccessibleName(on.format(name))
        self.keep.setVisible(state.narrowed and not state.shown)
        self.rename.setVisible(bool(state.shown))
        self.delete.setVisible(bool(state.shown))
        self._naming.setVisible(state.naming is not Naming.NOTHING)
        self._name_field.set_error(state.error)
        self.setVisible(bool(state.names) or state.narrowed)

    def _rebuild(self) -> None:
        for chip in self.chips.values():
            chip.hide()
            chip.deleteLater()
        self.chips = {name: Button(name, icon="star") for name in self._names}
        for tool in (self.keep, self.rename, self.delete):
            self._flow.removeWidget(tool)
        for name, chip in self.chips.items():
            chip.clicked.connect(lambda _=False, name=name: self.shelf.choose(name))
            self._flow.addWidget(chip)
        for tool in (self.keep, self.rename, self.delete):
            self._flow.addWidget(tool)
        order_tabs(self)

    def _begin(self, naming: Naming) -> None:
        self.shelf.begin(naming)
        if naming is not Naming.NOTHING:
            self.name.set_value(self.shelf.state.shown if naming is Naming.RENAME else "")
            self.name.setFocus()

    def _on_name(self) -> None:
        self.shelf.name_it(str(self.name.value()))

    def _on_dropped(self, name: str, back: Callable[[], None]) -> None:
        self._shell.toast(self.tr("已删除常用筛选“{0}”。").format(name), self.tr("撤销"), back)
