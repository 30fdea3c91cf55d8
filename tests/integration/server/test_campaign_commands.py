"""Campaigns from the county's desk: started, counted by town and village as on a device, ended."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.base import compact
from server.cli import app
from server.main import open_server
from server.services.users import SERVER_USER
from server.settings import load_settings
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author

COUNTY, TOWN, OTHER = "341789", "341789100", "341789101"
NOON = dt.datetime(2026, 3, 5, 4, tzinfo=dt.UTC)


def run(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return done.exit_code, done.output


def _record(number: int, **fields: Any) -> dict[str, Any]:
    stamps = {"created_at": instant_text(NOON), "created_by": "w", "updated_at": instant_text(NOON)}
    return compact({"id": f"0190aaaa-0000-7000-8000-{number:012d}", **stamps, "updated_by": "w", **fields})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two towns; three houses that cannot stand snow with old people, one of them visited twice."""
    folder = tmp_path_factory.mktemp("server")
    assert run(folder, "init", "--code", COUNTY, "--name", "示范区")[0] == 0
    for town, name in ((TOWN, "石桥镇"), (OTHER, "杨桥镇")):
        assert run(folder, "area", "add", town, name)[0] == 0
        assert run(folder, "area", "add", f"{town}201", "青溪村")[0] == 0
    server = open_server(load_settings(folder))
    homes = [
        _record(n, head_name="甲", area_code=f"{town}201", house_safety=grade, status="ACTIVE")
        for n, (town, grade) in enumerate([(TOWN, "D"), (TOWN, "C"), (OTHER, "D"), (OTHER, "A")], start=1)
    ]
    born = ("1940-01-01", "1940-01-01", "1950-01-01", "1940-01-01")
    people = [
        _record(
            10 + n, household_id=home["id"], name="甲", sex="FEMALE", birth_date=day, status="ALIVE",
            relation_to_head="SELF", id_type="NONE", no_id_reason="遗失",
        )
        for n, (home, day) in enumerate(zip(homes, born, strict=True))
    ]  # fmt: skip

    def visit(number: int, home: dict[str, Any], result: str = "NORMAL", **fields: Any) -> dict[str, Any]:
        made = _record(
            number, household_id=home["id"], area_code=home["area_code"], purpose="SWEEP", mode="ONSITE",
            result=result, state="SUBMITTED", visitors=["w"], started_at=instant_text(NOON),
            finished_at=instant_text(NOON + dt.timedelta(minutes=20)), narrative="在家，精神较好，用药正常。",
            location={"source": "NONE", "reason": "无信号"},
        )  # fmt: skip
        return {**made, "root_id": made["id"], **fields}

    first = visit(21, homes[0])
    wrong = visit(23, homes[2])
    later = instant_text(NOON + dt.timedelta(hours=1))
    corrected = visit(
        24,
        homes[2],
        "NOT_HOME",
        root_id=wrong["id"],
        amends=wrong["id"],
        amend_reason="填错",
        created_at=later,
    )
    with RecordWriter(server.store, Author(SERVER_USER)) as writer:
        for kind, records in (
            ("households", homes),
            ("persons", people),
            ("visits", [first, visit(22, homes[1], "NOT_HOME"), wrong, corrected]),
        ):
            for one in records:
                writer.put(kind, one)
    server.store.close()
    return folder


def test_campaign_is_created_counted_by_area_and_ended(data: Path) -> None:
    code, told = run(
        data, "campaign", "create", COUNTY, "雨雪低温排查", "--from", "2026-03-04", "--to", "2026-03-07",
        "--where", "safety=C,D", "--where", "age_from=60", "--note", "看取暖和用药",
    )  # fmt: skip
    assert code == 0, told
    started = told.strip()
    span = "2026-03-04..2026-03-07"
    assert run(data, "campaign", "list") == (
        0, f"{started} {COUNTY} {span} 1/3 33.33 % 雨雪低温排查\n",
    )  # fmt: skip
    _, by_town = run(data, "campaign", "show", started)
    assert by_town.splitlines()[1:] == [f"{TOWN} 1/2 50.00 %", f"{OTHER} 0/1 0.00 %"]
    _, by_village = run(data, "campaign", "show", started, "--by", "VILLAGE")
    assert by_village.splitlines()[1:] == [f"{TOWN}201 1/2 50.00 %", f"{OTHER}201 0/1 0.00 %"]
    assert run(data, "campaign", "close", started) == (0, "closed\n")
    assert f"{started} {COUNTY} 2026-03-04..20" in run(data, "campaign", "list")[1]
    assert run(data, "check")[0] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"area": "341789199"}, "unknown_area"),
        ({"title": " "}, "title_required"),
        ({"--to": "2026-03-03"}, "campaign_dates"),
        ({"title": "长" * 61}, "invalid_value"),
        ({"--where": "age_to=200"}, "invalid_value"),
        ({"--where": "safety=Z"}, "invalid_value"),
        ({"--where": "colour=red"}, "invalid_value"),
        ({"--form": "nothing"}, "unknown_form"),
    ],
)
def test_campaign_says_what_is_wrong(data: Path, changes: dict[str, str], code: str) -> None:
    given = {"area": COUNTY, "title": "排查", "--from": "2026-03-04", "--to": "2026-03-07", **changes}
    options = [word for name, value in given.items() if name.startswith("--") for word in (name, value)]
    exit_code, told = run(data, "campaign", "create", given["area"], given["title"], *options)
    assert (exit_code, code in told) == (1, True), told


def test_campaign_that_is_not_there_is_neither_shown_nor_ended(data: Path) -> None:
    for command in ("show", "close"):
        exit_code, told = run(data, "campaign", command, "nothing")
        assert (exit_code, "campaign_unknown" in told) == (1, True)
