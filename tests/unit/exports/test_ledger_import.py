"""Rosters as counties send them: every fault is found in its row, nothing is lost, nothing guessed."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.households import (
    Category,
    CoverageKind,
    HouseholdStatus,
    HukouKind,
    MainCause,
    ReviewClass,
    SupportMode,
)
from fieldapp.domain.records.persons import PersonStatus, Relation, SelfCareGrade, Sex
from fieldapp.exports.ledger_import import plan_import
from fieldapp.exports.ledger_layout import RowKind, guess
from fieldapp.exports.ledger_plan import ImportContext, ImportPlan, KnownPerson
from fieldapp.exports.ledger_words import Column, LedgerKind
from fieldapp.exports.sheets import Sheet, read_sheets
from tests.unit.exports.conftest import OnFile
from tests.unit.exports.rosters import (
    DIBAO_HEADINGS,
    TEKUN_HEADINGS,
    dibao_book,
    dibao_row,
    id_number,
    tekun_book,
    tekun_row,
    write_book,
)

Plan = Callable[[Path], ImportPlan]


def codes(plan: ImportPlan) -> dict[int, list[str]]:
    return {each.row: [problem.code for problem in each.problems] for each in plan.rejected}


def test_dibao_row_becomes_household_with_head(plan: Plan, tmp_path: Path) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row(备注="住院中")))

    (new,) = made.created
    (person,) = new.persons
    home = new.household
    (coverage,) = home.coverages
    assert (home.head_name, home.head_person_id, home.area_code) == ("张三", person.id, "341702100201")
    assert (home.group_name, home.hukou_kind, home.main_causes) == (
        "三组",
        HukouKind.RURAL,
        (MainCause.ILLNESS,),
    )
    assert home.remark == "住院中 〔花名册登记：家庭人口2人，保障人口2人〕"
    assert home.status is HouseholdStatus.ACTIVE
    assert (coverage.category, coverage.coverage, coverage.person_ids) == (
        Category.DIBAO,
        CoverageKind.HOUSEHOLD,
        (),
    )
    assert (coverage.monthly_amount_fen, coverage.review_class) == (80_000, ReviewClass.A)
    assert coverage.since == dt.date(2024, 3, 1)
    assert (person.sex, person.birth_date) == (Sex.FEMALE, dt.date(1954, 3, 17))
    assert (person.phone, person.bank_name, person.bank_account) == (
        "10000000012",
        "农商银行",
        "9990000000000000001",
    )
    assert (person.relation_to_head, person.created_by) == (Relation.SELF, "officer")


def test_tekun_row_becomes_person_with_carer_and_sum(plan: Plan, tmp_path: Path) -> None:
    made = plan(tekun_book(tmp_path / "a.xlsx", tekun_row()))

    (new,) = made.created
    (person,) = new.persons
    (coverage,) = new.household.coverages
    assert (coverage.category, coverage.person_ids) == (Category.TEKUN, (person.id,))
    assert (coverage.support_mode, coverage.monthly_amount_fen) == (SupportMode.SCATTERED, 137_000)
    assert person.self_care is not None
    assert person.self_care.grade is SelfCareGrade.PARTIAL
    assert (person.carer_name, person.carer_phone) == ("王五", "10000000013")


ROW_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"身份证号码": id_number("19540317", 2)[:-1] + "5"}, "id_wrong_check_digit"),
    ({"身份证号码": 341789195403170020}, "id_precision_lost"),
    ({"身份证号码": "3.41789E+17"}, "id_precision_lost"),
    ({"身份证号码": "3417891954031700"}, "id_wrong_length"),
    ({"身份证号码": ""}, "id_missing"),
    ({"身份证号码": "341789195402300014"}, "id_birth_date_invalid"),
    ({"户主姓名": ""}, "name_missing"),
    ({"户主姓名": "张三（已故）"}, "name_not_plain"),
    ({"村": "青西村"}, "village_misspelt"),
    ({"村": "老鹰嘴"}, "village_unknown"),
    ({"镇": "", "村": "和平"}, "village_ambiguous"),
    ({"镇": "殷会镇"}, "town_misspelt"),
    ({"村": ""}, "village_missing"),
    ({"月保障金": ""}, "amount_missing"),
    ({"月保障金": "约八百"}, "amount_unreadable"),
    ({"月保障金": "800.555"}, "amount_unreadable"),
    ({"月保障金": -5}, "amount_implausible"),
    ({"月保障金": 80_000}, "amount_implausible"),
    ({"其中分类施保": 900}, "supplement_exceeds_amount"),
    ({"保障人口": 3}, "covered_exceeds_members"),
    ({"家庭人口": "两"}, "count_unreadable"),
    ({"享受起始年月": 2024.1}, "month_ambiguous"),
    ({"享受起始年月": "去年"}, "month_unreadable"),
    ({"享受起始年月": "2024.13"}, "month_unreadable"),
    ({"享受起始年月": "2027.1"}, "month_implausible"),
    ({"享受起始年月": ""}, "month_missing"),
    ({"保障方式": "半户"}, "word_unknown"),
    ({"复核类别": "甲"}, "word_unknown"),
    ({"银行账号": 9990000000000000001}, "account_precision_lost"),
    ({"银行账号": "见存折"}, "account_unreadable"),
    ({"组": "三" * 31}, "text_too_long"),
]


@pytest.mark.parametrize(("changes", "code"), ROW_FAULTS, ids=str)
def test_fault_is_refused_in_its_row_and_the_rest_goes_in(
    plan: Plan, tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    good = dibao_row(身份证号码=id_number("19600101", 11), 户主姓名="李四")
    made = plan(dibao_book(tmp_path / "a.xlsx", good, dibao_row(**changes)))

    assert codes(made) == {4: [code]}
    assert [new.rows for new in made.created] == [(3,)]


def test_every_fault_of_a_row_is_named(plan: Plan, tmp_path: Path) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row(户主姓名="", 村="", 身份证号码="1", 月保障金="?")))

    assert sorted(codes(made)[3]) == [
        "amount_unreadable",
        "id_wrong_length",
        "name_missing",
        "village_missing",
    ]


@pytest.mark.parametrize(
    "written",
    ["2024.3", "2024年3月", "202403", "2024-03-01", 45352, "24.3", 2024.3, 24.3, 202403, "20240315",
     "2024/3", dt.date(2024, 3, 9), "２０２４．３", "2024年03月起", "45352"],
    ids=str,
)  # fmt: skip
def test_month_is_read_in_every_form(plan: Plan, tmp_path: Path, written: object) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row(享受起始年月=written)))

    assert codes(made) == {}
    assert made.created[0].household.coverages[0].since == dt.date(2024, 3, 1)


@pytest.mark.parametrize(
    ("written", "fen"),
    [("1,234.50元", 123_450), ("￥560", 56_000), ("５６０元/月", 56_000), (560, 56_000), (0.1 + 0.2, 30),
     ("560.5", 56_050), (" 560 元 ", 56_000), ("1，234", 123_400)],
)  # fmt: skip
def test_money_is_read_in_every_form(plan: Plan, tmp_path: Path, written: object, fen: int) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row(月保障金=written)))

    assert made.created[0].household.coverages[0].monthly_amount_fen == fen


def test_spaces_full_width_and_old_numbers_are_understood(plan: Plan, tmp_path: Path) -> None:
    full_width = id_number("19610820", 5).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    made = plan(
        dibao_book(
            tmp_path / "a.xlsx",
            dibao_row(户主姓名="张　三", 身份证号码="341789540317002", 联系电话=10000000012),
            dibao_row(户主姓名=" 欧 阳 兰 ", 身份证号码=f" {full_width} "),
        )
    )

    first, second = made.created
    assert (first.household.head_name, first.persons[0].id_number) == ("张三", "341789195403170020")
    assert first.persons[0].id_converted
    assert first.persons[0].phone == "10000000012"
    assert [hint.code for hint in made.hints[3]] == ["id_converted"]
    assert (second.household.head_name, second.persons[0].id_number) == ("欧阳兰", id_number("19610820", 5))


@pytest.mark.parametrize(
    ("town", "village", "code"),
    [
        ("殷汇", "青溪", "341702100201"),
        ("殷汇镇", "青溪村委会", "341702100201"),
        ("", "大长塘", "341702100202"),
        ("", "殷汇镇青溪村", "341702100201"),
        ("", "贵池区殷汇镇青溪村", "341702100201"),
        ("", "和平村", "341702105201"),
        ("殷汇镇", "和平", "341702100001"),
        ("贵池区唐田镇", "老茶岭村", "341702105202"),
        ("", "青溪村5组", "341702100201"),
    ],
)
def test_village_is_found_by_all_its_names(
    plan: Plan, tmp_path: Path, town: str, village: str, code: str
) -> None:
    made = plan(dibao_book(tmp_path / "a.xlsx", dibao_row(镇=town, 村=village, 组="")))

    assert codes(made) == {}
    assert made.created[0].household.area_code == code


def test_equal_rows_count_once_and_contradicting_rows_never(plan: Plan, tmp_path: Path) -> None:
    other = id_number("19600101", 11)
    made = plan(
        dibao_book(
            tmp_path / "a.xlsx",
            dibao_row(),
            dibao_row(序号=2, 户主姓名="张 三"),
            dibao_row(户主姓名="李四", 身份证号码=other),
            dibao_row(户主姓名="李四", 身份证号码=other, 月保障金=900),
        )
    )

    assert codes(made) == {4: ["duplicate_row"], 5: ["duplicate_differs"], 6: ["duplicate_differs"]}
    assert made.rejected[0].problems[0].facts == {"row": 3}
    assert [new.rows for new in made.created] == [(3,)]


def test_two_row_headings_merged_cells_totals_and_hidden_columns(plan: Plan, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("花名册")
    page.merge_range("A1:J1", "殷汇镇低保花名册")
    page.merge_range("A2:J2", "单位：元")
    for at, heading in {0: "序号", 1: "乡镇", 2: "村居", 7: "复核类别", 8: "起始年月", 9: "备注"}.items():
        page.merge_range(2, at, 3, at, heading)
    page.merge_range("D3:E3", "户主")
    page.merge_range("F3:G3", "保障情况")
    for at, heading in {3: "姓 名", 4: "身份证\n号码", 5: "保障人口", 6: "月保障金额"}.items():
        page.write_string(3, at, heading)
    page.set_column(7, 7, None, None, {"hidden": True})
    page.merge_range("B5:B6", "殷汇镇")
    page.merge_range("C5:C6", "青溪村")
    for y, (name, number) in enumerate(
        [("张三", id_number("19540317", 2)), ("李四", id_number("19600101", 11))], start=4
    ):
        page.write_number(y, 0, y - 3)
        for at, text in {3: name, 4: number, 5: "1", 6: "560元", 7: "B", 8: "2024.3"}.items():
            page.write_string(y, at, text)
    page.write_string(6, 0, "合　计")
    page.write_number(6, 6, 1120)
    page.write_number(7, 0, 3)
    page.merge_range("A9:J9", "填表人：某某  审核人：某某   2026年3月")
    book.close()

    made = plan(tmp_path / "a.xlsx")

    assert made.layout.kind is LedgerKind.DIBAO
    assert (made.layout.header_first, made.layout.header_last) == (3, 4)
    assert [new.household.head_name for new in made.created] == ["张三", "李四"]
    assert made.created[1].household.area_code == "341702100201"
    assert made.created[0].household.coverages[0].review_class is ReviewClass.B
    assert made.ignored == {7: RowKind.TOTALS, 8: RowKind.BLANK, 9: RowKind.FOOTER}
    assert codes(made) == {}


def test_members_under_their_head_are_one_household(plan: Plan, tmp_path: Path) -> None:
    headings = ["户主", "姓名", "与户主关系", "身份证号", "村", "月保障金", "起始年月", "保障方式"]
    rows: list[list[Any]] = [
        ["张三", "张三", "户主", id_number("19540317", 1), "青溪村", 900, "2024.3", "整户"],
        ["", "李梅", "妻", id_number("19550101", 2), "青溪村", "", "", ""],
        ["王五", "王五", "户主", id_number("19600101", 11), "青溪村", 500, "2024.3", "整户"],
        ["", "王小", "长子", "坏号码", "青溪村", "", "", ""],
        ["赵六", "赵七", "妻", id_number("19610101", 2), "青溪村", 500, "2024.3", "整户"],
    ]
    made = plan(write_book(tmp_path / "a.xlsx", [["低保花名册"], headings, *rows]))

    (new,) = made.created
    assert [(p.name, p.relation_to_head) for p in new.persons] == [
        ("张三", Relation.SELF),
        ("李梅", Relation.SPOUSE),
    ]
    assert {person.household_id for person in new.persons} == {new.household.id}
    assert codes(made) == {
        5: ["household_has_fault"],
        6: ["id_wrong_length"],
        7: ["head_row_missing"],
    }


@pytest.mark.parametrize("kind", LedgerKind)
def test_importing_twice_changes_nothing(
    plan: Plan, on_file: OnFile, tmp_path: Path, kind: LedgerKind
) -> None:
    if kind is LedgerKind.DIBAO:
        path = dibao_book(
            tmp_path / "a.xlsx",
            dibao_row(备注="住院中", 其中分类施保=60),
            dibao_row(户主姓名="李四", 身份证号码=id_number("19600101", 11), 保障方式="单人"),
        )
    else:
        path = tekun_book(tmp_path / "a.xlsx", tekun_row())
    first = plan(path)
    on_file.apply(first)
    second = plan(path)

    assert first.created_rows == first.input_rows > 0
    assert second.changes_nothing
    assert len(second.unchanged) == first.input_rows


def test_update_takes_what_the_roster_decides_and_keeps_what_workers_wrote(
    plan: Plan, on_file: OnFile, tmp_path: Path
) -> None:
    on_file.apply(plan(dibao_book(tmp_path / "a.xlsx", dibao_row(复核类别="", 联系电话=""))))
    (number, known), *_ = on_file.known.items()
    on_file.known[number] = KnownPerson(
        known.person.model_copy(update={"phone": "10000000099"}), known.household
    )

    made = plan(
        dibao_book(
            tmp_path / "b.xlsx",
            dibao_row(月保障金="860元", 复核类别="B", 致困原因="因残、因病", 银行账号="9990000000000000002"),
        )
    )

    (update,) = made.updated
    assert set(update.household) == {"coverages", "main_causes"}
    coverage = update.household["coverages"][0]  # type: ignore[index]
    assert (coverage.monthly_amount_fen, coverage.review_class) == (86_000, ReviewClass.B)
    assert update.household["main_causes"] == (MainCause.ILLNESS, MainCause.DISABILITY)
    assert dict(update.persons[known.person.id]) == {"bank_account": "9990000000000000002"}
    assert [hint.code for hint in made.hints[3]] == ["kept_what_workers_wrote"]


@pytest.mark.parametrize(
    ("household", "person", "row", "code"),
    [
        ({}, {}, {"户主姓名": "张四"}, "name_differs"),
        ({}, {"status": PersonStatus.DEAD}, {}, "person_dead"),
        ({"status": HouseholdStatus.CLOSED}, {}, {}, "household_closed"),
        ({"area_code": "341702105202"}, {}, {}, "area_differs"),
        ({}, {}, {"保障方式": "单人"}, "coverage_conflict"),
        ({"head_person_id": "somebody"}, {"relation_to_head": Relation.SON}, {}, "head_differs"),
    ],
    ids=str,
)
def test_contradiction_to_the_file_is_refused(
    plan: Plan, on_file: OnFile, tmp_path: Path, household: dict[str, Any], person: dict[str, Any],
    row: dict[str, Any], code: str,
) -> None:  # fmt: skip
    on_file.apply(plan(dibao_book(tmp_path / "a.xlsx", dibao_row())))
    (number, known), *_ = on_file.known.items()
    on_file.known[number] = KnownPerson(
        known.person.model_copy(update=person), known.household.model_copy(update=household)
    )

    made = plan(dibao_book(tmp_path / "b.xlsx", dibao_row(**row)))

    assert codes(made) == {3: [code]}
    assert made.changes_nothing


def test_household_in_a_grid_of_the_village_is_not_moved(plan: Plan, on_file: OnFile, tmp_path: Path) -> None:
    path = dibao_book(tmp_path / "a.xlsx", dibao_row())
    on_file.apply(plan(path))
    for number, known in on_file.known.items():
        home = known.household.model_copy(update={"area_code": "341702100201003"})
        on_file.known[number] = KnownPerson(known.person, home)

    assert plan(path).changes_nothing


def test_two_single_persons_of_one_household_update_it_together(
    plan: Plan, on_file: OnFile, tmp_path: Path
) -> None:
    on_file.apply(plan(dibao_book(tmp_path / "a.xlsx", dibao_row(保障方式="单人"))))
    (known,) = on_file.known.values()
    son = known.person.model_copy(
        update={
            "id": "son",
            "name": "张四",
            "id_number": id_number("19800101", 1),
            "relation_to_head": Relation.SON,
        }
    )
    on_file.known[son.id_number] = KnownPerson(son, known.household)

    path = dibao_book(
        tmp_path / "b.xlsx",
        dibao_row(保障方式="单人", 月保障金=810),
        dibao_row(保障方式="单人", 户主姓名="张四", 身份证号码=son.id_number, 月保障金=500),
    )
    made = plan(path)
    on_file.apply(made)

    (update,) = made.updated
    assert update.rows == (3, 4)
    coverages = on_file.known[son.id_number].household.coverages
    assert [(c.person_ids, c.monthly_amount_fen) for c in coverages] == [
        ((known.person.id,), 81_000),
        (("son",), 50_000),
    ]
    assert plan(path).changes_nothing


def test_tekun_amounts_must_add_up_and_hints_are_kept(plan: Plan, tmp_path: Path) -> None:
    made = plan(
        tekun_book(
            tmp_path / "a.xlsx",
            tekun_row(合计=1380),
            tekun_row(姓名="赵六", 身份证号=id_number("19500505", 2), 性别="男", 年龄=60),
        )
    )

    assert codes(made) == {3: ["amounts_do_not_add_up"]}
    assert made.rejected[0].problems[0].facts == {"expected": "1370.00", "found": "1380.00"}
    assert [hint.code for hint in made.hints[4]] == ["sex_differs", "age_differs"]


def test_rows_outside_the_scope_are_refused(context: ImportContext, on_file: OnFile, tmp_path: Path) -> None:
    sheet = read_sheets(
        dibao_book(
            tmp_path / "a.xlsx",
            dibao_row(),
            dibao_row(镇="唐田镇", 村="石门村", 身份证号码=id_number("19600101", 11)),
        )
    )[0]
    layout = guess(sheet)
    assert layout is not None
    made = plan_import(
        sheet, layout, context=dataclasses.replace(context, scope=("341702105",)), existing=on_file
    )

    assert codes(made) == {3: ["outside_scope"]}
    assert [new.rows for new in made.created] == [(4,)]


def test_demo_numbers_are_refused_in_real_data(
    context: ImportContext, on_file: OnFile, tmp_path: Path
) -> None:
    sheet = read_sheets(dibao_book(tmp_path / "a.xlsx", dibao_row(联系电话="")))[0]
    layout = guess(sheet)
    assert layout is not None
    made = plan_import(
        sheet, layout, context=dataclasses.replace(context, demo_allowed=False), existing=on_file
    )

    assert codes(made) == {3: ["id_demo_not_allowed"]}


def test_missing_column_stops_the_import_until_it_is_mapped(
    context: ImportContext, on_file: OnFile, tmp_path: Path
) -> None:
    headings = [{"月保障金（元）": "每月拿多少"}.get(heading, heading) for heading in DIBAO_HEADINGS]
    sheet = read_sheets(write_book(tmp_path / "a.xlsx", [headings, dibao_row()]))[0]
    layout = guess(sheet)
    assert layout is not None
    assert (layout.missing, layout.unmapped) == ((Column.AMOUNT,), ("每月拿多少",))
    with pytest.raises(RuleError, match="ledger_columns_missing"):
        plan_import(sheet, layout, context=context, existing=on_file)

    corrected = layout.corrected({Column.AMOUNT: headings.index("每月拿多少")})
    made = plan_import(sheet, corrected, context=context, existing=on_file)
    assert made.created[0].household.coverages[0].monthly_amount_fen == 80_000


def test_guess_knows_the_rosters_apart_and_other_sheets_from_both(tmp_path: Path) -> None:
    kinds = []
    for rows in (
        [DIBAO_HEADINGS, dibao_row()],
        [TEKUN_HEADINGS, tekun_row()],
        [["说明", "第一条"], ["a", "b"]],
    ):
        layout = guess(read_sheets(write_book(tmp_path / "a.xlsx", rows))[0])
        kinds.append(layout and layout.kind)

    assert kinds == [LedgerKind.DIBAO, LedgerKind.TEKUN, None]


def test_of_two_columns_with_one_heading_the_used_one_counts(tmp_path: Path) -> None:
    headings = [*DIBAO_HEADINGS, "身份证号"]
    row = dibao_row(身份证号码="")
    sheet = read_sheets(write_book(tmp_path / "a.xlsx", [headings, [*row, id_number("19540317", 2)]]))[0]
    layout = guess(sheet)

    assert layout is not None
    assert layout.mapping[Column.ID_NUMBER] == len(headings) - 1
    assert layout.doubtful == (Column.ID_NUMBER,)


CELLS = st.one_of(
    st.just(""),
    st.text(max_size=12),
    st.integers(-(10**6), 10**6).map(float),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        [
            "张三",
            "青溪村",
            "殷汇镇",
            "合计",
            "同上",
            "800元",
            "2024.3",
            id_number("19540317", 2),
            "整户",
            "填表人：某",
        ]
    ),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=len(DIBAO_HEADINGS)), max_size=12))
def test_no_row_is_ever_lost_whatever_it_holds(
    context: ImportContext, on_file: OnFile, rows: list[list[Any]]
) -> None:
    sheet = Sheet("s", (tuple(DIBAO_HEADINGS), *(tuple(row) for row in rows)))
    layout = guess(sheet)
    assert layout is not None

    made = plan_import(sheet, layout, context=context, existing=on_file)

    placed = [row for new in made.created for row in new.rows]
    placed += [row for update in made.updated for row in update.rows]
    placed += [*made.unchanged, *(each.row for each in made.rejected), *made.ignored]
    assert sorted(placed) == list(range(layout.header_last + 1, len(sheet.rows) + 1))
    assert made.input_rows + len(made.ignored) == len(sheet.rows) - layout.header_last
