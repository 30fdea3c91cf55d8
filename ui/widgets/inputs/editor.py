"""What every editor of one value offers, so that a field or a form can hold any of them. Layer 5."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Editor(QWidget):
    """Base of all editors.

    Signals:
        changed(value): after an act of the worker, never after `set_value`.
        committed(value): the worker has finished with it (left the field, picked a choice).
        problem(sentence): the typed text is no value; "" when it is one again.
    """

    changed = Signal(object)
    committed = Signal(object)
    problem = Signal(str)

    def value(self) -> object:
        """The value; None or an empty one when unanswered."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show a value without emitting; a value of the wrong type is a TypeError."""
        raise NotImplementedError

    def set_invalid(self, invalid: bool) -> None:
        """Mark or unmark it as wrong. The sentence is the field's; this is only the frame."""

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting it be changed."""
        self.setEnabled(not read_only)

    def set_narrow(self) -> None:
        """Take only the width that there is: it stands in a cell of a table."""

    def describe(self, name: str, description: str = "") -> None:
        """Give screen readers the label and the hint or error."""
        target = self.focusProxy() or self
        for widget in {self, target}:
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(description)


def text_of(value: object) -> str:
    """A text value; None is the empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise TypeError(f"text expected, got {type(value).__name__}")


def show_value(editor: Editor, value: object) -> None:
    """Show a value unless it is shown already: what is just being typed is left alone."""
    if isinstance(value, tuple):
        value = tuple(str(one) for one in value)
    if editor.value() != value and not (editor.value() in _NOTHING and value in _NOTHING):
        editor.set_value(value)


_NOTHING: Final = (None, "", ())
