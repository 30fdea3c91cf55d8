"""Compiled expressions: evaluation, and what dependency analysis needs to know. Pure library layer."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Final

from fieldapp.forms.errors import EvaluationError, ExpressionError
from fieldapp.forms.tree import Node
from fieldapp.forms.xpath import references
from fieldapp.forms.xpath.code import Code
from fieldapp.forms.xpath.compiler import Compiler
from fieldapp.forms.xpath.context import Budget, Context
from fieldapp.forms.xpath.functions.declaration import Trait
from fieldapp.forms.xpath.host import Host
from fieldapp.forms.xpath.parser import MAX_DEPTH, parse
from fieldapp.forms.xpath.syntax import Path, Syntax, Union
from fieldapp.forms.xpath.values import Value


class Expression:
    """A compiled expression; never changes, made by `compile`, shared freely."""

    def __init__(
        self, source: str, syntax: Syntax, code: Code, problems: tuple[ExpressionError, ...] = ()
    ) -> None:
        self.source: Final = source
        self.syntax: Final = syntax
        self.problems: Final = problems
        """Calls of functions that do not exist or take other arguments: evaluating them fails."""
        self._code: Final = code

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

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
        try:
            return self._code.run(Context(node, position, size, origin or node, host, Budget()))
        except RecursionError:
            # The caller's own stack was nearly full: nesting alone is bounded when parsing.
            raise EvaluationError("expression_too_deep", limit=MAX_DEPTH) from None

    @cached_property
    def references(self) -> tuple[references.Reference, ...]:
        """The nodes it reads, without repetition."""
        return references.references(self.syntax)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The names of the functions it uses."""
        return references.functions(self.syntax)

    @cached_property
    def traits(self) -> Trait:
        """What else its value may depend on."""
        return references.traits(self.syntax)

    @property
    def is_path(self) -> bool:
        """A bare path or union: as a condition it is true when nodes exist, whatever they hold."""
        return isinstance(self.syntax, Path | Union)

    @property
    def is_constant(self) -> bool:
        """Its value is the same whatever the context."""
        return self._code.value is not None


def compile(text: str, namespaces: Mapping[str, str] | None = None) -> Expression:
    """Compile an expression; the same text with the same namespaces is compiled once.

    Args:
        text: the expression.
        namespaces: prefixes that names may use; those of ODK are known besides. '' is for names without
            prefix: a namespace, or ANY_NAMESPACE for forms, where they mean a name in any namespace.
            Without it they are names in no namespace, as XPath 1.0 says.

    Raises:
        ExpressionError: with a code of errors.MESSAGES and the facts expression, start and end (offsets).
    """
    return _compile(text, tuple(sorted((namespaces or {}).items())))


@lru_cache(maxsize=4096)
def _compile(text: str, namespaces: tuple[tuple[str, str], ...]) -> Expression:
    try:
        syntax, compiler = parse(text), Compiler(dict(namespaces))
        code = compiler.code(syntax)
        return Expression(text, syntax, code, tuple(_placed(one, text) for one in compiler.problems))
    except ExpressionError as error:
        raise _placed(error, text) from None
    except RecursionError:
        raise ExpressionError(
            "expression_too_deep", expression=text[:200], limit=MAX_DEPTH, start=0, end=len(text)
        ) from None


def _placed(error: ExpressionError, text: str) -> ExpressionError:
    """The error with the expression it is about, and where in it."""
    return ExpressionError(error.code, expression=text[:200], **{"start": 0, "end": len(text), **error.facts})
