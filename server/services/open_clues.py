"""Urgent clues that are not settled, by the clock that runs out first (level S). No names, no places."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.clues import SETTLED, ClueKind, ClueStatus, Urgency
from fieldapp.domain.rules.clue_clocks import ClockView, look_at, running
from server.store.feed import AFTER_DIGITS
from server.store.projections import parameters_of, row_table
from server.store.store import Store


@dataclass(frozen=True, slots=True)
class OpenClue:
    """A clue as headquarters watch it. `clock` is the running clock due first, None = none runs."""

    clue_no: str
    area_code: str
    kind: ClueKind
    urgency: Urgency
    status: ClueStatus
    reported_at: dt.datetime
    clock: ClockView | None


def open_clues(store: Store, actor: Actor, area_code: str) -> list[OpenClue]:
    """Clues of an area that are not settled: the one whose limit ends or ended first comes first.

    Raises NotAllowedError("not_permitted").
    """
    actor.require(Permission.READ_STATISTICS, area_code)
    clue = row_table("clues").c
    query = select(
        clue.clue_no, clue.area_code, clue.kind, clue.urgency, clue.graded, clue.status, clue.reported_at,
        clue.clocks,
    ).where(
        clue.status.not_in(sorted(SETTLED)),
        clue.area_code >= area_code,
        clue.area_code < area_code + AFTER_DIGITS,
    )  # fmt: skip
    now = store.clock()
    with store.read() as connection:
        rows = connection.execute(query).all()
        parameters = parameters_of(connection)
    found = []
    for row in rows:
        clocks = running(row.clocks)
        view = look_at(clocks[0], now, parameters) if clocks else None
        urgency = row.graded or row.urgency
        found.append(
            OpenClue(row.clue_no, row.area_code, row.kind, urgency, row.status, row.reported_at, view)
        )
    return sorted(found, key=_due)


def _due(clue: OpenClue) -> tuple[bool, dt.datetime, str]:
    at = clue.reported_at if clue.clock is None else clue.clock.fact.due_at
    return clue.clock is None, at, clue.clue_no
