"""Decides what the unmet-need report shows and which list a number opens. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.visits import NeedKind
from fieldapp.services import need_views
from fieldapp.services.need_views import CharityPool, NeedList, UnmetReport
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = (
    "service_needs", "referrals", "referral_steps", "reliefs", "households", "users", "areas", "parameters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NeedReportState:
    """The page."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    report: UnmetReport | None = None
    pool: CharityPool | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    report: UnmetReport
    pool: CharityPool


class NeedReportPresenter:
    """Plain Python behind the report."""

    def __init__(self, surroundings: Surroundings, render: Callable[[NeedReportState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self.state = NeedReportState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context
        self._reads.ask(lambda: _Loaded(need_views.unmet_report(context), need_views.charity_pool(context)))

    def open_number(self, area_code: str, kind: NeedKind, which: NeedList) -> None:
        """The needs behind a number."""
        self._around.shell.go("needs", which=which.value, kind=kind.value, area_code=area_code)

    def open_need(self, need_id: str) -> None:
        """The page of a need of the pool."""
        self._around.shell.go("need", need_id=need_id)

    def _on_trouble(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self.state = NeedReportState(
            self._context.today(), loaded=True, report=loaded.report, pool=loaded.pool
        )
        self._render(self.state)
