"""The body over the live record: views of nodes, pages, failures. Pure library layer."""

from collections.abc import Iterator
from typing import Final

from fieldapp.forms.definition.model import ControlSpec, FormDefinition, NodeSpec
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.instance import MAX_INSTANCES, Frame, Instance, Range, State, state
from fieldapp.forms.session.texts import GUIDANCE, Texts
from fieldapp.forms.tree import Node
from fieldapp.forms.view import (
    VALID,
    AnyView,
    Condition,
    Control,
    Failure,
    GroupView,
    Page,
    PageKind,
    QuestionView,
    Reference,
    RepeatView,
    Validity,
)

_PAGE_WORDS: Final = frozenset({"field-list", "table-list"})
#: Attributes of controls that have an attribute of their own in views.
_GROUPING: Final = (Control.GROUP, Control.REPEAT)


class Body:
    """Answers what is on the screen."""

    def __init__(
        self, definition: FormDefinition, instance: Instance, texts: Texts, *, read_only: bool
    ) -> None:
        self._definition = definition
        self._instance = instance
        self._texts = texts
        self._read_only = read_only
        self._by_key = {control.key: control for control in definition.controls.walk()}

    # -- finding ----------------------------------------------------------------------------------

    def find(self, reference: Reference) -> Node | Range:
        """The node or repeat at a reference.

        Raises:
            FormError: reference_unknown.
        """
        found = self._instance.find(reference) if reference else self._instance.root.node
        if found is None:
            raise FormError("reference_unknown", reference=reference)
        return found

    def is_readonly(self, node: Node) -> bool:
        """By its own bind, one above it, or the session."""
        if self._read_only:
            return True
        one: Node | None = node
        while one is not None and one.state is not None:
            if state(one).own_readonly:
                return True
            one = one.parent
        return False

    def can_add(self, range: Range) -> bool:
        """The person may add an instance."""
        return (
            not self._is_fixed(range)
            and range.anchor.relevant
            and len(range.frames) < MAX_INSTANCES
            and not self.is_readonly(range.anchor)
        )

    def can_remove(self, frame: Frame) -> bool:
        """The person may remove this instance."""
        return not self._is_fixed(self._instance.range_of(frame)) and not self.is_readonly(frame.node)

    def _is_fixed(self, range: Range) -> bool:
        control = range.spec.control
        return control is None or control.fixed or range.spec.count is not None

    # -- views ------------------------------------------------------------------------------------

    def view(self, reference: Reference) -> AnyView:
        """What is at a reference.

        Raises:
            FormError: reference_unknown.
        """
        path, _, key = reference.partition("#")
        found = self.find(path)
        if key:
            control = self._by_key.get(int(key)) if key.isdecimal() else None
            if control is None:
                raise FormError("reference_unknown", reference=reference)
        else:
            spec = found.spec if isinstance(found, Range) else state(found).spec
            control = spec.control if spec is not self._definition.root else self._definition.controls
        if isinstance(found, Range):
            return self._repeat_view(found, control)
        if not state(found).spec.is_leaf or (control is not None and control.kind in _GROUPING):
            return self._group_view(found, control)
        return self._question_view(found, control)

    def _question_view(self, node: Node, control: ControlSpec | None) -> QuestionView:
        node_state = state(node)
        spec, texts = node_state.spec, self._texts
        hint = control.hint if control is not None else None
        return QuestionView(
            reference=self._reference(node_state.frame, spec, control),
            name=spec.qualified_name,
            parent=self._parent(node_state.frame, spec, control),
            control=control.kind if control is not None else Control.NONE,
            relevant=node.relevant,
            readonly=self.is_readonly(node),
            label=texts.text(control.label, node) if control is not None else None,
            hint=texts.text(hint, node),
            guidance=texts.text(hint, node, form=GUIDANCE),
            appearance=control.appearance if control is not None else (),
            parameters=control.parameters if control is not None else {},
            type=spec.type,
            value=node.value,
            required=node_state.required,
            validity=self._validity(node, node_state),
            range=control.range if control is not None else None,
            media_type=control.media_type if control is not None else "",
            has_choices=control is not None and bool(control.choices or control.itemset),
        )

    def _group_view(self, node: Node, control: ControlSpec | None) -> GroupView:
        node_state = state(node)
        spec, frame = node_state.spec, node_state.frame
        is_instance = spec.is_repeat and (control is None or control.kind is Control.REPEAT)
        frames = self._instance.range_of(frame).frames if is_instance else []
        return GroupView(
            reference=self._instance.reference(node)
            if is_instance
            else self._reference(frame, spec, control),
            name=spec.qualified_name,
            parent=self._instance.reference_below(frame.parent, spec)
            if is_instance and frame.parent is not None
            else self._parent(frame, spec, control),
            control=Control.REPEAT_INSTANCE if is_instance else Control.GROUP,
            relevant=node.relevant,
            readonly=self.is_readonly(node),
            label=self._texts.text(control.label, node) if control is not None else None,
            hint=self._texts.text(control.hint, node) if control is not None else None,
            appearance=control.appearance if control is not None else (),
            parameters=control.parameters if control is not None else {},
            children=tuple(
                self._reference(frame, child.spec, child)
                for child in (control.children if control is not None else ())
            ),
            is_page=control is not None and _is_page(control),
            position=next((i for i, one in enumerate(frames, 1) if one is frame), 0),
            can_remove=is_instance and self.can_remove(frame),
        )

    def _repeat_view(self, range: Range, control: ControlSpec | None) -> RepeatView:
        spec, frame = range.spec, range.frame
        return RepeatView(
            reference=self._reference(frame, spec, control),
            name=spec.qualified_name,
            parent=self._parent(frame, spec, control),
            control=Control.REPEAT,
            relevant=range.anchor.relevant,
            readonly=self.is_readonly(range.anchor),
            label=self._texts.text(control.label, range.anchor) if control is not None else None,
            hint=None,
            appearance=control.appearance if control is not None else (),
            parameters=control.parameters if control is not None else {},
            instances=tuple(self._instance.reference(one.node) for one in range.frames),
            can_add=self.can_add(range),
        )

    def _reference(self, frame: Frame, spec: NodeSpec, control: ControlSpec | None) -> Reference:
        """Where a control's node is, seen from a frame it is in (or in which its repeat is)."""
        depth = len(spec.repeats) - (1 if control is not None and control.kind is Control.REPEAT else 0)
        plain = self._instance.reference_below(frame.at_depth(depth), spec)
        _, mark, key = control.reference.partition("#") if control is not None else ("", "", "")
        return f"{plain}{mark}{key}"

    def _parent(self, frame: Frame, spec: NodeSpec, control: ControlSpec | None) -> Reference:
        outer = control.parent if control is not None else None
        if outer is not None:
            if outer.kind is Control.REPEAT:
                return self._instance.reference(frame.at_depth(len(outer.spec.repeats)).node)
            return self._reference(frame, outer.spec, outer)
        return self._instance.reference_below(frame, spec.parent) if spec.parent is not None else ""

    # -- validity ---------------------------------------------------------------------------------

    def _validity(self, node: Node, node_state: State) -> Validity:
        broken = _broken(node, node_state)
        if broken is None:
            return VALID
        spec = node_state.spec
        text = spec.required_message if broken is Condition.REQUIRED else spec.constraint_message
        return Validity(broken, self._texts.text(text, node))

    def failures(self) -> tuple[Failure, ...]:
        """Everything shown that is not valid, in the order of the body."""
        found: list[Failure] = []
        for control, frame in self._shown(self._definition.controls, self._instance.root):
            node = frame.nodes.get(control.spec)
            if node is None or control.kind in _GROUPING:
                continue
            validity = self._validity(node, state(node))
            if validity.broken is not None:
                reference = self._instance.reference(node)
                found.append(Failure(reference, validity.broken, validity.message))
        return tuple(found)

    def _shown(self, control: ControlSpec, frame: Frame) -> Iterator[tuple[ControlSpec, Frame]]:
        """Every relevant control, with the frame its node is in; repeats once for each instance."""
        todo = [(child, frame) for child in reversed(control.children)]
        while todo:
            one, around = todo.pop()
            if one.kind is Control.REPEAT:
                frames = around.ranges[one.spec].frames if one.spec in around.ranges else []
                inner = [each for each in frames if each.node.relevant]
            else:
                own = around.at_depth(len(one.spec.repeats))
                node = own.nodes.get(one.spec)
                inner = [own] if node is not None and node.relevant else []
            for each in reversed(inner):
                todo.extend((child, each) for child in reversed(one.children))
            if one.kind is not Control.REPEAT and inner:
                yield one, inner[0]

    # -- pages ------------------------------------------------------------------------------------

    def pages(self) -> Iterator[Page]:
        """The relevant pages in order."""
        yield from self._pages(self._definition.controls, self._instance.root, ())
        yield Page(PageKind.END, "")

    def _pages(self, control: ControlSpec, frame: Frame, trail: tuple[Reference, ...]) -> Iterator[Page]:
        for child in control.children:
            if child.kind is Control.REPEAT:
                yield from self._repeat_pages(child, frame, trail)
                continue
            own = frame.at_depth(len(child.spec.repeats))
            node = own.nodes.get(child.spec)
            if node is None or not node.relevant:
                continue
            reference = self._reference(own, child.spec, child)
            if child.kind is not Control.GROUP:
                yield Page(PageKind.QUESTION, reference, (reference,), trail)
            elif _is_page(child):
                yield from self._field_list(child, own, reference, trail)
            else:
                yield from self._pages(child, own, (*trail, reference))

    def _repeat_pages(
        self, control: ControlSpec, frame: Frame, trail: tuple[Reference, ...]
    ) -> Iterator[Page]:
        range = frame.ranges[control.spec]
        for one in range.frames:
            if not one.node.relevant:
                continue
            reference = self._instance.reference(one.node)
            if _is_page(control):
                yield from self._field_list(control, one, reference, trail)
            else:
                yield from self._pages(control, one, (*trail, reference))
        if self.can_add(range):
            reference = self._reference(frame, control.spec, control)
            yield Page(PageKind.ADD_REPEAT, reference, (reference,), trail)

    def _field_list(
        self, control: ControlSpec, frame: Frame, reference: Reference, trail: tuple[Reference, ...]
    ) -> Iterator[Page]:
        questions = tuple(self._on_page(control, frame))
        if questions:
            yield Page(PageKind.FIELD_LIST, reference, questions, trail)

    def _on_page(self, control: ControlSpec, frame: Frame) -> Iterator[Reference]:
        for child in control.children:
            if child.kind is Control.REPEAT:
                range = frame.ranges[child.spec]
                if range.frames or self.can_add(range):
                    yield self._reference(frame, child.spec, child)
                for one in range.frames:
                    if one.node.relevant:
                        yield self._instance.reference(one.node)
                        yield from self._on_page(child, one)
                continue
            own = frame.at_depth(len(child.spec.repeats))
            node = own.nodes.get(child.spec)
            if node is None or not node.relevant:
                continue
            yield self._reference(own, child.spec, child)
            if child.kind is Control.GROUP:
                yield from self._on_page(child, own)


def _is_page(control: ControlSpec) -> bool:
    return not _PAGE_WORDS.isdisjoint(control.appearance)


def _broken(node: Node, node_state: State) -> Condition | None:
    if not node.relevant:
        return None
    if not node.value:
        return Condition.REQUIRED if node_state.required else None
    return None if node_state.satisfied else Condition.CONSTRAINT
