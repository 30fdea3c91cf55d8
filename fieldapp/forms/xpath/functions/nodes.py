"""Functions of nodes: counting, names, positions, look-ups, texts of the form. Pure library layer."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fieldapp.forms.tree import Document, Kind, Node, in_document_order
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Reads, Trait, Type, function
from fieldapp.forms.xpath.functions.shuffle import seed_of, seeded, shuffled
from fieldapp.forms.xpath.lookup import children_where
from fieldapp.forms.xpath.values import Value, to_number, to_string


def _count_non_empty(_context: Context, nodes: list[Node]) -> float:
    return float(sum(1 for node in nodes if node.string_value()))


def _place(node: Node) -> float:
    """The place among the siblings of the same name, from 1."""
    parent = node.parent
    if parent is None:
        return 1.0
    place = 0
    for sibling in parent.children:
        if sibling.name == node.name and sibling.kind is node.kind and sibling.namespace == node.namespace:
            place += 1
        if sibling is node:
            break
    return float(place)


def _position(context: Context, nodes: list[Node] | None = None) -> float:
    if nodes is None:
        return float(context.position)
    return _place(nodes[0]) if nodes else math.nan


def _once(context: Context, calculate: Callable[[Context], Value]) -> Value:
    return context.node.string_value() or calculate(context)


# -- names ----------------------------------------------------------------------------------------

_NAMED: Final = frozenset({Kind.ELEMENT, Kind.ATTRIBUTE, Kind.PROCESSING_INSTRUCTION, Kind.NAMESPACE})


def _first(context: Context, nodes: list[Node] | None) -> Node | None:
    if nodes is None:
        return context.node
    return nodes[0] if nodes else None


def _name(context: Context, nodes: list[Node] | None = None) -> str:
    node = _first(context, nodes)
    return node.qualified_name if node is not None and node.kind in _NAMED else ""


def _local_name(context: Context, nodes: list[Node] | None = None) -> str:
    node = _first(context, nodes)
    return node.name if node is not None and node.kind in _NAMED else ""


def _namespace_uri(context: Context, nodes: list[Node] | None = None) -> str:
    node = _first(context, nodes)
    return node.namespace if node is not None else ""


def _id(context: Context, value: Value) -> list[Node]:
    root = context.node.root
    if not isinstance(root, Document):
        return []
    texts = [node.string_value() for node in value] if isinstance(value, list) else [to_string(value)]
    wanted = dict.fromkeys(word for text in texts for word in text.split())
    return in_document_order([node for word in wanted if (node := root.with_id(word)) is not None])


# -- instances and repeats ------------------------------------------------------------------------


def _instance(context: Context, name: str) -> list[Node]:
    document = context.host.instance(name)
    return [] if document is None else [document]


def _pulldata(context: Context, instance: str, wanted: str, column: str, value: str) -> str:
    """The column `wanted` of the first item of a list whose `column` is `value`; "" if there is none.

    Columns are child elements, or attributes when written with `@`.
    """
    document = context.host.instance(instance)
    if document is None:
        document = context.host.instance(instance.removesuffix(".csv"))
    if document is None:
        return ""
    for root in document.elements("root"):
        for item in _items_where(root, column, value):
            if wanted.startswith("@"):
                return item.attribute(wanted[1:]) or ""
            found = item.first(wanted)
            return "" if found is None else found.string_value()
    return ""


def _items_where(root: Node, column: str, value: str) -> Iterable[Node]:
    if column.startswith("@"):
        return (item for item in root.elements("item") if item.attribute(column[1:]) == value)
    return children_where(root, "item", column, value)


def _indexed_repeat(_context: Context, target: list[Node], *pairs: list[Node] | float) -> list[Node]:
    """The target nodes inside the repeat instances chosen by index, outermost repeat first."""
    chosen = [
        (repeats, place)
        for repeats, place in zip(pairs[::2], pairs[1::2], strict=True)
        if isinstance(repeats, list) and isinstance(place, float)
    ]
    if any(not repeats for repeats, _place in chosen):
        return []
    chosen.sort(key=lambda pair: _depth(pair[0][0]))
    around: Node | None = None
    for repeats, place in chosen:
        inside = [node for node in repeats if around is None or _is_below(node, around)]
        if not 1 <= place <= len(inside) or place != math.floor(place):
            return []
        around = inside[int(place) - 1]
    return [node for node in target if around is not None and _is_below(node, around)]


def _depth(node: Node) -> int:
    depth = 0
    while node.parent is not None:
        node = node.parent
        depth += 1
    return depth


def _is_below(node: Node, other: Node) -> bool:
    parent = node.parent
    while parent is not None:
        if parent is other:
            return True
        parent = parent.parent
    return False


def _randomize(context: Context, nodes: list[Node], seed: Value | None = None) -> list[Node]:
    if seed is None:
        return shuffled(nodes, lambda: int.from_bytes(context.host.random_bytes(4)) / 2.0**32)
    return shuffled(nodes, seeded(seed_of(to_number(seed, context.host.zone), to_string(seed))))


# -- selections -----------------------------------------------------------------------------------


def _selected(_context: Context, chosen: str, value: str) -> bool:
    return value.strip() in chosen.split(" ")


def _selected_at(_context: Context, chosen: str, index: float) -> str:
    values: Sequence[str] = chosen.split()
    if math.isnan(index) or not 0 <= index < len(values):
        return ""
    return values[int(index)]


def _choice_name(context: Context, value: str, path: str) -> str:
    return context.host.choice_label(value, path, context.node) or ""


def _itext(context: Context, name: str) -> str:
    return context.host.text(name) or ""


FUNCTIONS: Final[dict[str, Function]] = {
    "count": function("N", Type.NUMBER, lambda _context, nodes: float(len(nodes))),
    "count-non-empty": function("N", Type.NUMBER, _count_non_empty),
    "position": function("N?", Type.NUMBER, _position, traits=Trait.POSITION, reads=Reads.WITHOUT_ARGUMENT),
    "last": function("", Type.NUMBER, lambda context: float(context.size), reads=Reads.ALWAYS),
    "once": function("a", Type.ANY, _once, traits=Trait.OWN_VALUE, reads=Reads.ALWAYS, lazy=True),
    "name": function("N?", Type.STRING, _name, reads=Reads.WITHOUT_ARGUMENT),
    "local-name": function("N?", Type.STRING, _local_name, reads=Reads.WITHOUT_ARGUMENT),
    "namespace-uri": function("N?", Type.STRING, _namespace_uri, reads=Reads.WITHOUT_ARGUMENT),
    "id": function("a", Type.NODES, _id, reads=Reads.ALWAYS),
    "current": function("", Type.NODES, lambda context: [context.origin]),
    "instance": function("s", Type.NODES, _instance),
    "pulldata": function("ssss", Type.STRING, _pulldata),
    "indexed-repeat": function("NNn(Nn)*", Type.NODES, _indexed_repeat),
    "randomize": function("Na?", Type.NODES, _randomize, traits=Trait.RANDOM),
    "selected": function("ss", Type.BOOLEAN, _selected),
    "selected-at": function("sn", Type.STRING, _selected_at),
    "count-selected": function("s", Type.NUMBER, lambda _context, chosen: float(len(chosen.split()))),
    "jr:choice-name": function(
        "ss", Type.STRING, _choice_name, traits=Trait.LANGUAGE | Trait.CHOICES, reads=Reads.ALWAYS
    ),
    "jr:itext": function("s", Type.STRING, _itext, traits=Trait.LANGUAGE),
}
