"""Urgent clues: the report as it was given, the steps taken about it, and what its reporter is told of it
(domain brief 4.8, paper form 6.5; domain layer).

A clue and its steps are only ever added to. What the server decides (status, clocks, escalations, whether a
step holds) are its own fields on both; rules.clue_flow makes the same of them everywhere.
"""

import enum
from typing import Final

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, instant, nested
from fieldapp.domain.records.visits import Photo


class ClueSource(enum.StrEnum):
    """How the case became known."""

    GRID = "GRID"
    AIDE = "AIDE"
    VOLUNTEER = "VOLUNTEER"
    NEIGHBOUR = "NEIGHBOUR"
    SELF = "SELF"
    HOTLINE = "HOTLINE"
    ONLINE = "ONLINE"
    DATA = "DATA"
    MEDIA = "MEDIA"
    OTHER_DEPT = "OTHER_DEPT"


class ClueKind(enum.StrEnum):
    """What has happened."""

    ILLNESS = "ILLNESS"
    ACCIDENT = "ACCIDENT"
    FIRE = "FIRE"
    DISASTER = "DISASTER"
    COLD_HEAT = "COLD_HEAT"
    NO_FOOD = "NO_FOOD"
    NO_CARE = "NO_CARE"
    CHILD = "CHILD"
    VIOLENCE = "VIOLENCE"
    SUICIDE = "SUICIDE"
    LOST_JOB = "LOST_JOB"
    HOMELESS = "HOMELESS"
    OTHER = "OTHER"


class Urgency(enum.StrEnum):
    """L1 life in danger, L2 urgent (24 hours), L3 ordinary."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


PRESSING: Final = frozenset({Urgency.L1, Urgency.L2})
"""Cases whose clocks run by day and night."""


class MeasureTaken(enum.StrEnum):
    """What the reporter has done already."""

    CALLED_120 = "CALLED_120"
    CALLED_110 = "CALLED_110"
    CALLED_119 = "CALLED_119"
    TOLD_FAMILY = "TOLD_FAMILY"
    SHELTERED = "SHELTERED"
    OTHER = "OTHER"


class ClueStatus(enum.StrEnum):
    """How a clue stands. A draft is no clue yet: it never leaves its device."""

    REPORTED = "REPORTED"
    ACCEPTED = "ACCEPTED"
    ASSIGNED = "ASSIGNED"
    VERIFYING = "VERIFYING"
    CONFIRMED = "CONFIRMED"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    IN_RELIEF = "IN_RELIEF"
    FOLLOW_UP = "FOLLOW_UP"
    CLOSED = "CLOSED"
    DUPLICATE = "DUPLICATE"
    TRANSFERRED = "TRANSFERRED"
    REOPENED = "REOPENED"


SETTLED: Final = frozenset({ClueStatus.CLOSED, ClueStatus.DUPLICATE, ClueStatus.TRANSFERRED})
"""Nobody here has to act: no clock runs."""


class ClueAction(enum.StrEnum):
    """What somebody does about a clue; rules.clue_flow says from where to where, and who may."""

    ACCEPT = "ACCEPT"
    MARK_DUPLICATE = "MARK_DUPLICATE"
    TRANSFER = "TRANSFER"
    ASSIGN = "ASSIGN"
    START = "START"
    CONFIRM = "CONFIRM"
    NOT_CONFIRM = "NOT_CONFIRM"
    RELIEF = "RELIEF"
    PAPERS = "PAPERS"
    FOLLOW_UP = "FOLLOW_UP"
    VISIT = "VISIT"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"


class ClueClock(enum.StrEnum):
    """The limits of R11."""

    ACCEPT = "ACCEPT"
    ON_SPOT = "ON_SPOT"
    RELIEF = "RELIEF"
    PAPERS = "PAPERS"
    FOLLOW_UP = "FOLLOW_UP"


class EscalationTo(enum.StrEnum):
    """Who is told that a limit runs out."""

    HANDLER = "HANDLER"
    LEADER = "LEADER"
    COUNTY = "COUNTY"


class ContactPerson(Value):
    """Somebody as far as known; never an identity number. `age` is a guess in years."""

    name: str = ValueField(default="", max_length=50)
    phone: str = ValueField(default="", max_length=30)
    age: int | None = ValueField(default=None, ge=0, le=130)


class ClockFact(Value):
    """One limit: when it began to run, by when it is to be kept, when it was. Where `working_days` is not 0
    it is so many working days and ends with the last one's evening; else it runs by the hour."""

    clock: ClueClock
    started_at: Instant
    due_at: Instant
    done_at: Instant | None = None
    working_days: int = ValueField(default=0, ge=0, le=400)


class Escalation(Value):
    """Somebody was told: about which clock, at which part of the limit (percent; 0 = at once), when."""

    clock: ClueClock
    percent: int = ValueField(ge=0, le=1000)
    to: EscalationTo
    at: Instant


class ClueFields(RecordFields):
    """A report. From `clue_no` on all is the server's, and `household_id` once verification found the
    household. `reported_at` is the local time of handing in: the clocks run from there.

    `urgency` is as reported, `graded` as it stands. `assessment_id` and `visit_id` name what it came from.
    """

    household_id: str | None = Field(default=None, max_length=64)
    area_code: str = Field(min_length=9, max_length=15)
    place: str = Field(min_length=1, max_length=200)
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    source: ClueSource = code(ClueSource, ClueSource.GRID)
    kind: ClueKind = code(ClueKind, ClueKind.OTHER)
    urgency: Urgency = code(Urgency)
    description: str = Field(min_length=1, max_length=2000)
    person: ContactPerson | None = nested(ContactPerson | None, lambda: None)
    informant: ContactPerson | None = nested(ContactPerson | None, lambda: None)
    measures: tuple[MeasureTaken, ...] = nested(tuple[MeasureTaken, ...], tuple)
    support_needed: str = Field(default="", max_length=500)
    photos: tuple[Photo, ...] = nested(tuple[Photo, ...], tuple)
    happened_at: Instant | None = instant(None)
    found_at: Instant | None = instant(None)
    reported_at: Instant = instant()
    assessment_id: str | None = Field(default=None, max_length=64)
    visit_id: str | None = Field(default=None, max_length=64)
    flags: tuple[str, ...] = nested(tuple[str, ...], tuple)
    clue_no: str = Field(default="", max_length=30)
    received_at: Instant | None = instant(None)
    clock_suspect: bool = False
    status: ClueStatus = code(ClueStatus, ClueStatus.REPORTED)
    status_at: Instant | None = instant(None)
    graded: Urgency | None = code(Urgency, None)
    assignee_id: str = Field(default="", max_length=64)
    main_id: str | None = Field(default=None, max_length=64)
    department: str = Field(default="", max_length=100)
    clocks: tuple[ClockFact, ...] = nested(tuple[ClockFact, ...], tuple)
    escalations: tuple[Escalation, ...] = nested(tuple[Escalation, ...], tuple)


class ClueStepFields(RecordFields):
    """Something done about a clue. `seen` is the status its author had before his eyes.

    `seq` (from 1, in the order in which the server took them) and `refused_code` are the server's word:
    with a code the step is kept, but nothing follows from it. Both empty: not decided yet.
    """

    clue_id: str = Field(max_length=64)
    household_id: str | None = Field(default=None, max_length=64)
    area_code: str = Field(min_length=9, max_length=15)
    action: ClueAction = code(ClueAction)
    at: Instant = instant()
    opinion: str = Field(default="", max_length=500)
    seen: ClueStatus | None = code(ClueStatus, None)
    urgency: Urgency | None = code(Urgency, None)
    assignee_id: str = Field(default="", max_length=64)
    main_id: str | None = Field(default=None, max_length=64)
    department: str = Field(default="", max_length=100)
    visit_id: str | None = Field(default=None, max_length=64)
    on_spot_at: Instant | None = instant(None)
    found_household_id: str | None = Field(default=None, max_length=64)
    relief_id: str | None = Field(default=None, max_length=64)
    received_at: Instant | None = instant(None)
    seq: int = Field(default=0, ge=0)
    refused_code: str = Field(default="", max_length=40)


class ClueReceiptFields(RecordFields):
    """What a reporter is told of a clue of his, wherever it lives: that it came in and how it stands. Of a
    clue that was merged (`merged`) the standing is that of the one it was merged into."""

    user_id: str = Field(max_length=64)
    clue_id: str = Field(max_length=64)
    clue_no: str = Field(default="", max_length=30)
    kind: ClueKind = code(ClueKind)
    urgency: Urgency = code(Urgency)
    place: str = Field(default="", max_length=200)
    reported_at: Instant = instant()
    received_at: Instant | None = instant(None)
    status: ClueStatus = code(ClueStatus)
    status_at: Instant | None = instant(None)
    merged: bool = False


class DutyFields(RecordFields):
    """Who is on duty for an area from an instant to another, and the number to call."""

    area_code: str = Field(min_length=6, max_length=15)
    user_id: str = Field(default="", max_length=64)
    name: str = Field(min_length=1, max_length=50)
    phone: str = Field(min_length=1, max_length=30)
    since: Instant = instant()
    until: Instant = instant()
