"""Preferences: kept whole, and never in the way when their file is not what it should be."""

import json
from pathlib import Path

import pytest

from fieldapp.app import preferences
from fieldapp.app.preferences import Language, Preferences, ThemeChoice

CHOSEN = Preferences(Language.EN, 1.4, ThemeChoice.DARK, 30)


def test_preferences_come_back_as_they_were_saved(tmp_path: Path) -> None:
    preferences.save(tmp_path, CHOSEN)
    assert preferences.load(tmp_path) == CHOSEN
    assert [path.name for path in tmp_path.iterdir()] == ["preferences.json"]


def test_preferences_without_a_file_are_the_defaults(tmp_path: Path) -> None:
    assert preferences.load(tmp_path / "nothing") == Preferences()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"[1]", b"null", b"7", b'"zh"', b"\xff\xfe{}", b"\x00" * 200, b"[[1,2],[3]]"],
)
def test_preferences_unreadable_file_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "preferences.json").write_bytes(content)
    assert preferences.load(tmp_path) == Preferences()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "SEPIA"),
        ("theme", ["dark"]),
        ("text_scale", "large"),
        ("text_scale", None),
        ("auto_lock_minutes", float("inf")),
        ("auto_lock_minutes", "soon"),
        ("auto_lock_minutes", {}),
    ],
)
def test_preferences_one_bad_value_costs_only_itself(tmp_path: Path, name: str, value: object) -> None:
    preferences.save(tmp_path, CHOSEN)
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {name: value}), "utf-8")
    loaded = preferences.load(tmp_path)
    assert loaded.language is Language.EN
    assert getattr(loaded, name) == getattr(Preferences(), name)


def test_preferences_values_out_of_range_are_brought_into_it(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text('{"text_scale": 9.0, "auto_lock_minutes": -5}', "utf-8")
    loaded = preferences.load(tmp_path)
    assert (loaded.text_scale, loaded.auto_lock_minutes) == (2.0, 0)


def test_preferences_that_cannot_be_saved_leave_the_old_ones(tmp_path: Path) -> None:
    preferences.save(tmp_path, CHOSEN)
    (tmp_path / "preferences.json.part").mkdir()
    with pytest.raises(OSError, match="directory"):
        preferences.save(tmp_path, Preferences())
    assert preferences.load(tmp_path) == CHOSEN
