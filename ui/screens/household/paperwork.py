"""Risk level and forms in a household's file: what stands, what waits, what can be begun. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.assessment_drafts import AssessmentDraft
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.households import RiskLevel
from fieldapp.services import assessments, forms, households, reference, submissions
from fieldapp.services.assessments import RiskHistory
from fieldapp.services.forms import FormDraftItem, FormItem
from fieldapp.services.submissions import SubmissionItem
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.widgets.records.level_rows import LevelRow, level_rows

KINDS: Final = (
    "households", "persons", "assessments", "assessment_signatures", "level_overrides", "forms",
    "form_drafts", "submissions", "users",
)  # fmt: skip
INITIATOR: Final = "household"
_OFFERED: Final = (FormPurpose.SELF_CARE, FormPurpose.NOTICE, FormPurpose.VISIT, FormPurpose.SURVEY)


class NextDue(enum.Enum):
    """How the day of the next assessment stands."""

    NONE = enum.auto()
    AHEAD = enum.auto()
    SOON = enum.auto()
    OVERDUE = enum.auto()


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An assessment not yet signed by all."""

    assessment_id: str
    label: str
    level: RiskLevel
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form that can be filled about the household. `people` (id, name) are those it can be about, where it
    is about one person; `draft_id` names what was left unfinished."""

    record_id: str
    title: str
    ready: bool
    draft_id: str = ""
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A finished sheet."""

    submission_id: str
    title: str
    at: dt.datetime
    unsent: bool


@dataclass(frozen=True, slots=True)
class PaperworkState:
    """Everything the two cards show. `days` counts to the next assessment, or how long it is overdue."""

    today: dt.date
    loaded: bool = False
    level: RiskLevel = RiskLevel.NONE
    level_label: str = ""
    since: dt.date | None = None
    due: NextDue = NextDue.NONE
    next_due: dt.date | None = None
    days: int = 0
    history: tuple[LevelRow, ...] = ()
    waiting: tuple[WaitingRow, ...] = ()
    may_assess: bool = False
    assessing: bool = False
    forms: tuple[FormRow, ...] = ()
    sheets: tuple[SheetRow, ...] = ()
    may_fill: bool = False


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What one read brings."""

    history: RiskHistory
    soon_days: int
    offered: tuple[FormItem, ...]
    can_assess: bool
    drafts: tuple[FormDraftItem, ...]
    sheets: tuple[SubmissionItem, ...]
    people: tuple[tuple[str, str], ...]
    may_fill: bool


class PaperworkPresenter:
    """Plain Python behind the cards of risk and forms."""

    def __init__(self, surroundings: Surroundings, render: Callable[[PaperworkState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[_Loaded] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._household_id = ""
        self._opening = False
        self.state = PaperworkState(self._context.today())

    def enter(self, household_id: str) -> None:
        """Begin with a household."""
        self._household_id = household_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        self._reads.ask(self._read)

    def assess(self) -> None:
        """Begin an assessment, or go on with the one left unfinished."""
        context, household_id = self._context, self._household_id
        self._open(
            lambda: assessments.begin_assessment(
                context, household_id, AssessmentDraft(), initiator=INITIATOR
            )
        )

    def fill(self, record_id: str, person_id: str = "") -> None:
        """Fill a form about the household or one of its people."""
        context, household_id = self._context, self._household_id
        self._open(
            lambda: forms.begin_form(
                context, record_id, household_id=household_id, person_id=person_id or None,
                initiator=INITIATOR,
            )
        )  # fmt: skip

    def open_assessment(self, assessment_id: str) -> None:
        """Read or sign an assessment."""
        self._around.shell.go("assessment", assessment_id=assessment_id)

    def open_sheet(self, submission_id: str) -> None:
        """Read a finished sheet."""
        self._around.shell.go("form", submission_id=submission_id)

    def _open(self, begin: Callable[[], tuple[str, ChangeSet]]) -> None:
        if self._opening:  # a second tap while the first is still being answered
            return
        self._opening = True

        def begun(result: tuple[str, ChangeSet]) -> None:
            self._opening = False
            draft_id, changes = result
            self._around.publish(changes)
            self._around.shell.go("form", draft_id=draft_id)

        def refused(error: FieldappError) -> None:
            self._opening = False
            toast_error(self._around)(error)

        self._around.tasks.run(begin, begun, refused)

    def _read(self) -> _Loaded:
        """Runs on the database worker."""
        context, household_id = self._context, self._household_id
        history = assessments.risk_history(context, household_id)
        card = households.household_card(context, household_id)
        everything = forms.available_forms(context)
        return _Loaded(
            history=history,
            soon_days=reference.parameters(context).risk_due_soon_days,
            offered=tuple(one for one in everything if one.purpose in _OFFERED),
            can_assess=any(one.purpose is FormPurpose.ASSESSMENT for one in everything),
            drafts=tuple(one for one in forms.form_drafts(context) if one.household_id == household_id),
            sheets=tuple(submissions.submissions_of(context, household_id)),
            people=tuple((one.person.id, one.person.name) for one in card.members),
            may_fill=reference.may(context, Permission.FILL_FORM, card.household.area_code),
        )

    def _on_loaded(self, loaded: _Loaded) -> None:
        texts, today = self._around.texts, self._context.today()
        standing = loaded.history.standing
        household = loaded.history.household
        due_day = household.risk_next_due
        days = (due_day - today).days if due_day is not None else 0
        drafts = {one.title: one.draft_id for one in loaded.drafts}
        assessed = {one.draft_id for one in loaded.drafts if one.purpose is FormPurpose.ASSESSMENT}
        self.state = PaperworkState(
            today=today,
            loaded=True,
            level=household.risk_level,
            level_label=texts.label(household.risk_level),
            since=standing.since if standing is not None else None,
            due=_due(due_day, days, loaded.soon_days),
            next_due=due_day,
            days=abs(days),
            history=level_rows(loaded.history, texts),
            waiting=tuple(
                WaitingRow(one.id, texts.label(one.level), one.level, one.assessed_at)
                for one in loaded.history.waiting
            ),
            may_assess=loaded.history.may_assess and loaded.can_assess,
            assessing=bool(assessed),
            forms=tuple(
                FormRow(
                    one.record_id,
                    one.title,
                    one.ready,
                    drafts.get(one.title, ""),
                    loaded.people if one.purpose is FormPurpose.SELF_CARE else (),
                )
                for one in loaded.offered
            ),
            sheets=tuple(
                SheetRow(one.submission_id, one.title, one.finished_at, one.unsent) for one in loaded.sheets
            ),
            may_fill=loaded.may_fill,
        )
        self._render(self.state)


def _due(day: dt.date | None, days: int, soon: int) -> NextDue:
    if day is None:
        return NextDue.NONE
    if days < 0:
        return NextDue.OVERDUE
    return NextDue.SOON if days <= soon else NextDue.AHEAD
