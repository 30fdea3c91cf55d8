"""A repeat as a table: one line for each instance, each cell a question like any other. Layer 5."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.forms.view import Reference
from ui import theme as look
from ui.forms.question import Question, focus_editor
from ui.forms.rows import Column, QuestionRow, Row, TableLine, TableRow
from ui.forms.texts import markdown
from ui.forms.world import FormWorld
from ui.theme import TextRole, Theme
from ui.widgets.buttons import IconButton
from ui.widgets.inputs.text_field import Line
from ui.widgets.labels import Divider, Text
from ui.widgets.rich_text import RichText

_GAP: Final = 8
_NUMBER_PX: Final = 34
_LEAST_PX: Final = 180
_STEPS: Final = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)

MakeQuestion = Callable[[QuestionRow], Question]


class _Cell(QWidget):
    """A question, or a dash where there is nothing to answer."""

    def __init__(self, make: MakeQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.question: Question | None = None
        self._dash = Text("—", TextRole.CAPTION, tone="quiet")
        self._dash.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._dash)

    def show_row(self, row: QuestionRow | None, place: str) -> bool:
        """Show the question as it is now. True when it has another widget."""
        question = self.question
        kept = row is not None and question is not None and question.take_row(row)
        renewed = not kept and self._renew(row)
        if self.question is not None:
            self.question.stand_in_cell(place)
        return renewed

    def flush(self) -> None:
        """Hand over what is in hand."""
        if self.question is not None:
            self.question.flush()

    def _renew(self, row: QuestionRow | None) -> bool:
        gone = self.question
        if gone is None and row is None:
            return False
        if gone is not None:
            gone.flush()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.question = self._make(row) if row is not None else None
        self._dash.setVisible(self.question is None)
        if self.question is not None:
            self.question.editor.set_narrow()
            self._column.addWidget(self.question)
            self.question.show()
        return True


class _Line(QWidget):
    """One instance. Signals: removed(reference)."""

    removed = Signal(str)

    def __init__(self, make: MakeQuestion, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reference: Reference = ""
        self.number = Text("", TextRole.CAPTION, tone="soft")
        self.cells = [_Cell(make) for _ in range(columns)]
        self.remove = IconButton("trash-2", "")
        self.remove.clicked.connect(lambda: self.removed.emit(self.reference))
        line = QHBoxLayout()
        line.setContentsMargins(0, 4, 0, 4)
        line.setSpacing(_GAP)
        top = Qt.AlignmentFlag.AlignTop
        for widget in (self.number, *self.cells, self.remove):
            line.addWidget(widget, 0, top)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        column.addLayout(line)

    def show_line(self, line: TableLine) -> bool:
        """Show the instance as it is now. True when there are other widgets."""
        number = line.view.position
        self.reference = line.view.reference
        self.number.setText(str(number))
        place = self.tr("第 {0} 项").format(number)
        self.remove.setVisible(line.view.can_remove)
        self.remove.setAccessibleName(self.tr("删除 {0}").format(place))
        self.remove.setToolTip(self.remove.accessibleName())
        shown = [cell.show_row(row, place) for cell, row in zip(self.cells, line.cells, strict=True)]
        return any(shown)

    def set_widths(self, number: int, widths: list[int]) -> None:
        """Stand below the heads of the columns."""
        self.number.setFixedSize(number, look.current().target)
        for cell, width in zip(self.cells, widths, strict=True):
            cell.setFixedWidth(width)
            cell.setMinimumHeight(look.current().target)


class Table(QWidget):
    """The repeat. Enter and the arrows go to the lines below and above, Tab to the next cell.

    Signals:
        edited, left, unreadable: of its questions.
        removed(reference): of an instance.
        past_end(reference): Enter in the last line, of the repeat.
    """

    edited = Signal(str, object, bool)
    left = Signal(str)
    unreadable = Signal(str, str)
    removed = Signal(str)
    past_end = Signal(str)

    def __init__(self, row: TableRow, world: FormWorld, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._world = world
        self._row = row
        self._lines: list[_Line] = []
        self._removing: int | None = None
        self.renewed = False
        self._corner = QWidget()
        self._heads = [RichText("", TextRole.STRONG) for _ in row.columns]
        self._hints = [RichText("", TextRole.CAPTION) for _ in row.columns]
        self._head_boxes: list[QWidget] = []
        head = QHBoxLayout()
        head.setContentsMargins(0, 4, 0, 4)
        head.setSpacing(_GAP)
        head.addWidget(self._corner)
        for title, hint in zip(self._heads, self._hints, strict=True):
            box = QWidget()
            words = QVBoxLayout(box)
            words.setContentsMargins(0, 0, 0, 0)
            words.setSpacing(2)
            words.addWidget(title)
            words.addWidget(hint)
            head.addWidget(box, 0, Qt.AlignmentFlag.AlignBottom)
            self._head_boxes.append(box)
        head.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        look.follow(self, self._restyle)
        self._show_row(row)

    def take_row(self, row: Row) -> bool:
        """Show a row; False when the columns are others. `renewed` tells whether widgets came."""
        if not isinstance(row, TableRow) or not self._has_columns(row.columns):
            return False
        self._show_row(row)
        return True

    def questions(self) -> Iterator[Question]:
        """The questions that can be answered, in reading order."""
        cells = chain.from_iterable(line.cells for line in self._lines)
        return (cell.question for cell in cells if cell.question is not None)

    def flush(self) -> None:
        """Hand over what is in hand."""
        for line in self._lines:
            for cell in line.cells:
                cell.flush()

    def minimumSizeHint(self) -> QSize:
        """Narrower than a table may be: it gives way before the page does, and lines take its place."""
        return QSize(look.current().px(_LEAST_PX), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step or event.modifiers() not in _PLAIN or not self._go(step, event.key() in _ENTER):
            super().keyPressEvent(event)

    def _has_columns(self, columns: tuple[Column, ...]) -> bool:
        then = [column.view.reference for column in self._row.columns]
        return then == [column.view.reference for column in columns]

    def _show_row(self, row: TableRow) -> None:
        self._row = row
        for title, hint, column in zip(self._heads, self._hints, row.columns, strict=True):
            title.setText(markdown(column.view.label))
            title.set_star(column.view.required and not column.view.readonly)
            hint.setText(markdown(column.view.hint))
            hint.setVisible(bool(column.view.hint))
        before = len(self._lines)
        while len(self._lines) > len(row.lines):
            self._drop(len(self._lines) - 1 if self._removing is None else self._removing)
            self._removing = None
        while len(self._lines) < len(row.lines):
            self._add()
        shown = [line.show_line(now) for line, now in zip(self._lines, row.lines, strict=True)]
        self.renewed = any(shown)
        if before != len(self._lines):
            self._arrange()

    def _add(self) -> None:
        line = _Line(self._question, len(self._row.columns))
        line.removed.connect(self._on_removed)
        self._lines.append(line)
        self._column.addWidget(line)
        line.show()

    def _drop(self, at: int) -> None:
        line = self._lines.pop(at)
        for cell in line.cells:
            cell.flush()
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _question(self, row: QuestionRow) -> Question:
        question = Question(row, self._world)
        question.edited.connect(self.edited)
        question.left.connect(self.left)
        question.unreadable.connect(self.unreadable)
        return question

    def _on_removed(self, reference: str) -> None:
        # The line goes that was tapped, so that what stands in the others moves up with them.
        self._removing = next(at for at, line in enumerate(self._lines) if line.reference == reference)
        self.removed.emit(reference)
        self._removing = None

    def _go(self, step: int, enter: bool) -> bool:
        focus = QApplication.focusWidget()
        if focus is None or (isinstance(focus, Line) and focus.composing):
            return False
        for at, line in enumerate(self._lines):
            for column, cell in enumerate(line.cells):
                if cell.isAncestorOf(focus):
                    return self._enter_line(at + step, column, enter)
        return False

    def _enter_line(self, at: int, column: int, enter: bool) -> bool:
        if at == len(self._lines) and enter:
            self.past_end.emit(self._row.view.reference)
            return True
        if not 0 <= at < len(self._lines):
            return False
        cells = self._lines[at].cells
        question = next((one.question for one in (*cells[column:], *cells) if one.question is not None), None)
        if question is not None:
            focus_editor(question, Qt.FocusReason.TabFocusReason)
        return question is not None

    def _arrange(self) -> None:
        """All width is shared out in the proportions of what the columns need."""
        theme = look.current()
        columns = self._row.columns
        number = theme.px(_NUMBER_PX)
        free = self.contentsRect().width() - number - theme.target - _GAP * (len(columns) + 1)
        total = sum(column.width for column in columns) or 1
        widths = [max(1, free * column.width // total) for column in columns]
        self._corner.setFixedWidth(number)
        for box, width in zip(self._head_boxes, widths, strict=True):
            box.setFixedWidth(width)
        for line in self._lines:
            line.set_widths(number, widths)

    def _restyle(self, theme: Theme) -> None:
        self._arrange()
