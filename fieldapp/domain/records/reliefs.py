"""Temporary relief (临时救助): what a household in urgent need is given, and the steps that follow
(domain brief 4.9, paper form 6.6).

A relief is written once, on the spot or at the town's desk; what is decided, paid and followed up comes as
steps, records of their own. The server folds them by rules.relief_flow and sets the fields that say how the
relief stands. All amounts are integer fen.
"""

import datetime as dt
import enum
from typing import Final

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, day, instant, nested
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.visits import Photo, Signature

MAX_FEN: Final = 2_000_000_000
"""Largest amount of one record: 20 million yuan, below what a 32-bit column of the server holds."""
REASON_MAX: Final = 500
"""Most characters of the reason and of an opinion."""


class ReliefKind(enum.StrEnum):
    """What the family met: an urgent blow, or expenses that outgrew it."""

    URGENT = "URGENT"
    EXPENSE = "EXPENSE"


class ReliefPath(enum.StrEnum):
    """ADVANCE: help first, papers later (先行救助)."""

    ADVANCE = "ADVANCE"
    NORMAL = "NORMAL"


class ReliefCause(enum.StrEnum):
    """Why help is needed; the same cause is helped once a calendar year unless the county approves (R17)."""

    ILLNESS = "ILLNESS"
    ACCIDENT = "ACCIDENT"
    FIRE = "FIRE"
    DISASTER = "DISASTER"
    COLD_HEAT = "COLD_HEAT"
    NO_FOOD = "NO_FOOD"
    NO_CARE = "NO_CARE"
    CHILD = "CHILD"
    VIOLENCE = "VIOLENCE"
    LOST_JOB = "LOST_JOB"
    SCHOOL = "SCHOOL"
    LIVING = "LIVING"
    OTHER = "OTHER"


class HardshipGrade(enum.StrEnum):
    """How heavy the hardship is: decides the coefficient of cash relief (R17)."""

    LIGHT = "LIGHT"
    MEDIUM = "MEDIUM"
    HEAVY = "HEAVY"


class ReliefForm(enum.StrEnum):
    """In what help is given. All but CASH is counted at cost."""

    CASH = "CASH"
    GOODS = "GOODS"
    LODGING = "LODGING"
    MEALS = "MEALS"
    CARE = "CARE"
    TRANSPORT = "TRANSPORT"
    SERVICE = "SERVICE"


class FundSource(enum.StrEnum):
    """Whose money it is."""

    STANDBY = "STANDBY"
    COUNTY = "COUNTY"
    SOCIAL = "SOCIAL"


class ReliefStatus(enum.StrEnum):
    """Where a relief stands (R24)."""

    PROPOSED = "PROPOSED"
    DECIDED = "DECIDED"
    DENIED = "DENIED"
    PAID = "PAID"
    FOLLOW_UP = "FOLLOW_UP"
    DONE = "DONE"


class ReliefAction(enum.StrEnum):
    """What a step does. On the ADVANCE path DECIDE and DENY may come after the payment: they confirm it, or
    do not."""

    DECIDE = "DECIDE"
    DENY = "DENY"
    PAY = "PAY"
    REFUND = "REFUND"
    PAPERS = "PAPERS"
    FOLLOW_UP = "FOLLOW_UP"
    FINISH = "FINISH"


class PapersState(enum.StrEnum):
    """Whether the papers of help given first are there."""

    NOT_NEEDED = "NOT_NEEDED"
    PENDING = "PENDING"
    COMPLETE = "COMPLETE"


class DecisionLevel(enum.StrEnum):
    """Who decides: the town up to its limit, the county above."""

    TOWN = "TOWN"
    COUNTY = "COUNTY"


class ReliefOutcome(enum.StrEnum):
    """What came of it."""

    SOLVED = "SOLVED"
    TURNED_DIBAO = "TURNED_DIBAO"
    REFERRED = "REFERRED"
    CONTINUING = "CONTINUING"


class ReliefItem(Value):
    """One line of help. `amount` (fen) = quantity × persons × unit price; `receipts` are hashes of photos
    of the relief. A hotel room for two is counted once: `persons` is 1."""

    form: ReliefForm
    name: str = ValueField(default="", max_length=100)
    quantity: int = ValueField(default=1, ge=1, le=10_000)
    persons: int = ValueField(default=1, ge=1, le=1_000)
    unit_price: int = ValueField(ge=0, le=MAX_FEN)
    amount: int = ValueField(ge=0, le=MAX_FEN)
    provider: str = ValueField(default="", max_length=100)
    since: dt.date | None = None
    until: dt.date | None = None
    receipts: tuple[str, ...] = ()


class ReliefFields(RecordFields):
    """One relief as it was proposed, or given on the spot.

    Without `household_id` it is for somebody of no household here: `recipient` says who. `persons` are the
    members affected, `person_count` how many (at least as many). `surveyors` are the users who looked into
    it at the door: none of them decides. `given_at` is when the need was seen and help begun,
    `urgency` how pressing it was then: it sets the rhythm of the visits afterwards (R11).

    Everything from `relief_no` on is the server's: what the accepted steps come to.
    """

    household_id: str | None = Field(default=None, max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    clue_id: str | None = Field(default=None, max_length=64)
    visit_id: str | None = Field(default=None, max_length=64)
    kind: ReliefKind = code(ReliefKind, ReliefKind.URGENT)
    path: ReliefPath = code(ReliefPath, ReliefPath.NORMAL)
    cause: ReliefCause = code(ReliefCause)
    urgency: Urgency = code(Urgency, Urgency.L2)
    grade: HardshipGrade | None = code(HardshipGrade, None)
    reason: str = Field(default="", max_length=REASON_MAX)
    recipient: str = Field(default="", max_length=50)
    persons: tuple[str, ...] = nested(tuple[str, ...], tuple)
    person_count: int = Field(default=1, ge=1, le=1000)
    self_paid: int = Field(default=0, ge=0, le=MAX_FEN)
    items: tuple[ReliefItem, ...] = nested(tuple[ReliefItem, ...], tuple)
    amount: int = Field(default=0, ge=0, le=MAX_FEN)
    fund_source: FundSource = code(FundSource, FundSource.STANDBY)
    repeat_reason: str = Field(default="", max_length=200)
    surveyors: tuple[str, ...] = nested(tuple[str, ...], tuple)
    village_opinion: str = Field(default="", max_length=REASON_MAX)
    photos: tuple[Photo, ...] = nested(tuple[Photo, ...], tuple)
    signature: Signature | None = nested(Signature | None, lambda: None)
    given_at: Instant = instant()
    relief_no: str = Field(default="", max_length=30)
    status: ReliefStatus = code(ReliefStatus, ReliefStatus.PROPOSED)
    decide_at_level: DecisionLevel = code(DecisionLevel, DecisionLevel.TOWN)
    decision: ReliefAction | None = code(ReliefAction, None)
    decided_by: str = Field(default="", max_length=64)
    decided_at: Instant | None = instant(None)
    decided_amount: int = Field(default=0, ge=0, le=MAX_FEN)
    paid_at: Instant | None = instant(None)
    paid_amount: int = Field(default=0, ge=0, le=MAX_FEN)
    refunded_amount: int = Field(default=0, ge=0, le=MAX_FEN)
    papers_state: PapersState = code(PapersState, PapersState.NOT_NEEDED)
    papers_due: dt.date | None = day(None)
    papers_at: Instant | None = instant(None)
    outcome: ReliefOutcome | None = code(ReliefOutcome, None)
    done_at: Instant | None = instant(None)
    steps_taken: int = Field(default=0, ge=0)
    received_at: Instant | None = instant(None)


class ReliefStepFields(RecordFields):
    """One step of a relief. `amount` (fen) goes with DECIDE, PAY and REFUND, `visit_id` with FOLLOW_UP,
    `outcome` with FINISH.

    The server says what became of it: `seq` is its number among the accepted steps (0 = not yet seen, or
    refused), `refused_code` the code of the reason why it does not count. A refused step stays on file.
    """

    relief_id: str = Field(max_length=64)
    household_id: str | None = Field(default=None, max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    action: ReliefAction = code(ReliefAction)
    at: Instant = instant()
    opinion: str = Field(default="", max_length=REASON_MAX)
    amount: int = Field(default=0, ge=0, le=MAX_FEN)
    visit_id: str | None = Field(default=None, max_length=64)
    outcome: ReliefOutcome | None = code(ReliefOutcome, None)
    photos: tuple[Photo, ...] = nested(tuple[Photo, ...], tuple)
    signature: Signature | None = nested(Signature | None, lambda: None)
    seq: int = Field(default=0, ge=0)
    refused_code: str = Field(default="", max_length=40)
    received_at: Instant | None = instant(None)
