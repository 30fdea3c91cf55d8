"""Steps, predicates and whole paths as functions of the context. Pure library layer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from fieldapp.forms.tree import Kind, Node, in_document_order
from fieldapp.forms.xpath.axes import ANY_NAMESPACE, AXES, Test, node_test
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Type
from fieldapp.forms.xpath.syntax import REVERSE_AXES, Axis, NameTest, Step
from fieldapp.forms.xpath.values import Value, to_boolean

Run = Callable[[Context], Value]
Nodes = Callable[[Context], list[Node]]
TakeStep = Callable[[Context, Node], list[Node]]
"""From one node, in document order."""
Filter = Callable[[Context, list[Node]], list[Node]]
"""Keeps some of the nodes, which come in the order of their axis."""

# Axes that lead from nodes of one depth, none below another, to nodes in document order.
_LEVEL_AXES: Final = frozenset({Axis.CHILD, Axis.ATTRIBUTE, Axis.SELF})
_WIDE_AXES: Final = frozenset({Axis.DESCENDANT, Axis.DESCENDANT_OR_SELF, Axis.FOLLOWING, Axis.PRECEDING})


# -- predicates -----------------------------------------------------------------------------------


def predicate(run: Run, kind: Type, value: Value | None) -> Filter:
    """A predicate as a filter: a number is a position, anything else a condition.

    Args:
        kind: the type of the predicate, as far as it is known.
        value: its value if it is a constant.
    """
    if isinstance(value, float):
        return _at_position(value)
    if kind is Type.BOOLEAN:
        return _where(run)
    if kind in (Type.STRING, Type.NODES):
        return _where(lambda context: to_boolean(run(context)))
    return _where_or_at(run)


def last(_context: Context, nodes: list[Node]) -> list[Node]:
    """The filter `[last()]`."""
    return nodes[-1:]


def _at_position(position: float) -> Filter:
    place = int(position) - 1 if position >= 1 and position.is_integer() else -1
    return lambda _context, nodes: nodes[place : place + 1] if place >= 0 else []


def _where(run: Run) -> Filter:
    def keep(context: Context, nodes: list[Node]) -> list[Node]:
        context.budget.spend(len(nodes))
        inner = context.inner(len(nodes))
        kept: list[Node] = []
        for position, node in enumerate(nodes, 1):
            inner.node = node
            inner.position = position
            if run(inner):
                kept.append(node)
        return kept

    return keep


def _where_or_at(run: Run) -> Filter:
    def keep(context: Context, nodes: list[Node]) -> list[Node]:
        context.budget.spend(len(nodes))
        inner = context.inner(len(nodes))
        kept: list[Node] = []
        for position, node in enumerate(nodes, 1):
            inner.node = node
            inner.position = position
            value = run(inner)
            if value == position if isinstance(value, float) else to_boolean(value):
                kept.append(node)
        return kept

    return keep


# -- steps ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step: how to take it from one node, and its axis, which decides what many nodes lead to."""

    take: TakeStep
    axis: Axis


def step(syntax: Step, namespace: str | None, filters: tuple[Filter, ...]) -> CompiledStep:
    """A step of a path.

    Args:
        namespace: what the prefix of its name stands for; None where there is no name.
        filters: its predicates.
    """
    test = syntax.test
    if isinstance(test, NameTest) and test.name is not None and namespace is not None and not filters:
        if syntax.axis is Axis.CHILD:
            return CompiledStep(_named_children(test.name, namespace), syntax.axis)
        if syntax.axis is Axis.ATTRIBUTE:
            return CompiledStep(_named_attributes(test.name, namespace), syntax.axis)
    return CompiledStep(_any_step(syntax.axis, node_test(syntax.axis, test, namespace), filters), syntax.axis)


def _named_children(name: str, namespace: str) -> TakeStep:
    element = Kind.ELEMENT
    if namespace == ANY_NAMESPACE:
        return lambda _context, node: [
            child for child in node.children if child.name == name and child.kind is element
        ]
    return lambda _context, node: [
        child
        for child in node.children
        if child.name == name and child.kind is element and child.namespace == namespace
    ]


def _named_attributes(name: str, namespace: str) -> TakeStep:
    return lambda _context, node: [
        attribute
        for attribute in node.attributes
        if attribute.name == name and attribute.namespace == namespace
    ]


def _any_step(axis: Axis, test: Test | None, filters: tuple[Filter, ...]) -> TakeStep:
    along = AXES[axis]
    backwards = axis in REVERSE_AXES
    wide = axis in _WIDE_AXES

    def take(context: Context, node: Node) -> list[Node]:
        candidates: Iterable[Node] = along(node)
        nodes = list(candidates) if test is None else [each for each in candidates if test(each)]
        if wide:
            context.budget.spend(1 + len(nodes))
        for keep in filters:
            nodes = keep(context, nodes)
        if backwards:
            nodes.reverse()
        return nodes

    return take


# -- paths ----------------------------------------------------------------------------------------


def path(start: Nodes, steps: tuple[CompiledStep, ...], *, single: bool) -> Nodes:
    """A path as a function of the context: nodes in document order, those that are not relevant left out.

    Args:
        start: the nodes it begins at.
        single: whether they are always at most one.
    """
    plan: list[tuple[TakeStep, bool]] = []
    level = single
    for each in steps:
        plan.append((each.take, level and each.axis in _LEVEL_AXES))
        level = level and (each.axis in _LEVEL_AXES or each.axis is Axis.PARENT)
    # A node that asks for itself or its parent gets it even where it is not relevant.
    filtered = any(each.axis not in (Axis.SELF, Axis.PARENT) for each in steps)

    def run(context: Context) -> list[Node]:
        nodes = start(context)
        for take, ordered in plan:
            if len(nodes) == 1:
                nodes = take(context, nodes[0])
            elif not nodes:
                return nodes
            else:
                nodes = [found for node in nodes for found in take(context, node)]
                if not ordered:
                    nodes = in_document_order(nodes)
        return [node for node in nodes if node.relevant] if filtered else nodes

    return run
