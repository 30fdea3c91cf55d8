"""Decides what the list of households shows: which ids, which area, and the rows in view."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Permission
from fieldapp.services import households, reference, visits
from fieldapp.services.reference import AreaChoice
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.widgets.records.household_rows import HouseholdRow, household_row

LIST_KINDS: Final = ("households", "persons", "areas", "users")
ROW_KINDS: Final = ("visits", "visit_plans", "drafts")


@dataclass(frozen=True, slots=True)
class HouseholdsState:
    """The list. `version` rises whenever rows must be fetched again; `roster_empty` means the device
    holds no household at all."""

    loaded: bool = False
    ids: tuple[str, ...] = ()
    version: int = 0
    typed: str = ""
    area: str = ""
    areas: tuple[AreaChoice, ...] = ()
    may_visit: bool = False
    may_register: bool = False
    roster_empty: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What one search brings."""

    typed: str
    area: str
    ids: tuple[str, ...]
    areas: tuple[AreaChoice, ...]
    may_visit: bool
    may_register: bool
    roster_empty: bool


class HouseholdsPresenter:
    """Plain Python behind the list of households.

    `supply` takes rows as they arrive: the list asks for those in view only, by `need`.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[HouseholdsState], None],
        supply: Callable[[Sequence[HouseholdRow]], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._supply = supply
        self._typed = self._area = ""
        self._searches: LatestRead[_Found] = LatestRead(
            surroundings.tasks, self._on_found, toast_error(surroundings)
        )
        self._end: Callable[[], None] = lambda: None
        self._gone = False
        self._opening = False
        self.state = HouseholdsState()

    def enter(self, typed: str = "") -> None:
        """Begin with a search text, or with all."""
        self._typed = typed
        self._end = self._around.on_change(self._on_change)
        self._ask()

    def leave(self) -> None:
        """The list goes for good."""
        self._end()
        self._gone = True
        self._searches.stop()

    def search(self, typed: str) -> None:
        """The worker typed; the newest text wins."""
        if typed != self._typed:
            self._typed = typed
            self._ask()

    def choose_area(self, code: str) -> None:
        """Show one village or grid; '' shows all."""
        if code != self._area:
            self._area = code
            self._ask()

    def narrow(self, values: Mapping[str, str]) -> None:
        """Narrow the list as a kept filter says."""
        self.choose_area(values.get("area", ""))

    def need(self, keys: Sequence[str]) -> None:
        """Fetch the rows of a page of the list."""
        wanted = tuple(keys)

        def work() -> list[HouseholdRow]:
            today, texts = self._context.today(), self._around.texts
            return [household_row(i, texts, today) for i in households.household_items(self._context, wanted)]

        def done(rows: list[HouseholdRow]) -> None:
            if not self._gone:
                self._supply(rows)

        self._around.tasks.run(work, done)

    def visit(self, household_id: str) -> None:
        """Start a visit, or go on with the one left unfinished."""
        if self._opening:
            return
        self._opening = True

        def begun(result: tuple[str, ChangeSet]) -> None:
            self._opening = False
            draft_id, changes = result
            self._around.publish(changes)
            self._around.shell.go("visit_form", draft_id=draft_id)

        def refused(error: FieldappError) -> None:
            self._opening = False
            toast_error(self._around)(error)

        context = self._context
        self._around.tasks.run(
            lambda: visits.begin_visit(context, household_id, "households"), begun, refused
        )

    def open_household(self, household_id: str) -> None:
        """Open the file of a household."""
        self._around.shell.go("household", household_id=household_id)

    def register(self) -> None:
        """Register a household that is not on the list."""
        self._around.shell.go("register")

    def sync_now(self) -> None:
        """Fetch the roster."""
        self._around.sync.sync_now()

    def _ask(self) -> None:
        context, typed, area = self._context, self._typed, self._area

        def work() -> _Found:
            ids = tuple(households.household_ids(context, typed=typed, area_prefix=area))
            return _Found(
                typed=typed,
                area=area,
                ids=ids,
                areas=tuple(reference.areas_to_read(context)),
                may_visit=reference.may(context, Permission.CREATE_VISIT),
                may_register=reference.may(context, Permission.REGISTER_HOUSEHOLD),
                roster_empty=not ids and not households.household_ids(context),
            )

        self._searches.ask(work)

    def _on_found(self, found: _Found) -> None:
        self.state = replace(
            self.state,
            loaded=True,
            version=self.state.version + 1,
            ids=found.ids,
            typed=found.typed,
            area=found.area,
            areas=found.areas,
            may_visit=found.may_visit,
            may_register=found.may_register,
            roster_empty=found.roster_empty,
        )
        self._render(self.state)

    def _on_change(self, changes: ChangeSet) -> None:
        if changes.touches(*LIST_KINDS):
            self._ask()
        elif changes.touches(*ROW_KINDS):
            self.state = replace(self.state, version=self.state.version + 1)
            self._render(self.state)
