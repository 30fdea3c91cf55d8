"""What to do at once where people are in danger: facts only, no Qt. Layer 5."""

import datetime as dt
from dataclasses import dataclass

from fieldapp.services.assessments import DutyPhone


@dataclass(frozen=True, slots=True)
class UrgentHelp:
    """Why help is needed now, whom to call, and what to tell them: village and group, never a name.

    `flags` are the red flags in words.
    """

    flags: tuple[str, ...]
    phones: tuple[DutyPhone, ...]
    village: str
    group: str
    at: dt.datetime
