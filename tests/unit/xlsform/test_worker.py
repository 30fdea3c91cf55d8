"""The other process: the same answers, and an end to whatever takes too long, too much, or falls over."""

import io
import shutil
import sys
import time
import zipfile
from pathlib import Path

import pytest

from server.xlsform import worker
from server.xlsform.conversion import convert_workbook
from tests.unit.xlsform.workbooks import SOUND, workbook


def codes(content: bytes) -> list[str]:
    return [problem.code for problem in worker.convert_apart(content).problems]


def test_the_other_process_answers_what_this_one_would() -> None:
    for content in (workbook(SOUND), workbook({**SOUND, "survey": (("type", "name"), ("txet", "ａ"))})):
        assert worker.convert_apart(content) == convert_workbook(content)


def test_lists_reach_the_other_process() -> None:
    survey = (("type", "name", "label"), ("select_one_from_file 村.csv", "a", "甲"))
    content = workbook({**SOUND, "survey": survey, "choices": ()})
    lists = {"村.csv": "name,label\n1,甲村\n".encode()}
    assert worker.convert_apart(content, lists).sound
    assert worker.convert_apart(content, lists) == convert_workbook(content, lists)


def test_a_conversion_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    made = worker.convert_apart(workbook(SOUND), seconds=0.01)
    assert [problem.code for problem in made.problems] == ["conversion_too_long"]
    assert time.monotonic() - began < 5


def test_a_process_that_falls_over_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false") or pytest.skip("no program that fails"))
    assert codes(b"") == ["conversion_failed"]


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    began = time.monotonic()
    made = worker.convert_file(path)
    assert [problem.code for problem in made.problems] == ["file_too_big"]
    assert time.monotonic() - began < 1


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert [p.code for p in worker.convert_file(tmp_path / "none.xlsx").problems] == ["file_unreadable"]


def test_a_bomb_is_refused_in_time() -> None:
    content = workbook(SOUND)
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet99.xml", b"<worksheet>" + b" " * (300 * 1024 * 1024))
    assert len(stream.getvalue()) < 1024 * 1024
    assert codes(stream.getvalue()) == ["file_too_big"]


def test_entities_are_refused() -> None:
    stream = io.BytesIO(workbook(SOUND))
    with zipfile.ZipFile(stream, "a") as book:
        book.writestr("xl/worksheets/sheet99.xml", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>')
    assert codes(stream.getvalue()) == ["file_damaged"]
