"""Conflicts over sensitive fields (R20): both sides with who and when, and the clerk's decision."""

import datetime as dt
import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson
import pydantic
from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.base import DayColumn
from fieldapp.domain.records.conflicts import (
    ConflictDecisionFields,
    ConflictFields,
    ConflictSide,
    ConflictState,
)
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.id_number import check_id_number
from fieldapp.domain.rules.masking import MASK, mask_bank_account, mask_id_number
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.storage import rows
from fieldapp.storage.outbox import OUTBOX
from fieldapp.storage.repositories import households
from sync.protocol.entities import ENTITIES, nested_fields

SETTLED_SHOWN: Final = 20
"""How many of the conflicts that are over the list still shows."""
_MASKS: Final = {"id_number": mask_id_number, "bank_account": mask_bank_account}
"""Fields shown masked, with their masks (R3)."""


class EntryKind(enum.StrEnum):
    """How a value that nobody entered yet can be given; NONE: only a side can be chosen."""

    TEXT = "TEXT"
    DAY = "DAY"
    CODE = "CODE"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class SideItem:
    """One of the values: typed (enum, day, text, coverages; None = left empty), masked where it must be."""

    value: object
    stands: bool
    by_name: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ConflictItem:
    """A conflict in the list. `person_name` is '' where it is about the household itself; `waiting` = decided
    here and not yet answered by the server; `refused_code` = the server did not take the last decision.
    `version` is handed back with a decision: what was decided about must be what was seen."""

    conflict_id: str
    household_id: str
    head_name: str
    place: str
    person_name: str
    kind: str
    field: str
    sides: tuple[SideItem, ...]
    secret: bool
    entry: EntryKind
    codes: tuple[enum.StrEnum, ...]
    state: ConflictState
    may_decide: bool
    may_reveal: bool
    waiting: bool
    refused_code: str
    opened_at: dt.datetime
    decided_by_name: str
    decided_at: dt.datetime | None
    version: str


def conflicts(context: Context) -> list[ConflictItem]:
    """The open conflicts of the worker's area, oldest first, then the last ones that are over."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        found = rows.records(connection, rows.select_records("conflicts"), ConflictFields)
        ours = {one.household_id: _household(connection, one) for one in found}
        mine = [
            one
            for one in found
            if (home := ours[one.household_id]) is not None
            and actor.may(Permission.HOLD_CASES, home.area_code)
        ]
        open_ones = sorted((c for c in mine if c.state is ConflictState.OPEN), key=lambda c: c.created_at)
        settled = sorted((c for c in mine if c.state is not ConflictState.OPEN), key=lambda c: c.updated_at)
        shown = [*open_ones, *reversed(settled[-SETTLED_SHOWN:])]
        names = households.user_names(connection)
        areas = households.area_names(connection)
        return [_item(connection, one, actor, names, areas) for one in shown]


def open_count(context: Context, permission: Permission = Permission.HOLD_CASES) -> int:
    """How many conflicts are open where the worker has a permission, those left out that this device has
    decided: with DECIDE_CONFLICT, how many wait for him."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(permission)
        refused = select(OUTBOX.c.record_id).where(OUTBOX.c.refused_code != "")
        decided = select(_DECISIONS.c.conflict_id).where(_DECISIONS.c.id.notin_(refused))
        query = (
            select(_HOUSEHOLDS.c.area_code)
            .join_from(_CONFLICTS, _HOUSEHOLDS, _CONFLICTS.c.household_id == _HOUSEHOLDS.c.id)
            .where(_CONFLICTS.c.state == ConflictState.OPEN, _CONFLICTS.c.id.notin_(decided))
        )
        areas = connection.execute(query).scalars().all()
    return sum(any(contains(scope, area) for scope in scopes) for area in areas)


def reveal(context: Context, conflict_id: str, reason: str) -> tuple[str, ...]:
    """The values of a masked conflict in full, in the order of its sides; leaves an audit event (R3).

    Raises RuleError("reason_required", "text_too_long", "conflict_not_here") or NotAllowedError.
    """
    told = checked_reason(reason, AuditEventFields)
    with context.store.unit_of_work() as work:
        conflict, area_code = _open_one(work.connection, conflict_id)
        context.actor(work.connection).require(Permission.REVEAL_ID, area_code)
        shown = tuple(str(orjson.loads(side.value) or "") for side in conflict.sides)
        for number in filter(None, shown):  # some paste the very number as the reason
            told = told.replace(number, MASK)
        event = audit_event(
            context, work.new_id(), AuditAct.REVEAL_ID, object_kind="conflicts", object_id=conflict_id,
            area_code=area_code, reason=told, count=len(shown),
        )  # fmt: skip
        work.save("audit_events", event)
        work.commit()
    return shown


def choose(
    context: Context, conflict_id: str, side: int, reason: str, *, version: str, initiator: str = ""
) -> ChangeSet:
    """Decide for one of the sides, named by its place. Raises as `enter`."""
    return _decide(context, conflict_id, side, reason, version=version, initiator=initiator)


def enter(
    context: Context, conflict_id: str, value: object, reason: str, *, version: str, initiator: str = ""
) -> ChangeSet:
    """Decide for a value that nobody had entered (text, day or enum member).

    The record changes when the server has taken the decision in. Raises RuleError: reason_required,
    text_too_long, invalid_value, conflict_not_here, conflict_decided, conflict_changed, the codes of
    check_id_number; NotAllowedError.
    """
    return _decide(context, conflict_id, (value,), reason, version=version, initiator=initiator)


_CONFLICTS: Final = rows.table_of("conflicts")
_DECISIONS: Final = rows.table_of("conflict_decisions")
_HOUSEHOLDS: Final = rows.table_of("households")


def _decide(
    context: Context, conflict_id: str, wanted: int | tuple[object], reason: str, *, version: str,
    initiator: str,
) -> ChangeSet:  # fmt: skip
    told = checked_reason(reason, ConflictDecisionFields)
    with context.store.unit_of_work(initiator) as work:
        conflict, area_code = _open_one(work.connection, conflict_id)
        context.actor(work.connection).require(Permission.DECIDE_CONFLICT, area_code)
        if conflict.state is not ConflictState.OPEN:
            raise RuleError("conflict_decided")
        standing = conflict.standing
        if standing is None or _version(conflict) != version:
            raise RuleError("conflict_changed")
        if isinstance(wanted, int):
            value = conflict.sides[wanted].value
        else:
            value = _entered(context, work.connection, conflict, wanted[0])
        _forget_refused(work.connection, conflict_id)
        now = work.now()
        decision = ConflictDecisionFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id, household_id=conflict.household_id,
            conflict_id=conflict_id, value=value, seen=standing.value, reason=told, decided_at=now,
        )  # fmt: skip
        work.save("conflict_decisions", decision)
        work.touch("conflicts", conflict_id)
        return work.commit()


def _open_one(connection: Connection, conflict_id: str) -> tuple[ConflictFields, str]:
    conflict = rows.find(connection, "conflicts", conflict_id)
    home = _household(connection, conflict) if isinstance(conflict, ConflictFields) else None
    if not isinstance(conflict, ConflictFields) or home is None:
        raise RuleError("conflict_not_here")
    return conflict, home.area_code


def _household(connection: Connection, conflict: ConflictFields) -> Any:
    """The household a conflict hangs on, or None when it is not here (any more)."""
    return households.get_many(connection, [conflict.household_id]).get(conflict.household_id)


def _forget_refused(connection: Connection, conflict_id: str) -> None:
    """A decision the server refused is replaced by the next one."""
    refused = (
        select(_DECISIONS.c.id)
        .join_from(_DECISIONS, OUTBOX, OUTBOX.c.record_id == _DECISIONS.c.id)
        .where(_DECISIONS.c.conflict_id == conflict_id, OUTBOX.c.refused_code != "")
    )
    for decision_id in connection.execute(refused).scalars().all():
        connection.execute(delete(OUTBOX).where(OUTBOX.c.record_id == decision_id))
        connection.execute(delete(_DECISIONS).where(_DECISIONS.c.id == decision_id))


def _entered(context: Context, connection: Connection, conflict: ConflictFields, value: object) -> str:
    """A value given anew as JSON text, checked."""
    if conflict.field == "id_number" and value:
        parameters = context.parameters(connection)
        value = check_id_number(str(value), context.today(), parameters.demo_numbers_allowed).number
    if isinstance(value, dt.date) and value > context.today():
        raise RuleError("invalid_value", conflict.field)
    adapter = _adapter(conflict.record_kind, conflict.field)
    try:
        plain = adapter.dump_python(adapter.validate_python(value), mode="json", exclude_none=True)
    except pydantic.ValidationError:
        raise RuleError("invalid_value", conflict.field) from None
    return orjson.dumps(plain or None, option=orjson.OPT_SORT_KEYS).decode()


@cache
def _adapter(kind: str, field: str) -> "pydantic.TypeAdapter[Any]":
    info = ENTITIES[kind].fields.model_fields[field]
    assert info.annotation is not None
    return pydantic.TypeAdapter(info.annotation)


def _item(
    connection: Connection, conflict: ConflictFields, actor: Actor, names: dict[str, str],
    areas: dict[str, str],
) -> ConflictItem:  # fmt: skip
    home = _household(connection, conflict)
    person = rows.find(connection, "persons", conflict.record_id)
    waiting, refused = _standing_of_decision(connection, conflict.id)
    kind, codes = _entry_of(conflict.record_kind, conflict.field)
    return ConflictItem(
        conflict_id=conflict.id,
        household_id=conflict.household_id,
        head_name=home.head_name,
        place=" ".join(filter(None, (areas.get(home.area_code[:12], ""), home.group_name))),
        person_name=person.name if isinstance(person, PersonFields) else "",
        kind=conflict.record_kind,
        field=conflict.field,
        sides=tuple(_side(conflict, side, names) for side in conflict.sides),
        secret=conflict.field in _MASKS,
        entry=kind,
        codes=codes,
        state=conflict.state,
        may_decide=actor.may(Permission.DECIDE_CONFLICT, home.area_code),
        may_reveal=conflict.field in _MASKS and actor.may(Permission.REVEAL_ID, home.area_code),
        waiting=waiting,
        refused_code=refused,
        opened_at=conflict.created_at,
        decided_by_name=names.get(conflict.decided_by, ""),
        decided_at=conflict.decided_at,
        version=_version(conflict),
    )


def _side(conflict: ConflictFields, side: ConflictSide, names: dict[str, str]) -> SideItem:
    plain = orjson.loads(side.value)
    value: object = None
    if plain is not None:
        value = _adapter(conflict.record_kind, conflict.field).validate_python(plain)
        mask = _MASKS.get(conflict.field)
        value = mask(str(value)) if mask is not None else value
    return SideItem(value, side.stands, names.get(side.by_user, ""), side.at)


def _version(conflict: ConflictFields) -> str:
    told = orjson.dumps([[side.value, side.stands] for side in conflict.sides])
    return hashlib.sha256(told).hexdigest()  # the values themselves stay here


def _standing_of_decision(connection: Connection, conflict_id: str) -> tuple[bool, str]:
    """Whether a decision made here is on its way, and why the last one was refused."""
    query = (
        select(OUTBOX.c.refused_code)
        .join_from(_DECISIONS, OUTBOX, OUTBOX.c.record_id == _DECISIONS.c.id)
        .where(_DECISIONS.c.conflict_id == conflict_id)
    )
    found: Sequence[str] = connection.execute(query).scalars().all()
    return any(not code for code in found), next(filter(None, found), "")


def _entry_of(kind: str, field: str) -> tuple[EntryKind, tuple[enum.StrEnum, ...]]:
    if field in nested_fields(kind):
        return EntryKind.NONE, ()
    column = rows.table_of(kind).c[field].type
    codes = getattr(column, "codes", None)
    if codes is not None:
        return EntryKind.CODE, tuple(codes)
    return (EntryKind.DAY if isinstance(column, DayColumn) else EntryKind.TEXT), ()
