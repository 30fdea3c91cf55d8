"""Templates of other departments' documents: what is published, a test run, publishing, retiring."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.forms import FormState
from server.pages.frame import ROOT, PageRoute, Sheet, Show, View
from server.pages.session import Page, Posted, Uploaded
from server.services import print_templates
from server.services.identity import Caller

router = APIRouter(prefix=f"{ROOT}/templates", route_class=PageRoute, include_in_schema=False)
Author = Annotated[Caller, Depends(Page(Permission.EDIT_PARAMETERS))]


@router.get("", summary="All templates of documents")
def list_templates(view: Show, caller: Author, page: int = 1) -> Response:
    """Every version of every template, and the form to check or publish one."""
    return _page(view, page)


@router.post("", summary="Check a template, or publish it")
def take_template(view: Show, caller: Author, sent: Uploaded) -> Response:
    """Tells everything that is wrong, with cell or paragraph. Published only where asked for, and sound."""
    context = view.context
    try:
        outline = print_templates.check_template(sent.content, sent.filename)
        if sent.text("act") != "publish" or outline.problems:
            told = [view.words.error(one) for one in outline.problems]
            return _page(view, status=422 if told else 200, checked=sent.filename, problems=told)
        described = print_templates.describe(
            context.ids, template_id=sent.text("template_id"), title=sent.text("title"),
            department=sent.text("department"), file_name=sent.filename, by=caller.user_id,
            at=context.store.clock(),
        )  # fmt: skip
        print_templates.publish_template(context.store, context.blobs, sent.content, described)
    except RuleError as error:
        return _page(view, status=422, problem=view.words.error(error))
    return view.go(f"{ROOT}/templates?done=template_published")


@router.get("/retire", summary="Retire a template of documents: ask")
def retire_page(view: Show, caller: Author, template_id: str = "") -> Response:
    """Says what it does; the list again where no template is named."""
    for one in print_templates.all_templates(view.context.store):
        if one.template_id == template_id and one.state is FormState.PUBLISHED:
            return view.page("template_retire.html", offered=one)
    return view.go(f"{ROOT}/templates")


@router.post("/retire", summary="Retire a template of documents")
def retire(view: Show, caller: Author, sent: Posted) -> Response:
    """Devices offer it no longer after their next sync; documents filled with it stay."""
    template_id = sent.text("template_id")
    if not template_id:
        raise RuleError("invalid_value", "template_id")
    print_templates.retire_template(view.context.store, template_id, by=caller.user_id)
    return view.go(f"{ROOT}/templates?done=template_retired")


def _page(view: View, page: int = 1, *, status: int = 200, **more: Any) -> Response:
    return view.page(
        "templates.html",
        status,
        sheet=Sheet.of(print_templates.all_templates(view.context.store), page),
        published=FormState.PUBLISHED,
        **{"checked": "", "problems": [], **more},
    )
