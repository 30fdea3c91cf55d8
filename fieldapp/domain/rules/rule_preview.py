"""What another table of visit rules would change, told before anybody decides it (R4; domain layer)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from fieldapp.domain.parameters import PERIODS_PER_YEAR
from fieldapp.domain.rules.visit_facts import ONE_DAY
from fieldapp.domain.rules.visit_plan import VisitPlan, period_of


@dataclass(frozen=True, slots=True)
class RulesPreview:
    """Households by what becomes of the day by which they must be visited next: `earlier`, `later`, owed
    visits `newly`, or `no_more`; `same` for the rest. `yearly_before` and `yearly_after`: visits a year, were
    the periods that run on `day` the whole year's."""

    day: dt.date
    earlier: int = 0
    later: int = 0
    newly: int = 0
    no_more: int = 0
    same: int = 0
    yearly_before: int = 0
    yearly_after: int = 0


def next_due(plan: VisitPlan) -> dt.date:
    """The day by which the household must be visited next, should nobody go before the plan's day."""
    if plan.valid_count < plan.required:
        return plan.period_end if plan.overdue_since is None else plan.overdue_since - ONE_DAY
    return period_of(plan.unit, plan.period_end + ONE_DAY)[1]


def preview(day: dt.date, plans: Iterable[tuple[VisitPlan | None, VisitPlan | None]]) -> RulesPreview:
    """Count pairs of plans of one household each for the same day: under the table that would hold, and under
    the new one."""
    counts = dict.fromkeys(("earlier", "later", "newly", "no_more", "same"), 0)
    before_sum = after_sum = 0
    for before, after in plans:
        before_sum += _yearly(before)
        after_sum += _yearly(after)
        counts[_change(before, after)] += 1
    return RulesPreview(day, **counts, yearly_before=before_sum, yearly_after=after_sum)


def _change(before: VisitPlan | None, after: VisitPlan | None) -> str:
    if before is None or after is None:
        return "same" if before is after else "newly" if before is None else "no_more"
    old, new = next_due(before), next_due(after)
    return "same" if old == new else "earlier" if new < old else "later"


def _yearly(plan: VisitPlan | None) -> int:
    return 0 if plan is None else plan.required * PERIODS_PER_YEAR[plan.unit]
