"""What is wrong with a form's definition, all of it at once, each with its place. Pure library layer."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from fieldapp.forms.errors import Fact, FormError


class Severity(StrEnum):
    """ERROR: the form cannot be filled. WARNING: it can, but probably not as meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a definition.

    Attributes:
        code: stable name of the kind of problem (fieldapp.forms.errors.MESSAGES has one line for each).
        reference: the generic path of the node or control that it concerns, "" for the form.
        attribute: where at that node: `relevant`, `constraint`, `calculate`, `nodeset`, `label`, …
        facts: what fills the sentence; of expressions also `expression`, `start` and `end`.
    """

    code: str
    reference: str = ""
    attribute: str = ""
    severity: Severity = Severity.ERROR
    facts: dict[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.reference, self.attribute)))
        return (
            f"{place}: {FormError(self.code, **self.facts)}"
            if place
            else str(FormError(self.code, **self.facts))
        )


class DefinitionError(FormError):
    """The definition cannot be used; `problems` holds every error and warning found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("definition_invalid", count=len(problems))
        self.problems: Final = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
