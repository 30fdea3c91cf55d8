"""Opens conflicts where a push meets a second value for a sensitive field, and applies decisions (R20)."""

from collections.abc import Iterable

import orjson

from fieldapp.domain.errors import RuleError
from server.services.identity import Caller
from server.store.bodies import check_body
from server.store.field_conflicts import Edit, decided, is_open, opened, with_offer
from server.store.unit_of_work import Author, Entry, UnitOfWork
from sync.protocol.entities import ENTITIES, household_of
from sync.protocol.merge import FieldConflict
from sync.protocol.wire import Body


def note_conflicts(
    unit: UnitOfWork, entry: Entry, author: Author, conflicts: Iterable[FieldConflict]
) -> None:
    """Put the contested sensitive fields of a merge before a person. Other fields have their loser in the
    history and need nobody."""
    contested = [c for c in conflicts if c.field in ENTITIES[entry.kind].sensitive]
    if not contested:
        return
    waiting = {one.body["field"]: one for one in unit.open_conflicts({entry.id})}
    for conflict in contested:
        offered = Edit(conflict.ours, author.user_id, author.device_id, author.hlc, unit.now)
        known = waiting.get(conflict.field)
        if known is not None:
            _change(unit, known, with_offer(known.body, offered), author)
            continue
        household_id = household_of(entry.kind, entry.body)
        assert household_id is not None  # sensitive kinds are households and what hangs on them
        body = opened(
            entry.kind,
            entry.id,
            household_id,
            conflict.field,
            standing=unit.last_edit(entry, conflict.field),
            offered=offered,
        )
        if unit.find("conflicts", body["id"]) is None:
            unit.put("conflicts", check_body("conflicts", body))


def apply_decision(unit: UnitOfWork, caller: Caller, decision: Body, hlc: str) -> None:
    """Set the field a clerk decided about, as the clerk's change, and close the conflict.

    Raises RuleError: unknown_record, invalid_value, deleted; conflict_decided when another decision came
    first; conflict_changed when the field holds another value than the clerk saw.
    """
    conflict = unit.find("conflicts", decision["conflict_id"])
    if conflict is None or conflict.deleted:
        raise RuleError("unknown_record", "conflict_id")
    told = conflict.body
    if told["household_id"] != decision["household_id"]:
        raise RuleError("invalid_value", "household_id")
    if not is_open(told):
        raise RuleError("conflict_decided", "conflict_id")
    target = unit.find(told["record_kind"], told["record_id"])
    if target is None or target.deleted:
        raise RuleError("deleted", "conflict_id")
    value, seen = _parsed(decision, "value"), _parsed(decision, "seen")
    if target.body.get(told["field"]) != seen:
        raise RuleError("conflict_changed", "conflict_id")
    author = Author(caller.user_id, caller.device_id, hlc)
    closed = check_body("conflicts", {**decided(told, decision), "updated_by": caller.user_id})
    if value != seen:
        stamps = {
            "updated_at": decision["decided_at"], "updated_by": caller.user_id, "device_id": caller.device_id,
        }  # fmt: skip
        changed = check_body(target.kind, {**target.body, told["field"]: value, **stamps})
        unit.change(conflict, closed, author)
        unit.change(target, changed, author)
    else:
        unit.change(conflict, closed, author)


def _change(unit: UnitOfWork, entry: Entry, body: Body, author: Author) -> None:
    if body is not entry.body:
        stamps = {"updated_at": unit.now, "updated_by": author.user_id, "device_id": author.device_id}
        unit.change(entry, check_body(entry.kind, {**body, **stamps}), author)


def _parsed(decision: Body, name: str) -> object:
    try:
        return orjson.loads(decision[name])
    except orjson.JSONDecodeError:
        raise RuleError("invalid_value", name) from None
