"""A county sets up its server from real files, and its first aide sees her households."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.app.profiles import Dataset
from fieldapp.domain.clock import system_clock
from fieldapp.services.households import household_ids, household_items
from server.demo_data.dirty_ledgers import write_dirty_ledger
from server.demo_data.generate import DemoData, generate
from server.demo_data.ledger_rows import Ledger
from server.demo_data.scale import DEMO
from tests.e2e.doors import PASSPHRASE, cheap_door
from ui.demo_county import DemoCounty
from ui.sync_desk import cycle, enrol_store

DAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def made_up() -> DemoData:
    return generate(DEMO, 7, DAY)


def command(data: Path, *arguments: str) -> str:
    line = [sys.executable, "-m", "server.cli", *arguments, "--data", str(data)]
    return subprocess.run(line, check=True, capture_output=True, encoding="utf-8").stdout


def test_households_of_an_imported_roster_are_on_the_aides_device(tmp_path: Path, made_up: DemoData) -> None:
    data, roster, tree = tmp_path / "server", tmp_path / "低保花名册.xlsx", tmp_path / "areas.csv"
    rows = [f"{area['id']},{area['name']}" for area in made_up.areas()]
    tree.write_text("\n".join(["代码,名称", *rows]), encoding="gb18030")
    written = write_dirty_ledger(roster, made_up, Ledger.DIBAO)
    village = made_up.demo_aide.area_code

    command(data, "init", "--code", "341702", "--name", "贵池区", "--dataset", "DEMO")
    command(data, "area", "import", str(tree))
    said = command(data, "import-ledger", str(roster), "--yes", "--errors", str(tmp_path / "refused.xlsx"))
    command(data, "user", "add", "aide", "--name", "测试员", "--role", "VILLAGE_AIDE", "--area", village)
    code = command(data, "user", "code", "aide", "--no-qr").split()[1]

    assert "imported: " in said
    assert written.faults
    assert (tmp_path / "refused.xlsx").exists()
    county = DemoCounty(data)
    url = county.start()
    try:
        door = cheap_door(tmp_path, system_clock)
        opened = door.create(PASSPHRASE, Dataset.DEMO, lambda store: enrol_store(store, url, code))
        report = cycle(opened.context)
    finally:
        county.stop()

    assert not report.error_code
    shown = household_items(opened.context, household_ids(opened.context))
    opened.context.store.close()
    assert shown
    assert all(item.area_code.startswith(village) for item in shown)
    assert all(item.categories for item in shown)
