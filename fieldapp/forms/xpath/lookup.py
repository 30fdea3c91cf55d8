"""Finding children by the value of a column without looking at each, in documents that never change.

An index is built at the first question and kept with the document. Pure library layer.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

from fieldapp.forms.tree import Document, Kind, Node
from fieldapp.forms.xpath.axes import ANY_NAMESPACE
from fieldapp.forms.xpath.values import text_to_number

#: Below this many children a plain search is as fast.
MIN_CHILDREN: Final = 24


@dataclass(frozen=True, slots=True)
class Column:
    """Where the value of a child stands: in its own children or attributes of a name, or in itself."""

    kind: Kind
    name: str
    namespace: str

    def values(self, node: Node) -> list[str]:
        """The values of a node in this column: none, one, or several."""
        kind, name, namespace = self.kind, self.name, self.namespace
        if kind is Kind.TEXT:
            return [node.string_value()]
        owned = node.attributes if kind is Kind.ATTRIBUTE else node.children
        return [
            each.string_value() if each.children else each.value
            for each in owned
            if each.name == name and each.kind is kind and namespace in (ANY_NAMESPACE, each.namespace)
        ]


OWN_TEXT: Final = Column(Kind.TEXT, "", "")


@dataclass(frozen=True, slots=True)
class Group:
    """The children of a name below one parent, asked by the value of a column."""

    parent: Node
    name: str
    namespace: str
    column: Column

    def children(self) -> Iterator[tuple[int, Node]]:
        """Them, with their places among all children."""
        for place, child in enumerate(self.parent.children):
            if (
                child.name == self.name
                and child.kind is Kind.ELEMENT
                and self.namespace in (ANY_NAMESPACE, child.namespace)
            ):
                yield place, child


def indexable(parent: Node) -> Document | None:
    """The document that keeps indexes of a node's children, or None where they may still change."""
    if len(parent.children) < MIN_CHILDREN:
        return None
    root = parent.root
    return root if isinstance(root, Document) and root.frozen else None


def find(document: Document, group: Group, wanted: Sequence[str] | float, zone: tzinfo) -> list[Node]:
    """The children with a value among `wanted` (or equal to that number), in their order."""
    # Only numbers need the zone, for dates among the values.
    key = (group, zone if isinstance(wanted, float) else None)
    index = document.indexes.get(key)
    if index is None:
        index = _index_of_numbers(group, zone) if isinstance(wanted, float) else _index_of_texts(group)
        document.indexes[key] = index
    assert isinstance(index, dict)
    hits = [index.get(value, ()) for value in ((wanted,) if isinstance(wanted, float) else wanted)]
    found = hits[0] if len(hits) == 1 else sorted({place for places in hits for place in places})
    children = group.parent.children
    return [children[place] for place in found]


def _index_of_texts(group: Group) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for place, child in group.children():
        for text in dict.fromkeys(group.column.values(child)):
            index.setdefault(text, []).append(place)
    return index


def _index_of_numbers(group: Group, zone: tzinfo) -> dict[float, list[int]]:
    index: dict[float, list[int]] = {}
    for place, child in group.children():
        for number in {text_to_number(text, zone) for text in group.column.values(child)}:
            # NaN equals nothing, not even itself.
            if not math.isnan(number):
                index.setdefault(number, []).append(place)
    return index


def children_where(parent: Node, name: str, column: str, value: str) -> Iterable[Node]:
    """The children of a name whose child element `column` is `value`, whatever the namespaces."""
    group = Group(parent, name, ANY_NAMESPACE, Column(Kind.ELEMENT, column, ANY_NAMESPACE))
    document = indexable(parent)
    if document is not None:
        return find(document, group, (value,), UTC)
    return (child for _place, child in group.children() if value in group.column.values(child))
