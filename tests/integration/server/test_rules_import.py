"""`rules export` and `rules import`: another table from a day on, with a preview and every mistake told."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from fieldapp.domain.clock import local_day, system_clock
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.parameters import DEFAULT_VISIT_RULES, PeriodUnit
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.rules.visit_rules import rules_on
from server.cli.app import app
from server.main import open_server
from server.services.visit_rules import apply_rules, export_rules, prepare_rules
from server.settings import load_settings
from server.store.projections import parameters_of
from tests.integration.server.county import COUNTY, County

TODAY = local_day(system_clock())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a server that was just set up."""
    folder = tmp_path / "data"
    made = CliRunner().invoke(app, ["init", "--code", "341702", "--name", "贵池区", "--data", str(folder)])
    assert made.exit_code == 0, made.output
    return folder


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["rules", *arguments, "--data", str(data)])


def edited(data: Path, folder: Path, **cells: Any) -> Path:
    """The exported table with cells of the 低保 row (`dibao`) typed over."""
    path = folder / "rules.xlsx"
    assert run(data, "export", str(path)).exit_code == 0
    book = openpyxl.load_workbook(path)
    rows = {row[0].value: row for row in book.active.iter_rows()}
    headings = [cell.value for cell in rows["编号"]]
    for heading, value in cells.items():
        rows["dibao"][headings.index(heading)].value = value
    book.save(path)
    return path


def tables(data: Path) -> tuple[int, str]:
    """How many later tables there are, and the unit of 低保 in a month."""
    server = open_server(load_settings(data))
    with server.store.read() as connection:
        parameters = parameters_of(connection)
    server.store.close()
    rules = {rule.id: rule for rule in rules_on(parameters, TODAY + dt.timedelta(days=30))}
    return len(parameters.later_visit_rules), rules["dibao"].unit


def test_a_table_is_edited_and_holds_from_its_day(data: Path, tmp_path: Path) -> None:
    file = str(edited(data, tmp_path, 周期="每月"))
    start = (TODAY + dt.timedelta(days=10)).isoformat()
    shown = run(data, "import", file, "--from", start, "--dry-run")
    assert (shown.exit_code, "changed: dibao" in shown.output) == (0, True)
    assert tables(data) == (0, PeriodUnit.QUARTER)
    done = run(data, "import", file, "--from", start, "--yes")
    assert (done.exit_code, f"holds from {start}" in done.output) == (0, True)
    assert tables(data) == (1, PeriodUnit.MONTH)
    again = run(data, "import", file, "--from", start, "--yes")
    assert "nothing written" in again.output
    later = run(data, "export", str(tmp_path / "later.xlsx"), "--on", start)
    assert later.exit_code == 0
    unchanged = run(data, "import", str(tmp_path / "later.xlsx"), "--from", start)
    assert "nothing written" in unchanged.output


def test_mistakes_are_told_and_nothing_is_written(data: Path, tmp_path: Path) -> None:
    file = str(edited(data, tmp_path, 周期="偶尔", 次数=99))
    answer = run(data, "import", file, "--from", TODAY.isoformat(), "--yes")
    assert answer.exit_code == 1
    assert "[周期]" in answer.output
    assert "[次数]: The number of visits is a whole number from 1 to 31" in answer.output
    assert tables(data) == (0, PeriodUnit.QUARTER)


def test_a_day_that_is_over_keeps_its_rules(data: Path, tmp_path: Path) -> None:
    file = str(edited(data, tmp_path, 周期="每月"))
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    answer = run(data, "import", file, "--from", yesterday, "--yes")
    assert (answer.exit_code, "rules_in_past" in answer.output) == (1, True)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_rules_are_the_county_officers(shared_county: County, tmp_path: Path, role: Role) -> None:
    store = shared_county.context.store
    today = local_day(store.clock())
    actor = Actor("u", (RoleAssignment(role=role, area_code=COUNTY, since=today),))
    path = tmp_path / "rules.xlsx"
    if role is Role.COUNTY_OFFICER:
        export_rules(store, path, today, actor=actor)
        prepared = prepare_rules(store, path, today, actor=actor)
        assert prepared.changes_nothing
        assert prepared.read.rules == DEFAULT_VISIT_RULES
        return
    export_rules(store, path, today)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        export_rules(store, path, today, actor=actor)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        prepare_rules(store, path, today, actor=actor)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        apply_rules(store, prepare_rules(store, path, today), actor=actor)
