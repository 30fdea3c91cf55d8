"""A rule of visits in words that need no screen (plain Python, for presenters). Layer 5."""

from dataclasses import dataclass

from fieldapp.app.texts import Texts
from fieldapp.domain.parameters import VisitRule


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule. `risk` and `groups` are its conditions in words, all of which hold; `fresh` and `changed`
    against the table before."""

    rule_id: str
    risk: str
    groups: tuple[str, ...]
    grades: tuple[int, ...]
    serious_illness: bool
    urgent_case: bool
    unit: str
    times: int
    modes: str
    alternates: str
    fresh: bool
    changed: bool


def rule_row(rule: VisitRule, texts: Texts, *, fresh: bool, changed: bool) -> RuleRow:
    """A rule's row."""
    match = rule.match
    coded = (match.categories, match.support_modes, match.self_care, match.review_classes, match.tags)
    return RuleRow(
        rule_id=rule.id,
        risk=texts.labels(match.risk_levels),
        groups=tuple(texts.labels(codes) for codes in coded if codes),
        grades=match.disability_grades,
        serious_illness=match.serious_illness,
        urgent_case=match.urgent_case,
        unit=texts.label(rule.unit),
        times=rule.times,
        modes=texts.labels(rule.modes),
        alternates=texts.labels(rule.alternate_modes),
        fresh=fresh,
        changed=changed,
    )
