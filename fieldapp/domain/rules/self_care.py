"""Self-care ability (R9; domain layer): six abilities give a grade. National rule, no county's choice."""

import datetime as dt
from typing import Final

from fieldapp.domain.records.persons import SelfCare, SelfCareGrade
from fieldapp.domain.rules.working_days import WorkCalendar

ABILITIES: Final = ("eat", "dress", "bed", "toilet", "walk", "bathe")
"""Fields of SelfCare that the scale asks for."""
REASSESS_WORKING_DAYS: Final = 10
"""After a reported change the person is assessed again within this many working days."""
_MOST_LOST_PARTIAL: Final = 3


def self_care_grade(abilities: SelfCare) -> SelfCareGrade | None:
    """The grade; None while one of the six is not answered."""
    answers = [getattr(abilities, name) for name in ABILITIES]
    if None in answers:
        return None
    lost = answers.count(False)
    if lost == 0:
        return SelfCareGrade.FULL
    return SelfCareGrade.PARTIAL if lost <= _MOST_LOST_PARTIAL else SelfCareGrade.NONE


def reassess_by(reported_on: dt.date, calendar: WorkCalendar) -> dt.date:
    """The last day for a new assessment after a change was reported."""
    return calendar.add(reported_on, REASSESS_WORKING_DAYS)
