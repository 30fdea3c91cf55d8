"""Placeholders of an .xlsx: texts stay texts and never become formulas, rows are repeated for members,
pictures are laid over their cell."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import add
from typing import Any, Final
from xml.dom import minidom
from xml.dom.minidom import Node

from fieldapp.domain.errors import RuleError
from fieldapp.exports.templates.office_file import OFFICE_RELATIONS, OfficeFile, fitted
from fieldapp.exports.templates.placeholders import (
    Facts,
    Kind,
    filled,
    has_marks,
    marks_in,
    sole,
)
from fieldapp.exports.workbook import DANGEROUS, clean_text

_BOOK: Final = "xl/workbook.xml"
_DRAWING_MIME: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_DRAWING_NS: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_MAIN_NS: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_EMU_PER_CM: Final = 360_000
_SIGNATURE_CM: Final = (4.0, 1.4)
_PHOTO_CM: Final = (7.0, 5.5)
_CELL: Final = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
_RUNNING: Final = re.compile(
    r"\||\b(WEBSERVICE|FILTERXML|IMAGE|CALL|REGISTER\.ID|RTD|HYPERLINK|INDIRECT)\s*\(", re.IGNORECASE
)
"""In formulas: what runs or fetches something."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet by its name, with its part."""

    name: str
    part: str
    number: int


def spots(file: OfficeFile) -> Iterator[tuple[str, str, bool]]:
    """Every text of the workbook with the cell it stands in, and whether in a row that is repeated.

    Raises RuleError template_formula, template_rows_formula (fact `place`).
    """
    shared = _shared(file)
    for sheet in _sheets(file):
        tree = file.xml(sheet.part)
        repeated = set(_repeated_rows(tree, shared))
        for cell in tree.getElementsByTagName("c"):
            place = f"{sheet.name}!{cell.getAttribute('r')}"
            for formula in cell.getElementsByTagName("f"):
                words = _all_text(formula)
                if _RUNNING.search(words) or has_marks(words):
                    raise RuleError("template_formula", place=place)
                if repeated:
                    raise RuleError("template_rows_formula", place=place)
            yield place, _words(cell, shared), id(cell.parentNode) in {id(row) for row in repeated}


def fill(file: OfficeFile, facts: Facts) -> None:
    """Put facts in the place of all placeholders."""
    shared = _shared(file)
    for sheet in _sheets(file):
        tree = file.xml(sheet.part)
        pictures: list[tuple[Any, str]] = []
        for row in list(tree.getElementsByTagName("row")):
            if not _is_repeated(row, shared):
                _fill_row(file, row, shared, facts, pictures)
        for row in _repeated_rows(tree, shared):
            _repeat(file, sheet, row, shared, facts)
        # Last: a cell's name says in which row it is now.
        _lay_pictures(file, sheet, [(cell.getAttribute("r"), key) for cell, key in pictures], facts)
        for formula in tree.getElementsByTagName("f"):
            for value in formula.parentNode.getElementsByTagName("v"):
                formula.parentNode.removeChild(value)
    if "xl/sharedStrings.xml" in file.names:
        _forget_shared(file)
    _recalculate(file)


def _sheets(file: OfficeFile) -> list[_Sheet]:
    book = file.xml(_BOOK)
    found = []
    for number, one in enumerate(book.getElementsByTagName("sheet")):
        part = file.target(_BOOK, one.getAttribute("r:id"))
        if part.startswith("xl/worksheets/"):
            found.append(_Sheet(one.getAttribute("name"), part, number))
    return found


def _shared(file: OfficeFile) -> list[str]:
    if "xl/sharedStrings.xml" not in file.names:
        return []
    return [_texts(one) for one in file.xml("xl/sharedStrings.xml").getElementsByTagName("si")]


def _texts(node: Any) -> str:
    """What a text says, without the readings that stand above Chinese characters."""
    return "".join(
        _all_text(one) for one in node.getElementsByTagName("t") if one.parentNode.tagName != "rPh"
    )


def _all_text(node: Any) -> str:
    return "".join(child.data for child in node.childNodes if child.nodeType == Node.TEXT_NODE)


def _words(cell: Any, shared: list[str]) -> str:
    """What a cell says; '' where it holds no text."""
    kind = cell.getAttribute("t")
    if kind == "inlineStr":
        return _texts(cell)
    values = cell.getElementsByTagName("v")
    if kind != "s" or not values:
        return ""
    number = int(_all_text(values[0]) or -1)
    return shared[number] if 0 <= number < len(shared) else ""


def _is_repeated(row: Any, shared: list[str]) -> bool:
    return any(
        mark.repeats for cell in row.getElementsByTagName("c") for mark in marks_in(_words(cell, shared))
    )


def _repeated_rows(tree: Any, shared: list[str]) -> list[Any]:
    return [row for row in tree.getElementsByTagName("row") if _is_repeated(row, shared)]


def _fill_row(
    file: OfficeFile, row: Any, shared: list[str], facts: Facts, pictures: list[tuple[Any, str]]
) -> None:
    for cell in row.getElementsByTagName("c"):
        words = _words(cell, shared)
        if not has_marks(words):
            continue
        picture, number = sole(words, Kind.PICTURE), sole(words, Kind.NUMBER)
        if picture is not None:
            pictures.append((cell, picture.key))
            _empty(cell)
        elif number is not None and number.key in facts.numbers:
            _empty(cell)
            _append(cell, "v", f"{facts.numbers[number.key]}")
        else:
            _empty(cell)
            cell.setAttribute("t", "inlineStr")
            said = clean_text(filled(words, facts))
            text = _append(_append(cell, "is"), "t", said)
            text.setAttribute("xml:space", "preserve")
            if said.startswith(DANGEROUS):
                cell.setAttribute("s", _quoted(file, cell.getAttribute("s") or "0"))


def _quoted(file: OfficeFile, style: str) -> str:
    """The same looks, but what is typed over stays a text: words of a person may begin like a formula."""
    [formats] = file.xml("xl/styles.xml").getElementsByTagName("cellXfs")
    looks = formats.getElementsByTagName("xf")
    twin = looks[int(style)].cloneNode(True)
    twin.setAttribute("quotePrefix", "1")
    formats.appendChild(twin)
    formats.setAttribute("count", str(len(looks) + 1))
    return str(len(looks))


def _empty(cell: Any) -> None:
    while cell.firstChild is not None:
        cell.removeChild(cell.firstChild)
    if cell.hasAttribute("t"):
        cell.removeAttribute("t")


def _append(node: Any, name: str, words: str = "") -> Any:
    made = node.ownerDocument.createElement(name)
    if words:
        made.appendChild(node.ownerDocument.createTextNode(words))
    return node.appendChild(made)


def _repeat(file: OfficeFile, sheet: _Sheet, row: Any, shared: list[str], facts: Facts) -> None:
    """As many rows as there are members, at least one; all below moves down."""
    at, more = int(row.getAttribute("r")), max(len(facts.members), 1) - 1
    tree = file.xml(sheet.part)
    merged_here = [
        one for one in tree.getElementsByTagName("mergeCell") if _rows_of(one.getAttribute("ref")) == (at, at)
    ]
    if more:
        _move_down(file, sheet, at, more)
    for number in range(1, more + 1):
        copy = row.cloneNode(True)
        _number_row(copy, at + number)
        _fill_row(file, copy, shared, facts.of_member(number), [])
        row.parentNode.insertBefore(copy, _row_after(row, at + number))
        for one in merged_here:
            twin = one.cloneNode(True)
            twin.setAttribute("ref", _moved(one.getAttribute("ref"), partial(add, number)))
            one.parentNode.appendChild(twin)
    _fill_row(file, row, shared, facts.of_member(0), [])
    for holder in tree.getElementsByTagName("mergeCells"):
        holder.setAttribute("count", str(len(holder.getElementsByTagName("mergeCell"))))


def _row_after(row: Any, line: int) -> Any:
    """The first row that stands below a line, or None."""
    later = row.nextSibling
    while later is not None and (
        getattr(later, "tagName", "") != "row" or int(later.getAttribute("r")) <= line
    ):
        later = later.nextSibling
    return later


def _number_row(row: Any, line: int) -> None:
    row.setAttribute("r", str(line))
    for cell in row.getElementsByTagName("c"):
        cell.setAttribute("r", _moved(cell.getAttribute("r"), lambda _line: line))


def _move_down(file: OfficeFile, sheet: _Sheet, at: int, more: int) -> None:
    """Everything below a row goes down by some rows: cells, merges, whatever names a range, pictures."""

    def moved(line: int) -> int:
        return line + more if line > at else line

    tree = file.xml(sheet.part)
    for row in tree.getElementsByTagName("row"):
        line = int(row.getAttribute("r"))
        if line > at:
            _number_row(row, line + more)
    for node in tree.getElementsByTagName("*"):
        for name in ("ref", "sqref"):
            if node.hasAttribute(name):
                node.setAttribute(name, _moved(node.getAttribute(name), moved))
    _move_pictures(file, sheet, moved)
    _move_names(file, sheet, moved)


def _move_pictures(file: OfficeFile, sheet: _Sheet, moved: Callable[[int], int]) -> None:
    for drawing in file.xml(sheet.part).getElementsByTagName("drawing"):
        part = file.xml(file.target(sheet.part, drawing.getAttribute("r:id")))
        for row in part.getElementsByTagName("xdr:row"):
            row.firstChild.data = str(moved(int(_all_text(row)) + 1) - 1)


def _move_names(file: OfficeFile, sheet: _Sheet, moved: Callable[[int], int]) -> None:
    """The print area and the rows repeated on each page, of this sheet; lists of ranges stay."""
    for name in file.xml(_BOOK).getElementsByTagName("definedName"):
        words = _all_text(name)
        head, _, ranges = words.rpartition("!")
        if name.getAttribute("localSheetId") == str(sheet.number) and head and "," not in words:
            name.firstChild.data = f"{head}!{_moved(ranges, moved)}"


def _moved(reference: str, line: Callable[[int], int]) -> str:
    """A reference with its rows moved: "A3:B3 $C$5"."""
    return _CELL.sub(lambda cell: f"{cell[1]}{cell[2]}{cell[3]}{line(int(cell[4]))}", reference)


def _rows_of(reference: str) -> tuple[int, int]:
    lines = [int(cell[4]) for cell in _CELL.finditer(reference)]
    return min(lines, default=0), max(lines, default=0)


def _lay_pictures(file: OfficeFile, sheet: _Sheet, pictures: list[tuple[str, str]], facts: Facts) -> None:
    """Lay each picture over its cell, in the sheet's drawing."""
    there = [(cell, key) for cell, key in pictures if key in facts.pictures]
    if not there:
        return
    part = _drawing_part(file, sheet)
    drawing = file.xml(part)
    for cell, key in there:
        picture = facts.pictures[key]
        box = _SIGNATURE_CM if key == "visit.signature" else _PHOTO_CM
        size = fitted(picture, round(box[0] * _EMU_PER_CM), round(box[1] * _EMU_PER_CM))
        shape = 90_001 + len(drawing.documentElement.childNodes)
        anchor = _anchor(cell, file.add_picture(part, picture), shape, size)
        drawing.documentElement.appendChild(drawing.importNode(anchor, True))


def _drawing_part(file: OfficeFile, sheet: _Sheet) -> str:
    tree = file.xml(sheet.part)
    for one in tree.getElementsByTagName("drawing"):
        return file.target(sheet.part, one.getAttribute("r:id"))
    part = f"xl/drawings/filled{sheet.number + 1}.xml"
    file.add_part(part, f'<xdr:wsDr xmlns:xdr="{_DRAWING_NS}" xmlns:a="{_MAIN_NS}"/>', _DRAWING_MIME)
    relation = file.relate(sheet.part, f"{OFFICE_RELATIONS}/drawing", "/" + part)
    made = tree.createElement("drawing")
    made.setAttribute("xmlns:r", OFFICE_RELATIONS)
    made.setAttribute("r:id", relation)
    # The schema has an order: a drawing stands before these and after everything else.
    later = (
        "legacyDrawing",
        "legacyDrawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    )
    behind = next(
        (one for one in tree.documentElement.childNodes if getattr(one, "tagName", "") in later), None
    )
    tree.documentElement.insertBefore(made, behind)
    return part


def _anchor(cell: str, relation: str, shape: int, size: tuple[int, int]) -> Any:
    found = _CELL.fullmatch(cell)
    column, row = (_column(found[2]), int(found[4]) - 1) if found is not None else (0, 0)
    width, height = size
    markup = f"""<xdr:oneCellAnchor xmlns:xdr="{_DRAWING_NS}" xmlns:a="{_MAIN_NS}"
 xmlns:r="{OFFICE_RELATIONS}"><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>36000</xdr:colOff><xdr:row>{row}</xdr:row
 ><xdr:rowOff>36000</xdr:rowOff></xdr:from><xdr:ext cx="{width}" cy="{height}"/><xdr:pic><xdr:nvPicPr
 ><xdr:cNvPr id="{shape}" name="picture{shape}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill
 ><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm
 ><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst
 /></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>"""
    return minidom.parseString(markup).documentElement  # noqa: S318  # ours


def _column(letters: str) -> int:
    """A column's number from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _forget_shared(file: OfficeFile) -> None:
    """No cell names these texts any more: take their names in braces away."""
    for one in file.xml("xl/sharedStrings.xml").getElementsByTagName("si"):
        if has_marks(_texts(one)):
            while one.firstChild is not None:
                one.removeChild(one.firstChild)
            _append(one, "t")


def _recalculate(file: OfficeFile) -> None:
    """Let formulas be worked out anew by whoever opens the file."""
    book = file.xml(_BOOK)
    found = book.getElementsByTagName("calcPr")
    for one in found:
        one.setAttribute("fullCalcOnLoad", "1")
