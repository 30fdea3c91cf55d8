"""Writes a small .xls (BIFF8 in an OLE file), because no installed library does."""

import struct
from collections.abc import Sequence
from pathlib import Path

SECTOR = 512
END = 0xFFFFFFFE
FREE = 0xFFFFFFFF


def _record(code: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(body)) + body


def _label(row: int, column: int, text: str) -> bytes:
    body = struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
    return _record(0x0204, body)


def _number(row: int, column: int, value: float) -> bytes:
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def cell(row: int, column: int, value: str | float) -> bytes:
    """One cell record."""
    return _label(row, column, value) if isinstance(value, str) else _number(row, column, value)


def blank(row: int, column: int) -> bytes:
    """A cell with a format and nothing in it."""
    return _record(0x0201, struct.pack("<HHH", row, column, 0))


def extent(rows: int, columns: int) -> bytes:
    """What a sheet says of its own size."""
    return _record(0x0200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))


def sheet_stream(cells: bytes) -> bytes:
    """A workbook stream with one sheet holding ready cell records."""
    bof_book = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    bof_sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    codepage = _record(0x0042, struct.pack("<H", 1200))
    name = "花名册"
    bound_length = 4 + 4 + 2 + 2 + len(name) * 2
    start = len(bof_book) + len(codepage) + bound_length + 4
    bound = _record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name), 1) + name.encode("utf-16-le"))
    eof = _record(0x000A)
    return bof_book + codepage + bound + eof + bof_sheet + cells + eof


def write_xls(path: Path, rows: Sequence[Sequence[str | float]], *, extra: bytes = b"") -> Path:
    """Write rows as an .xls file; `extra` are more cell records."""
    cells = b"".join(
        cell(y, x, value) for y, row in enumerate(rows) for x, value in enumerate(row) if value != ""
    )
    stream = sheet_stream(cells + extra)
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    # Sector 0: allocation table, 1: directory, then the stream.
    fat = [0xFFFFFFFD, END, *range(3, count + 2), END]
    assert len(fat) <= SECTOR // 4
    table = struct.pack(f"<{SECTOR // 4}I", *fat, *[FREE] * (SECTOR // 4 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0, 0)[: 4 * 9]
    header += struct.pack("<109I", 0, *[FREE] * 108)
    directory = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    path.write_bytes(header + table + directory.ljust(SECTOR, b"\0") + stream)
    return path


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
