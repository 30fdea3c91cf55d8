"""What the form engine says about a converted form, brought back to the cells it came from (level S)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fieldapp.forms import DefinitionError, FormError, read_definition
from fieldapp.forms import Problem as EngineProblem
from fieldapp.forms import Severity as EngineSeverity
from server.xlsform.columns import SHEETS
from server.xlsform.outline import Outline
from server.xlsform.problems import Problem, Severity
from server.xlsform.workbook import DefinitionBook

_COLUMNS: Final = {attribute: spec.name for spec in SHEETS["survey"] for attribute in spec.attributes}
"""Attribute of the XForm to column of the survey sheet."""


TOLD_ELSEWHERE: Final = frozenset({"attachment_missing"})
"""Which files are missing is told by attachments.completeness, pictures included."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The engine's view of a form."""

    problems: tuple[Problem, ...]
    languages: tuple[str, ...] = ()


def compile_problems(
    xform: str, attachments: Mapping[str, bytes] | None, book: DefinitionBook, outline: Outline
) -> Compiled:
    """Compile every expression of a form; problems carry the row and column of the workbook."""
    try:
        definition = read_definition(xform, attachments)
    except DefinitionError as error:
        told = [problem for problem in error.problems if problem.code not in TOLD_ELSEWHERE]
        return Compiled(tuple(_placed(problem, book, outline) for problem in told))
    except FormError as error:
        return Compiled((Problem(error.code, facts=_facts(error.facts)),))
    found = tuple(_placed(problem, book, outline) for problem in definition.warnings)
    return Compiled(found, definition.languages)


def _placed(problem: EngineProblem, book: DefinitionBook, outline: Outline) -> Problem:
    severity = Severity.ERROR if problem.severity is EngineSeverity.ERROR else Severity.WARNING
    facts = {**_facts(problem.facts), "reference": problem.reference}
    row = outline.row_of(problem.reference)
    column = _COLUMNS.get(problem.attribute, "")
    if row:
        return book.sheet("survey").problem(problem.code, row, column, severity, **facts)
    if problem.reference.endswith("/meta/instanceName"):
        return book.sheet("settings").problem(problem.code, 2, "instance_name", severity, **facts)
    return Problem(problem.code, severity, facts=facts)


def _facts(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value)[:120] for name, value in facts.items() if value is not None}
