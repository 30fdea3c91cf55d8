"""From workbook to XForm: what comes out, and that converter, engine and our checks all tell at once."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.forms import read_definition
from server.xlsform.conversion import Conversion, convert_workbook
from server.xlsform.problems import Severity
from tests.unit.xlsform.workbooks import CHOICES, SETTINGS, SOUND, Cell, Rows, Sheets, workbook

HEADINGS = ("type", "name", "label", "relevant", "constraint", "calculation", "choice_filter", "parameters")


def convert(*rows: tuple[Cell, ...], **sheets: Rows) -> Conversion:
    return convert_workbook(workbook({**SOUND, "survey": (HEADINGS, *rows), **sheets}))


def errors(made: Conversion) -> list[tuple[str, str]]:
    return [(p.code, p.place) for p in made.problems if p.severity is Severity.ERROR]


def test_a_sound_workbook_becomes_a_form_that_the_engine_reads() -> None:
    made = convert_workbook(workbook(SOUND))
    assert (made.problems, made.sound) == ((), True)
    assert (made.form_id, made.version, made.title) == ("survey-a", "20261101", "问卷甲")
    definition = read_definition(made.xform)
    assert (definition.form_id, definition.version, definition.title) == ("survey-a", "20261101", "问卷甲")
    assert {"/data/who", "/data/ill", "/data/age", "/data/twice"} <= set(definition.nodes)


def test_the_same_workbook_gives_the_same_form_byte_for_byte() -> None:
    first, second = (convert_workbook(workbook(SOUND)).xform for _ in range(2))
    assert first == second


def test_chinese_quotation_marks_stay_in_labels_and_in_texts() -> None:
    made = convert(
        ("text", "a", "他说“好”、‘不’"), ("calculate", "b", None, None, None, "if(${a}=“是”, '“是”', '')")
    )
    assert "他说“好”、‘不’" in made.xform
    assert "'“是”'" in made.xform


def test_files_that_a_form_names_are_told_even_when_it_is_wrong() -> None:
    made = convert(("select_one_from_file a.csv", "a", "甲"), ("txet", "b", "乙"))
    assert (made.files, made.converted, made.sound) == (("a.csv",), True, False)
    assert errors(made) == [("type_misspelt", "survey!A3")]


def test_languages_come_from_the_headings() -> None:
    sheets: Sheets = {
        **SOUND,
        "survey": (("type", "name", "label::中文 (zh)", "label::English (en)"), ("text", "a", "甲", "A")),
        "choices": (),
        "settings": (("form_id", "version", "form_title", "default_language"), ("a", "1", "甲", "中文 (zh)")),
    }
    made = convert_workbook(workbook(sheets))
    assert (made.languages, made.default_language) == (("中文 (zh)", "English (en)"), "中文 (zh)")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("text", "b", "乙", "nosuch(1)"), ("function_unknown", "survey!D3")),
        (("text", "b", "乙", "${a} = "), ("expression_incomplete", "survey!D3")),
        (("text", "b", "乙", None, "regex(., '(')"), ("regex_invalid", "survey!E3")),
        (("text", "b", "乙", "substr(1)"), ("function_arity", "survey!D3")),
        (("calculate", "b", None, None, None, "${b} + 1"), ("cycle", "survey!F3")),
        (("text", "b", "乙", "instance('nothing')/root/item"), ("instance_unknown", "survey!D3")),
    ],
)
def test_what_the_engine_finds_is_told_at_its_cell(row: tuple[Cell, ...], expected: tuple[str, str]) -> None:
    assert errors(convert(("text", "a", "甲"), row)) == [expected]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("range", "b", "乙", None, None, None, None, "start=a"), ("converter_range_001", "survey!H3")),
        (("text", "b", "乙", None, None, None, None, "speed=1"), ("converter_survey_005", "survey!H3")),
        (("text", "b", "乙", None, None, None, None, "rows=x"), ("converter_parameter_number", "survey!3")),
        (("audio", "b", "乙", None, None, None, None, "quality=best"), ("converter_parameter_value", "")),
    ],
)
def test_what_the_converter_refuses_is_told_at_its_row(
    row: tuple[Cell, ...], expected: tuple[str, str]
) -> None:
    assert errors(convert(("text", "a", "甲"), row)) == [expected]


def test_all_three_tell_at_once_and_nothing_follows_from_another_error() -> None:
    made = convert(
        ("text", "a", "甲"),
        ("txet", "b", "乙"),
        ("range", "c", "丙", None, None, None, None, "start=a"),
        ("range", "d", "丁", None, None, None, None, "end=b"),
        ("text", "e", "戊", "nosuch(${c})"),
        ("integer", "f", "己", "${b} = 1 and ${d} > 1", ". >"),
    )
    assert errors(made) == [
        ("type_misspelt", "survey!A3"),
        ("converter_range_001", "survey!H4"),
        ("converter_range_001", "survey!H5"),
        ("function_unknown", "survey!D6"),
        ("expression_incomplete", "survey!E7"),
    ]
    assert made.xform == ""


def test_a_condition_that_is_a_bare_path_is_a_warning() -> None:
    made = convert(("text", "a", "甲"), ("text", "b", "乙", "${a}"))
    assert made.sound
    assert [(p.code, p.severity, p.place) for p in made.problems if p.code == "condition_is_path"] == [
        ("condition_is_path", Severity.WARNING, "survey!D3")
    ]


def test_missing_translations_are_warnings_of_the_sheet() -> None:
    sheets = {
        **SOUND,
        "survey": (("type", "name", "label::中文 (zh)", "hint::English (en)"), ("text", "a", "甲", "A")),
        "choices": (),
    }
    made = convert_workbook(workbook(sheets))
    assert [(p.code, p.place, dict(p.facts)) for p in made.problems] == [
        ("translation_missing", "survey", {"language": "English (en)", "columns": "label"}),
        ("translation_missing", "survey", {"language": "中文 (zh)", "columns": "hint"}),
    ]
    assert made.sound


def test_a_file_that_is_no_workbook_is_a_problem_like_any_other() -> None:
    assert errors(convert_workbook(b"GIF89a")) == [("unsupported_file", "")]


def test_an_old_workbook_under_a_new_name_is_read_by_its_first_bytes() -> None:
    made = convert_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert [code for code, _ in errors(made)] in (["unsupported_file"], ["file_damaged"])


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["text", "select_one yes_no", "select_multiple x", "begin_repeat", "end_repeat", "begin_group",
         "end_group", "calculate", "range", "audit", "note", "a", "b", "${a}", "${b} > 1", "${",
         "jr:choice-name(${a},'${a}')", "start=1 end=2", "field-list", "true()", "position(..)", "yes", "“",
         "instance('yes_no')/root/item", "￥{a}"]
    ),
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
)  # fmt: skip
GRID = st.lists(st.lists(CELLS, max_size=8), max_size=8)


@settings(max_examples=60, deadline=None)
@given(survey=GRID, choices=GRID)
def test_whatever_stands_in_the_cells_is_a_form_or_a_list_of_problems(
    survey: list[list[Cell]], choices: list[list[Cell]]
) -> None:
    sheets = {"survey": (HEADINGS, *survey), "choices": (CHOICES[0], *choices), "settings": SETTINGS}
    made = convert_workbook(workbook(sheets))
    assert made.sound or any(p.severity is Severity.ERROR for p in made.problems)
    assert all(dataclasses.astuple(p) for p in made.problems)
