"""Levels of households as the assessments on this device tell them, without asking the server (R10).

The households' own risk fields are the server's; what follows here from the same records by the same rule
is laid over them, and laid again after every pull of an older version.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.engine import Connection

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.rules.risk_history import LevelEntry, level_history, standing
from fieldapp.storage import rows

_HOUSEHOLDS: Final = rows.table_of("households")
FIELDS: Final = ("risk_level", "risk_assessment_id", "risk_next_due", "risk_since")
"""Fields of a household that are laid over, and all of it that lay_over looks at besides its id."""
_LAY_OVER: Final = update(_HOUSEHOLDS).where(_HOUSEHOLDS.c.id == bindparam("one"))


def assessments_of(connection: Connection, household_ids: Sequence[str]) -> dict[str, list[AssessmentFields]]:
    """Assessments by household, finished or not."""
    found: dict[str, list[AssessmentFields]] = defaultdict(list)
    for one in rows.records(connection, rows.hanging_on("assessments", household_ids), AssessmentFields):
        found[one.household_id].append(one)
    return found


def signatures_of(
    connection: Connection, household_ids: Sequence[str]
) -> dict[str, list[AssessmentSignatureFields]]:
    """Signatures by household."""
    found: dict[str, list[AssessmentSignatureFields]] = defaultdict(list)
    query = rows.hanging_on("assessment_signatures", household_ids)
    for one in rows.records(connection, query, AssessmentSignatureFields):
        found[one.household_id].append(one)
    return found


def histories(
    connection: Connection, household_ids: Sequence[str], county: Parameters
) -> dict[str, tuple[LevelEntry, ...]]:
    """Level histories by household; those without a finished assessment are left out."""
    assessments = assessments_of(connection, household_ids)
    if not assessments:
        return {}
    assessed = list(assessments)
    signatures = signatures_of(connection, assessed)
    overrides: dict[str, list[LevelOverrideFields]] = defaultdict(list)
    query = rows.hanging_on("level_overrides", assessed)
    for one in rows.records(connection, query, LevelOverrideFields):
        overrides[one.household_id].append(one)
    found = {
        one: level_history(assessments[one], signatures[one], overrides[one], county) for one in assessed
    }
    return {one: history for one, history in found.items() if history}


def lay_over(
    connection: Connection, households: Sequence[HouseholdFields], county: Parameters
) -> list[HouseholdFields]:
    """The households with the level that follows from the records here; rows that differ are brought to it.

    Where the server names an assessment that this device does not hold, the server knows more and stays.
    """
    told = histories(connection, [one.id for one in households], county)
    result, changed = [], []
    for household in households:
        history = told.get(household.id, ())
        stands = standing(history)
        known = {entry.assessment_id for entry in history}
        if stands is None or (household.risk_assessment_id or stands.assessment_id) not in known:
            result.append(household)
            continue
        values = (stands.level, stands.assessment_id, stands.next_due, stands.since)
        fields = dict(zip(FIELDS, values, strict=True))
        if any(getattr(household, name) != value for name, value in fields.items()):
            household = household.model_copy(update=fields)
            changed.append({"one": household.id, **fields})
        result.append(household)
    if changed:
        connection.execute(_LAY_OVER, changed)
    return result
