"""Views of the live record: what is at a reference, and what a person may do there. Pure library layer."""

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
    GroupView,
    QuestionView,
    Reference,
    RepeatView,
    Validity,
)

_PAGE_WORDS: Final = frozenset({"field-list", "table-list"})
GROUPING: Final = (Control.GROUP, Control.REPEAT)


class Views:
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
        if not state(found).spec.is_leaf or (control is not None and control.kind in GROUPING):
            return self._group_view(found, control)
        return self._question_view(found, control)

    def _question_view(self, node: Node, control: ControlSpec | None) -> QuestionView:
        node_state = state(node)
        spec, texts = node_state.spec, self._texts
        hint = control.hint if control is not None else None
        return QuestionView(
            reference=self.reference(node_state.frame, spec, control),
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
            validity=self.validity(node, node_state),
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
            reference=self._instance.reference(node) if is_instance else self.reference(frame, spec, control),
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
                self.reference(frame, child.spec, child)
                for child in (control.children if control is not None else ())
            ),
            is_page=control is not None and is_page(control),
            position=next((i for i, one in enumerate(frames, 1) if one is frame), 0),
            can_remove=is_instance and self.can_remove(frame),
        )

    def _repeat_view(self, range: Range, control: ControlSpec | None) -> RepeatView:
        spec, frame = range.spec, range.frame
        return RepeatView(
            reference=self.reference(frame, spec, control),
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

    def reference(self, frame: Frame, spec: NodeSpec, control: ControlSpec | None) -> Reference:
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
            return self.reference(frame, outer.spec, outer)
        return self._instance.reference_below(frame, spec.parent) if spec.parent is not None else ""

    # -- validity ---------------------------------------------------------------------------------

    def validity(self, node: Node, node_state: State) -> Validity:
        broken = _broken(node, node_state)
        if broken is None:
            return VALID
        spec = node_state.spec
        text = spec.required_message if broken is Condition.REQUIRED else spec.constraint_message
        return Validity(broken, self._texts.text(text, node))


def is_page(control: ControlSpec) -> bool:
    """Its questions are shown together."""
    return not _PAGE_WORDS.isdisjoint(control.appearance)


def _broken(node: Node, node_state: State) -> Condition | None:
    if not node.relevant:
        return None
    if not node.value:
        return Condition.REQUIRED if node_state.required else None
    return None if node_state.satisfied else Condition.CONSTRAINT
