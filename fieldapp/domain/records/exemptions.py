"""Exemptions from the visit plan (domain brief 4.5): a worker asks, the town clerk decides.

The request and the decision are records of their own: both are made on a device, perhaps without a network,
and neither is ever changed. The first decision that reaches the server holds.
"""

import datetime as dt
import enum

from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, code, day, instant


class ExemptionReason(enum.StrEnum):
    """Why a household cannot or need not be visited."""

    HOSPITAL_AWAY = "HOSPITAL_AWAY"
    INSTITUTION = "INSTITUTION"
    WORK_AWAY = "WORK_AWAY"
    DEAD_PENDING = "DEAD_PENDING"
    REFUSED = "REFUSED"
    OTHER = "OTHER"


class ExemptionVerdict(enum.StrEnum):
    """What became of a request."""

    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class VisitExemptionFields(RecordFields):
    """A request to leave a household out of the plan from one day to another, both included."""

    household_id: str = Field(max_length=64)
    reason: ExemptionReason = code(ExemptionReason)
    note: str = Field(default="", max_length=200)
    since: dt.date = day()
    until: dt.date = day()
    requested_at: Instant = instant()
    received_at: Instant | None = instant(None)


class ExemptionDecisionFields(RecordFields):
    """What the clerk decided, and why."""

    household_id: str = Field(max_length=64)
    exemption_id: str = Field(max_length=64)
    verdict: ExemptionVerdict = code(ExemptionVerdict)
    reason: str = Field(min_length=1, max_length=200)
    decided_at: Instant = instant()
    received_at: Instant | None = instant(None)
