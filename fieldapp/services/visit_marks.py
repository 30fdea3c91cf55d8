"""Marks the server put on visits that are odd beside others: supervisors see and clear them (R18, R19)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visit_marks import (
    MarkClearanceFields,
    MarkedPhoto,
    MarkedVisit,
    MarkKind,
    MarkState,
    VisitMarkFields,
)
from fieldapp.domain.rules.visit_review import check_reviewer
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.storage import rows
from fieldapp.storage.outbox import refusals_of
from fieldapp.storage.repositories import households, visits

_MARKS: Final = rows.table_of("visit_marks")
_CLEARANCES: Final = rows.table_of("mark_clearances")
_VISITS: Final = rows.table_of("visits")


@dataclass(frozen=True, slots=True)
class OtherVisit:
    """Another visit of a mark. `head_name` is '' and `here` False where this device does not hold it."""

    visit_id: str
    head_name: str
    village_name: str
    day: dt.date
    photo: MarkedPhoto | None
    here: bool


@dataclass(frozen=True, slots=True)
class MarkItem:
    """A mark as the visit shows it. `explained`: the worker was told of it and said why (`flag_reason`);
    `waiting`: cleared here, on its way; `refused_code`: the server did not take the clearance."""

    mark_id: str
    kind: MarkKind
    photo: MarkedPhoto | None
    others: tuple[OtherVisit, ...]
    explained: bool
    flag_reason: str
    cleared: bool
    cleared_by_name: str
    cleared_at: dt.datetime | None
    clear_reason: str
    may_clear: bool
    waiting: bool
    refused_code: str


def marks_of(context: Context, visit_id: str) -> tuple[MarkItem, ...]:
    """The marks of a visit, in any version of it: the open ones first. Raises NotAllowedError."""
    with context.store.reading() as connection:
        visit = visits.get(connection, visit_id)
        area_code = households.get(connection, visit.household_id).area_code
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, area_code)
        query = rows.select_records("visit_marks").where(_MARKS.c.root_id == visit.root_id)
        query = query.where(_MARKS.c.state != MarkState.WITHDRAWN).order_by(_MARKS.c.created_at, _MARKS.c.id)
        found = rows.records(connection, query, VisitMarkFields)
        if not found:
            return ()
        said = _clearances(connection, [mark.id for mark in found])
        may = actor.may(Permission.RETURN_VISIT, area_code)
        try:
            check_reviewer(visit, context.user_id)
        except NotAllowedError:
            may = False
        names = households.user_names(connection)
        sent = refusals_of(connection, [one.id for one in said.values()])
        told = visits.chain(connection, visit.root_id)[-1].flag_reason
        items = [_item(connection, mark, said.get(mark.id), names, sent, told, may=may) for mark in found]
    return tuple(sorted(items, key=lambda item: item.cleared))


def clear_mark(context: Context, mark_id: str, reason: str, initiator: str = "") -> ChangeSet:
    """Say why a mark means nothing wrong. The server clears it; the same evidence is not marked again.

    Raises RuleError: reason_required, text_too_long, mark_not_open; NotAllowedError: not_permitted,
    own_visit.
    """
    told = checked_reason(reason, MarkClearanceFields)
    with context.store.unit_of_work(initiator) as work:
        found = rows.find(work.connection, "visit_marks", mark_id)
        if not isinstance(found, VisitMarkFields) or found.state is not MarkState.OPEN:
            raise RuleError("mark_not_open", "reason")
        said = _clearances(work.connection, [mark_id]).get(mark_id)
        if said is not None and not refusals_of(work.connection, [said.id]).get(said.id):
            raise RuleError("mark_not_open", "reason")
        household = households.get(work.connection, found.household_id)
        context.actor(work.connection).require(Permission.RETURN_VISIT, household.area_code)
        check_reviewer(visits.get(work.connection, found.visit_id), context.user_id)
        now = work.now()
        clearance = MarkClearanceFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id, household_id=found.household_id,
            mark_id=mark_id, reason=told, cleared_at=now,
        )  # fmt: skip
        work.save("mark_clearances", clearance)
        work.touch("visit_marks", mark_id)
        return work.commit()


def open_marks(connection: Connection, root_ids: Sequence[str]) -> dict[str, int]:
    """How many marks of some visits nobody has cleared, by first version; none is left out."""
    said = select(_CLEARANCES.c.id).where(_CLEARANCES.c.mark_id == _MARKS.c.id).exists()
    query = (
        select(_MARKS.c.root_id, func.count())
        .where(rows.among(_MARKS.c.root_id, root_ids), _MARKS.c.state == MarkState.OPEN, ~said)
        .group_by(_MARKS.c.root_id)
    )
    return {root: int(count) for root, count in connection.execute(query)}


def _clearances(connection: Connection, mark_ids: Sequence[str]) -> dict[str, MarkClearanceFields]:
    """The last clearance of each mark."""
    query = rows.select_records("mark_clearances").where(rows.among(_CLEARANCES.c.mark_id, mark_ids))
    found = rows.records(connection, query.order_by(_CLEARANCES.c.cleared_at), MarkClearanceFields)
    return {one.mark_id: one for one in found}


def _item(
    connection: Connection, mark: VisitMarkFields, said: MarkClearanceFields | None,
    names: Mapping[str, str], sent: Mapping[str, str], told: str, *, may: bool,
) -> MarkItem:  # fmt: skip
    refused = sent.get(said.id, "") if said is not None else ""
    waiting = said is not None and sent.get(said.id) == ""
    taken = mark.state is MarkState.CLEARED
    by = mark.cleared_by if taken else said.created_by if waiting and said is not None else ""
    return MarkItem(
        mark_id=mark.id,
        kind=mark.kind,
        photo=mark.photo,
        others=tuple(_other(connection, one) for one in mark.others),
        explained=mark.explained,
        flag_reason=told if mark.explained else "",
        cleared=taken or waiting,
        cleared_by_name=names.get(by, ""),
        cleared_at=mark.cleared_at if taken else said.cleared_at if said is not None and waiting else None,
        clear_reason=mark.clear_reason if taken else said.reason if said is not None and waiting else "",
        may_clear=may and not taken and not waiting,
        waiting=waiting and not taken,
        refused_code="" if taken else refused,
    )


def _other(connection: Connection, one: MarkedVisit) -> OtherVisit:
    household = rows.find(connection, "households", one.household_id)
    here = connection.execute(select(_VISITS.c.id).where(_VISITS.c.id == one.visit_id)).first() is not None
    name = village = ""
    if household is not None and here:
        home = households.get(connection, one.household_id)
        areas = households.area_names(connection)
        name, village = home.head_name, areas.get(home.area_code[:12], "")
    return OtherVisit(one.visit_id, name, village, one.day, one.photo, here)
