"""Command line, backup and restore: the real program on real folders."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fieldapp.domain.errors import StorageError
from fieldapp.domain.records.users import Role
from server.cli import app
from server.services.backup import back_up, new_epoch_for, restore
from server.services.checks import check_store
from server.settings import Settings
from server.store.blob_files import BlobFiles
from server.store.store import Store
from tests.determinism import MovableClock
from tests.integration.server.county import TOWN, VILLAGE, County, running_county
from tests.integration.server.test_blobs import picture, visit_with


def run(data: Path, *words: str, status: int = 0) -> str:
    """Run a command on a data folder; its output."""
    result = CliRunner().invoke(app, [*words, "--data", str(data)])
    assert result.exit_code == status, result.output
    return result.output


def test_a_county_is_set_up_from_the_command_line(tmp_path: Path) -> None:
    first = run(tmp_path, "init", "--code", "341789", "--name", "演示县", "--dataset", "PRACTICE")
    assert len(first.split()[-1]) == 16, "the password is shown"
    run(tmp_path, "area", "add", TOWN, "甲镇")
    run(tmp_path, "area", "add", VILLAGE, "甲村")
    assert "VILLAGE  甲村" in run(tmp_path, "area", "list", TOWN)
    run(tmp_path, "user", "add", "zhu", "--name", "助理甲", "--role", "VILLAGE_AIDE", "--area", VILLAGE)
    code = run(tmp_path, "user", "code", "zhu")
    assert "fieldapp://enrol?server=http" in code
    assert "█" in code
    assert f"VILLAGE_AIDE@{VILLAGE}" in run(tmp_path, "user", "list")
    run(tmp_path, "user", "disable", "zhu")
    assert "disabled" in run(tmp_path, "user", "list")
    assert "unknown_record" in run(tmp_path, "user", "code", "zhu", status=1)
    run(tmp_path, "user", "enable", "zhu")
    run(tmp_path, "user", "password", "zhu")
    assert run(tmp_path, "device", "list") == ""
    assert "0 findings" in run(tmp_path, "check")
    assert "0 findings" in run(tmp_path, "check", "--repair")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("init", "--code", "341789", "--name", "又一县"), "already_initialised"),
        (("area", "add", "341788100", "外镇"), "outside_county"),
        (("area", "add", "341789100201", "无镇之村"), "unknown_area"),
        (("area", "add", "34178910", "怪码"), "invalid_value"),
        (("user", "add", "x", "--name", "甲", "--role", "AUDITOR", "--area", "341789999"), "unknown_area"),
        (("device", "revoke", "nothing"), "unknown_record"),
    ],
)
def test_expected_errors_are_one_line(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    run(tmp_path, "init", "--code", "341789", "--name", "演示县")
    output = run(tmp_path, *words, status=1)
    assert output.startswith(f"error: {code}")
    assert "Traceback" not in output


def test_commands_before_init_say_what_is_missing(tmp_path: Path) -> None:
    assert "not_initialised" in run(tmp_path, "area", "add", TOWN, "甲镇", status=1)
    assert "invalid_value" in run(tmp_path, "init", "--code", "34", "--name", "短", status=1)


def test_the_program_starts_as_a_module() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "server.cli", "--help"], capture_output=True, text=True, check=True
    )
    assert "serve" in shown.stdout


def test_a_backup_taken_while_serving_restores_with_a_new_epoch(tmp_path: Path) -> None:
    clock = MovableClock()
    live = tmp_path / "live"
    with running_county(f"sqlite:///{live / 'server.db'}", live, clock) as county:
        aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        name, content = picture(20_000, 1)
        visit_with(aide, (name, content))
        aide.request("PUT", f"/v1/blobs/{name}", data=content)
        aide.pull()
        copied = back_up(county.context.store, BlobFiles(county.context.settings.blobs), tmp_path / "backup")
        assert copied == 1
        aide.push(aide.put("households", aide.household()))  # after the backup: only on the device now
    settings = Settings(data_dir=tmp_path / "again")
    blobs = BlobFiles(settings.blobs)
    epoch = restore(settings.url, blobs, tmp_path / "backup", clock=clock, random_bytes=lambda n: b"\x07" * n)
    assert epoch != aide.epoch
    store = Store.open(settings.url, clock)
    assert check_store(store, BlobFiles(settings.blobs)) == []
    assert store.epoch == epoch
    store.close()


def test_a_restored_server_is_recognised_by_its_devices(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    put = aide.put("households", house)
    aide.push(put)
    aide.pull()
    assert aide.ask().status_code == 204
    new_epoch_for(county.context.store, county.random_bytes)
    again = aide.push(put)[0]  # the device sends what it kept
    assert again["outcome"] == "accepted"
    lines = aide.pull()
    assert [line[1]["from"] for line in lines if line[0] == "begin"] == [0, 0]
    assert aide.ask().status_code == 204


def test_restore_overwrites_nothing_and_refuses_damage(tmp_path: Path) -> None:
    clock = MovableClock()
    live = tmp_path / "live"
    with running_county(f"sqlite:///{live / 'server.db'}", live, clock) as county:
        aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        name, content = picture(20_000, 2)
        visit_with(aide, (name, content))
        aide.request("PUT", f"/v1/blobs/{name}", data=content)
        blobs = BlobFiles(county.context.settings.blobs)
        back_up(county.context.store, blobs, tmp_path / "backup")
        with pytest.raises(StorageError, match="already_exists"):
            back_up(county.context.store, blobs, tmp_path / "backup")

    def into(folder: str, source: str) -> None:
        settings = Settings(data_dir=tmp_path / folder)
        restore(settings.url, BlobFiles(settings.blobs), tmp_path / source, clock=clock, random_bytes=bytes)

    with pytest.raises(StorageError, match="already_exists"):
        into("live", "backup")
    with pytest.raises(StorageError, match="backup_damaged"):
        into("new", "nothing")
    shutil.copytree(tmp_path / "backup", tmp_path / "bad")
    BlobFiles(tmp_path / "bad" / "blobs").path(name).write_bytes(b"rot")
    with pytest.raises(Exception, match="wrong_hash"):
        into("new", "bad")
    assert not (tmp_path / "new" / "server.db").exists()


def test_checks_find_missing_and_damaged_photos(tmp_path: Path) -> None:
    with running_county(f"sqlite:///{tmp_path / 'server.db'}", tmp_path, MovableClock()) as county:
        aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        gone, rotten = picture(2000, 3), picture(2000, 4)
        visit_with(aide, gone, rotten)
        aide.request("PUT", f"/v1/blobs/{rotten[0]}", data=rotten[1])
        blobs = BlobFiles(county.context.settings.blobs)
        blobs.path(rotten[0]).write_bytes(b"rot")
        found = {(f.check, f.id) for f in check_store(county.context.store, blobs)}
    assert found == {("blob_missing", gone[0]), ("blob_damaged", rotten[0])}


def test_postgresql_is_backed_up_by_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    with running_county(postgres_url, tmp_path, MovableClock()) as county:
        blobs = BlobFiles(county.context.settings.blobs)
        with pytest.raises(StorageError, match="use_pg_dump"):
            back_up(county.context.store, blobs, tmp_path / "backup")
