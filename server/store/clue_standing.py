"""What stands for an urgent clue after its steps, and what its reporter is told: the server's own fields.

Derived by the same fold as on a device, in the transaction that takes in the step that changes it.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import select

from fieldapp.domain.clock import instant_text
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.clues import ClueFields, ClueStatus, ClueStepFields
from fieldapp.domain.rules.clue_clocks import clocks_of, new_escalations
from fieldapp.domain.rules.clue_flow import ClueState, state_of
from server.store import record_sql as sql
from server.store.projections import row_table
from server.store.unit_of_work import Entry, UnitOfWork
from sync.protocol.wire import Body

CLUE_KINDS: Final = ("clues", "clue_steps")
_ID_DIGITS: Final = 32
STANDING_FIELDS: Final = (
    "status", "status_at", "graded", "assignee_id", "main_id", "department", "clocks", "household_id",
)  # fmt: skip
"""Server fields of a clue that follow from its steps alone."""


def steps_of(work: UnitOfWork, clue_ids: Collection[str]) -> dict[str, list[Entry]]:
    """The steps of some clues, those staged here included, in no order."""
    row = row_table("clue_steps").c
    for part in sql.chunks(sorted(clue_ids)):
        work.load("clue_steps", work.connection.scalars(select(row.id).where(row.clue_id.in_(part))))
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in work.live("clue_steps"):
        if entry.body["clue_id"] in clue_ids:
            found[entry.body["clue_id"]].append(entry)
    return found


def state_of_bodies(clue: Body, steps: Iterable[Body]) -> ClueState:
    """What stands, from wire bodies."""
    return state_of(ClueFields.model_validate(clue), [ClueStepFields.model_validate(one) for one in steps])


def standing_fields(state: ClueState, parameters: Parameters) -> Body:
    """STANDING_FIELDS after some steps; None where a body leaves the field out."""
    clocks = [one.model_dump(mode="json", exclude_none=True) for one in clocks_of(state.course, parameters)]
    return {
        "status": state.status.value,
        "status_at": instant_text(state.status_at),
        "graded": state.urgency.value,
        "assignee_id": state.assignee_id or None,
        "main_id": state.main_id,
        "department": state.department or None,
        "clocks": clocks or None,
        "household_id": state.household_id,
    }


def stood(clue: Body, steps: Iterable[Body], parameters: Parameters, now: dt.datetime) -> Body:
    """A clue's body as it stands after its steps, with whom it was told to by now."""
    state = state_of_bodies(clue, steps)
    changed = compact({**clue, **standing_fields(state, parameters)})
    return told(changed, state, parameters, now)


def told(clue: Body, state: ClueState, parameters: Parameters, now: dt.datetime) -> Body:
    """A clue's body with everybody told that is to be told by now (R11)."""
    typed = ClueFields.model_validate(clue)
    if state.settled:
        return clue
    fresh = new_escalations(
        clocks_of(state.course, parameters), typed.escalations, state.urgency, now, parameters,
        reported_at=state.course.reported_at,
    )  # fmt: skip
    if not fresh:
        return clue
    entries: list[Any] = [*clue.get("escalations", ()), *(one.model_dump(mode="json") for one in fresh)]
    return {**clue, "escalations": entries}


def receipt_id(clue_id: str) -> str:
    """The id of the receipt of a clue: it follows from the clue, so that there is one only."""
    return hashlib.sha256(f"clue_receipts/{clue_id}".encode()).hexdigest()[:_ID_DIGITS]


def receipt(clue: Body, main: Body | None, now: str) -> Body:
    """What the reporter of a clue is told: the standing of the clue, or of the one it was merged into."""
    merged = clue.get("status") == ClueStatus.DUPLICATE and main is not None
    shown = main if merged and main is not None else clue
    return compact(
        {
            "id": receipt_id(clue["id"]),
            "created_at": clue["created_at"],
            "created_by": clue["created_by"],
            "updated_at": now,
            "updated_by": clue["created_by"],
            "user_id": clue["created_by"],
            "clue_id": clue["id"],
            "clue_no": clue.get("clue_no"),
            "kind": clue.get("kind", "OTHER"),
            "urgency": clue["urgency"],
            "place": clue["place"],
            "reported_at": clue["reported_at"],
            "received_at": clue.get("received_at"),
            "status": shown.get("status", ClueStatus.REPORTED.value),
            "status_at": shown.get("status_at"),
            "merged": merged,
        }
    )


def same_but_stamps(body: Body, other: Body) -> bool:
    """Whether two bodies say the same, leaving out when and by whom they were changed."""
    stamps = {"updated_at", "updated_by", "device_id"}
    return {k: v for k, v in body.items() if k not in stamps} == {
        k: v for k, v in other.items() if k not in stamps
    }
