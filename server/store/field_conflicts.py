"""The record of a conflict over a sensitive field (R20): opened, joined by further values, kept true.

Pure functions over wire bodies; who calls them stages the result in its own unit of work.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

import orjson

from fieldapp.domain.clock import instant_text, parse_instant
from fieldapp.domain.records.conflicts import ConflictState
from sync.protocol.entities import ENTITIES
from sync.protocol.wire import Body

SENSITIVE_KINDS: Final = tuple(kind for kind, spec in ENTITIES.items() if spec.sensitive)
"""Kinds whose sensitive fields may be contested."""
_ID_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Edit:
    """A value of a field and where it comes from; `hlc` is the bounded stamp of the device."""

    value: object
    by_user: str
    device_id: str
    hlc: str
    received_at: str

    def side(self, *, stands: bool) -> Body:
        """The edit as a side of a conflict."""
        return {
            "value": value_text(self.value),
            "stands": stands,
            "by_user": self.by_user,
            "device_id": self.device_id,
            "at": self._at(),
            "received_at": self.received_at,
        }

    def _at(self) -> str:
        """When the person entered it: by the stamp, never later than it was received."""
        milliseconds = int(self.hlc.split("-", 1)[0], 16) if self.hlc else 0
        if not milliseconds:
            return self.received_at
        at = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=milliseconds)
        return instant_text(min(at, parse_instant(self.received_at)))


def value_text(value: object) -> str:
    """A field's value as JSON text; `null` for a field that was cleared."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def conflict_id(kind: str, record_id: str, field: str, offered: Edit) -> str:
    """The id of the conflict that an edit opens. It follows from the edit, so that a server restored from a
    backup, which meets the edit once more, opens the same conflict and knows decisions of it."""
    named = orjson.dumps([kind, record_id, field, offered.hlc, offered.by_user, value_text(offered.value)])
    return hashlib.sha256(named).hexdigest()[:_ID_DIGITS]


def opened(
    kind: str, record_id: str, household_id: str, field: str, *, standing: Edit, offered: Edit
) -> Body:
    """The body of a new conflict."""
    return {
        "id": conflict_id(kind, record_id, field, offered),
        "created_at": offered.received_at,
        "created_by": offered.by_user,
        "updated_at": offered.received_at,
        "updated_by": offered.by_user,
        "device_id": offered.device_id,
        "household_id": household_id,
        "record_kind": kind,
        "record_id": record_id,
        "field": field,
        "sides": [standing.side(stands=True), offered.side(stands=False)],
        "state": ConflictState.OPEN.value,
    }


def with_offer(conflict: Body, offered: Edit) -> Body:
    """The conflict with one more value; unchanged where somebody offered it already."""
    text = value_text(offered.value)
    if any(side["value"] == text for side in conflict["sides"]):
        return conflict
    return {**conflict, "sides": [*conflict["sides"], offered.side(stands=False)]}


def with_standing(conflict: Body, standing: Edit) -> Body:
    """The conflict after the record's field was changed in the ordinary way. Where no other value is left,
    there is nothing to decide any more."""
    text = value_text(standing.value)
    if any(side.get("stands") and side["value"] == text for side in conflict["sides"]):
        return conflict
    others = [side for side in conflict["sides"] if not side.get("stands") and side["value"] != text]
    changed = {**conflict, "sides": [standing.side(stands=True), *others]}
    return changed if others else {**changed, "state": ConflictState.AGREED.value}


def decided(conflict: Body, decision: Body) -> Body:
    """The conflict after a decision."""
    return {
        **conflict,
        "state": ConflictState.DECIDED.value,
        "decision_id": decision["id"],
        "decided_by": decision["created_by"],
        "decided_at": decision["decided_at"],
    }


def is_open(conflict: Body) -> bool:
    """Whether somebody still has to decide."""
    return bool(conflict["state"] == ConflictState.OPEN.value)
