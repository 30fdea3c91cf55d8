"""The definition of a form as its sessions share it: nodes, controls, texts, actions. Pure library layer.

Built once by the reader and not changed afterwards, but for lists that are read when first asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from fieldapp.forms.collection import collection_paused
from fieldapp.forms.definition.problems import Problem
from fieldapp.forms.tree import Document, Node
from fieldapp.forms.view import Control, DataType, Range
from fieldapp.forms.xpath import Expression

OPENROSA: Final = "http://openrosa.org/xforms"
JAVAROSA: Final = "http://openrosa.org/javarosa"
ODK: Final = "http://www.opendatakit.org/xforms"
ENTITIES: Final = "http://www.opendatakit.org/xforms/entities"
XFORMS: Final = "http://www.w3.org/2002/xforms"
XHTML: Final = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, slots=True)
class Template:
    """Literal text and the expressions of its outputs, in order."""

    parts: tuple[str | Expression, ...]

    @property
    def outputs(self) -> Iterator[Expression]:
        """The expressions in it."""
        return (part for part in self.parts if not isinstance(part, str))


@dataclass(frozen=True, slots=True)
class TextSpec:
    """Where a label, hint or message comes from; exactly one of the three is set.

    Attributes:
        template: text written in place.
        text_id: an expression for the id of a text in the form's translations.
        value: an expression that is the text itself.
    """

    template: Template | None = None
    text_id: Expression | None = None
    value: Expression | None = None

    @property
    def expressions(self) -> Iterator[Expression]:
        """The expressions in it, those of the translations excepted."""
        if self.template is not None:
            yield from self.template.outputs
        yield from (one for one in (self.text_id, self.value) if one is not None)


@dataclass(frozen=True, slots=True)
class Translation:
    """The texts of one language: id to form of text ("" is the plain one) to template."""

    language: str
    texts: Mapping[str, Mapping[str, Template]]


@dataclass(slots=True, kw_only=True, eq=False)
class NodeSpec:
    """An element or attribute of the primary instance, whatever the number of its instances.

    Attributes:
        path: generic path, `/data/member/age` or `/data/meta/entity/@id`.
        repeats: the repeats around it, outermost first, itself included where it is one.
        relevant … calculate: expressions of its bind, None where the bind has none.
        binding: further attributes of its bind, as `namespace name` or `name`.
    """

    path: str
    name: str
    namespace: str
    prefix: str
    index: int
    is_attribute: bool = False
    is_repeat: bool = False
    parent: "NodeSpec | None" = None
    children: "list[NodeSpec]" = field(default_factory=list)
    attributes: "list[NodeSpec]" = field(default_factory=list)
    repeats: "tuple[NodeSpec, ...]" = ()
    type: DataType = DataType.STRING
    relevant: Expression | None = None
    readonly: Expression | None = None
    required: Expression | None = None
    constraint: Expression | None = None
    calculate: Expression | None = None
    count: Expression | None = None
    required_message: TextSpec | None = None
    constraint_message: TextSpec | None = None
    preload: str = ""
    preload_parameter: str = ""
    binding: dict[str, str] = field(default_factory=dict)
    control: "ControlSpec | None" = None
    computations: "list[Computation]" = field(default_factory=list)
    dependents: "list[Dependency]" = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<{self.path}>"

    @property
    def qualified_name(self) -> str:
        """The name as the form wrote it."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    @property
    def is_leaf(self) -> bool:
        """It holds a value, not other elements."""
        return not self.children

    @property
    def repeat(self) -> "NodeSpec | None":
        """The innermost repeat around it, itself included."""
        return self.repeats[-1] if self.repeats else None

    def walk(self) -> "Iterator[NodeSpec]":
        """It and everything below it in document order, attributes right after their element."""
        todo = [self]
        while todo:
            spec = todo.pop()
            yield spec
            todo.extend(reversed(spec.children))
            todo.extend(reversed(spec.attributes))

    def child(self, name: str) -> "NodeSpec | None":
        """The child element of a (local) name."""
        return next((child for child in self.children if child.name == name), None)


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """A choice written in place."""

    value: str
    label: TextSpec | None


@dataclass(frozen=True, slots=True)
class ItemsetSpec:
    """Choices from the nodes of a list."""

    nodeset: Expression
    value: Expression
    label: TextSpec | None


class Computation:
    """One thing to be worked out for every instance of a node.

    Attributes:
        rank: place in the one order in which everything may be worked out.
        is_cyclic: reads, through the instances of repeats or through what it decides, its own outcome.
    """

    __slots__ = ("expression", "is_cyclic", "kind", "rank", "spec")

    def __init__(self, spec: NodeSpec, kind: "ComputationKind", expression: Expression | None) -> None:
        self.spec: Final = spec
        self.kind: Final = kind
        self.expression: Final = expression
        self.rank = 0
        self.is_cyclic = False

    def __repr__(self) -> str:
        return f"<{self.kind.name} {self.spec.path}>"


class ComputationKind(IntEnum):
    """What is worked out. The order decides between computations that do not depend on each other."""

    COUNT = 0
    RELEVANT = 1
    CALCULATE = 2
    ITEMS = 3
    READONLY = 4
    REQUIRED = 5
    CONSTRAINT = 6
    LABEL = 7
    CHOICE_LABELS = 8


@dataclass(frozen=True, slots=True)
class Dependency:
    """`computation` reads this node.

    `depth` tells how many repeat instances, from the outermost, both certainly share: 2 when only fields
    of the same inner instance read it, 0 when all instances of the reader do.
    """

    computation: Computation
    depth: int


@dataclass(slots=True, kw_only=True, eq=False)
class ControlSpec:
    """An element of the body.

    Attributes:
        key: number of the control in the form, for references of controls that share a node.
        reference: generic path of its node, with `#key` where the path alone would not find it.
        spec: its node; for a group that only orders the body, the node of what is around it.
        is_bound: the node is its own.
        appearance: words of the appearance.
        parameters: other attributes, as `prefix:name` is written without prefix.
        fixed: instances of the repeat may not be added or removed by hand.
    """

    key: int
    kind: Control
    reference: str
    spec: NodeSpec
    is_bound: bool
    parent: "ControlSpec | None" = None
    children: "list[ControlSpec]" = field(default_factory=list)
    label: TextSpec | None = None
    hint: TextSpec | None = None
    appearance: tuple[str, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)
    media_type: str = ""
    range: Range | None = None
    choices: "tuple[ChoiceSpec, ...]" = ()
    itemset: ItemsetSpec | None = None
    fixed: bool = False

    def walk(self) -> "Iterator[ControlSpec]":
        """It and everything inside it, in the order of the body."""
        todo = [self]
        while todo:
            control = todo.pop()
            yield control
            todo.extend(reversed(control.children))


class ActionKind(IntEnum):
    """What an action writes."""

    SET_VALUE = 0
    SET_GEOPOINT = 1


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """Something to be done at events.

    Attributes:
        source: the node whose control holds the action (its value changes, its instance is new); None for
            actions of the model.
        value: what is written; None clears.
    """

    kind: ActionKind
    events: frozenset[str]
    target: NodeSpec
    target_path: Expression
    source: NodeSpec | None
    value: Expression | str | None


FIRST_LOAD: Final = "odk-instance-first-load"
LOAD: Final = "odk-instance-load"
NEW_REPEAT: Final = "odk-new-repeat"
VALUE_CHANGED: Final = "xforms-value-changed"
REVALIDATE: Final = "xforms-revalidate"


class InstanceSource:
    """A secondary instance. What is not in the form itself is read when first asked for, then kept."""

    __slots__ = ("_document", "_load", "id", "name", "src")

    def __init__(self, id: str, src: str, load: Callable[[], Document] | None) -> None:
        self.id: Final = id
        self.src: Final = src
        self.name: Final = src.rpartition("/")[2]
        self._load = load
        self._document: Document | None = None

    @property
    def is_provided(self) -> bool:
        """The session has to ask its environment: `jr://instance/…`."""
        return self._load is None

    def document(self) -> Document:
        """The list, frozen.

        Raises:
            FormError: attachment_malformed; DocumentError.
        """
        if self._document is None:
            assert self._load is not None
            with collection_paused():
                self._document = self._load()
            self._document.frozen = True
        return self._document


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySpec:
    """An entity that submissions create or change: its list, and which answers become its properties."""

    path: str
    dataset: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition:
    """One version of one form.

    Attributes:
        form_id: the `id` of the record's root element.
        primary_id: the `id` of the instance element around it, mostly "".
        version: "" when the form has none.
        languages: names of its translations in order; () when texts are only written in place.
        default_language: "" when there are none.
        root: the primary instance.
        nodes: every node by generic path.
        controls: the body, as the children of one control for the root.
        prototype: a new record without templates; templates: what a new instance of a repeat is.
        default_namespace: of the submitted document.
        computations: in the order of their ranks.
        language_dependent: the computations that another language may change.
        warnings: what is probably not meant.
        style: words of the body's class (`pages`, `theme-grid`).
    """

    form_id: str
    primary_id: str
    version: str
    title: str
    languages: tuple[str, ...]
    default_language: str
    root: NodeSpec
    nodes: Mapping[str, NodeSpec]
    controls: ControlSpec
    translations: Mapping[str, Translation]
    prototype: Node
    templates: Mapping[NodeSpec, Node]
    default_namespace: str
    instances: Mapping[str, InstanceSource]
    actions: tuple[ActionSpec, ...]
    computations: tuple[Computation, ...]
    language_dependent: tuple[Computation, ...]
    entities: tuple[EntitySpec, ...] = ()
    warnings: tuple[Problem, ...] = ()
    style: tuple[str, ...] = ()

    def meta(self, name: str) -> NodeSpec | None:
        """A node of the record's meta block."""
        block = self.root.child("meta")
        return block.child(name) if block is not None else None

    @property
    def attachments(self) -> tuple[str, ...]:
        """File names of the external lists it reads."""
        return tuple(
            dict.fromkeys(one.name for one in self.instances.values() if not one.is_provided and one.src)
        )
