"""From what the converter says in English to problems with a place: its codes where it has them (level S)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from server.xlsform.columns import column_of
from server.xlsform.outline import Outline
from server.xlsform.problems import Problem, Severity
from server.xlsform.workbook import DefinitionBook

MAX_TEXT: Final = 300
_ROW: Final = re.compile(r"\[row : (\d+)\]")
_SHEET: Final = re.compile(r"[Oo]n the '(\w+)' sheet")
_COLUMN: Final = re.compile(r"the '([^']+)' value")

_PLAIN: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"^Choice names with spaces", "choice_with_blank"),
        (r"Choice filter not supported with or_other", "converter_filter_with_other"),
        (r"Choice filter not supported for table-list", "converter_filter_in_table"),
        (r"Badly formatted table list", "converter_table_lists_differ"),
        (r"must have (?:an integer|a numeric) value", "converter_parameter_number"),
        (r"must be (?:set to|greater)|is an invalid value|Invalid value for", "converter_parameter_value"),
        (r"Unknown question type", "type_unknown"),
        (r"Audits must always be named", "converter_audit_name"),
        (r"There is no survey element named", "reference_unknown"),
        (r"There are multiple survey elements named", "converter_reference_ambiguous"),
        (r"background-geopoint", "converter_background_geopoint"),
        (r"big-image", "converter_big_image"),
        (r"has no label or hint", "question_without_label"),
        (r"Missing calculation", "calculation_missing"),
        (r"is not user-visible so it can't be used as a calculation trigger", "converter_trigger_hidden"),
        (r"machine-readable codes", "converter_language_code"),
        (r"or_other and translations", "converter_other_untranslated"),
        (r"not part of the current spec", "converter_disabled_column"),
    )
)  # fmt: skip
"""Messages without a code of their own, by what they begin with or hold."""

_COLUMN_OF: Final = {"question_without_label": "label", "converter_trigger_hidden": "trigger"}

_QUIET: Final = re.compile(
    r"Row without name, text, or label|Use the max-pixels parameter|Choices should have a label|has no label"
)
"""Warnings that are no use to an author, or that the row checks give already."""
_TRANSLATION: Final = re.compile(
    r"Language '([^']*)' is missing the (\w+) (?:columns (.+?)|(\S+) column)\.?$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class _Template:
    code: str
    pattern: re.Pattern[str]


def error_problems(error: Exception, book: DefinitionBook, outline: Outline) -> tuple[Problem, ...]:
    """The problems behind what the converter raised; several where it listed several."""
    text = str(error).strip()
    lines = [line for line in text.split("\n") if _ROW.match(line)]
    parts = lines if len(lines) > 1 else [text]
    found = (_problem(part, book, Severity.ERROR) for part in parts)
    return tuple(problem if problem.row else _named(problem, book, outline) for problem in found)


def _named(problem: Problem, book: DefinitionBook, outline: Outline) -> Problem:
    """A problem that names its question instead of its row, with the row."""
    rows = [element.row for element in outline.elements if element.name == problem.facts.get("name")]
    if len(rows) != 1:
        return problem
    column = _COLUMN_OF.get(problem.code, "")
    return book.sheet("survey").problem(problem.code, rows[0], column, problem.severity, **problem.facts)


def warning_problems(warnings: list[str], book: DefinitionBook) -> Iterator[Problem]:
    """The converter's remarks that an author can act on."""
    for text in warnings:
        missing = _TRANSLATION.findall(text)
        for language, sheet, several, one in missing:
            facts = {"language": language, "columns": several or one}
            yield Problem("translation_missing", Severity.WARNING, sheet, facts=facts)
        if not missing and not _QUIET.search(text):
            yield _problem(text, book, Severity.WARNING)


def _problem(text: str, book: DefinitionBook, severity: Severity) -> Problem:
    row = _ROW.search(text)
    number = int(row[1]) if row else 0
    sheet = _SHEET.search(text)
    name = sheet[1] if sheet and sheet[1] in book.sheets else "survey" if number else ""
    said = _ROW.sub("", text).strip()
    code = _code(text)
    facts = {"text": said if len(said) <= MAX_TEXT else f"{said[:MAX_TEXT]}…"}
    facts |= _quoted_name(said)
    column = _COLUMN.search(text)
    if name and column:
        wanted = column_of(name, column[1]).name
        return book.sheet(name).problem(code, number, wanted, severity, **facts)
    return Problem(code, severity, name, number, facts=facts)


def _quoted_name(said: str) -> dict[str, str]:
    found = re.search(r"(?:named|the name|type) '([^']{1,60})'|for question \$\{([^}]{1,60})\}", said)
    name = (found[1] or found[2]) if found else ""
    return {"name": name, "type": name} if name else {}


def _code(text: str) -> str:
    for template in _templates():
        if template.pattern.search(text):
            return template.code
    for pattern, code in _PLAIN:
        if pattern.search(text):
            return code
    return "converter_says"


@cache
def _templates() -> tuple[_Template, ...]:
    """The converter's coded messages as patterns: many of them are raised as finished text."""
    from pyxform.errors import ErrorCode  # type: ignore[import-untyped]  # it ships no types

    found = []
    for each in ErrorCode:
        # {{ and }} are braces of the text; {row} and the like are its slots.
        parts = re.split(r"(\{\{|\}\}|\{\w+\})", each.value.msg)
        pattern = "".join(
            {"{{": r"\{", "}}": r"\}"}.get(part, ".{0,400}?" if part.startswith("{") else re.escape(part))
            for part in parts
        )
        found.append(_Template(f"converter_{each.name.lower()}", re.compile(pattern, re.DOTALL)))
    return tuple(found)
