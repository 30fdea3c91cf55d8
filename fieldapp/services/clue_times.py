"""How long urgent cases of an area waited, by town or village, with the late ones behind each figure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fieldapp.domain.clock import local_day
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH
from fieldapp.domain.rules.clue_clocks import clocks_of
from fieldapp.domain.rules.clue_times import ELSEWHERE, CaseClocks, TimeFigure, by_area, time_figures
from fieldapp.services.clue_desk import ClueDesk, ClueItem
from fieldapp.services.context import Context
from fieldapp.storage.repositories import clues


@dataclass(frozen=True, slots=True)
class AreaTimes:
    """The figures of one area."""

    area_code: str
    name: str
    cases: int
    figures: tuple[TimeFigure, ...]


@dataclass(frozen=True, slots=True)
class TimesTable:
    """The figures of an area, in total and by the areas one level below."""

    total: AreaTimes
    rows: tuple[AreaTimes, ...]


def times_tables(context: Context, start: dt.date, end: dt.date) -> list[TimesTable]:
    """The cases reported from one day to another (both included), for each area whose figures this worker
    reads; unsent steps of this device counted."""
    now = context.clock()
    tables = []
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        for area in desk.actor.areas_with(Permission.READ_STATISTICS):
            found = [
                one
                for one in clues.in_areas(connection, (area,))
                if start <= local_day(one.reported_at) <= end
            ]
            states = desk.states(found)
            cases = [
                CaseClocks(one.id, desk.area_of(one), clocks_of(states[one.id].course, desk.parameters))
                for one in found
                if states[one.id].status not in ELSEWHERE
            ]
            below = next((n for n in sorted(CODE_LENGTH.values()) if n > len(area)), len(area))
            tables.append(
                TimesTable(
                    _area(desk, area, cases, now),
                    tuple(_area(desk, code, some, now) for code, some in by_area(cases, below).items()),
                )
            )
    return tables


def _area(desk: ClueDesk, code: str, cases: Sequence[CaseClocks], now: dt.datetime) -> AreaTimes:
    return AreaTimes(code, desk.area_names.get(code, ""), len(cases), time_figures(cases, now))


def late_clues(context: Context, clue_ids: Sequence[str]) -> list[ClueItem]:
    """The clues behind a figure, in the order given. Raises NotAllowedError clue_not_here."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        return desk.items([clues.get(connection, one) for one in clue_ids])
