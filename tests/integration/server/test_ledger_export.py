"""Ledgers of households leave the county: what is on file, to whom, and the rosters come back the same."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.exports.ledger_form import ledger_form
from fieldapp.exports.sheets import read_sheets
from server.services.ledger_export import LEDGERS, export_ledger
from server.services.ledger_import import apply_import, prepare_import
from server.services.ledger_sources import LedgerAsked
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.store import Store
from server.store.unit_of_work import Author
from tests.determinism import MovableClock
from tests.integration.server.test_ledger_import import COUNTY, acts, make_county
from tests.unit.exports.rosters import dibao_book, dibao_row, id_number, tekun_book, tekun_row

SINCE = dt.date(2026, 1, 1)
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
NUMBER = id_number("19540317", 2)


def actor(role: Role, area: str = COUNTY) -> Actor:
    return Actor("who", (RoleAssignment(role=role, area_code=area, since=SINCE),))


OFFICER = actor(Role.COUNTY_OFFICER)


@pytest.fixture
def store(tmp_path: Path, clock: MovableClock, ids: IdSource) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'county.db'}", clock)
    make_county(store, ids)
    yield store
    store.close()


def take_in(store: Store, ids: IdSource, path: Path) -> None:
    prepared = prepare_import(store, path, ids=ids)
    assert not prepared.plan.rejected
    apply_import(store, prepared)


def asked(full: bool = False, area: str = COUNTY) -> LedgerAsked:
    return LedgerAsked(area, *MARCH, full=full, reason="市里核对" if full else "")


def told(path: Path, heading: str) -> list[dict[str, Any]]:
    """The rows under the headings, by heading."""
    rows = read_sheets(path)[0].rows
    at = next(n for n, row in enumerate(rows) if row[0] == heading)
    return [dict(zip([str(cell) for cell in rows[at]], row, strict=True)) for row in rows[at + 1 :]]


def test_rosters_come_back_from_an_empty_county(
    store: Store, ids: IdSource, tmp_path: Path, clock: MovableClock
) -> None:
    take_in(store, ids, dibao_book(
        tmp_path / "a.xlsx", dibao_row(其中分类施保=80.5, 备注="=1+1"),
        dibao_row(
            村="长塘村", 户主姓名="𬭎㛃", 身份证号码=id_number("19600101", 11), 银行账号="0009990000000001"
        ),
    ))  # fmt: skip
    take_in(store, ids, tekun_book(tmp_path / "b.xlsx", tekun_row()))
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}", clock)
    try:
        make_county(other, ids)
        for name, rows in (("dibao", 2), ("tekun", 1)):
            first, second = tmp_path / f"{name}1.xlsx", tmp_path / f"{name}2.xlsx"
            assert export_ledger(store, first, name, asked(full=True), actor=OFFICER) == rows
            take_in(other, ids, first)
            assert export_ledger(other, second, name, asked(full=True), actor=OFFICER) == rows
            assert read_sheets(second)[0].rows == read_sheets(first)[0].rows
    finally:
        other.close()
    (line, *_) = told(tmp_path / "dibao1.xlsx", "序号")
    assert (line["身份证号码"], line["其中分类施保"], line["备注"]) == (NUMBER, 80.5, "=1+1")
    (line, *_) = told(tmp_path / "tekun1.xlsx", "序号")
    assert (line["基本生活费"], line["照料护理费"], line["合计"]) == (1040, 330, 1370)


def test_who_may_have_what(store: Store, ids: IdSource, tmp_path: Path) -> None:
    take_in(store, ids, dibao_book(tmp_path / "a.xlsx", dibao_row()))
    out = tmp_path / "out.xlsx"
    town = actor(Role.TOWN_CLERK, "341702100")
    auditor, admin = actor(Role.AUDITOR), actor(Role.SYSTEM_ADMIN)
    for who, wanted in (
        (None, asked(full=True)), (auditor, asked(full=True)), (town, asked()), (admin, asked()),
        (actor(Role.PARTNER), asked()),
    ):  # fmt: skip
        for name in LEDGERS:
            with pytest.raises(NotAllowedError):
                export_ledger(store, out, name, wanted, actor=who)
    assert not out.exists()
    assert not acts(store)[1:]
    here = asked(full=True, area="341702100")
    for who, wanted, name, number, account in (
        (None, asked(), "张*", "341789********0020", "****0001"),
        (auditor, asked(), "张*", "341789********0020", "****0001"),
        (town, here, "张三", NUMBER, "****0001"),
        (OFFICER, here, "张三", NUMBER, "9990000000000000001"),
    ):
        export_ledger(store, out, "dibao", wanted, actor=who)
        (line, total) = told(out, "序号")
        assert (line["户主姓名"], line["身份证号码"], line["银行账号"]) == (name, number, account)
        assert (total["镇（街道）"], total["月保障金（元）"]) == ("合计", 800)
    assert [act for act in acts(store) if act[0] == "EXPORTED"] == [
        ("EXPORTED", who, "dibao") for who in ("server", "who", "who", "who")
    ]


def test_months_report_and_monitoring(
    store: Store, ids: IdSource, tmp_path: Path, clock: MovableClock
) -> None:
    others = [
        dibao_row(户主姓名="李四", 身份证号码=id_number("19600101", 11)),
        dibao_row(户主姓名="王五", 身份证号码=id_number("19610101", 11)),
    ]
    start = clock()
    clock.set(dt.datetime(2026, 2, 10, tzinfo=dt.UTC))
    take_in(store, ids, dibao_book(tmp_path / "a.xlsx", dibao_row(), *others))
    clock.set(start)
    new = dibao_row(户主姓名="赵六", 身份证号码=id_number("19620101", 11), 享受起始年月="2026-03")
    take_in(store, ids, dibao_book(tmp_path / "b.xlsx", dibao_row(月保障金=860.5), others[0], new))
    household, person = row_table("households").c, row_table("persons").c
    with store.read() as connection:
        homes = dict(connection.execute(select(person.name, person.household_id)).all())
        gone = connection.scalars(select(household.coverages).where(household.id == homes["王五"])).one()
    with RecordWriter(store, Author("server")) as writer:
        stopped = [{**each.model_dump(mode="json"), "until": "2026-03-04"} for each in gone]
        writer.patch("households", homes["王五"], {"coverages": stopped})
        for day, hour in (("2026-03-02", 1), ("2026-03-02", 3), ("2026-02-20", 1)):
            at = f"{day}T0{hour}:00:00.000Z"
            record_id = ids()
            writer.put("visits", {
                "id": record_id, "root_id": record_id, "household_id": homes["李四"], "result": "NORMAL",
                "area_code": "341702100201", "created_at": at, "created_by": "u1", "updated_at": at,
                "updated_by": "u1", "started_at": at, "finished_at": at, "visitors": ["u1"],
                "findings": {"next_steps": "给李四送棉被"},
            })  # fmt: skip
    out = tmp_path / "out.xlsx"
    assert export_ledger(store, out, "changes", asked(), actor=OFFICER) == 3
    found = {line["户主"]: line for line in told(out, "户主")}
    keys = ("原人口", "现人口", "原金额", "现金额", "增（减）金额", "原因", "起始年月")
    assert {name: tuple(line[key] for key in keys) for name, line in found.items()} == {
        "张*": (1, 1, 800, 860.5, 60.5, "增发", "2024-03"),
        "王*": (1, 0, 800, 0, -800, "停发", "2024-03"),
        "赵*": (0, 1, 0, 800, 800, "新增", "2026-03"),
    }
    assert export_ledger(store, out, "monitoring", asked(), actor=OFFICER) == 4
    lines = {line["姓名"]: line for line in told(out, "序号")}
    seen = lines["李*"]
    assert (seen["走访次数"], f"{seen['最近走访日期']:%Y-%m-%d}", seen["帮扶措施"], seen["人员类别"]) == (
        1, "2026-03-02", "给李*送棉被", "低保",
    )  # fmt: skip
    assert (f"{lines['王*']['退出时间']:%Y-%m-%d}", seen["退出时间"], seen["监测类型"], seen["预警次数"]) == (
        "2026-03-04", "", "", "",
    )  # fmt: skip


def test_every_ledger_has_a_form_with_all_its_columns(store: Store, tmp_path: Path) -> None:
    """An empty county gives every ledger with its headings and no row."""
    for name in LEDGERS:
        assert export_ledger(store, tmp_path / "e.xlsx", name, asked(full=True), actor=OFFICER) == 0
        headings = [column.heading for column in ledger_form(name).columns]
        assert tuple(headings) in read_sheets(tmp_path / "e.xlsx")[0].rows
