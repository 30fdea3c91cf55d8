"""The clocks of urgent clues: limits, colours, escalation (R11; domain layer).

The clocks of L1 and L2 run by day and night and never stand still; those of L3, and papers, count working
days (R5). All run from the local time of the report or of the step that began them.
"""

import calendar as months
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE, local_day, start_of_day
from fieldapp.domain.parameters import ClueLimits, Limit, Parameters
from fieldapp.domain.records.clues import ClockFact, ClueClock, Escalation, EscalationTo, Urgency
from fieldapp.domain.rules.working_days import Colour, WorkCalendar, calendar_of, colour_of

_ONE_DAY: Final = dt.timedelta(days=1)
_MILLISECOND: Final = dt.timedelta(milliseconds=1)
_YELLOW_FROM, _ORANGE_FROM = 0.5, 0.8
"""Parts of an hourly limit from which it is shown in the next colour."""
_TOLD: Final = (EscalationTo.HANDLER, EscalationTo.LEADER, EscalationTo.COUNTY)
"""Who is told, in the order of Parameters.clue_escalation_percents."""


@dataclass(frozen=True, slots=True)
class Course:
    """What of a clue's life its clocks are made of: instants at which something was done, None = not yet.
    `reopened_at` begins the clocks of acceptance anew; `followed_up_at` are the follow-up visits."""

    reported_at: dt.datetime
    urgency: Urgency
    accepted_at: dt.datetime | None = None
    on_spot_at: dt.datetime | None = None
    relief_at: dt.datetime | None = None
    papers_at: dt.datetime | None = None
    following_since: dt.datetime | None = None
    followed_up_at: tuple[dt.datetime, ...] = ()
    relief_given: bool = False
    settled_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as it stands at an instant. `left` is below zero once it is too late; `working_days_left` is
    None for a limit in hours. `calendar_known` False: the year's holidays are not loaded."""

    fact: ClockFact
    left: dt.timedelta
    working_days_left: int | None
    colour: Colour
    calendar_known: bool = True

    @property
    def overdue(self) -> bool:
        """Whether the limit has passed and nothing was done."""
        return self.colour is Colour.RED


def limits_of(parameters: Parameters, urgency: Urgency) -> ClueLimits:
    """The county's limits for an urgency; those of the first row where it has none."""
    found = next((one for one in parameters.clue_limits if one.urgency is urgency), None)
    return found or parameters.clue_limits[0]


def clocks_of(course: Course, parameters: Parameters) -> tuple[ClockFact, ...]:
    """All limits that have begun to run, in the order in which they are due in the course of a clue.

    A clue that is settled has only the clocks that were stopped by something done: the others never ended
    and never will.
    """
    limits = limits_of(parameters, course.urgency)
    calendar = calendar_of(parameters)
    start = course.reported_at
    found = [
        _fact(ClueClock.ACCEPT, start, _accept_due(start, limits, parameters, calendar), course.accepted_at,
              limits.accept),
        _fact(ClueClock.ON_SPOT, start, _due(start, limits.on_spot, calendar), course.on_spot_at,
              limits.on_spot),
        _fact(ClueClock.RELIEF, start, _due(start, limits.relief, calendar), course.relief_at,
              limits.relief),
    ]  # fmt: skip
    given = course.relief_at if course.relief_given else None
    if limits.papers is not None and given is not None:
        due = _due(given, limits.papers, calendar)
        found.append(_fact(ClueClock.PAPERS, given, due, course.papers_at, limits.papers))
    found += _follow_ups(given or course.following_since, course, limits)
    if course.settled_at is not None:
        return tuple(one for one in found if one.done_at is not None)
    return tuple(found)


def _fact(
    clock: ClueClock, start: dt.datetime, due: dt.datetime, done: dt.datetime | None, limit: Limit
) -> ClockFact:
    return ClockFact(clock=clock, started_at=start, due_at=due, done_at=done, working_days=limit.working_days)


def _due(start: dt.datetime, limit: Limit, calendar: WorkCalendar) -> dt.datetime:
    if limit.working_days:
        return _evening(calendar.add(local_day(start), limit.working_days))
    return start + dt.timedelta(minutes=limit.minutes)


def _accept_due(
    start: dt.datetime, limits: ClueLimits, parameters: Parameters, calendar: WorkCalendar
) -> dt.datetime:
    """By night nobody sits in the town's office: then by the morning's hour."""
    local = start.astimezone(COUNTY_ZONE)
    by_night = local.hour >= parameters.clue_night_from_hour or local.hour < parameters.clue_night_until_hour
    if not limits.night_rule or limits.accept.working_days or not by_night:
        return _due(start, limits.accept, calendar)
    day = local.date() + (_ONE_DAY if local.hour >= parameters.clue_night_from_hour else dt.timedelta())
    return start_of_day(day) + dt.timedelta(hours=parameters.clue_night_accept_hour)


def _follow_ups(since: dt.datetime | None, course: Course, limits: ClueLimits) -> list[ClockFact]:
    """The follow-up visit that is due, and those that were made, each by its own limit."""
    if since is None:
        return []
    found: list[ClockFact] = []
    begun, day = since, first_follow_up(local_day(since), limits)
    for made in sorted(one for one in course.followed_up_at if one >= since):
        found.append(
            ClockFact(clock=ClueClock.FOLLOW_UP, started_at=begun, due_at=_evening(day), done_at=made)
        )
        if not limits.follow_up_every_days:
            return found
        begun, day = made, local_day(made) + dt.timedelta(days=limits.follow_up_every_days)
    found.append(ClockFact(clock=ClueClock.FOLLOW_UP, started_at=begun, due_at=_evening(day)))
    return found


def first_follow_up(given: dt.date, limits: ClueLimits) -> dt.date:
    """The day of the first visit after relief that was given on a day."""
    day = given + dt.timedelta(days=limits.follow_up_days)
    for _ in range(limits.follow_up_months):
        year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
        day = dt.date(year, month, min(day.day, months.monthrange(year, month)[1]))
    return day


def _evening(day: dt.date) -> dt.datetime:
    """The last moment of a day, so that its local day is still that day."""
    return start_of_day(day + _ONE_DAY) - _MILLISECOND


def running(clocks: Iterable[ClockFact]) -> list[ClockFact]:
    """Clocks that nothing has stopped yet, the one due first first."""
    return sorted((one for one in clocks if one.done_at is None), key=lambda one: one.due_at)


def look_at(fact: ClockFact, now: dt.datetime, parameters: Parameters) -> ClockView:
    """A clock at an instant; a stopped one at the moment it was stopped."""
    at = min(now, fact.done_at) if fact.done_at is not None else now
    left = fact.due_at - at
    if fact.working_days:
        calendar = calendar_of(parameters)
        days = calendar.count(local_day(at), local_day(fact.due_at))
        known = calendar.knows(local_day(fact.due_at))
        return ClockView(fact, left, days, Colour.RED if left < dt.timedelta() else colour_of(days), known)
    return ClockView(fact, left, None, _hourly_colour(fact, at))


def _hourly_colour(fact: ClockFact, at: dt.datetime) -> Colour:
    whole = fact.due_at - fact.started_at
    if at > fact.due_at:
        return Colour.RED
    part = (at - fact.started_at) / whole if whole > dt.timedelta() else 1.0
    if part >= _ORANGE_FROM:
        return Colour.ORANGE
    return Colour.YELLOW if part >= _YELLOW_FROM else Colour.GREEN


# -- escalation ---------------------------------------------------------------------------------------


def escalation_instants(
    fact: ClockFact, parameters: Parameters, calendar: WorkCalendar
) -> list[tuple[int, EscalationTo, dt.datetime]]:
    """When who is told about a clock if nothing stops it: part of the limit in percent, who, instant."""
    return [
        (percent, to, _instant_of(fact, percent / 100, calendar))
        for percent, to in zip(parameters.clue_escalation_percents, _TOLD, strict=True)
    ]


def _instant_of(fact: ClockFact, part: float, calendar: WorkCalendar) -> dt.datetime:
    if not fact.working_days:
        at = fact.started_at + (fact.due_at - fact.started_at) * part
        return at.replace(microsecond=at.microsecond // 1000 * 1000)  # as it will be stored
    # Working days count whole from the day after the start; half a day is noon of a working day.
    whole, rest = divmod(round(fact.working_days * part * 2), 2)
    day = calendar.add(local_day(fact.started_at), whole)
    if not rest:
        return _evening(day)
    return start_of_day(calendar.add(day, 1)) + dt.timedelta(hours=12)


def new_escalations(
    clocks: Sequence[ClockFact], told: Collection[Escalation], urgency: Urgency, now: dt.datetime,
    parameters: Parameters, *, reported_at: dt.datetime,
) -> list[Escalation]:  # fmt: skip
    """Whom to tell now that was not told before, the earliest first."""
    known = {(one.clock, one.percent, one.to, one.at) for one in told}
    calendar = calendar_of(parameters)
    due = [
        (fact.clock, percent, to, at)
        for fact in running(clocks)
        for percent, to, at in escalation_instants(fact, parameters, calendar)
        if at <= now
    ]
    if limits_of(parameters, urgency).county_at_once:
        due.append((ClueClock.ACCEPT, 0, EscalationTo.COUNTY, reported_at))
    fresh = [one for one in due if one not in known]
    return [
        Escalation(clock=clock, percent=percent, to=to, at=at)
        for clock, percent, to, at in sorted(fresh, key=lambda one: (one[3], one[1]))
    ]


def next_escalation(
    clocks: Sequence[ClockFact], told: Collection[Escalation], parameters: Parameters
) -> dt.datetime | None:
    """The next instant at which somebody is to be told, as things stand; None = none any more."""
    known = {(one.clock, one.percent, one.to, one.at) for one in told}
    calendar = calendar_of(parameters)
    left = [
        at
        for fact in running(clocks)
        for percent, to, at in escalation_instants(fact, parameters, calendar)
        if (fact.clock, percent, to, at) not in known
    ]
    return min(left, default=None)
