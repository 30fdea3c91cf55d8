"""Time, ids and randomness that tests decide themselves."""

import datetime as dt
from typing import Final

START: Final = dt.datetime(2026, 3, 5, 1, 10, tzinfo=dt.UTC)  # a Thursday, 09:10 in the county


class MovableClock:
    """A clock that stands still until the test moves it. Satisfies fieldapp.domain.clock.Clock."""

    def __init__(self, at: dt.datetime = START) -> None:
        self._at = at

    def __call__(self) -> dt.datetime:
        return self._at

    def set(self, at: dt.datetime) -> None:
        """Jump to an aware instant, also backwards."""
        if at.tzinfo is None:
            raise ValueError("instant without offset")
        self._at = at.astimezone(dt.UTC)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass; negative values set the clock back."""
        self._at += dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
