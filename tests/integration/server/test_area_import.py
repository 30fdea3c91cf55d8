"""A county's area tree from a file, all rows or none."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app

TREE = """\
代码,名称
34,安徽省
3417,池州市
341702103,梅街镇
341702103201001,青溪村第一网格
341702103201,青溪村
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "server"
    made = CliRunner().invoke(app, ["init", "--code", "341702", "--name", "贵池区", "--data", str(folder)])
    assert made.exit_code == 0, made.output
    return folder


def run(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return done.exit_code, done.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_area_import_csv_makes_the_tree(data: Path, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "areas.csv"
    file.write_bytes(TREE.encode(encoding))

    assert run(data, "area", "import", str(file)) == (0, "areas 3\n")

    _code, listed = run(data, "area", "list", "341702103")
    assert [line.split() for line in listed.splitlines()] == [
        ["341702103", "TOWN", "梅街镇"],
        ["341702103201", "VILLAGE", "青溪村"],
        ["341702103201001", "GRID", "青溪村第一网格"],
    ]


def test_area_import_again_takes_the_new_name_only(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(TREE, encoding="utf-8")
    run(data, "area", "import", str(file))
    file.write_text("341702103,梅街镇（新）\n", encoding="utf-8")

    assert run(data, "area", "import", str(file))[0] == 0

    assert "梅街镇（新）" in run(data, "area", "list", "341702103")[1]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("341702104201,无上级村", "unknown_area"),
        ("341999101,外地镇", "outside_county"),
        ("3417021,短", "invalid_value"),
        ("341702105,", "invalid_value"),
    ],
)
def test_area_import_with_a_bad_row_stores_nothing(data: Path, tmp_path: Path, row: str, code: str) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(f"341702103,梅街镇\n{row}\n", encoding="utf-8")

    status, said = run(data, "area", "import", str(file))

    assert status == 1
    assert code in said
    assert run(data, "area", "list", "341702103")[1] == ""
