"""What is going to be done for the household: measure, who, by when. Layer 5."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.assessments import PlanStep
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import TextField
from ui.widgets.tab_order import order_tabs


class StepEditor(Card):
    """One measure."""

    def __init__(self, number: int, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("措施 {0}").format(number))
        self.remove = IconButton("x", self.tr("删除措施 {0}").format(number))
        self.add_tool(self.remove)
        self.measure = TextField(max_length=200)
        self.responsible = TextField(max_length=50)
        self.due = DateField(today)
        self.body.setSpacing(2)
        for label, editor in (
            (self.tr("做什么"), self.measure),
            (self.tr("由谁负责"), self.responsible),
            (self.tr("什么时候前完成"), self.due),
        ):
            self.body.addWidget(Field(label, editor))

    def show_step(self, step: PlanStep | None) -> None:
        """Show a measure; None is one not yet written."""
        for editor, value in (
            (self.measure, step.measure if step is not None else ""),
            (self.responsible, step.responsible if step is not None else ""),
        ):
            if editor.value() != value:
                editor.set_value(value)
        due = step.due if step is not None else None
        if self.due.value() != due:
            self.due.set_value(due)

    def step(self) -> PlanStep | None:
        """The measure as it stands; None without words for what is to be done."""
        measure = self.measure.value().strip()
        if not measure:
            return None
        return PlanStep(measure=measure, responsible=self.responsible.value().strip(), due=self.due.value())


class PlanEditor(Editor):
    """Value: a tuple of PlanStep; a line without words is none."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.steps: list[StepEditor] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.add = Button(self.tr("添加帮扶措施"), icon="plus")
        self.add.clicked.connect(self._on_add)
        tools = QHBoxLayout()
        tools.addWidget(self.add)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._rows)
        column.addLayout(tools)

    def value(self) -> tuple[PlanStep, ...]:
        """The measures."""
        return tuple(step for editor in self.steps if (step := editor.step()) is not None)

    def set_value(self, value: object) -> None:
        if not isinstance(value, tuple):
            raise TypeError(f"tuple expected, got {type(value).__name__}")
        if value == self.value():  # a line without words yet stays open
            return
        while len(self.steps) > len(value):
            self._drop(self.steps[-1])
        while len(self.steps) < len(value):
            self._append()
        for editor, step in zip(self.steps, value, strict=True):
            editor.show_step(step)

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def _append(self) -> StepEditor:
        editor = StepEditor(len(self.steps) + 1, self._today)
        editor.remove.clicked.connect(partial(self._on_remove, editor))
        for field in (editor.measure, editor.responsible, editor.due):
            field.changed.connect(self._on_changed)
            field.committed.connect(self._on_committed)
        self.steps.append(editor)
        self._rows.addWidget(editor)
        order_tabs(self)
        return editor

    def _drop(self, editor: StepEditor) -> None:
        self.steps.remove(editor)
        self._rows.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        for number, one in enumerate(self.steps, start=1):
            one.set_title(self.tr("措施 {0}").format(number))

    def _on_add(self) -> None:
        self._append().measure.setFocus()

    def _on_remove(self, editor: StepEditor) -> None:
        self._drop(editor)
        self.changed.emit(self.value())
        self.committed.emit(self.value())

    def _on_changed(self, _value: object) -> None:
        self.changed.emit(self.value())

    def _on_committed(self, _value: object) -> None:
        self.committed.emit(self.value())
