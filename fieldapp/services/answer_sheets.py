"""Reads finished answer sheets: values by question name for results, by place for last time's answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fieldapp.domain.errors import RuleError
from fieldapp.forms import FormError
from fieldapp.forms.tree import Node, parse


def leaf_values(xml: str | bytes) -> dict[str, str]:
    """The value of each question by its name; of questions in repeats the first. Without the form's
    metadata. Raises RuleError("answer_sheet_damaged")."""
    values: dict[str, str] = {}
    for node in _leaves(xml):
        if node.name not in values or not values[node.name]:
            values[node.name] = node.value.strip()
    return values


@dataclass(frozen=True, slots=True)
class LastAnswers:
    """What was answered last time, as stored values by reference; `of` '' = there was no last time."""

    of: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, reference: str) -> str:
        """The stored value of a question, '' where there is none. The n-th instance of a repeat is compared
        with the n-th of last time."""
        return self.values.get(_unnumbered(reference), "")


def last_answers(submission_id: str, xml: str) -> LastAnswers:
    """Answers of a sheet by reference. A sheet that cannot be read has none: it stops no new one."""
    try:
        values = {_unnumbered(node.path): node.value.strip() for node in _leaves(xml)}
    except RuleError:
        return LastAnswers()
    return LastAnswers(submission_id, {place: value for place, value in values.items() if value})


def _leaves(xml: str | bytes) -> Iterator[Node]:
    try:
        root = parse(xml).element
    except FormError:
        raise RuleError("answer_sheet_damaged") from None
    for block in root.elements():
        if block.name != "meta":
            yield from (node for node in block.walk() if not any(node.elements()))


def _unnumbered(reference: str) -> str:
    # A first instance is written with its number or without, by whether there are more.
    return reference.replace("[1]", "")
