"""Foreign workbooks: what they hold is read, what they could do to the reader is refused in time."""

import datetime as dt
import io
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from fieldapp.domain.errors import RuleError
from fieldapp.exports.sheets import read_sheets
from fieldapp.exports.workbook_guard import Limits
from tests.unit.exports.biff import blank, cell, extent, write_xls
from tests.unit.exports.rosters import DIBAO_HEADINGS, dibao_row, write_book


def refused(path: Path, limits: Limits | None = None) -> str:
    started = time.monotonic()
    with pytest.raises(RuleError) as caught:
        read_sheets(path, limits)
    assert time.monotonic() - started < 5
    return caught.value.code


def repacked(source: Path, target: Path, part: str, content: bytes) -> Path:
    """A copy of a workbook with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == part else old.read(info))
    return target


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "book.xlsx", [["a", 1, dt.date(2024, 3, 1)]])


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def test_cells_rows_and_sheets_keep_their_places(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("一")
    page.write_string(2, 1, "三行二列")
    page.write_formula(3, 1, "=1+1", None, 2)
    page.merge_range(4, 1, 5, 2, "合并")
    page.write_string(5, 3, "旁边")
    book.add_worksheet("空")
    hidden = book.add_worksheet("藏")
    hidden.write_number(0, 0, 5)
    hidden.hide()
    book.close()

    first, second = read_sheets(tmp_path / "a.xlsx")

    assert (first.name, first.cell(3, 1), first.cell(4, 1), first.cell(1, 0)) == ("一", "三行二列", 2.0, "")
    assert {first.cell(5, 1), first.cell(6, 1), first.cell(5, 2), first.cell(6, 2)} == {"合并"}
    assert first.cell(99, 99) == ""
    assert (second.name, second.hidden) == ("藏", True)


def test_old_binary_format_is_read(tmp_path: Path) -> None:
    for name in ("a.xls", "a.et"):
        path = write_xls(tmp_path / name, [["户主姓名", "月保障金"], ["张三", 560.0]])
        (sheet,) = read_sheets(path)
        assert sheet.rows == (("户主姓名", "月保障金"), ("张三", 560.0))


def test_binary_cell_far_away_is_refused(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [["a"]], extra=cell(65_535, 255, "x"))
    assert refused(path) == "too_many_cells"
    path = write_xls(tmp_path / "b.xls", [["a"]], extra=cell(0, 65_000, "x"))
    assert refused(path) == "too_many_columns"


def test_binary_sheet_is_as_large_as_its_cells_whatever_it_says(tmp_path: Path) -> None:
    lies = extent(0xFFFF_FFFF, 0xFFFF) + blank(65_000, 255)
    (sheet,) = read_sheets(write_xls(tmp_path / "a.xls", [["a", 1.0]], extra=lies))
    assert sheet.rows == (("a", 1.0),)


def test_million_rows_are_refused(tmp_path: Path, book: Path) -> None:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    xml = HEAD + b"".join(row % (n, n) for n in range(1, 1_000_001)) + TAIL
    assert refused(repacked(book, tmp_path / "a.xlsx", SHEET, xml)) == "too_many_rows"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "too_many_rows"),
        (b'<row r="1"><c r="XFD1"><v>1</v></c></row>', "too_many_columns"),
        (b'<row r="90000"><c r="IV90000"><v>1</v></c></row>', "too_many_cells"),
        (b"<row>" + b"<c><v>1</v></c>" * 300 + b"</row>", "too_many_columns"),
        (b"<row", "file_damaged"),
    ],
    ids=["last row", "last column", "rectangle", "unnumbered cells", "broken"],
)
def test_cell_far_away_is_refused(tmp_path: Path, book: Path, cells: bytes, code: str) -> None:
    assert refused(repacked(book, tmp_path / "a.xlsx", SHEET, HEAD + cells + TAIL)) == code


def test_empty_formatted_cells_far_away_are_no_reason(tmp_path: Path, book: Path) -> None:
    cells = b'<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    (sheet,) = read_sheets(repacked(book, tmp_path / "a.xlsx", SHEET, HEAD + cells + TAIL))
    assert sheet.rows == ((7.0,),)


def test_bomb_is_refused_with_little_memory(tmp_path: Path, book: Path) -> None:
    """A part of 160 MB in a small file, measured in a process of its own."""
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != SHEET:
                new.writestr(info.filename, old.read(info))
        with new.open(SHEET, "w") as part:
            part.write(HEAD)
            for _ in range(40):
                part.write(b" " * 4 * 1024 * 1024)
    assert bomb.stat().st_size < 2_000_000
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from fieldapp.domain.errors import RuleError\n"
        "from fieldapp.exports.sheets import read_sheets\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    read_sheets(Path(sys.argv[1]))\n"
        "except RuleError as error:\n    print(error.code)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    if sys.platform == "win32":
        assert refused(bomb) == "file_too_big"
        return
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script, str(bomb)],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        timeout=30,
    )
    code, megabytes = done.stdout.split()
    assert code == "file_too_big"
    assert int(megabytes) < 250


def test_size_in_the_archives_header_is_not_believed(tmp_path: Path, book: Path) -> None:
    """The reader gets the checked bytes, so a part cannot unfold into more than its header says."""
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as old:
        size = old.getinfo(SHEET).file_size
    false = content.replace(struct.pack("<I", size), struct.pack("<I", 10))
    path = tmp_path / "a.xlsx"
    path.write_bytes(false)
    assert refused(path) == "file_damaged"


def test_entities_are_refused(tmp_path: Path, book: Path) -> None:
    xml = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + TAIL
    assert refused(repacked(book, tmp_path / "a.xlsx", SHEET, xml)) == "file_damaged"


def test_long_text_shared_by_many_cells_is_refused(tmp_path: Path, book: Path) -> None:
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"x" * 1_000_000
        + b"</t></si></sst>"
    )
    first = repacked(book, tmp_path / "a.xlsx", "xl/sharedStrings.xml", strings)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 2001))
    assert refused(repacked(first, tmp_path / "b.xlsx", SHEET, HEAD + cells + TAIL)) == "too_many_cells"


def test_other_files_are_named_for_what_they_are(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("content.xml", "<x/>")
    encrypted = write_xls(tmp_path / "p.xls", [["a"]], extra=struct.pack("<HHH", 0x2F, 2, 0)).read_bytes()
    for content, code in (
        (b"name,id\n", "unsupported_file"),
        (b"", "unsupported_file"),
        (archive.getvalue(), "unsupported_file"),
        (b"PK\x03\x04rubbish", "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_damaged"),
        (encrypted, "file_has_password"),
    ):
        path = tmp_path / "file.xlsx"
        path.write_bytes(content)
        assert refused(path) == code
    assert refused(tmp_path / "missing.xlsx") == "file_unreadable"


def test_limits_are_the_callers(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", [DIBAO_HEADINGS, dibao_row(), dibao_row()])
    assert len(read_sheets(path, Limits(rows=3))[0].rows) == 3
    assert refused(path, Limits(rows=2)) == "too_many_rows"
    assert refused(path, Limits(file_bytes=100)) == "file_too_big"
    assert refused(path, Limits(sheets=0)) == "too_many_sheets"
