"""What to do at once where people are in danger: facts only, no Qt. Layer 5."""

import datetime as dt
from dataclasses import dataclass

from fieldapp.services.clue_reports import DutyPhone


@dataclass(frozen=True, slots=True)
class UrgentHelp:
    """Why help is needed now, whom to call, and what to tell them: village and group, never a name.

    `flags` are the red flags in words, `codes` as they are stored; `household_id` and, once the assessment is
    handed over, `assessment_id` say whom a report is about.
    """

    flags: tuple[str, ...]
    phones: tuple[DutyPhone, ...]
    village: str
    group: str
    at: dt.datetime
    codes: tuple[str, ...] = ()
    household_id: str = ""
    assessment_id: str = ""

    def report_params(self) -> dict[str, str]:
        """What an urgent report about this begins with."""
        if self.assessment_id:
            return {"assessment_id": self.assessment_id}
        return {"household_id": self.household_id, "flags": " ".join(self.codes)}
