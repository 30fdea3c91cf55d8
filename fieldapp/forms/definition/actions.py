"""Reads actions (setvalue, setgeopoint) from the model and the body. Pure library layer."""

from typing import Final

from fieldapp.forms.definition.body import text_of
from fieldapp.forms.definition.model import (
    FIRST_LOAD,
    LOAD,
    NEW_REPEAT,
    REVALIDATE,
    VALUE_CHANGED,
    ActionKind,
    ActionSpec,
    NodeSpec,
)
from fieldapp.forms.definition.reading import Reading
from fieldapp.forms.tree import Node
from fieldapp.forms.xpath import Expression

_ACTIONS: Final = {"setvalue": ActionKind.SET_VALUE, "setgeopoint": ActionKind.SET_GEOPOINT}
#: Event names as forms write them, old ones included.
_EVENTS: Final = {
    FIRST_LOAD: FIRST_LOAD,
    "xforms-ready": FIRST_LOAD,
    LOAD: LOAD,
    NEW_REPEAT: NEW_REPEAT,
    "jr-insert": NEW_REPEAT,
    VALUE_CHANGED: VALUE_CHANGED,
    REVALIDATE: REVALIDATE,
}
_EVENTS_NAMESPACE: Final = "http://www.w3.org/2001/xml-events"


def read_actions(
    model: Node, elements: list[tuple[Node, NodeSpec]], reading: Reading
) -> tuple[ActionSpec, ...]:
    """The actions of the model, then those inside controls and repeats."""
    places: list[tuple[Node, NodeSpec | None]] = [(model, None), *elements]
    actions = [
        _action(child, _ACTIONS[child.name], source, reading)
        for element, source in places
        for child in element.elements()
        if child.name in _ACTIONS
    ]
    return tuple(action for action in actions if action is not None)


def _action(element: Node, kind: ActionKind, source: NodeSpec | None, reading: Reading) -> ActionSpec | None:
    place = source.path if source is not None else ""
    path = element.attribute("ref") or element.attribute("bind") or ""
    target = reading.resolve(path, source, element.name)
    target_path = reading.optional(path, place, element.name)
    if target is None or target_path is None:
        return None
    events = _events(element, target, reading)
    if source is None and NEW_REPEAT in events:
        reading.problem("event_outside_repeat", target.path, element.name)
    if _may_mean_many(target, target_path, source):
        reading.warning("action_target_many", target.path, element.name)
    value: Expression | str | None = None
    source_text = element.attribute("value")
    if source_text is not None and source_text.strip():
        value = reading.expression(source_text, target.path, element.name)
        if value is None:
            return None
    elif source_text is None:
        value = text_of(element) or None
    return ActionSpec(kind, events, target, target_path, source, value)


def _may_mean_many(target: NodeSpec, path: Expression, source: NodeSpec | None) -> bool:
    """The target is in a repeat that the source is not in, and no predicate picks an instance of it."""
    if source is None or any(reference.predicated for reference in path.references):
        return False
    return target.repeat is not None and target.repeat not in source.repeats


def _events(element: Node, target: NodeSpec, reading: Reading) -> frozenset[str]:
    text = element.attribute("event", _EVENTS_NAMESPACE) or element.attribute("event") or ""
    known: set[str] = set()
    for name in text.split():
        if name in _EVENTS:
            known.add(_EVENTS[name])
        else:
            reading.problem("event_unknown", target.path, element.name, event=name)
    if not text.split():
        reading.problem("event_missing", target.path, element.name)
    return frozenset(known)
