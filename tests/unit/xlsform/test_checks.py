"""Each thing an author can do wrong, with the place where it is told."""

from collections.abc import Sequence

import pytest

from server.xlsform.checks import check_book
from server.xlsform.problems import Severity
from server.xlsform.workbook import read_book
from tests.unit.xlsform.workbooks import CHOICES, SETTINGS, SOUND, Cell, Rows, workbook

HEADINGS = ("type", "name", "label", "relevant", "calculation")
Found = list[tuple[str, str]]


def found(content: bytes, *, warnings: bool = False) -> Found:
    wanted = {Severity.ERROR, Severity.WARNING} if warnings else {Severity.ERROR}
    return [(p.code, p.place) for p in check_book(read_book(content)).problems if p.severity in wanted]


def survey(*rows: Sequence[Cell]) -> bytes:
    return workbook({**SOUND, "survey": (HEADINGS, *rows)})


def test_a_sound_form_has_nothing_to_tell() -> None:
    assert found(workbook(SOUND), warnings=True) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("txet", "a", "甲")], [("type_misspelt", "survey!A2")]),
        ([("魔术", "a", "甲")], [("type_unknown", "survey!A2")]),
        ([(None, "a", "甲")], [("type_missing", "survey!A2")]),
        ([("text", None, "甲")], [("name_missing", "survey!B2")]),
        ([("text", "1a", "甲")], [("name_wrong", "survey!B2")]),
        ([("text", "a b", "甲")], [("name_wrong", "survey!B2")]),
        ([("text", "a:b", "甲")], [("name_wrong", "survey!B2")]),
        ([("text", "a", "甲"), ("text", "a", "乙")], [("name_twice", "survey!B3")]),
        ([("text", "meta", "甲")], [("name_reserved", "survey!B2")]),
        ([("text", "a", None)], [("question_without_label", "survey!C2")]),
        ([("calculate", "a", None)], [("calculation_missing", "survey!E2")]),
        ([("begin_group", "g", "甲"), ("text", "a", "甲")], [("begin_without_end", "survey!A2")]),
        ([("text", "a", "甲"), ("end_repeat",)], [("end_without_begin", "survey!A3")]),
        (
            [("begin_group", "g", "甲"), ("text", "a", "甲"), ("end_repeat",)],
            [("end_of_other_kind", "survey!A4")],
        ),
        ([("select_one yes_on", "a", "甲")], [("list_misspelt", "survey!A2")]),
        ([("select_multiple else", "a", "甲")], [("list_unknown", "survey!A2")]),
        ([("select_one", "a", "甲")], [("list_not_named", "survey!A2")]),
        ([("select_one_from_file a.txt", "a", "甲")], [("list_file_ending", "survey!A2")]),
        ([("text", "a", "甲", "${b} = 1")], [("reference_unknown", "survey!D2")]),
        (
            [("text", "village", "甲"), ("text", "b", "${vilage}")],
            [("reference_misspelt", "survey!C3")],
        ),
        ([("text", "a", "甲", "${a = 1")], [("reference_broken", "survey!D2")]),
        (
            [("begin_repeat", "r", "甲"), ("text", "a", "甲"), ("end_repeat",),
             ("begin_group", "g", "乙"), ("begin_repeat", "r", "甲"), ("text", "a", "甲"), ("end_repeat",),
             ("end_group",)],
            [("repeat_name_twice", "survey!B6")],
        ),
    ],
    ids=lambda value: value[0][0] if isinstance(value, list) and value and len(value[0]) == 2 else "",
)  # fmt: skip
def test_survey_errors_are_told_at_their_cell(rows: list[Sequence[Cell]], expected: Found) -> None:
    assert found(survey(*rows)) == expected


@pytest.mark.parametrize(
    "rows",
    [
        [("note", None, "只读")],
        [("begin group", "g", None), ("text", "a", "甲"), ("end group",)],
        [("begin_group", "g1", "甲"), ("text", "a", "甲"), ("end_group",),
         ("begin_group", "g2", "乙"), ("text", "a", "乙"), ("end_group",)],
        [("text", "户主姓名", "甲"), ("text", "b", "${户主姓名}好")],
        [("begin_repeat", "r", "甲"), ("text", "a", "甲"), ("end_repeat",), ("select_one ${a}", "b", "乙")],
        [("select_one yes_no or_other", "a", "甲"), ("text", "b", "乙", "${a_other} != ''")],
        [("text", "a", "甲"), ("text", "b", None, None, "${a}")],
        [("audit", None, None), ("text", "a", "甲")],
        [(None, None, None), ("text", "a", "甲")],
        [("text", "a", "甲", "${last-saved#a} = ''")],
    ],
)  # fmt: skip
def test_what_the_standard_allows_is_no_error(rows: list[Sequence[Cell]]) -> None:
    assert found(survey(*rows)) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((CHOICES[0], ("a", None, "甲")), ("choice_without_name", "choices!B2")),
        ((CHOICES[0], (None, "x", "甲")), ("list_name_missing", "choices!A2")),
        ((*CHOICES, ("yes_no", "no", "不")), ("choice_twice", "choices!B4")),
        ((("list_name", "label"), ("a", "甲")), ("column_missing", "choices!1")),
    ],
)
def test_choices_errors(rows: Rows, expected: tuple[str, str]) -> None:
    assert expected in found(workbook({**SOUND, "choices": rows}))


def test_choice_with_blank_matters_to_questions_with_several_answers_only() -> None:
    choices = (CHOICES[0], ("l", "a b", "甲"))
    for kind, expected in (("select_one", []), ("select_multiple", [("choice_with_blank", "survey!A2")])):
        sheets = {**SOUND, "choices": choices, "survey": (HEADINGS, (f"{kind} l", "q", "问"))}
        assert found(workbook(sheets)) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((SETTINGS[0], (None, "1", "甲")), ("form_id_missing", "settings!A2")),
        ((SETTINGS[0], ("问卷", "1", "甲")), ("form_id_wrong", "settings!A2")),
        ((SETTINGS[0], ("a", None, "甲")), ("version_missing", "settings!B2")),
        ((SETTINGS[0], ("a", "一", "甲")), ("version_wrong", "settings!B2")),
        ((SETTINGS[0], ("a", "1", "甲" * 201)), ("title_too_long", "settings!C2")),
        ((*SETTINGS, ("b", "2", "乙")), ("settings_second_row", "settings!3")),
    ],
)
def test_settings_errors(rows: Rows, expected: tuple[str, str]) -> None:
    assert found(workbook({**SOUND, "settings": rows})) == [expected]


def test_warnings_do_not_stop_a_form() -> None:
    sheets = {
        **SOUND,
        "choices": (*CHOICES, ("unused", "x", "甲"), ("unused", "y", None)),
        "settings": (("form_id", "version"), ("a", "1")),
    }
    assert found(workbook(sheets)) == []
    assert set(found(workbook(sheets), warnings=True)) == {
        ("title_missing", "settings!2"),
        ("choice_without_label", "choices!C5"),
        ("list_unused", "choices!A4"),
    }


def test_everything_is_told_at_once() -> None:
    content = survey(
        ("txet", "a", "甲"),
        ("text", "a", "乙"),
        ("select_one nothing", "c", "丙", "${zzz} = 1"),
        ("begin_group", "g", "丁"),
        ("integer", "2d", "戊"),
    )
    assert set(found(content)) == {
        ("type_misspelt", "survey!A2"),
        ("name_twice", "survey!B3"),
        ("list_unknown", "survey!A4"),
        ("reference_unknown", "survey!D4"),
        ("begin_without_end", "survey!A5"),
        ("name_wrong", "survey!B6"),
    }


def test_the_outline_finds_rows_by_the_paths_of_the_form() -> None:
    content = survey(
        ("begin_group", "g", "甲"),
        ("begin_repeat", "r", "乙"),
        ("text", "a", "丙"),
        ("end_repeat",),
        ("end_group",),
        ("text", "a", "丁"),
    )
    outline = check_book(read_book(content)).outline
    for reference, row in (("/data/g/r/a", 4), ("/data/a", 7), ("/data/g/r[2]/a", 4), ("/data/g", 2),
                           ("/data/g/r_count", 3), ("/data/meta/instanceID", 0)):  # fmt: skip
        assert outline.row_of(reference) == row, reference
