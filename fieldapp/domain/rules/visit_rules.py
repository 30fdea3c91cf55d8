"""Which visit rule of the county's table a household falls under on a day (R4; domain layer)."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import (
    PERIODS_PER_YEAR,
    DatedVisitRules,
    Parameters,
    VisitMatch,
    VisitRule,
)
from fieldapp.domain.records.households import Coverage, HouseholdStatus, SupportMode
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.records.visits import Mode
from fieldapp.domain.rules.visit_facts import HouseholdFacts

RULE_ID_MAX: Final = 40
OWING_STATUSES: Final = frozenset({HouseholdStatus.ACTIVE, HouseholdStatus.PENDING})


class VisitRules:
    """A county's visit rules, asked for many households: households alike are looked up once.

    Each table holds from its day on, so that a past period is judged by the rules of its time.
    """

    def __init__(self, parameters: Parameters) -> None:
        tables = [(dt.date.min, parameters.visit_rules)]
        tables += sorted(((t.valid_from, t.rules) for t in parameters.later_visit_rules), key=lambda t: t[0])
        self._days = [day for day, _ in tables]
        self._tables = [_ranked(rules) for _, rules in tables]
        self._found: list[dict[object, VisitRule | None]] = [{} for _ in tables]

    def rule_for(self, facts: HouseholdFacts, on: dt.date) -> VisitRule | None:
        """The rule in force on a day; None if the household is owed no visits."""
        if facts.status not in OWING_STATUSES:
            return None
        table = bisect_right(self._days, on) - 1
        found = self._found[table]
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
        if key not in found:
            matching = (rule for rule in self._tables[table] if _matches(rule.match, facts, coverages))
            found[key] = next(matching, None)
        return found[key]

    def lasts(self, facts: HouseholdFacts, start: dt.date, end: dt.date) -> bool:
        """Whether the household's rule is the same on all days from one to another, both included."""
        return self.one_table_in(start, end) and not any(
            start < c.since <= end or (c.until is not None and start <= c.until < end)
            for c in facts.coverages
        )

    def one_table_in(self, start: dt.date, end: dt.date) -> bool:
        """Whether the same table holds on all days from one to another, both included."""
        return bisect_right(self._days, start) == bisect_right(self._days, end)


def rules_on(parameters: Parameters, day: dt.date) -> tuple[VisitRule, ...]:
    """The table in force on a day."""
    rules = parameters.visit_rules
    for table in sorted(parameters.later_visit_rules, key=lambda table: table.valid_from):
        if table.valid_from <= day:
            rules = table.rules
    return rules


def check_table(rules: Sequence[VisitRule], valid_from: dt.date, today: dt.date) -> None:
    """Raises RuleError: rules_in_past (a finished day is judged by the rules of its time), rules_empty,
    rule_id_missing, rule_id_twice, rule_modes_missing."""
    if valid_from < today:
        raise RuleError("rules_in_past", "valid_from")
    if not rules:
        raise RuleError("rules_empty", "rules")
    seen: set[str] = set()
    for rule in rules:
        if not rule.id.strip() or len(rule.id) > RULE_ID_MAX:
            raise RuleError("rule_id_missing", "rules", limit=RULE_ID_MAX)
        if rule.id in seen:
            raise RuleError("rule_id_twice", "rules")
        if not rule.modes:
            raise RuleError("rule_modes_missing", "rules")
        seen.add(rule.id)


def with_table(parameters: Parameters, table: DatedVisitRules) -> Parameters:
    """Parameters with a further table; one of the same day gives way to it."""
    others = [one for one in parameters.later_visit_rules if one.valid_from != table.valid_from]
    tables = tuple(sorted([*others, table], key=lambda one: one.valid_from))
    return parameters.model_copy(update={"later_visit_rules": tables})


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """How a table differs from the one before, by rule id."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def rule_changes(before: Iterable[VisitRule], after: Iterable[VisitRule]) -> RuleChanges:
    """What another table changes."""
    old, new = ({rule.id: rule for rule in rules} for rules in (before, after))
    return RuleChanges(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(one for one in new.keys() & old.keys() if new[one] != old[one])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def all_visit_rules(parameters: Parameters) -> Iterator[VisitRule]:
    """The rules of all tables, whatever day they hold on."""
    yield from parameters.visit_rules
    for table in parameters.later_visit_rules:
        yield from table.rules


def _ranked(rules: Sequence[VisitRule]) -> list[VisitRule]:
    by_rank = sorted(enumerate(rules), key=lambda pair: (*_frequency_rank(pair[1]), pair[0]))
    return [rule for _, rule in by_rank]


def _frequency_rank(rule: VisitRule) -> tuple[int, int]:
    """Sorts the rule with most visits per year first, then the one that asks most for being there."""
    modes = {*rule.modes, *rule.alternate_modes}
    elsewhere = len(rule.modes) * 10 + len(rule.alternate_modes) if Mode.ONSITE in modes else 1000
    return -rule.times * PERIODS_PER_YEAR[rule.unit], elsewhere


def _matches(match: VisitMatch, facts: HouseholdFacts, coverages: Sequence[Coverage]) -> bool:
    # One after the other: most rules of the table fall at the first thing they ask of a household.
    if match.urgent_case and not facts.urgent_case:
        return False
    if match.serious_illness and not facts.serious_illness:
        return False
    if match.risk_levels and facts.risk_level not in match.risk_levels:
        return False
    if match.tags and not any(tag in match.tags for tag in facts.tags):
        return False
    if match.disability_grades and not any(g in match.disability_grades for g in facts.disability_grades):
        return False
    asked_of_coverages = match.categories or match.support_modes or match.review_classes
    if asked_of_coverages and not any(_coverage_matches(match, coverage) for coverage in coverages):
        return False
    # A destitute person whose self-care nobody assessed yet must not fall through the table.
    self_care = facts.self_care_grades or (SelfCareGrade.FULL,)
    return not match.self_care or any(grade in match.self_care for grade in self_care)


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
