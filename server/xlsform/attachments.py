"""Files that a form names: whether they are there, and lists in the encoding that devices read (level S)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from server.xlsform.problems import Problem, Severity

SHEET: Final = "attachments"
"""Problems of files stand under this name where others have their sheet."""
MAX_FILE_BYTES: Final = 8 * 1024 * 1024
MAX_FILES: Final = 200
MIMES: Final = {
    ".csv": "text/csv", ".xml": "text/xml", ".geojson": "application/geo+json",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".wav": "audio/wav",
    ".mp4": "video/mp4", ".3gp": "video/3gpp", ".webm": "video/webm",
}  # fmt: skip
_NAMED: Final = re.compile(r"jr://(?:images|audio|video|file|file-csv)/([^\"'<>\s]+)")
_NAME: Final = re.compile(r"[^/\\:*?\"<>|\x00-\x1f]{1,120}")
_COLUMN: Final = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to publish with a form: its content is what devices get."""

    name: str
    content: bytes
    mime: str


def prepare_attachments(files: Mapping[str, bytes]) -> tuple[list[Attachment], list[Problem]]:
    """The files as they will be published, and what is wrong with them."""
    made: list[Attachment] = []
    problems: list[Problem] = []
    if len(files) > MAX_FILES:
        problems.append(Problem("attachments_too_many", sheet=SHEET, facts={"limit": str(MAX_FILES)}))
    for name, content in list(files.items())[:MAX_FILES]:
        ending = PurePath(name).suffix.lower()
        code = ""
        if not _NAME.fullmatch(name):
            code = "attachment_name_wrong"
        elif ending not in MIMES:
            code = "attachment_kind_unknown"
        elif len(content) > MAX_FILE_BYTES:
            code = "attachment_too_big"
        if code:
            limit = str(MAX_FILE_BYTES // 1024 // 1024)
            problems.append(Problem(code, sheet=SHEET, facts={"file": name[:120], "limit_mb": limit}))
            continue
        if ending == ".csv":
            content, found = _sound_list(name, content)
            problems += found
        made.append(Attachment(name, content, MIMES[ending]))
    return made, problems


def named_files(xform: str) -> tuple[str, ...]:
    """Names of the files a form asks for, in order. The answers last saved are no file of the form."""
    return tuple(dict.fromkeys(_NAMED.findall(xform)))


def completeness(wanted: Iterable[str], names: list[str]) -> Iterator[Problem]:
    """Files that a form names and nobody gave, and files given for nothing."""
    for name in wanted:
        if name not in names:
            near = next((other for other in names if other.lower() == name.lower()), "")
            code = "attachment_name_differs" if near else "attachment_missing"
            yield Problem(code, sheet=SHEET, facts={"file": name, "near": near})
    asked = {name.lower() for name in wanted}
    for name in names:
        if name.lower() not in asked:
            yield Problem("attachment_unused", Severity.WARNING, SHEET, facts={"file": name})


def _sound_list(name: str, content: bytes) -> tuple[bytes, list[Problem]]:
    """A list as UTF-8 without mark, and what is wrong with it. Excel in Chinese writes GB 18030."""
    problems: list[Problem] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            return content, [Problem("list_encoding_unknown", sheet=SHEET, facts={"file": name})]
        problems.append(Problem("list_recoded", Severity.CHANGED, SHEET, facts={"file": name}))
    try:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        headings = [heading.strip() for heading in next(rows, [])]
        for number, row in enumerate(rows, 2):
            if len(row) > len(headings):
                facts = {"file": name, "line": str(number)}
                problems.append(Problem("list_row_too_long", Severity.WARNING, SHEET, facts=facts))
                break
    except csv.Error:
        return content, [*problems, Problem("list_damaged", sheet=SHEET, facts={"file": name})]
    if not any(headings):
        problems.append(Problem("list_empty", sheet=SHEET, facts={"file": name}))
    for heading in headings:
        if heading and not _COLUMN.fullmatch(heading):
            # Columns become elements: the choices of this list could not be filtered by it.
            facts = {"file": name, "column": heading[:60]}
            problems.append(Problem("list_column_wrong", Severity.WARNING, SHEET, facts=facts))
    return text.encode(), problems
