"""Decides who is listed as able or willing to work, and writes the list. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.services import exports, job_seekers, reference
from fieldapp.services.job_seekers import Listed
from fieldapp.services.reference import AreaChoice
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("persons", "households", "service_needs", "referral_steps", "areas", "users")


class Who(enum.StrEnum):
    """Which members."""

    WISHES = "WISHES"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Panel:
    """How the list is to be written; `errors` are sentences by field."""

    may_unmask: bool
    unmasked: bool = False
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    busy: bool = False


@dataclass(frozen=True, slots=True)
class JobSeekersState:
    """The page."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    who: Who = Who.WISHES
    area_code: str = ""
    areas: tuple[AreaChoice, ...] = ()
    counts: Mapping[Who, int] = field(default_factory=dict)
    listed: tuple[Listed, ...] = ()
    may_export: bool = False
    panel: Panel | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    area_code: str
    areas: tuple[AreaChoice, ...]
    found: tuple[Listed, ...]
    may_export: bool
    may_unmask: bool


class JobSeekersPresenter:
    """Plain Python behind the list. `saved` is told when the file is there."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[JobSeekersState], None],
        saved: Callable[[], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._saved = saved
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._loaded: _Loaded | None = None
        self._chosen = False
        self.state = JobSeekersState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, wanted = self._context, self.state.area_code

        def work() -> _Loaded:
            with context.store.reading() as connection:
                actor = context.actor(connection)
                own = actor.areas_with(Permission.READ_CASES)
            area = wanted or (own[0] if own else "")
            return _Loaded(
                area,
                tuple(reference.areas_to_read(context)),
                tuple(job_seekers.job_seekers(context, area)),
                all(actor.may(one, area) for one in (Permission.READ_STATISTICS, Permission.EXPORT_VISITS)),
                exports.may_unmask(actor, area),
            )

        self._reads.ask(work)

    def choose(self, who: Who) -> None:
        """Those who wish to work, or all who could."""
        self._chosen = True
        self._show(who=who)

    def choose_area(self, area_code: str) -> None:
        """Another area; '' = the worker's own."""
        self.state = replace(self.state, area_code=area_code, panel=None)
        self.reload()

    def open(self, household_id: str) -> None:
        """The file of the household."""
        self._around.shell.go("household", household_id=household_id)

    # --- the list as a workbook -----------------------------------------------------------------

    def begin_export(self) -> None:
        """Ask how."""
        if self._loaded is not None and self._loaded.may_export:
            self._show(panel=Panel(self._loaded.may_unmask))

    def change(self, *, unmasked: bool, reason: str) -> None:
        """Names in full or masked, and why."""
        if self.state.panel is not None:
            self._show(panel=replace(self.state.panel, unmasked=unmasked, reason=reason, errors={}))

    def cancel(self) -> None:
        """Nothing is written."""
        self._show(panel=None)

    def may_choose_place(self) -> bool:
        """Whether nothing is missing; else it is said at its field."""
        panel = self.state.panel
        if panel is None or panel.busy:
            return False
        if panel.unmasked and not panel.reason.strip():
            self._on_failed(RuleError("reason_required", "reason"))
            return False
        return True

    def export(self, path: str) -> None:
        """Write the list to a place."""
        panel, loaded = self.state.panel, self._loaded
        if panel is None or loaded is None or panel.busy:
            return
        self._show(panel=replace(panel, busy=True, errors={}))
        context, area, wishes = self._context, loaded.area_code, self.state.who is Who.WISHES

        def done(changes: ChangeSet | None) -> None:
            self._show(panel=None)
            if changes is not None:
                self._around.publish(changes)
            self._saved()

        self._around.tasks.run_aside(
            lambda: job_seekers.export_job_seekers(
                context, area, Path(path), only_wishes=wishes, unmasked=panel.unmasked, reason=panel.reason
            ),
            done,
            self._on_failed,
        )

    def _on_failed(self, error: FieldappError) -> None:
        panel = self.state.panel
        if panel is not None:
            place = error.field if isinstance(error, RuleError) else ""
            self._show(panel=replace(panel, busy=False, errors={place: self._around.texts.error(error)}))

    # --- reading --------------------------------------------------------------------------------

    def _on_trouble(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        if not self._chosen:  # where nobody's wish is known, those who could work are better than nobody
            wished = any(one.seeker.wished_on is not None for one in loaded.found)
            self.state = replace(self.state, who=Who.WISHES if wished or not loaded.found else Who.ALL)
        self._show()

    def _show(self, **changes: object) -> None:
        loaded = self._loaded
        if loaded is None or self._reads.stopped:
            return
        wishes = tuple(one for one in loaded.found if one.seeker.wished_on is not None)
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.state = replace(
            state,
            today=self._context.today(),
            loaded=True,
            trouble="",
            areas=loaded.areas,
            may_export=loaded.may_export,
            counts={Who.WISHES: len(wishes), Who.ALL: len(loaded.found)},
            listed=wishes if state.who is Who.WISHES else loaded.found,
        )
        self._render(self.state)
