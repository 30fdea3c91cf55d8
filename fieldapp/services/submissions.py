"""Finished answer sheets: hand one in, carry over what it says, read it again."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.forms import FormFields, FormFile, FormPurpose
from fieldapp.domain.records.persons import PersonFields, SelfCare
from fieldapp.domain.records.submissions import MAX_XML_CHARS, SubmissionFields
from fieldapp.domain.rules.self_care import ABILITIES, self_care_grade
from fieldapp.forms import FormSession
from fieldapp.forms.view import Submission
from fieldapp.services.answer_sheets import LastAnswers, leaf_values
from fieldapp.services.context import Context
from fieldapp.services.form_sessions import (
    PLAIN_DESK,
    Desk,
    OpenForm,
    household_of,
    open_session,
    require_fill,
)
from fieldapp.storage.repositories import forms, households
from fieldapp.storage.repositories.forms import StoredFormDraft
from fieldapp.storage.unit_of_work import UnitOfWork

AUDIT_NAME: Final = "audit.csv"


@dataclass(frozen=True, slots=True)
class SubmissionItem:
    """A finished sheet in a list."""

    submission_id: str
    title: str
    version: str
    finished_at: dt.datetime
    created_by: str
    unsent: bool


def finish_form(
    context: Context, draft_id: str, finished: Submission, *, audit: str = "", initiator: str = ""
) -> tuple[str, ChangeSet]:
    """Turn a draft into a sheet: the record, its op, its files' queue and the end of the draft in one
    commit. `finished` is what the session's `finalise()` gave. Returns the sheet's id.

    Raises RuleError answer_sheet_too_long, attachment_missing; NotAllowedError.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = forms.draft(work.connection, draft_id)
        form = forms.get(work.connection, stored.form_record_id)
        if form.purpose is FormPurpose.ASSESSMENT and stored.household_id is not None:
            raise RuleError("assessment_needs_team")
        sheet = hand_in_sheet(context, work, stored, finished, audit=audit)
        _carry_over(context, work, form, sheet)
        return sheet.id, work.commit()


def hand_in_sheet(
    context: Context, work: UnitOfWork, stored: StoredFormDraft, finished: Submission, *, audit: str = "",
    urgent: bool = False,
) -> SubmissionFields:  # fmt: skip
    """Save the sheet of a draft and end the draft, in the caller's unit of work. Raises as finish_form."""
    household = household_of(work.connection, stored.household_id)
    area_code = require_fill(context, work.connection, stored.household_id, begun=True)
    xml = finished.xml.decode()
    if len(xml) > MAX_XML_CHARS:
        raise RuleError("answer_sheet_too_long", limit=MAX_XML_CHARS)
    files = {file.name: file for file in stored.files}
    if audit and AUDIT_NAME in finished.files:
        content = audit.encode()
        sha256 = context.store.photos.put(content, "text/csv")
        files[AUDIT_NAME] = FormFile(name=AUDIT_NAME, sha256=sha256, size=len(content), mime="text/csv")
    if any(name not in files for name in finished.files if name != AUDIT_NAME):
        raise RuleError("attachment_missing")
    now = work.now()
    sheet = SubmissionFields.model_validate(
        {
            "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
            "updated_by": context.user_id, "device_id": context.device_id, "form_id": stored.form_id,
            "form_version": stored.form_version, "household_id": stored.household_id,
            "person_id": stored.person_id,
            "area_code": household.area_code if household is not None else area_code,
            "instance_id": finished.instance_id, "started_at": stored.started_at, "finished_at": now,
            "xml": xml, "files": tuple(files[name] for name in finished.files if name in files),
        }
    )  # fmt: skip
    work.save("submissions", sheet, urgent=urgent)
    forms.delete_draft(work.connection, stored.id)
    work.touch("form_drafts", stored.id)
    return sheet


def _carry_over(context: Context, work: UnitOfWork, form: FormFields, sheet: SubmissionFields) -> None:
    """What a sheet says of a person or household goes to their file, where the worker may write it."""
    household = household_of(work.connection, sheet.household_id)
    if household is None:
        return
    actor, leaves = context.actor(work.connection), leaf_values(sheet.xml)
    stamp = {"updated_at": sheet.finished_at, "updated_by": context.user_id}
    if form.purpose is FormPurpose.NOTICE and leaves.get("notice_given") == "yes":
        if actor.may(Permission.EDIT_CONTACT, household.area_code):
            changes = {"consent_notice_at": sheet.finished_at, **stamp}
            work.save("households", household.model_copy(update=changes))
    elif form.purpose is FormPurpose.SELF_CARE and sheet.person_id is not None:
        person = work.find("persons", sheet.person_id)
        if isinstance(person, PersonFields) and actor.may(Permission.EDIT_HOUSEHOLD, household.area_code):
            assessed = self_care_of(leaves, context.today())
            work.save("persons", person.model_copy(update={"self_care": assessed, **stamp}))


def self_care_of(leaves: dict[str, str], on: dt.date) -> SelfCare:
    """The six abilities of a self-care sheet (`yes` = able) and the grade they give (R9)."""
    able: dict[str, bool | None] = {
        name: {"yes": True, "no": False}.get(leaves.get(name, "")) for name in ABILITIES
    }
    found = SelfCare.model_validate({**able, "assessed_on": on})
    return found.model_copy(update={"grade": self_care_grade(found)})


def read_submission(context: Context, submission_id: str, desk: Desk = PLAIN_DESK) -> OpenForm:
    """A finished sheet in the form it was filled with; nothing can be changed.

    Raises NotAllowedError submission_not_here, not_permitted, form_not_here; StorageError; RuleError.
    """
    with context.store.reading() as connection:
        sheet = forms.submission(connection, submission_id)
        context.actor(connection).require(Permission.READ_CASES, sheet.area_code)
        form = forms.version_of(connection, sheet.form_id, sheet.form_version)
        session = open_session(
            context, connection, form, desk,
            lambda definition, world: FormSession.read(definition, sheet.xml.encode(), world),
        )  # fmt: skip
        household = household_of(connection, sheet.household_id)
    return OpenForm(draft=None, form=form, session=session, household=household, last=LastAnswers())


def submissions_of(context: Context, household_id: str) -> list[SubmissionItem]:
    """Finished sheets about a household, newest first. Raises NotAllowedError."""
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        context.actor(connection).require(Permission.READ_CASES, household.area_code)
        found = forms.submissions_of(connection, household_id)
        titles = forms.titles(connection)
        unsent = forms.unsent_ids(connection, [sheet.id for sheet in found])
    return [
        SubmissionItem(
            submission_id=sheet.id,
            title=titles.get((sheet.form_id, sheet.form_version), sheet.form_id),
            version=sheet.form_version,
            finished_at=sheet.finished_at,
            created_by=sheet.created_by,
            unsent=sheet.id in unsent,
        )
        for sheet in found
    ]
