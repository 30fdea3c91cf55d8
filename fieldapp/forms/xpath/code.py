"""Compiled parts of expressions: what they run, what is known of their value. Pure library layer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.tree import Node
from fieldapp.forms.xpath.comparison import ARITHMETIC, COMPARISON
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Type
from fieldapp.forms.xpath.paths import Nodes, Run
from fieldapp.forms.xpath.syntax import Operator
from fieldapp.forms.xpath.values import Value, to_boolean, to_number, to_string


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled part: how to run it, its type as far as known, and its value if it is a constant."""

    run: Run
    type: Type
    value: Value | None = None


def constant(value: str | float | bool) -> Code:
    """The code of a value known beforehand."""
    kind = (
        Type.BOOLEAN if isinstance(value, bool) else Type.NUMBER if isinstance(value, float) else Type.STRING
    )
    return Code(lambda _context: value, kind, value)


def as_string(code: Code) -> Callable[[Context], str]:
    """The code with its value as text."""
    run = code.run
    if code.value is not None:
        text = to_string(code.value)
        return lambda _context: text
    return lambda context: to_string(run(context))


def as_number(code: Code) -> Callable[[Context], float]:
    """The code with its value as a number."""
    run = code.run
    if isinstance(code.value, bool | float):
        number = float(code.value)
        return lambda _context: number
    return lambda context: to_number(run(context), context.host.zone)


def as_boolean(code: Code) -> Callable[[Context], bool]:
    """The code with its value as a truth."""
    run = code.run
    return lambda context: to_boolean(run(context))


def checked_nodes(code: Code, error: str, facts: dict[str, str | int]) -> Nodes:
    """The code with its value as nodes; an EvaluationError of code `error` where it is none."""
    run = code.run

    def nodes(context: Context) -> list[Node]:
        value = run(context)
        if not isinstance(value, list):
            raise EvaluationError(error, **facts)
        return value

    return nodes


Row = Sequence[tuple[Operator, Code]]
"""What follows the first operand of a row of operators; a row is a loop, so that no length of it nests."""


def comparison(first: Code, rest: Row) -> Code:
    """The code of a row of comparisons, which hardly ever has more than one."""
    operator, right = rest[0]
    if (
        len(rest) == 1
        and operator is Operator.EQUAL
        and first.type is Type.NODES
        and isinstance(right.value, str)
    ):
        return Code(_some_text(first.run, right.value), Type.BOOLEAN)
    one = first.run
    if len(rest) == 1:
        compare, other = COMPARISON[operator], right.run
        return Code(lambda context: compare(one(context), other(context), context.host.zone), Type.BOOLEAN)
    row = [(COMPARISON[operator], code.run) for operator, code in rest]

    def run(context: Context) -> Value:
        value = one(context)
        for compare, other in row:
            value = compare(value, other(context), context.host.zone)
        return value

    return Code(run, Type.BOOLEAN)


def _some_text(nodes: Run, wanted: str) -> Run:
    """`nodes = 'text'`, by far the commonest condition of forms."""

    def run(context: Context) -> bool:
        found = nodes(context)
        assert isinstance(found, list)
        return any(node.string_value() == wanted for node in found)

    return run


def arithmetic(first: Code, rest: Row) -> Code:
    """The code of a row of calculations; constants at its beginning are calculated at once."""
    known = 0
    for operator, code in rest:
        if not isinstance(first.value, float) or not isinstance(code.value, float):
            break
        first = constant(ARITHMETIC[operator](first.value, code.value))
        known += 1
    one = as_number(first)
    row = [(ARITHMETIC[operator], as_number(code)) for operator, code in rest[known:]]
    if not row:
        return first
    if len(row) == 1:
        ((calculate, other),) = row
        return Code(lambda context: calculate(one(context), other(context)), Type.NUMBER)

    def run(context: Context) -> float:
        value = one(context)
        for calculate, other in row:
            value = calculate(value, other(context))
        return value

    return Code(run, Type.NUMBER)


def applied(declared: Function, arguments: list[Run]) -> Run:
    """The call of a function with its arguments."""
    function = declared.run
    if declared.lazy:
        return lambda context: function(context, *arguments)
    match arguments:
        case []:
            return function
        case [one]:
            return lambda context: function(context, one(context))
        case [one, two]:
            return lambda context: function(context, one(context), two(context))
        case _:
            return lambda context: function(context, *[argument(context) for argument in arguments])
