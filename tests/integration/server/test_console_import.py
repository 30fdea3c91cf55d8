"""A roster comes in by browser: read behind the pages, shown, confirmed, written; or given up."""

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, update

from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role
from server.jobs import JOBS
from server.pages.imports import ImportDesk
from server.pages.words import Words
from server.services import import_jobs
from server.services.import_jobs import KEPT, LEASE, ImportState, LedgerFile
from server.store import tables
from server.store.audit import Act
from server.store.projections import row_table
from tests.integration.server.console import Browser, Office
from tests.integration.server.county import TOWN, County
from tests.unit.exports.rosters import dibao_book, dibao_row, id_number, write_book

WORDS = Words("zh")
HERE = {"镇": "区划100", "村": "区划201"}


@pytest.fixture(scope="module")
def office(shared_county: County) -> Office:
    return Office(shared_county)


@pytest.fixture
def clerk(office: Office) -> Browser:
    return office.of(Role.TOWN_CLERK)


@pytest.fixture
def desk(office: Office) -> ImportDesk:
    made: ImportDesk = office.county.app.state.import_desk
    return made


def settle(desk: ImportDesk) -> None:
    """Wait until the one worker has done all it was given."""
    desk._pool.submit(lambda: None).result(60)


def book(folder: Path, *rows: list[Any]) -> bytes:
    return dibao_book(folder / "roster.xlsx", *rows).read_bytes()


def persons(office: Office) -> int:
    with office.county.context.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(row_table("persons"))) or 0


def row_of(office: Office, job_id: str) -> Any:
    with office.county.context.store.read() as connection:
        return connection.execute(
            select(tables.import_job).where(tables.import_job.c.id == job_id)
        ).one_or_none()


def test_a_roster_is_shown_then_written_whole(
    office: Office, clerk: Browser, desk: ImportDesk, tmp_path: Path
) -> None:
    good = dibao_row(**HERE, 户主姓名="慕容甲", 身份证号码=id_number("19540317", 2))
    bad = dibao_row(**HERE, 户主姓名="慕容乙", 身份证号码="341789195403170000")
    far = dibao_row(镇="区划101", 村="区划201", 户主姓名="慕容丙", 身份证号码=id_number("19600101", 4))
    before = persons(office)
    first = clerk.upload("/console/import", "名册.xlsx", book(tmp_path, good, bad, far))
    assert re.search(r"/console/import/[0-9a-f-]+$", first.url), first.text
    settle(desk)
    shown = clerk.get(first.url.removeprefix(office.county.address))
    assert "Refresh" not in shown.headers
    assert (WORDS("import.READY") in shown.text, "慕容*" in shown.text, "慕容甲" in shown.text) == (
        True, True, False,
    )  # fmt: skip
    assert re.findall(r'<dd class="number">(\d+)</dd>', shown.text)[:5] == ["3", "1", "0", "0", "2"]
    assert persons(office) == before, "nothing is written before it is confirmed"
    path = first.url.removeprefix(office.county.address)
    mend = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/refused.xlsx").content))
    assert {"慕容乙", "慕容丙"} <= {cell for row in mend.active.iter_rows(values_only=True) for cell in row}

    done = clerk.post(f"{path}/confirm")
    settle(desk)
    assert WORDS("import.DONE") in clerk.get(path).text
    assert persons(office) == before + 1
    assert row_of(office, path.rpartition("/")[2]).content == b"", "the file is forgotten"
    user = office.users[Role.TOWN_CLERK]
    assert [one[0] for one in office.acts(Act.LEDGER_IMPORTED)].count(user) == 1
    assert done.status_code == 200
    assert clerk.post(f"{path}/confirm").status_code == 422, "once only"
    assert WORDS("import.mine") in clerk.get("/console/import").text


def test_an_import_belongs_to_its_author(
    office: Office, clerk: Browser, desk: ImportDesk, tmp_path: Path
) -> None:
    row = dibao_row(**HERE, 户主姓名="慕容丁", 身份证号码=id_number("19610101", 2))
    path = clerk.upload("/console/import", "a.xlsx", book(tmp_path, row)).url.removeprefix(
        office.county.address
    )
    settle(desk)
    other = office.browser(office.session(office.county.user(Role.TOWN_CLERK, TOWN)))
    for answer in (
        other.get(path), other.get(f"{path}/refused.xlsx"), other.post(f"{path}/confirm"),
        other.post(f"{path}/stop"), other.post(f"{path}/resume"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert clerk.get(f"{path}/refused.xlsx").status_code == 404, "nothing was refused"
    assert WORDS("import.STOPPED") in clerk.post(f"{path}/stop").text
    assert row_of(office, path.rpartition("/")[2]).content == b""
    before = persons(office)
    clerk.post(f"{path}/resume")
    settle(desk)
    assert persons(office) == before


def test_another_departments_file_is_compared_and_its_batch_listed(
    office: Office, clerk: Browser, desk: ImportDesk, tmp_path: Path
) -> None:
    number = id_number("19630101", 2)
    roster = dibao_row(**HERE, 户主姓名="慕容己", 身份证号码=number)
    path = clerk.upload("/console/import", "r.xlsx", book(tmp_path, roster)).url
    settle(desk)
    clerk.post(f"{path.removeprefix(office.county.address)}/confirm")
    settle(desk)
    headings = ["姓名", "身份证号", "残疾证号", "类别", "等级"]
    rows = [["慕容己", number, "", "肢体", "二级"], ["慕容庚", number, "", "肢体", "二级"]]
    file = write_book(tmp_path / "d.xlsx", [headings, *rows]).read_bytes()
    told = {"ledger": "disability", "source": "区残联", "legal_basis": "共享协议"}
    refused = clerk.upload("/console/import", "d.xlsx", file, **(told | {"legal_basis": " "}))
    assert (refused.status_code, WORDS("import.no_basis") in refused.text) == (422, True)
    path = clerk.upload("/console/import", "d.xlsx", file, **told).url.removeprefix(office.county.address)
    settle(desk)
    shown = clerk.get(path).text
    assert WORDS("import.READY") in shown
    assert re.findall(r'<dd class="number">(\d+)</dd>', shown) == ["2", "1", "0", "0", "0", "1", "0"]
    mend = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/refused.xlsx").content))
    assert "慕容庚" in {cell for row in mend.active.iter_rows(values_only=True) for cell in row}
    clerk.post(f"{path}/confirm")
    settle(desk)
    assert WORDS("import.DONE") in clerk.get(path).text
    page = clerk.get("/console/import").text
    assert ("区残联" in page, "共享协议" in page, WORDS("import.batches") in page) == (True, True, True)


def test_what_is_no_roster_is_told(office: Office, clerk: Browser, desk: ImportDesk) -> None:
    for name, content in (("a.pdf", b"x"), ("a.xlsx", b"")):
        answer = clerk.upload("/console/import", name, content)
        assert (answer.status_code, WORDS("import.no_file") in answer.text) == (422, True)
    broken = clerk.upload("/console/import", "a.xlsx", b"PK no workbook")
    settle(desk)
    text = clerk.get(broken.url.removeprefix(office.county.address)).text
    assert (WORDS("import.FAILED") in text, WORDS.sentence("unsupported_file") in text) == (True, True)
    assert clerk.upload("/console/import", "a.xlsx", b"x", form_token="other").status_code == 403
    assert clerk.upload("/console/import", "a.xlsx", b"x" * (16 * 1024 * 1024)).status_code == 413


@pytest.fixture
def job(office: Office, tmp_path: Path) -> str:
    """An import of 450 rows that nobody works on yet."""
    store, ids = office.county.context.store, office.county.ids
    born = dt.date(1950, 1, 1)
    days = [f"{born + dt.timedelta(days=n):%Y%m%d}" for n in range(450)]
    rows = [dibao_row(**HERE, 户主姓名="慕容戊", 身份证号码=id_number(day, 7)) for day in days]
    return import_jobs.begin_import(store, ids, _actor(office), LedgerFile("a.xlsx", book(tmp_path, *rows)))


def _actor(office: Office) -> Actor:
    from server.services.identity import console_caller

    return console_caller(office.county.context.store, office.sessions[Role.TOWN_CLERK]).actor


def test_giving_up_stops_the_work_in_the_middle(office: Office, job: str) -> None:
    context, actor = office.county.context, _actor(office)
    before = persons(office)
    import_jobs.stop_import(context.store, actor.user_id, job)
    assert import_jobs.import_of(context.store, actor.user_id, job).state is ImportState.READING, "not yet"
    import_jobs.work_on(context.store, context.ids, actor, job)
    found = import_jobs.import_of(context.store, actor.user_id, job)
    assert (found.state, 0 < found.done < found.whole) == (ImportState.STOPPED, True)
    assert persons(office) == before


def test_giving_up_while_it_is_written_writes_nothing(office: Office, job: str) -> None:
    context, actor = office.county.context, _actor(office)
    import_jobs.work_on(context.store, context.ids, actor, job)
    before = persons(office)
    import_jobs.confirm_import(context.store, actor.user_id, job)
    import_jobs.stop_import(context.store, actor.user_id, job)
    import_jobs.work_on(context.store, context.ids, actor, job)
    assert import_jobs.import_of(context.store, actor.user_id, job).state is ImportState.STOPPED
    assert persons(office) == before


def test_data_that_changed_since_the_preview_stop_it(office: Office, job: str) -> None:
    context, actor = office.county.context, _actor(office)
    import_jobs.work_on(context.store, context.ids, actor, job)
    changed = update(tables.import_job).where(tables.import_job.c.id == job).values(plan_sha256="else")
    context.store.run(lambda unit: unit.connection.execute(changed))
    import_jobs.confirm_import(context.store, actor.user_id, job)
    import_jobs.work_on(context.store, context.ids, actor, job)
    found = import_jobs.import_of(context.store, actor.user_id, job)
    assert (found.state, found.outcome["code"]) == (ImportState.FAILED, "ledger_outdated")


def test_an_import_whose_process_died_is_taken_up_again(office: Office, clerk: Browser, job: str) -> None:
    context, actor, clock = office.county.context, _actor(office), office.county.clock
    start = clock()
    held = update(tables.import_job).where(tables.import_job.c.id == job)
    until = "2026-03-05T01:12:00.000Z"
    context.store.run(lambda unit: unit.connection.execute(held.values(held_until=until)))
    import_jobs.work_on(context.store, context.ids, actor, job)
    found = import_jobs.import_of(context.store, actor.user_id, job)
    assert (found.state, found.interrupted) == (ImportState.READING, False), "another process is at it"
    try:
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert WORDS("import.interrupted") in clerk.get(f"/console/import/{job}").text
        import_jobs.work_on(context.store, context.ids, actor, job)
        assert import_jobs.import_of(context.store, actor.user_id, job).state is ImportState.READY
        clock.set(start + KEPT + dt.timedelta(minutes=1))
        assert JOBS["imports"](context) >= 1
        assert row_of(office, job) is None, "nothing of a file is left after a day"
    finally:
        clock.set(start)
