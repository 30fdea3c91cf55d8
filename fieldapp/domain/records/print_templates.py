"""Templates of other departments' documents that a county publishes: one visit fills several of them.

The server writes these records; devices fetch the named file as a blob and keep it.
"""

from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, code, instant, nested
from fieldapp.domain.records.forms import FormFile, FormState


class PrintTemplateFields(RecordFields):
    """One version of a template; its content never changes. `files` holds its one file, .docx or .xlsx. A
    newer version retires the one before."""

    template_id: str = Field(min_length=1, max_length=50)
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=60)
    department: str = Field(default="", max_length=30)
    files: tuple[FormFile, ...] = nested(tuple[FormFile, ...], tuple)
    state: FormState = code(FormState, FormState.PUBLISHED)
    published_at: Instant = instant()
    retired_at: Instant | None = instant(None)
