"""Sign-in with login and password, for the console: five failures lock the account for a while."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import FieldappError, NotAllowedError
from server.services.identity import SESSION_LASTS, SESSION_PREFIX, Caller
from server.services.passwords import hash_password, needs_rehash, password_fits
from server.services.secrets_text import RandomBytes, new_token, secret_hash
from server.services.users import NO_PASSWORD
from server.store import tables
from server.store.audit import Act, note
from server.store.projections import row_table
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

MAX_FAILURES: Final = 5
LOCKED_FOR: Final = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Session:
    """A console session just begun; the token is shown this once."""

    token: str
    user_id: str
    user_name: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who stands behind a login, and the hash of the password."""

    user_id: str
    password_hash: str


def sign_in(
    store: Store,
    login: str,
    password: str,
    *,
    random_bytes: RandomBytes,
    lasts: dt.timedelta = SESSION_LASTS,
) -> Session:
    """Begin a session. Raises NotAllowedError wrong_login or account_locked.

    Unknown logins, wrong passwords and disabled users look alike, also in time taken. The failure is
    counted in a transaction of its own, so that guessing in parallel gains nothing.
    """
    account = _checked_account(store, login, password)
    fresh_hash = hash_password(password) if needs_rehash(account.password_hash) else ""
    token = SESSION_PREFIX + new_token(random_bytes)
    expires = instant_text(store.clock() + lasts)

    def work(unit: UnitOfWork) -> Session:
        cleared: dict[str, Any] = {"failures": 0, "locked_until": None}
        if fresh_hash:
            cleared["password_hash"] = fresh_hash
        user = tables.user_account
        unit.connection.execute(update(user).where(user.c.user_id == account.user_id).values(**cleared))
        session = tables.session_token
        unit.connection.execute(delete(session).where(session.c.expires_at <= unit.now))
        unit.connection.execute(
            insert(session),
            {
                "sha256": secret_hash(token), "user_id": account.user_id, "created_at": unit.now,
                "expires_at": expires,
            },
        )  # fmt: skip
        note(unit, account.user_id, Act.SIGNED_IN)
        return Session(token, account.user_id, account.name, expires)

    return store.run(work)


def active_account(store: Store, login: str) -> Account | None:
    """The account of a login that may sign in. Raises NotAllowedError("account_locked")."""
    account = _account(store, login)
    _refuse_locked(store, account)
    if account is None or not account.password_hash or not (account.active and account.user_active):
        return None
    return Account(account.user_id, account.password_hash)


def password_account(store: Store, login: str, password: str) -> Account:
    """Check a password without beginning a session. Raises NotAllowedError wrong_login, account_locked."""
    account = _checked_account(store, login, password)
    if account.failures:
        user = tables.user_account
        cleared = update(user).where(user.c.user_id == account.user_id).values(failures=0, locked_until=None)
        store.run(lambda unit: unit.connection.execute(cleared))
    return Account(account.user_id, account.password_hash)


def sign_out(store: Store, caller: Caller, token: str) -> None:
    """End the session of a token; a device token stays, it ends by revocation."""

    def work(unit: UnitOfWork) -> None:
        session = tables.session_token
        unit.connection.execute(delete(session).where(session.c.sha256 == secret_hash(token)))
        note(unit, caller.user_id, Act.SIGNED_OUT)

    store.run(work)


def _checked_account(store: Store, login: str, password: str) -> Any:
    """The row of the account whose password this is. A failure is counted."""
    account = _account(store, login)
    _refuse_locked(store, account)
    stored = account.password_hash if account is not None else NO_PASSWORD
    fits = password_fits(stored or _nobodys_hash(), password)
    if account is None or not stored:
        raise NotAllowedError("wrong_login")
    if not fits:
        error = store.run(lambda unit: _count_failure(unit, account.user_id))
        raise error
    if not (account.active and account.user_active):
        raise NotAllowedError("wrong_login")
    return account


def _refuse_locked(store: Store, account: Any) -> None:
    if account is not None and (account.locked_until or "") > instant_text(store.clock()):
        raise NotAllowedError("account_locked", retry_after=int(LOCKED_FOR.total_seconds()))


def _account(store: Store, login: str) -> Any:
    account, user = tables.user_account.c, row_table("users").c
    query = (
        select(
            account.user_id, account.password_hash, account.active, account.locked_until, account.failures,
            user.name, user.active.label("user_active"),
        )
        .join_from(tables.user_account, row_table("users"), user.id == account.user_id)
        .where(account.login == login)
    )  # fmt: skip
    with store.read() as connection:
        return connection.execute(query).one_or_none()


def _count_failure(unit: UnitOfWork, user_id: str) -> FieldappError:
    account = tables.user_account
    unit.connection.execute(
        update(account).where(account.c.user_id == user_id).values(failures=account.c.failures + 1)
    )
    note(unit, user_id, Act.SIGN_IN_FAILED)
    failures = unit.connection.scalar(select(account.c.failures).where(account.c.user_id == user_id)) or 0
    if failures < MAX_FAILURES:
        return NotAllowedError("wrong_login")
    until = instant_text(dt.datetime.fromisoformat(unit.now) + LOCKED_FOR)
    unit.connection.execute(
        update(account).where(account.c.user_id == user_id).values(failures=0, locked_until=until)
    )
    return NotAllowedError("account_locked", retry_after=int(LOCKED_FOR.total_seconds()))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """A hash made with the same settings as all others, so that checking against it takes as long."""
    return hash_password("nobody")
