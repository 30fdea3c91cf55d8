"""R5: the working-day clock."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import CalendarDay, CalendarDayKind, Parameters, PauseReason
from fieldapp.domain.rules.working_days import (
    Colour,
    DaySpan,
    Pause,
    WorkCalendar,
    calendar_of,
    check_pauses,
    colour_of,
    deadline,
)
from tests.unit.rules.tables import table

TABLE = table("working_days")
CALENDAR = WorkCalendar()
COUNTY = Parameters()
days = st.dates(dt.date(2024, 1, 1), dt.date(2026, 10, 31))


@pytest.mark.parametrize("row", TABLE["clock"], ids=lambda row: str(row["start"]))
def test_add_examples_of_2026(row: dict[str, Any]) -> None:
    assert {n: CALENDAR.add(row["start"], int(n)) for n in row["after"]} == row["after"]


def test_add_pause_days_are_not_counted() -> None:
    row = TABLE["paused"]
    pause = DaySpan(row["first"], row["last"])
    assert CALENDAR.add(row["start"], row["working_days"], [pause]) == row["due"]


def test_is_working_day_equals_the_notice_for_2026() -> None:
    notice = TABLE["year_2026"]
    off = {
        first + dt.timedelta(days=n)
        for first, last in notice["days_off"]
        for n in range((last - first).days + 1)
    }
    every_day = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    expected = {
        day for day in every_day if day in notice["made_up"] or (day.weekday() < 5 and day not in off)
    }
    assert {day for day in every_day if CALENDAR.is_working_day(day)} == expected


def test_is_working_day_county_table_wins_over_the_library() -> None:
    county = WorkCalendar({dt.date(2026, 3, 4): False, dt.date(2026, 3, 7): True})
    assert not county.is_working_day(dt.date(2026, 3, 4))
    assert county.is_working_day(dt.date(2026, 3, 7))
    assert county.add(dt.date(2026, 3, 3), 3) == dt.date(2026, 3, 7)


def test_knows_years_without_notice_are_told() -> None:
    assert CALENDAR.knows(dt.date(2026, 12, 31))
    assert not CALENDAR.knows(dt.date(2040, 3, 1))
    assert WorkCalendar({dt.date(2040, 2, 4): True}).knows(dt.date(2040, 3, 1))


@given(days, st.integers(1, 60))
def test_add_lands_on_a_working_day_and_count_agrees(start: dt.date, working_days: int) -> None:
    end = CALENDAR.add(start, working_days)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.count(start, end) == working_days
    assert CALENDAR.count(end, start) == -working_days


@given(days, st.integers(0, 30), st.integers(0, 20), st.integers(0, 20))
def test_add_a_pause_moves_the_end_by_its_working_days(
    start: dt.date, working_days: int, wait: int, length: int
) -> None:
    pause = DaySpan(start + dt.timedelta(days=wait), start + dt.timedelta(days=wait + length))
    end = CALENDAR.add(start, working_days, [pause])
    lost = sum(
        CALENDAR.is_working_day(day)
        for n in range(length + 1)
        if start < (day := pause.first + dt.timedelta(days=n)) <= end
    )
    assert CALENDAR.count(start, end) == working_days + lost


@given(days, st.integers(1, 60))
def test_back_is_the_inverse_of_add(start: dt.date, working_days: int) -> None:
    end = CALENDAR.add(start, working_days)
    first = CALENDAR.back(end, working_days)
    assert CALENDAR.is_working_day(first)
    assert CALENDAR.add(first, working_days) == end
    assert CALENDAR.count(first, end) == working_days
    assert first >= start or not CALENDAR.is_working_day(start)


@pytest.mark.parametrize(
    ("left", "colour"),
    [(20, Colour.GREEN), (6, Colour.GREEN), (5, Colour.YELLOW), (3, Colour.YELLOW), (2, Colour.ORANGE),
     (0, Colour.ORANGE), (-1, Colour.RED)],
)  # fmt: skip
def test_colours_of_days_left(left: int, colour: Colour) -> None:
    assert colour_of(left) is colour


def test_deadline_with_a_pause_an_extension_and_a_look_at_it() -> None:
    row = TABLE["paused"]
    pauses = [Pause(PauseReason.SUPPLEMENT, row["first"], row["last"])]
    plain = deadline(row["start"], row["working_days"], row["start"], COUNTY, pauses=pauses)
    assert (plain.due, plain.left, plain.colour, plain.calendar_known) == (
        row["due"], 20, Colour.GREEN, True,
    )  # fmt: skip
    extended = deadline(row["start"], row["working_days"], row["due"], COUNTY, pauses=pauses, extended=True)
    assert CALENDAR.count(plain.due, extended.due) == 10
    assert deadline(row["start"], 20, row["due"] + dt.timedelta(days=3), COUNTY, pauses=pauses).left == -3


def test_pauses_beyond_the_limit_or_overlapping_are_refused() -> None:
    start = dt.date(2026, 3, 2)
    long = [Pause(PauseReason.OBJECTION, dt.date(2026, 3, 9), dt.date(2026, 3, 30))]
    with pytest.raises(RuleError, match="pause_too_long"):
        deadline(start, 20, start, COUNTY, pauses=long)
    fifteen = [Pause(PauseReason.OBJECTION, dt.date(2026, 3, 9), dt.date(2026, 3, 27))]
    assert deadline(start, 20, start, COUNTY, pauses=fifteen).due == CALENDAR.add(start, 35)
    twice = [*fifteen, Pause(PauseReason.SUPPLEMENT, dt.date(2026, 3, 27), dt.date(2026, 3, 28))]
    with pytest.raises(RuleError, match="pause_wrong"):
        deadline(start, 20, start, COUNTY, pauses=twice)
    with pytest.raises(RuleError, match="pause_wrong"):
        check_pauses(
            [Pause(PauseReason.SUPPLEMENT, dt.date(2026, 3, 9), dt.date(2026, 3, 8))], COUNTY, CALENDAR
        )


def test_a_countys_calendar_in_its_parameters_wins() -> None:
    county = Parameters(
        calendar=(
            CalendarDay(day=dt.date(2026, 3, 4), kind=CalendarDayKind.HOLIDAY),
            CalendarDay(day=dt.date(2026, 3, 7), kind=CalendarDayKind.WORKDAY),
        )
    )
    assert calendar_of(county).add(dt.date(2026, 3, 3), 3) == dt.date(2026, 3, 7)
