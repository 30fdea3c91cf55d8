"""Dashboard, progress, times of urgent cases: figures by area, never by worker; standby funds."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from fieldapp.domain.clock import local_day
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, ancestors, level_of
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.rules.clue_times import COUNTED, TimeFigure
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.domain.rules.working_days import Colour
from server.pages.frame import ROOT, PageRoute, Show, View
from server.pages.session import Page
from server.pages.words import NO_VALUE, Words
from server.services.areas import areas_within, placed_names
from server.services.clue_times import times_table
from server.services.funds import FundBalance, balances
from server.services.identity import Caller
from server.services.open_clues import OpenClue, open_clues
from server.services.statistics import LEVELS, GroupBy, StatisticsTable, visit_statistics

router = APIRouter(prefix=ROOT, route_class=PageRoute, include_in_schema=False)
Reader = Annotated[Caller, Depends(Page(Permission.READ_STATISTICS))]
Area = Annotated[str, Query(max_length=15)]
Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")]
BELOW: Final = {
    AreaLevel.COUNTY: GroupBy.TOWN,
    AreaLevel.TOWN: GroupBy.VILLAGE,
    AreaLevel.VILLAGE: GroupBy.GRID,
    AreaLevel.GRID: GroupBy.GRID,
}
CLUES_SHOWN: Final = 20


@router.get("/dashboard", summary="The county at a glance")
def dashboard(view: Show, caller: Reader, area: Area = "", month: Month = "") -> Response:
    """Coverage and completion by town with both numbers, urgent clues by clock, funds."""
    chosen = _chosen(view, caller, area, month)
    clues = open_clues(view.context.store, caller.actor, chosen.area)
    return view.page(
        "dashboard.html",
        chosen=chosen,
        table=_figures(view, caller, chosen),
        clues=clues[:CLUES_SHOWN],
        clue_counts=_by_clock(clues),
        funds=_funds(view, caller, chosen.area),
        urgencies=tuple(Urgency),
        colours=(Colour.RED, Colour.ORANGE, Colour.YELLOW, Colour.GREEN),
        now=view.context.clock(),
    )


@router.get("/progress", summary="Visits by area")
def progress(view: Show, caller: Reader, area: Area = "", month: Month = "") -> Response:
    """All figures of R4 of an area and the areas below it, which open in turn."""
    chosen = _chosen(view, caller, area, month)
    return view.page("progress.html", chosen=chosen, table=_figures(view, caller, chosen))


@router.get("/times", summary="How long urgent cases waited")
def times(view: Show, caller: Reader, area: Area = "", month: Month = "") -> Response:
    """Of the limits of the month's cases how many were kept, and what was usual, by area."""
    chosen = _chosen(view, caller, area, month)
    last = (chosen.month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    level = LEVELS[BELOW[level_of(chosen.area)]]
    table = times_table(view.context.store, caller.actor, chosen.area, chosen.month, last, level)
    return view.page(
        "times.html",
        chosen=chosen,
        cases=table.cases,
        clocks=COUNTED,
        total=[_Kept.of(one, view.words) for one in table.total],
        rows={code: [_Kept.of(one, view.words) for one in row] for code, row in table.rows.items()},
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A figure as its cell shows it."""

    label: str
    ratio: Ratio
    usual: str

    @classmethod
    def of(cls, figure: TimeFigure, words: Words) -> "_Kept":
        """The share that was kept, and the median time in words."""
        usual = NO_VALUE if figure.typical is None else _span(figure.typical, words)
        return cls(words.label(figure.clock), Ratio(figure.kept, figure.decided), usual)


def _span(span: dt.timedelta, words: Words) -> str:
    """Two units at most, never less than a minute."""
    minutes = max(1, int(span.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return words("times.days", days=days, hours=hours)
    return words("times.hours", hours=hours, minutes=rest) if hours else words("times.minutes", minutes=rest)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the page is about. `above` are the areas the reader may go back to, outermost first; `places` are
    names with those of the areas around."""

    area: str
    month: dt.date
    months: tuple[dt.date, ...]
    names: dict[str, str]
    above: tuple[str, ...]
    own: tuple[str, ...]
    places: dict[str, str]

    @property
    def options(self) -> list[tuple[str, str]]:
        """The reader's own areas to choose from."""
        return [(code, self.names.get(code, code)) for code in self.own]

    @property
    def opens(self) -> bool:
        """Whether the areas below have areas of their own."""
        return len(self.area) < CODE_LENGTH[AreaLevel.VILLAGE]


def _chosen(view: View, caller: Caller, area: str, month: str) -> _Chosen:
    own = caller.actor.areas_with(Permission.READ_STATISTICS)
    area = area or own[0]
    caller.actor.require(Permission.READ_STATISTICS, area)
    today = local_day(view.context.clock())
    first = dt.date.fromisoformat(f"{month}-01") if month and "01" <= month[5:] <= "12" else today
    months = [today.replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    known = areas_within(view.context.store, own, smallest=AreaLevel.GRID)
    names, places = dict(known), dict(placed_names(known))
    above = tuple(code for code in ancestors(area)[:-1] if code in names)
    return _Chosen(area, first.replace(day=1), tuple(months), names, above, own, places)


def _figures(view: View, caller: Caller, chosen: _Chosen) -> StatisticsTable:
    level = BELOW[level_of(chosen.area)]
    return visit_statistics(view.context.store, caller.actor, chosen.area, chosen.month, level)


def _by_clock(clues: list[OpenClue]) -> dict[tuple[Urgency, Colour], int]:
    """How many by urgency and by the colour of the clock that is due first."""
    return Counter((one.urgency, one.clock.colour) for one in clues if one.clock is not None)


def _funds(view: View, caller: Caller, area: str) -> list[FundBalance] | None:
    """Funds of the towns in an area; None for whoever may not see them."""
    if not caller.actor.may(Permission.READ_FUND, area):
        return None
    return balances(view.context.store, area[: CODE_LENGTH[AreaLevel.TOWN]])
