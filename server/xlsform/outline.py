"""The questions of a survey sheet with their paths: which row a place of the XForm came from (level S)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from server.xlsform.question_types import RowType

GENERATED: Final = ("_count", "_other")
"""Endings of nodes the converter makes itself beside a repeat or a choice with "other"."""


@dataclass(frozen=True, slots=True)
class Element:
    """A question, group or repeat: its row, and its path below the form's root."""

    row: int
    name: str
    path: tuple[str, ...]
    type: RowType


@dataclass(slots=True)
class Outline:
    """All elements of a form in the order of the sheet."""

    elements: list[Element] = field(default_factory=list)

    @property
    def names(self) -> frozenset[str]:
        """Every name an expression may refer to."""
        own = {each.name for each in self.elements}
        made = {f"{each.name}_count" for each in self.elements if each.type.container == "repeat"}
        others = {f"{each.name}_other" for each in self.elements if each.type.or_other}
        return frozenset(own | made | others | {"instanceID"})

    def row_of(self, reference: str) -> int:
        """The row behind a path such as `/data/group/question`; 0 where no row is behind it."""
        steps = [step.partition("[")[0].strip() for step in reference.split("/") if step.strip()]
        path = tuple(step for step in steps if step not in (".", ".."))
        return self._row_at(path[1:]) or self._row_at(path)

    def _row_at(self, path: tuple[str, ...]) -> int:
        for wanted in _with_sources(path):
            for element in self.elements:
                if element.path == wanted:
                    return element.row
        return 0


def _with_sources(path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    yield path
    for ending in GENERATED:
        if path and path[-1].endswith(ending):
            yield (*path[:-1], path[-1].removesuffix(ending))
