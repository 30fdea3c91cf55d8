"""Brings a draft to another version of its form and tells what becomes of each answer. Pure library layer.

Places are paired by path, then by name where exactly one candidate is left on each side. Old values are laid
over a new record; what was calculated is left to the new version.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fieldapp.forms.definition.model import FormDefinition, ItemsetSpec, NodeSpec
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.codecs import encode
from fieldapp.forms.session.record import DRAFT, check_form, overlay_place, read_record, record_bytes
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Control, DataType, Migration, Move, MoveKind, Reference
from fieldapp.forms.xpath import Origin

_CONVERSIONS: Final = frozenset({(DataType.INT, DataType.DECIMAL), (DataType.DECIMAL, DataType.INT)})


def migrate(draft: bytes, old: FormDefinition, new: FormDefinition) -> Migration:
    """Bring a draft of `old` to `new`, another version of the same form.

    Raises:
        FormError: draft_of_other_form, draft_of_other_version, migration_refused (what was a repeat is
            none any more, or the reverse: fact `reference`); DocumentError.
    """
    root = read_record(draft)
    check_form(old, root)
    if old.form_id != new.form_id or old.root.name != new.root.name:
        raise FormError("draft_of_other_form", expected=new.form_id)
    for path in old.nodes.keys() & new.nodes.keys():
        if old.nodes[path].is_repeat != new.nodes[path].is_repeat:
            raise FormError("migration_refused", reference=path)
    return _Migration(root, old, new).run()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Where an old value went and what it is there; `value` None when it could not be kept."""

    target: NodeSpec
    value: str | None
    choices_gone: bool = False


class _Migration:
    def __init__(self, root: Node, old: FormDefinition, new: FormDefinition) -> None:
        self._root = root
        self._old = old
        self._new = new
        self._sources = _pairs(old, new)
        self._outcomes: dict[Node, _Outcome] = {}

    def run(self) -> Migration:
        record = self._new.prototype.copy()
        self._overlay(self._new.root, record, self._root, self._old.root)
        for name in ("language", "page"):
            value = self._root.attribute(name, DRAFT)
            if value and (name == "page" or value in self._new.languages):
                record.set_attribute(name, value, DRAFT, "draft")
        added = tuple(
            spec.path
            for spec in self._new.nodes.values()
            if spec.control is not None and spec.is_leaf and spec.path not in self._sources
        )
        return Migration(record_bytes(self._new, record), tuple(self._moves()), added)

    # -- laying old values over the new record ------------------------------------------------------

    def _overlay(self, spec: NodeSpec, node: Node, scope: Node, scope_spec: NodeSpec) -> None:
        """Fill a new node; `scope` is the old record, or the old instance that goes with the new one."""
        for attribute in node.attributes:
            attribute_spec = self._new.nodes.get(f"{spec.path}/@{attribute.qualified_name}")
            if attribute_spec is not None and spec.parent is not None:
                self._take(attribute_spec, attribute, scope, scope_spec)
        if spec.is_leaf:
            self._take(spec, node, scope, scope_spec)
            return
        for child in spec.children:
            if child.is_repeat and child.path in self._sources:
                self._instances(child, node, scope, scope_spec)
            else:
                for below in list(node.elements(child.name, child.namespace)):
                    self._overlay(child, below, scope, scope_spec)

    def _instances(self, spec: NodeSpec, owner: Node, scope: Node, scope_spec: NodeSpec) -> None:
        source = self._old.nodes[self._sources[spec.path]]
        at = overlay_place(owner, spec)
        for present in list(owner.elements(spec.name, spec.namespace)):
            owner.remove(present)
        for offset, old in enumerate(_below(scope, scope_spec, source)):
            node = owner.insert(at + offset, self._new.templates[spec].copy())
            self._overlay(spec, node, old, source)

    def _take(self, spec: NodeSpec, node: Node, scope: Node, scope_spec: NodeSpec) -> None:
        path = self._sources.get(spec.path)
        if path is None or spec.calculate is not None:
            return
        source = self._old.nodes[path]
        found = _below(scope, scope_spec, source)
        if not found:
            return
        old = found[0]
        value = _converted(old.value, source, spec)
        kept = value if value is None else _still_chosen(value, spec, self._new)
        self._outcomes[old] = _Outcome(spec, kept, choices_gone=kept != value)
        node.value = kept or ""

    # -- the report -------------------------------------------------------------------------------

    def _moves(self) -> Iterator[Move]:
        for reference, spec, node in _leaves(self._old, self._root):
            if not node.value or (spec is not None and spec.calculate is not None):
                continue
            outcome = self._outcomes.get(node)
            new = self._new.nodes.get(spec.path) if spec is not None else None
            if new is not None and new.calculate is not None:
                continue
            if outcome is None or outcome.value is None:
                yield Move(MoveKind.DROPPED, reference)
                continue
            assert spec is not None
            target = outcome.target.path if outcome.target.path != spec.path else reference
            if outcome.choices_gone:
                yield Move(MoveKind.CHOICE_GONE, reference, target)
            elif outcome.target.path != spec.path:
                yield Move(MoveKind.MOVED, reference, target)
            elif outcome.value != node.value or outcome.target.type is not spec.type:
                yield Move(MoveKind.CONVERTED, reference, target)


def _pairs(old: FormDefinition, new: FormDefinition) -> dict[str, str]:
    """New generic path to the old one that it continues."""
    pairs = {path: path for path in new.nodes if path in old.nodes}
    gone = [spec for path, spec in old.nodes.items() if path not in new.nodes]
    fresh = [spec for path, spec in new.nodes.items() if path not in old.nodes]
    old_names = Counter(_trait(spec) for spec in gone)
    new_names = Counter(_trait(spec) for spec in fresh)
    by_trait = {_trait(spec): spec for spec in gone}
    for spec in fresh:  # outer repeats come before what is inside them
        candidate = by_trait.get(_trait(spec))
        if candidate is None or old_names[_trait(spec)] != 1 or new_names[_trait(spec)] != 1:
            continue
        around = [pairs.get(repeat.path) for repeat in spec.repeats if repeat is not spec]
        if around == [repeat.path for repeat in candidate.repeats if repeat is not candidate]:
            pairs[spec.path] = candidate.path
    return pairs


def _trait(spec: NodeSpec) -> tuple[str, bool, bool]:
    return spec.qualified_name, spec.is_leaf, spec.is_repeat


def _below(scope: Node, scope_spec: NodeSpec, spec: NodeSpec) -> list[Node]:
    """The old nodes of a specification inside an old record or instance."""
    if not f"{spec.path}/".startswith(f"{scope_spec.path}/"):
        return []
    nodes = [scope]
    for step in spec.path[len(scope_spec.path) :].strip("/").split("/"):
        if step.startswith("@"):
            name = step[1:]
            nodes = [one for node in nodes for one in node.attributes if one.qualified_name == name]
        elif step:
            nodes = [one for node in nodes for one in node.elements() if one.qualified_name == step]
    return nodes


def _leaves(definition: FormDefinition, root: Node) -> Iterator[tuple[Reference, NodeSpec | None, Node]]:
    """Every old value in document order, with its reference."""
    todo: list[tuple[Node, str, str]] = [(root, f"/{root.qualified_name}", f"/{root.qualified_name}")]
    while todo:
        node, path, reference = todo.pop()
        children = list(node.elements())
        if not children:
            yield reference, definition.nodes.get(path), node
        seen: Counter[str] = Counter()
        below: list[tuple[Node, str, str]] = []
        for child in children:
            name = child.qualified_name
            seen[name] += 1
            spec = definition.nodes.get(f"{path}/{name}")
            number = f"[{seen[name]}]" if spec is not None and spec.is_repeat else ""
            below.append((child, f"{path}/{name}", f"{reference}/{name}{number}"))
        todo.extend(reversed(below))


def _converted(value: str, source: NodeSpec, target: NodeSpec) -> str | None:
    """The value in the new type, or None when that cannot hold it."""
    if not value or source.type is target.type or target.type is DataType.STRING:
        return value
    if source.type is DataType.DATETIME and target.type is DataType.DATE:
        return value[:10]
    if source.type is not DataType.STRING and (source.type, target.type) not in _CONVERSIONS:
        return None
    try:
        return encode(value, target.type, dt.UTC)
    except FormError:
        return None


def _still_chosen(value: str, spec: NodeSpec, definition: FormDefinition) -> str:
    """The value without choices that the new version does not have at all (filters disregarded)."""
    control = spec.control
    if control is None or not value:
        return value
    if control.itemset is not None:
        known = _listed(control.itemset, definition)
    else:
        known = {choice.value for choice in control.choices} or None
    if known is None:
        return value
    if control.kind is Control.SELECT_ONE:
        return value if value in known else ""
    return " ".join(one for one in value.split() if one in known)


def _listed(itemset: ItemsetSpec, definition: FormDefinition) -> set[str] | None:
    """Every value in the list of an itemset; None when the list is not the form's own."""
    for reference in itemset.nodeset.references:
        if reference.origin is not Origin.INSTANCE or reference.instance is None:
            continue
        source = definition.instances.get(reference.instance)
        if source is None or source.is_provided:
            return None
        nodes: list[Node] = [source.document()]
        for step in reference.steps:
            nodes = [child for node in nodes for child in node.elements(step)]
        names = itemset.value.source
        return {child.value for node in nodes for child in node.elements(names)}
    return None
