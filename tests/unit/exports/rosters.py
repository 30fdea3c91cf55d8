"""Rosters as counties send them, made of invented people, for the tests of imports."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.records.areas import AreaFields, AreaLevel
from fieldapp.domain.rules.id_number import id_check_digit

TODAY = dt.date(2026, 3, 16)
NOW = dt.datetime(2026, 3, 16, 9, 0, tzinfo=COUNTY_ZONE)

DIBAO_HEADINGS = [
    "序号",
    "镇（街道）",
    "村（社区）",
    "组",
    "户主姓名",
    "身份证号码",
    "保障类别（城/农）",
    "保障方式（整户/单人）",
    "家庭人口",
    "保障人口",
    "月保障金（元）",
    "其中分类施保",
    "致困原因",
    "复核类别（A/B/C）",
    "享受起始年月",
    "开户行",
    "银行账号",
    "联系电话",
    "备注",
]
TEKUN_HEADINGS = [
    "序号",
    "镇",
    "村",
    "姓名",
    "性别",
    "年龄",
    "身份证号",
    "供养方式（分散/集中）",
    "自理能力",
    "照料人",
    "照料人电话",
    "基本生活费",
    "照料护理费",
    "合计",
    "起始年月",
    "备注",
]


def id_number(born: str, sequence: int) -> str:
    """A valid demo ID number: birth day as YYYYMMDD and three digits (odd = male)."""
    first = f"341789{born}{sequence:03d}"
    return first + id_check_digit(first)


def area(code: str, level: AreaLevel, name: str, **more: Any) -> AreaFields:
    """An area of the tree."""
    stamps: dict[str, Any] = {
        "created_at": NOW,
        "updated_at": NOW,
        "created_by": "test",
        "updated_by": "test",
    }
    return AreaFields(id=code, level=level, name=name, **stamps, **more)


AREAS = [
    area("341702", AreaLevel.COUNTY, "贵池区"),
    area("341702100", AreaLevel.TOWN, "殷汇镇"),
    area("341702105", AreaLevel.TOWN, "唐田镇"),
    area("341702100201", AreaLevel.VILLAGE, "青溪村"),
    area("341702100202", AreaLevel.VILLAGE, "长塘村", short_name="长塘", aliases=("大长塘",)),
    area("341702100001", AreaLevel.VILLAGE, "和平社区"),
    area("341702105201", AreaLevel.VILLAGE, "和平村"),
    area("341702105202", AreaLevel.VILLAGE, "石门村"),
    area(
        "341702105203",
        AreaLevel.VILLAGE,
        "老茶岭村",
        valid_to=dt.date(2024, 12, 31),
        successor_code="341702105202",
    ),
]


def dibao_row(**changes: Any) -> list[Any]:
    """A faultless row of a 低保花名册; `changes` by heading without brackets."""
    values: dict[str, Any] = {
        "序号": 1,
        "镇": "殷汇镇",
        "村": "青溪村",
        "组": "三组",
        "户主姓名": "张三",
        "身份证号码": id_number("19540317", 2),
        "保障类别": "农村",
        "保障方式": "整户",
        "家庭人口": 2,
        "保障人口": 2,
        "月保障金": 800,
        "其中分类施保": "",
        "致困原因": "因病",
        "复核类别": "A",
        "享受起始年月": "2024年3月",
        "开户行": "农商银行",
        "银行账号": "9990000000000000001",
        "联系电话": "10000000012",
        "备注": "",
    }
    assert set(changes) <= set(values), changes
    return list((values | changes).values())


def tekun_row(**changes: Any) -> list[Any]:
    """A faultless row of a 特困花名册."""
    values: dict[str, Any] = {
        "序号": 1,
        "镇": "殷汇镇",
        "村": "长塘村",
        "姓名": "李四",
        "性别": "男",
        "年龄": 72,
        "身份证号": id_number("19540318", 1),
        "供养方式": "分散",
        "自理能力": "半自理",
        "照料人": "王五",
        "照料人电话": "10000000013",
        "基本生活费": 1040,
        "照料护理费": 330,
        "合计": 1370,
        "起始年月": "2023.7",
        "备注": "",
    }
    assert set(changes) <= set(values), changes
    return list((values | changes).values())


def write_book(path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "Sheet1", start: int = 0) -> Path:
    """Write raw rows, each value in the cell type Excel would give it."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for y, row in enumerate(rows, start=start):
        for x, value in enumerate(row):
            if value == "" or value is None:
                continue
            if isinstance(value, dt.date):
                page.write_datetime(y, x, value, day)
            elif isinstance(value, str):
                page.write_string(y, x, value)
            else:
                page.write_number(y, x, value)
    book.close()
    return path


def dibao_book(path: Path, *rows: Sequence[Any]) -> Path:
    """A 低保花名册 with a title and one row of headings."""
    return write_book(path, [["殷汇镇2026年3月农村低保花名册"], DIBAO_HEADINGS, *rows])


def tekun_book(path: Path, *rows: Sequence[Any]) -> Path:
    """A 特困花名册 with a title and one row of headings."""
    return write_book(path, [["特困人员供养花名册"], TEKUN_HEADINGS, *rows])
