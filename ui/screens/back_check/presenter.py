"""One back-check: keeps what the second worker fills in, hands it in, takes other steps. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.back_check_drafts import BackCheckDraft
from fieldapp.domain.records.back_checks import BackCheckAction
from fieldapp.services import back_checks
from fieldapp.services.back_check_views import BackCheckView, back_check_view
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("back_checks", "back_check_steps", "visits", "households", "users", "areas")
INITIATOR: Final = "back_check"


@dataclass(frozen=True, slots=True)
class BackCheckState:
    """The page. `step` is the one whose panel is open; `errors` are sentences by field ('' = the whole)."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    view: BackCheckView | None = None
    draft: BackCheckDraft = field(default_factory=BackCheckDraft)
    step: BackCheckAction | None = None
    busy: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


class BackCheckPresenter:
    """Plain Python behind the page. `taken` is told of the step that was taken."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[BackCheckState], None],
        taken: Callable[[BackCheckAction], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._taken = taken
        self._id = ""
        self._saving = self._unsaved = False
        self._reads: LatestRead[BackCheckView] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self.state = BackCheckState(self._context.today())

    def enter(self, back_check_id: str) -> None:
        """Begin with one."""
        self._id = back_check_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes; what was filled in is in the store or on its way there."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, wanted = self._context, self._id
        self._reads.ask(lambda: back_check_view(context, wanted))

    def open_household(self) -> None:
        """The household's file, with its phone numbers."""
        if self.state.view is not None:
            self._around.shell.go("household", household_id=self.state.view.household.id)

    def open_visit(self) -> None:
        """The visit, for whoever may see it."""
        if self.state.view is not None and self.state.view.visit_id:
            self._around.shell.go("visit", visit_id=self.state.view.visit_id)

    # --- filling in -----------------------------------------------------------------------------

    def change(self, name: str, value: object) -> None:
        """A field of the draft was filled in."""
        self._keep(self.state.draft.model_copy(update={name: value}), name)

    def answer(self, name: str, value: object) -> None:
        """A question was answered."""
        answers = self.state.draft.answers.model_copy(update={name: value})
        self._keep(self.state.draft.model_copy(update={"answers": answers}), name)

    def _keep(self, draft: BackCheckDraft, name: str) -> None:
        self.state = replace(self.state, draft=draft)
        self._save()
        if {name, ""} & self.state.errors.keys() or name == "outcome":
            errors = {key: words for key, words in self.state.errors.items() if key not in (name, "")}
            self._show(errors=errors)

    def _save(self) -> None:
        """One save at a time; what changes meanwhile goes with the next."""
        if self._saving:
            self._unsaved = True
            return
        self._saving, self._unsaved = True, False
        context, wanted, draft = self._context, self._id, self.state.draft

        def ended() -> None:
            self._saving = False
            if self._unsaved:
                self._save()

        def saved(changes: ChangeSet) -> None:
            self._around.publish(changes)
            ended()

        def failed(error: FieldappError) -> None:
            toast_error(self._around)(error)
            ended()

        self._around.tasks.run(
            lambda: back_checks.save_back_check_draft(context, wanted, draft, INITIATOR), saved, failed
        )

    # --- steps ----------------------------------------------------------------------------------

    def begin(self, action: BackCheckAction) -> None:
        """Open the panel of a step that asks for a word."""
        self._show(step=action, errors={})

    def cancel(self) -> None:
        """Close it."""
        self._show(step=None, errors={})

    def hand_in(self) -> None:
        """Hand in the answers as they stand on the page."""
        context, wanted, draft = self._context, self._id, self.state.draft

        def work() -> ChangeSet:
            back_checks.save_back_check_draft(context, wanted, draft, INITIATOR)
            return back_checks.hand_in(context, wanted, INITIATOR)

        self._take(BackCheckAction.ANSWER, work)

    def take(self, note: str) -> None:
        """Take the step whose panel is open."""
        step, context, wanted = self.state.step, self._context, self._id
        if step is not None:
            self._take(step, lambda: back_checks.step_back_check(context, wanted, step, note, INITIATOR))

    def _take(self, action: BackCheckAction, work: Callable[[], ChangeSet]) -> None:
        if self.state.busy:
            return
        self._show(busy=True, errors={})

        def done(changes: ChangeSet) -> None:
            self._unsaved = False
            if not self._reads.stopped:
                self._show(busy=False, step=None)
                self._taken(action)
            self._around.publish(changes)

        def refused(error: FieldappError) -> None:
            if not self._reads.stopped:
                place = error.field if isinstance(error, RuleError) else ""
                self._show(busy=False, errors={place: self._around.texts.error(error)})

        self._around.tasks.run(work, done, refused)

    def _on_loaded(self, view: BackCheckView) -> None:
        begun = self.state.view is not None
        step = self.state.step if self.state.step in view.actions else None
        # What is on the page is newer than what was read while it was typed.
        draft = self.state.draft if begun else view.draft
        self._show(today=self._context.today(), loaded=True, trouble="", view=view, draft=draft, step=step)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error), view=None)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
