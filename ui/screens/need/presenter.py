"""Decides what the page of a need shows and takes the steps of the office; no Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.needs import ReferralAction
from fieldapp.domain.rules.referral_flow import needs_note
from fieldapp.domain.rules.service_matching import Offer
from fieldapp.services import need_views, needs
from fieldapp.services.need_views import NeedView
from fieldapp.services.needs import NewNeedStep
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

INITIATOR: Final = "need"
KINDS: Final = (
    "service_needs", "referrals", "referral_steps", "organisations", "projects", "households", "users",
    "parameters",
)  # fmt: skip
MESSAGE: Final = "message"
OFFER: Final = "offer"


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    REFERRED = "REFERRED"
    STEP_TAKEN = "STEP_TAKEN"


@dataclass(frozen=True, slots=True)
class Panel:
    """What is being done: a step of the office, or (`action` None) handing the need to an organisation.

    `offers` are None until they have been looked for; `errors` are sentences by field: OFFER, MESSAGE, note,
    rating, "" for the whole.
    """

    action: ReferralAction | None
    offers: tuple[Offer, ...] | None = None
    offer: int | None = None
    message: str = ""
    note: str = ""
    rating: int | None = None
    wants_note: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    busy: bool = False


@dataclass(frozen=True, slots=True)
class NeedPageState:
    """The page. `refusals` are sentences by id of a referral or step that does not count."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    view: NeedView | None = None
    refusals: Mapping[str, str] = field(default_factory=dict)
    panel: Panel | None = None


class NeedPresenter:
    """Plain Python behind the page."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[NeedPageState], None],
        say: Callable[[Notice], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self._reads: LatestRead[NeedView] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._need_id = ""
        self.state = NeedPageState(self._context.today())

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, need_id: str) -> None:
        """Show a need."""
        self._need_id = need_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, need_id = self._context, self._need_id
        self._reads.ask(lambda: need_views.need_view(context, need_id))

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error), view=None, panel=None)

    def _on_loaded(self, view: NeedView) -> None:
        message = self._around.texts.message
        codes = {one.id: one.refused_code for one in view.steps if one.refused_code} | dict(view.refused)
        panel = self.state.panel
        if panel is not None and not self._may(view, panel.action):
            panel = None  # somebody was first: it is no longer there to be done
        refusals = {one: message(code) for one, code in codes.items()}
        self._show(loaded=True, trouble="", view=view, refusals=refusals, panel=panel)

    def _may(self, view: NeedView, action: ReferralAction | None) -> bool:
        return view.may_refer if action is None else action in view.actions

    # --- steps ----------------------------------------------------------------------------------

    def begin_referral(self) -> None:
        """Open the panel that hands the need on, and look who could serve it."""
        view = self.state.view
        if view is None or not view.may_refer:
            return
        self._show(panel=Panel(None))
        context, need_id = self._context, self._need_id

        def take(found: list[Offer]) -> None:
            panel = self.state.panel
            if panel is not None and panel.action is None:
                only = 0 if len(found) == 1 else None
                self._show(panel=replace(panel, offers=tuple(found), offer=only))

        self._around.tasks.run(lambda: needs.offers_for(context, need_id), take, toast_error(self._around))

    def begin(self, action: ReferralAction) -> None:
        """Open the panel of a step."""
        view = self.state.view
        if view is not None and action in view.actions:
            self._show(panel=Panel(action, wants_note=needs_note(action)))

    def change(self, **fields: object) -> None:
        """Other values of the panel's fields."""
        panel = self.state.panel
        if panel is not None:
            self._show(panel=replace(panel, errors={}, **fields))  # type: ignore[arg-type]

    def cancel(self) -> None:
        """Close the panel."""
        self._show(panel=None)

    def take(self) -> None:
        """Do what the panel says."""
        panel = self.state.panel
        if panel is None or panel.busy:
            return
        context, need_id, action = self._context, self._need_id, panel.action
        if action is None:
            offer = None if panel.offer is None or not panel.offers else panel.offers[panel.offer]
            if offer is None:
                missing = self._around.texts.message("offer_required")
                self._show(panel=replace(panel, errors={OFFER: missing}))
                return
            chosen, message = offer, panel.message

            def work() -> ChangeSet:
                return needs.refer(context, need_id, chosen, message, INITIATOR)[1]
        else:
            new = NewNeedStep(action, panel.note, panel.rating)

            def work() -> ChangeSet:
                return needs.take_need_step(context, need_id, new, INITIATOR)

        self._show(panel=replace(panel, busy=True, errors={}))
        said = Notice.REFERRED if action is None else Notice.STEP_TAKEN

        def done(changes: ChangeSet) -> None:
            self._show(panel=None)
            self._say(said)
            self._around.publish(changes)

        self._around.tasks.run(work, done, self._on_refused)

    def _on_refused(self, error: FieldappError) -> None:
        panel = self.state.panel
        if panel is not None:
            place = error.field if isinstance(error, RuleError) else ""
            sentence = self._around.texts.error(error)
            self._show(panel=replace(panel, busy=False, errors={place: sentence}))

    # --- elsewhere ------------------------------------------------------------------------------

    def open_household(self) -> None:
        """The file of the household."""
        if self.state.view is not None:
            self._around.shell.go("household", household_id=self.state.view.need.household_id)

    def open_visit(self) -> None:
        """The visit at which the need was seen."""
        view = self.state.view
        if view is not None and view.need.visit_id is not None:
            self._around.shell.go("visit", visit_id=view.need.visit_id)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        if not self._reads.stopped:
            self._render(self.state)
