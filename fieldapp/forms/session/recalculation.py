"""Keeps everything worked out: after a change only what depends on it, in the order of ranks.

Pure library layer. All changes go through the journal of the action that is under way.
"""

import heapq
import math
from collections.abc import Callable
from enum import Enum
from typing import Final

from fieldapp.forms.definition.model import (
    Computation,
    ComputationKind,
    FormDefinition,
    NodeSpec,
)
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.choices import Choices
from fieldapp.forms.session.codecs import stored
from fieldapp.forms.session.host import SessionHost
from fieldapp.forms.session.instance import (
    MAX_INSTANCES,
    Frame,
    Instance,
    Range,
    State,
    state,
)
from fieldapp.forms.session.journal import Aspect, Journal
from fieldapp.forms.tree import Node, in_document_order
from fieldapp.forms.view import Control

_WHEN_RELEVANT: Final = frozenset(
    {ComputationKind.CALCULATE, ComputationKind.ITEMS, ComputationKind.CONSTRAINT, ComputationKind.COUNT}
)
_MIN_EVALUATIONS: Final = 500_000
_EVALUATIONS_PER_NODE: Final = 200
_MIN_CIRCLE: Final = 1_000


class Opening(Enum):
    """How a record is opened, and so what is worked out first.

    RESUME leaves values of calculates alone that a person could have overwritten; READ all values.
    """

    NEW = "new"
    RESUME = "resume"
    READ = "read"


class Recalculation:
    """Works out counts, relevance, calculates, choices and conditions of a record.

    Attributes:
        journal: of the action under way.
        value_changed: told of every node whose value changes.
        frame_added: told of every new instance of a repeat.
    """

    def __init__(
        self, definition: FormDefinition, instance: Instance, host: SessionHost, choices: Choices
    ) -> None:
        self._instance = instance
        self._host = host
        self._choices = choices
        self.journal = Journal(instance)
        self.value_changed: Callable[[Node], None] = lambda _node: None
        self.frame_added: Callable[[Frame], None] = lambda _frame: None
        self._computations = definition.computations
        self._pending: dict[int, dict[Node, None]] = {}
        self._ranks: list[int] = []
        self._settled: set[tuple[Computation, Node]] = set()
        self._circles: dict[Computation, int] = {}
        self._evaluations = 0
        self._limit = _MIN_EVALUATIONS
        self._opening = Opening.NEW
        self._inner_repeats: dict[NodeSpec, tuple[NodeSpec, ...]] = {}
        self._checks: dict[NodeSpec, tuple[Computation, ...]] = {}
        for spec in definition.nodes.values():
            repeats = tuple(child for child in spec.children if child.is_repeat)
            if repeats:
                self._inner_repeats[spec] = repeats
            checks = tuple(one for one in spec.computations if one.kind is ComputationKind.CONSTRAINT)
            if checks:
                self._checks[spec] = checks
        self._run: Final[dict[ComputationKind, Callable[[Computation, Node, State], None]]] = {
            ComputationKind.COUNT: self._count,
            ComputationKind.RELEVANT: self._relevant,
            ComputationKind.CALCULATE: self._calculate,
            ComputationKind.ITEMS: self._items,
            ComputationKind.READONLY: self._readonly,
            ComputationKind.REQUIRED: self._required,
            ComputationKind.CONSTRAINT: self._constraint,
            ComputationKind.LABEL: self._label,
            ComputationKind.CHOICE_LABELS: self._choice_labels,
        }

    # -- what an action may do --------------------------------------------------------------------

    def begin(self) -> Journal:
        """Start an action; its changes are written into the journal that is answered."""
        self.journal = Journal(self._instance)
        self._settled.clear()
        self._circles.clear()
        self._evaluations = 0
        self._limit = _MIN_EVALUATIONS
        return self.journal

    def abandon(self) -> None:
        """Take the action back and forget what was still to be worked out."""
        self.journal.take_back()
        self._pending.clear()
        self._ranks.clear()

    def work_out_all(self, opening: "Opening") -> None:
        """Everything, as after opening."""
        self._opening = opening
        for computation in self._computations:
            nodes = self._instance.nodes_below(self._instance.root, computation.spec)
            for node in nodes:
                self._push(computation, node)
        self.settle()
        self._opening = Opening.NEW

    def set_value(self, node: Node, value: str) -> None:
        """Another value, and everything that follows from it is due."""
        if value == node.value:
            return
        self.journal.set_value(node, value)
        node_state = state(node)
        if node_state.required:
            self.journal.touch(Aspect.VALIDITY, node)
        for check in self._checks.get(node_state.spec, ()):
            self._push(check, node)
        self.value_changed(node)
        if node.relevant:
            self._seen_differently(node, node_state)

    def add(self, range: Range, index: int | None = None) -> Frame:
        """A new instance of a repeat, by default the last."""
        at = len(range.frames) if index is None else index
        frame = self._instance.new_frame(range)
        self.journal.insert(range, at, frame)
        if not range.owner.relevant:
            for node in frame.all_nodes():
                node.relevant = False
        for node in frame.all_nodes():
            for computation in state(node).spec.computations:
                self._push(computation, node)
        self._structure_changed(range)
        for one in frame.walk():
            self.frame_added(one)
        return frame

    def remove(self, range: Range, index: int) -> None:
        """One instance less."""
        self.journal.remove(range, index)
        self._structure_changed(range)

    def language_changed(self, computations: tuple[Computation, ...]) -> None:
        """Everything that another language may change is due."""
        for computation in computations:
            for node in self._instance.nodes_below(self._instance.root, computation.spec):
                self._push(computation, node)

    def settle(self) -> None:
        """Work out everything that is due.

        Raises:
            FormError: recalculation_endless, repeat_limit; EvaluationError.
        """
        while self._ranks:
            rank = heapq.heappop(self._ranks)
            nodes = self._pending.pop(rank, None)
            if nodes is None:
                continue
            computation = self._computations[rank]
            run = self._run[computation.kind]
            in_order = in_document_order(list(nodes)) if computation.is_cyclic else nodes
            self._spend(len(nodes))
            if computation.is_cyclic:
                self._spend_on_circle(computation, len(nodes))
            for node in in_order:
                node_state = state(node)
                if node_state.frame.is_present:
                    run(computation, node, node_state)

    # -- what is due ------------------------------------------------------------------------------

    def _push(self, computation: Computation, node: Node) -> None:
        pending = self._pending.get(computation.rank)
        if pending is None:
            self._pending[computation.rank] = {node: None}
            heapq.heappush(self._ranks, computation.rank)
        else:
            pending[node] = None

    def _seen_differently(self, node: Node, node_state: State) -> None:
        """Expressions see another value (or none) at this node."""
        frame = node_state.frame
        for dependency in node_state.spec.dependents:
            around = frame.at_depth(dependency.depth)
            computation = dependency.computation
            for reader in self._instance.nodes_below(around, computation.spec):
                self._push(computation, reader)

    def _structure_changed(self, range: Range) -> None:
        """Whoever reads the repeat or something in it from outside of one instance, is due."""
        depth = range.frame.depth
        for spec in range.spec.walk():
            for dependency in spec.dependents:
                if dependency.depth <= depth:
                    around = range.frame.at_depth(dependency.depth)
                    for reader in self._instance.nodes_below(around, dependency.computation.spec):
                        self._push(dependency.computation, reader)

    def _spend(self, evaluations: int) -> None:
        self._evaluations += evaluations
        if self._evaluations > self._limit:
            limit = _EVALUATIONS_PER_NODE * sum(1 for _ in self._instance.root.all_nodes())
            if self._evaluations > limit:
                raise FormError("recalculation_endless", limit=limit)
            self._limit = limit

    def _spend_on_circle(self, computation: Computation, evaluations: int) -> None:
        """What reads itself settles after each instance has looked at each other one, or never."""
        spent = self._circles.get(computation, 0) + evaluations
        self._circles[computation] = spent
        if spent > _MIN_CIRCLE:
            instances = len(self._instance.nodes_below(self._instance.root, computation.spec))
            limit = max(_MIN_CIRCLE, 2 * (instances + 1) ** 2)
            if spent > limit:
                raise FormError("recalculation_endless", limit=limit)

    # -- one computation for one node -------------------------------------------------------------

    def _count(self, computation: Computation, node: Node, node_state: State) -> None:
        range = node_state.frame.ranges.get(computation.spec)
        if range is None or range.anchor is not node or not node.relevant or self._opening is Opening.READ:
            return
        if computation.is_cyclic:
            # What the count decides is read by the count itself: once per action is enough.
            if (computation, node) in self._settled:
                return
            self._settled.add((computation, node))
        assert computation.expression is not None
        number = self._host.number(computation.expression, node)
        wanted = 0 if math.isnan(number) or number < 0 else number
        if wanted > MAX_INSTANCES:
            raise FormError("repeat_limit", reference=computation.spec.path, limit=MAX_INSTANCES)
        while len(range.frames) > int(wanted):
            self.remove(range, len(range.frames) - 1)
        while len(range.frames) < int(wanted):
            self.add(range)

    def _relevant(self, computation: Computation, node: Node, node_state: State) -> None:
        assert computation.expression is not None
        own = self._host.truth(computation.expression, node)
        if own != node_state.own_relevant:
            self.journal.set_own_relevant(node_state, own)
        assert node.parent is not None
        self._spread_relevance(node, own and node.parent.relevant)

    def _spread_relevance(self, top: Node, relevant: bool) -> None:
        """Give a node its effective relevance, and all below it theirs."""
        todo = [(top, relevant)]
        while todo:
            node, effective = todo.pop()
            if node.relevant == effective:
                continue
            self.journal.set_relevant(node, effective)
            node_state = state(node)
            spec = node_state.spec
            if effective:
                for computation in spec.computations:
                    if computation.kind in _WHEN_RELEVANT:
                        self._push(computation, node)
            self.journal.touch(Aspect.VALIDITY, node)
            self._seen_differently(node, node_state)
            below = [*node.attributes, *node.children]
            if spec in self._inner_repeats and not _is_anchor(node_state):
                below += [node_state.frame.ranges[repeat].anchor for repeat in self._inner_repeats[spec]]
            todo.extend(
                (child, effective and state(child).own_relevant) for child in below if child.state is not None
            )

    def _calculate(self, computation: Computation, node: Node, node_state: State) -> None:
        if not node.relevant or self._opening is Opening.READ:
            return
        if self._opening is Opening.RESUME and _may_hold_an_answer(node, node_state):
            return
        assert computation.expression is not None
        value = self._host.value(computation.expression, node)
        self.set_value(node, stored(value, computation.spec.type, self._host.zone))

    def _items(self, computation: Computation, node: Node, node_state: State) -> None:
        self.journal.forget_items(node)
        if not node.relevant or not node.value or self._opening is Opening.READ:
            return
        if computation.is_cyclic:
            if (computation, node) in self._settled:
                return
            self._settled.add((computation, node))
        kept = self._choices.kept(node)
        self.set_value(node, kept)

    def _readonly(self, computation: Computation, node: Node, node_state: State) -> None:
        assert computation.expression is not None
        readonly = self._host.truth(computation.expression, node)
        if readonly != node_state.own_readonly:
            self.journal.set_readonly(node, readonly)

    def _required(self, computation: Computation, node: Node, node_state: State) -> None:
        assert computation.expression is not None
        required = self._host.truth(computation.expression, node)
        if required != node_state.required:
            self.journal.set_required(node, required)

    def _constraint(self, computation: Computation, node: Node, node_state: State) -> None:
        assert computation.expression is not None
        satisfied = not node.relevant or not node.value or self._host.truth(computation.expression, node)
        if satisfied != node_state.satisfied:
            self.journal.set_satisfied(node, satisfied)

    def _label(self, _computation: Computation, node: Node, _state: State) -> None:
        self.journal.touch(Aspect.LABEL, node)

    def _choice_labels(self, _computation: Computation, node: Node, _state: State) -> None:
        self.journal.touch(Aspect.CHOICES, node)


def _is_anchor(node_state: State) -> bool:
    return node_state.spec.is_repeat and node_state.frame.spec is not node_state.spec


def _may_hold_an_answer(node: Node, node_state: State) -> bool:
    """A person can answer the question that shows the calculated value, and the saved record has a value.

    What is blank there may be new in this version of the form, or was left out as not relevant.
    """
    control = node_state.spec.control
    return (
        bool(node.value)
        and node_state.frame.is_initial
        and control is not None
        and control.kind is not Control.NONE
        and node_state.spec.readonly is None
    )
