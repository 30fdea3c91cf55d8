"""What a person may enter: an answer as the text that a question stores, or why not. Pure library layer."""

import datetime as dt
from typing import Final

from fieldapp.forms.errors import FormError
from fieldapp.forms.session.choices import Choices
from fieldapp.forms.session.codecs import encode
from fieldapp.forms.session.instance import Instance, state
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Answer, Control, Range

TRIGGERED: Final = "OK"
"""The value of an acknowledged trigger."""
_CHOOSING: Final = frozenset({Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK})


class Entry:
    """Turns answers into stored text, by type, choices and scale."""

    def __init__(self, choices: Choices, instance: Instance, zone: dt.tzinfo) -> None:
        self._choices = choices
        self._instance = instance
        self._zone = zone

    def text(self, node: Node, value: Answer) -> str:
        """The text to store.

        Raises:
            FormError: as FormSession.answer tells.
        """
        spec = state(node).spec
        control = spec.control
        if control is not None and control.kind is Control.TRIGGER:
            return TRIGGERED if value in (True, "true", TRIGGERED) else ""
        text = encode(value, spec.type, self._zone)
        if control is None or not text:
            return text
        if control.kind in _CHOOSING:
            values = [text] if control.kind is Control.SELECT_ONE else text.split()
            if not all(self._choices.has(node, one) for one in values):
                raise FormError("value_no_choice", reference=self._instance.reference(node))
        if control.range is not None:
            _check_scale(text, control.range)
        return text


def _check_scale(text: str, scale: Range) -> None:
    try:
        number = float(text)
    except ValueError:
        raise FormError("value_not_decimal") from None
    low, high = sorted((float(scale.start), float(scale.end)))
    if not low <= number <= high:
        raise FormError("value_out_of_range", low=low, high=high)
