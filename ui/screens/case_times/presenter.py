"""Decides which figures of times are shown, and which cases stand behind one. No Qt."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.clues import ClueClock
from fieldapp.services import clue_times
from fieldapp.services.clue_desk import ClueItem
from fieldapp.services.clue_times import AreaTimes, TimesTable
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("clues", "clue_steps", "households", "users", "areas", "parameters")


class Span(enum.StrEnum):
    """Cases reported since when."""

    DAYS_30 = "30"
    DAYS_90 = "90"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class Behind:
    """The late cases behind a figure."""

    area_name: str
    clock: ClueClock
    items: tuple[ClueItem, ...]


@dataclass(frozen=True, slots=True)
class TimesState:
    """The page."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    span: Span = Span.DAYS_90
    tables: tuple[TimesTable, ...] = ()
    behind: Behind | None = None


class TimesPresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[TimesState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[list[TimesTable]] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self._lists: LatestRead[Behind] = LatestRead(
            surroundings.tasks, self._on_behind, toast_error(surroundings)
        )
        self._end: Callable[[], None] = lambda: None
        self.state = TimesState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._end = self._around.on_change(self._on_change)
        self._reload()

    def leave(self) -> None:
        """The page goes."""
        self._end()
        self._reads.stop()
        self._lists.stop()

    def choose_span(self, span: Span) -> None:
        """Cases of another time."""
        if span is not self.state.span:
            self.state = replace(self.state, span=span, behind=None)
            self._reload()

    def look_behind(self, area: AreaTimes, clock: ClueClock) -> None:
        """The late cases of a figure."""
        context = self._context
        figure = next(one for one in area.figures if one.clock is clock)
        self._lists.ask(lambda: Behind(area.name, clock, tuple(clue_times.late_clues(context, figure.late))))

    def open(self, clue_id: str) -> None:
        """The page of a case."""
        self._around.shell.go("clue", clue_id=clue_id)

    def _reload(self) -> None:
        context, span = self._context, self.state.span
        today = context.today()
        start = today.replace(month=1, day=1)
        if span is not Span.YEAR:
            start = today - dt.timedelta(days=int(span.value) - 1)
        self._reads.ask(lambda: clue_times.times_tables(context, start, today))

    def _on_change(self, changes: ChangeSet) -> None:
        if changes.touches(*KINDS):
            self._reload()

    def _on_loaded(self, tables: list[TimesTable]) -> None:
        self.state = replace(
            self.state, today=self._context.today(), loaded=True, trouble="", tables=tuple(tables)
        )
        self._render(self.state)

    def _on_behind(self, behind: Behind) -> None:
        self.state = replace(self.state, behind=behind)
        self._render(self.state)

    def _on_trouble(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)
