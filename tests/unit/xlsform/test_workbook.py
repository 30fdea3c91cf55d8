"""Reading the definition sheets: kinds of files, cells that Excel changed, sheets nobody may publish."""

import datetime as dt
from typing import Final

import pytest

from fieldapp.domain.errors import RuleError
from server.xlsform.problems import Problem, Severity
from server.xlsform.workbook import read_book
from tests.unit.xlsform.workbooks import CHOICES, SETTINGS, SOUND, SURVEY, Rows, Sheets, workbook


def problems(content: bytes) -> list[tuple[str, str, str]]:
    return [(p.severity.value, p.code, p.place) for p in read_book(content).problems]


def only(content: bytes) -> Problem:
    (problem,) = read_book(content).problems
    return problem


def test_read_book_gives_texts_with_their_places() -> None:
    book = read_book(workbook(SOUND))
    assert book.problems == ()
    survey = book.sheet("survey")
    assert survey.rows[2] == {
        "type": "integer", "name": "age", "label": "年龄", "relevant": "${ill} = 'yes'",
        "constraint": ". >= 0",
    }  # fmt: skip
    assert [number for number, _ in survey.numbered()] == [2, 3, 4, 5]
    constraint = survey.column("constraint")
    assert constraint is not None
    assert constraint.letter == "E"
    assert (book.setting("form_id"), book.setting("version"), book.setting("style")) == (
        "survey-a",
        "20261101",
        "",
    )


def test_read_book_keeps_row_numbers_across_blank_rows() -> None:
    rows = (SURVEY[0], (), ("text", "a", "甲"), (), ())
    numbers = [
        number for number, _ in read_book(workbook({**SOUND, "survey": rows})).sheet("survey").numbered()
    ]
    assert numbers == [3]


def test_read_book_ignores_sheets_of_the_author() -> None:
    assert problems(workbook({**SOUND, "说明": (("甲",),), "Sheet4": ()}, hidden=["Sheet4"])) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"type,name\ntext,a\n", b"%PDF-1.7"])
def test_read_book_refuses_what_is_no_workbook(content: bytes) -> None:
    with pytest.raises(RuleError) as refused:
        read_book(content)
    assert refused.value.code in {"unsupported_file", "file_damaged"}


def test_whole_numbers_are_codes_and_nothing_to_tell() -> None:
    book = read_book(workbook({**SOUND, "choices": (CHOICES[0], ("a", 1, "甲"), ("a", 20.0, "乙"))}))
    assert [row["name"] for row in book.sheet("choices").rows] == ["1", "20"]
    assert book.problems == ()


LONG: Final = 341789100201001999.0
CHANGED, ERROR = Severity.CHANGED, Severity.ERROR


@pytest.mark.parametrize(
    ("place", "rows", "code", "severity"),
    [
        ("choices!B2", (CHOICES[0], ("a", 2.5, "甲")), "code_was_number", CHANGED),
        ("choices!B2", (CHOICES[0], ("a", dt.date(2026, 1, 2), "甲")), "code_was_date", ERROR),
        ("choices!B2", (CHOICES[0], ("a", LONG, "甲")), "code_too_long", ERROR),
        ("settings!B2", (SETTINGS[0], ("a", dt.date(2026, 11, 1), "甲")), "value_was_date", CHANGED),
        ("settings!B2", (SETTINGS[0], ("a", 2026.1, "甲")), "code_was_number", CHANGED),
        ("survey!B2", (("type", "name", "label"), ("text", "ａ", "甲")), "text_tidied", CHANGED),
        ("survey!D1", (("type", "name", "label", "name"), ("text", "a", "甲")), "column_twice", ERROR),
        ("survey!D1", (("type", "name", "relevant", "relevance"), ()), "column_twice", ERROR),
    ],
)
def test_cells_that_excel_or_the_author_changed(
    place: str, rows: Rows, code: str, severity: Severity
) -> None:
    found = only(workbook({**SOUND, place.partition("!")[0]: rows}))
    assert (found.code, found.severity, found.place) == (code, severity, place)


def test_version_that_is_the_moment_of_the_last_change_becomes_its_digits() -> None:
    rows = (SETTINGS[0], ("a", dt.datetime(2024, 5, 4, 9, 29, 21, 500_000), "甲"))
    assert read_book(workbook({**SOUND, "settings": rows})).setting("version") == "20240504092921"


def test_labels_in_several_languages_are_no_repetition() -> None:
    rows = (("type", "name", "label::中文 (zh)", "label::English (en)"), ("text", "a", "甲", "A"))
    assert problems(workbook({**SOUND, "survey": rows})) == []


def test_merged_cells_and_hidden_sheets_are_told_with_their_place() -> None:
    content = workbook(SOUND, hidden=["choices"], merged={"survey": "C3:C4"})
    assert problems(content) == [("ERROR", "cells_merged", "survey!C3"), ("ERROR", "sheet_hidden", "choices")]


@pytest.mark.parametrize(
    ("sheets", "code", "near"),
    [
        ({"settings": SETTINGS, "choices": CHOICES}, "sheet_missing", ""),
        ({"settings": SETTINGS, "Surveys": SURVEY}, "sheet_misspelt", "Surveys"),
        ({**SOUND, "external_choices": ()}, "sheet_not_taken", None),
    ],
)
def test_sheets_that_are_missing_or_not_taken(sheets: Sheets, code: str, near: str | None) -> None:
    found = only(workbook(sheets))
    assert (found.code, found.facts.get("near")) == (code, near)


def test_only_the_first_changes_are_told() -> None:
    rows = (CHOICES[0], *(("ａ", f"ｃ{n}", "甲") for n in range(300)))
    changes = [p for p in read_book(workbook({**SOUND, "choices": rows})).problems if p.code == "text_tidied"]
    assert len(changes) == 200
