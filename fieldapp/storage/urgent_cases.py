"""Households with an open urgent case on this device (R4): relief that is being followed up, or a pressing
clue. Relief steps that the server has not seen yet count as they were taken."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

import orjson
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.records.clues import SETTLED, ClueFields, ClueStepFields
from fieldapp.domain.records.reliefs import ReliefAction
from fieldapp.domain.rules.clue_flow import state_of
from fieldapp.domain.rules.relief_flow import OPEN_AFTER_PAYMENT
from fieldapp.storage import rows

_AMONG: Final = "household_id IN (SELECT value FROM json_each(:among))"
_STATUSES: Final = "(SELECT value FROM json_each(:statuses))"
_RELIEFS: Final = (
    f"SELECT household_id, min(given_at) FROM reliefs r WHERE {_AMONG} "  # noqa: S608  constants of this module
    f"AND (status IN {_STATUSES} OR EXISTS (SELECT 1 FROM relief_steps s WHERE s.relief_id = r.id "
    "AND s.rev = 0 AND s.refused_code = '' AND s.action = :pay)) "
    "AND NOT EXISTS (SELECT 1 FROM relief_steps s WHERE s.relief_id = r.id "
    "AND s.rev = 0 AND s.refused_code = '' AND s.action = :finish) GROUP BY household_id"
)
_STATUS: Final = rows.table_of("clues").c.status
_CLUE: Final = rows.table_of("clue_steps").c.clue_id


def urgent_households(connection: Connection, household_ids: Collection[str]) -> set[str]:
    """Which of these households have an open urgent case."""
    return set(urgent_since(connection, household_ids))


def urgent_since(connection: Connection, household_ids: Collection[str]) -> dict[str, dt.datetime]:
    """Households with an open urgent case, and when the oldest of theirs began: a clue with its report,
    relief with its giving."""
    found: dict[str, dt.datetime] = {}
    for household_id, begun in (*_clues(connection, household_ids), *_reliefs(connection, household_ids)):
        found[household_id] = min(found.get(household_id, begun), begun)
    return found


def _clues(connection: Connection, household_ids: Collection[str]) -> Iterable[tuple[str, dt.datetime]]:
    query = rows.hanging_on("clues", household_ids).where(_STATUS.not_in(sorted(SETTLED)))
    open_clues = rows.records(connection, query, ClueFields)
    if not open_clues:
        return
    steps: dict[str, list[ClueStepFields]] = defaultdict(list)
    taken = rows.select_records("clue_steps").where(rows.among(_CLUE, [one.id for one in open_clues]))
    for step in rows.records(connection, taken, ClueStepFields):
        steps[step.clue_id].append(step)
    for clue in open_clues:
        if clue.household_id is not None and state_of(clue, steps[clue.id]).pressing:
            yield clue.household_id, clue.reported_at


def _reliefs(connection: Connection, household_ids: Collection[str]) -> Iterable[tuple[str, dt.datetime]]:
    facts = {
        "among": _list(household_ids), "statuses": _list(OPEN_AFTER_PAYMENT),
        "pay": ReliefAction.PAY.value, "finish": ReliefAction.FINISH.value,
    }  # fmt: skip
    for household_id, given_at in connection.exec_driver_sql(_RELIEFS, facts):
        yield household_id, parse_instant(given_at)


def _list(values: Collection[str]) -> str:
    return orjson.dumps([str(one) for one in values]).decode()
