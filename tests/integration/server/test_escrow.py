"""Forgotten passphrase, the administrator's half: the commands, from the key to the answer."""

import secrets
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fieldapp.security import recovery
from fieldapp.security.county_key import open_county_key
from fieldapp.security.passphrase import CostPolicy, load_common_passphrases
from fieldapp.security.vault import Vault
from server.cli import app

ROOT = Path(__file__).parents[3]
FIRST, SECOND = "青山不改绿水长流 2026", "他日相逢后会有期 2026"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("safe") / "county.key"
    made = CliRunner().invoke(
        app, ["escrow", "create", str(file)], input=f"{FIRST}\n{FIRST}\n{SECOND}\n{SECOND}\n"
    )
    assert made.exit_code == 0, made.output
    assert 'escrow_keys = "' in made.output
    return file


@pytest.fixture
def vault(tmp_path: Path, key_file: Path) -> Vault:
    common = load_common_passphrases(ROOT / "resources" / "common_passphrases.txt")
    vault = Vault(
        tmp_path / "vault.json",
        random_bytes=secrets.token_bytes,
        common_passphrases=common,
        cost_policy=CostPolicy(memory_choices_kib=()),
    )
    vault.create("device-1", "忘记了的口令 1", [open_county_key(key_file.read_bytes(), FIRST, SECOND).public])
    return vault


def test_an_answered_request_opens_the_device_and_leaves_a_line(key_file: Path, vault: Vault) -> None:
    ticket = vault.recovery_request()
    typed = f"y\n青溪村助理员，已回拨核实\n{FIRST}\n{SECOND}\n"
    shown = CliRunner().invoke(
        app, ["escrow", "answer", str(key_file), recovery.as_text(ticket.message)], input=typed
    )
    assert shown.exit_code == 0, shown.output
    assert recovery.spoken_code(ticket.message) in shown.output
    given = next(line.split()[1] for line in shown.output.splitlines() if line.startswith("answer "))
    keys = vault.finish_recovery(ticket, recovery.from_text(given), "新的口令 2026 号")
    assert vault.unlock("新的口令 2026 号").data_key == keys.data_key
    log = key_file.with_suffix(".log").read_text(encoding="utf-8")
    assert "device-1" in log
    assert "已回拨核实" in log
    assert given not in log


def test_a_request_from_a_file_is_answered_into_a_file(key_file: Path, vault: Vault, tmp_path: Path) -> None:
    ticket = vault.recovery_request()
    request, out = tmp_path / "request.txt", tmp_path / "out" / "answer.txt"
    request.write_text(recovery.as_text(ticket.message) + "\r\n", encoding="utf-8")
    command = ["escrow", "answer", str(key_file), str(request), "--out", str(out)]
    shown = CliRunner().invoke(app, command, input=f"y\n核实\n{FIRST}\n{SECOND}\n")
    assert shown.exit_code == 0, shown.output
    vault.finish_recovery(ticket, recovery.from_text(out.read_text()), "新的口令 2026 号")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("n\n", ""),
        (f"y\n核实\n{FIRST}\n{FIRST}\n", "wrong_passphrase"),
    ],
)
def test_nothing_leaves_unless_the_code_matches_and_both_custodians_agree(
    key_file: Path, vault: Vault, typed: str, said: str
) -> None:
    text = recovery.as_text(vault.recovery_request().message)
    shown = CliRunner().invoke(app, ["escrow", "answer", str(key_file), text], input=typed)
    assert shown.exit_code == 1
    assert said in shown.output
    assert "answer " not in shown.output.replace("escrow answer", "")


def test_a_damaged_request_is_refused_before_anybody_types_a_passphrase(key_file: Path, vault: Vault) -> None:
    text = recovery.as_text(vault.recovery_request().message)
    shown = CliRunner().invoke(app, ["escrow", "answer", str(key_file), text[:-9] + "AAAAAAAAA"])
    assert shown.exit_code == 1
    assert "recovery_request_damaged" in shown.output


def test_a_key_is_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    again = CliRunner().invoke(app, ["escrow", "create", str(key_file)])
    assert again.exit_code == 1
    assert key_file.read_bytes() == before
