"""The county's desk: standby funds, organisations with their projects, and the relief ledger by command."""

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from server.cli import app

TOWN = "341702103"
LISTED = """\
[[organisations]]
id = "0190aaaa-0000-7000-8000-000000000901"
name = "示范社会工作服务中心"
credit_code = "52341789MJA000001C"
services = ["COUNSEL"]

[[projects]]
organisation_id = "0190aaaa-0000-7000-8000-000000000901"
name = "暖心陪伴"
services = ["COUNSEL"]
quota = 30
since = 2026-01-01
until = 2026-12-31
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "server"
    for arguments in (
        ["init", "--code", "341702", "--name", "贵池区"],
        ["area", "add", TOWN, "梅街镇"],
    ):
        made = CliRunner().invoke(app, [*arguments, "--data", str(folder)])
        assert made.exit_code == 0, made.output
    return folder


def run(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return done.exit_code, done.output


def test_fund_is_granted_allowed_corrected_and_listed(data: Path) -> None:
    code, told = run(data, "fund", "grant", TOWN, "50,000.00元", "--document", "财社〔2026〕1号")
    assert code == 0, told
    wrong = run(data, "fund", "grant", TOWN, "5000")[1].strip()
    assert run(data, "fund", "allow", TOWN, "1000", "--note", "区民政局同意")[0] == 0
    assert run(data, "fund", "correct", TOWN, wrong, "--note", "金额录错")[0] == 0
    code, listed = run(data, "fund", "list")
    assert listed.split() == [TOWN, "50,000.00", "1,000.00", "4"]
    assert run(data, "check")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["grant", TOWN, "10.005"], "amount_invalid"),
        (["grant", TOWN, "-5"], "fund_amount_wrong"),
        (["grant", "341702199", "5"], "unknown_area"),
        (["allow", TOWN, "5", "--note", " "], "fund_note_required"),
        (["correct", TOWN, "nothing", "--note", "错"], "fund_entry_unknown"),
    ],
)
def test_fund_says_what_is_wrong(data: Path, arguments: list[str], code: str) -> None:
    separated = ["--", *arguments[1:]] if "-5" in arguments else arguments[1:]
    given = ["fund", arguments[0], "--data", str(data), *separated]
    done = CliRunner().invoke(app, given)
    assert (done.exit_code, code in done.output) == (1, True), done.output
    assert run(data, "fund", "list") == (0, "")


def test_organisations_are_imported_changed_and_listed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "organisations.toml"
    file.write_text(LISTED, encoding="utf-8")
    code, told = run(data, "organisation", "import", str(file))
    assert (code, len(told.splitlines())) == (0, 2), told
    changed = LISTED[: LISTED.index("[[projects]]")].replace("服务中心", "服务总站")
    file.write_text(changed, encoding="utf-8")
    assert run(data, "organisation", "import", str(file))[0] == 0
    _, listed = run(data, "organisation", "list")
    assert "示范社会工作服务总站" in listed
    assert "暖心陪伴 30" in listed
    assert run(data, "organisation", "unmet") == (0, "")
    assert run(data, "check")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("000001C", "000001A", "credit_code_wrong"),
        ('["COUNSEL"]\n\n', '["DANCE"]\n\n', "invalid_value"),
        ('organisation_id = "0190aaaa', 'organisation_id = "nobody', "unknown_organisation"),
    ],
)
def test_organisation_file_with_a_fault_says_what(
    data: Path, tmp_path: Path, old: str, new: str, code: str
) -> None:
    file = tmp_path / "organisations.toml"
    assert old in LISTED
    file.write_text(LISTED.replace(old, new), encoding="utf-8")
    exit_code, told = run(data, "organisation", "import", str(file))
    assert exit_code == 1
    assert code in told


def test_relief_ledger_of_a_quiet_month_has_headings_and_a_sum_of_nothing(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "relief.xlsx"
    period = ["--from", "2026-03-01", "--to", "2026-03-31"]
    code, told = run(data, "export", "reliefs", "--area", TOWN, *period, "--out", str(out))
    assert (code, told.split()[0]) == (0, "0")
    page = openpyxl.load_workbook(out).active
    assert [cell.value for cell in page[3]][1:3] == ["姓名", "身份证号"]
    assert page[4][10].value == 0
