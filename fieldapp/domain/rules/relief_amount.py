"""How much relief may be, and who decides it (R17; domain layer). All amounts in fen."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters, ReliefRules
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.reliefs import (
    DecisionLevel,
    FundSource,
    HardshipGrade,
    ReliefFields,
    ReliefForm,
    ReliefItem,
    ReliefPath,
    ReliefStatus,
)
from fieldapp.domain.rules.finding import Finding, error, warning


@dataclass(frozen=True, slots=True)
class CashLimit:
    """Most cash by the rule: `full` = standard × persons × coefficient, `allowed` = not above the cap."""

    standard: int
    full: int
    cap: int

    @property
    def allowed(self) -> int:
        """The smaller of both."""
        return min(self.full, self.cap)


def standard_on(rules: ReliefRules, on: dt.date) -> int:
    """The monthly standard per person on a day: the latest that has begun; 0 = none yet."""
    begun = [one for one in rules.standards if one.since <= on]
    return max(begun, key=lambda one: one.since).amount if begun else 0


def cash_limit(rules: ReliefRules, persons: int, grade: HardshipGrade, on: dt.date) -> CashLimit:
    """What cash may be given to some persons on a day: 1 person, coefficient 2 → 1,600; cap 8,000."""
    standard = standard_on(rules, on)
    return CashLimit(
        standard=standard,
        full=standard * persons * rules.coefficients[grade],
        cap=standard * rules.cap_standards,
    )


def item_amount(item: ReliefItem) -> int:
    """What a line comes to."""
    return item.quantity * item.persons * item.unit_price


def total(items: Iterable[ReliefItem]) -> int:
    """What a relief comes to: cash as given, all else at cost."""
    return sum(item_amount(item) for item in items)


def town_limit(rules: ReliefRules, area_code: str, on: dt.date) -> int:
    """Up to which amount the town of an area decides on a day: its own delegation, else the county's
    default. Of several that hold, the one begun last."""
    own = [one for one in rules.town_limits if contains(one.area_code, area_code) and one.holds_on(on)]
    return max(own, key=lambda one: one.since).amount if own else rules.town_limit


def decision_level(relief: ReliefFields, parameters: Parameters, *, repeated: bool) -> DecisionLevel:
    """Who decides about a relief: the county above the town's limit, and where the same cause was helped
    this year already."""
    limit = town_limit(parameters.relief, relief.area_code, local_day(relief.given_at))
    return DecisionLevel.COUNTY if repeated or relief.amount > limit else DecisionLevel.TOWN


def repeats(relief: ReliefFields, earlier: Iterable[ReliefFields]) -> bool:
    """Whether the same cause was helped before in the calendar year, in the household or for one of the
    persons. Denied reliefs helped nobody."""
    year = local_day(relief.given_at).year
    return any(
        one.id != relief.id
        and one.status is not ReliefStatus.DENIED
        and one.cause is relief.cause
        and local_day(one.given_at).year == year
        and (one.given_at, one.id) < (relief.given_at, relief.id)
        and _same_people(one, relief)
        for one in earlier
    )


def _same_people(one: ReliefFields, other: ReliefFields) -> bool:
    same_household = one.household_id is not None and one.household_id == other.household_id
    return same_household or not set(one.persons).isdisjoint(other.persons)


def check_relief(relief: ReliefFields, parameters: Parameters, *, repeated: bool) -> list[Finding]:
    """What does not fit, each at its field; errors stop it, warnings go with it to whoever decides."""
    rules = parameters.relief
    found: list[Finding] = []
    if relief.household_id is None and not relief.recipient.strip():
        found.append(error("relief_recipient_required", "recipient"))
    if not relief.reason.strip():
        found.append(error("relief_reason_required", "reason"))
    if not relief.items or not relief.amount:
        found.append(error("relief_items_required", "items"))
    if any(item.amount != item_amount(item) for item in relief.items) or relief.amount != total(relief.items):
        found.append(error("relief_sum_wrong", "amount"))
    if relief.person_count < len(set(relief.persons)):
        found.append(error("relief_persons_too_few", "person_count"))
    shown = {photo.sha256 for photo in relief.photos}
    if any(not shown.issuperset(item.receipts) for item in relief.items):
        found.append(error("relief_receipt_missing", "items"))
    if repeated and not relief.repeat_reason.strip():
        found.append(error("relief_repeated", "repeat_reason"))
    found += _check_cash(relief, rules)
    if relief.path is ReliefPath.ADVANCE and len(set(relief.surveyors)) < rules.surveyors_min:
        found.append(warning("relief_surveyors_few", "surveyors", least=rules.surveyors_min))
    return found


def _check_cash(relief: ReliefFields, rules: ReliefRules) -> list[Finding]:
    """Cash has a formula; money of donors follows the donors' rules."""
    cash = sum(item_amount(item) for item in relief.items if item.form is ReliefForm.CASH)
    if not cash or relief.fund_source is FundSource.SOCIAL:
        return []
    if relief.grade is None:
        return [error("relief_grade_required", "grade")]
    limit = cash_limit(rules, relief.person_count, relief.grade, local_day(relief.given_at))
    if cash > limit.allowed:
        return [error("relief_above_limit", "items", most=limit.allowed // 100)]
    return []
