"""Marks of visits that are odd beside others: kept, withdrawn, cleared (R18, R19; level S)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.visit_marks import MarkKind, MarkState, VisitMarkFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.visit_marks import FoundMark
from fieldapp.domain.rules.visit_review import check_reviewer
from server.services.identity import Caller
from server.services.users import SERVER_USER
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.store import Store
from server.store.unit_of_work import STAMP_FIELDS, Author, UnitOfWork
from sync.protocol.wire import Body

_CLEARED_FIELDS = ("cleared_by", "cleared_at", "clear_reason")


def keep_marks(unit: UnitOfWork, root_id: str, found: Sequence[FoundMark]) -> int:
    """Bring the marks of a visit to what was found now. What a supervisor cleared stays cleared; what no
    longer holds names nothing any more. Returns how many changed."""
    row = row_table("visit_marks").c
    known = unit.connection.scalars(select(row.id).where(row.root_id == root_id))
    wanted = {one.id: one for one in found}
    unit.load("visit_marks", {*known, *wanted})
    changed = 0
    for mark_id, one in sorted(wanted.items()):
        entry = unit.find("visit_marks", mark_id)
        if entry is None:
            unit.put("visit_marks", check_body("visit_marks", mark_body(one, unit.now)))
            changed += 1
        else:
            changed += _settle(unit, entry.body, mark_body(one, unit.now, entry.body))
    for entry in unit.live("visit_marks"):
        if entry.body["root_id"] == root_id and entry.id not in wanted:
            changed += _settle(unit, entry.body, withdrawn(entry.body, unit.now))
    return changed


def mark_body(found: FoundMark, now: str, known: Body | None = None) -> Body:
    """The record of a mark. Of one that is there already it keeps when it was made, and that it was
    cleared."""
    cleared = known is not None and known["state"] == MarkState.CLEARED
    body = wire_body(
        VisitMarkFields.model_validate(
            {
                "id": found.id,
                "created_at": known["created_at"] if known else now,
                "created_by": SERVER_USER,
                "updated_at": now,
                "updated_by": SERVER_USER,
                "household_id": found.visit.household_id,
                "visit_id": found.visit.id,
                "root_id": found.visit.root_id,
                "kind": found.kind,
                "photo": found.photo,
                "others": found.others,
                "explained": found.explained,
                "state": MarkState.CLEARED if cleared else MarkState.OPEN,
            }
        )
    )
    return {**body, **{name: known[name] for name in _CLEARED_FIELDS if name in known}} if known else body


def withdrawn(known: Body, now: str) -> Body:
    """A mark whose evidence is gone: nothing is named any more, and a cleared one stays cleared."""
    state = known["state"] if known["state"] == MarkState.CLEARED else MarkState.WITHDRAWN.value
    body = {name: value for name, value in known.items() if name not in ("photo", "others")}
    return {**body, "state": state, "updated_at": now, "updated_by": SERVER_USER}


def _settle(unit: UnitOfWork, known: Body, body: Body) -> bool:
    if same_mark(known, body):
        return False
    entry = unit.find("visit_marks", known["id"])
    assert entry is not None  # just loaded
    unit.change(entry, check_body("visit_marks", body), Author(SERVER_USER))
    return True


def same_mark(one: Body, other: Body) -> bool:
    """Whether two bodies say the same, whenever they were written."""
    return _said(one) == _said(other)


def _said(body: Body) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in body.items() if name not in STAMP_FIELDS)


def marked_roots(unit_connection: Any, visit_ids: Iterable[str]) -> set[str]:
    """The marked visits whose marks name one of some visits as the other one."""
    wanted = set(visit_ids)
    row = row_table("visit_marks").c
    query = select(row.root_id, row.others).where(row.state != MarkState.WITHDRAWN)
    return {
        found.root_id
        for found in unit_connection.execute(query)
        if not wanted.isdisjoint(one.visit_id for one in found.others)
    }


@dataclass(frozen=True, slots=True)
class WaitingMark:
    """A mark that nobody has cleared: where, what, of which day, whether the worker said a word."""

    area_code: str
    kind: MarkKind
    day: dt.date
    household_no: str
    explained: bool


def waiting_marks(store: Store, areas: Iterable[str]) -> list[WaitingMark]:
    """The open marks of the households of some areas, by area and day."""
    row, visit, household = (row_table(kind).c for kind in ("visit_marks", "visits", "households"))
    inside = [household.area_code.startswith(code, autoescape=True) for code in areas]
    if not inside:
        return []
    columns = household.area_code, row.kind, visit.finished_at, household.household_no, row.explained
    query = (
        select(*columns)
        .join_from(row_table("visit_marks"), row_table("visits"), visit.id == row.visit_id)
        .join(row_table("households"), household.id == row.household_id)
        .where(row.state == MarkState.OPEN, or_(*inside))
        .order_by(household.area_code, visit.finished_at, row.id)
    )
    with store.read() as connection:
        return [
            WaitingMark(area, kind, local_day(at), number or "", explained)
            for area, kind, at, number, explained in connection.execute(query)
        ]


def apply_clearance(unit: UnitOfWork, caller: Caller, body: Body, hlc: str) -> None:
    """Clear a mark, as the supervisor's change.

    Raises RuleError: unknown_record, mark_not_open; NotAllowedError("own_visit").
    """
    mark = unit.find("visit_marks", body["mark_id"])
    if mark is None or mark.deleted or mark.body["household_id"] != body["household_id"]:
        raise RuleError("unknown_record", "mark_id")
    if mark.body["state"] != MarkState.OPEN:
        raise RuleError("mark_not_open", "mark_id")
    visit = unit.find("visits", mark.body["visit_id"])
    if visit is not None and not visit.deleted:
        check_reviewer(VisitFields.model_validate(visit.body), caller.user_id)
    cleared = {
        **mark.body,
        "state": MarkState.CLEARED.value,
        "cleared_by": caller.user_id,
        "cleared_at": body["cleared_at"],
        "clear_reason": body["reason"],
        "updated_at": body["cleared_at"],
        "updated_by": caller.user_id,
        "device_id": caller.device_id,
    }
    unit.change(mark, check_body("visit_marks", cleared), Author(caller.user_id, caller.device_id, hlc))
