"""Needs for services: one tap adds a kind; its row says how urgent, for whom, what may be told. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.needs import NeedUrgency, PickedNeed
from fieldapp.domain.records.visits import NeedKind
from ui.theme import TextRole
from ui.widgets.buttons import Button, IconButton
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.tab_order import order_tabs

_LONGEST = 500
_CONSENT, _NOT_ELIGIBLE = "consent", "not_eligible"


class _Row(QWidget):
    """One picked need. Signals: edited(), left(), removed()."""

    edited = Signal()
    left = Signal()
    removed = Signal()

    def __init__(
        self, need: PickedNeed, label: str, urgencies: Sequence[Choice], people: Sequence[Choice]
    ) -> None:
        super().__init__()
        self.need = need
        self.remove = IconButton("trash-2", self.tr("删除这一项 {0}").format(label))
        self.remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(Text(label, TextRole.STRONG), 1)
        head.addWidget(self.remove)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(head)
        self.urgency = Segmented(urgencies)
        self.person = choice_editor(people, clearable=True, title=self.tr("给谁"))
        self.words = CountedText(_LONGEST, strict=True, rows=2)
        self.told = ChoiceList(
            [
                Choice(_CONSENT, self.tr("家属同意把情况告诉服务机构")),
                Choice(_NOT_ELIGIBLE, self.tr("不符合救助条件，但需要帮助")),
            ],
            multiple=True,
        )
        if need.kept:
            self._column.addWidget(Text(self.tr("更正前已登记，在服务需求里办理"), tone="soft", wrap=True))
        else:
            self._add_fields(label, asks_person=len(people) > 1)
        self._column.addSpacing(8)
        self._column.addWidget(Divider())
        self.show_need(need)

    def _add_fields(self, label: str, *, asks_person: bool) -> None:
        fields = [Field(self.tr("什么时候要"), self.urgency)]
        if asks_person:
            fields.append(Field(self.tr("给谁"), self.person))
        fields.append(Field(self.tr("具体情况"), self.words))
        fields.append(Field(self.tr("同意与资格"), self.told))
        for field in fields:
            field.editor.describe(self.tr("{0}：{1}").format(label, field.editor.accessibleName()))
            field.editor.changed.connect(self.edited)
            field.editor.committed.connect(self.left)
            self._column.addWidget(field)

    def show_need(self, need: PickedNeed) -> None:
        """Show other values of the same kind."""
        self.need = need
        self.urgency.set_value(need.urgency.value)
        self.person.set_value(need.person_id)
        if self.words.value() != need.description:
            self.words.set_value(need.description)
        told = ((_CONSENT, need.consent_to_share), (_NOT_ELIGIBLE, need.not_eligible))
        self.told.set_value(tuple(name for name, on in told if on))

    def current(self) -> PickedNeed:
        """The need as the fields stand."""
        if self.need.kept:
            return self.need
        told = self.told.value()
        said = told if isinstance(told, tuple) else ()
        person = self.person.value()
        return self.need.model_copy(
            update={
                "urgency": NeedUrgency(str(self.urgency.value())),
                "person_id": person if isinstance(person, str) else None,
                "description": self.words.value(),
                "consent_to_share": _CONSENT in said,
                "not_eligible": _NOT_ELIGIBLE in said,
            }
        )


class NeedsEditor(Editor):
    """Value: a tuple of PickedNeed, each kind once.

    Signals:
        removed(index): the worker takes a row out; its owner answers with `set_value`.
    """

    removed = Signal(int)

    def __init__(
        self,
        kinds: Sequence[Choice],
        urgencies: Sequence[Choice],
        people: Sequence[Choice],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._labels = {NeedKind(one.value): one.label for one in kinds}
        self._urgencies, self._people = tuple(urgencies), tuple(people)
        self._rows: list[_Row] = []
        self.known = Text("", tone="warn", wrap=True)
        self.known.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        adding = QFrame()
        self._flow = FlowLayout(adding, gap=8)
        self.add_buttons: dict[NeedKind, Button] = {}
        for kind, label in self._labels.items():
            button = Button(label, icon="plus")
            button.setAccessibleName(self.tr("添加 {0}").format(label))
            button.setProperty("need", kind.value)
            button.clicked.connect(self._on_add)
            self._flow.addWidget(button)
            self.add_buttons[kind] = button
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.known)
        whole.addLayout(self._column)
        whole.addWidget(adding)

    def value(self) -> tuple[PickedNeed, ...]:
        """The needs in order."""
        return tuple(row.current() for row in self._rows)

    def set_value(self, value: object) -> None:
        picked = tuple(value) if isinstance(value, (tuple, list)) else ()
        if [(row.need.kind, row.need.kept) for row in self._rows] != [(one.kind, one.kept) for one in picked]:
            self._rebuild(picked)
        for row, need in zip(self._rows, picked, strict=True):
            if row.current() != need:
                row.show_need(need)

    def show_known(self, words: str) -> None:
        """Say what is on record for this household already, so that nobody asks for it twice."""
        self.known.setText(words)
        self.known.setVisible(bool(words))

    def rows(self) -> Sequence[QWidget]:
        """The rows in order."""
        return tuple(self._rows)

    def _rebuild(self, picked: Sequence[PickedNeed]) -> None:
        for row in self._rows:
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = []
        for need in picked:
            self._append(need)
        self._show_buttons()

    def _append(self, need: PickedNeed) -> _Row:
        row = _Row(need, self._labels[need.kind], self._urgencies, self._people)
        row.edited.connect(self._on_edited)
        row.left.connect(self._on_left)
        row.removed.connect(self._on_removed)
        self._column.addWidget(row)
        self._rows.append(row)
        return row

    def _show_buttons(self) -> None:
        picked = {row.need.kind for row in self._rows}
        for kind, button in self.add_buttons.items():
            button.setVisible(kind not in picked)
        order_tabs(self.window())

    def _on_add(self) -> None:
        row = self._append(PickedNeed(kind=NeedKind(str(self.sender().property("need")))))
        self._show_buttons()
        row.urgency.buttons()[0].setFocus()
        self._on_left()

    def _on_edited(self) -> None:
        self.changed.emit(self.value())

    def _on_left(self) -> None:
        self.changed.emit(self.value())
        self.committed.emit(self.value())

    def _on_removed(self) -> None:
        row = self.sender()
        if isinstance(row, _Row):
            self.removed.emit(self._rows.index(row))
