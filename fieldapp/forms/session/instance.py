"""The live record: nodes with their state, and frames that find them without searching. Pure library layer.

A frame is the record itself or one instance of a repeat. It knows its nodes by specification and the
ranges of the repeats inside it, so that "the node of this specification that goes with that one" is a walk
over repeats only, whatever the size of the groups.
"""

from collections.abc import Iterator
from typing import Final

from fieldapp.forms.definition.model import FormDefinition, NodeSpec
from fieldapp.forms.errors import FormError
from fieldapp.forms.tree import Document, Node

MAX_INSTANCES: Final = 2_000
"""Instances of one repeat in one place."""
MAX_NODES: Final = 100_000
"""Elements and attributes of one record: repeats in repeats multiply."""


class State:
    """What a session knows of a node besides its value and whether it is relevant.

    Attributes:
        own_relevant, own_readonly: what its own bind says; what is inherited comes on top.
        satisfied: its constraint holds (also where there is none, or nothing to check).
        items: values and nodes of its choices, None until asked for.
    """

    __slots__ = ("frame", "items", "own_readonly", "own_relevant", "required", "satisfied", "spec")

    def __init__(self, spec: NodeSpec, frame: "Frame") -> None:
        self.spec: Final = spec
        self.frame: Final = frame
        self.own_relevant = True
        self.own_readonly = False
        self.required = False
        self.satisfied = True
        self.items: object = None


class Frame:
    """The record, or one instance of a repeat.

    Attributes:
        is_initial: was there when the session began, not added since.
        is_present: is part of the record, not removed from it.
    """

    __slots__ = ("is_initial", "is_present", "node", "nodes", "parent", "ranges", "spec")

    def __init__(self, spec: NodeSpec, node: Node, parent: "Frame | None") -> None:
        self.spec: Final = spec
        self.node: Final = node
        self.parent: Final = parent
        self.nodes: Final[dict[NodeSpec, Node]] = {}
        self.ranges: Final[dict[NodeSpec, Range]] = {}
        self.is_initial = False
        self.is_present = True

    @property
    def depth(self) -> int:
        """How many repeat instances it is in, itself included."""
        return len(self.spec.repeats)

    def at_depth(self, depth: int) -> "Frame":
        """The frame around it (or itself) that is in `depth` repeat instances."""
        frame = self
        while frame.depth > depth and frame.parent is not None:
            frame = frame.parent
        return frame

    def walk(self) -> "Iterator[Frame]":
        """It and all instances of repeats inside it."""
        todo = [self]
        while todo:
            frame = todo.pop()
            yield frame
            for range in frame.ranges.values():
                todo.extend(reversed(range.frames))

    def all_nodes(self) -> Iterator[Node]:
        """Its nodes and those of all instances inside it, ranges' anchors included."""
        for frame in self.walk():
            yield from frame.nodes.values()
            for range in frame.ranges.values():
                yield range.anchor


class Range:
    """The instances of one repeat in one place.

    Attributes:
        anchor: a node that stands for "an instance here" where none is: counts and the relevance of the
            repeat as a whole are worked out for it. It has a parent, which does not have it as a child.
    """

    __slots__ = ("anchor", "frame", "frames", "owner", "spec")

    def __init__(self, spec: NodeSpec, frame: Frame, owner: Node, anchor: Node) -> None:
        self.spec: Final = spec
        self.frame: Final = frame
        self.owner: Final = owner
        self.anchor: Final = anchor
        self.frames: Final[list[Frame]] = []


def state(node: Node) -> State:
    """The state of a node of the record."""
    found = node.state
    assert isinstance(found, State)
    return found


class Instance:
    """The record: its document, its frames, finding nodes and references."""

    def __init__(self, definition: FormDefinition, root: Node) -> None:
        self.definition: Final = definition
        self.document: Final = Document(root)
        self._size = 0
        self.root: Final = self._frame(definition.root, root, None)

    # -- building ---------------------------------------------------------------------------------

    def _frame(self, spec: NodeSpec, node: Node, parent: Frame | None) -> Frame:
        """Give every node its state; `node` is the record's root or an instance of a repeat."""
        frame = Frame(spec, node, parent)
        todo: list[tuple[NodeSpec, Node]] = [(spec, node)]
        while todo:
            one, element = todo.pop()
            self._size += 1 + len(one.attributes)
            element.state = State(one, frame)
            frame.nodes.setdefault(one, element)
            self._attributes(one, element, frame)
            by_name = {child.qualified_name: child for child in one.children}
            inner: dict[NodeSpec, list[Node]] = {child: [] for child in one.children if child.is_repeat}
            for child in element.children:
                child_spec = by_name.get(child.qualified_name)
                if child_spec is None:
                    continue  # a deprecatedID: kept and sent, but the form has no place for it
                if child_spec.is_repeat:
                    inner[child_spec].append(child)
                else:
                    todo.append((child_spec, child))
            for repeat, elements in inner.items():
                range = self._range(repeat, frame, element)
                range.frames.extend(self._frame(repeat, each, frame) for each in elements)
        return frame

    def _attributes(self, spec: NodeSpec, element: Node, frame: Frame) -> None:
        if not spec.attributes:
            return
        by_name = {one.qualified_name: one for one in spec.attributes}
        for attribute in element.attributes:
            attribute_spec = by_name[attribute.qualified_name]
            attribute.state = State(attribute_spec, frame)
            frame.nodes.setdefault(attribute_spec, attribute)

    def _range(self, spec: NodeSpec, frame: Frame, owner: Node) -> Range:
        anchor = self.definition.templates[spec].copy()
        anchor.parent = owner
        anchor.state = State(spec, frame)
        range = Range(spec, frame, owner, anchor)
        frame.ranges[spec] = range
        return range

    # -- instances of repeats ---------------------------------------------------------------------

    def new_frame(self, range: Range) -> Frame:
        """A new instance, not yet in its place."""
        if len(range.frames) >= MAX_INSTANCES:
            raise FormError("repeat_limit", reference=range.spec.path, limit=MAX_INSTANCES)
        if self._size > MAX_NODES:
            # Instances that were removed since still count: look again before refusing.
            self._size = sum(1 for _ in self.root.all_nodes())
        if self._size > MAX_NODES:
            raise FormError("repeat_limit", reference=range.spec.path, limit=MAX_NODES)
        node = self.definition.templates[range.spec].copy()
        return self._frame(range.spec, node, range.frame)

    def insert(self, range: Range, index: int, frame: Frame) -> None:
        """Put an instance into its place, 0 being the first."""
        range.owner.insert(self._child_index(range, index), frame.node)
        range.frames.insert(index, frame)
        for one in frame.walk():
            one.is_present = True

    def remove(self, range: Range, index: int) -> Frame:
        """Take an instance out; answers it."""
        frame = range.frames.pop(index)
        range.owner.remove(frame.node)
        for one in frame.walk():
            one.is_present = False
        return frame

    def _child_index(self, range: Range, index: int) -> int:
        children = range.owner.children
        if index < len(range.frames):
            before = range.frames[index].node
            return next(at for at, child in enumerate(children) if child is before)
        if range.frames:
            # From the end: adding the last of many instances is the common case.
            after = range.frames[-1].node
            from_end = next(n for n, child in enumerate(reversed(children)) if child is after)
            return len(children) - from_end
        # Empty: after everything that the form puts before the repeat.
        order = state(range.owner).spec.children
        earlier = set(order[: order.index(range.spec)])
        return sum(1 for child in children if state(child).spec in earlier)

    # -- finding ----------------------------------------------------------------------------------

    def frames_below(self, frame: Frame, spec: NodeSpec) -> list[Frame]:
        """The frames inside `frame` in which nodes of a specification live."""
        frames = [frame]
        for repeat in spec.repeats[frame.depth :]:
            frames = [inner for one in frames for inner in one.ranges[repeat].frames]
        return frames

    def ranges_below(self, frame: Frame, repeat: NodeSpec) -> list[Range]:
        """The ranges of a repeat inside `frame`."""
        frames = [frame]
        for outer in repeat.repeats[frame.depth : -1]:
            frames = [inner for one in frames for inner in one.ranges[outer].frames]
        return [one.ranges[repeat] for one in frames]

    def nodes_below(self, frame: Frame, spec: NodeSpec) -> list[Node]:
        """The nodes of a specification inside `frame`; of a repeat also the anchors."""
        if not spec.is_repeat:
            return [one.nodes[spec] for one in self.frames_below(frame, spec) if spec in one.nodes]
        if frame.depth >= len(spec.repeats):
            return [frame.node]
        return [
            node
            for range in self.ranges_below(frame, spec)
            for node in (*(one.node for one in range.frames), range.anchor)
        ]

    def range_of(self, frame: Frame) -> Range:
        """The range that an instance of a repeat belongs to."""
        assert frame.parent is not None
        return frame.parent.ranges[frame.spec]

    def reference(self, node: Node) -> str:
        """Where a node is: /data/member[2]/age."""
        node_state = state(node)
        spec, frame = node_state.spec, node_state.frame
        if not spec.repeats:
            return spec.path
        positions: dict[NodeSpec, int] = {}
        one: Frame | None = frame
        while one is not None and one.parent is not None:
            frames = one.parent.ranges[one.spec].frames
            positions[one.spec] = next((i for i, each in enumerate(frames, 1) if each is one), 0)
            one = one.parent
        return _numbered(spec, positions)

    def reference_below(self, frame: Frame, spec: NodeSpec) -> str:
        """The reference that a node of a specification has (or would have) in a frame."""
        prefix = self.reference(frame.node)
        return prefix + spec.path[len(frame.spec.path) :]

    def find(self, reference: str) -> Node | Range | None:
        """The node or repeat at a reference, or None."""
        path, positions = _split(reference)
        spec = self.definition.nodes.get(path)
        if spec is None:
            return None
        frame = self.root
        for repeat in spec.repeats:
            range = frame.ranges[repeat]
            position = positions.get(repeat.path)
            if repeat is spec and position is None:
                return range
            index = 0 if position is None else position - 1
            if not 0 <= index < len(range.frames):
                return None
            frame = range.frames[index]
        return frame.nodes.get(spec)


def _numbered(spec: NodeSpec, positions: dict[NodeSpec, int]) -> str:
    steps: list[str] = []
    one: NodeSpec | None = spec
    while one is not None:
        step = f"@{one.qualified_name}" if one.is_attribute else one.qualified_name
        position = positions.get(one)
        steps.append(f"{step}[{position}]" if position else step)
        one = one.parent
    return "/" + "/".join(reversed(steps))


def _split(reference: str) -> tuple[str, dict[str, int]]:
    """The generic path of a reference, and the positions in it by the generic path they stand at."""
    positions: dict[str, int] = {}
    path = ""
    for step in reference.partition("#")[0].strip("/").split("/"):
        name, bracket, number = step.partition("[")
        path = f"{path}/{name}"
        if bracket and number.endswith("]") and number[:-1].isdecimal():
            positions[path] = int(number[:-1])
    return path, positions
