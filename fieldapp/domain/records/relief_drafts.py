"""Drafts of relief: what has been entered so far; never synced (domain layer)."""

import datetime as dt

from fieldapp.domain.records.base import Value
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.reliefs import (
    FundSource,
    HardshipGrade,
    ReliefCause,
    ReliefItem,
    ReliefKind,
    ReliefPath,
)
from fieldapp.domain.records.visits import Photo, Signature


class ReliefDraft(Value):
    """The fields of a relief, none required yet: a draft can always be kept. Relief is begun on the spot, so
    ADVANCE is where it starts."""

    household_id: str = ""
    area_code: str = ""
    clue_id: str = ""
    visit_id: str = ""
    kind: ReliefKind = ReliefKind.URGENT
    path: ReliefPath = ReliefPath.ADVANCE
    cause: ReliefCause | None = None
    urgency: Urgency = Urgency.L2
    grade: HardshipGrade | None = None
    reason: str = ""
    recipient: str = ""
    persons: tuple[str, ...] = ()
    person_count: int = 1
    self_paid: int = 0
    items: tuple[ReliefItem, ...] = ()
    fund_source: FundSource = FundSource.STANDBY
    repeat_reason: str = ""
    surveyors: tuple[str, ...] = ()
    village_opinion: str = ""
    photos: tuple[Photo, ...] = ()
    signature: Signature | None = None
    given_at: dt.datetime | None = None
