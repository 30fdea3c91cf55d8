"""Today's doors: which are urgent, in which order one walk covers them, how many are left (R4, §8)."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.rules.position import distance_m
from fieldapp.domain.rules.visit_plan import PlanStatus, VisitPlan
from fieldapp.domain.rules.working_days import WorkCalendar

NEAREST_MOST: Final = 150
"""Doors of one natural village that are put in order by distance; more of them go by house number."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A door: `urgency` as in `urgency_on`, where it is filed, its group (natural village) and place."""

    household_id: str
    urgency: int
    area_code: str
    group_name: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None


def urgency_on(plan: VisitPlan, today: dt.date) -> int | None:
    """0 = a visit or a review is overdue, 1 = one is due soon; None = nothing presses today.

    A visit because of relief is asked for whatever the household is exempt from."""
    status = plan.status_on(today)
    follow_up = plan.asks_follow_up_on(today)
    if follow_up and plan.follow_up_due is not None and plan.follow_up_due < today:
        return 0
    if status is PlanStatus.EXEMPT:
        return 1 if follow_up else None
    review = plan.asks_review_on(today)
    if status is PlanStatus.OVERDUE or (review and plan.review_due is not None and plan.review_due < today):
        return 0
    return 1 if status is PlanStatus.DUE_SOON or review or follow_up else None


def walking_order(stops: Iterable[Stop]) -> list[str]:
    """Ids of households: the urgent first, then by village and group, then from door to nearest door.

    Inside a group the walk begins at the lowest house number; doors of unknown position come last, by
    house number. The order of `stops` plays no part.
    """
    groups: dict[tuple[int, str, NaturalKey, str], list[Stop]] = {}
    for stop in stops:
        place = (stop.urgency, stop.area_code, natural_key(stop.group_name), stop.group_name)
        groups.setdefault(place, []).append(stop)
    return [stop.household_id for _, group in sorted(groups.items()) for stop in _walk(group)]


def _walk(group: Sequence[Stop]) -> list[Stop]:
    by_door = sorted(group, key=lambda stop: (natural_key(stop.address), stop.household_id))
    placed = [stop for stop in by_door if stop.lat is not None and stop.lon is not None]
    if len(placed) > NEAREST_MOST:
        return by_door
    walk, left = placed[:1], placed[1:]
    while left:
        here = walk[-1]
        nearest = min(left, key=lambda stop: _metres(here, stop))  # of equals the lowest house number
        left.remove(nearest)
        walk.append(nearest)
    return walk + [stop for stop in by_door if stop.lat is None or stop.lon is None]


def _metres(one: Stop, other: Stop) -> float:
    assert one.lat is not None
    assert one.lon is not None
    assert other.lat is not None
    assert other.lon is not None
    return distance_m(one.lat, one.lon, other.lat, other.lon)


NaturalKey = tuple[tuple[int, int, str], ...]


def natural_key(text: str) -> NaturalKey:
    """Text with its numbers as numbers, for sorting: 2组 before 10组."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces)


def left_today(plans: Iterable[VisitPlan], today: dt.date, calendar: WorkCalendar) -> int:
    """How many households are still to be visited today: all that are overdue, and of those due soon an even
    share of the working days that are left for each, today included."""
    overdue, share = 0, 0.0
    days_left: dict[dt.date, int] = {}
    for plan in plans:
        urgency = urgency_on(plan, today)
        if urgency == 0:
            overdue += 1
        elif urgency == 1:
            last = _last_day(plan, today)
            if last not in days_left:
                days_left[last] = max(1, calendar.count(today - dt.timedelta(days=1), last))
            share += 1 / days_left[last]
    return overdue + math.ceil(round(share, 6))


def _last_day(plan: VisitPlan, today: dt.date) -> dt.date:
    """The last day on which a household due soon is in time."""
    ends = []
    if plan.status_on(today) is PlanStatus.DUE_SOON:
        limit = plan.period_end if plan.overdue_since is None else plan.overdue_since - dt.timedelta(days=1)
        ends.append(min(limit, plan.period_end))
    if plan.review_due is not None and plan.asks_review_on(today):
        ends.append(plan.review_due)
    if plan.follow_up_due is not None and plan.asks_follow_up_on(today):
        ends.append(plan.follow_up_due)
    return min(ends)
