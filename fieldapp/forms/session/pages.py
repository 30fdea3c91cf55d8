"""The form page by page, and what keeps it from being finished. Pure library layer."""

from collections.abc import Iterator

from fieldapp.forms.definition.model import ControlSpec, FormDefinition
from fieldapp.forms.session.instance import Frame, Instance, state
from fieldapp.forms.session.views import GROUPING, Views, is_page
from fieldapp.forms.view import Control, Failure, Page, PageKind, Reference


class Pages:
    """Walks the body over the live record."""

    def __init__(self, definition: FormDefinition, instance: Instance, views: Views) -> None:
        self._definition = definition
        self._instance = instance
        self._views = views

    def failures(self) -> tuple[Failure, ...]:
        """Everything shown that is not valid, in the order of the body."""
        found: list[Failure] = []
        for control, frame in self._shown(self._definition.controls, self._instance.root):
            node = frame.nodes.get(control.spec)
            if node is None or control.kind in GROUPING:
                continue
            validity = self._views.validity(node, state(node))
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
            reference = self._views.reference(own, child.spec, child)
            if child.kind is not Control.GROUP:
                yield Page(PageKind.QUESTION, reference, (reference,), trail)
            elif is_page(child):
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
            if is_page(control):
                yield from self._field_list(control, one, reference, trail)
            else:
                yield from self._pages(control, one, (*trail, reference))
        if self._views.can_add(range):
            reference = self._views.reference(frame, control.spec, control)
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
                if range.frames or self._views.can_add(range):
                    yield self._views.reference(frame, child.spec, child)
                for one in range.frames:
                    if one.node.relevant:
                        yield self._instance.reference(one.node)
                        yield from self._on_page(child, one)
                continue
            own = frame.at_depth(len(child.spec.repeats))
            node = own.nodes.get(child.spec)
            if node is None or not node.relevant:
                continue
            yield self._views.reference(own, child.spec, child)
            if child.kind is Control.GROUP:
                yield from self._on_page(child, own)
