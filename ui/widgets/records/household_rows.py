"""A household as lists and heads show it, as plain values for presenters. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass

from fieldapp.app.texts import Texts
from fieldapp.domain.records.households import HouseholdStatus, RiskLevel
from fieldapp.domain.rules.visit_plan import PlanStatus, VisitPlan
from fieldapp.services.households import HouseholdItem

_MOST_GROUPS = 2  # categories and tags on one line; the card of the household has them all


class Call(enum.StrEnum):
    """What calls for a visit beside the plan's own period."""

    FOLLOW_UP = "FOLLOW_UP"
    REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """What a card of a household says.

    Attributes:
        place: village, group and address in one line.
        groups: its categories and tags in words, the most telling first.
        days: days overdue, or days left until the limit (0 = today).
        calls: what else calls for a visit, with its days left (negative: late by so many).
        unreachable: nobody was found at home once too often (W15).
    """

    household_id: str
    name: str
    place: str
    groups: tuple[str, ...]
    age: int | None
    members: int
    standing: PlanStatus | None
    days: int
    last_visit: dt.date | None
    draft_id: str | None
    high_risk: bool
    pending: bool
    area_code: str
    group_name: str
    address: str
    calls: tuple[tuple[Call, int], ...]
    unreachable: bool


def household_row(item: HouseholdItem, texts: Texts, today: dt.date) -> HouseholdRow:
    """The row of a household on a day."""
    tags = [texts.label(tag) for tag in item.tags]
    categories = [texts.label(category) for category in item.categories]
    return HouseholdRow(
        household_id=item.household_id,
        name=item.head_name,
        place=place_line(item.village_name, item.group_name, item.address),
        groups=tuple((tags[:1] + categories + tags[1:])[:_MOST_GROUPS]),
        age=item.head_age,
        members=item.members,
        standing=item.plan_status,
        days=_days(item.plan, today),
        last_visit=item.plan.last_visit_on if item.plan is not None else None,
        draft_id=item.draft_id,
        high_risk=item.risk_level is RiskLevel.HIGH,
        pending=item.status is HouseholdStatus.PENDING,
        area_code=item.area_code,
        group_name=item.group_name,
        address=item.address,
        calls=tuple(_calls(item.plan, today)),
        unreachable=item.plan is not None and item.plan.unreachable_since is not None,
    )


def place_line(village: str, group: str, address: str) -> str:
    """Village, group and address without saying anything twice: rosters often repeat the village."""
    parts = [part for part in (village, group) if part and part not in address]
    return " ".join([*parts, address] if address else parts)


def _calls(plan: VisitPlan | None, today: dt.date) -> Iterator[tuple[Call, int]]:
    """Visits after relief (R11) and periodic reviews (R16) that are late or near."""
    if plan is None:
        return
    if plan.follow_up_due is not None and plan.asks_follow_up_on(today):
        yield Call.FOLLOW_UP, (plan.follow_up_due - today).days
    if plan.review_due is not None and plan.asks_review_on(today):
        yield Call.REVIEW, (plan.review_due - today).days


def _days(plan: VisitPlan | None, today: dt.date) -> int:
    if plan is None:
        return 0
    if plan.status_on(today) is PlanStatus.OVERDUE:
        return plan.days_overdue(today)
    ahead = plan.overdue_since is not None and plan.overdue_since > today
    last_day = plan.overdue_since - dt.timedelta(days=1) if ahead and plan.overdue_since else plan.period_end
    return max(0, (last_day - today).days)
