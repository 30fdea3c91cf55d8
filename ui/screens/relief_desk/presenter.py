"""Decides what the desk of relief shows: funds with their entries, and how ledgers are exported. No Qt."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.services import exports, relief_exports, standby_funds
from fieldapp.services.standby_funds import FundView
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("fund_entries", "reliefs", "relief_steps", "users", "areas")


@dataclass(frozen=True, slots=True)
class Span:
    """What the ledger is to hold: reliefs from one day to another, with full data and why, or masked."""

    start: dt.date
    end: dt.date
    full: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeskState:
    """The page. `area_code` is that of the ledger, '' = this worker exports none."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    funds: tuple[FundView, ...] = ()
    area_code: str = ""
    may_full: bool = False
    busy: bool = False
    problem: str = ""
    reason_problem: str = ""


@dataclass(frozen=True, slots=True)
class _Loaded:
    funds: tuple[FundView, ...]
    area_code: str
    may_full: bool


class DeskPresenter:
    """Plain Python behind the page.

    Args:
        exported: a file was written.
    """

    def __init__(
        self, surroundings: Surroundings, render: Callable[[DeskState], None], exported: Callable[[], None]
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._exported = exported
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self.state = DeskState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self._reload)
        self._reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def open_relief(self, relief_id: str) -> None:
        """The relief that an entry pays."""
        self._around.shell.go("relief", relief_id=relief_id)

    def export_ledger(self, span: Span, path: str) -> None:
        """Write the reliefs of a span."""
        context, area = self._context, self.state.area_code
        if span.full and not span.reason.strip():
            self._show(reason_problem=self._around.texts.error(RuleError("reason_required")))
            return
        self._start(
            lambda: relief_exports.export_reliefs(
                context, area, span.start, span.end, Path(path), unmasked=span.full, reason=span.reason
            )
        )

    def export_fund(self, town: str, path: str) -> None:
        """Write every entry of a town's fund."""
        context = self._context
        self._start(lambda: relief_exports.export_fund(context, town, Path(path)))

    def _start(self, work: Callable[[], ChangeSet | None]) -> None:
        if self.state.busy:
            return
        self._show(busy=True, problem="", reason_problem="")

        def done(changes: ChangeSet | None) -> None:
            self._show(busy=False)
            if changes is not None:
                self._around.publish(changes)
                self._exported()

        def failed(error: FieldappError) -> None:
            self._show(busy=False, problem=self._around.texts.error(error))

        self._around.tasks.run_aside(work, done, failed)

    def _reload(self) -> None:
        context = self._context

        def work() -> _Loaded:
            with context.store.reading() as connection:
                actor = context.actor(connection)
            areas = actor.areas_with(Permission.EXPORT_VISITS)
            area = areas[0] if areas and actor.may(Permission.WORK_ON_RELIEF) else ""
            return _Loaded(
                tuple(standby_funds.funds(context)), area, bool(area) and exports.may_unmask(actor, area)
            )

        self._reads.ask(work)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._show(
            loaded=True, trouble="", funds=loaded.funds, area_code=loaded.area_code, may_full=loaded.may_full
        )

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        if not self._reads.stopped:
            self._render(self.state)
