"""How long urgent cases of an area waited, by the areas below it (level S). No names, no places."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.rules.clue_times import ELSEWHERE, CaseClocks, TimeFigure, by_area, time_figures
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.store import Store


@dataclass(frozen=True, slots=True)
class TimesTable:
    """Of how many limits how many were kept, in total and by area; `cases` is how many were reported."""

    cases: int
    total: tuple[TimeFigure, ...]
    rows: dict[str, tuple[TimeFigure, ...]]


def times_table(
    store: Store, actor: Actor, area_code: str, start: dt.date, end: dt.date, level: AreaLevel
) -> TimesTable:
    """The cases of an area reported from one day to another (both included), by areas of a level.

    Raises NotAllowedError("not_permitted") outside the actor's areas.
    """
    actor.require(Permission.READ_STATISTICS, area_code)
    clue = row_table("clues").c
    query = select(clue.id, clue.area_code, clue.clocks).where(
        clue.status.not_in(sorted(ELSEWHERE)),
        clue.area_code >= area_code,
        clue.area_code < area_code + AFTER_DIGITS,
        clue.reported_at >= start_of_day(start),
        clue.reported_at < start_of_day(end + dt.timedelta(days=1)),
    )
    now = store.clock()
    with store.read() as connection:
        cases = [CaseClocks(row.id, row.area_code, row.clocks) for row in connection.execute(query)]
    rows = by_area(cases, CODE_LENGTH[level])
    return TimesTable(
        cases=len(cases),
        total=time_figures(cases, now),
        rows={code: time_figures(some, now) for code, some in rows.items()},
    )
