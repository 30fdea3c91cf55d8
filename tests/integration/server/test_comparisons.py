"""Another department's file: matched by number, kept of persons on file only, forgotten after its time."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.users import Role
from fieldapp.exports.ledger_form import ledger_form
from fieldapp.exports.sheets import read_sheets
from server.services.comparisons import (
    KEPT,
    Asked,
    batches_of,
    compare,
    keep,
    prune_batches,
    write_refused,
)
from server.services.ledger_export import export_ledger
from server.services.ledger_import import apply_import, prepare_import
from server.services.ledger_sources import LedgerAsked
from server.store import tables
from server.store.projections import row_table
from server.store.store import Store
from tests.determinism import MovableClock
from tests.integration.server.test_ledger_export import OFFICER, actor, told
from tests.integration.server.test_ledger_import import COUNTY, acts, make_county
from tests.unit.exports.rosters import dibao_book, dibao_row, id_number, write_book

HEALTH = Asked("health", "区医保局", "数据共享协议〔2026〕3号")
NUMBERS = [id_number("19540317", 2), id_number("19600101", 11), id_number("19610101", 13)]
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.fixture
def store(tmp_path: Path, clock: MovableClock, ids: IdSource) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'county.db'}", clock)
    make_county(store, ids)
    homes = [
        dibao_row(),
        dibao_row(户主姓名="李四", 身份证号码=NUMBERS[1]),
        dibao_row(镇="唐田镇", 村="石门村", 户主姓名="王五", 身份证号码=NUMBERS[2]),
    ]
    apply_import(store, prepare_import(store, dibao_book(tmp_path / "homes.xlsx", *homes), ids=ids))
    yield store
    store.close()


def health_row(name: str, number: object, **more: Any) -> list[Any]:
    values = {
        "NAME": name, "ID_NUMBER": number, "PERIOD": "2026-01 至 2026-02", "TOTAL": 120_000.5,
        "POOLED": 80_000,
        "SERIOUS": 0, "AID": "", "SELF_PAID": "40,000.50", "STAYS": 2, "DAYS": 31, "DIAGNOSIS": "=肺癌",
    }  # fmt: skip
    return list((values | more).values())


def health_book(path: Path, *rows: list[Any]) -> Path:
    headings = [column.heading for column in ledger_form("health").columns]
    totals = ["合计", "", "", 1, 2, 3, 4, 5, 6, 7, ""]
    return write_book(path, [["2026年医保比对结果"], headings, *rows, totals])


ROWS = [
    health_row("张三", NUMBERS[0]),
    health_row("李思", NUMBERS[1]),
    health_row("王五", NUMBERS[2]),
    health_row("无名氏", id_number("19700101", 2)),
    health_row("赵六", "341789195403170021"),
    health_row("赵七", ""),
    health_row("赵八", id_number("19710101", 2), STAYS="两次"),
]


def facts(store: Store) -> int:
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(tables.import_fact)) or 0)


def test_only_matched_facts_are_kept_and_again_adds_nothing(
    store: Store, ids: IdSource, tmp_path: Path
) -> None:
    path = health_book(tmp_path / "a.xlsx", *ROWS)
    made = compare(store, path, HEALTH, actor=OFFICER)
    assert made.counts() == {
        "rows": 7, "created": 2, "updated": 0, "unchanged": 0, "unknown": 1, "refused": 4, "ignored": 1,
    }  # fmt: skip
    reasons = [(row, why("en")) for row, why in made.refused]
    assert [row for row, _ in reasons] == [4, 7, 8, 9]
    assert all(text and "{" not in text for _, text in reasons)
    mend = tmp_path / "mend.xlsx"
    assert write_refused(made, mend)
    named = [row[0] for row in read_sheets(mend)[0].rows[2:]]
    assert named == ["李思", "赵六", "赵七", "赵八"], "nobody who is not on file is told of again"
    assert facts(store) == 0, "nothing is kept before it is confirmed"

    keep(store, ids, made)
    assert facts(store) == 2
    with store.read() as connection:
        kept = str(connection.execute(select(tables.import_fact)).all())
        batch = connection.execute(select(tables.import_batch)).one()
    assert ("张三" in kept, "无名氏" in kept, "李思" in kept) == (True, False, False)
    assert (batch.row_count, batch.ok, batch.bad, batch.unknown) == (7, 2, 4, 1)
    assert (batch.source, batch.legal_basis, len(batch.sha256)) == (HEALTH.source, HEALTH.legal_basis, 64)
    assert "李思" not in batch.findings
    assert acts(store)[-1] == ("LEDGER_IMPORTED", "who", "health")

    again = compare(store, path, HEALTH, actor=OFFICER)
    assert (again.counts()["created"], again.counts()["unchanged"]) == (0, 2)
    with pytest.raises(RuleError, match="ledger_outdated"):
        keep(store, ids, made)


def test_what_was_matched_goes_out_as_it_came_in(store: Store, ids: IdSource, tmp_path: Path) -> None:
    keep(store, ids, compare(store, health_book(tmp_path / "a.xlsx", *ROWS), HEALTH, actor=OFFICER))
    out = tmp_path / "out.xlsx"
    full = LedgerAsked(COUNTY, *MARCH, full=True, reason="核对")
    assert export_ledger(store, out, "health", full, actor=OFFICER) == 2
    first = {line["姓名"]: line for line in told(out, "姓名")}["张三"]
    assert (first["身份证号"], first["总费用"], first["个人自付"], first["主要诊断"], first["医疗救助"]) == (
        NUMBERS[0], 120_000.5, 40_000.5, "=肺癌", "",
    )  # fmt: skip
    made = compare(store, out, HEALTH, actor=OFFICER)
    assert (made.counts()["created"], made.counts()["unchanged"], made.counts()["refused"]) == (0, 2, 0)
    export_ledger(store, out, "health", LedgerAsked(COUNTY, *MARCH))
    assert "张三" not in str(read_sheets(out)[0].rows)
    assert NUMBERS[0] not in str(read_sheets(out)[0].rows)


def test_whose_area_it_is_not_hears_of_nobody(store: Store, tmp_path: Path) -> None:
    path, roster = health_book(tmp_path / "a.xlsx", *ROWS), dibao_book(tmp_path / "b.xlsx")
    made = compare(store, path, HEALTH, actor=actor(Role.TOWN_CLERK, "341702105"))
    assert (made.counts()["created"], made.counts()["unknown"], made.counts()["refused"]) == (1, 3, 3)
    for role in (Role.AUDITOR, Role.VILLAGE_AIDE, Role.SYSTEM_ADMIN):
        with pytest.raises(NotAllowedError):
            compare(store, path, HEALTH, actor=actor(role))
    for asked, code in (
        (Asked("health", " ", "x"), "source_missing"),
        (Asked("health", "x", ""), "legal_basis_missing"),
        (Asked("revival", "x", "x"), "ledger_not_recognised"),
    ):
        with pytest.raises(FieldappError, match=code):
            compare(store, path if asked.ledger == "health" else roster, asked, actor=OFFICER)


def test_the_other_departments_files_are_read(store: Store, ids: IdSource, tmp_path: Path) -> None:
    books: dict[str, list[list[Any]]] = {
        "disability": [
            ["姓名", "身份证号码", "残疾证号", "残疾类别", "残疾等级", "发证日期", "补贴类型"],
            ["张三", NUMBERS[0], f"{NUMBERS[0]}42", "肢体", 2, "2020.3.5", "护理补贴"],
        ],
        "revival": [
            [
                "户主姓名",
                "身份证号",
                "户类型",
                "监测类别",
                "识别时间",
                "风险类型",
                "人均纯收入",
                "是否消除风险",
            ],
            ["张三", NUMBERS[0], "监测", "突发严重困难户", "2025年11月", "因病", 8123.45, "否"],
        ],
    }
    for name, rows in books.items():
        made = compare(
            store, write_book(tmp_path / f"{name}.xlsx", rows), Asked(name, "某局", "协议"), actor=OFFICER
        )
        assert made.counts()["created"] == 1, made.told.bad
        keep(store, ids, made)
        out = tmp_path / "out.xlsx"
        export_ledger(store, out, name, LedgerAsked(COUNTY, *MARCH, full=True, reason="核对"), actor=OFFICER)
        assert (
            list(told(out, ledger_form(name).columns[0].heading)[0].values())[2:5]
            == {
                "disability": [f"{NUMBERS[0]}42", "肢体", "2"],
                "revival": ["监测", "突发严重困难户", "2025年11月"],
            }[name]
        )


def test_batches_go_after_their_time_and_facts_with_their_person(
    store: Store, ids: IdSource, tmp_path: Path, clock: MovableClock
) -> None:
    keep(store, ids, compare(store, health_book(tmp_path / "a.xlsx", *ROWS), HEALTH, actor=OFFICER))
    assert len(batches_of(store, "who")) == 1
    assert prune_batches(store) == 0
    clock.advance(seconds=KEPT.total_seconds())
    assert prune_batches(store) == 1
    assert (len(batches_of(store, "who")), facts(store)) == (0, 2)
    person = row_table("persons")
    store.run(lambda unit: unit.connection.execute(delete(person).where(person.c.id_number == NUMBERS[0])))
    assert prune_batches(store) == 1
    assert facts(store) == 1
