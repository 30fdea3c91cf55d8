"""The log and the diagnosis file hold where and what, never who."""

import datetime as dt
import faulthandler
import json
import logging
import os
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldapp.app import diagnosis, logs, preferences, profiles
from fieldapp.app.preferences import Language, Preferences
from fieldapp.app.profiles import Dataset
from fieldapp.domain.errors import StorageError
from tests.determinism import START

MARK = "王记号"


@pytest.fixture
def log_lines(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Logging started under tmp_path as the program does it; the lines written so far."""
    stop = logs.start(tmp_path, debug=True)

    def read() -> list[dict[str, Any]]:
        text = (tmp_path / "logs" / "fieldapp.log").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    yield read
    stop()
    faulthandler.enable()  # pytest's own


def raise_with(text: str) -> None:
    raise ValueError(text)


@pytest.mark.allow_log("fieldapp")
def test_log_one_json_object_a_line_whatever_the_message(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    logging.getLogger("fieldapp.x").warning('two\nlines\r\x1b[31m and a "quote"')
    (line,) = log_lines()
    assert line["message"] == 'two\nlines\r\x1b[31m and a "quote"'
    assert set(line) == {"at", "level", "logger", "message"}
    assert dt.datetime.fromisoformat(line["at"]).tzinfo == dt.UTC


@pytest.mark.parametrize("digits", range(11, 31))
def test_log_long_digit_runs_are_blanked(log_lines: Callable[[], list[dict[str, Any]]], digits: int) -> None:
    number = ("34178919480517002" * 2)[:digits]
    for text in (number, f"{number}X", f"户{number}。", f"a{number}b"):
        logging.getLogger("sync.y").info("sent %s", text)
    for line in log_lines():
        assert "#" in line["message"]
        assert not any(number[i : i + 4] in line["message"] for i in range(digits - 3))


def test_log_short_numbers_stay(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    logging.getLogger("ui.z").info("%d rows in %d ms", 20_000, 1234567890)
    assert log_lines()[0]["message"] == "20000 rows in 1234567890 ms"


@pytest.mark.allow_log("fieldapp")
def test_log_of_an_error_says_where_but_not_what(
    log_lines: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    try:
        try:
            raise_with(f"{MARK} 10000000001")
        except ValueError as error:
            raise KeyError(MARK) from error
    except KeyError as error:
        logging.getLogger("fieldapp.bug").critical("task broke", exc_info=error)
    (line,) = log_lines()
    assert line["error"] == "KeyError"
    assert "test_logs.py" in line["at_code"]
    assert MARK not in (tmp_path / "logs" / "fieldapp.log").read_text("utf-8")


@pytest.mark.allow_log("fieldapp")
def test_log_takes_what_nobody_caught_on_any_thread(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    worker = threading.Thread(target=raise_with, args=(MARK,))
    worker.start()
    worker.join()
    try:
        raise_with(MARK)
    except ValueError:
        sys.excepthook(*sys.exc_info())
    lines = log_lines()
    assert [line["error"] for line in lines] == ["ValueError", "ValueError"]
    assert all("raise_with" in line["at_code"] for line in lines)
    assert MARK not in json.dumps(lines, ensure_ascii=False)


def test_log_stopped_writes_nothing_more(tmp_path: Path) -> None:
    hooks = sys.excepthook, threading.excepthook
    stop = logs.start(tmp_path)
    logging.getLogger("fieldapp.x").debug("not asked for")
    logging.getLogger("fieldapp.x").info("once")
    stop()
    faulthandler.enable()
    logging.getLogger("fieldapp.x").info("twice")
    assert (sys.excepthook, threading.excepthook) == hooks
    assert len((tmp_path / "logs" / "fieldapp.log").read_text("utf-8").splitlines()) == 1
    assert (tmp_path / "logs" / "crash.txt").exists()


def make_root(root: Path) -> None:
    profiles.write(profiles.new_profile(root, "0195-one", f"{MARK[0]}**", Dataset.REAL, START))
    folder = root / "profiles" / "0195-one"
    (folder / "records.db").write_bytes(f"{MARK}".encode() * 100)
    (folder / "vault.json").write_bytes(MARK.encode())
    (root / "logs").mkdir(exist_ok=True)
    (root / "logs" / "fieldapp.log").write_text('{"message": "ok"}\n', "utf-8")
    preferences.save(root, Preferences(language=Language.EN, text_scale=1.4))


def test_diagnosis_holds_logs_and_facts_and_nothing_of_a_person(tmp_path: Path) -> None:
    make_root(tmp_path)
    target = tmp_path / "out" / "diagnosis.zip"
    target.parent.mkdir()
    diagnosis.save(tmp_path, target, "1.2.3")
    with zipfile.ZipFile(target) as archive:
        assert sorted(archive.namelist()) == ["facts.json", "logs/fieldapp.log"]
        everything = b"".join(archive.read(name) for name in archive.namelist())
        facts = json.loads(archive.read("facts.json"))
    assert facts["version"] == "1.2.3"
    assert (facts["language"], facts["text_scale"]) == ("en", 1.4)
    assert facts["profiles"] == [{"dataset": "REAL", "files": {"records.db": 900}}]
    assert MARK[0].encode() not in everything
    assert MARK[0] not in everything.decode("unicode_escape")
    assert [path.name for path in target.parent.iterdir()] == ["diagnosis.zip"]


def test_diagnosis_takes_logs_from_before_1980(tmp_path: Path) -> None:
    make_root(tmp_path)
    os.utime(tmp_path / "logs" / "fieldapp.log", (60, 60))
    diagnosis.save(tmp_path, tmp_path / "diagnosis.zip", "1")
    with zipfile.ZipFile(tmp_path / "diagnosis.zip") as archive:
        assert archive.testzip() is None


def test_diagnosis_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    make_root(tmp_path)
    with pytest.raises(StorageError, match="cannot_open"):
        diagnosis.save(tmp_path, tmp_path / "nowhere" / "diagnosis.zip", "1")
    (tmp_path / "taken.zip").mkdir()
    with pytest.raises(StorageError, match="cannot_open"):
        diagnosis.save(tmp_path, tmp_path / "taken.zip", "1")
    assert not (tmp_path / "taken.part").exists()


@pytest.mark.allow_log("fieldapp")
def test_log_that_cannot_be_opened_stops_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stop = logs.start(tmp_path)
    (tmp_path / "logs" / "fieldapp.log").mkdir()  # stands where the file should
    logging.getLogger("fieldapp.x").warning("once")
    (tmp_path / "logs" / "fieldapp.log").rmdir()
    logging.getLogger("fieldapp.x").warning("twice")
    stop()
    faulthandler.enable()
    assert "twice" in (tmp_path / "logs" / "fieldapp.log").read_text("utf-8")
    assert "IsADirectoryError" in capfd.readouterr().err
