"""What the assessment screen shows at one moment. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldapp.domain.records.assessment_drafts import AssessmentDraft
from fieldapp.domain.records.assessments import AssessorKind, PlanStep
from fieldapp.domain.records.households import RiskLevel
from ui.widgets.filling.saving import Saving
from ui.widgets.records.level_rows import LevelRow
from ui.widgets.records.urgent_help import UrgentHelp


class Mode(enum.Enum):
    """What is done on the screen."""

    LOADING = enum.auto()
    TEAM = enum.auto()
    """The sheet is answered: team, plan and reasons, then handed over."""
    SIGNING = enum.auto()
    """Handed over: signatures and what came of it."""


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    HANDED_OVER = "HANDED_OVER"
    SIGNED = "SIGNED"
    FINISHED = "FINISHED"
    OVERRIDDEN = "OVERRIDDEN"
    SHEET_INCOMPLETE = "SHEET_INCOMPLETE"
    PROBLEMS_LEFT = "PROBLEMS_LEFT"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user who may be put into the team."""

    user_id: str
    name: str
    kind: AssessorKind
    kind_label: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers come to; `flags` are the red flags in words. `unfit` = the sheet gives none yet."""

    score: int = 0
    level: RiskLevel = RiskLevel.NONE
    level_label: str = ""
    previous: RiskLevel = RiskLevel.NONE
    previous_label: str = ""
    unknown: int = 0
    provisional: bool = False
    flags: tuple[str, ...] = ()
    next_due: dt.date | None = None
    unfit: bool = False

    @property
    def lowers_high(self) -> bool:
        """Whether HIGH would be lowered, which asks for a reason."""
        return self.previous is RiskLevel.HIGH and self.level not in (RiskLevel.HIGH, RiskLevel.NONE)


@dataclass(frozen=True, slots=True)
class MemberState:
    """A member and the signature; `view` is a view that differs from the team's."""

    id: str
    name: str
    kind_label: str
    signed_at: dt.datetime | None = None
    may_sign: bool = False
    view: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """The assessment. `errors` are sentences by field, told once handing over was tried."""

    today: dt.date
    mode: Mode = Mode.LOADING
    trouble: str = ""
    household_id: str = ""
    name: str = ""
    place: str = ""
    result: Result = field(default_factory=Result)
    urgent: UrgentHelp | None = None
    draft: AssessmentDraft = field(default_factory=AssessmentDraft)
    colleagues: tuple[Colleague, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    saving: Saving | None = None
    assessed_at: dt.datetime | None = None
    trigger_label: str = ""
    members: tuple[MemberState, ...] = ()
    plan: tuple[PlanStep, ...] = ()
    team_note: str = ""
    lowering_reason: str = ""
    finished: bool = False
    unsent: bool = False
    marks: tuple[str, ...] = ()
    signing: MemberState | None = None
    may_override: bool = False
    overriding: bool = False
    override_error: str = ""
    history: tuple[LevelRow, ...] = ()
    busy: bool = False
