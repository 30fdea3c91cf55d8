"""走访台账 and statistics tables: the county's columns, masked, and what the figures mean."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl

from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, RiskLevel
from fieldapp.domain.records.visits import (
    Findings,
    Mode,
    Photo,
    PhotoKind,
    PhotoOrigin,
    Result,
    VisitFields,
    VisitState,
)
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.exports.sheets import read_sheets
from fieldapp.exports.statistics_table import Measure, StatisticsRow, StatisticsTable, write_statistics
from fieldapp.exports.visits_ledger import VisitEntry, write_visits
from tests.unit.exports.rosters import NOW, id_number

HEADINGS = [
    *("序号", "走访日期", "镇", "村", "组", "户主姓名", "救助类别", "风险等级", "走访方式", "走访内容"),
    *("存在困难", "解决措施", "走访人", "被访人", "是否有照片", "备注"),
]
NUMBER = id_number("19540317", 2)
STAMPS: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "created_by": "u", "updated_by": "u"}


def entry(**visit: Any) -> VisitEntry:
    household = HouseholdFields(
        id="h1",
        head_name="欧阳桂兰",
        area_code="341702100201003",
        group_name="三组",
        risk_level=RiskLevel.HIGH,
        coverages=(
            Coverage(category=Category.DIBAO, since=dt.date(2024, 1, 1)),
            Coverage(category=Category.TEKUN, since=dt.date(2020, 1, 1), until=dt.date(2023, 12, 31)),
        ),
        **STAMPS,
    )
    values: dict[str, Any] = {
        "id": "v1",
        "root_id": "v1",
        "household_id": "h1",
        "area_code": "341702100201003",
        "result": Result.NORMAL,
        "mode": Mode.ONSITE,
        "started_at": dt.datetime(2026, 3, 4, 16, 30, tzinfo=dt.UTC),
        "finished_at": dt.datetime(2026, 3, 4, 16, 50, tzinfo=dt.UTC),
        "narrative": f"欧阳桂兰在家，其子李小四（{NUMBER}，电话10000000012）务工。",
        "findings": Findings(difficulties="=缺药", actions_taken="已送药", next_steps="下周再访"),
        **STAMPS,
    }
    names = {"341702100": "殷汇镇", "341702100201": "青溪村"}
    return VisitEntry(
        VisitFields(**(values | visit)), household, names, ("网格员甲",), ("李小四",), ("欧阳桂兰", "李小四")
    )


def rows(path: Path) -> list[dict[str, Any]]:
    page = openpyxl.load_workbook(path).active
    headings = [cell.value for cell in page[3]]
    assert headings == HEADINGS
    return [
        dict(zip(headings, [cell.value for cell in row], strict=True)) for row in page.iter_rows(min_row=4)
    ]


def test_visits_ledger_has_the_countys_columns_and_masks_names(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write_visits(path, [entry()], county_name="贵池区", period="2026-03")

    (row,) = rows(path)
    assert read_sheets(path)[0].cell(1, 0) == "贵池区困难群众走访台账"
    assert (
        row
        == {
            "序号": 1,
            "走访日期": dt.datetime(2026, 3, 5),  # 00:50 in the county
            "镇": "殷汇镇",
            "村": "青溪村",
            "组": "三组",
            "户主姓名": "欧阳**",
            "救助类别": "低保",
            "风险等级": "高",
            "走访方式": "入户",
            "走访内容": f"欧阳**在家，其子李**（{NUMBER[:6]}********{NUMBER[-4:]}，电话100****0012）务工。",
            "存在困难": "=缺药",
            "解决措施": "已送药；下周再访",
            "走访人": "网格员甲",
            "被访人": "李**",
            "是否有照片": "否",
            "备注": None,
        }
    )


def test_full_ledger_shows_names_and_round_trips(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    photo = Photo(kind=PhotoKind.DOOR, sha256="0" * 64, size=1, width=1, height=1, origin=PhotoOrigin.CAMERA)
    entries = [
        entry(remark="@备注"),
        entry(id="v2", state=VisitState.VOID),
        entry(id="v3", narrative="", phrases=("生活正常", "身体尚可"), photos=(photo,)),
        entry(id="v4", narrative="", result=Result.NOT_HOME),
    ]
    write_visits(path, entries, county_name="贵池区", period="2026-03", full=True)

    found = rows(path)
    assert [row["序号"] for row in found] == [1, 2, 3]
    assert {row["户主姓名"] for row in found} == {"欧阳桂兰"}
    assert [row["走访内容"] for row in found] == [entry().visit.narrative, "生活正常；身体尚可", "不在家"]
    assert [row["是否有照片"] for row in found] == ["否", "是", "否"]
    assert found[0]["备注"] == "@备注"


def test_cancelled_ledger_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert not write_visits(path, [entry()], county_name="贵池区", cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_statistics_show_both_numbers_share_and_definitions(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table = StatisticsTable(
        title="走访统计",
        period="2026年2月",
        label_headings=("镇",),
        measures=(
            Measure("走访户次", "有效走访的次数"),
            Measure("完成率", "应访户中已完成的比例", numerator="已完成", denominator="应访"),
        ),
        rows=[
            StatisticsRow(("殷汇镇",), (12, Ratio(7, 8))),
            StatisticsRow(("=唐田镇",), (0, Ratio(0, 0))),
            StatisticsRow(("梅街镇",), (None, None)),
        ],
        totals=StatisticsRow(("合计",), (12, Ratio(7, 8))),
        notes=("暂不走访的户不计入应访",),
    )
    assert write_statistics(path, table, made_on=dt.date(2026, 3, 5))

    figures, definitions = read_sheets(path)
    assert figures.rows[1][0] == "统计期间：2026年2月　制表日期：2026-03-05"
    assert figures.rows[2:] == (
        ("镇", "走访户次", "已完成", "应访", "完成率"),
        ("殷汇镇", 12.0, 7.0, 8.0, 0.875),
        ("=唐田镇", 0.0, 0.0, 0.0, "—"),
        ("梅街镇", "", "", "", ""),
        ("合计", 12.0, 7.0, 8.0, 0.875),
    )
    assert definitions.name == "口径"
    assert definitions.rows[2:] == (
        ("走访户次", "有效走访的次数"),
        ("完成率", "应访户中已完成的比例（已完成÷应访）"),
        ("说明", "暂不走访的户不计入应访"),
    )
