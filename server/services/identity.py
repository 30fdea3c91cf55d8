"""Who calls: from a bearer token to a user with the roles of today."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pydantic
from sqlalchemy import Select, Text, bindparam, select, type_coerce, update
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text, local_day, parse_instant
from fieldapp.domain.errors import SyncError
from fieldapp.domain.permissions import Actor, Permission, actor_on
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.users import RoleAssignment
from server.services.secrets_text import secret_hash
from server.store import tables
from server.store.projections import row_table
from server.store.store import Store
from sync.protocol.entities import desk_area

LAST_SEEN_EVERY: Final = dt.timedelta(minutes=10)
"""How exact a device's last contact is kept: every poll writing would cost more than the poll."""

SESSION_LASTS: Final = dt.timedelta(hours=12)
CONSOLE_IDLE: Final = dt.timedelta(minutes=30)
"""A session of the console's pages ends so long after the last page, and after SESSION_LASTS in any case."""
_PROLONG_FROM: Final = dt.timedelta(minutes=1)
"""How exact the end of an idle session is kept: every page writing would cost more than the page."""

_ROLES: Final = pydantic.TypeAdapter(tuple[RoleAssignment, ...])


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated user. `device_id` is '' for a console session; `roles` are all, also past ones;
    `waiting` is what the device last told of itself, None = nothing yet."""

    user_id: str
    device_id: str
    install_id: str
    roles: tuple[RoleAssignment, ...]
    actor: Actor
    waiting: int | None = None


def may_hold(actor: Actor, bucket: str) -> bool:
    """Whether a user's devices may hold the records of a bucket of an area: the case files, or what is for
    its supervisors only."""
    desk = desk_area(bucket)
    asked = Permission.RETURN_VISIT if desk else Permission.HOLD_CASES
    return any(contains(area, desk or bucket) for area in actor.areas_with(asked))


def device_caller(store: Store, token: str, *, leaving: bool = False) -> Caller:
    """The user and device behind a device token. `leaving` also lets a revoked device in while it hands
    over its last work (services.hand_over). Raises SyncError sign_in_needed or device_revoked."""
    with store.read() as connection:
        row = connection.execute(_DEVICE, {"token": secret_hash(token)}).one_or_none()
    if row is None:
        raise SyncError("sign_in_needed")
    if row.revoked_at is not None and not (leaving and _hands_over(store, row)):
        raise SyncError("device_revoked")
    caller = _caller(store, row, row.id, row.install_id)
    if store.clock() - parse_instant(row.last_seen) >= LAST_SEEN_EVERY:
        touch_device(store, row.id)
    return caller


def known_device(store: Store, device_id: str) -> tuple[Caller, str]:
    """The caller behind a device that speaks through a package, and the SHA-256 of its token, from which
    the package's keys come.

    Raises SyncError package_foreign (no device of this county), package_revoked (the device or its user
    is shut out): codes of their own, as whoever carries the package is not meant.
    """
    with store.read() as connection:
        row = connection.execute(_DEVICE_BY_ID, {"device_id": device_id}).one_or_none()
    if row is None:
        raise SyncError("package_foreign")
    if row.revoked_at is not None or not (row.account_active and row.user_active):
        raise SyncError("package_revoked")
    return _caller(store, row, row.id, row.install_id), row.token_sha256


def session_caller(store: Store, token: str) -> Caller:
    """The user behind a session token. Raises SyncError("sign_in_needed")."""
    with store.read() as connection:
        row = connection.execute(_SESSION, {"token": secret_hash(token)}).one_or_none()
    if row is None or row.expires_at <= instant_text(store.clock()):
        raise SyncError("sign_in_needed")
    return _caller(store, row, "", "")


def console_caller(store: Store, token: str) -> Caller:
    """The user behind a browser's session, which goes on from now. Raises SyncError("sign_in_needed")."""
    caller = session_caller(store, token)
    session = tables.session_token
    with store.read() as connection:
        query = select(session.c.created_at, session.c.expires_at).where(
            session.c.sha256 == secret_hash(token)
        )
        row = connection.execute(query).one_or_none()
    if row is None:  # ended between the two looks
        raise SyncError("sign_in_needed")
    until = min(parse_instant(row.created_at) + SESSION_LASTS, store.clock() + CONSOLE_IDLE)
    if until - parse_instant(row.expires_at) >= _PROLONG_FROM:
        longer = update(session).where(session.c.sha256 == secret_hash(token))
        store.run(lambda unit: unit.connection.execute(longer.values(expires_at=instant_text(until))))
    return caller


def any_caller(store: Store, token: str) -> Caller:
    """The user behind a token of either kind: session tokens are told by their prefix."""
    return session_caller(store, token) if token.startswith(SESSION_PREFIX) else device_caller(store, token)


SESSION_PREFIX: Final = "s."


def note_waiting(store: Store, caller: Caller, waiting: int) -> None:
    """Keep how much waits on a caller's device. Writes only what changed: mostly nothing waits."""
    if waiting != caller.waiting:
        mine = update(tables.device).where(tables.device.c.id == caller.device_id)
        store.run(lambda unit: unit.connection.execute(mine.values(waiting=waiting)))


def touch_device(store: Store, device_id: str) -> None:
    """Note that a device was in contact."""
    now = instant_text(store.clock())
    statement = update(tables.device).where(tables.device.c.id == device_id).values(last_seen=now)
    store.run(lambda unit: unit.connection.execute(statement))


def actor_of_user(store: Store, user_id: str) -> Actor:
    """A user with the roles of today, none where the account was shut."""
    user, account = row_table("users").c, tables.user_account.c
    with store.read() as connection:
        active = connection.scalar(
            select(user.active & account.active)
            .join_from(row_table("users"), tables.user_account, account.user_id == user.id)
            .where(user.id == user_id)
        )
        roles = assignments_of(connection, user_id) if active else ()
    return actor_on(user_id, roles, local_day(store.clock()))


def assignments_of(connection: Connection, user_id: str) -> tuple[RoleAssignment, ...]:
    """All role assignments of a user, also past ones; () for an unknown user."""
    found = connection.scalar(
        select(_raw(row_table("users").c.roles)).where(row_table("users").c.id == user_id)
    )
    return _parse_roles(found or "[]")


def _caller(store: Store, row: Any, device_id: str, install_id: str) -> Caller:
    if not (row.account_active and row.user_active):
        raise SyncError("sign_in_needed")
    roles = _parse_roles(row.roles)
    actor = actor_on(row.user_id, roles, local_day(store.clock()))
    return Caller(row.user_id, device_id, install_id, roles, actor, row.waiting if device_id else None)


def _hands_over(store: Store, row: Any) -> bool:
    return bool((row.hand_over_until or "") > instant_text(store.clock()))


@lru_cache(maxsize=2000)
def _parse_roles(text: str) -> tuple[RoleAssignment, ...]:
    return _ROLES.validate_json(text)


def _raw(column: Any) -> Any:
    """The column's text without conversion to domain values."""
    return type_coerce(column, Text)


def _account_query(holder: Any, condition: Any, *columns: Any) -> Select[Any]:
    user = row_table("users").c
    account = tables.user_account.c
    return (
        select(
            *columns,
            account.user_id,
            account.active.label("account_active"),
            user.active.label("user_active"),
            _raw(user.roles).label("roles"),
        )
        .join_from(holder, tables.user_account, holder.c.user_id == account.user_id)
        .join(row_table("users"), user.id == account.user_id)
        .where(condition)
    )


_DEVICE_COLUMNS: Final = tuple(
    tables.device.c[name]
    for name in ("id", "install_id", "token_sha256", "last_seen", "revoked_at", "hand_over_until", "waiting")
)
_DEVICE: Final = _account_query(
    tables.device, tables.device.c.token_sha256 == bindparam("token"), *_DEVICE_COLUMNS
)
_DEVICE_BY_ID: Final = _account_query(
    tables.device, tables.device.c.id == bindparam("device_id"), *_DEVICE_COLUMNS
)
_SESSION: Final = _account_query(
    tables.session_token,
    tables.session_token.c.sha256 == bindparam("token"),
    tables.session_token.c.expires_at,
)
