"""The risk fields of a household: what its assessments, their signatures and leaders' decisions come to.

Derived by the same rule as on a device, in the transaction that takes in the record that changes it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import orjson
from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    LevelOverrideFields,
)
from fieldapp.domain.rules.risk_history import (
    LevelEntry,
    is_finished,
    level_history,
    standing,
    still_open,
)
from server.store import tables
from server.store.feed import AFTER_DIGITS
from sync.protocol.wire import Body

RISK_KINDS: Final = ("assessments", "assessment_signatures", "level_overrides")
"""Kinds that decide the level of their household."""


def history_of(bodies: Iterable[tuple[str, Body]], parameters: Parameters) -> tuple[LevelEntry, ...]:
    """The level history of one household from the bodies of RISK_KINDS that hang on it."""
    typed = _typed(bodies)
    return level_history(typed.assessments, typed.signatures, typed.overrides, parameters)


def unsigned(bodies: Iterable[tuple[str, Body]]) -> bool:
    """Whether the latest assessment of a household still waits for a signature."""
    typed = _typed(bodies)
    return any(not is_finished(one, typed.signatures) for one in still_open(typed.assessments))


@dataclass(slots=True)
class _Records:
    assessments: list[AssessmentFields] = field(default_factory=list)
    signatures: list[AssessmentSignatureFields] = field(default_factory=list)
    overrides: list[LevelOverrideFields] = field(default_factory=list)


def _typed(bodies: Iterable[tuple[str, Body]]) -> _Records:
    found = _Records()
    for kind, body in bodies:
        if kind == "assessments":
            found.assessments.append(AssessmentFields.model_validate(body))
        elif kind == "assessment_signatures":
            found.signatures.append(AssessmentSignatureFields.model_validate(body))
        elif kind == "level_overrides":
            found.overrides.append(LevelOverrideFields.model_validate(body))
    return found


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


def bodies_by_household(connection: Connection, area_code: str = "") -> dict[str, list[tuple[str, Body]]]:
    """The bodies of RISK_KINDS in the buckets of an area ('' = the county), by household."""
    record = tables.record.c
    inside = and_(record.bucket >= area_code, record.bucket < area_code + AFTER_DIGITS)
    query = select(record.kind, record.body).where(
        inside, record.kind.in_(RISK_KINDS), record.deleted.is_(False)
    )
    found: dict[str, list[tuple[str, Body]]] = defaultdict(list)
    for row in connection.execute(query):
        body = orjson.loads(row.body)
        found[body["household_id"]].append((row.kind, body))
    return found
