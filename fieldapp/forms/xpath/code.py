"""Compiled parts of expressions: what they run, what is known of their value. Pure library layer."""

from collections.abc import Callable
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


def comparison(operator: Operator, left: Code, right: Code) -> Code:
    """The code of a comparison."""
    compare = COMPARISON[operator]
    one, other = left.run, right.run
    if isinstance(right.value, str) and left.type is Type.NODES and operator is Operator.EQUAL:
        return Code(_some_text(one, right.value), Type.BOOLEAN)
    return Code(lambda context: compare(one(context), other(context), context.host.zone), Type.BOOLEAN)


def _some_text(nodes: Run, wanted: str) -> Run:
    """`nodes = 'text'`, by far the commonest condition of forms."""

    def run(context: Context) -> bool:
        found = nodes(context)
        assert isinstance(found, list)
        return any(node.string_value() == wanted for node in found)

    return run


def arithmetic(operator: Operator, left: Code, right: Code) -> Code:
    """The code of a calculation; constants are calculated at once."""
    calculate = ARITHMETIC[operator]
    if isinstance(left.value, float) and isinstance(right.value, float):
        return constant(calculate(left.value, right.value))
    one, other = as_number(left), as_number(right)
    return Code(lambda context: calculate(one(context), other(context)), Type.NUMBER)


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
