"""What an action changed: to tell it, and to take it back exactly. Pure library layer."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Final

from fieldapp.forms.definition.model import NodeSpec
from fieldapp.forms.session.instance import Frame, Instance, Range, State, state
from fieldapp.forms.tree import Node, in_document_order
from fieldapp.forms.view import Changes, Reference


class Aspect(IntEnum):
    """What of a node changed."""

    VALUE = 0
    RELEVANT = 1
    READONLY = 2
    REQUIRED = 3
    VALIDITY = 4
    LABEL = 5
    CHOICES = 6


class Journal:
    """Every change of one action goes through here. `take_back` undoes all of them, last first."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._undo: list[Callable[[], None]] = []
        self.touched: Final[dict[Aspect, dict[Node, None]]] = {aspect: {} for aspect in Aspect}
        self.ranges: Final[dict[Range, None]] = {}

    @property
    def is_empty(self) -> bool:
        """Nothing was changed."""
        return not self._undo

    # -- changing ---------------------------------------------------------------------------------

    def set_value(self, node: Node, value: str) -> None:
        """Another value."""
        old = node.value
        self._undo.append(lambda: setattr(node, "value", old))
        node.value = value
        self.touched[Aspect.VALUE][node] = None

    def set_relevant(self, node: Node, relevant: bool) -> None:
        """Effective relevance."""
        self._undo.append(lambda: setattr(node, "relevant", not relevant))
        node.relevant = relevant
        self.touched[Aspect.RELEVANT][node] = None

    def set_own_relevant(self, node_state: State, relevant: bool) -> None:
        """Relevance as the node's own bind has it."""
        self._undo.append(lambda: setattr(node_state, "own_relevant", not relevant))
        node_state.own_relevant = relevant

    def set_readonly(self, node: Node, readonly: bool) -> None:
        """Read-only as the node's own bind has it; holds for everything below."""
        node_state = state(node)
        self._undo.append(lambda: setattr(node_state, "own_readonly", not readonly))
        node_state.own_readonly = readonly
        self.touched[Aspect.READONLY].update((below, None) for below in node.walk() if below.state)

    def set_required(self, node: Node, required: bool) -> None:
        """Required or not."""
        node_state = state(node)
        self._undo.append(lambda: setattr(node_state, "required", not required))
        node_state.required = required
        self.touched[Aspect.REQUIRED][node] = None
        self.touched[Aspect.VALIDITY][node] = None

    def set_satisfied(self, node: Node, satisfied: bool) -> None:
        """Whether the constraint holds."""
        node_state = state(node)
        self._undo.append(lambda: setattr(node_state, "satisfied", not satisfied))
        node_state.satisfied = satisfied
        self.touched[Aspect.VALIDITY][node] = None

    def touch(self, aspect: Aspect, node: Node) -> None:
        """Something that is worked out when asked for may differ now."""
        self.touched[aspect][node] = None

    def forget_items(self, node: Node) -> None:
        """The choices have to be worked out anew."""
        node_state = state(node)
        node_state.items = None
        self._undo.append(lambda: setattr(node_state, "items", None))
        self.touched[Aspect.CHOICES][node] = None

    def insert(self, range: Range, index: int, frame: Frame) -> None:
        """A new instance of a repeat."""
        self._instance.insert(range, index, frame)
        self._undo.append(lambda: self._remove(range, frame))
        self.ranges[range] = None

    def remove(self, range: Range, index: int) -> None:
        """One instance less."""
        frame = self._instance.remove(range, index)
        self._undo.append(lambda: self._instance.insert(range, index, frame))
        self.ranges[range] = None

    def _remove(self, range: Range, frame: Frame) -> None:
        frames = range.frames
        self._instance.remove(range, len(frames) - 1 if frames[-1] is frame else frames.index(frame))

    # -- afterwards -------------------------------------------------------------------------------

    def take_back(self) -> None:
        """Undo everything."""
        while self._undo:
            self._undo.pop()()

    def changes(self) -> Changes:
        """What changed, as references that are valid now."""
        return Changes(
            values=self._references(Aspect.VALUE),
            relevant=self._references(Aspect.RELEVANT),
            readonly=self._references(Aspect.READONLY),
            required=self._references(Aspect.REQUIRED),
            validity=self._references(Aspect.VALIDITY),
            labels=self._references(Aspect.LABEL),
            choices=self._references(Aspect.CHOICES),
            structure=tuple(
                self._instance.reference_below(range.frame, range.spec)
                for range in self.ranges
                if range.frame.is_present
            ),
        )

    def _references(self, aspect: Aspect) -> tuple[Reference, ...]:
        return references(self._instance, self.touched[aspect])


def references(instance: Instance, nodes: Iterable[Node]) -> tuple[Reference, ...]:
    """References of the nodes that are in the record, in document order; an anchor stands for its repeat."""
    present: list[Node] = []
    repeats: list[tuple[Frame, NodeSpec]] = []
    for node in nodes:
        node_state = state(node)
        if not node_state.frame.is_present:
            continue
        if node_state.spec.is_repeat and node_state.frame.spec is not node_state.spec:
            repeats.append((node_state.frame, node_state.spec))
        else:
            present.append(node)
    found = [instance.reference(node) for node in in_document_order(present)]
    found += [instance.reference_below(frame, spec) for frame, spec in repeats]
    return tuple(found)


def merged(changes: list[Changes]) -> Changes:
    """Several changes as one, each reference once."""
    return Changes(
        **{
            name: tuple(dict.fromkeys(one for change in changes for one in getattr(change, name)))
            for name in Changes.__slots__
        }
    )
