"""From the bytes of a workbook to an XForm, or to everything that is wrong with it (level S).

Runs the converter on a copy without the rows already found wrong, takes each further row it stops at out
as well, and lets the form engine compile what comes out: so all three report in one go.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.errors import RuleError
from fieldapp.exports.workbook_guard import Limits
from server.xlsform.attachments import named_files
from server.xlsform.checks import CheckedBook, check_book
from server.xlsform.compilation import compile_problems
from server.xlsform.converter_messages import error_problems, warning_problems
from server.xlsform.problems import Problem, Severity, in_order
from server.xlsform.workbook import LIMITS, DefinitionBook, read_book

ROOT: Final = "data"
TRIES: Final = 40
"""Rows the converter may stop at before the rest is left for the next check."""
SECONDS: Final = 20.0
"""No further try after this; the worker process has a limit of its own."""

_KEPT: Final = dict(zip("“”‘’", map(chr, range(0x10FFF0, 0x10FFF4)), strict=True))
"""The converter makes every curly quote straight, also in Chinese sentences, where “ ” are the right marks.
They travel through it as characters nobody uses."""
_AWAY: Final = str.maketrans(_KEPT)
_BACK: Final = str.maketrans({mark: quote for quote, mark in _KEPT.items()})


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of a workbook. `xform` is '' when any problem is an error; `files` are those
    it names; `converted` says that there was a form to look at, sound or not."""

    problems: tuple[Problem, ...]
    form_id: str = ""
    version: str = ""
    title: str = ""
    default_language: str = ""
    languages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    converted: bool = False
    xform: str = ""

    @property
    def sound(self) -> bool:
        """Whether the form may be published."""
        return bool(self.xform)


def convert_workbook(
    content: bytes, attachments: Mapping[str, bytes] | None = None, limits: Limits = LIMITS
) -> Conversion:
    """Convert a workbook in this process. `attachments` are lists the form names, by file name.

    A file that is no workbook at all is a problem like any other.
    """
    try:
        book = read_book(content, limits)
    except RuleError as error:
        facts = {name: str(fact) for name, fact in error.facts.items()}
        return Conversion((Problem(error.code, facts=facts),))
    checked = check_book(book)
    problems = checked.problems
    made, warnings = "", list[str]()
    if not any(problem.code in _HOPELESS for problem in problems):
        made, warnings, stops = _convert(book, checked)
        problems += stops
    problems += warning_problems(warnings, book)
    languages: tuple[str, ...] = ()
    if made:
        compiled = compile_problems(made, attachments, book, checked.outline)
        problems += compiled.problems
        languages = compiled.languages
    found = in_order(_without_echoes(problems))
    wrong = not made or any(problem.severity is Severity.ERROR for problem in found)
    return Conversion(
        found,
        form_id=book.setting("form_id"),
        version=book.setting("version"),
        title=book.setting("form_title") or book.setting("form_id"),
        default_language=book.setting("default_language"),
        languages=languages,
        files=named_files(made),
        converted=bool(made),
        xform="" if wrong else made,
    )


ECHOES: Final = frozenset(
    f"converter_{code}" for code in ("survey_001", "survey_002", "names_001", "names_004", "pyref_003")
)
"""What the converter says once rows before were taken out; the row checks tell the same themselves."""


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    told = any(p.severity is Severity.ERROR and p.code not in ECHOES for p in problems)
    return [problem for problem in problems if not (told and problem.code in ECHOES)]


_HOPELESS: Final = frozenset(
    {"sheet_missing", "sheet_misspelt", "sheet_hidden", "column_missing", "survey_empty"}
)
"""After these there is nothing the converter could still say."""


def _convert(book: DefinitionBook, checked: CheckedBook) -> tuple[str, list[str], list[Problem]]:
    """The XForm of the mended sheets ('' when none can be made), remarks, and what the converter refused."""
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types
    from pyxform.xls2xform import convert  # type: ignore[import-untyped]

    stops: list[Problem] = []
    until = time.monotonic() + SECONDS
    for _ in range(TRIES):
        warnings: list[str] = []
        try:
            result = convert(_sheets(book, checked), warnings=warnings, validate=False, form_name=ROOT)
            return result.xform.translate(_BACK), warnings, stops
        except PyXFormError as error:
            found = error_problems(error, book, checked.outline)
        except (RecursionError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            # The converter's own mistakes about input nobody thought of: told, not shown as ours.
            found = (Problem("converter_failed", facts={"text": type(error).__name__}),)
        stops += found
        dropped = [checked.drop_row(p.sheet, p.row) for p in found if p.row]
        if not any(dropped) or time.monotonic() > until:
            break
    return "", [], stops


def _sheets(book: DefinitionBook, checked: CheckedBook) -> dict[str, Any]:
    """The workbook as the converter takes it."""
    given: dict[str, Any] = {"sheet_names": list(book.sheets), "fallback_form_name": ROOT}
    for name, sheet in book.sheets.items():
        rows = checked.rows[name]
        if name == "settings":
            rows = rows[:1]
        given[name] = [{heading: text.translate(_AWAY) for heading, text in row.items()} for row in rows]
        given[f"{name}_header"] = [{column.heading: None for column in sheet.columns}]
    return given
