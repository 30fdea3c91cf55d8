"""Visits owed because of relief, by household, as the plan shows them (R11). Steps that the server has not
seen yet count as they were taken."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.reliefs import ReliefFields, ReliefStepFields
from fieldapp.domain.rules.relief_flow import laid_over, with_own
from fieldapp.domain.rules.relief_followup import follow_up
from fieldapp.domain.rules.visit_facts import VisitFact
from fieldapp.storage import rows

_STEPS: Final = rows.table_of("relief_steps")


def follow_up_days(
    connection: Connection,
    household_ids: Collection[str],
    visits: Mapping[str, Sequence[VisitFact]],
    county: Parameters,
) -> dict[str, dt.date]:
    """The day on which a visit is due by household; those that owe none are left out."""
    found = rows.records(connection, rows.hanging_on("reliefs", household_ids), ReliefFields)
    if not found:
        return {}
    steps: dict[str, list[ReliefStepFields]] = defaultdict(list)
    taken = rows.hanging_on("relief_steps", [one.household_id for one in found if one.household_id])
    taken = taken.order_by(_STEPS.c.rev == 0, _STEPS.c.seq, _STEPS.c.at, _STEPS.c.id)
    for step in rows.records(connection, taken, ReliefStepFields):
        steps[step.relief_id].append(step)
    due: dict[str, dt.date] = {}
    for relief in found:
        standing = with_own(relief, steps[relief.id], county)
        owed = follow_up(laid_over(relief, standing), visits.get(relief.household_id or "", ()), county)
        if owed is not None:
            due[owed.household_id] = min(owed.due, due.get(owed.household_id, owed.due))
    return due
