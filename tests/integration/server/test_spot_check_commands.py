"""Spot checks by command: planned, drawn once, shown so that it can be drawn again, published."""

import datetime as dt
from pathlib import Path

from typer.testing import CliRunner

from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, HouseholdStatus
from server.cli import app
from server.main import open_server
from server.services.users import SERVER_USER
from server.settings import load_settings
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author

COUNTY, TOWN, OTHER = "341789", "341789100", "341789101"
NOON = dt.datetime(2026, 3, 5, 4, tzinfo=dt.UTC)
SEED = "2026Q1-341789-demo"


def test_the_commands_of_a_spot_check(tmp_path: Path) -> None:
    def run(*arguments: str, fails: bool = False) -> str:
        done = CliRunner().invoke(app, [*arguments, "--data", str(tmp_path)])
        assert (done.exit_code != 0) is fails, done.output
        return done.output

    run("init", "--code", COUNTY, "--name", "示范区")
    for town, name in ((TOWN, "石桥镇"), (OTHER, "杨桥镇")):
        run("area", "add", town, name)
        run("area", "add", f"{town}201", "青溪村")
    for login in ("inspector1", "inspector2"):
        run("user", "add", login, "--name", "检查员", "--role", "AUDITOR", "--area", COUNTY)
    server = open_server(load_settings(tmp_path))
    covered = Coverage(category=Category.DIBAO, since=dt.date(2025, 1, 1))
    with RecordWriter(server.store, Author(SERVER_USER)) as writer:
        for number in range(6):
            writer.put("households", HouseholdFields(
                id=f"home-{number}", created_at=NOON, created_by=SERVER_USER, updated_at=NOON,
                updated_by=SERVER_USER, head_name="李丁", area_code=f"{(TOWN, OTHER)[number % 2]}201",
                status=HouseholdStatus.ACTIVE, coverages=(covered,),
            ))  # fmt: skip
    server.store.close()

    days = [
        "--from",
        "2026-01-01",
        "--to",
        "2026-03-05",
        "--check-from",
        "2026-03-06",
        "--check-until",
        "2026-04-05",
    ]
    people = ["--inspector", "inspector1", "--inspector", "inspector2"]
    plan, population = run("spot-check", "plan", "在保家庭检查", "HOUSEHOLDS", *days, *people).splitlines()
    assert population.startswith("population 6 ")
    run("spot-check", "declare", plan, "inspector1", "--town", TOWN)
    witnesses = ["--witness", "见证人甲", "--witness", "见证人乙"]
    drawn = run("spot-check", "draw", plan, SEED, *witnesses)
    targets = [line.split() for line in drawn.splitlines() if not line.startswith(" ")]
    assert [(town, seq) for _, town, seq, *_ in targets] == [
        (TOWN, "1"),
        (TOWN, "2"),
        (OTHER, "1"),
        (OTHER, "2"),
    ]
    assert drawn.count("SAME_TOWN") == 2, "whoever declared the town stays out of it"
    assert "spot_check_drawn" in run("spot-check", "draw", plan, "another-seed", *witnesses, fails=True)
    shown = run("spot-check", "show", plan)
    assert all(part in shown for part in (SEED, population.split()[-1], f"{TOWN} 2/3", "rate 100/1000"))
    run("spot-check", "replace", targets[0][0], "全家外出务工")
    assert "OPEN=4 REPLACED=1" in run("spot-check", "list")
    text = tmp_path / "public.txt"
    text.write_text("检查四户，未发现问题。", encoding="utf-8")
    public = ["spot-check", "publish", plan, str(text), "--place", "政府网站", "--on", "2025-06-01"]
    run(*public)
    assert "spot_check_correction_needed" in run(*public, fails=True)
    run("check")
