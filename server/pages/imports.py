"""Import of a roster: choose a file, see what it would change, confirm; it runs behind the pages."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.exports.comparisons import COMPARISONS
from server.logs import FACTS
from server.pages.frame import ROOT, PageRoute, Show, View
from server.pages.session import Page, Posted, Uploaded
from server.pages.supervision import XLSX
from server.routes.context import ServerContext
from server.services import import_jobs
from server.services.areas import areas_within, placed_names
from server.services.comparisons import batches_of
from server.services.identity import Caller
from server.services.import_jobs import WORKING, ImportJob, ImportState, LedgerFile
from server.services.import_worker import work_apart

log = logging.getLogger(__name__)
router = APIRouter(prefix=f"{ROOT}/import", route_class=PageRoute, include_in_schema=False)
Importer = Annotated[Caller, Depends(Page(Permission.IMPORT_LEDGER))]
SUFFIXES: Final = (".xlsx", ".xls", ".et")
LOOK_AGAIN_SECONDS: Final = 2


class ImportDesk:
    """Has imports worked on behind the requests, one at a time, each in a process of its own."""

    def __init__(self, context: ServerContext) -> None:
        self._context: Final = context
        self._pool: Final = ThreadPoolExecutor(1, thread_name_prefix="imports")

    def start(self, actor: Actor, job_id: str) -> None:
        """Have a job worked on as soon as its turn comes."""
        self._pool.submit(self._work, actor, job_id)

    def close(self) -> None:
        """Let the job that runs come to its end; those that wait are taken up again by their authors."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, actor: Actor, job_id: str) -> None:
        context = self._context
        try:
            work_apart(context.store, actor.user_id, job_id)
        except RuntimeError as bug:  # logged as a bug; the job says so, too
            log.error("import failed", extra={FACTS: {"job": job_id, "type": str(bug)}})


@router.get("", summary="Import a roster: the form")
def import_page(view: Show, caller: Importer) -> Response:
    """The form, and one's imports of today."""
    return _form(view, caller, {})


@router.post("", summary="Take a roster in")
def take_in(view: Show, caller: Importer, sent: Uploaded) -> Response:
    """Reads it behind the pages and shows what it would change; nothing is written yet."""
    values = {
        "area": sent.text("area", 15), "sheet": sent.text("sheet", 100), "ledger": sent.text("ledger", 30),
        "source": sent.text("source", 200), "legal_basis": sent.text("legal_basis", 200),
    }  # fmt: skip
    if not sent.content or not sent.filename.lower().endswith(SUFFIXES):
        return _form(view, caller, values, status=422, problem=view.words("import.no_file"))
    if values["ledger"] and not (values["source"].strip() and values["legal_basis"].strip()):
        return _form(view, caller, values, status=422, problem=view.words("import.no_basis"))
    if values["ledger"] not in ("", *COMPARISONS):
        return _form(view, caller, values, status=422, problem=view.words("import.no_file"))
    file = LedgerFile(
        sent.filename, sent.content, sheet=values["sheet"], area_code=values["area"],
        ledger=values["ledger"], source=values["source"], legal_basis=values["legal_basis"],
    )  # fmt: skip
    job_id = import_jobs.begin_import(view.context.store, view.context.ids, caller.actor, file)
    _desk(view).start(caller.actor, job_id)
    return view.go(f"{ROOT}/import/{job_id}")


@router.get("/{job_id}", summary="One import")
def job_page(view: Show, caller: Importer, job_id: str) -> Response:
    """Progress while it is worked on, then the preview, then what came of it."""
    job = import_jobs.import_of(view.context.store, caller.user_id, job_id)
    answer = _job_page(view, caller, job)
    if job.state in WORKING and not job.interrupted:
        answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


@router.get("/{job_id}/refused.xlsx", summary="The refused rows of an import")
def refused_rows(view: Show, caller: Importer, job_id: str) -> Response:
    """Under their own headings, with the reason beside each: to be mended and imported again."""
    content = import_jobs.refused_rows(view.context.store, caller.user_id, job_id)
    headers = {"Content-Disposition": 'attachment; filename="refused.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


@router.post("/{job_id}/confirm", summary="Write what was shown")
def confirm(view: Show, caller: Importer, job_id: str, sent: Posted) -> Response:
    """All of it or nothing; nothing where data changed since the preview."""
    import_jobs.confirm_import(view.context.store, caller.user_id, job_id)
    _desk(view).start(caller.actor, job_id)
    return view.go(f"{ROOT}/import/{job_id}")


@router.post("/{job_id}/resume", summary="Go on with an interrupted import")
def resume(view: Show, caller: Importer, job_id: str, sent: Posted) -> Response:
    """After the server was stopped in the middle: begins the step again."""
    import_jobs.import_of(view.context.store, caller.user_id, job_id)
    _desk(view).start(caller.actor, job_id)
    return view.go(f"{ROOT}/import/{job_id}")


@router.post("/{job_id}/stop", summary="Give an import up")
def stop(view: Show, caller: Importer, job_id: str, sent: Posted) -> Response:
    """Nothing is written; the file is forgotten."""
    import_jobs.stop_import(view.context.store, caller.user_id, job_id)
    return view.go(f"{ROOT}/import/{job_id}")


def _desk(view: View) -> ImportDesk:
    desk: ImportDesk = view.request.app.state.import_desk
    return desk


def _form(view: View, caller: Caller, values: dict[str, str], **more: Any) -> Response:
    jobs = import_jobs.imports_of(view.context.store, caller.user_id)
    kinds = [(name, view.words(f"ledger.{name}")) for name in COMPARISONS]
    return view.page(
        "import.html", values=values, areas=_areas(view, caller), jobs=jobs, kinds=kinds,
        batches=batches_of(view.context.store, caller.user_id), **more,
    )  # fmt: skip


def _job_page(view: View, caller: Caller, job: ImportJob) -> Response:
    code = job.outcome.get("code", "")
    return view.page(
        "import_job.html",
        job=job,
        working=job.state in WORKING,
        states=ImportState,
        failure=view.words.sentence(code, job.outcome["facts"]) if code else "",
        names=dict(_areas(view, caller)),
    )


def _areas(view: View, caller: Caller) -> list[tuple[str, str]]:
    mine = caller.actor.areas_with(Permission.IMPORT_LEDGER)
    return list(placed_names(areas_within(view.context.store, mine, smallest=AreaLevel.VILLAGE)))
