"""Published forms, drafts of answer sheets, and submissions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.forms import FormFields, FormFile, FormPurpose, FormState
from fieldapp.domain.records.submissions import SubmissionFields
from fieldapp.storage import rows
from fieldapp.storage.tables import FormDraftRow, FormRow, SubmissionRow
from sync.protocol.entities import blobs_of

FORMS: Final = FormRow.__table__  # type: ignore[attr-defined]
SUBMISSIONS: Final = SubmissionRow.__table__  # type: ignore[attr-defined]
DRAFTS: Final = FormDraftRow.__table__  # type: ignore[attr-defined]
_FILES: Final = TypeAdapter(tuple[FormFile, ...])


@dataclass(frozen=True, slots=True)
class StoredFormDraft:
    """A form being filled, as kept. `xml` is the form engine's draft; '' before the first save."""

    id: str
    form_record_id: str
    form_id: str
    form_version: str
    definition_sha256: str
    household_id: str | None
    person_id: str | None
    started_at: dt.datetime
    saved_at: dt.datetime
    xml: str = ""
    audit: str = ""
    files: tuple[FormFile, ...] = ()
    body: str = "{}"


def get(connection: Connection, record_id: str) -> FormFields:
    """A form's version. Raises NotAllowedError("form_not_here")."""
    found = rows.find(connection, "forms", record_id)
    if not isinstance(found, FormFields):
        raise NotAllowedError("form_not_here")
    return found


def newest(connection: Connection, purpose: FormPurpose | None = None) -> list[FormFields]:
    """The version of each form that new answers are given with, by title."""
    query = rows.select_records("forms").where(FORMS.c.state == FormState.PUBLISHED)
    if purpose is not None:
        query = query.where(FORMS.c.purpose == purpose)
    found = rows.records(connection, query.order_by(FORMS.c.published_at, FORMS.c.id), FormFields)
    return sorted({form.form_id: form for form in found}.values(), key=lambda form: form.title)


def version_of(connection: Connection, form_id: str, version: str) -> FormFields:
    """The form that a sheet was filled with. Raises NotAllowedError("form_not_here")."""
    query = rows.select_records("forms").where(FORMS.c.form_id == form_id, FORMS.c.version == version)
    found = rows.records(connection, query, FormFields)
    if not found:
        raise NotAllowedError("form_not_here")
    return found[0]


def submission(connection: Connection, submission_id: str) -> SubmissionFields:
    """A finished sheet. Raises NotAllowedError("submission_not_here")."""
    found = rows.find(connection, "submissions", submission_id)
    if not isinstance(found, SubmissionFields):
        raise NotAllowedError("submission_not_here")
    return found


def submissions_of(
    connection: Connection,
    household_id: str,
    form_id: str = "",
    person_id: str | None = None,
    limit: int = 50,
) -> list[SubmissionFields]:
    """Sheets about a household (of one form, about one person), newest first."""
    query = rows.select_records("submissions").where(SUBMISSIONS.c.household_id == household_id)
    if form_id:
        query = query.where(SUBMISSIONS.c.form_id == form_id)
    if person_id is not None:
        query = query.where(SUBMISSIONS.c.person_id == person_id)
    query = query.order_by(SUBMISSIONS.c.finished_at.desc(), SUBMISSIONS.c.id.desc()).limit(limit)
    return rows.records(connection, query, SubmissionFields)


def last_saved(connection: Connection, form_id: str, user_id: str) -> SubmissionFields | None:
    """The sheet of a form that a worker finished last on this device, or None."""
    query = (
        rows.select_records("submissions")
        .where(SUBMISSIONS.c.form_id == form_id, SUBMISSIONS.c.created_by == user_id)
        .order_by(SUBMISSIONS.c.finished_at.desc())
        .limit(1)
    )
    found = rows.records(connection, query, SubmissionFields)
    return found[0] if found else None


def titles(connection: Connection) -> dict[tuple[str, str], str]:
    """Titles by form and version."""
    query = select(FORMS.c.form_id, FORMS.c.version, FORMS.c.title)
    return {(row.form_id, row.version): row.title for row in connection.execute(query)}


def unsent_ids(connection: Connection, submission_ids: Sequence[str]) -> set[str]:
    """Which of these sheets the server has not acknowledged."""
    query = select(SUBMISSIONS.c.id).where(
        rows.among(SUBMISSIONS.c.id, submission_ids), SUBMISSIONS.c.rev == 0
    )
    return set(connection.execute(query).scalars())


def draft(connection: Connection, draft_id: str) -> StoredFormDraft:
    """A draft. Raises NotAllowedError("draft_not_here")."""
    row = connection.execute(select(DRAFTS).where(DRAFTS.c.id == draft_id)).first()
    if row is None:
        raise NotAllowedError("draft_not_here")
    return _stored(row)


def drafts(connection: Connection) -> list[StoredFormDraft]:
    """All drafts, latest saved first."""
    return [_stored(row) for row in connection.execute(select(DRAFTS).order_by(DRAFTS.c.saved_at.desc()))]


def draft_of(
    connection: Connection, form_id: str, household_id: str | None, person_id: str | None
) -> StoredFormDraft | None:
    """The draft of a form about somebody that was left unfinished, or None."""
    query = select(DRAFTS).where(
        DRAFTS.c.form_id == form_id,
        DRAFTS.c.household_id.is_not_distinct_from(household_id),
        DRAFTS.c.person_id.is_not_distinct_from(person_id),
    )
    row = connection.execute(query.order_by(DRAFTS.c.saved_at.desc())).first()
    return None if row is None else _stored(row)


def put_draft(connection: Connection, stored: StoredFormDraft) -> None:
    """Write a draft, new or again."""
    values = {name: getattr(stored, name) for name in stored.__slots__}
    values["files"] = _FILES.dump_json(stored.files).decode()
    statement = insert(DRAFTS).values(values)
    replaced = {name: statement.excluded[name] for name in values if name not in ("id", "started_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=replaced))


def delete_draft(connection: Connection, draft_id: str) -> None:
    """Forget a draft."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft_id))


def blobs_in_use(connection: Connection) -> set[str]:
    """Hashes of all blobs that a form, a draft, a sheet or a signature names."""
    used = {file.sha256 for stored in drafts(connection) for file in stored.files}
    used.update(stored.definition_sha256 for stored in drafts(connection))
    for kind in ("forms", "assessment_signatures"):
        used.update(blobs_named(connection, kind, rows.select_records(kind)))
    with_files = rows.select_records("submissions").where(rows.as_text(SUBMISSIONS.c.files) != "[]")
    used.update(blobs_named(connection, "submissions", with_files))
    return used


def blobs_named(connection: Connection, kind: str, query: Any) -> Sequence[str]:
    """Hashes of the blobs that the records of a query over a kind name."""
    found = rows.records(connection, query, rows.fields_of(kind))
    return [sha256 for record in found for sha256, _, _ in blobs_of(kind, wire_body(record))]


def _stored(row: Any) -> StoredFormDraft:
    values = dict(row._mapping)
    return StoredFormDraft(**values | {"files": _FILES.validate_json(values["files"])})
