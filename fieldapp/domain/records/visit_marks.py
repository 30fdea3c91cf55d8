"""Marks: what the server found odd about several visits together, for the supervisor's eyes (R18, R19).

The server compares visits of all workers, makes marks and withdraws them; a supervisor clears one with a
reason, which is a record of its own. Nothing here names or counts a worker.
"""

import datetime as dt
import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, instant, nested


class MarkKind(enum.StrEnum):
    """What is odd."""

    SAME_PHOTO = "SAME_PHOTO"
    LIKE_PHOTO = "LIKE_PHOTO"
    STAGED = "STAGED"
    TRAVEL = "TRAVEL"
    COPIED = "COPIED"


class MarkState(enum.StrEnum):
    """How a mark stands. WITHDRAWN: a correction, or a visit made void, took away what it was about."""

    OPEN = "OPEN"
    CLEARED = "CLEARED"
    WITHDRAWN = "WITHDRAWN"


class MarkedPhoto(Value):
    """A photo to look at, with its small picture where there is one."""

    sha256: str = ValueField(pattern=r"^[0-9a-f]{64}$")
    size: int = ValueField(ge=1)
    thumbnail_sha256: str = ValueField(default="", pattern=r"^([0-9a-f]{64})?$")
    thumbnail_size: int | None = ValueField(default=None, ge=1)


class MarkedVisit(Value):
    """Another visit that a mark is about: its present version, the day it was told of, and its photo."""

    visit_id: str = ValueField(max_length=64)
    household_id: str = ValueField(max_length=64)
    day: dt.date
    photo: MarkedPhoto | None = None


class VisitMarkFields(RecordFields):
    """Something odd about a visit, by its first version `root_id`. The id follows from the evidence, so the
    same evidence is never marked twice. `explained`: the worker was told of it and said a word
    (`flag_reason` of the visit)."""

    household_id: str = Field(max_length=64)
    visit_id: str = Field(max_length=64)
    root_id: str = Field(max_length=64)
    kind: MarkKind = code(MarkKind)
    photo: MarkedPhoto | None = nested(MarkedPhoto | None, lambda: None)
    others: tuple[MarkedVisit, ...] = nested(tuple[MarkedVisit, ...], tuple)
    explained: bool = False
    state: MarkState = code(MarkState, MarkState.OPEN)
    cleared_by: str = Field(default="", max_length=64)
    cleared_at: Instant | None = instant(None)
    clear_reason: str = Field(default="", max_length=200)


class MarkClearanceFields(RecordFields):
    """A supervisor's word that a mark means nothing wrong; it stays cleared."""

    household_id: str = Field(max_length=64)
    mark_id: str = Field(max_length=64)
    reason: str = Field(min_length=1, max_length=200)
    cleared_at: Instant = instant()
    received_at: Instant | None = instant(None)
