"""Figures of assessments for supervisors (S5, S34; domain layer): levels, trend, overdue, who lowered what.

Every figure carries the ids behind it, so that each number opens its rows. Device and server count alike.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.risk_history import LevelEntry, level_on


@dataclass(frozen=True, slots=True)
class RiskCase:
    """A listed household: what stands for it now and how it came to that. `unsigned` = its latest assessment
    still waits for a signature."""

    household_id: str
    area_code: str
    level: RiskLevel
    since: dt.date | None
    next_due: dt.date | None
    history: tuple[LevelEntry, ...] = ()
    unsigned: bool = False

    def level_at(self, day: dt.date) -> RiskLevel:
        """The level at the end of a day. Levels older than the records here hold from `since` on."""
        if self.history:
            return level_on(self.history, day)
        return self.level if self.since is None or self.since <= day else RiskLevel.NONE


@dataclass(frozen=True, slots=True)
class MonthOfLevels:
    """Households by level at the end of a month (of the present one: today)."""

    month: dt.date
    by_level: dict[RiskLevel, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lowering:
    """A level that went down: whose, when, by whom, why. `by_decision` = by a leader, not an assessment."""

    household_id: str
    at: dt.datetime
    before: RiskLevel
    after: RiskLevel
    by_user: str
    reason: str
    assessment_id: str
    by_decision: bool


@dataclass(frozen=True, slots=True)
class RiskStatistics:
    """Figures of an area; tuples hold household ids."""

    by_level: dict[RiskLevel, tuple[str, ...]]
    overdue: tuple[str, ...]
    unsigned: tuple[str, ...]
    trend: tuple[MonthOfLevels, ...]
    lowered: tuple[Lowering, ...]
    held_high: tuple[str, ...]
    """HIGH because a lower assessment came without a reason."""


def risk_statistics(cases: Sequence[RiskCase], today: dt.date, months: int = 12) -> RiskStatistics:
    """Count some households over the last months, the present one included."""
    ends = _month_ends(today, months)
    first = ends[0].replace(day=1)
    lowered = [
        Lowering(
            household_id=case.household_id,
            at=entry.at,
            before=entry.previous,
            after=entry.standing,
            by_user=entry.by_user,
            reason=entry.reason,
            assessment_id=entry.assessment_id,
            by_decision=bool(entry.override_id),
        )
        for case in cases
        for entry in case.history
        if entry.lowered and local_day(entry.at) >= first
    ]
    return RiskStatistics(
        by_level=_grouped((case.level, case.household_id) for case in cases),
        overdue=tuple(c.household_id for c in cases if c.next_due is not None and c.next_due < today),
        unsigned=tuple(c.household_id for c in cases if c.unsigned),
        trend=tuple(
            MonthOfLevels(
                end.replace(day=1), _grouped((case.level_at(end), case.household_id) for case in cases)
            )
            for end in ends
        ),
        lowered=tuple(sorted(lowered, key=lambda one: (one.at, one.household_id), reverse=True)),
        held_high=tuple(
            c.household_id
            for c in cases
            if c.history and not c.history[-1].took_effect and not c.history[-1].override_id
        ),
    )


def by_area(cases: Iterable[RiskCase], code_length: int) -> dict[str, list[RiskCase]]:
    """Cases by the area whose code has that many digits; those filed above it stay under their own code."""
    found: dict[str, list[RiskCase]] = defaultdict(list)
    for case in cases:
        found[case.area_code[:code_length]].append(case)
    return dict(sorted(found.items()))


def _grouped(pairs: Iterable[tuple[RiskLevel, str]]) -> dict[RiskLevel, tuple[str, ...]]:
    found: dict[RiskLevel, list[str]] = {level: [] for level in RiskLevel}
    for level, household_id in pairs:
        found[level].append(household_id)
    return {level: tuple(ids) for level, ids in found.items()}


def _month_ends(today: dt.date, months: int) -> list[dt.date]:
    """Last days of the last months, oldest first; of the present one today."""
    ends = [today]
    while len(ends) < months:
        ends.append(ends[-1].replace(day=1) - dt.timedelta(days=1))
    return ends[::-1]
