"""Which visits a household is owed, which count, and how it stands today (R4; domain layer).

The readings of R4 chosen here are recorded in docs/decisions/0010.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import PERIODS_PER_YEAR, Parameters, PeriodUnit, VisitRule
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Result
from fieldapp.domain.rules.periodic_review import review_due
from fieldapp.domain.rules.visit_facts import ONE_DAY, Exemption, HouseholdFacts, VisitFact
from fieldapp.domain.rules.visit_rules import VisitRules
from fieldapp.domain.rules.working_days import WorkCalendar

_ALL_MODES: Final = tuple(Mode)


class PlanStatus(enum.StrEnum):
    """How a household stands in its running period."""

    TODO = "TODO"
    DUE_SOON = "DUE_SOON"
    DONE = "DONE"
    OVERDUE = "OVERDUE"
    EXEMPT = "EXEMPT"


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """A household's running period. The status follows for any day of it without a new look at visits.

    `overdue_since` is the first day of being overdue and may still lie ahead (a first visit's limit).
    `review_due` is the last day for the periodic review (R16), shown from `review_from` on.
    `unreachable_since` is the day on which nobody was found once too often (W15); meeting anybody ends it.
    `follow_up_due` is the day of the visit owed because of relief (R11); a device lays it over the plan.
    """

    household_id: str
    rule_id: str
    unit: PeriodUnit
    period_start: dt.date
    period_end: dt.date
    required: int
    valid_count: int
    soon_from: dt.date
    overdue_since: dt.date | None
    last_visit_on: dt.date | None
    exempt: bool
    review_due: dt.date | None = None
    review_from: dt.date | None = None
    unreachable_since: dt.date | None = None
    follow_up_due: dt.date | None = None

    def status_on(self, today: dt.date) -> PlanStatus:
        """The status on a day of the period."""
        if self.exempt:
            return PlanStatus.EXEMPT
        if self.valid_count >= self.required:
            return PlanStatus.DONE
        if self.overdue_since is not None and self.overdue_since <= today:
            return PlanStatus.OVERDUE
        return PlanStatus.DUE_SOON if today >= self.soon_from else PlanStatus.TODO

    def days_overdue(self, today: dt.date) -> int:
        """Days since the missed limit; 0 unless OVERDUE."""
        if self.overdue_since is None or self.status_on(today) is not PlanStatus.OVERDUE:
            return 0
        return (today - self.overdue_since).days + 1

    def asks_review_on(self, today: dt.date) -> bool:
        """Whether the periodic review is due soon or was missed. An exempt household is left in peace."""
        return self.review_from is not None and self.review_from <= today and not self.exempt

    def asks_follow_up_on(self, today: dt.date) -> bool:
        """Whether a visit because of relief is due by tomorrow or was missed."""
        return self.follow_up_due is not None and self.follow_up_due <= today + ONE_DAY


@lru_cache(maxsize=4096)  # calendar arithmetic: eighteen thousand households ask for the same few periods
def period_of(unit: PeriodUnit, day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the period that holds `day`."""
    if unit is PeriodUnit.WEEK:
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    months = 12 // PERIODS_PER_YEAR[unit]
    first_month = (day.month - 1) // months * months + 1
    start = dt.date(day.year, first_month, 1)
    last_month_start = dt.date(day.year, first_month + months - 1, 1)
    return start, (last_month_start + dt.timedelta(days=31)).replace(day=1) - ONE_DAY


def counted_visits(visits: Iterable[VisitFact], rule: VisitRule | None) -> tuple[VisitFact, ...]:
    """The valid visits of one household by time; without a rule every mode counts.

    Records of one day that share visitors are one visit: it appears once, with all their visitors.
    """
    modes = _ALL_MODES if rule is None else (*rule.modes, *rule.alternate_modes)
    valid = [v for v in visits if v.stands and v.mode in modes and v.result not in NOBODY_MET]
    alternate_only = () if rule is None else [m for m in rule.alternate_modes if m not in rule.modes]
    meetings = _one_per_meeting(valid)
    if not alternate_only:
        return tuple(meetings)
    counted: list[VisitFact] = []
    for visit in meetings:
        if visit.mode not in alternate_only or (counted and counted[-1].mode is Mode.ONSITE):
            counted.append(visit)
    return tuple(counted)


def _one_per_meeting(visits: list[VisitFact]) -> list[VisitFact]:
    """Merge visits of one day whose visitors overlap, also through a third; ordered by time."""
    if all(one.day < other.day for one, other in pairwise(visits)):
        return visits  # nearly always: one visit a day, and read in order
    by_day: dict[dt.date, list[VisitFact]] = {}
    for visit in visits:
        by_day.setdefault(visit.day, []).append(visit)
    if len(by_day) == len(visits):
        return sorted(visits, key=lambda visit: (visit.finished_at, visit.visit_id))
    merged = [visit for same_day in by_day.values() for visit in _merge_day(same_day)]
    return sorted(merged, key=lambda visit: (visit.finished_at, visit.visit_id))


def _merge_day(visits: list[VisitFact]) -> list[VisitFact]:
    if len(visits) == 1:
        return visits
    meetings: list[list[VisitFact]] = []
    for visit in visits:
        joined, apart = [visit], []
        for meeting in meetings:
            if any(not set(visit.visitors).isdisjoint(other.visitors) for other in meeting):
                joined += meeting
            else:
                apart.append(meeting)
        meetings = [*apart, joined]
    return [_first_of(meeting) for meeting in meetings]


def _first_of(meeting: list[VisitFact]) -> VisitFact:
    """The record that stands for a meeting: one made on site if there is any, else the earliest."""
    chosen = min(meeting, key=lambda v: (v.mode is not Mode.ONSITE, v.finished_at, v.visit_id))
    if len(meeting) == 1:
        return chosen
    return chosen._replace(visitors=tuple(sorted({name for visit in meeting for name in visit.visitors})))


def entered_in_time(facts: HouseholdFacts, start: dt.date, end: dt.date) -> bool:
    """Whether a household listed during a period owes it: half of it remained, or its risk is HIGH."""
    if facts.listed_on <= start:
        return True
    if facts.listed_on > end:
        return False
    remaining = (end - facts.listed_on).days + 1
    return facts.risk_level is RiskLevel.HIGH or 2 * remaining >= (end - start).days + 1


def is_exempt(household_id: str, exemptions: Iterable[Exemption], start: dt.date, end: dt.date) -> bool:
    """Whether exempt days make up at least half of a period."""
    days: set[int] = set()
    for exemption in exemptions:
        if exemption.household_id == household_id:
            first, last = max(start, exemption.since), min(end, exemption.until)
            days.update(range(first.toordinal(), last.toordinal() + 1))
    return 2 * len(days) >= (end - start).days + 1


def first_visit_due(facts: HouseholdFacts, parameters: Parameters, calendar: WorkCalendar) -> dt.date:
    """The last day for the first visit of a newly listed household."""
    due = calendar.add(facts.listed_on, parameters.new_household_working_days)
    if facts.risk_level is RiskLevel.HIGH:
        return min(due, facts.listed_on + dt.timedelta(days=parameters.high_entry_days))
    return due


def plan_household(
    facts: HouseholdFacts,
    visits: Iterable[VisitFact],
    today: dt.date,
    parameters: Parameters,
    exemptions: Iterable[Exemption] = (),
    *,
    calendar: WorkCalendar | None = None,
    rules: VisitRules | None = None,
) -> VisitPlan | None:
    """The plan of one household for the period that holds `today`; None if it is owed no visits.

    `visits` are the household's; give `rules` when planning many households of one county.
    """
    rules = rules or VisitRules(parameters)
    rule = rules.rule_for(facts, today)
    if rule is None:
        return None
    start, end = period_of(rule.unit, today)
    # The same look back as a device has, so that device and server say the same.
    horizon = start - dt.timedelta(days=30 * parameters.device_visit_months)
    lasting = rule if rules.lasts(facts, horizon, today) else None
    known = [visit for visit in visits if visit.day >= horizon]
    past = _Past(facts, known, tuple(exemptions), rules, horizon, lasting)
    counted = past.counted(rule)
    in_period = _between(counted, start, end)
    review = review_due(facts, past.visits, start, parameters)
    owed = entered_in_time(facts, start, end)
    soon = dt.timedelta(days=parameters.due_soon_days[rule.unit])
    soon_from = end - soon
    overdue_since = past.missed_since(start)
    if past.awaits_first_visit(rule):
        first_due = first_visit_due(facts, parameters, calendar or WorkCalendar())
        if first_due >= start:
            in_period = 0  # until then nothing else counts
        if first_due >= start or not counted:
            soon_from, overdue_since = first_due - soon, first_due + ONE_DAY
    if past.awaits_urgent_visit():
        assert facts.urgent_since is not None
        in_period = 0
        due = local_day(facts.urgent_since + dt.timedelta(hours=parameters.urgent_visit_hours))
        soon_from = min(soon_from, due - ONE_DAY)
        overdue_since = min(overdue_since or due + ONE_DAY, due + ONE_DAY)
    return VisitPlan(
        household_id=facts.household_id,
        rule_id=rule.id,
        unit=rule.unit,
        period_start=start,
        period_end=end,
        required=rule.times if owed else 1,
        valid_count=in_period,
        soon_from=soon_from,
        overdue_since=overdue_since,
        last_visit_on=counted[-1].day if counted else None,
        exempt=is_exempt(facts.household_id, past.exemptions, start, end),
        review_due=review,
        review_from=None if review is None else review - dt.timedelta(days=parameters.review_warn_days),
        unreachable_since=unreachable_since(past.visits, parameters),
    )


def unreachable_since(visits: Iterable[VisitFact], parameters: Parameters) -> dt.date | None:
    """The day on which nobody was at home for the third time within ten days (W15); None if anybody was met
    since then, if only to refuse. The numbers are the county's."""
    standing = [visit for visit in visits if visit.stands]
    if sum(visit.result is Result.NOT_HOME for visit in standing) < parameters.unreachable_tries:
        return None  # nearly all households
    asked = sorted(standing, key=lambda v: (v.finished_at, v.visit_id))
    days: list[dt.date] = []
    since: dt.date | None = None
    for visit in asked:
        if visit.result not in (Result.NOT_HOME, Result.UNREACHABLE):
            days, since = [], None
        elif visit.result is Result.NOT_HOME and (not days or visit.day > days[-1]):
            days.append(visit.day)
            tries = days[-parameters.unreachable_tries :]
            within = (tries[-1] - tries[0]).days < parameters.unreachable_days
            if since is None and within and len(tries) == parameters.unreachable_tries:
                since = visit.day
    return since


def _between(visits: Sequence[VisitFact], start: dt.date, end: dt.date) -> int:
    """How many of some visits, given by time, lie in a period."""
    count = 0
    for visit in reversed(visits):
        if visit.day < start:
            break
        count += visit.day <= end
    return count


class _Past:
    """What is known of one household's earlier periods, back to `horizon`; `lasting` is the rule of all
    this time, None if it changed."""

    __slots__ = ("_counted", "_lasting", "exemptions", "facts", "horizon", "rules", "visits")

    def __init__(
        self, facts: HouseholdFacts, visits: list[VisitFact], exemptions: tuple[Exemption, ...],
        rules: VisitRules, horizon: dt.date, lasting: VisitRule | None,
    ) -> None:  # fmt: skip
        self.facts = facts
        self.visits = visits
        self.exemptions = exemptions
        self.rules = rules
        self.horizon = horizon
        self._counted: dict[int, tuple[VisitFact, ...]] = {}
        self._lasting = lasting

    def counted(self, rule: VisitRule) -> tuple[VisitFact, ...]:
        # By identity: a county may have named two rules alike, and `rules` keeps them all alive.
        if id(rule) not in self._counted:
            self._counted[id(rule)] = counted_visits(self.visits, rule)
        return self._counted[id(rule)]

    def awaits_first_visit(self, rule: VisitRule) -> bool:
        """Whether a household listed since the horizon has not been seen in person yet."""
        if self.facts.listed_on < self.horizon:
            return False
        since = period_of(rule.unit, self.facts.listed_on)[0]
        in_person = {Mode.ONSITE} if Mode.ONSITE in rule.modes else set(rule.modes)
        return not any(visit.mode in in_person and visit.day >= since for visit in self.counted(rule))

    def awaits_urgent_visit(self) -> bool:
        """Whether nobody has been there since an urgent case was reported (R4: first within 24 hours)."""
        since = self.facts.urgent_since
        return since is not None and not any(
            visit.mode is Mode.ONSITE and visit.finished_at >= since
            for visit in self.visits
            if visit.stands and visit.result not in NOBODY_MET
        )

    def missed_since(self, start: dt.date) -> dt.date | None:
        """The day after the first of the owed periods missed in a row up to `start`, or None.

        A visit after a missed period ends the row. Without any visit and an entry in sight nothing
        is known of earlier periods, so only the last one is held against the household.
        """
        since = None
        for period_start, period_end, rule in self._periods_before(start):
            counted = self.counted(rule)
            if counted and counted[-1].day > period_end:
                break
            if is_exempt(self.facts.household_id, self.exemptions, period_start, period_end):
                continue
            if _between(counted, period_start, period_end) >= rule.times:
                break
            if entered_in_time(self.facts, period_start, period_end):
                since = period_end + ONE_DAY
                if not counted and self.facts.listed_on < self.horizon:
                    break
        return since

    def _periods_before(self, start: dt.date) -> Iterator[tuple[dt.date, dt.date, VisitRule]]:
        """Earlier periods, newest first, as long as each follows on the next without a change of unit."""
        while start > self.horizon and start > self.facts.listed_on:
            rule = self._lasting or self.rules.rule_for(self.facts, start - ONE_DAY)
            if rule is None:
                return
            period_start, period_end = period_of(rule.unit, start - ONE_DAY)
            if period_end >= start or self._before_urgent(rule, period_start):
                return
            yield period_start, period_end, rule
            start = period_start

    def _before_urgent(self, rule: VisitRule, period_start: dt.date) -> bool:
        """Whether a period began before the case that brought the rule: nothing was owed by it then."""
        since = self.facts.urgent_since
        return rule.match.urgent_case and since is not None and period_start <= local_day(since)
