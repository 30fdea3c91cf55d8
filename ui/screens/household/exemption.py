"""A household's exemptions from the plan: requests and decisions, and a new request. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.exemptions import ExemptionReason
from fieldapp.services import exemptions, households, reference
from fieldapp.services.exemptions import ExemptionItem, ExemptionRequest
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("visit_exemptions", "exemption_decisions", "households", "users", "parameters")
INITIATOR: Final = "household"


@dataclass(frozen=True, slots=True)
class Asking:
    """The open request; `missing` fields are to be filled in, `errors` are sentences by field ('' = the
    whole)."""

    reason: ExemptionReason | None
    since: dt.date | None
    until: dt.date | None
    note: str = ""
    busy: bool = False
    missing: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExemptionState:
    """The card. `most_days` is how long one exemption may last."""

    today: dt.date
    loaded: bool = False
    items: tuple[ExemptionItem, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    may_ask: bool = False
    most_days: int = 0
    asking: Asking | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    items: tuple[ExemptionItem, ...]
    may_ask: bool
    most_days: int


class ExemptionPresenter:
    """Plain Python behind the card. `asked` is told when a request was made."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[ExemptionState], None],
        asked: Callable[[], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._asked = asked
        self._reads: LatestRead[_Loaded] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._household_id = ""
        self.state = ExemptionState(self._context.today())

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
        context, household_id = self._context, self._household_id

        def work() -> _Loaded:
            area_code = households.household_card(context, household_id).household.area_code
            return _Loaded(
                tuple(exemptions.exemptions_of(context, household_id)),
                reference.may(context, Permission.REQUEST_EXEMPTION, area_code),
                reference.parameters(context).exemption_max_days,
            )

        self._reads.ask(work)

    def begin(self) -> None:
        """Open an empty request that begins today."""
        self._show(asking=Asking(None, self._context.today(), None))

    def cancel(self) -> None:
        """Close it."""
        self._show(asking=None)

    def change(self, name: str, value: object) -> None:
        """Another value of a field of the request."""
        asking = self.state.asking
        if asking is None:
            return
        if name == "reason":
            value = ExemptionReason(str(value)) if value else None
        self._show(asking=replace(asking, **{name: value}, missing=frozenset(), errors={}))  # type: ignore[arg-type]

    def ask(self) -> None:
        """Make the request; what is missing or wrong is said at its field."""
        asking = self.state.asking
        if asking is None or asking.busy:
            return
        if asking.reason is None or asking.since is None or asking.until is None:
            wanting = (("reason", asking.reason), ("since", asking.since), ("until", asking.until))
            missing = frozenset(name for name, value in wanting if value is None)
            self._show(asking=replace(asking, missing=missing))
            return
        wanted = ExemptionRequest(self._household_id, asking.reason, asking.since, asking.until, asking.note)
        self._show(asking=replace(asking, busy=True))
        context = self._context

        def done(result: tuple[str, ChangeSet]) -> None:
            if not self._reads.stopped:
                self._show(asking=None)
            self._around.publish(result[1])
            if not self._reads.stopped:
                self._asked()

        def refused(error: FieldappError) -> None:
            if not self._reads.stopped:
                place = error.field if isinstance(error, RuleError) else ""
                errors = {place: self._around.texts.error(error)}
                self._show(asking=replace(asking, busy=False, errors=errors))

        self._around.tasks.run(
            lambda: exemptions.request_exemption(context, wanted, INITIATOR), done, refused
        )

    def _on_loaded(self, loaded: _Loaded) -> None:
        message = self._around.texts.message
        self._show(
            today=self._context.today(),
            loaded=True,
            items=loaded.items,
            refusals={
                one.exemption_id: message(one.refused_code) for one in loaded.items if one.refused_code
            },
            may_ask=loaded.may_ask,
            most_days=loaded.most_days,
        )

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
