"""Rows put in order by moving them up and down: rank questions. Layer 5."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.inputs.choice_pictures import ChoicePictures, Thumb
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.labels import Text


class RankRow(QWidget):
    """One choice with its number and its two buttons."""

    def __init__(
        self, choice: Choice, pictures: ChoicePictures | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.choice = choice
        self.number = Text("", TextRole.CARD_TITLE)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label = Text(choice.label, wrap=True)
        self.up = IconButton("chevron-up", self.tr("{0} 上移").format(choice.label))
        self.down = IconButton("chevron-down", self.tr("{0} 下移").format(choice.label))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self.number)
        if pictures is not None and choice.value in pictures:
            row.addWidget(Thumb(pictures, choice.value))
        row.addWidget(label, 1)
        row.addWidget(self.up)
        row.addWidget(self.down)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = look.current().colors
        painter = painting.begin(self)
        line = colors.danger.ink if self.property("invalid") else colors.border
        painting.frame(painter, QRectF(self.rect()), RADIUS_CONTROL, fill=colors.surface, line=line)
        painter.end()


class RankList(Editor):
    """Value: all values in order as a tuple, () while unanswered.

    The order on show counts only after an act: moving a row, or 就按这个顺序. Alt+Up and Alt+Down move the
    row that has the focus.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        pictures: ChoicePictures | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value: tuple[str, ...] = ()
        self._rows = [RankRow(choice, pictures) for choice in choices]
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        for row in self._rows:
            row.up.clicked.connect(partial(self._move, row, -1))
            row.down.clicked.connect(partial(self._move, row, 1))
            for button in (row.up, row.down):
                button.installEventFilter(self)
            self._column.addWidget(row)
        self._keep = Button(self.tr("就按这个顺序"), ButtonKind.TEXT, icon="check")
        self._keep.clicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._column)
        column.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def value(self) -> tuple[str, ...]:
        """The order; () when unanswered."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is None:
            value = ()
        if not isinstance(value, tuple):
            raise TypeError(f"tuple expected, got {type(value).__name__}")
        known = {row.choice.value: at for at, row in enumerate(self._rows)}
        order = [one for one in value if one in known]
        self._value = tuple(order)
        if order:
            place = {one: at for at, one in enumerate(order)}
            self._rows.sort(key=lambda row: place.get(row.choice.value, len(place)))
        self._show()

    def rows(self) -> Sequence[RankRow]:
        """The rows in the order shown."""
        return tuple(self._rows)

    def set_invalid(self, invalid: bool) -> None:
        for row in self._rows:
            row.setProperty("invalid", invalid)
            row.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt with an arrow moves the focused row; buttons would take the arrow for themselves."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            row = next((one for one in self._rows if watched in (one.up, one.down)), None)
            if step and row is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move(row, step)
                return True
        return super().eventFilter(watched, event)

    def _move(self, row: RankRow, step: int) -> None:
        at = self._rows.index(row)
        to = at + step
        if not 0 <= to < len(self._rows):
            return
        button = row.up if step < 0 else row.down
        self._rows.insert(to, self._rows.pop(at))
        self._take()
        if not button.isEnabled():
            button = row.down if step < 0 else row.up
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        order = tuple(row.choice.value for row in self._rows)
        if order != self._value:
            self._value = order
            self._show()
            self.changed.emit(order)
            self.committed.emit(order)

    def _show(self) -> None:
        for at, row in enumerate(self._rows):
            self._column.removeWidget(row)
            self._column.insertWidget(at, row)
            row.number.setText(str(at + 1) if self._value else "–")
            row.up.setEnabled(at > 0)
            row.down.setEnabled(at + 1 < len(self._rows))
        self._keep.setVisible(not self._value and bool(self._rows))
