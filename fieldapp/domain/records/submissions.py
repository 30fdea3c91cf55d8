"""Submissions: finished answer sheets of any form, kept as the XML that the form engine wrote."""

import enum
from typing import Final

from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, code, instant, nested
from fieldapp.domain.records.forms import FormFile

MAX_XML_CHARS: Final = 100_000
"""Longest answer sheet; a form of 500 questions needs about 40,000 characters."""


class SubmissionSource(enum.StrEnum):
    """Which program filled the form: this one, or another through the OpenRosa interface."""

    DEVICE = "DEVICE"
    OPENROSA = "OPENROSA"


class SubmissionFields(RecordFields):
    """One answer sheet; never changed. Without `household_id` it waits in its area to be claimed.

    `instance_id` is the sheet's own id inside the XML. Files the answers name are blobs.
    """

    form_id: str = Field(min_length=1, max_length=100)
    form_version: str = Field(default="", max_length=64)
    household_id: str | None = Field(default=None, max_length=64)
    person_id: str | None = Field(default=None, max_length=64)
    area_code: str = Field(min_length=6, max_length=15)
    instance_id: str = Field(min_length=1, max_length=100)
    started_at: Instant = instant()
    finished_at: Instant = instant()
    xml: str = Field(min_length=1, max_length=MAX_XML_CHARS)
    files: tuple[FormFile, ...] = nested(tuple[FormFile, ...], tuple)
    source: SubmissionSource = code(SubmissionSource, SubmissionSource.DEVICE)
    received_at: Instant | None = instant(None)
