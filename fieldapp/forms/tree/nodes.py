"""The tree of a form, an answer or a list: nodes and their document order. Pure library layer."""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final

XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"


class Kind(IntEnum):
    """The seven kinds of nodes of the XPath data model."""

    DOCUMENT = 0
    ELEMENT = 1
    ATTRIBUTE = 2
    TEXT = 3
    COMMENT = 4
    PROCESSING_INSTRUCTION = 5
    NAMESPACE = 6


class Node:
    """One node. The text of an element without child nodes is its own `value`; TEXT nodes exist only
    in mixed content.

    `name` is the local name, `prefix` how the document wrote its namespace. `relevant` is the effective
    state (inherited included) and belongs to the session, as does `state`, which the tree never reads.
    Change `children` and `attributes` only through the methods: they keep `parent` and the document
    order right. `value` and `relevant` are plain attributes.
    """

    __slots__ = (
        "_extra", "_order", "attributes", "children", "kind", "name", "namespace", "parent", "prefix",
        "relevant", "state", "value",
    )  # fmt: skip

    def __init__(
        self,
        kind: Kind,
        name: str = "",
        value: str = "",
        *,
        namespace: str = "",
        prefix: str = "",
        parent: "Node | None" = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.prefix = prefix
        self.parent = parent
        self.children: Sequence[Node] = ()
        self.attributes: Sequence[Node] = ()
        self.value = value
        self.relevant = True
        self.state: object = None
        self._order = 0
        self._extra: _Extra | None = None

    def __repr__(self) -> str:
        return f"<{self.kind.name} {self.path}>"

    @property
    def qualified_name(self) -> str:
        """The name as the document wrote it: `prefix:name`."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    @property
    def root(self) -> "Node":
        """The topmost node: the document, unless this tree belongs to none."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    @property
    def path(self) -> str:
        """Where the node is, with positions where a name repeats: /data/member[2]/@id. For messages."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None and node.kind is not Kind.DOCUMENT:
            steps.append(_step(node))
            node = node.parent
        return "/" + "/".join(reversed(steps))

    @property
    def namespaces(self) -> Mapping[str, str]:
        """Prefixes declared on this element itself, '' for the default namespace."""
        return self._extra.declared if self._extra is not None else {}

    def declare(self, prefix: str, namespace: str) -> None:
        """Declare a prefix on this element."""
        self._own_extra().declared[prefix] = namespace

    def prefixes_in_scope(self) -> dict[str, str]:
        """Every prefix that holds here, the nearest declaration first served; `xml` included."""
        scope: dict[str, str] = {}
        node: Node | None = self
        while node is not None:
            for prefix, namespace in node.namespaces.items():
                scope.setdefault(prefix, namespace)
            node = node.parent
        scope["xml"] = XML_NAMESPACE
        return {prefix: namespace for prefix, namespace in scope.items() if namespace}

    # -- reading ----------------------------------------------------------------------------------

    def string_value(self) -> str:
        """The node's text as XPath has it; "" where the node is not relevant."""
        if not self.relevant:
            return ""
        if not self.children:
            return self.value
        parts: list[str] = []
        stack = list(reversed(self.children))
        while stack:
            node = stack.pop()
            if not node.relevant:
                continue
            if node.children:
                stack.extend(reversed(node.children))
            elif node.kind <= Kind.TEXT:
                parts.append(node.value)
        return "".join(parts)

    def attribute(self, name: str, namespace: str = "") -> str | None:
        """The value of an attribute, or None."""
        for attribute in self.attributes:
            if attribute.name == name and attribute.namespace == namespace:
                return attribute.value
        return None

    def elements(self, name: str | None = None, namespace: str | None = None) -> "Iterator[Node]":
        """Child elements, all or those of a name (and a namespace)."""
        for child in self.children:
            if (
                child.kind is Kind.ELEMENT
                and (name is None or child.name == name)
                and (namespace is None or child.namespace == namespace)
            ):
                yield child

    def first(self, name: str, namespace: str | None = None) -> "Node | None":
        """The first child element of a name, or None."""
        return next(self.elements(name, namespace), None)

    def walk(self) -> "Iterator[Node]":
        """This node and everything below it in document order, attributes excepted."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend(reversed(node.children))

    # -- changing ---------------------------------------------------------------------------------

    def append(self, child: "Node") -> "Node":
        """Put a node without parent last among the children; answers it."""
        self._own_children().append(child)
        child.parent = self
        self._changed()
        return child

    def insert(self, index: int, child: "Node") -> "Node":
        """Put a node without parent before the child at `index`; answers it."""
        self._own_children().insert(index, child)
        child.parent = self
        self._changed()
        return child

    def remove(self, child: "Node") -> None:
        """Take a child or an attribute out; it becomes the top of a tree of its own."""
        self._changed()
        siblings = self._own_attributes() if child.kind is Kind.ATTRIBUTE else self._own_children()
        # From the end, where instances of repeats come and go most.
        from_end = next(index for index, node in enumerate(reversed(siblings)) if node is child)
        del siblings[len(siblings) - 1 - from_end]
        child.parent = None

    def set_attribute(self, name: str, value: str, namespace: str = "", prefix: str = "") -> "Node":
        """Set an attribute; answers its node."""
        for attribute in self.attributes:
            if attribute.name == name and attribute.namespace == namespace:
                attribute.value = value
                return attribute
        attribute = Node(Kind.ATTRIBUTE, name, value, namespace=namespace, prefix=prefix, parent=self)
        self._own_attributes().append(attribute)
        self._changed()
        return attribute

    def copy(self) -> "Node":
        """A deep copy without parent, `relevant` as here, `state` empty."""
        top = self._copy_one()
        stack = [(self, top)]
        while stack:
            source, target = stack.pop()
            if source.attributes:
                target.attributes = attributes = [node._copy_one() for node in source.attributes]
                for attribute in attributes:
                    attribute.parent = target
            if source.children:
                target.children = children = [node._copy_one() for node in source.children]
                for old, new in zip(source.children, children, strict=True):
                    new.parent = target
                    if old.children or old.attributes:
                        stack.append((old, new))
        return top

    # -- what XPath asks for ----------------------------------------------------------------------

    def text_child(self) -> "Node | None":
        """The text of an element without child nodes, as the TEXT node that XPath knows."""
        if self.children or not self.value or self.kind is not Kind.ELEMENT:
            return None
        extra = self._own_extra()
        if extra.text is None:
            extra.text = Node(Kind.TEXT, parent=self)
        extra.text.value = self.value
        extra.text.relevant = self.relevant
        return extra.text

    def namespace_nodes(self) -> "Sequence[Node]":
        """The element's namespace nodes, one for each prefix in scope."""
        if self.kind is not Kind.ELEMENT:
            return ()
        extra, scope = self._own_extra(), self.prefixes_in_scope()
        if {node.name: node.value for node in extra.namespaces} != scope:
            extra.namespaces = tuple(
                Node(Kind.NAMESPACE, prefix, namespace, parent=self) for prefix, namespace in scope.items()
            )
        return extra.namespaces

    # -- inside -----------------------------------------------------------------------------------

    def _copy_one(self) -> "Node":
        # Only elements and what hangs on them are ever below a copied node; a document stays a document.
        node = (
            Document()
            if self.kind is Kind.DOCUMENT
            else Node(self.kind, self.name, self.value, namespace=self.namespace, prefix=self.prefix)
        )
        node.relevant = self.relevant
        if self.namespaces:
            node._own_extra().declared.update(self.namespaces)
        return node

    def _own_children(self) -> "list[Node]":
        if not isinstance(self.children, list):
            self.children = []
        return self.children

    def _own_attributes(self) -> "list[Node]":
        if not isinstance(self.attributes, list):
            self.attributes = []
        return self.attributes

    def _own_extra(self) -> "_Extra":
        if self._extra is None:
            self._extra = _Extra()
        return self._extra

    def _changed(self) -> None:
        root = self.root
        if isinstance(root, Document):
            root.version += 1


class _Extra:
    """What few nodes have: declared prefixes, and nodes that only XPath sees."""

    __slots__ = ("declared", "namespaces", "text")

    def __init__(self) -> None:
        self.declared: dict[str, str] = {}
        self.text: Node | None = None
        self.namespaces: tuple[Node, ...] = ()


class Document(Node):
    """The node above the root element.

    `version` grows with every change of structure. A `frozen` document is promised not to change any
    more (a secondary instance): look-ups in it may then be answered from `indexes`.
    """

    __slots__ = ("_ids", "_stamped", "frozen", "indexes", "version")

    def __init__(self, root: Node | None = None) -> None:
        super().__init__(Kind.DOCUMENT)
        self.version = 0
        self.frozen = False
        self.indexes: dict[object, object] = {}
        self._stamped = -1
        self._ids: tuple[int, dict[str, Node]] = (-1, {})
        if root is not None:
            self.append(root)

    @property
    def element(self) -> Node:
        """The root element."""
        return next(self.elements())

    def with_id(self, value: str) -> Node | None:
        """The first element whose `id` or `xml:id` attribute is `value`."""
        version, ids = self._ids
        if version != self.version or not self.frozen:
            ids = _ids_below(self)
            self._ids = (self.version, ids)
        return ids.get(value)

    def stamp(self) -> None:
        """Number the nodes in document order, unless nothing has moved since."""
        if self._stamped != self.version:
            _number(self)
            self._stamped = self.version


def element(name: str, value: str = "", *, namespace: str = "", prefix: str = "") -> Node:
    """A new element without parent."""
    return Node(Kind.ELEMENT, name, value, namespace=namespace, prefix=prefix)


def in_document_order(nodes: "Sequence[Node]") -> "list[Node]":
    """The nodes without repetition, in document order; trees follow each other in the order first met."""
    unique = list(dict.fromkeys(nodes))
    if len(unique) < 2:
        return unique
    trees: dict[Node, int] = {}
    for node in unique:
        root = node.root
        if root not in trees:
            trees[root] = len(trees)
            if isinstance(root, Document):
                root.stamp()
            else:
                _number(root)
    if len(trees) == 1:
        return sorted(unique, key=order_key)
    return sorted(unique, key=lambda node: (trees[node.root], *order_key(node)))


def order_key(node: Node) -> tuple[int, int]:
    """The place of a node in its tree, once the tree is numbered."""
    parent = node.parent
    if parent is None or node.kind in _STAMPED:
        return node._order, 0
    if node.kind is Kind.NAMESPACE:
        return parent._order, 1 + next(i for i, other in enumerate(parent.namespace_nodes()) if other is node)
    if not parent.children:
        # The text of a leaf has no number of its own: it stands after its element and the attributes.
        return parent._order + len(parent.attributes), 1
    return node._order, 0


_STAMPED: Final = frozenset({Kind.ELEMENT, Kind.ATTRIBUTE, Kind.COMMENT, Kind.PROCESSING_INSTRUCTION})


def _number(root: Node) -> None:
    number = 0
    for node in root.walk():
        node._order = number
        number += 1
        for attribute in node.attributes:
            attribute._order = number
            number += 1


def _ids_below(document: Document) -> dict[str, Node]:
    ids: dict[str, Node] = {}
    for node in document.walk():
        for attribute in node.attributes:
            if attribute.name == "id" and attribute.namespace in ("", XML_NAMESPACE):
                ids.setdefault(attribute.value, node)
    return ids


def _step(node: Node) -> str:
    match node.kind:
        case Kind.ATTRIBUTE:
            return f"@{node.qualified_name}"
        case Kind.ELEMENT:
            same = [other for other in node.parent.children if other.name == node.name] if node.parent else []
            if len(same) < 2:
                return node.qualified_name
            return f"{node.qualified_name}[{next(i for i, other in enumerate(same) if other is node) + 1}]"
        case _:
            return f"{node.kind.name.lower().replace('_', '-')}()"
