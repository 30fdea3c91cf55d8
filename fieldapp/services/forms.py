"""Questionnaires: which there are, begin one, keep every answer, go to a newer version.

Filling itself is fieldapp.forms; a session belongs to one thread: hand its drafts and results over, not the
session. Finished sheets are in services.submissions.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.forms import FormFields, FormFile, FormPurpose
from fieldapp.forms import FormError, FormSession, migrate
from fieldapp.forms.view import Migration
from fieldapp.services.answer_sheets import LastAnswers, last_answers
from fieldapp.services.context import Context
from fieldapp.services.form_sessions import (
    PLAIN_DESK,
    Desk,
    OpenForm,
    form_definition,
    household_of,
    open_session,
    require_fill,
)
from fieldapp.services.visits import handed_to
from fieldapp.storage.repositories import forms, households
from fieldapp.storage.repositories.forms import StoredFormDraft

_SUFFIXES: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
    "text/csv": "csv",
}


@dataclass(frozen=True, slots=True)
class FormItem:
    """A form to choose. `ready` is False while its files are still on their way."""

    record_id: str
    form_id: str
    version: str
    title: str
    purpose: FormPurpose
    ready: bool


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that an answer is to name, not yet on the disk: its name follows from what is in it."""

    name: str
    content: bytes = field(repr=False)
    mime: str


@dataclass(frozen=True, slots=True)
class FormDraftItem:
    """A draft in a list; `handed_to` as in visits.DraftItem."""

    draft_id: str
    title: str
    purpose: FormPurpose
    household_id: str | None
    head_name: str
    started_at: dt.datetime
    saved_at: dt.datetime
    handed_to: str = ""


def available_forms(context: Context, purpose: FormPurpose | None = None) -> list[FormItem]:
    """The forms in use, each in its newest version."""
    with context.store.reading() as connection:
        found = forms.newest(connection, purpose)
    held = context.store.photos.held({sha256 for form in found for sha256 in _hashes(form)})
    return [
        FormItem(f.id, f.form_id, f.version, f.title, f.purpose, ready=held.issuperset(_hashes(f)))
        for f in found
    ]


def _hashes(form: FormFields) -> set[str]:
    return {form.definition_sha256, *(file.sha256 for file in form.files)}


def require_form(context: Context, purpose: FormPurpose, form_id: str = "") -> FormItem:
    """The form for a purpose: a certain one, or the first by title.

    Raises NotAllowedError("form_not_here").
    """
    found = [one for one in available_forms(context, purpose) if form_id in ("", one.form_id)]
    if not found:
        raise NotAllowedError("form_not_here")
    return found[0]


def begin_form(
    context: Context, record_id: str, *, household_id: str | None = None, person_id: str | None = None,
    body: str = "{}", desk: Desk = PLAIN_DESK, initiator: str = "",
) -> tuple[str, ChangeSet]:  # fmt: skip
    """Open a draft of a form: the one left unfinished, or a new one. Returns the draft's id.

    Raises NotAllowedError not_permitted, form_not_here; StorageError form_files_missing;
    RuleError form_cannot_open.
    """
    with context.store.unit_of_work(initiator) as work:
        form = forms.get(work.connection, record_id)
        require_fill(context, work.connection, household_id)
        left = forms.draft_of(work.connection, form.form_id, household_id, person_id)
        if left is not None:
            return left.id, ChangeSet(initiator=initiator)
        session = open_session(context, work.connection, form, desk, FormSession.new)
        now = work.now()
        stored = StoredFormDraft(
            id=work.new_id(), form_record_id=form.id, form_id=form.form_id, form_version=form.version,
            definition_sha256=form.definition_sha256, household_id=household_id, person_id=person_id,
            started_at=now, saved_at=now, xml=session.save_draft().decode(), body=body,
        )  # fmt: skip
        forms.put_draft(work.connection, stored)
        work.touch("form_drafts", stored.id)
        return stored.id, work.commit()


def open_draft(context: Context, draft_id: str, desk: Desk = PLAIN_DESK) -> OpenForm:
    """Go on with a draft where it was left, on the version it was begun with.

    Raises NotAllowedError draft_not_here, form_not_here; StorageError; RuleError form_cannot_open.
    """
    with context.store.reading() as connection:
        stored = forms.draft(connection, draft_id)
        form = forms.get(connection, stored.form_record_id)
        session = open_session(
            context, connection, form, desk,
            lambda definition, world: FormSession.resume(definition, stored.xml.encode(), world),
        )  # fmt: skip
        newest = {one.form_id: one for one in forms.newest(connection)}.get(form.form_id)
        return OpenForm(
            draft=stored,
            form=form,
            session=session,
            household=household_of(connection, stored.household_id),
            last=_last(connection, stored),
            newer_version=newest.version if newest is not None and newest.id != form.id else "",
        )


def new_file(content: bytes, mime: str) -> NewFile:
    """A file with the name to answer an upload question with; the same content has the same name."""
    return NewFile(f"{hashlib.sha256(content).hexdigest()[:16]}.{_SUFFIXES.get(mime, 'bin')}", content, mime)


def save_answers(
    context: Context, draft_id: str, xml: bytes, *, audit: str = "", files: Sequence[NewFile] = (),
    initiator: str = "",
) -> ChangeSet:  # fmt: skip
    """Keep a session's `save_draft()`; called after every answer. `audit` is OpenForm.audit().

    `files` are those that the answers name since the last time: the file and the answer that names it are
    kept by one commit, so that whenever the program is killed either both are there or neither.
    """
    # The store of blobs commits on its own and first: a row never names what is not there.
    kept = {
        one.name: FormFile(
            name=one.name, sha256=context.store.photos.put(one.content, one.mime), size=len(one.content),
            mime=one.mime,
        )
        for one in files
    }  # fmt: skip

    def with_answers(stored: StoredFormDraft) -> dict[str, object]:
        before = (one for one in stored.files if one.name not in kept)
        return {"xml": xml.decode(), "audit": audit, "files": (*before, *kept.values())}

    return _change_draft(context, draft_id, initiator, with_answers)


def save_body(context: Context, draft_id: str, body: str, initiator: str = "") -> ChangeSet:
    """Keep what stands beside the answers (JSON)."""
    return _change_draft(context, draft_id, initiator, lambda stored: {"body": body})


def _change_draft(
    context: Context, draft_id: str, initiator: str, change: Callable[[StoredFormDraft], dict[str, object]]
) -> ChangeSet:
    with context.store.unit_of_work(initiator) as work:
        stored = forms.draft(work.connection, draft_id)
        changed = dataclasses.replace(stored, saved_at=work.now(), **change(stored))  # type: ignore[arg-type]
        forms.put_draft(work.connection, changed)
        work.touch("form_drafts", draft_id)
        return work.commit()


def attached_file(context: Context, files: tuple[FormFile, ...], name: str) -> bytes:
    """The content of a file of a draft, a sheet or a form. Raises StorageError("photo_not_here")."""
    for file in files:
        if file.name == name:
            return context.store.photos.get(file.sha256)
    raise StorageError("photo_not_here")


def discard_form_draft(
    context: Context, draft_id: str, initiator: str = ""
) -> tuple[StoredFormDraft, ChangeSet]:
    """Throw a draft away; hand the returned value to restore_form_draft to undo."""
    with context.store.unit_of_work(initiator) as work:
        stored = forms.draft(work.connection, draft_id)
        forms.delete_draft(work.connection, draft_id)
        work.touch("form_drafts", draft_id)
        return stored, work.commit()


def restore_form_draft(context: Context, stored: StoredFormDraft, initiator: str = "") -> ChangeSet:
    """Undo discard_form_draft."""
    with context.store.unit_of_work(initiator) as work:
        forms.put_draft(work.connection, stored)
        work.touch("form_drafts", stored.id)
        return work.commit()


def newer_version(context: Context, draft_id: str) -> Migration:
    """What would become of a draft's answers in the newest version of its form; for the person to accept.

    Raises RuleError form_no_newer, form_cannot_migrate (fact `reason`).
    """
    with context.store.reading() as connection:
        stored = forms.draft(connection, draft_id)
        old, new = forms.get(connection, stored.form_record_id), _newest(connection, stored)
    try:
        return migrate(stored.xml.encode(), form_definition(context, old), form_definition(context, new))
    except FormError as error:
        raise RuleError("form_cannot_migrate", reason=error.code) from None


def take_newer_version(
    context: Context, draft_id: str, migration: Migration, initiator: str = ""
) -> ChangeSet:
    """Go on with the newest version of the form, as newer_version has shown it."""
    with context.store.unit_of_work(initiator) as work:
        stored = forms.draft(work.connection, draft_id)
        new = _newest(work.connection, stored)
        forms.put_draft(
            work.connection,
            dataclasses.replace(
                stored, form_record_id=new.id, form_version=new.version, saved_at=work.now(),
                definition_sha256=new.definition_sha256, xml=migration.draft.decode(),
            ),
        )  # fmt: skip
        work.touch("form_drafts", draft_id)
        return work.commit()


def _newest(connection: Connection, stored: StoredFormDraft) -> FormFields:
    found = next((one for one in forms.newest(connection) if one.form_id == stored.form_id), None)
    if found is None or found.id == stored.form_record_id:
        raise RuleError("form_no_newer")
    return found


def form_drafts(context: Context) -> list[FormDraftItem]:
    """All drafts of forms, latest saved first."""
    with context.store.reading() as connection:
        stored = forms.drafts(connection)
        actor, names = context.actor(connection), households.area_names(connection)
        heads = households.get_many(connection, [d.household_id for d in stored if d.household_id])
        known = {form_id: forms.get(connection, form_id) for form_id in {d.form_record_id for d in stored}}
    return [
        FormDraftItem(
            draft_id=one.id,
            title=known[one.form_record_id].title,
            purpose=known[one.form_record_id].purpose,
            household_id=one.household_id,
            head_name=heads[one.household_id].head_name if one.household_id in heads else "",
            handed_to=handed_to(actor, Permission.FILL_FORM, heads.get(one.household_id or ""), names),
            started_at=one.started_at,
            saved_at=one.saved_at,
        )
        for one in stored
    ]


def _last(connection: Connection, stored: StoredFormDraft) -> LastAnswers:
    if stored.household_id is None:
        return LastAnswers()
    found = forms.submissions_of(connection, stored.household_id, stored.form_id, stored.person_id, limit=1)
    return last_answers(found[0].id, found[0].xml) if found else LastAnswers()
