"""Reads an XForm document into a FormDefinition. Pure library layer."""

from collections.abc import Mapping
from typing import Final

from fieldapp.forms.collection import collection_paused
from fieldapp.forms.definition.actions import read_actions
from fieldapp.forms.definition.binds import read_binds
from fieldapp.forms.definition.body import BodyReader, text_of
from fieldapp.forms.definition.graph import GraphBuilder
from fieldapp.forms.definition.instances import read_primary, read_secondary, take_templates
from fieldapp.forms.definition.model import (
    ENTITIES,
    OPENROSA,
    XFORMS,
    ControlSpec,
    EntitySpec,
    FormDefinition,
    NodeSpec,
)
from fieldapp.forms.definition.problems import DefinitionError, Problem, Severity
from fieldapp.forms.definition.reading import Reading
from fieldapp.forms.definition.texts import check_text_ids, read_translations
from fieldapp.forms.tree import Limits, Node, parse
from fieldapp.forms.view import Control

LIMITS: Final = Limits(size=32 * 1024 * 1024, depth=100, nodes=1_000_000)
_ENTITY_VERSIONS: Final = ("2022.1.", "2023.1.", "2024.1.", "2025.1.")


def read_definition(
    xml: bytes | str, attachments: Mapping[str, bytes] | None = None, *, limits: Limits = LIMITS
) -> FormDefinition:
    """Read a form; every problem is found before anything is raised.

    Args:
        xml: the XForm document.
        attachments: file name to content of the external lists; read only when first asked for. None:
            the form is checked without them, lists are empty.
        limits: what the document may cost.

    Raises:
        DefinitionError: with all problems; DocumentError: no acceptable XML.
    """
    with collection_paused():
        return _definition(xml, attachments, limits)


def _definition(xml: bytes | str, attachments: Mapping[str, bytes] | None, limits: Limits) -> FormDefinition:
    document = parse(xml, mixed=True, limits=limits)
    html = document.element
    head = html.first("head")
    model = head.first("model") if head is not None else None
    body = html.first("body") or (head.first("body") if head is not None else None)
    first = model.first("instance") if model is not None else None
    if head is None or model is None or first is None or body is None:
        part = "body" if first is not None else ("instance" if model is not None else "model")
        raise DefinitionError((Problem("definition_incomplete", facts={"part": part}),))
    reading = Reading(first.prefixes_in_scope() | _root_prefixes(first))
    definition = _read(head, model, body, attachments, reading)
    if definition is None or any(one.severity is Severity.ERROR for one in reading.problems):
        raise DefinitionError(tuple(reading.problems))
    return definition


def _root_prefixes(instance: Node) -> dict[str, str]:
    root = next(instance.elements(), None)
    return {prefix: uri for prefix, uri in root.namespaces.items() if prefix} if root is not None else {}


def _read(
    head: Node, model: Node, body: Node, attachments: Mapping[str, bytes] | None, reading: Reading
) -> FormDefinition | None:
    instances = list(model.elements("instance"))
    primary = read_primary(instances[0], reading)
    if primary is None:
        return None
    binds = read_binds(model, reading)
    bodies = BodyReader(primary.root, binds, reading)
    controls = bodies.read(body)
    _number_repeats(primary.root)
    _check_repeat_nesting(controls, reading)
    translations, default = read_translations(model, reading)
    actions = read_actions(model, bodies.elements, reading)
    sources = read_secondary(instances[1:], attachments, reading)  # after everything that may use them
    check_text_ids(translations, default, reading)
    _check_submission(model, reading)
    _check_instances(sources.keys() | {"", instances[0].attribute("id") or ""}, reading)
    graph = GraphBuilder(primary.root, translations, instances[0].attribute("id") or "", reading)
    computations = graph.build(controls)
    templates = take_templates(primary, reading.nodes)
    title = text_of(head.first("title"))
    root = primary.element
    version = root.attribute("version") or root.attribute("version", OPENROSA) or ""
    form_id = root.attribute("id") or primary.default_namespace
    if not form_id:
        reading.warning("form_without_id")
    return FormDefinition(
        form_id=form_id,
        primary_id=instances[0].attribute("id") or "",
        version=version,
        title=title,
        languages=tuple(translations),
        default_language=default,
        root=primary.root,
        nodes=reading.nodes,
        controls=controls,
        translations=translations,
        prototype=root,
        templates=templates,
        default_namespace=primary.default_namespace if primary.default_namespace != XFORMS else "",
        instances=sources,
        actions=actions,
        computations=computations,
        language_dependent=tuple(graph.language_dependent),
        entities=_entities(model, primary.root, root, reading),
        warnings=tuple(one for one in reading.problems if one.severity is Severity.WARNING),
        style=tuple((body.attribute("class") or "").split()),
    )


def _number_repeats(root: NodeSpec) -> None:
    for spec in root.walk():
        around = spec.parent.repeats if spec.parent is not None else ()
        spec.repeats = (*around, spec) if spec.is_repeat else around


def _check_repeat_nesting(controls: ControlSpec, reading: Reading) -> None:
    """What belongs to a repeat is shown inside it: outside it would not be known which instance is meant."""
    for control in controls.walk():
        around: list[NodeSpec] = []
        outer = control.parent
        while outer is not None:
            if outer.kind is Control.REPEAT:
                around.insert(0, outer.spec)
            outer = outer.parent
        own = control.spec.repeats[:-1] if control.kind is Control.REPEAT else control.spec.repeats
        if tuple(around[: len(own)]) != own:
            reading.problem("control_outside_repeat", control.reference, "ref")


def _check_submission(model: Node, reading: Reading) -> None:
    """Records are sent by POST; a form that wants another way cannot be served."""
    for submission in model.elements("submission"):
        method = submission.attribute("method") or "post"
        if method not in ("post", "form-data-post"):
            reading.problem("submission_method_unsupported", "", "submission", method=method)


def _check_instances(known: set[str], reading: Reading) -> None:
    """Expressions name only instances that are there."""
    for reference, attribute, id in reading.instances_used:
        if id not in known:
            reading.problem("instance_unknown", reference, attribute, instance=id)


def _entities(model: Node, root: NodeSpec, element: Node, reading: Reading) -> tuple[EntitySpec, ...]:
    version = model.attribute("entities-version", ENTITIES)
    if version is not None and not version.startswith(_ENTITY_VERSIONS):
        reading.problem("entities_version_unsupported", "", "entities-version", version=version)
        return ()
    if version is None:
        return ()
    found: list[EntitySpec] = []
    for spec in root.walk():
        if spec.name == "entity" and spec.parent is not None and spec.parent.name == "meta":
            owner = spec.parent.parent
            assert owner is not None
            found.append(_entity(spec, owner, element, reading))
    return tuple(found)


def _entity(spec: NodeSpec, owner: NodeSpec, element: Node, reading: Reading) -> EntitySpec:
    dataset = next(
        (
            node.value
            for node in _at(element, spec, reading)
            for node in node.attributes
            if node.name == "dataset"
        ),
        "",
    )
    properties = {
        name: below.path
        for below in owner.walk()
        if (name := below.binding.get(f"{ENTITIES} saveto")) and below.repeats == owner.repeats
    }
    return EntitySpec(path=spec.path, dataset=dataset, properties=properties)


def _at(element: Node, spec: NodeSpec, reading: Reading) -> list[Node]:
    """The elements of the prototype at a specification."""
    steps: list[str] = []
    one = spec
    while one.parent is not None:
        steps.append(one.name)
        one = one.parent
    nodes = [element]
    for step in reversed(steps):
        nodes = [child for node in nodes for child in node.elements(step)]
    return nodes
