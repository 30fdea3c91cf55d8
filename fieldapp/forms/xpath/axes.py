"""The thirteen axes and the node tests. Pure library layer."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from fieldapp.forms.tree import Kind, Node
from fieldapp.forms.xpath.syntax import Axis, KindTest, NameTest, NodeType

#: Stands for "whatever the namespace" where a namespace is expected.
ANY_NAMESPACE: Final = "*"

Test = Callable[[Node], bool]


def child(node: Node) -> Iterable[Node]:
    """The children; of an element without child nodes its text."""
    if node.children:
        return node.children
    text = node.text_child()
    return () if text is None else (text,)


def descendant(node: Node) -> Iterator[Node]:
    """Everything below, in document order."""
    stack = list(reversed(list(child(node))))
    while stack:
        current = stack.pop()
        yield current
        if current.children:
            stack.extend(reversed(current.children))
        elif (text := current.text_child()) is not None:
            yield text


def descendant_or_self(node: Node) -> Iterator[Node]:
    """The node and everything below, in document order."""
    yield node
    yield from descendant(node)


def ancestor(node: Node) -> Iterator[Node]:
    """From the parent up to the document."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def ancestor_or_self(node: Node) -> Iterator[Node]:
    """From the node up to the document."""
    yield node
    yield from ancestor(node)


def following_sibling(node: Node) -> Iterable[Node]:
    """The later children of the same parent."""
    siblings, place = _place(node)
    return siblings[place + 1 :]


def preceding_sibling(node: Node) -> Iterable[Node]:
    """The earlier children of the same parent, nearest first."""
    siblings, place = _place(node)
    return siblings[:place][::-1]


def following(node: Node) -> Iterator[Node]:
    """Everything after the node in document order, what is below it excepted."""
    if node.kind in _OWNED:
        # An attribute stands before its element's content.
        assert node.parent is not None
        yield from descendant(node.parent)
        node = node.parent
    for current in ancestor_or_self(node):
        for sibling in following_sibling(current):
            yield from descendant_or_self(sibling)


def preceding(node: Node) -> Iterator[Node]:
    """Everything before the node, nearest first, ancestors excepted."""
    if node.kind in _OWNED:
        assert node.parent is not None
        node = node.parent
    for current in ancestor_or_self(node):
        for sibling in preceding_sibling(current):
            yield from reversed(list(descendant_or_self(sibling)))


_OWNED: Final = frozenset({Kind.ATTRIBUTE, Kind.NAMESPACE})


def _place(node: Node) -> tuple[tuple[Node, ...], int]:
    parent = node.parent
    if parent is None or node.kind in _OWNED or not parent.children:
        return (), 0
    siblings = tuple(parent.children)
    return siblings, next(index for index, other in enumerate(siblings) if other is node)


AXES: Final[dict[Axis, Callable[[Node], Iterable[Node]]]] = {
    Axis.ANCESTOR: ancestor,
    Axis.ANCESTOR_OR_SELF: ancestor_or_self,
    Axis.ATTRIBUTE: lambda node: node.attributes,
    Axis.CHILD: child,
    Axis.DESCENDANT: descendant,
    Axis.DESCENDANT_OR_SELF: descendant_or_self,
    Axis.FOLLOWING: following,
    Axis.FOLLOWING_SIBLING: following_sibling,
    Axis.NAMESPACE: lambda node: node.namespace_nodes(),
    Axis.PARENT: lambda node: () if node.parent is None else (node.parent,),
    Axis.PRECEDING: preceding,
    Axis.PRECEDING_SIBLING: preceding_sibling,
    Axis.SELF: lambda node: (node,),
}

# The kind of node that names and * stand for on an axis; elements but for two axes.
_PRINCIPAL: Final = {Axis.ATTRIBUTE: Kind.ATTRIBUTE, Axis.NAMESPACE: Kind.NAMESPACE}

_KINDS: Final = {
    NodeType.TEXT: Kind.TEXT,
    NodeType.COMMENT: Kind.COMMENT,
    NodeType.PROCESSING_INSTRUCTION: Kind.PROCESSING_INSTRUCTION,
}


def node_test(axis: Axis, test: NameTest | KindTest, namespace: str | None) -> Test | None:
    """The test of a step as a function; None where every node passes.

    Args:
        namespace: what a name test's prefix stands for; None for the name test `*`.
    """
    if isinstance(test, KindTest):
        return _kind_test(test)
    return _name_test(_PRINCIPAL.get(axis, Kind.ELEMENT), test.name, namespace)


def _kind_test(test: KindTest) -> Test | None:
    if test.type is NodeType.NODE:
        return None
    kind, target = _KINDS[test.type], test.target
    if target is None:
        return lambda node: node.kind is kind
    return lambda node: node.kind is kind and node.name == target


def _name_test(kind: Kind, name: str | None, namespace: str | None) -> Test:
    if name is None and namespace is None:
        return lambda node: node.kind is kind
    if name is None:
        return lambda node: node.kind is kind and node.namespace == namespace
    if namespace == ANY_NAMESPACE:
        return lambda node: node.name == name and node.kind is kind
    return lambda node: node.name == name and node.kind is kind and node.namespace == namespace
