"""A county changes a form: drafts stay on their version, or move to the newer one when the worker says so."""

import io

import openpyxl
import pytest

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.forms.view import MoveKind
from fieldapp.services import forms, submissions
from fieldapp.services.context import Context
from server.services.forms import CheckedForm, publish_form, retire_form
from server.services.shipped_forms import FOLDER, publish_shipped_forms
from server.services.users import SERVER_USER
from server.store.blob_files import BlobFiles
from server.xlsform.conversion import convert_workbook
from tests.integration.server.county import County
from tests.integration.sync.device import Tablet


def _blobs(county: County) -> BlobFiles:
    return BlobFiles(county.context.settings.blobs)


def _next_version_without_remark(county: County) -> None:
    """The county's own self-care form: version 2027.1, the free remark taken out."""
    book = openpyxl.load_workbook(FOLDER / "self-care.xlsx")
    survey, settings = book["survey"], book["settings"]
    names = [cell.value for cell in survey["B"]]
    survey.delete_rows(names.index("remark") + 1)
    headings = [cell.value for cell in settings[1]]
    settings.cell(2, headings.index("version") + 1).value = "2027.1"
    content = io.BytesIO()
    book.save(content)
    made = convert_workbook(content.getvalue())
    publish_form(
        county.context.store, _blobs(county), CheckedForm(made, (), made.problems),
        purpose=FormPurpose.SELF_CARE, by=SERVER_USER, ids=county.ids,
    )  # fmt: skip


@pytest.fixture
def context(county: County, aide: Tablet) -> Context:
    publish_shipped_forms(county.context.store, _blobs(county), ids=county.ids)
    aide.synced()
    return Context(aide.store, aide.user_id, "device-1")


def _draft(context: Context, aide: Tablet) -> str:
    form = forms.require_form(context, FormPurpose.SELF_CARE)
    draft_id, _ = forms.begin_form(context, form.record_id, household_id=aide.household().id)
    session = forms.open_draft(context, draft_id).session
    session.answer("/data/abilities/eat", "no")
    session.answer("/data/result/remark", "饭量减少")
    forms.save_answers(context, draft_id, session.save_draft())
    return draft_id


def test_draft_stays_on_its_version_and_moves_when_told(
    county: County, aide: Tablet, context: Context
) -> None:
    draft_id = _draft(context, aide)
    assert forms.open_draft(context, draft_id).newer_version == ""
    with pytest.raises(RuleError, match="form_no_newer"):
        forms.newer_version(context, draft_id)
    county.clock.advance(minutes=1)
    _next_version_without_remark(county)
    aide.synced()
    opened = forms.open_draft(context, draft_id)
    assert (opened.form.version, opened.newer_version) == ("2026.1", "2027.1")
    assert forms.require_form(context, FormPurpose.SELF_CARE).version == "2027.1"
    migration = forms.newer_version(context, draft_id)
    assert [(move.kind, move.source) for move in migration.loses] == [
        (MoveKind.DROPPED, "/data/result/remark")
    ]
    forms.take_newer_version(context, draft_id, migration)
    moved = forms.open_draft(context, draft_id)
    assert (moved.form.version, moved.newer_version) == ("2027.1", "")
    assert getattr(moved.session.view("/data/abilities/eat"), "value", "") == "no"


def test_retired_form_takes_no_new_answers_but_ends_its_drafts_and_is_read(
    county: County, aide: Tablet, context: Context
) -> None:
    draft_id = _draft(context, aide)
    retire_form(county.context.store, "self-care", by=SERVER_USER)
    aide.synced()
    assert FormPurpose.SELF_CARE not in {form.purpose for form in forms.available_forms(context)}
    session = forms.open_draft(context, draft_id).session
    for name in ("dress", "bed", "toilet", "walk", "bathe"):
        session.answer(f"/data/abilities/{name}", "yes")
    session.answer("/data/result/assessors", "赵甲、钱乙")
    session.answer("/data/care/carer_kind", "NONE")
    sheet_id, _ = submissions.finish_form(context, draft_id, session.finalise())
    assert aide.synced().refused == 0
    read = submissions.read_submission(context, sheet_id)
    assert getattr(read.session.view("/data/result/remark"), "value", "") == "饭量减少"


def test_files_of_answers_are_kept_once_and_asked_for_by_name(aide: Tablet, context: Context) -> None:
    form = forms.require_form(context, FormPurpose.SELF_CARE)
    draft_id, _ = forms.begin_form(context, form.record_id, household_id=aide.household().id)
    photo = forms.new_file(b"\xff\xd8 photo", "image/jpeg")
    session = forms.open_draft(context, draft_id).session
    for _ in range(2):
        forms.save_answers(context, draft_id, session.save_draft(), files=[photo])
    draft = forms.open_draft(context, draft_id).draft
    assert draft is not None
    assert [(file.name, file.mime, file.size) for file in draft.files] == [(photo.name, "image/jpeg", 8)]
    assert photo.name.endswith(".jpg")
    assert forms.attached_file(context, draft.files, photo.name) == b"\xff\xd8 photo"
    for name in ("eat", "dress", "bed", "toilet", "walk"):
        session.answer(f"/data/abilities/{name}", "yes")
    for place, value in (
        ("abilities/bathe", "no"), ("result/assessors", "赵甲、钱乙"), ("care/carer_kind", "FAMILY"),
        ("care/agreement", "yes"), ("care/agreement_photo", "elsewhere.jpg"),
    ):  # fmt: skip
        session.answer(f"/data/{place}", value)
    with pytest.raises(RuleError, match="attachment_missing"):
        submissions.finish_form(context, draft_id, session.finalise())
    session.answer("/data/care/agreement_photo", photo.name)
    submissions.finish_form(context, draft_id, session.finalise())
    assert aide.synced().blobs_sent == 1
