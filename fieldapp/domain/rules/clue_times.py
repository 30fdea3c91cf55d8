"""How long urgent cases waited: to the first act, to a visit, to relief, to papers (domain layer).

A figure counts limits that are decided: kept, or passed. One that still runs says nothing yet.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from fieldapp.domain.records.clues import ClockFact, ClueClock, ClueStatus

COUNTED: Final = (ClueClock.ACCEPT, ClueClock.ON_SPOT, ClueClock.RELIEF, ClueClock.PAPERS)
"""In the order of a case."""
ELSEWHERE: Final = frozenset({ClueStatus.DUPLICATE, ClueStatus.TRANSFERRED})
"""Clues whose time runs on in the clue they went into, or at another department: they are not counted."""


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """The limits of one clue, where it is."""

    clue_id: str
    area_code: str
    clocks: tuple[ClockFact, ...]


@dataclass(frozen=True, slots=True)
class TimeFigure:
    """Of `decided` limits `kept` were kept. `typical` is the median time of those that were reached at all,
    None where none was. `late` are the clues whose limit passed, in the order given."""

    clock: ClueClock
    kept: int
    decided: int
    typical: dt.timedelta | None
    late: tuple[str, ...]


def time_figures(cases: Sequence[CaseClocks], now: dt.datetime) -> tuple[TimeFigure, ...]:
    """The figures of some cases, one for each limit, also where nothing is counted."""
    return tuple(_figure(clock, cases, now) for clock in COUNTED)


def _figure(clock: ClueClock, cases: Iterable[CaseClocks], now: dt.datetime) -> TimeFigure:
    kept, late = 0, []
    times = []
    for case in cases:
        fact = next((one for one in case.clocks if one.clock is clock), None)
        if fact is None:
            continue
        if fact.done_at is not None:
            times.append(max(fact.done_at - fact.started_at, dt.timedelta()))
        if (fact.done_at or now) > fact.due_at:
            late.append(case.clue_id)
        elif fact.done_at is not None:
            kept += 1
    typical = median(one.total_seconds() for one in times) if times else None
    return TimeFigure(
        clock=clock,
        kept=kept,
        decided=kept + len(late),
        typical=None if typical is None else dt.timedelta(seconds=round(typical)),
        late=tuple(late),
    )


def by_area(cases: Iterable[CaseClocks], length: int) -> dict[str, list[CaseClocks]]:
    """The cases by the first digits of their area code, in order."""
    found: dict[str, list[CaseClocks]] = {}
    for case in cases:
        found.setdefault(case.area_code[:length], []).append(case)
    return dict(sorted(found.items()))
