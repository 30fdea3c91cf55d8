"""The risk fields of a household: what its assessments, their signatures and leaders' decisions come to.

Derived by the same rule as on a device, in the transaction that takes in the record that changes it.
"""

from collections.abc import Iterable
from typing import Final

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.rules.risk_history import LevelEntry, level_history, standing
from sync.protocol.wire import Body

RISK_KINDS: Final = ("assessments", "assessment_signatures", "level_overrides")
"""Kinds that decide the level of their household."""


def history_of(bodies: Iterable[tuple[str, Body]], parameters: Parameters) -> tuple[LevelEntry, ...]:
    """The level history of one household from the bodies of RISK_KINDS that hang on it."""
    assessments: list[AssessmentFields] = []
    signatures: list[AssessmentSignatureFields] = []
    overrides: list[LevelOverrideFields] = []
    for kind, body in bodies:
        if kind == "assessments":
            assessments.append(AssessmentFields.model_validate(body))
        elif kind == "assessment_signatures":
            signatures.append(AssessmentSignatureFields.model_validate(body))
        elif kind == "level_overrides":
            overrides.append(LevelOverrideFields.model_validate(body))
    return level_history(assessments, signatures, overrides, parameters)


def risk_fields(history: tuple[LevelEntry, ...]) -> Body:
    """The household's fields that follow from a history; {} where nothing stands yet."""
    stands = standing(history)
    if stands is None:
        return {}
    return {
        "risk_level": stands.level.value,
        "risk_assessment_id": stands.assessment_id,
        "risk_next_due": stands.next_due.isoformat(),
        "risk_since": stands.since.isoformat(),
    }
