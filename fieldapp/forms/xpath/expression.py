"""Compiled expressions: evaluation, and what dependency analysis needs to know. Pure library layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, Flag, auto

from fieldapp.forms.tree import Node
from fieldapp.forms.xpath.host import Host
from fieldapp.forms.xpath.syntax import Syntax
from fieldapp.forms.xpath.values import Value


class Origin(Enum):
    """Where a reference starts."""

    CONTEXT = "context"
    """The node that the expression is evaluated for (also through current())."""
    ROOT = "root"
    """The document of that node: an absolute path."""
    INSTANCE = "instance"
    """The document of instance(id)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A set of nodes that an expression reads, with predicates taken away.

    `steps` are local names, `..`, `*`, `@name`, `@*` and `**` (anything at or below, and more: an axis
    beside the family line). A predicate's paths are given from the outer origin: `../m[age > 3]/x` reads
    `../m/age` and `../m/x`. `predicated`: at least one step on the way is filtered.
    """

    origin: Origin
    steps: tuple[str, ...]
    instance: str | None = None
    """The id of instance(); None where the id is not a constant, or for other origins."""
    predicated: bool = False


class Trait(Flag):
    """What else a value may depend on than the nodes referred to."""

    NONE = 0
    TIME = auto()
    """now(), today(): another value at another time."""
    RANDOM = auto()
    """random(), uuid(), randomize() without seed: another value at every evaluation."""
    POSITION = auto()
    """position(node): changes when repeat instances come and go."""
    LANGUAGE = auto()
    """jr:itext, jr:choice-name, format-date: another text in another form language."""
    OWN_VALUE = auto()
    """once(): reads the value of the context node."""
    CHOICES = auto()
    """jr:choice-name: reads the choices of a question."""


class Expression:
    """A compiled expression; immutable, made by `compile`, shared freely."""

    source: str
    syntax: Syntax
    references: tuple[Reference, ...]
    functions: frozenset[str]
    traits: Trait
    is_path: bool
    """A bare path or union: as a condition it is true when nodes exist, whatever they hold."""
    is_constant: bool

    def evaluate(
        self, node: Node, host: Host, position: int = 1, size: int = 1, *, origin: Node | None = None
    ) -> Value:
        """The value of the expression for a context node.

        Args:
            position: what position() answers outside predicates, from 1.
            size: what last() answers there.
            origin: what current() answers, and whose document absolute paths start at; the context node
                where it is None. Differs for labels and values of an itemset's nodes.

        Raises:
            EvaluationError: with a code of errors.MESSAGES.
        """
        raise NotImplementedError


def compile(text: str, namespaces: Mapping[str, str] | None = None) -> Expression:
    """Compile an expression; the same text with the same namespaces is compiled once.

    Args:
        text: the expression.
        namespaces: prefixes that names may use. `jr`, `orx`, `odk`, `h`, `xml` are known besides.

    Raises:
        ExpressionError: with a code of errors.MESSAGES, and facts expression, start, end.
    """
    raise NotImplementedError
