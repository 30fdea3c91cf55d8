"""Values that the program puts into a record: ids, times, device and person. Pure library layer."""

import datetime as dt

from fieldapp.forms.definition.model import FormDefinition, NodeSpec
from fieldapp.forms.session.environment import Environment
from fieldapp.forms.session.instance import Instance
from fieldapp.forms.session.recalculation import Recalculation
from fieldapp.forms.tree import Node, element


def preload_new(
    definition: FormDefinition, instance: Instance, environment: Environment, recalculation: Recalculation
) -> None:
    """What a new record begins with."""
    for spec in definition.nodes.values():
        value = _initial(spec, environment) if spec.preload else None
        if value is not None:
            for node in instance.nodes_below(instance.root, spec):
                recalculation.set_value(node, value)
    id_spec = definition.meta("instanceID")
    if id_spec is not None and id_spec.calculate is None:
        node = instance.root.nodes[id_spec]
        if not node.value:
            recalculation.set_value(node, new_instance_id(environment))


def preload_end(
    definition: FormDefinition, instance: Instance, environment: Environment, recalculation: Recalculation
) -> None:
    """What a record gets when it is finished."""
    for spec in definition.nodes.values():
        if spec.preload == "timestamp" and spec.preload_parameter == "end":
            for node in instance.nodes_below(instance.root, spec):
                recalculation.set_value(node, _timestamp(environment))


def replace_instance_id(definition: FormDefinition, root: Node, environment: Environment) -> None:
    """A corrected record: a new instanceID, the former one becomes its deprecatedID."""
    id_spec = definition.meta("instanceID")
    assert id_spec is not None
    assert id_spec.parent is not None
    block = next(root.elements(id_spec.parent.name))
    node = next(block.elements("instanceID"))
    deprecated = block.first("deprecatedID")
    if deprecated is None:
        deprecated = element("deprecatedID", namespace=id_spec.namespace, prefix=id_spec.prefix)
        at = next(index for index, child in enumerate(block.children) if child is node)
        block.insert(at + 1, deprecated)
    deprecated.value = node.value
    node.value = new_instance_id(environment)


def new_instance_id(environment: Environment) -> str:
    """A fresh id of a record."""
    return f"uuid:{environment.new_id()}"


def _initial(spec: NodeSpec, environment: Environment) -> str | None:
    match spec.preload, spec.preload_parameter:
        case "uid", _:
            return new_instance_id(environment)
        case "timestamp", "start":
            return _timestamp(environment)
        case "date", "today":
            return environment.now().astimezone(environment.zone).date().isoformat()
        case "property", name:
            return environment.properties.get(name, "")
        case _:
            return None


def _timestamp(environment: Environment) -> str:
    now: dt.datetime = environment.now().astimezone(environment.zone)
    return now.isoformat(timespec="milliseconds")
