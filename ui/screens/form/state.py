"""What the form screen shows at one moment. No Qt. Layer 5."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from ui.forms.filling import PageState
from ui.widgets.filling.saving import Saving
from ui.widgets.records.urgent_help import UrgentHelp


class Finish(enum.Enum):
    """What follows the last step."""

    SUBMIT = enum.auto()
    TEAM = enum.auto()
    READ_ONLY = enum.auto()


class NoticeKind(enum.Enum):
    """What the screen is to say in passing."""

    SUBMITTED = enum.auto()
    PROBLEMS_LEFT = enum.auto()
    INSTANCE_REMOVED = enum.auto()
    UNDO_STEPWISE = enum.auto()
    WAIT_FOR_FILE = enum.auto()
    NEWER_TAKEN = enum.auto()
    SENTENCE = enum.auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with its facts; `undo` takes back what it tells of."""

    kind: NoticeKind
    sentence: str = ""
    count: int = 0
    undo: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class NewerVersion:
    """A newer version of the form that the draft could be brought to.

    `looked_at` is set once it is known what would be `lost` (answers without a place) and `added`.
    """

    version: str
    looked_at: bool = False
    lost: int = 0
    added: int = 0


@dataclass(frozen=True, slots=True)
class FormState:
    """The form at one moment. `trouble` says why there is none; `urgent` whom to call now."""

    loaded: bool = False
    trouble: str = ""
    title: str = ""
    about: str = ""
    page: PageState = field(default_factory=PageState)
    finish: Finish = Finish.SUBMIT
    saving: Saving | None = None
    newer: NewerVersion | None = None
    urgent: UrgentHelp | None = None
    busy: bool = False
