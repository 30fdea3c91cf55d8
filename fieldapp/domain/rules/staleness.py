"""How old what a device holds may be (R21; domain layer)."""

import datetime as dt

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters


def days_without_sync(last_sync: dt.datetime | None, now: dt.datetime) -> int:
    """Days since the last sync; 0 for a device that has never synced, which holds nothing to read."""
    return 0 if last_sync is None else max(0, (local_day(now) - local_day(last_sync)).days)


def worth_saying(days: int, parameters: Parameters) -> bool:
    """Whether the worker is told so on the page of the day."""
    return days >= parameters.stale_banner_days


def reading_locked(days: int, parameters: Parameters) -> bool:
    """Whether what was pulled is too old to be read. New urgent clues are written all the same."""
    return days >= parameters.stale_lock_days
