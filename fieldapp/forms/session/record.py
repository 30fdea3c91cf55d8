"""Record documents: what is submitted, drafts, and reading either back. Pure library layer."""

from typing import Final

from fieldapp.forms.definition.model import JAVAROSA, OPENROSA, FormDefinition, NodeSpec
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.instance import MAX_INSTANCES, Instance
from fieldapp.forms.tree import Limits, Node, parse, write
from fieldapp.forms.view import DataType, Reference

DRAFT: Final = "urn:fieldapp:form-draft"
"""Namespace of what a draft keeps besides the record: attributes of the root."""
LIMITS: Final = Limits(size=16 * 1024 * 1024, depth=100, nodes=400_000)
_PREFIX: Final = "draft"


def submission_xml(instance: Instance) -> bytes:
    """The record as it is sent: without what is not relevant."""
    return record_bytes(instance.definition, _copy(instance.root.node, relevant_only=True))


def draft_xml(instance: Instance, *, language: str, page: Reference | None) -> bytes:
    """Everything, and where the person was (None: on no page yet)."""
    root = _copy(instance.root.node, relevant_only=False)
    root.set_attribute("language", language, DRAFT, _PREFIX)
    if page is not None:
        root.set_attribute("page", page, DRAFT, _PREFIX)
    return record_bytes(instance.definition, root)


def record_bytes(definition: FormDefinition, root: Node) -> bytes:
    """A record as a document, in the form's default namespace."""
    default = definition.default_namespace
    if default:
        for node in root.walk():
            if not node.prefix:
                node.namespace = default
    return write(root, declaration=True).encode()


def _copy(node: Node, *, relevant_only: bool) -> Node:
    top = _copy_one(node, relevant_only=relevant_only)
    todo = [(node, top)]
    while todo:
        source, target = todo.pop()
        for child in source.children:
            if child.relevant or not relevant_only:
                copy = target.append(_copy_one(child, relevant_only=relevant_only))
                if child.children:
                    todo.append((child, copy))
    return top


def _copy_one(node: Node, *, relevant_only: bool) -> Node:
    copy = Node(node.kind, node.name, node.value, namespace=node.namespace, prefix=node.prefix)
    for prefix, uri in node.namespaces.items():
        copy.declare(prefix, uri)
    for attribute in node.attributes:
        if attribute.relevant or not relevant_only:
            copy.set_attribute(attribute.name, attribute.value, attribute.namespace, attribute.prefix)
    return copy


def file_names(instance: Instance) -> tuple[str, ...]:
    """The attachments that the relevant answers name, in document order."""
    binary = {spec for spec in instance.definition.nodes.values() if spec.type is DataType.BINARY}
    names = [
        node.value
        for frame in instance.root.walk()
        for spec, node in frame.nodes.items()
        if spec in binary and node.relevant and node.value
    ]
    return tuple(dict.fromkeys(names))


# -- reading back ---------------------------------------------------------------------------------


class Saved:
    """A draft or submission that was read.

    Attributes:
        root: a record of the definition with the saved values.
        unknown: references of saved values that the definition has no place for.
    """

    def __init__(self, definition: FormDefinition, xml: bytes) -> None:
        saved = read_record(xml)
        check_form(definition, saved)
        self.language: Final = saved.attribute("language", DRAFT) or ""
        self.page: Final = saved.attribute("page", DRAFT)
        self.unknown: list[Reference] = []
        self._definition = definition
        self.root: Final = definition.prototype.copy()
        self._overlay(definition.root, saved, self.root)
        self._keep_deprecated_id(saved)

    def _overlay(self, spec: NodeSpec, saved: Node, node: Node) -> None:
        """Put saved values over a node made from the definition."""
        self._attributes(saved, node)
        if spec.is_leaf:
            node.value = saved.value
            self.unknown.extend(child.path for child in saved.elements())
            return
        given: dict[tuple[str, str], list[Node]] = {}
        for child in saved.elements():
            if child.attribute("template", JAVAROSA) is None:
                given.setdefault((child.name, child.namespace), []).append(child)
        for child_spec in spec.children:
            sources = given.pop((child_spec.name, child_spec.namespace), [])
            if child_spec.is_repeat:
                self._instances(child_spec, sources, node)
            elif sources:
                target = next(node.elements(child_spec.name, child_spec.namespace))
                self._overlay(child_spec, sources[0], target)
                self.unknown.extend(extra.path for extra in sources[1:])
        self.unknown.extend(child.path for children in given.values() for child in children)

    def _instances(self, spec: NodeSpec, sources: list[Node], owner: Node) -> None:
        if len(sources) > MAX_INSTANCES:
            raise FormError("repeat_limit", reference=spec.path, limit=MAX_INSTANCES)
        template = self._definition.templates[spec]
        present = list(owner.elements(spec.name, spec.namespace))
        at = overlay_place(owner, spec)
        if _is_fixed(spec):  # nobody could add the missing ones or remove what is too many
            self.unknown.extend(extra.path for extra in sources[len(present) :])
            for source, node in zip(sources, present, strict=False):
                self._overlay(spec, source, node)
            return
        for old in present:
            owner.remove(old)
        for offset, source in enumerate(sources):
            node = owner.insert(at + offset, template.copy())
            self._overlay(spec, source, node)

    def _keep_deprecated_id(self, saved: Node) -> None:
        """A correction keeps the id of what it corrects, though most forms have no place for it."""
        block = saved.first("meta")
        deprecated = block.first("deprecatedID") if block is not None else None
        own = self.root.first("meta")
        if deprecated is not None and own is not None and own.first("deprecatedID") is None:
            self.unknown.remove(deprecated.path)
            own.append(deprecated.copy())

    def _attributes(self, saved: Node, node: Node) -> None:
        for attribute in node.attributes:
            value = saved.attribute(attribute.name, attribute.namespace)
            if value is not None:
                attribute.value = value


def _is_fixed(spec: NodeSpec) -> bool:
    """The form itself says how many instances there are, and never otherwise."""
    return spec.control is not None and spec.control.fixed and spec.count is None


def overlay_place(owner: Node, spec: NodeSpec) -> int:
    """Where among the children of `owner` the instances of a repeat stand."""
    assert spec.parent is not None
    order = {child.qualified_name: number for number, child in enumerate(spec.parent.children)}
    own = order[spec.qualified_name]
    return sum(1 for child in owner.children if order[child.qualified_name] < own)


def read_record(xml: bytes) -> Node:
    """The root of a record document, names without prefix in no namespace.

    Raises:
        DocumentError: no acceptable XML.
    """
    document = parse(xml, limits=LIMITS)
    for node in document.walk():
        if not node.prefix:
            node.namespace = ""
    return document.element


def check_form(definition: FormDefinition, saved: Node) -> None:
    """The record belongs to this version of this form.

    Raises:
        FormError: draft_of_other_form, draft_of_other_version.
    """
    check_form_id(definition, saved)
    version = saved.attribute("version") or saved.attribute("version", OPENROSA) or ""
    if version != definition.version:
        raise FormError("draft_of_other_version", expected=definition.version, found=version)


def check_form_id(definition: FormDefinition, saved: Node) -> None:
    """The record belongs to this form, whatever its version."""
    id = saved.attribute("id") or saved.namespaces.get("", "")
    if saved.name != definition.root.name or id != definition.form_id:
        raise FormError("draft_of_other_form", expected=definition.form_id)
