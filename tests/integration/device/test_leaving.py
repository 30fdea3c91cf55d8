"""The end of a profile, and its rescue: a revoked device keeps nothing, a new passphrase loses nothing."""

import base64
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fieldapp.app.profiles import Dataset
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
from fieldapp.storage import meta
from fieldapp.storage.store import Store
from server.cli import app
from tests.integration.device.conftest import PASSPHRASE, MakeDoor, enrol_as, open_files
from tests.unit.security.keyrings import MemoryKeyring, keystore_over

FIRST, SECOND = "青山不改绿水长流 2026", "他日相逢后会有期 2026"
NEW = "人往高处走 48 次"


def test_an_erased_profile_leaves_no_file_no_key_and_no_name_at_the_door(
    root: Path, make_door: MakeDoor
) -> None:
    keyring = MemoryKeyring()
    door = make_door(keystore=keystore_over(keyring))
    opened = door.create(PASSPHRASE, Dataset.REAL, enrol_as())
    door.enable_quick_unlock(opened.profile, PASSPHRASE, "730912")
    assert keyring.entries
    door.erase(opened)
    assert door.profiles() == []
    assert not opened.profile.folder.exists()
    assert open_files(opened.profile.folder) == []
    assert not keyring.entries
    with pytest.raises(StorageError):
        door.unlock(opened.profile, PASSPHRASE)


def test_files_that_cannot_be_deleted_are_closed_for_ever(
    door: ProfileDoor, opened: UnlockedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.rmtree", lambda *_args, **_named: None)  # a scanner holds them open
    door.erase(opened)
    assert (opened.profile.folder / "records.db").exists()
    assert door.profiles() == []
    with pytest.raises(StorageError, match="vault_missing"):
        door.unlock(opened.profile, PASSPHRASE)


@pytest.fixture(scope="module")
def county_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """The county's key file, made with the command, and its public half as the server hands it out."""
    file = tmp_path_factory.mktemp("safe") / "county.key"
    typed = f"{FIRST}\n{FIRST}\n{SECOND}\n{SECOND}\n"
    made = CliRunner().invoke(app, ["escrow", "create", str(file)], input=typed)
    assert made.exit_code == 0, made.output
    line = next(line for line in made.output.splitlines() if line.startswith("escrow_keys"))
    return file, base64.b64decode(line.split('"')[1])


def escrowed(door: ProfileDoor, public: bytes) -> UnlockedProfile:
    def enrol(store: Store) -> Sequence[bytes]:
        enrol_as()(store)
        return [public]

    return door.create(PASSPHRASE, Dataset.REAL, enrol)


def answer_of_county(file: Path, text: str) -> tuple[str, str]:
    """The administrator's command: the answer, and all that it printed."""
    typed = f"y\n青溪村助理员，已回拨核实\n{FIRST}\n{SECOND}\n"
    shown = CliRunner().invoke(app, ["escrow", "answer", str(file), text], input=typed)
    assert shown.exit_code == 0, shown.output
    given = next(line.split()[1] for line in shown.output.splitlines() if line.startswith("answer "))
    return given, shown.output


def test_a_forgotten_passphrase_is_replaced_without_a_network(
    make_door: MakeDoor, county_key: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, public = county_key
    door = make_door()
    opened = escrowed(door, public)
    door.close(opened)

    def no_network(*_args: object, **_named: object) -> None:
        raise AssertionError("recovery must work offline")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    attempt = door.recovery_request(opened.profile)
    given, printed = answer_of_county(file, attempt.text)
    assert attempt.code in printed
    with pytest.raises(RuleError, match="passphrase_short"):
        door.recovered_keys(opened.profile, attempt, given, "短")
    wrapped = "\n".join(given[start : start + 20].lower() for start in range(0, len(given), 20))
    keys = door.recovered_keys(opened.profile, attempt, wrapped, NEW)
    again = door.open(opened.profile, keys)
    with again.context.store.reading() as connection:
        assert meta.get(connection, meta.USER_NAME) == "周丙"
    door.close(again)
    with pytest.raises(StorageError, match="wrong_passphrase"):
        door.unlock(opened.profile, PASSPHRASE)
    door.close(door.unlock(opened.profile, NEW))


def test_an_answer_to_another_request_changes_nothing(
    make_door: MakeDoor, county_key: tuple[Path, bytes]
) -> None:
    file, public = county_key
    door = make_door()
    opened = escrowed(door, public)
    door.close(opened)
    given, _ = answer_of_county(file, door.recovery_request(opened.profile).text)
    later = door.recovery_request(opened.profile)
    for answer, code in ((given, "recovery_answer_wrong"), (given[:-3], "recovery_answer_damaged"),
                         ("这不是答复", "recovery_answer_damaged")):  # fmt: skip
        with pytest.raises(StorageError, match=code):
            door.recovered_keys(opened.profile, later, answer, NEW)
    door.close(door.unlock(opened.profile, PASSPHRASE))


def test_where_the_county_set_nothing_up_the_door_says_so(door: ProfileDoor, opened: UnlockedProfile) -> None:
    with pytest.raises(NotAllowedError, match="recovery_not_set_up"):
        door.recovery_request(opened.profile)
