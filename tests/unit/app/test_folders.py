"""Data folder and profile folders: where they may be, and what a damaged profile.json costs."""

import dataclasses
import datetime as dt
import sys
from pathlib import Path

import pytest

from fieldapp.app import paths, profiles
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.errors import StorageError
from tests.determinism import START

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")


def profile(root: Path, name: str = "one", *, used: dt.datetime = START) -> Profile:
    made = profiles.new_profile(root, name, "周*", Dataset.REAL, START)
    made = dataclasses.replace(made, last_used_at=used)
    profiles.write(made)
    return made


def test_profiles_come_back_last_used_first(tmp_path: Path) -> None:
    first = profile(tmp_path, "first")
    second = profile(tmp_path, "second", used=START + dt.timedelta(days=1))
    assert profiles.profiles(tmp_path) == [second, first]


def test_profiles_none_in_a_new_folder(tmp_path: Path) -> None:
    assert profiles.profiles(tmp_path / "nothing") == []


def test_profile_value_alone_leaves_no_folder(tmp_path: Path) -> None:
    made = profiles.new_profile(tmp_path, "one", "", Dataset.DEMO, START)
    assert not made.folder.exists()
    assert made.vault == made.folder / "vault.json"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'"x"',
        b"{}",
        b"\xff",
        b'{"profile_id":"one","label":"","dataset":"OTHER","created_at":"","last_used_at":""}',
        # Without an offset it could not be ordered among the others.
        b'{"profile_id":"one","label":"","dataset":"REAL","created_at":"2026-01-01T00:00:00",'
        b'"last_used_at":"2026-01-01T00:00:00"}',
        b'{"profile_id":"one","label":"","dataset":"REAL","created_at":5,"last_used_at":5}',
    ],
)
def test_profile_without_a_readable_file_is_offered_as_long_as_it_has_a_vault(
    tmp_path: Path, content: bytes
) -> None:
    sound = profile(tmp_path, "sound")
    damaged = profile(tmp_path, "damaged")
    (damaged.folder / "profile.json").write_bytes(content)
    assert profiles.profiles(tmp_path) == [sound]
    (damaged.folder / "vault.copy.json").write_bytes(b"{}")
    found = profiles.profiles(tmp_path)
    assert [p.folder for p in found] == [sound.folder, damaged.folder]
    assert (found[1].label, found[1].dataset) == ("", Dataset.REAL)


@POSIX
def test_folders_are_their_owners_alone(tmp_path: Path) -> None:
    root = paths.prepare_root(tmp_path / "data")
    made = profile(root)
    assert root.stat().st_mode & 0o077 == 0
    assert made.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["OneDrive - 某局", "Dropbox", "坚果云", "百度网盘", "Nutstore Files"])
def test_root_inside_a_synced_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StorageError) as caught:
        paths.prepare_root(tmp_path / name / "fieldapp")
    assert caught.value.code == "folder_synced"
    assert not (tmp_path / name).exists()


def test_root_that_leads_into_a_synced_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "OneDrive"
    inside.mkdir()
    link = tmp_path / "data"
    link.symlink_to(inside, target_is_directory=True)
    monkeypatch.chdir(inside)
    for root in (link, Path("fieldapp")):
        with pytest.raises(StorageError, match="folder_synced"):
            paths.prepare_root(root)


def test_root_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot_open"):
        paths.prepare_root(tmp_path / "file" / "data")


def test_profile_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot_open"):
        profile(tmp_path)


def test_profile_write_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    made = profile(tmp_path)
    (made.folder / "profile.part").mkdir()
    with pytest.raises(StorageError, match="cannot_open"):
        profiles.write(dataclasses.replace(made, label="钱*"))
    assert profiles.profiles(tmp_path) == [made]


def test_default_root_is_local_and_resources_are_there() -> None:
    assert paths.default_root().name == "fieldapp"
    assert (paths.resources() / "i18n" / "zh" / "messages.toml").is_file()
