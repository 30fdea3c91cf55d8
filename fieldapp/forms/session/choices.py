"""The choices of selects, ranks and ratings: filtered lists, their labels, and whether a value is one.

Values are kept with the node until something they depend on changes; labels are worked out when asked for.
"""

from dataclasses import dataclass

from fieldapp.forms.definition.model import ChoiceSpec, ControlSpec, ItemsetSpec
from fieldapp.forms.session.host import SessionHost
from fieldapp.forms.session.instance import state
from fieldapp.forms.session.texts import Texts
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Choice, Control, Text, TextPart
from fieldapp.forms.xpath import to_string


@dataclass(frozen=True, slots=True)
class _Items:
    """Values in their order, and for each where its label comes from."""

    values: tuple[str, ...]
    sources: tuple[Node | ChoiceSpec, ...]
    index: dict[str, int]


class Choices:
    """Answers what can be chosen for a node."""

    def __init__(self, host: SessionHost, texts: Texts) -> None:
        self._host = host
        self._texts = texts

    def values(self, node: Node) -> tuple[str, ...]:
        """The values that can be chosen, in order."""
        return self._items(node).values

    def has(self, node: Node, value: str) -> bool:
        """The value can be chosen."""
        return value in self._items(node).index

    def choices(self, node: Node) -> tuple[Choice, ...]:
        """The choices with their labels."""
        items, control = self._items(node), _control(node)
        return tuple(
            Choice(value, self._label(source, control, node) or Text())
            for value, source in zip(items.values, items.sources, strict=True)
        )

    def label(self, node: Node, value: str) -> str | None:
        """The label of one value; None when there is no such choice."""
        items = self._items(node)
        index = items.index.get(value)
        if index is None:
            return None
        found = self._label(items.sources[index], _control(node), node)
        return value if found is None else str(found)

    def kept(self, node: Node) -> str:
        """The node's value without what cannot be chosen any more."""
        index = self._items(node).index
        if _control(node).kind is Control.SELECT_ONE:
            return node.value if node.value in index else ""
        return " ".join(value for value in node.value.split() if value in index)

    def _items(self, node: Node) -> _Items:
        node_state = state(node)
        if not isinstance(node_state.items, _Items):
            control = _control(node)
            itemset = control.itemset
            node_state.items = self._of_list(itemset, node) if itemset else _in_place(control)
        assert isinstance(node_state.items, _Items)
        return node_state.items

    def _of_list(self, itemset: ItemsetSpec, node: Node) -> _Items:
        found = self._host.value(itemset.nodeset, node)
        nodes = found if isinstance(found, list) else []
        evaluate, host, path = itemset.value.evaluate, self._host, itemset.value
        if path.source.isidentifier():
            # A bare child name, by far the most common: no evaluation for ten thousand rows.
            name = path.source
            pairs = [(_child_text(item, name), item) for item in nodes]
        else:
            pairs = [(to_string(evaluate(item, host, origin=node)), item) for item in nodes]
        return _indexed([(value, item) for value, item in pairs if value])

    def _label(self, source: Node | ChoiceSpec, control: ControlSpec, node: Node) -> Text | None:
        if isinstance(source, ChoiceSpec):
            return self._texts.text(source.label, node)
        label = control.itemset.label if control.itemset is not None else None
        if label is not None and label.value is not None and label.value.source.isidentifier():
            # Written by the form's author in a list, or an answer: only the former may hold Markdown.
            is_answer = source.state is not None
            return Text((TextPart(_child_text(source, label.value.source), is_value=is_answer),))
        return self._texts.text(label, source, origin=node)


def _control(node: Node) -> ControlSpec:
    control = state(node).spec.control
    assert control is not None
    return control


def _child_text(item: Node, name: str) -> str:
    for child in item.children:
        if child.name == name and not child.namespace:
            return child.string_value()
    return ""


def _in_place(control: ControlSpec) -> _Items:
    return _indexed([(choice.value, choice) for choice in control.choices])


def _indexed(pairs: "list[tuple[str, Node]] | list[tuple[str, ChoiceSpec]]") -> _Items:
    index: dict[str, int] = {}
    for number, (value, _) in enumerate(pairs):
        index.setdefault(value, number)
    return _Items(tuple(value for value, _ in pairs), tuple(source for _, source in pairs), index)
