"""Back-checks: a second worker asks a family some questions of a visit again, without seeing the first
answers (domain brief, issue of spot checks; 4.6).

A back-check is written once by a supervisor; what becomes of it comes as steps, which the server folds by
rules.back_check.
"""

import datetime as dt
import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, day, instant, nested
from fieldapp.domain.records.visits import Mode, NeedKind, Satisfaction, YesNoUnknown


class BackCheckQuestion(enum.StrEnum):
    """What a family can be asked again; each names a field of BackCheckAnswers."""

    VISITED = "VISITED"
    VISITED_ON = "VISITED_ON"
    MODE = "MODE"
    AT_HOME_COUNT = "AT_HOME_COUNT"
    MONEY_RECEIVED = "MONEY_RECEIVED"
    CARER_PRESENT = "CARER_PRESENT"
    NEEDS = "NEEDS"
    SATISFACTION = "SATISFACTION"
    WORDS = "WORDS"


class BackCheckAnswers(Value):
    """Answers to the questions, the first worker's or the second's. None = not told; no needs = none named.
    `words` is what the family wants to say besides."""

    visited: YesNoUnknown | None = None
    visited_on: dt.date | None = None
    mode: Mode | None = None
    at_home_count: int | None = ValueField(default=None, ge=0, le=30)
    money_received: YesNoUnknown | None = None
    carer_present: YesNoUnknown | None = None
    needs: tuple[NeedKind, ...] = ()
    satisfaction: Satisfaction | None = None
    words: str = ValueField(default="", max_length=500)


class BackCheckStatus(enum.StrEnum):
    """Where a back-check stands (rules.back_check.TRANSITIONS)."""

    REQUESTED = "REQUESTED"
    ANSWERED = "ANSWERED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    ASKED = "ASKED"
    EXPLAINED = "EXPLAINED"
    CLOSED = "CLOSED"


class BackCheckAction(enum.StrEnum):
    """What a step does. ASK puts the differences before the first author, who may EXPLAIN them."""

    ANSWER = "ANSWER"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    ASK = "ASK"
    EXPLAIN = "EXPLAIN"
    CLOSE = "CLOSE"


class BackCheckOutcome(enum.StrEnum):
    """Whether the family answered the second worker."""

    TOLD = "TOLD"
    NOT_REACHED = "NOT_REACHED"
    REFUSED = "REFUSED"


class BackCheckFields(RecordFields):
    """One visit to be asked about again. `seed` and `share_percent` say how it was drawn, where it was."""

    household_id: str = Field(max_length=64)
    visit_id: str = Field(max_length=64)
    checker_id: str = Field(max_length=64)
    questions: tuple[BackCheckQuestion, ...] = nested(tuple[BackCheckQuestion, ...], tuple)
    mode: Mode = code(Mode, Mode.PHONE)
    note: str = Field(default="", max_length=200)
    due_on: dt.date = day()
    seed: str = Field(default="", max_length=64)
    share_percent: int | None = Field(default=None, ge=1, le=100)
    requested_at: Instant = instant()
    status: BackCheckStatus = code(BackCheckStatus, BackCheckStatus.REQUESTED)
    steps_taken: int = 0
    received_at: Instant | None = instant(None)


class BackCheckStepFields(RecordFields):
    """One step. `no_relation`: the second worker declares that he is no near relative of the family (R15).
    `seq` is the server's number of an accepted step; `refused_code` says why it took none."""

    household_id: str = Field(max_length=64)
    back_check_id: str = Field(max_length=64)
    action: BackCheckAction = code(BackCheckAction)
    mode: Mode | None = code(Mode, None)
    outcome: BackCheckOutcome | None = code(BackCheckOutcome, None)
    answers: BackCheckAnswers | None = nested(BackCheckAnswers | None, lambda: None)
    no_relation: bool = False
    note: str = Field(default="", max_length=300)
    at: Instant = instant()
    seq: int = 0
    refused_code: str = Field(default="", max_length=64)
    received_at: Instant | None = instant(None)
