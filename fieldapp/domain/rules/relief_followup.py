"""When a family is to be visited after relief (R11; domain layer)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.reliefs import ReliefFields
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Purpose, VisitState
from fieldapp.domain.rules.clue_clocks import first_follow_up, limits_of
from fieldapp.domain.rules.relief_flow import OPEN_AFTER_PAYMENT
from fieldapp.domain.rules.visit_facts import VisitFact


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The next visit owed after a relief; `made` counts those that were made."""

    relief_id: str
    household_id: str
    due: dt.date
    made: int
    last_on: dt.date | None

    def days_overdue(self, today: dt.date) -> int:
        """Days since the day it was due; 0 = not overdue."""
        return max(0, (today - self.due).days)


def is_follow_up(visit: VisitFact) -> bool:
    """Whether somebody saw the family at home because of relief."""
    seen = visit.stands and visit.state is VisitState.SUBMITTED and visit.result not in NOBODY_MET
    return seen and visit.purpose is Purpose.RELIEF and visit.mode is Mode.ONSITE


def follow_up(relief: ReliefFields, visits: Iterable[VisitFact], parameters: Parameters) -> FollowUp | None:
    """The visit owed next: the first so many days after the payment, then in the rhythm of its urgency,
    until the relief is closed. None where nothing is owed (not paid yet, closed, no household, one
    visit was all that its urgency asks for)."""
    if relief.status not in OPEN_AFTER_PAYMENT or relief.paid_at is None or relief.household_id is None:
        return None
    limits = limits_of(parameters, relief.urgency)
    paid_on = local_day(relief.paid_at)
    days = sorted({visit.day for visit in visits if is_follow_up(visit) and visit.day >= paid_on})
    # A visit on the day of the payment is the giving itself, unless it is the only rhythm there is.
    later = [day for day in days if day > paid_on]
    if later and not limits.follow_up_every_days:
        return None
    due = first_follow_up(paid_on, limits)
    if later:
        due = later[-1] + dt.timedelta(days=limits.follow_up_every_days)
    return FollowUp(relief.id, relief.household_id, due, len(later), later[-1] if later else None)
