"""What an import is going to do, before it does anything: every row in exactly one place (level 3)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from fieldapp.domain.clock import Clock
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.base import RecordFields, wire_body
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.exports.ledger_layout import Layout, RowKind
from fieldapp.exports.ledger_rows import Problem
from fieldapp.exports.sheets import Sheet

Patch = Mapping[str, object]
"""Changed fields of one record by name, in the types of its Fields class."""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person on file with the household he belongs to."""

    person: PersonFields
    household: HouseholdFields


ImportProgress = Callable[[int, int], None]
"""Told now and then how much is done of how much. May raise: that is how an import is stopped."""
PROGRESS_EVERY = 200
"""Rows between two reports."""


def unheard(done: int, whole: int) -> None:
    """The progress nobody asked for."""


KnownPersons = Callable[[Collection[str]], Mapping[str, KnownPerson]]
"""Finds persons on file by ID number; asked once, with all numbers of the sheet."""


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What an import needs to know besides the sheet.

    `default_area` is where rows belong that name no town or village. `scope` are the areas the author
    may import into; () means everywhere.
    """

    areas: Collection[AreaFields]
    today: dt.date
    demo_allowed: bool
    ids: IdSource
    clock: Clock
    author: str
    default_area: str = ""
    scope: tuple[str, ...] = ()
    progress: ImportProgress = unheard


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household that is not on file yet, with its persons. Kept as the text of their bodies, head first:
    a tenth of what the records take."""

    rows: tuple[int, ...]
    _household: bytes = field(repr=False)
    _persons: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(
        cls, household: HouseholdFields, persons: Iterable[PersonFields], rows: tuple[int, ...]
    ) -> "NewHousehold":
        """The new household of these records."""
        return cls(rows, _text(household), tuple(_text(person) for person in persons))

    @property
    def household(self) -> HouseholdFields:
        """The household's record."""
        return HouseholdFields.model_validate_json(self._household)

    @property
    def persons(self) -> tuple[PersonFields, ...]:
        """The persons' records, the head's first."""
        return tuple(PersonFields.model_validate_json(text) for text in self._persons)

    def bodies(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is written: kind and body, the household before its persons."""
        yield "households", orjson.loads(self._household)
        for text in self._persons:
            yield "persons", orjson.loads(text)


def _text(record: RecordFields) -> bytes:
    # A copy of its own: the encoder's text sits at the start of 8 KB, whose rest nothing else fits into.
    return bytes(memoryview(orjson.dumps(wire_body(record))))


@dataclass(frozen=True, slots=True)
class HouseholdUpdate:
    """Changes to a household on file. Several rows may concern one household."""

    household_id: str
    household: Patch
    persons: Mapping[str, Patch]
    new_persons: tuple[PersonFields, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not taken over, with all that is wrong with it."""

    row: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The outcome of an import, to be applied as a whole or not at all.

    Every row under the headings is in exactly one of created, updated, unchanged, rejected, ignored:
    a plan that lost or doubled a row cannot be made. `hints` are remarks on rows that are taken over.
    """

    sheet: Sheet = field(repr=False)
    layout: Layout
    created: tuple[NewHousehold, ...]
    updated: tuple[HouseholdUpdate, ...]
    unchanged: tuple[int, ...]
    rejected: tuple[RejectedRow, ...]
    ignored: Mapping[int, RowKind]
    hints: Mapping[int, tuple[Problem, ...]]

    def __post_init__(self) -> None:
        places = Counter(self._rows())
        expected = range(self.layout.header_last + 1, len(self.sheet.rows) + 1)
        if places != Counter(expected):
            raise AssertionError("an import plan must hold every row once")

    def _rows(self) -> Iterator[int]:
        for new in self.created:
            yield from new.rows
        for update in self.updated:
            yield from update.rows
        yield from self.unchanged
        yield from (each.row for each in self.rejected)
        yield from self.ignored

    @property
    def created_rows(self) -> int:
        """Rows whose household is new."""
        return sum(len(each.rows) for each in self.created)

    @property
    def updated_rows(self) -> int:
        """Rows that change something on file."""
        return sum(len(each.rows) for each in self.updated)

    @property
    def input_rows(self) -> int:
        """Rows that are entries: neither blank nor headings, totals or signatures."""
        return self.created_rows + self.updated_rows + len(self.unchanged) + len(self.rejected)

    @property
    def changes_nothing(self) -> bool:
        """Whether applying the plan would write nothing."""
        return not self.created and not self.updated
