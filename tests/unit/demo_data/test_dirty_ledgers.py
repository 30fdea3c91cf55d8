"""Ledgers with planted faults: an independent reader, and the import itself, must find just those."""

import dataclasses
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.areas import AreaFields
from fieldapp.exports.ledger_import import plan_import
from fieldapp.exports.ledger_layout import guess
from fieldapp.exports.ledger_plan import ImportContext, ImportPlan
from fieldapp.exports.sheets import read_sheets
from server.demo_data.dirty_ledgers import Fault, WrittenLedger, write_clean_ledger, write_dirty_ledger
from server.demo_data.generate import DemoData, generate
from server.demo_data.geography import FOCUS_TOWN
from server.demo_data.ledger_rows import FORMS, Ledger, ledger_rows
from server.demo_data.scale import DEMO
from tests.determinism import MovableClock
from tests.unit.demo_data.conftest import AS_OF, SEED

REFUSALS = {
    Fault.WRONG_CHECK_DIGIT: {"id_wrong_check_digit"},
    Fault.PRECISION_LOST: {"id_precision_lost"},
    Fault.DUPLICATE: {"duplicate_row"},
    Fault.UNKNOWN_VILLAGE: {"village_unknown"},
}
"""The import's word for each fault it may not mend."""


@pytest.fixture(scope="module")
def county() -> DemoData:
    """DEMO without pictures: ledgers show none."""
    return generate(dataclasses.replace(DEMO, drawn_photos=False, photos=0, visits=700), SEED, AS_OF)


def _plan(written: WrittenLedger, county: DemoData, ids: IdSource, clock: MovableClock) -> ImportPlan:
    sheet = read_sheets(written.path)[0]
    layout = guess(sheet)
    assert layout is not None
    context = ImportContext(
        areas=[AreaFields.model_validate(area) for area in county.areas()],
        today=AS_OF,
        demo_allowed=True,
        ids=ids,
        clock=clock,
        author="test",
    )
    return plan_import(sheet, layout, context=context, existing=lambda numbers: {})


@pytest.mark.parametrize("ledger", list(Ledger))
def test_import_refuses_just_the_planted_faults(
    ledger: Ledger, county: DemoData, tmp_path: Path, ids: IdSource, clock: MovableClock
) -> None:
    written = write_dirty_ledger(tmp_path / "dirty.xlsx", county, ledger)
    plan = _plan(written, county, ids, clock)
    refused = {row.row: {problem.code for problem in row.problems} for row in plan.rejected}
    planted = {f.row: REFUSALS[f.fault] for f in written.faults if not f.fault.mendable}
    assert refused == planted
    assert plan.input_rows == written.last_row - written.first_row + 1


@pytest.mark.parametrize("ledger", list(Ledger))
def test_import_takes_a_clean_ledger_whole(
    ledger: Ledger, county: DemoData, tmp_path: Path, ids: IdSource, clock: MovableClock
) -> None:
    written = write_clean_ledger(tmp_path / "clean.xlsx", county, ledger)
    plan = _plan(written, county, ids, clock)
    assert plan.rejected == ()
    assert plan.created_rows == sum(1 for _ in ledger_rows(county, ledger)) > 50


def test_clean_ledger_of_a_town_holds_that_town_only(county: DemoData, tmp_path: Path) -> None:
    written = write_clean_ledger(tmp_path / "town.xlsx", county, Ledger.DIBAO, FOCUS_TOWN)
    sheet = openpyxl.load_workbook(written.path).active
    towns = {row[1] for row in sheet.iter_rows(min_row=written.first_row, values_only=True)}
    assert towns == {"梅街镇"}


def test_every_fault_is_planted_where_it_is_listed(county: DemoData, tmp_path: Path) -> None:
    written = write_dirty_ledger(tmp_path / "dirty.xlsx", county, Ledger.DIBAO)
    form = FORMS[Ledger.DIBAO]
    sheet = openpyxl.load_workbook(written.path).active
    assert {fault.fault for fault in written.faults} == set(Fault)
    assert max(Counter(fault.row for fault in written.faults).values()) == 1

    def cell(row: int, heading: str) -> object:
        return sheet.cell(row, form.at(heading) + 1).value

    for planted in written.faults:
        number = cell(planted.row, form.id_number)
        if planted.fault is Fault.PRECISION_LOST:
            assert isinstance(number, int | float)
        elif planted.fault is Fault.OLD_NUMBER:
            assert len(str(number)) == 15
        elif planted.fault is Fault.FULL_WIDTH_NUMBER:
            assert str(number)[0] == "３"
        elif planted.fault is Fault.DUPLICATE:
            assert number == cell(planted.of_row, form.id_number)
        elif planted.fault is Fault.SPACED_NAME:
            assert str(cell(planted.row, form.name)) != str(cell(planted.row, form.name)).replace(
                " ", ""
            ).replace("　", "")
        elif planted.fault is Fault.AMOUNT_AS_TEXT:
            assert isinstance(cell(planted.row, form.amount), str)
        elif planted.fault is Fault.RED_REMARK:
            assert sheet.cell(planted.row, form.at(form.remark) + 1).font.color.rgb == "FFFF0000"


def test_dirty_ledger_has_titles_totals_hidden_columns_and_six_date_forms(
    county: DemoData, tmp_path: Path
) -> None:
    written = write_dirty_ledger(tmp_path / "dirty.xlsx", county, Ledger.DIBAO)
    form = FORMS[Ledger.DIBAO]
    sheet = openpyxl.load_workbook(written.path).active
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A1:S1", "A2:S2", "A3:A4", "B3:D3"} <= merged
    assert sheet.cell(written.last_row + 1, 1).value == "合计"
    assert sheet.max_row == written.last_row + 1
    hidden = sheet.column_dimensions["P"]  # the reader keeps equal neighbours as one
    assert (hidden.hidden, hidden.min, hidden.max) == (True, 16, 17)
    since = [sheet.cell(row, form.at(form.since) + 1).value for row in range(5, 11)]
    shapes = {"".join("9" if c.isdigit() else c for c in str(value)) for value in since}
    assert len(shapes) == 6


def test_ledger_is_the_same_every_time(county: DemoData, tmp_path: Path) -> None:
    first = write_dirty_ledger(tmp_path / "a.xlsx", county, Ledger.TEKUN)
    second = write_dirty_ledger(tmp_path / "b.xlsx", county, Ledger.TEKUN)
    assert first.faults == second.faults
    assert first.path.read_bytes() == second.path.read_bytes()
