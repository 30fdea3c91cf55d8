"""What a foreign workbook must pass before a reader opens it: kind, size, cells, no bombs (level 3).

A .xlsx is rebuilt in memory from the parts that were checked, so that the reader sees exactly the
bytes the limits were measured on, whatever the archive's own headers say.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from fieldapp.domain.errors import RuleError

ZIP_MAGIC: Final = b"PK\x03\x04"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_PARTS: Final = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|xl/[^/]+\.xml|xl/_rels/[^/]+\.rels"
    r"|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels)$",
    re.IGNORECASE,
)
_CHUNK: Final = 256 * 1024
_CELL_RECORDS: Final = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
"""BIFF records that begin with row and column (formula, numbers, texts, booleans).

Blank ones are left out as in .xlsx: a workbook whose rows were coloured to the last column is not wide.
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a workbook may hold; a county's whole roster stays far below."""

    file_bytes: int = 20 * 1024 * 1024
    part_bytes: int = 64 * 1024 * 1024
    total_bytes: int = 128 * 1024 * 1024
    entries: int = 2_000
    rows: int = 100_000
    columns: int = 256
    cells: int = 4_000_000
    text_chars: int = 200_000_000
    sheets: int = 60


def checked_workbook(content: bytes, limits: Limits) -> bytes:
    """The workbook's bytes, safe to hand to the reader.

    Raises RuleError: file_too_big, too_many_rows, too_many_columns, too_many_cells, file_damaged,
    file_has_password, unsupported_file.
    """
    if len(content) > limits.file_bytes:
        raise RuleError("file_too_big", limit_mb=limits.file_bytes // 1024 // 1024)
    if content.startswith(ZIP_MAGIC):
        return _checked_xlsx(content, limits)
    if content.startswith(OLE_MAGIC):
        return _checked_xls(content, limits)
    raise RuleError("unsupported_file")


def _checked_xlsx(content: bytes, limits: Limits) -> bytes:
    rebuilt = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            names = [info.filename for info in source.infolist()]
            if len(names) > limits.entries or len(set(names)) != len(names):
                raise RuleError("file_damaged")
            lower = {name.lower() for name in names}
            if "xl/workbook.xml" not in lower or "content.xml" in lower:
                raise RuleError("unsupported_file")
            with zipfile.ZipFile(rebuilt, "w", zipfile.ZIP_STORED) as target:
                _copy_parts(source, target, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RuleError("file_damaged") from error
    return rebuilt.getvalue()


def _copy_parts(source: zipfile.ZipFile, target: zipfile.ZipFile, limits: Limits) -> None:
    left = limits.total_bytes
    cells = _CellCount(limits)
    for info in source.infolist():
        if not _PARTS.match(info.filename):
            continue  # pictures, drawings, macros: the reader never needs them
        with source.open(info) as stream:
            content = stream.read(min(limits.part_bytes, left) + 1)
        if len(content) > min(limits.part_bytes, left):
            raise RuleError("file_too_big", limit_mb=limits.part_bytes // 1024 // 1024)
        left -= len(content)
        if "worksheets/" in info.filename and info.filename.endswith(".xml"):
            cells.begin_sheet()
            _scan_xml(content, start=cells.element)
        elif info.filename.lower().endswith("sharedstrings.xml"):
            cells.scan_shared_strings(content)
        else:
            _scan_xml(content)
        target.writestr(info.filename, content)
    cells.check_texts()


def _ignore(name: str, attributes: dict[str, str]) -> None:
    """Well-formedness is all that is asked of the part."""


def _scan_xml(
    content: bytes,
    *,
    start: Callable[[str, dict[str, str]], None] = _ignore,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for at in range(0, len(content), _CHUNK):
            parser.Parse(content[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RuleError("file_damaged") from error


def _refuse_doctype(name: str, *_ids: object) -> None:
    # No spreadsheet program writes one; entities are how XML bombs are built.
    raise RuleError("file_damaged")


class _CellCount:
    """Extent and text volume of a workbook's sheets, counted while its XML streams by.

    The reader lays cells out as a full rectangle, so that one cell in the last row of the last column
    would cost gigabytes: the rectangle is what is limited.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._row = self._column = self._last_row = self._last_column = 0
        self._in_cell = False
        self._shared_cells = 0
        self._longest = 0
        self._chars = 0

    def begin_sheet(self) -> None:
        self._row = self._column = self._last_row = self._last_column = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row = _number(attributes.get("r"), self._row + 1)
            self._column = 0
        elif local == "c":
            row, column = _position(attributes.get("r", ""))
            self._row, self._column = row or self._row, column or self._column + 1
            self._shared_cells += attributes.get("t") == "s"
        elif local in {"v", "is", "f"}:  # a cell with content; formatted empty cells are free
            self.occupy(self._row, self._column)

    def occupy(self, row: int, column: int) -> None:
        """Note a cell with content; raise as soon as the sheet has grown beyond a limit."""
        limits = self._limits
        self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)
        if self._last_row > limits.rows:
            raise RuleError("too_many_rows", limit=limits.rows)
        if self._last_column > limits.columns:
            raise RuleError("too_many_columns", limit=limits.columns)
        if self._last_row * self._last_column > limits.cells:
            raise RuleError("too_many_cells", limit=limits.cells)

    def scan_shared_strings(self, content: bytes) -> None:
        def start(name: str, _attributes: dict[str, str]) -> None:
            if name.rpartition(":")[2] == "si":
                self._chars = 0

        def text(piece: str) -> None:
            self._chars += len(piece)
            self._longest = max(self._longest, self._chars)

        _scan_xml(content, start=start, text=text)

    def check_texts(self) -> None:
        """One long shared text named by very many cells would be copied into each."""
        if self._shared_cells * self._longest > self._limits.text_chars:
            raise RuleError("too_many_cells", limit=self._limits.cells)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


def _position(reference: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as "AB12"; (0, 0) where there is none."""
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,8})", reference)
    if not found:
        return 0, 0
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _checked_xls(content: bytes, limits: Limits) -> bytes:
    """Limits of the old binary format (.xls, .et): positions of its cell records.

    The sheets' own word on their extent is blanked: the reader would set memory aside for it unseen, and
    some programs write nonsense there.
    """
    try:
        streams = _ole_streams(content)
        if "EncryptedPackage" in streams:
            raise RuleError("file_has_password")
        stream = streams.get("Workbook") or streams.get("Book")
        if stream is None:
            raise RuleError("unsupported_file")
        extents = _check_records(b"".join(content[piece] for piece in stream.pieces)[: stream.size], limits)
    except (struct.error, IndexError, ValueError) as error:
        raise RuleError("file_damaged") from error
    safe = bytearray(content)
    for at in extents:
        safe[stream.place(at)] = 0
    return bytes(safe)


def _check_records(book: bytes, limits: Limits) -> list[int]:
    """Raise what the cell records break; return where the stream tells the extents of its sheets."""
    cells = _CellCount(limits)
    extents: list[int] = []
    for at, code, body in _biff_records(book):
        if code == 0x0809:  # a sheet begins
            cells.begin_sheet()
        elif code == 0x002F:  # FILEPASS
            raise RuleError("file_has_password")
        elif code == 0x0200:  # DIMENSIONS
            extents += range(at, at + len(body))
        elif code in _CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            if code == 0x00BD:  # several numbers in one record: the last column ends it
                column = max(column, struct.unpack_from("<H", body, len(body) - 2)[0])
            cells.occupy(row + 1, column + 1)
    return extents


def _biff_records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where the body of each record begins, its code and the body."""
    at = 0
    while at + 4 <= len(book):
        code, length = struct.unpack_from("<HH", book, at)
        yield at + 4, code, book[at + 4 : at + 4 + length]
        at += 4 + length


@dataclass(frozen=True, slots=True)
class _Stream:
    """Where the pieces of a stream, all of one size, lie in the file; the last one may be longer than it."""

    pieces: list[slice] = field(default_factory=list)
    size: int = 0

    def place(self, at: int) -> int:
        """Where in the file a byte of the stream is."""
        return _within(self.pieces, at)


def _ole_streams(content: bytes) -> dict[str, _Stream]:
    """The streams of an OLE compound file that matter here, by name."""
    sector_size = 1 << struct.unpack_from("<H", content, 30)[0]
    if sector_size not in {512, 4096}:
        raise ValueError("sector size")
    directory_start, mini_cutoff, mini_start = (
        struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60)
    )
    sector_count = len(content) // sector_size

    def place(number: int) -> slice:
        return slice((number + 1) * sector_size, (number + 2) * sector_size)

    def sector(number: int) -> bytes:
        return content[place(number)]

    fat: list[int] = []
    for number in _fat_sectors(content, sector, sector_size, sector_count):
        fat += struct.unpack(f"<{sector_size // 4}I", sector(number).ljust(sector_size, b"\xff"))

    def chain(start: int, table: list[int]) -> Iterator[int]:
        steps = 0
        while start < len(table) and steps <= len(table):
            yield start
            start, steps = table[start], steps + 1

    directory = b"".join(sector(number) for number in chain(directory_start, fat))
    entries = [_ole_entry(directory[at : at + 128]) for at in range(0, len(directory) - 127, 128)]
    mini_fat: list[int] = []
    for number in chain(mini_start, fat):
        mini_fat += struct.unpack(f"<{sector_size // 4}I", sector(number).ljust(sector_size, b"\xff"))
    mini = [place(number) for number in chain(entries[0][1], fat)] if entries else []
    return {
        name: _Stream(
            [_inside(mini, number) for number in chain(start, mini_fat)]
            if size < mini_cutoff
            else [place(number) for number in chain(start, fat)],
            size,
        )
        for name, start, size in entries
        if name in {"Workbook", "Book", "EncryptedPackage"}
    }


def _inside(mini: list[slice], number: int) -> slice:
    """A small sector of 64 bytes, within the large ones that hold them all."""
    start = _within(mini, number * 64)
    return slice(start, start + 64)


def _within(pieces: list[slice], at: int) -> int:
    """Where in the file the byte `at` of what the pieces hold together is."""
    start: int = pieces[0].start
    size: int = pieces[0].stop - start
    start = pieces[at // size].start
    return start + at % size


def _fat_sectors(
    content: bytes, sector: Callable[[int], bytes], sector_size: int, sector_count: int
) -> list[int]:
    """Sectors that hold the allocation table: 109 in the header, more in chained sectors."""
    found = list(struct.unpack_from("<109I", content, 76))
    more, steps = struct.unpack_from("<I", content, 68)[0], 0
    while more < sector_count and steps < sector_count:
        numbers = struct.unpack(f"<{sector_size // 4}I", sector(more))
        found += numbers[:-1]
        more, steps = numbers[-1], steps + 1
    return [number for number in found if number < sector_count]


def _ole_entry(entry: bytes) -> tuple[str, int, int]:
    length = struct.unpack_from("<H", entry, 64)[0]
    name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
    return name, struct.unpack_from("<I", entry, 116)[0], struct.unpack_from("<I", entry, 120)[0]
