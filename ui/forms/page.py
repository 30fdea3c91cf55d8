"""One section of a form on the screen, kept up to date row by row. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.forms.view import Reference
from ui.forms.matrix import Matrix
from ui.forms.question import Question
from ui.forms.repeats import AddButton, GroupHead, InstanceHead, RepeatHead
from ui.forms.rows import AddRow, InstanceRow, MatrixRow, QuestionRow, RepeatRow, Row
from ui.forms.world import FormWorld
from ui.widgets.card import Card

_INDENT = 18
_MOST_INDENTS = 2


RowWidget = Question | Matrix | GroupHead | RepeatHead | InstanceHead | AddButton
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
            if self.body.indexOf(widget) != at:
                self.body.insertWidget(at, widget)
                widget.show()  # now, not when the layout comes to it: a jump may want the focus there
                changed = True
            indent = _INDENT * min(row.depth, _MOST_INDENTS)
            widget.setContentsMargins(indent, 0, 0, 0)
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
        lines = (line for one in self._widgets.values() if isinstance(one, Matrix) for line in one.lines())
        return next((line for line in lines if line.reference == reference), None)

    def widgets(self) -> Sequence[QWidget]:
        """The rows' widgets in order."""
        return sorted(self._widgets.values(), key=self.body.indexOf)

    def flush(self) -> None:
        """Hand over what is in hand, let go of devices."""
        for widget in self._widgets.values():
            if isinstance(widget, Question):
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
            return add
        return RepeatHead(row) if isinstance(row, RepeatRow) else GroupHead(row)

    def _question(self, row: QuestionRow) -> Question:
        question = Question(row, self._world)
        question.edited.connect(self.edited)
        question.left.connect(self.left)
        question.unreadable.connect(self.unreadable)
        question.attached.connect(self.attached)
        question.taken_away.connect(self.taken_away)
        return question

    def _drop(self, key: str) -> None:
        widget = self._widgets.pop(key)
        if isinstance(widget, Question):
            widget.flush()
        self.body.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
