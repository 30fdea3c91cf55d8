"""The entities that a finished record creates or updates. Pure library layer."""

from collections.abc import Iterator
from typing import Final

from fieldapp.forms.definition.model import EntitySpec
from fieldapp.forms.session.instance import Frame, Instance
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Entity

_WANTED: Final = frozenset({"1", "true"})


def entities(instance: Instance) -> tuple[Entity, ...]:
    """Every relevant entity for which something is to be done, in document order."""
    return tuple(
        entity
        for spec in instance.definition.entities
        for node in instance.nodes_below(instance.root, instance.definition.nodes[spec.path])
        if node.relevant
        for entity in _entity(instance, spec, node)
    )


def _entity(instance: Instance, spec: EntitySpec, node: Node) -> Iterator[Entity]:
    create, update = (_attribute(node, name) in _WANTED for name in ("create", "update"))
    if not create and not update:
        return
    label = node.first("label")
    owner = instance.definition.nodes[spec.path]
    frame = next(one for one in instance.frames_below(instance.root, owner) if one.nodes.get(owner) is node)
    yield Entity(
        dataset=_attribute(node, "dataset"),
        id=_attribute(node, "id"),
        create=create,
        update=update,
        label=label.string_value() if label is not None else "",
        base_version=_attribute(node, "baseVersion"),
        properties=dict(_properties(instance, spec, frame)),
    )


def _properties(instance: Instance, spec: EntitySpec, frame: Frame) -> Iterator[tuple[str, str]]:
    for name, path in spec.properties.items():
        node = frame.nodes.get(instance.definition.nodes[path])
        if node is not None and node.relevant:
            yield name, node.value


def _attribute(node: Node, name: str) -> str:
    return (node.attribute(name) or "").strip()
