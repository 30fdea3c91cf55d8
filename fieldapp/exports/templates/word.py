"""Placeholders of a .docx: found across runs, filled with the run's own looks, rows repeated for members."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from xml.dom import minidom
from xml.dom.minidom import Node

from fieldapp.domain.errors import RuleError
from fieldapp.exports.templates.office_file import OFFICE_RELATIONS, OfficeFile, fitted
from fieldapp.exports.templates.placeholders import Facts, Kind, Mark, marks_in
from fieldapp.exports.workbook import clean_text

_TEXTED: Final = re.compile(r"word/(document|header\d*|footer\d*)\.xml$")
_FIELDS: Final = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|MACROBUTTON|LINK|DATABASE|IMPORT)\b", re.IGNORECASE
)
_EMU_PER_CM: Final = 360_000
_SIGNATURE_CM: Final = (4.5, 1.6)
_PHOTO_CM: Final = (7.5, 6.0)
_FIRST_SHAPE: Final = 90_001
"""Numbers of the pictures put in: above those Word gives."""


@dataclass
class _Piece:
    """A text of a paragraph. `rest` stands before everything that is filled already, which is in `done`.
    Without a node: a tab or a line break."""

    node: Any
    rest: str
    done: str = ""
    changed: bool = False


def spots(file: OfficeFile) -> Iterator[tuple[str, str, bool]]:
    """Every text of the document with where it stands, and whether in a row that is repeated.

    Raises RuleError template_field (fact `part`), template_rows_outside (fact `place`).
    """
    for part in _parts(file):
        tree = file.xml(part)
        for number, paragraph in enumerate(tree.getElementsByTagName("w:p"), 1):
            place = f"{part.rpartition('/')[2]} ¶{number}"
            text = _text(paragraph)
            row = _ancestor(paragraph, "w:tr")
            if row is None and any(mark.repeats for mark in marks_in(text)):
                raise RuleError("template_rows_outside", place=place)
            yield place, text, row is not None and _is_repeated(row)
        for node in (*tree.getElementsByTagName("w:instrText"), *tree.getElementsByTagName("w:fldSimple")):
            if _FIELDS.search(f"{_own_text(node)} {node.getAttribute('w:instr')}"):
                raise RuleError("template_field", part=part)


def fill(file: OfficeFile, facts: Facts) -> None:
    """Put facts in the place of all placeholders."""
    shapes = count(_FIRST_SHAPE)
    for part in _parts(file):
        tree = file.xml(part)
        rows = [one for one in tree.getElementsByTagName("w:tr") if _is_repeated(one)]
        inside = {id(paragraph) for row in rows for paragraph in row.getElementsByTagName("w:p")}
        plain = [one for one in tree.getElementsByTagName("w:p") if id(one) not in inside]
        for row in rows:
            for number in range(max(len(facts.members), 1)):
                copy = row.cloneNode(True)
                row.parentNode.insertBefore(copy, row)
                for paragraph in copy.getElementsByTagName("w:p"):
                    _fill_paragraph(file, part, paragraph, facts.of_member(number), shapes)
            row.parentNode.removeChild(row)
        # What is put in is never looked through again: words of a person may hold braces.
        for paragraph in plain:
            _fill_paragraph(file, part, paragraph, facts, shapes)


def _parts(file: OfficeFile) -> list[str]:
    return [one for one in file.names if _TEXTED.match(one)]


def _is_repeated(row: Any) -> bool:
    """Whether the row, and not only a table within it, holds the mark."""
    return any(
        mark.repeats
        for paragraph in row.getElementsByTagName("w:p")
        if _ancestor(paragraph, "w:tr") is row
        for mark in marks_in(_text(paragraph))
    )


def _ancestor(node: Any, name: str) -> Any:
    above = node.parentNode
    while above is not None and getattr(above, "tagName", "") != name:
        above = above.parentNode
    return above


def _pieces(paragraph: Any) -> list[_Piece]:
    """The texts of a paragraph in order, without those of paragraphs inside it (text boxes)."""
    found: list[_Piece] = []

    def gather(node: Any) -> None:
        for child in node.childNodes:
            name = getattr(child, "tagName", "")
            if name == "w:t":
                found.append(_Piece(child, _own_text(child)))
            elif name in ("w:tab", "w:br", "w:cr"):
                found.append(_Piece(None, "\n"))
            elif name and name not in ("w:p", "w:pPr", "w:rPr"):
                gather(child)

    gather(paragraph)
    return found


def _text(paragraph: Any) -> str:
    return "".join(piece.rest for piece in _pieces(paragraph))


def _own_text(node: Any) -> str:
    return "".join(child.data for child in node.childNodes if child.nodeType == Node.TEXT_NODE)


def _fill_paragraph(file: OfficeFile, part: str, paragraph: Any, facts: Facts, shapes: Iterator[int]) -> None:
    pieces = _pieces(paragraph)
    # From the end, so that what stands before keeps its place.
    for mark in reversed(marks_in("".join(piece.rest for piece in pieces))):
        first = _taken_out(pieces, mark)
        placeholder = mark.placeholder
        if first is None or placeholder is None:
            continue
        if placeholder.kind is not Kind.PICTURE:
            first.done = clean_text(facts.text(placeholder.key)) + first.done
        elif (picture := facts.pictures.get(placeholder.key)) is not None:
            box = _SIGNATURE_CM if placeholder.key == "visit.signature" else _PHOTO_CM
            _put_picture(file, part, first, picture, box, next(shapes))
    for piece in pieces:
        if piece.changed:
            _set_text(piece.node, piece.rest + piece.done)


def _taken_out(pieces: list[_Piece], mark: Mark) -> _Piece | None:
    """Take a mark's letters out of all the runs they are spread over. Returns where it began."""
    first: _Piece | None = None
    at = 0
    for piece in pieces:
        start, at = at, at + len(piece.rest)
        if at <= mark.start or start >= mark.end or piece.node is None:
            continue
        before = piece.rest[: max(mark.start - start, 0)]
        piece.done = piece.rest[mark.end - start :] + piece.done
        piece.rest = before
        piece.changed = True
        if first is None:
            first = piece
    return first


def _set_text(node: Any, words: str) -> None:
    """Let a text node say this; each further line goes behind a line break."""
    document, run, after = node.ownerDocument, node.parentNode, node.nextSibling
    while node.firstChild is not None:
        node.removeChild(node.firstChild)
    first, *more = words.split("\n")
    node.appendChild(document.createTextNode(first))
    node.setAttribute("xml:space", "preserve")
    for line in more:
        text = document.createElement("w:t")
        text.setAttribute("xml:space", "preserve")
        text.appendChild(document.createTextNode(line))
        run.insertBefore(document.createElement("w:br"), after)
        run.insertBefore(text, after)


def _put_picture(  # where, what, how large
    file: OfficeFile, part: str, piece: _Piece, picture: bytes, box: tuple[float, float], shape: int
) -> None:
    """A picture in the place of a placeholder: its own run, and another for what stands behind it."""
    width, height = fitted(picture, round(box[0] * _EMU_PER_CM), round(box[1] * _EMU_PER_CM))
    node, document = piece.node, piece.node.ownerDocument
    run = node.parentNode
    made = document.createElement("w:r")
    made.appendChild(_drawing(document, file.add_picture(part, picture), shape, width, height))
    rest = document.createElement("w:r")
    for looks in [one for one in run.childNodes if getattr(one, "tagName", "") == "w:rPr"]:
        rest.appendChild(looks.cloneNode(True))
    text = document.createElement("w:t")
    rest.appendChild(text)
    while node.nextSibling is not None:
        rest.appendChild(node.nextSibling)
    _set_text(text, piece.done)
    piece.done = ""
    run.parentNode.insertBefore(rest, run.nextSibling)
    run.parentNode.insertBefore(made, rest)


def _drawing(document: Any, relation: str, shape: int, width: int, height: int) -> Any:
    markup = f"""<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:r="{OFFICE_RELATIONS}"
 ><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"
 /><wp:docPr id="{shape}" name="picture{shape}"
 /><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"
 ><pic:pic><pic:nvPicPr><pic:cNvPr id="{shape}" name="picture{shape}"/><pic:cNvPicPr/></pic:nvPicPr
 ><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill
 ><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm
 ><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline
 ></w:drawing>"""
    return document.importNode(minidom.parseString(markup).documentElement, True)  # noqa: S318  # ours
