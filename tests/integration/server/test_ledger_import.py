"""A roster goes into the county whole or not at all, twice is once, and a fault harms only its row."""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.users import Role, RoleAssignment
from server.cli import app
from server.demo_data.dirty_ledgers import Fault, write_clean_ledger, write_dirty_ledger
from server.demo_data.generate import DemoData
from server.demo_data.ledger_rows import Ledger
from server.demo_data.scale import village_scale
from server.services.county import initialise
from server.services.ledger_export import export_ledger
from server.services.ledger_import import apply_import, prepare_import
from server.services.ledger_sources import LedgerAsked
from server.store import tables
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.schema import upgrade
from server.store.store import Store
from server.store.unit_of_work import Author
from tests.determinism import START, MovableClock
from tests.unit.exports.rosters import AREAS, dibao_book, dibao_row, id_number, tekun_book, tekun_row

COUNTY = "341702"


def make_county(store: Store, ids: IdSource) -> None:
    """The county of the test rosters, without a household."""
    upgrade(store.engine)
    source = random.Random(1).randbytes
    initialise(
        store, code=COUNTY, name="贵池区", dataset="DEMO", admin_login="admin", ids=ids, random_bytes=source
    )
    with RecordWriter(store, Author("server")) as writer:
        for area in AREAS[1:]:
            writer.put("areas", wire_body(area))


@pytest.fixture
def store(server_database_url: str, clock: MovableClock, ids: IdSource) -> Iterator[Store]:
    store = Store.open(server_database_url, clock)
    make_county(store, ids)
    yield store
    store.close()


def count(store: Store, kind: str) -> int:
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(row_table(kind))) or 0)


def acts(store: Store) -> list[tuple[str, str, str]]:
    log = tables.audit_log.c
    with store.read() as connection:
        rows = connection.execute(select(log.act, log.user_id, log.object_kind).order_by(log.seq))
        return [tuple(row) for row in rows if row.act in {"LEDGER_IMPORTED", "EXPORTED"}]


def revisions(store: Store) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(tables.bucket).order_by(tables.bucket.c.id)))


def test_roster_goes_in_and_again_changes_nothing(store: Store, ids: IdSource, tmp_path: Path) -> None:
    dibao = dibao_book(
        tmp_path / "a.xlsx", dibao_row(), dibao_row(户主姓名="李四", 身份证号码=id_number("19600101", 11))
    )
    tekun = tekun_book(tmp_path / "b.xlsx", tekun_row())
    for path in (dibao, tekun):
        apply_import(store, prepare_import(store, path, ids=ids))
    assert (count(store, "households"), count(store, "persons")) == (3, 3)
    before = revisions(store)

    for path in (dibao, tekun):
        again = prepare_import(store, path, ids=ids)
        assert again.plan.changes_nothing
        assert not again.plan.rejected
        apply_import(store, again)

    assert revisions(store) == before
    assert acts(store) == [("LEDGER_IMPORTED", "server", "ledgers")] * 2


def test_changed_amount_reaches_the_record_and_its_history(
    store: Store, ids: IdSource, tmp_path: Path
) -> None:
    apply_import(store, prepare_import(store, dibao_book(tmp_path / "a.xlsx", dibao_row()), ids=ids))
    changed = prepare_import(store, dibao_book(tmp_path / "b.xlsx", dibao_row(月保障金=860)), ids=ids)
    assert (changed.plan.created_rows, changed.plan.updated_rows) == (0, 1)
    apply_import(store, changed)

    household = row_table("households").c
    history = tables.field_history.c
    with store.read() as connection:
        (coverages,) = connection.scalars(select(household.coverages))
        fields = connection.scalars(select(history.field).where(history.kind == "households")).all()
    assert [each.monthly_amount_fen for each in coverages] == [86_000]
    assert fields == ["coverages"]


def test_plan_is_refused_when_the_file_changed_meanwhile(store: Store, ids: IdSource, tmp_path: Path) -> None:
    first = dibao_book(tmp_path / "a.xlsx", dibao_row())
    stale = prepare_import(store, first, ids=ids)
    apply_import(store, prepare_import(store, first, ids=ids))
    before = revisions(store)

    with pytest.raises(RuleError, match="ledger_outdated"):
        apply_import(store, stale)
    assert revisions(store) == before


def test_fault_while_writing_leaves_nothing(
    store: Store, ids: IdSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [dibao_row(户主姓名="甲乙"[n % 2] * 2, 身份证号码=id_number("19600101", n)) for n in range(1, 20)]
    prepared = prepare_import(store, dibao_book(tmp_path / "a.xlsx", *rows), ids=ids)
    before = revisions(store)

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk went away")

    with monkeypatch.context() as patch:
        patch.setattr("server.services.ledger_import.note", broken)  # the last statement of the transaction
        with pytest.raises(OSError, match="went away"):
            apply_import(store, prepared)
    assert (count(store, "households"), count(store, "persons")) == (0, 0)
    assert revisions(store) == before

    apply_import(store, prepared)
    assert (count(store, "households"), count(store, "persons")) == (19, 19)


def test_clerk_imports_into_his_town_only(store: Store, ids: IdSource, tmp_path: Path) -> None:
    def actor(role: Role) -> Actor:
        since = dt.date(2026, 1, 1)
        return Actor("clerk", (RoleAssignment(role=role, area_code="341702105", since=since),))

    path = dibao_book(
        tmp_path / "a.xlsx",
        dibao_row(),
        dibao_row(镇="唐田镇", 村="石门村", 身份证号码=id_number("19600101", 11)),
    )
    with pytest.raises(NotAllowedError):
        prepare_import(store, path, ids=ids, actor=actor(Role.VILLAGE_AIDE))
    prepared = prepare_import(store, path, ids=ids, actor=actor(Role.TOWN_CLERK))

    assert [(r.row, r.problems[0].code) for r in prepared.plan.rejected] == [(3, "outside_scope")]
    apply_import(store, prepared)
    with store.read() as connection:
        household = row_table("households").c
        assert connection.execute(select(household.area_code, household.created_by)).all() == [
            ("341702105202", "clerk")
        ]


def test_sheet_must_be_told_where_two_are_rosters(store: Store, ids: IdSource, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(dibao_book(tmp_path / "a.xlsx", dibao_row()))
    other = book.create_sheet("特困")
    for row in openpyxl.load_workbook(tekun_book(tmp_path / "b.xlsx", tekun_row())).active.iter_rows():
        other.append([cell.value for cell in row])
    book.create_sheet("说明").append(["本表一式三份"])
    book.save(tmp_path / "c.xlsx")

    for name, code in (
        ("", "ledger_sheet_needed"),
        ("说明", "ledger_not_recognised"),
        ("没有", "ledger_sheet_unknown"),
    ):
        with pytest.raises(RuleError, match=code):
            prepare_import(store, tmp_path / "c.xlsx", ids=ids, sheet_name=name)
    assert prepare_import(store, tmp_path / "c.xlsx", ids=ids, sheet_name="特困").plan.created_rows == 1


# -- a made-up county's ledgers, full of faults ----------------------------------------------------

EXPECTED = {
    Fault.WRONG_CHECK_DIGIT: "id_wrong_check_digit",
    Fault.PRECISION_LOST: "id_precision_lost",
    Fault.DUPLICATE: "duplicate_row",
    Fault.UNKNOWN_VILLAGE: "village_unknown",
}


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return DemoData(village_scale(households=200, persons=380, visits=200, grids=3), 7, START.date())


@pytest.mark.parametrize("ledger", Ledger)
def test_planted_faults_are_all_found_and_nothing_else(
    tmp_path: Path, clock: MovableClock, ids: IdSource, demo: DemoData, ledger: Ledger
) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'server.db'}", clock)
    upgrade(store.engine)
    store.set_meta({"epoch": "e", "dataset": "DEMO", "county_code": COUNTY, "county_name": "贵池区"})
    with RecordWriter(store, Author("server")) as writer:
        for area in demo.areas():
            writer.put("areas", area)
    written = write_dirty_ledger(tmp_path / "dirty.xlsx", demo, ledger)

    prepared = prepare_import(store, written.path, ids=ids)
    plan = prepared.plan

    assert plan.input_rows == written.last_row - written.first_row + 1
    planted = {each.row: EXPECTED[each.fault] for each in written.faults if not each.fault.mendable}
    assert {each.row: each.problems[0].code for each in plan.rejected} == planted
    copies = {each.row: each.of_row for each in written.faults if each.fault is Fault.DUPLICATE}
    assert copies == {each.row: each.problems[0].facts["row"] for each in plan.rejected if each.row in copies}
    converted = {row for row, hints in plan.hints.items() if "id_converted" in {h.code for h in hints}}
    assert converted == written.rows_of(Fault.OLD_NUMBER)
    apply_import(store, prepared)
    assert count(store, "households") == plan.created_rows == plan.input_rows - len(planted)

    # The clean ledger of the same county brings in exactly what the faults kept out.
    clean = prepare_import(store, write_clean_ledger(tmp_path / "clean.xlsx", demo, ledger).path, ids=ids)
    kept_out = len(planted) - len(copies)
    assert (clean.plan.created_rows, clean.plan.rejected) == (kept_out, ())
    apply_import(store, clean)
    store.close()


# -- the command line -----------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, clock: MovableClock, ids: IdSource) -> Path:
    """A data folder of a server on SQLite."""
    folder = tmp_path / "data"
    store = Store.open(f"sqlite:///{folder / 'server.db'}", clock)
    make_county(store, ids)
    store.close()
    return folder


def run(*arguments: object, answer: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(each) for each in arguments], input=answer)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def households(data: Path) -> int:
    store = Store.open(f"sqlite:///{data / 'server.db'}", MovableClock())
    try:
        return count(store, "households")
    finally:
        store.close()


def test_command_previews_asks_writes_and_keeps_secrets(data: Path, tmp_path: Path) -> None:
    number = id_number("19540317", 2)
    path = dibao_book(
        tmp_path / "a.xlsx", dibao_row(), dibao_row(村="老鹰嘴", 身份证号码=id_number("19600101", 11))
    )
    errors = tmp_path / "errors.xlsx"
    arguments = ("import-ledger", path, "--data", data, "--errors", errors)

    code, shown = run(*arguments, "--dry-run")
    assert (code, households(data)) == (0, 0)
    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 refused" in shown
    assert "row 3: 张* 341789********" in shown
    assert "row 4: 【村(社区)】The town has no such village." in shown
    assert number not in shown
    assert "张三" not in shown
    assert len(list(openpyxl.load_workbook(errors).active.iter_rows())) == 3

    assert run(*arguments, answer="n\n")[0] == 1
    assert households(data) == 0
    code, shown = run(*arguments, answer="y\n")
    assert (code, households(data)) == (0, 1)
    assert "imported: 1 created, 0 updated" in shown
    code, shown = run(*arguments, "--yes")
    assert (code, households(data)) == (0, 1)
    assert "nothing written" in shown


def test_command_says_what_is_wrong_with_a_file(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("no workbook")
    code, shown = run("import-ledger", path, "--data", data)
    assert (code, "unsupported_file" in shown) == (1, True)
    code, shown = run("import-ledger", path, "--data", data, "--user", "nobody")
    assert (code, "unknown_record" in shown) == (1, True)


# -- the visits ledger ----------------------------------------------------------------------------


def test_visits_of_an_area_and_a_time_are_exported_masked(
    store: Store, ids: IdSource, tmp_path: Path, clock: MovableClock
) -> None:
    apply_import(
        store,
        prepare_import(
            store,
            dibao_book(
                tmp_path / "a.xlsx",
                dibao_row(),
                dibao_row(镇="唐田镇", 村="石门村", 户主姓名="李四", 身份证号码=id_number("19600101", 11)),
            ),
            ids=ids,
        ),
    )
    with store.read() as connection:
        household = row_table("households").c
        homes = dict(connection.execute(select(household.head_name, household.id)).all())

    def visit(home: str, day: str, **more: Any) -> dict[str, Any]:
        at = f"{day}T02:00:00.000Z"
        stamps = {"created_at": at, "created_by": "u1", "updated_at": at, "updated_by": "u1"}
        record_id = ids()
        return {
            **stamps, "id": record_id, "root_id": record_id, "household_id": homes[home], "result": "NORMAL",
            "area_code": "341702100201", "started_at": at, "finished_at": at, "narrative": f"{home}在家。",
            **more,
        }  # fmt: skip

    first = visit("张三", "2026-02-10")
    later = visit("张三", "2026-02-10", root_id=first["id"], amends=first["id"], narrative="更正：张三住院。")
    with RecordWriter(store, Author("server")) as writer:
        for body in (
            first,
            later | {"created_at": "2026-02-11T02:00:00.000Z"},
            visit("张三", "2026-02-20", state="VOID"),
            visit("张三", "2026-03-01"),
            visit("张三", "2026-01-31"),
            visit("李四", "2026-02-28"),
        ):
            writer.put("visits", body)
    february = LedgerAsked(COUNTY, dt.date(2026, 2, 1), dt.date(2026, 2, 28))

    def exported(asked: LedgerAsked, actor: Actor | None = None) -> list[tuple[str, str]]:
        out = tmp_path / "out.xlsx"
        assert export_ledger(store, out, "visits", asked, actor=actor)
        page = openpyxl.load_workbook(out).active
        headings = [cell.value for cell in page[3]]
        at = [headings.index(name) for name in ("户主姓名", "走访内容")]
        return [(row[at[0]].value, row[at[1]].value) for row in page.iter_rows(min_row=4)]

    assert exported(february) == [("张*", "更正：张*住院。"), ("李*", "李*在家。")]
    assert exported(LedgerAsked("341702105", february.start, february.end)) == [("李*", "李*在家。")]
    since = dt.date(2026, 1, 1)
    officer = Actor("k", (RoleAssignment(role=Role.COUNTY_OFFICER, area_code=COUNTY, since=since),))
    auditor = Actor("a", (RoleAssignment(role=Role.AUDITOR, area_code=COUNTY, since=since),))
    town = Actor("c", (RoleAssignment(role=Role.TOWN_CLERK, area_code="341702105", since=since),))
    full = LedgerAsked(COUNTY, february.start, february.end, full=True)
    assert exported(full, officer)[0] == ("张三", "更正：张三住院。")
    for actor in (None, auditor):
        with pytest.raises(NotAllowedError):
            exported(full, actor)
    with pytest.raises(NotAllowedError):
        exported(february, town)
    with pytest.raises(RuleError, match="period_wrong"):
        exported(LedgerAsked(COUNTY, february.end, february.start))
    with pytest.raises(RuleError, match="unknown_area"):
        exported(LedgerAsked("341799", february.start, february.end))
    assert [user for act, user, kind in acts(store) if (act, kind) == ("EXPORTED", "visits")] == [
        "server",
        "server",
        "k",
    ]


def test_export_command_writes_the_workbook(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "visits.xlsx"
    code, shown = run(
        "export", "visits", "--from", "2026-01-01", "--to", "2026-03-31", "--area", COUNTY, "--out", out,
        "--data", data,
    )  # fmt: skip
    assert code == 0, shown
    assert openpyxl.load_workbook(out).active["A1"].value == "贵池区困难群众走访台账"
