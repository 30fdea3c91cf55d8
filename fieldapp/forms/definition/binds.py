"""Reads the binds of the model into the node specifications. Pure library layer."""

from typing import Final

from fieldapp.forms.definition.model import JAVAROSA, NodeSpec
from fieldapp.forms.definition.problems import Severity
from fieldapp.forms.definition.reading import Reading, jr
from fieldapp.forms.tree import Node
from fieldapp.forms.view import DataType

#: Types as forms write them, without prefix; lower case.
_TYPES: Final[dict[str, DataType]] = {kind.value.lower(): kind for kind in DataType} | {
    "integer": DataType.INT,
    "long": DataType.INT,
    "double": DataType.DECIMAL,
    "float": DataType.DECIMAL,
    "text": DataType.STRING,
    "select": DataType.STRING,
    "select1": DataType.STRING,
    "selectone": DataType.STRING,
    "selectmultiple": DataType.STRING,
    "list": DataType.STRING,
    "listitem": DataType.STRING,
    "listitems": DataType.STRING,
    "rank": DataType.STRING,
    "choice": DataType.STRING,
    "audio": DataType.BINARY,
    "video": DataType.BINARY,
    "image": DataType.BINARY,
    "base64binary": DataType.BINARY,
}

_EXPRESSIONS: Final = ("relevant", "readonly", "required", "constraint", "calculate")


def read_binds(model: Node, reading: Reading) -> dict[str, NodeSpec]:
    """Read every bind; answers the nodes of the binds that have an id."""
    by_id: dict[str, NodeSpec] = {}
    root = next(iter(reading.nodes.values()))
    for bind in model.elements("bind"):
        nodeset = (bind.attribute("nodeset") or bind.attribute("ref") or "").strip()
        base = None if nodeset.startswith("/") else root  # a relative path begins at the root
        spec = reading.nodes.get(nodeset) or reading.resolve(nodeset, base, "bind", severity=Severity.WARNING)
        if spec is None:
            continue
        _read_bind(bind, spec, reading)
        id = bind.attribute("id")
        if id:
            by_id[id] = spec
    return by_id


def _read_bind(bind: Node, spec: NodeSpec, reading: Reading) -> None:
    spec.type = _type(bind.attribute("type"), spec, reading) or spec.type
    for name in _EXPRESSIONS:
        expression = reading.optional(bind.attribute(name), spec.path, name)
        if expression is None:
            continue
        if expression.is_path and name in ("relevant", "required", "readonly", "constraint"):
            reading.warning("condition_is_path", spec.path, name, expression=expression.source)
        setattr(spec, name, expression)
    spec.required_message = (
        reading.message(jr(bind, "requiredMsg"), spec.path, "required_message") or spec.required_message
    )
    spec.constraint_message = (
        reading.message(jr(bind, "constraintMsg"), spec.path, "constraint_message") or spec.constraint_message
    )
    spec.preload = jr(bind, "preload") or spec.preload
    spec.preload_parameter = jr(bind, "preloadParams") or spec.preload_parameter
    for attribute in bind.attributes:
        if attribute.namespace and attribute.namespace != JAVAROSA:
            spec.binding[f"{attribute.namespace} {attribute.name}"] = attribute.value


def _type(text: str | None, spec: NodeSpec, reading: Reading) -> DataType | None:
    if not text:
        return None
    kind = _TYPES.get(text.rpartition(":")[2].lower())
    if kind is None:
        reading.warning("type_unknown", spec.path, "type", type=text)
    return kind
