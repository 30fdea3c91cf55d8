"""Questionnaires: what is published, a test run of a workbook, publishing it, retiring versions."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.forms import FormPurpose, FormState
from server.pages.frame import ROOT, PageRoute, Sheet, Show, View
from server.pages.session import Page, Posted, Upload, Uploaded
from server.services import forms
from server.services.forms import CheckedForm
from server.services.identity import Caller
from server.xlsform.problems import sentence

router = APIRouter(prefix=f"{ROOT}/forms", route_class=PageRoute, include_in_schema=False)
Author = Annotated[Caller, Depends(Page(Permission.EDIT_PARAMETERS))]
SUFFIXES = (".xlsx", ".xls", ".et")


@router.get("", summary="All forms")
def list_forms(view: Show, caller: Author, page: int = 1) -> Response:
    """Every version of every form, and the form to check or publish a workbook."""
    return _forms_page(view, page)


@router.post("", summary="Check a workbook, or publish it")
def take_workbook(view: Show, caller: Author, sent: Uploaded) -> Response:
    """Tells everything that is wrong, with sheet and cell. Published only where asked for, and sound."""
    publishing = sent.text("act") == "publish"
    try:
        purpose = sent.chosen("purpose", FormPurpose)
        checked = _checked(sent)
    except RuleError as error:
        return _forms_page(view, status=422, problem=view.words.error(error))
    if not publishing or not checked.sound:
        return _forms_page(view, status=200 if checked.sound else 422, checked=_told(view, checked))
    context = view.context
    try:
        forms.publish_form(
            context.store, context.blobs, checked, purpose=purpose, by=caller.user_id, ids=context.ids
        )
    except RuleError as error:
        return _forms_page(view, status=422, problem=view.words.error(error), checked=_told(view, checked))
    return view.go(f"{ROOT}/forms?done=form_published")


@router.get("/retire", summary="Retire a version of a form: ask")
def retire_page(view: Show, caller: Author, form_id: str = "", version: str = "") -> Response:
    """Says what it does; the list again where no version is named."""
    if not form_id:
        return view.go(f"{ROOT}/forms")
    return view.page("retire.html", form=forms.find_form(view.context.store, form_id, version))


@router.post("/retire", summary="Retire a version of a form")
def retire(view: Show, caller: Author, sent: Posted) -> Response:
    """It takes no new answers; drafts are finished, answers stay."""
    form_id, version = sent.text("form_id"), sent.text("version")
    if not version:
        raise RuleError("invalid_value", "version")
    forms.retire_form(view.context.store, form_id, version=version, by=caller.user_id)
    return view.go(f"{ROOT}/forms?done=form_retired")


def _checked(sent: Upload) -> CheckedForm:
    """The test run of what was sent. Raises RuleError("unsupported_file")."""
    if not sent.content or not sent.filename.lower().endswith(SUFFIXES):
        raise RuleError("unsupported_file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form{Path(sent.filename).suffix.lower()}"
        path.write_bytes(sent.content)
        return forms.check_form(path, sent.attached)


def _told(view: View, checked: CheckedForm) -> dict[str, Any]:
    made = checked.conversion
    return {
        "sound": checked.sound,
        "form_id": made.form_id,
        "version": made.version,
        "problems": [
            (one.severity.value, one.place, sentence(one, view.words.language)) for one in checked.problems
        ],
    }


def _forms_page(view: View, page: int = 1, *, status: int = 200, **more: Any) -> Response:
    return view.page(
        "forms.html",
        status,
        sheet=Sheet.of(forms.all_forms(view.context.store), page),
        purposes=[(one.value, view.words.label(one)) for one in FormPurpose],
        published=FormState.PUBLISHED,
        **{"checked": None, **more},
    )
