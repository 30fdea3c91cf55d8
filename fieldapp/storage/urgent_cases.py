"""Households with an open urgent case on this device (R4): relief that is being followed up, or a pressing
clue. Steps that the server has not seen yet count as they were taken."""

from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy.engine import Connection

from fieldapp.domain.records.clues import PRESSING, SETTLED
from fieldapp.domain.records.reliefs import ReliefAction
from fieldapp.domain.rules.relief_flow import OPEN_AFTER_PAYMENT

_AMONG: Final = "household_id IN (SELECT value FROM json_each(:among))"
_STATUSES: Final = "(SELECT value FROM json_each(:statuses))"
_RELIEFS: Final = (
    f"SELECT DISTINCT household_id FROM reliefs r WHERE {_AMONG} "  # noqa: S608  constants of this module
    f"AND (status IN {_STATUSES} OR EXISTS (SELECT 1 FROM relief_steps s WHERE s.relief_id = r.id "
    "AND s.rev = 0 AND s.refused_code = '' AND s.action = :pay)) "
    "AND NOT EXISTS (SELECT 1 FROM relief_steps s WHERE s.relief_id = r.id "
    "AND s.rev = 0 AND s.refused_code = '' AND s.action = :finish)"
)
_CLUES: Final = (
    f"SELECT DISTINCT household_id FROM clues WHERE {_AMONG} "  # noqa: S608  constants of this module
    f"AND status NOT IN {_STATUSES} "
    "AND coalesce(graded, urgency) IN (SELECT value FROM json_each(:pressing))"
)


def urgent_households(connection: Connection, household_ids: Collection[str]) -> set[str]:
    """Which of these households have an open urgent case."""
    among = _list(household_ids)
    relief = {
        "among": among, "statuses": _list(OPEN_AFTER_PAYMENT), "pay": ReliefAction.PAY.value,
        "finish": ReliefAction.FINISH.value,
    }  # fmt: skip
    clue = {"among": among, "statuses": _list(SETTLED), "pressing": _list(PRESSING)}
    found = set(connection.exec_driver_sql(_RELIEFS, relief).scalars())
    return found | set(connection.exec_driver_sql(_CLUES, clue).scalars())


def _list(values: Collection[str]) -> str:
    return orjson.dumps([str(one) for one in values]).decode()
