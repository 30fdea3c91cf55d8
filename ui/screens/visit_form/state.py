"""What the visit form shows at one moment: frozen values from the presenter to the screen. Layer 5."""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.app.phrases import PhraseGroup
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visit_drafts import VisitDraft
from ui.screens.visit_form.sections import FieldSpec, SectionKey
from ui.widgets.filling.photos import PhotoView
from ui.widgets.filling.problems import Problem
from ui.widgets.filling.saving import Saving


@dataclass(frozen=True, slots=True)
class HouseholdHead:
    """Whom the visit is about: no full number, no phone."""

    household_id: str
    name: str
    risk: RiskLevel
    risk_label: str
    category_labels: tuple[str, ...]
    tag_labels: tuple[str, ...]
    place: str
    sex_label: str
    age: int | None
    masked_id: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One answer of a choice."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as it stands. `label` is "" where the screen has its own words; `note` is a warning, `remark`
    what a supervisor said of it when the visit came back; with `unreadable`, what stands in the editor is no
    value and stays there to be mended."""

    spec: FieldSpec
    label: str
    value: object
    choices: tuple[ChoiceView, ...] = ()
    last_shown: str = ""
    last_value: object = None
    error: str = ""
    note: str = ""
    remark: str = ""
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section in the list: done, and how many required answers miss."""

    key: SectionKey
    done: bool
    missing: int


class NoticeKind(enum.Enum):
    """What the screen is to say in passing."""

    SUBMITTED = enum.auto()
    PHOTO_REMOVED = enum.auto()
    CHANGE_REMOVED = enum.auto()
    NEED_REMOVED = enum.auto()
    NO_CHANGE_FILLED = enum.auto()
    PHOTOS_FULL = enum.auto()
    PROBLEMS_LEFT = enum.auto()
    SENTENCE = enum.auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with its facts; `undo` takes back what it tells of."""

    kind: NoticeKind
    sentence: str = ""
    visit_id: str = ""
    count: int = 0
    undo: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class FormState:
    """The whole form at one moment. `came_back`: why the visit under correction was returned; `remarks` are
    (field in words, what was said of it)."""

    head: HouseholdHead | None = None
    draft: VisitDraft | None = None
    sections: tuple[SectionView, ...] = ()
    current: SectionKey = SectionKey.ARRIVAL
    fields: tuple[FieldView, ...] = ()
    phrase_groups: tuple[PhraseGroup, ...] = ()
    photos: tuple[PhotoView, ...] = ()
    photos_max: int = 9
    fingerprint: PhotoView | None = None
    strokes: str = ""
    problems: tuple[Problem, ...] = ()
    saving: Saving | None = None
    may_fill_no_change: bool = False
    backfilled: bool = False
    busy: bool = False
    loaded: bool = False
    amending: bool = False
    came_back: str = ""
    remarks: tuple[tuple[str, str], ...] = ()
    attestation_labels: tuple[ChoiceView, ...] = ()
    change_labels: tuple[ChoiceView, ...] = ()
    photo_kind_labels: tuple[ChoiceView, ...] = ()
    position_label: str = ""
    need_labels: tuple[ChoiceView, ...] = ()
    urgency_labels: tuple[ChoiceView, ...] = ()
    people: tuple[ChoiceView, ...] = ()
    open_needs: str = ""

    @property
    def is_last(self) -> bool:
        """Whether the section shown is the one that submits."""
        return self.current is SectionKey.FINISH
