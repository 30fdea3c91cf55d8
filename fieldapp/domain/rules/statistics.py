"""Visit statistics after R4's definitions, the same on device and server (domain layer).

A household owes in a statistics period those of its own periods that end inside it. Numerators and
denominators carry the ids behind them, so that every figure opens into its rows. Numbers per worker
show workload; nothing here ranks persons.
"""

import datetime as dt
import enum
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters, PeriodUnit, VisitRule
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.households import Category
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Result
from fieldapp.domain.rules.visit_facts import ONE_DAY, Exemption, HouseholdFacts, VisitFact
from fieldapp.domain.rules.visit_plan import counted_visits, entered_in_time, is_exempt, period_of
from fieldapp.domain.rules.visit_rules import VisitRules, all_visit_rules

NO_VALUE: Final = "—"


@dataclass(frozen=True, slots=True)
class StatisticsPeriod:
    """The days a statistic is about, both ends included."""

    start: dt.date
    end: dt.date

    @classmethod
    def containing(cls, unit: PeriodUnit, day: dt.date) -> "StatisticsPeriod":
        """The week, month, quarter, half-year or year that holds a day."""
        return cls(*period_of(unit, day))


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share, always shown with both numbers; the ids are the rows behind them."""

    numerator: int
    denominator: int
    numerator_ids: tuple[str, ...] = ()
    denominator_ids: tuple[str, ...] = ()

    @property
    def percent(self) -> str:
        """`87.50 %`, rounded half up; a dash when there is nothing to divide by."""
        if self.denominator == 0:
            return NO_VALUE
        hundredths = (self.numerator * 20_000 + self.denominator) // (2 * self.denominator)
        return f"{hundredths // 100}.{hundredths % 100:02d} %"


class Standing(enum.StrEnum):
    """How a household enters the denominators of a period."""

    OWING = "OWING"
    EXEMPT = "EXEMPT"
    NOT_YET_DUE = "NOT_YET_DUE"


@dataclass(frozen=True, slots=True)
class HouseholdTally:
    """One household in the period: Σ required and Σ min(valid, required) over its owed periods.

    `category` is the label of its entitlements (R25), '' without any.
    """

    household_id: str
    area_code: str
    standing: Standing
    required: int
    fulfilled: int
    visited: bool
    category: str = ""
    risk_level: str = ""


@dataclass(frozen=True, slots=True)
class AttemptTally:
    """One recorded attempt in the period. `timely` is None while an upload may still be in time."""

    visit_id: str
    area_code: str
    visitors: tuple[str, ...]
    day: dt.date
    counted: bool
    on_site: bool
    not_home: bool
    timely: bool | None
    category: str = ""
    risk_level: str = ""


@dataclass(frozen=True, slots=True)
class VisitStatistics:
    """The figures of one area or one worker (`key`)."""

    key: str
    visit_ids: tuple[str, ...]
    worker_visits: Mapping[str, tuple[str, ...]]
    """Visit ids by worker: one for each worker who took part (人次)."""
    coverage: Ratio
    completion: Ratio
    on_site_share: Ratio
    timely_upload: Ratio
    not_found_rate: Ratio
    exempt_ids: tuple[str, ...]
    not_yet_due_ids: tuple[str, ...]

    @property
    def visit_count(self) -> int:
        """Valid visits."""
        return len(self.visit_ids)

    @property
    def worker_visit_count(self) -> int:
        """Person-times: a visit by two workers counts two."""
        return sum(map(len, self.worker_visits.values()))


@dataclass(frozen=True, slots=True)
class VisitTallies:
    """All households and attempts of a period, ready to be summed by area or by worker."""

    households: tuple[HouseholdTally, ...]
    attempts: tuple[AttemptTally, ...]

    def inside(self, area_code: str) -> "VisitTallies":
        """What belongs to an area: households filed in it, attempts made in it."""
        return VisitTallies(
            tuple(h for h in self.households if contains(area_code, h.area_code)),
            tuple(a for a in self.attempts if contains(area_code, a.area_code)),
        )

    def total(self) -> VisitStatistics:
        """Everything in one sum; its key is ''."""
        return _summed("", self.households, self.attempts)

    def by_day(self) -> dict[dt.date, tuple[str, ...]]:
        """Ids of the valid visits by the day they count for; days without any are left out."""
        days: dict[dt.date, list[str]] = {}
        for attempt in self.attempts:
            if attempt.counted:
                days.setdefault(attempt.day, []).append(attempt.visit_id)
        return {day: tuple(days[day]) for day in sorted(days)}

    def by_area(self, level: AreaLevel) -> dict[str, VisitStatistics]:
        """Sums by the area codes of a level; what is filed at a wider area keeps that area's code."""
        length = CODE_LENGTH[level]
        return self._grouped(
            lambda household: (household.area_code[:length],),
            lambda attempt: (attempt.area_code[:length],),
        )

    def by_category(self) -> dict[str, VisitStatistics]:
        """Sums by the category of the households; '' = none, or no longer on the list."""
        return self._grouped(lambda h: (h.category,), lambda a: (a.category,))

    def by_risk(self) -> dict[str, VisitStatistics]:
        """Sums by the risk level of the households; '' = no longer on the list."""
        return self._grouped(lambda h: (h.risk_level,), lambda a: (a.risk_level,))

    def by_worker(self, owners: Mapping[str, str]) -> dict[str, VisitStatistics]:
        """Sums by worker: attempts by who took part, households by `owners` (household id → worker)."""

        def owner(household: HouseholdTally) -> tuple[str, ...]:
            worker = owners.get(household.household_id)
            return () if worker is None else (worker,)

        return self._grouped(owner, lambda attempt: attempt.visitors)

    def _grouped(
        self,
        household_keys: Callable[[HouseholdTally], tuple[str, ...]],
        attempt_keys: Callable[[AttemptTally], tuple[str, ...]],
    ) -> dict[str, VisitStatistics]:
        groups: dict[str, tuple[list[HouseholdTally], list[AttemptTally]]] = {}
        for household in self.households:
            for key in household_keys(household):
                groups.setdefault(key, ([], []))[0].append(household)
        for attempt in self.attempts:
            for key in attempt_keys(attempt):
                groups.setdefault(key, ([], []))[1].append(attempt)
        return {key: _summed(key, *groups[key]) for key in sorted(groups)}


def tally_visits(
    households: Iterable[HouseholdFacts],
    visits: Iterable[VisitFact],
    period: StatisticsPeriod,
    parameters: Parameters,
    *,
    now: dt.datetime,
    exemptions: Iterable[Exemption] = (),
) -> VisitTallies:
    """Tally a period as it stands at `now`.

    `visits` must reach back to `first_day_needed`, and one visit further for the households that
    `awaiting_earlier_visit` names.
    """
    count = _Count(period, parameters, now, exemptions)
    by_household = _by_household(visits)
    tallies = []
    attempts: list[AttemptTally] = []
    for facts in households:
        own = by_household.pop(facts.household_id, [])
        if (tally := count.household(facts, own)) is not None:
            tallies.append(tally)
        attempts += count.attempts(own, facts)
    for own in by_household.values():  # of households no longer in the list: the work was done
        attempts += count.attempts(own, None)
    return VisitTallies(tuple(tallies), tuple(attempts))


def _by_household(visits: Iterable[VisitFact]) -> dict[str, list[VisitFact]]:
    found: dict[str, list[VisitFact]] = {}
    for visit in visits:
        found.setdefault(visit.household_id, []).append(visit)
    return found


def first_day_needed(period: StatisticsPeriod, parameters: Parameters) -> dt.date:
    """The first day whose visits matter to a period: the longest household period that ends inside it
    began then."""
    units = {rule.unit for rule in all_visit_rules(parameters)}
    return min([period.start, *(start for unit in units for start, _ in _ending_inside(unit, period))])


def awaiting_earlier_visit(visits: Iterable[VisitFact], parameters: Parameters) -> set[str]:
    """Households whose first visit here may count only alternately: the visit before it decides, and
    `visits` (oldest first) do not hold that. Nothing further back matters, for each visit that is of
    the rule settles by its own mode what may follow it."""
    alternate = {
        mode
        for rule in all_visit_rules(parameters)
        for mode in rule.alternate_modes
        if mode not in rule.modes
    }
    settled: set[str] = set()
    awaiting: set[str] = set()
    for visit in visits:
        if visit.household_id not in settled and visit.stands and visit.result not in NOBODY_MET:
            if visit.mode in alternate:
                awaiting.add(visit.household_id)
            if visit.mode in alternate or visit.mode is Mode.ONSITE:
                settled.add(visit.household_id)
    return awaiting


def visit_counts(
    households: Iterable[HouseholdFacts],
    visits: Iterable[VisitFact],
    periods: Sequence[StatisticsPeriod],
    parameters: Parameters,
    *,
    now: dt.datetime,
    area_code: str = "",
) -> tuple[int, ...]:
    """Valid visits made in an area in each of several periods: what `tally_visits` finds one by one."""
    rules, today = VisitRules(parameters), local_day(now)
    known = {facts.household_id: facts for facts in households}
    counts = [0] * len(periods)
    if not periods:
        return ()
    whole = StatisticsPeriod(min(p.end for p in periods), max(p.end for p in periods))
    for household_id, own in _by_household(visits).items():
        facts = known.get(household_id)
        days: dict[str, list[dt.date]] = {}
        # Most households have one rule all the time: it is looked up once and not for every period.
        steady = facts is None or rules.lasts(facts, whole.start, whole.end)
        rule = None if facts is None else rules.rule_for(facts, min(whole.end, today))
        for at, period in enumerate(periods):
            if not steady and facts is not None:
                rule = rules.rule_for(facts, min(period.end, today))
            key = "" if rule is None else rule.id
            if key not in days:
                counted = counted_visits(own, rule)
                days[key] = [visit.day for visit in counted if contains(area_code, visit.area_code)]
            counts[at] += bisect_right(days[key], period.end) - bisect_left(days[key], period.start)
    return tuple(counts)


class _Count:
    """One count: its period, the rules in force and what was worked out for all households at once."""

    def __init__(
        self,
        period: StatisticsPeriod,
        parameters: Parameters,
        now: dt.datetime,
        exemptions: Iterable[Exemption],
    ) -> None:
        self.period = period
        self.rules = VisitRules(parameters)
        self.now = now
        today = local_day(now)
        self.last_day = min(period.end, today)
        self._timely_within = dt.timedelta(hours=parameters.timely_upload_hours)
        self._owed_periods = {
            unit: [(start, end) for start, end in _ending_inside(unit, period) if start <= today]
            for unit in PeriodUnit
        }
        self._exemptions: dict[str, list[Exemption]] = {}
        for exemption in exemptions:
            self._exemptions.setdefault(exemption.household_id, []).append(exemption)

    def household(self, facts: HouseholdFacts, visits: Sequence[VisitFact]) -> HouseholdTally | None:
        """What one household owed and got; None if it was owed no visits."""
        required = fulfilled = valid = 0
        exempt = False
        counted: dict[str, tuple[VisitFact, ...]] = {}
        for start, end, rule in self._periods(facts):
            if is_exempt(facts.household_id, self._exemptions.get(facts.household_id, ()), start, end):
                exempt = True
            elif entered_in_time(facts, start, end):
                if rule.id not in counted:
                    counted[rule.id] = counted_visits(visits, rule)
                done = sum(start <= visit.day <= end for visit in counted[rule.id])
                required += rule.times
                fulfilled += min(done, rule.times)
                valid += done
        if not required and not exempt and self.rules.rule_for(facts, self.last_day) is None:
            return None
        standing = Standing.OWING if required else Standing.EXEMPT if exempt else Standing.NOT_YET_DUE
        return HouseholdTally(
            facts.household_id, facts.area_code, standing, required, fulfilled, visited=valid > 0,
            category=category_label(facts, self.last_day), risk_level=facts.risk_level,
        )  # fmt: skip

    def _periods(self, facts: HouseholdFacts) -> list[tuple[dt.date, dt.date, VisitRule]]:
        """The household's own periods that end inside; the rule is the one in force on their last day."""
        if self.rules.lasts(facts, self.period.start, self.period.end):
            rule = self.rules.rule_for(facts, self.period.end)
            return [] if rule is None else [(*span, rule) for span in self._owed_periods[rule.unit]]
        return [
            (start, end, rule)
            for unit, spans in self._owed_periods.items()
            for start, end in spans
            if (rule := self.rules.rule_for(facts, min(end, self.last_day))) is not None and rule.unit is unit
        ]

    def attempts(self, visits: Sequence[VisitFact], facts: HouseholdFacts | None) -> list[AttemptTally]:
        """The attempts of one household inside the period; None = it is no longer on the list."""
        start, end = self.period.start, self.period.end
        inside = [visit for visit in visits if visit.stands and start <= visit.day <= end]
        if not inside:
            return []
        rule = None if facts is None else self.rules.rule_for(facts, self.last_day)
        category = "" if facts is None else category_label(facts, self.last_day)
        counted = {visit.visit_id: visit for visit in counted_visits(visits, rule)}
        return [
            AttemptTally(
                visit_id=visit.visit_id,
                area_code=visit.area_code,
                visitors=counted.get(visit.visit_id, visit).visitors,
                day=visit.day,
                counted=visit.visit_id in counted,
                on_site=visit.mode is Mode.ONSITE,
                not_home=visit.result is Result.NOT_HOME,
                timely=self._timely(visit),
                category=category,
                risk_level="" if facts is None else facts.risk_level,
            )
            for visit in inside
        ]

    def _timely(self, visit: VisitFact) -> bool | None:
        if visit.received_at is not None:
            return visit.received_at - visit.finished_at <= self._timely_within
        return False if self.now - visit.finished_at > self._timely_within else None


def category_label(facts: HouseholdFacts, on: dt.date) -> str:
    """The category a household is named by: the first of its open ones in the order of R25."""
    open_ones = {coverage.category for coverage in facts.coverages if coverage.open_on(on)}
    return next((category.value for category in Category if category in open_ones), "")


def _ending_inside(unit: PeriodUnit, period: StatisticsPeriod) -> list[tuple[dt.date, dt.date]]:
    """The periods of a unit whose last day lies in the statistics period, earliest first."""
    found = []
    start, end = period_of(unit, period.start)
    while end <= period.end:
        found.append((start, end))
        start, end = period_of(unit, end + ONE_DAY)
    return found


def _summed(
    key: str, households: Sequence[HouseholdTally], attempts: Sequence[AttemptTally]
) -> VisitStatistics:
    counted = [attempt for attempt in attempts if attempt.counted]
    worker_visits: dict[str, list[str]] = {}
    for attempt in counted:
        for worker in attempt.visitors:
            worker_visits.setdefault(worker, []).append(attempt.visit_id)
    owing = [household for household in households if household.standing is Standing.OWING]
    owing_ids = _households(owing)
    return VisitStatistics(
        key=key,
        visit_ids=_visits(counted),
        worker_visits={worker: tuple(ids) for worker, ids in sorted(worker_visits.items())},
        coverage=_share(_households(h for h in owing if h.visited), owing_ids),
        completion=Ratio(
            sum(household.fulfilled for household in owing),
            sum(household.required for household in owing),
            _households(h for h in owing if h.fulfilled == h.required),
            owing_ids,
        ),
        on_site_share=_share(_visits(a for a in counted if a.on_site), _visits(counted)),
        timely_upload=_share(
            _visits(a for a in attempts if a.timely), _visits(a for a in attempts if a.timely is not None)
        ),
        not_found_rate=_share(_visits(a for a in attempts if a.not_home), _visits(attempts)),
        exempt_ids=_households(h for h in households if h.standing is Standing.EXEMPT),
        not_yet_due_ids=_households(h for h in households if h.standing is Standing.NOT_YET_DUE),
    )


def _share(hits: tuple[str, ...], base: tuple[str, ...]) -> Ratio:
    return Ratio(len(hits), len(base), hits, base)


def _households(tallies: Iterable[HouseholdTally]) -> tuple[str, ...]:
    return tuple(tally.household_id for tally in tallies)


def _visits(tallies: Iterable[AttemptTally]) -> tuple[str, ...]:
    return tuple(tally.visit_id for tally in tallies)
