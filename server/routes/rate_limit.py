"""Slows down who tries codes and passwords: a small bucket of failures per address, in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import SyncError

TRIES: Final = 30
"""Failures at once. What succeeds costs nothing: a whole office may sit behind one address on the day
tablets are handed out."""
SECONDS_PER_TRY: Final = 2.0
_MAX_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class _Tries:
    left: float
    at: float


class RateLimit:
    """Counts tries by address. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock: Final = clock
        self._by_address: dict[str, _Tries] = {}
        self._lock: Final = threading.Lock()

    def take(self, address: str) -> None:
        """Use up one try. Raises SyncError("slow_down")."""
        now = self._clock().timestamp()
        with self._lock:
            tries = self._by_address.setdefault(address, _Tries(TRIES, now))
            tries.left = min(TRIES, tries.left + max(0.0, now - tries.at) / SECONDS_PER_TRY)
            tries.at = now
            if len(self._by_address) > _MAX_ADDRESSES:
                self._forget_rested(now)
            if tries.left < 1:
                raise SyncError("slow_down", retry_after=int(SECONDS_PER_TRY * 2))
            tries.left -= 1

    def give_back(self, address: str) -> None:
        """The try was right: it does not count."""
        with self._lock:
            tries = self._by_address.get(address)
            if tries is not None:
                tries.left = min(TRIES, tries.left + 1)

    def _forget_rested(self, now: float) -> None:
        full = TRIES * SECONDS_PER_TRY
        self._by_address = {a: t for a, t in self._by_address.items() if now - t.at < full}


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
