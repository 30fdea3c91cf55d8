"""Whether what is on the screen is on the disk; values only, no Qt. Layer 5."""

import datetime as dt
import enum
from dataclasses import dataclass


class SavingState(enum.Enum):
    """How saving stands."""

    SAVED = enum.auto()
    SAVING = enum.auto()
    FAILED = enum.auto()


@dataclass(frozen=True, slots=True)
class Saving:
    """State of saving; `at` is the last time it worked, `problem` what to tell when it does not."""

    state: SavingState
    at: dt.datetime | None = None
    problem: str = ""
