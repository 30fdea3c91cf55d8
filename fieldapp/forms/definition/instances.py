"""Reads the primary instance into node specifications and prototypes, and finds the secondary instances."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fieldapp.forms.definition.lists import read_list
from fieldapp.forms.definition.model import (
    JAVAROSA,
    OPENROSA,
    XFORMS,
    InstanceSource,
    NodeSpec,
)
from fieldapp.forms.definition.problems import Severity
from fieldapp.forms.definition.reading import Reading
from fieldapp.forms.errors import FormError
from fieldapp.forms.tree import Document, Kind, Node, element
from fieldapp.forms.view import DataType

MAX_NODES = 20_000
"""Elements and attributes of a primary instance; far beyond any questionnaire."""
_FRACTION: Final = re.compile(r"\s*([+-]?[0-9]+)\.[0-9]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Primary:
    """The primary instance as read: specifications, and the elements they were read from."""

    root: NodeSpec
    element: Node
    default_namespace: str


def read_primary(instance: Node, reading: Reading) -> Primary | None:
    """Read the first instance of the model; fills `reading.nodes`."""
    roots = list(instance.elements())
    if len(roots) != 1:
        reading.problem("instance_empty" if not roots else "instance_with_roots", "", "instance")
        return None
    source = roots[0]
    default = source.namespaces.get("", "")
    top = _plain(source)
    if default and default != XFORMS:
        top.declare("", "")
    _ensure_instance_id(top)
    root = _spec(top, None, reading)
    if len(reading.nodes) >= MAX_NODES:
        reading.problem("instance_too_large", "", "instance", limit=MAX_NODES)
        return None
    return Primary(root, top, default)


def _plain(source: Node) -> Node:
    """A copy with elements, attributes and values only; names without prefix are in no namespace.

    In the form's document they stand in the default namespace of XForms (or of the instance), but paths
    name them without prefix, and so XPath has to find them in none.
    """
    copy = element(
        source.name,
        namespace=source.namespace if source.prefix else "",
        prefix=source.prefix,
    )
    for prefix, namespace in source.namespaces.items():
        if prefix:
            copy.declare(prefix, namespace)
    for attribute in source.attributes:
        copy.set_attribute(attribute.name, attribute.value, attribute.namespace, attribute.prefix)
    children = list(source.elements())
    for child in children:
        copy.append(_plain(child))
    if not children:
        text = source.value or "".join(child.value for child in source.children if child.kind is Kind.TEXT)
        copy.value = text if text.strip() else ""
    return copy


def _ensure_instance_id(root: Node) -> None:
    """Every record needs an instanceID; a form written by hand may have forgotten it."""
    meta = root.first("meta")
    if meta is None:
        meta = root.append(element("meta", namespace=OPENROSA, prefix="orx"))
        meta.append(element("instanceID", namespace=OPENROSA, prefix="orx"))
    elif meta.first("instanceID") is None:
        meta.append(element("instanceID", namespace=meta.namespace, prefix=meta.prefix))


def _spec(node: Node, parent: NodeSpec | None, reading: Reading) -> NodeSpec:
    """The specification of an element; elements of the same name beside each other share one."""
    path = f"{parent.path if parent else ''}/{node.qualified_name}"
    spec = reading.nodes.get(path)
    if spec is None:
        spec = _new_spec(node, path, parent, reading)
        if parent is not None:
            parent.children.append(spec)
    for attribute in node.attributes:
        _attribute_spec(attribute, spec, reading)
    if len(reading.nodes) < MAX_NODES:
        for child in node.elements():
            _spec(child, spec, reading)
    return spec


def _new_spec(
    node: Node, path: str, parent: NodeSpec | None, reading: Reading, *, is_attribute: bool = False
) -> NodeSpec:
    spec = NodeSpec(
        path=path,
        name=node.name,
        namespace=node.namespace,
        prefix=node.prefix,
        index=len(reading.nodes),
        is_attribute=is_attribute,
        parent=parent,
    )
    reading.nodes[path] = spec
    return spec


def _attribute_spec(attribute: Node, owner: NodeSpec, reading: Reading) -> None:
    path = f"{owner.path}/@{attribute.qualified_name}"
    if path in reading.nodes or (attribute.namespace == JAVAROSA and attribute.name == "template"):
        return
    owner.attributes.append(_new_spec(attribute, path, owner, reading, is_attribute=True))


# -- repeats: known only after the body has been read ---------------------------------------------


def take_templates(primary: Primary, nodes: Mapping[str, NodeSpec]) -> dict[NodeSpec, Node]:
    """Take the templates out of the prototype; answer what a new instance of each repeat is made from.

    On the way, defaults of whole numbers lose their fractions, as calculated ones do.
    """
    templates: dict[NodeSpec, Node] = {}
    firsts: dict[NodeSpec, Node] = {}
    drop: list[Node] = []
    todo: list[tuple[Node, NodeSpec]] = [(primary.element, primary.root)]
    while todo:
        node, spec = todo.pop()
        if spec.is_repeat:
            firsts.setdefault(spec, node)
            if node.attribute("template", JAVAROSA) is not None:
                templates.setdefault(spec, node)
                drop.append(node)
        if spec.type is DataType.INT:
            node.value = _FRACTION.sub(r"\1", node.value)
        children = reversed(list(node.elements()))
        todo.extend((child, nodes[f"{spec.path}/{child.qualified_name}"]) for child in children)
    originals = {spec: templates.get(spec, first) for spec, first in firsts.items()}
    clean = {spec: _without_templates(original, top=True) for spec, original in originals.items()}
    for node in drop:
        if node.parent is not None:
            node.parent.remove(node)
    return clean


def _without_templates(node: Node, *, top: bool = False) -> Node:
    copy = node.copy()
    todo = [copy]
    while todo:
        current = todo.pop()
        marks = [one for one in current.attributes if one.name == "template" and one.namespace == JAVAROSA]
        if marks and not (top and current is copy):
            assert current.parent is not None
            current.parent.remove(current)
            continue
        for mark in marks:
            current.remove(mark)
        todo.extend(current.elements())
    return copy


# -- secondary instances --------------------------------------------------------------------------


def read_secondary(
    instances: list[Node], attachments: Mapping[str, bytes] | None, reading: Reading
) -> dict[str, InstanceSource]:
    """The instances after the first, by id."""
    sources: dict[str, InstanceSource] = {}
    for instance in instances:
        id, src = instance.attribute("id") or "", instance.attribute("src") or ""
        if not id:
            reading.warning("instance_without_id", "", "instance")
        elif id in sources:
            reading.problem("instance_repeated", "", "instance", instance=id)
        else:
            sources[id] = _source(id, src, instance, attachments, reading)
    return sources


def _source(
    id: str, src: str, instance: Node, attachments: Mapping[str, bytes] | None, reading: Reading
) -> InstanceSource:
    if not src:
        root = next(instance.elements(), None)
        return InstanceSource(id, "", lambda: Document(_plain(root) if root is not None else None))
    if src.startswith("jr://instance/"):
        return InstanceSource(id, src, None)
    name = src.rpartition("/")[2]
    if attachments is None:
        return InstanceSource(id, src, lambda: Document(element("root")))
    if name not in attachments:
        # What no expression asks for does not keep the form from being filled.
        is_used = any(used == id for _, _, used in reading.instances_used)
        severity = Severity.ERROR if is_used else Severity.WARNING
        reading.problem("attachment_missing", "", "instance", severity=severity, instance=id, file=name)
    return InstanceSource(id, src, lambda: _read_attachment(name, attachments))


def _read_attachment(name: str, attachments: Mapping[str, bytes]) -> Document:
    content = attachments.get(name)
    if content is None:
        raise FormError("attachment_missing", file=name)
    return read_list(name, content)
