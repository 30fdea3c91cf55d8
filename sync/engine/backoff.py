"""How long to wait after a failed cycle: doubling with jitter, never less than the server asks for."""

from collections.abc import Callable
from typing import Final

FIRST_SECONDS: Final = 5.0
MOST_SECONDS: Final = 15 * 60.0
JITTER: Final = 0.5
"""±50 %, so that a county's devices do not all come back in the same second."""


class Backoff:
    """Waiting times in seconds. `chance` gives a number in [0, 1)."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._failures = 0

    def spread(self, seconds: float) -> float:
        """A time spread around `seconds` by the jitter."""
        return seconds * (1 - JITTER + 2 * JITTER * self._chance())

    def after_failure(self, retry_after: float | None = None) -> float:
        """The time to wait after one more failure; `retry_after` is the server's wish."""
        wait = self.spread(min(FIRST_SECONDS * 2.0**self._failures, MOST_SECONDS))
        self._failures = min(self._failures + 1, 30)
        if retry_after is None:
            return wait
        return max(wait, retry_after * (1 + JITTER * self._chance()))

    def reset(self) -> None:
        """After any success."""
        self._failures = 0
