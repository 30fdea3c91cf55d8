"""The world as expressions see it: the environment, the instances, texts and choices. Pure library layer."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from fieldapp.forms.definition.graph import named_control
from fieldapp.forms.definition.lists import rows_document, without_default_namespace
from fieldapp.forms.definition.model import FormDefinition, InstanceSource
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.environment import Environment
from fieldapp.forms.session.instance import Instance, state
from fieldapp.forms.tree import Document, Node, element, parse
from fieldapp.forms.xpath import Expression, Value, to_boolean, to_number, to_string


class SessionHost:
    """Evaluates expressions for a session. Satisfies fieldapp.forms.xpath.Host.

    Attributes:
        language: the language of texts.
        text_by_id, choice_by_value: answer jr:itext and jr:choice-name for a node; set when the session is
            put together, since they evaluate expressions themselves.
    """

    def __init__(self, definition: FormDefinition, instance: Instance, environment: Environment) -> None:
        self._definition = definition
        self._instance = instance
        self._environment = environment
        self._provided: dict[str, Document] = {}
        self._node: Node = instance.root.node
        self.text_by_id: Callable[[str, Node], str | None] = lambda _id, _node: None
        self.choice_by_value: Callable[[Node, str], str | None] = lambda _node, _value: None
        self.language = definition.default_language
        self.zone: Final = environment.zone

    # -- evaluating -------------------------------------------------------------------------------

    def value(self, expression: Expression, node: Node, origin: Node | None = None) -> Value:
        """The value of an expression for a node; `origin` is the question when the node is an item of it."""
        before = self._node
        self._node = origin or node
        try:
            return expression.evaluate(node, self, origin=origin)
        finally:
            self._node = before

    def truth(self, expression: Expression, node: Node) -> bool:
        """The expression as a condition."""
        return to_boolean(self.value(expression, node))

    def number(self, expression: Expression, node: Node) -> float:
        """The expression as a number."""
        return to_number(self.value(expression, node), self.zone)

    def string(self, expression: Expression, node: Node, origin: Node | None = None) -> str:
        """The expression as text."""
        return to_string(self.value(expression, node, origin))

    # -- what expressions ask for -----------------------------------------------------------------

    def now(self) -> dt.datetime:
        """The present instant."""
        return self._environment.now()

    def random_bytes(self, count: int) -> bytes:
        """Random bytes of the environment."""
        return self._environment.random_bytes(count)

    def instance(self, id: str) -> Node | None:
        """The document of an instance."""
        if id in ("", self._definition.primary_id):
            return self._instance.document
        source = self._definition.instances.get(id)
        if source is None:
            return None
        if not source.is_provided:
            return source.document()
        if id not in self._provided:
            self._provided[id] = self._provide(source)
        return self._provided[id]

    def text(self, id: str) -> str | None:
        """A text of the translations, seen from the node that is being evaluated."""
        return self.text_by_id(id, self._node)

    def choice_label(self, value: str, path: str, node: Node) -> str | None:
        """The label of a question's choice, as text."""
        spec = state(node).spec if node.state is not None else self._definition.root
        control = named_control(self._definition.nodes, path, spec)
        if control is None:
            return None
        shared = 0
        frame = state(node).frame if node.state is not None else self._instance.root
        for one, other in zip(spec.repeats, control.spec.repeats, strict=False):
            if one is not other:
                break
            shared += 1
        found = self._instance.nodes_below(frame.at_depth(shared), control.spec)
        return self.choice_by_value(found[0], value) if found else None

    def _provide(self, source: InstanceSource) -> Document:
        if source.name == "last-saved":
            saved = self._environment.last_saved
            document = without_default_namespace(parse(saved)) if saved else Document(element("root"))
        else:
            rows = self._environment.lists.get(source.name) or self._environment.lists.get(source.id)
            if rows is None:
                raise FormError("instance_not_provided", instance=source.id)
            document = rows_document(rows())
        document.frozen = True
        return document
