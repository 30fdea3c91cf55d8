"""Every problem has its sentence in both languages, and the sentences say the same."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from fieldapp.forms.errors import MESSAGES
from server.xlsform.problems import I18N_FOLDER, SENTENCES, Problem, Severity, in_order, line

ROOT = Path(__file__).parents[3]
CODE = re.compile(r'"([a-z]+(?:_[a-z0-9]+)+)"')
NOT_CODES = re.compile(
    r"^(?:select_|end_|begin_|form_id$|form_title$|list_name$|choice_filter$|repeat_count$)"
)


def sentences(language: str) -> dict[str, str]:
    return tomllib.loads((I18N_FOLDER / language / SENTENCES).read_text(encoding="utf-8"))


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_codes_and_slots() -> None:
    zh, en = sentences("zh"), sentences("en")
    assert zh.keys() == en.keys()
    assert {code for code in zh if slots(zh[code]) != slots(en[code])} == set()


def test_every_code_that_a_check_raises_has_a_sentence() -> None:
    said = set(sentences("zh"))
    raised = set()
    for path in (ROOT / "server" / "xlsform").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:Problem|problem|_tell|_note|_changed)\(\s*"(\w+)"', text))
        raised |= set(re.findall(r'(?:code = |return |\()"(\w+_\w+)", (?:\{|number)', text))
    assert len(raised) > 35
    assert raised - said == set()


def test_every_message_of_the_converter_has_a_sentence() -> None:
    from pyxform.errors import ErrorCode  # type: ignore[import-untyped]  # it ships no types

    from server.xlsform.converter_messages import _PLAIN

    wanted = {f"converter_{each.name.lower()}" for each in ErrorCode} | {code for _, code in _PLAIN}
    assert wanted - set(sentences("zh")) == set()


def test_every_code_of_the_engines_definition_has_a_sentence() -> None:
    raised = set()
    for path in (ROOT / "fieldapp" / "forms" / "definition").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:problem|warning|Problem)\(\s*"(\w+)"', text))
    assert len(raised) > 20
    compiling = ("expression_", "function_", "regex_", "document_")
    raised |= {code for code in MESSAGES if code.startswith(compiling)}
    assert raised - set(sentences("zh")) == set()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "survey!F12 (relevant): ${aeg} 指向的题目不存在，是不是 ${age}？"),
        ("en", "survey!F12 (relevant): There is no question for ${aeg}. Is ${age} meant?"),
    ],
)
def test_line_says_where_and_what(language: str, expected: str) -> None:
    problem = Problem(
        "reference_misspelt", sheet="survey", row=12, column="F", heading="relevant",
        facts={"name": "aeg", "near": "age"},
    )  # fmt: skip
    assert line(problem, language) == expected


def test_problems_come_in_the_order_of_the_workbook_without_repetition() -> None:
    one = Problem("name_wrong", sheet="survey", row=9, column="B")
    two = Problem("type_unknown", sheet="survey", row=9, column="A")
    three = Problem("form_id_missing", sheet="settings", row=2)
    warning = Problem("title_missing", Severity.WARNING, "settings", 2)
    assert in_order([warning, one, two, one, three]) == (three, two, one, warning)
