"""Bookmarks for a finished PDF: Qt's writer has none, so they are appended as an update of the file, the way
the format itself foresees. Layer 5, no Qt."""

import mmap
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TRAILER: Final = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)
_TAIL: Final = 4096
_NUMBER_WIDTH: Final = 10


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark and the page it leads to, counted from 0."""

    title: str
    page: int


def add_outline(path: Path, marks: Sequence[Bookmark]) -> None:
    """Append bookmarks to a PDF with a plain cross-reference table. Raises ValueError where it has none."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        found = _TRAILER.search(content[max(0, len(content) - _TAIL) :])
        if found is None:
            raise ValueError("no plain trailer")
        trailer, start = found[1], int(found[2])
        places = _places(content, start)
        root = _reference(trailer, b"Root")
        catalog = _object(content, places[root])
        pages = _pages(_object(content, places[_reference(catalog, b"Pages")]))
        first = _integer(trailer, b"Size")
        file.seek(0, 2)
        file.write(_update(file.tell(), start, trailer, (root, catalog), pages, marks, first))


def _update(  # noqa: PLR0917  # the parts of one file
    at: int, previous: int, trailer: bytes, root: tuple[int, bytes], pages: Sequence[int],
    marks: Sequence[Bookmark], first: int,
) -> bytes:  # fmt: skip
    """The bytes to append: the catalogue anew, the outline, its items, a table and a trailer for them."""
    outline, last = first, first + len(marks)
    objects = {
        root[0]: b"<<\n/Outlines %d 0 R\n/PageMode /UseOutlines%b>>" % (outline, root[1]),
        outline: b"<<\n/Type /Outlines\n/First %d 0 R\n/Last %d 0 R\n/Count %d\n>>"
        % (first + 1, last, len(marks)),
    }
    for number, mark in enumerate(marks, first + 1):
        before = b"/Prev %d 0 R\n" % (number - 1) if number > first + 1 else b""
        after = b"/Next %d 0 R\n" % (number + 1) if number < last else b""
        title = b"\xfe\xff" + mark.title.encode("utf-16-be")
        objects[number] = b"<<\n/Title <%b>\n/Parent %d 0 R\n/Dest [%d 0 R /Fit]\n%b%b>>" % (
            title.hex().encode(), outline, pages[mark.page], before, after,
        )  # fmt: skip
    made = bytearray(b"\n")
    table = bytearray(b"xref\n")
    for number, body in objects.items():
        table += b"%d 1\n%0*d 00000 n \n" % (number, _NUMBER_WIDTH, at + len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = at + len(made)
    kept = re.sub(rb"/(Size|Prev)\s+\d+", b"", trailer)
    made += table
    made += b"trailer\n<<\n/Size %d\n/Prev %d%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        last + 1,
        previous,
        kept,
        start,
    )
    return bytes(made)


def _places(content: mmap.mmap, start: int) -> dict[int, int]:
    """Where each object begins, by the cross-reference table."""
    end = content.find(b"trailer", start)
    words = content[start:end].split()
    if not words or words[0] != b"xref":
        raise ValueError("no plain table")
    places: dict[int, int] = {}
    at = 1
    while at + 1 < len(words):
        first, count = int(words[at]), int(words[at + 1])
        entries = words[at + 2 : at + 2 + 3 * count]
        places |= {first + one: int(entries[3 * one]) for one in range(count)}
        at += 2 + 3 * count
    return places


def _object(content: mmap.mmap, at: int) -> bytes:
    """What stands between the brackets of a dictionary object."""
    end = content.find(b"endobj", at)
    body = content[at:end]
    return body[body.index(b"<<") + 2 : body.rindex(b">>")]


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/%b\s+(\d+)\s+0\s+R" % name, body)
    if found is None:
        raise ValueError("no reference")
    return int(found[1])


def _integer(body: bytes, name: bytes) -> int:
    found = re.search(rb"/%b\s+(\d+)" % name, body)
    if found is None:
        raise ValueError("no number")
    return int(found[1])


def _pages(body: bytes) -> list[int]:
    """Objects of the pages in order; Qt writes them as one flat list."""
    found = re.search(rb"/Kids\s*\[(.*?)\]", body, re.DOTALL)
    if found is None:
        raise ValueError("no pages")
    return [int(one) for one in re.findall(rb"(\d+)\s+0\s+R", found[1])]
