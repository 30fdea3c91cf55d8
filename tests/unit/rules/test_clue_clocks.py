"""R11: the clocks of urgent clues, their colours, and who is told when."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.clock import COUNTY_ZONE, local_day
from fieldapp.domain.parameters import CalendarDay, CalendarDayKind, Parameters
from fieldapp.domain.records.clues import ClueClock, Escalation, EscalationTo, Urgency
from fieldapp.domain.rules.clue_clocks import (
    Course,
    clocks_of,
    escalation_instants,
    look_at,
    new_escalations,
    next_escalation,
    running,
)
from fieldapp.domain.rules.working_days import Colour, calendar_of
from tests.unit.rules.tables import table

TABLE = table("clue_clocks")
COUNTY = Parameters()
CALENDAR = calendar_of(COUNTY)


def local(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=COUNTY_ZONE).astimezone(dt.UTC)


def due_of(course: Course, clock: ClueClock) -> dt.datetime:
    return [one for one in clocks_of(course, COUNTY) if one.clock is clock][-1].due_at


@pytest.mark.parametrize("row", TABLE["limits"], ids=lambda row: row["name"])
def test_limits_of_the_table(row: dict[str, Any]) -> None:
    course = Course(local(row["reported"]), Urgency(row["urgency"]))
    for clock in (ClueClock.ACCEPT, ClueClock.ON_SPOT, ClueClock.RELIEF):
        wanted, due = row[clock.value.lower()], due_of(course, clock)
        if isinstance(wanted, dt.datetime):
            assert due == local(wanted), clock
        else:
            assert (local_day(due), local_day(due + dt.timedelta(milliseconds=1))) == (
                wanted,
                wanted + dt.timedelta(days=1),
            ), clock


@pytest.mark.parametrize("row", TABLE["papers"], ids=lambda row: row["name"])
def test_papers_are_due_working_days_after_relief(row: dict[str, Any]) -> None:
    given_at = local(row["given"])
    course = Course(
        given_at - dt.timedelta(hours=20), Urgency(row["urgency"]), relief_at=given_at, relief_given=True
    )
    assert local_day(due_of(course, ClueClock.PAPERS)) == row["due"]


@pytest.mark.parametrize("row", TABLE["follow_up"], ids=str)
def test_follow_up_visits_are_due_from_relief_and_from_each_visit(row: dict[str, Any]) -> None:
    course = Course(
        local(row["given"]) - dt.timedelta(hours=2),
        Urgency(row["urgency"]),
        relief_at=local(row["given"]),
        relief_given=True,
        followed_up_at=tuple(map(local, row["visits"])),
    )
    assert local_day(due_of(course, ClueClock.FOLLOW_UP)) == row["due"]


def test_an_ordinary_case_has_no_papers_clock_and_one_follow_up() -> None:
    day = local(dt.datetime(2026, 3, 2, 10))
    course = Course(
        day, Urgency.L3, relief_at=day, relief_given=True, followed_up_at=(day + dt.timedelta(days=3),)
    )
    clocks = clocks_of(course, COUNTY)
    assert ClueClock.PAPERS not in {one.clock for one in clocks}
    assert ClueClock.FOLLOW_UP not in {one.clock for one in running(clocks)}


@pytest.mark.parametrize("row", TABLE["escalation"], ids=lambda row: row["name"])
def test_who_is_told_when(row: dict[str, Any]) -> None:
    course = Course(local(row["reported"]), Urgency(row["urgency"]))
    [fact] = [one for one in clocks_of(course, COUNTY) if one.clock is ClueClock(row["clock"])]
    told = escalation_instants(fact, COUNTY, CALENDAR)
    assert [(percent, to) for percent, to, _ in told] == [
        (50, EscalationTo.HANDLER), (100, EscalationTo.LEADER), (150, EscalationTo.COUNTY),
    ]  # fmt: skip
    assert [at for _, _, at in told] == list(map(local, row["at"]))


def test_a_settled_clue_has_no_running_clock() -> None:
    at = local(dt.datetime(2026, 3, 2, 10))
    course = Course(at, Urgency.L2, accepted_at=at + dt.timedelta(hours=1), settled_at=at)
    clocks = clocks_of(course, COUNTY)
    assert [one.clock for one in clocks] == [ClueClock.ACCEPT]
    assert running(clocks) == []


def test_colours_of_an_hourly_limit() -> None:
    at = local(dt.datetime(2026, 3, 2, 10))
    [accept] = [one for one in clocks_of(Course(at, Urgency.L2), COUNTY) if one.clock is ClueClock.ACCEPT]
    shown = [
        look_at(accept, at + dt.timedelta(minutes=minutes), COUNTY).colour for minutes in (0, 59, 60, 96, 120)
    ]
    assert shown == [Colour.GREEN, Colour.GREEN, Colour.YELLOW, Colour.ORANGE, Colour.ORANGE]
    late = look_at(accept, at + dt.timedelta(minutes=121), COUNTY)
    assert (late.colour, late.overdue, late.left) == (Colour.RED, True, dt.timedelta(minutes=-1))


def test_a_year_without_a_calendar_is_told_and_loading_it_helps() -> None:
    at = local(dt.datetime(2041, 3, 5, 10))
    [accept] = [one for one in clocks_of(Course(at, Urgency.L3), COUNTY) if one.clock is ClueClock.ACCEPT]
    assert not look_at(accept, at, COUNTY).calendar_known
    loaded = Parameters(
        calendar=(CalendarDay(day=dt.date(2041, 3, 6), kind=CalendarDayKind.HOLIDAY, doc_no="1"),)
    )
    assert look_at(accept, at, loaded).calendar_known
    [moved] = [one for one in clocks_of(Course(at, Urgency.L3), loaded) if one.clock is ClueClock.ACCEPT]
    assert moved.due_at > accept.due_at


@given(
    st.sampled_from(list(Urgency)),
    st.datetimes(dt.datetime(2026, 1, 5), dt.datetime(2026, 9, 1), timezones=st.just(dt.UTC)),
    st.lists(st.integers(1, 60 * 24 * 20), min_size=1, max_size=8),
)
def test_nobody_is_told_twice_and_nobody_is_forgotten(
    urgency: Urgency, reported: dt.datetime, looks: list[int]
) -> None:
    reported = reported.replace(microsecond=0)
    clocks = clocks_of(Course(reported, urgency), COUNTY)
    now = reported
    told: list[Escalation] = []
    for minutes in looks:
        now += dt.timedelta(minutes=minutes)
        told += new_escalations(clocks, told, urgency, now, COUNTY, reported_at=reported)
    at_once = new_escalations(clocks, [], urgency, now, COUNTY, reported_at=reported)
    assert len({(e.clock, e.percent, e.to) for e in told}) == len(told)
    assert sorted((e.at, e.clock, e.percent) for e in told) == sorted(
        (e.at, e.clock, e.percent) for e in at_once
    )
    following = next_escalation(clocks, told, COUNTY)
    assert following is None or following > now
