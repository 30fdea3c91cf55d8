"""Conflicts over sensitive fields, and what a town clerk decides of them (R20).

The server opens a conflict in the transaction that meets the second value; a decision is a record of its
own, made on any device, whose arrival sets the field and closes the conflict. Values are JSON texts, since
a conflict may be over a number, a day or a list.
"""

import enum
from typing import Final

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, instant, nested

MAX_VALUE: Final = 8000
"""Longest JSON text of a contested value: a household's coverages are the largest."""


class ConflictState(enum.StrEnum):
    """How a conflict stands. AGREED: later changes left one value only, nobody had to decide."""

    OPEN = "OPEN"
    DECIDED = "DECIDED"
    AGREED = "AGREED"


class ConflictSide(Value):
    """One of the values: who entered it, on which device, when by that device's clock (bounded) and when
    it reached the server. Exactly one side of a conflict `stands`: it is what the record holds."""

    value: str = ValueField(max_length=MAX_VALUE)
    stands: bool = False
    by_user: str = ValueField(max_length=64)
    device_id: str = ValueField(default="", max_length=64)
    at: Instant
    received_at: Instant


class ConflictFields(RecordFields):
    """A field of a record for which two or more values were entered from the same base."""

    household_id: str = Field(max_length=64)
    record_kind: str = Field(max_length=30)
    record_id: str = Field(max_length=64)
    field: str = Field(max_length=64)
    sides: tuple[ConflictSide, ...] = nested(tuple[ConflictSide, ...], tuple)
    state: ConflictState = code(ConflictState, ConflictState.OPEN)
    decision_id: str | None = Field(default=None, max_length=64)
    decided_by: str = Field(default="", max_length=64)
    decided_at: Instant | None = instant(None)

    @property
    def standing(self) -> ConflictSide | None:
        """The side the record holds."""
        return next((side for side in self.sides if side.stands), None)


class ConflictDecisionFields(RecordFields):
    """Which value holds from now on, one of the sides or another, and why. `seen` is the standing value the
    clerk had before his eyes: a field that changed since is decided anew."""

    household_id: str = Field(max_length=64)
    conflict_id: str = Field(max_length=64)
    value: str = Field(min_length=1, max_length=MAX_VALUE)
    seen: str = Field(min_length=1, max_length=MAX_VALUE)
    reason: str = Field(min_length=1, max_length=200)
    decided_at: Instant = instant()
    received_at: Instant | None = instant(None)
