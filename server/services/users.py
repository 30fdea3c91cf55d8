"""Users: the synced record that devices know, and the account only the server knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.users import RoleAssignment, WorkerKind
from server.services.identity import assignments_of
from server.services.passwords import hash_password
from server.services.secrets_text import PASSWORD_LENGTH, RandomBytes, crockford
from server.store import tables
from server.store.audit import Act, note
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.record_sql import chunks
from server.store.record_writer import patch_all, put_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body

NO_PASSWORD: Final = ""
"""Stored instead of a hash; nothing fits it."""
SERVER_USER: Final = "server"
"""Author of what no user did: setting up, imports from the command line."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """What an administrator says of a new user. Only `console` users get a password: workers in the
    field enrol with a code and never need one."""

    name: str
    login: str
    roles: tuple[RoleAssignment, ...]
    phone: str = ""
    worker_kind: WorkerKind = WorkerKind.STAFF
    console: bool = False


@dataclass(frozen=True, slots=True)
class CreatedUser:
    """A user just made; the password ('' = none) is shown once and kept nowhere."""

    user_id: str
    password: str


def add_user(
    store: Store, new: NewUser, *, by: str, ids: IdSource, random_bytes: RandomBytes, user_id: str = ""
) -> CreatedUser:
    """Create a user, with a random password if for the console.

    Raises RuleError login_taken, unknown_area, invalid_value.
    """
    if not new.login.strip():
        raise RuleError("invalid_value", "login")
    password = crockford(random_bytes, PASSWORD_LENGTH) if new.console else ""
    password_hash = hash_password(password) if new.console else NO_PASSWORD
    created = CreatedUser(user_id or ids(), password)

    def work(unit: UnitOfWork) -> CreatedUser:
        taken = select(tables.user_account.c.user_id).where(tables.user_account.c.login == new.login)
        if unit.connection.execute(taken).first() is not None:
            raise RuleError("login_taken", "login")
        require_areas(unit, new.roles)
        body = _user_body(unit, created.user_id, by, new)
        put_all(unit, [("users", check_body("users", body))], Author(by))
        unit.connection.execute(
            insert(tables.user_account),
            {
                "user_id": created.user_id, "login": new.login, "password_hash": password_hash,
                "phone": new.phone, "active": True, "failures": 0, "locked_until": None,
                "created_at": unit.now,
            },
        )  # fmt: skip
        note(unit, by, Act.USER_ADDED, "users", created.user_id)
        return created

    return store.run(work)


def change_roles(store: Store, user_id: str, roles: Sequence[RoleAssignment], *, by: str) -> None:
    """Replace a user's assignments. Raises RuleError unknown_record, unknown_area."""

    def work(unit: UnitOfWork) -> None:
        require_areas(unit, roles)
        plain = [role.model_dump(mode="json", exclude_none=True) for role in roles]
        patch_all(unit, [("users", user_id, {"roles": plain})], Author(by))
        note(unit, by, Act.USER_ROLES, "users", user_id)

    store.run(work)


def set_active(store: Store, user_id: str, active: bool, *, by: str) -> None:
    """Disable or enable a user; a disabled user's sessions end and devices are shut out at once."""

    def work(unit: UnitOfWork) -> None:
        patch_all(unit, [("users", user_id, {"active": active})], Author(by))
        account = tables.user_account
        unit.connection.execute(
            update(account)
            .where(account.c.user_id == user_id)
            .values(active=active, failures=0, locked_until=None)
        )
        if not active:
            unit.connection.execute(
                delete(tables.session_token).where(tables.session_token.c.user_id == user_id)
            )
        note(unit, by, Act.USER_ENABLED if active else Act.USER_DISABLED, "users", user_id)

    store.run(work)


def reset_password(store: Store, user_id: str, *, by: str, random_bytes: RandomBytes) -> str:
    """Give a user a new random password and end the sessions. Raises RuleError("unknown_record")."""
    password = crockford(random_bytes, PASSWORD_LENGTH)
    password_hash = hash_password(password)

    def work(unit: UnitOfWork) -> None:
        account = tables.user_account
        changed = unit.connection.execute(
            update(account)
            .where(account.c.user_id == user_id)
            .values(password_hash=password_hash, failures=0, locked_until=None)
        )
        if changed.rowcount != 1:
            raise RuleError("unknown_record")
        unit.connection.execute(delete(tables.session_token).where(tables.session_token.c.user_id == user_id))
        note(unit, by, Act.PASSWORD_RESET, "users", user_id)

    store.run(work)
    return password


def find_user_id(store: Store, login: str) -> str:
    """The id behind a login. Raises RuleError("unknown_record")."""
    with store.read() as connection:
        query = select(tables.user_account.c.user_id).where(tables.user_account.c.login == login)
        found = connection.scalar(query)
    if found is None:
        raise RuleError("unknown_record")
    return str(found)


def user_names(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """Names of workers by id; who is not known is left out."""
    user = row_table("users").c
    found: dict[str, str] = {}
    with store.read() as connection:
        for part in chunks(sorted(set(ids))):
            found |= dict(connection.execute(select(user.id, user.name).where(user.id.in_(part))).all())
    return found


def list_users(store: Store, actor: Actor | None = None) -> list[dict[str, Any]]:
    """Users with login, activity and roles, by login: those an actor administers, None = all."""
    user = row_table("users")
    account = tables.user_account.c
    query = (
        select(user.c.id, user.c.name, user.c.roles, user.c.active, account.login)
        .join(tables.user_account, account.user_id == user.c.id)
        .order_by(account.login)
    )
    with store.read() as connection:
        return [
            {
                "id": row.id,
                "login": row.login,
                "name": row.name,
                "active": bool(row.active),
                "roles": [role.model_dump(mode="json", exclude_none=True) for role in row.roles],
            }
            for row in connection.execute(query)
            if actor is None or administers(actor, row.roles)
        ]


def administers(actor: Actor, roles: Iterable[RoleAssignment]) -> bool:
    """Whether all these assignments lie in areas where the actor manages users."""
    return all(actor.may(Permission.MANAGE_USERS, role.area_code) for role in roles)


def require_administration(actor: Actor, roles: Iterable[RoleAssignment]) -> None:
    """Refuse to grant roles outside one's own areas. Raises NotAllowedError("not_permitted")."""
    if not administers(actor, roles):
        raise NotAllowedError("not_permitted")


def require_user(store: Store, actor: Actor, user_id: str) -> None:
    """Refuse to touch users with roles outside one's areas. Raises RuleError unknown_record,
    NotAllowedError not_permitted."""
    with store.read() as connection:
        known = connection.scalar(
            select(tables.user_account.c.user_id).where(tables.user_account.c.user_id == user_id)
        )
        roles = assignments_of(connection, user_id)
    if known is None:
        raise RuleError("unknown_record")
    require_administration(actor, roles)


def require_areas(unit: UnitOfWork, roles: Sequence[RoleAssignment]) -> None:
    """Refuse roles in areas the county does not have. Raises RuleError("unknown_area")."""
    for role in roles:
        if unit.find("areas", role.area_code) is None:
            raise RuleError("unknown_area", "area_code")


def _user_body(unit: UnitOfWork, user_id: str, by: str, new: NewUser) -> Body:
    return {
        "id": user_id, "created_at": unit.now, "created_by": by, "updated_at": unit.now, "updated_by": by,
        "name": new.name, "worker_kind": new.worker_kind.value, "active": True,
        "roles": [role.model_dump(mode="json", exclude_none=True) for role in new.roles],
    }  # fmt: skip
