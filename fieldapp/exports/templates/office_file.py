"""An Office file as its parts: opened within limits, refused where it could do more than show text."""

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Any, Final
from xml.dom import minidom
from xml.parsers import expat

from fieldapp.domain.errors import RuleError

DOCX: Final = "docx"
XLSX: Final = "xlsx"
MAX_FILE_BYTES: Final = 2 * 1024 * 1024
_MAX_TOTAL: Final = 20 * 1024 * 1024
_MAX_XML: Final = 3 * 1024 * 1024
_MAX_PARTS: Final = 500
_CHUNK: Final = 64 * 1024
_TYPES_PART: Final = "[Content_Types].xml"
_MAIN_TYPES: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
MIMES: Final = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Code, foreign objects, data that is fetched: a form has none of them.
_ACTIVE: Final = re.compile(
    r"vba|activex|embeddings/|externallinks/|ctrlprops/|customui|macrosheets/|dialogsheets/|connections\.xml"
    r"|querytables/|webextensions/|\.bin$|afchunk",
    re.IGNORECASE,
)
_HARMLESS: Final = re.compile(r"printersettings/[^/]+\.bin$", re.IGNORECASE)
_XML: Final = (".xml", ".rels", ".vml")
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class OfficeFile:
    """The parts of a .docx or .xlsx by name. Parts that were asked for as XML are written from there.

    Raises RuleError on opening: template_kind (neither kind, or a password), template_too_big, file_damaged,
    template_macros, template_active (fact `part`), template_external_link (fact `part`).
    """

    def __init__(self, content: bytes) -> None:
        self._parts = _unpacked(content)
        self._xml: dict[str, Any] = {}
        self.kind = self._kind()
        for name in self._parts:
            if _ACTIVE.search(name) and not _HARMLESS.search(name):
                raise RuleError("template_macros" if "vba" in name.lower() else "template_active", part=name)
        for name in [one for one in self._parts if one.endswith(".rels")]:
            for relation in self.xml(name).getElementsByTagName("Relationship"):
                if relation.getAttribute("TargetMode").lower() == "external":
                    raise RuleError("template_external_link", part=name)

    @property
    def names(self) -> list[str]:
        """Names of all parts."""
        return list(self._parts)

    def xml(self, name: str) -> Any:
        """A part as a document of xml.dom that may be changed. Raises RuleError("file_damaged")."""
        if name not in self._xml:
            self._xml[name] = _tree(self._parts.get(name))
        return self._xml[name]

    def add_picture(self, owner: str, content: bytes) -> str:
        """Put a picture in and let a part name it. Returns the relation's id. Raises as picture_kind."""
        folder = "word/media" if self.kind == DOCX else "xl/media"
        kind = picture_kind(content)
        name = f"{folder}/filled{sum(1 for one in self._parts if 'media/filled' in one) + 1}.{kind}"
        self._parts[name] = content
        self._declare_default(kind)
        return self.relate(owner, f"{OFFICE_RELATIONS}/image", "/" + name)

    def add_part(self, name: str, content: str, mime: str) -> None:
        """Put an XML part in, with its type."""
        self._parts[name] = content.encode()
        types = self.xml(_TYPES_PART)
        declared = types.createElement("Override")
        declared.setAttribute("PartName", "/" + name)
        declared.setAttribute("ContentType", mime)
        types.documentElement.appendChild(declared)

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Let a part name another. Returns the relation's id."""
        name = relations_of(owner)
        if name not in self._parts:
            self._parts[name] = f'<Relationships xmlns="{RELATIONS}"/>'.encode()
        tree = self.xml(name)
        taken = {one.getAttribute("Id") for one in tree.getElementsByTagName("Relationship")}
        made = tree.createElement("Relationship")
        identity = next(f"rIdF{number}" for number in range(1, 10_000) if f"rIdF{number}" not in taken)
        made.setAttribute("Id", identity)
        made.setAttribute("Type", kind)
        made.setAttribute("Target", target)
        tree.documentElement.appendChild(made)
        return identity

    def target(self, owner: str, identity: str) -> str:
        """The part that a relation leads to; '' where there is none."""
        name = relations_of(owner)
        if name in self._parts:
            for relation in self.xml(name).getElementsByTagName("Relationship"):
                if relation.getAttribute("Id") == identity:
                    return _resolved(owner, relation.getAttribute("Target"))
        return ""

    def packed(self) -> bytes:
        """The file's bytes."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in self._parts.items():
                tree = self._xml.get(name)
                body = tree.toxml(encoding="UTF-8", standalone=True) if tree is not None else content
                # A fixed time: what was filled alike is alike, byte by byte.
                target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def _kind(self) -> str:
        if _TYPES_PART not in self._parts:
            raise RuleError("template_kind")
        types = [
            one.getAttribute("ContentType") for one in self.xml(_TYPES_PART).getElementsByTagName("Override")
        ]
        if any("macroenabled" in one.lower() for one in types):
            raise RuleError("template_macros", part=_TYPES_PART)
        kinds = [_MAIN_TYPES[one] for one in types if one in _MAIN_TYPES]
        if len(kinds) != 1:
            raise RuleError("template_kind")
        return kinds[0]

    def _declare_default(self, extension: str) -> None:
        types = self.xml(_TYPES_PART)
        known = {one.getAttribute("Extension").lower() for one in types.getElementsByTagName("Default")}
        if extension not in known:
            declared = types.createElement("Default")
            declared.setAttribute("Extension", extension)
            declared.setAttribute("ContentType", f"image/{extension}")
            types.documentElement.insertBefore(declared, types.documentElement.firstChild)


def relations_of(owner: str) -> str:
    """The part that holds a part's relations."""
    path = PurePosixPath(owner)
    return str(path.parent / "_rels" / f"{path.name}.rels")


def picture_kind(content: bytes) -> str:
    """ "png" or "jpeg". Raises RuleError("picture_format_unknown")."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8"):
        return "jpeg"
    raise RuleError("picture_format_unknown")


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels. Raises RuleError("picture_unreadable")."""
    if picture_kind(content) == "png" and len(content) >= 24:
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 2 + length
    raise RuleError("picture_unreadable")


def fitted(content: bytes, width: int, height: int) -> tuple[int, int]:
    """The size of a picture within a box, in the box's units."""
    own_width, own_height = picture_size(content)
    if not own_width or not own_height:
        raise RuleError("picture_unreadable")
    scale = min(width / own_width, height / own_height)
    return max(round(own_width * scale), 1), max(round(own_height * scale), 1)


def _resolved(owner: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    parts = list(PurePosixPath(owner).parent.parts)
    for piece in PurePosixPath(target).parts:
        if piece == "..":
            parts = parts[:-1]
        elif piece != ".":
            parts.append(piece)
    return "/".join(parts)


def _unpacked(content: bytes) -> dict[str, bytes]:
    if len(content) > MAX_FILE_BYTES:
        raise RuleError("template_too_big", limit_mb=MAX_FILE_BYTES // 1024 // 1024)
    if not content.startswith(b"PK\x03\x04"):
        raise RuleError("template_kind")
    parts: dict[str, bytes] = {}
    left = _MAX_TOTAL
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            entries = [one for one in source.infolist() if not one.is_dir()]
            if len(entries) > _MAX_PARTS or len({one.filename.lower() for one in entries}) != len(entries):
                raise RuleError("file_damaged")
            for info in entries:
                limit = min(left, _MAX_XML if info.filename.endswith(_XML) else _MAX_TOTAL)
                with source.open(info) as stream:
                    body = stream.read(limit + 1)
                if len(body) > limit:
                    raise RuleError("template_too_big", limit_mb=_MAX_TOTAL // 1024 // 1024)
                left -= len(body)
                parts[info.filename] = body
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RuleError("file_damaged") from error
    return parts


def _tree(content: bytes | None) -> Any:
    """A part as a tree. A part with a document type is refused: entities are how XML bombs are built."""
    if content is None:
        raise RuleError("file_damaged")
    scanner = expat.ParserCreate()
    scanner.StartDoctypeDeclHandler = _refuse
    try:
        for at in range(0, len(content), _CHUNK):
            scanner.Parse(content[at : at + _CHUNK], False)
        scanner.Parse(b"", True)
        return minidom.parseString(content)  # noqa: S318  # without a document type there is nothing to expand
    except expat.ExpatError as error:
        raise RuleError("file_damaged") from error


def _refuse(*_declared: object) -> None:
    raise RuleError("file_damaged")
