"""Decides what the page of a clue shows and takes the steps its worker may take; no Qt. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.clues import ClueAction
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.brief import Brief
from fieldapp.domain.rules.clue_flow import Need
from fieldapp.services import briefs, clue_reports, clues, households, reference, relief_lists
from fieldapp.services.clues import Candidate, ClueView, DuplicateHint, OwnClue, StepDraft
from fieldapp.services.households import HouseholdItem
from fieldapp.services.relief_lists import ReliefItemView
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.screens.clue.state import CluePageState, Notice, Panel
from ui.widgets.records.pictures import PicturePort, PictureRow, Pictures

P = TypeVar("P")
INITIATOR: Final = "clue"
_MOST_FOUND: Final = 5
KINDS: Final = (
    "clues", "clue_steps", "clue_receipts", "visits", "households", "users", "areas", "duties", "parameters",
    "reliefs", "relief_steps",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Loaded:
    view: ClueView | None
    own: OwnClue | None
    hints: tuple[DuplicateHint, ...]
    reliefs: tuple[ReliefItemView, ...] = ()
    may_relieve: bool = False


class CluePresenter(Generic[P]):
    """Plain Python behind the page.

    Attributes: pictures brings photos as they are asked for.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[CluePageState], None],
        say: Callable[[Notice], None],
        pictures: PicturePort[P],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self.pictures = Pictures(surroundings, pictures)
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._clue_id = ""
        self.state = CluePageState(self._context.today())

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, clue_id: str) -> None:
        """Show a clue."""
        self._clue_id = clue_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()
        self.pictures.stop()

    def reload(self) -> None:
        """Read again; clocks run, so this is also done by time."""
        context, clue_id = self._context, self._clue_id

        def work() -> _Loaded:
            own = next((one for one in clues.my_clues(context) if one.clue_id == clue_id), None)
            if own is not None and not own.here:
                return _Loaded(None, own, ())
            view = clues.clue_view(context, clue_id)
            merges = any(one.action is ClueAction.MARK_DUPLICATE for one in view.actions)
            hints = tuple(clues.possible_duplicates(context, clue_id)) if merges else ()
            settled = view.state.settled or view.state.confirmed is False
            propose = reference.may(context, Permission.PROPOSE_RELIEF, view.item.area_code)
            given = tuple(relief_lists.clue_reliefs(context, clue_id))
            return _Loaded(view, own, hints, given, propose and not settled)

        self._reads.ask(work)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _on_loaded(self, loaded: _Loaded) -> None:
        view, message = loaded.view, self._around.texts.message
        photos: tuple[PictureRow, ...] = ()
        refusals: dict[str, str] = {}
        if view is not None:
            label = self._around.texts.label(view.clue.kind)
            photos = tuple(
                PictureRow(
                    f"{view.clue.id}/{one.sha256}", one.sha256, label, "", one.watermark, one.thumbnail_sha256
                )
                for one in view.clue.photos
            )
            refusals = {one.step.id: message(one.refused_code) for one in view.steps if one.refused_code}
            if view.refused_code:
                refusals[view.clue.id] = message(view.refused_code)
        elif loaded.own is not None and loaded.own.refused_code:
            refusals[loaded.own.clue_id] = message(loaded.own.refused_code)
        panel = self.state.panel
        if panel is not None and (
            view is None or all(one.action is not panel.action for one in view.actions)
        ):
            panel = None  # somebody was first: the step is no longer there to be taken
        elif panel is not None and view is not None and panel.needs_visit and panel.chosen is None:
            panel = self._with_visits(panel, view)
        self._show(
            loaded=True,
            trouble="",
            view=view,
            own=loaded.own,
            hints=loaded.hints,
            photos=photos,
            refusals=refusals,
            panel=panel,
            reliefs=loaded.reliefs,
            may_relieve=loaded.may_relieve,
        )
        self.pictures.want_small(photos)
        if panel is not None and panel.chosen is not None:
            self.choose_household(panel.chosen)

    def _with_visits(self, panel: Panel, view: ClueView) -> Panel:
        """A visit may have been made while the panel stood open."""
        visit_id = _kept_or_newest(panel.draft.visit_id, view.visits)
        draft = panel.draft.model_copy(update={"visit_id": visit_id})
        return replace(panel, visits=view.visits, draft=draft)

    # --- steps ----------------------------------------------------------------------------------

    def begin(self, action: ClueAction) -> None:
        """Open the panel of a step."""
        view = self.state.view
        offer = next((one for one in view.actions if one.action is action), None) if view else None
        if view is None or offer is None:
            return
        if action is ClueAction.RELIEF and self.state.may_relieve and not self.state.reliefs:
            self.relieve()  # handing it in takes the step
            return
        draft = StepDraft(action=action)
        if action is ClueAction.RELIEF and self.state.reliefs:
            draft = draft.model_copy(update={"relief_id": self.state.reliefs[0].relief.id})
        if action is ClueAction.ACCEPT:
            draft = draft.model_copy(update={"urgency": view.state.urgency})
        needs_visit = bool({Need.ON_SPOT, Need.VISIT}.intersection(offer.needs))
        by_visit = needs_visit and view.state.household_id is not None
        if by_visit and view.visits:
            draft = draft.model_copy(update={"visit_id": view.visits[0].id})
        elif needs_visit and not by_visit:
            draft = draft.model_copy(update={"on_spot_at": self._context.clock()})
        panel = Panel(
            action,
            offer.needs,
            draft,
            by_visit,
            view.visits if by_visit else (),
            may_find=action is ClueAction.CONFIRM and view.state.household_id is None,
            hints=self.state.hints,
        )
        self._show(panel=panel)
        if Need.ASSIGNEE in offer.needs:
            context, clue_id = self._context, self._clue_id
            self._around.tasks.run(
                lambda: clues.candidates(context, clue_id), self._on_candidates, toast_error(self._around)
            )

    def _on_candidates(self, found: list[Candidate]) -> None:
        panel = self.state.panel
        if panel is not None and panel.action is ClueAction.ASSIGN:
            self._show(panel=replace(panel, candidates=tuple(found)))

    def change(self, **fields: object) -> None:
        """Other values of the step's fields (names of StepDraft)."""
        panel = self.state.panel
        if panel is None:
            return
        draft = panel.draft.model_copy(update=fields)
        if draft != panel.draft:
            self._show(panel=replace(panel, draft=draft, errors={}))
            if draft.main_id and draft.main_id != panel.draft.main_id:
                self._compare(draft.main_id)

    def find(self, typed: str) -> None:
        """Look for the household that was found at the place."""
        if self.state.panel is None:
            return
        context = self._context

        def work() -> tuple[HouseholdItem, ...]:
            if not typed.strip():
                return ()
            ids = households.household_ids(context, typed=typed)[:_MOST_FOUND]
            return tuple(households.household_items(context, ids))

        def take(found: tuple[HouseholdItem, ...]) -> None:
            if self.state.panel is not None:
                self._show(panel=replace(self.state.panel, found=found))

        self._around.tasks.run(work, take, toast_error(self._around))

    def choose_household(self, chosen: HouseholdItem | None) -> None:
        """This is the household, or it is not known after all. A visit to it is to be named then."""
        panel, view = self.state.panel, self.state.view
        if panel is None or view is None:
            return
        if chosen is None:
            fields = {"found_household_id": "", "visit_id": "", "on_spot_at": self._context.clock()}
            draft = panel.draft.model_copy(update=fields)
            self._show(
                panel=replace(panel, chosen=None, draft=draft, needs_visit=False, visits=(), errors={})
            )
            return
        context, since = self._context, view.clue.reported_at

        def work() -> tuple[VisitFields, ...]:
            made = households.household_card(context, chosen.household_id).timeline
            return tuple(one for one in made if one.finished_at >= since)

        def take(visits: tuple[VisitFields, ...]) -> None:
            now = self.state.panel
            if now is None or not now.may_find:
                return
            fields = {
                "found_household_id": chosen.household_id,
                "visit_id": _kept_or_newest(now.draft.visit_id, visits),
                "on_spot_at": None,
            }
            draft = now.draft.model_copy(update=fields)
            changed = replace(now, chosen=chosen, draft=draft, needs_visit=True, visits=visits, found=())
            self._show(panel=replace(changed, errors={}))

        self._around.tasks.run(work, take, toast_error(self._around))

    def _compare(self, main_id: str) -> None:
        """Show the clue that this one would be merged into beside it."""
        context = self._context

        def take(main: ClueView) -> None:
            panel = self.state.panel
            if panel is not None and panel.draft.main_id == main_id:
                self._show(panel=replace(panel, main=main))

        self._around.tasks.run(lambda: clues.clue_view(context, main_id), take, toast_error(self._around))

    def cancel(self) -> None:
        """Close the panel."""
        self._show(panel=None)

    def take(self) -> None:
        """Take the step, as far as is known here."""
        panel = self.state.panel
        if panel is None or panel.busy:
            return
        context, clue_id, draft = self._context, self._clue_id, panel.draft
        self._show(panel=replace(panel, busy=True, errors={}))
        self._around.tasks.run(
            lambda: clues.take_step(context, clue_id, draft, INITIATOR), self._on_taken, self._on_refused
        )

    def _on_taken(self, answer: tuple[str, ChangeSet]) -> None:
        self._show(panel=None)
        self._say(Notice.STEP_TAKEN)
        self._around.publish(answer[1])

    def _on_refused(self, error: FieldappError) -> None:
        panel = self.state.panel
        if panel is None:
            return
        place = error.field if isinstance(error, RuleError) else ""
        errors = {place: self._around.texts.error(error)}
        self._show(panel=replace(panel, busy=False, errors=errors))

    # --- elsewhere ------------------------------------------------------------------------------

    def copy_brief(self, take: Callable[[str], None]) -> None:
        """Hand over the short text, without names and numbers of people."""
        context, clue_id = self._context, self._clue_id

        def done(text: str) -> None:
            take(text)
            self._say(Notice.COPIED)

        self._around.tasks.run(
            lambda: clue_reports.short_text(context, clue_id), done, toast_error(self._around)
        )

    def brief(self) -> Callable[[], Brief] | None:
        """How to read the brief of the clue on show."""
        context, clue_id = self._context, self._clue_id
        return (lambda: briefs.clue_brief(context, clue_id)) if self.state.view is not None else None

    def open_household(self) -> None:
        """The file of the household, from which a visit is begun."""
        view, panel = self.state.view, self.state.panel
        if panel is not None and panel.chosen is not None:
            self._around.shell.go("household", household_id=panel.chosen.household_id)
        elif view is not None and view.household is not None:
            self._around.shell.go("household", household_id=view.household.id)

    def print_form(self) -> None:
        """Form 6.5."""
        view = self.state.view
        if view is not None:
            self._around.shell.go("paper", kind="clues", ids=self._clue_id, area_code=view.item.area_code)

    def relieve(self) -> None:
        """Record what is given because of this clue."""
        self._around.shell.go("relief_form", clue_id=self._clue_id)

    def open_relief(self, relief_id: str) -> None:
        """What was given."""
        self._around.shell.go("relief", relief_id=relief_id)

    def open_clue(self, clue_id: str) -> None:
        """Another clue: the one this was merged into, or one merged into this."""
        self._around.shell.go("clue", clue_id=clue_id)

    def show_ways(self) -> None:
        """Whom to call and how the report travels, while it has not reached the server."""
        self._around.shell.go("clue_report", clue_id=self._clue_id)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        if not self._reads.stopped:
            self._render(self.state)


def _kept_or_newest(visit_id: str, visits: tuple[VisitFields, ...]) -> str:
    """The visit that was chosen while it is among these; else the first, which is the newest."""
    if any(one.id == visit_id for one in visits):
        return visit_id
    return visits[0].id if visits else ""
