"""Rows of the two ledgers every county keeps in spreadsheets, taken from a made-up county."""

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from server.demo_data.generate import DemoData, HouseholdFile
from server.demo_data.geography import Village

Value = str | int | float | dt.date


class Ledger(enum.Enum):
    """The two ledgers, by the name on their title row."""

    DIBAO = "低保花名册"
    TEKUN = "特困花名册"


@dataclass(frozen=True, slots=True)
class LedgerForm:
    """Columns in order; groups of a two-row header as (heading, first column, last column)."""

    columns: tuple[str, ...]
    groups: tuple[tuple[str, int, int], ...]
    hidden: tuple[str, ...]
    name: str
    id_number: str
    village: str
    amount: str
    since: str
    remark: str = "备注"

    def at(self, column: str) -> int:
        """Number of a column, from 0."""
        return self.columns.index(column)


FORMS: Final = {
    Ledger.DIBAO: LedgerForm(
        columns=(
            "序号", "镇(街道)", "村(社区)", "组", "户主姓名", "身份证号码", "保障类别", "保障方式",
            "家庭人口", "保障人口", "月保障金(元)", "其中分类施保", "致困原因", "复核类别", "享受起始年月",
            "开户行", "银行账号", "联系电话", "备注",
        ),
        groups=(("住址", 1, 3), ("户主情况", 4, 5), ("保障情况", 6, 14), ("发放信息", 15, 17)),
        hidden=("开户行", "银行账号"),
        name="户主姓名",
        id_number="身份证号码",
        village="村(社区)",
        amount="月保障金(元)",
        since="享受起始年月",
    ),
    Ledger.TEKUN: LedgerForm(
        columns=(
            "序号", "镇", "村", "姓名", "性别", "年龄", "身份证号", "供养方式", "自理能力", "照料人",
            "照料人电话", "基本生活费", "照料护理费", "合计", "起始年月", "备注",
        ),
        groups=(("住址", 1, 2), ("对象情况", 3, 8), ("照料", 9, 10), ("供养金(元/月)", 11, 13)),
        hidden=("照料人电话",),
        name="姓名",
        id_number="身份证号",
        village="村",
        amount="基本生活费",
        since="起始年月",
    ),
}  # fmt: skip
_CARE_FEES: Final = {"FULL": 100, "PARTIAL": 300, "NONE": 700}
_CARE_WORDS: Final = {"FULL": "具备自理能力", "PARTIAL": "部分丧失", "NONE": "完全丧失"}
_CAUSE_WORDS: Final = {
    "ILLNESS": "因病", "DISABILITY": "因残", "SCHOOL": "因学", "DISASTER": "因灾", "ACCIDENT": "因意外",
    "OLD_AGE": "年老", "LACK_LABOUR": "缺劳力", "JOBLESS": "失业", "NO_SUPPORT": "无人赡养", "OTHER": "其他",
}  # fmt: skip


def ledger_rows(data: DemoData, ledger: Ledger, town_code: str = "") -> Iterator[dict[str, Value]]:
    """Clean rows in area order; `town_code` keeps one town's. Numbers are from 1."""
    villages = {village.code: village for village in data.county.villages}
    number = 0
    for file in data.households():
        coverage = file.household["coverages"][0]
        if coverage["category"] != ledger.name or not file.household["area_code"].startswith(town_code):
            continue
        number += 1
        village = villages[file.household["area_code"][:12]]
        since = dt.date.fromisoformat(coverage["since"])
        row = _dibao_row if ledger is Ledger.DIBAO else _tekun_row
        yield {"序号": number} | row(file, coverage, village, data.as_of) | _since(ledger, since)


def _since(ledger: Ledger, since: dt.date) -> dict[str, Value]:
    return {FORMS[ledger].since: since, "备注": ""}


def _dibao_row(
    file: HouseholdFile, coverage: dict[str, Any], village: Village, _: dt.date
) -> dict[str, Value]:
    head, household = file.persons[0], file.household
    single = coverage["coverage"] == "SINGLE"
    return {
        "镇(街道)": village.town.name,
        "村(社区)": village.name,
        "组": household["group_name"],
        "户主姓名": head["name"],
        "身份证号码": head["id_number"],
        "保障类别": "城市" if household["hukou_kind"] == "URBAN" else "农村",
        "保障方式": "单人" if single else "整户",
        "家庭人口": len(file.persons),
        "保障人口": len(coverage["person_ids"]) if single else len(file.persons),
        "月保障金(元)": coverage["monthly_amount_fen"] // 100,
        "其中分类施保": 0,
        "致困原因": "、".join(_CAUSE_WORDS[cause] for cause in household["main_causes"]),
        "复核类别": coverage["review_class"],
        "开户行": head["bank_name"],
        "银行账号": head["bank_account"],
        "联系电话": next((person["phone"] for person in file.persons if "phone" in person), ""),
    }


def _tekun_row(
    file: HouseholdFile, coverage: dict[str, Any], village: Village, as_of: dt.date
) -> dict[str, Value]:
    person = file.persons[0]
    grade = person["self_care"]["grade"]
    born = dt.date.fromisoformat(person["birth_date"])
    living, care = coverage["monthly_amount_fen"] // 100, _CARE_FEES[grade]
    return {
        "镇": village.town.name,
        "村": village.name,
        "姓名": person["name"],
        "性别": "男" if person["sex"] == "MALE" else "女",
        "年龄": as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day)),
        "身份证号": person["id_number"],
        "供养方式": "集中" if coverage["support_mode"] == "CENTRAL" else "分散",
        "自理能力": _CARE_WORDS[grade],
        "照料人": person.get("carer_name", ""),
        "照料人电话": person.get("carer_phone", ""),
        "基本生活费": living,
        "照料护理费": care,
        "合计": living + care,
    }
