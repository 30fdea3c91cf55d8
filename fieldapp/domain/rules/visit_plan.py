"""Which visits a household is owed, which count, and how it stands today (R4; domain layer).

The readings of R4 chosen here are recorded in docs/decisions/0010.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import PERIODS_PER_YEAR, Parameters, PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.records.households import (
    Coverage,
    HouseholdFields,
    HouseholdStatus,
    HouseholdTag,
    RiskLevel,
    SupportMode,
)
from fieldapp.domain.records.persons import Health, PersonFields, PersonStatus, SelfCareGrade
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Result, VisitFields, VisitState
from fieldapp.domain.rules.working_days import WorkCalendar

ONE_DAY: Final = dt.timedelta(days=1)
OWING_STATUSES: Final = frozenset({HouseholdStatus.ACTIVE, HouseholdStatus.PENDING})


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What the visit rules ask of a household; grades and illness are those of its living members."""

    household_id: str
    area_code: str
    status: HouseholdStatus
    listed_on: dt.date
    risk_level: RiskLevel
    coverages: tuple[Coverage, ...]
    tags: tuple[HouseholdTag, ...]
    self_care_grades: tuple[SelfCareGrade, ...]
    disability_grades: tuple[int, ...]
    serious_illness: bool
    urgent_case: bool = False


@dataclass(frozen=True, slots=True)
class VisitFact:
    """What the rules ask of a visit. `superseded`: a newer correction of the same visit exists.

    `day` is the day it counts for: that of `finished_at`, not of upload.
    """

    visit_id: str
    household_id: str
    area_code: str
    mode: Mode
    result: Result
    state: VisitState
    started_at: dt.datetime
    finished_at: dt.datetime
    received_at: dt.datetime | None
    visitors: tuple[str, ...]
    superseded: bool = False
    day: dt.date = field(init=False, compare=False)

    def __post_init__(self) -> None:
        # Once: the rules ask for it four times on average.
        object.__setattr__(self, "day", local_day(self.finished_at))

    @property
    def stands(self) -> bool:
        """Whether it is part of statistics at all: neither voided nor superseded."""
        return not self.superseded and self.state is not VisitState.VOID


@dataclass(frozen=True, slots=True)
class Exemption:
    """Days on which a household need not be visited, both ends included."""

    household_id: str
    since: dt.date
    until: dt.date


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


def household_facts(
    household: HouseholdFields, persons: Iterable[PersonFields], urgent_case: bool = False
) -> HouseholdFacts:
    """Gather the facts from a household and its members. `urgent_case`: an L1/L2 clue or relief is open."""
    living = [person for person in persons if person.status is PersonStatus.ALIVE]
    grades = {p.self_care.grade for p in living if p.self_care is not None and p.self_care.grade is not None}
    return HouseholdFacts(
        household_id=household.id,
        area_code=household.area_code,
        status=household.status,
        listed_on=_listed_on(household),
        risk_level=household.risk_level,
        coverages=household.coverages,
        tags=household.tags,
        self_care_grades=tuple(sorted(grades)),
        disability_grades=tuple(
            sorted({p.disability_grade for p in living if p.disability_grade is not None})
        ),
        serious_illness=any(p.serious_illness or Health.SERIOUS in p.health for p in living),
        urgent_case=urgent_case,
    )


def _listed_on(household: HouseholdFields) -> dt.date:
    """When the latest unbroken stretch of coverages began; the day of registration without any.

    A household that changes from one category to another without a gap is not newly admitted.
    """
    began: dt.date | None = None
    covered_until = dt.date.min
    for coverage in sorted(household.coverages, key=lambda c: c.since):
        if began is None or coverage.since - ONE_DAY > covered_until:
            began = coverage.since
        covered_until = max(covered_until, coverage.until or dt.date.max)
    return began or local_day(household.created_at)


def visit_facts(visits: Iterable[VisitFields]) -> tuple[VisitFact, ...]:
    """Gather the facts of visits; the newest of every chain of corrections counts.

    It takes over the chain's first arrival: a later correction does not make an upload late.
    """
    chains: dict[str, list[VisitFields]] = {}
    for visit in visits:
        chains.setdefault(visit.root_id, []).append(visit)
    return tuple(fact for chain in chains.values() for fact in _chain_facts(chain))


def _chain_facts(chain: Sequence[VisitFields]) -> Iterator[VisitFact]:
    newest = max(chain, key=lambda visit: (visit.created_at, visit.id))
    arrivals = [visit.received_at for visit in chain if visit.received_at is not None]
    for visit in chain:
        yield VisitFact(
            visit_id=visit.id,
            household_id=visit.household_id,
            area_code=visit.area_code,
            mode=visit.mode,
            result=visit.result,
            state=visit.state,
            started_at=visit.started_at,
            finished_at=visit.finished_at,
            received_at=min(arrivals, default=None) if visit is newest else visit.received_at,
            visitors=visit.visitors,
            superseded=visit is not newest,
        )


class VisitRules:
    """A county's visit rules, asked for many households: households alike are looked up once."""

    def __init__(self, parameters: Parameters) -> None:
        ranked = enumerate(parameters.visit_rules)
        self._rules = [
            rule for _, rule in sorted(ranked, key=lambda pair: (*_frequency_rank(pair[1]), pair[0]))
        ]
        self._found: dict[object, VisitRule | None] = {}

    def rule_for(self, facts: HouseholdFacts, on: dt.date) -> VisitRule | None:
        """The rule in force on a day; None if the household is owed no visits."""
        if facts.status not in OWING_STATUSES:
            return None
        coverages = [coverage for coverage in facts.coverages if coverage.open_on(on)]
        key = (
            facts.risk_level,
            facts.tags,
            facts.self_care_grades,
            facts.disability_grades,
            facts.serious_illness,
            facts.urgent_case,
            tuple((c.category, c.support_mode, c.review_class) for c in coverages),
        )
        if key not in self._found:
            matching = (rule for rule in self._rules if _matches(rule.match, facts, coverages))
            self._found[key] = next(matching, None)
        return self._found[key]


def _frequency_rank(rule: VisitRule) -> tuple[int, int]:
    """Sorts the rule with most visits per year first, then the one that asks most for being there."""
    modes = {*rule.modes, *rule.alternate_modes}
    elsewhere = len(rule.modes) * 10 + len(rule.alternate_modes) if Mode.ONSITE in modes else 1000
    return -rule.times * PERIODS_PER_YEAR[rule.unit], elsewhere


def _matches(match: VisitMatch, facts: HouseholdFacts, coverages: Sequence[Coverage]) -> bool:
    # A destitute person whose self-care nobody assessed yet must not fall through the table.
    self_care = facts.self_care_grades or (SelfCareGrade.FULL,)
    asked_and_held = (
        (match.urgent_case, facts.urgent_case),
        (match.serious_illness, facts.serious_illness),
        (match.risk_levels, facts.risk_level in match.risk_levels),
        (match.tags, any(tag in match.tags for tag in facts.tags)),
        (match.self_care, any(grade in match.self_care for grade in self_care)),
        (match.disability_grades, any(g in match.disability_grades for g in facts.disability_grades)),
        (
            match.categories or match.support_modes or match.review_classes,
            any(_coverage_matches(match, coverage) for coverage in coverages),
        ),
    )
    return all(held for asked, held in asked_and_held if asked)


def _coverage_matches(match: VisitMatch, coverage: Coverage) -> bool:
    """Whether one coverage meets all conditions on coverages; unknown support counts as scattered."""
    mode = coverage.support_mode or SupportMode.SCATTERED
    return (
        (not match.categories or coverage.category in match.categories)
        and (not match.support_modes or mode in match.support_modes)
        and (not match.review_classes or coverage.review_class in match.review_classes)
    )


def matching_rule(facts: HouseholdFacts, on: dt.date, parameters: Parameters) -> VisitRule | None:
    """The rule for one household on a day: most visits per year wins, ties go to most on-site."""
    return VisitRules(parameters).rule_for(facts, on)


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
    modes = frozenset(Mode) if rule is None else {*rule.modes, *rule.alternate_modes}
    valid = [v for v in visits if v.stands and v.mode in modes and v.result not in NOBODY_MET]
    alternate_only = frozenset[Mode]() if rule is None else set(rule.alternate_modes) - set(rule.modes)
    counted: list[VisitFact] = []
    for visit in _one_per_meeting(valid):
        if visit.mode not in alternate_only or (counted and counted[-1].mode is Mode.ONSITE):
            counted.append(visit)
    return tuple(counted)


def _one_per_meeting(visits: list[VisitFact]) -> list[VisitFact]:
    """Merge visits of one day whose visitors overlap, also through a third; ordered by time."""
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
    return replace(chosen, visitors=tuple(sorted({name for visit in meeting for name in visit.visitors})))


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
    past = _Past(facts, tuple(v for v in visits if v.day >= horizon), tuple(exemptions), rules, horizon)
    counted = past.counted(rule)
    in_period = sum(start <= visit.day <= end for visit in counted)
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
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """What is known of one household's earlier periods, back to `horizon`."""

    facts: HouseholdFacts
    visits: tuple[VisitFact, ...]
    exemptions: tuple[Exemption, ...]
    rules: VisitRules
    horizon: dt.date
    _counted: dict[int, tuple[VisitFact, ...]] = field(default_factory=dict)

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
            if sum(period_start <= visit.day <= period_end for visit in counted) >= rule.times:
                break
            if entered_in_time(self.facts, period_start, period_end):
                since = period_end + ONE_DAY
                if not counted and self.facts.listed_on < self.horizon:
                    break
        return since

    def _periods_before(self, start: dt.date) -> Iterator[tuple[dt.date, dt.date, VisitRule]]:
        """Earlier periods, newest first, as long as each follows on the next without a change of unit."""
        while start > self.horizon and start > self.facts.listed_on:
            rule = self.rules.rule_for(self.facts, start - ONE_DAY)
            if rule is None:
                return
            period_start, period_end = period_of(rule.unit, start - ONE_DAY)
            if period_end >= start:
                return
            yield period_start, period_end, rule
            start = period_start
