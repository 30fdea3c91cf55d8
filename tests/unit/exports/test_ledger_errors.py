"""The file of refused rows: reasons in words, mendable as it is; every reason has its sentence."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from fieldapp.exports.ledger_errors import REASON_HEADING, ROW_HEADING, sentence, write_error_file
from fieldapp.exports.ledger_plan import ImportPlan
from fieldapp.exports.ledger_rows import Problem
from tests.unit.exports.conftest import OnFile
from tests.unit.exports.rosters import dibao_book, dibao_row, id_number

Plan = Callable[[Path], ImportPlan]
ROOT = Path(__file__).parents[3]
PROBLEM_CODE = re.compile(r'(?:CellRefused|Problem|_refuse)\(\s*"(\w+)"')


def test_refused_rows_come_with_row_reason_and_safe_text(plan: Plan, tmp_path: Path) -> None:
    made = plan(
        dibao_book(
            tmp_path / "a.xlsx",
            dibao_row(),
            dibao_row(身份证号码=341789196001010118, 户主姓名='=HYPERLINK("x")', 备注="+1"),
            dibao_row(身份证号码=id_number("19600101", 11), 村="青西村", 享受起始年月=45352),
        )
    )
    out = tmp_path / "errors.xlsx"

    assert write_error_file(made, out)

    page = openpyxl.load_workbook(out).active
    headings = [cell.value for cell in page[2]]
    rows = [dict(zip(headings, row, strict=True)) for row in page.iter_rows(min_row=3)]
    assert headings[-2:] == [ROW_HEADING, REASON_HEADING]
    assert [row[ROW_HEADING].value for row in rows] == ["4", "5"]
    assert all(cell.data_type in {"s", "n"} for row in rows for cell in row.values())
    assert all(cell.data_type == "s" for row in rows for cell in row.values() if cell.value is not None)
    assert rows[0]["身份证号码"].value == "341789196001010112"
    assert (rows[0]["备注"].value, rows[0]["备注"].quotePrefix) == ("+1", True)
    reason = rows[1][REASON_HEADING].value
    assert reason == "【村(社区)】该镇（街道）没有这个村（社区），是不是“青溪村”？"
    assert "【户主姓名】姓名中有数字、括号或符号" in rows[0][REASON_HEADING].value
    assert "；【身份证号码】" in rows[0][REASON_HEADING].value


def test_mended_error_file_can_be_imported_as_it_is(plan: Plan, on_file: OnFile, tmp_path: Path) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row(), dibao_row(身份证号码="", 户主姓名="李四")))
    on_file.apply(made)
    out = tmp_path / "errors.xlsx"
    write_error_file(made, out)
    book = openpyxl.load_workbook(out)
    column = next(cell.column for cell in book.active[2] if cell.value == "身份证号码")
    book.active.cell(3, column).value = id_number("19600101", 11)
    book.save(out)

    mended = plan(out)

    assert [new.household.head_name for new in mended.created] == ["李四"]
    assert mended.rejected == ()


def test_no_refused_row_no_file(plan: Plan, tmp_path: Path) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row()))
    assert not write_error_file(made, tmp_path / "errors.xlsx")
    assert not (tmp_path / "errors.xlsx").exists()


def test_every_code_has_a_sentence_in_both_languages_and_none_is_idle() -> None:
    raised: set[str] = set()
    folder = ROOT / "fieldapp" / "exports"
    for module in (*folder.glob("ledger_*.py"), folder / "visit_rules.py"):
        raised |= set(PROBLEM_CODE.findall(module.read_text(encoding="utf-8")))
    tables = {
        language: tomllib.loads(
            (ROOT / "resources" / "i18n" / language / "import_reasons.toml").read_text(encoding="utf-8")
        )
        for language in ("zh", "en")
    }

    assert set(tables["zh"]) == set(tables["en"]) == raised
    for code, text in tables["zh"].items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", tables["en"][code])), code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rules_of_numbers_have_sentences_too(language: str) -> None:
    module = (ROOT / "fieldapp" / "domain" / "rules" / "id_number.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'RuleError\("(\w+)"', module)) | {"id_precision_lost", "id_converted"}
    for code in codes:
        assert sentence(Problem(code), language) != code
