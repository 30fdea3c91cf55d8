"""What a supervisor says of a visit (R24): approved, returned with a reason, or void.

A review is a record of its own. The server folds it into the state of the visit, or refuses it where the
visit cannot take that step any more.
"""

import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, instant, nested


class ReviewAct(enum.StrEnum):
    """What the supervisor does with the visit."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"
    VOID = "VOID"


class FieldComment(Value):
    """A remark on one field of the visit, by the field's name."""

    field: str = ValueField(min_length=1, max_length=64)
    text: str = ValueField(min_length=1, max_length=200)


class VisitReviewFields(RecordFields):
    """One step of a supervisor. `reason` is asked for wherever the act is not APPROVE."""

    household_id: str = Field(max_length=64)
    visit_id: str = Field(max_length=64)
    act: ReviewAct = code(ReviewAct)
    reason: str = Field(default="", max_length=300)
    comments: tuple[FieldComment, ...] = nested(tuple[FieldComment, ...], tuple)
    reviewed_at: Instant = instant()
    received_at: Instant | None = instant(None)
