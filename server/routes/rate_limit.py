"""Slows down who tries codes and passwords: failures are counted by address, for all processes together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import Request
from sqlalchemy import Update, insert, select, update

from fieldapp.domain.errors import SyncError
from server.services.secrets_text import secret_hash
from server.store import tables
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

TRIES: Final = 30
"""Failures at once. What succeeds costs nothing: a whole office may sit behind one address on the day
tablets are handed out."""
SECONDS_PER_TRY: Final = 2.0
_MOST_SECONDS: Final = TRIES * SECONDS_PER_TRY


class RateLimit:
    """Counts tries by address, in the database. Safe to share between threads.

    One number an address: every try moves the moment when it has rested by two seconds.
    """

    def __init__(self, store: Store) -> None:
        self._store: Final = store

    def take(self, address: str) -> None:
        """Use up one try. Raises SyncError("slow_down")."""
        now = self._store.clock().timestamp()

        def work(unit: UnitOfWork) -> None:
            found = unit.connection.execute(_RESTED_AT.where(_TRIES.address_sha256 == name)).one_or_none()
            rested_at = max(now, found.rested_at) if found else now
            if rested_at > now + _MOST_SECONDS:
                rested_at = now  # the clock was set back: that must not shut anybody out for days
            if rested_at + SECONDS_PER_TRY > now + _MOST_SECONDS:
                raise SyncError("slow_down", retry_after=int(SECONDS_PER_TRY * 2))
            values = {"rested_at": rested_at + SECONDS_PER_TRY}
            if found is None:
                new = insert(tables.sign_in_tries)
                unit.connection.execute(new, {"address_sha256": name, **values})
            else:
                unit.connection.execute(_change(name).values(values))

        name = secret_hash(address)
        self._store.run(work)

    def give_back(self, address: str) -> None:
        """The try was right: it does not count."""
        less = _change(secret_hash(address)).values(rested_at=_TRIES.rested_at - SECONDS_PER_TRY)
        self._store.run(lambda unit: unit.connection.execute(less))


def limited_try(request: Request) -> Iterator[None]:
    """Dependency of routes that check a code or a password: uses up a try unless the route succeeds."""
    with counted_try(request):
        yield


@contextmanager
def counted_try(request: Request) -> Iterator[None]:
    """Surrounds the check of a code or a password: uses up a try of the address unless it succeeds."""
    limit: RateLimit = request.app.state.rate_limit
    address = request.client.host if request.client else ""
    limit.take(address)
    yield
    limit.give_back(address)


def _change(name: str) -> Update:
    return update(tables.sign_in_tries).where(_TRIES.address_sha256 == name)


_TRIES: Final = tables.sign_in_tries.c
_RESTED_AT: Final = select(_TRIES.rested_at).with_for_update()
