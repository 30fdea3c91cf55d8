"""What clients see of a form being filled: frozen views, changes, failures, pages. The library's contract.

Nothing here evaluates anything; a view is true until the next action says in its `Changes` that it is not.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Reference = str
"""A path to one node, such as `/data/member[2]/age` or `/data/meta/entity/@id`.

Repeat instances are counted from 1; without a number the first is meant. A repeat's own path without a
number (`/data/member`) names the repeat as a whole, `/data/member[1]` its first instance. A fragment tells
controls apart where the path alone does not: `/data#4` is a group that only orders the body.
"""

Answer = str | bool | int | float | Decimal | dt.date | dt.time | dt.datetime | Sequence[str] | None
"""What `FormSession.answer` takes: the value's text, or a plain Python value; None or "" clears.

Several choices (select_multiple, rank) are a sequence of choice values or one text with blanks between.
"""


class Control(StrEnum):
    """What a node is on the screen."""

    INPUT = "input"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    UPLOAD = "upload"
    RANGE = "range"
    TRIGGER = "trigger"
    GROUP = "group"
    REPEAT = "repeat"
    REPEAT_INSTANCE = "repeat_instance"
    NONE = "none"
    """Model only: calculates, metadata."""


class DataType(StrEnum):
    """The type of a bind. Unknown types are STRING."""

    STRING = "string"
    INT = "int"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    BINARY = "binary"
    BARCODE = "barcode"
    INTENT = "intent"


@dataclass(frozen=True, slots=True)
class TextPart:
    """A run of text. `is_value` marks what came from an answer: never to be read as Markdown or markup."""

    text: str
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Text in the session's language, in the Markdown subset of forms, and the media that go with it.

    Attributes:
        parts: literal text of the form and inserted values, in order.
        media: form of media (`image`, `big-image`, `audio`, `video`) to the attachment's file name.
    """

    parts: tuple[TextPart, ...] = ()
    media: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)

    def __bool__(self) -> bool:
        return bool(self.media) or any(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select, rank or (as a rating) range."""

    value: str
    label: Text


class Condition(StrEnum):
    """What a value breaks."""

    REQUIRED = "required"
    CONSTRAINT = "constraint"


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether the present value may be sent. Group-like and non-relevant nodes are always valid.

    A required question that is still blank is not valid from the start; when to show that is the client's
    decision (usually after leaving the question or after `validate`).
    """

    broken: Condition | None = None
    message: Text | None = None
    """The form's own message, when it has one."""

    @property
    def is_valid(self) -> bool:
        """Nothing is broken."""
        return self.broken is None


VALID = Validity()


@dataclass(frozen=True, slots=True)
class Range:
    """The scale of a range control. `step` is positive; `start` may be above `end`."""

    start: Decimal
    end: Decimal
    step: Decimal

    def values(self) -> tuple[Decimal, ...]:
        """Every value of the scale, from start to end."""
        step = self.step if self.end >= self.start else -self.step
        count = int((self.end - self.start) / step)
        return tuple(self.start + step * index for index in range(count + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """Any node of the form at one moment.

    Attributes:
        reference: where it is.
        name: the last step of the reference, without number.
        parent: reference of the enclosing group, repeat instance or repeat; "" for the root.
        relevant: it and all above it are relevant; otherwise it is not shown and not sent.
        readonly: it or something above it is read-only, or the session is.
        appearance: the words of the control's appearance, in order.
        parameters: further attributes of the control (`rows`, `accept`, `max-pixels`, …).
    """

    reference: Reference
    name: str
    parent: Reference
    control: Control
    relevant: bool
    readonly: bool
    label: Text | None = None
    hint: Text | None = None
    appearance: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView(NodeView):
    """A node with a value.

    Attributes:
        value: the text as it is stored ("" when blank), also while not relevant.
        guidance: the longer hint for training.
        range: the scale of a range control.
        media_type: what an upload accepts, such as `image/*`.
        has_choices: `FormSession.choices` has something to say.
    """

    type: DataType
    value: str
    required: bool
    validity: Validity
    guidance: Text | None = None
    range: Range | None = None
    media_type: str = ""
    has_choices: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The chosen values of a select_multiple or rank."""
        return tuple(self.value.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView(NodeView):
    """A group, a repeat instance, or the root.

    Attributes:
        children: references of what it shows, in the order of the body.
        is_page: its questions are shown together (appearance field-list).
        position: which instance of the repeat, from 1; 0 for groups.
        can_remove: the instance may be removed by the person.
    """

    children: tuple[Reference, ...] = ()
    is_page: bool = False
    position: int = 0
    can_remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatView(NodeView):
    """A repeat as a whole.

    Attributes:
        instances: references of its instances.
        can_add: the person may add one (not counted by the form, not read-only, limit not reached).
    """

    instances: tuple[Reference, ...] = ()
    can_add: bool = False


AnyView = QuestionView | GroupView | RepeatView


class PageKind(StrEnum):
    """Why something is a page of its own."""

    QUESTION = "question"
    FIELD_LIST = "field_list"
    ADD_REPEAT = "add_repeat"
    """After the last instance: another one?"""
    END = "end"


@dataclass(frozen=True, slots=True)
class Page:
    """One screen of the form, in its order; what is not relevant has no page.

    Attributes:
        reference: the question, the group, or the repeat of an ADD_REPEAT page; "" at the end.
        questions: references of everything with a control on it, also groups and repeats inside.
        trail: references of the groups and repeat instances around it, outermost first.
    """

    kind: PageKind
    reference: Reference
    questions: tuple[Reference, ...] = ()
    trail: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that keeps the form from being finished."""

    reference: Reference
    condition: Condition
    message: Text | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What an action changed, as references valid after it, in document order.

    `structure` names the repeats that gained or lost instances: everything below them is to be read anew.
    `labels` and `choices` name what may read differently; they are evaluated when asked for.
    """

    values: tuple[Reference, ...] = ()
    relevant: tuple[Reference, ...] = ()
    readonly: tuple[Reference, ...] = ()
    required: tuple[Reference, ...] = ()
    validity: tuple[Reference, ...] = ()
    labels: tuple[Reference, ...] = ()
    choices: tuple[Reference, ...] = ()
    structure: tuple[Reference, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that a submission adds to or changes in a list of the server.

    Attributes:
        dataset: the list.
        id: which of it.
        create, update: what is wanted; both: create what is not there yet.
        base_version: the version that an update starts from, "" when not known.
        properties: its properties by name; blank ones too, since an answer may have been cleared.
    """

    dataset: str
    id: str
    create: bool
    update: bool
    label: str = ""
    base_version: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A finished instance: what is sent and kept.

    Attributes:
        xml: the instance document, UTF-8.
        instance_id: its `instanceID`, `uuid:…`.
        instance_name: its name for lists, "" when the form makes none.
        files: names of the attachments it mentions, in document order.
        entities: what it does to lists of the server.
    """

    xml: bytes
    instance_id: str
    instance_name: str = ""
    files: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()


class MoveKind(StrEnum):
    """What happens to an answer when a draft goes to another version of its form."""

    MOVED = "moved"
    CONVERTED = "converted"
    DROPPED = "dropped"
    CHOICE_GONE = "choice_gone"


@dataclass(frozen=True, slots=True)
class Move:
    """One answer that does not stay as it is. `target` is "" when it has no place any more."""

    kind: MoveKind
    source: Reference
    target: Reference = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """A draft brought to another version of its form, for the person to accept.

    Attributes:
        draft: the new draft.
        moves: the answers that moved, changed form, or were lost; all others stay.
        added: generic paths of the questions that are new.
    """

    draft: bytes
    moves: tuple[Move, ...] = ()
    added: tuple[Reference, ...] = ()

    @property
    def loses(self) -> tuple[Move, ...]:
        """Only what is lost."""
        return tuple(move for move in self.moves if move.kind in _LOSSES)


_LOSSES: frozenset[Literal[MoveKind.DROPPED, MoveKind.CHOICE_GONE]] = frozenset(
    (MoveKind.DROPPED, MoveKind.CHOICE_GONE)
)
