"""What is wrong with a form's workbook, and where: codes and facts; sentences in resources/i18n (level S)."""

import enum
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import FieldappError

I18N_FOLDER: Final = Path(__file__).parents[2] / "resources" / "i18n"
SENTENCES: Final = "form_problems.toml"
MAX_PROBLEMS: Final = 500
"""More than anybody mends in one go; the rest shows after the next check."""
SHEET_ORDER: Final = ("", "settings", "survey", "choices", "entities", "attachments")


class Severity(enum.StrEnum):
    """What a problem means for publishing."""

    ERROR = "ERROR"
    """The form cannot be published."""
    WARNING = "WARNING"
    """The form works, perhaps not as its author means."""
    CHANGED = "CHANGED"
    """The program read a cell differently from how it is written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `row` counts from 1 as in the sheet (0 = the whole sheet); `column` is the letter of
    the sheet's column ('' = the whole row) and `heading` what stands in its first row."""

    code: str
    severity: Severity = Severity.ERROR
    sheet: str = ""
    row: int = 0
    column: str = ""
    heading: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """As spreadsheet programs write it: `survey!F12`, `survey!12`, `survey`."""
        if not self.sheet:
            return ""
        return f"{self.sheet}!{self.column}{self.row}" if self.row else self.sheet


class FormDefinitionError(FieldappError):
    """A form that cannot be published; `problems` are all of them, in the order of the workbook."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Final = tuple(problems)
        super().__init__(
            "form_definition_wrong", count=sum(p.severity is Severity.ERROR for p in self.problems)
        )


def sentence(problem: Problem, language: str = "zh") -> str:
    """What is wrong and what to do about it, without the place."""
    text = _sentences(language).get(problem.code, problem.code)
    return text.format_map(_Facts({"heading": problem.heading, **problem.facts}))


def line(problem: Problem, language: str = "zh") -> str:
    """Place and sentence on one line."""
    heading = f" ({problem.heading})" if problem.heading else ""
    where = f"{problem.place}{heading}: " if problem.place else ""
    return f"{where}{sentence(problem, language)}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without repetitions, errors first, each group in the order of the workbook."""
    ranks = {name: at for at, name in enumerate(SHEET_ORDER)}
    severities = list(Severity)
    unique: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        key = (problem.code, problem.sheet, problem.row, problem.column, tuple(problem.facts.items()))
        unique.setdefault(key, problem)
    found = sorted(
        unique.values(),
        key=lambda p: (
            severities.index(p.severity),
            ranks.get(p.sheet, len(ranks)),
            p.row,
            len(p.column),
            p.column,
        ),
    )
    return tuple(found[:MAX_PROBLEMS])


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


@cache
def _sentences(language: str) -> Mapping[str, str]:
    return tomllib.loads((I18N_FOLDER / language / SENTENCES).read_text(encoding="utf-8"))
