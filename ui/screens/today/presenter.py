"""Decides what the day's page shows: due households in order, drafts, what came back, progress."""

import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.brief import Brief
from fieldapp.domain.rules.staleness import days_without_sync, worth_saying
from fieldapp.domain.rules.visit_plan import PlanStatus
from fieldapp.services import (
    briefs,
    campaigns,
    conflicts,
    exemptions,
    kept_choices,
    outbox,
    reference,
    visit_reviews,
    visits,
)
from fieldapp.services import today as days
from fieldapp.services.back_check_views import BackCheckCounts, back_check_counts
from fieldapp.services.briefs import DayFigures
from fieldapp.services.campaigns import CampaignItem
from fieldapp.services.context import Context
from fieldapp.services.device_clock import ClockStanding, DeviceClock
from fieldapp.services.visit_reviews import Returned
from ui.ports import Surroundings, SyncState, SyncStatus
from ui.reads import LatestRead, toast_error
from ui.widgets.records.household_rows import HouseholdRow, household_row
from ui.widgets.records.visit_values import field_label

KINDS: Final = (
    "households", "persons", "visits", "visit_plans", "drafts", "users", "areas", "parameters",
    "assessments", "assessment_signatures", "conflicts", "conflict_decisions",
    "visit_exemptions", "exemption_decisions", "campaigns", "submissions", "visit_reviews",
    "back_checks", "back_check_steps",
)  # fmt: skip
DRAFTS_SHOWN: Final = 3
REASSESS_SHOWN: Final = 5
REVIEW_DAYS: Final = 30
"""How far back visits that wait for a review are counted, as the list of them begins."""
_DAY_PARTS: Final = (5, 9, 11, 13, 18)


class DayPart(enum.IntEnum):
    """Which greeting fits."""

    NIGHT = 0
    EARLY = 1
    MORNING = 2
    NOON = 3
    AFTERNOON = 4
    EVENING = 5


class Order(enum.StrEnum):
    """How the list is sorted."""

    URGENCY = "URGENCY"
    WALK = "WALK"


class Only(enum.StrEnum):
    """Which households the list is narrowed to."""

    ALL = "ALL"
    OVERDUE = "OVERDUE"
    DUE_SOON = "DUE_SOON"


@dataclass(frozen=True, slots=True)
class DuePlace:
    """A natural village of the walk: its first household in the list, and how many doors it has."""

    first_id: str
    village_name: str
    group_name: str
    doors: int


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft on the day's page."""

    draft_id: str
    household_id: str
    name: str
    village_name: str
    problems: int
    saved_at: dt.datetime
    corrects: bool


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A visit a supervisor sent back; `comments` are (field in words, remark)."""

    visit_id: str
    name: str
    finished_at: dt.datetime
    reason: str
    comments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SignRow:
    """An assessment that waits for the worker's signature."""

    assessment_id: str
    name: str
    level_label: str
    assessed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReassessRow:
    """A household to be assessed again; `days` overdue, or (negative) left."""

    household_id: str
    name: str
    village_name: str
    level_label: str
    days: int


@dataclass(frozen=True, slots=True)
class TodayState:
    """The day's page. `first_sync_missing`: this device has no roster yet; counts are households,
    `waiting_ops` records and `waiting_blobs` photos not yet on the server, `conflicts` what waits for the
    worker's decision; `stale_days` is told when the last sync is so many days ago, of `lock_days` after which
    nothing is read any more (0: no need to tell)."""

    today: dt.date
    part: DayPart
    loaded: bool = False
    first_sync_missing: bool = False
    tour_offered: bool = False
    syncing: bool = False
    offline: bool = True
    user_name: str = ""
    area_name: str = ""
    due: tuple[HouseholdRow, ...] = ()
    places: tuple[DuePlace, ...] = ()
    unlisted: int = 0
    overdue: int = 0
    due_soon: int = 0
    done: int = 0
    owing: int = 0
    visited_today: int = 0
    left_today: int = 0
    reviews_due: int = 0
    unreachable: int = 0
    exempt: int = 0
    drafts: tuple[DraftRow, ...] = ()
    drafts_total: int = 0
    returned: tuple[ReturnedRow, ...] = ()
    to_review: int = 0
    to_exempt: int = 0
    back_checks: BackCheckCounts = field(default_factory=BackCheckCounts)
    to_sign: tuple[SignRow, ...] = ()
    reassess: tuple[ReassessRow, ...] = ()
    reassess_total: int = 0
    campaigns: tuple[CampaignItem, ...] = ()
    waiting_ops: int = 0
    waiting_blobs: int = 0
    refused: int = 0
    conflicts: int = 0
    clock_problem: str = ""
    stale_days: int = 0
    lock_days: int = 0
    last_sync_at: dt.datetime | None = None
    order: Order = Order.URGENCY
    only: Only = Only.ALL


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What one read brings."""

    day: days.Today
    campaigns: tuple[CampaignItem, ...]
    waiting_ops: int
    waiting_blobs: int
    refused: int
    conflicts: int
    came_back: Mapping[str, Returned]
    to_review: int
    to_exempt: int
    back_checks: BackCheckCounts
    parameters: Parameters
    tour_wanted: bool


def _load(context: Context) -> _Loaded:
    waiting = outbox.waiting(context)
    contested = conflicts.open_count(context, Permission.DECIDE_CONFLICT)
    running = tuple(campaigns.campaigns(context, running=True))
    day = days.today(context)
    came_back = visit_reviews.returns_of(context, [one.id for one in day.returned])
    to_review = visit_reviews.waiting_count(context, context.today() - dt.timedelta(days=REVIEW_DAYS))
    return _Loaded(
        day=day,
        campaigns=running,
        waiting_ops=waiting.ops,
        waiting_blobs=waiting.blobs,
        refused=waiting.refused,
        conflicts=contested,
        came_back=came_back,
        to_review=to_review,
        to_exempt=exemptions.waiting_count(context),
        back_checks=back_check_counts(context),
        parameters=reference.parameters(context),
        tour_wanted=kept_choices.tour_wanted(context),
    )


class TodayPresenter:
    """Plain Python behind the day's page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[TodayState], None]) -> None:
        self._around = surroundings
        self._context: Context = surroundings.context
        self._render = render
        self._loaded: _Loaded | None = None
        self._reads: LatestRead[_Loaded] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._opening = False
        self._endings: list[Callable[[], None]] = []
        self.state = TodayState(self._context.today(), self._part())

    def enter(self) -> None:
        """Begin: read the day and follow changes."""
        self._endings = [self._around.on_change(self._on_change), self._around.on_sync(self._on_sync)]
        self.reload()

    def brief(self) -> Callable[[], Brief] | None:
        """How to read the brief of the day; none before the first sync."""
        context, state = self._context, self.state
        if not state.loaded or state.first_sync_missing:
            return None
        figures = DayFigures(
            state.area_name, state.visited_today, state.left_today, state.overdue, state.due_soon,
            state.done, state.owing,
        )  # fmt: skip
        return lambda: briefs.day_brief(context, figures)

    def leave(self) -> None:
        """The page goes for good."""
        for end in self._endings:
            end()
        self._reads.stop()

    def reload(self) -> None:
        """Read the day again."""
        context = self._context
        self._reads.ask(lambda: _load(context))

    def tick(self) -> None:
        """Time passed: greet anew, and after midnight show the new day."""
        if self._context.today() != self.state.today:
            self.reload()
        elif self._part() is not self.state.part:
            self._show(part=self._part())

    def sort(self, order: Order) -> None:
        """Show the list in another order."""
        self._show(order=order)

    def narrow(self, only: Only) -> None:
        """Show one kind of due households; the same again shows all."""
        self._show(only=Only.ALL if only is self.state.only else only)

    def visit(self, household_id: str) -> None:
        """Start a visit, or go on with the one left unfinished: one tap."""
        context = self._context
        self._open(lambda: visits.begin_visit(context, household_id, "today"))

    def correct(self, visit_id: str) -> None:
        """Correct a visit that came back."""
        context = self._context
        self._open(lambda: visits.begin_correction(context, visit_id, "today"))

    def resume(self, draft_id: str) -> None:
        """Go on with a draft."""
        self._around.shell.go("visit_form", draft_id=draft_id)

    def open_household(self, household_id: str) -> None:
        """Open the file of a household."""
        self._around.shell.go("household", household_id=household_id)

    def open_assessment(self, assessment_id: str) -> None:
        """Read and sign an assessment."""
        self._around.shell.go("assessment", assessment_id=assessment_id)

    def open_campaign(self, campaign_id: str) -> None:
        """The doors of a campaign."""
        self._around.shell.go("campaign", campaign_id=campaign_id)

    def take_tour(self) -> None:
        """Walk over the page; the offer goes."""
        self.decline_tour()
        self._around.shell.start_tour()

    def decline_tour(self) -> None:
        """Do not offer the walk again."""
        context = self._context
        self._around.tasks.run(
            lambda: kept_choices.end_tour_offer(context), lambda _: self._show(tour_offered=False)
        )

    def go(self, route: str) -> None:
        """Open another page."""
        self._around.shell.go(route)

    def search(self, typed: str) -> None:
        """The worker typed into the search box: the list of households answers."""
        if typed.strip():
            self._around.shell.go("households", typed=typed)

    def sync_now(self) -> None:
        """Fetch the roster."""
        self._around.sync.sync_now()

    def _open(self, begin: Callable[[], tuple[str, ChangeSet]]) -> None:
        if self._opening:  # a second tap while the first is still being answered
            return
        self._opening = True

        def begun(result: tuple[str, ChangeSet]) -> None:
            self._opening = False
            draft_id, changes = result
            self._around.publish(changes)
            self.resume(draft_id)

        def refused(error: FieldappError) -> None:
            self._opening = False
            toast_error(self._around)(error)

        self._around.tasks.run(begin, begun, refused)

    def _on_change(self, changes: ChangeSet) -> None:
        if changes.touches(*KINDS):
            self.reload()

    def _on_sync(self, status: SyncStatus) -> None:
        if self._loaded is None and self._reads.busy:
            return  # the first read looks at the status when it is back
        before = (self.state.last_sync_at, self.state.syncing, self.state.offline)
        now = (status.last_sync_at, *_standing(status))
        if now != before or status.waiting_ops != self.state.waiting_ops:
            self.reload()

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        day, status = loaded.day, self._around.sync.status
        syncing, offline = _standing(status)
        label = self._around.texts.label
        drafts = tuple(
            DraftRow(
                draft_id=item.stored.id,
                household_id=item.stored.household_id,
                name=item.head_name,
                village_name=item.village_name,
                problems=len(item.problems),
                saved_at=item.stored.saved_at,
                corrects=item.stored.draft.amends is not None,
            )
            for item in day.drafts
        )
        self._show(
            today=self._context.today(),
            part=self._part(),
            loaded=True,
            tour_offered=loaded.tour_wanted,
            first_sync_missing=not day.user_name or (not day.owing and status.last_sync_at is None),
            syncing=syncing,
            offline=offline,
            user_name=day.user_name,
            area_name=day.area_name,
            overdue=day.overdue_count,
            due_soon=day.due_soon_count,
            done=day.done,
            owing=day.owing,
            visited_today=day.visited_today,
            left_today=day.left_today,
            reviews_due=day.review_count,
            unreachable=day.unreachable_count,
            exempt=day.exempt_count,
            drafts=drafts[:DRAFTS_SHOWN],
            drafts_total=len(drafts),
            returned=tuple(self._returned(v, loaded) for v in day.returned),
            to_review=loaded.to_review,
            to_exempt=loaded.to_exempt,
            back_checks=loaded.back_checks,
            to_sign=tuple(
                SignRow(one.assessment_id, one.head_name, label(one.level), one.assessed_at)
                for one in day.to_sign
            ),
            reassess=tuple(
                ReassessRow(
                    one.household_id,
                    one.head_name,
                    one.village_name,
                    label(one.level),
                    one.days_overdue,
                )
                for one in day.reassess[:REASSESS_SHOWN]
            ),
            reassess_total=len(day.reassess),
            campaigns=loaded.campaigns,
            waiting_ops=loaded.waiting_ops,
            waiting_blobs=loaded.waiting_blobs,
            refused=loaded.refused,
            conflicts=loaded.conflicts,
            clock_problem=self._clock_problem(day.clock),
            stale_days=self._stale_days(status, loaded.parameters),
            lock_days=loaded.parameters.stale_lock_days,
            last_sync_at=status.last_sync_at,
        )

    def _stale_days(self, status: SyncStatus, parameters: Parameters) -> int:
        days = days_without_sync(status.last_sync_at, self._context.clock())
        return days if worth_saying(days, parameters) else 0

    def _returned(self, visit: VisitFields, loaded: _Loaded) -> ReturnedRow:
        texts = self._around.texts
        back = loaded.came_back.get(visit.id)
        comments = back.comments if back is not None else ()
        return ReturnedRow(
            visit.id,
            loaded.day.head_names.get(visit.household_id, ""),
            visit.finished_at,
            visit.state_reason,
            tuple((field_label(one.field, texts), one.text) for one in comments),
        )

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        due = self._due(state)
        places = self._places(due) if state.order is Order.WALK else ()
        self.state = replace(state, due=due, places=places, unlisted=self._unlisted(state))
        self._render(self.state)

    def _clock_problem(self, clock: DeviceClock) -> str:
        """What is wrong with the device's clock and what to do; '' when it is right."""
        if clock.standing is ClockStanding.FINE:
            return ""
        code = "clock_off" if clock.standing is ClockStanding.OFF else "clock_set_back"
        return self._around.texts.message(code, minutes=abs(clock.minutes))

    def _due(self, state: TodayState) -> tuple[HouseholdRow, ...]:
        """The list as sorted and narrowed; whose draft stands above it is not shown twice."""
        if self._loaded is None:
            return ()
        texts = self._around.texts
        above = {draft.household_id for draft in state.drafts}
        rows = [household_row(item, texts, state.today) for item in self._loaded.day.due]
        rows = [row for row in rows if row.household_id not in above]
        wanted = {Only.OVERDUE: PlanStatus.OVERDUE, Only.DUE_SOON: PlanStatus.DUE_SOON}.get(state.only)
        if wanted is not None:
            rows = [row for row in rows if row.standing is wanted]
        return tuple(in_walking_order(rows) if state.order is Order.WALK else rows)

    def _places(self, due: Sequence[HouseholdRow]) -> tuple[DuePlace, ...]:
        """Where each natural village of the walk begins."""
        items = self._loaded.day.due if self._loaded is not None else ()
        villages = {item.household_id: item.village_name for item in items}
        found = []
        for (_, group_name), rows in groupby(due, key=lambda row: (row.area_code[:12], row.group_name)):
            doors = list(rows)
            first_id = doors[0].household_id
            found.append(DuePlace(first_id, villages[first_id], group_name, len(doors)))
        return tuple(found)

    def _unlisted(self, state: TodayState) -> int:
        """How many due households the list leaves out because it ends somewhere."""
        if self._loaded is None or state.only is not Only.ALL:
            return 0
        return max(0, self._loaded.day.due_total - len(self._loaded.day.due))

    def _part(self) -> DayPart:
        hour = self._context.clock().astimezone(COUNTY_ZONE).hour
        return DayPart(sum(hour >= begin for begin in _DAY_PARTS))


def in_walking_order(rows: Sequence[HouseholdRow]) -> list[HouseholdRow]:
    """Village by village, group by group, door by door; 2组 before 10组."""
    return sorted(rows, key=lambda row: (row.area_code[:12], _natural(row.group_name), _natural(row.address)))


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Text with its numbers as numbers, for sorting."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces)


def _standing(status: SyncStatus) -> tuple[bool, bool]:
    """Whether sync runs, and whether the server is out of reach."""
    return status.state is SyncState.SYNCING, status.state is SyncState.OFFLINE
