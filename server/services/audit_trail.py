"""Reads the log of acts: those on the server, and those that devices reported (level S).

Ids, codes and reasons only. Whoever reads it sees the acts of users all of whose roles lie in his areas; what
the server's operator did is for those who are in charge of the whole county.
"""

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Text, and_, func, select, type_coerce
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text, start_of_day
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import contains
from server.services.users import SERVER_USER
from server.store import tables
from server.store.projections import row_table
from server.store.store import Store


class Source(enum.StrEnum):
    """Where an act was done."""

    SERVER = "SERVER"
    DEVICE = "DEVICE"


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """Which acts: of a source, from `start` to `end` (both included), by user and by act ('' = all)."""

    source: Source
    start: dt.date
    end: dt.date
    user_id: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act. `user_id` 'server' is the operator."""

    at: str
    user_id: str
    device_id: str
    act: str
    object_kind: str
    object_id: str
    reason: str


def audit_lines(
    store: Store, actor: Actor, asked: AuditAsked, *, start: int, count: int
) -> tuple[list[AuditLine], int]:
    """Lines `start` to `start + count` of what was asked for, newest first, and how many there are.

    Raises NotAllowedError("not_permitted").
    """
    actor.require(Permission.READ_AUDIT)
    with store.read() as connection:
        users = _users_of(connection, store, actor)
        if asked.user_id:
            users = users & {asked.user_id}
        query = _of_server(asked, users) if asked.source is Source.SERVER else _of_devices(asked, users)
        total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = connection.execute(query.limit(count).offset(start)).all()
    return [AuditLine(**row._mapping) for row in rows], total


def audited_users(store: Store, actor: Actor) -> set[str]:
    """Ids of the users whose acts somebody may read."""
    with store.read() as connection:
        return _users_of(connection, store, actor)


def _users_of(connection: Connection, store: Store, actor: Actor) -> set[str]:
    mine = actor.areas_with(Permission.READ_AUDIT)
    user = row_table("users").c
    found = {
        row.id
        for row in connection.execute(select(user.id, user.roles))
        if all(any(contains(area, role.area_code) for area in mine) for role in row.roles)
    }
    return found | {SERVER_USER} if store.county.code in mine else found


def _of_server(asked: AuditAsked, users: Collection[str]) -> Select[tuple[str, ...]]:
    log = tables.audit_log.c
    columns = (log.at, log.user_id, log.device_id, log.act, log.object_kind, log.object_id, log.reason)
    found = select(*columns).where(_days(log.at, asked), log.user_id.in_(users)).order_by(log.seq.desc())
    return found.where(log.act == asked.act) if asked.act else found


def _of_devices(asked: AuditAsked, users: Collection[str]) -> Select[tuple[str, ...]]:
    event = row_table("audit_events").c
    at, act = type_coerce(event.created_at, Text), type_coerce(event.act, Text)
    columns = (
        at.label("at"), event.created_by.label("user_id"), event.device_id, act.label("act"),
        event.object_kind, event.object_id, event.reason,
    )  # fmt: skip
    found = (
        select(*columns).where(_days(at, asked), event.created_by.in_(users)).order_by(at.desc(), event.id)
    )
    return found.where(act == asked.act) if asked.act else found


def _days(at: ColumnElement[str], asked: AuditAsked) -> ColumnElement[bool]:
    end = asked.end + dt.timedelta(days=1)
    return and_(at >= instant_text(start_of_day(asked.start)), at < instant_text(start_of_day(end)))
