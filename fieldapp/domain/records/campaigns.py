"""Campaigns (S4): a sweep over the households that a filter names, within some days.

No task is stored per household: device and server derive the tasks from the filter by one rule.
"""

import datetime as dt

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import RecordFields, Value, day, nested
from fieldapp.domain.records.households import Category, HouseholdTag, HouseKind, HouseSafety, RiskLevel


class HouseholdFilter(Value):
    """Which households a campaign is for: all given conditions hold; inside one, any value does.

    An empty condition is not asked. `houses` and `safety` are one condition, met by either: a house may be
    endangered by what it is built of or by its appraisal. The ages, in full years on the campaign's first
    day, are asked of one living member.
    """

    houses: tuple[HouseKind, ...] = ()
    safety: tuple[HouseSafety, ...] = ()
    age_from: int | None = ValueField(default=None, ge=0, le=150)
    age_to: int | None = ValueField(default=None, ge=0, le=150)
    tags: tuple[HouseholdTag, ...] = ()
    categories: tuple[Category, ...] = ()
    risk_levels: tuple[RiskLevel, ...] = ()


class CampaignFields(RecordFields):
    """A campaign in an area, from one day to another, both included.

    With a `form_id` a household is done when that form was submitted for it, else by a visit with the
    purpose SWEEP. `closed_on` ends it early: from that day on it asks nothing.
    """

    area_code: str = Field(min_length=6, max_length=15)
    title: str = Field(min_length=1, max_length=60)
    note: str = Field(default="", max_length=500)
    filter: HouseholdFilter = nested(HouseholdFilter, HouseholdFilter)
    form_id: str = Field(default="", max_length=100)
    starts_on: dt.date = day()
    ends_on: dt.date = day()
    closed_on: dt.date | None = day(None)
