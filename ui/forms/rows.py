"""What stands on one section of a form, row by row: frozen values from presenter to page. No Qt. Layer 5."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from fieldapp.forms.view import (
    Choice,
    Control,
    DataType,
    GroupView,
    QuestionView,
    Reference,
    RepeatView,
    Text,
)
from ui.forms.texts import words

Shown = str | dt.date | tuple[str, ...]
"""An answer to read: words, several of them, or a day that the screen words in its language."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What was answered last time. `value` is the stored text, ready to be given again."""

    shown: Shown
    value: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question.

    Attributes:
        broken: what to say below it now; None while it is not yet time to say anything.
        blank: what is missing is an answer, and the form has no words of its own for that.
        refused: an error code of the engine for a value it could not hold; "" otherwise.
        awaited: its file is still being made.
    """

    view: QuestionView
    depth: int
    choices: tuple[Choice, ...] = ()
    broken: Text | None = None
    is_broken: bool = False
    blank: bool = False
    refused: str = ""
    last: LastAnswer | None = None
    awaited: bool = False

    @property
    def key(self) -> Reference:
        """Names the row among those of the section."""
        return self.view.reference


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The head of a group inside the section."""

    view: GroupView
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return self.view.reference


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Questions with the same choices as lines of one table. `head` carries its title and choices."""

    head: QuestionRow
    lines: tuple[QuestionRow, ...]
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return self.head.view.reference


@dataclass(frozen=True, slots=True)
class GridRow:
    """Questions whose author gave them widths, side by side: each with its share of a line."""

    cells: tuple[tuple[QuestionRow, float], ...]
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return f"{self.cells[0][0].view.reference}|"


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """The head of a repeat."""

    view: RepeatView
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return self.view.reference


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One instance of a repeat: closed it is one line with its first answers, open its questions follow."""

    view: GroupView
    title: Text | None
    summary: tuple[Shown, ...]
    is_open: bool
    problems: int
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return self.view.reference


@dataclass(frozen=True, slots=True)
class Column:
    """A question that every instance of a repeat has, as its first instance has it.

    `width` is what its cells take at least, in pixels at 100 % text.
    """

    view: QuestionView
    width: int


@dataclass(frozen=True, slots=True)
class TableLine:
    """One instance as a line of a table; a cell is None where its question is not relevant."""

    view: GroupView
    cells: tuple[QuestionRow | None, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A repeat of a few plain questions: a line for each instance, a column for each question."""

    view: RepeatView
    columns: tuple[Column, ...]
    lines: tuple[TableLine, ...]
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return f"{self.view.reference}="


@dataclass(frozen=True, slots=True)
class AddRow:
    """The button after the last instance."""

    view: RepeatView
    depth: int

    @property
    def key(self) -> Reference:
        """Names the row."""
        return f"{self.view.reference}+"


_INDENT: Final = 18
_MOST_INDENTS: Final = 2


def indent(depth: int) -> int:
    """Pixels by which a row stands in from the edge."""
    return _INDENT * min(depth, _MOST_INDENTS)


Row = QuestionRow | GroupRow | MatrixRow | GridRow | RepeatRow | InstanceRow | TableRow | AddRow


def shown_value(view: QuestionView, value: str, choices: tuple[Choice, ...]) -> Shown:
    """A stored value to read: the labels of choices, a day as such, other text as it stands."""
    if not value:
        return ""
    if view.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK):
        labels = {choice.value: words(choice.label) or choice.value for choice in choices}
        chosen = (value,) if view.control is Control.SELECT_ONE else tuple(value.split())
        found = tuple(labels.get(one, one) for one in chosen)
        return found[0] if len(found) == 1 else found
    if view.type is DataType.DATE:
        try:
            return dt.date.fromisoformat(value[:10])
        except ValueError:
            return value
    if view.type is DataType.DATETIME:
        return value[:16].replace("T", " ")
    if view.type is DataType.TIME:
        return value[:5]
    if view.control is Control.TRIGGER:
        return "✓"
    return value
