"""Service-type assistance (服务类救助): needs, referrals to organisations, and who can serve (brief 4.13).

A need and a referral are written once; what becomes of them comes as steps, which the server folds by
rules.referral_flow. Organisations and their projects are the county's own lists.
"""

import datetime as dt
import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, day, instant, nested
from fieldapp.domain.records.reliefs import MAX_FEN
from fieldapp.domain.records.visits import NeedKind


class NeedUrgency(enum.StrEnum):
    """By when help is wanted: now, within 7 or 30 days."""

    NOW = "NOW"
    WITHIN_7D = "7D"
    WITHIN_30D = "30D"


class NeedStatus(enum.StrEnum):
    """Where a need stands (R24). DECLINED and EXPIRED referrals put it back to OPEN."""

    OPEN = "OPEN"
    REFERRED = "REFERRED"
    ACCEPTED = "ACCEPTED"
    IN_SERVICE = "IN_SERVICE"
    DONE = "DONE"
    UNMET = "UNMET"


class ReferralStatus(enum.StrEnum):
    """Where a referral stands. DELIVERED: served, waiting to be rated at the next visit."""

    REFERRED = "REFERRED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    IN_SERVICE = "IN_SERVICE"
    DELIVERED = "DELIVERED"
    DONE = "DONE"
    UNMET = "UNMET"


class ReferralAction(enum.StrEnum):
    """What a step does. SETTLE and GIVE_UP end a need that no organisation has: solved by ourselves, or
    nobody can. EXPIRE is the server's, after the response time."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    EXPIRE = "EXPIRE"
    START = "START"
    LOG = "LOG"
    DELIVER = "DELIVER"
    RATE = "RATE"
    UNMET = "UNMET"
    SETTLE = "SETTLE"
    GIVE_UP = "GIVE_UP"


class PickedNeed(Value):
    """A need as it is picked at a visit or on a household's card, before it is a record.

    `kept`: the visit that is being corrected has it already; it is shown and makes no second record.
    """

    kind: NeedKind
    urgency: NeedUrgency = NeedUrgency.WITHIN_30D
    person_id: str | None = ValueField(default=None, max_length=64)
    description: str = ValueField(default="", max_length=500)
    consent_to_share: bool = False
    not_eligible: bool = False
    kept: bool = False


class ServiceRating(Value):
    """What the family says, at a visit, of a service that an organisation delivered. None: not asked yet."""

    need_id: str = ValueField(max_length=64)
    kind: NeedKind
    organisation_name: str = ""
    rating: int | None = ValueField(default=None, ge=1, le=5)
    note: str = ValueField(default="", max_length=500)


class ServiceNeedFields(RecordFields):
    """A need seen at a visit or told by the family.

    `consent_to_share` must be true before an organisation learns of it. `not_eligible`: the family stands
    just above the line and gets no public aid for it; such needs form the charity pool (S33).
    """

    household_id: str = Field(max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    person_id: str | None = Field(default=None, max_length=64)
    visit_id: str | None = Field(default=None, max_length=64)
    kind: NeedKind = code(NeedKind)
    urgency: NeedUrgency = code(NeedUrgency, NeedUrgency.WITHIN_30D)
    description: str = Field(default="", max_length=500)
    consent_to_share: bool = False
    not_eligible: bool = False
    seen_at: Instant = instant()
    status: NeedStatus = code(NeedStatus, NeedStatus.OPEN)
    referral_id: str | None = Field(default=None, max_length=64)
    result: str = Field(default="", max_length=500)
    closed_at: Instant | None = instant(None)
    received_at: Instant | None = instant(None)


class ReferralFields(RecordFields):
    """A need handed to an organisation. `message` is all it is told beside the minimal fields."""

    household_id: str = Field(max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    need_id: str = Field(max_length=64)
    organisation_id: str = Field(max_length=64)
    project_id: str | None = Field(default=None, max_length=64)
    message: str = Field(default="", max_length=300)
    sent_at: Instant = instant()
    respond_due: dt.date | None = day(None)
    status: ReferralStatus = code(ReferralStatus, ReferralStatus.REFERRED)
    logged: int = Field(default=0, ge=0)
    result: str = Field(default="", max_length=500)
    rating: int | None = Field(default=None, ge=1, le=5)
    closed_at: Instant | None = instant(None)
    steps_taken: int = Field(default=0, ge=0)
    received_at: Instant | None = instant(None)


class ReferralStepFields(RecordFields):
    """One step of a need or its referral. LOG carries day, hours and worker of a service; DELIVER a result;
    RATE the family's rating (1–5) and the visit it was asked at. `seq` and `refused_code` as in relief
    steps."""

    household_id: str = Field(max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    need_id: str = Field(max_length=64)
    referral_id: str | None = Field(default=None, max_length=64)
    action: ReferralAction = code(ReferralAction)
    at: Instant = instant()
    note: str = Field(default="", max_length=500)
    served_on: dt.date | None = day(None)
    quarter_hours: int = Field(default=0, ge=0, le=96)
    worker: str = Field(default="", max_length=50)
    rating: int | None = Field(default=None, ge=1, le=5)
    visit_id: str | None = Field(default=None, max_length=64)
    seq: int = Field(default=0, ge=0)
    refused_code: str = Field(default="", max_length=40)
    received_at: Instant | None = instant(None)


class Contract(Value):
    """A contract by which services are bought; `amount` in fen, both days included."""

    number: str = ValueField(default="", max_length=50)
    since: dt.date
    until: dt.date
    amount: int = ValueField(default=0, ge=0, le=MAX_FEN)
    indicators: str = ValueField(default="", max_length=500)

    def holds_on(self, on: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= on <= self.until


class OrganisationFields(RecordFields):
    """An organisation that serves people. `users` are its accounts: what a partner may see follows from it.

    `areas` are codes it works in, () = the whole county. `volunteer` groups need no contract.
    """

    name: str = Field(min_length=1, max_length=100)
    credit_code: str = Field(default="", max_length=18)
    services: tuple[NeedKind, ...] = nested(tuple[NeedKind, ...], tuple)
    areas: tuple[str, ...] = nested(tuple[str, ...], tuple)
    contact_name: str = Field(default="", max_length=50)
    phone: str = Field(default="", max_length=30)
    volunteer: bool = False
    contracts: tuple[Contract, ...] = nested(tuple[Contract, ...], tuple)
    users: tuple[str, ...] = nested(tuple[str, ...], tuple)
    active: bool = True


class ProjectFields(RecordFields):
    """A project with money for some people: `quota` = how many it can serve, `funding` in fen."""

    organisation_id: str = Field(max_length=64)
    name: str = Field(min_length=1, max_length=100)
    funder: str = Field(default="", max_length=100)
    funding: int = Field(default=0, ge=0, le=MAX_FEN)
    services: tuple[NeedKind, ...] = nested(tuple[NeedKind, ...], tuple)
    areas: tuple[str, ...] = nested(tuple[str, ...], tuple)
    target: str = Field(default="", max_length=200)
    quota: int = Field(default=0, ge=0, le=1_000_000)
    since: dt.date = day()
    until: dt.date = day()
    active: bool = True
