"""The order of a day's doors, and how many are left."""

import datetime as dt
import itertools
import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.rules.day_plan import NEAREST_MOST, Stop, left_today, urgency_on, walking_order
from fieldapp.domain.rules.visit_plan import VisitPlan
from fieldapp.domain.rules.working_days import WorkCalendar

THURSDAY = dt.date(2026, 3, 5)
PLAN = VisitPlan(
    household_id="h", rule_id="r", unit=PeriodUnit.MONTH, period_start=dt.date(2026, 3, 1),
    period_end=dt.date(2026, 3, 31), required=1, valid_count=0, soon_from=dt.date(2026, 3, 24),
    overdue_since=None, last_visit_on=None, exempt=False,
)  # fmt: skip
DUE = replace(PLAN, soon_from=THURSDAY)
OVERDUE = replace(PLAN, overdue_since=dt.date(2026, 3, 1))
REVIEW = replace(PLAN, review_due=dt.date(2026, 3, 10), review_from=THURSDAY)


@pytest.mark.parametrize(
    ("plan", "urgency"),
    [
        (PLAN, None),
        (DUE, 1),
        (OVERDUE, 0),
        (replace(DUE, valid_count=1), None),
        (REVIEW, 1),
        (replace(REVIEW, valid_count=1), 1),  # visited, but the review is still to come
        (replace(REVIEW, review_due=dt.date(2026, 3, 4), valid_count=1), 0),
        (replace(OVERDUE, exempt=True), None),
    ],
)
def test_urgency(plan: VisitPlan, urgency: int | None) -> None:
    assert urgency_on(plan, THURSDAY) == urgency


def stop(name: str, *, urgency: int = 0, group: str = "3组", door: str = "1号", **place: object) -> Stop:
    return Stop(name, urgency, "341789100201001", group, door, **place)  # type: ignore[arg-type]


def test_urgent_doors_come_first_then_group_by_group() -> None:
    stops = [
        stop("later", urgency=1, group="2组"),
        stop("ten", group="10组"),
        stop("two", group="2组"),
        stop("two-b", group="2组", door="12号"),
    ]
    assert walking_order(stops) == ["two", "two-b", "ten", "later"]


def test_a_walk_goes_from_the_lowest_number_to_the_nearest_door() -> None:
    east = {"a": 117.000, "b": 117.003, "c": 117.001, "d": 117.002}
    stops = [stop(name, door=f"{n}号", lat=30.0, lon=lon) for n, (name, lon) in enumerate(east.items(), 1)]
    stops.append(stop("nowhere", door="0号"))
    assert walking_order(stops) == ["a", "c", "d", "b", "nowhere"]


def test_a_large_group_goes_by_house_number() -> None:
    chance = random.Random(1)
    stops = [
        stop(f"h{n}", door=f"{n}号", lat=30 + chance.random(), lon=117.0) for n in range(NEAREST_MOST + 1)
    ]
    assert walking_order(stops) == [one.household_id for one in stops]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1), st.sampled_from(["", "2组", "10组"]), st.integers(1, 30),
            st.none() | st.floats(29, 31), st.floats(116, 118),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_walk_holds_every_door_once_whatever_their_order(
    rows: list[tuple[int, str, int, float | None, float]], chance: random.Random
) -> None:
    stops = [
        stop(f"h{n}", urgency=urgency, group=group, door=f"{door}号", lat=lat, lon=lon)
        for n, (urgency, group, door, lat, lon) in enumerate(rows)
    ]
    order = walking_order(stops)
    assert sorted(order) == sorted(one.household_id for one in stops)
    shuffled = list(stops)
    chance.shuffle(shuffled)
    assert walking_order(shuffled) == order
    by_id = {one.household_id: one for one in stops}
    places = [(by_id[one].urgency, by_id[one].group_name) for one in order]
    assert len(list(itertools.groupby(places))) == len(set(places)), "no group is walked twice"
    assert [urgency for urgency, _ in places] == sorted(urgency for urgency, _ in places)


def test_left_today_is_all_overdue_and_a_days_share_of_the_rest() -> None:
    friday = replace(DUE, period_end=THURSDAY + dt.timedelta(days=1))  # two working days
    calendar = WorkCalendar()
    assert left_today([OVERDUE] * 3, THURSDAY, calendar) == 3
    assert left_today([friday] * 8, THURSDAY, calendar) == 4
    assert left_today([OVERDUE, *[friday] * 3], THURSDAY, calendar) == 1 + 2
    assert left_today([replace(friday, valid_count=1)] * 4, THURSDAY, calendar) == 0
    today_only = replace(DUE, period_end=THURSDAY)
    assert left_today([today_only] * 5, THURSDAY, calendar) == 5
    first_visit = replace(DUE, overdue_since=THURSDAY + dt.timedelta(days=1))  # its limit is today
    assert left_today([first_visit], THURSDAY, calendar) == 1
    assert left_today([REVIEW] * 8, THURSDAY, calendar) == math.ceil(8 / 4)  # Thu Fri Mon Tue


@given(st.integers(0, 60), st.integers(0, 25))
def test_doing_what_is_left_each_working_day_leaves_nothing_at_the_end(number: int, days_left: int) -> None:
    end = THURSDAY + dt.timedelta(days=days_left)
    calendar = WorkCalendar()
    due = [replace(DUE, period_end=end)] * number
    for offset in range(days_left + 1):
        day = THURSDAY + dt.timedelta(days=offset)
        if calendar.is_working_day(day):
            due = due[left_today(due, day, calendar) :]
    assert due == []


@pytest.mark.parametrize(("days", "urgency"), [(-2, 0), (-1, 0), (0, 1), (1, 1), (2, None)])
@pytest.mark.parametrize("plan", [PLAN, replace(PLAN, exempt=True)])
def test_visit_because_of_relief_presses_from_the_day_before_whatever_is_exempt(
    plan: VisitPlan, days: int, urgency: int | None
) -> None:
    owed = replace(plan, follow_up_due=THURSDAY + dt.timedelta(days=days))
    assert urgency_on(owed, THURSDAY) == urgency
    assert left_today([owed], THURSDAY, WorkCalendar()) == (0 if urgency is None else 1)
