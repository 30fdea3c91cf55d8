"""What the family says has changed: one row for each, old and new in words. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.visits import ChangeKind, FamilyChange
from ui import theme as look
from ui.screens.visit_form.state import ChoiceView
from ui.theme import TextRole, Theme
from ui.widgets.buttons import Button, IconButton
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout

_LONGEST = 200


class _Row(QWidget):
    """One change."""

    edited = Signal()
    left = Signal()
    removed = Signal()

    def __init__(self, kind: ChangeKind, label: str) -> None:
        super().__init__()
        self.kind = kind
        self.old = TextField(placeholder=self.tr("原来"), max_length=_LONGEST)
        self.new = TextField(placeholder=self.tr("现在"), max_length=_LONGEST)
        self.old.describe(self.tr("{0} 原来").format(label))
        self.new.describe(self.tr("{0} 现在").format(label))
        self.remove = IconButton("trash-2", self.tr("删除这一项 {0}").format(label))
        self.remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(Text(label, TextRole.STRONG), 1)
        head.addWidget(self.remove)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(8)
        for editor in (self.old, self.new):
            editor.changed.connect(self.edited)
            editor.committed.connect(self.left)
            self._line.addWidget(editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._line)
        column.addWidget(Divider())
        look.follow(self, self._restyle)

    def change(self) -> FamilyChange:
        """The change as it stands."""
        return FamilyChange(kind=self.kind, old=self.old.value(), new=self.new.value())

    def _restyle(self, theme: Theme) -> None:
        large = theme.scale >= look.TextScale.LARGER
        direction = QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight
        self._line.setDirection(direction)


class ChangesEditor(Editor):
    """Value: a tuple of FamilyChange. `changed` follows typing and adding.

    Signals:
        removed(index): the worker takes a row out; its owner answers with `set_value`.
    """

    removed = Signal(int)
    added = Signal(object)

    def __init__(self, kinds: Sequence[ChoiceView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {ChangeKind(one.value): one.label for one in kinds}
        self._rows: list[_Row] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        adding = QFrame()
        flow = FlowLayout(adding, gap=8)
        self.add_buttons: dict[ChangeKind, Button] = {}
        for kind, label in self._labels.items():
            button = Button(label, icon="plus")
            button.setAccessibleName(self.tr("添加 {0}").format(label))
            button.setProperty("change", kind.value)
            button.clicked.connect(self._on_add)
            flow.addWidget(button)
            self.add_buttons[kind] = button
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(self._column)
        whole.addWidget(adding)

    def value(self) -> tuple[FamilyChange, ...]:
        """The changes in order."""
        return tuple(row.change() for row in self._rows)

    def set_value(self, value: object) -> None:
        changes = value if isinstance(value, tuple) else ()
        if [row.kind for row in self._rows] != [change.kind for change in changes]:
            self._rebuild(changes)
        for row, change in zip(self._rows, changes, strict=True):
            row.old.set_value(change.old)
            row.new.set_value(change.new)

    def rows(self) -> Sequence[QWidget]:
        """The rows in order."""
        return tuple(self._rows)

    def _rebuild(self, changes: tuple[FamilyChange, ...]) -> None:
        for row in self._rows:
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = []
        for change in changes:
            row = _Row(change.kind, self._labels[change.kind])
            row.edited.connect(self._on_edited)
            row.left.connect(self._on_left)
            row.removed.connect(self._on_removed)
            self._column.addWidget(row)
            self._rows.append(row)

    def _on_add(self) -> None:
        kind = ChangeKind(str(self.sender().property("change")))
        self.added.emit((*self.value(), FamilyChange(kind=kind)))
        if self._rows:
            self._rows[-1].old.setFocus()

    def _on_edited(self) -> None:
        self.changed.emit(self.value())

    def _on_left(self) -> None:
        self.committed.emit(self.value())

    def _on_removed(self) -> None:
        row = self.sender()
        if isinstance(row, _Row):
            self.removed.emit(self._rows.index(row))
