"""Steps of a household's risk level as plain values. No Qt. Layer 5."""

import datetime as dt
from dataclasses import dataclass

from fieldapp.app.texts import Texts
from fieldapp.domain.records.households import RiskLevel
from fieldapp.services.assessments import RiskHistory


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One step. `label` is the level that held after it, `said` what the step itself said; they differ
    where it did not take effect."""

    at: dt.datetime
    level: RiskLevel
    label: str
    said: str
    took_effect: bool
    lowered: bool
    overridden: bool
    score: int
    by: str
    reason: str
    assessment_id: str


def level_rows(history: RiskHistory, texts: Texts) -> tuple[LevelRow, ...]:
    """Steps of the level in words, newest first."""
    return tuple(
        LevelRow(
            at=entry.at,
            level=entry.standing,
            label=texts.label(entry.standing),
            said=texts.label(entry.level),
            took_effect=entry.took_effect,
            lowered=entry.lowered,
            overridden=bool(entry.override_id),
            score=entry.score,
            by=history.user_names.get(entry.by_user, ""),
            reason=entry.reason,
            assessment_id=entry.assessment_id,
        )
        for entry in history.entries
    )
