"""Which editor a list of choices gets, by their number. Layer 5."""

from collections.abc import Sequence

from ui.widgets.inputs import choice_list, segmented
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented


def choice_editor(
    choices: Sequence[Choice], *, multiple: bool = False, clearable: bool = False, title: str = ""
) -> Editor:
    """Up to 5 choices: segments; 6–12, or any with a second line: rows; more: a searchable picker."""
    if len(choices) > choice_list.MOST:
        return Picker(choices, title=title, multiple=multiple)
    if len(choices) > segmented.MOST or any(choice.hint for choice in choices):
        return ChoiceList(choices, multiple=multiple, clearable=clearable)
    return Segmented(choices, multiple=multiple, clearable=clearable)
