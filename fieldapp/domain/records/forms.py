"""Published forms: which questionnaires a county uses, in which version, and where their files are.

The server writes these records; devices fetch the named files as blobs and keep them.
"""

import enum

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, instant, nested


class FormPurpose(enum.StrEnum):
    """What a form is for: which screen offers it, and what is made of its answers."""

    ASSESSMENT = "ASSESSMENT"
    SELF_CARE = "SELF_CARE"
    VISIT = "VISIT"
    NOTICE = "NOTICE"
    SURVEY = "SURVEY"


class FormState(enum.StrEnum):
    """A retired version takes no new answers; drafts begun with it are finished with it."""

    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class FormFile(Value):
    """A file by content: `name` is what the form calls it, `sha256` names the blob."""

    name: str = ValueField(min_length=1, max_length=255)
    sha256: str = ValueField(pattern=r"^[0-9a-f]{64}$")
    size: int = ValueField(ge=0)
    mime: str = ValueField(default="application/octet-stream", max_length=100)


class FormFields(RecordFields):
    """One version of a form; its content never changes. `definition_*` is the XForm, `files` its
    attachments (lists, pictures)."""

    form_id: str = Field(min_length=1, max_length=100)
    version: str = Field(default="", max_length=64)
    title: str = Field(max_length=200)
    purpose: FormPurpose = code(FormPurpose, FormPurpose.SURVEY)
    definition_sha256: str = Field(regex=r"^[0-9a-f]{64}$")
    definition_size: int = Field(ge=1)
    files: tuple[FormFile, ...] = nested(tuple[FormFile, ...], tuple)
    languages: tuple[str, ...] = nested(tuple[str, ...], tuple)
    default_language: str = Field(default="", max_length=50)
    state: FormState = code(FormState, FormState.PUBLISHED)
    published_at: Instant = instant()
    retired_at: Instant | None = instant(None)
