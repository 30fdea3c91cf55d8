"""Who depends on whom: computations, the order they run in, and cycles. Pure library layer.

A node as expressions see it is made by its calculate, by the relevance of itself and all above it, and by
the counts of the repeats around it. From that follow edges between computations; their topological order
is the rank. An edge is *soft* when it need not close a circle at run time: an expression that picks, by a
predicate, other instances of the repeat it stands in (running totals); what a count or a filter of choices
decides, which is settled once per action. A circle of hard edges is an error of the definition.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from fieldapp.forms.definition.model import (
    Computation,
    ComputationKind,
    ControlSpec,
    Dependency,
    NodeSpec,
    TextSpec,
    Translation,
)
from fieldapp.forms.definition.reading import Reading, follow
from fieldapp.forms.xpath import Expression, Origin, Reference, Trait
from fieldapp.forms.xpath.syntax import Call, Literal, walk

_BIND_EXPRESSIONS: Final = {
    ComputationKind.COUNT: "count",
    ComputationKind.RELEVANT: "relevant",
    ComputationKind.CALCULATE: "calculate",
    ComputationKind.READONLY: "readonly",
    ComputationKind.REQUIRED: "required",
    ComputationKind.CONSTRAINT: "constraint",
}
_PRODUCING: Final = (ComputationKind.CALCULATE, ComputationKind.ITEMS)
_WHEN_RELEVANT: Final = (
    ComputationKind.COUNT,
    ComputationKind.CALCULATE,
    ComputationKind.ITEMS,
    ComputationKind.CONSTRAINT,
)
#: A circle of one is an error for these; a constraint may look at its own value.
_NOT_OF_ITSELF: Final = frozenset({ComputationKind.READONLY, ComputationKind.REQUIRED})


class GraphBuilder:
    """Makes the computations of a form and puts them in order."""

    def __init__(
        self, root: NodeSpec, translations: Mapping[str, Translation], primary_id: str, reading: Reading
    ) -> None:
        self._root = root
        self._translations = translations
        self._primary_id = primary_id
        self._reading = reading
        self._computations: list[Computation] = []
        self._hard: dict[Computation, set[Computation]] = {}
        self._soft: dict[Computation, set[Computation]] = {}
        self.language_dependent: list[Computation] = []

    def build(self, controls: ControlSpec) -> tuple[Computation, ...]:
        """All computations in the order of their ranks; dependencies are noted at the nodes."""
        reads: list[tuple[Computation, Iterable[Expression]]] = []
        for spec in self._root.walk():
            for kind, name in _BIND_EXPRESSIONS.items():
                expression: Expression | None = getattr(spec, name)
                if expression is not None and kind is ComputationKind.CALCULATE and not spec.is_leaf:
                    self._reading.warning("calculate_on_group", spec.path, name)
                elif expression is not None:
                    reads.append((self._add(spec, kind, expression), (expression,)))
        for control in controls.walk():
            reads.extend(self._of_control(control))
        for computation in self._computations:
            self._hard[computation] = set()
            self._soft[computation] = set()
        for computation, expressions in reads:
            for expression in expressions:
                self._read_by(computation, expression)
        self._relevance_edges()
        return self._in_order()

    # -- computations -----------------------------------------------------------------------------

    def _add(self, spec: NodeSpec, kind: ComputationKind, expression: Expression | None) -> Computation:
        computation = Computation(spec, kind, expression)
        spec.computations.append(computation)
        self._computations.append(computation)
        return computation

    def _of_control(self, control: ControlSpec) -> Iterator[tuple[Computation, Iterable[Expression]]]:
        spec = control.spec
        texts = [control.label, control.hint]
        if control.is_bound:
            texts += [spec.required_message, spec.constraint_message]
        expressions = [one for text in texts if text is not None for one in self._text_expressions(text)]
        if expressions:
            yield self._add(spec, ComputationKind.LABEL, None), expressions
        if control.itemset is not None and spec.control is control:
            itemset = control.itemset
            items = self._add(spec, ComputationKind.ITEMS, None)
            yield items, (itemset.nodeset, itemset.value)
        labels = [text for text in (one.label for one in control.choices) if text is not None]
        if control.itemset is not None and control.itemset.label is not None:
            labels.append(control.itemset.label)
        in_labels = [one for text in labels for one in self._text_expressions(text)]
        if in_labels:
            yield self._add(spec, ComputationKind.CHOICE_LABELS, None), in_labels

    def _text_expressions(self, text: TextSpec) -> Iterator[Expression]:
        yield from text.expressions
        literal = getattr(text.text_id.syntax, "value", None) if text.text_id is not None else None
        if isinstance(literal, str):
            for translation in self._translations.values():
                for template in translation.texts.get(literal, {}).values():
                    yield from template.outputs

    # -- edges ------------------------------------------------------------------------------------

    def _read_by(self, computation: Computation, expression: Expression) -> None:
        if Trait.LANGUAGE in expression.traits and computation not in self.language_dependent:
            self.language_dependent.append(computation)
        starts = self._starts(computation, expression)
        for reference in expression.references:
            if _looks_at_itself(computation, expression, reference):
                continue
            for start in starts:
                self._reference(computation, expression, reference, start)
        if Trait.CHOICES in expression.traits:
            for control in self._named_controls(expression, computation.spec):
                if control.itemset is not None:
                    for reference in control.itemset.nodeset.references:
                        self._reference(computation, control.itemset.nodeset, reference, control.spec)

    def _starts(self, computation: Computation, expression: Expression) -> list[NodeSpec]:
        """Where the relative paths of an expression begin: at its node, or at the items of its choices."""
        control = computation.spec.control
        itemset = control.itemset if control is not None else None
        if itemset is None or computation.kind not in (ComputationKind.ITEMS, ComputationKind.CHOICE_LABELS):
            return [computation.spec]
        if expression is itemset.nodeset:
            return [computation.spec]
        assert control is not None
        if not all(self._in_primary(reference) for reference in itemset.nodeset.references):
            return []  # items of a list
        found = [
            spec
            for reference in itemset.nodeset.references
            for spec, _ in self._targets(reference, control.spec)
        ]
        # The items are the repeat's instances; what predicates read of them are leaves.
        return [spec for spec in found if not spec.is_leaf] or found

    def _in_primary(self, reference: Reference) -> bool:
        return reference.origin is not Origin.INSTANCE or reference.instance in ("", self._primary_id)

    def _targets(self, reference: Reference, start: NodeSpec) -> list[tuple[NodeSpec, int]]:
        """The nodes a reference leads to, each with the number of repeat instances surely shared."""
        if not self._in_primary(reference):
            return []
        context = reference.origin is Origin.CONTEXT
        where: list[tuple[NodeSpec | None, int]] = [(start, len(start.repeats)) if context else (None, 0)]
        for step in reference.steps:
            reached: dict[NodeSpec, int] = {}
            for spec, depth in where:
                for found in follow(self._reading.nodes, spec, (step,)):
                    shared = min(depth, _shared(start, found))
                    reached[found] = min(shared, reached.get(found, shared))
            where = list(reached.items())
        return [(spec, depth) for spec, depth in where if spec is not None]

    def _reference(
        self, computation: Computation, expression: Expression, reference: Reference, start: NodeSpec
    ) -> None:
        if not self._in_primary(reference):
            return
        targets = self._targets(reference, start)
        if not targets and start is computation.spec:
            self._reading.warning(
                "reference_not_found",
                computation.spec.path,
                computation.kind.name.lower(),
                path="/".join(reference.steps),
                expression=expression.source,
            )
        spec = computation.spec
        for target, shared in targets:
            # Items of a list may be in repeats that the question with the list is not in.
            depth = min(shared, _shared(spec, target))
            counts_instances = Trait.POSITION in expression.traits and target.children
            if counts_instances and target.is_repeat:
                depth = min(depth, len(target.repeats) - 1)
            dependency = Dependency(computation, depth)
            if dependency not in target.dependents:
                target.dependents.append(dependency)
            if counts_instances and target is spec:
                continue
            others = reference.predicated and depth < _shared(spec, target)
            self._edges(computation, target, soft=others or "**" in reference.steps)

    def _edges(self, computation: Computation, target: NodeSpec, *, soft: bool) -> None:
        """Everything that makes the target what it is comes before the computation."""
        for producer in _producers(target):
            is_soft = soft or producer.kind in (ComputationKind.COUNT, ComputationKind.ITEMS)
            (self._soft if is_soft else self._hard)[producer].add(computation)
        if target is computation.spec and computation.kind in _NOT_OF_ITSELF and not soft:
            self._hard[computation].add(computation)
        if target is computation.spec and computation.kind is ComputationKind.COUNT:
            self._soft[computation].add(computation)

    def _relevance_edges(self) -> None:
        for computation in self._computations:
            if computation.kind is ComputationKind.RELEVANT:
                for below in computation.spec.walk():
                    for other in below.computations:
                        if other.kind in _WHEN_RELEVANT:
                            self._hard[computation].add(other)

    def _named_controls(self, expression: Expression, spec: NodeSpec) -> Iterator[ControlSpec]:
        """The questions that jr:choice-name(value, 'path') names."""
        for part in walk(expression.syntax):
            if isinstance(part, Call) and part.name == "jr:choice-name" and len(part.arguments) == 2:
                path = part.arguments[1]
                if isinstance(path, Literal) and isinstance(path.value, str):
                    control = named_control(self._reading.nodes, path.value, spec)
                    if control is not None:
                        yield control

    # -- order ------------------------------------------------------------------------------------

    def _in_order(self) -> tuple[Computation, ...]:
        component = _components(self._computations, self._successors)
        for one in self._computations:
            kept: set[Computation] = set()
            for other in self._soft[one]:
                if component[other] == component[one]:
                    one.is_cyclic = other.is_cyclic = True
                else:
                    kept.add(other)
            self._hard[one] |= kept
        waiting = dict.fromkeys(self._computations, 0)
        for others in self._hard.values():
            for other in others:
                waiting[other] += 1
        order: list[Computation] = []
        ready = [
            (_priority(one), number) for number, one in enumerate(self._computations) if not waiting[one]
        ]
        heapq.heapify(ready)
        numbers = {one: number for number, one in enumerate(self._computations)}
        while ready:
            one = self._computations[heapq.heappop(ready)[1]]
            one.rank = len(order)
            order.append(one)
            for other in self._hard[one]:
                waiting[other] -= 1
                if not waiting[other]:
                    heapq.heappush(ready, (_priority(other), numbers[other]))
        if len(order) < len(self._computations):
            self._report_cycles([one for one in self._computations if waiting[one]])
        return tuple(order)

    def _successors(self, computation: Computation) -> Iterable[Computation]:
        return self._hard[computation] | self._soft[computation]

    def _report_cycles(self, left: list[Computation]) -> None:
        component = _components(left, lambda one: self._hard[one])
        members: dict[int, list[Computation]] = {}
        for one in left:
            members.setdefault(component[one], []).append(one)
        for ring in members.values():
            if len(ring) == 1 and ring[0] not in self._hard[ring[0]]:
                continue  # waits for a circle without being part of it
            first = ring[0]
            names = ", ".join(f"{one.spec.path} ({one.kind.name.lower()})" for one in ring[:8])
            self._reading.problem("cycle", first.spec.path, first.kind.name.lower(), members=names)


def _looks_at_itself(computation: Computation, expression: Expression, reference: Reference) -> bool:
    """once() and jr:choice-name() see the context node: what a calculate has made itself is no dependency.

    Nor is the place of a question among its siblings, position(current()), which does not change.
    """
    seen = Trait.OWN_VALUE | Trait.CHOICES
    if computation.spec.is_leaf and not computation.spec.is_repeat:
        seen |= Trait.POSITION
    return (
        bool(expression.traits & seen)
        and computation.kind in (ComputationKind.CALCULATE, ComputationKind.RELEVANT)
        and reference == Reference(Origin.CONTEXT)
    )


def named_control(nodes: Mapping[str, NodeSpec], path: str, start: NodeSpec) -> ControlSpec | None:
    """The control of the question at a path, absolute or relative to a node; None if there is none."""
    steps = tuple(step for step in path.strip().split("/") if step not in ("", "."))
    found = follow(nodes, None if path.strip().startswith("/") else start, steps)
    return found[0].control if found else None


def _producers(target: NodeSpec) -> Iterator[Computation]:
    for computation in target.computations:
        if computation.kind in _PRODUCING:
            yield computation
    spec: NodeSpec | None = target
    while spec is not None:
        for computation in spec.computations:
            if computation.kind in (ComputationKind.RELEVANT, ComputationKind.COUNT):
                yield computation
        spec = spec.parent


def _shared(one: NodeSpec, other: NodeSpec) -> int:
    """How many repeats, from the outermost, are around both."""
    shared = 0
    for first, second in zip(one.repeats, other.repeats, strict=False):
        if first is not second:
            break
        shared += 1
    return shared


def _priority(computation: Computation) -> tuple[int, int]:
    return computation.spec.index, computation.kind


def _components(
    computations: list[Computation], successors: Callable[[Computation], Iterable[Computation]]
) -> dict[Computation, int]:
    """The strongly connected component of each (Tarjan's algorithm without recursion)."""
    inside = set(computations)
    number: dict[Computation, int] = {}
    low: dict[Computation, int] = {}
    component: dict[Computation, int] = {}
    path: list[Computation] = []
    for start in computations:
        if start in number:
            continue
        work: list[tuple[Computation, Iterator[Computation]]] = []
        _enter(start, number, low, path)
        work.append((start, iter(successors(start))))
        while work:
            one, following = work[-1]
            other = next((found for found in following if found in inside), None)
            if other is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[one])
                if low[one] == number[one]:
                    _leave(one, path, component)
            elif other not in number:
                _enter(other, number, low, path)
                work.append((other, iter(successors(other))))
            elif other not in component:
                low[one] = min(low[one], number[other])
    return component


def _enter(
    one: Computation, number: dict[Computation, int], low: dict[Computation, int], path: list[Computation]
) -> None:
    number[one] = low[one] = len(number)
    path.append(one)


def _leave(one: Computation, path: list[Computation], component: dict[Computation, int]) -> None:
    """Everything on the path from here on is one component."""
    name = len(component)
    while True:
        member = path.pop()
        component[member] = name
        if member is one:
            return
