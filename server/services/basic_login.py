"""Login and password with every request, as phones send them: checked in full now and then (level S).

A password hash costs a fifth of a second and 64 MiB. What was right a few minutes ago is remembered by a
keyed digest that holds the stored hash too, so that a new password counts at once.
"""

import hashlib
import hmac
import threading
from contextlib import AbstractContextManager
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.permissions import actor_on
from server.services.identity import Caller, assignments_of
from server.services.secrets_text import RandomBytes
from server.services.sign_in import active_account, password_account
from server.store.store import Store

REMEMBERED_SECONDS: Final = 600.0
MAX_REMEMBERED: Final = 2_000


class BasicLogins:
    """Callers by login and password. Safe to share between threads."""

    def __init__(self, store: Store, random_bytes: RandomBytes) -> None:
        self._store: Final = store
        self._key: Final = random_bytes(32)
        self._right_until: dict[bytes, float] = {}
        self._lock: Final = threading.Lock()

    def caller(self, login: str, password: str, attempt: AbstractContextManager[None]) -> Caller:
        """The user behind a login. `attempt` surrounds a real check: it may refuse, and learns of failure.

        Raises NotAllowedError wrong_login, account_locked.
        """
        account = active_account(self._store, login)
        if account is None or not self._remembers(account.user_id, account.password_hash, password):
            with attempt:
                account = password_account(self._store, login, password)
            self._remember(account.user_id, account.password_hash, password)
        with self._store.read() as connection:
            roles = assignments_of(connection, account.user_id)
        actor = actor_on(account.user_id, roles, local_day(self._store.clock()))
        return Caller(account.user_id, "", "", roles, actor)

    def _digest(self, user_id: str, stored: str, password: str) -> bytes:
        parts = (user_id, stored, password)
        text = b"\x00".join(part.encode("utf-8", "surrogatepass") for part in parts)
        return hmac.digest(self._key, text, hashlib.sha256)

    def _remembers(self, user_id: str, stored: str, password: str) -> bool:
        digest = self._digest(user_id, stored, password)
        now = self._store.clock().timestamp()
        with self._lock:
            return now < self._right_until.get(digest, 0.0) <= now + REMEMBERED_SECONDS

    def _remember(self, user_id: str, stored: str, password: str) -> None:
        now = self._store.clock().timestamp()
        with self._lock:
            if len(self._right_until) >= MAX_REMEMBERED:
                self._right_until = {d: until for d, until in self._right_until.items() if until > now}
            if len(self._right_until) < MAX_REMEMBERED:
                self._right_until[self._digest(user_id, stored, password)] = now + REMEMBERED_SECONDS
