"""Comparison and arithmetic of values: XPath 1.0 §3.4 and §3.5, dates as numbers. Pure library layer."""

import math
import operator
from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from fieldapp.forms.xpath.syntax import Operator
from fieldapp.forms.xpath.values import DateTime, Value, text_to_number, to_boolean, to_number


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`=`: for a node-set, some node equals."""
    if isinstance(left, list) or isinstance(right, list):
        return _some_equal(left, right, zone, negated=False)
    return _atoms_equal(left, right, zone)


def not_equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`!=`: for a node-set, some node differs."""
    if isinstance(left, list) or isinstance(right, list):
        return _some_equal(left, right, zone, negated=True)
    return not _atoms_equal(left, right, zone)


def _atoms_equal(left: Value, right: Value, zone: tzinfo) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return to_number(left, zone) == to_number(right, zone)


def _some_equal(left: Value, right: Value, zone: tzinfo, *, negated: bool) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        mine = {node.string_value() for node in left}
        others = {node.string_value() for node in right}
        if not negated:
            return not mine.isdisjoint(others)
        return bool(mine) and bool(others) and (len(mine | others) > 1)
    nodes, atom = (left, right) if isinstance(left, list) else (right, left)
    assert isinstance(nodes, list)
    if isinstance(atom, bool):
        return (bool(nodes) == atom) != negated
    if isinstance(atom, str):
        return any((node.string_value() == atom) != negated for node in nodes)
    number = to_number(atom, zone)
    return any((text_to_number(node.string_value(), zone) == number) != negated for node in nodes)


Ordering = Callable[[float, float], bool]

_ORDERINGS: Final[dict[Operator, Ordering]] = {
    Operator.LESS: operator.lt,
    Operator.LESS_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_EQUAL: operator.ge,
}


def ordering(sign: Operator) -> Callable[[Value, Value, tzinfo], bool]:
    """`<`, `<=`, `>`, `>=`: numbers are compared; for a node-set, some node must do.

    So it is for a truth and a node-set too, as in the other evaluators of forms: XPath 1.0 has the
    node-set turned into a truth first (docs/decisions/0011-xpath-readings.md).
    """
    compare = _ORDERINGS[sign]

    def ordered(left: Value, right: Value, zone: tzinfo) -> bool:
        if isinstance(left, list) and isinstance(right, list):
            return _some_ordered(compare, left, right, zone)
        if isinstance(left, list):
            number = to_number(right, zone)
            return any(compare(text_to_number(node.string_value(), zone), number) for node in left)
        if isinstance(right, list):
            number = to_number(left, zone)
            return any(compare(number, text_to_number(node.string_value(), zone)) for node in right)
        return compare(to_number(left, zone), to_number(right, zone))

    return ordered


def _some_ordered(compare: Ordering, left: Value, right: Value, zone: tzinfo) -> bool:
    """Some pair is ordered: it is enough to compare the extremes."""
    assert isinstance(left, list)
    assert isinstance(right, list)
    mine = [number for node in left if not math.isnan(number := text_to_number(node.string_value(), zone))]
    others = [number for node in right if not math.isnan(number := text_to_number(node.string_value(), zone))]
    if not mine or not others:
        return False
    rising = compare(0.0, 1.0)
    return compare(min(mine), max(others)) if rising else compare(max(mine), min(others))


# -- arithmetic -----------------------------------------------------------------------------------


def divide(left: float, right: float) -> float:
    """IEEE division: zero divides to infinity or NaN."""
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def modulo(left: float, right: float) -> float:
    """The remainder of a truncating division: the sign is the dividend's."""
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


ARITHMETIC: Final[dict[Operator, Callable[[float, float], float]]] = {
    Operator.ADD: operator.add,
    Operator.SUBTRACT: operator.sub,
    Operator.MULTIPLY: operator.mul,
    Operator.DIVIDE: divide,
    Operator.MODULO: modulo,
}

COMPARISON: Final[dict[Operator, Callable[[Value, Value, tzinfo], bool]]] = {
    Operator.EQUAL: equal,
    Operator.NOT_EQUAL: not_equal,
    **{sign: ordering(sign) for sign in _ORDERINGS},
}


def index_key(value: Value, zone: tzinfo) -> tuple[str, ...] | float | None:
    """How nodes equal to a value can be looked up: by their texts, by their number, or not at all."""
    match value:
        case bool():
            return None
        case str():
            return (value,)
        case list():
            return tuple({node.string_value() for node in value})
        case float() | DateTime():
            return to_number(value, zone)
