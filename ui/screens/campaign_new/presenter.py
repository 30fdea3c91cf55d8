"""Decides how a campaign is started: what is missing, and how many households its filter names."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.campaigns import HouseholdFilter
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.rules.campaigns import NewCampaign
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.services import campaigns, forms, reference
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

DAYS: Final = 7
"""How long a campaign lasts unless told otherwise."""
_OFFERED: Final = frozenset({FormPurpose.SURVEY, FormPurpose.VISIT})


@dataclass(frozen=True, slots=True)
class CampaignNewState:
    """The page. `new` is what is typed, without the days, which may be missing; `asked` counts its
    households of all, None while it cannot be counted; `errors` are sentences by field."""

    loaded: bool = False
    places: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    area_code: str = ""
    title: str = ""
    note: str = ""
    form_id: str = ""
    filter: HouseholdFilter = field(default_factory=HouseholdFilter)
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    asked: Ratio | None = None
    errors: dict[str, str] = field(default_factory=dict)
    starting: bool = False


@dataclass(frozen=True, slots=True)
class _Begun:
    places: list[tuple[str, str]]
    forms: list[tuple[str, str]]


class CampaignNewPresenter:
    """Plain Python behind the page.

    Args:
        started: words what was started.
    """

    def __init__(
        self, surroundings: Surroundings, render: Callable[[CampaignNewState], None],
        started: Callable[[], None],
    ) -> None:  # fmt: skip
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._started = started
        self._counts: LatestRead[Ratio] = LatestRead(
            surroundings.tasks, self._on_counted, toast_error(surroundings)
        )
        self._gone = False
        today = self._context.today()
        self.state = CampaignNewState(starts_on=today, ends_on=today + dt.timedelta(days=DAYS - 1))

    def enter(self) -> None:
        """Read where a campaign may be started and which forms there are."""
        context = self._context

        def work() -> _Begun:
            offered = [one for one in forms.available_forms(context) if one.purpose in _OFFERED]
            places = reference.places_with(context, Permission.EDIT_CAMPAIGN)
            return _Begun(places, [(one.form_id, one.title) for one in offered])

        self._around.tasks.run(work, self._on_begun)

    def leave(self) -> None:
        """The page goes."""
        self._gone = True
        self._counts.stop()

    def change(self, name: str, value: object) -> None:
        """A field of the state was changed."""
        errors = {key: words for key, words in self.state.errors.items() if key != name}
        self._show(errors=errors, **{name: value})
        if name in ("area_code", "starts_on"):
            self._count()

    def narrow(self, **conditions: object) -> None:
        """Conditions of the filter were changed."""
        errors = {key: words for key, words in self.state.errors.items() if key != "filter"}
        self._show(filter=self.state.filter.model_copy(update=conditions), errors=errors)
        self._count()

    def start(self) -> None:
        """Start it, and show its page."""
        state, context = self.state, self._context
        missing = {name for name in ("starts_on", "ends_on") if getattr(state, name) is None}
        if state.starting:
            return
        if missing or state.starts_on is None or state.ends_on is None:
            words = self._around.texts.error(RuleError("campaign_days_required", "starts_on"))
            self._show(errors=dict.fromkeys(missing, words))
            return
        new = NewCampaign(
            area_code=state.area_code, title=state.title, note=state.note, filter=state.filter,
            form_id=state.form_id, starts_on=state.starts_on, ends_on=state.ends_on,
        )  # fmt: skip
        self._show(starting=True, errors={})
        self._around.tasks.run(
            lambda: campaigns.start_campaign(context, new), self._on_started, self._on_refused
        )

    def _count(self) -> None:
        state, context = self.state, self._context
        on = state.starts_on
        if state.area_code and on is not None:
            self._counts.ask(lambda: campaigns.count_asked(context, state.area_code, state.filter, on))

    def _on_begun(self, begun: _Begun) -> None:
        if self._gone:
            return
        first = begun.places[0][0] if begun.places else ""
        self._show(loaded=True, places=tuple(begun.places), forms=tuple(begun.forms), area_code=first)
        self._count()

    def _on_counted(self, asked: Ratio) -> None:
        self._show(asked=asked)

    def _on_started(self, result: tuple[str, ChangeSet]) -> None:
        campaign_id, changes = result
        self._around.publish(changes)
        if self._gone:
            return
        self._started()
        self._around.shell.back()
        self._around.shell.go("campaign", campaign_id=campaign_id)

    def _on_refused(self, error: FieldappError) -> None:
        where = error.field if isinstance(error, RuleError) else ""
        self._show(starting=False, errors={where: self._around.texts.error(error)})

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
