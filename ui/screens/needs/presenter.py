"""Decides which needs are listed: by how they stand, by kind and by area. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visits import NeedKind
from fieldapp.services import need_views, reference
from fieldapp.services.need_views import NeedFilter, NeedList, NeedView
from fieldapp.services.reference import AreaChoice
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = (
    "service_needs", "referrals", "referral_steps", "households", "organisations", "users", "areas",
    "parameters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NeedsState:
    """The page. `areas` are those to choose from, none where there is only one."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    which: NeedList = NeedList.OPEN
    kind: NeedKind | None = None
    area_code: str = ""
    areas: tuple[AreaChoice, ...] = ()
    counts: Mapping[NeedList, int] = field(default_factory=dict)
    needs: tuple[NeedView, ...] = ()
    may_report: bool = False


@dataclass(frozen=True, slots=True)
class _Loaded:
    views: tuple[NeedView, ...]
    areas: tuple[AreaChoice, ...]
    may_report: bool


class NeedsPresenter:
    """Plain Python behind the list."""

    def __init__(self, surroundings: Surroundings, render: Callable[[NeedsState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._loaded: _Loaded | None = None
        self.state = NeedsState(self._context.today())

    def enter(self, which: str = "", kind: str = "", area_code: str = "") -> None:
        """Begin, with what a report's number leads to or with what is to be done."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.state = replace(
            self.state,
            which=NeedList(which) if which else NeedList.OPEN,
            kind=NeedKind(kind) if kind else None,
            area_code=area_code,
        )
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, wanted = self._context, NeedFilter(self.state.area_code, self.state.kind)

        def work() -> _Loaded:
            return _Loaded(
                tuple(need_views.need_list(context, wanted, only_live=False)),
                tuple(reference.areas_to_read(context)),
                reference.may(context, Permission.READ_STATISTICS),
            )

        self._reads.ask(work)

    def choose_list(self, which: NeedList) -> None:
        """Another list."""
        self.state = replace(self.state, which=which)
        self._show()

    def choose_kind(self, kind: NeedKind | None) -> None:
        """Only one kind, or all."""
        self.state = replace(self.state, kind=kind)
        self.reload()

    def choose_area(self, area_code: str) -> None:
        """Only one area; '' = all."""
        self.state = replace(self.state, area_code=area_code)
        self.reload()

    def narrow(self, values: Mapping[str, str]) -> None:
        """Narrow the list as a kept filter says; the list itself stays where the filter names none."""
        kind = values.get("kind", "")
        self.state = replace(
            self.state,
            which=NeedList(values.get("which", self.state.which)),
            kind=NeedKind(kind) if kind else None,
            area_code=values.get("area", ""),
        )
        self.reload()

    def open(self, need_id: str) -> None:
        """The page of a need."""
        self._around.shell.go("need", need_id=need_id)

    def open_report(self) -> None:
        """How many by area and kind, and the charity pool."""
        self._around.shell.go("need_report")

    def open_organisations(self) -> None:
        """Who serves."""
        self._around.shell.go("organisations")

    def _on_trouble(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self._show()

    def _show(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        self.state = replace(
            self.state,
            today=self._context.today(),
            loaded=True,
            trouble="",
            areas=loaded.areas,
            may_report=loaded.may_report,
            counts={which: len(need_views.listed(loaded.views, which)) for which in NeedList},
            needs=tuple(need_views.listed(loaded.views, self.state.which)),
        )
        self._render(self.state)
