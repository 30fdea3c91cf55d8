"""Decides what the list of drafts shows: what each still lacks, and how to take a discard back."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.services import clue_reports, forms, relief_drafts, visits
from fieldapp.services.clue_reports import ReportDraftItem
from fieldapp.services.forms import FormDraftItem
from fieldapp.services.relief_drafts import ReliefDraftItem
from fieldapp.services.visits import DraftItem
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = (
    "drafts", "users", "areas", "form_drafts", "clue_drafts", "relief_drafts", "households", "persons",
    "parameters",
)  # fmt: skip
_PROBLEMS_SHOWN: Final = 3


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    DISCARDED = "DISCARDED"
    RESTORED = "RESTORED"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft. `problems` counts what stops its submission; `sentences` are the first of them. `form` is the
    title of the form it answers, "" for a visit; `handed_to` the place where others answer for the household
    now, "" where it is still the worker's. An `urgent` one is a report of an urgent case, a `relief`
    one help that is not handed in."""

    draft_id: str
    household_id: str
    name: str
    village_name: str
    saved_at: dt.datetime
    problems: int
    sentences: tuple[str, ...]
    corrects: bool
    orphan: bool
    form: str = ""
    handed_to: str = ""
    urgent: bool = False
    relief: bool = False


@dataclass(frozen=True, slots=True)
class DraftsState:
    """The list, latest first."""

    today: dt.date
    loaded: bool = False
    rows: tuple[DraftRow, ...] = ()


class _Kind(enum.Enum):
    """What a draft is of."""

    VISIT = enum.auto()
    FORM = enum.auto()
    REPORT = enum.auto()
    RELIEF = enum.auto()


_Drafts = tuple[list[DraftItem], list[FormDraftItem], list[ReportDraftItem], list[ReliefDraftItem]]


class DraftsPresenter:
    """Plain Python behind the list of drafts.

    Args:
        say: words a Notice in a toast; after DISCARDED it offers the given way to undo.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[DraftsState], None],
        say: Callable[[Notice, str, Callable[[], None] | None], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self._reads: LatestRead[_Drafts] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._discarding: set[str] = set()
        self.state = DraftsState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes for good."""
        self._reads.stop()

    def reload(self) -> None:
        """Read the drafts again."""
        context = self._context
        self._reads.ask(
            lambda: (
                visits.drafts(context), forms.form_drafts(context), clue_reports.report_drafts(context),
                relief_drafts.relief_drafts(context),
            )
        )  # fmt: skip

    def resume(self, draft_id: str) -> None:
        """Go on with a draft."""
        route = {
            _Kind.VISIT: "visit_form", _Kind.FORM: "form", _Kind.REPORT: "clue_report",
            _Kind.RELIEF: "relief_form",
        }  # fmt: skip
        self._around.shell.go(route[self._kind(draft_id)], draft_id=draft_id)

    def go_today(self) -> None:
        """There is no draft: look whom to visit."""
        self._around.shell.go("today")

    def discard(self, draft_id: str) -> None:
        """Throw a draft away; for a while it can be taken back."""
        if draft_id in self._discarding:
            return
        self._discarding.add(draft_id)
        row = next((row for row in self.state.rows if row.draft_id == draft_id), None)
        name = row.name if row is not None else ""
        context, kind = self._context, self._kind(draft_id)

        def work() -> tuple[Callable[[], ChangeSet], ChangeSet]:
            if kind is _Kind.REPORT:
                report, changes = clue_reports.discard_report(context, draft_id, "drafts")
                return lambda: clue_reports.restore_report(context, report, "drafts"), changes
            if kind is _Kind.RELIEF:
                kept, changes = relief_drafts.discard_relief_draft(context, draft_id, "drafts")
                return lambda: relief_drafts.restore_relief_draft(context, kept, "drafts"), changes
            if kind is _Kind.FORM:
                sheet, changes = forms.discard_form_draft(context, draft_id, "drafts")
                return lambda: forms.restore_form_draft(context, sheet, "drafts"), changes
            stored, changes = visits.discard_draft(context, draft_id, "drafts")
            return lambda: visits.restore_draft(context, stored, "drafts"), changes

        def done(result: tuple[Callable[[], ChangeSet], ChangeSet]) -> None:
            restore, changes = result
            self._discarding.discard(draft_id)
            self._around.publish(changes)
            self._say(Notice.DISCARDED, name, lambda: self._restore(restore, name))

        self._around.tasks.run(work, done, toast_error(self._around))

    def _restore(self, restore: Callable[[], ChangeSet], name: str) -> None:
        # The page may be gone by now: the toast outlives it, and so does the way back.
        def done(changes: ChangeSet) -> None:
            self._around.publish(changes)
            self._say(Notice.RESTORED, name, None)

        self._around.tasks.run(restore, done, toast_error(self._around))

    def _kind(self, draft_id: str) -> "_Kind":
        row = next((row for row in self.state.rows if row.draft_id == draft_id), None)
        if row is None:
            return _Kind.VISIT
        if row.relief:
            return _Kind.RELIEF
        return _Kind.REPORT if row.urgent else _Kind.FORM if row.form else _Kind.VISIT

    def _on_loaded(self, items: "_Drafts") -> None:
        of_visits, of_forms, reports, reliefs = items
        rows = [self._row(item) for item in of_visits] + [self._form_row(item) for item in of_forms]
        rows += [self._report_row(item) for item in reports]
        rows += [self._relief_row(item) for item in reliefs]
        # A case that was not reported to the end waits for nobody.
        rows.sort(key=lambda row: (row.urgent, row.saved_at), reverse=True)
        self.state = replace(self.state, today=self._context.today(), loaded=True, rows=tuple(rows))
        self._render(self.state)

    def _report_row(self, item: ReportDraftItem) -> DraftRow:
        texts = self._around.texts
        sentences = (texts.message(found.code, **found.facts) for found in item.problems[:_PROBLEMS_SHOWN])
        draft = item.stored.draft
        return DraftRow(
            draft_id=item.stored.id,
            household_id=item.stored.household_id or "",
            name=item.head_name or draft.place,
            village_name=item.village_name,
            saved_at=item.stored.saved_at,
            problems=len(item.problems),
            sentences=tuple(sentences),
            corrects=False,
            orphan=False,
            urgent=True,
        )

    def _relief_row(self, item: ReliefDraftItem) -> DraftRow:
        return DraftRow(
            draft_id=item.stored.id,
            household_id=item.stored.household_id or "",
            name=item.head_name,
            village_name="",
            saved_at=item.stored.saved_at,
            problems=0,
            sentences=(),
            corrects=False,
            orphan=False,
            relief=True,
        )

    def _form_row(self, item: FormDraftItem) -> DraftRow:
        return DraftRow(
            draft_id=item.draft_id,
            household_id=item.household_id or "",
            name=item.head_name or item.title,
            village_name="",
            saved_at=item.saved_at,
            problems=0,
            sentences=(),
            corrects=False,
            orphan=item.household_id is not None and not item.head_name,
            form=item.title,
            handed_to=item.handed_to,
        )

    def _row(self, item: DraftItem) -> DraftRow:
        texts = self._around.texts
        sentences = (texts.message(found.code, **found.facts) for found in item.problems[:_PROBLEMS_SHOWN])
        return DraftRow(
            draft_id=item.stored.id,
            household_id=item.stored.household_id,
            name=item.head_name,
            village_name=item.village_name,
            saved_at=item.stored.saved_at,
            problems=len(item.problems),
            sentences=tuple(sentences),
            corrects=item.stored.draft.amends is not None,
            orphan=not item.head_name,
            handed_to=item.handed_to,
        )
