"""What the report screen shows at one moment. No Qt. Layer 5."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.services.clue_reports import AreaChoice, DutyPhone
from ui.widgets.filling.photos import PhotoView
from ui.widgets.filling.saving import Saving


class Mode(enum.Enum):
    """Which page is shown."""

    LOADING = enum.auto()
    FORM = enum.auto()
    SENT = enum.auto()


class NoticeKind(enum.Enum):
    """What the screen says in a toast."""

    RESUMED = enum.auto()
    PHOTO_REMOVED = enum.auto()
    PHOTOS_FULL = enum.auto()
    SENTENCE = enum.auto()
    DISCARDED = enum.auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with its facts; `undo` takes back what it tells of."""

    kind: NoticeKind
    sentence: str = ""
    count: int = 0
    undo: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that was handed in. `brief` names nobody; `brief_with_person` is for one officer, '' = the
    report names no person."""

    clue_id: str
    brief: str
    brief_with_person: str
    danger: bool
    online: bool
    received: bool = False


@dataclass(frozen=True, slots=True)
class ReportState:
    """The report. `errors` are sentences by field, told once sending was tried."""

    mode: Mode = Mode.LOADING
    trouble: str = ""
    draft: ClueDraft = field(default_factory=ClueDraft)
    household: str = ""
    areas: tuple[AreaChoice, ...] = ()
    phones: tuple[DutyPhone, ...] = ()
    phrases: tuple[str, ...] = ()
    photos: tuple[PhotoView, ...] = ()
    photos_max: int = 9
    errors: Mapping[str, str] = field(default_factory=dict)
    saving: Saving | None = None
    busy: bool = False
    sent: Sent | None = None
