"""The OpenRosa interface: ODK Collect fills the county's forms. docs/forms-publishing.md."""

import hashlib
import tomllib
from collections.abc import Callable, Coroutine
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, Final
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from fieldapp.domain.errors import FieldappError, RuleError, SyncError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.forms import FormFields, FormFile
from server.routes.context import Context, ServerContext
from server.routes.errors import RETRY_SECONDS, status_of
from server.routes.guards import Phone
from server.routes.multipart import MultipartReader, Part, read_parts
from server.services.forms import current_forms, form_by_record, published_forms
from server.services.identity import Caller
from server.services.instances import LIMITS, read_instance
from server.services.submissions import ReceivedFile, receive
from server.store.blob_store import BlobStore

VERSION: Final = {"X-OpenRosa-Version": "1.0"}
ACCEPTED_BYTES: Final = 16 * 1024 * 1024
"""Told to phones: what is larger they send in several requests. A single file may be twice as large."""
LIMIT_BYTES: Final = 2 * ACCEPTED_BYTES + 1024 * 1024
SHEET_PART: Final = "xml_submission_file"
XML: Final = "text/xml; charset=utf-8"
_I18N: Final = Path(__file__).parents[2] / "resources" / "i18n"
_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="fieldapp", charset="UTF-8"'}


class OpenRosaRoute(APIRoute):
    """Answers expected errors as the standard wants: a message to show, a challenge where a login is due."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await answer(request)
            except FieldappError as error:
                return _refusal(error, request)

        return guarded


router = APIRouter(prefix="/openrosa", tags=["openrosa"], route_class=OpenRosaRoute)
FormId = Annotated[str, Query(alias="formID", description="Only this form")]
AllVersions = Annotated[
    str, Query(alias="listAllVersions", description="`true`: older published versions too")
]
FromPhone = Annotated[Caller, Depends(Phone(Permission.FILL_FORM))]


@router.get("/formList", summary="Forms that take answers, for ODK Collect")
def form_list(
    context: Context,
    _caller: FromPhone,
    request: Request,
    form_id: FormId = "",
    all_versions: AllVersions = "",
) -> Response:
    """Of each form the newest version, with the hash of its definition and where to fetch it."""
    blobs = context.blobs
    listed = published_forms if all_versions.casefold() == "true" else current_forms
    shown = [form for form in listed(context.store) if form_id in ("", form.form_id)]
    entries = "".join(_form_entry(form, blobs, _base(context, request)) for form in shown)
    return _xml(f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{entries}</xforms>')


@router.get("/forms/{record_id}/manifest", summary="Files of a form")
def manifest(context: Context, _caller: FromPhone, request: Request, record_id: str) -> Response:
    """Lists and pictures that the form names, with hashes and where to fetch them."""
    form = form_by_record(context.store, record_id)
    blobs, base = context.blobs, _base(context, request)
    entries = "".join(
        "<mediaFile>"
        + _element("filename", file.name)
        + _element("hash", _md5(blobs, file.sha256))
        + _element("downloadUrl", f"{base}/forms/{form.id}/files/{file.sha256}")
        + "</mediaFile>"
        for file in form.files
    )
    return _xml(f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{entries}</manifest>')


@router.get("/forms/{record_id}/form.xml", summary="The definition of a form")
def definition(context: Context, _caller: FromPhone, record_id: str) -> Response:
    """The XForm, byte for byte as it was published."""
    form = form_by_record(context.store, record_id)
    file = FormFile(name="form.xml", sha256=form.definition_sha256, size=form.definition_size, mime=XML)
    return _file(context, file)


@router.get("/forms/{record_id}/files/{sha256}", summary="A file of a form")
def media(context: Context, _caller: FromPhone, record_id: str, sha256: str) -> Response:
    """A list or picture, byte for byte as it was published."""
    form = form_by_record(context.store, record_id)
    for file in form.files:
        if file.sha256 == sha256:
            return _file(context, file)
    raise RuleError("unknown_blob")


@router.head("/submission", summary="Where answers go, and how large a request may be", status_code=204)
def before_submission(context: Context, _caller: FromPhone, request: Request) -> Response:
    """Phones ask before they send, so that nothing goes out without a login."""
    return Response(status_code=204, headers=_submission_headers(context, request))


@router.post("/submission", summary="Take in a filled form", status_code=201)
async def submission(context: Context, caller: FromPhone, request: Request) -> Response:
    """Multipart: the answers as `xml_submission_file`, and files. Sent again it changes nothing."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LIMIT_BYTES:
        raise SyncError("too_large")
    with MultipartReader(request.headers.get("content-type", ""), limit=LIMIT_BYTES) as reader:
        parts = await read_parts(reader, request.stream())
        await run_in_threadpool(_take_in, context, caller, parts)
    return _message("received", "submit_success", request, 201, _submission_headers(context, request))


def _take_in(context: ServerContext, caller: Caller, parts: list[Part]) -> None:
    sheets = [part for part in parts if part.name == SHEET_PART]
    if len(sheets) != 1 or sheets[0].size > LIMITS.size:
        raise RuleError("submission_damaged")
    sheet = read_instance(sheets[0].content.read())
    files = [
        ReceivedFile(part.filename or part.name, _mime(part.mime), part.size, part.sha256, part.content)
        for part in parts
        if part is not sheets[0] and part.size
    ]
    receive(context.store, context.blobs, caller, sheet, files)


def _form_entry(form: FormFields, blobs: BlobStore, base: str) -> str:
    here = f"{base}/forms/{form.id}"
    return (
        "<xform>"
        + _element("formID", form.form_id)
        + _element("name", form.title)
        + _element("version", form.version)
        + _element("hash", _md5(blobs, form.definition_sha256))
        + _element("downloadUrl", f"{here}/form.xml")
        + (_element("manifestUrl", f"{here}/manifest") if form.files else "")
        + "</xform>"
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _xml(content: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'
    return Response(text, status, media_type=XML, headers={**VERSION, **(headers or {})})


def _message(
    code: str, nature: str, request: Request, status: int, headers: dict[str, str] | None = None
) -> Response:
    language = "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"
    words = _words(language).get(f"openrosa_{code}") or _words(language).get(code) or code
    said = words if "{" not in words else code
    return _xml(
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(said)}</message></OpenRosaResponse>',
        status,
        {"Content-Language": language, **(headers or {})},
    )


def _refusal(error: FieldappError, request: Request) -> Response:
    status = status_of(error)
    headers: dict[str, str] = {}
    if status == 401:
        headers |= _CHALLENGE
    retry = error.facts.get("retry_after", RETRY_SECONDS.get(error.code))
    if retry is not None:
        headers["Retry-After"] = str(retry)
    return _message(error.code, "error", request, status, headers)


@cache
def _words(language: str) -> dict[str, str]:
    table = tomllib.loads((_I18N / language / "messages.toml").read_text(encoding="utf-8"))
    return {code: text for code, text in table.items() if isinstance(text, str)}


def _base(context: ServerContext, request: Request) -> str:
    """The address phones reach us by: as set, else as they just did."""
    return f"{context.settings.public_url or str(request.base_url).rstrip('/')}{router.prefix}"


def _submission_headers(context: ServerContext, request: Request) -> dict[str, str]:
    return {
        **VERSION,
        "Location": f"{_base(context, request)}/submission",
        "X-OpenRosa-Accept-Content-Length": str(ACCEPTED_BYTES),
    }


def _file(context: ServerContext, file: FormFile) -> Response:
    blobs = context.blobs
    size = blobs.size(file.sha256)
    headers = {**VERSION, "Content-Length": str(size), "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(blobs.read(file.sha256, 0, size), 200, headers, media_type=file.mime)


def _mime(written: str) -> str:
    kind = written.partition(";")[0].strip().lower()
    sound = kind.isascii() and kind.isprintable() and 0 < len(kind) <= 100 and kind.count("/") == 1
    return kind if sound else "application/octet-stream"


@lru_cache(maxsize=2_000)
def _md5(blobs: BlobStore, sha256: str) -> str:
    """The standard's hash of a published file; content named by its hash never changes."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in blobs.read(sha256, 0, blobs.size(sha256)):
        digest.update(piece)
    return f"md5:{digest.hexdigest()}"
