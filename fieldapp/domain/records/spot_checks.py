"""Spot checks 双随机一公开 (R14; domain brief 4.15, paper form 6.10).

The plan and what was drawn are the server's. A drawn target lies in the own bucket of the inspector who is
to see it, with what he needs to find and compare, until its result is in. The result goes to the town.
"""

import datetime as dt
import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, day, instant, nested
from fieldapp.domain.records.households import Category
from fieldapp.domain.records.visits import Mode, Photo, Satisfaction, Signature


class Population(enum.StrEnum):
    """What is drawn from: households that receive aid, reliefs decided in the period, visits of the period
    (asked again by phone), and contracts by which services are bought."""

    HOUSEHOLDS = "HOUSEHOLDS"
    DECISIONS = "DECISIONS"
    VISITS = "VISITS"
    CONTRACTS = "CONTRACTS"


class BarReason(enum.StrEnum):
    """Why an inspector may not check a target (R14, R15)."""

    SAME_TOWN = "SAME_TOWN"
    OWN_WORK = "OWN_WORK"
    RELATIVE = "RELATIVE"


class TargetStatus(enum.StrEnum):
    """Where a drawn target stands. UNASSIGNED: no inspector of the plan may check it."""

    OPEN = "OPEN"
    UNASSIGNED = "UNASSIGNED"
    DONE = "DONE"
    REPLACED = "REPLACED"


class CheckAnswer(enum.StrEnum):
    """Answer to a question of the check; NOT_CHECKED could not be seen, or does not apply."""

    YES = "YES"
    NO = "NO"
    NOT_CHECKED = "NOT_CHECKED"


class Found(enum.StrEnum):
    """What a check came to (domain brief 4.15)."""

    OK = "OK"
    WRONG_COVER = "WRONG_COVER"
    MISSED = "MISSED"
    AMOUNT = "AMOUNT"
    NOT_VISITED = "NOT_VISITED"
    DATA = "DATA"
    SERVICE_POOR = "SERVICE_POOR"
    OTHER = "OTHER"


class Inspector(Value):
    """An inspector of a plan with what he declared: towns he belongs to, and households of his near
    relatives. The towns he works or worked in by his roles are known besides."""

    user_id: str = ValueField(max_length=64)
    towns: tuple[str, ...] = ()
    relative_households: tuple[str, ...] = ()


class Stratum(Value):
    """A town ('' = the county) with how many it has and how many of them are drawn."""

    area_code: str = ValueField(default="", max_length=15)
    size: int = ValueField(ge=0)
    drawn: int = ValueField(default=0, ge=0)


class Publication(Value):
    """The results as they were made public; a later one corrects those before it, which stay."""

    published_on: dt.date
    place: str = ValueField(min_length=1, max_length=300)
    text: str = ValueField(min_length=1, max_length=6000)
    correction: str = ValueField(default="", max_length=300)


class SpotCheckFields(RecordFields):
    """A plan. `rate` is per thousand of each town. The population is fixed with the plan: `population_digest`
    is the SHA-256 of its ids, published before the seed is drawn, so that neither can be fitted to the other.
    The seed is drawn once, before two witnesses."""

    area_code: str = Field(min_length=6, max_length=6)
    plan_no: str = Field(max_length=30)
    title: str = Field(min_length=1, max_length=60)
    population: Population = code(Population)
    rate: int = Field(ge=1, le=1000)
    minimum: int = Field(default=2, ge=1, le=100)
    period_from: dt.date = day()
    period_to: dt.date = day()
    check_from: dt.date = day()
    check_until: dt.date = day()
    population_digest: str = Field(default="", max_length=64)
    strata: tuple[Stratum, ...] = nested(tuple[Stratum, ...], tuple)
    inspectors: tuple[Inspector, ...] = nested(tuple[Inspector, ...], tuple)
    seed: str = Field(default="", max_length=100)
    witnesses: tuple[str, ...] = nested(tuple[str, ...], tuple)
    drawn_at: Instant | None = instant(None)
    drawn_by: str = Field(default="", max_length=64)
    publications: tuple[Publication, ...] = nested(tuple[Publication, ...], tuple)


class Barred(Value):
    """An inspector who was passed over for a target, and why."""

    user_id: str = ValueField(max_length=64)
    reason: BarReason


class TargetFacts(Value):
    """The least an inspector needs to find a target and to compare; taken away once the result is in.

    `amount` in fen: monthly aid of the household, the relief decided, or the contract. `day`: of the visit,
    the decision or the contract's end. `by`: names of who made the visit, or the organisation's contact.
    """

    name: str = ""
    masked_id: str = ""
    phone: str = ""
    address: str = ""
    group_name: str = ""
    members: int = 0
    categories: tuple[Category, ...] = ()
    amount: int | None = None
    day: dt.date | None = None
    mode: Mode | None = None
    by: tuple[str, ...] = ()
    number: str = ""


class SpotCheckTargetFields(RecordFields):
    """One drawn target. `user_id` is the inspector who leads ('' = UNASSIGNED), `second_id` the one beside
    him ('' where nobody else may). `seq` is its place in the order of drawing within its town."""

    user_id: str = Field(default="", max_length=64)
    second_id: str = Field(default="", max_length=64)
    second_name: str = Field(default="", max_length=50)
    spot_check_id: str = Field(max_length=64)
    plan_no: str = Field(max_length=30)
    title: str = Field(max_length=60)
    population: Population = code(Population)
    subject_id: str = Field(max_length=64)
    area_code: str = Field(min_length=6, max_length=15)
    area_name: str = Field(default="", max_length=100)
    seq: int = Field(ge=1)
    check_until: dt.date = day()
    drawn_at: Instant = instant()
    barred: tuple[Barred, ...] = nested(tuple[Barred, ...], tuple)
    facts: TargetFacts | None = nested(TargetFacts | None, lambda: None)
    status: TargetStatus = code(TargetStatus, TargetStatus.OPEN)
    replaces: str | None = Field(default=None, max_length=64)
    replaced_by: str | None = Field(default=None, max_length=64)
    replace_reason: str = Field(default="", max_length=300)
    result_id: str | None = Field(default=None, max_length=64)


class SpotCheckResultFields(RecordFields):
    """What an inspector found at a target (form 6.10). It belongs to the target's town, which puts right what
    was found; `rectified_on` and the word with it are folded in from the town's record."""

    spot_check_id: str = Field(max_length=64)
    target_id: str = Field(max_length=64)
    plan_no: str = Field(max_length=30)
    population: Population = code(Population)
    subject_id: str = Field(max_length=64)
    area_code: str = Field(min_length=6, max_length=15)
    second_id: str = Field(default="", max_length=64)
    second_name: str = Field(default="", max_length=50)
    started_at: Instant = instant()
    checked_at: Instant = instant()
    met: CheckAnswer = code(CheckAnswer)
    identity_agrees: CheckAnswer = code(CheckAnswer)
    category_agrees: CheckAnswer = code(CheckAnswer)
    amount_agrees: CheckAnswer = code(CheckAnswer)
    visit_true: CheckAnswer = code(CheckAnswer)
    notice_posted: CheckAnswer = code(CheckAnswer)
    satisfaction: Satisfaction | None = code(Satisfaction, None)
    found: tuple[Found, ...] = nested(tuple[Found, ...], tuple)
    detail: str = Field(default="", max_length=1000)
    rectify_due: dt.date | None = day(None)
    photos: tuple[Photo, ...] = nested(tuple[Photo, ...], tuple)
    signature: Signature | None = nested(Signature | None, lambda: None)
    lead_signature: Signature | None = nested(Signature | None, lambda: None)
    second_signature: Signature | None = nested(Signature | None, lambda: None)
    rectified_on: dt.date | None = day(None)
    rectified_note: str = Field(default="", max_length=500)
    rectified_by: str = Field(default="", max_length=64)
    received_at: Instant | None = instant(None)


class SpotCheckRectificationFields(RecordFields):
    """The town's word that what a check found is put right."""

    spot_check_id: str = Field(max_length=64)
    result_id: str = Field(max_length=64)
    area_code: str = Field(min_length=6, max_length=15)
    rectified_on: dt.date = day()
    note: str = Field(min_length=1, max_length=500)
    recorded_at: Instant = instant()
    received_at: Instant | None = instant(None)


class CheckDraft(Value):
    """A check while it is filled in, on the device alone: nothing is required yet, a draft can always be
    kept. What is not answered is None."""

    met: CheckAnswer | None = None
    identity_agrees: CheckAnswer | None = None
    category_agrees: CheckAnswer | None = None
    amount_agrees: CheckAnswer | None = None
    visit_true: CheckAnswer | None = None
    notice_posted: CheckAnswer | None = None
    satisfaction: Satisfaction | None = None
    found: tuple[Found, ...] = ()
    detail: str = ""
    rectify_due: dt.date | None = None
    photos: tuple[Photo, ...] = ()
    signature: Signature | None = None
    lead_signature: Signature | None = None
    second_signature: Signature | None = None
