"""Written workbooks: text stays text, files appear whole or not at all."""

import datetime as dt
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from fieldapp.domain.errors import StorageError
from fieldapp.exports.sheets import read_sheets
from fieldapp.exports.workbook import CellValue, ColumnSpec, Kind, SheetSpec, write_workbook

DANGEROUS = [
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "＝1+1",
    "{=1+1}",
    "http://example.org/x",
    "341789195403170020",
    "_x0041_",
]


def spec(rows: list[list[CellValue]], width: int = 1) -> SheetSpec:
    return SheetSpec("表", "XX区台账", [ColumnSpec(f"列{n}") for n in range(width)], rows)


def test_texts_that_look_like_formulas_reopen_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [spec([[text] for text in DANGEROUS])])

    page = openpyxl.load_workbook(path).active
    cells = [page.cell(row, 1) for row in range(3, 3 + len(DANGEROUS))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert all(
        cell.quotePrefix for cell, text in zip(cells, DANGEROUS, strict=True) if text[0] in "=+-@\t\r\n"
    )
    assert cells[0].value == DANGEROUS[0]
    assert [row[0] for row in read_sheets(path)[0].rows[2:]][-2:] == ["341789195403170020", "_x0041_"]


def test_control_characters_and_half_pairs_do_not_reach_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [spec([["a\x00b\x07c\ud800d\x1be\tf\ng𬭎㛃"], ["字" * 40_000]])])

    rows = read_sheets(path)[0].rows
    assert rows[2][0] == "abcde f\ng𬭎㛃"
    assert len(str(rows[3][0])) == 32_767
    assert str(rows[3][0]).endswith("…")


def test_kinds_titles_totals_and_panes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    columns = [
        ColumnSpec("姓名", 10),
        ColumnSpec("金额", 10, Kind.MONEY),
        ColumnSpec("日期", 12, Kind.DAY),
        ColumnSpec("比例", 8, Kind.PERCENT),
        ColumnSpec("人数", 8, Kind.NUMBER),
    ]
    rows: list[list[CellValue]] = [
        ["张*", 123_450, dt.date(2026, 3, 5), 0.875, 2],
        [None, None, None, "—", None],
    ]
    sheet = SheetSpec(
        "a/b[c]:*?" + "长" * 40, "XX区台账", columns, rows, ["合计", 123_450, None, None, 2], "说明"
    )
    write_workbook(path, [sheet])

    page = openpyxl.load_workbook(path).active
    assert page.title == ("a b c" + "    " + "长" * 40)[:31]
    assert (page["A1"].value, page["A2"].value, page["A3"].value) == ("XX区台账", "说明", "姓名")
    assert [cell.value for cell in page[4]] == ["张*", 1234.5, dt.datetime(2026, 3, 5), 0.875, 2]
    assert page["B4"].number_format == "#,##0.00"
    assert [cell.value for cell in page[6]] == ["合计", 1234.5, None, None, 2]
    assert page["A6"].font.b
    assert page.freeze_panes == "A4"
    assert page.column_dimensions["C"].width == pytest.approx(12, abs=1)


def test_cancel_leaves_no_file_and_an_older_one_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"older")
    asked = iter([False, False, True])
    seen: list[int] = []

    done = write_workbook(path, [spec([["x"]] * 5000)], progress=seen.append, cancelled=lambda: next(asked))

    assert not done
    assert seen == [0, 200, 400]
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]
    assert path.read_bytes() == b"older"


def test_progress_ends_with_all_rows(tmp_path: Path) -> None:
    seen: list[int] = []
    assert write_workbook(tmp_path / "a.xlsx", [spec([["x"]] * 450)], progress=seen.append)
    assert seen == [0, 200, 400, 450]


def test_fault_in_the_rows_leaves_nothing_behind(tmp_path: Path) -> None:
    def rows() -> Iterator[list[CellValue]]:
        yield ["x"]
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        write_workbook(tmp_path / "a.xlsx", [SheetSpec("表", "t", [ColumnSpec("a")], rows())])
    assert list(tmp_path.iterdir()) == []


def test_unwritable_place_and_full_disk_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageError, match="cannot_open"):
        write_workbook(tmp_path / "missing" / "a.xlsx", [spec([["x"]])])

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StorageError, match="disk_full"):
        write_workbook(tmp_path / "a.xlsx", [spec([["x"]])])
    assert list(tmp_path.iterdir()) == []
