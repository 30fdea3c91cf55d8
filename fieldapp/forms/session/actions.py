"""Runs the actions of a form (setvalue, setgeopoint) at their events. Pure library layer."""

from collections import deque
from collections.abc import Callable, Iterator

from fieldapp.forms.definition.model import (
    FIRST_LOAD,
    NEW_REPEAT,
    VALUE_CHANGED,
    ActionKind,
    ActionSpec,
    FormDefinition,
    NodeSpec,
)
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.codecs import encode, stored
from fieldapp.forms.session.host import SessionHost
from fieldapp.forms.session.instance import Frame, Instance, state
from fieldapp.forms.session.recalculation import Recalculation
from fieldapp.forms.tree import Node
from fieldapp.forms.view import DataType

_MAX_ACTIONS = 20_000
"""Actions that one answer may set off; beyond it they set each other off."""


class Actions:
    """Collects what happened during an action of the person and does what the form wants then."""

    def __init__(
        self,
        definition: FormDefinition,
        instance: Instance,
        host: SessionHost,
        recalculation: Recalculation,
        position: Callable[[], str],
    ) -> None:
        self._definition = definition
        self._instance = instance
        self._host = host
        self._recalculation = recalculation
        self._position = position
        self._due: deque[tuple[ActionSpec, Frame]] = deque()
        self._by_source: dict[NodeSpec, list[ActionSpec]] = {}
        self._by_repeat: dict[NodeSpec, list[ActionSpec]] = {}
        for action in definition.actions:
            if action.source is not None and VALUE_CHANGED in action.events:
                self._by_source.setdefault(action.source, []).append(action)
            if NEW_REPEAT in action.events:
                repeat = action.source.repeat if action.source is not None else action.target.repeat
                if repeat is not None:
                    self._by_repeat.setdefault(repeat, []).append(action)
        self._listening = False
        recalculation.value_changed = self._on_value_changed
        recalculation.frame_added = self._on_frame_added

    def listen(self) -> None:
        """From now on changed values count: the record is open."""
        self._listening = True

    def loaded(self, event: str) -> None:
        """The record is open: run the actions of a load event."""
        for action in self._definition.actions:
            if event in action.events:
                source = action.source
                frames = (
                    [self._instance.root]
                    if source is None
                    else self._instance.frames_below(self._instance.root, source)
                )
                for frame in frames:
                    if event != FIRST_LOAD or frame.is_initial:
                        self._due.append((action, frame))

    def settle(self) -> None:
        """Work everything out and run what is due, until nothing is left.

        Raises:
            FormError: actions_endless, action_target_many.
        """
        self._recalculation.settle()
        done = 0
        while self._due:
            action, frame = self._due.popleft()
            done += 1
            if done > _MAX_ACTIONS:
                raise FormError("actions_endless", limit=_MAX_ACTIONS)
            if frame.is_present:
                self._run(action, frame)
                self._recalculation.settle()

    def forget(self) -> None:
        """The action of the person is taken back."""
        self._due.clear()

    def _on_value_changed(self, node: Node) -> None:
        if not self._listening or not self._by_source:
            return
        node_state = state(node)
        for action in self._by_source.get(node_state.spec, ()):
            self._due.append((action, node_state.frame))

    def _on_frame_added(self, frame: Frame) -> None:
        for action in self._by_repeat.get(frame.spec, ()):
            self._due.append((action, frame))

    def _run(self, action: ActionSpec, frame: Frame) -> None:
        for target in list(self._targets(action, frame)):
            self._recalculation.set_value(target, self._value(action, target))

    def _targets(self, action: ActionSpec, frame: Frame) -> Iterator[Node]:
        """The target in the same instances of repeats as the source; predicates choose others."""
        if any(reference.predicated for reference in action.target_path.references):
            source = frame.nodes.get(action.source) if action.source is not None else None
            found = self._host.value(action.target_path, source or frame.node)
            yield from found if isinstance(found, list) else []
            return
        shared = 0
        for one, other in zip(frame.spec.repeats, action.target.repeats, strict=False):
            if one is not other:
                break
            shared += 1
        targets = self._instance.nodes_below(frame.at_depth(shared), action.target)
        if len(targets) > 1 and action.source is not None:
            raise FormError("action_target_many", reference=action.target.path)
        yield from targets

    def _value(self, action: ActionSpec, target: Node) -> str:
        if action.kind is ActionKind.SET_GEOPOINT:
            return self._here()
        if action.value is None or isinstance(action.value, str):
            return action.value or ""
        value = self._host.value(action.value, target)
        return stored(value, action.target.type, self._host.zone)

    def _here(self) -> str:
        """Where the device is; "" for what is no position, as receivers without a fix may tell."""
        try:
            return encode(self._position(), DataType.GEOPOINT, self._host.zone)
        except FormError:
            return ""
