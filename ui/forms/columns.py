"""Which repeats are tables, and what their columns are. No Qt. Layer 5.

A repeat is a table when its instances hold one to six plain questions and nothing else: a line of text, a
number, a day, one or several choices, each with words of its own that no answer changes, without pictures,
sound or guidance. Groups inside do not matter while they have no title. It is one only where all columns
have their width, and up to 20 instances: everything of a table is on the screen at once. Otherwise, on a
narrow screen or with large letters, its instances are lines that open.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from fieldapp.forms import FormSession
from fieldapp.forms.view import Choice, Control, DataType, GroupView, QuestionView, Reference, RepeatView
from ui.forms.rows import Column, QuestionRow
from ui.forms.texts import words

MOST_COLUMNS: Final = 6
MOST_LINES: Final = 20
MATRIX_HEAD: Final = "label"
"""The appearance of a question that only names the choices of those below it."""
_GENERATED_TITLE: Final = "generated_table_list_label"
"""What pyxform calls the note that it makes of the title of a table-list."""
_EDGE: Final = 110
"""Number of the line, the button that takes it away, and the gaps beside them."""
_GAP: Final = 8
_INPUTS: Final = {DataType.STRING: 130, DataType.INT: 130, DataType.DECIMAL: 140, DataType.DATE: 200}
_CHOICES: Final = {Control.SELECT_ONE: 150, Control.SELECT_MULTIPLE: 150}
"""Widths in pixels at 100 % text."""
_TALL: Final = frozenset({"multiline", "likert", "image-map", "month-year", "year"})
_LIST: Final = "minimal"
_MOST_ABREAST: Final = 2
_MOST_CHARACTERS: Final = 6

ChoicesOf = Callable[[Reference], tuple[Choice, ...]]


def columns_of(session: FormSession, repeat: RepeatView, choices: ChoicesOf) -> tuple[Column, ...]:
    """The columns, also those in which nothing is relevant now; () where the repeat is no table.

    Answers do not change them.
    """
    first = session.view(repeat.instances[0]) if repeat.instances else None
    if not isinstance(first, GroupView):
        return ()
    questions = questions_in(session, first)
    if questions is None or not 1 <= len(questions) <= MOST_COLUMNS:
        return ()
    columns = tuple(Column(view, _width(view, choices)) for view in questions)
    plain = all(column.width for column in columns)
    notes = not first.readonly and any(_is_note(view) for view in questions)
    return columns if plain and not notes else ()


def questions_in(session: FormSession, instance: GroupView) -> tuple[QuestionView, ...] | None:
    """The questions of an instance, in every one the same, also those that are not relevant now; None where
    it holds more than questions."""
    found: list[QuestionView] = []
    for reference in instance.children:
        view = session.view(reference)
        if isinstance(view, QuestionView):
            head = MATRIX_HEAD in view.appearance or view.name.startswith(_GENERATED_TITLE)
            if view.control is not Control.NONE and not head:
                found.append(view)
            continue
        alone = len(instance.children) == 1
        inside = (
            questions_in(session, view) if isinstance(view, GroupView) and (alone or not view.label) else None
        )
        if inside is None:
            return None
        found += inside
    return tuple(found)


def needed_width(columns: tuple[Column, ...]) -> int:
    """Pixels at 100 % text that a table with these columns takes."""
    return _EDGE + sum(column.width + _GAP for column in columns)


def as_cell(row: QuestionRow) -> QuestionRow:
    """The question as a cell answers it: more than a few short choices open as a list."""
    view = row.view
    letters = sum(len(words(choice.label)) for choice in row.choices)
    few = len(row.choices) <= _MOST_ABREAST and letters <= _MOST_CHARACTERS
    if not row.choices or (few and view.control is Control.SELECT_ONE):
        return row
    return replace(row, view=replace(view, appearance=(*view.appearance, _LIST)))


def _width(view: QuestionView, choices: ChoicesOf) -> int:
    """0 = no plain question."""
    texts = (view.label, view.hint)
    if not view.label or view.guidance or _TALL & set(view.appearance) or "rows" in view.parameters:
        return 0
    if any(text.media or any(part.is_value for part in text.parts) for text in texts if text is not None):
        return 0
    if view.control in _CHOICES:
        pictured = any(choice.label.media for choice in choices(view.reference))
        return 0 if pictured else _CHOICES[view.control]
    return _INPUTS.get(view.type, 0) if view.control is Control.INPUT else 0


def _is_note(view: QuestionView) -> bool:
    return view.readonly and view.type is DataType.STRING and not view.value
