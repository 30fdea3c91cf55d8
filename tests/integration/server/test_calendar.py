"""Holidays and duty lists come in from files, whole or not at all."""

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fieldapp.domain.rules.working_days import calendar_of
from server.cli.app import app
from server.main import open_server
from server.settings import load_settings
from server.store.projections import parameters_of

TOWN = "341702100"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = CliRunner().invoke(app, ["init", "--code", "341702", "--name", "演示县", "--data", str(tmp_path)])
    assert made.exit_code == 0, made.output
    assert run(tmp_path, "area", "add", TOWN, "演示镇")[0] == 0
    return tmp_path


def run(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return done.exit_code, done.output


def written(folder: Path, text: str) -> str:
    file = folder / "rows.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_notice_is_taken_in_and_its_years_are_replaced(folder: Path) -> None:
    first = "日期,类型,文号\n2041-01-01,放假,〔2040〕1号\n2041-01-05,WORKDAY,〔2040〕1号\n2042/1/1,HOLIDAY,\n"
    assert run(folder, "holidays", "import", written(folder, first)) == (0, "days 3 of 2041, 2042\n")
    again = "2041-01-02,HOLIDAY,〔2040〕2号\n"
    assert run(folder, "holidays", "import", written(folder, again)) == (0, "days 1 of 2041\n")
    assert run(folder, "holidays", "list")[1].splitlines() == [
        "2041-01-02 HOLIDAY  〔2040〕2号", "2042-01-01 HOLIDAY",
    ]  # fmt: skip
    server = open_server(load_settings(folder))
    with server.store.read() as connection:
        calendar = calendar_of(parameters_of(connection))
    server.store.close()
    assert calendar.knows(dt.date(2041, 5, 1))
    assert not calendar.is_working_day(dt.date(2041, 1, 2))


@pytest.mark.parametrize(
    "rows", ["2041-02-30,HOLIDAY,1\n", "2041-01-01,SOMETIMES,1\n", "2041-01-01\n",
             "2041-01-01,HOLIDAY,1\n2041-01-01,WORKDAY,1\n", ""],
)  # fmt: skip
def test_a_notice_with_a_wrong_row_is_refused_whole(folder: Path, rows: str) -> None:
    code, told = run(
        folder, "holidays", "import", written(folder, "2041-03-03,HOLIDAY,1\n" + rows if rows else rows)
    )
    assert code == 1
    assert "holidays_wrong" in told
    assert run(folder, "holidays", "list") == (0, "")


def test_a_duty_list_is_taken_in_once(folder: Path) -> None:
    today = dt.datetime.now(dt.UTC)
    since, until = today - dt.timedelta(days=1), today + dt.timedelta(days=2)
    rows = (
        f"区划,起,止,姓名,电话\n{TOWN},{since:%Y-%m-%d %H:%M},{until:%Y-%m-%d %H:%M},值班员甲,10000000001\n"
        f"{TOWN},2026-01-01 08:00,2026-01-02 08:00,值班员乙,10000000002\n"
    )
    for _ in range(2):
        assert run(folder, "duty", "import", written(folder, rows)) == (0, "duties 2\n")
    listed = run(folder, "duty", "list")[1].splitlines()
    assert [line.split()[:3] for line in listed] == [[TOWN, "值班员甲", "10000000001"]]
    assert run(folder, "check")[0] == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{TOWN},2026-01-02 08:00,2026-01-01 08:00,甲,1", "duties_wrong"),
        (f"{TOWN},some day,2026-01-01 08:00,甲,1", "duties_wrong"),
        (f"{TOWN},2026-01-01 08:00,2026-01-02 08:00,甲,", "duties_wrong"),
        ("341702999,2026-01-01 08:00,2026-01-02 08:00,甲,1", "unknown_area"),
    ],
)
def test_a_wrong_duty_is_refused(folder: Path, row: str, code: str) -> None:
    status, told = run(folder, "duty", "import", written(folder, f"{row}\n"))
    assert status == 1
    assert code in told
