"""Reads the body: controls, groups, repeats, choices, ranges. Pure library layer."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fieldapp.forms.definition.model import (
    JAVAROSA,
    ChoiceSpec,
    ControlSpec,
    ItemsetSpec,
    NodeSpec,
)
from fieldapp.forms.definition.reading import Reading, follow, jr
from fieldapp.forms.tree import Kind, Node
from fieldapp.forms.view import Control, Range
from fieldapp.forms.xpath import Expression, Origin

_CONTROLS: Final[dict[str, Control]] = {
    "input": Control.INPUT,
    "secret": Control.INPUT,
    "textarea": Control.INPUT,
    "select1": Control.SELECT_ONE,
    "select": Control.SELECT_MULTIPLE,
    "rank": Control.RANK,
    "upload": Control.UPLOAD,
    "range": Control.RANGE,
    "trigger": Control.TRIGGER,
}
_CHOOSING: Final = frozenset({Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK, Control.RANGE})
#: Attributes of controls that the reader itself uses.
_KNOWN: Final = frozenset(
    {
        "ref",
        "nodeset",
        "bind",
        "appearance",
        "mediatype",
        "start",
        "end",
        "step",
        "count",
        "noAddRemove",
        "class",
    }
)


class BodyReader:
    """Reads the body into ControlSpecs and notes which nodes are repeats."""

    def __init__(self, root: NodeSpec, binds: Mapping[str, NodeSpec], reading: Reading) -> None:
        self._binds = binds
        self._reading = reading
        self._keys = 0
        self.elements: list[tuple[Node, NodeSpec]] = []
        """Every element that may hold actions, with its node."""
        self.top = ControlSpec(key=0, kind=Control.GROUP, reference=root.path, spec=root, is_bound=True)

    def read(self, body: Node) -> ControlSpec:
        """The body as the children of one control for the root."""
        self._children(body, self.top)
        return self.top

    def _children(self, element: Node, parent: ControlSpec) -> None:
        for child in element.elements():
            if child.name == "group":
                self._group(child, parent)
            elif child.name == "repeat":
                self._repeat(child, parent, None)
            elif child.name in _CONTROLS:
                self._question(child, parent)

    # -- groups and repeats -----------------------------------------------------------------------

    def _group(self, element: Node, parent: ControlSpec) -> None:
        spec = self._bound(element, parent) if _is_bound(element) else None
        if _is_bound(element) and spec is None:
            spec = parent.spec  # noted as a problem; its children are still looked at
        inner = [child for child in element.elements() if child.name != "label" and child.name != "hint"]
        if len(inner) == 1 and inner[0].name == "repeat":
            wrapped = self._bound(inner[0], parent, note=False)
            if wrapped is not None and (spec is None or spec is wrapped):
                self._repeat(inner[0], parent, element)
                return
        control = self._control(element, Control.GROUP, spec, parent)
        if spec is not None:
            self.elements.append((element, spec))
        self._children(element, control)

    def _repeat(self, element: Node, parent: ControlSpec, wrapper: Node | None) -> None:
        spec = self._bound(element, parent)
        if spec is None or spec.parent is None:
            if spec is not None:
                self._reading.problem("repeat_is_root", spec.path, "nodeset")
            return
        if spec.is_repeat:
            self._reading.problem("repeat_repeated", spec.path, "nodeset")
            return
        spec.is_repeat = True
        control = self._control(element, Control.REPEAT, spec, parent)
        if wrapper is not None:
            control.label = self._reading.label(wrapper.first("label"), spec.path, "label") or control.label
            control.appearance += _words(wrapper)
            self.elements.append((wrapper, spec))
        control.fixed = (jr(element, "noAddRemove") or "").strip() in ("true()", "true", "1")
        spec.count = self._count(jr(element, "count"), spec, parent)
        self.elements.append((element, spec))
        self._children(element, control)

    def _count(self, text: str | None, spec: NodeSpec, parent: ControlSpec) -> Expression | None:
        """The number of instances; relative to the repeat, or else to the control around it.

        What pyxform writes stands inside a group of the repeat's own path, and so both are the same.
        """
        count = self._reading.optional(text, spec.path, "count")
        if count is None or not count.is_path or parent.spec is not spec.parent:
            return count
        first = count.references[0]
        if first.origin is not Origin.CONTEXT or follow(self._reading.nodes, spec, first.steps):
            return count
        if not follow(self._reading.nodes, parent.spec, first.steps):
            return count
        return self._reading.expression(f"../{count.source.strip()}", spec.path, "count")

    # -- questions --------------------------------------------------------------------------------

    def _question(self, element: Node, parent: ControlSpec) -> None:
        spec = self._bound(element, parent)
        if spec is None:
            return
        if spec.children:
            self._reading.problem("question_on_group", spec.path, "ref")
            return
        control = self._control(element, _CONTROLS[element.name], spec, parent)
        control.media_type = element.attribute("mediatype") or ""
        if control.kind in _CHOOSING:
            self._choices(element, control)
        if control.kind is Control.RANGE:
            control.range = self._range(element, spec)
        self.elements.append((element, spec))

    def _choices(self, element: Node, control: ControlSpec) -> None:
        itemset = element.first("itemset")
        if itemset is not None:
            control.itemset = self._itemset(itemset, control)
            return
        choices: list[ChoiceSpec] = []
        for number, item in enumerate(element.elements("item"), start=1):
            value = item.first("value")
            if value is None and control.kind is not Control.RANGE:
                self._reading.problem("choice_without_value", control.reference, "choices", number=number)
                continue
            label = self._reading.label(item.first("label"), control.reference, "choices")
            choices.append(ChoiceSpec(value.value.strip() if value is not None else "", label))
        control.choices = tuple(choices)
        if not choices and control.kind is not Control.RANGE:
            self._reading.warning("choices_missing", control.reference, "choices")

    def _itemset(self, itemset: Node, control: ControlSpec) -> ItemsetSpec | None:
        reading, reference = self._reading, control.reference
        value, label = itemset.first("value"), itemset.first("label")
        nodeset = reading.optional(itemset.attribute("nodeset"), reference, "choices")
        ref = value.attribute("ref") if value is not None else None
        if nodeset is None or not ref:
            reading.problem("itemset_incomplete", reference, "choices")
            return None
        compiled = reading.expression(ref, reference, "choices")
        if compiled is None:
            return None
        return ItemsetSpec(nodeset, compiled, reading.label(label, reference, "choices"))

    def _range(self, element: Node, spec: NodeSpec) -> Range | None:
        numbers: list[Decimal] = []
        for name in ("start", "end", "step"):
            text = element.attribute(name)
            try:
                number = Decimal((text or "").strip())
            except InvalidOperation:
                number = Decimal("NaN")
            if not number.is_finite() or (name == "step" and number == 0):
                self._reading.problem("range_invalid", spec.path, name)
                return None
            numbers.append(number)
        start, end, step = numbers
        return Range(start, end, abs(step))

    # -- what all share ---------------------------------------------------------------------------

    def _bound(self, element: Node, parent: ControlSpec, *, note: bool = True) -> NodeSpec | None:
        bind = element.attribute("bind")
        if bind:
            if bind not in self._binds and note:
                self._reading.problem("bind_unknown", parent.reference, element.name, bind=bind)
            return self._binds.get(bind)
        path = (element.attribute("nodeset") or element.attribute("ref") or "").strip()
        found = self._reading.nodes.get(path)
        if found is not None or not note:
            return found
        if not path:
            self._reading.problem("control_without_reference", parent.reference, element.name)
            return None
        return self._reading.resolve(path, parent.spec, element.name)

    def _control(
        self, element: Node, kind: Control, spec: NodeSpec | None, parent: ControlSpec
    ) -> ControlSpec:
        self._keys += 1
        is_first = spec is not None and spec.control is None and spec is not self.top.spec
        node = spec or parent.spec
        control = ControlSpec(
            key=self._keys,
            kind=kind,
            reference=node.path if is_first else f"{node.path}#{self._keys}",
            spec=node,
            is_bound=spec is not None and spec is not self.top.spec,
            parent=parent,
            appearance=_words(element),
            parameters={
                attribute.name: attribute.value
                for attribute in element.attributes
                if attribute.name not in _KNOWN and attribute.namespace != JAVAROSA
            },
        )
        if is_first:
            node.control = control
        control.label = self._reading.label(element.first("label"), control.reference, "label")
        control.hint = self._reading.label(element.first("hint"), control.reference, "hint")
        parent.children.append(control)
        return control


def _is_bound(element: Node) -> bool:
    return any(element.attribute(name) for name in ("ref", "nodeset", "bind"))


def _words(element: Node) -> tuple[str, ...]:
    return tuple((element.attribute("appearance") or "").split())


def text_of(element: Node | None) -> str:
    """All text of an element, markup and comments left out."""
    if element is None:
        return ""
    parts = [element.value, *(child.value for child in element.walk() if child.kind is Kind.TEXT)]
    return "".join(parts).strip()
