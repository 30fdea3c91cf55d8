"""Functions of numbers. Pure library layer."""

import math
from collections.abc import Callable, Iterable
from typing import Final

from fieldapp.forms.tree import Node
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Reads, Trait, Type, function
from fieldapp.forms.xpath.values import Value, text_to_number, to_number


def _number(context: Context, value: Value | None = None) -> float:
    return to_number([context.node] if value is None else value, context.host.zone)


def all_numbers(context: Context, values: Iterable[Value]) -> list[float]:
    """The values as numbers, each node of a node-set by itself."""
    zone = context.host.zone
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            found.extend(text_to_number(node.string_value(), zone) for node in value)
        else:
            found.append(to_number(value, zone))
    return found


def _sum(context: Context, nodes: list[Node]) -> float:
    return sum(all_numbers(context, [nodes]), 0.0)


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., float]:
    def run(context: Context, *values: Value) -> float:
        numbers = all_numbers(context, values)
        # Python's min and max have no opinion on NaN; XPath 3 has: it wins.
        return math.nan if not numbers or any(map(math.isnan, numbers)) else choose(numbers)

    return run


def _int(_context: Context, number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


def _round(_context: Context, number: float, digits: float = 0.0) -> float:
    """Halves are rounded away from zero; `digits` may be negative."""
    if not math.isfinite(number) or math.isnan(digits):
        return number if not math.isnan(digits) else math.nan
    places = int(max(-400, min(digits, 400)))
    try:
        shift = 10.0 ** abs(places)
        size = abs(number)
        whole = math.floor((size * shift if places > 0 else size / shift) + 0.5)
        return math.copysign(whole / shift if places > 0 else whole * shift, number)
    except OverflowError:
        # More digits than a number has, or more places before the point than it fills.
        return number if places > 0 else math.copysign(0.0, number)


def _floor(_context: Context, number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


def _ceiling(_context: Context, number: float) -> float:
    return float(math.ceil(number)) if math.isfinite(number) else number


def _power(_context: Context, base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        # Zero to a negative power is infinite; a root of a negative number is no number.
        return math.inf if base == 0 else math.nan


def _checked(calculate: Callable[[float], float], *, at_zero: float = math.nan) -> Callable[..., float]:
    """A function of mathematics with IEEE results where Python raises."""

    def run(_context: Context, number: float) -> float:
        try:
            return calculate(number)
        except OverflowError:
            return math.inf
        except ValueError:
            return at_zero if number == 0 else math.nan

    return run


def _random(context: Context) -> float:
    """53 random bits, as a number from 0 to below 1."""
    return (int.from_bytes(context.host.random_bytes(7)) >> 3) / 2.0**53


FUNCTIONS: Final[dict[str, Function]] = {
    "number": function("a?", Type.NUMBER, _number, reads=Reads.WITHOUT_ARGUMENT),
    "int": function("n", Type.NUMBER, _int),
    "sum": function("N", Type.NUMBER, _sum),
    "max": function("(a)*", Type.NUMBER, _extreme(max)),
    "min": function("(a)*", Type.NUMBER, _extreme(min)),
    "round": function("nn?", Type.NUMBER, _round),
    "floor": function("n", Type.NUMBER, _floor),
    "ceiling": function("n", Type.NUMBER, _ceiling),
    "pow": function("nn", Type.NUMBER, _power),
    "abs": function("n", Type.NUMBER, _checked(abs)),
    "sqrt": function("n", Type.NUMBER, _checked(math.sqrt)),
    "exp": function("n", Type.NUMBER, _checked(math.exp)),
    "exp10": function("n", Type.NUMBER, _checked(lambda number: math.pow(10.0, number))),
    "log": function("n", Type.NUMBER, _checked(math.log, at_zero=-math.inf)),
    "log10": function("n", Type.NUMBER, _checked(math.log10, at_zero=-math.inf)),
    "sin": function("n", Type.NUMBER, _checked(math.sin)),
    "cos": function("n", Type.NUMBER, _checked(math.cos)),
    "tan": function("n", Type.NUMBER, _checked(math.tan)),
    "asin": function("n", Type.NUMBER, _checked(math.asin)),
    "acos": function("n", Type.NUMBER, _checked(math.acos)),
    "atan": function("n", Type.NUMBER, _checked(math.atan)),
    "atan2": function("nn", Type.NUMBER, lambda _context, y, x: math.atan2(y, x)),
    "pi": function("", Type.NUMBER, lambda _context: math.pi),
    "random": function("", Type.NUMBER, _random, traits=Trait.RANDOM),
}
