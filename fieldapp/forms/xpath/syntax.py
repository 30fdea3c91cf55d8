"""The syntax tree of an expression: frozen, with the span of text each part came from. Pure library layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple


class Span(NamedTuple):
    """Character offsets in the expression's text, end exclusive."""

    start: int
    end: int


class Axis(Enum):
    """The thirteen axes; the value is the name in an expression."""

    ANCESTOR = "ancestor"
    ANCESTOR_OR_SELF = "ancestor-or-self"
    ATTRIBUTE = "attribute"
    CHILD = "child"
    DESCENDANT = "descendant"
    DESCENDANT_OR_SELF = "descendant-or-self"
    FOLLOWING = "following"
    FOLLOWING_SIBLING = "following-sibling"
    NAMESPACE = "namespace"
    PARENT = "parent"
    PRECEDING = "preceding"
    PRECEDING_SIBLING = "preceding-sibling"
    SELF = "self"


REVERSE_AXES: Final = frozenset(
    {Axis.ANCESTOR, Axis.ANCESTOR_OR_SELF, Axis.PRECEDING, Axis.PRECEDING_SIBLING}
)


@dataclass(frozen=True, slots=True)
class NameTest:
    """`name`, `prefix:name`, `prefix:*` or `*`: None stands for any. An unprefixed name has prefix ''."""

    prefix: str | None
    name: str | None


class NodeType(Enum):
    """Tests by kind of node."""

    NODE = "node"
    TEXT = "text"
    COMMENT = "comment"
    PROCESSING_INSTRUCTION = "processing-instruction"


@dataclass(frozen=True, slots=True)
class KindTest:
    """`node()`, `text()`, `comment()`, `processing-instruction('target')`."""

    type: NodeType
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path."""

    axis: Axis
    test: NameTest | KindTest
    predicates: "tuple[Syntax, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted text or a number."""

    value: str | float
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `name` with its prefix as written."""

    name: str
    arguments: "tuple[Syntax, ...]"
    span: Span


class PathStart(Enum):
    """Where a path without a leading expression begins."""

    ROOT = "root"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Path:
    """A location path, or a filter expression (`start`, `predicates`) with the steps behind it."""

    start: "PathStart | Syntax"
    predicates: "tuple[Syntax, ...]"
    steps: tuple[Step, ...]
    span: Span


class Operator(Enum):
    """The binary operators but `|`; the value is how they are written."""

    OR = "or"
    AND = "and"
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "div"
    MODULO = "mod"


#: How tightly an operator binds, loosest first.
PRECEDENCE: Final[dict[Operator, int]] = {
    Operator.OR: 1,
    Operator.AND: 2,
    Operator.EQUAL: 3,
    Operator.NOT_EQUAL: 3,
    Operator.LESS: 4,
    Operator.LESS_EQUAL: 4,
    Operator.GREATER: 4,
    Operator.GREATER_EQUAL: 4,
    Operator.ADD: 5,
    Operator.SUBTRACT: 5,
    Operator.MULTIPLY: 6,
    Operator.DIVIDE: 6,
    Operator.MODULO: 6,
}


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one precedence in a row, applied from the left: a - b + c.

    A row instead of nested pairs keeps long sums and conditions from nesting deeply.
    """

    first: "Syntax"
    rest: "tuple[tuple[Operator, Syntax], ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Negation:
    """Unary minus, `count` times."""

    operand: "Syntax"
    count: int
    span: Span


@dataclass(frozen=True, slots=True)
class Union:
    """Paths joined by `|`."""

    parts: "tuple[Syntax, ...]"
    span: Span


Syntax = Literal | Call | Path | Chain | Negation | Union


def parts(syntax: Syntax) -> Iterator[Syntax]:
    """The expressions directly inside another one, predicates included."""
    match syntax:
        case Literal():
            return
        case Call(arguments=arguments):
            yield from arguments
        case Chain(first=first, rest=rest):
            yield first
            yield from (operand for _operator, operand in rest)
        case Negation(operand=operand):
            yield operand
        case Union(parts=members):
            yield from members
        case Path(start=start, predicates=predicates, steps=steps):
            if not isinstance(start, PathStart):
                yield start
            yield from predicates
            for step in steps:
                yield from step.predicates


def walk(syntax: Syntax) -> Iterator[Syntax]:
    """The expression and everything inside it."""
    todo = [syntax]
    while todo:
        current = todo.pop()
        yield current
        todo.extend(parts(current))
