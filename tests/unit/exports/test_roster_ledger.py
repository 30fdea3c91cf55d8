"""Rosters go out, come into an empty county and go out again: the same cells."""

import datetime as dt
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.domain.records.areas import ancestors
from fieldapp.domain.records.households import (
    Category,
    Coverage,
    CoverageKind,
    HouseholdFields,
    HukouKind,
    MainCause,
    ReviewClass,
    SupportMode,
)
from fieldapp.domain.records.persons import PersonFields, PersonStatus, Relation, SelfCare, SelfCareGrade, Sex
from fieldapp.exports.ledger_form import Reader, ledger_form
from fieldapp.exports.ledger_import import plan_import
from fieldapp.exports.ledger_layout import guess
from fieldapp.exports.ledger_plan import ImportContext, ImportPlan
from fieldapp.exports.ledger_values import NOTHING
from fieldapp.exports.ledger_words import LedgerKind, word_list
from fieldapp.exports.roster_ledger import Home, roster_rows
from fieldapp.exports.sheets import read_sheets
from tests.unit.exports.rosters import AREAS, NOW, TODAY, id_number

NAMES = {area.id: area.name for area in AREAS}
NUMBERS = itertools.count()
FULL = Reader(full=True, accounts=True)
VILLAGES = ["341702100201", "341702100202", "341702100001", "341702105202"]
GRID = "001"
STAMPS: dict[str, Any] = {
    "created_at": NOW, "created_by": "test", "updated_at": NOW, "updated_by": "test",
}  # fmt: skip
CATEGORY = {LedgerKind.DIBAO: Category.DIBAO, LedgerKind.TEKUN: Category.TEKUN}


def home(household: HouseholdFields, *members: PersonFields) -> Home:
    return Home(household, members, {code: NAMES.get(code, "") for code in ancestors(household.area_code)})


def write(path: Path, kind: LedgerKind, homes: Iterable[Home], reader: Reader = FULL) -> Path:
    ordered = sorted(homes, key=lambda one: one.household.area_code)
    assert ledger_form(kind.lower()).write(
        path, roster_rows(kind, ordered, TODAY), title_of="贵池区", subtitle="截至：今天", reader=reader
    )
    return path


def plan(path: Path) -> ImportPlan:
    (sheet,) = read_sheets(path)
    layout = guess(sheet)
    assert layout is not None
    context = ImportContext(AREAS, TODAY, True, lambda: f"n{next(NUMBERS)}", lambda: NOW, "officer")
    return plan_import(sheet, layout, context=context, existing=lambda numbers: {})


def imported(made: ImportPlan) -> list[Home]:
    assert not made.rejected, [each.problems for each in made.rejected]
    return [home(new.household, *new.persons) for new in made.created]


# Texts as people and machines leave them: what a spreadsheet might take for a formula, digits with zeros
# before them, rare and compatibility ideographs, private-use characters, marks, several lines.
ODD = "=+-@＝'\"007一二三组村户号、，：；（）Aa. \t\n\u200b\u3000𬭎㛃\uf914\ue863𠀀_x0041_&<>"
TEXT = st.text(alphabet=ODD, max_size=12) | st.sampled_from(
    ["=1+1", "+86", "-1", "@A1", "007", "_x0041_", "=HYPERLINK(\"http://x\")", "无", "2026-03-05", "1e5"]
)  # fmt: skip
NAME = st.text(alphabet="张王李欧阳娜·𬭎㛃\uf914\ue863𠀀〇 ", min_size=1, max_size=6).filter(
    lambda text: bool(text.strip(" ·"))
)
MONTH = st.dates(dt.date(1990, 1, 1), TODAY)
FEN = st.integers(0, 5_000_000)
GROUP = TEXT.map(lambda text: text[:30]).filter(
    lambda text: "".join(text.split()) not in word_list("rows", "same_as_above")
)
PHONE = st.integers(0, 99_999_999).map(lambda n: f"100{n:08d}") | st.just("")
ACCOUNT = st.integers(0, 9_999_999_999).map(lambda n: f"000999{n:010d}") | st.just("")


@st.composite
def family(draw: st.DrawFn, kind: LedgerKind, number: int) -> Home:
    """One household on file with one to four members; number makes its ID numbers its own."""
    born = draw(st.dates(dt.date(1930, 1, 1), dt.date(2015, 1, 1)))
    count = draw(st.integers(1, 4))
    members = [
        PersonFields(
            **STAMPS, id=f"p{number}-{at}", household_id=f"h{number}", name=draw(NAME),
            id_number=id_number(f"{born:%Y%m%d}", 2 * (number * 5 + at)), sex=Sex.FEMALE, birth_date=born,
            relation_to_head=Relation.SON if at else Relation.SELF,
            counted=at == 0 or draw(st.booleans()),
            status=draw(st.sampled_from(PersonStatus)) if at else PersonStatus.ALIVE,
            phone=draw(PHONE), bank_name=draw(TEXT), bank_account=draw(ACCOUNT),
            carer_name=draw(NAME | st.just("")), carer_phone=draw(PHONE),
            self_care=draw(st.none() | st.sampled_from(SelfCareGrade).map(lambda one: SelfCare(grade=one))),
        )
        for at in range(count)
    ]  # fmt: skip
    single = draw(st.booleans())
    whom = [members[draw(st.integers(0, count - 1))].id] if single else []
    if kind is LedgerKind.TEKUN:
        whom = [members[0].id]
    coverage = Coverage(
        category=CATEGORY[kind],
        coverage=CoverageKind.SINGLE if single else CoverageKind.HOUSEHOLD,
        person_ids=tuple(whom),
        since=draw(MONTH),
        monthly_amount_fen=draw(FEN),
        support_mode=draw(st.none() | st.sampled_from(SupportMode)),
        review_class=draw(st.none() | st.sampled_from(ReviewClass)),
    )
    household = HouseholdFields(
        **STAMPS, id=f"h{number}", head_person_id=members[0].id, head_name=members[0].name,
        area_code=draw(st.sampled_from(VILLAGES)) + GRID, group_name=draw(GROUP),
        hukou_kind=draw(st.none() | st.sampled_from(HukouKind)),
        main_causes=tuple(draw(st.lists(st.sampled_from(MainCause), unique=True, max_size=3))),
        coverages=(coverage,), remark=draw(TEXT | st.text(alphabet=ODD, max_size=300)),
    )  # fmt: skip
    return home(household, *members)


@st.composite
def county(draw: st.DrawFn, kind: LedgerKind) -> list[Home]:
    return [draw(family(kind, number)) for number in range(draw(st.integers(1, 6)))]


@pytest.mark.parametrize("kind", [LedgerKind.DIBAO, LedgerKind.TEKUN])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_roster_comes_back_as_it_went_out(kind: LedgerKind, tmp_path: Path, data: st.DataObject) -> None:
    first = write(tmp_path / "first.xlsx", kind, data.draw(county(kind)))
    second = write(tmp_path / "second.xlsx", kind, imported(plan(first)))
    assert read_sheets(second)[0].rows == read_sheets(first)[0].rows


def test_the_generated_texts_reach_the_cells(tmp_path: Path) -> None:
    """What the property is about is in the file as text: no formula, no number, no lost zero."""
    person = PersonFields(
        **STAMPS, id="p1", household_id="h1", name="\uf914𬭎㛃", id_number=id_number("19540317", 2),
        relation_to_head=Relation.SELF, bank_name="=1+1", bank_account="0009990000000001",
    )  # fmt: skip
    amount = Coverage(category=Category.DIBAO, since=dt.date(2024, 3, 9), monthly_amount_fen=80_050)
    household = HouseholdFields(
        **STAMPS, id="h1", head_person_id="p1", head_name=person.name, area_code=VILLAGES[0],
        group_name="007", coverages=(amount,), remark="@SUM(A1)\n第二行 "
        "〔花名册登记：家庭人口3人，保障人口2人，其中分类施保10.50元〕",
    )  # fmt: skip
    path = write(tmp_path / "a.xlsx", LedgerKind.DIBAO, [home(household, person)])
    page = openpyxl.load_workbook(path).active
    cells = {heading.value: cell for heading, cell in zip(page[3], page[4], strict=True)}
    told = {heading: cell.value for heading, cell in cells.items()}
    assert [told[one] for one in ("户主姓名", "身份证号码", "组", "开户行", "银行账号")] == [
        "\uf914𬭎㛃", id_number("19540317", 2), "007", "=1+1", "0009990000000001",
    ]  # fmt: skip
    assert (told["备注"], told["享受起始年月"], told["月保障金（元）"]) == (
        "@SUM(A1) 第二行",
        "2024-03",
        800.5,
    )
    assert (told["家庭人口"], told["保障人口"], told["其中分类施保"]) == (3, 2, 10.5)
    assert {cells[one].data_type for one in ("开户行", "银行账号", "身份证号码", "备注")} == {"s"}


def test_a_masked_roster_names_nobody(tmp_path: Path) -> None:
    person = PersonFields(
        **STAMPS, id="p1", household_id="h1", name="慕容甲乙", id_number=id_number("19540317", 2),
        relation_to_head=Relation.SELF, phone="10012345678", bank_account="9990000000001234",
        carer_name="王五甲", carer_phone="10087654321",
    )  # fmt: skip
    paid = Coverage(category=Category.TEKUN, person_ids=("p1",), since=TODAY, monthly_amount_fen=100)
    household = HouseholdFields(
        **STAMPS, id="h1", head_person_id="p1", head_name=person.name, area_code=VILLAGES[0],
        coverages=(paid, paid.model_copy(update={"category": Category.DIBAO})),
        remark="慕容甲乙由王五甲照料，10012345678",
    )  # fmt: skip
    for kind in (LedgerKind.DIBAO, LedgerKind.TEKUN):
        path = write(tmp_path / "m.xlsx", kind, [home(household, person)], Reader())
        told = str(read_sheets(path)[0].rows)
        for secret in ("慕容甲乙", person.id_number, "10012345678", "9990000000001234", "10087654321"):
            assert secret not in told, (kind, secret)
        accounts = write(tmp_path / "f.xlsx", kind, [home(household, person)], Reader(full=True))
        assert "9990000000001234" not in str(read_sheets(accounts)[0].rows), (
            "accounts are a right of their own"
        )


def test_who_is_not_paid_now_is_not_on_the_roster(tmp_path: Path) -> None:
    ended = Coverage(category=Category.DIBAO, since=dt.date(2020, 1, 1), until=TODAY - dt.timedelta(days=1))
    later = Coverage(category=Category.DIBAO, since=TODAY + dt.timedelta(days=1))
    household = HouseholdFields(
        **STAMPS, id="h1", head_name="张三", area_code=VILLAGES[0], coverages=(ended, later)
    )
    assert list(roster_rows(LedgerKind.DIBAO, [home(household)], TODAY)) == []
    assert "无" in NOTHING
