"""Functions of truth, and the checklists. Pure library layer."""

from collections.abc import Callable, Iterable
from typing import Final

from fieldapp.forms.tree import XML_NAMESPACE, Node
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Reads, Type, function
from fieldapp.forms.xpath.functions.numbers import all_numbers
from fieldapp.forms.xpath.values import Value, to_boolean

Lazy = Callable[[Context], Value]


def _if(context: Context, condition: Lazy, yes: Lazy, no: Lazy) -> Value:
    return yes(context) if condition(context) else no(context)


def _truths(values: Iterable[Value]) -> list[bool]:
    """The values as truths; each node of a node-set by itself, true where its text is not blank."""
    found: list[bool] = []
    for value in values:
        if isinstance(value, list):
            found.extend(bool(node.string_value().strip()) for node in value)
        else:
            found.append(to_boolean(value))
    return found


def _between(least: float, most: float, count: float) -> bool:
    """A negative limit is none; a limit that is no number is never kept."""
    return (least < 0 or count >= least) and (most < 0 or count <= most)


def _checklist(_context: Context, least: float, most: float, *values: Value) -> bool:
    return _between(least, most, sum(_truths(values)))


def _weighted_checklist(context: Context, least: float, most: float, *pairs: Value) -> bool:
    truths = _truths(pairs[::2])
    weights = all_numbers(context, pairs[1::2])
    return _between(least, most, sum(weight for truth, weight in zip(truths, weights, strict=False) if truth))


def _lang(context: Context, wanted: str) -> bool:
    node: Node | None = context.node
    wanted = wanted.lower()
    while node is not None:
        language = node.attribute("lang", XML_NAMESPACE)
        if language is not None:
            return language.lower() == wanted or language.lower().startswith(f"{wanted}-")
        node = node.parent
    return False


FUNCTIONS: Final[dict[str, Function]] = {
    "if": function("baa", Type.ANY, _if, lazy=True),
    "boolean": function("b", Type.BOOLEAN, lambda _context, truth: truth),
    "not": function("b", Type.BOOLEAN, lambda _context, truth: not truth),
    "true": function("", Type.BOOLEAN, lambda _context: True),
    "false": function("", Type.BOOLEAN, lambda _context: False),
    "boolean-from-string": function("s", Type.BOOLEAN, lambda _context, text: text in ("true", "1")),
    "checklist": function("nn(a)*", Type.BOOLEAN, _checklist),
    "weighted-checklist": function("nn(aa)*", Type.BOOLEAN, _weighted_checklist),
    "lang": function("s", Type.BOOLEAN, _lang, reads=Reads.ALWAYS),
}
