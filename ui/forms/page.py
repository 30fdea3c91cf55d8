"""One section of a form on the screen, kept up to date row by row. Layer 5."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.forms.view import Reference
from ui.forms.grid import Grid
from ui.forms.matrix import Matrix, MatrixLine
from ui.forms.question import Question, focus_editor
from ui.forms.repeats import AddButton, GroupHead, InstanceHead, RepeatHead
from ui.forms.rows import (
    AddRow,
    GridRow,
    InstanceRow,
    MatrixRow,
    QuestionRow,
    RepeatRow,
    Row,
    TableRow,
    indent,
)
from ui.forms.table import Table
from ui.forms.world import FormWorld
from ui.widgets.card import Card

RowWidget = Question | Grid | Matrix | GroupHead | RepeatHead | InstanceHead | Table | AddButton
"""Each takes rows of its kind: `take_row` answers False when another widget must be made."""


class FormPage(Card):
    """Rows of one section; widgets stay while their rows do, so focus and typing are left alone.

    Signals:
        edited(reference, answer, typing), left(reference), unreadable(reference, sentence): of questions.
        attached(reference, Attachment), taken_away(reference): of questions for files.
        toggled(reference), added(reference), removed(reference): of repeats.
    """

    edited = Signal(str, object, bool)
    left = Signal(str)
    unreadable = Signal(str, str)
    attached = Signal(str, object)
    taken_away = Signal(str)
    toggled = Signal(str)
    added = Signal(str)
    removed = Signal(str)

    def __init__(self, world: FormWorld, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._world = world
        self._widgets: dict[str, RowWidget] = {}
        self.body.setSpacing(2)

    def show_rows(self, rows: Sequence[Row]) -> bool:
        """Show these rows in this order. True when widgets came: the owner orders the tabs anew."""
        wanted = {row.key for row in rows}
        for key in [key for key in self._widgets if key not in wanted]:
            self._drop(key)
        changed = False
        for at, row in enumerate(rows):
            widget = self._widgets.get(row.key)
            if widget is None or not widget.take_row(row):
                if widget is not None:
                    self._drop(row.key)
                widget = self._widgets[row.key] = self._make(row)
                changed = True
            changed |= isinstance(widget, (Grid, Table)) and widget.renewed
            if self.body.indexOf(widget) != at:
                self.body.insertWidget(at, widget)
                widget.show()  # now, not when the layout comes to it: a jump may want the focus there
                changed = True
            widget.setContentsMargins(indent(row.depth), 0, 0, 0)
        return changed

    def clear(self) -> None:
        """Take everything away, letting go of devices."""
        for key in list(self._widgets):
            self._drop(key)

    def question(self, reference: Reference) -> QWidget | None:
        """The widget a reference is answered in, or None when it is not on show."""
        widget = self._widgets.get(reference)
        if widget is not None:
            return widget
        return next((one for one in self._inner() if one.reference == reference), None)

    def _inner(self) -> Iterator[Question | MatrixLine]:
        """What stands in matrices, grids and tables."""
        for one in self._widgets.values():
            if isinstance(one, Matrix):
                yield from one.lines()
            elif isinstance(one, (Grid, Table)):
                yield from one.questions()

    def widgets(self) -> Sequence[QWidget]:
        """The rows' widgets in order."""
        return sorted(self._widgets.values(), key=self.body.indexOf)

    def first_question(self) -> QWidget | None:
        """Where answering begins, None on a page that only tells something."""
        for widget in self.widgets():
            if isinstance(widget, Question):
                return widget
            if isinstance(widget, Matrix) and widget.lines():
                return widget.lines()[0]
            if isinstance(widget, (Grid, Table)) and (inside := next(iter(widget.questions()), None)):
                return inside
        return None

    def flush(self) -> None:
        """Hand over what is in hand, let go of devices."""
        for widget in self._widgets.values():
            if isinstance(widget, (Question, Grid, Table)):
                widget.flush()

    def _make(self, row: Row) -> RowWidget:
        if isinstance(row, QuestionRow):
            return self._question(row)
        if isinstance(row, MatrixRow):
            matrix = Matrix(row)
            matrix.edited.connect(self.edited)
            matrix.left.connect(self.left)
            return matrix
        if isinstance(row, InstanceRow):
            instance = InstanceHead(row)
            instance.toggled.connect(self.toggled)
            instance.removed.connect(self.removed)
            return instance
        if isinstance(row, AddRow):
            add = AddButton(row)
            add.added.connect(self.added)
            add.added_by_key.connect(self._on_added_by_key)
            return add
        if isinstance(row, TableRow):
            return self._table(row)
        if isinstance(row, GridRow):
            return Grid(row, self._question)
        return RepeatHead(row) if isinstance(row, RepeatRow) else GroupHead(row)

    def _question(self, row: QuestionRow) -> Question:
        question = Question(row, self._world)
        question.edited.connect(self.edited)
        question.left.connect(self.left)
        question.unreadable.connect(self.unreadable)
        question.attached.connect(self.attached)
        question.taken_away.connect(self.taken_away)
        return question

    def _table(self, row: TableRow) -> Table:
        table = Table(row, self._world)
        table.edited.connect(self.edited)
        table.left.connect(self.left)
        table.unreadable.connect(self.unreadable)
        table.removed.connect(self.removed)
        table.past_end.connect(self._on_past_end)
        return table

    def _on_past_end(self, repeat: Reference) -> None:
        add = self._widgets.get(f"{repeat}+")
        if isinstance(add, AddButton):
            add.button.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_added_by_key(self, repeat: Reference) -> None:
        """Whoever adds by a key goes on typing; a finger is not to have a keyboard thrown at it."""
        before = {one.reference for one in self._questions()}
        self.added.emit(repeat)
        for question in self._questions():
            if question.reference not in before and question.reference.startswith(f"{repeat}["):
                focus_editor(question, Qt.FocusReason.TabFocusReason)
                return

    def _questions(self) -> list[Question | MatrixLine]:
        own = [one for one in self.widgets() if isinstance(one, Question)]
        return [*own, *self._inner()]

    def _drop(self, key: str) -> None:
        widget = self._widgets.pop(key)
        if isinstance(widget, (Question, Grid, Table)):
            widget.flush()
        self.body.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
