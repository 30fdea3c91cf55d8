"""Questions with the same choices as the lines of a table; narrow, each keeps its own words. Layer 5."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui import theme as look
from ui.forms.kinds import listed
from ui.forms.rows import MatrixRow, QuestionRow, Row
from ui.forms.texts import markdown, words
from ui.theme import TextRole, Theme
from ui.widgets.inputs.likert import Likert
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import EvenGridLayout
from ui.widgets.rich_text import RichText

_LABEL_SHARE: Final = 0.36
_LEAST_PX: Final = 180
_COLUMN_PX: Final = 84  # at 100 %; narrower than that the choices' words do not fit in the head


class MatrixLine(QWidget):
    """One question. Signals: edited(reference, answer, typing), left(reference)."""

    edited = Signal(str, object, bool)
    left = Signal(str)

    def __init__(self, row: QuestionRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reference = row.view.reference
        self.label = RichText("", TextRole.BODY)
        self.editor = Likert(listed(row.choices), clearable=not row.view.required)
        self.editor.changed.connect(self._on_changed)
        self.error = Text("", TextRole.CAPTION, tone="danger", wrap=True)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(8)
        self._box.addWidget(self.label)
        self._box.addWidget(self.editor, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addLayout(self._box)
        column.addWidget(self.error)
        self.show_row(row)

    def show_row(self, row: QuestionRow) -> None:
        """Show the question as it is now."""
        view = row.view
        self.label.setText(markdown(view.label))
        self.label.set_star(view.required and not view.readonly)
        self.editor.set_value(view.value or None)
        self.editor.set_read_only(view.readonly)
        complaint = ""
        if row.is_broken:
            complaint = words(row.broken) or self.tr("这一项必填")
        self.error.setText(complaint)
        self.error.setVisible(bool(complaint))
        self.editor.set_invalid(bool(complaint))
        required = self.tr("，必填") if view.required else ""
        self.editor.describe(words(view.label) + required, complaint)

    def set_wide(self, label_width: int) -> None:
        """Label and points in one line (0 = one below the other)."""
        if label_width:
            self._box.setDirection(QBoxLayout.Direction.LeftToRight)
            self.label.setFixedWidth(label_width)
        else:
            self._box.setDirection(QBoxLayout.Direction.TopToBottom)
            self.label.setMinimumWidth(0)
            self.label.setMaximumWidth(16_777_215)
        self.editor.show_words(not label_width)

    def _on_changed(self, value: object) -> None:
        self.edited.emit(self.reference, value or "", False)
        self.left.emit(self.reference)


class Matrix(QWidget):
    """The table. Signals as of MatrixLine."""

    edited = Signal(str, object, bool)
    left = Signal(str)

    def __init__(self, row: MatrixRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = RichText("", TextRole.STRONG)
        self._head = QWidget()
        self._corner = QWidget()
        choices = QWidget()
        grid = EvenGridLayout(choices, gap=0, columns=max(1, len(row.head.choices)))
        for choice in row.head.choices:
            text = Text(words(choice.label), TextRole.CAPTION, wrap=True)
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(text)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self._corner)
        head.addWidget(choices, 1)
        self._lines: list[MatrixLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._title)
        self._column.addWidget(self._head)
        for line in row.lines:
            self._add(line)
        self._row = row
        self._wide: int | None = None
        look.follow(self, self._restyle)
        self._show_row(row)

    def take_row(self, row: Row) -> bool:
        """Show a row; False when the lines or their choices are others."""
        if not isinstance(row, MatrixRow) or not self._can_show(row):
            return False
        self._show_row(row)
        return True

    def _can_show(self, row: MatrixRow) -> bool:
        return [line.view.reference for line in row.lines] == [
            line.reference for line in self._lines
        ] and all(now.choices == then.choices for now, then in zip(row.lines, self._row.lines, strict=True))

    def _show_row(self, row: MatrixRow) -> None:
        self._row = row
        self._title.setText(markdown(row.head.view.label))
        self._title.setVisible(bool(row.head.view.label))
        for widget, line in zip(self._lines, row.lines, strict=True):
            widget.show_row(line)

    def lines(self) -> tuple[MatrixLine, ...]:
        """The lines in order."""
        return tuple(self._lines)

    def minimumSizeHint(self) -> QSize:
        """Narrower than the present arrangement: it gives way before the page does."""
        return QSize(look.current().px(_LEAST_PX), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _add(self, row: QuestionRow) -> None:
        line = MatrixLine(row)
        line.edited.connect(self.edited)
        line.left.connect(self.left)
        self._column.addWidget(Divider())
        self._column.addWidget(line)
        self._lines.append(line)

    def _arrange(self) -> None:
        label = round(self.width() * _LABEL_SHARE)
        columns = max(1, len(self._row.head.choices))
        fits = self.width() - label >= columns * look.current().px(_COLUMN_PX)
        wide = label if fits else 0
        if wide == self._wide:
            return
        self._wide = wide
        self._head.setVisible(bool(wide))
        self._corner.setFixedWidth(wide)
        for line in self._lines:
            line.set_wide(wide)

    def _restyle(self, theme: Theme) -> None:
        self._wide = None
        self._arrange()
