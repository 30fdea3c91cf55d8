"""Tables of visit rules that the county decides on a device (R4).

The server takes one into the county's Parameters, from where every plan reads it; the record tells who
decided it, when and why. Append-only: another table of the same day takes its place.
"""

import datetime as dt

from sqlmodel import Field

from fieldapp.domain.parameters import VisitRule
from fieldapp.domain.records.base import Instant, RecordFields, day, instant, nested


class VisitRuleTableFields(RecordFields):
    """A whole table that is to hold from a day on, and why. `area_code` is the county's."""

    area_code: str = Field(min_length=6, max_length=15)
    valid_from: dt.date = day()
    rules: tuple[VisitRule, ...] = nested(tuple[VisitRule, ...], tuple)
    reason: str = Field(min_length=1, max_length=200)
    decided_at: Instant = instant()
