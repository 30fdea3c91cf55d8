"""Syntax trees to closures over the context. Pure library layer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final, NoReturn

from fieldapp.forms.errors import EvaluationError, ExpressionError, Fact
from fieldapp.forms.tree import XML_NAMESPACE, Kind, Node, in_document_order
from fieldapp.forms.xpath.code import (
    Code,
    applied,
    arithmetic,
    as_boolean,
    as_number,
    as_string,
    checked_nodes,
    comparison,
    constant,
)
from fieldapp.forms.xpath.comparison import ARITHMETIC, COMPARISON, index_key
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions import FUNCTIONS, function_for
from fieldapp.forms.xpath.functions.declaration import Function, Type
from fieldapp.forms.xpath.lookup import OWN_TEXT, Column, Group, find, indexable
from fieldapp.forms.xpath.paths import CompiledStep, Filter, Nodes, Run, last, path, predicate, step
from fieldapp.forms.xpath.references import reads_context
from fieldapp.forms.xpath.syntax import (
    Axis,
    Call,
    Chain,
    KindTest,
    Literal,
    NameTest,
    Negation,
    NodeType,
    Operator,
    Path,
    PathStart,
    Span,
    Step,
    Syntax,
    Union,
    walk,
)

#: Prefixes that forms use by custom, whether declared or not.
KNOWN_PREFIXES: Final[dict[str, str]] = {
    "entities": "http://www.opendatakit.org/xforms/entities",
    "h": "http://www.w3.org/1999/xhtml",
    "jr": "http://openrosa.org/javarosa",
    "odk": "http://www.opendatakit.org/xforms",
    "orx": "http://openrosa.org/xforms",
    "xml": XML_NAMESPACE,
}


_CONSTANTS: Final[dict[str, bool]] = {"true": True, "false": False}


class Compiler:
    """Compiles the parts of one expression.

    Attributes:
        problems: calls that no function answers. They fail when they are evaluated: a branch that is never
            taken may hold one, as in the other evaluators; who reads a definition refuses them at once.
    """

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces
        self.problems: list[ExpressionError] = []

    def code(self, syntax: Syntax) -> Code:
        """The code of an expression; ExpressionError for what cannot be compiled."""
        match syntax:
            case Literal(value=value):
                return constant(value)
            case Path():
                return self._path(syntax)
            case Call():
                return self._call(syntax)
            case Chain():
                return self._chain(syntax)
            case Negation():
                return self._negation(syntax)
            case Union():
                return self._union(syntax)

    # -- operators --------------------------------------------------------------------------------

    def _chain(self, chain: Chain) -> Code:
        operator = chain.rest[0][0]
        if operator in (Operator.AND, Operator.OR):
            return self._logic(operator, [self.code(part) for part in (chain.first, *_operands(chain))])
        first = self.code(chain.first)
        rest = [(each, self.code(operand)) for each, operand in chain.rest]
        return comparison(first, rest) if operator in COMPARISON else arithmetic(first, rest)

    def _logic(self, operator: Operator, codes: list[Code]) -> Code:
        conditions = [as_boolean(code) for code in codes]
        wanted = operator is Operator.OR
        if len(conditions) == 2:
            one, other = conditions
            if wanted:
                return Code(lambda context: one(context) or other(context), Type.BOOLEAN)
            return Code(lambda context: one(context) and other(context), Type.BOOLEAN)

        def run(context: Context) -> bool:
            for condition in conditions:
                if condition(context) is wanted:
                    return wanted
            return not wanted

        return Code(run, Type.BOOLEAN)

    def _negation(self, negation: Negation) -> Code:
        operand = self.code(negation.operand)
        number = as_number(operand)
        sign = -1.0 if negation.count % 2 else 1.0
        if isinstance(operand.value, float):
            return constant(sign * operand.value)
        return Code(lambda context: sign * number(context), Type.NUMBER)

    def _union(self, union: Union) -> Code:
        members = [self._nodes(part) for part in union.parts]
        return Code(
            lambda context: in_document_order([node for member in members for node in member(context)]),
            Type.NODES,
        )

    # -- functions --------------------------------------------------------------------------------

    def _call(self, call: Call) -> Code:
        count = len(call.arguments)
        declared = function_for(call.name, count)
        if declared is None:
            return self._unanswered(call)
        _check_literals(call, declared)
        if call.name in _CONSTANTS:
            return constant(_CONSTANTS[call.name])
        arguments = [
            self._argument(call, index, kind) for index, kind in enumerate(declared.signature.types(count))
        ]
        return Code(applied(declared, arguments), declared.result)

    def _unanswered(self, call: Call) -> Code:
        known = FUNCTIONS.get(call.name)
        code = "function_unknown" if known is None else "function_arity"
        facts: dict[str, Fact] = {"function": call.name}
        if known is not None:
            facts |= {"expected": known.signature.expected(), "count": len(call.arguments)}
        self.problems.append(ExpressionError(code, **facts, **_facts(call.span)))

        def fail(_: Context) -> NoReturn:
            raise EvaluationError(code, **facts)

        return Code(fail, Type.ANY)

    def _argument(self, call: Call, index: int, kind: Type) -> Run:
        code = self.code(call.arguments[index])
        match kind:
            case Type.ANY:
                return code.run
            case Type.STRING:
                return as_string(code)
            case Type.NUMBER:
                return as_number(code)
            case Type.BOOLEAN:
                return as_boolean(code)
            case Type.NODES:
                span = _facts(call.arguments[index].span)
                facts: dict[str, str | int] = {"function": call.name, "argument": index + 1}
                if code.type not in (Type.NODES, Type.ANY):
                    raise ExpressionError("function_needs_nodes", **facts, **span)
                return checked_nodes(code, "function_needs_nodes", facts)

    # -- paths ------------------------------------------------------------------------------------

    def _nodes(self, syntax: Syntax) -> Nodes:
        """The code of an expression that must lead to nodes."""
        code = self.code(syntax)
        if code.type not in (Type.NODES, Type.ANY):
            raise ExpressionError("expression_needs_nodes", **_facts(syntax.span))
        return checked_nodes(code, "expression_needs_nodes", {"start": syntax.span.start})

    def _path(self, syntax: Path) -> Code:
        start, single = self._start(syntax)
        steps = tuple(self._step(each) for each in _joined(syntax.steps))
        return Code(path(start, steps, single=single), Type.NODES)

    def _start(self, syntax: Path) -> tuple[Nodes, bool]:
        """Where a path starts, its own predicates applied; whether that is one node at most."""
        match syntax.start:
            case PathStart.CONTEXT:
                return (lambda context: [context.node]), True
            case PathStart.ROOT:
                return (lambda context: [context.origin.root]), True
            case start:
                nodes = self._nodes(start)
                filters = [self._predicate(each) for each in syntax.predicates]
                single = isinstance(start, Call) and start.name in ("current", "instance")
                return (_filtered(nodes, filters) if filters else nodes), single

    def _step(self, syntax: Step) -> CompiledStep:
        namespace = self._namespace(syntax)
        filters = tuple(self._predicate(each) for each in syntax.predicates)
        compiled = step(syntax, namespace, filters)
        indexed = self._indexed(syntax, namespace, filters)
        return compiled if indexed is None else replace(compiled, take=indexed(compiled))

    def _namespace(self, syntax: Step) -> str | None:
        test = syntax.test
        if isinstance(test, KindTest) or test.prefix is None:
            return None
        if not test.prefix:
            # Attributes without prefix are in no namespace, whatever the default one.
            return self._namespaces.get("", "") if syntax.axis is not Axis.ATTRIBUTE else ""
        namespace = self._namespaces.get(test.prefix, KNOWN_PREFIXES.get(test.prefix))
        if namespace is None:
            raise ExpressionError("expression_prefix_unknown", prefix=test.prefix, **_facts(syntax.span))
        return namespace

    def _predicate(self, syntax: Syntax) -> Filter:
        if isinstance(syntax, Call) and syntax.name == "last" and not syntax.arguments:
            return last
        code = self.code(syntax)
        return predicate(code.run, code.type, code.value)

    # -- look-ups ---------------------------------------------------------------------------------

    def _indexed(
        self, syntax: Step, namespace: str | None, filters: tuple[Filter, ...]
    ) -> Callable[[CompiledStep], Callable[[Context, Node], list[Node]]] | None:
        """How to take a step `name[column = value]` through an index; None for any other step."""
        if syntax.axis is not Axis.CHILD or not isinstance(syntax.test, NameTest) or not filters:
            return None
        name = syntax.test.name
        if name is None or namespace is None or _positional(syntax.predicates[0]):
            return None
        for condition in _conditions(syntax.predicates[0]):
            found = self._column_and_value(condition)
            if found is not None:
                column, wanted = found
                whole = condition is syntax.predicates[0]
                rest = filters[1:] if whole else filters
                return lambda plain: _through_index(plain, name, namespace, column, wanted, rest)
        return None

    def _column_and_value(self, condition: Syntax) -> tuple[Column, Run] | None:
        if not isinstance(condition, Chain) or len(condition.rest) != 1:
            return None
        operator, right = condition.rest[0]
        if operator is not Operator.EQUAL:
            return None
        for one, other in ((condition.first, right), (right, condition.first)):
            column = self._column(one)
            if column is not None and not reads_context(other):
                return column, self.code(other).run
        return None

    def _column(self, syntax: Syntax) -> Column | None:
        """The column that a path of one step stands for; `.` is the text itself."""
        if not isinstance(syntax, Path) or syntax.start is not PathStart.CONTEXT or len(syntax.steps) != 1:
            return None
        only = syntax.steps[0]
        if only.predicates:
            return None
        if only.axis is Axis.SELF and only.test == KindTest(NodeType.NODE):
            return OWN_TEXT
        namespace = self._namespace(only)
        if not isinstance(only.test, NameTest) or only.test.name is None or namespace is None:
            return None
        kind = {Axis.CHILD: Kind.ELEMENT, Axis.ATTRIBUTE: Kind.ATTRIBUTE}.get(only.axis)
        return None if kind is None else Column(kind, only.test.name, namespace)


def _facts(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _operands(chain: Chain) -> tuple[Syntax, ...]:
    return tuple(operand for _operator, operand in chain.rest)


def _check_literals(call: Call, declared: Function) -> None:
    for index, check in declared.checks:
        argument = call.arguments[index]
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            try:
                check(argument.value)
            except EvaluationError as error:
                raise ExpressionError(error.code, **error.facts, **_facts(argument.span)) from None


def _filtered(nodes: Nodes, filters: list[Filter]) -> Nodes:
    def run(context: Context) -> list[Node]:
        found = nodes(context)
        for keep in filters:
            found = keep(context, found)
        return found

    return run


def _joined(steps: tuple[Step, ...]) -> list[Step]:
    """The steps with `//name` as one step downwards, where no predicate asks for positions."""
    joined: list[Step] = []
    skip = False
    for current, following in pairwise([*steps, None]):
        if skip:
            skip = False
            continue
        assert current is not None
        if following is not None and _is_descent(current) and _can_descend(following):
            joined.append(replace(following, axis=Axis.DESCENDANT))
            skip = True
        else:
            joined.append(current)
    return joined


def _is_descent(current: Step) -> bool:
    return (
        current.axis is Axis.DESCENDANT_OR_SELF
        and current.test == KindTest(NodeType.NODE)
        and not current.predicates
    )


def _can_descend(following: Step) -> bool:
    return following.axis is Axis.CHILD and not any(map(_positional, following.predicates))


def _positional(syntax: Syntax) -> bool:
    """Whether a predicate may depend on positions: by asking for them or by being a number."""
    if any(isinstance(part, Call) and part.name in ("position", "last") for part in walk(syntax)):
        return True
    match syntax:
        case Literal(value=value):
            return isinstance(value, float)
        case Call(name=name):
            return FUNCTIONS[name].result in (Type.NUMBER, Type.ANY) if name in FUNCTIONS else True
        case Chain(rest=rest):
            return rest[0][0] in ARITHMETIC
        case Negation():
            return True
        case _:
            return False


def _conditions(syntax: Syntax) -> tuple[Syntax, ...]:
    """The conditions that must all hold."""
    if isinstance(syntax, Chain) and syntax.rest[0][0] is Operator.AND:
        return (syntax.first, *_operands(syntax))
    return (syntax,)


def _through_index(
    plain: CompiledStep, name: str, namespace: str, column: Column, wanted: Run, rest: tuple[Filter, ...]
) -> Callable[[Context, Node], list[Node]]:
    """A step that asks the index of a document that never changes, and looks at each child elsewhere."""

    def take(context: Context, node: Node) -> list[Node]:
        document = indexable(node)
        if document is None:
            return plain.take(context, node)
        zone = context.host.zone
        key = index_key(wanted(context), zone)
        if key is None:
            return plain.take(context, node)
        nodes = find(document, Group(node, name, namespace, column), key, zone)
        for keep in rest:
            nodes = keep(context, nodes)
        return nodes

    return take
