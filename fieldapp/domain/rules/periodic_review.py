"""When a household's entitlements are to be reviewed again (R16; domain layer)."""

import calendar
import datetime as dt
from collections.abc import Iterable

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.households import Category, Coverage
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Purpose
from fieldapp.domain.rules.visit_facts import HouseholdFacts, VisitFact


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_review(visit: VisitFact) -> bool:
    """Whether a visit reviewed the household: on site, somebody met, made for that purpose."""
    return (
        visit.purpose is Purpose.REVIEW
        and visit.mode is Mode.ONSITE
        and visit.stands
        and visit.result not in NOBODY_MET
    )


def review_due(
    facts: HouseholdFacts, visits: Iterable[VisitFact], since: dt.date, parameters: Parameters
) -> dt.date | None:
    """The first day by which an entitlement that had not ended before `since` must be reviewed; None = none
    has to be."""
    coverages = [coverage for coverage in facts.coverages if (coverage.until or since) >= since]
    if not coverages:
        return None
    last = max((visit.day for visit in visits if is_review(visit)), default=None)
    dues = (_due(coverage, last, facts.known_since, parameters) for coverage in coverages)
    return min((due for due in dues if due is not None), default=None)


def _due(
    coverage: Coverage, last: dt.date | None, known_since: dt.date, parameters: Parameters
) -> dt.date | None:
    warn = dt.timedelta(days=parameters.review_warn_days)
    # A review long before the day that the office entered was not the one it asked for.
    if coverage.next_review is not None and (last is None or last < coverage.next_review - warn):
        return coverage.next_review
    months = _cycle_months(coverage, parameters)
    if months is None:
        # Recognised until a day: it is reviewed before it ends.
        done = coverage.until is None or (last is not None and last >= coverage.until - warn)
        return None if done or coverage.category is not Category.RIGID_EXPENSE else coverage.until
    if last is not None and last >= coverage.since:
        return add_months(last, months)
    # The reviews of the years before the county began to record are taken to have been made.
    cycles = 1
    while (due := add_months(coverage.since, cycles * months)) < known_since:
        cycles += 1
    return due


def _cycle_months(coverage: Coverage, parameters: Parameters) -> int | None:
    by_class = parameters.review_class_months
    if coverage.category is Category.DIBAO and coverage.review_class in by_class:
        return by_class[coverage.review_class]
    return parameters.review_months.get(coverage.category)
